#include "policy/authority.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "name/uri.h"
#include "policy/read.h"
#include "policy/subtree.h"

#define NAME_MAX_OCTETS 64
#define SHARDS_MAX 1000
#define URLS_MAX 8
#define URL_MAX 2048
#define ATTRS_MAX 32

/** An authority while it is read. */
struct draft {
	ctn_authority_policy p;
	int protection;
	const ctn_yaml *at;
	const struct draft *above; /* its issuer, once all are read; NULL when there is none here */
};

/** All of them. */
struct drafts {
	struct draft *at;
	size_t n;
};

bool
ctn_policy_name_ok(const char *name)
{
	static const char legal[] = "._-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	size_t n = strlen(name);

	/* The end of an empty name is found among the first as well. */
	return n <= NAME_MAX_OCTETS && strchr("._-", name[0]) == NULL && strspn(name, legal) == n;
}

/* Subject */

static void
add_attr(ctn_schema *s, struct draft *d, const ctn_yaml *at, ctn_span oid, const char *value)
{
	size_t i = d->p.subject_n;

	if (!ctn_read_attr_value(s, at, oid, value))
		return;
	/* Written like RFC 4514 text, most specific first; a Name has them the other way round. */
	for (; i > 0 && ctn_read_attr_rank(d->p.subject[i - 1].oid) >= ctn_read_attr_rank(oid); i--)
		d->p.subject[i] = d->p.subject[i - 1];
	d->p.subject[i] = (ctn_dn_attr){ .oid = oid, .value = value };
	d->p.subject_n++;
}

static void
add_attrs(ctn_schema *s, struct draft *d, const ctn_yaml *v)
{
	const char *word, *text;
	ctn_span oid;

	if (v->bad || !ctn_read_attr_type(s, v, &oid, &word))
		return;
	if (v->kind != CTN_YAML_LIST) {
		if (ctn_schema_text(s, v, &text))
			add_attr(s, d, v, oid, text);
		return;
	}
	for (const ctn_yaml *item = v->first; item != NULL; item = item->next) {
		if (ctn_schema_text(s, item, &text))
			add_attr(s, d, item, oid, text);
	}
}

static size_t
count_attrs(const ctn_yaml *map)
{
	size_t n = 0;

	for (const ctn_yaml *v = map->first; v != NULL; v = v->next)
		n += v->kind == CTN_YAML_LIST ? v->n : 1;
	return n;
}

static void
read_subject(ctn_schema *s, const ctn_yaml *value, void *field)
{
	struct draft *d = ((ctn_reading *)s->user)->into;
	size_t errors = s->errors->n;
	const char *before;

	(void)field;
	if (!ctn_schema_is(s, value, CTN_YAML_MAP))
		return;
	if (count_attrs(value) > ATTRS_MAX) {
		ctn_schema_say(s, value, NULL, "more than %d attributes", ATTRS_MAX);
		return;
	}
	d->p.subject = ctn_arena_new(s->arena, ctn_dn_attr, ATTRS_MAX);
	if (d->p.subject == NULL) {
		s->errors->no_memory = true;
		return;
	}
	before = ctn_schema_enter(s, value->key);
	for (const ctn_yaml *v = value->first; v != NULL; v = v->next)
		add_attrs(s, d, v);
	ctn_schema_leave(s, before);
	if (d->p.subject_n == 0 && s->errors->n == errors)
		ctn_schema_say(s, value, "as in { CN: Example Root CA, O: Example }", "an authority needs a subject (RFC 5280 4.1.2.6)");
}

/* Name constraints */

static void
read_permitted(ctn_schema *s, const ctn_yaml *value, void *field)
{
	struct draft *d = ((ctn_reading *)s->user)->into;

	(void)field;
	ctn_subtrees_read(s, value, &d->p.permitted, &d->p.permitted_n);
}

static void
read_excluded(ctn_schema *s, const ctn_yaml *value, void *field)
{
	struct draft *d = ((ctn_reading *)s->user)->into;

	(void)field;
	ctn_subtrees_read(s, value, &d->p.excluded, &d->p.excluded_n);
}

/* URLs, purposes, path length */

