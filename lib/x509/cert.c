#include "x509/cert.h"

#include "der/oid.h"
#include "name/dn.h"
#include "x509/part.h"

static bool
read_version(ctn_cert *c, ctn_der *r, struct ctn_err *e)
{
	ctn_der inner;
	bool present;
	uint64_t v;

	c->version = 1;
	if (!ctn_der_enter_if(r, CTN_TAG_CONTEXT_CONS(0), &inner, &present))
		return ctn_part_bad("version", r, e);
	if (!present)
		return true;
	if (!ctn_der_uint(&inner, &v) || !ctn_der_end(&inner) || v > 126)
		return ctn_part_bad("version", &inner, e);
	c->version = (unsigned)v + 1;
	c->version_default_encoded = v == 0;
	return true;
}

static bool
read_validity(ctn_cert *c, ctn_der *r, struct ctn_err *e)
{
	ctn_der v;

	if (!ctn_der_sequence(r, &v))
		return ctn_part_bad("validity", r, e);
	if (!ctn_der_time(&v, &c->not_before, &c->not_before_generalized))
		return ctn_part_bad("notBefore", &v, e);
	if (!ctn_der_time(&v, &c->not_after, &c->not_after_generalized))
		return ctn_part_bad("notAfter", &v, e);
	return ctn_der_end(&v) || ctn_part_bad("validity", &v, e);
}

/* [n] IMPLICIT UniqueIdentifier OPTIONAL */
static bool
unique_id_if(ctn_der *r, unsigned n, ctn_span *bits)
{
	ctn_span content;
	unsigned unused;
	bool present;

	*bits = (ctn_span){ 0 };
	if (!ctn_der_take_if(r, CTN_TAG_CONTEXT(n), &content, &present))
		return false;
	return !present || ctn_der_bits_of(content, bits, &unused);
}

static bool
exts_if(ctn_exts *x, ctn_der *r, struct ctn_err *e)
{
	ctn_der inner;
	bool present;

	if (!ctn_der_enter_if(r, CTN_TAG_CONTEXT_CONS(3), &inner, &present))
		return ctn_part_bad("extensions", r, e);
	if (!present)
		return true;
	if (!ctn_part_exts(x, &inner, e))
		return false;
	return ctn_der_end(&inner) || ctn_part_bad("bytes after the extensions", &inner, e);
}

/* The part of a TBSCertificate that every version has (RFC 5280, 4.1). */
static bool
read_fields(ctn_cert *c, ctn_der *r, struct ctn_err *e)
{
	if (!read_version(c, r, e))
		return false;
	if (!ctn_der_integer(r, &c->serial))
		return ctn_part_bad("serial number", r, e);
	if (!ctn_part_algorithm(r, &c->inner_alg))
		return ctn_part_bad("inner signature algorithm", r, e);
	if (!ctn_part_sequence(r, &c->issuer))
		return ctn_part_bad("issuer", r, e);
	if (!read_validity(c, r, e))
		return false;
	if (!ctn_part_sequence(r, &c->subject))
		return ctn_part_bad("subject", r, e);
	return ctn_part_sequence(r, &c->spki) || ctn_part_bad("public key", r, e);
}

static bool
read_tbs(ctn_cert *c, ctn_der *r, struct ctn_err *e)
{
	ctn_der tbs;

	c->tbs = ctn_der_peek(r);
	if (!ctn_der_sequence(r, &tbs))
		return ctn_part_bad("to-be-signed certificate", r, e);
	if (!read_fields(c, &tbs, e))
		return false;
	if (!unique_id_if(&tbs, 1, &c->issuer_uid) || !unique_id_if(&tbs, 2, &c->subject_uid))
		return ctn_part_bad("unique identifier", &tbs, e);
	if (!exts_if(&c->exts, &tbs, e))
		return false;
	return ctn_der_end(&tbs) || ctn_part_bad("bytes after the to-be-signed certificate", &tbs, e);
}

/* Size, and that the whole is one element of sound DER: then the readers below meet no surprise in what they pass over. */
static bool
check_whole(ctn_span der, const char *what, struct ctn_err *e)
{
	size_t bad = 0;

	if (der.n > CTN_CERT_MAX)
		return ctn_fail(e, CTN_EINPUT, "%s of %zu bytes, more than %u", what, der.n, CTN_CERT_MAX);
	if (!ctn_der_well_formed(der, CTN_X509_DEPTH, &bad))
		return ctn_fail(e, CTN_EINPUT, "not one DER %s, at byte %zu", what, bad);
	return true;
}

bool
ctn_cert_parse(ctn_cert *out, ctn_span der, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(der), whole;
	ctn_cert c = { .der = der };

	if (!check_whole(der, "certificate", e))
		return false;
	if (!ctn_der_sequence(&r, &whole))
		return ctn_part_bad("certificate", &r, e);
	if (!read_tbs(&c, &whole, e) || !ctn_part_signature(&c.outer_alg, &c.signature, &whole, e))
		return false;
	c.sig_alg = ctn_sig_alg_of(c.outer_alg);
	*out = c;
	return true;
}

bool
ctn_cert_parse_tbs(ctn_cert *out, ctn_span tbs, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(tbs);
	ctn_cert c = { .der = tbs };

	if (!check_whole(tbs, "to-be-signed certificate", e) || !read_tbs(&c, &r, e))
		return false;
	*out = c;
	return true;
}

bool
ctn_cert_is_ca(const ctn_cert *c)
{
	const ctn_ext *x = ctn_exts_find(&c->exts, ctn_oid_basic_constraints);
	ctn_basic_constraints b;
	struct ctn_err e;

	return c->version >= 3 && x != NULL && ctn_ext_basic_constraints(&b, x->value, &e) && b.ca;
}

bool
ctn_cert_is_self_issued(const ctn_cert *c)
{
	return ctn_dn_equal(c->issuer, c->subject);
}

ctn_span
ctn_cert_key_id(const ctn_cert *c)
{
	const ctn_ext *x = ctn_exts_find(&c->exts, ctn_oid_subject_key_id);
	ctn_span id = { 0 };
	struct ctn_err e;

	if (x == NULL || !ctn_ext_ski(&id, x->value, &e))
		return (ctn_span){ 0 };
	return id;
}

char *
ctn_cert_serial_text(const ctn_cert *c, ctn_arena *a)
{
	ctn_span s = c->serial;

	if (s.n > 1 && s.p[0] == 0)
		s = (ctn_span){ s.p + 1, s.n - 1 };
	return ctn_arena_hex(a, s);
}

void
ctn_cert_title(ctn_buf *out, const ctn_cert *c)
{
	const ctn_ext *x = ctn_exts_find(&c->exts, ctn_oid_subject_alt_name);
	ctn_general_name first;
	struct ctn_err e;
	ctn_der names;

	if (ctn_dn_is_empty(c->subject) && x != NULL && ctn_ext_general_names(&names, x->value, &e) &&
	    ctn_general_next(&names, &first))
		ctn_general_text(out, &first);
	else
		ctn_dn_text(out, c->subject);
}
