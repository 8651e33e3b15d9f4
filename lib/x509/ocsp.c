#include "x509/ocsp.h"

#include "der/oid.h"
#include "der/write.h"
#include "x509/part.h"

enum { RESPONDER_KEY_LEN = 20 };

static const char *const status_names[] = {
	[CTN_OCSP_SUCCESSFUL] = "successful",
	[CTN_OCSP_MALFORMED_REQUEST] = "malformedRequest",
	[CTN_OCSP_INTERNAL_ERROR] = "internalError",
	[CTN_OCSP_TRY_LATER] = "tryLater",
	[CTN_OCSP_SIG_REQUIRED] = "sigRequired",
	[CTN_OCSP_UNAUTHORIZED] = "unauthorized",
};

const char *
ctn_ocsp_status_name(unsigned status)
{
	return status < sizeof status_names / sizeof *status_names ? status_names[status] : NULL;
}

/* Digests of a CertID: SHA-1 of OIW (RFC 3279, 2.2.1), SHA-2 of NIST (RFC 5754, 2). */
static const ctn_span hash_oids[CTN_HASHES] = {
	[CTN_SHA1] = { (const uint8_t *)"\x2b\x0e\x03\x02\x1a", 5 },
	[CTN_SHA224] = { (const uint8_t *)"\x60\x86\x48\x01\x65\x03\x04\x02\x04", 9 },
	[CTN_SHA256] = { (const uint8_t *)"\x60\x86\x48\x01\x65\x03\x04\x02\x01", 9 },
	[CTN_SHA384] = { (const uint8_t *)"\x60\x86\x48\x01\x65\x03\x04\x02\x02", 9 },
	[CTN_SHA512] = { (const uint8_t *)"\x60\x86\x48\x01\x65\x03\x04\x02\x03", 9 },
};

static void
name_hash(ctn_ocsp_cert_id *id)
{
	for (unsigned h = 0; h < CTN_HASHES && !id->hash_known; h++)
		if (ctn_span_equal(id->hash_oid, hash_oids[h])) {
			id->hash_known = true;
			id->hash = (enum ctn_hash)h;
		}
}

static bool
read_cert_id(ctn_ocsp_cert_id *id, ctn_der *r)
{
	ctn_der inner, algorithm;
	ctn_span whole;

	if (!ctn_der_sequence(r, &inner) || !ctn_part_algorithm(&inner, &whole))
		return false;
	algorithm = ctn_der_over(whole);
	if (!ctn_der_sequence(&algorithm, &algorithm) || !ctn_der_oid(&algorithm, &id->hash_oid))
		return false;
	if (!ctn_der_octets(&inner, &id->issuer_name_hash) || !ctn_der_octets(&inner, &id->issuer_key_hash))
		return false;
	name_hash(id);
	return ctn_der_integer(&inner, &id->serial) && ctn_der_end(&inner);
}

/* RevokedInfo under its IMPLICIT tag. */
static bool
read_revoked(ctn_ocsp_single *s, ctn_der *r)
{
	ctn_der info, reason;

	if (!ctn_der_enter(r, CTN_TAG_CONTEXT_CONS(1), &info) || !ctn_part_generalized(&info, &s->revoked_at))
		return false;
	if (!ctn_der_enter_if(&info, CTN_TAG_CONTEXT_CONS(0), &reason, &s->has_reason) || !ctn_der_end(&info))
		return false;
	return !s->has_reason || (ctn_der_enumerated(&reason, &s->reason) && ctn_der_end(&reason));
}

static bool
read_answer(ctn_ocsp_single *s, ctn_der *r)
{
	ctn_span null;

	switch (ctn_der_tag(r)) {
	case CTN_TAG_CONTEXT(0):
		s->answer = CTN_OCSP_GOOD;
		break;
	case CTN_TAG_CONTEXT(2):
		s->answer = CTN_OCSP_UNKNOWN;
		break;
	default:
		s->answer = CTN_OCSP_REVOKED;
		return read_revoked(s, r);
	}
	return ctn_der_take(r, ctn_der_tag(r), &null) && null.n == 0;
}

static bool
next_update_if(ctn_ocsp_single *s, ctn_der *r)
{
	ctn_der inner;

	if (!ctn_der_enter_if(r, CTN_TAG_CONTEXT_CONS(0), &inner, &s->has_next_update))
		return false;
	return !s->has_next_update || (ctn_part_generalized(&inner, &s->next_update) && ctn_der_end(&inner));
}

static bool
next_ext(ctn_der *r)
{
	ctn_ext x;

	return ctn_ext_next(r, &x);
}

