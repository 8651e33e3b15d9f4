#include "store/list.h"

#include <ctype.h>
#include <string.h>

#include "store/db.h"
#include "store/find.h"

static const char *const statuses[] = { NULL, "valid", "expired", "revoked", "held", "intended" };
static const char *const sorts[] = { NULL, "not_after", "not_before", "subject", "serial" };

const char *
ctn_cert_status(const ctn_cert_row *row, int64_t now_s)
{
	if (row->revoked != CTN_NOT_REVOKED)
		return row->revoked == CTN_IS_HELD ? "held" : "revoked";
	if (!row->issued)
		return "intended";
	return row->not_after < now_s ? "expired" : "valid";
}

/* A glob as SQLite's GLOB reads it: '[' begins a class there, and stands for itself here. Names are stored in lower case. */
static const char *
glob_pattern(const char *glob, ctn_arena *a)
{
	char *out = ctn_arena_calloc(a, strlen(glob) * 3 + 1, 1), *p = out;

	if (out == NULL)
		return NULL;
	for (; *glob != '\0'; glob++) {
		if (*glob == '[') {
			memcpy(p, "[[]", 3);
			p += 3;
		} else {
			*p++ = (char)tolower((unsigned char)*glob);
		}
	}
	return out;
}

/* "*.internal.example" is looked up by index: reversed names that begin with "example.internal.". */
static const char *
suffix_range(const char *glob, ctn_arena *a)
{
	const char *suffix = glob + 2;
	CTN_OWN_BUF b = { 0 };

	if (strncmp(glob, "*.", 2) != 0 || *suffix == '\0' || strpbrk(suffix, "*?[:@/") != NULL)
		return NULL;
	for (const char *end = suffix + strlen(suffix); end > suffix;) {
		const char *label = end;

		while (label > suffix && label[-1] != '.')
			label--;
		for (const char *c = label; c < end; c++)
			ctn_buf_byte(&b, (uint8_t)tolower((unsigned char)*c));
		ctn_buf_byte(&b, '.');
		end = label > suffix ? label - 1 : label;
	}
	return ctn_buf_cstr(&b) == NULL ? NULL : ctn_arena_text(a, ctn_buf_cstr(&b));
}

/* One behind every text that begins with it: '.' (0x2e) is followed by '/'. */
static const char *
range_end(const char *begin, ctn_arena *a)
{
	char *end = ctn_arena_text(a, begin);

	if (end != NULL)
		end[strlen(end) - 1] = '/';
	return end;
}

struct bound {
	const char *glob, *from, *to;
};

static bool
bound_of(struct bound *b, const ctn_list_filter *f, ctn_arena *a, struct ctn_err *e)
{
	*b = (struct bound){ 0 };
	if (f->name_glob == NULL)
		return true;
	b->glob = glob_pattern(f->name_glob, a);
	b->from = suffix_range(f->name_glob, a);
	if (b->from != NULL)
		b->to = range_end(b->from, a);
	return b->glob != NULL && (b->from == NULL || b->to != NULL) ? true : ctn_fail_memory(e);
}

static void
bind_filter(struct query *q, const ctn_list_filter *f, const struct bound *b)
{
	bind_text(q, statuses[f->status]);
	bind_int(q, f->now_s);
	bind_text(q, f->profile);
	bind_text(q, f->authority);
	bind_text(q, b->glob);
	bind_text(q, b->from);
	bind_text(q, b->to);
	bind_text(q, f->owner);
	bind_int_or_null(q, f->since_s, f->since_s == INT64_MIN);
	bind_int_or_null(q, f->expiring_before_s, f->expiring_before_s == 0);
}

static bool
only_expiring(const ctn_list_filter *f)
{
	return f->expiring_before_s != 0 && f->status == CTN_LIST_ANY && f->profile == NULL && f->authority == NULL && f->name_glob == NULL &&
	       f->owner == NULL && f->since_s == INT64_MIN;
}

static bool
no_filter(const ctn_list_filter *f)
{
	return f->expiring_before_s == 0 && f->status == CTN_LIST_ANY && f->profile == NULL && f->authority == NULL && f->name_glob == NULL &&
	       f->owner == NULL && f->since_s == INT64_MIN;
}

static enum ctn_query
count_query(const ctn_list_filter *f, const struct bound *b)
{
	if (only_expiring(f))
		return CTN_Q_count_expiring;
	if (no_filter(f))
		return CTN_Q_count_all;
	return b->from != NULL ? CTN_Q_list_suffix_count : CTN_Q_list_count;
}

static bool
count(uint64_t *total, ctn_store *s, const ctn_list_filter *f, const struct bound *b, struct ctn_err *e)
{
	struct query q = query_on(s, count_query(f, b));
	int64_t v;

	if (only_expiring(f)) {
		bind_int(&q, f->now_s);
		bind_int(&q, f->expiring_before_s);
	} else if (!no_filter(f)) {
		bind_filter(&q, f, b);
	}
	if (!query_int(&v, &q, e))
		return false;
	*total = (uint64_t)v;
	return true;
}

static struct query
ids_query(ctn_store *s, const ctn_list_filter *f, const struct bound *b)
{
	bool by_end = only_expiring(f) && (f->sort == CTN_SORT_NOT_AFTER || f->sort == CTN_SORT_NEWEST);
	enum ctn_query newest = b->from != NULL ? CTN_Q_list_suffix : CTN_Q_list_newest;
	struct query q = query_on(s, by_end ? CTN_Q_list_expiring : f->sort == CTN_SORT_NEWEST ? newest : CTN_Q_list_sorted);

	if (by_end) {
		bind_int(&q, f->now_s);
		bind_int(&q, f->expiring_before_s);
	} else {
		bind_filter(&q, f, b);
		if (f->sort != CTN_SORT_NEWEST)
			bind_text(&q, sorts[f->sort]);
	}
	bind_int(&q, f->limit == 0 || f->limit > INT64_MAX ? -1 : (int64_t)f->limit);
	return q;
}

typedef bool (*row_fn)(void *ctx, const ctn_cert_row *row, struct ctn_err *e);

/* A row lives in an arena of its own, so that a list of millions stays small. */
static bool
tell(ctn_store *s, int64_t id, row_fn row, void *ctx, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_cert_row cert;

	if (a == NULL)
		return ctn_fail_memory(e);
	return ctn_store_cert(&cert, s, id, a, e) && row(ctx, &cert, e);
}

static bool
tell_all(ctn_store *s, struct query *q, row_fn row, void *ctx, struct ctn_err *e)
{
	bool stands;

	for (;;) {
		if (!query_row(q, &stands, e))
			return false;
		if (!stands)
			return true;
		if (!tell(s, take_int(q), row, ctx, e))
			return query_drop(q);
	}
}

bool
ctn_store_list(uint64_t *total, ctn_store *s, const ctn_list_filter *f, row_fn row, void *ctx, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct bound b;
	struct query q;

	if (a == NULL)
		return ctn_fail_memory(e);
	if (!bound_of(&b, f, a, e) || !count(total, s, f, &b, e))
		return false;
	q = ids_query(s, f, &b);
	return tell_all(s, &q, row, ctx, e);
}
