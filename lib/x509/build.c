#include "x509/build.h"

#include "der/oid.h"
#include "der/write.h"
#include "x509/part.h"

enum { SERIAL_MAX = 20, KEY_ID_LEN = 20 };

static void
put_basic_constraints(ctn_buf *b, const ctn_cert_fields *f)
{
	ctn_part_mark m = ctn_part_ext_open(b, ctn_oid_basic_constraints, true);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);

	ctn_der_put_bool(b, true);
	if (f->has_path_len)
		ctn_der_put_uint(b, f->path_len);
	ctn_der_close(b, s);
	ctn_part_ext_close(b, m);
}

static void
put_key_usage(ctn_buf *b, const ctn_cert_fields *f)
{
	ctn_part_mark m = ctn_part_ext_open(b, ctn_oid_key_usage, true);

	ctn_der_put_named_bits(b, CTN_TAG_BIT_STRING, f->key_usage);
	ctn_part_ext_close(b, m);
}

static void
put_eku(ctn_buf *b, const ctn_cert_fields *f)
{
	/* RFC 3161 2.3: that of who stamps times is critical. */
	bool stamps = !f->is_ca && f->eku_n == 1 && ctn_span_equal(f->eku[0], ctn_oid_kp_time_stamping);
	ctn_part_mark m = ctn_part_ext_open(b, ctn_oid_ext_key_usage, stamps);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);

	for (size_t i = 0; i < f->eku_n; i++)
		ctn_der_put_oid(b, f->eku[i]);
	ctn_der_close(b, s);
	ctn_part_ext_close(b, m);
}

static void
put_subject_key_id(ctn_buf *b, const ctn_cert_fields *f)
{
	ctn_part_mark m = ctn_part_ext_open(b, ctn_oid_subject_key_id, false);

	ctn_der_put(b, CTN_TAG_OCTET_STRING, f->subject_key_id);
	ctn_part_ext_close(b, m);
}

static bool
subject_is_empty(const ctn_cert_fields *f)
{
	return f->subject_der.n > 0 ? ctn_dn_is_empty(f->subject_der) : f->subject_n == 0;
}

static void
put_names(ctn_buf *b, const ctn_cert_fields *f)
{
	/* RFC 5280, 4.2.1.6: critical when the subject says nothing */
	ctn_part_mark m = ctn_part_ext_open(b, ctn_oid_subject_alt_name, subject_is_empty(f));
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);

	for (size_t i = 0; i < f->names_n; i++)
		ctn_general_write(b, &(ctn_general_name){ f->names[i].type, f->names[i].value });
	ctn_der_close(b, s);
	ctn_part_ext_close(b, m);
}

static void
put_crl_urls(ctn_buf *b, const ctn_cert_fields *f)
{
	ctn_part_mark m = ctn_part_ext_open(b, ctn_oid_crl_distribution_points, false);
	size_t list = ctn_der_open(b, CTN_TAG_SEQUENCE), point = ctn_der_open(b, CTN_TAG_SEQUENCE);

	ctn_part_full_name_put(b, f->crl_urls, f->crl_urls_n);
	ctn_der_close(b, point);
	ctn_der_close(b, list);
	ctn_part_ext_close(b, m);
}

static void
put_ca_issuers(ctn_buf *b, const ctn_cert_fields *f)
{
	ctn_part_mark m = ctn_part_ext_open(b, ctn_oid_authority_info_access, false);
	size_t list = ctn_der_open(b, CTN_TAG_SEQUENCE);

	for (size_t i = 0; i < f->ca_issuer_urls_n; i++) {
		size_t access = ctn_der_open(b, CTN_TAG_SEQUENCE);

		ctn_der_put_oid(b, ctn_oid_ad_ca_issuers);
		ctn_der_put(b, CTN_TAG_CONTEXT(CTN_NAME_URI), ctn_span_text(f->ca_issuer_urls[i]));
		ctn_der_close(b, access);
	}
	ctn_der_close(b, list);
	ctn_part_ext_close(b, m);
}

static void
put_ocsp_nocheck(ctn_buf *b)
{
	ctn_part_mark m = ctn_part_ext_open(b, ctn_oid_ocsp_nocheck, false);

	ctn_der_put_null(b);
	ctn_part_ext_close(b, m);
}

/* About the holder: what the certificate is for. */
static void
put_use_exts(ctn_buf *b, const ctn_cert_fields *f)
{
	if (f->is_ca)
		put_basic_constraints(b, f);
	if (f->key_usage != 0)
		put_key_usage(b, f);
	if (f->eku_n > 0)
		put_eku(b, f);
	if (f->subject_key_id.n > 0)
		put_subject_key_id(b, f);
	ctn_part_aki_put(b, f->authority_key_id);
	if (f->names_n > 0)
		put_names(b, f);
}

/* About what surrounds it. */
static void
put_place_exts(ctn_buf *b, const ctn_cert_fields *f)
{
	if (f->name_constraints.n > 0)
		ctn_part_ext_put(b, ctn_oid_name_constraints, true, f->name_constraints);
	if (f->crl_urls_n > 0)
		put_crl_urls(b, f);
	if (f->ca_issuer_urls_n > 0)
		put_ca_issuers(b, f);
	if (f->ocsp_nocheck)
		put_ocsp_nocheck(b);
	for (size_t i = 0; i < f->extra_n; i++)
		ctn_part_ext_put(b, f->extra[i].oid, f->extra[i].critical, f->extra[i].value);
}

