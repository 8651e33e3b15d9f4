/* CRLs written by hand, and tables of which the leaf's points and what lists there are, and what the answer is then. */
#ifndef TEST_VERIFY_LISTS_H
#define TEST_VERIFY_LISTS_H

#include "verify_forge.h"

#include <stdio.h>

#include "forge/status.h"

/* A distribution point, in a certificate or a CRL; what is NULL or 0 is absent. */
struct point {
	const char *uri, *dns, *directory, *relative, *crl_issuer, *crl_issuer_uri;
	uint32_t reasons; /* bits as in ReasonFlags */
};

/* One entry; certificate_issuer NULL: absent. */
struct entry {
	uint8_t serial;
	const char *certificate_issuer;
	bool unknown_critical, broken;
	unsigned reason;
};

/* A CRL by hand. */
struct list {
	const char *issuer;   /* NULL: the leaf's */
	unsigned key;         /* 0: the leaf's issuer's */
	bool no_number, number_critical, no_aki, aki_of_other, aki_broken, no_next, number_twice, number_broken;
	bool idp, idp_plain, idp_broken, user, ca, attribute, indirect;
	struct point point;   /* of the IDP */
	struct entry entries[3];
	unsigned entries_n;
	const char *number;   /* octets in hexadecimal; NULL: 05 */
	const char *base;     /* of a delta; NULL: it is none */
	bool base_plain;
	bool unknown, unknown_critical, two_algorithms, over, spoil;
	int64_t age;          /* since thisUpdate; 0: as the forge says */
};

static void
put_ext(ctn_buf *b, ctn_span oid, bool critical, ctn_span value)
{
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);

	ctn_der_put_oid(b, oid);
	if (critical)
		ctn_der_put_bool(b, true);
	ctn_der_put(b, CTN_TAG_OCTET_STRING, value);
	ctn_der_close(b, s);
}

static void
put_directory(ctn_buf *b, const char *text)
{
	ctn_buf name = { 0 };

	forge_name(&name, text);
	ctn_der_put(b, CTN_TAG_CONTEXT_CONS(CTN_NAME_DIRECTORY), ctn_buf_view(&name));
	ctn_buf_free(&name);
}

static void
put_relative(ctn_buf *b, const char *text)
{
	ctn_der r, rdns, set;
	ctn_buf name = { 0 };

	forge_name(&name, text);
	r = ctn_der_over(ctn_buf_view(&name));
	assert_true(ctn_der_sequence(&r, &rdns) && ctn_der_set(&rdns, &set));
	ctn_der_put(b, CTN_TAG_CONTEXT_CONS(1), ctn_der_rest(&set));
	ctn_buf_free(&name);
}

/* DistributionPointName, when there is one. */
static void
put_point_name(ctn_buf *b, const struct point *p)
{
	size_t outer, inner;

	if (p->uri == NULL && p->dns == NULL && p->directory == NULL && p->relative == NULL)
		return;
	outer = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(0));
	if (p->relative != NULL) {
		put_relative(b, p->relative);
	} else {
		inner = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(0));
		if (p->uri != NULL)
			ctn_der_put(b, CTN_TAG_CONTEXT(CTN_NAME_URI), ctn_span_text(p->uri));
		if (p->dns != NULL)
			ctn_der_put(b, CTN_TAG_CONTEXT(CTN_NAME_DNS), ctn_span_text(p->dns));
		if (p->directory != NULL)
			put_directory(b, p->directory);
		ctn_der_close(b, inner);
	}
	ctn_der_close(b, outer);
}

static void
put_flag(ctn_buf *b, unsigned tag, bool set)
{
	if (set)
		ctn_der_put(b, CTN_TAG_CONTEXT(tag), CTN_SPAN("\xff"));
}

static void
put_idp(ctn_buf *b, const struct list *l)
{
	ctn_buf value = { 0 };
	size_t s = ctn_der_open(&value, CTN_TAG_SEQUENCE);

	put_point_name(&value, &l->point);
	put_flag(&value, 1, l->user);
	put_flag(&value, 2, l->ca);
	if (l->point.reasons != 0)
		ctn_der_put_named_bits(&value, CTN_TAG_CONTEXT(3), l->point.reasons);
	put_flag(&value, 4, l->indirect);
	put_flag(&value, 5, l->attribute);
	ctn_der_close(&value, s);
	put_ext(b, ctn_oid_issuing_distribution_point, !l->idp_plain, l->idp_broken ? CTN_SPAN("\x31\x00") : ctn_buf_view(&value));
	ctn_buf_free(&value);
}