/** text with every {key} and {shard} replaced by a digit, as it will be a URL; NULL for an unknown {word}. */
static const char *
filled(ctn_schema *s, const ctn_yaml *at, const char *text)
{
	CTN_OWN_BUF b = { .max = 8192 };
	const char *url;

	if (strlen(text) > URL_MAX) {
		ctn_schema_say(s, at, NULL, "a URL of more than %d characters", URL_MAX);
		return NULL;
	}
	for (const char *p = text; *p != '\0'; p++) {
		if (strncmp(p, "{key}", 5) == 0 || strncmp(p, "{shard}", 7) == 0) {
			ctn_buf_byte(&b, '0');
			p = strchr(p, '}');
		} else if (*p == '{' || *p == '}') {
			ctn_schema_say(s, at, NULL, "'%.200s': only {key} and {shard} are filled in", text);
			return NULL;
		} else {
			ctn_buf_byte(&b, (uint8_t)*p);
		}
	}
	url = ctn_buf_cstr(&b);
	url = url == NULL ? NULL : ctn_arena_text(s->arena, url);
	if (url == NULL)
		s->errors->no_memory = true;
	return url;
}

static bool
read_url(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	const char *url = filled(s, at, text);
	struct ctn_err e = { 0 };
	char *canonical = NULL;

	if (url == NULL)
		return false;
	if (!ctn_uri_canonical(&canonical, url, s->arena, &e))
		return ctn_schema_say_err(s, at, &e), false;
	if (strncmp(canonical, "http://", 7) != 0) {
		ctn_schema_say(s, at, "what is fetched is signed already: plain http loses nothing",
		    "'%.200s' must be an http:// URL: https would need a certificate check to check a certificate (RFC 5280 8)", text);
		return false;
	}
	*(const char **)slot = text;
	return true;
}

static const char **
read_urls(ctn_schema *s, const ctn_yaml *value, size_t *n)
{
	const char **urls = ctn_read_items(s, value, sizeof(*urls), read_url, n);

	if (urls != NULL && value->n > URLS_MAX)
		ctn_schema_say(s, value, NULL, "more than %d URLs", URLS_MAX);
	return urls;
}

static void
read_crl_urls(ctn_schema *s, const ctn_yaml *value, void *field)
{
	struct draft *d = ((ctn_reading *)s->user)->into;

	(void)field;
	d->p.crl.urls = read_urls(s, value, &d->p.crl.urls_n);
}

static bool
read_issuer_url(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	if (strstr(text, "{shard}") != NULL) {
		ctn_schema_say(s, at, NULL, "'%.200s': {shard} is for crl.urls alone", text);
		return false;
	}
	return read_url(s, at, text, slot);
}

static void
read_ca_issuers(ctn_schema *s, const ctn_yaml *value, void *field)
{
	struct draft *d = ((ctn_reading *)s->user)->into;

	(void)field;
	d->p.ca_issuers = ctn_read_items(s, value, sizeof(*d->p.ca_issuers), read_issuer_url, &d->p.ca_issuers_n);
}

static void
read_purposes(ctn_schema *s, const ctn_yaml *value, void *field)
{
	struct draft *d = ((ctn_reading *)s->user)->into;

	(void)field;
	d->p.eku = ctn_read_items(s, value, sizeof(*d->p.eku), ctn_read_eku, &d->p.eku_n);
	if (d->p.eku != NULL && value->n > CTN_PURPOSES_MAX)
		ctn_schema_say(s, value, NULL, "more than %d purposes", CTN_PURPOSES_MAX);
}

static void
read_path_length(ctn_schema *s, const ctn_yaml *value, void *field)
{
	struct draft *d = ((ctn_reading *)s->user)->into;

	d->p.has_path_length = ctn_schema_count(s, value, 0, 10, field);
}

static const char *const protections[] = { "passphrase", "none", NULL };
#define RESERVED "is reserved for keys in PKCS #11 tokens, which this version does not use"
static const ctn_schema_key key_keys[] = {
	{ .name = "algorithm", CTN_KEY_CUSTOM(struct draft, p.key, ctn_read_key_kind) },
	{ .name = "protection", CTN_KEY_WORD(struct draft, protection, protections) },
	{ .name = "provider", .refused = "'provider' " RESERVED },
	{ .name = "properties", .refused = "'properties' " RESERVED },
	{ 0 },
};
static const ctn_schema_key constraint_keys[] = {
	{ .name = "permitted", CTN_KEY_CUSTOM(struct draft, p.permitted, read_permitted) },
	{ .name = "excluded", CTN_KEY_CUSTOM(struct draft, p.excluded, read_excluded) },
	{ 0 },
};
static const ctn_schema_key crl_keys[] = {
	{ .name = "lifetime", CTN_KEY_DURATION(struct draft, p.crl.lifetime_s, 60) },
	{ .name = "refresh", CTN_KEY_DURATION(struct draft, p.crl.refresh_s, 1) },
	{ .name = "shards", CTN_KEY_COUNT(struct draft, p.crl.shards, 1, SHARDS_MAX) },
	{ .name = "urls", CTN_KEY_CUSTOM(struct draft, p.crl.urls, read_crl_urls) },
	{ 0 },
};
static const ctn_schema_key authority_keys[] = {
	{ .name = "issuer", CTN_KEY_TEXT(struct draft, p.issuer) },
	{ .name = "subject", .required = true, CTN_KEY_CUSTOM(struct draft, p.subject, read_subject) },
	{ .name = "key", CTN_KEY_MAP(key_keys) },
	{ .name = "lifetime", .required = true, CTN_KEY_DURATION(struct draft, p.lifetime_s, 60) },
	{ .name = "path_length", CTN_KEY_CUSTOM(struct draft, p.path_length, read_path_length) },
	{ .name = "name_constraints", CTN_KEY_MAP(constraint_keys) },
	{ .name = "extended_key_usage", CTN_KEY_CUSTOM(struct draft, p.eku, read_purposes) },
	{ .name = "crl", CTN_KEY_MAP(crl_keys) },
	{ .name = "ca_issuers", CTN_KEY_CUSTOM(struct draft, p.ca_issuers, read_ca_issuers) },
	{ 0 },
};

