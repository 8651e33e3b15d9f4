#include "store/revocation.h"

#include "store/certificate.h"
#include "store/db.h"
#include "store/leaf.h"
#include "store/rows.h"

#define REASON_HOLD 6u /* RFC 5280 5.3.1 certificateHold */

/* *id is 0 when the certificate is not revoked. */
static bool
in_force(int64_t *id, unsigned *reason, ctn_store *s, int64_t certificate_id, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_revocation_in_force);
	bool row;

	*id = 0;
	bind_int(&q, certificate_id);
	if (!query_row(&q, &row, e))
		return false;
	if (!row)
		return true;
	*id = take_int(&q);
	*reason = (unsigned)take_int(&q);
	return query_end(&q, e);
}

static bool
lift(ctn_store *s, int64_t id, const ctn_act *act, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_revocation_lift);

	bind_int(&q, act->at_s);
	bind_int(&q, id);
	return query_run(&q, e) && leaf_add(s, ACT_UNHOLD, id, act, e);
}

static bool
mark(ctn_store *s, int64_t certificate_id, enum ctn_revoked how, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_certificate_revoked);

	bind_int(&q, how);
	bind_int(&q, certificate_id);
	if (!query_run(&q, e))
		return false;
	return db_changed(s) == 1 ? true : ctn_fail(e, CTN_ENOTFOUND, "there is no certificate record %lld", (long long)certificate_id);
}

static bool
add(ctn_store *s, int64_t certificate_id, unsigned reason, int64_t revoked_at, int64_t invalid_since, const ctn_act *act, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_revocation_add);

	bind_int(&q, reason);
	bind_int(&q, revoked_at);
	bind_int_or_null(&q, invalid_since, invalid_since == INT64_MIN);
	bind_int(&q, certificate_id);
	if (!query_run(&q, e))
		return false;
	if (db_changed(s) != 1)
		return ctn_fail(e, CTN_ENOTFOUND, "there is no certificate record %lld", (long long)certificate_id);
	return leaf_add(s, ACT_REVOKE, db_inserted(s), act, e) &&
	       mark(s, certificate_id, reason == REASON_HOLD ? CTN_IS_HELD : CTN_IS_REVOKED, e);
}

static bool
revoke(bool *already, ctn_store *s, int64_t certificate_id, const ctn_revocation_row *r, const ctn_act *act, struct ctn_err *e)
{
	int64_t before;
	unsigned reason;

	if (!in_force(&before, &reason, s, certificate_id, e))
		return false;
	*already = before != 0 && (reason != REASON_HOLD || r->reason == REASON_HOLD);
	if (*already)
		return true;
	if (before != 0 && !lift(s, before, act, e))
		return false;
	return add(s, certificate_id, r->reason, r->revoked_at, r->invalid_since, act, e);
}

bool
ctn_store_revoke(bool *already, ctn_store *s, int64_t certificate_id, const ctn_revocation_row *r, const ctn_act *act, struct ctn_err *e)
{
	if (!act_begin(s, e))
		return false;
	return act_end(s, revoke(already, s, certificate_id, r, act, e), e);
}

static bool
unhold(ctn_store *s, int64_t certificate_id, const ctn_act *act, struct ctn_err *e)
{
	int64_t id;
	unsigned reason;

	if (!in_force(&id, &reason, s, certificate_id, e))
		return false;
	if (id == 0)
		return ctn_fail(e, CTN_EINPUT, "it is not on hold");
	if (reason != REASON_HOLD)
		return ctn_fail(e, CTN_EINPUT, "it is revoked for good: only certificateHold can be lifted (RFC 5280 5.3.1)");
	return lift(s, id, act, e) && mark(s, certificate_id, CTN_NOT_REVOKED, e);
}

bool
ctn_store_unhold(ctn_store *s, int64_t certificate_id, const ctn_act *act, struct ctn_err *e)
{
	if (!act_begin(s, e))
		return false;
	return act_end(s, unhold(s, certificate_id, act, e), e);
}

bool
ctn_store_revocations(ctn_revocation_row **rows, size_t *n, ctn_store *s, int64_t certificate_id, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_revocations_of);
	void *all;

	bind_int(&q, certificate_id);
	if (!query_all(&all, n, &q, sizeof **rows, read_revocation, a, e))
		return false;
	*rows = all;
	return true;
}
