#include "verify/by_crl.h"

#include <stdio.h>

#include "base/time.h"
#include "der/oid.h"
#include "name/dn.h"
#include "verify/scope.h"
#include "verify/walk.h"

/* keyCompromise (1) to aACompromise (8). */
#define ALL_REASONS 0x1feu

/* One certificate's look through the CRLs. */
struct look {
	ctn_run *r;
	const ctn_vpath *path;
	size_t at;
	const ctn_member *cert;
	uint32_t covered; /* reasons that CRLs have spoken about */
	bool named;       /* the certificate names distribution points */
	ctn_status found;
};

/* Why a CRL says nothing. */
static void
doubt(struct look *l, const ctn_pool_crl *c, const char *what)
{
	if (l->r->doubt == NULL)
		ctn_status_doubt(l->r, "the CRL of %s %s", ctn_run_title(l->r, &(ctn_cert){ .subject = c->crl.issuer }), what);
}

static void
doubt_time(struct look *l, const ctn_pool_crl *c)
{
	bool future = c->crl.this_update > l->r->ask->at_s;
	char when[32], text[80];

	ctn_time_text(when, future ? c->crl.this_update : c->crl.next_update);
	(void)snprintf(text, sizeof(text), future ? "is from the future, %s" : "was good until %s", when);
	doubt(l, c, text);
}

static void
doubt_form(struct look *l, const ctn_pool_crl *c)
{
	if (!ctn_span_equal(c->crl.inner_alg, c->crl.outer_alg))
		doubt(l, c, "names two signature algorithms");
	else
		doubt(l, c, "has an extension twice, a malformed one, or a critical one that is not known");
}

/* Now, or no later than it says. One that has begun in the future is none yet. */
static bool
is_fresh(const ctn_run *r, const ctn_pool_crl *c)
{
	int64_t now = r->ask->at_s;

	return c->crl.this_update <= now && (!c->crl.has_next_update || now <= c->crl.next_update);
}

static bool
is_critical(const ctn_pool_crl *c, ctn_span oid)
{
	const ctn_ext *x = ctn_exts_find(&c->crl.exts, oid);

	return x != NULL && x->critical;
}

