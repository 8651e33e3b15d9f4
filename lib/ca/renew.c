#include "ca/renew.h"

#include "base/time.h"
#include "der/pem.h"
#include "hash/hash.h"
#include "store/authority.h"
#include "store/find.h"
#include "x509/csr.h"

static const char *const csr_labels[] = { "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST", NULL };

/* One certificate on its way to the next of its lineage. */
struct renewal {
	ctn_ca *ca;
	const ctn_renew_args *args;
	ctn_cert_row old;
	ctn_request_row request; /* that the old one came of */
	ctn_policies policies;
	const ctn_profile *profile;
	char *serial;
	ctn_issue_args issue;
};

/* ---- what is no leaf that was issued */

static bool
fail_ca(const struct renewal *r, struct ctn_err *e)
{
	ctn_issuer_key_row key;
	ctn_ca_cert_row *rows;
	size_t n;

	if (!ctn_store_ca_certs(&rows, &n, r->ca->store, 0, r->ca->arena, e))
		return false;
	ctn_fail(e, CTN_EUSAGE, "serial %s is a CA certificate", r->serial);
	for (size_t i = 0; i < n; i++) {
		struct ctn_err ignored;

		if (rows[i].certificate_id == r->old.id && ctn_store_issuer_key(&key, r->ca->store, rows[i].issuer_key_id, r->ca->arena, &ignored))
			return ctn_hint(e, "catena ca renew %s", key.authority);
	}
	return ctn_hint(e, "catena ca sign, with a new request of its authority");
}

static bool
load(struct renewal *r, struct ctn_err *e)
{
	ctn_ca *ca = r->ca;

	if (!ctn_store_cert(&r->old, ca->store, r->args->certificate_id, ca->arena, e) ||
	    !ctn_store_request(&r->request, ca->store, r->old.request_id, ca->arena, e))
		return false;
	r->serial = ctn_arena_hex(ca->arena, r->old.serial);
	if (r->serial == NULL)
		return ctn_fail_memory(e);
	if (r->old.is_ca)
		return fail_ca(r, e);
	if (!r->old.issued)
		return ctn_fail(e, CTN_EUSAGE, "serial %s was intended but never issued", r->serial) || ctn_hint(e, "catena issue %s", r->old.profile);
	return ctn_ca_policies(&r->policies, &r->profile, ca, r->old.profile, e);
}

/* ---- what is refused before anything is decided */

static bool
refuse(ctn_issued *out, const struct renewal *r, const char *rule, const char *text, struct ctn_err *e)
{
	ctn_where where = ctn_profile_where(r->profile, rule);
	ctn_reason reason = { .rule = rule, .text = text, .file = where.line > 0 ? where.file : NULL, .line = where.line };

	return text == NULL ? ctn_fail_memory(e) : ctn_reasons_add(&out->reasons, &reason, r->ca->arena, e);
}

static bool
newest_serial(char **serial, const struct renewal *r, struct ctn_err *e)
{
	ctn_cert_row *rows;
	size_t n, i = 0;

	if (!ctn_store_certs_of_lineage(&rows, &n, r->ca->store, r->old.lineage, r->ca->arena, e))
		return false;
	while (i + 1 < n && !rows[i].issued)
		i++;
	*serial = n == 0 ? r->serial : ctn_arena_hex(r->ca->arena, rows[i].serial);
	return *serial != NULL || ctn_fail_memory(e);
}

static bool
judge_state(ctn_issued *out, const struct renewal *r, struct ctn_err *e)
{
	ctn_arena *a = r->ca->arena;
	char *newest;

	if (r->old.revoked != CTN_NOT_REVOKED) {
		bool held = r->old.revoked == CTN_IS_HELD;

		out->hint = ctn_arena_printf(a, held ? "catena unhold %s" : "catena issue %s makes one of a new lineage", held ? r->serial : r->old.profile);
		return refuse(out, r, "renew.revoked", ctn_arena_printf(a, "serial %s is %s", r->serial, held ? "on hold" : "revoked"), e);
	}
	if (!r->old.superseded)
		return true;
	if (!newest_serial(&newest, r, e))
		return false;
	out->hint = ctn_arena_printf(a, "catena %s %s, the newest of its lineage", r->args->rekey ? "rekey" : "renew", newest);
	return refuse(out, r, "renew.superseded", ctn_arena_printf(a, "serial %s was renewed already", r->serial), e);
}

static bool
judge_age(ctn_issued *out, const struct renewal *r, struct ctn_err *e)
{
	int64_t grace_s = r->profile->renew.after_expiry_s;
	char end[32], grace[24];

	if (r->ca->now_s <= r->old.not_after || r->ca->now_s - r->old.not_after <= grace_s)
		return true;
	ctn_time_text(end, r->old.not_after);
	ctn_duration_text(grace, grace_s);
	if (out->hint == NULL)
		out->hint = ctn_arena_printf(r->ca->arena, "catena issue %s", r->old.profile);
	return refuse(out, r, "renew.after_expiry",
	    ctn_arena_printf(r->ca->arena, "serial %s expired at %s, more than %s ago", r->serial, end, grace), e);
}

