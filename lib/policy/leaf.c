#include "policy/leaf.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "der/oid.h"
#include "lint/lint.h"
#include "policy/extension.h"
#include "policy/names.h"
#include "policy/read.h"
#include "policy/subject.h"
#include "x509/ext.h"

#define DAY_S INT64_C(86400)
#define IGNORED_MAX 256 /* lint rules */
#define KEYS_MAX 64

/** A profile while it is read. p comes first: ctn_reading.into is it. */
struct draft {
	ctn_profile p;
	int past_issuer, reuse;
};

static ctn_profile *
profile_of(const ctn_schema *s)
{
	return ((const ctn_reading *)s->user)->into;
}

static void
read_allowed_keys(ctn_schema *s, const ctn_yaml *value, void *field)
{
	ctn_profile *p = profile_of(s);

	(void)field;
	p->key.allow = ctn_read_items(s, value, sizeof(*p->key.allow), ctn_read_key_range, &p->key.allow_n);
	if (p->key.allow != NULL && value->n > KEYS_MAX)
		ctn_schema_say(s, value, "a range such as rsa-2048..8192 says many at once", "more than %d kinds of key", KEYS_MAX);
	if (p->key.allow != NULL && value->n == 0)
		ctn_schema_say(s, value, "remove the key: then only the kind of 'generate' is allowed", "allows no key at all");
}

static void
read_key_usage(ctn_schema *s, const ctn_yaml *value, void *field)
{
	size_t n;
	uint32_t *bits = ctn_read_items(s, value, sizeof(*bits), ctn_read_key_usage, &n), mask = 0;

	if (bits == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		mask |= bits[i];
	*(uint32_t *)field = mask;
	if ((mask & (CTN_KU_ENCIPHER_ONLY | CTN_KU_DECIPHER_ONLY)) != 0 && (mask & CTN_KU_KEY_AGREEMENT) == 0)
		ctn_schema_say(s, value, "add keyAgreement", "encipherOnly and decipherOnly mean nothing without keyAgreement (RFC 5280 4.2.1.3)");
}

static void
read_purposes(ctn_schema *s, const ctn_yaml *value, void *field)
{
	ctn_profile *p = profile_of(s);

	(void)field;
	p->eku = ctn_read_items(s, value, sizeof(*p->eku), ctn_read_eku, &p->eku_n);
	if (p->eku != NULL && value->n > CTN_PURPOSES_MAX)
		ctn_schema_say(s, value, NULL, "more than %d purposes", CTN_PURPOSES_MAX);
}

static bool
read_copied(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	if (strcmp(text, "subjectAltName") != 0) {
		ctn_schema_say(s, at, "everything else comes from the profile", "'%.80s' cannot be copied: only subjectAltName can", text);
		return false;
	}
	*(bool *)slot = true;
	return true;
}

static void
read_copy(ctn_schema *s, const ctn_yaml *value, void *field)
{
	size_t n;

	(void)!ctn_read_items(s, value, sizeof(bool), read_copied, &n);
	*(bool *)field = n > 0;
}

static void
read_window(ctn_schema *s, const ctn_yaml *value, void *field)
{
	ctn_profile *p = profile_of(s);
	const char *text;
	size_t n;

	(void)field;
	if (!ctn_schema_text(s, value, &text))
		return;
	n = strlen(text);
	if (text[n - 1] != '%') {
		(void)!ctn_schema_duration(s, value, 60, 0, &p->renew.window_s);
		return;
	}
	ctn_yaml percent = *value;
	percent.text = ctn_arena_text_n(s->arena, text, n - 1);
	if (percent.text == NULL)
		s->errors->no_memory = true;
	else
		(void)!ctn_schema_count(s, &percent, 1, 99, &p->renew.window_percent);
}

static void
say_no_rule(ctn_schema *s, const ctn_yaml *at, const char *text, const ctn_rule *rules, size_t n)
{
	const char **ids = ctn_arena_new(s->arena, const char *, n + 1);
	char said[160];

	if (ids == NULL) {
		s->errors->no_memory = true;
		return;
	}
	for (size_t i = 0; i < n; i++)
		ids[i] = rules[i].id;
	(void)snprintf(said, sizeof(said), "there is no lint rule '%.80s'", text);
	if (ctn_word_nearest(text, ids, n) != NULL)
		ctn_schema_say_words(s, at, said, text, ids, n);
	else
		ctn_schema_say(s, at, "catena lint --list shows them", "%s", said);
}

static bool
read_lint_id(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	size_t n;
	const ctn_rule *rules = ctn_lint_rules(&n);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(rules[i].id, text) == 0) {
			*(const char **)slot = rules[i].id;
			return true;
		}
	}
	say_no_rule(s, at, text, rules, n);
	return false;
}

