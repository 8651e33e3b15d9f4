#include "ca/install.h"

#include <ctype.h>
#include <string.h>

#include "ca/crl.h"
#include "ca/publish.h"
#include "ca/trust.h"
#include "der/oid.h"
#include "der/pem.h"
#include "hash/hash.h"
#include "lint/lint.h"
#include "name/dn.h"
#include "store/crl.h"

#define BUNDLE_MAX 64 /* certificates looked at in one file */

/** Certificates of the files, and the verifier that knows them all. */
struct pool {
	ctn_verifier *v;
	ctn_cert at[BUNDLE_MAX]; /* of the file that is to hold the authority's own */
	size_t n;
};

/* Who signed itself may be the root that a person will confirm; nobody else is. */
static bool
add(struct pool *p, ctn_span der, bool own, ctn_ca *ca, struct ctn_err *e)
{
	ctn_span copy = { ctn_arena_copy(ca->arena, der.p, der.n), der.n };
	ctn_cert c;

	if (copy.p == NULL)
		return ctn_fail_memory(e);
	if (own && p->n == BUNDLE_MAX)
		return ctn_fail(e, CTN_EINPUT, "more than %d certificates", BUNDLE_MAX);
	if (!ctn_cert_parse(&c, copy, e))
		return ctn_wrap(e, "certificate %zu", p->n + 1);
	if (own)
		p->at[p->n++] = c;
	return ctn_cert_is_self_issued(&c) ? ctn_verifier_trust(p->v, copy, NULL, e) : ctn_verifier_know(p->v, copy, NULL, e);
}

static bool
add_bundle(struct pool *p, ctn_span file, bool own, ctn_ca *ca, struct ctn_err *e)
{
	ctn_pem_walk walk = { 0 };
	CTN_OWN_BUF der = { .max = CTN_CERT_MAX };
	ctn_pem_block block;
	bool found, any = false;

	if (file.n == 0)
		return true;
	if (!ctn_pem_looks(file))
		return add(p, file, own, ca, e);
	for (;;) {
		if (!ctn_pem_next(&block, &der, file, &walk, &found, e))
			return false;
		if (!found)
			break;
		if (!ctn_span_equal(block.label, CTN_SPAN("CERTIFICATE")))
			continue;
		any = true;
		if (!add(p, ctn_buf_view(&der), own, ca, e))
			return false;
	}
	return any || ctn_fail(e, CTN_EINPUT, "no CERTIFICATE block in it");
}

static const char *
title(const ctn_cert *c, ctn_arena *a)
{
	CTN_OWN_BUF b = { 0 };

	ctn_cert_title(&b, c);
	return ctn_buf_cstr(&b) == NULL ? "?" : ctn_arena_text(a, ctn_buf_cstr(&b));
}

/* The verifier takes an anchor as it is; a root that nobody knows yet must at least be one key's own word. */
static bool
judge_root(const ctn_cert *root, struct ctn_err *e)
{
	CTN_OWN(ctn_pubkey) key = NULL;
	bool good = false;
	ctn_spki spki;

	if (!ctn_spki_parse(&spki, root->spki, e) || !ctn_pubkey_import(&key, &spki, (ctn_span){ NULL, 0 }, e))
		return ctn_wrap(e, "the root's key");
	if (ctn_span_equal(root->inner_alg, root->outer_alg) &&
	    !ctn_signature_check(&good, key, root->sig_alg, root->tbs, root->signature, e))
		return false;
	return good || ctn_fail(e, CTN_EINPUT, "the root's own signature does not verify");
}

static bool
say_no(const ctn_verify_result *r, ctn_ca *ca, struct ctn_err *e)
{
	const ctn_vrule *rule = ctn_vrule_of(r->reason.check);
	ctn_cert top;

	if (r->reason.check != CTN_V_issuer || r->path_n == 0)
		return ctn_fail(e, CTN_EINPUT, "%s: %s (%s)", rule->name, r->reason.text, rule->cite);
	if (!ctn_cert_parse(&top, r->path[r->path_n - 1].der, e))
		return false;
	ctn_fail(e, CTN_EINPUT, "no path to a root: the certificate of %s that signed it is not at hand",
	    title(&(ctn_cert){ .subject = top.issuer }, ca->arena));
	return ctn_hint(e, "give it with --trust FILE");
}

