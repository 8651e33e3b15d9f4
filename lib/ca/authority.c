#include "ca/authority.h"

#include <string.h>

#include "ca/crl.h"
#include "ca/publish.h"
#include "der/pem.h"
#include "hash/hash.h"
#include "key/private.h"
#include "mint/keyring.h"
#include "store/crl.h"
#include "store/find.h"

static const char *
nearest_entry(const ctn_policies *policies, const char *name)
{
	const char *names[256];
	size_t n = 0;

	for (size_t i = 0; i < policies->authorities_n && n < 256; i++)
		names[n++] = policies->authorities[i].name;
	return ctn_word_nearest(name, names, n);
}

bool
ctn_authority_entry(const ctn_authority_policy **out, ctn_policies *policies, ctn_ca *ca, const char *name, struct ctn_err *e)
{
	const char *near;

	if (!ctn_ca_authority_policies(policies, ca, e))
		return false;
	*out = ctn_policies_authority(policies, name);
	if (*out != NULL)
		return true;
	near = nearest_entry(policies, name);
	ctn_fail(e, CTN_ENOTFOUND, "policies/ca.yaml has no authority '%s'", name);
	if (near != NULL)
		return ctn_hint(e, "did you mean '%s'?", near);
	return ctn_hint(e, "describe it there first");
}

/* ---- the key */

static bool
find_key(ctn_issuer_key_row *row, bool *found, ctn_ca *ca, const char *name, struct ctn_err *e)
{
	ctn_issuer_key_row *rows;
	size_t n;

	*found = false;
	if (!ctn_store_issuer_keys(&rows, &n, ca->store, ca->arena, e))
		return false;
	for (size_t i = 0; i < n && !*found; i++)
		if (strcmp(rows[i].authority, name) == 0) {
			*row = rows[i];
			*found = true;
		}
	return true;
}

static bool
record_key(ctn_issuer_key_row *row, ctn_ca *ca, const ctn_authority_policy *entry, ctn_span spki, const uint8_t key_id[20], struct ctn_err *e)
{
	char algorithm[24];

	ctn_key_kind_text(algorithm, entry->key);
	row->authority = entry->name;
	row->key_id = (ctn_span){ ctn_arena_copy(ca->arena, key_id, 20), 20 };
	row->spki = (ctn_span){ ctn_arena_copy(ca->arena, spki.p, spki.n), spki.n };
	row->algorithm = ctn_arena_text(ca->arena, algorithm);
	row->state = CTN_KEY_PENDING;
	row->shards = entry->crl.shards;
	if (row->key_id.p == NULL || row->spki.p == NULL || row->algorithm == NULL)
		return ctn_fail_memory(e);
	return ctn_store_issuer_key_add(ca->store, row, &ca->act, e);
}

static bool
make_key(ctn_issuer_key_row *row, ctn_ca *ca, const ctn_authority_policy *entry, bool no_passphrase, struct ctn_err *e)
{
	bool protect = entry->protection == CTN_PROTECT_PASSPHRASE && !no_passphrase;
	CTN_OWN_SECRET passphrase = { 0 };
	CTN_OWN_BUF spki = { 0 };
	ctn_keyring_wish wish = { .home = ca->env.home, .name = entry->name, .kind = entry->key };
	uint8_t key_id[20];
	char *file;

	if (protect && !ca->env.passphrase(ca->env.ctx, entry->name, true, &passphrase, e))
		return false;
	if (protect)
		wish.passphrase = &passphrase;
	if (!ctn_keyring_make(&file, &spki, key_id, &wish, ca->arena, e))
		return ctn_wrap(e, "key of authority %s", entry->name);
	memset(row, 0, sizeof *row);
	row->file = file;
	row->protection = protect ? "passphrase" : "none";
	if (record_key(row, ca, entry, ctn_buf_view(&spki), key_id, e))
		return true;
	/* A key that no record knows is nobody's. */
	(void)!ctn_keyring_remove(ca->env.home, file, &(struct ctn_err){ 0 });
	return false;
}

bool
ctn_authority_key(ctn_issuer_key_row *row, ctn_ca *ca, const ctn_authority_policy *entry, bool no_passphrase, struct ctn_err *e)
{
	bool found;

	if (!find_key(row, &found, ca, entry->name, e))
		return false;
	return found || make_key(row, ca, entry, no_passphrase, e);
}

/* ---- its certificate */

struct making {
	ctn_ca *ca;
	ctn_authority_result *out;
	ctn_policies policies;
	const ctn_authority_policy *entry;
	ctn_chain issuer;      /* when the entry names one */
	ctn_issuer_facts facts;
	ctn_issuer_key_row key;
	ctn_plan plan;
	ctn_draft draft;
};

