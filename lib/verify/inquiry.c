#include "verify/inquiry.h"

#include <strings.h>

#include "base/time.h"
#include "der/oid.h"
#include "hash/hash.h"
#include "key/public.h"
#include "name/uri.h"
#include "x509/cert.h"
#include "x509/ocsp.h"

#define URL_MAX 1024u

static bool
is_http(ctn_span text)
{
	struct ctn_err e;
	ctn_uri u;

	return text.n <= URL_MAX && ctn_uri_parse(&u, text, &e) && u.scheme.n == 4 &&
	    strncasecmp((const char *)u.scheme.p, "http", 4) == 0 && u.host.n > 0 && !u.has_userinfo;
}

static bool
find_urls(ctn_inquiry *q, const ctn_cert *c, ctn_arena *a, struct ctn_err *e)
{
	const ctn_ext *x = ctn_exts_find(&c->exts, ctn_oid_authority_info_access);
	ctn_der list = ctn_der_over((ctn_span){ 0 });
	ctn_general_name at;
	struct ctn_err why;
	ctn_span method;

	/* A malformed extension names nobody; whether it breaks the certificate is judged elsewhere. */
	if (x != NULL)
		(void)!ctn_ext_info_access(&list, x->value, &why);
	while (q->urls_n < CTN_INQUIRY_URLS_MAX && ctn_info_access_next(&list, &method, &at)) {
		if (!ctn_span_equal(method, ctn_oid_ad_ocsp) || at.type != CTN_NAME_URI || !is_http(at.value))
			continue;
		q->urls[q->urls_n] = ctn_arena_text_n(a, (const char *)at.value.p, at.value.n);
		if (q->urls[q->urls_n++] == NULL)
			return ctn_fail_memory(e);
	}
	return true;
}

static bool
build_request(ctn_inquiry *q, const ctn_cert *cert, const ctn_cert *issuer, ctn_arena *a, struct ctn_err *e)
{
	ctn_ocsp_cert_id id = { .hash_known = true, .hash = CTN_SHA1, .serial = cert->serial };
	uint8_t name[CTN_HASH_MAX], key[CTN_HASH_MAX], *request, *serial;
	CTN_OWN_BUF b = { 0 };
	ctn_spki k;

	if (!ctn_spki_parse(&k, issuer->spki, e))
		return false;
	if (!ctn_digest(name, CTN_SHA1, cert->issuer, e))
		return false;
	if (!ctn_digest(key, CTN_SHA1, k.bits, e))
		return false;
	id.issuer_name_hash = (ctn_span){ name, ctn_hash_len(CTN_SHA1) };
	id.issuer_key_hash = (ctn_span){ key, ctn_hash_len(CTN_SHA1) };
	if (!ctn_ocsp_build_request(&b, &id, e))
		return false;
	request = ctn_arena_copy(a, b.p, b.n);
	serial = ctn_arena_copy(a, cert->serial.p, cert->serial.n);
	if (request == NULL || serial == NULL)
		return ctn_fail_memory(e);
	q->request = (ctn_span){ request, b.n };
	q->serial = (ctn_span){ serial, cert->serial.n };
	return true;
}

bool
ctn_inquiry_make(ctn_inquiry *out, ctn_span cert, ctn_span issuer, ctn_arena *a, struct ctn_err *e)
{
	ctn_inquiry q = { 0 };
	ctn_cert c, above;

	if (!ctn_cert_parse(&c, cert, e) || !ctn_cert_parse(&above, issuer, e))
		return false;
	if (!find_urls(&q, &c, a, e) || !build_request(&q, &c, &above, a, e))
		return false;
	*out = q;
	return true;
}

static bool
find_single(ctn_ocsp_single *out, const ctn_inquiry *q, const ctn_ocsp *o)
{
	ctn_der r = ctn_der_over(o->responses);

	while (ctn_ocsp_next(&r, out))
		if (ctn_span_equal(out->id.serial, q->serial))
			return true;
	return false;
}

static const char *
doubt_date(const ctn_ocsp_single *s, int64_t at_s, int64_t ahead_s, ctn_arena *a)
{
	char when[32];

	if (s->this_update > at_s + ahead_s) {
		ctn_time_text(when, s->this_update);
		return ctn_arena_printf(a, "its answer is from the future, %s", when);
	}
	if (s->has_next_update && s->next_update < at_s) {
		ctn_time_text(when, s->next_update);
		return ctn_arena_printf(a, "its answer was good until %s", when);
	}
	return NULL;
}

const char *
ctn_inquiry_doubt(const ctn_inquiry *q, ctn_span response, int64_t at_s, int64_t ahead_s, ctn_arena *a)
{
	ctn_ocsp_single s;
	const char *date;
	struct ctn_err e;
	unsigned status;
	ctn_ocsp o;

	if (!ctn_ocsp_parse(&o, &status, response, &e))
		return ctn_arena_printf(a, "its answer is no OCSP response: %s", e.text);
	if (status != CTN_OCSP_SUCCESSFUL)
		return ctn_arena_printf(a, "it refused to answer: %s", ctn_ocsp_status_name(status) != NULL ? ctn_ocsp_status_name(status) : "?");
	if (!find_single(&s, q, &o))
		return ctn_arena_text(a, "its answer is about another certificate");
	if (s.answer == CTN_OCSP_UNKNOWN)
		return ctn_arena_text(a, "it does not know the certificate");
	date = doubt_date(&s, at_s, ahead_s, a);
	return date != NULL ? date : ctn_arena_text(a, "its answer is not signed by the issuer nor by a signer that the issuer appointed");
}
