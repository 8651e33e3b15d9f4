#include "cmd/inspect_value.h"

#include <stdio.h>

#include "der/oid.h"
#include "name/general.h"
#include "x509/crl.h"
#include "x509/ext.h"

bool
inspect_key_id(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_span id;

	if (!ctn_ext_ski(&id, value, e))
		return false;
	see_hex(s, "key_id", "Key identifier", id);
	return true;
}

bool
inspect_authority_key_id(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_aki aki;

	if (!ctn_ext_aki(&aki, value, e))
		return false;
	if (aki.key_id.n > 0)
		see_hex(s, "key_id", "Key identifier", aki.key_id);
	see_names(s, "issuer", "Issuer", aki.issuer_names);
	if (aki.serial.n > 0)
		see_serial(s, "serial", "Serial", aki.serial);
	return true;
}

bool
inspect_key_usage(struct see *s, ctn_span value, struct ctn_err *e)
{
	struct see_words w;
	uint32_t mask;

	if (!ctn_ext_key_usage(&mask, value, e))
		return false;
	see_words_open(&w, s, "usages", "Usages");
	for (unsigned bit = 0; bit < 32; bit++) {
		const char *name = ctn_key_usage_name(UINT32_C(1) << bit);
		char other[16];

		if ((mask >> bit & 1) == 0)
			continue;
		(void)snprintf(other, sizeof other, "bit %u", bit);
		see_word(&w, name != NULL ? name : other);
	}
	see_words_close(&w);
	return true;
}

static void
oid_word(struct see_words *w, ctn_span oid)
{
	CTN_OWN_BUF text = { 0 };
	const char *name = ctn_oid_name(oid), *c;

	ctn_oid_dotted(&text, oid);
	c = name != NULL ? name : ctn_buf_cstr(&text);
	if (c == NULL)
		w->joined.failed = true;
	else
		see_word(w, c);
}

bool
inspect_ext_key_usage(struct see *s, ctn_span value, struct ctn_err *e)
{
	struct see_words w;
	ctn_der list;
	ctn_span oid;

	if (!ctn_ext_eku(&list, value, e))
		return false;
	see_words_open(&w, s, "purposes", "Purposes");
	while (ctn_der_oid(&list, &oid))
		oid_word(&w, oid);
	see_words_close(&w);
	return true;
}

bool
inspect_basic_constraints(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_basic_constraints bc;

	if (!ctn_ext_basic_constraints(&bc, value, e))
		return false;
	see_bool(s, "ca", "CA", bc.ca);
	if (bc.has_path_len)
		see_int(s, "path_length", "Path length", (int64_t)bc.path_len);
	return true;
}

bool
inspect_alt_names(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_der names;

	if (!ctn_ext_general_names(&names, value, e))
		return false;
	see_names(s, "names", "Names", ctn_der_rest(&names));
	return true;
}

bool
inspect_issuer_names(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_der names;

	if (!ctn_ext_general_names(&names, value, e))
		return false;
	see_names(s, "issuer", "Issuer", ctn_der_rest(&names));
	return true;
}

/* GeneralSubtree: the base, and whatever minimum and maximum stand behind it. */
static bool
subtree_next(ctn_der *list, ctn_der *base, ctn_span *rest)
{
	ctn_general_name n;
	ctn_der at;

	if (!ctn_der_sequence(list, base))
		return false;
	at = *base;
	if (!ctn_general_next(&at, &n))
		return false;
	*rest = ctn_der_rest(&at);
	return true;
}

static bool
subtrees_good(ctn_der list)
{
	ctn_der base;
	ctn_span rest;

	while (!ctn_der_end(&list))
		if (!subtree_next(&list, &base, &rest))
			return false;
	return true;
}

