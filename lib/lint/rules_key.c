/* Rules over the subject's public key. */
#include "der/oid.h"
#include "key/public.h"
#include "lint/rules.h"
#include "lint/say.h"

bool
ctn_rule_key_malformed(const ctn_lint_subject *s, char *text, size_t text_n)
{
	struct ctn_err e = { 0 };
	ctn_spki key;

	return ctn_spki_parse(&key, s->cert->spki, &e) || ctn_say(text, text_n, "%s", e.text);
}

bool
ctn_rule_key_weak(const ctn_lint_subject *s, char *text, size_t text_n)
{
	struct ctn_err e = { 0 };
	ctn_spki key;

	if (!ctn_spki_parse(&key, s->cert->spki, &e) || ctn_spki_check(&key, &e))
		return true;
	return ctn_say(text, text_n, "%s", e.text);
}

bool
ctn_rule_key_parameters(const ctn_lint_subject *s, char *text, size_t text_n)
{
	struct ctn_err e = { 0 };
	ctn_spki key;

	if (!ctn_spki_parse(&key, s->cert->spki, &e))
		return true;
	switch (key.kind.alg) {
	case CTN_KEY_RSA:
		if (!ctn_span_equal(key.params, CTN_SPAN("\x05\x00")))
			return ctn_say(text, text_n, "the parameters of an RSA key are not NULL");
		return true;
	case CTN_KEY_ED25519:
	case CTN_KEY_ED448:
	case CTN_KEY_ML_DSA_44:
	case CTN_KEY_ML_DSA_65:
	case CTN_KEY_ML_DSA_87:
		return key.params.n == 0 || ctn_say(text, text_n, "the key's algorithm has parameters");
	default:
		return true;
	}
}

bool
ctn_rule_key_of_issuer(const ctn_lint_subject *s, char *text, size_t text_n)
{
	/* a self-issued certificate (another period, another key identifier) is no second subject */
	if (s->issuer == NULL || ctn_cert_is_self_issued(s->cert) || !ctn_span_equal(s->cert->spki, s->issuer->spki))
		return true;
	return ctn_say(text, text_n, "the public key is the issuer's own");
}
