#include "verify/by_crl.h"

#include "der/oid.h"
#include "der/write.h"
#include "name/dn.h"
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
	ctn_status found;
};

/* A distribution point; implicit: no extension names it, its name is the certificate's issuer. */
struct point {
	ctn_dist_point p;
	bool implicit;
};

static bool
is_directory(const ctn_general_name *n, ctn_span name)
{
	return n->type == CTN_NAME_DIRECTORY && ctn_dn_equal(n->value, name);
}

static bool
holds_directory(ctn_span general_names, ctn_span name)
{
	ctn_der r = ctn_der_over(general_names);
	ctn_general_name n;

	while (ctn_general_next(&r, &n))
		if (is_directory(&n, name))
			return true;
	return false;
}

/* Names are equal by form: directory names as such, the rest by their octets. */
static bool
same_name(const ctn_general_name *a, const ctn_general_name *b)
{
	if (a->type != b->type)
		return false;
	return a->type == CTN_NAME_DIRECTORY ? ctn_dn_equal(a->value, b->value) : ctn_span_equal(a->value, b->value);
}

static bool
share_name(ctn_span a, ctn_span b)
{
	ctn_der left = ctn_der_over(a);
	ctn_general_name x, y;

	while (ctn_general_next(&left, &x)) {
		ctn_der right = ctn_der_over(b);

		while (ctn_general_next(&right, &y))
			if (same_name(&x, &y))
				return true;
	}
	return false;
}

/* fullName as it is; nameRelativeToCRLIssuer behind its issuer's name, as GeneralNames content (RFC 5280 4.2.1.13). */
static ctn_span
point_names(ctn_buf *room, const ctn_dist_point *p, ctn_span issuer)
{
	ctn_der r = ctn_der_over(issuer), rdns;
	size_t name, whole;

	if (p->relative_name.n == 0)
		return p->full_name;
	if (!ctn_der_sequence(&r, &rdns))
		return (ctn_span){ 0 };
	name = ctn_der_open(room, CTN_TAG_CONTEXT_CONS(CTN_NAME_DIRECTORY));
	whole = ctn_der_open(room, CTN_TAG_SEQUENCE);
	ctn_buf_span(room, ctn_der_rest(&rdns));
	ctn_der_put(room, CTN_TAG_SET, p->relative_name);
	ctn_der_close(room, whole);
	ctn_der_close(room, name);
	return room->failed ? (ctn_span){ 0 } : ctn_buf_view(room);
}

static ctn_span
first_directory(ctn_span general_names, ctn_span otherwise)
{
	ctn_der r = ctn_der_over(general_names);
	ctn_general_name n;

	while (ctn_general_next(&r, &n))
		if (n.type == CTN_NAME_DIRECTORY)
			return n.value;
	return otherwise;
}

/* 6.3.3 (b)(2)(i) */
static bool
names_fit(const struct look *l, const struct point *point, const ctn_pool_crl *c)
{
	CTN_OWN_BUF ours = { 0 }, theirs = { 0 };
	ctn_span idp_names, issuer = l->cert->cert.issuer;

	if (!c->idp.has_point)
		return true;
	idp_names = point_names(&theirs, &c->idp.point, c->crl.issuer);
	if (point->implicit)
		return holds_directory(idp_names, issuer);
	if (point->p.full_name.n == 0 && point->p.relative_name.n == 0)
		return share_name(idp_names, point->p.crl_issuer);
	issuer = first_directory(point->p.crl_issuer, issuer);
	return share_name(idp_names, point_names(&ours, &point->p, issuer));
}