static bool
single_exts_if(ctn_ocsp_single *s, ctn_der *r)
{
	ctn_der inner, list;
	bool present;

	if (!ctn_der_enter_if(r, CTN_TAG_CONTEXT_CONS(1), &inner, &present))
		return false;
	if (!present)
		return true;
	s->exts = ctn_der_peek(&inner);
	return ctn_der_sequence(&inner, &list) && ctn_der_end(&inner) && ctn_part_each(list, next_ext);
}

bool
ctn_ocsp_next(ctn_der *r, ctn_ocsp_single *out)
{
	ctn_ocsp_single s = { 0 };
	ctn_der at = *r, inner;

	if (!ctn_der_sequence(&at, &inner) || !read_cert_id(&s.id, &inner) || !read_answer(&s, &inner))
		return false;
	if (!ctn_part_generalized(&inner, &s.this_update) || !next_update_if(&s, &inner))
		return false;
	if (!single_exts_if(&s, &inner) || !ctn_der_end(&inner))
		return false;
	*out = s;
	*r = at;
	return true;
}

static bool
next_single(ctn_der *r)
{
	ctn_ocsp_single s;

	return ctn_ocsp_next(r, &s);
}

/* ResponderID ::= CHOICE { byName [1] Name, byKey [2] KeyHash }, both EXPLICIT. */
static bool
read_responder(ctn_ocsp *o, ctn_der *r)
{
	ctn_der inner;
	bool by_name;

	if (!ctn_der_enter_if(r, CTN_TAG_CONTEXT_CONS(1), &inner, &by_name))
		return false;
	if (by_name)
		return ctn_part_sequence(&inner, &o->responder) && ctn_der_end(&inner);
	if (!ctn_der_enter(r, CTN_TAG_CONTEXT_CONS(2), &inner) || !ctn_der_octets(&inner, &o->responder_key))
		return false;
	return ctn_der_end(&inner) && o->responder_key.n > 0;
}

/* [1] EXPLICIT responseExtensions, which end the ResponseData. */
static bool
exts_if(ctn_ocsp *o, ctn_der *r, struct ctn_err *e)
{
	ctn_der inner;
	bool present;

	if (!ctn_der_enter_if(r, CTN_TAG_CONTEXT_CONS(1), &inner, &present))
		return ctn_part_bad("response extensions", r, e);
	if (present && !ctn_part_exts(&o->exts, &inner, e))
		return false;
	if (present && !ctn_der_end(&inner))
		return ctn_part_bad("bytes after the response extensions", &inner, e);
	return ctn_der_end(r) || ctn_part_bad("bytes after the response data", r, e);
}

static bool
read_data(ctn_ocsp *o, ctn_der *r, struct ctn_err *e)
{
	ctn_der data, list;

	o->tbs = ctn_der_peek(r);
	if (!ctn_der_sequence(r, &data))
		return ctn_part_bad("response data", r, e);
	/* version [0] DEFAULT v1: an encoded 0 is no DER, and there is no v2 */
	if (ctn_der_tag(&data) == CTN_TAG_CONTEXT_CONS(0))
		return ctn_part_bad("response version", &data, e);
	if (!read_responder(o, &data))
		return ctn_part_bad("responder", &data, e);
	if (!ctn_part_generalized(&data, &o->produced_at))
		return ctn_part_bad("producedAt", &data, e);
	if (!ctn_der_sequence(&data, &list) || (!ctn_der_end(&list) && !ctn_part_each(list, next_single)))
		return ctn_part_bad("single responses", &data, e);
	o->responses = ctn_der_rest(&list);
	return exts_if(o, &data, e);
}

static bool
next_cert(ctn_der *r)
{
	ctn_span whole;

	return ctn_part_sequence(r, &whole);
}

/* [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL */
static bool
certs_if(ctn_ocsp *o, ctn_der *r)
{
	ctn_der inner, list;
	bool present;

	if (!ctn_der_enter_if(r, CTN_TAG_CONTEXT_CONS(0), &inner, &present))
		return false;
	if (!present)
		return true;
	if (!ctn_der_sequence(&inner, &list) || !ctn_der_end(&inner))
		return false;
	o->certs = ctn_der_rest(&list);
	return ctn_der_end(&list) || ctn_part_each(list, next_cert);
}

static bool
read_basic(ctn_ocsp *o, ctn_der *r, struct ctn_err *e)
{
	ctn_der basic;

	o->der = ctn_der_peek(r);
	if (!ctn_der_sequence(r, &basic) || !ctn_der_end(r))
		return ctn_part_bad("basic response", r, e);
	if (!read_data(o, &basic, e))
		return false;
	if (!ctn_part_algorithm(&basic, &o->algorithm))
		return ctn_part_bad("signature algorithm", &basic, e);
	if (!ctn_part_signature_bits(&basic, &o->signature))
		return ctn_part_bad("signature", &basic, e);
	if (!certs_if(o, &basic) || !ctn_der_end(&basic))
		return ctn_part_bad("certificates", &basic, e);
	o->sig_alg = ctn_sig_alg_of(o->algorithm);
	return true;
}

