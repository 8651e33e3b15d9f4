/* Files of a server and a run of renewals over them: what the tests of lib/monitor/renewal.h share. */
#ifndef RENEWAL_RUN_H
#define RENEWAL_RUN_H

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "ca_home.h"

#include "ca/halt.h"
#include "ca/renew.h"
#include "der/pem.h"
#include "key/private.h"
#include "monitor/form.h"
#include "monitor/renewal.h"

#define DUE (NOW + 70 * DAY)

/* The hook: counts, answers, and may look at what is on the disk while it runs. */
struct hook {
	int runs, status;
	bool crash;
	void (*look)(struct world *w);
	struct world *w;
};

MADE bool
hook_run(void *ctx, ctn_command_end *end, const char *const *argv, ctn_span input, int64_t timeout_s, struct ctn_err *e)
{
	struct hook *h = ctx;

	(void)e;
	assert_string_equal(argv[0], "reload");
	assert_null(argv[1]);
	assert_int_equal(input.n, 0);
	assert_int_equal(timeout_s, 30);
	h->runs++;
	if (h->crash)
		_exit(9);
	if (h->look != NULL)
		h->look(h->w);
	*end = (ctn_command_end){ .status = h->status, .said = "it said so" };
	return true;
}

/* ---- files */

MADE char *
in_dir(const struct world *w, const char *name)
{
	return ctn_arena_printf(w->a, "%s/%s", w->dir, name);
}

MADE ctn_span
file(const struct world *w, const char *name)
{
	CTN_OWN_BUF b = { 0 };

	OK(ctn_file_read(&b, in_dir(w, name), 1 << 20, CTN_FILE_PLAIN, &e));
	return (ctn_span){ ctn_arena_copy(w->a, b.p, b.n), b.n };
}

MADE void
put(const struct world *w, const char *name, ctn_span bytes, mode_t mode)
{
	OK(ctn_file_write(in_dir(w, name), bytes, mode, true, &e));
}

MADE struct stat
seen(const struct world *w, const char *name)
{
	struct stat st;

	assert_int_equal(stat(in_dir(w, name), &st), 0);
	return st;
}

/* Names in the folder that begin with a dot: what waits, what is kept, what was left. */
MADE size_t
dots(const struct world *w)
{
	char command[128], text[16] = "";
	FILE *f;

	(void)snprintf(command, sizeof command, "ls -A %s | grep -c '^[.]'", w->dir);
	f = popen(command, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof text, f));
	(void)pclose(f);
	return (size_t)atoi(text);
}

/* A certificate with all that a server's files are made of. */
struct made {
	ctn_span leaf, issuer, root, key; /* PEM */
	int64_t id;
};

MADE ctn_span
pem_of(const struct world *w, ctn_span der)
{
	CTN_OWN_BUF b = { 0 };

	ctn_pem_write(&b, "CERTIFICATE", der);
	return (ctn_span){ ctn_arena_copy(w->a, b.p, b.n), b.n };
}

MADE struct made
make_for(struct world *w, const char *profile, const char *name, ctn_span csr)
{
	const char *names[] = { name };
	ctn_issue_args args = { .profile = profile, .names = names, .names_n = 1, .csr = csr };
	CTN_OWN_BUF key = { .secret = true };
	ctn_issued issued;
	ctn_chain chain;
	struct made m;

	OK(ctn_ca_issue(&issued, w->ca, &args, &e));
	assert_true(issued.allowed);
	OK(ctn_chain_of(&chain, w->ca, "issuing", &e));
	if (issued.key != NULL)
		OK(ctn_privkey_encode(&key, issued.key, NULL, &e));
	m = (struct made){ pem_of(w, issued.der), pem_of(w, chain.certs[0].der), pem_of(w, chain.certs[1].der), { ctn_arena_copy(w->a, key.p, key.n), key.n },
		issued.certificate_id };
	ctn_issued_free(&issued);
	return m;
}

MADE struct made
make(struct world *w, const char *name)
{
	return make_for(w, "server", name, (ctn_span){ 0 });
}

MADE ctn_span
join(const struct world *w, const ctn_span *s, size_t n)
{
	CTN_OWN_BUF b = { 0 };

	for (size_t i = 0; i < n; i++)
		ctn_buf_span(&b, s[i]);
	return (ctn_span){ ctn_arena_copy(w->a, b.p, b.n), b.n };
}
#define JOIN(w, ...) join(w, (const ctn_span[]){ __VA_ARGS__ }, sizeof((const ctn_span[]){ __VA_ARGS__ }) / sizeof(ctn_span))