static void
put_number(ctn_buf *b, ctn_span oid, bool critical, const char *hex)
{
	ctn_buf value = { 0 };
	uint8_t octets[8];
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++) {
		unsigned v;

		assert_int_equal(sscanf(hex + 2 * i, "%2x", &v), 1);
		octets[i] = (uint8_t)v;
	}
	ctn_der_put(&value, CTN_TAG_INTEGER, (ctn_span){ octets, n });
	put_ext(b, oid, critical, ctn_buf_view(&value));
	ctn_buf_free(&value);
}

static void
put_aki(ctn_buf *b, const struct list *l, unsigned key)
{
	ctn_buf value = { 0 };
	uint8_t id[20];
	size_t s = ctn_der_open(&value, CTN_TAG_SEQUENCE);

	ctn_der_put(&value, CTN_TAG_CONTEXT(0), forge_key_id(id, l->aki_of_other ? 7 : key));
	ctn_der_close(&value, s);
	put_ext(b, ctn_oid_authority_key_id, false, l->aki_broken ? CTN_SPAN("\x31\x00") : ctn_buf_view(&value));
	ctn_buf_free(&value);
}

static void
put_entry(ctn_buf *b, const struct entry *x)
{
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE), exts = 0, names;
	const uint8_t reason[] = { 0x0a, 0x01, (uint8_t)x->reason };
	ctn_buf value = { 0 };

	ctn_der_put(b, CTN_TAG_INTEGER, (ctn_span){ &x->serial, 1 });
	if (!x->broken)
		ctn_der_put_time(b, FORGE_NOW - 10);
	if (x->certificate_issuer != NULL || x->unknown_critical || x->reason != 0) {
		exts = ctn_der_open(b, CTN_TAG_SEQUENCE);
		if (x->certificate_issuer != NULL) {
			names = ctn_der_open(&value, CTN_TAG_SEQUENCE);
			put_directory(&value, x->certificate_issuer);
			ctn_der_close(&value, names);
			put_ext(b, CTN_SPAN("\x55\x1d\x1d"), true, ctn_buf_view(&value));
		}
		if (x->unknown_critical)
			put_ext(b, CTN_SPAN("\x2a\x03\x04"), true, CTN_SPAN("\x05\x00"));
		if (x->reason != 0)
			put_ext(b, CTN_SPAN("\x55\x1d\x15"), false, (ctn_span){ reason, sizeof(reason) });
		ctn_der_close(b, exts);
	}
	ctn_der_close(b, s);
	ctn_buf_free(&value);
}

static void
put_exts(ctn_buf *b, const struct list *l, unsigned key)
{
	const char *number = l->number == NULL ? "05" : l->number;

	if (!l->no_number)
		put_number(b, ctn_oid_crl_number, l->number_critical, l->number_broken ? "ff" : number);
	if (l->number_twice)
		put_number(b, ctn_oid_crl_number, false, number);
	if (!l->no_aki)
		put_aki(b, l, key);
	if (l->base != NULL)
		put_number(b, ctn_oid_delta_crl_indicator, !l->base_plain, l->base);
	if (l->idp || l->idp_broken)
		put_idp(b, l);
	if (l->unknown || l->unknown_critical)
		put_ext(b, CTN_SPAN("\x2a\x03\x04"), l->unknown_critical, CTN_SPAN("\x05\x00"));
}

static void
add(struct chain *c, const struct list *l)
{
	struct forged_crl f = forge_crl_begin(l->issuer == NULL ? "CN=Lower,O=Example" : l->issuer, l->key == 0 ? 2 : l->key);
	ctn_buf exts = { 0 }, entries = { 0 }, der = { 0 };
	struct ctn_err e = { 0 };

	put_exts(&exts, l, f.key);
	for (unsigned i = 0; i < l->entries_n; i++)
		put_entry(&entries, &l->entries[i]);
	f.exts = ctn_buf_view(&exts);
	f.entries = ctn_buf_view(&entries);
	f.no_next_update = l->no_next;
	f.outer = l->two_algorithms ? CTN_SIG_ECDSA_SHA384 : CTN_SIG_UNKNOWN;
	f.spoil = l->spoil;
	if (l->age != 0)
		f.this_update = FORGE_NOW - l->age;
	if (l->over)
		f.next_update = FORGE_NOW - 1;
	forge_crl(&der, &f);
	assert_true(ctn_verifier_crl(c->v, ctn_buf_view(&der), "list", &e));
	ctn_buf_free(&exts);
	ctn_buf_free(&entries);
	ctn_buf_free(&der);
}

