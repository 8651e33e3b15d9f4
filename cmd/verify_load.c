#include "cmd/verify_load.h"

#include <string.h>
#include <sys/stat.h>

#include "base/dir.h"
#include "base/file.h"
#include "der/oid.h"
#include "der/pem.h"
#include "name/dn.h"
#include "x509/ocsp.h"

#define FILE_MAX (256u << 20)

/* Where distributions keep what they trust. */
static const char *const system_bundles[] = { "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/cert.pem" };

typedef bool (*object_fn)(void *ctx, ctn_span der, const char *path, struct ctn_err *e);

static bool
is_labelled(const ctn_pem_block *b, const char *const *labels)
{
	for (; *labels != NULL; labels++)
		if (ctn_span_equal(b->label, ctn_span_text(*labels)))
			return true;
	return false;
}

/* Every block of one of the labels; a file that is no PEM is one object. */
static bool
each_object(const char *path, const char *const *labels, object_fn each, void *ctx, struct ctn_err *e)
{
	CTN_OWN_BUF file = { .max = FILE_MAX, .secret = true }, der = { .secret = true };
	ctn_pem_walk walk = { 0 };
	ctn_pem_block block;
	bool found = true;
	size_t n = 0;

	if (!ctn_file_read(&file, path, FILE_MAX, CTN_FILE_PLAIN, e))
		return false;
	if (!ctn_pem_looks(ctn_buf_view(&file)))
		return each(ctx, ctn_buf_view(&file), path, e) || ctn_wrap(e, "%s", path);
	while (found) {
		if (!ctn_pem_next(&block, &der, ctn_buf_view(&file), &walk, &found, e))
			return ctn_wrap(e, "%s", path);
		if (!found || !is_labelled(&block, labels))
			continue;
		n++;
		if (!each(ctx, ctn_buf_view(&der), path, e))
			return ctn_wrap(e, "%s:%zu", path, block.line);
	}
	return n > 0 || ctn_fail(e, CTN_EINPUT, "%s: no %s in it", path, labels[0]);
}

static const char *const certificate_labels[] = { "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", NULL };
static const char *const crl_labels[] = { "X509 CRL", NULL };
static const char *const ocsp_labels[] = { "OCSP RESPONSE", NULL };

/* OpenSSL's TRUSTED CERTIFICATE has its settings behind the certificate. */
static ctn_span
first_element(ctn_span der)
{
	ctn_der r = ctn_der_over(der);
	ctn_span whole = ctn_der_peek(&r);

	return whole.n > 0 ? whole : der;
}

struct gather {
	struct found_certs *to;
	const char *source;
	ctn_arena *a;
};

/* Where one of these bytes is, or will be. */
static unsigned *
slot_of(const struct found_certs *in, const struct found_cert *f)
{
	size_t at = (size_t)(f->tail * UINT64_C(0x9e3779b97f4a7c15) >> 32) % in->table_n;

	while (in->table[at] != 0 &&
	    (in->v[in->table[at] - 1].tail != f->tail || !ctn_span_equal(in->v[in->table[at] - 1].der, f->der)))
		at = at + 1 == in->table_n ? 0 : at + 1;
	return &in->table[at];
}

static bool
make_room(struct found_certs *to, ctn_arena *a)
{
	size_t cap = to->cap == 0 ? 8 : to->cap * 2;
	struct found_cert *more;

	if (to->n < to->cap)
		return true;
	more = ctn_arena_new(a, struct found_cert, cap);
	to->table = ctn_arena_new(a, unsigned, cap * 2);
	if (more == NULL || to->table == NULL)
		return false;
	if (to->n > 0)
		memcpy(more, to->v, to->n * sizeof(*more));
	to->v = more;
	to->cap = cap;
	to->table_n = cap * 2;
	for (size_t i = 0; i < to->n; i++)
		*slot_of(to, &to->v[i]) = (unsigned)i + 1;
	return true;
}

static void
note_links(struct found_cert *f, const ctn_cert *c)
{
	const ctn_ext *x = ctn_exts_find(&c->exts, ctn_oid_authority_key_id);
	struct ctn_err e;
	ctn_aki aki;

	f->subject = c->subject;
	f->issuer = c->issuer;
	f->key_id = ctn_cert_key_id(c);
	if (x != NULL && ctn_ext_aki(&aki, x->value, &e))
		f->authority_key_id = aki.key_id;
	f->is_ca = ctn_cert_is_ca(c);
	memcpy(&f->tail, c->der.p + c->der.n - sizeof(f->tail), sizeof(f->tail));
}

