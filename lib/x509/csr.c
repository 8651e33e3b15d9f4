#include "x509/csr.h"

#include "der/oid.h"
#include "der/write.h"
#include "name/dn.h"
#include "x509/part.h"

/* Attributes of all RDNs; false when the walk meets something else. */
static bool
count_attributes(size_t *n, ctn_span name)
{
	ctn_der r = ctn_der_over(name), rdns, set;
	ctn_span whole;

	*n = 0;
	if (!ctn_der_sequence(&r, &rdns))
		return false;
	while (!ctn_der_end(&rdns)) {
		if (!ctn_der_set(&rdns, &set))
			return false;
		for (; !ctn_der_end(&set); ++*n)
			if (!ctn_der_any(&set, &whole))
				return false;
	}
	return true;
}

static bool
too_many_names(struct ctn_err *e)
{
	return ctn_fail(e, CTN_EINPUT, "more than %d names", CTN_CSR_NAMES_MAX);
}

static bool
read_subject(ctn_csr *c, ctn_der *r, struct ctn_err *e)
{
	size_t n;

	if (!ctn_part_sequence(r, &c->subject) || !count_attributes(&n, c->subject))
		return ctn_part_bad("subject", r, e);
	if (n > CTN_CSR_NAMES_MAX)
		return too_many_names(e);
	return ctn_dn_check(c->subject, e) || ctn_wrap(e, "subject");
}

/* Attribute values of extensionRequest (RFC 2985, 5.4.2): exactly one. */
static bool
read_requested(ctn_csr *c, ctn_der *values, struct ctn_err *e)
{
	if (c->exts.der.n > 0)
		return ctn_part_bad("two extension requests", values, e);
	if (!ctn_part_exts(&c->exts, values, e))
		return false;
	if (!ctn_der_end(values))
		return ctn_part_bad("two extension requests", values, e);
	return !c->exts.repeated || ctn_fail(e, CTN_EINPUT, "an extension is asked for twice");
}

static bool
read_attribute(ctn_csr *c, ctn_der *r, struct ctn_err *e)
{
	ctn_der attribute, values;
	ctn_span oid;

	if (!ctn_der_sequence(r, &attribute) || !ctn_der_oid(&attribute, &oid))
		return ctn_part_bad("attribute", r, e);
	if (!ctn_der_set(&attribute, &values) || ctn_der_end(&values) || !ctn_der_end(&attribute))
		return ctn_part_bad("attribute values", &attribute, e);
	if (ctn_span_equal(oid, ctn_oid_extension_request))
		return read_requested(c, &values, e);
	c->other_attributes++;
	return true;
}

/* [0] IMPLICIT Attributes. RFC 2986 always has them; requests without come from old appliances and say the same as an empty set. */
static bool
read_attributes(ctn_csr *c, ctn_der *r, struct ctn_err *e)
{
	ctn_der list;
	bool present;

	if (!ctn_der_enter_if(r, CTN_TAG_CONTEXT_CONS(0), &list, &present))
		return ctn_part_bad("attributes", r, e);
	while (present && !ctn_der_end(&list))
		if (!read_attribute(c, &list, e))
			return false;
	return ctn_der_end(r) || ctn_part_bad("bytes after the attributes", r, e);
}

static bool
read_info(ctn_csr *c, ctn_der *r, struct ctn_err *e)
{
	ctn_der info, at;
	uint64_t version;
	ctn_span key;

	c->info = ctn_der_peek(r);
	if (!ctn_der_sequence(r, &info))
		return ctn_part_bad("request info", r, e);
	at = info;
	/* RFC 2986, 4.1: "It shall be 0 for this version of the standard." */
	if (!ctn_der_uint(&info, &version) || version != 0)
		return ctn_part_bad("request version", &at, e);
	if (!read_subject(c, &info, e))
		return false;
	if (!ctn_part_sequence(&info, &key))
		return ctn_part_bad("public key", &info, e);
	return read_attributes(c, &info, e) && ctn_spki_parse(&c->key, key, e);
}

static bool
check_san(ctn_span value, struct ctn_err *e)
{
	ctn_general_name name;
	unsigned n = 0;
	ctn_der r;

	if (!ctn_ext_general_names(&r, value, e))
		return false;
	for (; ctn_general_next(&r, &name); n++) {
		if (n == CTN_CSR_NAMES_MAX)
			return too_many_names(e);
		if (!ctn_general_check(&name, e))
			return false;
	}
	return true;
}

static bool
check_key_usage(ctn_span value, struct ctn_err *e)
{
	uint32_t mask;

	return ctn_ext_key_usage(&mask, value, e);
}

static bool
check_basic_constraints(ctn_span value, struct ctn_err *e)
{
	ctn_basic_constraints b;

	return ctn_ext_basic_constraints(&b, value, e);
}

static bool
check_eku(ctn_span value, struct ctn_err *e)
{
	ctn_der oids;

	return ctn_ext_eku(&oids, value, e);
}

