#include "verify/walk.h"

#include <stdio.h>

#include "der/oid.h"
#include "name/dn.h"
#include "verify/constrain.h"
#include "verify/judge.h"
#include "verify/status.h"
#include "verify/step.h"
#include "verify/target.h"

/* One search. */
struct walk {
	ctn_run *r;
	ctn_vpath path;
	const ctn_member *only; /* the one anchor that counts; NULL: any */
	bool is_leaf;
};

bool
ctn_walk_inherits(const ctn_member *m)
{
	ctn_span params = m->key.params;

	return m->key.kind.alg == CTN_KEY_DSA && (params.n == 0 || params.p[0] == CTN_TAG_NULL);
}

ctn_span
ctn_walk_params(const ctn_vpath *path, size_t at)
{
	if (!ctn_walk_inherits(path->certs[at]))
		return (ctn_span){ 0 };
	while (++at < path->n && path->certs[at]->key.kind.alg == CTN_KEY_DSA)
		if (!ctn_walk_inherits(path->certs[at]))
			return path->certs[at]->key.params;
	return (ctn_span){ 0 };
}

static bool
check_depth(const struct walk *w, const ctn_member *m, bool ends)
{
	const ctn_verify_ask *ask = w->r->ask;
	unsigned intermediates = ctn_step_intermediates(&w->path) + (ends || m->self_issued ? 0u : 1u);

	return !w->is_leaf || !ask->has_max_depth || intermediates <= ask->max_depth ||
	    ctn_run_no(w->r, CTN_V_depth, w->path.n, "the path has more than %u intermediates", ask->max_depth);
}

/* Many certificates of one wrong key cost one check. (Of pool members, as all signers of CRLs are, the pool remembers that itself.) */
static bool
is_refused(const ctn_run *r, ctn_span spki)
{
	for (size_t i = 0; i < r->refused_n; i++)
		if (ctn_span_equal(r->refused[i], spki))
			return true;
	return false;
}

static bool
say_not_signed(ctn_run *r, const ctn_member *m, size_t at, const ctn_member *issuer)
{
	if (m->index == CTN_MEMBER_LOOSE && r->refused_n < CTN_RUN_REFUSED_MAX && !ctn_walk_inherits(issuer))
		r->refused[r->refused_n++] = issuer->cert.spki;
	return ctn_run_no(r, CTN_V_signature, at, "the signature of %s is not by %s", ctn_run_title(r, &m->cert),
	    ctn_run_title(r, &issuer->cert));
}

/* md2WithRSAEncryption to md5WithRSAEncryption, which are known too well: 1.2.840.113549.1.1.2 to .4. */
static bool
is_over_md(ctn_span oid)
{
	ctn_span arc = CTN_SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01");

	return oid.n == arc.n + 1 && memcmp(oid.p, arc.p, arc.n) == 0 && oid.p[arc.n] >= 2 && oid.p[arc.n] <= 4;
}

static bool
say_unknown(ctn_run *r, const ctn_cert *c, size_t at)
{
	ctn_der alg = ctn_der_over(c->outer_alg);
	ctn_span oid = { 0 };

	/* Both as they were when the certificate was parsed. */
	(void)!ctn_der_sequence(&alg, &alg);
	(void)!ctn_der_oid(&alg, &oid);
	if (is_over_md(oid))
		return ctn_run_no(r, CTN_V_algorithm, at, "%s is signed over MD%d, which can be forged", ctn_run_title(r, c),
		    oid.p[oid.n - 1] == 2 ? 2 : oid.p[oid.n - 1] + 1);
	return ctn_run_no(r, CTN_V_algorithm, at, "%s is signed with an algorithm, or parameters of it, that are not known: %s",
	    ctn_run_title(r, c), ctn_run_oid(r, oid));
}

