#include "ca/crl.h"

#include <inttypes.h>
#include <string.h>

#include "ca/chain.h"
#include "ca/publish.h"
#include "der/oid.h"
#include "der/pem.h"
#include "hash/hash.h"
#include "lint/lint.h"
#include "store/authority.h"
#include "store/crl.h"

#define CRL_MAX (256u << 20)
#define DEFAULT_LIFETIME_S (7 * INT64_C(86400)) /* when ca.yaml no longer has the authority */
#define DEFAULT_REFRESH_S INT64_C(86400)

/** What ca.yaml says of an authority's CRLs. */
struct crl_policy {
	int64_t lifetime_s, refresh_s;
	const char *const *urls;
	size_t urls_n;
};

static bool
policy_of(struct crl_policy *out, ctn_ca *ca, const ctn_issuer_key_row *key, unsigned shard, struct ctn_err *e)
{
	const ctn_authority_policy *p;
	ctn_policies policies;

	*out = (struct crl_policy){ .lifetime_s = DEFAULT_LIFETIME_S, .refresh_s = DEFAULT_REFRESH_S };
	if (!ctn_ca_authority_policies(&policies, ca, e))
		return false;
	p = ctn_policies_authority(&policies, key->authority);
	if (p == NULL)
		return true;
	out->lifetime_s = p->crl.lifetime_s;
	out->refresh_s = p->crl.refresh_s;
	out->urls_n = p->crl.urls_n;
	return ctn_chain_urls(&out->urls, p->crl.urls, p->crl.urls_n, key, shard, ca->arena, e);
}

struct filling {
	ctn_crl_build build;
	uint64_t entries;
};

static bool
add_entry(void *ctx, const ctn_revocation_row *row, struct ctn_err *e)
{
	struct filling *f = ctx;

	ctn_crl_add(&f->build, row->serial, row->revoked_at, row->reason, row->invalid_since == INT64_MIN ? -1 : row->invalid_since);
	f->entries++;
	return ctn_buf_ok(f->build.out, e);
}

static bool
build(ctn_buf *tbs, ctn_crl_row *row, const ctn_chain *chain, const struct crl_policy *p, ctn_ca *ca, struct ctn_err *e)
{
	struct filling f = { 0 };
	ctn_crl_fields fields = { .issuer = chain->certs[0].subject, .this_update = row->this_update, .next_update = row->next_update,
		.authority_key_id = chain->key.key_id, .number = row->number };
	ctn_spki spki;

	if (!ctn_spki_parse(&spki, chain->key.spki, e))
		return false;
	fields.sig_alg = ctn_sig_alg_for(spki.kind.alg);
	if (chain->key.shards > 1 && p->urls_n > 0)
		fields.idp_url = p->urls[0];
	ctn_crl_begin(&f.build, tbs, &fields);
	if (!ctn_store_crl_entries(ca->store, row->issuer_key_id, row->shard, ca->now_s, add_entry, &f, e))
		return false;
	ctn_crl_end(&f.build, &fields);
	row->entries = f.entries;
	return ctn_buf_ok(tbs, e);
}

static bool
sign(ctn_buf *der, ctn_crl_row *row, ctn_span tbs, ctn_ca *ca, struct ctn_err *e)
{
	uint8_t digest[32];

	return ctn_sha256(digest, tbs, e) && ctn_store_crl_bind(ca->store, row->id, digest, row->entries, e) &&
	       ctn_mint_crl(der, ca->mint, row->id, tbs, ca->now_s, e) &&
	       ctn_store_crl_issued(ca->store, row, ctn_buf_view(der), &ca->act, e);
}

static bool
show_made(ctn_crl_made *made, const ctn_crl_row *row, const ctn_issuer_key_row *key, ctn_span der, ctn_ca *ca, struct ctn_err *e)
{
	*made = (ctn_crl_made){ .authority = key->authority, .key = ctn_chain_key_word(key->key_id, ca->arena), .issuer_key_id = key->id,
		.shard = row->shard, .number = row->number, .entries = row->entries, .this_update = row->this_update,
		.next_update = row->next_update };
	made->der = (ctn_span){ ctn_arena_copy(ca->arena, der.p, der.n), der.n };
	return (made->key != NULL && made->der.p != NULL) || ctn_fail_memory(e);
}