MADE void
replace_in_policy(const struct world *w, const char *from, const char *to)
{
	ctn_span policy = file(w, "pki/policies/server.yaml");
	const uint8_t *at = memmem(policy.p, policy.n, from, strlen(from));
	size_t before = (size_t)(at - policy.p), after = before + strlen(from);

	assert_non_null(at);
	put(w, "pki/policies/server.yaml",
	    JOIN(w, (ctn_span){ policy.p, before }, ctn_span_text(to), (ctn_span){ policy.p + after, policy.n - after }), 0644);
}

/* web.crt, web.chain.crt and web.key, as issue writes them. */
MADE struct made
deploy(struct world *w)
{
	struct made m = make(w, "web.internal.example");

	put(w, "web.crt", m.leaf, 0644);
	put(w, "web.chain.crt", JOIN(w, m.leaf, m.issuer), 0644);
	put(w, "web.key", m.key, 0640);
	return m;
}

/* ---- one run */

struct run {
	struct hook hook;
	ctn_monitor_policy policy;
	ctn_renewal *results;
	size_t n;
	int64_t id; /* not 0: what the look found in the files, whatever is in them now */
};

/* As the monitor does it: what is in each file is looked up before. */
MADE void
go(struct run *r, struct world *w, const char *const *names)
{
	static const char *reload[] = { "reload", NULL };
	ctn_renewal_file files[8];
	size_t n = 0;

	r->hook.w = w;
	r->policy.renew.wanted = true;
	r->policy.renew.hook = reload;
	r->policy.renew.timeout_s = 30;
	ctn_monitor_env env = { .ca = w->ca, .policy = &r->policy, .command = hook_run, .command_ctx = &r->hook };

	for (; names[n] != NULL; n++) {
		uint8_t digest[32];
		ctn_cert_row *rows;
		size_t rows_n;
		ctn_form form;

		files[n] = (ctn_renewal_file){ in_dir(w, names[n]), r->id };
		if (r->id != 0)
			continue;
		OK(ctn_form_read(&form, file(w, names[n]), w->a, &e));
		OK(ctn_sha256(digest, form.leaf->der, &e));
		OK(ctn_store_certs_by_sha256(&rows, &rows_n, w->ca->store, digest, w->a, &e));
		files[n].certificate_id = rows_n > 0 ? rows[0].id : 0;
	}
	OK(ctn_monitor_renew(&r->results, &r->n, &env, files, n, &e));
}
#define GO(r, w, ...) go(r, w, (const char *const[]){ __VA_ARGS__, NULL })

static const ctn_renewal *
only(const struct run *r)
{
	assert_int_equal(r->n, 1);
	return &r->results[0];
}

MADE void
assert_why(const ctn_renewal *r, enum ctn_code code, const char *words)
{
	if (r->why.code != code || strstr(r->why.text, words) == NULL)
		fail_msg("%s: %s, but it is %s: %s", ctn_code_name(code), words, ctn_code_name(r->why.code), r->why.text);
	assert_true(r->tried);
	assert_false(r->renewed);
}

MADE ctn_form
form_of(const struct world *w, const char *name)
{
	ctn_form form;

	OK(ctn_form_read(&form, file(w, name), w->a, &e));
	return form;
}

/* Certificate in one file, key in the other: do they fit? */
MADE bool
fits(const struct world *w, const char *crt, const char *key)
{
	CTN_OWN(ctn_privkey) k = NULL;
	ctn_spki spki;
	bool yes;

	OK(ctn_privkey_parse(&k, file(w, key), NULL, &e));
	OK(ctn_spki_parse(&spki, form_of(w, crt).leaf->spki, &e));
	OK(ctn_privkey_matches(&yes, k, &spki, &e));
	return yes;
}

MADE size_t
lineage_n(struct world *w, int64_t id)
{
	ctn_cert_row *rows;
	size_t n;

	OK(ctn_store_certs_of_lineage(&rows, &n, w->ca->store, id, w->a, &e));
	return n;
}

MADE size_t
log_size(const struct world *w)
{
	char command[160], text[16] = "";
	FILE *f;

	(void)snprintf(command, sizeof command, "sqlite3 %s/catena.db 'SELECT count(*) FROM log_leaf'", w->home);
	f = popen(command, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof text, f));
	(void)pclose(f);
	return (size_t)atoi(text);
}

MADE void
assert_untouched(const struct world *w, const char *name, ctn_span before)
{
	ctn_span now = file(w, name);

	if (!ctn_span_equal(now, before))
		fail_msg("%s is not what it was", name);
}

#endif
