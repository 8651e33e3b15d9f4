/* Rules over the distinguished names of subject and issuer. */
#include <strings.h>

#include "der/oid.h"
#include "lint/rules.h"
#include "lint/say.h"
#include "name/dn.h"
#include "name/dns.h"

/* A walk over the attributes of a Name; it ends where the name is malformed, which has its own rule. */
struct walk {
	ctn_der rdns, set;
};
struct attr {
	ctn_span oid;
	unsigned tag;
	ctn_span value;
};

static struct walk
walk_over(ctn_span name)
{
	ctn_der r = ctn_der_over(name);
	struct walk w = { .set = ctn_der_over((ctn_span){ 0 }) };

	if (!ctn_der_sequence(&r, &w.rdns))
		w.rdns = ctn_der_over((ctn_span){ 0 });
	return w;
}

static bool
next_attr(struct walk *w, struct attr *out)
{
	ctn_der pair;

	while (ctn_der_end(&w->set))
		if (ctn_der_end(&w->rdns) || !ctn_der_set(&w->rdns, &w->set))
			return false;
	if (!ctn_der_sequence(&w->set, &pair) || !ctn_der_oid(&pair, &out->oid))
		return false;
	out->tag = ctn_der_tag(&pair);
	return ctn_der_take(&pair, out->tag, &out->value);
}

static const char *
attr_name(const struct attr *at)
{
	const char *name = ctn_oid_name(at->oid);

	return name != NULL ? name : "an attribute";
}

/* What RFC 5280 A.1 (postal code, street: X.520) says of each; tag 0: any DirectoryString. */
static const struct attr_rule {
	const ctn_span *oid;
	size_t max;
	unsigned tag;
} attr_rules[] = {
	{ &ctn_oid_at_common_name, 64, 0 },
	{ &ctn_oid_at_surname, 32768, 0 },
	{ &ctn_oid_at_given_name, 32768, 0 },
	{ &ctn_oid_at_initials, 32768, 0 },
	{ &ctn_oid_at_generation_qualifier, 32768, 0 },
	{ &ctn_oid_at_serial_number, 64, CTN_TAG_PRINTABLE_STRING },
	{ &ctn_oid_at_country, 2, CTN_TAG_PRINTABLE_STRING },
	{ &ctn_oid_at_dn_qualifier, 32768, CTN_TAG_PRINTABLE_STRING },
	{ &ctn_oid_at_locality, 128, 0 },
	{ &ctn_oid_at_state, 128, 0 },
	{ &ctn_oid_at_street, 128, 0 },
	{ &ctn_oid_at_organization, 64, 0 },
	{ &ctn_oid_at_organizational_unit, 64, 0 },
	{ &ctn_oid_at_title, 64, 0 },
	{ &ctn_oid_at_postal_code, 40, 0 },
	{ &ctn_oid_at_pseudonym, 128, 0 },
	{ &ctn_oid_at_domain_component, 253, CTN_TAG_IA5_STRING },
	{ &ctn_oid_at_email, 255, CTN_TAG_IA5_STRING },
};

static const struct attr_rule *
rule_of(ctn_span oid)
{
	for (size_t i = 0; i < sizeof(attr_rules) / sizeof(attr_rules[0]); i++)
		if (ctn_span_equal(*attr_rules[i].oid, oid))
			return &attr_rules[i];
	return NULL;
}

static size_t
characters(const struct attr *at)
{
	size_t n = 0;

	if (at->tag == CTN_TAG_BMP_STRING)
		return at->value.n / 2;
	if (at->tag == CTN_TAG_UNIVERSAL_STRING)
		return at->value.n / 4;
	if (at->tag != CTN_TAG_UTF8_STRING)
		return at->value.n;
	for (size_t i = 0; i < at->value.n; i++)
		n += (at->value.p[i] & 0xc0) != 0x80;
	return n;
}

static bool
well_formed(ctn_span name, char *text, size_t text_n)
{
	struct ctn_err e = { 0 };

	return ctn_dn_check(name, &e) || ctn_say(text, text_n, "%s", e.text);
}

bool
ctn_rule_subject_malformed(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return well_formed(s->cert->subject, text, text_n);
}

bool
ctn_rule_issuer_malformed(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return well_formed(s->cert->issuer, text, text_n);
}