static bool
take_path(ctn_install_plan *plan, const ctn_verify_result *r, ctn_ca *ca, struct ctn_err *e)
{
	ctn_span der;

	for (plan->path_n = 0; plan->path_n < r->path_n; plan->path_n++) {
		der = r->path[plan->path_n].der;
		der.p = ctn_arena_copy(ca->arena, der.p, der.n);
		if (der.p == NULL)
			return ctn_fail_memory(e);
		if (!ctn_cert_parse(&plan->path[plan->path_n], der, e))
			return false;
	}
	/* SHA-1 is only a warning to who verifies; nothing here begins with it. */
	for (size_t i = 0; i < r->warnings_n; i++)
		if (r->warnings[i].check == CTN_V_weak_signature)
			return ctn_fail(e, CTN_EINPUT, "%s is signed over SHA-1", r->path[r->warnings[i].certificate].title);
	return plan->path_n > 1 || ctn_fail(e, CTN_EINPUT, "it is self-signed: make a root with `catena ca create`");
}

static bool
find_path(ctn_install_plan *plan, const struct pool *p, ctn_ca *ca, struct ctn_err *e)
{
	ctn_verify_ask ask = { .leaf = plan->path[0].der, .at_s = ca->now_s, .has_max_depth = true, .max_depth = CTN_CHAIN_MAX - 2,
		.revocation = CTN_REVOCATION_PREFER, .status = ctn_ca_status, .status_ctx = ca };
	ctn_verify_result r;

	if (!ctn_verify(&r, p->v, &ask, ca->arena, e))
		return false;
	if (!r.trusted)
		return say_no(&r, ca, e);
	return take_path(plan, &r, ca, e) && judge_root(&plan->path[plan->path_n - 1], e);
}

/* What the chain above lets the certificate be, by the same rules as when one is issued. */
static bool
judge_chain(const ctn_install_plan *plan, ctn_ca *ca, struct ctn_err *e)
{
	const ctn_issuing q = { .cert = &plan->path[0], .above = plan->path + 1, .above_n = plan->path_n - 1, .at_s = ca->now_s, .authority = true };
	ctn_verify_reason *breaches;
	size_t n;

	if (!ctn_verify_issuing(&breaches, &n, &q, ca->arena, e))
		return false;
	return n == 0 || ctn_fail(e, CTN_EINPUT, "%s: %s (%s)", ctn_issuing_word(breaches[0].check), breaches[0].text,
	    ctn_vrule_of(breaches[0].check)->cite);
}

