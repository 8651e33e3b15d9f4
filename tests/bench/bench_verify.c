/*
 * Verification beside what it cannot do without, and beside libcrypto: d2i_X509 and X509_verify_cert, and the bare signature checks. What
 * is compared runs in turns, so that what else the machine does falls on all alike; medians are compared. Then the program itself: 10,000
 * leaves under one CA.
 *
 *   bench_verify [CATENA [DIR]]
 */
#include "home.h"

#include <openssl/x509v3.h>

#include "der/oid.h"
#include "der/pem.h"
#include "key/private.h"
#include "verify/verify.h"
#include "x509/build.h"

/* Ratios of CPU times of one run vary by a few percent from run to run; a bound is missed when it is so by more. */
#define NOISE 1.05

enum { TURNS = 31, REPEATS = 40, LEAVES = 200, MANY = 10000, AT = 1780000000 };

static double
cpu_us(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static _Noreturn void
die(const struct ctn_err *e)
{
	(void)fprintf(stderr, "bench_verify: %s\n", e->text);
	exit(3);
}

struct party {
	ctn_privkey *key;
	ctn_buf spki, cert;
	uint8_t key_id[20];
	ctn_spki view;
};

static void
make_key(struct party *p, const char *kind)
{
	struct ctn_err e = { 0 };
	ctn_key_kind k;

	if (!ctn_key_kind_parse(&k, kind, &e) || !ctn_privkey_generate(&p->key, k, &e) || !ctn_privkey_spki(&p->spki, p->key, &e) ||
	    !ctn_spki_parse(&p->view, ctn_buf_view(&p->spki), &e) || !ctn_spki_key_id(p->key_id, &p->view, &e))
		die(&e);
}

/* A root, an authority, or a server as the starting policies make them; cn is one letter. */
static void
make_cert(ctn_buf *out, const struct party *p, char cn, const struct party *by, char by_cn, unsigned number)
{
	char subject[] = "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01T", issuer[sizeof subject];
	uint8_t serial[8] = { 0x40, 0, 0, 1, (uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number };
	const ctn_name name = { .type = CTN_NAME_DNS, .value = CTN_SPAN("web.internal.example") };
	CTN_OWN_BUF tbs = { 0 };
	CTN_OWN_BUF signature = { 0 };
	struct ctn_err e = { 0 };
	bool leaf = cn == 'L';
	ctn_cert_fields f = { .serial = { serial, sizeof serial }, .sig_alg = ctn_sig_alg_for(by->view.kind.alg), .not_before = AT - 86400,
		.not_after = AT + 8640000, .spki = ctn_buf_view(&p->spki), .is_ca = !leaf, .eku = leaf ? &ctn_oid_kp_server_auth : NULL,
		.key_usage = leaf ? CTN_KU_DIGITAL_SIGNATURE : CTN_KU_KEY_CERT_SIGN | CTN_KU_CRL_SIGN, .eku_n = leaf, .names = &name,
		.names_n = leaf, .subject_key_id = { p->key_id, 20 }, .authority_key_id = { by->key_id, 20 } };

	memcpy(issuer, subject, sizeof subject);
	subject[13] = cn;
	issuer[13] = by_cn;
	f.subject_der = (ctn_span){ (const uint8_t *)subject, sizeof subject - 1 };
	f.issuer = (ctn_span){ (const uint8_t *)issuer, sizeof issuer - 1 };
	if (!ctn_cert_build(&tbs, &f, &e) || !ctn_privkey_sign(&signature, by->key, ctn_buf_view(&tbs), &e))
		die(&e);
	ctn_signed_build(out, ctn_buf_view(&tbs), f.sig_alg, ctn_buf_view(&signature), (ctn_span){ 0 });
	if (!ctn_buf_ok(out, &e))
		die(&e);
}

/* Root, intermediate and leaves of one kind of key. */
struct chain {
	struct party root, ca, leaf;
	ctn_buf more[LEAVES];
};

static void
make_chain(struct chain *c, const char *kind)
{
	make_key(&c->root, kind);
	make_key(&c->ca, kind);
	make_key(&c->leaf, kind);
	make_cert(&c->root.cert, &c->root, 'R', &c->root, 'R', 1);
	make_cert(&c->ca.cert, &c->ca, 'C', &c->root, 'R', 2);
	make_cert(&c->leaf.cert, &c->leaf, 'L', &c->ca, 'C', 3);
	for (unsigned i = 0; i < LEAVES; i++)
		make_cert(&c->more[i], &c->leaf, 'L', &c->ca, 'C', 4 + i);
}

static void
free_party(struct party *p)
{
	ctn_privkey_free(p->key);
	ctn_buf_free(&p->spki);
	ctn_buf_free(&p->cert);
}

static void
free_chain(struct chain *c)
{
	free_party(&c->root);
	free_party(&c->ca);
	free_party(&c->leaf);
	for (unsigned i = 0; i < LEAVES; i++)
		ctn_buf_free(&c->more[i]);
}

/* ---- ours */

static void
ask(ctn_verifier *v, ctn_span leaf)
{
	static const ctn_name name = { .type = CTN_NAME_DNS, .text = "web.internal.example", .value = CTN_SPAN("web.internal.example") };
	const ctn_verify_ask q = { .leaf = leaf, .at_s = AT, .purpose = ctn_oid_kp_server_auth, .names = &name, .names_n = 1 };
	ctn_arena *a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_verify_result r;

	if (a == NULL || !ctn_verify(&r, v, &q, a, &e))
		die(&e);
	if (!r.trusted) {
		(void)fprintf(stderr, "bench_verify: not trusted: %s\n", r.reason.text);
		exit(3);
	}
	ctn_arena_close(a);
}

static ctn_verifier *
open_verifier(const struct chain *c)
{
	struct ctn_err e = { 0 };
	ctn_verifier *v;

	if (!ctn_verifier_open(&v, &e) || !ctn_verifier_trust(v, ctn_buf_view(&c->root.cert), "root", &e) ||
	    !ctn_verifier_know(v, ctn_buf_view(&c->ca.cert), "ca", &e))
		die(&e);
	return v;
}

static double
ours(const struct chain *c)
{
	double begin = cpu_us();

	for (unsigned i = 0; i < REPEATS; i++) {
		ctn_verifier *v = open_verifier(c);

		ask(v, ctn_buf_view(&c->leaf.cert));
		ctn_verifier_close(v);
	}
	return (cpu_us() - begin) / REPEATS;
}

static double
ours_remembered(const struct chain *c)
{
	ctn_verifier *v = open_verifier(c);
	double begin;

	ask(v, ctn_buf_view(&c->leaf.cert));
	begin = cpu_us();
	for (unsigned i = 0; i < LEAVES; i++)
		ask(v, ctn_buf_view(&c->more[i]));
	begin = (cpu_us() - begin) / LEAVES;
	ctn_verifier_close(v);
	return begin;
}

/* ---- libcrypto */

static X509 *
decode(const ctn_buf *der)
{
	const unsigned char *p = der->p;

	return d2i_X509(NULL, &p, (long)der->n);
}

static bool
verify_theirs(const struct chain *c)
{
	X509 *root = decode(&c->root.cert), *ca = decode(&c->ca.cert), *leaf = decode(&c->leaf.cert);
	X509_VERIFY_PARAM *param = X509_VERIFY_PARAM_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *helpers = sk_X509_new_null();
	X509_STORE *store = X509_STORE_new();
	bool ok = root != NULL && ca != NULL && leaf != NULL && param != NULL && ctx != NULL && helpers != NULL && store != NULL &&
	    sk_X509_push(helpers, ca) > 0 && X509_STORE_add_cert(store, root) == 1;

	if (ok) {
		X509_VERIFY_PARAM_set_time(param, AT);
		ok = X509_VERIFY_PARAM_set1_host(param, "web.internal.example", 0) == 1 &&
		    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER) == 1 && X509_STORE_set1_param(store, param) == 1 &&
		    X509_STORE_CTX_init(ctx, store, leaf, helpers) == 1 && X509_verify_cert(ctx) == 1;
	}
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	sk_X509_free(helpers);
	X509_VERIFY_PARAM_free(param);
	X509_free(root);
	X509_free(ca);
	X509_free(leaf);
	return ok;
}

static double
theirs(const struct chain *c)
{
	double begin = cpu_us();

	for (unsigned i = 0; i < REPEATS; i++)
		if (!verify_theirs(c)) {
			(void)fprintf(stderr, "bench_verify: X509_verify_cert failed\n");
			exit(3);
		}
	return (cpu_us() - begin) / REPEATS;
}

static bool
check_bare(EVP_PKEY *key, const ctn_cert *c)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx != NULL && EVP_DigestVerifyInit_ex(ctx, NULL, "SHA256", NULL, NULL, key, NULL) == 1 &&
	    EVP_DigestVerify(ctx, c->signature.p, c->signature.n, c->tbs.p, c->tbs.n) == 1;

	EVP_MD_CTX_free(ctx);
	return ok;
}

