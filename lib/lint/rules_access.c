/* Rules over where things are fetched: CRL distribution points, information access. */
#include <strings.h>

#include "der/oid.h"
#include "lint/rules.h"
#include "lint/say.h"
#include "name/general.h"
#include "name/uri.h"

#define OID_SUBJECT_INFO_ACCESS CTN_SPAN("\x2b\x06\x01\x05\x05\x07\x01\x0b")

bool
ctn_rule_crl_points_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, ctn_oid_crl_distribution_points, false, text, text_n);
}

bool
ctn_rule_freshest_crl_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, ctn_oid_freshest_crl, false, text, text_n);
}

bool
ctn_rule_info_access_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, ctn_oid_authority_info_access, false, text, text_n);
}

bool
ctn_rule_subject_info_access_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, OID_SUBJECT_INFO_ACCESS, false, text, text_n);
}

static ctn_der
points(const ctn_cert *c)
{
	const ctn_ext *ext = ctn_exts_find(&c->exts, ctn_oid_crl_distribution_points);
	ctn_der list = ctn_der_over((ctn_span){ 0 });
	struct ctn_err e = { 0 };

	if (ext == NULL || !ctn_ext_dist_points(&list, ext->value, &e))
		return ctn_der_over((ctn_span){ 0 });
	return list;
}

bool
ctn_rule_crl_points_incomplete(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_der list = points(s->cert);
	ctn_dist_point point;

	while (!ctn_der_end(&list) && ctn_dist_point_next(&list, &point))
		if (point.full_name.n == 0 && point.relative_name.n == 0 && point.crl_issuer.n == 0)
			return ctn_say(text, text_n, "a distribution point has neither a name nor a CRL issuer");
	return true;
}

static bool
is_scheme(ctn_span scheme, const char *word)
{
	return scheme.n == strlen(word) && strncasecmp((const char *)scheme.p, word, scheme.n) == 0;
}

/* RFC 5280 8: https would need the very check that it is to answer. */
static bool
fetchable(const ctn_general_name *name)
{
	struct ctn_err e = { 0 };
	ctn_uri uri;

	if (name->type != CTN_NAME_URI || !ctn_uri_parse(&uri, name->value, &e) || !uri.has_authority)
		return false;
	return is_scheme(uri.scheme, "http") ? uri.host.n > 0 : is_scheme(uri.scheme, "ldap");
}

/* RFC 5280, 4.2.1.13: at least one of a point's names should be an ldap or http URI */
bool
ctn_rule_crl_points_url(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_der list = points(s->cert);
	ctn_general_name name;
	ctn_dist_point point;

	while (!ctn_der_end(&list) && ctn_dist_point_next(&list, &point)) {
		ctn_der names = ctn_der_over(point.full_name);
		bool reached = point.full_name.n == 0;

		while (!reached && !ctn_der_end(&names) && ctn_general_next(&names, &name))
			reached = fetchable(&name);
		if (!reached)
			return ctn_say(text, text_n, "a distribution point has no absolute http or ldap URL");
	}
	return true;
}

static ctn_der
accesses(const ctn_cert *c)
{
	const ctn_ext *ext = ctn_exts_find(&c->exts, ctn_oid_authority_info_access);
	ctn_der list = ctn_der_over((ctn_span){ 0 });
	struct ctn_err e = { 0 };

	if (ext == NULL || !ctn_ext_info_access(&list, ext->value, &e))
		return ctn_der_over((ctn_span){ 0 });
	return list;
}

bool
ctn_rule_info_access_url(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_der list = accesses(s->cert);
	ctn_general_name location;
	char shown[80];
	ctn_span method;

	while (!ctn_der_end(&list) && ctn_info_access_next(&list, &method, &location)) {
		if (!ctn_span_equal(method, ctn_oid_ad_ocsp) && !ctn_span_equal(method, ctn_oid_ad_ca_issuers))
			continue;
		if (fetchable(&location))
			continue;
		ctn_say_bytes(shown, sizeof(shown), location.value);
		return ctn_say(text, text_n, "%s is at \"%s\"", ctn_oid_name(method), shown);
	}
	return true;
}

bool
ctn_rule_info_access_repeated(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_der list = accesses(s->cert);
	ctn_general_name location, other;
	ctn_span method, others;

	while (!ctn_der_end(&list) && ctn_info_access_next(&list, &method, &location)) {
		ctn_der behind = list;

		while (!ctn_der_end(&behind) && ctn_info_access_next(&behind, &others, &other))
			if (ctn_span_equal(method, others) && location.type == other.type &&
			    ctn_span_equal(location.value, other.value))
				return ctn_say(text, text_n, "an access location stands twice");
	}
	return true;
}