static void
subtrees(struct see *s, const char *key, const char *label, ctn_der list)
{
	ctn_der base;
	ctn_span rest;

	see_array(s, key, NULL);
	s->indent -= 2;
	for (const char *shown = label; !ctn_der_end(&list) && subtree_next(&list, &base, &rest); shown = "") {
		ctn_json_object(show_json(s->out), NULL);
		if (see_name_next(s, shown, &base) && rest.n > 0)
			see_hex(s, "minimum_maximum", "  minimum, maximum", rest);
		ctn_json_close_object(show_json(s->out));
	}
	s->indent += 2;
	see_array_close(s);
}

/* More lenient than what judges names by it: a constraint that can never be met is shown like any other. */
bool
inspect_name_constraints(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(value), in, permitted, excluded;
	bool has_permitted, has_excluded;

	if (!ctn_der_sequence(&r, &in) || !ctn_der_end(&r) ||
	    !ctn_der_enter_if(&in, CTN_TAG_CONTEXT_CONS(0), &permitted, &has_permitted) ||
	    !ctn_der_enter_if(&in, CTN_TAG_CONTEXT_CONS(1), &excluded, &has_excluded) || !ctn_der_end(&in))
		return ctn_fail(e, CTN_EINPUT, "malformed nameConstraints");
	if ((has_permitted && !subtrees_good(permitted)) || (has_excluded && !subtrees_good(excluded)))
		return ctn_fail(e, CTN_EINPUT, "malformed nameConstraints");
	if (has_permitted)
		subtrees(s, "permitted", "Permitted", permitted);
	if (has_excluded)
		subtrees(s, "excluded", "Excluded", excluded);
	return true;
}

/* ReasonFlags (RFC 5280, 4.2.1.13): its bits are not CRLReason's numbers. */
static void
reasons(const struct see *s, uint32_t mask)
{
	static const char *const names[] = { "unused", "keyCompromise", "cACompromise", "affiliationChanged", "superseded",
		"cessationOfOperation", "certificateHold", "privilegeWithdrawn", "aACompromise" };
	struct see_words w;

	see_words_open(&w, s, "reasons", "Reasons");
	for (unsigned bit = 0; bit < sizeof names / sizeof *names; bit++)
		if ((mask >> bit & 1) != 0)
			see_word(&w, names[bit]);
	see_words_close(&w);
}

static void
point(const struct see *s, const ctn_dist_point *p)
{
	see_names(s, "names", "Names", p->full_name);
	if (p->relative_name.n > 0)
		see_hex(s, "relative_name", "Relative name", p->relative_name);
	if (p->has_reasons)
		reasons(s, p->reasons);
	see_names(s, "crl_issuer", "CRL issuer", p->crl_issuer);
}

bool
inspect_dist_points(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_dist_point p;
	ctn_der list;

	if (!ctn_ext_dist_points(&list, value, e))
		return false;
	ctn_json_array(show_json(s->out), "points");
	while (!ctn_der_end(&list) && ctn_dist_point_next(&list, &p)) {
		ctn_json_object(show_json(s->out), NULL);
		point(s, &p);
		ctn_json_close_object(show_json(s->out));
	}
	ctn_json_close_array(show_json(s->out));
	return true;
}

bool
inspect_idp(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_idp idp;

	if (!ctn_ext_idp(&idp, value, e))
		return false;
	if (idp.has_point)
		point(s, &idp.point);
	if (idp.only_user)
		see_bool(s, "only_user_certificates", "Only user certificates", true);
	if (idp.only_ca)
		see_bool(s, "only_ca_certificates", "Only CA certificates", true);
	if (idp.only_attribute)
		see_bool(s, "only_attribute_certificates", "Only attribute certs", true);
	if (idp.indirect)
		see_bool(s, "indirect", "Indirect", true);
	if (idp.has_reasons)
		reasons(s, idp.reasons);
	return true;
}