/*
 * One signature check alone, with a key that libcrypto has already. The first one of an RSA key makes its Montgomery form, a third more: those
 * of a chain are all first ones (fresh), those of many leaves under one issuer are not.
 */
static double
bare(const struct chain *c, bool fresh)
{
	struct ctn_err e = { 0 };
	X509 *ca[REPEATS];
	ctn_cert leaf;
	double begin;

	if (!ctn_cert_parse(&leaf, ctn_buf_view(&c->leaf.cert), &e))
		die(&e);
	for (unsigned i = 0; i < REPEATS; i++)
		if ((ca[i] = decode(&c->ca.cert)) == NULL || X509_get0_pubkey(ca[i]) == NULL)
			die(&e);
	begin = cpu_us();
	for (unsigned i = 0; i < REPEATS; i++)
		if (!check_bare(X509_get0_pubkey(ca[fresh ? i : 0]), &leaf))
			die(&e);
	begin = (cpu_us() - begin) / REPEATS;
	for (unsigned i = 0; i < REPEATS; i++)
		X509_free(ca[i]);
	return begin;
}

/* ---- what is promised */

static bool
at_least(const char *what, double value, const char *unit, double least)
{
	bool kept = value * NOISE >= least;

	(void)printf("%-52s %8.2f %-5s %s %g\n", what, value, unit, kept ? "at least" : "BROKEN: at least", least);
	return kept;
}

