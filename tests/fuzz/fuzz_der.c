/*
 * DER: every read on every element of the input holds its promises (a refusal moves nothing, a success stays inside),
 * and whatever a typed read takes is written back to the same octets.
 */
#include <stdlib.h>

#include "base/time.h"
#include "der/der.h"
#include "der/oid.h"
#include "der/write.h"

#define DEPTH 16u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool promise)
{
	if (!promise)
		abort();
}

/* A read that began at `before` either took the whole first element or moved nothing; the element, or nothing. */
static ctn_span
taken(const ctn_der *before, const ctn_der *after, bool good)
{
	ctn_span whole = ctn_der_peek(before);

	must(after->end == before->end && after->start == before->start);
	must(after->p == before->p + (good ? whole.n : 0));
	must(!good || whole.n >= 2);
	return good ? whole : (ctn_span){ before->p, 0 };
}

static void
same(ctn_buf *written, ctn_span read)
{
	must(read.n == 0 || ctn_span_equal(ctn_buf_view(written), read));
	ctn_buf_reset(written);
}

static void
numbers_go_round(ctn_der at, ctn_buf *b)
{
	ctn_der r = at;
	ctn_span v;
	uint64_t number;
	unsigned small;
	bool flag;

	if (ctn_der_bool(&r, &flag))
		ctn_der_put_bool(b, flag);
	same(b, taken(&at, &r, r.p != at.p));
	r = at;
	if (ctn_der_uint(&r, &number))
		ctn_der_put_uint(b, number);
	same(b, taken(&at, &r, r.p != at.p));
	r = at;
	if (ctn_der_enumerated(&r, &small))
		ctn_der_put_enumerated(b, small);
	same(b, taken(&at, &r, r.p != at.p));
	r = at;
	if (ctn_der_integer(&r, &v) && v.p[0] < 0x80)
		ctn_der_put_unsigned(b, v);
	if (b->n > 0)
		same(b, taken(&at, &r, true));
	r = at;
	must(!ctn_der_bool_default_false(&r, &flag) || flag == (r.p != at.p));
}

static void
strings_go_round(ctn_der at, ctn_buf *b)
{
	ctn_der r = at;
	ctn_span v;
	unsigned unused;
	uint32_t mask;

	if (ctn_der_octets(&r, &v))
		ctn_der_put(b, CTN_TAG_OCTET_STRING, v);
	same(b, taken(&at, &r, r.p != at.p));
	r = at;
	if (ctn_der_octet_bits(&r, &v))
		ctn_der_put_bits(b, v);
	same(b, taken(&at, &r, r.p != at.p));
	r = at;
	if (ctn_der_named_bits(&r, &mask))
		ctn_der_put_named_bits(b, CTN_TAG_BIT_STRING, mask);
	same(b, taken(&at, &r, r.p != at.p));
	r = at;
	if (ctn_der_bits(&r, &v, &unused))
		must(unused < 8 && (v.n > 0 || unused == 0));
	(void)taken(&at, &r, r.p != at.p);
	r = at;
	if (ctn_der_null(&r))
		ctn_der_put_null(b);
	same(b, taken(&at, &r, r.p != at.p));
}

/* UTCTime and GeneralizedTime overlap, so it is the seconds that come back, and the octets for the one that is due. */
static void
times_go_round(ctn_der at, ctn_buf *b)
{
	ctn_der r = at, back;
	int64_t at_s, again_s;
	bool generalized, again;

	if (!ctn_der_time(&r, &at_s, &generalized)) {
		(void)taken(&at, &r, false);
		return;
	}
	if (generalized)
		ctn_der_put_generalized_time(b, at_s);
	else
		ctn_der_put_time(b, at_s);
	back = ctn_der_over(ctn_buf_view(b));
	must(ctn_der_time(&back, &again_s, &again) && again_s == at_s && again == generalized);
	same(b, taken(&at, &r, true));
}

