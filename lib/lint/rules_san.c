/* Rules over the alternative names, the names that a certificate speaks for. */
#include <strings.h>

#include "base/mem.h"
#include "der/oid.h"
#include "lint/rules.h"
#include "lint/say.h"
#include "name/constraint.h"
#include "name/dn.h"
#include "name/dns.h"
#include "name/general.h"
#include "name/ip.h"

#define LABEL_MAX 63

enum dns_fault {
	DNS_CHARACTERS = 1u << 0,
	DNS_EMPTY_LABEL = 1u << 1,
	DNS_LABEL_LENGTH = 1u << 2,
	DNS_LENGTH = 1u << 3,
	DNS_WILDCARD = 1u << 4,
	DNS_HYPHEN = 1u << 5,
	DNS_CASE = 1u << 6,
	DNS_UNDERSCORE = 1u << 7
};

static const ctn_ext *
san_of(const ctn_cert *c)
{
	return ctn_exts_find(&c->exts, ctn_oid_subject_alt_name);
}

bool
ctn_rule_san_missing(const ctn_lint_subject *s, char *text, size_t text_n)
{
	if (san_of(s->cert) != NULL || !ctn_peek_eku_has(s->cert, ctn_oid_kp_server_auth))
		return true;
	return ctn_say(text, text_n, "a server's certificate has no alternative names");
}

bool
ctn_rule_san_not_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	if (!ctn_dn_is_empty(s->cert->subject))
		return true;
	return ctn_say_critical(&s->cert->exts, ctn_oid_subject_alt_name, true, text, text_n);
}

bool
ctn_rule_san_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	if (ctn_dn_is_empty(s->cert->subject))
		return true;
	return ctn_say_critical(&s->cert->exts, ctn_oid_subject_alt_name, false, text, text_n);
}

static unsigned
label_faults(ctn_span label, bool left_most, bool alone)
{
	unsigned faults = 0;
	bool star = memchr(label.p, '*', label.n) != NULL;

	if (label.n == 0)
		return DNS_EMPTY_LABEL;
	if (label.n > LABEL_MAX)
		faults |= DNS_LABEL_LENGTH;
	if (star && (label.n > 1 || !left_most || alone))
		faults |= DNS_WILDCARD;
	if (label.p[0] == '-' || label.p[label.n - 1] == '-')
		faults |= DNS_HYPHEN;
	return faults;
}

static unsigned
octet_faults(uint8_t c)
{
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '*')
		return 0;
	if (c >= 'A' && c <= 'Z')
		return DNS_CASE;
	return c == '_' ? DNS_UNDERSCORE : DNS_CHARACTERS;
}

/* All that is wrong with one dNSName, as bits of enum dns_fault. */
static unsigned
dns_faults(ctn_span name)
{
	unsigned faults = name.n > CTN_DNS_MAX ? DNS_LENGTH : 0;
	size_t start = 0;

	if (name.n == 0)
		return DNS_EMPTY_LABEL;
	for (size_t i = 0; i <= name.n; i++) {
		if (i < name.n && name.p[i] != '.') {
			faults |= octet_faults(name.p[i]);
			continue;
		}
		faults |= label_faults((ctn_span){ name.p + start, i - start }, start == 0, i == name.n);
		start = i + 1;
	}
	return faults;
}

typedef bool (*name_check)(const ctn_general_name *name, unsigned bits, struct ctn_err *e);

/* The first name of that type that does not pass; types other than DIRECTORY are shown by their own bytes. */
static bool
each_name(const ctn_lint_subject *s, enum ctn_name_type type, name_check check, unsigned bits, char *text, size_t text_n)
{
	struct ctn_err e = { 0 };
	ctn_general_name name;
	char shown[80];
	ctn_der names;

	if (!ctn_peek_names(&names, s->cert, ctn_oid_subject_alt_name))
		return true;
	while (!ctn_der_end(&names) && ctn_general_next(&names, &name)) {
		if (name.type != type || check(&name, bits, &e))
			continue;
		ctn_say_bytes(shown, sizeof(shown), name.value);
		return ctn_say(text, text_n, "%s name \"%s\"%s%s", ctn_name_type_text(type), shown, e.text[0] != '\0' ? ": " : "",
		    e.text);
	}
	return true;
}

static bool
without_fault(const ctn_general_name *name, unsigned bits, struct ctn_err *e)
{
	(void)e;
	return (dns_faults(name->value) & bits) == 0;
}

static bool
dns_without(const ctn_lint_subject *s, enum dns_fault fault, char *text, size_t text_n)
{
	return each_name(s, CTN_NAME_DNS, without_fault, fault, text, text_n);
}

bool
ctn_rule_dns_characters(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return dns_without(s, DNS_CHARACTERS, text, text_n);
}

bool
ctn_rule_dns_empty_label(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return dns_without(s, DNS_EMPTY_LABEL, text, text_n);
}

bool
ctn_rule_dns_label_length(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return dns_without(s, DNS_LABEL_LENGTH, text, text_n);
}

bool
ctn_rule_dns_length(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return dns_without(s, DNS_LENGTH, text, text_n);
}

bool
ctn_rule_dns_wildcard(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return dns_without(s, DNS_WILDCARD, text, text_n);
}

bool
ctn_rule_dns_hyphen(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return dns_without(s, DNS_HYPHEN, text, text_n);
}

bool
ctn_rule_dns_case(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return dns_without(s, DNS_CASE, text, text_n);
}

bool
ctn_rule_dns_underscore(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return dns_without(s, DNS_UNDERSCORE, text, text_n);
}