static bool
check_ski(ctn_span value, struct ctn_err *e)
{
	ctn_span id;

	return ctn_ext_ski(&id, value, e);
}

/* Requested extensions whose value must at least make sense. */
static const struct check {
	const ctn_span *oid;
	bool (*check)(ctn_span value, struct ctn_err *e);
} checks[] = {
	{ &ctn_oid_subject_alt_name, check_san },
	{ &ctn_oid_key_usage, check_key_usage },
	{ &ctn_oid_basic_constraints, check_basic_constraints },
	{ &ctn_oid_ext_key_usage, check_eku },
	{ &ctn_oid_subject_key_id, check_ski },
};

static bool
check_requested(const ctn_exts *x, struct ctn_err *e)
{
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
		const ctn_ext *found = ctn_exts_find(x, *checks[i].oid);

		if (found != NULL && !checks[i].check(found->value, e))
			return ctn_wrap(e, "requested %s", ctn_oid_name(*checks[i].oid));
	}
	return true;
}

bool
ctn_csr_read(ctn_csr *out, ctn_span der, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(der), whole;
	ctn_csr c = { .der = der };
	ctn_span algorithm;
	size_t bad = 0;

	if (der.n > CTN_CSR_MAX)
		return ctn_fail(e, CTN_EINPUT, "request of %zu bytes, more than %u", der.n, CTN_CSR_MAX);
	if (!ctn_der_well_formed(der, CTN_X509_DEPTH, &bad))
		return ctn_fail(e, CTN_EINPUT, "not one DER request, at byte %zu", bad);
	if (!ctn_der_sequence(&r, &whole))
		return ctn_part_bad("request", &r, e);
	if (!read_info(&c, &whole, e) || !ctn_part_signature(&algorithm, &c.signature, &whole, e))
		return false;
	if (!check_requested(&c.exts, e))
		return false;
	c.sig_alg = ctn_sig_alg_of(algorithm);
	*out = c;
	return true;
}

/* What makes the proof worthless whatever the key. */
static bool
check_algorithm(const ctn_csr *c, struct ctn_err *e)
{
	if (c->sig_alg == CTN_SIG_UNKNOWN)
		return ctn_fail(e, CTN_EINPUT, "request signed with an algorithm that is not supported");
	if (ctn_sig_alg_weak(c->sig_alg))
		return ctn_fail(e, CTN_EINPUT, "request signed with %s, which proves nothing", ctn_sig_alg_name(c->sig_alg));
	return true;
}

static bool
check_proof(const ctn_csr *c, struct ctn_err *e)
{
	CTN_OWN(ctn_pubkey) key = NULL;
	bool good;

	if (!ctn_sig_alg_fits(c->sig_alg, c->key.kind.alg))
		return ctn_fail(e, CTN_EINPUT, "request signed with %s, which does not fit its key", ctn_sig_alg_name(c->sig_alg));
	if (!ctn_pubkey_import(&key, &c->key, (ctn_span){ 0 }, e))
		return ctn_wrap(e, "public key");
	if (!ctn_signature_check(&good, key, c->sig_alg, c->info, c->signature, e))
		return ctn_wrap(e, "proof of possession");
	return good || ctn_fail(e, CTN_EINPUT, "wrong proof of possession: the request is not signed with the key that it asks for");
}

bool
ctn_csr_parse(ctn_csr *out, ctn_span der, struct ctn_err *e)
{
	ctn_csr c;

	if (!ctn_csr_read(&c, der, e))
		return false;
	if (c.subject.n > CTN_CSR_SUBJECT_MAX)
		return ctn_fail(e, CTN_EINPUT, "a subject of %zu octets, more than %d", c.subject.n, CTN_CSR_SUBJECT_MAX);
	if (!check_algorithm(&c, e))
		return false;
	if (!ctn_spki_check(&c.key, e))
		return ctn_wrap(e, "public key");
	if (!check_proof(&c, e))
		return false;
	*out = c;
	return true;
}

static void
put_request(ctn_buf *out, ctn_span extensions)
{
	size_t attribute = ctn_der_open(out, CTN_TAG_SEQUENCE), values;

	ctn_der_put_oid(out, ctn_oid_extension_request);
	values = ctn_der_open(out, CTN_TAG_SET);
	ctn_buf_span(out, extensions);
	ctn_der_close(out, values);
	ctn_der_close(out, attribute);
}

bool
ctn_csr_build_info(ctn_buf *out, ctn_span subject_name, ctn_span spki, ctn_span extensions, struct ctn_err *e)
{
	size_t info = ctn_der_open(out, CTN_TAG_SEQUENCE), attributes;

	ctn_der_put_uint(out, 0);
	ctn_buf_span(out, subject_name);
	ctn_buf_span(out, spki);
	attributes = ctn_der_open(out, CTN_TAG_CONTEXT_CONS(0));
	if (extensions.n > 0)
		put_request(out, extensions);
	ctn_der_close(out, attributes);
	ctn_der_close(out, info);
	return ctn_buf_ok(out, e);
}