static void
oids_go_round(ctn_der at, ctn_buf *b)
{
	CTN_OWN(ctn_arena) a = NULL;
	CTN_OWN_BUF dotted = { 0 };
	struct ctn_err e = { 0 };
	ctn_der r = at;
	ctn_span oid, again;

	if (!ctn_der_oid(&r, &oid)) {
		(void)taken(&at, &r, false);
		return;
	}
	ctn_der_put_oid(b, oid);
	same(b, taken(&at, &r, true));
	ctn_oid_dotted(&dotted, oid);
	a = ctn_arena_open(0);
	if (a == NULL || dotted.n > 1024 || memmem(dotted.p, dotted.n, "…", 3) != NULL)
		return;
	must(ctn_oid_parse(&again, ctn_buf_cstr(&dotted), a, &e));
	must(ctn_span_equal(oid, again));
}

static void
optionals_agree_with_the_tag(ctn_der at)
{
	unsigned tag = ctn_der_tag(&at);
	ctn_der r = at, inner;
	ctn_span content;
	bool present;

	if (ctn_der_take_if(&r, tag, &content, &present))
		must(tag == 0 || (present && content.p + content.n == r.p));
	(void)taken(&at, &r, r.p != at.p);
	r = at;
	must(ctn_der_enter_if(&r, tag ^ 1u, &inner, &present) && !present && ctn_der_end(&inner) && r.p == at.p);
}

/* The elements of `set`, all readable, put through the sort: the same bytes in all, in order. */
static void
sets_sort(ctn_span set, ctn_buf *b)
{
	size_t mark = ctn_der_open(b, CTN_TAG_SET);
	ctn_span last = { NULL, 0 }, next;
	ctn_der r;

	ctn_buf_span(b, set);
	ctn_der_sort_set(b, mark);
	r = ctn_der_over((ctn_span){ b->p + mark, b->n - mark });
	must(ctn_der_rest(&r).n == set.n);
	for (; ctn_der_any(&r, &next); last = next)
		must(last.n == 0 || ctn_span_compare(last, next) <= 0);
	must(ctn_der_end(&r));
	ctn_der_close(b, mark);
	must(ctn_der_well_formed(ctn_buf_view(b), DEPTH + 1, NULL));
	ctn_buf_reset(b);
}

static void read_all(ctn_der r, unsigned depth, bool sound, ctn_buf *b);

static void
read_one(ctn_der r, unsigned depth, bool sound, ctn_buf *b)
{
	ctn_der inner;
	ctn_span content;
	unsigned tag = ctn_der_tag(&r);

	numbers_go_round(r, b);
	strings_go_round(r, b);
	times_go_round(r, b);
	oids_go_round(r, b);
	optionals_agree_with_the_tag(r);
	inner = r;
	if (ctn_der_take(&inner, tag, &content))
		(void)ctn_der_string_valid(tag, content);
	if (depth == 1 || (tag & 0x20) == 0 || !ctn_der_enter(&r, tag, &inner))
		return;
	if (sound && depth < DEPTH)
		sets_sort(ctn_der_rest(&inner), b);
	read_all(inner, depth - 1, sound, b);
}

/* sound: well_formed has promised that there is nothing in here that cannot be read. */
static void
read_all(ctn_der r, unsigned depth, bool sound, ctn_buf *b)
{
	ctn_span whole;

	while (!ctn_der_end(&r)) {
		read_one(r, depth, sound, b);
		if (!ctn_der_any(&r, &whole)) {
			must(!sound);
			return;
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CTN_OWN_BUF b = { 0 };
	ctn_span bytes = { data, size };
	size_t bad = SIZE_MAX;
	bool sound = ctn_der_well_formed(bytes, DEPTH, &bad);

	must(sound == (bad == SIZE_MAX) && (sound || bad <= size));
	read_all(ctn_der_over(bytes), DEPTH, sound, &b);
	return 0;
}