static bool
has_a_label(ctn_span name)
{
	for (size_t i = 0; i + 4 <= name.n; i++)
		if ((i == 0 || name.p[i - 1] == '.') && strncasecmp((const char *)name.p + i, "xn--", 4) == 0)
			return true;
	return false;
}

/* Only a name that is well-formed otherwise is asked for its IDNA: everything else has its own rule. */
static bool
idna_made_it(const ctn_general_name *name, unsigned bits, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = NULL;
	char *canonical, *given;
	bool wildcard;

	(void)bits;
	if (!has_a_label(name->value) || (dns_faults(name->value) & ~(unsigned)(DNS_CASE | DNS_UNDERSCORE)) != 0)
		return true;
	a = ctn_arena_open(0);
	given = a != NULL ? ctn_arena_text_n(a, (const char *)name->value.p, name->value.n) : NULL;
	if (given == NULL)
		return ctn_fail_memory(e);
	for (char *p = given; *p != '\0'; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
	return ctn_dns_canonical(&canonical, &wildcard, given, a, e);
}

bool
ctn_rule_dns_a_label(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return each_name(s, CTN_NAME_DNS, idna_made_it, 0, text, text_n);
}

static bool
no_address(const ctn_general_name *name, unsigned bits, struct ctn_err *e)
{
	struct ctn_err ignored = { 0 };
	char copy[64] = { 0 };
	ctn_ip ip;

	(void)bits;
	if (name->value.n >= sizeof(copy) || memchr(name->value.p, '\0', name->value.n) != NULL)
		return true;
	memcpy(copy, name->value.p, name->value.n);
	return !ctn_ip_parse(&ip, copy, &ignored) || ctn_fail(e, CTN_EINPUT, "it is an IP address");
}

bool
ctn_rule_dns_address(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return each_name(s, CTN_NAME_DNS, no_address, 0, text, text_n);
}

static bool
legal(const ctn_general_name *name, unsigned bits, struct ctn_err *e)
{
	(void)bits;
	return ctn_general_check(name, e);
}

bool
ctn_rule_ip_form(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return each_name(s, CTN_NAME_IP, legal, 0, text, text_n);
}

bool
ctn_rule_email_form(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return each_name(s, CTN_NAME_EMAIL, legal, 0, text, text_n);
}

bool
ctn_rule_uri_form(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return each_name(s, CTN_NAME_URI, legal, 0, text, text_n);
}

bool
ctn_rule_directory_form(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return each_name(s, CTN_NAME_DIRECTORY, legal, 0, text, text_n);
}

bool
ctn_rule_ian_form(const ctn_lint_subject *s, char *text, size_t text_n)
{
	struct ctn_err e = { 0 };
	ctn_general_name name;
	char shown[80];
	ctn_der names;

	if (!ctn_peek_names(&names, s->cert, ctn_oid_issuer_alt_name))
		return true;
	while (!ctn_der_end(&names) && ctn_general_next(&names, &name)) {
		if (ctn_general_check(&name, &e))
			continue;
		ctn_say_bytes(shown, sizeof(shown), name.value);
		return ctn_say(text, text_n, "%s name \"%s\": %s", ctn_name_type_text(name.type), shown, e.text);
	}
	return true;
}

/* A hundred names are compared with those behind them, ten thousand are not worth a notice. */
#define REPEATED_LOOK 1000

bool
ctn_rule_san_repeated(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_general_name name, other;
	char shown[80];
	ctn_der names;

	if (!ctn_peek_names(&names, s->cert, ctn_oid_subject_alt_name))
		return true;
	for (unsigned i = 0; i < REPEATED_LOOK && !ctn_der_end(&names) && ctn_general_next(&names, &name); i++) {
		ctn_der behind = names;

		for (unsigned k = i; k < REPEATED_LOOK && !ctn_der_end(&behind) && ctn_general_next(&behind, &other); k++) {
			if (name.type != other.type || !ctn_span_equal(name.value, other.value))
				continue;
			ctn_say_bytes(shown, sizeof(shown), name.value);
			return ctn_say(text, text_n, "%s name \"%s\" stands twice", ctn_name_type_text(name.type), shown);
		}
	}
	return true;
}

static bool
within(const ctn_name_constraints *nc, const ctn_general_name *name, char *text, size_t text_n)
{
	enum ctn_constraint_answer answer = ctn_constraints_judge(nc, name, NULL, NULL);
	char shown[80];

	if (answer == CTN_CONSTRAINT_OK)
		return true;
	ctn_say_bytes(shown, sizeof(shown), name->value);
	return ctn_say(text, text_n, "%s name \"%s\" is %s the issuer's name constraints", ctn_name_type_text(name->type), shown,
	    answer == CTN_CONSTRAINT_EXCLUDED ? "excluded by" : "not within");
}

bool
ctn_rule_names_in_constraints(const ctn_lint_subject *s, char *text, size_t text_n)
{
	const ctn_ext *ext = s->issuer != NULL ? ctn_exts_find(&s->issuer->exts, ctn_oid_name_constraints) : NULL;
	ctn_general_name name = { .type = CTN_NAME_DIRECTORY, .value = s->cert->subject };
	struct ctn_err e = { 0 };
	ctn_name_constraints nc;
	ctn_der names;

	if (ext == NULL)
		return true;
	if (!ctn_constraints_parse(&nc, ext->value, &e))
		return ctn_say(text, text_n, "the issuer's name constraints: %s", e.text);
	if (!ctn_dn_is_empty(s->cert->subject) && !within(&nc, &name, text, text_n))
		return false;
	if (!ctn_peek_names(&names, s->cert, ctn_oid_subject_alt_name))
		return true;
	while (!ctn_der_end(&names) && ctn_general_next(&names, &name))
		if (!within(&nc, &name, text, text_n))
			return false;
	return true;
}