/* RFC 5280 section 5, where the profile holds CRLs to it. */
static enum ctn_vcheck
broken_rule(const ctn_run *r, const ctn_pool_crl *c)
{
	const struct {
		enum ctn_vcheck rule;
		bool broken;
	} rules[] = {
		{ CTN_V_crl_number, !c->has_number },
		{ CTN_V_crl_number_critical, is_critical(c, ctn_oid_crl_number) },
		{ CTN_V_crl_next_update, !c->crl.has_next_update },
		{ CTN_V_crl_aki, c->aki.key_id.n == 0 },
		{ CTN_V_crl_idp_critical, c->has_idp && !is_critical(c, ctn_oid_issuing_distribution_point) },
		{ CTN_V_crl_idp_empty, ctn_span_equal(c->idp_der, CTN_SPAN("\x30\x00")) },
		{ CTN_V_crl_delta_critical, c->is_delta && !is_critical(c, ctn_oid_delta_crl_indicator) },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (rules[i].broken && ctn_vrule_of(rules[i].rule)->level[r->ask->profile] == CTN_V_FATAL)
			return rules[i].rule;
	return CTN_V_NONE;
}

/* High half: answers about CRLs, beside those about certificates. */
#define CRL_MEMORY 0x80000000u

static bool
signed_by(struct look *l, size_t crl, const ctn_member *signer, ctn_span params)
{
	const ctn_pool_crl *c = ctn_pool_crl_at(l->r->pool, crl);
	ctn_run *r = l->r;
	enum ctn_pool_answer a;

	a = ctn_pool_signed(r->pool, signer->cert.spki, params, c->crl.sig_alg, c->crl.tbs, c->crl.signature,
	    CRL_MEMORY + (unsigned)crl, &r->signatures, r->e);
	if (a == CTN_SIGNATURE_FAILED)
		return ctn_run_break(r);
	if (a == CTN_NO_BUDGET)
		r->spent = true;
	return a == CTN_SIGNED;
}

/* Where in the path above the certificate is this signer? 0: nowhere. */
static size_t
above(const struct look *l, const ctn_member *signer)
{
	for (size_t i = l->at + 1; i < l->path->n; i++)
		if (l->path->certs[i] == signer)
			return i;
	return 0;
}

/* 6.3.3 (f), (g): did this one sign it, and may it? */
static bool
signer_holds(struct look *l, size_t crl, ctn_member *signer)
{
	const ctn_member *anchor = l->path->certs[l->path->n - 1];
	size_t in_path = above(l, signer);
	ctn_vpath path;

	if (signer->has_ku && (signer->ku & CTN_KU_CRL_SIGN) == 0)
		return false;
	if (in_path > 0)
		return signed_by(l, crl, signer, ctn_walk_params(l->path, in_path));
	if (!ctn_walk_inherits(signer))
		return signed_by(l, crl, signer, (ctn_span){ 0 }) && ctn_walk_signer(l->r, &path, signer, anchor);
	return ctn_walk_signer(l->r, &path, signer, anchor) && signed_by(l, crl, signer, ctn_walk_params(&path, 0));
}

static bool
is_authentic(struct look *l, size_t crl)
{
	const ctn_pool_crl *c = ctn_pool_crl_at(l->r->pool, crl);
	ctn_member *m = NULL;

	for (size_t i = l->at + 1; i < l->path->n && !l->r->broken; i++)
		if (l->path->certs[i]->subject_hash == c->issuer_hash &&
		    ctn_dn_equal(l->path->certs[i]->cert.subject, c->crl.issuer) && signer_holds(l, crl, l->path->certs[i]))
			return true;
	/* First those of the key that the CRL names. */
	for (unsigned pass = 0; pass < 2; pass++)
		while (!l->r->broken && !l->r->spent && (m = ctn_pool_named(l->r->pool, m, c->crl.issuer, c->issuer_hash)) != NULL) {
			bool named = ctn_span_equal(c->aki.key_id, m->key_id);

			if (named == (pass == 0) && signer_holds(l, crl, m))
				return true;
		}
	return false;
}

/* Non-negative INTEGER contents. */
static int
compare_numbers(ctn_span a, ctn_span b)
{
	while (a.n > 0 && a.p[0] == 0)
		a = (ctn_span){ a.p + 1, a.n - 1 };
	while (b.n > 0 && b.p[0] == 0)
		b = (ctn_span){ b.p + 1, b.n - 1 };
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return a.n == 0 ? 0 : memcmp(a.p, b.p, a.n);
}

/* 6.3.3 (c), and 5.2.4: may the delta be laid over the complete CRL? */
static bool
delta_fits(const ctn_pool_crl *delta, const ctn_pool_crl *full)
{
	if (!delta->is_delta || !delta->usable || !full->has_number)
		return false;
	if (delta->issuer_hash != full->issuer_hash || !ctn_dn_equal(delta->crl.issuer, full->crl.issuer))
		return false;
	if (!ctn_span_equal(delta->idp_der, full->idp_der) || !ctn_span_equal(delta->aki.key_id, full->aki.key_id))
		return false;
	return compare_numbers(full->number, delta->base) >= 0 && compare_numbers(full->number, delta->number) < 0;
}

/* The newest delta that fits and is authentic; one behind the last when there is none. */
static size_t
find_delta(struct look *l, const ctn_pool_crl *full)
{
	size_t n = ctn_pool_crls(l->r->pool), best = n;

	for (size_t i = 0; i < n && !l->r->broken; i++) {
		const ctn_pool_crl *d = ctn_pool_crl_at(l->r->pool, i);

		if (!delta_fits(d, full) || !is_fresh(l->r, d) || broken_rule(l->r, d) != CTN_V_NONE)
			continue;
		if (best < n && compare_numbers(d->number, ctn_pool_crl_at(l->r->pool, best)->number) <= 0)
			continue;
		if (is_authentic(l, i))
			best = i;
	}
	return best;
}

/* What a walk over the entries told. */
enum entry_answer { ENTRY_ABSENT, ENTRY_LISTED, ENTRY_REMOVED, ENTRIES_UNUSABLE };

/* Entries of indirect CRLs are of the last issuer that was named (RFC 5280 5.3.3). */
static enum entry_answer
search(struct look *l, const ctn_pool_crl *c)
{
	ctn_der r = ctn_der_over(c->crl.entries);
	bool ours = ctn_dn_equal(c->crl.issuer, l->cert->cert.issuer), unknown = false;
	ctn_crl_entry entry;

	while (!ctn_der_end(&r)) {
		if (!ctn_crl_next(&r, &entry))
			return ENTRIES_UNUSABLE;
		if (entry.certificate_issuer.n > 0)
			ours = ctn_scope_directory(entry.certificate_issuer, l->cert->cert.issuer);
		unknown = unknown || entry.unknown_critical;
		if (!ours || !ctn_span_equal(entry.serial, l->cert->cert.serial))
			continue;
		if (entry.reason == CTN_REASON_REMOVE_FROM_CRL)
			return ENTRY_REMOVED;
		l->found = (ctn_status){ CTN_STATUS_REVOKED, entry.revoked_at, entry.reason };
		return ENTRY_LISTED;
	}
	return unknown ? ENTRIES_UNUSABLE : ENTRY_ABSENT;
}

/* A list that is over says no longer who is good. Whom it revokes stays revoked, but for a hold, which alone is ever lifted (5.3.1). */
static void
believe_worst(struct look *l, size_t crl)
{
	ctn_status before = l->found;
	bool listed = search(l, ctn_pool_crl_at(l->r->pool, crl)) == ENTRY_LISTED;

	if (!listed || l->found.reason == CTN_REASON_CERTIFICATE_HOLD || !is_authentic(l, crl))
		l->found = before;
}

/* Deltas that are over or of bad form, but later than a complete CRL that has no good one. */
static void
hear_old_deltas(struct look *l, const ctn_pool_crl *full)
{
	for (size_t i = 0; i < ctn_pool_crls(l->r->pool) && !l->r->broken && l->found.status != CTN_STATUS_REVOKED; i++) {
		const ctn_pool_crl *d = ctn_pool_crl_at(l->r->pool, i);

		if (delta_fits(d, full) && d->crl.this_update <= l->r->ask->at_s)
			believe_worst(l, i);
	}
}

/* A complete CRL, and the delta over it when there is one. */
static enum entry_answer
hear(struct look *l, const ctn_pool_crl *full, size_t delta)
{
	bool has_delta = delta < ctn_pool_crls(l->r->pool);
	enum entry_answer a = has_delta ? search(l, ctn_pool_crl_at(l->r->pool, delta)) : ENTRY_ABSENT;

	if (a == ENTRY_ABSENT)
		a = search(l, full);
	if (!has_delta)
		hear_old_deltas(l, full);
	return a;
}

/*
 * Does its silence say that the certificate is good? One of a distribution point is believed about certificates of other points only
 * when it lists them: their own lists are elsewhere.
 */
static bool
clears(struct look *l, const ctn_crl_point *point, const ctn_pool_crl *c)
{
	enum ctn_vcheck rule = broken_rule(l->r, c);
	char text[120];

	if (rule != CTN_V_NONE) {
		(void)snprintf(text, sizeof(text), "does not count: %s", ctn_vrule_of(rule)->says);
		doubt(l, c, text);
	} else if (point->implicit && l->named && c->idp.has_point) {
		doubt(l, c, "is of another distribution point");
	} else {
		return true;
	}
	return false;
}

static void
weigh(struct look *l, const ctn_crl_point *point, const ctn_pool_crl *c, enum entry_answer a, uint32_t speaks)
{
	if (a == ENTRIES_UNUSABLE)
		doubt(l, c, "has a malformed entry, or one with a critical extension that is not known");
	else if (clears(l, point, c))
		l->covered |= speaks;
}

/* 6.3.3 (a) to (l) for one complete CRL and one point. */
static void
consult(struct look *l, const ctn_crl_point *point, size_t crl)
{
	const ctn_pool_crl *c = ctn_pool_crl_at(l->r->pool, crl);
	uint32_t speaks = (c->idp.has_reasons ? c->idp.reasons : ALL_REASONS) &
	    (point->p.has_reasons ? point->p.reasons : ALL_REASONS);
	size_t delta, n = ctn_pool_crls(l->r->pool);

	if (c->is_delta || (speaks & ~l->covered) == 0)
		return;
	if (!c->usable) {
		doubt_form(l, c);
		return;
	}
	if (c->crl.this_update > l->r->ask->at_s) {
		doubt_time(l, c);
		return;
	}
	/* What a delta renews is as current as the delta (5.2.4). */
	delta = find_delta(l, c);
	if (l->r->broken)
		return;
	if (delta == n && !is_fresh(l->r, c)) {
		doubt_time(l, c);
		believe_worst(l, crl);
		hear_old_deltas(l, c);
		return;
	}
	/* Against a certificate it is believed in any form. */
	if (is_authentic(l, crl))
		weigh(l, point, c, hear(l, c, delta), speaks);
	else
		doubt(l, c, "is signed by nobody who may sign it");
}

static bool
is_decided(const struct look *l)
{
	return l->r->broken || l->r->spent || l->found.status == CTN_STATUS_REVOKED || (l->covered & ALL_REASONS) == ALL_REASONS;
}

/* Is a the later word of its issuer? Of two of the same moment the higher number is; then the one that was added first. */
static bool
is_later(const ctn_pool *pool, size_t a, size_t b)
{
	const ctn_pool_crl *x = ctn_pool_crl_at(pool, a), *y = ctn_pool_crl_at(pool, b);
	int numbers = compare_numbers(x->number, y->number);

	if (x->crl.this_update != y->crl.this_update)
		return x->crl.this_update > y->crl.this_update;
	return numbers != 0 ? numbers > 0 : a < b;
}

/* The latest of this scope that is not later than the last one; one behind the last of all when there is none. */
static size_t
next_earlier(const struct look *l, const ctn_crl_point *point, size_t last)
{
	const ctn_pool *pool = l->r->pool;
	size_t n = ctn_pool_crls(pool), best = n;

	for (size_t i = 0; i < n; i++)
		if ((last == n || is_later(pool, last, i)) && (best == n || is_later(pool, i, best)) &&
		    ctn_scope_has(l->r, l->cert, point, ctn_pool_crl_at(pool, i)))
			best = i;
	return best;
}

/* Latest first: what it lists no longer is revoked no longer, and what an earlier one did not list yet may be revoked by now. */
static void
consult_point(struct look *l, const ctn_crl_point *point)
{
	size_t n = ctn_pool_crls(l->r->pool);

	for (size_t i = next_earlier(l, point, n); i < n && !is_decided(l); i = next_earlier(l, point, i))
		consult(l, point, i);
}

/* Nothing was said, nor was there anything to be held against what did not say it. */
static void
doubt_scope(struct look *l)
{
	if (l->covered != 0)
		ctn_status_doubt(l->r, "what was found is about some reasons of revocation alone");
	for (size_t i = 0; i < ctn_pool_crls(l->r->pool) && l->r->doubt == NULL; i++) {
		const ctn_pool_crl *c = ctn_pool_crl_at(l->r->pool, i);

		if (c->issuer_hash == l->cert->issuer_hash && ctn_dn_equal(c->crl.issuer, l->cert->cert.issuer))
			doubt(l, c, c->is_delta ? "is a delta, and the list that it changes is missing" : "is about other certificates");
	}
}

ctn_status
ctn_by_crl(ctn_run *r, const ctn_vpath *path, size_t at)
{
	struct look l = { .r = r, .path = path, .at = at, .cert = path->certs[at] };
	const ctn_ext *x = ctn_exts_find(&l.cert->cert.exts, ctn_oid_crl_distribution_points);
	ctn_crl_point point = { .implicit = true }, named = { .implicit = false };
	ctn_der points = { 0 };
	struct ctn_err e;

	/* A list that cannot be read names none. */
	if (x != NULL)
		(void)!ctn_ext_dist_points(&points, x->value, &e);
	while (ctn_dist_point_next(&points, &named.p)) {
		l.named = true;
		consult_point(&l, &named);
	}
	consult_point(&l, &point);
	if (l.found.status != CTN_STATUS_UNKNOWN)
		return l.found;
	if ((l.covered & ALL_REASONS) == ALL_REASONS)
		l.found.status = CTN_STATUS_GOOD;
	else
		doubt_scope(&l);
	return l.found;
}