bool
ctn_rule_subject_empty_ca(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return !ctn_dn_is_empty(s->cert->subject) || ctn_say(text, text_n, "an authority's subject is empty");
}

bool
ctn_rule_subject_empty(const ctn_lint_subject *s, char *text, size_t text_n)
{
	if (!ctn_dn_is_empty(s->cert->subject))
		return true;
	if (ctn_exts_find(&s->cert->exts, ctn_oid_subject_alt_name) != NULL)
		return true;
	return ctn_say(text, text_n, "the subject is empty, and there are no alternative names");
}

bool
ctn_rule_subject_length(const ctn_lint_subject *s, char *text, size_t text_n)
{
	struct walk w = walk_over(s->cert->subject);
	struct attr at;

	while (next_attr(&w, &at)) {
		const struct attr_rule *rule = rule_of(at.oid);
		size_t n = characters(&at);

		if (rule != NULL && n == 0)
			return ctn_say(text, text_n, "%s is empty", attr_name(&at));
		if (rule != NULL && n > rule->max)
			return ctn_say(text, text_n, "%s has %zu characters; %zu at most", attr_name(&at), n, rule->max);
	}
	return true;
}

static const char *
tag_name(unsigned tag)
{
	return tag == CTN_TAG_PRINTABLE_STRING ? "PrintableString" : "IA5String";
}

static bool
encoded_well(ctn_span name, char *text, size_t text_n)
{
	struct walk w = walk_over(name);
	struct attr at;

	while (next_attr(&w, &at)) {
		const struct attr_rule *rule = rule_of(at.oid);

		if (rule != NULL && rule->tag != 0 && rule->tag != at.tag)
			return ctn_say(text, text_n, "%s is no %s", attr_name(&at), tag_name(rule->tag));
	}
	return true;
}

bool
ctn_rule_subject_encoding(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return encoded_well(s->cert->subject, text, text_n);
}

bool
ctn_rule_issuer_encoding(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return encoded_well(s->cert->issuer, text, text_n);
}

bool
ctn_rule_subject_old_encoding(const ctn_lint_subject *s, char *text, size_t text_n)
{
	struct walk w = walk_over(s->cert->subject);
	struct attr at;

	while (next_attr(&w, &at))
		if (at.tag == CTN_TAG_TELETEX_STRING || at.tag == CTN_TAG_BMP_STRING || at.tag == CTN_TAG_UNIVERSAL_STRING)
			return ctn_say(text, text_n, "%s is neither PrintableString nor UTF8String", attr_name(&at));
	return true;
}

/* ISO 3166-1 alpha-2 as assigned, and XX, which certificates use where no country applies. */
static bool
is_country(ctn_span value)
{
	static const char assigned[] =
	    "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCX"
	    "CYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIR"
	    "ISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNE"
	    "NFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTF"
	    "TGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXXYEYTZAZMZW";

	if (value.n != 2)
		return false;
	for (size_t i = 0; i + 2 < sizeof(assigned); i += 2)
		if (memcmp(assigned + i, value.p, 2) == 0)
			return true;
	return false;
}

bool
ctn_rule_subject_country(const ctn_lint_subject *s, char *text, size_t text_n)
{
	struct walk w = walk_over(s->cert->subject);
	char shown[24];
	struct attr at;

	while (next_attr(&w, &at)) {
		if (!ctn_span_equal(at.oid, ctn_oid_at_country) || is_country(at.value))
			continue;
		ctn_say_bytes(shown, sizeof(shown), at.value);
		return ctn_say(text, text_n, "C is \"%s\"", shown);
	}
	return true;
}

/* Wide strings hold zero octets by nature; in the others C0, DEL and (in UTF-8) C1 are the control characters. */
static bool
has_control(const struct attr *at)
{
	if (at->tag == CTN_TAG_BMP_STRING || at->tag == CTN_TAG_UNIVERSAL_STRING)
		return false;
	for (size_t i = 0; i < at->value.n; i++) {
		uint8_t c = at->value.p[i];

		if (c < 0x20 || c == 0x7f)
			return true;
		if (at->tag == CTN_TAG_UTF8_STRING && c == 0xc2 && i + 1 < at->value.n && at->value.p[i + 1] < 0xa0)
			return true;
	}
	return false;
}