bool
inspect_info_access(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_general_name location;
	ctn_span method;
	ctn_der list;

	if (!ctn_ext_info_access(&list, value, e))
		return false;
	ctn_json_array(show_json(s->out), "accesses");
	while (!ctn_der_end(&list) && ctn_info_access_next(&list, &method, &location)) {
		CTN_OWN_BUF name = { 0 };
		const char *known = ctn_oid_name(method);

		ctn_json_object(show_json(s->out), NULL);
		see_oid(s, "method", "Method", method);
		ctn_general_text(&name, &location);
		ctn_json_text(show_json(s->out), "type", ctn_name_type_text(location.type));
		see_buf(s, "value", known != NULL ? "  at" : "  location", &name);
		ctn_json_close_object(show_json(s->out));
	}
	ctn_json_close_array(show_json(s->out));
	return true;
}

bool
inspect_number(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_span number;
	uint64_t v;

	if (!ctn_ext_number(&number, value, e))
		return false;
	if (ctn_der_uint_of(number, &v))
		see_int(s, "number", "Number", (int64_t)v);
	else
		see_serial(s, "number_hex", "Number (hex)", number);
	return true;
}

/* RFC 7633: a list of TLS extension numbers; 5 is status_request. */
bool
inspect_tls_feature(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(value), list, check;
	struct see_words w;
	uint64_t feature;

	if (!ctn_der_sequence(&r, &list) || !ctn_der_end(&r))
		return ctn_fail(e, CTN_EINPUT, "malformed tlsFeature");
	for (check = list; !ctn_der_end(&check);)
		if (!ctn_der_uint(&check, &feature) || feature > UINT16_MAX)
			return ctn_fail(e, CTN_EINPUT, "malformed tlsFeature");
	see_words_open(&w, s, "features", "Features");
	while (!ctn_der_end(&list) && ctn_der_uint(&list, &feature)) {
		char text[24];

		(void)snprintf(text, sizeof text, "%u", (unsigned)feature);
		see_word(&w, feature == 5 ? "status_request" : feature == 17 ? "status_request_v2" : text);
	}
	see_words_close(&w);
	return true;
}

bool
inspect_null(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(value);

	(void)s;
	return (ctn_der_null(&r) && ctn_der_end(&r)) || ctn_fail(e, CTN_EINPUT, "it is not NULL");
}

bool
inspect_reason(struct see *s, ctn_span value, struct ctn_err *e)
{
	const char *name;
	unsigned reason;

	if (!ctn_ext_reason(&reason, value, e))
		return false;
	name = ctn_crl_reason_name(reason);
	if (name != NULL)
		see_text(s, "reason", "Reason", name);
	else
		see_int(s, "reason_number", "Reason", reason);
	return true;
}

bool
inspect_invalidity_date(struct see *s, ctn_span value, struct ctn_err *e)
{
	int64_t at_s;

	if (!ctn_ext_invalidity_date(&at_s, value, e))
		return false;
	see_time(s, "invalidity_date", "Invalid since", at_s);
	return true;
}

bool
inspect_nonce(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(value);
	ctn_span nonce;

	if (!ctn_der_octets(&r, &nonce) || !ctn_der_end(&r))
		return ctn_fail(e, CTN_EINPUT, "it is not an OCTET STRING");
	see_hex(s, "nonce", "Nonce", nonce);
	return true;
}

/* One character string of any kind, as netscape-comment has it. */
bool
inspect_text(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(value);
	CTN_OWN_BUF text = { 0 };
	unsigned tag = ctn_der_tag(&r);
	ctn_span content;

	if ((tag != CTN_TAG_IA5_STRING && tag != CTN_TAG_UTF8_STRING && tag != CTN_TAG_PRINTABLE_STRING && tag != CTN_TAG_VISIBLE_STRING) ||
	    !ctn_der_take(&r, tag, &content) || !ctn_der_end(&r))
		return ctn_fail(e, CTN_EINPUT, "it is not one text");
	ctn_buf_printable(&text, content);
	see_buf(s, "text", "Text", &text);
	return true;
}
