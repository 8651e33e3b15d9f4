/* Rules over certificate policies, their mappings and constraints. */
#include "der/oid.h"
#include "lint/rules.h"
#include "lint/say.h"
#include "name/uri.h"

#define OID_CPS CTN_SPAN("\x2b\x06\x01\x05\x05\x07\x02\x01")
#define OID_USER_NOTICE CTN_SPAN("\x2b\x06\x01\x05\x05\x07\x02\x02")
#define TEXT_MAX 200

static ctn_der
policies(const ctn_cert *c)
{
	const ctn_ext *ext = ctn_exts_find(&c->exts, ctn_oid_certificate_policies);
	ctn_der list = ctn_der_over((ctn_span){ 0 });
	struct ctn_err e = { 0 };

	if (ext == NULL || !ctn_ext_policies(&list, ext->value, &e))
		return ctn_der_over((ctn_span){ 0 });
	return list;
}

static ctn_der
mappings(const ctn_cert *c)
{
	const ctn_ext *ext = ctn_exts_find(&c->exts, ctn_oid_policy_mappings);
	ctn_der list = ctn_der_over((ctn_span){ 0 });
	struct ctn_err e = { 0 };

	if (ext == NULL || !ctn_ext_policy_mappings(&list, ext->value, &e))
		return ctn_der_over((ctn_span){ 0 });
	return list;
}

static bool
listed(ctn_der list, ctn_span wanted)
{
	ctn_span oid, qualifiers;

	while (!ctn_der_end(&list) && ctn_policy_next(&list, &oid, &qualifiers))
		if (ctn_span_equal(oid, wanted))
			return true;
	return false;
}

bool
ctn_rule_policies_repeated(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_der list = policies(s->cert);
	ctn_span oid, qualifiers;

	while (!ctn_der_end(&list) && ctn_policy_next(&list, &oid, &qualifiers))
		if (listed(list, oid))
			return ctn_say(text, text_n, "a certificate policy stands twice");
	return true;
}

/* One PolicyQualifierInfo as a view: id, and a reader over what qualifies. */
struct qualifier {
	ctn_span id;
	ctn_der value;
};

static bool
next_qualifier(ctn_der *list, struct qualifier *out)
{
	ctn_der info;

	if (!ctn_der_sequence(list, &info) || !ctn_der_oid(&info, &out->id) || ctn_der_end(&info))
		return false;
	out->value = info;
	return true;
}

static ctn_der
qualifiers_of(ctn_span whole)
{
	ctn_der r = ctn_der_over(whole), list;

	return ctn_der_sequence(&r, &list) ? list : ctn_der_over((ctn_span){ 0 });
}

/* DisplayText of a user notice; tag 0 when there is none. False: malformed. */
struct notice {
	bool has_ref;
	unsigned tag;
	ctn_span explicit_text;
};

static bool
read_notice(struct notice *out, ctn_der value)
{
	ctn_der notice, ref;

	*out = (struct notice){ 0 };
	if (!ctn_der_sequence(&value, &notice) || !ctn_der_end(&value))
		return false;
	if (!ctn_der_enter_if(&notice, CTN_TAG_SEQUENCE, &ref, &out->has_ref))
		return false;
	out->tag = ctn_der_tag(&notice);
	if (out->tag == 0)
		return ctn_der_end(&notice);
	return ctn_der_take(&notice, out->tag, &out->explicit_text) && ctn_der_end(&notice) &&
	    ctn_der_string_valid(out->tag, out->explicit_text);
}

static bool
read_cps(ctn_span *uri, ctn_der value)
{
	return ctn_der_take(&value, CTN_TAG_IA5_STRING, uri) && ctn_der_end(&value) &&
	    ctn_der_string_valid(CTN_TAG_IA5_STRING, *uri);
}

typedef bool (*qualifier_check)(const struct qualifier *q, ctn_span policy, char *text, size_t text_n);

static bool
each_qualifier(const ctn_cert *c, qualifier_check check, char *text, size_t text_n)
{
	ctn_der list = policies(c);
	ctn_span oid, whole;
	struct qualifier q;

	while (!ctn_der_end(&list) && ctn_policy_next(&list, &oid, &whole)) {
		ctn_der each = qualifiers_of(whole);

		while (!ctn_der_end(&each) && next_qualifier(&each, &q))
			if (!check(&q, oid, text, text_n))
				return false;
	}
	return true;
}

static bool
qualifier_decodes(const struct qualifier *q, ctn_span policy, char *text, size_t text_n)
{
	struct notice notice;
	ctn_span uri;

	if (ctn_span_equal(q->id, OID_CPS))
		return read_cps(&uri, q->value) || ctn_say(text, text_n, "a pointer to a practice statement is no IA5String");
	if (ctn_span_equal(q->id, OID_USER_NOTICE))
		return read_notice(&notice, q->value) || ctn_say(text, text_n, "a user notice is malformed");
	if (ctn_span_equal(policy, ctn_oid_any_policy))
		return ctn_say(text, text_n, "anyPolicy has a qualifier that is neither a CPS pointer nor a user notice");
	return true;
}