static bool
judge_lint(const ctn_install_plan *plan, ctn_ca *ca, struct ctn_err *e)
{
	ctn_lint_subject s = { .cert = &plan->path[0], .issuer = &plan->path[1], .role = CTN_ROLE_CA, .now_s = ca->now_s };
	ctn_finding *findings;
	size_t n;

	if (!ctn_lint(&findings, &n, &s, NULL, ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (findings[i].level == CTN_LINT_ERROR)
			return ctn_fail(e, CTN_EINPUT, "lint %s: %s (%s)", findings[i].id, findings[i].text, findings[i].cite);
	return true;
}

static bool
find_own(ctn_install_plan *plan, const struct pool *p, struct ctn_err *e)
{
	for (size_t i = 0; i < p->n; i++)
		if (ctn_span_equal(p->at[i].spki, plan->key.spki)) {
			plan->path[0] = p->at[i];
			plan->path_n = 1;
			return true;
		}
	ctn_fail(e, CTN_EINPUT, "no certificate in it is for the key of authority %s", plan->key.authority);
	return ctn_hint(e, "it must be what was signed from the request of `catena ca csr %s`", plan->key.authority);
}

/* Of the root found, whether it is an anchor already; of its own certificate, whether it is here already. */
static bool
compare_with_home(ctn_install_plan *plan, ctn_ca *ca, struct ctn_err *e)
{
	const ctn_cert *root = &plan->path[plan->path_n - 1];
	ctn_ca_cert_row *rows;
	size_t n;

	if (!ctn_store_ca_certs(&rows, &n, ca->store, 0, ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		plan->root_known = plan->root_known || (rows[i].is_anchor && ctn_span_equal(rows[i].der, root->der));
		plan->same = plan->same || (rows[i].issuer_key_id == plan->key.id && ctn_span_equal(rows[i].der, plan->path[0].der));
	}
	return true;
}

static bool
judge(ctn_install_plan *out, struct pool *p, ctn_ca *ca, const ctn_install_args *args, struct ctn_err *e)
{
	/* What the home knows comes first: of two ways up, the one that needs no confirmation. */
	if (!ctn_ca_trust(p->v, ca, e))
		return false;
	if (!add_bundle(p, args->certs, true, ca, e) || !find_own(out, p, e))
		return ctn_wrap(e, "certificate");
	if (!add_bundle(p, args->trust, false, ca, e))
		return ctn_wrap(e, "trust");
	return find_path(out, p, ca, e) && judge_chain(out, ca, e) && compare_with_home(out, ca, e) &&
	    judge_lint(out, ca, e);
}

bool
ctn_ca_install_plan(ctn_install_plan *out, ctn_ca *ca, const ctn_install_args *args, struct ctn_err *e)
{
	struct pool *p = ctn_arena_new(ca->arena, struct pool, 1);
	bool ok;

	if (p == NULL)
		return ctn_fail_memory(e);
	memset(out, 0, sizeof *out);
	out->name = args->name;
	if (!ctn_store_issuer_key_of(&out->key, ca->store, args->name, ca->arena, e))
		return false;
	if (out->key.foreign)
		return ctn_fail(e, CTN_EINPUT, "authority %s is not of this home", args->name);
	if (!ctn_verifier_open(&p->v, e))
		return false;
	ok = judge(out, p, ca, args, e);
	ctn_verifier_close(p->v);
	return ok;
}

/* ---- doing it */

/* "Example Root CA" becomes example-root-ca. */
static void
slug_of(char slug[48], const char *cn)
{
	size_t len = 0;

	for (; *cn != '\0' && len < 47; cn++)
		if (isalnum((unsigned char)*cn) && (unsigned char)*cn < 128)
			slug[len++] = (char)tolower((unsigned char)*cn);
		else if (len > 0 && slug[len - 1] != '-')
			slug[len++] = '-';
	while (len > 0 && slug[len - 1] == '-')
		len--;
	slug[len] = '\0';
	if (len == 0)
		strcpy(slug, "foreign");
}

static bool
is_taken(const char *name, const ctn_issuer_key_row *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(keys[i].authority, name) == 0)
			return true;
	return false;
}

/* The name of a foreign authority here: a second one of that name becomes example-root-ca-2. */
static bool
authority_name(const char **name, const ctn_cert *c, ctn_ca *ca, const ctn_issuer_key_row *keys, size_t n, struct ctn_err *e)
{
	const char *cn;
	char slug[48];

	if (!ctn_dn_first(&cn, c->subject, ctn_oid_at_common_name, ca->arena, e))
		return false;
	slug_of(slug, cn != NULL ? cn : "");
	*name = ctn_arena_text(ca->arena, slug);
	for (unsigned k = 2; *name != NULL && is_taken(*name, keys, n); k++)
		*name = ctn_arena_printf(ca->arena, "%s-%u", slug, k);
	return *name != NULL || ctn_fail_memory(e);
}

static bool
add_cert(const ctn_cert *c, int64_t key_id, bool anchor, ctn_ca *ca, struct ctn_err *e)
{
	ctn_ca_cert_row row = { .issuer_key_id = key_id, .der = c->der, .subject = c->subject, .issuer = c->issuer, .serial = c->serial,
		.not_before = c->not_before, .not_after = c->not_after, .is_anchor = anchor };

	return ctn_sha256(row.sha256, c->der, e) && ctn_store_ca_cert_add(ca->store, &row, &ca->act, e);
}

/* An authority above: its key by certificate alone. Nothing is done when the certificate is known. */
static bool
add_foreign(const ctn_cert *c, bool anchor, ctn_ca *ca, struct ctn_err *e)
{
	ctn_issuer_key_row *keys, row = { .foreign = true, .protection = "absent", .state = CTN_KEY_ACTIVE, .shards = 1, .spki = c->spki };
	ctn_ca_cert_row *certs;
	char algorithm[24];
	uint8_t key_id[20];
	size_t n, certs_n;
	ctn_spki spki;

	if (!ctn_store_ca_certs(&certs, &certs_n, ca->store, 0, ca->arena, e) || !ctn_store_issuer_keys(&keys, &n, ca->store, ca->arena, e))
		return false;
	for (size_t i = 0; i < certs_n; i++)
		if (ctn_span_equal(certs[i].der, c->der))
			return true;
	for (size_t i = 0; i < n; i++)
		if (ctn_span_equal(keys[i].spki, c->spki))
			return add_cert(c, keys[i].id, anchor, ca, e);
	if (!ctn_spki_parse(&spki, c->spki, e) || !ctn_spki_key_id(key_id, &spki, e))
		return false;
	ctn_key_kind_text(algorithm, spki.kind);
	row.algorithm = algorithm;
	row.key_id = ctn_cert_key_id(c);
	if (row.key_id.n == 0 || row.key_id.n > 64)
		row.key_id = (ctn_span){ key_id, sizeof key_id };
	if (!authority_name(&row.authority, c, ca, keys, n, e))
		return false;
	return ctn_store_issuer_key_add(ca->store, &row, &ca->act, e) && add_cert(c, row.id, anchor, ca, e);
}

static bool
record(const ctn_install_plan *plan, ctn_issuer_key_row *key, ctn_ca *ca, struct ctn_err *e)
{
	for (size_t i = plan->path_n; i-- > 1;)
		if (!add_foreign(&plan->path[i], i == plan->path_n - 1, ca, e))
			return false;
	if (!add_cert(&plan->path[0], key->id, false, ca, e))
		return false;
	if (key->state == CTN_KEY_ACTIVE)
		return true;
	key->state = CTN_KEY_ACTIVE;
	return ctn_store_issuer_key_change(ca->store, key, "key-activated", &ca->act, e);
}

/* A key that is here and has no CRL yet: it will have to sign one. */
static bool
lacks_crl(bool *lacks, const ctn_issuer_key_row *key, ctn_ca *ca, struct ctn_err *e)
{
	ctn_crl_row *crls;
	size_t n;

	if (!ctn_store_crls_newest(&crls, &n, ca->store, key->id, ca->arena, e))
		return false;
	*lacks = n == 0 && key->file != NULL;
	return true;
}

static bool
first_crls(const ctn_issuer_key_row *key, ctn_ca *ca, struct ctn_err *e)
{
	ctn_crl_made made;

	for (unsigned shard = 0; shard < key->shards; shard++)
		if (!ctn_ca_crl_for(&made, ca, key->id, shard, e))
			return ctn_wrap(e, "the certificate is installed, but its first CRL is not made");
	return true;
}

static bool
record_all(const ctn_install_plan *plan, ctn_issuer_key_row *key, ctn_ca *ca, struct ctn_err *e)
{
	if (!ctn_store_begin(ca->store, e))
		return false;
	if (record(plan, key, ca, e))
		return ctn_store_commit(ca->store, e);
	ctn_store_rollback(ca->store);
	return ctn_wrap(e, "recording the certificate of %s", plan->name);
}

bool
ctn_ca_install(ctn_authority_result *out, ctn_ca *ca, const ctn_install_plan *plan, struct ctn_err *e)
{
	bool needs_crl;

	memset(out, 0, sizeof *out);
	out->allowed = true;
	out->name = plan->name;
	out->key = plan->key;
	out->cert = plan->path[0];
	if (!lacks_crl(&needs_crl, &out->key, ca, e))
		return false;
	if (plan->same && !needs_crl)
		return true;
	/* The passphrase is asked for before anything is recorded. */
	if (!ctn_ca_begin_act(ca, e) || (needs_crl && !ctn_mint_ready(ca->mint, out->key.id, e)))
		return false;
	if ((!plan->same && !record_all(plan, &out->key, ca, e)) || (needs_crl && !first_crls(&out->key, ca, e)))
		return false;
	return ctn_ca_publish(ca, e) && ctn_ca_end_act(ca, e);
}
