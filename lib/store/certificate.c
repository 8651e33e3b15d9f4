#include "store/certificate.h"

#include <string.h>

#include "hash/hash.h"
#include "store/db.h"
#include "store/find.h"
#include "store/leaf.h"

static bool
add_version(int64_t *id, ctn_store *s, const char *name, const uint8_t digest[32], ctn_span text, const ctn_act *act, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_profile_version_add);

	bind_text(&q, name);
	bind_blob(&q, (ctn_span){ digest, 32 });
	bind_blob(&q, text);
	bind_int(&q, act->at_s);
	if (!query_run(&q, e))
		return false;
	*id = db_inserted(s);
	return leaf_add(s, ACT_POLICY, *id, act, e);
}

/* Looked up first without the write lock: nearly always it is there. */
static bool
find_version(int64_t *id, ctn_store *s, const uint8_t digest[32], struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_profile_version_get);
	bool row;

	*id = 0;
	bind_blob(&q, (ctn_span){ digest, 32 });
	if (!query_row(&q, &row, e))
		return false;
	if (!row)
		return true;
	*id = take_int(&q);
	return query_end(&q, e);
}

bool
ctn_store_profile_version(int64_t *id, ctn_store *s, const char *name, const uint8_t digest[32], ctn_span text, const ctn_act *act,
    struct ctn_err *e)
{
	bool ok;

	if (!find_version(id, s, digest, e))
		return false;
	if (*id != 0)
		return true;
	if (!act_begin(s, e))
		return false;
	ok = find_version(id, s, digest, e) && (*id != 0 || add_version(id, s, name, digest, text, act, e));
	return act_end(s, ok, e);
}

static bool
add_request(ctn_store *s, ctn_request_row *r, const ctn_act *act, struct ctn_err *e)
{
	struct query q;
	int64_t actor;

	if (!actor_id(&actor, s, act->actor, e))
		return false;
	q = query_on(s, CTN_Q_request_add);
	bind_int(&q, act->at_s);
	bind_int(&q, actor);
	bind_text(&q, r->kind);
	bind_text(&q, r->profile);
	bind_int_or_null(&q, r->profile_version, r->profile_version == 0);
	bind_text(&q, r->names);
	bind_blob_or_null(&q, r->csr);
	bind_int_or_null(&q, r->lifetime_s, r->lifetime_s == 0);
	bind_text(&q, r->owner);
	bind_text(&q, r->note);
	bind_text(&q, r->allowed ? "allow" : "deny");
	bind_text(&q, r->reasons);
	if (!query_run(&q, e))
		return false;
	r->id = db_inserted(s);
	r->at_s = act->at_s;
	return true;
}

bool
ctn_store_refuse(ctn_store *s, ctn_request_row *request, const ctn_act *act, struct ctn_err *e)
{
	bool ok;

	request->allowed = false;
	if (!act_begin(s, e))
		return false;
	ok = add_request(s, request, act, e) && leaf_add(s, ACT_REFUSE, request->id, act, e);
	return act_end(s, ok, e);
}

static bool
serial_is_new(ctn_store *s, const ctn_cert_row *c, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_serial_taken);
	bool row;

	bind_int(&q, c->authority_id);
	bind_blob(&q, c->serial);
	if (!query_row(&q, &row, e))
		return false;
	if (!row)
		return true;
	if (!query_end(&q, e))
		return false;
	return ctn_fail(e, CTN_EEXISTS, "this authority has had that serial before");
}

/* Asked again where nobody else can write: two requests for one key at once get one certificate. */
static bool
key_is_own(ctn_store *s, const ctn_cert_row *c, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_key_in_other_lineage);
	bool row;

	bind_blob(&q, (ctn_span){ c->spki_sha256, 32 });
	bind_int(&q, c->lineage);
	if (!query_row(&q, &row, e))
		return false;
	if (!row)
		return true;
	return query_end(&q, e) && ctn_fail(e, CTN_EPOLICY, "another certificate has got this key in the meantime");
}

static bool
next_id(ctn_cert_row *c, ctn_store *s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_certificate_next);

	if (!query_int(&c->id, &q, e))
		return false;
	if (c->lineage == 0)
		c->lineage = c->id;
	return true;
}