static bool
say_unusable(ctn_run *r, const ctn_cert *c, size_t at, const ctn_member *issuer)
{
	const ctn_spki *key = &issuer->key;
	const char *why = "it is malformed, or no point of its curve";
	char kind[24], other[80];

	ctn_key_kind_text(kind, key->kind);
	(void)snprintf(other, sizeof(other), "%s makes no %s", kind, ctn_sig_alg_name(c->sig_alg));
	if (key->kind.alg == CTN_KEY_UNKNOWN)
		why = "its algorithm or curve is not known";
	else if (!ctn_sig_alg_fits(c->sig_alg, key->kind.alg))
		why = other;
	return ctn_run_no(r, CTN_V_key, at + 1, "the key of %s cannot be used for the signature of %s: %s",
	    ctn_run_title(r, &issuer->cert), ctn_run_title(r, c), why);
}

static bool
check_signature(ctn_run *r, const ctn_member *m, size_t at, const ctn_member *issuer, ctn_span params)
{
	const ctn_cert *c = &m->cert;
	enum ctn_pool_answer a = CTN_NOT_SIGNED;

	if (c->sig_alg == CTN_SIG_UNKNOWN)
		return say_unknown(r, c, at);
	if (m->index != CTN_MEMBER_LOOSE || !is_refused(r, issuer->cert.spki))
		a = ctn_pool_signed(
		    r->pool, issuer->cert.spki, params, c->sig_alg, c->tbs, c->signature, m->index, &r->signatures, r->e);
	switch (a) {
	case CTN_SIGNED:
		return true;
	case CTN_NOT_SIGNED:
		return say_not_signed(r, m, at, issuer);
	case CTN_KEY_UNUSABLE:
		return say_unusable(r, c, at, issuer);
	case CTN_NO_BUDGET:
		r->spent = true;
		return ctn_run_no(r, CTN_V_work, at, "too many signatures to check");
	case CTN_SIGNATURE_FAILED:
		break;
	}
	return ctn_run_break(r);
}

/*
 * A name and key that the path has already lead nowhere new (RFC 4158 5.2). The target stands aside: a root that was certified by another,
 * or made anew with its key, is issued by its own name and key; it just does not come twice itself (RFC 5280 6.1).
 */
static bool
is_loop(const ctn_vpath *path, const ctn_member *m)
{
	if (ctn_span_equal(path->certs[0]->cert.der, m->cert.der))
		return true;
	for (size_t i = 1; i < path->n; i++) {
		const ctn_member *p = path->certs[i];

		if (p->subject_hash == m->subject_hash && ctn_span_equal(p->cert.spki, m->cert.spki) &&
		    ctn_dn_equal(p->cert.subject, m->cert.subject))
			return true;
	}
	return false;
}

static bool
key_id_differs(const ctn_member *m, const ctn_member *issuer)
{
	return m->aki.key_id.n > 0 && issuer->key_id.n > 0 && !ctn_span_equal(m->aki.key_id, issuer->key_id);
}

static unsigned
score_of(const struct walk *w, const ctn_member *m)
{
	const ctn_member *cur = w->path.certs[w->path.n - 1];
	int64_t now = w->r->ask->at_s;
	unsigned score = 0;

	score += m->anchor ? 16u : 0u;
	score += m->key_id.n > 0 && ctn_span_equal(cur->aki.key_id, m->key_id) ? 8u : 0u;
	score += key_id_differs(cur, m) ? 0u : 4u;
	score += now >= m->cert.not_before && now <= m->cert.not_after ? 2u : 0u;
	score += ctn_span_equal(cur->cert.issuer, m->cert.subject) ? 1u : 0u;
	return score;
}

#define SCORES 32

/* The candidates, best first, in the order in which they were added among equals; none counts when a budget is spent or memory is lacking. */
static void
collect(struct walk *w, ctn_member ***out, size_t *n)
{
	const ctn_member *cur = w->path.certs[w->path.n - 1];
	size_t count[SCORES + 1] = { 0 };
	ctn_member *m = NULL;
	ctn_run *r = w->r;

	*n = 0;
	while ((m = ctn_pool_named(r->pool, m, cur->cert.issuer, cur->issuer_hash)) != NULL) {
		if (r->steps == 0) {
			r->spent = true;
			return;
		}
		r->steps--;
		count[SCORES - 1 - score_of(w, m) + 1]++;
		++*n;
	}
	*out = ctn_arena_new(r->a, ctn_member *, *n);
	if (*out == NULL) {
		(void)ctn_fail_memory(r->e);
		(void)ctn_run_break(r);
		return;
	}
	for (size_t i = 1; i <= SCORES; i++)
		count[i] += count[i - 1];
	for (size_t i = 0; i < *n; i++) {
		m = ctn_pool_named(r->pool, m, cur->cert.issuer, cur->issuer_hash);
		(*out)[count[SCORES - 1 - score_of(w, m)]++] = m;
	}
}

