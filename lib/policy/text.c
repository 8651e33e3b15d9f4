#include "policy/text.h"

#include "der/oid.h"
#include "policy/subject.h"
#include "x509/ext.h"

#define SHOWN_MAX 6 /* patterns named in a refusal */

static bool
is_plain(const char *text)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	static const char rest[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/%";

	return text[0] != '\0' && strchr(first, text[0]) != NULL && strspn(text, rest) == strlen(text);
}

void
ctn_text_scalar(ctn_buf *out, const char *text)
{
	size_t step;

	if (is_plain(text)) {
		ctn_buf_text(out, text);
		return;
	}
	ctn_buf_byte(out, '"');
	for (ctn_span s = ctn_span_text(text); s.n > 0; s = (ctn_span){ s.p + step, s.n - step }) {
		step = ctn_utf8_step(s);
		if (step > 0 && !ctn_utf8_shown(s.p, step)) {
			ctn_buf_printf(out, "\\u%04x", ctn_utf8_point(s.p, step));
			continue;
		}
		if (*s.p == '"' || *s.p == '\\')
			ctn_buf_byte(out, '\\');
		step = step > 0 ? step : 1;
		ctn_buf_add(out, s.p, step);
	}
	ctn_buf_byte(out, '"');
}

void
ctn_text_oid(ctn_buf *out, ctn_span oid)
{
	if (ctn_oid_name(oid) != NULL)
		ctn_buf_text(out, ctn_oid_name(oid));
	else
		ctn_oid_dotted(out, oid);
}

void
ctn_text_oids(ctn_buf *out, const ctn_span *oids, size_t n)
{
	ctn_buf_byte(out, '[');
	for (size_t i = 0; i < n; i++) {
		ctn_buf_text(out, i == 0 ? "" : ", ");
		ctn_text_oid(out, oids[i]);
	}
	ctn_buf_byte(out, ']');
}

void
ctn_text_key_usage(ctn_buf *out, uint32_t mask)
{
	const char *between = "";

	ctn_buf_byte(out, '[');
	for (uint32_t bit = CTN_KU_DIGITAL_SIGNATURE; bit <= CTN_KU_DECIPHER_ONLY; bit <<= 1) {
		if ((mask & bit) == 0)
			continue;
		ctn_buf_text(out, between);
		ctn_buf_text(out, ctn_key_usage_name(bit));
		between = ", ";
	}
	ctn_buf_byte(out, ']');
}

void
ctn_text_key_ranges(ctn_buf *out, const ctn_key_range *ranges, size_t n)
{
	char word[24];

	ctn_buf_byte(out, '[');
	for (size_t i = 0; i < n; i++) {
		ctn_key_kind_text(word, (ctn_key_kind){ ranges[i].alg, ranges[i].min_bits });
		ctn_buf_printf(out, "%s%s", i == 0 ? "" : ", ", word);
		if (ranges[i].max_bits > ranges[i].min_bits)
			ctn_buf_printf(out, "..%u", ranges[i].max_bits);
	}
	ctn_buf_byte(out, ']');
}

static void
text_cidr(ctn_buf *out, const ctn_cidr *block)
{
	char ip[46];

	ctn_ip_text(ip, &block->base);
	ctn_buf_printf(out, "%s/%u", ip, block->bits);
}

void
ctn_text_pattern(ctn_buf *out, const ctn_name_rule *rule, bool deny, size_t i)
{
	if (rule->type == CTN_NAME_IP)
		text_cidr(out, deny ? &rule->deny_ip[i] : &rule->allow_ip[i]);
	else
		ctn_buf_text(out, deny ? rule->deny[i] : rule->allow[i]);
}

void
ctn_text_allowed(ctn_buf *out, const ctn_name_rule *rule)
{
	for (size_t i = 0; i < rule->allow_n && i < SHOWN_MAX; i++) {
		ctn_buf_text(out, i == 0 ? "" : ", ");
		ctn_text_pattern(out, rule, false, i);
	}
	if (rule->allow_n > SHOWN_MAX)
		ctn_buf_printf(out, " and %zu more", rule->allow_n - SHOWN_MAX);
}

void
ctn_text_subject_rule(ctn_buf *out, const ctn_subject_rule *rule)
{
	const char *from = ctn_subject_from_word(rule);

	if (from != NULL) {
		ctn_buf_printf(out, "{ from: %s, required: %s }", from, rule->required ? "true" : "false");
		return;
	}
	ctn_buf_text(out, "{ value: ");
	ctn_text_scalar(out, rule->value);
	ctn_buf_text(out, " }");
}

void
ctn_text_extension(ctn_buf *out, const ctn_raw_ext *x)
{
	ctn_buf_text(out, "{ oid: ");
	ctn_oid_dotted(out, x->oid);
	ctn_buf_printf(out, ", critical: %s, value: \"", x->critical ? "true" : "false");
	ctn_buf_hex(out, x->value);
	ctn_buf_text(out, "\" }");
}