static bool
make_one(ctn_crl_made *made, ctn_ca *ca, const ctn_chain *chain, unsigned shard, struct ctn_err *e)
{
	ctn_crl_row row = { .issuer_key_id = chain->key.id, .shard = shard, .this_update = ca->now_s };
	CTN_OWN_BUF tbs = { .max = CRL_MAX };
	CTN_OWN_BUF der = { .max = CRL_MAX };
	struct crl_policy p;

	if (!policy_of(&p, ca, &chain->key, shard, e) || !ctn_mint_ready(ca->mint, chain->key.id, e))
		return false;
	row.next_update = ca->now_s + p.lifetime_s;
	if (!ctn_store_crl_intend(ca->store, &row, 0, e) || !build(&tbs, &row, chain, &p, ca, e) ||
	    !sign(&der, &row, ctn_buf_view(&tbs), ca, e))
		return ctn_wrap(e, "CRL of authority %s", chain->key.authority);
	return show_made(made, &row, &chain->key, ctn_buf_view(&der), ca, e);
}

bool
ctn_ca_crl_for(ctn_crl_made *made, ctn_ca *ca, int64_t issuer_key_id, unsigned shard, struct ctn_err *e)
{
	ctn_chain chain;

	if (!ctn_chain_of_key(&chain, ca, issuer_key_id, e) || !ctn_ca_begin_act(ca, e) || !make_one(made, ca, &chain, shard, e))
		return false;
	return ctn_ca_publish_crls(ca, made, 1, e) && ctn_ca_end_act(ca, e);
}

/* ---- all, or all that are due */

/* One too large for the records lies in public/ alone: if its maker was stopped before it stood there, it is lost. */
static bool
is_lost(bool *lost, ctn_ca *ca, const ctn_issuer_key_row *key, const ctn_crl_row *row, struct ctn_err *e)
{
	bool published = true;

	if (row->der.n == 0 && !ctn_ca_crl_is_published(&published, ca, key, row, e))
		return false;
	*lost = !published;
	return true;
}

/* One that is dated in the future, as a clock that ran ahead leaves it, is believed by nobody. */
static bool
is_stale(const ctn_crl_row *row, const struct crl_policy *p, int64_t now_s)
{
	return now_s >= row->this_update + p->refresh_s || now_s >= row->next_update || row->this_update > now_s + CTN_CLOCK_SLACK_S;
}

static bool
is_due(bool *due, ctn_ca *ca, const ctn_issuer_key_row *key, unsigned shard, struct ctn_err *e)
{
	struct crl_policy p;
	ctn_crl_row *rows;
	size_t n;

	*due = true;
	if (!policy_of(&p, ca, key, shard, e) || !ctn_store_crls_newest(&rows, &n, ca->store, key->id, ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (rows[i].shard != shard)
			continue;
		*due = is_stale(&rows[i], &p, ca->now_s);
		if (*due)
			return true;
		return is_lost(due, ca, key, &rows[i], e) &&
		       (*due || ctn_store_revoked_since(due, ca->store, key->id, shard, rows[i].covers, e));
	}
	return true;
}

/* Keys that can sign a CRL here: of that authority, or of all. */
static bool
is_wanted(const ctn_issuer_key_row *key, const char *authority)
{
	if (authority != NULL && strcmp(key->authority, authority) != 0)
		return false;
	return key->file != NULL && key->state != CTN_KEY_PENDING;
}

struct wanted {
	const char *authority;
	bool due_only, dry_run;
	ctn_crl_made *made;
	size_t n, cap;
	struct ctn_err why; /* the first that could not be made */
};

static bool
make_shards(struct wanted *w, ctn_ca *ca, const ctn_issuer_key_row *key, struct ctn_err *e)
{
	ctn_chain chain;

	if (!ctn_chain_of_key(&chain, ca, key->id, e))
		return false;
	for (unsigned shard = 0; shard < key->shards; shard++) {
		bool due = true;

		if (w->due_only && !is_due(&due, ca, key, shard, e))
			return false;
		if (!due || w->n == w->cap)
			continue;
		if (w->dry_run)
			w->made[w->n] = (ctn_crl_made){ .authority = key->authority, .key = ctn_chain_key_word(key->key_id, ca->arena),
				.shard = shard };
		else if (!make_one(&w->made[w->n], ca, &chain, shard, e))
			return false;
		w->n++;
	}
	return true;
}

/* Its key or passphrase: no reason why the CRLs of other authorities should grow old. */
static bool
is_of_one_key(enum ctn_code code)
{
	return code == CTN_EKEY || code == CTN_EPASSPHRASE || code == CTN_EFILE;
}

static void
make_all(struct wanted *w, ctn_ca *ca, const ctn_issuer_key_row *keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ctn_err why = { 0 };

		if (!is_wanted(&keys[i], w->authority) || make_shards(w, ca, &keys[i], &why))
			continue;
		if (w->why.code == CTN_OK)
			w->why = why;
		if (!is_of_one_key(why.code))
			return;
	}
}