static bool
qualifiers_are_list(ctn_span whole)
{
	ctn_der each = qualifiers_of(whole);
	struct qualifier q;

	if (whole.n > 0 && ctn_der_end(&each))
		return false;
	while (!ctn_der_end(&each))
		if (!next_qualifier(&each, &q))
			return false;
	return true;
}

bool
ctn_rule_policy_qualifiers(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_der list = policies(s->cert);
	ctn_span oid, whole;

	while (!ctn_der_end(&list) && ctn_policy_next(&list, &oid, &whole))
		if (!qualifiers_are_list(whole))
			return ctn_say(text, text_n, "policy qualifiers are malformed, or an empty list");
	return each_qualifier(s->cert, qualifier_decodes, text, text_n);
}

static bool
cps_is_uri(const struct qualifier *q, ctn_span policy, char *text, size_t text_n)
{
	struct ctn_err e = { 0 };
	ctn_uri parts;
	ctn_span uri;

	(void)policy;
	if (!ctn_span_equal(q->id, OID_CPS) || !read_cps(&uri, q->value) || ctn_uri_parse(&parts, uri, &e))
		return true;
	return ctn_say(text, text_n, "a pointer to a practice statement: %s", e.text);
}

bool
ctn_rule_policy_cps(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return each_qualifier(s->cert, cps_is_uri, text, text_n);
}

static bool
peek_notice(struct notice *out, const struct qualifier *q)
{
	return ctn_span_equal(q->id, OID_USER_NOTICE) && read_notice(out, q->value);
}

static size_t
characters(const struct notice *notice)
{
	size_t n = 0;

	if (notice->tag == CTN_TAG_BMP_STRING)
		return notice->explicit_text.n / 2;
	for (size_t i = 0; i < notice->explicit_text.n; i++)
		n += notice->tag != CTN_TAG_UTF8_STRING || (notice->explicit_text.p[i] & 0xc0) != 0x80;
	return n;
}

static bool
text_is_short(const struct qualifier *q, ctn_span policy, char *text, size_t text_n)
{
	struct notice notice;

	(void)policy;
	if (!peek_notice(&notice, q) || characters(&notice) <= TEXT_MAX)
		return true;
	return ctn_say(text, text_n, "an explicit text has %zu characters; %d at most", characters(&notice), TEXT_MAX);
}

bool
ctn_rule_policy_text_length(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return each_qualifier(s->cert, text_is_short, text, text_n);
}

static bool
text_is_plain(const struct qualifier *q, ctn_span policy, char *text, size_t text_n)
{
	struct notice notice;

	(void)policy;
	if (!peek_notice(&notice, q) || notice.tag == 0)
		return true;
	if (notice.tag != CTN_TAG_UTF8_STRING)
		return ctn_say(text, text_n, "an explicit text is no UTF8String");
	for (size_t i = 0; i < notice.explicit_text.n; i++)
		if (notice.explicit_text.p[i] < 0x20 || notice.explicit_text.p[i] == 0x7f)
			return ctn_say(text, text_n, "an explicit text holds a control character");
	return true;
}

bool
ctn_rule_policy_text_encoding(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return each_qualifier(s->cert, text_is_plain, text, text_n);
}

static bool
no_reference(const struct qualifier *q, ctn_span policy, char *text, size_t text_n)
{
	struct notice notice;

	(void)policy;
	return !peek_notice(&notice, q) || !notice.has_ref || ctn_say(text, text_n, "a user notice has a notice reference");
}

bool
ctn_rule_policy_notice_ref(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return each_qualifier(s->cert, no_reference, text, text_n);
}

bool
ctn_rule_policy_mappings_any(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_der list = mappings(s->cert);
	ctn_span from, to;

	while (!ctn_der_end(&list) && ctn_policy_mapping_next(&list, &from, &to))
		if (ctn_span_equal(from, ctn_oid_any_policy) || ctn_span_equal(to, ctn_oid_any_policy))
			return ctn_say(text, text_n, "anyPolicy is mapped");
	return true;
}

bool
ctn_rule_policy_mappings_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, ctn_oid_policy_mappings, true, text, text_n);
}

bool
ctn_rule_policy_mappings_listed(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_der list = mappings(s->cert);
	ctn_span from, to;

	while (!ctn_der_end(&list) && ctn_policy_mapping_next(&list, &from, &to))
		if (!listed(policies(s->cert), from))
			return ctn_say(text, text_n, "a mapped policy is not among the certificate policies");
	return true;
}

bool
ctn_rule_policy_constraints_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, ctn_oid_policy_constraints, true, text, text_n);
}

bool
ctn_rule_inhibit_any_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, ctn_oid_inhibit_any_policy, true, text, text_n);
}

bool
ctn_rule_policy_control_leaf(const ctn_lint_subject *s, char *text, size_t text_n)
{
	const ctn_span *const of_authorities[] = { &ctn_oid_policy_mappings, &ctn_oid_policy_constraints,
		&ctn_oid_inhibit_any_policy };

	for (size_t i = 0; i < sizeof(of_authorities) / sizeof(of_authorities[0]); i++)
		if (ctn_exts_find(&s->cert->exts, *of_authorities[i]) != NULL)
			return ctn_say(text, text_n, "a leaf has %s", ctn_oid_name(*of_authorities[i]));
	return true;
}