/* One authority */

/** Where a key stands, or the nearest thing around it; without its name, which the text gives. */
static ctn_yaml
spot(const struct draft *d, const char *key, const char *inner)
{
	const ctn_yaml *v = ctn_yaml_get(d->at, key);
	const ctn_yaml *in = ctn_yaml_get(v, inner);
	const ctn_yaml *at = in != NULL ? in : v != NULL ? v : d->at;

	return (ctn_yaml){ .line = at->line, .column = at->column };
}

static void
check_crl(ctn_schema *s, const struct draft *d)
{
	const ctn_yaml refresh_at = spot(d, "crl", "refresh"), urls_at = spot(d, "crl", "urls");
	char lifetime[24], refresh[24];

	if (d->p.crl.refresh_s >= d->p.crl.lifetime_s) {
		ctn_duration_text(lifetime, d->p.crl.lifetime_s);
		ctn_duration_text(refresh, d->p.crl.refresh_s);
		ctn_schema_say(s, &refresh_at, "a new CRL must be there before the old one ends",
		    "crl.refresh (%s) must be shorter than crl.lifetime (%s)", refresh, lifetime);
	}
	for (size_t i = 0; d->p.crl.shards > 1 && i < d->p.crl.urls_n; i++) {
		if (strstr(d->p.crl.urls[i], "{shard}") == NULL)
			ctn_schema_say(s, &urls_at, "as in http://pki.example/issuing-{key}-{shard}.crl",
			    "crl.urls: '%.200s' has no {shard}, but there are %u shards", d->p.crl.urls[i], d->p.crl.shards);
	}
}

static void
read_authority(ctn_schema *s, struct draft *d, const ctn_yaml *at)
{
	const ctn_yaml key = { .line = at->key_line, .column = at->key_column };
	ctn_reading *r = s->user;
	const char *before;

	*d = (struct draft){ .at = at, .p = { .name = at->key, .key = { CTN_KEY_P256, 0 } } };
	d->p.where = (ctn_where){ .file = r->file, .line = at->key_line, .column = at->key_column };
	d->p.crl.lifetime_s = 7 * 86400;
	d->p.crl.refresh_s = 86400;
	d->p.crl.shards = 1;
	if (!ctn_policy_name_ok(at->key))
		ctn_schema_say(s, &key, "letters, digits, '.', '_' and '-', at most 64, and a letter or digit first",
		    "'%.80s' cannot be the name of an authority", at->key);
	if (strcmp(at->key, CTN_AUTHORITY_EXTERNAL) == 0)
		ctn_schema_say(s, &key, "choose another name", "'external' stands for an issuer that is not in this home");
	r->into = d;
	ctn_schema_read_in(s, at->key, authority_keys, at, d);
	d->p.protection = d->protection == 1 ? CTN_PROTECT_NONE : CTN_PROTECT_PASSPHRASE;
	before = ctn_schema_enter(s, at->key);
	check_crl(s, d);
	ctn_schema_leave(s, before);
}

/* Who issues whom */

static const struct draft *
issuer_of(const struct drafts *all, const struct draft *d)
{
	for (size_t i = 0; d->p.issuer != NULL && i < all->n; i++) {
		if (strcmp(all->at[i].p.name, d->p.issuer) == 0)
			return &all->at[i];
	}
	return NULL;
}

