#include "policy/authority.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "name/dns.h"
#include "name/mail.h"
#include "name/uri.h"
#include "policy/read.h"

#define NAME_MAX_OCTETS 64
#define SHARDS_MAX 1000
#define URLS_MAX 8

/** An authority while it is read. */
struct draft {
	ctn_authority_policy p;
	int protection;
	const ctn_yaml *at;
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

	return n >= 1 && n <= NAME_MAX_OCTETS && strchr("._-", name[0]) == NULL && strspn(name, legal) == n;
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
	d->p.subject = ctn_arena_new(s->arena, ctn_dn_attr, count_attrs(value) + 1);
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

/** A host, or `.host` for what lies below it. */
static bool
constraint_host(ctn_schema *s, const ctn_yaml *at, const char *text, bool dot_allowed, const char **out)
{
	bool dot = dot_allowed && text[0] == '.', wildcard = false;
	struct ctn_err e = { 0 };
	char *host = NULL, *dotted;

	if (text[0] == '.' && !dot_allowed) {
		ctn_schema_say(s, at, "write it without the dot", "'%.80s': a DNS constraint covers the name and all below it", text);
		return false;
	}
	if (!ctn_dns_canonical(&host, &wildcard, text + (dot ? 1 : 0), s->arena, &e))
		return ctn_schema_say_err(s, at, &e), false;
	if (wildcard) {
		ctn_schema_say(s, at, "write the name alone", "'%.80s': a constraint has no wildcard: it covers all names below", text);
		return false;
	}
	dotted = ctn_arena_printf(s->arena, "%s%s", dot ? "." : "", host);
	if (dotted == NULL)
		return s->errors->no_memory = true, false;
	*out = dotted;
	return true;
}

static bool
constraint_dns(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	const char *host;

	if (!constraint_host(s, at, text, false, &host))
		return false;
	*(ctn_general_name *)slot = (ctn_general_name){ .type = CTN_NAME_DNS, .value = ctn_span_text(host) };
	return true;
}

static bool
constraint_uri(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	const char *host;

	if (strstr(text, "://") != NULL) {
		ctn_schema_say(s, at, "write the host alone", "'%.80s': a URI constraint is a host (RFC 5280 4.2.1.10)", text);
		return false;
	}
	if (!constraint_host(s, at, text, true, &host))
		return false;
	*(ctn_general_name *)slot = (ctn_general_name){ .type = CTN_NAME_URI, .value = ctn_span_text(host) };
	return true;
}

static bool
constraint_email(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	struct ctn_err e = { 0 };
	const char *base = NULL;
	char *mail = NULL;

	if (strchr(text, '@') != NULL) {
		if (!ctn_mail_canonical(&mail, text, s->arena, &e))
			return ctn_schema_say_err(s, at, &e), false;
		base = mail;
	} else if (!constraint_host(s, at, text, true, &base)) {
		return false;
	}
	*(ctn_general_name *)slot = (ctn_general_name){ .type = CTN_NAME_EMAIL, .value = ctn_span_text(base) };
	return true;
}

static bool
constraint_ip(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	struct ctn_err e = { 0 };
	uint8_t octets[32];
	ctn_cidr block;
	void *copy;

	if (!ctn_cidr_parse(&block, text, &e))
		return ctn_schema_say_err(s, at, &e), false;
	memcpy(octets, block.base.octets, block.base.n);
	memcpy(octets + block.base.n, block.mask, block.base.n);
	copy = ctn_arena_copy(s->arena, octets, 2u * block.base.n);
	if (copy == NULL)
		return s->errors->no_memory = true, false;
	*(ctn_general_name *)slot = (ctn_general_name){ .type = CTN_NAME_IP, .value = { copy, 2u * block.base.n } };
	return true;
}

struct subtrees {
	const ctn_yaml *of[4];
};
static const ctn_schema_key subtree_keys[] = {
	{ .name = "dns", CTN_KEY_LIST(struct subtrees, of[0]) },
	{ .name = "ip", CTN_KEY_LIST(struct subtrees, of[1]) },
	{ .name = "email", CTN_KEY_LIST(struct subtrees, of[2]) },
	{ .name = "uri", CTN_KEY_LIST(struct subtrees, of[3]) },
	{ 0 },
};

static void
read_subtrees(ctn_schema *s, const ctn_yaml *value, ctn_general_name **out, size_t *out_n)
{
	static ctn_read_item *const readers[4] = { constraint_dns, constraint_ip, constraint_email, constraint_uri };
	struct subtrees lists = { 0 };
	ctn_general_name *part, *all;
	const char *before;
	size_t n, room = 0, errors = s->errors->n;

	ctn_schema_read_in(s, value->key, subtree_keys, value, &lists);
	for (size_t i = 0; i < 4; i++)
		room += lists.of[i] != NULL ? lists.of[i]->n : 0;
	all = ctn_arena_new(s->arena, ctn_general_name, room + 1);
	if (all == NULL) {
		s->errors->no_memory = true;
		return;
	}
	*out = all;
	before = ctn_schema_enter(s, value->key);
	for (size_t i = 0; i < 4; i++) {
		part = lists.of[i] == NULL ? NULL : ctn_read_items(s, lists.of[i], sizeof(*part), readers[i], &n);
		if (part != NULL && n > 0) {
			memcpy(all + *out_n, part, n * sizeof(*part));
			*out_n += n;
		}
	}
	ctn_schema_leave(s, before);
	if (room == 0 && s->errors->n == errors && !value->bad)
		ctn_schema_say(s, value, "remove the key: without it nothing is limited", "names nothing (RFC 5280 4.2.1.10)");
}

static void
read_permitted(ctn_schema *s, const ctn_yaml *value, void *field)
{
	struct draft *d = ((ctn_reading *)s->user)->into;

	(void)field;
	read_subtrees(s, value, &d->p.permitted, &d->p.permitted_n);
}

static void
read_excluded(ctn_schema *s, const ctn_yaml *value, void *field)
{
	struct draft *d = ((ctn_reading *)s->user)->into;

	(void)field;
	read_subtrees(s, value, &d->p.excluded, &d->p.excluded_n);
}

/* URLs, purposes, path length */

/** text with every {key} and {shard} replaced by a digit, as it will be a URL; NULL for an unknown {word}. */
static const char *
filled(ctn_schema *s, const ctn_yaml *at, const char *text)
{
	CTN_OWN_BUF b = { .max = 8192 };
	const char *url;

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
	const ctn_yaml *in = v == NULL || inner == NULL ? v : ctn_yaml_get(v, inner);
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
	const ctn_yaml at = spot(d, "issuer", NULL);
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
	const struct draft *up = issuer_of(all, d);

	for (size_t i = 0; i <= all->n && up != NULL; i++) {
		if (up == d)
			return true;
		up = issuer_of(all, up);
	}
	return false;
}

static void
check_below(ctn_schema *s, const struct draft *d, const struct draft *issuer)
{
	const ctn_yaml lifetime_at = spot(d, "lifetime", NULL), issuer_at = spot(d, "issuer", NULL), length_at = spot(d, "path_length", NULL);
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
	else if (d->p.has_path_length && d->p.path_length >= issuer->p.path_length)
		ctn_schema_say(s, &length_at, NULL, "path_length: %u must be less than the %u of its issuer '%s'", d->p.path_length,
		    issuer->p.path_length, issuer->p.name);
}

static void
check_issuer(ctn_schema *s, const struct drafts *all, const struct draft *d)
{
	const struct draft *issuer = issuer_of(all, d);
	const ctn_yaml at = spot(d, "issuer", NULL);

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
