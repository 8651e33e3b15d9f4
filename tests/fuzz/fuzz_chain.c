/*
 * A whole verification of hostile objects: octet 0 picks the profile, then come records of a kind and a length of two octets:
 * 0 trust, 1 know, 2 CRL, 3 OCSP response, 4 leaf, each DER whole; 5 a name that is asked for; 6 the OID of a policy that is wanted; 7 an
 * octet of wishes. 8 to 12 are 0 to 4 without signature: the number of a key, and what it is to sign; so that what is mutated is still
 * authentic, and reaches what lies behind the signatures. It must end, within its budgets, and give a reason for every no.
 */
#include <stdlib.h>

#include <openssl/evp.h>

#include "der/oid.h"
#include "verify/verify.h"
#include "x509/build.h"
#include "x509/ocsp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool promise)
{
	if (!promise)
		abort();
}

#define KEYS 32u
#define WANTED 4u

/* The question while it is read. */
struct question {
	ctn_verifier *v;
	ctn_verify_ask ask;
	ctn_arena *a;
	ctn_name names[WANTED];
	ctn_span policies[WANTED];
};

/* Ed25519 of 32 octets that are i + 1: what seeds/ is made with. */
static EVP_PKEY *
key_of(unsigned i)
{
	static EVP_PKEY *keys[KEYS];
	uint8_t secret[32];

	i %= KEYS;
	if (keys[i] == NULL) {
		memset(secret, (int)i + 1, sizeof(secret));
		keys[i] = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, secret, sizeof(secret));
	}
	must(keys[i] != NULL);
	return keys[i];
}

/* Key number and to-be-signed octets, signed; in the arena. */
static ctn_span
signed_by(struct question *q, ctn_span in, bool is_ocsp)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	CTN_OWN_BUF der = { 0 }, whole = { 0 };
	uint8_t signature[64];
	size_t n = sizeof(signature);
	const uint8_t *copy;
	ctn_span tbs;

	if (in.n == 0 || md == NULL) {
		EVP_MD_CTX_free(md);
		return in;
	}
	tbs = (ctn_span){ in.p + 1, in.n - 1 };
	must(EVP_DigestSignInit_ex(md, NULL, NULL, NULL, NULL, key_of(in.p[0]), NULL) == 1);
	must(EVP_DigestSign(md, signature, &n, tbs.p, tbs.n) == 1);
	EVP_MD_CTX_free(md);
	ctn_signed_build(&der, tbs, CTN_SIG_ED25519, (ctn_span){ signature, n }, (ctn_span){ 0 });
	ctn_ocsp_wrap(&whole, ctn_buf_view(&der));
	copy = ctn_arena_copy(q->a, is_ocsp ? whole.p : der.p, is_ocsp ? whole.n : der.n);
	must(copy != NULL);
	return (ctn_span){ copy, is_ocsp ? whole.n : der.n };
}

static void
take_object(struct question *q, unsigned kind, ctn_span der)
{
	struct ctn_err e;

	switch (kind) {
	case 0:
		(void)!ctn_verifier_trust(q->v, der, "trust", &e);
		return;
	case 1:
		(void)!ctn_verifier_know(q->v, der, NULL, &e);
		return;
	case 2:
		(void)!ctn_verifier_crl(q->v, der, NULL, &e);
		return;
	case 3:
		(void)!ctn_verifier_ocsp(q->v, der, &e);
		return;
	default:
		q->ask.leaf = der;
	}
}

static void
take_wish(struct question *q, unsigned kind, ctn_span in)
{
	const char *text = ctn_arena_text_n(q->a, (const char *)in.p, in.n);
	struct ctn_err e;

	if (kind == 5 && q->ask.names_n < WANTED && text != NULL &&
	    ctn_name_parse(&q->names[q->ask.names_n], text, q->a, &e))
		q->ask.names_n++;
	if (kind == 6 && q->ask.policies_n < WANTED && in.n > 0)
		q->policies[q->ask.policies_n++] = in;
	if (kind != 7 || in.n == 0)
		return;
	q->ask.require_policy = in.p[0] & 1;
	q->ask.inhibit_mapping = in.p[0] & 2;
	q->ask.inhibit_any = in.p[0] & 4;
	q->ask.has_max_depth = in.p[0] & 8;
	q->ask.max_depth = in.p[0] >> 4 & 3;
	q->ask.revocation = (enum ctn_verify_revocation)((in.p[0] >> 6) % 3);
}

static void
take(struct question *q, unsigned kind, ctn_span in)
{
	kind %= 13;
	if (kind >= 8)
		take_object(q, kind - 8, signed_by(q, in, kind == 11));
	else if (kind >= 5)
		take_wish(q, kind, in);
	else
		take_object(q, kind, in);
}

static void
judge(ctn_verifier *v, const ctn_verify_ask *ask)
{
	ctn_arena *a = ctn_arena_open(0);
	ctn_verify_result r;
	struct ctn_err e;

	must(a != NULL);
	if (ctn_verify(&r, v, ask, a, &e)) {
		must(r.trusted == (r.reason.check == CTN_V_NONE));
		must(r.trusted || r.reason.text != NULL);
		must(r.signatures_spent <= CTN_VERIFY_SIGNATURES_MAX && r.paths_spent <= CTN_VERIFY_PATHS_MAX);
		must(!r.trusted || (r.path_n > 0 && r.checks_n > 0));
	}
	ctn_arena_close(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct question q = { .ask = { .at_s = INT64_C(1780000000), .revocation = CTN_REVOCATION_REQUIRE } };
	struct ctn_err e;
	size_t at = 1;

	if (size < 4)
		return 0;
	must(ctn_verifier_open(&q.v, &e));
	must((q.a = ctn_arena_open(0)) != NULL);
	q.ask.names = q.names;
	q.ask.policies = q.policies;
	q.ask.profile = (enum ctn_verify_profile)(data[0] % CTN_VERIFY_PROFILES);
	if (data[0] & 0x80)
		q.ask.revocation = CTN_REVOCATION_PREFER;
	if (data[0] & 0x40)
		q.ask.purpose = ctn_oid_kp_server_auth;
	while (size - at >= 3) {
		size_t n = (size_t)data[at + 1] << 8 | data[at + 2];

		if (n > size - at - 3)
			n = size - at - 3;
		take(&q, data[at], (ctn_span){ data + at + 3, n });
		at += 3 + n;
	}
	judge(q.v, &q.ask);
	judge(q.v, &q.ask);
	ctn_verifier_close(q.v);
	ctn_arena_close(q.a);
	return 0;
}
