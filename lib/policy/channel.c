#include "policy/channel.h"

#include <stdio.h>
#include <string.h>

#include "hash/hash.h"
#include "name/mail.h"
#include "name/uri.h"
#include "policy/read.h"

#define CHANNELS_MAX 64
#define RECEIVERS_MAX 50
#define HEADERS_MAX 16
#define NAME_MAX_OCTETS 200
#define TIMEOUT_S 30
#define TIMEOUT_MAX_S 600
#define ALL_STAGES ((1u << CTN_STAGES) - 1)

/** One entry while it is read. */
struct draft {
	ctn_channel c;
	const char *name;
	unsigned stages;
	int tls, format, facility;
};

static const char *const stage_words[] = { "recovered", "warning", "unreachable", "critical", "expired" };
static const char *const tls_words[] = { "starttls", "none", NULL };
static const char *const format_words[] = { "json", "slack", NULL };
static const char *const facility_words[] = { "daemon", "user", "auth", "authpriv", "cron", "mail", "local0", "local1", "local2", "local3",
	"local4", "local5", "local6", "local7", NULL };

const char *
ctn_stage_name(enum ctn_notice_stage stage)
{
	return stage < CTN_STAGES ? stage_words[stage] : "?";
}

/* Values */

static bool
read_stage(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	char said[120];

	for (unsigned i = 0; i < CTN_STAGES; i++) {
		if (strcmp(stage_words[i], text) == 0) {
			*(unsigned *)slot = 1u << i;
			return true;
		}
	}
	(void)snprintf(said, sizeof(said), "'%.80s' is no stage", text);
	ctn_schema_say_words(s, at, said, text, stage_words, CTN_STAGES);
	return false;
}

