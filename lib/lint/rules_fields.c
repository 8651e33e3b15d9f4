/* Rules over the fields of a certificate: algorithm, version, serial, names of issuer and subject as bytes, validity. */
#include "base/time.h"
#include "lint/rules.h"
#include "lint/say.h"
#include "name/dn.h"

#define SERIAL_MAX 20
#define SERIAL_ROOM 8               /* octets that 64 random bits take */
#define YEAR_2050 INT64_C(2524608000) /* 2050-01-01T00:00:00Z */

bool
ctn_rule_algorithm_mismatch(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_algorithms(s->cert->inner_alg, s->cert->outer_alg, text, text_n);
}

bool
ctn_rule_signature_unknown(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_signature_known(s->cert->inner_alg, text, text_n);
}

bool
ctn_rule_signature_weak(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_signature_strong(s->cert->inner_alg, text, text_n);
}

/* A root is its own issuer, also when nobody says so. */
static const ctn_cert *
issuer_of(const ctn_lint_subject *s)
{
	return s->issuer == NULL && s->role == CTN_ROLE_ROOT ? s->cert : s->issuer;
}

bool
ctn_rule_signature_fits_key(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_signature_fits(s->cert->inner_alg, issuer_of(s), text, text_n);
}

bool
ctn_rule_version(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return s->cert->version == 3 || ctn_say(text, text_n, "the version is %u", s->cert->version);
}

bool
ctn_rule_serial_positive(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_span serial = s->cert->serial;

	if (serial.n == 0 || (serial.p[0] & 0x80) != 0)
		return ctn_say(text, text_n, "the serial number is negative");
	if (serial.n == 1 && serial.p[0] == 0)
		return ctn_say(text, text_n, "the serial number is zero");
	return true;
}

bool
ctn_rule_serial_length(const ctn_lint_subject *s, char *text, size_t text_n)
{
	size_t n = s->cert->serial.n;

	return n <= SERIAL_MAX || ctn_say(text, text_n, "the serial number takes %zu octets; %d at most", n, SERIAL_MAX);
}

bool
ctn_rule_serial_entropy(const ctn_lint_subject *s, char *text, size_t text_n)
{
	size_t n = s->cert->serial.n;

	return n >= SERIAL_ROOM || ctn_say(text, text_n, "the serial number takes %zu octet%s: guessable, 64 random bits take %d",
	    n, n == 1 ? "" : "s", SERIAL_ROOM);
}

bool
ctn_rule_unique_identifier(const ctn_lint_subject *s, char *text, size_t text_n)
{
	if (s->cert->issuer_uid.n != 0)
		return ctn_say(text, text_n, "there is an issuerUniqueID");
	if (s->cert->subject_uid.n != 0)
		return ctn_say(text, text_n, "there is a subjectUniqueID");
	return true;
}

bool
ctn_rule_issuer_empty(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return !ctn_dn_is_empty(s->cert->issuer) || ctn_say(text, text_n, "the issuer's name is empty");
}

bool
ctn_rule_issuer_name(const ctn_lint_subject *s, char *text, size_t text_n)
{
	const ctn_cert *issuer = issuer_of(s);

	if (issuer == NULL || ctn_span_equal(s->cert->issuer, issuer->subject))
		return true;
	if (ctn_dn_equal(s->cert->issuer, issuer->subject))
		return ctn_say(text, text_n, "the issuer's name is its subject written with other bytes");
	return ctn_say(text, text_n, "the issuer's name is not the subject of its certificate");
}

static bool
encoded_well(int64_t at_s, bool generalized)
{
	return (at_s >= YEAR_2050) == generalized;
}

bool
ctn_rule_time_encoding(const ctn_lint_subject *s, char *text, size_t text_n)
{
	const ctn_cert *c = s->cert;
	bool before_ok = encoded_well(c->not_before, c->not_before_generalized);

	if (before_ok && encoded_well(c->not_after, c->not_after_generalized))
		return true;
	return ctn_say(text, text_n, "%s is written as %s", before_ok ? "notAfter" : "notBefore",
	    (before_ok ? c->not_after_generalized : c->not_before_generalized) ? "GeneralizedTime before 2050"
	                                                                      : "UTCTime after 2049");
}

bool
ctn_rule_validity_order(const ctn_lint_subject *s, char *text, size_t text_n)
{
	const ctn_cert *c = s->cert;
	char begin[32], end[32];

	if (c->not_after >= c->not_before)
		return true;
	ctn_time_text(begin, c->not_before);
	ctn_time_text(end, c->not_after);
	return ctn_say(text, text_n, "it ends at %s, before it begins at %s", end, begin);
}

static bool
ends_within_issuer(const ctn_lint_subject *s, char *text, size_t text_n)
{
	char own[32], issuers[32];

	if (s->issuer == NULL || s->cert->not_after <= s->issuer->not_after)
		return true;
	ctn_time_text(own, s->cert->not_after);
	ctn_time_text(issuers, s->issuer->not_after);
	return ctn_say(text, text_n, "it ends at %s, its issuer at %s", own, issuers);
}

bool
ctn_rule_leaf_outlives_issuer(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ends_within_issuer(s, text, text_n);
}

bool
ctn_rule_ca_outlives_issuer(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ends_within_issuer(s, text, text_n);
}
