/* Part of forge.h: certificates. */
#include "der/oid.h"
#include "der/write.h"
#include "forge/forge.h"
#include "name/dn.h"
#include "name/general.h"
#include "x509/ext.h"

void
forge_name(ctn_buf *out, const char *text)
{
	ctn_arena *a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_dn_attr *attrs;
	size_t n;

	ctn_buf_reset(out);
	FORGE_MUST(ctn_dn_parse(&attrs, &n, text, a, &e) && ctn_dn_write(out, attrs, n, &e));
	ctn_arena_close(a);
}

struct forged_ext *
forge_ext(struct forged *c, ctn_span oid)
{
	for (size_t i = 0; i < c->exts_n; i++)
		if (ctn_span_equal(c->exts[i].oid, oid))
			return &c->exts[i];
	return NULL;
}

ctn_buf *
forge_put(struct forged *c, ctn_span oid, bool critical)
{
	struct forged_ext *x = forge_ext(c, oid);

	if (x == NULL) {
		FORGE_MUST(c->exts_n < FORGE_EXTS);
		x = &c->exts[c->exts_n++];
		x->oid = oid;
	}
	x->critical = critical;
	ctn_buf_reset(&x->value);
	return &x->value;
}

void
forge_drop(struct forged *c, ctn_span oid)
{
	struct forged_ext *x = forge_ext(c, oid);

	FORGE_MUST(x != NULL);
	ctn_buf_free(&x->value);
	*x = c->exts[--c->exts_n];
	c->exts[c->exts_n] = (struct forged_ext){ 0 };
}

void
forge_mark(struct forged *c, ctn_span oid, bool critical)
{
	struct forged_ext *x = forge_ext(c, oid);

	FORGE_MUST(x != NULL);
	x->critical = critical;
}

void
forge_raw(struct forged *c, ctn_span oid, bool critical, ctn_span value)
{
	ctn_buf_span(forge_put(c, oid, critical), value);
}

void
forge_repeat(struct forged *c, size_t i)
{
	struct forged_ext *x = &c->exts[c->exts_n];

	FORGE_MUST(i < c->exts_n && c->exts_n < FORGE_EXTS);
	*x = (struct forged_ext){ .oid = c->exts[i].oid, .critical = c->exts[i].critical };
	ctn_buf_span(&x->value, ctn_buf_view(&c->exts[i].value));
	c->exts_n++;
}

void
forge_usage(struct forged *c, uint32_t bits)
{
	ctn_der_put_named_bits(forge_put(c, ctn_oid_key_usage, true), CTN_TAG_BIT_STRING, bits);
}

void
forge_basic(struct forged *c, bool ca, int path_len)
{
	ctn_buf *b = forge_put(c, ctn_oid_basic_constraints, true);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);

	if (ca)
		ctn_der_put_bool(b, true);
	if (path_len >= 0)
		ctn_der_put_uint(b, (uint64_t)path_len);
	ctn_der_close(b, s);
}

void
forge_eku(struct forged *c, ctn_span oid)
{
	ctn_buf *b = forge_put(c, ctn_oid_ext_key_usage, false);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);

	if (oid.n > 0)
		ctn_der_put_oid(b, oid);
	ctn_der_close(b, s);
}

void
forge_san(struct forged *c, bool critical, const char *const *names)
{
	ctn_buf *b = forge_put(c, ctn_oid_subject_alt_name, critical);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);
	ctn_arena *a = ctn_arena_open(0);

	for (; *names != NULL; names++) {
		struct ctn_err e = { 0 };
		ctn_name n;

		FORGE_MUST(ctn_name_parse(&n, *names, a, &e));
		ctn_general_write(b, &(ctn_general_name){ n.type, n.value });
	}
	ctn_der_close(b, s);
	ctn_arena_close(a);
}

void
forge_dns(struct forged *c, const char *name)
{
	forge_san(c, false, (const char *const[]){ name, NULL });
}

void
forge_ids(struct forged *c, unsigned issuer_key)
{
	uint8_t id[20];
	ctn_buf *b;
	size_t s;

	ctn_der_put(forge_put(c, ctn_oid_subject_key_id, false), CTN_TAG_OCTET_STRING, forge_key_id(id, c->key));
	b = forge_put(c, ctn_oid_authority_key_id, false);
	s = ctn_der_open(b, CTN_TAG_SEQUENCE);
	ctn_der_put(b, CTN_TAG_CONTEXT(0), forge_key_id(id, issuer_key));
	ctn_der_close(b, s);
}

void
forge_policies(struct forged *c, const ctn_span *oids, size_t n)
{
	ctn_buf *b = forge_put(c, ctn_oid_certificate_policies, false);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);

	for (size_t i = 0; i < n; i++) {
		size_t one = ctn_der_open(b, CTN_TAG_SEQUENCE);

		ctn_der_put_oid(b, oids[i]);
		ctn_der_close(b, one);
	}
	ctn_der_close(b, s);
}

