#include "verify/by_ocsp.h"

#include <stdio.h>

#include "base/time.h"
#include "der/oid.h"
#include "hash/hash.h"
#include "name/dn.h"
#include "verify/by_crl.h"
#include "verify/judge.h"
#include "verify/walk.h"
#include "x509/ocsp.h"

/* A digest that cannot be made equals none. */
static bool
is_digest_of(ctn_span digest, enum ctn_hash h, ctn_span of)
{
	uint8_t room[CTN_HASH_MAX];
	struct ctn_err e;

	return digest.n == ctn_hash_len(h) && ctn_digest(room, h, of, &e) && memcmp(room, digest.p, digest.n) == 0;
}

/* RFC 6960 4.1.1 */
static bool
is_about(const ctn_ocsp_cert_id *id, const ctn_member *cert, const ctn_member *issuer)
{
	return id->hash_known && ctn_span_equal(id->serial, cert->cert.serial) &&
	    is_digest_of(id->issuer_name_hash, id->hash, cert->cert.issuer) &&
	    is_digest_of(id->issuer_key_hash, id->hash, issuer->key.bits);
}

static bool
is_responder(const ctn_ocsp *o, const ctn_member *m)
{
	if (o->responder.n > 0)
		return ctn_dn_equal(o->responder, m->cert.subject);
	return is_digest_of(o->responder_key, CTN_SHA1, m->key.bits);
}

static bool
key_signed(ctn_run *r, const ctn_member *key, ctn_span params, enum ctn_sig_alg alg, ctn_span tbs, ctn_span signature)
{
	enum ctn_pool_answer a = ctn_pool_signed(
	    r->pool, key->cert.spki, params, alg, tbs, signature, CTN_MEMBER_LOOSE, &r->signatures, r->e);

	if (a == CTN_SIGNATURE_FAILED)
		return ctn_run_break(r);
	if (a == CTN_NO_BUDGET)
		r->spent = true;
	return a == CTN_SIGNED;
}

/* Why a response says nothing. Of those that were just fetched their caller tells. */
static void
doubt(ctn_run *r, bool fetched, const char *what)
{
	if (!fetched)
		ctn_status_doubt(r, "the OCSP response %s", what);
}

/* id-pkix-ocsp-nocheck, or a status of its own (RFC 6960 4.2.2.2.1). */
static bool
is_current(ctn_run *r, const ctn_vpath *path, size_t at, ctn_member *delegate, bool fetched)
{
	ctn_vpath own = { .certs = { delegate }, .n = 1 };
	const char *outer = r->doubt;
	ctn_status s;

	if (ctn_exts_find(&delegate->cert.exts, ctn_oid_ocsp_nocheck) != NULL)
		return true;
	for (size_t i = at + 1; i < path->n; i++)
		own.certs[own.n++] = path->certs[i];
	s = ctn_by_crl(r, &own, 0);
	r->doubt = outer;
	if (s.status == CTN_STATUS_GOOD || (s.status == CTN_STATUS_UNKNOWN && r->ask->revocation != CTN_REVOCATION_REQUIRE))
		return true;
	doubt(r, fetched, "is signed by a signer that is revoked itself, or of which nothing tells whether it is");
	return false;
}

/* Issued directly by the issuer of what is asked about, for signing responses (RFC 6960 4.2.2.2). */
static bool
is_appointed(ctn_run *r, const ctn_vpath *path, size_t at, const ctn_member *d)
{
	const ctn_member *issuer = path->certs[at + 1];
	int64_t now = r->ask->at_s;

	if (d->broken != CTN_V_NONE || !ctn_ext_eku_has(d->eku, ctn_oid_kp_ocsp_signing))
		return false;
	if (d->has_ku && (d->ku & (CTN_KU_DIGITAL_SIGNATURE | CTN_KU_CONTENT_COMMITMENT)) == 0)
		return false;
	if (now < d->cert.not_before || now > d->cert.not_after || !ctn_dn_equal(d->cert.issuer, issuer->cert.subject))
		return false;
	return key_signed(r, issuer, ctn_walk_params(path, at + 1), d->cert.sig_alg, d->cert.tbs, d->cert.signature);
}

#define DELEGATES_MAX 8u

static bool
signed_by_delegate(ctn_run *r, const ctn_vpath *path, size_t at, const ctn_ocsp *o, bool fetched)
{
	ctn_der certs = ctn_der_over(o->certs);
	struct ctn_err e;
	ctn_member *d;
	ctn_span der;

	for (unsigned i = 0; i < DELEGATES_MAX && ctn_der_any(&certs, &der); i++) {
		d = ctn_arena_new(r->a, ctn_member, 1);
		if (d == NULL) {
			(void)ctn_fail_memory(r->e);
			return ctn_run_break(r);
		}
		if (!ctn_member_read(d, der, &e) || !is_responder(o, d))
			continue;
		if (key_signed(r, d, (ctn_span){ 0 }, o->sig_alg, o->tbs, o->signature) && is_appointed(r, path, at, d) &&
		    is_current(r, path, at, d, fetched))
			return true;
	}
	return false;
}

static bool
is_authentic(ctn_run *r, const ctn_vpath *path, size_t at, const ctn_ocsp *o, bool fetched)
{
	const ctn_member *issuer = path->certs[at + 1];

	if (is_responder(o, issuer) &&
	    key_signed(r, issuer, ctn_walk_params(path, at + 1), o->sig_alg, o->tbs, o->signature))
		return true;
	return !r->broken && signed_by_delegate(r, path, at, o, fetched);
}

