#include "ca/revoke.h"

#include "base/time.h"
#include "ca/publish.h"
#include "store/crl.h"

#define CA_COMPROMISE 2u
#define AA_COMPROMISE 10u

bool
ctn_revoke_reason(unsigned *reason, const char *word, struct ctn_err *e)
{
	unsigned r;

	if (!ctn_crl_reason_parse(&r, word, e)) {
		e->code = CTN_EUSAGE;
		return false;
	}
	if (r == CTN_REASON_REMOVE_FROM_CRL)
		return ctn_fail(e, CTN_EUSAGE, "removeFromCRL is no revocation: it stands in delta CRLs alone (RFC 5280 5.3.1)") ||
		       ctn_hint(e, "catena unhold lifts a hold");
	if (r == AA_COMPROMISE)
		return ctn_fail(e, CTN_EUSAGE, "aACompromise is for attribute authorities (RFC 5280 5.3.1)") ||
		       ctn_hint(e, "keyCompromise, or cACompromise for a CA certificate");
	*reason = r;
	return true;
}

/* ---- judging */

static bool
judge_times(const ctn_revoke_args *args, const ctn_ca *ca, struct ctn_err *e)
{
	char now[32], at[32];

	ctn_time_text(now, ca->now_s);
	if (args->at_s > ca->now_s) {
		ctn_time_text(at, args->at_s);
		return ctn_fail(e, CTN_EINPUT, "revocation time %s is in the future (it is %s)", at, now);
	}
	if (args->invalid_since > ca->now_s) {
		ctn_time_text(at, args->invalid_since);
		return ctn_fail(e, CTN_EINPUT, "compromised since %s is in the future (it is %s)", at, now);
	}
	return true;
}

static bool
judge_cert(const ctn_cert_row *cert, const ctn_revoke_args *args, const ctn_ca *ca, struct ctn_err *e)
{
	int64_t earliest = cert->not_before < ca->now_s ? cert->not_before : ca->now_s;
	char at[32], begin[32];
	char *serial = ctn_arena_hex(ca->arena, cert->serial);

	if (serial == NULL)
		return ctn_fail_memory(e);
	if (args->reason == CA_COMPROMISE && !cert->is_ca)
		return ctn_fail(e, CTN_EINPUT, "serial %s: cACompromise is for CA certificates (RFC 5280 5.3.1)", serial) ||
		       ctn_hint(e, "keyCompromise");
	/* One that begins in the future, as a clock that ran ahead leaves it, can be revoked as well: now. */
	if (args->at_s >= earliest)
		return true;
	ctn_time_text(at, args->at_s);
	ctn_time_text(begin, earliest);
	ctn_fail(e, CTN_EINPUT, "serial %s: revocation time %s is before the certificate begins (%s)", serial, at, begin);
	return ctn_hint(e, "--compromised-since says that its key was bad before; --at %s is the earliest", begin);
}

static bool
load(ctn_revoke_result *out, ctn_ca *ca, const int64_t *ids, size_t n, struct ctn_err *e)
{
	*out = (ctn_revoke_result){ .certs = ctn_arena_new(ca->arena, ctn_cert_row, n + 1),
		.rows = ctn_arena_new(ca->arena, ctn_revocation_row, n + 1), .already = ctn_arena_new(ca->arena, bool, n + 1),
		.crls = ctn_arena_new(ca->arena, ctn_crl_made, n + 1), .n = n };
	if (out->certs == NULL || out->rows == NULL || out->already == NULL || out->crls == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < n; i++)
		if (!ctn_store_cert(&out->certs[i], ca->store, ids[i], ca->arena, e))
			return false;
	return true;
}

static bool
newest_row(ctn_revocation_row *row, ctn_ca *ca, int64_t certificate_id, struct ctn_err *e)
{
	ctn_revocation_row *rows;
	size_t n;

	if (!ctn_store_revocations(&rows, &n, ca->store, certificate_id, ca->arena, e))
		return false;
	if (n == 0)
		return ctn_fail(e, CTN_ESTORE, "certificate record %lld is marked as revoked, but has no revocation", (long long)certificate_id);
	*row = rows[0];
	return true;
}

/* ---- recording */

static bool
record_all(ctn_revoke_result *out, ctn_ca *ca, const ctn_revoke_args *args, struct ctn_err *e)
{
	ctn_revocation_row how = { .reason = args->reason, .revoked_at = args->at_s, .invalid_since = args->invalid_since };

	for (size_t i = 0; i < out->n; i++)
		if (!ctn_store_revoke(&out->already[i], ca->store, out->certs[i].id, &how, &ca->act, e) ||
		    !newest_row(&out->rows[i], ca, out->certs[i].id, e))
			return false;
	return true;
}

static bool
record(ctn_revoke_result *out, ctn_ca *ca, const ctn_revoke_args *args, struct ctn_err *e)
{
	if (!ctn_store_begin(ca->store, e))
		return false;
	if (record_all(out, ca, args, e) && ctn_store_commit(ca->store, e))
		return true;
	ctn_store_rollback(ca->store);
	return ctn_wrap(e, "recording the revocation");
}