/* Also when nothing was due: a process that was stopped before it published leaves that to us. */
static bool
publish_made(struct wanted *w, ctn_ca *ca, struct ctn_err *e)
{
	return ctn_ca_publish_crls(ca, w->made, w->n, e) && (w->n == 0 || ctn_ca_end_act(ca, e));
}

static bool
fail_one(const struct wanted *w, ctn_ca *ca, struct ctn_err *e)
{
	if (w->n > 0 && !w->dry_run)
		ca->env.warn(ca->env.ctx, "what else was to be made is made and published");
	*e = w->why;
	return false;
}

static bool
none_wanted(ctn_ca *ca, const char *authority, struct ctn_err *e)
{
	ctn_issuer_key_row key;

	if (authority == NULL) {
		ctn_fail(e, CTN_EKEY, "no authority of this home has both its key and its certificate here");
		return ctn_hint(e, "catena ca list");
	}
	if (!ctn_store_issuer_key_of(&key, ca->store, authority, ca->arena, e))
		return false;
	if (key.state == CTN_KEY_PENDING) {
		ctn_fail(e, CTN_EKEY, "authority %s has no certificate yet", authority);
		return ctn_hint(e, "catena ca csr %s makes the request; catena ca install %s CERT takes what was signed", authority, authority);
	}
	ctn_fail(e, CTN_EKEY, "the key of authority %s is not in this home", authority);
	if (!key.foreign)
		return ctn_hint(e, "catena ca attach %s FILE brings a detached key back", authority);
	return ctn_hint(e, "make its CRL where the key is, then: catena crl install FILE");
}

bool
ctn_ca_crl(ctn_crl_made **made, size_t *n, ctn_ca *ca, const ctn_crl_wish *wish, struct ctn_err *e)
{
	struct wanted w = { .authority = wish->authority, .due_only = wish->due_only, .dry_run = wish->dry_run };
	ctn_issuer_key_row *keys;
	size_t keys_n;

	if (!ctn_store_issuer_keys(&keys, &keys_n, ca->store, ca->arena, e))
		return false;
	for (size_t i = 0; i < keys_n; i++)
		if (is_wanted(&keys[i], w.authority))
			w.cap += keys[i].shards;
	if (w.cap == 0)
		return none_wanted(ca, w.authority, e);
	w.made = ctn_arena_new(ca->arena, ctn_crl_made, w.cap);
	if (w.made == NULL)
		return ctn_fail_memory(e);
	if (!w.dry_run && !ctn_ca_begin_act(ca, e))
		return false;
	make_all(&w, ca, keys, keys_n);
	*made = w.made;
	*n = w.n;
	if (!w.dry_run && !publish_made(&w, ca, e))
		return false;
	return w.why.code == CTN_OK || fail_one(&w, ca, e);
}

/* ---- an offline authority's */

struct incoming {
	ctn_crl crl;
	ctn_issuer_key_row key;
	ctn_cert issuer;
	uint64_t number;
};

static bool
signed_by(bool *good, const ctn_crl *crl, const ctn_cert *issuer, struct ctn_err *e)
{
	CTN_OWN(ctn_pubkey) key = NULL;
	ctn_spki spki;

	*good = false;
	if (!ctn_span_equal(crl->inner_alg, crl->outer_alg))
		return ctn_fail(e, CTN_EINPUT, "its inner and outer algorithm differ (RFC 5280 5.1.1.2)");
	if (!ctn_spki_parse(&spki, issuer->spki, e) || !ctn_pubkey_import(&key, &spki, (ctn_span){ NULL, 0 }, e))
		return false;
	return ctn_signature_check(good, key, crl->sig_alg, crl->tbs, crl->signature, e);
}

