/* What the rules share. */
#include "lint/say.h"

#include <stdio.h>

#include "der/oid.h"
#include "key/public.h"
#include "key/sig.h"

bool
ctn_say(char *text, size_t text_n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, text_n, fmt, ap);
	va_end(ap);
	return false;
}

void
ctn_say_bytes(char *out, size_t n, ctn_span bytes)
{
	static const char digits[] = "0123456789abcdef";
	size_t at = 0;

	/* room for one \xNN, "..." and the NUL is kept at every step */
	for (size_t i = 0; i < bytes.n; i++) {
		uint8_t c = bytes.p[i];

		if (at + 8 > n) {
			memcpy(out + at, "...", 3);
			at += 3;
			break;
		}
		if (c >= 0x20 && c < 0x7f) {
			out[at++] = (char)c;
			continue;
		}
		out[at++] = '\\';
		out[at++] = 'x';
		out[at++] = digits[c >> 4];
		out[at++] = digits[c & 15];
	}
	out[at] = '\0';
}

static void
say_hex(char *out, size_t n, ctn_span bytes)
{
	bool cut = 2 * bytes.n + 1 > n;

	if (cut)
		bytes.n = (n - 4) / 2;
	ctn_hex(out, bytes);
	if (cut)
		memcpy(out + 2 * bytes.n, "...", 4);
}

bool
ctn_say_critical(const ctn_exts *exts, ctn_span oid, bool must_be, char *text, size_t text_n)
{
	const ctn_ext *ext = ctn_exts_find(exts, oid);
	const char *name = ctn_oid_name(oid);

	if (ext == NULL || ext->critical == must_be)
		return true;
	return ctn_say(text, text_n, "%s is %scritical", name != NULL ? name : "the extension", must_be ? "not " : "");
}

bool
ctn_say_algorithms(ctn_span inner, ctn_span outer, char *text, size_t text_n)
{
	if (outer.n == 0 || ctn_span_equal(inner, outer))
		return true;
	return ctn_say(text, text_n, "the algorithm inside the signed bytes (%s) and the one outside (%s) are not the same bytes",
	    ctn_sig_alg_name(ctn_sig_alg_of(inner)), ctn_sig_alg_name(ctn_sig_alg_of(outer)));
}

bool
ctn_say_signature_known(ctn_span algorithm, char *text, size_t text_n)
{
	char shown[80];

	if (ctn_sig_alg_exact(algorithm))
		return true;
	say_hex(shown, sizeof(shown), algorithm);
	return ctn_say(text, text_n, "unknown signature algorithm, or parameters it must not have: %s", shown);
}

bool
ctn_say_signature_strong(ctn_span algorithm, char *text, size_t text_n)
{
	enum ctn_sig_alg alg = ctn_sig_alg_of(algorithm);

	return !ctn_sig_alg_weak(alg) || ctn_say(text, text_n, "signed with %s", ctn_sig_alg_name(alg));
}

bool
ctn_say_signature_fits(ctn_span algorithm, const ctn_cert *issuer, char *text, size_t text_n)
{
	enum ctn_sig_alg alg = ctn_sig_alg_of(algorithm);
	struct ctn_err e = { 0 };
	char kind[24];
	ctn_spki key;

	if (alg == CTN_SIG_UNKNOWN || issuer == NULL || !ctn_spki_parse(&key, issuer->spki, &e))
		return true;
	if (key.kind.alg == CTN_KEY_UNKNOWN || ctn_sig_alg_fits(alg, key.kind.alg))
		return true;
	ctn_key_kind_text(kind, key.kind);
	return ctn_say(text, text_n, "signed with %s, but the issuer's key is %s", ctn_sig_alg_name(alg), kind);
}

bool
ctn_say_key_ids(ctn_span key_id, ctn_span issuer_key_id, char *text, size_t text_n)
{
	char a[64], b[64];

	if (key_id.n == 0 || issuer_key_id.n == 0 || ctn_span_equal(key_id, issuer_key_id))
		return true;
	say_hex(a, sizeof(a), key_id);
	say_hex(b, sizeof(b), issuer_key_id);
	return ctn_say(text, text_n, "the authority key identifier is %s, the issuer's subject key identifier %s", a, b);
}

bool
ctn_peek_key_usage(uint32_t *mask, const ctn_cert *c)
{
	const ctn_ext *ext = ctn_exts_find(&c->exts, ctn_oid_key_usage);

	return ext != NULL && ctn_ext_key_usage_padded(mask, ext->value);
}

bool
ctn_peek_basic_constraints(ctn_basic_constraints *out, const ctn_cert *c)
{
	const ctn_ext *ext = ctn_exts_find(&c->exts, ctn_oid_basic_constraints);
	struct ctn_err e = { 0 };

	return ext != NULL && ctn_ext_basic_constraints(out, ext->value, &e);
}

bool
ctn_peek_eku(ctn_span *value, const ctn_cert *c)
{
	const ctn_ext *ext = ctn_exts_find(&c->exts, ctn_oid_ext_key_usage);

	if (ext == NULL)
		return false;
	*value = ext->value;
	return true;
}

bool
ctn_peek_names(ctn_der *names, const ctn_cert *c, ctn_span oid)
{
	const ctn_ext *ext = ctn_exts_find(&c->exts, oid);
	struct ctn_err e = { 0 };

	return ext != NULL && ctn_ext_general_names(names, ext->value, &e);
}

bool
ctn_peek_eku_has(const ctn_cert *c, ctn_span oid)
{
	ctn_span value;

	return ctn_peek_eku(&value, c) && ctn_ext_eku_has(value, oid);
}
