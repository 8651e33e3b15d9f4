/* What the module key costs per operation: import against use, and the check of a key that a CSR brought. */
#include <stdio.h>
#include <time.h>

#include "key/private.h"

enum { BENCH_MS = 300 };

struct subject {
	ctn_privkey *key;
	ctn_pubkey *public;
	ctn_spki spki;
	ctn_buf der, signature;
};

typedef bool operation(struct subject *s, struct ctn_err *e);

static bool
parse(struct subject *s, struct ctn_err *e)
{
	ctn_spki spki;

	return ctn_spki_parse(&spki, ctn_buf_view(&s->der), e);
}

static bool
import(struct subject *s, struct ctn_err *e)
{
	CTN_OWN(ctn_pubkey) key = NULL;

	return ctn_pubkey_import(&key, &s->spki, (ctn_span){ 0 }, e);
}

static bool
check(struct subject *s, struct ctn_err *e)
{
	return ctn_spki_check(&s->spki, e);
}

static bool
sign(struct subject *s, struct ctn_err *e)
{
	ctn_buf_reset(&s->signature);
	return ctn_privkey_sign(&s->signature, s->key, CTN_SPAN("catena"), e);
}

static bool
verify(struct subject *s, struct ctn_err *e)
{
	enum ctn_sig_alg alg = ctn_sig_alg_for(s->spki.kind.alg);
	bool good = false;

	return ctn_signature_check(&good, s->public, alg, CTN_SPAN("catena"), ctn_buf_view(&s->signature), e) && good;
}

static double
now_us(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* CPU microseconds of one call; below zero when it failed. */
static double
cost_us(operation *run, struct subject *s)
{
	double start = now_us(), spent = 0;
	unsigned long calls = 0;
	struct ctn_err e = { 0 };

	while (spent < BENCH_MS * 1e3) {
		if (!run(s, &e)) {
			(void)fprintf(stderr, "%s\n", e.text);
			return -1;
		}
		calls++;
		spent = now_us() - start;
	}
	return spent / (double)calls;
}

static bool
prepare(struct subject *s, const char *word, struct ctn_err *e)
{
	ctn_key_kind kind;

	return ctn_key_kind_parse(&kind, word, e) && ctn_privkey_generate(&s->key, kind, e) &&
	    ctn_privkey_spki(&s->der, s->key, e) && ctn_spki_parse(&s->spki, ctn_buf_view(&s->der), e) &&
	    ctn_pubkey_import(&s->public, &s->spki, (ctn_span){ 0 }, e);
}

int
main(void)
{
	static const char *const words[] = { "ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-2048", "rsa-4096", "rsa-8192" };

	(void)printf("%-12s %8s %8s %8s %8s %8s  (us)\n", "key", "parse", "import", "check", "sign", "verify");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct ctn_err e = { 0 };
		struct subject s = { 0 };

		if (!prepare(&s, words[i], &e)) {
			(void)fprintf(stderr, "%s: %s\n", words[i], e.text);
			return 1;
		}
		(void)printf(
		    "%-12s %8.2f %8.2f %8.2f", words[i], cost_us(parse, &s), cost_us(import, &s), cost_us(check, &s));
		(void)printf(" %8.2f", cost_us(sign, &s));
		(void)printf(" %8.2f\n", cost_us(verify, &s));
		ctn_privkey_free(s.key);
		ctn_pubkey_free(s.public);
		ctn_buf_free(&s.der);
		ctn_buf_free(&s.signature);
	}
	return 0;
}