/* Signatures that had to wait until the path above was known. */
static bool
check_deferred(struct walk *w)
{
	for (size_t i = w->path.n - 1; i > 0; i--)
		if (ctn_walk_inherits(w->path.certs[i]) &&
		    !check_signature(w->r, w->path.certs[i - 1], i - 1, w->path.certs[i], ctn_walk_params(&w->path, i)))
			return false;
	return true;
}

/* From the anchor down: who is revoked says nothing about those below. */
static bool
check_statuses(struct walk *w)
{
	if (w->r->ask->revocation == CTN_REVOCATION_OFF)
		return true;
	if (w->is_leaf)
		w->r->good_n = 0;
	for (size_t i = w->path.n - 1; i-- > 0;)
		if (!ctn_status_check(w->r, &w->path, i))
			return false;
	return true;
}

/* The path has reached an anchor. */
static bool
complete(struct walk *w)
{
	ctn_run *r = w->r;
	bool ok;

	if (r->paths == 0) {
		r->spent = true;
		ok = ctn_run_no(r, CTN_V_work, 0, "too many paths to try");
	} else {
		r->paths--;
		ok = check_deferred(w) && (!w->is_leaf || ctn_step_policies(r, &w->path)) && check_statuses(w);
	}
	if (!ok)
		ctn_run_candidate(r, &w->path, true);
	return ok;
}

static bool extend(struct walk *w);

/* May m come next above? Cheap checks first. */
static bool
admits(struct walk *w, ctn_member *m, bool ends)
{
	ctn_member *cur = w->path.certs[w->path.n - 1];
	ctn_run *r = w->r;

	/* What cannot be read says nothing: it is told of before what it seems not to say. */
	if (!ctn_step_extensions(r, m, w->path.n) || !ctn_step_issuer(r, m, w->path.n))
		return false;
	if (!ctn_step_alone(r, m, ends ? CTN_AS_ANCHOR : CTN_AS_CA, w->path.n))
		return false;
	if (w->is_leaf && !ctn_target_purpose(r->ask, m))
		return ctn_run_no(r, CTN_V_purpose, w->path.n, "%s may not issue for that purpose", ctn_run_title(r, &m->cert));
	if (!ctn_step_length(r, m, w->path.n, ctn_step_intermediates(&w->path)) || !check_depth(w, m, ends))
		return false;
	if (!ctn_walk_inherits(m) && !check_signature(r, cur, w->path.n - 1, m, (ctn_span){ 0 }))
		return false;
	return ctn_constrain(r, m, &w->path);
}

static bool
try_candidate(struct walk *w, ctn_member *m)
{
	const ctn_member *cur = w->path.certs[w->path.n - 1];
	bool ends = m->anchor && (w->only == NULL || w->only == m), admitted, found = false;

	if (is_loop(&w->path, m))
		return false;
	admitted = admits(w, m, ends);
	if (w->r->broken)
		return false;
	w->path.certs[w->path.n++] = m;
	if (admitted)
		found = ends ? complete(w) : extend(w);
	else if (!key_id_differs(cur, m))
		ctn_run_candidate(w->r, &w->path, false);
	if (!found)
		w->path.n--;
	return found;
}

static bool
has_other_key(const ctn_member *m, ctn_member *const *candidates, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (key_id_differs(m, candidates[i]))
			return true;
	return false;
}

