/* Forged certificates and CRLs for the lint tests: a clean one of each kind, of which any part can be put another way. */
#ifndef CTN_TESTS_LINT_FORGE_H
#define CTN_TESTS_LINT_FORGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "der/oid.h"
#include "der/write.h"
#include "key/sig.h"
#include "lint/lint.h"

#define FORGE_EXTS 12
#define FORGE_PARTS 4

static ctn_arena *forge_arena;

/* DER by expression: EL(CTN_TAG_SEQUENCE, a, b), TXT("..."), HEX("0a0b"), NONE. Everything lives in forge_arena. */
#define NONE ((ctn_span){ 0 })
#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))
#define CAT(...) forge_cat((const ctn_span[]){ __VA_ARGS__ }, COUNT_OF(((const ctn_span[]){ __VA_ARGS__ })))
#define EL(tag, ...) forge_element((tag), CAT(__VA_ARGS__))
#define SEQ(...) EL(CTN_TAG_SEQUENCE, __VA_ARGS__)
#define OCTETS(...) EL(CTN_TAG_OCTET_STRING, __VA_ARGS__)
#define OID(content) EL(CTN_TAG_OID, content)
#define TXT(literal) CTN_SPAN(literal)
#define HEX(text) forge_hex(text)
#define TRUE_BOOL HEX("0101ff")
#define RUN(c, n) forge_run((c), (n))

__attribute__((unused)) static ctn_span
forge_keep(const ctn_buf *b)
{
	ctn_span s = { ctn_arena_copy(forge_arena, b->p, b->n), b->n };

	assert_true(s.p != NULL || b->n == 0);
	return s;
}

__attribute__((unused)) static ctn_span
forge_cat(const ctn_span *parts, size_t n)
{
	CTN_OWN_BUF b = { 0 };

	for (size_t i = 0; i < n; i++)
		ctn_buf_span(&b, parts[i]);
	return b.n == 0 ? NONE : forge_keep(&b);
}

__attribute__((unused)) static ctn_span
forge_element(unsigned tag, ctn_span content)
{
	CTN_OWN_BUF b = { 0 };

	ctn_der_put(&b, tag, content);
	return forge_keep(&b);
}

__attribute__((unused)) static ctn_span
forge_hex(const char *text)
{
	uint8_t *p = ctn_arena_calloc(forge_arena, strlen(text) / 2 + 1, 1);
	size_t n = 0;

	assert_non_null(p);
	assert_true(ctn_unhex(p, strlen(text) / 2 + 1, &n, text));
	return (ctn_span){ p, n };
}

__attribute__((unused)) static ctn_span
forge_run(int c, size_t n)
{
	uint8_t *p = ctn_arena_calloc(forge_arena, n, 1);

	assert_non_null(p);
	memset(p, c, n);
	return (ctn_span){ p, n };
}

/* Names: NAME(RDN(at_common_name, UTF8("x")), ...) */
#define UTF8(value) EL(CTN_TAG_UTF8_STRING, value)
#define PRINTABLE(value) EL(CTN_TAG_PRINTABLE_STRING, value)
#define IA5(value) EL(CTN_TAG_IA5_STRING, value)
#define RDN(attribute, string) EL(CTN_TAG_SET, SEQ(OID(ctn_oid_##attribute), string))
#define NAME(...) SEQ(__VA_ARGS__)
#define CN(text) NAME(RDN(at_common_name, UTF8(TXT(text))))

/* General names and the extensions made of them. */
#define DNS(value) EL(CTN_TAG_CONTEXT(2), value)
#define MAIL(value) EL(CTN_TAG_CONTEXT(1), value)
#define URI(value) EL(CTN_TAG_CONTEXT(6), value)
#define IP(value) EL(CTN_TAG_CONTEXT(7), value)
#define DIRECTORY(value) EL(CTN_TAG_CONTEXT_CONS(4), value)

