/* Rules over a CRL as a whole. */
#include <stdlib.h>

#include "base/time.h"
#include "der/oid.h"
#include "lint/decode.h"
#include "lint/rules.h"
#include "lint/say.h"
#include "name/dn.h"

#define NUMBER_MAX 20
#define YEAR_2050 INT64_C(2524608000) /* 2050-01-01T00:00:00Z */

bool
ctn_rule_crl_algorithm_mismatch(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_algorithms(s->crl->inner_alg, s->crl->outer_alg, text, text_n);
}

bool
ctn_rule_crl_signature_unknown(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_signature_known(s->crl->inner_alg, text, text_n);
}

bool
ctn_rule_crl_signature_weak(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_signature_strong(s->crl->inner_alg, text, text_n);
}

bool
ctn_rule_crl_signature_fits_key(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_signature_fits(s->crl->inner_alg, s->issuer, text, text_n);
}

bool
ctn_rule_crl_version(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return s->crl->version == 2 || ctn_say(text, text_n, "the version is %u", s->crl->version);
}

bool
ctn_rule_crl_issuer_empty(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return !ctn_dn_is_empty(s->crl->issuer) || ctn_say(text, text_n, "the issuer's name is empty");
}

bool
ctn_rule_crl_issuer_name(const ctn_lint_subject *s, char *text, size_t text_n)
{
	if (s->issuer == NULL || ctn_span_equal(s->crl->issuer, s->issuer->subject))
		return true;
	return ctn_say(text, text_n, "the issuer's name is not, byte by byte, the subject of its certificate");
}

bool
ctn_rule_crl_issuer_usage(const ctn_lint_subject *s, char *text, size_t text_n)
{
	uint32_t usage;

	if (s->issuer == NULL || !ctn_peek_key_usage(&usage, s->issuer) || (usage & CTN_KU_CRL_SIGN) != 0)
		return true;
	return ctn_say(text, text_n, "the issuer's key usage has no cRLSign");
}

/* The next element, when it is a time, is written as RFC 5280 4.1.2.5 says; anything else is left to the parser. */
static bool
time_written_well(ctn_der *r)
{
	bool generalized;
	int64_t at_s;

	return !ctn_der_time(r, &at_s, &generalized) || (at_s >= YEAR_2050) == generalized;
}

static bool
update_times_well(const ctn_crl *crl)
{
	ctn_der r = ctn_der_over(crl->tbs), tbs;
	ctn_span skipped;

	if (!ctn_der_sequence(&r, &tbs))
		return true;
	if (ctn_der_tag(&tbs) == CTN_TAG_INTEGER && !ctn_der_any(&tbs, &skipped))
		return true;
	if (!ctn_der_any(&tbs, &skipped) || !ctn_der_any(&tbs, &skipped))
		return true;
	return time_written_well(&tbs) && time_written_well(&tbs);
}

bool
ctn_rule_crl_time_encoding(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_der list = ctn_der_over(s->crl->entries), entry;
	ctn_span serial;

	if (!update_times_well(s->crl))
		return ctn_say(text, text_n, "thisUpdate or nextUpdate is written in the form of the other half of the century");
	while (!ctn_der_end(&list) && ctn_der_sequence(&list, &entry) && ctn_der_integer(&entry, &serial))
		if (!time_written_well(&entry))
			return ctn_say(text, text_n, "a revocation date is written in the form of the other half of the century");
	return true;
}

bool
ctn_rule_crl_next_update(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return s->crl->has_next_update || ctn_say(text, text_n, "there is no nextUpdate");
}

bool
ctn_rule_crl_update_order(const ctn_lint_subject *s, char *text, size_t text_n)
{
	char this_update[32], next_update[32];

	if (!s->crl->has_next_update || s->crl->next_update > s->crl->this_update)
		return true;
	ctn_time_text(this_update, s->crl->this_update);
	ctn_time_text(next_update, s->crl->next_update);
	return ctn_say(text, text_n, "thisUpdate is %s, nextUpdate %s", this_update, next_update);
}