static bool
check_whole(ctn_span der, struct ctn_err *e)
{
	size_t bad = 0;

	if (der.n > CTN_OCSP_MAX)
		return ctn_fail(e, CTN_EINPUT, "OCSP response of %zu bytes, more than %u", der.n, CTN_OCSP_MAX);
	return ctn_der_well_formed(der, CTN_X509_DEPTH, &bad) || ctn_fail(e, CTN_EINPUT, "not one DER OCSP response, at byte %zu", bad);
}

bool
ctn_ocsp_parse_basic(ctn_ocsp *out, ctn_span der, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(der);
	ctn_ocsp o = { 0 };

	if (!check_whole(der, e) || !read_basic(&o, &r, e))
		return false;
	*out = o;
	return true;
}

/* ResponseBytes: the BasicOCSPResponse is what the OCTET STRING holds. */
static bool
read_bytes(ctn_ocsp *out, ctn_der *r, struct ctn_err *e)
{
	ctn_der tagged, bytes;
	ctn_span type, basic;

	if (!ctn_der_enter(r, CTN_TAG_CONTEXT_CONS(0), &tagged) || !ctn_der_end(r))
		return ctn_part_bad("response bytes", r, e);
	if (!ctn_der_sequence(&tagged, &bytes) || !ctn_der_end(&tagged) || !ctn_der_oid(&bytes, &type))
		return ctn_part_bad("response bytes", &tagged, e);
	if (!ctn_span_equal(type, ctn_oid_ocsp_basic))
		return ctn_fail(e, CTN_EINPUT, "response type is not id-pkix-ocsp-basic");
	if (!ctn_der_octets(&bytes, &basic) || !ctn_der_end(&bytes))
		return ctn_part_bad("response bytes", &bytes, e);
	return ctn_ocsp_parse_basic(out, basic, e) || ctn_wrap(e, "basic response");
}

bool
ctn_ocsp_parse(ctn_ocsp *out, unsigned *status, ctn_span der, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(der), whole;
	unsigned s;

	if (!check_whole(der, e))
		return false;
	if (!ctn_der_sequence(&r, &whole) || !ctn_der_enumerated(&whole, &s))
		return ctn_part_bad("response status", &whole, e);
	if (s != CTN_OCSP_SUCCESSFUL && !ctn_der_end(&whole))
		return ctn_part_bad("an error with response bytes", &whole, e);
	if (s == CTN_OCSP_SUCCESSFUL && !read_bytes(out, &whole, e))
		return false;
	*status = s;
	return true;
}

static void
put_cert_id(ctn_buf *b, const ctn_ocsp_cert_id *id)
{
	size_t whole = ctn_der_open(b, CTN_TAG_SEQUENCE), algorithm = ctn_der_open(b, CTN_TAG_SEQUENCE);

	ctn_der_put_oid(b, hash_oids[id->hash]);
	/* clients compare CertIDs as bytes, and the common ones ask with NULL parameters */
	ctn_der_put_null(b);
	ctn_der_close(b, algorithm);
	ctn_der_put(b, CTN_TAG_OCTET_STRING, id->issuer_name_hash);
	ctn_der_put(b, CTN_TAG_OCTET_STRING, id->issuer_key_hash);
	ctn_der_put(b, CTN_TAG_INTEGER, id->serial);
	ctn_der_close(b, whole);
}

static void
put_revoked(ctn_buf *b, const ctn_ocsp_single *s)
{
	size_t info = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(1)), reason;

	ctn_der_put_generalized_time(b, s->revoked_at);
	if (s->has_reason) {
		reason = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(0));
		ctn_der_put_enumerated(b, s->reason);
		ctn_der_close(b, reason);
	}
	ctn_der_close(b, info);
}

static void
put_single(ctn_buf *b, const ctn_ocsp_single *s)
{
	size_t whole = ctn_der_open(b, CTN_TAG_SEQUENCE), tagged;

	put_cert_id(b, &s->id);
	if (s->answer == CTN_OCSP_REVOKED)
		put_revoked(b, s);
	else
		ctn_der_put(b, CTN_TAG_CONTEXT(s->answer == CTN_OCSP_GOOD ? 0 : 2), (ctn_span){ 0 });
	ctn_der_put_generalized_time(b, s->this_update);
	if (s->has_next_update) {
		tagged = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(0));
		ctn_der_put_generalized_time(b, s->next_update);
		ctn_der_close(b, tagged);
	}
	if (s->exts.n > 0)
		ctn_der_put(b, CTN_TAG_CONTEXT_CONS(1), s->exts);
	ctn_der_close(b, whole);
}

