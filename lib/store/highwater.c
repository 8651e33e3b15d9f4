#include "store/highwater.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "store/db.h"
#include "store/home.h"

#define FIRST_LINE "catena highwater 1"
#define FILE_MAX (16u << 20) /* a line of some 40 octets for each key and shard that ever had a CRL */

static void
read_serial(struct query *q, void *into, ctn_arena *a)
{
	ctn_highwater_serial *row = into;
	ctn_span serial;
	char *hex;

	row->authority = take_text(q, a);
	serial = take_blob(q, a);
	hex = ctn_arena_hex(a, serial);
	if (hex == NULL)
		q->no_memory = true;
	row->serial = hex;
}

static void
read_crl_number(struct query *q, void *into, ctn_arena *a)
{
	ctn_highwater_crl *row = into;
	const char *key = take_text(q, a);

	(void)snprintf(row->key, sizeof row->key, "%s", key != NULL ? key : "");
	row->shard = (unsigned)take_int(q);
	row->number = (uint64_t)take_int(q);
}

static bool
numbers_of(ctn_highwater *out, ctn_store *s, ctn_arena *a, struct ctn_err *e)
{
	struct query q;
	void *all;

	q = query_on(s, CTN_Q_high_serials);
	if (!query_all(&all, &out->serials_n, &q, sizeof *out->serials, read_serial, a, e))
		return false;
	out->serials = all;
	q = query_on(s, CTN_Q_high_crls);
	if (!query_all(&all, &out->crls_n, &q, sizeof *out->crls, read_crl_number, a, e))
		return false;
	out->crls = all;
	return true;
}

bool
ctn_highwater_of(ctn_highwater *out, ctn_store *s, ctn_arena *a, struct ctn_err *e)
{
	*out = (ctn_highwater){ .of = s };
	return ctn_store_log_size(&out->size, s, e) && ctn_store_log_root(&out->root, s, out->size, e) &&
	       ctn_store_last_act(&out->last_act_s, s, e) && numbers_of(out, s, a, e);
}

static bool
take_number(uint64_t *out, char **save)
{
	const char *word = strtok_r(NULL, " ", save);
	char *end;

	if (word == NULL || *word < '0' || *word > '9')
		return false;
	errno = 0;
	*out = strtoull(word, &end, 10);
	return errno == 0 && *end == '\0';
}

static bool
take_root(ctn_highwater *out, char **save)
{
	const char *word = strtok_r(NULL, " ", save);
	size_t n;

	return word != NULL && ctn_unhex(out->root.h, sizeof out->root.h, &n, word) && n == sizeof out->root.h;
}

static bool
take_last_act(ctn_highwater *out, char **save)
{
	uint64_t v;

	if (!take_number(&v, save) || v > INT64_MAX)
		return false;
	out->last_act_s = (int64_t)v;
	return true;
}

static bool
take_serial(ctn_highwater *out, char **save)
{
	ctn_highwater_serial *row = &out->serials[out->serials_n];

	row->authority = strtok_r(NULL, " ", save);
	row->serial = strtok_r(NULL, " ", save);
	if (row->serial == NULL)
		row->serial = "";
	out->serials_n++;
	return row->authority != NULL && strspn(row->serial, "0123456789abcdef") == strlen(row->serial);
}

static bool
take_crl(ctn_highwater *out, char **save)
{
	ctn_highwater_crl *row = &out->crls[out->crls_n];
	const char *key = strtok_r(NULL, " ", save);
	uint64_t shard;

	if (key == NULL || strlen(key) >= sizeof row->key || !take_number(&shard, save) || shard > UINT32_MAX)
		return false;
	strcpy(row->key, key);
	row->shard = (unsigned)shard;
	out->crls_n++;
	return take_number(&row->number, save);
}

