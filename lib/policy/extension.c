#include "policy/extension.h"

#include <stdio.h>

#include "der/der.h"
#include "der/oid.h"
#include "policy/read.h"

#define VALUE_MAX 8192 /* octets */
#define EXTENSIONS_MAX 32
#define DEPTH_MAX 32

struct draft {
	const char *oid, *value;
	bool critical;
};
static const ctn_schema_key extension_keys[] = {
	{ .name = "oid", .required = true, CTN_KEY_TEXT(struct draft, oid) },
	{ .name = "critical", CTN_KEY_BOOL(struct draft, critical) },
	{ .name = "value", .required = true, CTN_KEY_TEXT(struct draft, value) },
	{ 0 },
};

static const struct {
	const ctn_span *oid;
	const char *hint;
} own[] = {
	{ &ctn_oid_basic_constraints, "a profile is for end entities; authorities are described in ca.yaml" },
	{ &ctn_oid_subject_alt_name, "what may stand in it is said by 'names'" },
	{ &ctn_oid_key_usage, "use 'key_usage'" },
	{ &ctn_oid_ext_key_usage, "use 'extended_key_usage'" },
	{ &ctn_oid_subject_key_id, "it is always there" },
	{ &ctn_oid_authority_key_id, "it is always there" },
	{ &ctn_oid_name_constraints, "only authorities have them: 'name_constraints' in ca.yaml" },
	{ &ctn_oid_crl_distribution_points, "use 'crl: { urls: [...] }' of the authority in ca.yaml" },
	{ &ctn_oid_authority_info_access, "use 'ca_issuers' of the authority in ca.yaml" },
};

static bool
is_free(ctn_schema *s, const ctn_yaml *at, ctn_span oid, const ctn_profile *p)
{
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (ctn_span_equal(*own[i].oid, oid)) {
			ctn_schema_say(s, at, own[i].hint, "%s is written by this tool itself", ctn_oid_name(oid));
			return false;
		}
	}
	for (size_t i = 0; i < p->extensions_n; i++) {
		if (ctn_span_equal(p->extensions[i].oid, oid)) {
			ctn_schema_say(s, at, NULL, "this extension stands twice (RFC 5280 4.2)");
			return false;
		}
	}
	return true;
}

static bool
read_der(ctn_schema *s, const ctn_yaml *at, const char *text, ctn_span *out)
{
	uint8_t bytes[VALUE_MAX];
	ctn_der r;
	ctn_span whole = { 0 };
	size_t n = 0, bad = 0;

	if (!ctn_unhex(bytes, sizeof(bytes), &n, text)) {
		ctn_schema_say(s, at, "as in \"0c0568656c6c6f\": the DER of the value in hex, at most 8192 octets", "value '%.40s' is not hex", text);
		return false;
	}
	r = ctn_der_over((ctn_span){ bytes, n });
	if (!ctn_der_any(&r, &whole) || !ctn_der_end(&r) || !ctn_der_well_formed(whole, DEPTH_MAX, &bad)) {
		ctn_schema_say(s, at, "it must be one whole DER element: identifier, length, content", "value '%.40s' is not DER, from octet %zu on",
		    text, whole.n < n ? whole.n : bad);
		return false;
	}
	out->p = ctn_arena_copy(s->arena, bytes, n);
	out->n = n;
	if (out->p == NULL)
		s->errors->no_memory = true;
	return out->p != NULL;
}

static void
add(ctn_schema *s, const ctn_yaml *at, const struct draft *d, ctn_profile *p)
{
	const ctn_yaml *value = ctn_yaml_get(at, "value");
	ctn_raw_ext x = { .critical = d->critical };
	struct ctn_err e = { 0 };

	if (!ctn_oid_parse(&x.oid, d->oid, s->arena, &e)) {
		ctn_schema_say_err(s, at, &e);
		return;
	}
	if (!is_free(s, at, x.oid, p) || !read_der(s, &(ctn_yaml){ .line = value->line, .column = value->column }, d->value, &x.value))
		return;
	if (!ctn_span_equal(x.oid, ctn_oid_ocsp_nocheck)) {
		p->extensions[p->extensions_n++] = x;
		return;
	}
	if (x.critical || !ctn_span_equal(x.value, CTN_SPAN("\x05\x00")))
		ctn_schema_say(s, at, "as in { oid: ocspNoCheck, value: \"0500\" }",
		    "ocspNoCheck is not critical and its value is NULL (RFC 6960 4.2.2.2.1)");
	p->ocsp_nocheck = true;
}

void
ctn_extensions_read(ctn_schema *s, const ctn_yaml *value, void *field)
{
	ctn_profile *p = ((ctn_reading *)s->user)->into;
	const char *before;

	(void)field;
	if (!ctn_schema_is(s, value, CTN_YAML_LIST))
		return;
	if (value->n > EXTENSIONS_MAX) {
		ctn_schema_say(s, value, NULL, "more than %d extensions", EXTENSIONS_MAX);
		return;
	}
	p->extensions = ctn_arena_new(s->arena, ctn_raw_ext, value->n + 1);
	if (p->extensions == NULL) {
		s->errors->no_memory = true;
		return;
	}
	before = ctn_schema_enter(s, value->key);
	for (const ctn_yaml *v = value->first; v != NULL; v = v->next) {
		struct draft d = { 0 };

		ctn_schema_read(s, extension_keys, v, &d);
		if (d.oid != NULL && d.value != NULL)
			add(s, v, &d, p);
	}
	ctn_schema_leave(s, before);
}
