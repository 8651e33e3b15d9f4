/* Rules over each entry of a CRL. They run by the million: nothing here allocates. */
#include "der/oid.h"
#include "lint/rules.h"
#include "lint/say.h"

#define SHOWN 24 /* octets of a serial that a text has room for */

static bool
say_entry(const ctn_crl_entry *entry, const char *what, char *text, size_t text_n)
{
	char serial[2 * SHOWN + 1];

	ctn_hex(serial, (ctn_span){ entry->serial.p, entry->serial.n < SHOWN ? entry->serial.n : SHOWN });
	return ctn_say(text, text_n, "the entry of %s %s", serial, what);
}

static ctn_der
extensions(const ctn_crl_entry *entry)
{
	ctn_der r = ctn_der_over(entry->exts), list;

	return ctn_der_sequence(&r, &list) ? list : ctn_der_over((ctn_span){ 0 });
}

bool
ctn_rule_entry_extension_repeated(const ctn_lint_subject *s, const ctn_crl_entry *entry, char *text, size_t text_n)
{
	ctn_der list = extensions(entry);
	ctn_ext ext, other;

	(void)s;
	while (!ctn_der_end(&list) && ctn_ext_next(&list, &ext)) {
		ctn_der behind = list;

		/* bounded: a hostile entry may hold thousands */
		for (unsigned i = 0; i < CTN_EXT_MAX && !ctn_der_end(&behind) && ctn_ext_next(&behind, &other); i++)
			if (ctn_span_equal(ext.oid, other.oid))
				return say_entry(entry, "has an extension twice", text, text_n);
	}
	return true;
}

bool
ctn_rule_entry_unknown(const ctn_lint_subject *s, const ctn_crl_entry *entry, char *text, size_t text_n)
{
	(void)s;
	return !entry->unknown_critical || say_entry(entry, "has an unknown critical extension", text, text_n);
}

bool
ctn_rule_entry_unspecified(const ctn_lint_subject *s, const ctn_crl_entry *entry, char *text, size_t text_n)
{
	(void)s;
	if (!entry->has_reason || entry->reason != CTN_REASON_UNSPECIFIED)
		return true;
	return say_entry(entry, "gives the reason unspecified", text, text_n);
}

bool
ctn_rule_entry_reason(const ctn_lint_subject *s, const ctn_crl_entry *entry, char *text, size_t text_n)
{
	(void)s;
	if (!entry->has_reason || ctn_crl_reason_name(entry->reason) != NULL)
		return true;
	return say_entry(entry, "gives a reason that does not exist", text, text_n);
}

bool
ctn_rule_entry_remove(const ctn_lint_subject *s, const ctn_crl_entry *entry, char *text, size_t text_n)
{
	if (!entry->has_reason || entry->reason != CTN_REASON_REMOVE_FROM_CRL)
		return true;
	if (ctn_exts_find(&s->crl->exts, ctn_oid_delta_crl_indicator) != NULL)
		return true;
	return say_entry(entry, "says removeFromCRL, but this is no delta", text, text_n);
}

bool
ctn_rule_entry_critical(const ctn_lint_subject *s, const ctn_crl_entry *entry, char *text, size_t text_n)
{
	ctn_der list = extensions(entry);
	ctn_ext ext;

	(void)s;
	while (!ctn_der_end(&list) && ctn_ext_next(&list, &ext)) {
		if (ext.critical && ctn_span_equal(ext.oid, ctn_oid_crl_reason))
			return say_entry(entry, "has a critical reason", text, text_n);
		if (ext.critical && ctn_span_equal(ext.oid, ctn_oid_invalidity_date))
			return say_entry(entry, "has a critical invalidity date", text, text_n);
		if (!ext.critical && ctn_span_equal(ext.oid, ctn_oid_certificate_issuer))
			return say_entry(entry, "has a certificate issuer that is not critical", text, text_n);
	}
	return true;
}

bool
ctn_rule_entry_future(const ctn_lint_subject *s, const ctn_crl_entry *entry, char *text, size_t text_n)
{
	return entry->revoked_at <= s->crl->this_update || say_entry(entry, "was revoked after thisUpdate", text, text_n);
}

bool
ctn_rule_entry_issuer(const ctn_lint_subject *s, const ctn_crl_entry *entry, char *text, size_t text_n)
{
	const ctn_ext *ext;
	struct ctn_err e = { 0 };
	ctn_idp idp;

	if (entry->certificate_issuer.n == 0)
		return true;
	ext = ctn_exts_find(&s->crl->exts, ctn_oid_issuing_distribution_point);
	if (ext != NULL && (!ctn_ext_idp(&idp, ext->value, &e) || idp.indirect))
		return true;
	return say_entry(entry, "names a certificate issuer, but this is no indirect CRL", text, text_n);
}
