/* Writes, syncs and allocations that fail at every possible moment: an act that was answered with yes is there, the others are absent or whole. */
#include "store_make.h"

#include <fcntl.h>
#include <sqlite3.h>

/* The n-th call fails; sticky: and all after it. */
static struct {
	bool armed, sticky, hit;
	long left;
} fault;

static bool
strikes(void)
{
	if (!fault.armed || (fault.hit && !fault.sticky))
		return false;
	if (!fault.hit && --fault.left > 0)
		return false;
	fault.hit = true;
	return true;
}

/* A layer over SQLite's own view of the file system. */
struct layer {
	sqlite3_file base;
	sqlite3_file *real;
};
static sqlite3_vfs *under;
static int full_code;

#define REAL(f) ((struct layer *)(void *)(f))->real
#define PASS(type, name, params, args)            \
	static type layer_##name params               \
	{                                             \
		return REAL(f)->pMethods->name args;      \
	}
PASS(int, xClose, (sqlite3_file * f), (REAL(f)))
PASS(int, xRead, (sqlite3_file * f, void *p, int n, sqlite3_int64 at), (REAL(f), p, n, at))
PASS(int, xTruncate, (sqlite3_file * f, sqlite3_int64 n), (REAL(f), n))
PASS(int, xFileSize, (sqlite3_file * f, sqlite3_int64 *n), (REAL(f), n))
PASS(int, xLock, (sqlite3_file * f, int how), (REAL(f), how))
PASS(int, xUnlock, (sqlite3_file * f, int how), (REAL(f), how))
PASS(int, xCheckReservedLock, (sqlite3_file * f, int *out), (REAL(f), out))
PASS(int, xFileControl, (sqlite3_file * f, int op, void *p), (REAL(f), op, p))
PASS(int, xSectorSize, (sqlite3_file * f), (REAL(f)))
PASS(int, xDeviceCharacteristics, (sqlite3_file * f), (REAL(f)))
PASS(int, xShmMap, (sqlite3_file * f, int page, int size, int extend, void volatile **p), (REAL(f), page, size, extend, p))
PASS(int, xShmLock, (sqlite3_file * f, int offset, int n, int flags), (REAL(f), offset, n, flags))
PASS(int, xShmUnmap, (sqlite3_file * f, int remove), (REAL(f), remove))

static void
layer_xShmBarrier(sqlite3_file *f)
{
	REAL(f)->pMethods->xShmBarrier(REAL(f));
}

static int
layer_xWrite(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	return strikes() ? full_code : REAL(f)->pMethods->xWrite(REAL(f), p, n, at);
}

static int
layer_xSync(sqlite3_file *f, int flags)
{
	return strikes() ? SQLITE_IOERR_FSYNC : REAL(f)->pMethods->xSync(REAL(f), flags);
}

static const sqlite3_io_methods methods = { .iVersion = 2, .xClose = layer_xClose, .xRead = layer_xRead, .xWrite = layer_xWrite,
	.xTruncate = layer_xTruncate, .xSync = layer_xSync, .xFileSize = layer_xFileSize, .xLock = layer_xLock, .xUnlock = layer_xUnlock,
	.xCheckReservedLock = layer_xCheckReservedLock, .xFileControl = layer_xFileControl, .xSectorSize = layer_xSectorSize,
	.xDeviceCharacteristics = layer_xDeviceCharacteristics, .xShmMap = layer_xShmMap, .xShmLock = layer_xShmLock,
	.xShmBarrier = layer_xShmBarrier, .xShmUnmap = layer_xShmUnmap };

static int
layer_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out)
{
	struct layer *l = (struct layer *)(void *)f;
	int rc;

	(void)vfs;
	l->real = (sqlite3_file *)(void *)(l + 1);
	rc = under->xOpen(under, name, l->real, flags, out);
	f->pMethods = l->real->pMethods != NULL ? &methods : NULL;
	return rc;
}

/* Allocations: counted and failed, then done as ever. */
static sqlite3_mem_methods plain;
static bool count_memory;

static void *
weak_malloc(int n)
{
	return count_memory && strikes() ? NULL : plain.xMalloc(n);
}

static void *
weak_realloc(void *p, int n)
{
	return count_memory && strikes() ? NULL : plain.xRealloc(p, n);
}

static void
set_up_layers(void)
{
	static sqlite3_vfs layer;
	sqlite3_mem_methods weak;

	assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain), SQLITE_OK);
	weak = plain;
	weak.xMalloc = weak_malloc;
	weak.xRealloc = weak_realloc;
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &weak), SQLITE_OK);
	under = sqlite3_vfs_find(NULL);
	layer = *under;
	layer.zName = "layer";
	layer.szOsFile += (int)sizeof(struct layer);
	layer.xOpen = layer_open;
	assert_int_equal(sqlite3_vfs_register(&layer, 1), SQLITE_OK);
}

/* What was answered with yes. */
struct answers {
	bool intended, issued, revoked, crl, all, halted, member[4];
	int64_t id;
	ctn_crl_row row;
};