/* One line of the file into out, whose arrays are long enough for all of them. */
static bool
read_line(ctn_highwater *out, char *line)
{
	char *save = NULL;
	const char *word = strtok_r(line, " ", &save);
	bool ok = false;

	if (word == NULL)
		return false;
	if (strcmp(word, "size") == 0)
		ok = take_number(&out->size, &save);
	else if (strcmp(word, "root") == 0)
		ok = take_root(out, &save);
	else if (strcmp(word, "last_act") == 0)
		ok = take_last_act(out, &save);
	else if (strcmp(word, "serial") == 0)
		ok = take_serial(out, &save);
	else if (strcmp(word, "crl") == 0)
		ok = take_crl(out, &save);
	return ok && strtok_r(NULL, " ", &save) == NULL;
}

static bool
read_text(ctn_highwater *out, const char *path, char *text, struct ctn_err *e)
{
	static const char *const needed[] = { "size ", "root ", "last_act ", "" };
	char *save = NULL, *line = strtok_r(text, "\n", &save);
	unsigned at = 1;

	if (line == NULL || strcmp(line, FIRST_LINE) != 0)
		return ctn_fail(e, CTN_EINPUT, "%s: line 1: expected '" FIRST_LINE "'", path);
	while ((line = strtok_r(NULL, "\n", &save)) != NULL) {
		bool known = strncmp(line, needed[at < 4 ? at - 1 : 3], strlen(needed[at < 4 ? at - 1 : 3])) == 0;

		at++;
		if (!known || !read_line(out, line))
			return ctn_fail(e, CTN_EINPUT, "%s: line %u is no line of a highwater file", path, at);
	}
	return at >= 4 ? true : ctn_fail(e, CTN_EINPUT, "%s: line %u: it ends too early", path, at);
}

bool
ctn_highwater_load(ctn_highwater *out, const char *path, ctn_arena *a, struct ctn_err *e)
{
	CTN_OWN_BUF b = { 0 };
	size_t lines = 1;
	char *text;

	memset(out, 0, sizeof *out);
	if (!ctn_file_exists(path))
		return ctn_fail(e, CTN_ENOTFOUND, "%s: missing", path);
	if (!ctn_file_read(&b, path, FILE_MAX, CTN_FILE_OWN, e))
		return false;
	for (size_t i = 0; i < b.n; i++)
		lines += b.p[i] == '\n';
	text = ctn_arena_text_n(a, (const char *)b.p, b.n);
	out->crls = ctn_arena_new(a, ctn_highwater_crl, lines);
	out->serials = ctn_arena_new(a, ctn_highwater_serial, lines);
	if (text == NULL || out->crls == NULL || out->serials == NULL)
		return ctn_fail_memory(e);
	return read_text(out, path, text, e);
}

static void
write_text(ctn_buf *b, const ctn_highwater *h)
{
	ctn_buf_text(b, FIRST_LINE "\n");
	ctn_buf_printf(b, "size %" PRIu64 "\nroot ", h->size);
	ctn_buf_hex(b, (ctn_span){ h->root.h, sizeof h->root.h });
	ctn_buf_printf(b, "\nlast_act %" PRId64 "\n", h->last_act_s);
	for (size_t i = 0; i < h->serials_n; i++)
		ctn_buf_printf(b, "serial %s %s\n", h->serials[i].authority, h->serials[i].serial);
	for (size_t i = 0; i < h->crls_n; i++)
		ctn_buf_printf(b, "crl %s %u %" PRIu64 "\n", h->crls[i].key, h->crls[i].shard, h->crls[i].number);
}

/* Did this database grow out of the one that the file vouches for? */
static bool
is_before(bool *follows, const ctn_highwater *before, const ctn_highwater *now, struct ctn_err *e)
{
	ctn_node then;

	*follows = false;
	if (before->size > now->size)
		return true;
	if (!ctn_store_log_root(&then, now->of, before->size, e))
		return false;
	*follows = memcmp(then.h, before->root.h, sizeof then.h) == 0;
	return true;
}