static bool
gather_cert(void *ctx, ctn_span der, const char *path, struct ctn_err *e)
{
	struct gather *g = ctx;
	struct found_cert f = { .source = g->source };
	unsigned *slot;
	ctn_cert c;

	(void)path;
	f.der = (ctn_span){ ctn_arena_copy(g->a, der.p, der.n), der.n };
	if (f.der.p == NULL || !make_room(g->to, g->a))
		return ctn_fail_memory(e);
	if (!ctn_cert_parse(&c, f.der, e))
		return false;
	note_links(&f, &c);
	slot = slot_of(g->to, &f);
	if (*slot != 0)
		return true;
	g->to->v[g->to->n++] = f;
	*slot = (unsigned)g->to->n;
	return true;
}

bool
verify_load_certs(struct found_certs *to, const char *path, ctn_arena *a, struct ctn_err *e)
{
	struct gather g = { to, ctn_arena_text(a, path), a };

	if (g.source == NULL)
		return ctn_fail_memory(e);
	return each_object(path, certificate_labels, gather_cert, &g, e);
}

/* By name; key identifiers tell apart authorities of one name. */
static bool
may_have_issued(const struct found_cert *issuer, const struct found_cert *c)
{
	return ctn_dn_equal(issuer->subject, c->issuer) && (issuer->key_id.n == 0 || c->authority_key_id.n == 0 ||
	    ctn_span_equal(issuer->key_id, c->authority_key_id));
}

bool
verify_find_leaves(const struct found_cert ***leaves, size_t *n, const struct found_certs *certs, ctn_arena *a, struct ctn_err *e)
{
	const struct found_cert **list = ctn_arena_new(a, const struct found_cert *, certs->n);

	*n = 0;
	if (list == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < certs->n; i++) {
		bool issued = false;

		for (size_t k = 0; k < certs->n && !issued; k++)
			issued = k != i && may_have_issued(&certs->v[i], &certs->v[k]);
		if (!issued)
			list[(*n)++] = &certs->v[i];
	}
	*leaves = list;
	return true;
}

bool
verify_in_order(const struct found_certs *certs, const char *path)
{
	const struct found_cert *before = NULL;

	for (size_t i = 0; i < certs->n; i++) {
		const struct found_cert *c = &certs->v[i];

		if (strcmp(c->source, path) != 0)
			continue;
		if (before != NULL && !may_have_issued(c, before))
			return false;
		before = c;
	}
	return true;
}

static bool
trust_cert(void *ctx, ctn_span der, const char *path, struct ctn_err *e)
{
	return ctn_verifier_trust(ctx, first_element(der), path, e);
}

static bool
know_cert(void *ctx, ctn_span der, const char *path, struct ctn_err *e)
{
	return ctn_verifier_know(ctx, first_element(der), path, e);
}

static bool
take_crl(void *ctx, ctn_span der, const char *path, struct ctn_err *e)
{
	return ctn_verifier_crl(ctx, der, path, e);
}

static bool
take_ocsp(void *ctx, ctn_span der, const char *path, struct ctn_err *e)
{
	unsigned status;
	ctn_ocsp o;

	(void)path;
	return ctn_ocsp_parse(&o, &status, der, e) && ctn_verifier_ocsp(ctx, der, e);
}

static bool
trust_folder(ctn_verifier *v, const char *folder, ctn_arena *a, struct ctn_err *e)
{
	char **names = NULL;
	size_t n = 0;

	if (!ctn_dir_list(&names, &n, folder, a, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		const char *path = ctn_arena_printf(a, "%s/%s", folder, names[i]);
		struct stat st;

		if (path == NULL)
			return ctn_fail_memory(e);
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && !each_object(path, certificate_labels, trust_cert, v, e))
			return false;
	}
	return true;
}

static bool
trust_system(ctn_verifier *v, struct ctn_err *e)
{
	for (size_t i = 0; i < sizeof(system_bundles) / sizeof(*system_bundles); i++)
		if (ctn_file_exists(system_bundles[i]))
			return each_object(system_bundles[i], certificate_labels, trust_cert, v, e);
	return ctn_fail(e, CTN_EFILE, "this system has no bundle of trusted certificates (%s)", system_bundles[0]);
}

bool
verify_load_trust(ctn_verifier *v, const char *what, ctn_arena *a, struct ctn_err *e)
{
	struct stat st;

	if (strcmp(what, "system") == 0)
		return trust_system(v, e);
	if (stat(what, &st) == 0 && S_ISDIR(st.st_mode))
		return trust_folder(v, what, a, e);
	return each_object(what, certificate_labels, trust_cert, v, e);
}

bool
verify_load_untrusted(ctn_verifier *v, const char *path, ctn_arena *a, struct ctn_err *e)
{
	(void)a;
	return each_object(path, certificate_labels, know_cert, v, e);
}

bool
verify_load_crl(ctn_verifier *v, const char *path, ctn_arena *a, struct ctn_err *e)
{
	(void)a;
	return each_object(path, crl_labels, take_crl, v, e);
}

bool
verify_load_ocsp(ctn_verifier *v, const char *path, ctn_arena *a, struct ctn_err *e)
{
	(void)a;
	return each_object(path, ocsp_labels, take_ocsp, v, e);
}