/* Keys. A point of P-256 that is on the curve: its generator. The RSA modulus is odd and long, and no product of primes that anybody knows. */
#define SPKI_P256                                                                                                   \
	HEX("3059301306072a8648ce3d020106082a8648ce3d030107034200"                                                   \
	    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"                                     \
	    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
#define SPKI_P256_OTHER                                                                                             \
	HEX("3059301306072a8648ce3d020106082a8648ce3d030107034200"                                                   \
	    "047cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"                                     \
	    "07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1")
#define SPKI_ED25519 HEX("302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
#define RSA_ALGORITHM(params) SEQ(OID(HEX("2a864886f70d010101")), params)
#define SPKI_RSA_WITH(params, n, e)                                                                                 \
	SEQ(RSA_ALGORITHM(params),                                                                                  \
	    EL(CTN_TAG_BIT_STRING, HEX("00"), SEQ(EL(CTN_TAG_INTEGER, n), EL(CTN_TAG_INTEGER, e))))
#define SPKI_RSA SPKI_RSA_WITH(HEX("0500"), CAT(HEX("00"), RUN(0xd3, 256)), HEX("010001"))

/* What a row changes, from the clean one. EXT: replaces the extension of that OID, or adds it; an empty value takes it away. */
enum forge_what { PART_END, VERSION, SERIAL, INNER, OUTER, ISSUER, NOT_BEFORE, NOT_AFTER, SUBJECT, SPKI, UIDS, EXT, EXT_AGAIN, LIST, ROLE };
struct forge_part {
	enum forge_what what;
	ctn_span value;
	ctn_span oid;
	bool critical;
	bool of_issuer; /* changes the issuer's certificate instead */
	enum ctn_lint_role role;
};
#define X_CRITICAL(id, v) { .what = EXT, .oid = ctn_oid_##id, .value = (v), .critical = true }
#define X_PLAIN(id, v) { .what = EXT, .oid = ctn_oid_##id, .value = (v) }
#define X_GONE(id) { .what = EXT, .oid = ctn_oid_##id }
#define X_ISSUER(id, v) { .what = EXT, .oid = ctn_oid_##id, .value = (v), .critical = true, .of_issuer = true }
#define F(field, v) { .what = (field), .value = (v) }
#define AS(r) { .what = ROLE, .role = (r) }

struct forge_ext {
	ctn_span oid, value;
	bool critical;
};
struct forge {
	ctn_span version, serial, inner, outer, issuer, not_before, not_after, subject, spki, uids, list;
	bool has_list;
	struct forge_ext exts[FORGE_EXTS];
	size_t n;
	enum ctn_lint_role role;
};

__attribute__((unused)) static void
forge_put(struct forge *f, ctn_span oid, ctn_span value, bool critical)
{
	size_t i = 0;

	while (i < f->n && !ctn_span_equal(f->exts[i].oid, oid))
		i++;
	assert_true(i < FORGE_EXTS);
	if (i == f->n)
		f->n++;
	f->exts[i] = (struct forge_ext){ oid, value, critical };
}

__attribute__((unused)) static void
forge_apply(struct forge *f, const struct forge_part *p)
{
	ctn_span *const fields[] = { [VERSION] = &f->version, [SERIAL] = &f->serial, [INNER] = &f->inner, [OUTER] = &f->outer,
		[ISSUER] = &f->issuer, [NOT_BEFORE] = &f->not_before, [NOT_AFTER] = &f->not_after, [SUBJECT] = &f->subject,
		[SPKI] = &f->spki, [UIDS] = &f->uids, [LIST] = &f->list };

	if (p->what == ROLE) {
		f->role = p->role;
	} else if (p->what == EXT) {
		forge_put(f, p->oid, p->value, p->critical);
	} else if (p->what == EXT_AGAIN) {
		assert_true(f->n < FORGE_EXTS);
		f->exts[f->n++] = (struct forge_ext){ p->oid, p->value, p->critical };
	} else {
		*fields[p->what] = p->value;
		f->has_list = f->has_list || p->what == LIST;
	}
}

__attribute__((unused)) static ctn_span
forge_exts(const struct forge *f)
{
	ctn_span all = NONE;

	for (size_t i = 0; i < f->n; i++) {
		const struct forge_ext *x = &f->exts[i];

		if (x->value.n == 0)
			continue;
		all = CAT(all, SEQ(OID(x->oid), x->critical ? TRUE_BOOL : NONE, OCTETS(x->value)));
	}
	return all.n == 0 ? NONE : SEQ(all);
}

#define ECDSA_SHA256 ctn_sig_alg_der(CTN_SIG_ECDSA_SHA256)
#define ISSUER_KEY_ID HEX("1111111111111111111111111111111111111111")
#define LEAF_KEY_ID HEX("2222222222222222222222222222222222222222")
#define AKI_OF(id) SEQ(EL(CTN_TAG_CONTEXT(0), id))
#define USAGE(bits) HEX(bits) /* a BIT STRING whole */
#define EKU(...) SEQ(__VA_ARGS__)
#define UTC(text) EL(CTN_TAG_UTC_TIME, TXT(text))
#define GENERALIZED(text) EL(CTN_TAG_GENERALIZED_TIME, TXT(text))

__attribute__((unused)) static struct forge
forge_leaf(void)
{
	struct forge f = { .version = HEX("a003020102"), .serial = HEX("4011223344556677889900112233445566778899"),
		.inner = ECDSA_SHA256, .outer = ECDSA_SHA256, .issuer = CN("Issuing"), .not_before = UTC("260101000000Z"),
		.not_after = UTC("260401000000Z"), .subject = CN("web.internal.example"), .spki = SPKI_P256,
		.role = CTN_ROLE_LEAF };

	forge_put(&f, ctn_oid_key_usage, USAGE("03020780"), true);
	forge_put(&f, ctn_oid_ext_key_usage, EKU(OID(ctn_oid_kp_server_auth)), false);
	forge_put(&f, ctn_oid_subject_key_id, OCTETS(LEAF_KEY_ID), false);
	forge_put(&f, ctn_oid_authority_key_id, AKI_OF(ISSUER_KEY_ID), false);
	forge_put(&f, ctn_oid_subject_alt_name, SEQ(DNS(TXT("web.internal.example"))), false);
	return f;
}

__attribute__((unused)) static struct forge
forge_ca(void)
{
	struct forge f = { .version = HEX("a003020102"), .serial = HEX("4011223344556677889900112233445566778800"),
		.inner = ECDSA_SHA256, .outer = ECDSA_SHA256, .issuer = CN("Issuing"), .not_before = UTC("260101000000Z"),
		.not_after = UTC("280101000000Z"), .subject = CN("Below"), .spki = SPKI_P256, .role = CTN_ROLE_CA };

	forge_put(&f, ctn_oid_basic_constraints, SEQ(TRUE_BOOL, HEX("020100")), true);
	forge_put(&f, ctn_oid_key_usage, USAGE("03020106"), true);
	forge_put(&f, ctn_oid_subject_key_id, OCTETS(LEAF_KEY_ID), false);
	forge_put(&f, ctn_oid_authority_key_id, AKI_OF(ISSUER_KEY_ID), false);
	return f;
}

/* The issuer of both. */
__attribute__((unused)) static struct forge
forge_issuer(void)
{
	struct forge f = { .version = HEX("a003020102"), .serial = HEX("4011223344556677889900112233445566778801"),
		.inner = ECDSA_SHA256, .outer = ECDSA_SHA256, .issuer = CN("Root"), .not_before = UTC("260101000000Z"),
		.not_after = UTC("300101000000Z"), .subject = CN("Issuing"), .spki = SPKI_P256_OTHER, .role = CTN_ROLE_CA };

	forge_put(&f, ctn_oid_basic_constraints, SEQ(TRUE_BOOL), true);
	forge_put(&f, ctn_oid_key_usage, USAGE("03020106"), true);
	forge_put(&f, ctn_oid_subject_key_id, OCTETS(ISSUER_KEY_ID), false);
	forge_put(&f, ctn_oid_authority_key_id, AKI_OF(LEAF_KEY_ID), false);
	return f;
}

__attribute__((unused)) static struct forge
forge_root(void)
{
	struct forge f = forge_issuer();

	f.issuer = f.subject;
	f.role = CTN_ROLE_ROOT;
	forge_put(&f, ctn_oid_authority_key_id, NONE, false);
	return f;
}

__attribute__((unused)) static void
forge_cert(ctn_cert *out, const struct forge *f)
{
	struct ctn_err e = { 0 };
	ctn_span exts = forge_exts(f);
	ctn_span tbs = SEQ(f->version, EL(CTN_TAG_INTEGER, f->serial), f->inner, f->issuer, SEQ(f->not_before, f->not_after),
	    f->subject, f->spki, f->uids, exts.n == 0 ? NONE : EL(CTN_TAG_CONTEXT_CONS(3), exts));
	ctn_span whole = SEQ(tbs, f->outer, HEX("03020000"));

	if (!(f->outer.n == 0 ? ctn_cert_parse_tbs(out, tbs, &e) : ctn_cert_parse(out, whole, &e)))
		fail_msg("the forged certificate does not parse: %s", e.text);
}

/* Clean CRL: one revocation, full, number 5. */
__attribute__((unused)) static struct forge
forge_crl(void)
{
	struct forge f = { .version = HEX("020101"), .inner = ECDSA_SHA256, .outer = ECDSA_SHA256, .issuer = CN("Issuing"),
		.not_before = UTC("260101000000Z"), .not_after = UTC("260108000000Z"), .has_list = true,
		.list = SEQ(HEX("02020101"), UTC("251231000000Z")) };

	forge_put(&f, ctn_oid_authority_key_id, AKI_OF(ISSUER_KEY_ID), false);
	forge_put(&f, ctn_oid_crl_number, HEX("020105"), false);
	return f;
}

__attribute__((unused)) static void
forge_crl_parse(ctn_crl *out, const struct forge *f)
{
	struct ctn_err e = { 0 };
	ctn_span exts = forge_exts(f);
	ctn_span tbs = SEQ(f->version, f->inner, f->issuer, f->not_before, f->not_after, f->has_list ? SEQ(f->list) : NONE,
	    exts.n == 0 ? NONE : EL(CTN_TAG_CONTEXT_CONS(0), exts));

	if (!ctn_crl_parse(out, SEQ(tbs, f->outer, HEX("03020000")), &e))
		fail_msg("the forged CRL does not parse: %s", e.text);
}

/* One rule: what it refuses, and the nearest thing that it lets through. */
struct forge_row {
	const char *id;
	struct forge_part refused[FORGE_PARTS], accepted[FORGE_PARTS];
};

__attribute__((unused)) static bool
forge_finds(const struct forge *clean, const struct forge_part *parts, const char *id, bool is_crl)
{
	struct forge f = *clean, issuer = forge_issuer();
	ctn_lint_subject s = { .now_s = 1767312000 }; /* 2026-01-02 */
	struct ctn_err e = { 0 };
	ctn_cert *c = ctn_arena_new(forge_arena, ctn_cert, 2);
	ctn_crl *crl = ctn_arena_new(forge_arena, ctn_crl, 1);
	ctn_finding *found;
	size_t n;

	assert_true(c != NULL && crl != NULL);
	for (size_t i = 0; i < FORGE_PARTS && parts[i].what != PART_END; i++)
		forge_apply(parts[i].of_issuer ? &issuer : &f, &parts[i]);
	forge_cert(&c[0], &issuer);
	s.issuer = f.role == CTN_ROLE_ROOT ? NULL : &c[0];
	s.role = f.role;
	if (is_crl)
		forge_crl_parse(crl, &f);
	else
		forge_cert(&c[1], &f);
	s.cert = is_crl ? NULL : &c[1];
	s.crl = is_crl ? crl : NULL;
	assert_true(ctn_lint(&found, &n, &s, NULL, forge_arena, &e));
	for (size_t i = 0; i < n; i++) {
		assert_true(found[i].text[0] != '\0');
		if (id == NULL)
			print_message("%s: %s\n", found[i].id, found[i].text);
		if (id != NULL && strcmp(found[i].id, id) == 0)
			return true;
	}
	return id == NULL && n > 0;
}

__attribute__((unused)) static void
forge_check(const struct forge *clean, const struct forge_row *rows, size_t n, bool is_crl)
{
	for (size_t i = 0; i < n; i++) {
		if (!forge_finds(clean, rows[i].refused, rows[i].id, is_crl))
			fail_msg("%s (row %zu) has nothing to say", rows[i].id, i);
		if (forge_finds(clean, rows[i].accepted, rows[i].id, is_crl))
			fail_msg("%s (row %zu) refuses its neighbour", rows[i].id, i);
	}
}

__attribute__((unused)) static int
forge_setup(void **state)
{
	(void)state;
	forge_arena = ctn_arena_open(0);
	return forge_arena == NULL ? -1 : 0;
}

__attribute__((unused)) static int
forge_teardown(void **state)
{
	(void)state;
	ctn_arena_close(forge_arena);
	forge_arena = NULL;
	return 0;
}

#endif