static void
read_ignored(ctn_schema *s, const ctn_yaml *value, void *field)
{
	const char **ids;
	size_t n;

	if (value->n > IGNORED_MAX) {
		ctn_schema_say(s, value, NULL, "more than %d rules", IGNORED_MAX);
		return;
	}
	ids = ctn_read_items(s, value, sizeof(*ids), read_lint_id, &n);
	if (ids != NULL)
		*(const char ***)field = ids;
}

static const char *const past_issuer_words[] = { "refuse", "shorten", NULL };
static const char *const reuse_words[] = { "refuse", "allow", NULL };
/* By enum ctn_lint_level; one above it is never. */
static const char *const fail_on_words[] = { "notice", "warning", "error", "never", NULL };

static const ctn_schema_key lifetime_keys[] = {
	{ .name = "default", CTN_KEY_DURATION(struct draft, p.lifetime.default_s, 1) },
	{ .name = "max", CTN_KEY_DURATION(struct draft, p.lifetime.max_s, 1) },
	{ .name = "past_issuer", CTN_KEY_WORD(struct draft, past_issuer, past_issuer_words) },
	{ 0 },
};
static const ctn_schema_key key_keys[] = {
	{ .name = "generate", CTN_KEY_CUSTOM(struct draft, p.key.generate, ctn_read_key_kind) },
	{ .name = "allow", CTN_KEY_CUSTOM(struct draft, p.key.allow, read_allowed_keys) },
	{ .name = "reuse", CTN_KEY_WORD(struct draft, reuse, reuse_words) },
	{ 0 },
};
static const ctn_schema_key csr_keys[] = {
	{ .name = "copy", CTN_KEY_CUSTOM(struct draft, p.csr_copy_san, read_copy) },
	{ 0 },
};
static const ctn_schema_key renew_keys[] = {
	{ .name = "window", CTN_KEY_CUSTOM(struct draft, p.renew, read_window) },
	{ .name = "after_expiry", CTN_KEY_DURATION(struct draft, p.renew.after_expiry_s, 0) },
	{ 0 },
};
static const ctn_schema_key lint_keys[] = {
	{ .name = "fail_on", CTN_KEY_WORD(struct draft, p.lint_fail_on, fail_on_words) },
	{ .name = "ignore", CTN_KEY_CUSTOM(struct draft, p.lint_ignore, read_ignored) },
	{ 0 },
};
static const ctn_schema_key leaf_keys[] = {
	{ .name = "description", CTN_KEY_TEXT(struct draft, p.description) },
	{ .name = "issuer", .required = true, CTN_KEY_TEXT(struct draft, p.issuer) },
	{ .name = "lifetime", CTN_KEY_MAP(lifetime_keys) },
	{ .name = "backdate", CTN_KEY_DURATION(struct draft, p.backdate_s, 0), .max = 30 * DAY_S },
	{ .name = "key", CTN_KEY_MAP(key_keys) },
	{ .name = "subject", CTN_KEY_CUSTOM(struct draft, p.subject, ctn_subject_read) },
	{ .name = "names", CTN_KEY_CUSTOM(struct draft, p.names, ctn_names_read) },
	{ .name = "key_usage", CTN_KEY_CUSTOM(struct draft, p.key_usage, read_key_usage) },
	{ .name = "extended_key_usage", CTN_KEY_CUSTOM(struct draft, p.eku, read_purposes) },
	{ .name = "extensions", CTN_KEY_CUSTOM(struct draft, p.extensions, ctn_extensions_read) },
	{ .name = "csr", CTN_KEY_MAP(csr_keys) },
	{ .name = "renew", CTN_KEY_MAP(renew_keys) },
	{ .name = "lint", CTN_KEY_MAP(lint_keys) },
	{ 0 },
};

/* What must fit together */

/** Where a key of a map of the file stands, or the map, or the file's first value; nameless. */
static ctn_yaml
spot(const ctn_yaml *root, const char *key, const char *inner)
{
	const ctn_yaml *v = ctn_yaml_get(root, key);
	const ctn_yaml *in = ctn_yaml_get(v, inner);
	const ctn_yaml *at = in != NULL ? in : v != NULL ? v : root;

	return (ctn_yaml){ .line = at->line, .column = at->column };
}

/** `max` counts both ends, and what backdate adds in front. */
static void
check_lifetime(ctn_schema *s, const ctn_yaml *root, const ctn_profile *p)
{
	const ctn_yaml at = spot(root, "lifetime", "default");
	char asked[24], back[24], max[24];

	if (p->lifetime.default_s <= 0 || p->lifetime.default_s + p->backdate_s <= p->lifetime.max_s)
		return;
	ctn_duration_text(asked, p->lifetime.default_s);
	ctn_duration_text(back, p->backdate_s);
	ctn_duration_text(max, p->lifetime.max_s);
	ctn_schema_say(s, &at, "max counts both ends of a certificate's validity: raise it, or lower one of the two",
	    "lifetime.default (%s) and backdate (%s) are together over lifetime.max (%s)", asked, back, max);
}

