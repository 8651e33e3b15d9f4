#include "policy/subtree.h"

#include <string.h>

#include "name/dns.h"
#include "name/ip.h"
#include "name/mail.h"
#include "policy/read.h"

/** A host, or `.host` for what lies below it. */
static bool
constraint_host(ctn_schema *s, const ctn_yaml *at, const char *text, bool dot_allowed, const char **out)
{
	bool dot = text[0] == '.', wildcard = false;
	struct ctn_err e = { 0 };
	char *host = NULL, *dotted;

	if (dot && !dot_allowed) {
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

void
ctn_subtrees_read(ctn_schema *s, const ctn_yaml *value, ctn_general_name **out, size_t *out_n)
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
		if (part != NULL) {
			memcpy(all + *out_n, part, n * sizeof(*part));
			*out_n += n;
		}
	}
	ctn_schema_leave(s, before);
	if (room == 0 && s->errors->n == errors)
		ctn_schema_say(s, value, "remove the key: without it nothing is limited", "names nothing (RFC 5280 4.2.1.10)");
}
