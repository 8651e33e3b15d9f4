#include "x509/part.h"

#include "der/oid.h"
#include "der/write.h"

bool
ctn_part_bad(const char *what, const ctn_der *r, struct ctn_err *e)
{
	return ctn_fail(e, CTN_EINPUT, "%s, at byte %zu", what, ctn_der_offset(r));
}

bool
ctn_part_bad_ext(const ctn_der *r, struct ctn_err *e)
{
	ctn_der at = *r, inner;
	bool critical = true;
	ctn_span oid;

	if (ctn_der_sequence(&at, &inner) && ctn_der_oid(&inner, &oid) && ctn_der_bool(&inner, &critical) && !critical)
		return ctn_part_bad("extension that spells out critical FALSE, which DER leaves out (X.690 11.5)", r, e);
	return ctn_part_bad("extension", r, e);
}

bool
ctn_part_sequence(ctn_der *r, ctn_span *whole)
{
	return ctn_der_tag(r) == CTN_TAG_SEQUENCE && ctn_der_any(r, whole);
}

bool
ctn_part_algorithm(ctn_der *r, ctn_span *whole)
{
	ctn_der at = *r, inner;
	ctn_span w, part;

	if (!ctn_part_sequence(&at, &w) || !ctn_der_well_formed(w, CTN_X509_DEPTH, NULL))
		return false;
	inner = ctn_der_over(w);
	if (!ctn_der_sequence(&inner, &inner) || !ctn_der_oid(&inner, &part))
		return false;
	if (!ctn_der_end(&inner) && (!ctn_der_any(&inner, &part) || !ctn_der_end(&inner)))
		return false;
	*whole = w;
	*r = at;
	return true;
}

bool
ctn_part_signature_bits(ctn_der *r, ctn_span *bits)
{
	unsigned unused;

	if (!ctn_der_bits(r, bits, &unused))
		return false;
	if (unused != 0)
		bits->n = 0;
	return true;
}

bool
ctn_part_signature(ctn_span *algorithm, ctn_span *bits, ctn_der *r, struct ctn_err *e)
{
	if (!ctn_part_algorithm(r, algorithm))
		return ctn_part_bad("signature algorithm", r, e);
	if (!ctn_part_signature_bits(r, bits))
		return ctn_part_bad("signature", r, e);
	return ctn_der_end(r) || ctn_part_bad("bytes after the signature", r, e);
}

bool
ctn_part_generalized(ctn_der *r, int64_t *at_s)
{
	return ctn_der_tag(r) == CTN_TAG_GENERALIZED_TIME && ctn_der_time(r, at_s, NULL);
}

bool
ctn_part_each(ctn_der list, ctn_part_next next)
{
	if (ctn_der_end(&list))
		return false;
	while (!ctn_der_end(&list))
		if (!next(&list))
			return false;
	return true;
}

bool
ctn_part_general_name(ctn_der *r)
{
	ctn_general_name n;

	return ctn_general_next(r, &n);
}

ctn_part_mark
ctn_part_ext_open(ctn_buf *b, ctn_span oid, bool critical)
{
	ctn_part_mark m;

	m.ext = ctn_der_open(b, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(b, oid);
	if (critical)
		ctn_der_put_bool(b, true);
	m.value = ctn_der_open(b, CTN_TAG_OCTET_STRING);
	return m;
}

void
ctn_part_ext_close(ctn_buf *b, ctn_part_mark m)
{
	ctn_der_close(b, m.value);
	ctn_der_close(b, m.ext);
}

void
ctn_part_ext_put(ctn_buf *b, ctn_span oid, bool critical, ctn_span value)
{
	ctn_part_mark m = ctn_part_ext_open(b, oid, critical);

	ctn_buf_span(b, value);
	ctn_part_ext_close(b, m);
}

void
ctn_part_aki_put(ctn_buf *b, ctn_span key_id)
{
	ctn_part_mark m;
	size_t aki;

	if (key_id.n == 0)
		return;
	m = ctn_part_ext_open(b, ctn_oid_authority_key_id, false);
	aki = ctn_der_open(b, CTN_TAG_SEQUENCE);
	ctn_der_put(b, CTN_TAG_CONTEXT(0), key_id);
	ctn_der_close(b, aki);
	ctn_part_ext_close(b, m);
}

void
ctn_part_full_name_put(ctn_buf *b, const char *const *urls, size_t n)
{
	size_t name = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(0)), full = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(0));

	for (size_t i = 0; i < n; i++)
		ctn_der_put(b, CTN_TAG_CONTEXT(CTN_NAME_URI), ctn_span_text(urls[i]));
	ctn_der_close(b, full);
	ctn_der_close(b, name);
}
