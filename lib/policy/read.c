#include "policy/read.h"

#include <stdio.h>
#include <string.h>

#include "der/oid.h"
#include "name/attr.h"
#include "name/dns.h"
#include "name/mail.h"
#include "name/uri.h"
#include "x509/ext.h"

ctn_where
ctn_read_where(const ctn_schema *s, const ctn_yaml *at)
{
	const ctn_reading *r = s->user;

	return (ctn_where){ .file = r->file, .line = at->line, .column = at->column };
}

void *
ctn_read_items(ctn_schema *s, const ctn_yaml *list, size_t size, ctn_read_item *read, size_t *n)
{
	const char *before, *text;
	char *items;

	*n = 0;
	if (!ctn_schema_is(s, list, CTN_YAML_LIST))
		return NULL;
	items = ctn_arena_calloc(s->arena, list->n + 1, size);
	if (items == NULL)
		return s->errors->no_memory = true, NULL;
	before = ctn_schema_enter(s, list->key);
	for (const ctn_yaml *v = list->first; v != NULL; v = v->next) {
		if (ctn_schema_text(s, v, &text) && read(s, v, text, items + *n * size))
			(*n)++;
	}
	ctn_schema_leave(s, before);
	return items;
}

bool
ctn_read_text(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	(void)s;
	(void)at;
	*(const char **)slot = text;
	return true;
}

/* id-kp: 1.3.6.1.5.5.7.3 */
static const uint8_t key_purpose_arc[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03 };

bool
ctn_read_eku(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	static const char *const words[] = { "serverAuth", "clientAuth", "codeSigning", "emailProtection", "timeStamping", "OCSPSigning" };
	struct ctn_err e = { 0 };
	ctn_span oid = { 0 };
	char said[160];
	bool named = strchr(text, '.') == NULL;
	bool known = ctn_oid_parse(&oid, text, s->arena, &e);

	if (ctn_span_equal(oid, ctn_oid_any_ext_key_usage)) {
		ctn_schema_say(s, at, "leave the list empty: no limit", "anyExtendedKeyUsage is never written");
		return false;
	}
	if (known && (!named || (oid.n > sizeof(key_purpose_arc) && memcmp(oid.p, key_purpose_arc, sizeof(key_purpose_arc)) == 0))) {
		*(ctn_span *)slot = oid;
		return true;
	}
	(void)snprintf(said, sizeof(said), "'%.80s' is no extended key usage", text);
	ctn_schema_say_words(s, at, said, text, words, sizeof(words) / sizeof(words[0]));
	return false;
}

bool
ctn_read_key_usage(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	const char *words[16];
	char said[160];
	uint32_t bit = 0;
	size_t n = 0;

	if (ctn_key_usage_parse(&bit, text)) {
		if ((bit & (CTN_KU_KEY_CERT_SIGN | CTN_KU_CRL_SIGN)) != 0) {
			ctn_schema_say(s, at, "authorities are described in ca.yaml", "'%.40s' is for authorities alone", text);
			return false;
		}
		*(uint32_t *)slot = bit;
		return true;
	}
	for (uint32_t b = CTN_KU_DIGITAL_SIGNATURE; b <= CTN_KU_DECIPHER_ONLY; b <<= 1) {
		if ((b & (CTN_KU_KEY_CERT_SIGN | CTN_KU_CRL_SIGN)) == 0)
			words[n++] = ctn_key_usage_name(b);
	}
	(void)snprintf(said, sizeof(said), "'%.80s' is no key usage", text);
	ctn_schema_say_words(s, at, said, text, words, n);
	return false;
}

bool
ctn_read_key_range(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	struct ctn_err e = { 0 };

	if (!ctn_key_range_parse(slot, text, &e))
		return ctn_schema_say_err(s, at, &e), false;
	return true;
}

bool
ctn_read_cidr(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	struct ctn_err e = { 0 };

	if (!ctn_cidr_parse(slot, text, &e))
		return ctn_schema_say_err(s, at, &e), false;
	return true;
}

typedef bool pattern_parser(char **out, const char *text, ctn_arena *a, struct ctn_err *e);

static bool
read_pattern(ctn_schema *s, const ctn_yaml *at, const char *text, const char **slot, pattern_parser *parse)
{
	struct ctn_err e = { 0 };
	char *pattern = NULL;

	if (!parse(&pattern, text, s->arena, &e))
		return ctn_schema_say_err(s, at, &e), false;
	*slot = pattern;
	return true;
}

bool
ctn_read_dns_pattern(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	return read_pattern(s, at, text, slot, ctn_dns_pattern);
}

bool
ctn_read_mail_pattern(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	return read_pattern(s, at, text, slot, ctn_mail_pattern);
}

bool
ctn_read_uri_pattern(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	return read_pattern(s, at, text, slot, ctn_uri_pattern);
}

void
ctn_read_key_kind(ctn_schema *s, const ctn_yaml *value, void *field)
{
	struct ctn_err e = { 0 };
	const char *text;

	if (ctn_schema_text(s, value, &text) && !ctn_key_kind_parse(field, text, &e))
		ctn_schema_say_err(s, value, &e);
}

bool
ctn_read_attr_type(ctn_schema *s, const ctn_yaml *at, ctn_span *oid, const char **word)
{
	const ctn_attr_type *type = ctn_attr_by_name(ctn_span_text(at->key));
	const ctn_yaml key = { .line = at->key_line, .column = at->key_column };
	const char *near;
	char hint[80];

	if (type != NULL) {
		*oid = *type->oid;
		*word = type->name;
		return true;
	}
	near = ctn_attr_nearest(at->key);
	if (near != NULL)
		(void)snprintf(hint, sizeof(hint), "did you mean '%s'?", near);
	else
		(void)snprintf(hint, sizeof(hint), "customary are CN, O, OU, L, ST, C, serialNumber, DC");
	ctn_schema_say(s, &key, hint, "'%.80s' is no attribute of a name", at->key);
	return false;
}

bool
ctn_read_attr_value(ctn_schema *s, const ctn_yaml *at, ctn_span oid, const char *value)
{
	const ctn_dn_attr attr = { .oid = oid, .value = value };
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };

	if (!ctn_dn_write(&der, &attr, 1, &e))
		return ctn_schema_say_err(s, at, &e), false;
	return true;
}

unsigned
ctn_read_attr_rank(ctn_span oid)
{
	static const ctn_span *const order[] = {
		&ctn_oid_at_domain_component, &ctn_oid_at_country, &ctn_oid_at_state, &ctn_oid_at_locality, &ctn_oid_at_postal_code,
		&ctn_oid_at_street, &ctn_oid_at_organization, &ctn_oid_at_organizational_unit, &ctn_oid_at_title, &ctn_oid_at_surname,
		&ctn_oid_at_given_name, &ctn_oid_at_initials, &ctn_oid_at_generation_qualifier, &ctn_oid_at_pseudonym,
		&ctn_oid_at_dn_qualifier, &ctn_oid_at_common_name, &ctn_oid_at_serial_number, &ctn_oid_at_uid, &ctn_oid_at_email,
	};
	unsigned i = 0;

	while (i < sizeof(order) / sizeof(order[0]) && !ctn_span_equal(*order[i], oid))
		i++;
	return i;
}