void
forge_begin(struct forged *c, const char *subject, const char *issuer, unsigned key, unsigned issuer_key, bool ca)
{
	static const uint8_t serials[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn";

	*c = (struct forged){ .version = 3, .serial = { &serials[key], 1 }, .inner = forge_alg(issuer_key),
		.outer = forge_alg(issuer_key), .not_before = FORGE_NOW - FORGE_DAY, .not_after = FORGE_NOW + 90 * FORGE_DAY,
		.key = key };
	forge_name(&c->subject, subject);
	forge_name(&c->issuer, issuer);
	forge_ids(c, issuer_key);
	if (ca) {
		forge_basic(c, true, -1);
		forge_usage(c, CTN_KU_KEY_CERT_SIGN | CTN_KU_CRL_SIGN);
	} else {
		forge_usage(c, CTN_KU_DIGITAL_SIGNATURE);
		forge_eku(c, ctn_oid_kp_server_auth);
	}
}

static void
put_time(ctn_buf *b, bool generalized, int64_t at)
{
	if (generalized)
		ctn_der_put_generalized_time(b, at);
	else
		ctn_der_put_time(b, at);
}

static void
put_exts(ctn_buf *b, const struct forged *c)
{
	size_t outer, list;

	if (c->exts_n == 0 && !c->empty_list)
		return;
	outer = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(3));
	list = ctn_der_open(b, CTN_TAG_SEQUENCE);
	for (size_t i = 0; i < c->exts_n; i++) {
		size_t one = ctn_der_open(b, CTN_TAG_SEQUENCE);

		ctn_der_put_oid(b, c->exts[i].oid);
		if (c->exts[i].critical)
			ctn_der_put_bool(b, true);
		ctn_der_put(b, CTN_TAG_OCTET_STRING, ctn_buf_view(&c->exts[i].value));
		ctn_der_close(b, one);
	}
	ctn_der_close(b, list);
	ctn_der_close(b, outer);
}

/* Inside and outside; bare: the identifier alone. */
static void
put_algorithm(ctn_buf *b, const struct forged *c, enum ctn_sig_alg alg)
{
	ctn_span der = ctn_sig_alg_der(alg);

	if (!c->bare) {
		ctn_buf_span(b, der);
		return;
	}
	FORGE_MUST(alg >= CTN_SIG_RSA_SHA1 && alg <= CTN_SIG_RSA_SHA512);
	ctn_der_put(b, CTN_TAG_SEQUENCE, (ctn_span){ der.p + 2, der.n - 4 });
}

static void
put_tbs(ctn_buf *b, const struct forged *c)
{
	size_t tbs = ctn_der_open(b, CTN_TAG_SEQUENCE), part;

	if (c->version > 1) {
		part = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(0));
		ctn_der_put_uint(b, c->version - 1);
		ctn_der_close(b, part);
	}
	ctn_der_put(b, CTN_TAG_INTEGER, c->serial);
	put_algorithm(b, c, c->inner);
	ctn_buf_span(b, ctn_buf_view(&c->issuer));
	part = ctn_der_open(b, CTN_TAG_SEQUENCE);
	put_time(b, c->generalized, c->not_before);
	put_time(b, c->generalized || c->generalized_after, c->not_after);
	ctn_der_close(b, part);
	ctn_buf_span(b, ctn_buf_view(&c->subject));
	ctn_buf_span(b, c->spki.n > 0 ? c->spki : forge_spki(c->key));
	ctn_buf_span(b, c->ids);
	put_exts(b, c);
	ctn_der_close(b, tbs);
}

/* The same with its outer algorithm bare. */
static void
strip_outer(struct forged *c, ctn_span tbs)
{
	ctn_der r = ctn_der_over(ctn_buf_view(&c->der)), whole;
	ctn_span algorithm, signature;
	ctn_buf out = { 0 };
	size_t mark;

	FORGE_MUST(ctn_der_sequence(&r, &whole) && ctn_der_any(&whole, &(ctn_span){ 0 }) && ctn_der_any(&whole, &algorithm) &&
	    ctn_der_any(&whole, &signature));
	mark = ctn_der_open(&out, CTN_TAG_SEQUENCE);
	ctn_buf_span(&out, tbs);
	put_algorithm(&out, c, c->outer);
	ctn_buf_span(&out, signature);
	ctn_der_close(&out, mark);
	ctn_buf_free(&c->der);
	c->der = out;
}

void
forge_sign(struct forged *c, unsigned issuer_key)
{
	ctn_buf tbs = { 0 };

	put_tbs(&tbs, c);
	forge_signed(&c->der, ctn_buf_view(&tbs), c->outer, issuer_key, c->spoil_signature, (ctn_span){ 0 });
	if (c->bare)
		strip_outer(c, ctn_buf_view(&tbs));
	ctn_buf_free(&tbs);
}

void
forge_free(struct forged *c)
{
	for (size_t i = 0; i < c->exts_n; i++)
		ctn_buf_free(&c->exts[i].value);
	ctn_buf_free(&c->issuer);
	ctn_buf_free(&c->subject);
	ctn_buf_free(&c->der);
}