static void
say_no_issuer(ctn_schema *s, const struct drafts *all, const struct draft *d)
{
	const char **words = ctn_arena_new(s->arena, const char *, all->n + 1);
	const ctn_yaml at = spot(d, "issuer", "");
	char said[160];

	if (words == NULL) {
		s->errors->no_memory = true;
		return;
	}
	for (size_t i = 0; i < all->n; i++)
		words[i] = all->at[i].p.name;
	words[all->n] = CTN_AUTHORITY_EXTERNAL;
	(void)snprintf(said, sizeof(said), "issuer: there is no authority '%.80s'", d->p.issuer);
	ctn_schema_say_words(s, &at, said, d->p.issuer, words, all->n + 1);
}

/** True when the way up from d comes back to d. */
static bool
goes_round(const struct drafts *all, const struct draft *d)
{
	const struct draft *up = d->above;

	for (size_t i = 0; i <= all->n && up != NULL; i++) {
		if (up == d)
			return true;
		up = up->above;
	}
	return false;
}

static void
check_below(ctn_schema *s, const struct draft *d, const struct draft *issuer)
{
	const ctn_yaml lifetime_at = spot(d, "lifetime", ""), issuer_at = spot(d, "issuer", ""), length_at = spot(d, "path_length", "");
	char own[24], theirs[24];

	if (issuer->p.lifetime_s > 0 && d->p.lifetime_s > issuer->p.lifetime_s) {
		ctn_duration_text(own, d->p.lifetime_s);
		ctn_duration_text(theirs, issuer->p.lifetime_s);
		ctn_schema_say(s, &lifetime_at, "a chain ends with its first certificate that ends",
		    "lifetime: %s is longer than the %s of its issuer '%s'", own, theirs, issuer->p.name);
	}
	if (!issuer->p.has_path_length)
		return;
	if (issuer->p.path_length == 0)
		ctn_schema_say(s, &issuer_at, "raise the issuer's path_length, or choose another issuer",
		    "issuer: '%s' has path_length 0: it cannot issue authorities (RFC 5280 4.2.1.9)", issuer->p.name);
	else if (d->p.path_length >= issuer->p.path_length) /* 0 when it is not said */
		ctn_schema_say(s, &length_at, NULL, "path_length: %u must be less than the %u of its issuer '%s'", d->p.path_length,
		    issuer->p.path_length, issuer->p.name);
}

static void
check_issuer(ctn_schema *s, const struct drafts *all, const struct draft *d)
{
	const struct draft *issuer = d->above;
	const ctn_yaml at = spot(d, "issuer", "");

	if (d->p.issuer == NULL || strcmp(d->p.issuer, CTN_AUTHORITY_EXTERNAL) == 0)
		return;
	if (issuer == NULL)
		say_no_issuer(s, all, d);
	else if (issuer == d)
		ctn_schema_say(s, &at, "remove the key", "issuer: a root signs itself and names no issuer");
	else if (goes_round(all, d))
		ctn_schema_say(s, &at, "one of them must be a root, without issuer", "issuer: the issuers go round in a circle");
	else
		check_below(s, d, issuer);
}

/* The file */

static void
read_authorities(ctn_schema *s, const ctn_yaml *value, void *field)
{
	struct drafts *all = field;
	const char *before;

	if (!ctn_schema_is(s, value, CTN_YAML_MAP))
		return;
	if (value->n == 0)
		ctn_schema_say(s, value, NULL, "there is no authority in it");
	all->at = ctn_arena_new(s->arena, struct draft, value->n + 1);
	if (all->at == NULL) {
		s->errors->no_memory = true;
		return;
	}
	before = ctn_schema_enter(s, value->key);
	for (const ctn_yaml *v = value->first; v != NULL; v = v->next) {
		if (!v->bad)
			read_authority(s, &all->at[all->n++], v);
	}
	for (size_t i = 0; i < all->n; i++)
		all->at[i].above = issuer_of(all, &all->at[i]);
	for (size_t i = 0; i < all->n; i++) {
		const char *outer = ctn_schema_enter(s, all->at[i].p.name);

		check_issuer(s, all, &all->at[i]);
		ctn_schema_leave(s, outer);
	}
	ctn_schema_leave(s, before);
}

static const ctn_schema_key file_keys[] = {
	{ .name = "authorities", .required = true, .kind = CTN_SCHEMA_CUSTOM, .read = read_authorities },
	{ 0 },
};

void
ctn_authorities_read(ctn_schema *s, const ctn_yaml *root, ctn_authority_policy **out, size_t *n)
{
	struct drafts all = { 0 };

	ctn_schema_read(s, file_keys, root, &all);
	*n = 0;
	*out = ctn_arena_new(s->arena, ctn_authority_policy, all.n + 1);
	if (*out == NULL) {
		s->errors->no_memory = true;
		return;
	}
	for (size_t i = 0; i < all.n; i++)
		(*out)[(*n)++] = all.at[i].p;
}
