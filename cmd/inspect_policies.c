#include "cmd/inspect_value.h"

#include "der/oid.h"
#include "x509/ext.h"

#define QT_CPS CTN_SPAN("\x2b\x06\x01\x05\x05\x07\x02\x01")
#define QT_NOTICE CTN_SPAN("\x2b\x06\x01\x05\x05\x07\x02\x02")

/* DisplayText or IA5String as text; BMPString as its octets in hex. */
static void
show_string(const struct see *s, const char *key, const char *label, ctn_der r)
{
	CTN_OWN_BUF text = { 0 };
	unsigned tag = ctn_der_tag(&r);
	ctn_span content;

	if (tag == CTN_TAG_BMP_STRING || !ctn_der_take(&r, tag, &content)) {
		see_hex(s, key, label, ctn_der_rest(&r));
		return;
	}
	ctn_buf_printable(&text, content);
	see_buf(s, key, label, &text);
}

/* UserNotice (RFC 5280, 4.2.1.4): noticeRef as it is, explicitText. */
static void
show_notice(const struct see *s, ctn_der r)
{
	ctn_der in;
	ctn_span reference;

	if (!ctn_der_sequence(&r, &in)) {
		see_hex(s, "notice_der", "  notice", ctn_der_rest(&r));
		return;
	}
	if (ctn_der_tag(&in) == CTN_TAG_SEQUENCE && ctn_der_any(&in, &reference))
		see_hex(s, "notice_reference", "  notice reference", reference);
	if (!ctn_der_end(&in))
		show_string(s, "notice", "  notice", in);
}

static bool
show_qualifier(const struct see *s, ctn_der *list)
{
	ctn_der one;
	ctn_span id;

	if (!ctn_der_sequence(list, &one) || !ctn_der_oid(&one, &id))
		return false;
	ctn_json_object(show_json(s->out), NULL);
	if (ctn_span_equal(id, QT_CPS)) {
		show_string(s, "cps", "  CPS", one);
	} else if (ctn_span_equal(id, QT_NOTICE)) {
		show_notice(s, one);
	} else {
		see_oid(s, "oid", "  qualifier", id);
		see_hex(s, "value", "  value", ctn_der_rest(&one));
	}
	ctn_json_close_object(show_json(s->out));
	return true;
}

static void
show_qualifiers(const struct see *s, ctn_span whole)
{
	ctn_der r = ctn_der_over(whole), list;

	if (whole.n == 0)
		return;
	ctn_json_array(show_json(s->out), "qualifiers");
	if (ctn_der_sequence(&r, &list))
		while (!ctn_der_end(&list) && show_qualifier(s, &list))
			;
	ctn_json_close_array(show_json(s->out));
}

bool
inspect_policies(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_span oid, qualifiers;
	ctn_der list;

	if (!ctn_ext_policies(&list, value, e))
		return false;
	ctn_json_array(show_json(s->out), "policies");
	while (!ctn_der_end(&list) && ctn_policy_next(&list, &oid, &qualifiers)) {
		ctn_json_object(show_json(s->out), NULL);
		see_oid(s, "policy", "Policy", oid);
		show_qualifiers(s, qualifiers);
		ctn_json_close_object(show_json(s->out));
	}
	ctn_json_close_array(show_json(s->out));
	return true;
}

bool
inspect_policy_mappings(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_span issuer, subject;
	ctn_der list;

	if (!ctn_ext_policy_mappings(&list, value, e))
		return false;
	ctn_json_array(show_json(s->out), "mappings");
	while (!ctn_der_end(&list) && ctn_policy_mapping_next(&list, &issuer, &subject)) {
		ctn_json_object(show_json(s->out), NULL);
		see_oid(s, "issuer_domain", "Issuer's policy", issuer);
		see_oid(s, "subject_domain", "  is subject's", subject);
		ctn_json_close_object(show_json(s->out));
	}
	ctn_json_close_array(show_json(s->out));
	return true;
}

bool
inspect_policy_constraints(struct see *s, ctn_span value, struct ctn_err *e)
{
	ctn_policy_constraints pc;

	if (!ctn_ext_policy_constraints(&pc, value, e))
		return false;
	if (pc.has_require)
		see_int(s, "require_explicit_policy", "Require explicit policy", (int64_t)pc.require_explicit);
	if (pc.has_inhibit)
		see_int(s, "inhibit_policy_mapping", "Inhibit policy mapping", (int64_t)pc.inhibit_mapping);
	return true;
}
