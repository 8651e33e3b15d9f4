/*
 * Names as text and as foreign octets: what is canonical stays as it is when it is read again and is legal in a certificate; what a
 * pattern covers it overlaps. Input: a name, and behind a newline a pattern.
 */
#include <stdlib.h>

#include "name/dns.h"
#include "name/general.h"
#include "name/mail.h"
#include "name/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool promise)
{
	if (!promise)
		abort();
}

static void
parse_twice(const char *text, ctn_arena *a)
{
	struct ctn_err e = { 0 };
	ctn_general_name general;
	ctn_name once, twice;

	if (!ctn_name_parse(&once, text, a, &e))
		return;
	must(ctn_name_parse(&twice, once.text, a, &e));
	must(ctn_name_equal(&once, &twice) && once.wildcard == twice.wildcard);
	general = (ctn_general_name){ once.type, once.value };
	must(ctn_name_of_general(&twice, &general, a, &e));
	must(ctn_name_equal(&once, &twice) && strcmp(once.text, twice.text) == 0);
	(void)ctn_name_reversed(&once, a);
}

static void
match_dns(const char *name_text, const char *pattern_text, ctn_arena *a)
{
	struct ctn_err e = { 0 };
	char *name, *pattern, *again;
	bool wildcard;

	if (!ctn_dns_pattern(&pattern, pattern_text, a, &e))
		return;
	must(ctn_dns_pattern(&again, pattern, a, &e) && strcmp(pattern, again) == 0);
	if (!ctn_dns_canonical(&name, &wildcard, name_text, a, &e))
		return;
	must(!ctn_dns_pattern_covers(pattern, name) || ctn_dns_pattern_overlaps(pattern, name));
	must(ctn_dns_pattern_covers(name, name));
	must(ctn_dns_matches(ctn_span_text(name), name) == !wildcard);
	(void)ctn_dns_is_public_suffix(name);
}

static void
match_others(const char *name_text, const char *pattern_text, ctn_arena *a)
{
	struct ctn_err e = { 0 };
	char *name, *pattern, *again;

	if (ctn_mail_pattern(&pattern, pattern_text, a, &e)) {
		must(ctn_mail_pattern(&again, pattern, a, &e) && strcmp(pattern, again) == 0);
		if (ctn_mail_canonical(&name, name_text, a, &e))
			(void)ctn_mail_pattern_covers(pattern, name);
	}
	if (ctn_uri_pattern(&pattern, pattern_text, a, &e)) {
		must(ctn_uri_pattern(&again, pattern, a, &e) && strcmp(pattern, again) == 0);
		if (ctn_uri_canonical(&name, name_text, a, &e))
			(void)ctn_uri_pattern_covers(pattern, name);
	}
}

static void
judge_octets(ctn_span octets, ctn_arena *a)
{
	struct ctn_err e = { 0 };
	CTN_OWN_BUF text = { 0 };

	for (unsigned t = 0; t < CTN_NAME_TYPES; t++) {
		const ctn_general_name general = { (enum ctn_name_type)t, octets };
		ctn_name name;

		ctn_general_text(&text, &general);
		if (ctn_name_of_general(&name, &general, a, &e))
			must(ctn_general_check(&general, &e) && name.type == general.type);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = size == 0 ? NULL : memchr(data, '\n', size);
	size_t n = newline == NULL ? size : (size_t)(newline - data);
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	char *name, *pattern;

	name = ctn_arena_text_n(a, size == 0 ? "" : (const char *)data, n);
	pattern = newline == NULL ? name : ctn_arena_text_n(a, (const char *)newline + 1, size - n - 1);
	if (name == NULL || pattern == NULL)
		return 0;
	parse_twice(name, a);
	match_dns(name, pattern, a);
	match_others(name, pattern, a);
	judge_octets((ctn_span){ data, n }, a);
	return 0;
}