static bool
at_most(const char *what, double value, const char *unit, double most)
{
	bool kept = value <= most * NOISE;

	(void)printf("%-52s %8.2f %-5s %s %g\n", what, value, unit, kept ? "at most" : "BROKEN: at most", most);
	return kept;
}

static bool
compare(const char *kind, double faster)
{
	static struct chain c;
	double us[5][TURNS], one, first, chain, leaf, other;
	bool kept;

	c = (struct chain){ 0 };
	make_chain(&c, kind);
	for (unsigned i = 0; i < TURNS; i++) {
		us[0][i] = ours(&c);
		us[1][i] = theirs(&c);
		us[2][i] = bare(&c, true);
		us[3][i] = bare(&c, false);
		us[4][i] = ours_remembered(&c);
	}
	free_chain(&c);
	chain = median(us[0], TURNS);
	other = median(us[1], TURNS);
	first = median(us[2], TURNS);
	one = median(us[3], TURNS);
	leaf = median(us[4], TURNS);
	(void)printf("%s: a chain of three %.1f us, libcrypto %.1f; a signature %.1f, the first of its key %.1f; a leaf under a remembered issuer %.1f\n",
	    kind, chain, other, one, first, leaf);
	kept = at_least("parse and verify: faster than libcrypto", other / chain, "times", faster);
	kept = at_most("parse and verify: against its two signatures", chain / (2 * first), "times", 1.35) && kept;
	return at_most("leaf, issuer remembered: against its signature", leaf / one, "times", 1.35) && kept;
}

/* ---- the program */

static bool
write_pem(const char *path, const ctn_buf *pem)
{
	FILE *f = fopen(path, "w");

	return f != NULL && (fwrite(pem->p, 1, pem->n, f) == pem->n) + (fclose(f) == 0) == 2;
}

/* Ten thousand leaves, each with a key of its own: they differ in all that could be remembered. */
static size_t
write_leaves(const char *leaves, const char *root)
{
	CTN_OWN_BUF pem = { 0 };
	CTN_OWN_BUF ca_pem = { 0 };
	struct party ca = { 0 };
	size_t size;

	make_key(&ca, "ecdsa-p256");
	make_cert(&ca.cert, &ca, 'R', &ca, 'R', 1);
	ctn_pem_write(&ca_pem, "CERTIFICATE", ctn_buf_view(&ca.cert));
	for (unsigned i = 0; i < MANY; i++) {
		struct party leaf = { 0 };

		make_key(&leaf, "ecdsa-p256");
		make_cert(&leaf.cert, &leaf, 'L', &ca, 'R', 2 + i);
		ctn_pem_write(&pem, "CERTIFICATE", ctn_buf_view(&leaf.cert));
		free_party(&leaf);
	}
	size = pem.n;
	free_party(&ca);
	return write_pem(leaves, &pem) && write_pem(root, &ca_pem) ? size : 0;
}

static bool
run_each(const struct bench *b)
{
	char leaves[PATH_LEN], root[PATH_LEN];
	double cpu_ms[5], one[5];
	struct chain *c = calloc(1, sizeof *c);
	struct cost cost;
	long peak = 0;
	size_t size;

	path_of(leaves, "%s/leaves.pem", b->dir);
	path_of(root, "%s/root.pem", b->dir);
	size = write_leaves(leaves, root);
	if (size == 0 || c == NULL)
		return false;
	make_chain(c, "ecdsa-p256");
	for (unsigned i = 0; i < 5; i++) {
		if (!RUN(&cost, b->catena, "verify", "--each", leaves, "--trust", root, "--revocation", "off", "--at", "2026-05-28"))
			return false;
		cpu_ms[i] = cost.cpu_ms;
		peak = cost.peak_kib > peak ? cost.peak_kib : peak;
		one[i] = bare(c, false);
	}
	free_chain(c);
	free(c);
	(void)printf("verify --each of %d leaves in %.1f MiB: %.0f ms of CPU, of which signatures %.0f\n", MANY, (double)size / (1 << 20),
	    median(cpu_ms, 5), median(one, 5) * MANY / 1000);
	return at_least("verify --each: leaves per CPU-second", MANY / median(cpu_ms, 5) * 1000, "", 10000) +
	    at_most("verify --each: peak memory beside the input", (double)peak / 1024 - (double)size / (1 << 20), "MiB", 32) == 2;
}

int
main(int argc, char **argv)
{
	struct bench b;
	bool kept;

	if (!bench_open(&b, argc, argv))
		return 3;
	kept = compare("ecdsa-p256", 2.5);
	kept = compare("rsa-2048", 5) && kept;
	(void)printf("(a bound counts as missed beyond %.0f %%: ratios vary by so much)\n", (NOISE - 1) * 100);
	return run_each(&b) && kept ? 0 : 1;
}