bool
ctn_rule_crl_future(const ctn_lint_subject *s, char *text, size_t text_n)
{
	char this_update[32];

	if (s->now_s == 0 || s->crl->this_update <= s->now_s)
		return true;
	ctn_time_text(this_update, s->crl->this_update);
	return ctn_say(text, text_n, "thisUpdate is %s", this_update);
}

bool
ctn_rule_crl_list_empty(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return !s->crl->has_list || s->crl->entries.n > 0 || ctn_say(text, text_n, "there is an empty list of revoked certificates");
}

bool
ctn_rule_crl_extension_repeated(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_repeated(&s->crl->exts, text, text_n);
}

bool
ctn_rule_crl_extension_malformed(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_decodes(&s->crl->exts, text, text_n);
}

bool
ctn_rule_crl_extension_unknown(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_known(&s->crl->exts, text, text_n);
}

bool
ctn_rule_crl_aki_missing(const ctn_lint_subject *s, char *text, size_t text_n)
{
	const ctn_ext *ext = ctn_exts_find(&s->crl->exts, ctn_oid_authority_key_id);
	struct ctn_err e = { 0 };
	ctn_aki aki;

	if (ext == NULL)
		return ctn_say(text, text_n, "there is no authority key identifier");
	if (!ctn_ext_aki(&aki, ext->value, &e) || aki.key_id.n > 0)
		return true;
	return ctn_say(text, text_n, "the authority key identifier holds no key identifier");
}

bool
ctn_rule_crl_aki_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->crl->exts, ctn_oid_authority_key_id, false, text, text_n);
}

bool
ctn_rule_crl_aki_mismatch(const ctn_lint_subject *s, char *text, size_t text_n)
{
	const ctn_ext *ext = ctn_exts_find(&s->crl->exts, ctn_oid_authority_key_id);
	struct ctn_err e = { 0 };
	ctn_aki aki;

	if (ext == NULL || s->issuer == NULL || !ctn_ext_aki(&aki, ext->value, &e))
		return true;
	return ctn_say_key_ids(aki.key_id, ctn_cert_key_id(s->issuer), text, text_n);
}

bool
ctn_rule_crl_number_missing(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_exts_find(&s->crl->exts, ctn_oid_crl_number) != NULL || ctn_say(text, text_n, "there is no CRL number");
}

bool
ctn_rule_crl_number_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->crl->exts, ctn_oid_crl_number, false, text, text_n);
}

/* INTEGER of an extension that holds nothing else; false when it is absent or no INTEGER. */
static bool
peek_number(ctn_span *number, const ctn_crl *crl, ctn_span oid)
{
	const ctn_ext *ext = ctn_exts_find(&crl->exts, oid);
	ctn_der r;

	if (ext == NULL)
		return false;
	r = ctn_der_over(ext->value);
	return ctn_der_integer(&r, number);
}

static bool
number_well(ctn_span number)
{
	return (number.p[0] & 0x80) == 0 && number.n <= NUMBER_MAX;
}

bool
ctn_rule_crl_number_form(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_span number;

	if (peek_number(&number, s->crl, ctn_oid_crl_number) && !number_well(number))
		return ctn_say(text, text_n, "the CRL number is negative or over %d octets", NUMBER_MAX);
	if (peek_number(&number, s->crl, ctn_oid_delta_crl_indicator) && !number_well(number))
		return ctn_say(text, text_n, "the base's number is negative or over %d octets", NUMBER_MAX);
	return true;
}

bool
ctn_rule_crl_delta_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->crl->exts, ctn_oid_delta_crl_indicator, true, text, text_n);
}

bool
ctn_rule_crl_delta_base(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_span base, own;

	if (!peek_number(&base, s->crl, ctn_oid_delta_crl_indicator) || !peek_number(&own, s->crl, ctn_oid_crl_number))
		return true;
	if (!number_well(base) || !number_well(own))
		return true;
	/* minimal and not negative: the longer one is the greater */
	if (base.n < own.n || (base.n == own.n && memcmp(base.p, own.p, own.n) < 0))
		return true;
	return ctn_say(text, text_n, "the base's number is not below the delta's own");
}