bool
ctn_rule_subject_control(const ctn_lint_subject *s, char *text, size_t text_n)
{
	struct walk w = walk_over(s->cert->subject);
	struct attr at;

	while (next_attr(&w, &at))
		if (has_control(&at))
			return ctn_say(text, text_n, "%s holds a control character", attr_name(&at));
	return true;
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
trimmed(ctn_span name, char *text, size_t text_n)
{
	struct walk w = walk_over(name);
	struct attr at;

	while (next_attr(&w, &at))
		if (at.value.n > 0 && (is_space(at.value.p[0]) || is_space(at.value.p[at.value.n - 1])))
			return ctn_say(text, text_n, "%s begins or ends with white space", attr_name(&at));
	return true;
}

bool
ctn_rule_subject_whitespace(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return trimmed(s->cert->subject, text, text_n);
}

bool
ctn_rule_issuer_whitespace(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return trimmed(s->cert->issuer, text, text_n);
}

static bool
says_something(ctn_span value)
{
	for (size_t i = 0; i < value.n; i++) {
		uint8_t c = value.p[i];

		if (c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
			return true;
	}
	return value.n == 0;
}

bool
ctn_rule_subject_meaningless(const ctn_lint_subject *s, char *text, size_t text_n)
{
	struct walk w = walk_over(s->cert->subject);
	struct attr at;

	while (next_attr(&w, &at))
		if (!says_something(at.value))
			return ctn_say(text, text_n, "%s is only punctuation", attr_name(&at));
	return true;
}

static bool
may_repeat(ctn_span oid)
{
	return ctn_span_equal(oid, ctn_oid_at_domain_component) || ctn_span_equal(oid, ctn_oid_at_organizational_unit) ||
	    ctn_span_equal(oid, ctn_oid_at_street);
}

bool
ctn_rule_subject_repeated(const ctn_lint_subject *s, char *text, size_t text_n)
{
	struct walk w = walk_over(s->cert->subject);
	struct attr at, other;

	while (next_attr(&w, &at)) {
		struct walk behind = w;

		while (!may_repeat(at.oid) && next_attr(&behind, &other))
			if (ctn_span_equal(at.oid, other.oid))
				return ctn_say(text, text_n, "%s stands twice", attr_name(&at));
	}
	return true;
}

static bool
in_names(const ctn_cert *c, enum ctn_name_type type, ctn_span value)
{
	ctn_general_name name;
	ctn_der names;

	if (!ctn_peek_names(&names, c, ctn_oid_subject_alt_name))
		return false;
	while (!ctn_der_end(&names) && ctn_general_next(&names, &name)) {
		if (name.type != type || name.value.n != value.n)
			continue;
		if (strncasecmp((const char *)name.value.p, (const char *)value.p, value.n) == 0)
			return true;
	}
	return false;
}

bool
ctn_rule_subject_email(const ctn_lint_subject *s, char *text, size_t text_n)
{
	struct walk w = walk_over(s->cert->subject);
	struct attr at;

	while (next_attr(&w, &at)) {
		if (!ctn_span_equal(at.oid, ctn_oid_at_email) || in_names(s->cert, CTN_NAME_EMAIL, at.value))
			continue;
		return ctn_say(text, text_n, "the subject's e-mail address is not among the alternative names");
	}
	return true;
}

/* A dot and nothing that a host name cannot hold: people and machines without a domain are called what they like. */
static bool
looks_like_host(ctn_span value)
{
	return value.n > 0 && memchr(value.p, '.', value.n) != NULL && ctn_dns_valid(value, true);
}

bool
ctn_rule_common_name(const ctn_lint_subject *s, char *text, size_t text_n)
{
	struct walk w = walk_over(s->cert->subject);
	struct attr at;
	char shown[80];

	while (next_attr(&w, &at)) {
		if (!ctn_span_equal(at.oid, ctn_oid_at_common_name) || !looks_like_host(at.value))
			continue;
		if (in_names(s->cert, CTN_NAME_DNS, at.value))
			continue;
		ctn_say_bytes(shown, sizeof(shown), at.value);
		return ctn_say(text, text_n, "the common name %s is not among the alternative names", shown);
	}
	return true;
}