/* Numbers only grow. The rows are those of the arena that `of` filled, so they may be raised in place. */
static void
keep_higher(ctn_highwater *next, const ctn_highwater *before)
{
	for (size_t i = 0; i < next->crls_n; i++)
		for (size_t j = 0; j < before->crls_n; j++)
			if (strcmp(next->crls[i].key, before->crls[j].key) == 0 && next->crls[i].shard == before->crls[j].shard &&
			    next->crls[i].number < before->crls[j].number)
				next->crls[i].number = before->crls[j].number;
	for (size_t i = 0; i < next->serials_n; i++)
		for (size_t j = 0; j < before->serials_n; j++)
			if (strcmp(next->serials[i].authority, before->serials[j].authority) == 0 &&
			    strcmp(next->serials[i].serial, before->serials[j].serial) < 0)
				next->serials[i].serial = before->serials[j].serial;
}

bool
ctn_highwater_raise(const char *path, const ctn_highwater *now, ctn_arena *a, struct ctn_err *e)
{
	struct ctn_err none = { 0 };
	CTN_OWN_BUF b = { 0 };
	ctn_highwater before, next = *now;
	bool follows;

	if (ctn_highwater_load(&before, path, a, &none)) {
		if (!is_before(&follows, &before, now, e))
			return false;
		if (!follows)
			return true;
		keep_higher(&next, &before);
	} else if (none.code != CTN_ENOTFOUND) {
		*e = none;
		return false;
	}
	write_text(&b, &next);
	return ctn_buf_ok(&b, e) && ctn_file_write(path, ctn_buf_view(&b), 0600, true, e);
}

struct comparison {
	ctn_problem problem;
	void *ctx;
	struct ctn_err *e;
};

static bool
older(const struct comparison *c, const char *where, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static bool
older(const struct comparison *c, const char *where, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return c->problem(c->ctx, where, text, c->e);
}

static bool
compare_tree(const struct comparison *c, ctn_store *s, const ctn_highwater *now, const ctn_highwater *file)
{
	ctn_node then;

	if (now->size < file->size)
		return older(c, "log", "the database is older than the highwater file: %" PRIu64 " acts here, %" PRIu64 " there", now->size,
		    file->size);
	if (!ctn_store_log_root(&then, s, file->size, c->e))
		return c->e->code == CTN_ENOTFOUND && older(c, "log", "the first %" PRIu64 " acts have gaps", file->size);
	if (memcmp(then.h, file->root.h, sizeof then.h) != 0)
		return older(c, "log", "the first %" PRIu64 " acts are not those that the highwater file vouches for", file->size);
	return true;
}

static bool
compare_crls(const struct comparison *c, const ctn_highwater *now, const ctn_highwater *file)
{
	for (size_t i = 0; i < file->crls_n; i++) {
		const ctn_highwater_crl *f = &file->crls[i];
		uint64_t have = 0;

		for (size_t j = 0; j < now->crls_n; j++)
			if (strcmp(now->crls[j].key, f->key) == 0 && now->crls[j].shard == f->shard)
				have = now->crls[j].number;
		if (have < f->number && !older(c, "crl", "key %s had CRL number %" PRIu64 ", the database knows %" PRIu64, f->key, f->number, have))
			return false;
	}
	return true;
}

static bool
compare_serials(const struct comparison *c, const ctn_highwater *now, const ctn_highwater *file)
{
	for (size_t i = 0; i < file->serials_n; i++) {
		const ctn_highwater_serial *f = &file->serials[i];
		const char *have = "";

		for (size_t j = 0; j < now->serials_n; j++)
			if (strcmp(now->serials[j].authority, f->authority) == 0)
				have = now->serials[j].serial;
		if (strcmp(have, f->serial) < 0 && !older(c, "certificate", "authority %s had serial %s, the database does not know it", f->authority,
		        f->serial))
			return false;
	}
	return true;
}

bool
ctn_highwater_compare(ctn_store *s, const ctn_highwater *file, ctn_problem problem, void *ctx, ctn_arena *a, struct ctn_err *e)
{
	struct comparison c = { .problem = problem, .ctx = ctx, .e = e };
	ctn_highwater now;

	return ctn_store_log_size(&now.size, s, e) && numbers_of(&now, s, a, e) && compare_tree(&c, s, &now, file) && compare_crls(&c, &now, file) &&
	       compare_serials(&c, &now, file);
}