static bool
add_certificate(ctn_store *s, const ctn_cert_row *c, const ctn_act *act, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_certificate_add);

	bind_int(&q, c->id);
	bind_int(&q, c->authority_id);
	bind_int(&q, c->issuer_key_id);
	bind_blob(&q, c->serial);
	bind_int(&q, c->request_id);
	bind_text(&q, c->profile);
	bind_int(&q, c->is_ca);
	bind_blob(&q, (ctn_span){ c->tbs_sha256, 32 });
	bind_blob(&q, (ctn_span){ c->spki_sha256, 32 });
	bind_blob(&q, (ctn_span){ c->names_sha256, 32 });
	bind_text(&q, c->subject);
	bind_int(&q, c->not_before);
	bind_int(&q, c->not_after);
	bind_int(&q, c->lineage);
	bind_int_or_null(&q, c->replaces, c->replaces == 0);
	bind_text(&q, c->owner);
	bind_text(&q, c->note);
	bind_int(&q, c->crl_shard);
	bind_int(&q, act->at_s);
	return query_run(&q, e);
}

static bool
add_names(ctn_store *s, const ctn_cert_row *c, struct ctn_err *e)
{
	for (size_t i = 0; i < c->names_n; i++) {
		struct query q = query_on(s, CTN_Q_name_add);

		bind_int(&q, c->id);
		bind_int(&q, (int64_t)i);
		bind_text(&q, c->names[i].type);
		bind_text(&q, c->names[i].value);
		bind_text(&q, c->names[i].reversed);
		if (!query_run(&q, e))
			return false;
	}
	return true;
}

static bool
add_tbs(ctn_store *s, int64_t id, ctn_span tbs, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_tbs_add);

	bind_int(&q, id);
	bind_blob(&q, tbs);
	return query_run(&q, e);
}

static bool
intend(ctn_store *s, ctn_request_row *request, ctn_cert_row *c, ctn_span tbs, const ctn_act *act, struct ctn_err *e)
{
	request->allowed = true;
	if (!serial_is_new(s, c, e) || (c->key_is_own && !key_is_own(s, c, e)) || !add_request(s, request, act, e) || !next_id(c, s, e))
		return false;
	c->request_id = request->id;
	c->intended_at = act->at_s;
	if (!add_certificate(s, c, act, e) || !add_names(s, c, e) || !add_tbs(s, c->id, tbs, e))
		return false;
	return leaf_add(s, ACT_INTEND, c->id, act, e);
}

bool
ctn_store_intend(ctn_store *s, ctn_request_row *request, ctn_cert_row *cert, ctn_span tbs, const ctn_act *act, struct ctn_err *e)
{
	if (!names_digest(cert->names_sha256, cert->names, cert->names_n, e) || !ctn_sha256(cert->tbs_sha256, tbs, e) || !act_begin(s, e))
		return false;
	return act_end(s, intend(s, request, cert, tbs, act, e), e);
}

bool
ctn_store_intent(ctn_cert_row *cert, ctn_span *tbs, ctn_store *s, int64_t id, ctn_arena *a, struct ctn_err *e)
{
	struct query q;
	uint8_t digest[32];
	bool row;

	if (!ctn_store_cert(cert, s, id, a, e))
		return false;
	if (cert->issued)
		return ctn_fail(e, CTN_ENOTFOUND, "certificate %lld is issued already", (long long)id);
	q = query_on(s, CTN_Q_tbs_get);
	bind_int(&q, id);
	if (!query_row(&q, &row, e))
		return false;
	if (!row)
		return ctn_fail(e, CTN_ESTORE, "the intent of certificate %lld has lost its bytes", (long long)id);
	*tbs = take_blob(&q, a);
	if (!query_end(&q, e) || !ctn_sha256(digest, *tbs, e))
		return false;
	if (memcmp(digest, cert->tbs_sha256, sizeof digest) != 0)
		return ctn_fail(e, CTN_ESTORE, "the intent of certificate %lld was changed after it was recorded", (long long)id);
	return true;
}

static bool
mark_issued(uint64_t *leaf, ctn_store *s, int64_t id, ctn_span der, const ctn_act *act, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_certificate_issued);
	uint8_t sha256[32];

	if (!ctn_sha256(sha256, der, e))
		return false;
	bind_blob(&q, (ctn_span){ sha256, sizeof sha256 });
	bind_int(&q, act->at_s);
	bind_int(&q, id);
	if (!query_run(&q, e))
		return false;
	if (db_changed(s) != 1)
		return ctn_fail(e, CTN_ESTORE, "certificate %lld was not an intent", (long long)id);
	q = query_on(s, CTN_Q_der_set);
	bind_blob(&q, der);
	bind_int(&q, id);
	if (!query_run(&q, e))
		return false;
	q = query_on(s, CTN_Q_supersede);
	bind_int(&q, id);
	return query_run(&q, e) && leaf_add_at(leaf, s, ACT_ISSUE, id, act, e);
}

bool
ctn_store_issued(uint64_t *leaf, ctn_store *s, int64_t id, ctn_span der, const ctn_act *act, struct ctn_err *e)
{
	if (!act_begin(s, e))
		return false;
	return act_end(s, mark_issued(leaf, s, id, der, act, e), e);
}