static void
put_points(struct forged *f, const struct point *points, size_t n)
{
	ctn_buf *b = forge_put(f, ctn_oid_crl_distribution_points, false);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE), one, issuer;

	for (size_t i = 0; i < n; i++) {
		one = ctn_der_open(b, CTN_TAG_SEQUENCE);
		put_point_name(b, &points[i]);
		if (points[i].reasons != 0)
			ctn_der_put_named_bits(b, CTN_TAG_CONTEXT(1), points[i].reasons);
		if (points[i].crl_issuer != NULL) {
			issuer = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(2));
			if (points[i].crl_issuer_uri != NULL)
				ctn_der_put(b, CTN_TAG_CONTEXT(CTN_NAME_URI), ctn_span_text(points[i].crl_issuer_uri));
			put_directory(b, points[i].crl_issuer);
			ctn_der_close(b, issuer);
		}
		ctn_der_close(b, one);
	}
	ctn_der_close(b, s);
}

static enum ctn_verify_status
only_of_leaf(void *ctx, const ctn_cert *cert, const ctn_cert *issuer, int64_t *since_s, unsigned *reason)
{
	(void)ctx, (void)issuer, (void)since_s, (void)reason;
	return cert->serial.p[0] == 0x44 ? CTN_STATUS_UNKNOWN : CTN_STATUS_GOOD;
}

/* The leaf's points, up to three lists, and the answer in pkix and under the strict profiles. */
struct list_case {
	const char *what;
	struct point points[2];
	unsigned points_n;
	struct list lists[3];
	unsigned lists_n;
	enum ctn_vcheck pkix, strict;
	void (*spoil)(struct chain *c, struct forged *signer); /* before all is signed; NULL: nothing */
	const char *doubt; /* in pkix, behind "no fresh answer tells whether O=Example is revoked"; NULL: whatever it is */
};

#define GOOD CTN_V_NONE, CTN_V_NONE
#define UNKNOWN CTN_V_unknown_status, CTN_V_unknown_status
#define REVOKED CTN_V_revoked, CTN_V_revoked
#define LAX CTN_V_NONE, CTN_V_unknown_status

static bool
has_doubt(const struct list_case *k, const struct chain *c)
{
	const char *text = c->result.reason.text, *head = "no fresh answer tells whether O=Example is revoked";

	if (k->doubt == NULL || c->ask.profile != CTN_PKIX)
		return true;
	if (text != NULL && strncmp(text, head, strlen(head)) == 0 && strcmp(text + strlen(head), k->doubt) == 0)
		return true;
	print_error("%s: told '%s'\n", k->what, text == NULL ? "" : text);
	return false;
}

static bool
run_list_case(const struct list_case *k, enum ctn_verify_profile profile, enum ctn_vcheck wanted)
{
	struct forged signer;
	struct ctn_err e = { 0 };
	enum ctn_vcheck got;
	bool got_doubt;
	struct chain c;

	chain_begin(&c);
	c.ask.profile = profile;
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = only_of_leaf;
	if (k->points_n > 0)
		put_points(&c.leaf, k->points, k->points_n);
	for (unsigned i = 0; i < k->lists_n; i++)
		add(&c, &k->lists[i]);
	forge_begin(&signer, "CN=Lists", "CN=Root", 6, 0, true);
	forge_usage(&signer, CTN_KU_CRL_SIGN | CTN_KU_KEY_CERT_SIGN);
	if (k->spoil != NULL)
		k->spoil(&c, &signer);
	forge_sign(&signer, 0);
	assert_true(ctn_verifier_know(c.v, ctn_buf_view(&signer.der), NULL, &e));
	chain_sign(&c);
	got = chain_ask(&c);
	if (got != wanted)
		print_error("%s, %s: got check %d (%s), wanted %d\n", k->what, ctn_verify_profile_name(profile), (int)got,
		    got == CTN_V_NONE ? "trusted" : c.result.reason.text, (int)wanted);
	got_doubt = has_doubt(k, &c);
	forge_free(&signer);
	chain_end(&c);
	return got == wanted && got_doubt;
}

FORGE_UNUSED static void
run_list_cases(const struct list_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_true(run_list_case(&cases[i], CTN_PKIX, cases[i].pkix));
		assert_true(run_list_case(&cases[i], CTN_RFC5280, cases[i].strict));
	}
}

#define INDIRECT .issuer = "CN=Lists", .key = 6, .idp = true, .indirect = true
#define RUN(cases) run_list_cases(cases, sizeof(cases) / sizeof(*(cases)))
#define LOWER "CN=Lower,O=Example"
#define POINTS(...) .points = { __VA_ARGS__ }, .points_n = sizeof((struct point[]){ __VA_ARGS__ }) / sizeof(struct point)
#define LISTS(...) .lists = { __VA_ARGS__ }, .lists_n = sizeof((struct list[]){ __VA_ARGS__ }) / sizeof(struct list)
#define ENTRIES(...) .entries = { __VA_ARGS__ }, .entries_n = sizeof((struct entry[]){ __VA_ARGS__ }) / sizeof(struct entry)
#define SOME_REASONS 0x006u
#define OTHER_REASONS 0x1f8u

#endif
