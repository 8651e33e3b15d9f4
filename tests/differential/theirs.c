/* Part of scene.h: the answer of libcrypto's X509_verify_cert to the same question. */
#include <stdio.h>

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "der/oid.h"
#include "scene.h"

/* What libcrypto is given. */
struct bench {
	X509_STORE *trusted;
	STACK_OF(X509) *known;
	STACK_OF(X509_CRL) *crls;
	X509 *leaf;
	X509_STORE_CTX *ctx;
};

static X509 *
read_cert(ctn_span der)
{
	const uint8_t *p = der.p;

	return d2i_X509(NULL, &p, (long)der.n);
}

static void
give_cert(struct bench *b, const struct scene_cert *c, bool trusted)
{
	X509 *x = read_cert(ctn_buf_view(&c->f.der));

	if (x == NULL)
		return;
	if (trusted) {
		FORGE_MUST(X509_STORE_add_cert(b->trusted, x) == 1);
		X509_free(x);
		return;
	}
	FORGE_MUST(sk_X509_push(b->known, x) > 0);
}

static void
give(struct bench *b, const struct scene *s, const struct verdict *only)
{
	b->trusted = X509_STORE_new();
	b->known = sk_X509_new_null();
	b->crls = sk_X509_CRL_new_null();
	b->ctx = X509_STORE_CTX_new();
	FORGE_MUST(b->trusted != NULL && b->known != NULL && b->crls != NULL && b->ctx != NULL);
	for (size_t i = 0; i < s->n; i++) {
		const struct scene_cert *c = &s->certs[s->order[i]];

		if (only != NULL && verdict_index(only, ctn_buf_view(&c->f.der)) == only->path_n)
			continue;
		if (c->place == PLACE_TRUSTED || c->place == PLACE_KNOWN)
			give_cert(b, c, c->place == PLACE_TRUSTED);
	}
	if (scene_leaf_is_trusted(s))
		give_cert(b, &s->certs[0], true);
	for (size_t i = 0; i < s->crls_n; i++) {
		const uint8_t *p = s->crls[i].der.p;
		X509_CRL *crl = p == NULL ? NULL : d2i_X509_CRL(NULL, &p, (long)s->crls[i].der.n);

		if (crl != NULL)
			FORGE_MUST(sk_X509_CRL_push(b->crls, crl) > 0);
	}
	b->leaf = read_cert(ctn_buf_view(&s->certs[0].f.der));
}

static void
drop(struct bench *b)
{
	X509_STORE_CTX_free(b->ctx);
	X509_STORE_free(b->trusted);
	sk_X509_pop_free(b->known, X509_free);
	sk_X509_CRL_pop_free(b->crls, X509_CRL_free);
	X509_free(b->leaf);
	ERR_clear_error();
}

static int
purpose_of(const struct scene *s)
{
	if (ctn_span_equal(s->purpose, ctn_oid_kp_server_auth))
		return X509_PURPOSE_SSL_SERVER;
	if (ctn_span_equal(s->purpose, ctn_oid_kp_client_auth))
		return X509_PURPOSE_SSL_CLIENT;
	return X509_PURPOSE_SMIME_SIGN;
}