/* 6.3.3 (b): is the CRL one that speaks for this certificate and point? */
static bool
in_scope(const struct look *l, const struct point *point, const ctn_pool_crl *c)
{
	bool is_ca = ctn_member_is_ca(l->cert);

	if (point->p.crl_issuer.n > 0) {
		if (!c->idp.indirect || !holds_directory(point->p.crl_issuer, c->crl.issuer))
			return false;
	} else if (c->issuer_hash != l->cert->issuer_hash || !ctn_dn_equal(c->crl.issuer, l->cert->cert.issuer)) {
		return false;
	}
	if (c->idp.only_attribute || (c->idp.only_user && is_ca) || (c->idp.only_ca && !is_ca))
		return false;
	return names_fit(l, point, c);
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
static bool
keeps_rules(const ctn_run *r, const ctn_pool_crl *c)
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
		{ CTN_V_crl_delta_critical, c->is_delta && !is_critical(c, ctn_oid_delta_crl_indicator) },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (rules[i].broken && ctn_vrule_of(rules[i].rule)->level[r->ask->profile] == CTN_V_FATAL)
			return false;
	return true;
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

		if (!delta_fits(d, full) || !is_fresh(l->r, d) || !keeps_rules(l->r, d))
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
			ours = holds_directory(entry.certificate_issuer, l->cert->cert.issuer);
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

/* 6.3.3 (a) to (l) for one complete CRL and one point. */
static void
consult(struct look *l, const struct point *point, size_t crl)
{
	const ctn_pool_crl *c = ctn_pool_crl_at(l->r->pool, crl);
	uint32_t speaks = (c->idp.has_reasons ? c->idp.reasons : ALL_REASONS) &
	    (point->p.has_reasons ? point->p.reasons : ALL_REASONS);
	size_t delta, n = ctn_pool_crls(l->r->pool);
	enum entry_answer a;

	if (c->is_delta || !c->usable || (speaks & ~l->covered) == 0)
		return;
	if (c->crl.this_update > l->r->ask->at_s)
		return;
	/* What a delta renews is as current as the delta (5.2.4). */
	delta = find_delta(l, c);
	if (l->r->broken)
		return;
	if (delta == n && !is_fresh(l->r, c)) {
		believe_worst(l, crl);
		hear_old_deltas(l, c);
		return;
	}
	if (!is_authentic(l, crl))
		return;
	/* Against a certificate it is believed in any form. */
	a = hear(l, c, delta);
	if (keeps_rules(l->r, c) && (a == ENTRY_ABSENT || a == ENTRY_REMOVED))
		l->covered |= speaks;
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
next_earlier(const struct look *l, const struct point *point, size_t last)
{
	const ctn_pool *pool = l->r->pool;
	size_t n = ctn_pool_crls(pool), best = n;

	for (size_t i = 0; i < n; i++)
		if ((last == n || is_later(pool, last, i)) && (best == n || is_later(pool, i, best)) &&
		    in_scope(l, point, ctn_pool_crl_at(pool, i)))
			best = i;
	return best;
}

/* Latest first: what it lists no longer is revoked no longer, and what an earlier one did not list yet may be revoked by now. */
static void
consult_point(struct look *l, const struct point *point)
{
	size_t n = ctn_pool_crls(l->r->pool);

	for (size_t i = next_earlier(l, point, n); i < n && !is_decided(l); i = next_earlier(l, point, i))
		consult(l, point, i);
}

ctn_status
ctn_by_crl(ctn_run *r, const ctn_vpath *path, size_t at)
{
	struct look l = { .r = r, .path = path, .at = at, .cert = path->certs[at] };
	const ctn_ext *x = ctn_exts_find(&l.cert->cert.exts, ctn_oid_crl_distribution_points);
	struct point point = { .implicit = true }, named = { .implicit = false };
	ctn_der points = { 0 };
	struct ctn_err e;

	/* A list that cannot be read names none. */
	if (x != NULL)
		(void)!ctn_ext_dist_points(&points, x->value, &e);
	while (ctn_dist_point_next(&points, &named.p))
		consult_point(&l, &named);
	consult_point(&l, &point);
	if (l.found.status == CTN_STATUS_UNKNOWN && (l.covered & ALL_REASONS) == ALL_REASONS)
		l.found.status = CTN_STATUS_GOOD;
	return l.found;
}