static bool
foresee(ctn_revoke_result *out, ctn_ca *ca, const ctn_revoke_args *args, struct ctn_err *e)
{
	for (size_t i = 0; i < out->n; i++) {
		const ctn_cert_row *c = &out->certs[i];

		out->already[i] = c->revoked == CTN_IS_REVOKED || (c->revoked == CTN_IS_HELD && args->reason == CTN_REASON_CERTIFICATE_HOLD);
		out->rows[i] = (ctn_revocation_row){ .certificate_id = c->id, .issuer_key_id = c->issuer_key_id, .serial = c->serial,
			.crl_shard = c->crl_shard, .reason = args->reason, .revoked_at = args->at_s, .invalid_since = args->invalid_since,
			.lifted_at = INT64_MIN };
		if (out->already[i] && !newest_row(&out->rows[i], ca, c->id, e))
			return false;
	}
	return true;
}

/* ---- telling the world */

static void
pend(ctn_revoke_result *out, ctn_ca *ca, const struct ctn_err *why)
{
	if (out->crl_pending)
		return;
	out->crl_pending = true;
	out->why_pending = ctn_arena_text(ca->arena, why->text);
	if (out->why_pending == NULL)
		out->why_pending = "out of memory";
	out->hint_pending = why->hint[0] == '\0' ? NULL : ctn_arena_text(ca->arena, why->hint);
}

/* Does the newest CRL of that key and shard lack something that is recorded? */
static bool
is_stale(bool *stale, ctn_ca *ca, const ctn_cert_row *cert, struct ctn_err *e)
{
	ctn_crl_row *rows;
	size_t n;

	*stale = true;
	if (!ctn_store_crls_newest(&rows, &n, ca->store, cert->issuer_key_id, ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (rows[i].shard == cert->crl_shard)
			return ctn_store_revoked_since(stale, ca->store, cert->issuer_key_id, cert->crl_shard, rows[i].covers, e);
	return true;
}

static bool
is_made(const ctn_revoke_result *out, const ctn_cert_row *cert)
{
	for (size_t i = 0; i < out->crls_n; i++)
		if (out->crls[i].issuer_key_id == cert->issuer_key_id && out->crls[i].shard == cert->crl_shard)
			return true;
	return false;
}

static bool
is_tried(const ctn_revoke_result *out, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (out->certs[k].issuer_key_id == out->certs[i].issuer_key_id && out->certs[k].crl_shard == out->certs[i].crl_shard)
			return true;
	return is_made(out, &out->certs[i]);
}

static void
publish_one(ctn_revoke_result *out, ctn_ca *ca, const ctn_cert_row *cert)
{
	struct ctn_err e = { 0 };
	bool stale = false;

	if (!is_stale(&stale, ca, cert, &e)) {
		pend(out, ca, &e);
		return;
	}
	if (!stale) {
		/* Whoever made the CRL may have been stopped before it was published. */
		if (!ctn_ca_publish(ca, &e))
			pend(out, ca, &e);
		return;
	}
	/* Before a CRL number is taken, and before anybody is asked for a passphrase. */
	if (!ctn_mint_allowed(ca->mint, &e) || !ctn_ca_crl_for(&out->crls[out->crls_n], ca, cert->issuer_key_id, cert->crl_shard, &e))
		pend(out, ca, &e);
	else
		out->crls_n++;
}

/* The revocation stands whatever happens here. */
static void
publish(ctn_revoke_result *out, ctn_ca *ca)
{
	for (size_t i = 0; i < out->n; i++)
		if (!is_tried(out, i))
			publish_one(out, ca, &out->certs[i]);
}

bool
ctn_ca_revoke(ctn_revoke_result *out, ctn_ca *ca, const ctn_revoke_args *args, struct ctn_err *e)
{
	bool noted;

	if (!load(out, ca, args->certificate_ids, args->n, e) || !judge_times(args, ca, e))
		return false;
	for (size_t i = 0; i < out->n; i++)
		if (!judge_cert(&out->certs[i], args, ca, e))
			return false;
	if (args->dry_run)
		return foresee(out, ca, args, e);
	if (!ctn_ca_begin_act(ca, e) || !record(out, ca, args, e))
		return false;
	noted = ctn_ca_end_act(ca, e);
	publish(out, ca);
	return noted;
}

static bool
lift(ctn_revoke_result *out, ctn_ca *ca, bool dry_run, struct ctn_err *e)
{
	int64_t id = out->certs[0].id;

	if (dry_run) {
		out->rows[0].lifted_at = ca->now_s;
		return true;
	}
	return ctn_ca_begin_act(ca, e) && ctn_store_unhold(ca->store, id, &ca->act, e) && newest_row(&out->rows[0], ca, id, e);
}

bool
ctn_ca_unhold(ctn_revoke_result *out, ctn_ca *ca, int64_t certificate_id, bool dry_run, struct ctn_err *e)
{
	char *serial;
	bool noted;

	if (!load(out, ca, &certificate_id, 1, e))
		return false;
	serial = ctn_arena_hex(ca->arena, out->certs[0].serial);
	if (serial == NULL)
		return ctn_fail_memory(e);
	if (out->certs[0].revoked == CTN_NOT_REVOKED)
		return ctn_fail(e, CTN_EINPUT, "serial %s is not on hold", serial);
	if (out->certs[0].revoked == CTN_IS_REVOKED)
		return ctn_fail(e, CTN_EINPUT, "serial %s is revoked for good: only certificateHold can be lifted (RFC 5280 5.3.1)", serial);
	if (!newest_row(&out->rows[0], ca, certificate_id, e) || !lift(out, ca, dry_run, e))
		return ctn_wrap(e, "serial %s", serial);
	if (dry_run)
		return true;
	noted = ctn_ca_end_act(ca, e);
	publish(out, ca);
	return noted;
}