static bool
judge_key(ctn_issued *out, const struct renewal *r, struct ctn_err *e)
{
	CTN_OWN_BUF der = { .max = CTN_CSR_MAX + 1 };
	uint8_t digest[32];
	ctn_csr csr;

	if (r->args->csr.n == 0)
		return true;
	if (!ctn_pem_one(&der, r->args->csr, csr_labels, e) || !ctn_csr_parse(&csr, ctn_buf_view(&der), e) ||
	    !ctn_spki_digest(digest, &csr.key, e))
		return ctn_wrap(e, "request");
	if (memcmp(digest, r->old.spki_sha256, sizeof digest) != 0)
		return true;
	out->hint = "catena renew keeps the key";
	return refuse(out, r, "rekey.key", ctn_arena_printf(r->ca->arena, "the request has the key of serial %s: that is no new key", r->serial), e);
}

static bool
record_refusal(const ctn_issued *out, const struct renewal *r, struct ctn_err *e)
{
	ctn_draft d = { .request = { .kind = r->issue.kind, .profile = r->profile->name, .names = r->request.names,
				.csr = r->args->csr, .lifetime_s = r->args->lifetime_s, .owner = r->old.owner, .note = r->old.note },
		.version_name = r->profile->name, .version_digest = r->profile->digest, .version_text = r->profile->text };

	if (r->args->dry_run)
		return true;
	if (!ctn_ca_begin_act(r->ca, e))
		return false;
	if (!ctn_draft_refuse(&d, &out->reasons, r->ca, e))
		return ctn_wrap(e, "recording the refusal");
	return ctn_ca_end_act(r->ca, e);
}

/* ---- what is asked for */

static bool
fill_names(struct renewal *r, struct ctn_err *e)
{
	const char **names = ctn_arena_new(r->ca->arena, const char *, r->old.names_n + 1);

	if (names == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < r->old.names_n; i++) {
		if (strcmp(r->old.names[i].type, "dn") == 0)
			continue;
		if (strcmp(r->old.names[i].type, "other") == 0)
			return ctn_fail(e, CTN_EINPUT, "serial %s has a name that cannot be asked for again: %.200s", r->serial, r->old.names[i].value) ||
			       ctn_hint(e, "catena issue %s --csr FILE", r->old.profile);
		names[r->issue.names_n++] = r->old.names[i].value;
	}
	r->issue.names = names;
	return true;
}

static bool
subject_is_of_csr(const ctn_profile *p)
{
	for (size_t i = 0; i < p->subject_n; i++)
		if (p->subject[i].from == CTN_SUBJECT_CSR)
			return true;
	return false;
}

/* The key that the old one has; by its request again when the subject comes from there. */
static bool
fill_same_key(struct renewal *r, struct ctn_err *e)
{
	ctn_cert cert;
	ctn_span der;

	if (!ctn_store_cert_der(&der, r->ca->store, r->old.id, r->ca->arena, e))
		return false;
	if (der.n == 0)
		return ctn_fail(e, CTN_EINPUT, "serial %s: its bytes were pruned, and its key with them", r->serial) ||
		       ctn_hint(e, "catena issue %s", r->old.profile);
	if (!ctn_cert_parse(&cert, der, e))
		return ctn_wrap(e, "serial %s", r->serial);
	if (subject_is_of_csr(r->profile) && r->request.csr.n > 0)
		r->issue.csr = r->request.csr;
	else
		r->issue.spki = cert.spki;
	return true;
}

static bool
fill(struct renewal *r, struct ctn_err *e)
{
	r->issue = (ctn_issue_args){ .profile = r->old.profile, .lifetime_s = r->args->lifetime_s, .owner = r->old.owner, .note = r->old.note,
		.dry_run = r->args->dry_run, .kind = r->args->rekey ? "rekey" : "renew", .replaces = r->old.id, .lineage = r->old.lineage, .ready = r->args->ready,
		.ctx = r->args->ctx };
	if (!fill_names(r, e))
		return false;
	r->issue.csr = r->args->csr;
	return r->args->rekey || fill_same_key(r, e);
}

bool
ctn_ca_renew(ctn_issued *out, ctn_ca *ca, const ctn_renew_args *args, struct ctn_err *e)
{
	struct renewal r = { .ca = ca, .args = args };

	memset(out, 0, sizeof *out);
	if (!load(&r, e) || !fill(&r, e) || !judge_state(out, &r, e) || !judge_age(out, &r, e) || !judge_key(out, &r, e))
		return false;
	if (out->reasons.n > 0) {
		out->authority = r.old.authority;
		return record_refusal(out, &r, e);
	}
	return ctn_ca_issue(out, ca, &r.issue, e);
}