static void
ask_name(X509_VERIFY_PARAM *p, const char *name, ctn_arena *a)
{
	struct ctn_err e = { 0 };
	ctn_name parsed;

	FORGE_MUST(ctn_name_parse(&parsed, name, a, &e));
	X509_VERIFY_PARAM_set_hostflags(p, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (parsed.type == CTN_NAME_EMAIL)
		FORGE_MUST(X509_VERIFY_PARAM_set1_email(p, name, 0) == 1);
	else if (parsed.type == CTN_NAME_IP)
		FORGE_MUST(X509_VERIFY_PARAM_set1_ip_asc(p, name) == 1);
	else
		FORGE_MUST(X509_VERIFY_PARAM_set1_host(p, name, 0) == 1);
}

/* No policy named is any policy (RFC 5280 6.1.1 (c)), which libcrypto wants to be told. */
static void
ask_policies(X509_VERIFY_PARAM *p, const struct scene *s)
{
	if (s->policies_n == 0)
		FORGE_MUST(X509_VERIFY_PARAM_add0_policy(p, OBJ_nid2obj(NID_any_policy)) == 1);
	for (size_t i = 0; i < s->policies_n; i++) {
		CTN_OWN_BUF text = { 0 };

		ctn_oid_dotted(&text, s->policies[i]);
		FORGE_MUST(X509_VERIFY_PARAM_add0_policy(p, OBJ_txt2obj(ctn_buf_cstr(&text), 1)) == 1);
	}
}

static void
ask(X509_VERIFY_PARAM *p, const struct scene *s, ctn_arena *a)
{
	unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_POLICY_CHECK | X509_V_FLAG_TRUSTED_FIRST;

	flags |= s->strict ? X509_V_FLAG_X509_STRICT : 0;
	flags |= s->require_policy ? X509_V_FLAG_EXPLICIT_POLICY : 0;
	flags |= s->inhibit_mapping ? X509_V_FLAG_INHIBIT_MAP : 0;
	flags |= s->inhibit_any ? X509_V_FLAG_INHIBIT_ANY : 0;
	if (s->revocation)
		flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL | X509_V_FLAG_EXTENDED_CRL_SUPPORT | X509_V_FLAG_USE_DELTAS;
	FORGE_MUST(X509_VERIFY_PARAM_set_flags(p, flags) == 1);
	X509_VERIFY_PARAM_set_time(p, (time_t)s->at_s);
	X509_VERIFY_PARAM_set_auth_level(p, 0);
	if (s->purpose.n > 0)
		FORGE_MUST(X509_VERIFY_PARAM_set_purpose(p, purpose_of(s)) == 1);
	if (s->name != NULL)
		ask_name(p, s->name, a);
	ask_policies(p, s);
}

static bool
is_of_revocation(int error)
{
	static const int errors[] = { X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, X509_V_ERR_CRL_NOT_YET_VALID,
		X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CRL_SIGNATURE_FAILURE, X509_V_ERR_DIFFERENT_CRL_SCOPE, X509_V_ERR_CERT_REVOKED,
		X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, X509_V_ERR_CRL_PATH_VALIDATION_ERROR };

	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (errors[i] == error)
			return true;
	return false;
}

/* Trust is not revoked by CRLs: an anchor is no certificate of the path (RFC 5280 6.1), and CRL_CHECK_ALL would ask for its status too. */
static int
forgive_anchor(int ok, X509_STORE_CTX *ctx)
{
	int error = X509_STORE_CTX_get_error(ctx), anchor = sk_X509_num(X509_STORE_CTX_get0_chain(ctx)) - 1;

	if (ok != 1 && is_of_revocation(error) && X509_STORE_CTX_get_error_depth(ctx) == anchor && X509_STORE_CTX_get0_parent_ctx(ctx) == NULL) {
		X509_STORE_CTX_set_error(ctx, X509_V_OK);
		return 1;
	}
	return ok;
}

static void
keep_path(struct verdict *v, const STACK_OF(X509) *chain, ctn_arena *a)
{
	for (int i = 0; i < sk_X509_num(chain) && v->path_n < CTN_VERIFY_PATH_MAX; i++) {
		uint8_t *der = NULL;
		int n = i2d_X509(sk_X509_value(chain, i), &der);
		void *copy;

		FORGE_MUST(n > 0);
		copy = ctn_arena_copy(a, der, (size_t)n);
		FORGE_MUST(copy != NULL);
		v->path[v->path_n++] = (ctn_span){ copy, (size_t)n };
		OPENSSL_free(der);
	}
}

void
judge_theirs(struct verdict *v, const struct scene *s, const struct verdict *only, ctn_arena *a)
{
	struct bench b = { 0 };

	*v = (struct verdict){ .why = X509_V_ERR_UNSPECIFIED };
	(void)snprintf(v->text, sizeof(v->text), "the leaf does not decode");
	give(&b, s, only);
	if (b.leaf != NULL) {
		FORGE_MUST(X509_STORE_CTX_init(b.ctx, b.trusted, b.leaf, b.known) == 1);
		X509_STORE_CTX_set0_crls(b.ctx, b.crls);
		X509_STORE_CTX_set_verify_cb(b.ctx, forgive_anchor);
		ask(X509_STORE_CTX_get0_param(b.ctx), s, a);
		v->yes = X509_verify_cert(b.ctx) == 1;
		v->why = X509_STORE_CTX_get_error(b.ctx);
		v->at = X509_STORE_CTX_get_error_depth(b.ctx);
		(void)snprintf(v->text, sizeof(v->text), "%s", X509_verify_cert_error_string(v->why));
		keep_path(v, X509_STORE_CTX_get0_chain(b.ctx), a);
	}
	drop(&b);
}