/* Nothing of its issuer's name led anywhere, or was worth a word: those of another key than the one it names are not. */
static void
note_dead_end(struct walk *w, ctn_member *const *candidates, size_t n)
{
	const ctn_member *m = w->path.certs[w->path.n - 1];
	const ctn_cert *cur = &m->cert;

	if (m->self_issued)
		(void)ctn_run_no(w->r, CTN_V_issuer, w->path.n - 1, "%s is self-signed and not trusted", ctn_run_title(w->r, cur));
	else
		(void)ctn_run_no(w->r, CTN_V_issuer, w->path.n - 1, "the issuer of %s is missing: %s%s", ctn_run_title(w->r, cur),
		    ctn_run_title(w->r, &(ctn_cert){ .subject = cur->issuer }),
		    has_other_key(m, candidates, n) ? ", with the key that it names: here is one of that name with another key" : "");
	ctn_run_candidate(w->r, &w->path, false);
}

static bool
extend(struct walk *w)
{
	ctn_run *r = w->r;
	unsigned noted = r->noted;
	ctn_member **candidates = NULL;
	size_t n;

	if (w->path.n == CTN_VERIFY_PATH_MAX) {
		(void)ctn_run_no(r, CTN_V_depth, w->path.n - 1, "the path is longer than %u certificates", CTN_VERIFY_PATH_MAX);
		ctn_run_candidate(r, &w->path, false);
		return false;
	}
	collect(w, &candidates, &n);
	for (size_t i = 0; i < n && !r->broken && !r->spent; i++)
		if (try_candidate(w, candidates[i]))
			return true;
	if (r->noted == noted && !r->broken && !r->spent && w->is_leaf)
		note_dead_end(w, candidates, n);
	return false;
}

static int64_t
first_end(const ctn_vpath *path)
{
	int64_t end = path->certs[0]->cert.not_after;

	for (size_t i = 1; i < path->n; i++)
		if (path->certs[i]->cert.not_after < end)
			end = path->certs[i]->cert.not_after;
	return end;
}

/* What the profile only warns of. */
static void
warn_of(ctn_run *r, const ctn_member *m, size_t at, enum ctn_vrole role)
{
	bool broken;

	for (unsigned rule = ctn_judge_first; rule < ctn_judge_end; rule++) {
		if (ctn_vrule_of(rule)->level[r->ask->profile] != CTN_V_WARN)
			continue;
		if (!ctn_judge_breaks(&broken, rule, m, role, r->e))
			(void)ctn_run_break(r);
		else if (broken)
			ctn_run_warn(r, rule, at, ctn_step_says(r, rule, m));
	}
}

static void
settle(ctn_run *r, const ctn_vpath *path)
{
	ctn_verify_result *res = r->result;

	res->trusted = true;
	res->path_n = path->n;
	ctn_run_links(r, &res->path, path);
	res->reason = (ctn_verify_reason){ 0 };
	res->expires_s = first_end(path);
	for (size_t i = 0; i < path->n; i++)
		warn_of(r, path->certs[i], i, i == 0 ? CTN_AS_LEAF : i + 1 == path->n ? CTN_AS_ANCHOR : CTN_AS_CA);
}

bool
ctn_walk_leaf(ctn_run *r, ctn_member *leaf)
{
	struct walk w = { .r = r, .is_leaf = true };
	bool found;

	w.path.certs[w.path.n++] = leaf;
	if (!ctn_step_alone(r, leaf, CTN_AS_LEAF, 0) || !ctn_target_fits(r, leaf)) {
		ctn_run_candidate(r, &w.path, true);
		return false;
	}
	found = leaf->anchor ? complete(&w) : extend(&w);
	if (found)
		settle(r, &w.path);
	else if (r->spent && !r->broken) {
		/* What was spent says so itself, but for the steps of the search. */
		r->result->reason = (ctn_verify_reason){ CTN_V_work, 0,
			r->why.check == CTN_V_work ? r->why.text : "there are too many candidates to try them all", ctn_vrule_of(CTN_V_work)->fix };
	}
	return found && !r->broken;
}

bool
ctn_walk_signer(ctn_run *r, ctn_vpath *path, ctn_member *signer, const ctn_member *anchor)
{
	struct walk w = { .r = r, .only = anchor };
	bool found;

	w.path.certs[w.path.n++] = signer;
	r->nested++;
	found = ctn_step_alone(r, signer, ctn_member_is_ca(signer) ? CTN_AS_CA : CTN_AS_LEAF, 0) && extend(&w);
	r->nested--;
	*path = w.path;
	return found;
}