/* Who is told of critical is told of what is worse; who is told of warnings also that nobody can say any more. */
static void
read_stages(ctn_schema *s, const ctn_yaml *value, void *field)
{
	unsigned *stages = field, *bits, mask = 0;
	size_t n;

	bits = ctn_read_items(s, value, sizeof(*bits), read_stage, &n);
	if (bits == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		mask |= bits[i];
	if ((mask & 1u << CTN_STAGE_CRITICAL) != 0)
		mask |= 1u << CTN_STAGE_EXPIRED;
	if ((mask & 1u << CTN_STAGE_WARNING) != 0)
		mask |= 1u << CTN_STAGE_UNREACHABLE;
	if (value->n == 0)
		ctn_schema_say(s, value, "remove the key: then every stage is told", "no stage is told at all");
	*stages = mask;
}

/** A file that is read whoever runs the monitor, and wherever. */
static void
read_path(ctn_schema *s, const ctn_yaml *value, void *field)
{
	const char *text;

	if (!ctn_schema_text(s, value, &text))
		return;
	if (text[0] != '/')
		ctn_schema_say(s, value, "write the whole path, from / on", "'%.200s' is a relative path", text);
	*(const char **)field = text;
}

static bool
read_mailbox(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	struct ctn_err e = { 0 };
	char *mail = NULL;

	if (!ctn_mail_canonical(&mail, text, s->arena, &e))
		return ctn_schema_say_err(s, at, &e), false;
	*(const char **)slot = mail;
	return true;
}

static void
read_from(ctn_schema *s, const ctn_yaml *value, void *field)
{
	const char *text;

	if (ctn_schema_text(s, value, &text))
		(void)!read_mailbox(s, value, text, field);
}

/** One receiver, or a list of them. */
static void
read_receivers(ctn_schema *s, const ctn_yaml *value, void *field)
{
	const char **to, *text;
	size_t n = 1;

	if (value->kind == CTN_YAML_LIST) {
		to = ctn_read_items(s, value, sizeof(*to), read_mailbox, &n);
		if (to != NULL && (value->n == 0 || value->n > RECEIVERS_MAX))
			ctn_schema_say(s, value, NULL, value->n == 0 ? "names nobody" : "more than %d receivers", RECEIVERS_MAX);
		*(const char ***)field = to;
		return;
	}
	if (!ctn_schema_text(s, value, &text))
		return;
	to = ctn_arena_new(s->arena, const char *, 2);
	if (to == NULL) {
		s->errors->no_memory = true;
		return;
	}
	(void)!read_mailbox(s, value, text, &to[0]);
	*(const char ***)field = to;
}

/** A URL of one of two schemes, with a host and nothing secret in front of it. Says its error. */
static bool
url_of(ctn_schema *s, const ctn_yaml *value, const char *plain, const char *safe, ctn_uri *u, const char **out)
{
	struct ctn_err e = { 0 };
	const char *text;
	char *canonical = NULL;
	bool known;

	if (!ctn_schema_text(s, value, &text))
		return false;
	if (!ctn_uri_canonical(&canonical, text, s->arena, &e) || !ctn_uri_parse(u, ctn_span_text(canonical), &e))
		return ctn_schema_say_err(s, value, &e), false;
	known = ctn_span_equal(u->scheme, ctn_span_text(plain)) || ctn_span_equal(u->scheme, ctn_span_text(safe));
	if (!known || u->host.n == 0) {
		ctn_schema_say(s, value, NULL, "'%.200s' is neither %s://HOST nor %s://HOST", text, plain, safe);
		return false;
	}
	if (u->has_userinfo || u->fragment.p != NULL) {
		ctn_schema_say(s, value, "users, passwords and tokens have keys of their own", "'%.*s' has a user or fragment in it", (int)u->host.n,
		    (const char *)u->host.p);
		return false;
	}
	*out = canonical;
	return true;
}

static void
read_smtp(ctn_schema *s, const ctn_yaml *value, void *field)
{
	const char *url;
	ctn_uri u;

	if (!url_of(s, value, "smtp", "smtps", &u, &url))
		return;
	if ((u.path.n > 0 && !ctn_span_equal(u.path, CTN_SPAN("/"))) || u.query.p != NULL)
		ctn_schema_say(s, value, "as in smtp://mail.internal.example:587", "'%.200s' has more than host and port", url);
	*(const char **)field = url;
}

static void
read_webhook(ctn_schema *s, const ctn_yaml *value, void *field)
{
	ctn_uri u;

	(void)!url_of(s, value, "http", "https", &u, field);
}

/* RFC 9110 5.1: a token */
static bool
header_name_ok(const char *name)
{
	static const char legal[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t n = strlen(name);

	return n > 0 && n <= 64 && strspn(name, legal) == n;
}

static void
read_header_files(ctn_schema *s, const ctn_yaml *value, void *field)
{
	struct draft *d = ((ctn_reading *)s->user)->into;
	const char *before;

	(void)field;
	if (!ctn_schema_is(s, value, CTN_YAML_MAP))
		return;
	if (value->n > HEADERS_MAX)
		ctn_schema_say(s, value, NULL, "more than %d headers", HEADERS_MAX);
	d->c.webhook.headers = ctn_arena_new(s->arena, ctn_secret_header, value->n + 1);
	if (d->c.webhook.headers == NULL) {
		s->errors->no_memory = true;
		return;
	}
	before = ctn_schema_enter(s, value->key);
	for (const ctn_yaml *v = value->first; v != NULL; v = v->next) {
		ctn_secret_header *h = &d->c.webhook.headers[d->c.webhook.headers_n++];

		h->name = v->key;
		if (!header_name_ok(v->key))
			ctn_schema_say(s, v, NULL, "'%.80s' cannot be the name of a header (RFC 9110 5.1)", v->key);
		read_path(s, v, &h->file);
	}
	ctn_schema_leave(s, before);
}

static void
read_argv(ctn_schema *s, const ctn_yaml *value, void *field)
{
	*(const char ***)field = ctn_policy_argv(s, value);
}

/* The tables: what stands in all of them first */

#define COMMON_KEYS                                            \
	{ .name = "name", CTN_KEY_TEXT(struct draft, name) }, \
	{ .name = "stages", CTN_KEY_CUSTOM(struct draft, stages, read_stages) }

static const ctn_schema_key email_keys[] = {
	{ .name = "email", .required = true, CTN_KEY_CUSTOM(struct draft, c.email.to, read_receivers) },
	{ .name = "from", .required = true, CTN_KEY_CUSTOM(struct draft, c.email.from, read_from) },
	{ .name = "smtp", .required = true, CTN_KEY_CUSTOM(struct draft, c.email.smtp, read_smtp) },
	{ .name = "tls", CTN_KEY_WORD(struct draft, tls, tls_words) },
	{ .name = "user", CTN_KEY_TEXT(struct draft, c.email.user) },
	{ .name = "password_file", CTN_KEY_CUSTOM(struct draft, c.email.password_file, read_path) },
	{ .name = "password", .refused = "a password never stands in a policy: put it into a file and name it with password_file" },
	{ .name = "ca_file", CTN_KEY_CUSTOM(struct draft, c.email.ca_file, read_path) },
	COMMON_KEYS,
	{ 0 },
};
static const ctn_schema_key webhook_keys[] = {
	{ .name = "webhook", .required = true, CTN_KEY_CUSTOM(struct draft, c.webhook.url, read_webhook) },
	{ .name = "format", CTN_KEY_WORD(struct draft, format, format_words) },
	{ .name = "header_files", CTN_KEY_CUSTOM(struct draft, c.webhook.headers, read_header_files) },
	{ .name = "headers", .refused = "a header may be a secret: put its value into a file, header_files: { NAME: FILE }" },
	{ .name = "ca_file", CTN_KEY_CUSTOM(struct draft, c.webhook.ca_file, read_path) },
	COMMON_KEYS,
	{ 0 },
};
static const ctn_schema_key command_keys[] = {
	{ .name = "command", .required = true, CTN_KEY_CUSTOM(struct draft, c.command.argv, read_argv) },
	{ .name = "timeout", CTN_KEY_DURATION(struct draft, c.command.timeout_s, 1), .max = TIMEOUT_MAX_S },
	COMMON_KEYS,
	{ 0 },
};
static const ctn_schema_key syslog_keys[] = {
	{ .name = "syslog", .required = true, CTN_KEY_WORD(struct draft, facility, facility_words) },
	COMMON_KEYS,
	{ 0 },
};

static const struct kind {
	const char *word;
	const ctn_schema_key *keys;
} kinds[] = {
	[CTN_CHANNEL_EMAIL] = { "email", email_keys },
	[CTN_CHANNEL_WEBHOOK] = { "webhook", webhook_keys },
	[CTN_CHANNEL_COMMAND] = { "command", command_keys },
	[CTN_CHANNEL_SYSLOG] = { "syslog", syslog_keys },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* What must fit together */

static bool
is_loopback(const char *url)
{
	ctn_uri u;
	struct ctn_err e = { 0 };

	return ctn_uri_parse(&u, ctn_span_text(url), &e) &&
	    (ctn_span_equal(u.host, CTN_SPAN("127.0.0.1")) || ctn_span_equal(u.host, CTN_SPAN("[::1]")) || ctn_span_equal(u.host, CTN_SPAN("localhost")));
}

static void
check_email(ctn_schema *s, const ctn_yaml *at, const struct draft *d)
{
	if ((d->c.email.user == NULL) != (d->c.email.password_file == NULL))
		ctn_schema_say(s, at, NULL, "user and password_file belong together");
	if (d->tls != 1)
		return;
	if (strncmp(d->c.email.smtp, "smtps:", 6) == 0)
		ctn_schema_say(s, at, "smtp://, or no tls: none", "smtps:// without TLS");
	if (d->c.email.user != NULL && !is_loopback(d->c.email.smtp))
		ctn_schema_say(s, at, "remove tls: none", "the password would go over the network in the clear");
}

static void
check_webhook(ctn_schema *s, const ctn_yaml *at, const struct draft *d)
{
	if (d->c.webhook.headers_n > 0 && strncmp(d->c.webhook.url, "http:", 5) == 0 && !is_loopback(d->c.webhook.url))
		ctn_schema_say(s, at, "https://", "header_files: what stands in them would go over the network in the clear");
}

/* Of a URL its path and query may be all that keeps others out: they are named by a digest. */
static const char *
url_shown(ctn_schema *s, const char *url)
{
	const char *host = url + strcspn(url, ":") + 3, *path = host + strcspn(host, "/?");
	uint8_t digest[CTN_SHA256_LEN];
	struct ctn_err e = { 0 };

	if (path[0] == '\0' || strcmp(path, "/") == 0)
		return ctn_arena_printf(s->arena, "%.*s", (int)(path - host), host);
	if (!ctn_sha256(digest, ctn_span_text(url), &e))
		return NULL;
	return ctn_arena_printf(s->arena, "%.*s/%02x%02x%02x%02x", (int)(path - host), host, digest[0], digest[1], digest[2], digest[3]);
}

/** What an entry is called when it has no name: "email:ops@internal.example". */
static const char *
customary_name(ctn_schema *s, const struct draft *d)
{
	const char *what = d->c.webhook.url == NULL ? d->c.syslog.facility : url_shown(s, d->c.webhook.url), *name;

	if (d->c.email.to != NULL)
		what = d->c.email.to[0];
	if (d->c.command.argv != NULL)
		what = d->c.command.argv[0];
	name = what == NULL ? NULL : ctn_arena_printf(s->arena, "%s:%s", kinds[d->c.kind].word, what);
	if (name == NULL)
		s->errors->no_memory = true;
	return name;
}

/* Notices are remembered by the channel's name, so no two may share one. */
static void
check_name(ctn_schema *s, const ctn_yaml *at, const ctn_monitor_policy *p, const char *name)
{
	if (strlen(name) > NAME_MAX_OCTETS)
		ctn_schema_say(s, at, "give it a name: key of its own", "its name is longer than %d octets", NAME_MAX_OCTETS);
	for (size_t i = 0; i < p->channels_n; i++) {
		if (strcmp(p->channels[i].name, name) != 0)
			continue;
		ctn_schema_say(s, at, "give one of them a name: key of its own", "two channels are called '%.100s', the other in line %u", name,
		    p->channels[i].where.line);
		return;
	}
}

/* Of what an entry of its kind cannot say nothing was said. */
static void
finish_entry(ctn_schema *s, const ctn_yaml *at, struct draft *d, ctn_monitor_policy *p)
{
	d->c.stages = d->stages;
	d->c.email.plaintext = d->tls == 1;
	d->c.webhook.slack = d->format == 1;
	if (d->c.kind == CTN_CHANNEL_SYSLOG)
		d->c.syslog.facility = facility_words[d->facility];
	check_email(s, at, d);
	check_webhook(s, at, d);
	d->c.name = d->name != NULL ? d->name : customary_name(s, d);
	if (d->c.name == NULL)
		return;
	check_name(s, at, p, d->c.name);
	p->channels[p->channels_n++] = d->c;
}

/** The kind that an entry is of, by the key that says so. Says its error. */
static bool
kind_of(ctn_schema *s, const ctn_yaml *entry, enum ctn_channel_kind *kind)
{
	const char *words[KINDS];
	unsigned found = 0;
	char said[120];

	if (!ctn_schema_is(s, entry, CTN_YAML_MAP))
		return false;
	for (unsigned i = 0; i < KINDS; i++) {
		words[i] = kinds[i].word;
		if (ctn_yaml_get(entry, kinds[i].word) == NULL)
			continue;
		*kind = (enum ctn_channel_kind)i;
		found++;
	}
	if (found == 1)
		return true;
	(void)snprintf(said, sizeof(said), found == 0 ? "does not say how to tell" : "an entry is of one kind: begin another with '-'");
	ctn_schema_say_words(s, entry, said, entry->first == NULL ? "" : entry->first->key, words, KINDS);
	return false;
}

static void
read_entry(ctn_schema *s, const ctn_yaml *entry, ctn_monitor_policy *p)
{
	ctn_reading *reading = s->user;
	struct draft d = { .c = { .where = ctn_read_where(s, entry), .command = { .timeout_s = TIMEOUT_S } }, .stages = ALL_STAGES };
	const ctn_yaml at = { .line = entry->line, .column = entry->column };
	size_t errors = s->errors->n;

	if (!kind_of(s, entry, &d.c.kind))
		return;
	reading->into = &d;
	ctn_schema_read(s, kinds[d.c.kind].keys, entry, &d);
	reading->into = p;
	if (s->errors->n == errors && !s->errors->no_memory)
		finish_entry(s, &at, &d, p);
}

void
ctn_channels_read(ctn_schema *s, const ctn_yaml *value, void *field)
{
	ctn_monitor_policy *p = ((ctn_reading *)s->user)->into;
	const char *before;

	(void)field;
	if (!ctn_schema_is(s, value, CTN_YAML_LIST))
		return;
	if (value->n > CHANNELS_MAX) {
		ctn_schema_say(s, value, NULL, "more than %d entries", CHANNELS_MAX);
		return;
	}
	p->channels = ctn_arena_new(s->arena, ctn_channel, value->n + 1);
	if (p->channels == NULL) {
		s->errors->no_memory = true;
		return;
	}
	before = ctn_schema_enter(s, value->key);
	for (const ctn_yaml *entry = value->first; entry != NULL; entry = entry->next)
		read_entry(s, entry, p);
	ctn_schema_leave(s, before);
}