static bool
find_issuer(struct making *m, struct ctn_err *e)
{
	if (m->entry->issuer == NULL)
		return true;
	if (strcmp(m->entry->issuer, "external") == 0) {
		ctn_fail(e, CTN_EINPUT, "the issuer of authority %s is outside this home (%s:%u)", m->entry->name, m->entry->where.file, m->entry->where.line);
		return ctn_hint(e, "catena ca csr %s makes the request for it", m->entry->name);
	}
	if (!ctn_chain_of(&m->issuer, m->ca, m->entry->issuer, e))
		return ctn_wrap(e, "issuer of authority %s", m->entry->name);
	return true;
}

static bool
decide(struct making *m, struct ctn_err *e)
{
	bool root = m->entry->issuer == NULL;
	ctn_draft *d = &m->draft;

	d->plan = &m->plan;
	d->chain = root ? NULL : &m->issuer;
	d->key = root ? &m->key : &m->issuer.key;
	d->role = root ? CTN_ROLE_ROOT : CTN_ROLE_CA;
	d->fail_on = CTN_LINT_ERROR;
	d->lint_where = m->entry->where;
	d->version_name = "ca";
	d->version_digest = m->policies.ca_digest;
	d->version_text = m->policies.ca_text;
	d->request = (ctn_request_row){ .kind = "authority", .profile = "ca", .names = m->entry->name };
	if (!ctn_draft_serial(d, d->key->shards, m->ca, e))
		return false;
	if (!root && !ctn_chain_facts(&m->facts, &m->issuer, &m->policies, d->shard, m->ca, e))
		return false;
	if (!ctn_decide_authority(&m->plan, m->entry, m->entry->where.file, m->key.spki, root ? NULL : &m->facts, m->ca->now_s, m->ca->arena, e))
		return false;
	if (!m->plan.allowed)
		return ctn_reasons_of_plan(&m->out->reasons, &m->plan, m->ca->arena, e);
	return ctn_draft_judge(d, &m->out->reasons, m->key.spki, m->ca, e);
}

/* One act: a key that has a certificate and waits for one would get a second. */
static bool
add_and_activate(struct making *m, ctn_ca_cert_row *row, struct ctn_err *e)
{
	if (!ctn_store_ca_cert_add(m->ca->store, row, &m->ca->act, e))
		return false;
	if (m->key.state == CTN_KEY_ACTIVE)
		return true;
	m->key.state = CTN_KEY_ACTIVE;
	return ctn_store_issuer_key_change(m->ca->store, &m->key, "key-activated", &m->ca->act, e);
}

static bool
record_certificate(struct making *m, struct ctn_err *e)
{
	ctn_authority_result *out = m->out;
	ctn_ca_cert_row row = { .issuer_key_id = m->key.id, .certificate_id = m->draft.row.id, .der = m->draft.der };

	if (!ctn_cert_parse(&out->cert, m->draft.der, e) || !ctn_sha256(row.sha256, m->draft.der, e))
		return false;
	row.subject = out->cert.subject;
	row.issuer = out->cert.issuer;
	row.serial = out->cert.serial;
	row.not_before = out->cert.not_before;
	row.not_after = out->cert.not_after;
	row.is_anchor = m->entry->issuer == NULL;
	out->log_index = m->draft.log_index;
	if (!ctn_store_begin(m->ca->store, e))
		return false;
	if (add_and_activate(m, &row, e))
		return ctn_store_commit(m->ca->store, e);
	ctn_store_rollback(m->ca->store);
	return ctn_wrap(e, "recording the certificate of authority %s", m->entry->name);
}

static bool
sign_and_publish(struct making *m, struct ctn_err *e)
{
	bool refused = m->out->reasons.n > 0;
	ctn_crl_made crl;
	ctn_crl_row *crls;
	size_t n;

	m->out->allowed = !refused;
	m->out->name = m->entry->name;
	if (refused)
		return ctn_draft_refuse(&m->draft, &m->out->reasons, m->ca, e) && ctn_ca_end_act(m->ca, e);
	if (!ctn_draft_commit(&m->draft, m->ca, e) || !record_certificate(m, e))
		return false;
	m->out->key = m->key;
	if (!ctn_store_crls_newest(&crls, &n, m->ca->store, m->key.id, m->ca->arena, e))
		return false;
	for (unsigned shard = 0; n == 0 && shard < m->key.shards; shard++)
		if (!ctn_ca_crl_for(&crl, m->ca, m->key.id, shard, e))
			return ctn_wrap(e, "authority %s is made, but its first CRL is not", m->entry->name);
	return ctn_ca_publish(m->ca, e) && ctn_ca_end_act(m->ca, e);
}

/* A key that lives for this call alone shows what would be made. */
static bool
borrow_key(struct making *m, struct ctn_err *e)
{
	CTN_OWN(ctn_privkey) key = NULL;
	CTN_OWN_BUF spki = { 0 };

	if (!ctn_privkey_generate(&key, m->entry->key, e) || !ctn_privkey_spki(&spki, key, e))
		return false;
	m->key = (ctn_issuer_key_row){ .authority = m->entry->name, .algorithm = "", .protection = "none", .shards = m->entry->crl.shards,
		.spki = { ctn_arena_copy(m->ca->arena, spki.p, spki.n), spki.n } };
	return m->key.spki.p != NULL || ctn_fail_memory(e);
}

