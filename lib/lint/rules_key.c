/* Rules over the subject's public key. */
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
	if (e.code == CTN_ENOMEM && s->broken != NULL) {
		*s->broken = e;
		return true;
	}
	return ctn_say(text, text_n, "%s", e.text);
}

/* By OID: with wrong parameters a key is of no known kind. */
static const struct {
	ctn_span oid;
	ctn_span params;
} params_of[] = {
	{ { (const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9 }, { (const uint8_t *)"\x05\x00", 2 } },
	{ { (const uint8_t *)"\x2b\x65\x70", 3 }, { NULL, 0 } },
	{ { (const uint8_t *)"\x2b\x65\x71", 3 }, { NULL, 0 } },
	{ { (const uint8_t *)"\x60\x86\x48\x01\x65\x03\x04\x03\x11", 9 }, { NULL, 0 } },
	{ { (const uint8_t *)"\x60\x86\x48\x01\x65\x03\x04\x03\x12", 9 }, { NULL, 0 } },
	{ { (const uint8_t *)"\x60\x86\x48\x01\x65\x03\x04\x03\x13", 9 }, { NULL, 0 } },
};

bool
ctn_rule_key_parameters(const ctn_lint_subject *s, char *text, size_t text_n)
{
	struct ctn_err e = { 0 };
	ctn_spki key;

	if (!ctn_spki_parse(&key, s->cert->spki, &e))
		return true;
	for (size_t i = 0; i < sizeof(params_of) / sizeof(params_of[0]); i++) {
		if (!ctn_span_equal(key.oid, params_of[i].oid) || ctn_span_equal(key.params, params_of[i].params))
			continue;
		return ctn_say(text, text_n, "the key's algorithm parameters are not %s", params_of[i].params.n > 0 ? "NULL" : "absent");
	}
	return true;
}

bool
ctn_rule_key_of_issuer(const ctn_lint_subject *s, char *text, size_t text_n)
{
	/* a self-issued certificate (another period, another key identifier) is no second subject */
	if (s->issuer == NULL || ctn_cert_is_self_issued(s->cert) || !ctn_span_equal(s->cert->spki, s->issuer->spki))
		return true;
	return ctn_say(text, text_n, "the public key is the issuer's own");
}