static void
put_nonce(ctn_buf *b, ctn_span nonce)
{
	size_t tagged = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(1)), list = ctn_der_open(b, CTN_TAG_SEQUENCE);
	ctn_part_mark m = ctn_part_ext_open(b, ctn_oid_ocsp_nonce, false);

	ctn_der_put(b, CTN_TAG_OCTET_STRING, nonce);
	ctn_part_ext_close(b, m);
	ctn_der_close(b, list);
	ctn_der_close(b, tagged);
}

static bool
check_cert_id(const ctn_ocsp_cert_id *id, struct ctn_err *e)
{
	size_t len = id->hash < CTN_HASHES ? ctn_hash_len(id->hash) : 0;

	if (len == 0 || id->issuer_name_hash.n != len || id->issuer_key_hash.n != len)
		return ctn_fail(e, CTN_EINPUT, "certificate id with hashes of a wrong length");
	if (!ctn_der_integer_valid(id->serial))
		return ctn_fail(e, CTN_EINPUT, "certificate id with a serial number that is no INTEGER");
	return true;
}

static bool
check_single(const ctn_ocsp_single *s, struct ctn_err *e)
{
	if (!check_cert_id(&s->id, e))
		return false;
	if (s->has_reason && s->reason > 10)
		return ctn_fail(e, CTN_EINPUT, "reason %u is no CRLReason", s->reason);
	return true;
}

static bool
check_fields(const ctn_ocsp_fields *f, struct ctn_err *e)
{
	if (f->responder_key.n != RESPONDER_KEY_LEN)
		return ctn_fail(e, CTN_EINPUT, "responder key hash of %zu octets", f->responder_key.n);
	if (f->singles_n == 0)
		return ctn_fail(e, CTN_EINPUT, "a response about no certificate");
	for (size_t i = 0; i < f->singles_n; i++)
		if (!check_single(&f->singles[i], e))
			return false;
	return true;
}

bool
ctn_ocsp_build(ctn_buf *out, const ctn_ocsp_fields *f, struct ctn_err *e)
{
	size_t data, tagged, list;

	if (!check_fields(f, e))
		return false;
	data = ctn_der_open(out, CTN_TAG_SEQUENCE);
	tagged = ctn_der_open(out, CTN_TAG_CONTEXT_CONS(2));
	ctn_der_put(out, CTN_TAG_OCTET_STRING, f->responder_key);
	ctn_der_close(out, tagged);
	ctn_der_put_generalized_time(out, f->produced_at);
	list = ctn_der_open(out, CTN_TAG_SEQUENCE);
	for (size_t i = 0; i < f->singles_n; i++)
		put_single(out, &f->singles[i]);
	ctn_der_close(out, list);
	if (f->nonce.n > 0)
		put_nonce(out, f->nonce);
	ctn_der_close(out, data);
	return ctn_buf_ok(out, e);
}

/* OCSPRequest { TBSRequest { requestList { Request { CertID } } } } */
bool
ctn_ocsp_build_request(ctn_buf *out, const ctn_ocsp_cert_id *id, struct ctn_err *e)
{
	size_t marks[4];

	if (!check_cert_id(id, e))
		return false;
	for (size_t i = 0; i < 4; i++)
		marks[i] = ctn_der_open(out, CTN_TAG_SEQUENCE);
	put_cert_id(out, id);
	for (size_t i = 4; i > 0; i--)
		ctn_der_close(out, marks[i - 1]);
	return ctn_buf_ok(out, e);
}

void
ctn_ocsp_wrap(ctn_buf *out, ctn_span basic)
{
	size_t whole = ctn_der_open(out, CTN_TAG_SEQUENCE), tagged, bytes;

	ctn_der_put_enumerated(out, CTN_OCSP_SUCCESSFUL);
	tagged = ctn_der_open(out, CTN_TAG_CONTEXT_CONS(0));
	bytes = ctn_der_open(out, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(out, ctn_oid_ocsp_basic);
	ctn_der_put(out, CTN_TAG_OCTET_STRING, basic);
	ctn_der_close(out, bytes);
	ctn_der_close(out, tagged);
	ctn_der_close(out, whole);
}

void
ctn_ocsp_put_error(ctn_buf *out, enum ctn_ocsp_status status)
{
	size_t whole = ctn_der_open(out, CTN_TAG_SEQUENCE);

	ctn_der_put_enumerated(out, (unsigned)status);
	ctn_der_close(out, whole);
}