bool
ctn_rule_crl_idp_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->crl->exts, ctn_oid_issuing_distribution_point, true, text, text_n);
}

static bool
peek_idp(ctn_idp *idp, const ctn_crl *crl)
{
	const ctn_ext *ext = ctn_exts_find(&crl->exts, ctn_oid_issuing_distribution_point);
	struct ctn_err e = { 0 };

	return ext != NULL && ctn_ext_idp(idp, ext->value, &e);
}

bool
ctn_rule_crl_idp_form(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_idp idp;

	if (!peek_idp(&idp, s->crl))
		return true;
	if (idp.only_user + idp.only_ca + idp.only_attribute > 1)
		return ctn_say(text, text_n, "the issuing distribution point limits the scope more than once");
	if (!idp.has_point && !idp.only_user && !idp.only_ca && !idp.only_attribute && !idp.indirect && !idp.has_reasons)
		return ctn_say(text, text_n, "the issuing distribution point is empty");
	return true;
}

bool
ctn_rule_crl_freshest(const ctn_lint_subject *s, char *text, size_t text_n)
{
	const ctn_ext *ext = ctn_exts_find(&s->crl->exts, ctn_oid_freshest_crl);

	if (ext == NULL)
		return true;
	if (ctn_exts_find(&s->crl->exts, ctn_oid_delta_crl_indicator) != NULL)
		return ctn_say(text, text_n, "a delta CRL points to delta CRLs");
	return ctn_say_critical(&s->crl->exts, ctn_oid_freshest_crl, false, text, text_n);
}

bool
ctn_rule_crl_entry_malformed(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_der list = ctn_der_over(s->crl->entries);
	ctn_crl_entry entry;

	for (size_t i = 0; !ctn_der_end(&list); i++)
		if (!ctn_crl_next(&list, &entry))
			return ctn_say(text, text_n, "entry %zu cannot be decoded, at byte %zu of the list", i, ctn_der_offset(&list));
	return true;
}

static int
by_value(const void *a, const void *b)
{
	return ctn_span_compare(*(const ctn_span *)a, *(const ctn_span *)b);
}

/* Serials in the order of the list; *sorted when each is over the one before it, so that none can stand twice. */
static size_t
gather(ctn_span *serials, bool *sorted, ctn_span entries)
{
	ctn_der list = ctn_der_over(entries);
	ctn_crl_entry entry;
	size_t n = 0;

	*sorted = true;
	while (!ctn_der_end(&list) && ctn_crl_next(&list, &entry)) {
		if (n > 0 && *sorted && serials != NULL)
			*sorted = ctn_span_compare(serials[n - 1], entry.serial) < 0;
		if (serials != NULL)
			serials[n] = entry.serial;
		n++;
	}
	return n;
}

static bool
say_twice(ctn_span *serials, size_t n, char *text, size_t text_n)
{
	char shown[2 * 24 + 1];

	qsort(serials, n, sizeof(*serials), by_value);
	for (size_t i = 1; i < n; i++) {
		if (!ctn_span_equal(serials[i - 1], serials[i]))
			continue;
		ctn_hex(shown, (ctn_span){ serials[i].p, serials[i].n < 24 ? serials[i].n : 24 });
		return ctn_say(text, text_n, "serial number %s stands twice", shown);
	}
	return true;
}

bool
ctn_rule_crl_serial_repeated(const ctn_lint_subject *s, char *text, size_t text_n)
{
	size_t n;
	ctn_span *serials;
	ctn_idp idp;
	bool sorted, ok;

	/* entries of an indirect CRL are of many issuers, each with serials of its own */
	if (peek_idp(&idp, s->crl) && idp.indirect)
		return true;
	n = gather(NULL, &sorted, s->crl->entries);
	serials = ctn_new(ctn_span, n);
	if (serials == NULL)
		return ctn_say(text, text_n, "out of memory: %zu serial numbers were not compared", n);
	n = gather(serials, &sorted, s->crl->entries);
	ok = sorted || say_twice(serials, n, text, text_n);
	ctn_free(serials);
	return ok;
}
