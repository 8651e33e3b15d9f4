/* Rules over extensions as such, key identifiers, and name constraints. */
#include "der/oid.h"
#include "lint/decode.h"
#include "lint/rules.h"
#include "lint/say.h"
#include "name/constraint.h"

/* Known here alone: nothing of this project acts upon them. */
#define OID_DIRECTORY_ATTRIBUTES CTN_SPAN("\x55\x1d\x09")

bool
ctn_rule_extension_repeated(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return !s->cert->exts.repeated || ctn_say_repeated(&s->cert->exts, text, text_n);
}

bool
ctn_rule_extension_malformed(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_decodes(&s->cert->exts, text, text_n);
}

bool
ctn_rule_extension_unknown(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_known(&s->cert->exts, text, text_n);
}

/* RFC 5280, 4.2.1.1: only where a CA hands out its own key may the identifier be left out; roots are not asked */
bool
ctn_rule_aki_missing(const ctn_lint_subject *s, char *text, size_t text_n)
{
	if (ctn_exts_find(&s->cert->exts, ctn_oid_authority_key_id) != NULL)
		return true;
	return ctn_say(text, text_n, "there is no authority key identifier");
}

static bool
peek_aki(ctn_aki *aki, const ctn_cert *c)
{
	const ctn_ext *ext = ctn_exts_find(&c->exts, ctn_oid_authority_key_id);
	struct ctn_err e = { 0 };

	return ext != NULL && ctn_ext_aki(aki, ext->value, &e);
}

bool
ctn_rule_aki_no_key_id(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_aki aki;

	if (!peek_aki(&aki, s->cert) || aki.key_id.n > 0)
		return true;
	return ctn_say(text, text_n, "the authority key identifier holds no key identifier");
}

bool
ctn_rule_aki_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, ctn_oid_authority_key_id, false, text, text_n);
}

bool
ctn_rule_aki_pair(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_aki aki;

	if (!peek_aki(&aki, s->cert) || (aki.issuer_names.n > 0) == (aki.serial.n > 0))
		return true;
	return ctn_say(text, text_n, "the authority key identifier holds %s alone", aki.serial.n > 0 ? "a serial" : "an issuer");
}

bool
ctn_rule_aki_mismatch(const ctn_lint_subject *s, char *text, size_t text_n)
{
	const ctn_cert *issuer = s->issuer == NULL && s->role == CTN_ROLE_ROOT ? s->cert : s->issuer;
	ctn_aki aki;

	if (issuer == NULL || !peek_aki(&aki, s->cert))
		return true;
	return ctn_say_key_ids(aki.key_id, ctn_cert_key_id(issuer), text, text_n);
}

static bool
has_ski(const ctn_lint_subject *s, char *text, size_t text_n)
{
	if (ctn_exts_find(&s->cert->exts, ctn_oid_subject_key_id) != NULL)
		return true;
	return ctn_say(text, text_n, "there is no subject key identifier");
}

bool
ctn_rule_ski_missing_ca(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return has_ski(s, text, text_n);
}

bool
ctn_rule_ski_missing_leaf(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return has_ski(s, text, text_n);
}

bool
ctn_rule_ski_empty(const ctn_lint_subject *s, char *text, size_t text_n)
{
	const ctn_ext *ext = ctn_exts_find(&s->cert->exts, ctn_oid_subject_key_id);
	struct ctn_err e = { 0 };
	ctn_span key_id;

	if (ext == NULL || !ctn_ext_ski(&key_id, ext->value, &e) || key_id.n > 0)
		return true;
	return ctn_say(text, text_n, "the subject key identifier is empty");
}

bool
ctn_rule_ski_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, ctn_oid_subject_key_id, false, text, text_n);
}

bool
ctn_rule_ian_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, ctn_oid_issuer_alt_name, false, text, text_n);
}

bool
ctn_rule_directory_attributes_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, OID_DIRECTORY_ATTRIBUTES, false, text, text_n);
}

bool
ctn_rule_name_constraints_leaf(const ctn_lint_subject *s, char *text, size_t text_n)
{
	if (ctn_exts_find(&s->cert->exts, ctn_oid_name_constraints) == NULL)
		return true;
	return ctn_say(text, text_n, "a leaf has name constraints");
}

bool
ctn_rule_name_constraints_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, ctn_oid_name_constraints, true, text, text_n);
}

bool
ctn_rule_name_constraints_malformed(const ctn_lint_subject *s, char *text, size_t text_n)
{
	const ctn_ext *ext = ctn_exts_find(&s->cert->exts, ctn_oid_name_constraints);
	struct ctn_err e = { 0 };
	ctn_name_constraints nc;

	if (ext == NULL)
		return true;
	if (!ctn_constraints_parse(&nc, ext->value, &e))
		return ctn_say(text, text_n, "%s", e.text);
	if (nc.dotted)
		return ctn_say(text, text_n, "a base of type dns has a dot in front");
	return !nc.spelt || ctn_say(text, text_n, "a minimum of 0 is spelt out, which DER leaves out");
}

/* Constraints that are malformed in another place are looked at all the same. */
static bool
odd_form(ctn_der list, enum ctn_name_type *type)
{
	ctn_general_name base;
	ctn_der subtree;

	while (!ctn_der_end(&list) && ctn_der_sequence(&list, &subtree) && ctn_general_next(&subtree, &base)) {
		*type = base.type;
		if (base.type == CTN_NAME_X400 || base.type == CTN_NAME_EDI || base.type == CTN_NAME_RID)
			return true;
	}
	return false;
}

bool
ctn_rule_name_constraints_form(const ctn_lint_subject *s, char *text, size_t text_n)
{
	const ctn_ext *ext = ctn_exts_find(&s->cert->exts, ctn_oid_name_constraints);
	enum ctn_name_type type = CTN_NAME_OTHER;
	ctn_der r, parts, list;

	if (ext == NULL)
		return true;
	r = ctn_der_over(ext->value);
	if (!ctn_der_sequence(&r, &parts))
		return true;
	while (!ctn_der_end(&parts) && ctn_der_enter(&parts, ctn_der_tag(&parts), &list))
		if (odd_form(list, &type))
			return ctn_say(text, text_n, "a name constraint is over a name of type %s, which nobody applies",
			    ctn_name_type_text(type));
	return true;
}