static void
act_alone(struct answers *a, struct made *m)
{
	static const uint8_t digest[32] = { 1 };
	ctn_revocation_row how = why(1);
	ctn_cert_row c = cert_of(m, 50);
	struct ctn_err e = { 0 };
	bool already;

	a->row = (ctn_crl_row){ .issuer_key_id = m->key, .this_update = NOW, .next_update = NOW + 9 };
	a->intended = intend_row(m->s, &c, "tbs", &(ctn_act){ NOW, "new@host" }, &e);
	a->id = c.id;
	a->issued = a->intended && ctn_store_issued(&(uint64_t){ 0 }, m->s, c.id, CTN_SPAN("der"), &someone, &e);
	a->revoked = a->intended && ctn_store_revoke(&already, m->s, c.id, &how, &someone, &e);
	a->crl = ctn_store_crl_intend(m->s, &a->row, 0, &e) && ctn_store_crl_bind(m->s, a->row.id, digest, 1, &e) &&
	         ctn_store_crl_issued(m->s, &a->row, CTN_SPAN("crl"), &someone, &e);
}

static void
act_in_a_group(struct answers *a, struct made *m)
{
	struct ctn_err e = { 0 };
	struct answers in_group = *a;

	if (!ctn_store_begin(m->s, &e))
		return;
	in_group.all = in_group.halted = ctn_store_halt(m->s, "drill", &(ctn_act){ NOW, "other@host" }, &e);
	for (unsigned i = 0; i < 4; i++) {
		ctn_cert_row c = cert_of(m, 60 + i);

		in_group.member[i] = intend_row(m->s, &c, "tbs", &someone, &e);
		in_group.all = in_group.all && in_group.member[i];
	}
	if (ctn_store_commit(m->s, &e))
		*a = in_group;
	assert_true(a->all || e.code != CTN_OK);
}

static bool
has_serial(ctn_store *s, const struct made *m, unsigned n)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_cert_row c = cert_of(m, n), *rows;
	size_t found;

	OK(ctn_store_certs_by_serial(&rows, &found, s, c.serial, 9, a, &e));
	return found == 1;
}

/* After a crash the records are sound, and hold everything that was promised. */
static void
judge(struct answers *a, struct made *m)
{
	CTN_OWN(ctn_arena) arena = ctn_arena_open(0);
	struct told t = { 0 };
	ctn_cert_row c = { 0 };
	const char *because, *actor;
	int64_t since;

	OK(ctn_store_open(&m->s, "work.db", 1, false, &e));
	OK(ctn_store_log_verify(m->s, tell_problem, &t, NULL, &e));
	if (t.n > 0)
		fail_msg("after fault %ld: %s", fault.left, t.text);
	if (a->intended)
		OK(ctn_store_cert(&c, m->s, a->id, arena, &e));
	assert_true(!a->issued || c.issued);
	assert_true(!a->revoked || c.revoked == CTN_IS_REVOKED);
	if (a->crl)
		OK(ctn_store_crl(&a->row, m->s, a->row.id, arena, &e));
	assert_true(!a->crl || a->row.issued);
	OK(ctn_store_halted(&because, &since, &actor, m->s, arena, &e));
	assert_true(!a->halted || because != NULL);
	for (unsigned i = 0; i < 4; i++)
		assert_true(!a->member[i] || has_serial(m->s, m, 60 + i));
	assert_idle(m->s);
	ctn_store_close(CTN_TAKE(m->s));
}

static void
copy_file(const char *from, const char *to)
{
	static char bytes[1 << 20];
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ssize_t n = read(in, bytes, sizeof bytes);

	assert_true(n > 0 && n < (ssize_t)sizeof bytes && write(out, bytes, (size_t)n) == n);
	(void)close(in);
	(void)close(out);
}

/* One run with the n-th chance to fail taken; false: there were fewer chances. */
static bool
one_run(struct made *m, long n, bool sticky)
{
	struct answers a = { 0 };
	struct ctn_err e = { 0 };

	(void)unlink("work.db-wal");
	(void)unlink("work.db-shm");
	copy_file("catena.db", "work.db");
	fault.sticky = sticky;
	fault.hit = false;
	fault.left = n;
	fault.armed = true;
	if (ctn_store_open(&m->s, "work.db", 0, false, &e)) {
		act_alone(&a, m);
		act_in_a_group(&a, m);
	} else {
		assert_int_not_equal(e.code, CTN_OK);
	}
	ctn_store_close(CTN_TAKE(m->s));
	fault.armed = false;
	fault.left = n;
	assert_true(fault.hit || (a.intended && a.issued && a.revoked && a.crl && a.all));
	judge(&a, m);
	return fault.hit;
}

static void
sweep(struct made *m, long fine)
{
	long n;

	ctn_store_close(CTN_TAKE(m->s));
	for (int sticky = 0; sticky < 2; sticky++) {
		for (n = 1; one_run(m, n, sticky != 0); n += n < fine ? 1 : 1 + n / 25)
			;
		assert_true(n > 20);
	}
	(void)unlink("work.db-wal");
}

static void
a_write_or_sync_that_fails_leaves_no_half_act(void **state)
{
	count_memory = false;
	full_code = SQLITE_IOERR_WRITE;
	sweep(*state, 10000);
}

static void
a_full_disk_leaves_no_half_act(void **state)
{
	count_memory = false;
	full_code = SQLITE_FULL;
	sweep(*state, 10000);
}

static void
memory_that_runs_out_leaves_no_half_act(void **state)
{
	count_memory = true;
	sweep(*state, 60);
	count_memory = false;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, open_made, close_made)
		T(a_write_or_sync_that_fails_leaves_no_half_act),
		T(a_full_disk_leaves_no_half_act),
		T(memory_that_runs_out_leaves_no_half_act),
	};

	set_up_layers();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