/* The CA certificate of that name whose key made the signature. */
static bool
find_signer(struct incoming *in, ctn_ca *ca, struct ctn_err *e)
{
	ctn_ca_cert_row *rows;
	bool good = false;
	size_t n;

	if (!ctn_store_ca_certs_named(&rows, &n, ca->store, in->crl.issuer, ca->arena, e))
		return false;
	for (size_t i = 0; i < n && !good; i++) {
		if (!ctn_cert_parse(&in->issuer, rows[i].der, e) || !signed_by(&good, &in->crl, &in->issuer, e))
			return false;
		if (good && !ctn_store_issuer_key(&in->key, ca->store, rows[i].issuer_key_id, ca->arena, e))
			return false;
	}
	if (good)
		return true;
	ctn_fail(e, CTN_EINPUT, n == 0 ? "no authority that this home knows has the name of its issuer" : "its signature is not by the authority it names");
	return ctn_hint(e, "catena ca list shows the authorities; an offline root becomes known with catena ca install");
}

static bool
judge_incoming(struct incoming *in, ctn_ca *ca, struct ctn_err *e)
{
	ctn_lint_subject s = { .crl = &in->crl, .issuer = &in->issuer, .now_s = ca->now_s };
	const ctn_ext *number = ctn_exts_find(&in->crl.exts, ctn_oid_crl_number);
	ctn_finding *findings;
	ctn_span value;
	size_t n;

	if (in->key.file != NULL)
		return ctn_fail(e, CTN_EINPUT, "authority %s makes its CRLs in this home", in->key.authority) || ctn_hint(e, "catena crl %s", in->key.authority);
	if (!ctn_lint(&findings, &n, &s, NULL, ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (findings[i].level == CTN_LINT_ERROR)
			return ctn_fail(e, CTN_EINPUT, "lint %s: %s (%s)", findings[i].id, findings[i].text, findings[i].cite);
	if (number == NULL || !ctn_ext_number(&value, number->value, e) || value.n > 8)
		return ctn_fail(e, CTN_EINPUT, "it has no CRL number that can be compared (RFC 5280 5.2.3)");
	for (size_t i = 0; i < value.n; i++)
		in->number = in->number << 8 | value.p[i];
	if (ctn_exts_find(&in->crl.exts, ctn_oid_delta_crl_indicator) != NULL)
		return ctn_fail(e, CTN_EINPUT, "it is a delta CRL: install the complete one");
	if (!in->crl.has_next_update || in->crl.next_update < ca->now_s)
		return ctn_fail(e, CTN_EINPUT, "it is no longer fresh: its nextUpdate has passed") || ctn_hint(e, "make a new one where the key is: catena crl");
	return true;
}

static bool
count_entries(uint64_t *n, const ctn_crl *crl, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(crl->entries);
	ctn_crl_entry entry;

	for (*n = 0; !ctn_der_end(&r); (*n)++)
		if (!ctn_crl_next(&r, &entry))
			return ctn_fail(e, CTN_EINPUT, "entry %" PRIu64 " is malformed", *n + 1);
	return true;
}

bool
ctn_ca_crl_install(ctn_crl_made *made, ctn_ca *ca, ctn_span pem_or_der, bool dry_run, struct ctn_err *e)
{
	static const char *const labels[] = { "X509 CRL", "CRL", NULL };
	CTN_OWN_BUF der = { .max = CRL_MAX };
	struct incoming in = { 0 };
	ctn_crl_row row = { 0 };

	if (!ctn_pem_one(&der, pem_or_der, labels, e) || !ctn_crl_parse(&in.crl, ctn_buf_view(&der), e) || !find_signer(&in, ca, e) ||
	    !judge_incoming(&in, ca, e) || !count_entries(&row.entries, &in.crl, e))
		return ctn_wrap(e, "CRL");
	row.issuer_key_id = in.key.id;
	row.number = in.number;
	row.this_update = in.crl.this_update;
	row.next_update = in.crl.next_update;
	if (!show_made(made, &row, &in.key, in.crl.der, ca, e) || dry_run)
		return dry_run;
	if (!ctn_ca_begin_act(ca, e) || !ctn_store_crl_issued(ca->store, &row, in.crl.der, &ca->act, e))
		return false;
	return ctn_ca_publish_crls(ca, made, 1, e) && ctn_ca_end_act(ca, e);
}