static void
finish_lifetime(ctn_schema *s, const ctn_yaml *root, ctn_profile *p)
{
	int64_t room;

	if (p->lifetime.max_s == 0)
		p->lifetime.max_s = 398 * DAY_S;
	room = p->lifetime.max_s - p->backdate_s;
	if (ctn_yaml_get(ctn_yaml_get(root, "lifetime"), "default") == NULL)
		p->lifetime.default_s = room > 0 && room < 90 * DAY_S ? room : 90 * DAY_S;
	check_lifetime(s, root, p);
}

static void
finish_key(ctn_schema *s, const ctn_yaml *root, ctn_profile *p)
{
	const ctn_yaml at = spot(root, "key", "generate");
	char word[24];

	if (p->key.allow_n == 0) {
		p->key.allow = ctn_arena_new(s->arena, ctn_key_range, 1);
		if (p->key.allow == NULL) {
			s->errors->no_memory = true;
			return;
		}
		p->key.allow[0] = (ctn_key_range){ p->key.generate.alg, p->key.generate.bits, p->key.generate.bits };
		p->key.allow_n = 1;
		return;
	}
	for (size_t i = 0; i < p->key.allow_n; i++) {
		if (ctn_key_range_has(&p->key.allow[i], p->key.generate))
			return;
	}
	ctn_key_kind_text(word, p->key.generate);
	ctn_schema_say(s, &at, "add it to key.allow, or generate a kind that is allowed", "key.generate (%s) is not among key.allow", word);
}

static bool
has_purpose(const ctn_profile *p, ctn_span oid)
{
	for (size_t i = 0; i < p->eku_n; i++) {
		if (ctn_span_equal(p->eku[i], oid))
			return true;
	}
	return false;
}

static void
finish_rest(ctn_schema *s, const ctn_yaml *root, ctn_profile *p)
{
	const ctn_yaml window = spot(root, "renew", "window"), nocheck = spot(root, "extensions", "");
	char text[24];

	if (p->renew.window_s >= p->lifetime.default_s && p->lifetime.default_s > 0) {
		ctn_duration_text(text, p->lifetime.default_s);
		ctn_schema_say(s, &window, "a certificate would be due for renewal as soon as it is issued",
		    "renew.window is not shorter than lifetime.default (%s)", text);
	}
	if (p->ocsp_nocheck && !has_purpose(p, ctn_oid_kp_ocsp_signing))
		ctn_schema_say(s, &nocheck, "add OCSPSigning to extended_key_usage", "ocspNoCheck is for OCSP signers (RFC 6960 4.2.2.2.1)");
}

static void
keep_places(ctn_schema *s, ctn_profile *p)
{
	const char *file = ((const ctn_reading *)s->user)->file;

	p->places = ctn_arena_new(s->arena, struct ctn_key_place, s->places_n + 1);
	if (p->places == NULL) {
		s->errors->no_memory = true;
		return;
	}
	for (p->places_n = 0; p->places_n < s->places_n; p->places_n++) {
		const ctn_schema_place *from = &s->places[p->places_n];

		p->places[p->places_n] = (struct ctn_key_place){ from->key, { file, from->line, from->column } };
	}
}

static void
set_defaults(ctn_schema *s, struct draft *d, const ctn_profile *p)
{
	static const char *const nothing[] = { NULL };

	d->p = *p;
	d->p.description = "";
	d->p.backdate_s = 300;
	d->p.key.generate = (ctn_key_kind){ .alg = CTN_KEY_P256 };
	d->p.total_max = 100;
	d->p.key_usage = CTN_KU_DIGITAL_SIGNATURE;
	d->p.renew.window_percent = 33;
	d->p.lint_fail_on = CTN_LINT_ERROR;
	d->p.lint_ignore = ctn_arena_copy(s->arena, nothing, sizeof(nothing));
	if (d->p.lint_ignore == NULL)
		s->errors->no_memory = true;
}

void
ctn_leaf_read(ctn_schema *s, const ctn_yaml *root, ctn_profile *p)
{
	ctn_reading *reading = s->user;
	struct draft d = { 0 };

	set_defaults(s, &d, p);
	reading->into = &d.p;
	ctn_schema_read(s, leaf_keys, root, &d);
	d.p.lifetime.shorten = d.past_issuer == 1;
	d.p.key.reuse_allowed = d.reuse == 1;
	finish_lifetime(s, root, &d.p);
	finish_key(s, root, &d.p);
	ctn_names_finish(s, root, &d.p);
	finish_rest(s, root, &d.p);
	keep_places(s, &d.p);
	*p = d.p;
}