/* The list just written, at byte `at`: no extension twice (RFC 5280, 4.2), and not more than can be read again. */
static bool
check_exts(const ctn_buf *b, size_t at, struct ctn_err *e)
{
	ctn_exts x;

	if (!ctn_buf_ok(b, e))
		return false;
	if (!ctn_exts_parse(&x, (ctn_span){ b->p + at, b->n - at }, e))
		return false;
	return !x.repeated || ctn_fail(e, CTN_EINPUT, "an extension stands twice");
}

static bool
put_exts(ctn_buf *b, const ctn_cert_fields *f, struct ctn_err *e)
{
	size_t before = b->n, outer = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(3)), at = b->n;
	size_t list = ctn_der_open(b, CTN_TAG_SEQUENCE), empty = b->n;

	put_use_exts(b, f);
	put_place_exts(b, f);
	if (!b->failed && b->n == empty) {
		b->n = before;
		return true;
	}
	ctn_der_close(b, list);
	if (!check_exts(b, at, e))
		return ctn_wrap(e, "extensions");
	ctn_der_close(b, outer);
	return true;
}

static bool
check_urls(const char *const *urls, size_t n, struct ctn_err *e)
{
	for (size_t i = 0; i < n; i++)
		if (urls[i][0] == '\0' || !ctn_der_string_valid(CTN_TAG_IA5_STRING, ctn_span_text(urls[i])))
			return ctn_fail(e, CTN_EINPUT, "'%s' cannot be a URL in a certificate", urls[i]);
	return true;
}

/* Twenty octets as they will be encoded, where a top bit costs one more (RFC 5280, 4.1.2.2). */
static bool
check_serial(ctn_span s, struct ctn_err *e)
{
	if (s.n == 0 || s.p[0] == 0)
		return ctn_fail(e, CTN_EINPUT, "serial number is empty, zero, or begins with a zero octet");
	if (s.n + (s.p[0] >= 0x80) > SERIAL_MAX)
		return ctn_fail(e, CTN_EINPUT, "serial number takes more than %d octets", SERIAL_MAX);
	return true;
}

static bool
check_fields(const ctn_cert_fields *f, struct ctn_err *e)
{
	if (!check_serial(f->serial, e))
		return false;
	if (ctn_sig_alg_der(f->sig_alg).n == 0)
		return ctn_fail(e, CTN_EINPUT, "no signature algorithm");
	if (f->not_after < f->not_before)
		return ctn_fail(e, CTN_EINPUT, "the certificate would end before it begins");
	if (f->subject_key_id.n != 0 && f->subject_key_id.n != KEY_ID_LEN)
		return ctn_fail(e, CTN_EINPUT, "subject key identifier of %zu octets", f->subject_key_id.n);
	return check_urls(f->crl_urls, f->crl_urls_n, e) && check_urls(f->ca_issuer_urls, f->ca_issuer_urls_n, e);
}

static bool
put_subject(ctn_buf *b, const ctn_cert_fields *f, struct ctn_err *e)
{
	if (f->subject_der.n == 0)
		return ctn_dn_write(b, f->subject, f->subject_n, e) || ctn_wrap(e, "subject");
	ctn_buf_span(b, f->subject_der);
	return true;
}

static bool
put_tbs(ctn_buf *b, const ctn_cert_fields *f, struct ctn_err *e)
{
	size_t tbs = ctn_der_open(b, CTN_TAG_SEQUENCE), version = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(0)), validity;

	ctn_der_put_uint(b, 2);
	ctn_der_close(b, version);
	ctn_der_put_unsigned(b, f->serial);
	ctn_buf_span(b, ctn_sig_alg_der(f->sig_alg));
	ctn_buf_span(b, f->issuer);
	validity = ctn_der_open(b, CTN_TAG_SEQUENCE);
	ctn_der_put_time(b, f->not_before);
	ctn_der_put_time(b, f->not_after);
	ctn_der_close(b, validity);
	if (!put_subject(b, f, e))
		return false;
	ctn_buf_span(b, f->spki);
	if (!put_exts(b, f, e))
		return false;
	ctn_der_close(b, tbs);
	return ctn_buf_ok(b, e);
}

bool
ctn_cert_build(ctn_buf *out, const ctn_cert_fields *f, struct ctn_err *e)
{
	size_t before = out->n;

	if (!check_fields(f, e))
		return false;
	if (put_tbs(out, f, e))
		return true;
	out->n = before;
	return false;
}

void
ctn_signed_build(ctn_buf *out, ctn_span tbs, enum ctn_sig_alg alg, ctn_span signature, ctn_span certs)
{
	size_t whole = ctn_der_open(out, CTN_TAG_SEQUENCE), tagged, list;

	ctn_buf_span(out, tbs);
	ctn_buf_span(out, ctn_sig_alg_der(alg));
	ctn_der_put_bits(out, signature);
	if (certs.n > 0) {
		tagged = ctn_der_open(out, CTN_TAG_CONTEXT_CONS(0));
		list = ctn_der_open(out, CTN_TAG_SEQUENCE);
		ctn_buf_span(out, certs);
		ctn_der_close(out, list);
		ctn_der_close(out, tagged);
	}
	ctn_der_close(out, whole);
}
