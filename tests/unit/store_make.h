/* A home's database in a folder of its own, with what every test of store needs: an authority, certificates, and eyes on SQLite. */
#ifndef STORE_MAKE_H
#define STORE_MAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/dir.h"
#include "hash/hash.h"
#include "store/authority.h"
#include "store/certificate.h"
#include "store/check.h"
#include "store/crl.h"
#include "store/db.h"
#include "store/find.h"
#include "store/highwater.h"
#include "store/home.h"
#include "store/journal.h"
#include "store/list.h"
#include "store/revocation.h"

#define NOW 1800000000
#define DAY 86400
#define MADE __attribute__((unused)) static

static const ctn_act someone = { NOW, "anna@host" };

struct made {
	char dir[32];
	ctn_store *s;
	ctn_arena *a;
	int64_t key, authority;
};

/** Fails the test with the error's own text. */
#define OK(call)                                     \
	do {                                             \
		struct ctn_err e = { 0 };                    \
		if (!(call))                                 \
			fail_msg("%s: %s", #call, e.text);       \
	} while (0)
/** The call must fail with that code and a text. */
#define REFUSED(want, call)                          \
	do {                                             \
		struct ctn_err e = { 0 };                    \
		assert_false(call);                          \
		assert_int_equal(e.code, want);              \
		assert_true(e.text[0] != '\0');              \
	} while (0)

/** A statement left standing keeps a read lock: none may. */
MADE void
assert_idle(ctn_store *s)
{
	for (sqlite3_stmt *st = sqlite3_next_stmt(s->db, NULL); st != NULL; st = sqlite3_next_stmt(s->db, st))
		if (sqlite3_stmt_busy(st))
			fail_msg("left standing: %s", sqlite3_sql(st));
	assert_int_equal(s->depth, 0);
	assert_int_not_equal(sqlite3_get_autocommit(s->db), 0);
}

MADE uint64_t
log_size(ctn_store *s)
{
	uint64_t n = 0;

	OK(ctn_store_log_size(&n, s, &e));
	return n;
}

MADE void
make_authority(struct made *m)
{
	ctn_home_row home = { .origin = "catena/0011223344556677", .org = "Example", .domain = "internal.example", .created_at = NOW };
	ctn_issuer_key_row key = { .authority = "issuing", .key_id = CTN_SPAN("\x01\x02\x03\x04\x05\x06\x07\x08\x09"), .spki = CTN_SPAN("spki"),
		.algorithm = "ecdsa-p256", .protection = "none", .file = "keys/issuing.pem", .state = CTN_KEY_ACTIVE, .shards = 1 };

	OK(ctn_store_home_set(m->s, &home, &someone, &e));
	OK(ctn_store_issuer_key_add(m->s, &key, &someone, &e));
	m->key = key.id;
	m->authority = key.authority_id;
}

MADE int
open_empty(void **state)
{
	struct made *m = calloc(1, sizeof *m);

	strcpy(m->dir, "/tmp/catena-test-XXXXXX");
	*state = m;
	if (mkdtemp(m->dir) == NULL || chdir(m->dir) != 0)
		return -1;
	m->a = ctn_arena_open(0);
	OK(ctn_store_create(&m->s, "catena.db", NOW, &e));
	return 0;
}

MADE int
open_made(void **state)
{
	if (open_empty(state) != 0)
		return -1;
	make_authority(*state);
	return 0;
}

MADE int
close_made(void **state)
{
	struct made *m = *state;
	char **names;
	size_t n;

	if (m->s != NULL)
		assert_idle(m->s);
	ctn_store_close(m->s);
	OK(ctn_dir_list(&names, &n, m->dir, m->a, &e));
	for (size_t i = 0; i < n; i++)
		(void)unlink(names[i]);
	ctn_arena_close(m->a);
	assert_int_equal(chdir("/"), 0);
	(void)rmdir(m->dir);
	free(m);
	return 0;
}

/** The n-th certificate as it would be intended: everything follows from n. Lives until the next call. */
MADE ctn_cert_row
cert_of(const struct made *m, unsigned n)
{
	static uint8_t serial[20];
	static char value[64], reversed[64], subject[64];
	static ctn_name_row names[2];
	ctn_cert_row c = { .authority_id = m->authority, .issuer_key_id = m->key, .profile = "server", .not_before = NOW,
		.not_after = NOW + 30 * DAY + n, .names = names, .names_n = 2, .serial = { serial, sizeof serial }, .subject = subject };

	memset(serial, 0, sizeof serial);
	serial[0] = 0x40;
	serial[16] = (uint8_t)(n >> 24);
	serial[17] = (uint8_t)(n >> 16);
	serial[18] = (uint8_t)(n >> 8);
	serial[19] = (uint8_t)n;
	(void)snprintf(value, sizeof value, "web%u.internal.example", n);
	(void)snprintf(reversed, sizeof reversed, "example.internal.web%u", n);
	(void)snprintf(subject, sizeof subject, "CN=web%u.internal.example,O=Example", n);
	names[0] = (ctn_name_row){ "dns", value, reversed };
	names[1] = (ctn_name_row){ "ip", "192.0.2.7", NULL };
	memset(c.spki_sha256, (int)(n % 251), 32);
	memcpy(c.spki_sha256, &n, sizeof n);
	return c;
}

MADE bool
intend_row(ctn_store *s, ctn_cert_row *c, const char *tbs, const ctn_act *act, struct ctn_err *e)
{
	ctn_request_row request = { .kind = "issue", .profile = c->profile, .names = "web", .csr = CTN_SPAN("csr"), .lifetime_s = 30 * DAY };

	return ctn_store_intend(s, &request, c, ctn_span_text(tbs), act, e);
}

MADE int64_t
intend(struct made *m, unsigned n)
{
	ctn_cert_row c = cert_of(m, n);
	char tbs[32];

	(void)snprintf(tbs, sizeof tbs, "tbs %u", n);
	OK(intend_row(m->s, &c, tbs, &someone, &e));
	return c.id;
}

MADE int64_t
issue(struct made *m, unsigned n)
{
	int64_t id = intend(m, n);
	char der[32];

	(void)snprintf(der, sizeof der, "der %u", n);
	OK(ctn_store_issued(&(uint64_t){ 0 }, m->s, id, ctn_span_text(der), &someone, &e));
	return id;
}

MADE ctn_revocation_row
why(unsigned reason)
{
	return (ctn_revocation_row){ .reason = reason, .revoked_at = NOW, .invalid_since = INT64_MIN };
}

MADE void
revoke_for(struct made *m, int64_t id, unsigned reason)
{
	ctn_revocation_row how = why(reason);
	bool already;

	OK(ctn_store_revoke(&already, m->s, id, &how, &someone, &e));
	assert_false(already);
}

MADE void
make_crl(struct made *m, ctn_crl_row *row, int64_t this_update)
{
	static const uint8_t digest[32] = { 1 };

	*row = (ctn_crl_row){ .issuer_key_id = m->key, .shard = row->shard, .this_update = this_update, .next_update = this_update + 7 * DAY };
	OK(ctn_store_crl_intend(m->s, row, 0, &e));
	OK(ctn_store_crl_bind(m->s, row->id, digest, 0, &e));
	OK(ctn_store_crl_issued(m->s, row, CTN_SPAN("crl"), &someone, &e));
}

/** A second connection that nothing holds back: what somebody with the file can do. */
MADE int
meddle(const char *path, const char *sql)
{
	sqlite3 *db;
	int rc;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	(void)sqlite3_exec(db, "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA recursive_triggers = OFF", NULL, NULL, NULL);
	rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return rc;
}

struct told {
	size_t n;
	char text[65536];
};

MADE bool
tell_problem(void *ctx, const char *where, const char *text, struct ctn_err *e)
{
	struct told *t = ctx;
	size_t used = strlen(t->text);

	(void)e;
	t->n++;
	(void)snprintf(t->text + used, sizeof t->text - used, "%s: %s\n", where, text);
	return true;
}

#endif