static bool
make_dry(struct making *m, struct ctn_err *e)
{
	if (!borrow_key(m, e) || !decide(m, e))
		return false;
	m->out->allowed = m->out->reasons.n == 0;
	m->out->name = m->entry->name;
	m->out->key = m->key;
	m->out->cert = m->draft.view;
	return true;
}

static bool
is_new(struct making *m, struct ctn_err *e)
{
	bool found;

	if (!find_key(&m->key, &found, m->ca, m->entry->name, e))
		return false;
	if (!found || m->key.state == CTN_KEY_PENDING)
		return true;
	ctn_fail(e, CTN_EEXISTS, "authority %s exists already", m->entry->name);
	return ctn_hint(e, "catena ca show %s; catena ca renew %s gives it new dates", m->entry->name, m->entry->name);
}

/* A key stays once it is recorded, so a refusal comes before it: the same question is asked with a borrowed one. *refused: that was all. */
static bool
try_without_key(bool *refused, const struct making *m, struct ctn_err *e)
{
	struct making trial = *m;

	*refused = false;
	if (m->key.id != 0)
		return true;
	if (!borrow_key(&trial, e) || !decide(&trial, e))
		return false;
	*refused = m->out->reasons.n > 0;
	return !*refused || sign_and_publish(&trial, e);
}

bool
ctn_ca_create(ctn_authority_result *out, ctn_ca *ca, const ctn_authority_wish *wish, struct ctn_err *e)
{
	struct making m = { .ca = ca, .out = out };
	bool refused;

	memset(out, 0, sizeof *out);
	if (!ctn_authority_entry(&m.entry, &m.policies, ca, wish->name, e) || !is_new(&m, e) || !find_issuer(&m, e))
		return false;
	if (wish->dry_run)
		return make_dry(&m, e);
	if (!ctn_ca_begin_act(ca, e) || !ctn_mint_allowed(ca->mint, e) ||
	    (m.entry->issuer != NULL && !ctn_mint_ready(ca->mint, m.issuer.key.id, e)) || !try_without_key(&refused, &m, e))
		return false;
	if (refused)
		return true;
	if (!ctn_authority_key(&m.key, ca, m.entry, wish->no_passphrase, e) || !decide(&m, e))
		return false;
	return sign_and_publish(&m, e);
}

/* ---- renewal */

static bool
find_own(struct making *m, const char *name, struct ctn_err *e)
{
	ctn_ca_cert_row *rows;
	ctn_cert_row before;
	size_t n;

	if (!ctn_store_issuer_key_of(&m->key, m->ca->store, name, m->ca->arena, e) ||
	    !ctn_store_ca_certs(&rows, &n, m->ca->store, m->key.id, m->ca->arena, e))
		return false;
	if (m->key.foreign || n == 0)
		return ctn_fail(e, CTN_EINPUT, "authority %s has no certificate of this home to renew", name);
	if (rows[0].certificate_id == 0)
		return true;
	if (!ctn_store_cert(&before, m->ca->store, rows[0].certificate_id, m->ca->arena, e))
		return false;
	m->draft.lineage = before.lineage;
	m->draft.replaces = before.id;
	return true;
}

/* New dates would make a key good again that somebody declared bad. */
static bool
judge_own(struct making *m, struct ctn_err *e)
{
	ctn_reason reason = { .rule = "renew.revoked" };

	if (!ctn_chain_revoked(&reason.text, m->ca, m->draft.replaces, e))
		return false;
	return reason.text == NULL || ctn_reasons_add(&m->out->reasons, &reason, m->ca->arena, e);
}

bool
ctn_ca_renew_authority(ctn_authority_result *out, ctn_ca *ca, const ctn_authority_wish *wish, struct ctn_err *e)
{
	struct making m = { .ca = ca, .out = out };

	memset(out, 0, sizeof *out);
	if (!find_own(&m, wish->name, e) || !ctn_authority_entry(&m.entry, &m.policies, ca, wish->name, e) || !find_issuer(&m, e) || !decide(&m, e) ||
	    !judge_own(&m, e))
		return false;
	m.out->allowed = m.out->reasons.n == 0;
	m.out->name = wish->name;
	m.out->key = m.key;
	m.out->cert = m.draft.view;
	if (wish->dry_run)
		return true;
	if (!ctn_ca_begin_act(ca, e) || (out->allowed && !ctn_mint_ready(ca->mint, m.draft.key->id, e)))
		return false;
	return sign_and_publish(&m, e);
}

bool
ctn_ca_export(ctn_buf *pem, ctn_ca *ca, const char *name, bool chain, struct ctn_err *e)
{
	ctn_chain c;

	if (!ctn_chain_of(&c, ca, name, e))
		return false;
	for (size_t i = 0; i < (chain ? c.n : 1); i++)
		ctn_pem_write(pem, "CERTIFICATE", c.certs[i].der);
	return ctn_buf_ok(pem, e);
}