#define NO_NEXT_S 86400

/* RFC 6960 3.2 (5), (6): one without nextUpdate says that newer is always to be had, so it is of its moment only. */
static bool
is_fresh(const ctn_run *r, const ctn_ocsp_single *s)
{
	int64_t now = r->ask->at_s, until = s->has_next_update ? s->next_update : s->this_update + NO_NEXT_S;

	return s->this_update <= now + r->ask->ahead_s && now <= until;
}

/* An answer that is over says no longer that somebody is good. Who was revoked still is, but for a hold, which alone is ever lifted. */
static bool
still_counts(const ctn_run *r, const ctn_ocsp_single *s)
{
	bool for_good = s->answer == CTN_OCSP_REVOKED && s->reason != CTN_REASON_CERTIFICATE_HOLD;

	return is_fresh(r, s) || (for_good && s->this_update <= r->ask->at_s);
}

static ctn_status
read_single(const ctn_ocsp_single *s)
{
	ctn_status out = { .status = CTN_STATUS_UNKNOWN };

	if (s->answer == CTN_OCSP_GOOD)
		out.status = CTN_STATUS_GOOD;
	if (s->answer == CTN_OCSP_REVOKED)
		out = (ctn_status){ CTN_STATUS_REVOKED, s->revoked_at, s->reason };
	return out;
}

/* A critical extension that is not known makes a response useless. */
static bool
has_unknown_critical(const ctn_ocsp *o, const ctn_ocsp_single *s)
{
	ctn_der r = ctn_der_over(s->exts), list = ctn_der_over((ctn_span){ 0 });
	ctn_ext x;

	for (unsigned i = 0; i < o->exts.n; i++)
		if (o->exts.at[i].critical && !ctn_span_equal(o->exts.at[i].oid, ctn_oid_ocsp_nonce))
			return true;
	/* Absent, or read before with the whole response. */
	(void)!ctn_der_sequence(&r, &list);
	while (ctn_ext_next(&list, &x))
		if (x.critical)
			return true;
	return false;
}

static void
doubt_time(ctn_run *r, bool fetched, const ctn_ocsp_single *s)
{
	bool future = s->this_update > r->ask->at_s;
	char when[32], text[80];

	ctn_time_text(when, future ? s->this_update : s->has_next_update ? s->next_update : s->this_update + NO_NEXT_S);
	(void)snprintf(text, sizeof(text), future ? "is from the future, %s" : "was good until %s", when);
	doubt(r, fetched, text);
}

static void
doubt_status(ctn_run *r, bool fetched, unsigned status)
{
	const char *name = ctn_ocsp_status_name(status);
	char text[80];

	(void)snprintf(text, sizeof(text), "is no answer, but says %s", name == NULL ? "what RFC 6960 does not know" : name);
	doubt(r, fetched, text);
}

/* A single response that is about the certificate. */
static ctn_status
weigh(ctn_run *r, const ctn_vpath *path, size_t at, const ctn_ocsp *o, const ctn_ocsp_single *s, bool fetched)
{
	ctn_status out = { .status = CTN_STATUS_UNKNOWN };

	if (!is_authentic(r, path, at, o, fetched)) {
		doubt(r, fetched, "is not signed by the issuer nor by a signer that the issuer appointed");
		return out;
	}
	out = read_single(s);
	if (out.status == CTN_STATUS_UNKNOWN)
		doubt(r, fetched, "says that the certificate is not known");
	return out;
}

static ctn_status
consult(ctn_run *r, const ctn_vpath *path, size_t at, ctn_span der, bool fetched)
{
	ctn_status none = { .status = CTN_STATUS_UNKNOWN };
	ctn_ocsp o = { 0 };
	ctn_ocsp_single s;
	struct ctn_err e;
	unsigned status;
	ctn_der singles;

	if (!ctn_ocsp_parse(&o, &status, der, &e))
		return none;
	if (status != CTN_OCSP_SUCCESSFUL) {
		doubt_status(r, fetched, status);
		return none;
	}
	for (singles = ctn_der_over(o.responses); ctn_ocsp_next(&singles, &s);) {
		if (!is_about(&s.id, path->certs[at], path->certs[at + 1]))
			continue;
		if (!still_counts(r, &s))
			doubt_time(r, fetched, &s);
		else if (has_unknown_critical(&o, &s))
			doubt(r, fetched, "has a critical extension that is not known");
		else
			return weigh(r, path, at, &o, &s, fetched);
	}
	return none;
}

ctn_status
ctn_by_ocsp(ctn_run *r, const ctn_vpath *path, size_t at)
{
	ctn_status best = { .status = CTN_STATUS_UNKNOWN }, s;
	size_t known = ctn_pool_ocsps(r->pool);

	for (size_t i = 0; i < known + r->ask->responses_n && !r->broken && !r->spent; i++) {
		s = consult(r, path, at, i < known ? ctn_pool_ocsp_at(r->pool, i) : r->ask->responses[i - known], i >= known);
		if (s.status == CTN_STATUS_REVOKED)
			return s;
		if (s.status == CTN_STATUS_GOOD)
			best = s;
	}
	return best;
}
