/* Part of scene.h: twists of the leaf's names, of those that are asked for, and of name constraints. */
#include "twists.h"

#include "der/oid.h"
#include "der/write.h"
#include "name/constraint.h"

#define NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static bool
present(struct scene *s, const char *const *names, const char *asked)
{
	forge_san(&s->certs[0].f, false, names);
	s->name = asked;
	return true;
}

/* One GeneralName whose octets nobody has looked at. */
static bool
present_raw(struct scene *s, unsigned type, const char *value, const char *asked)
{
	ctn_buf *b = forge_put(&s->certs[0].f, ctn_oid_subject_alt_name, false);
	size_t q = ctn_der_open(b, CTN_TAG_SEQUENCE);

	ctn_der_put(b, CTN_TAG_CONTEXT(type), ctn_span_text(value));
	ctn_der_close(b, q);
	s->name = asked;
	return true;
}

bool
twist_san_wild(struct scene *s)
{
	return present(s, NAMES("*.internal.example"), chance(s, 60) ? "web.internal.example" : "internal.example");
}

bool
twist_san_wild_deep(struct scene *s)
{
	return present(s, NAMES("*.example"), chance(s, 50) ? "web.internal.example" : "web.example");
}

bool
twist_san_case(struct scene *s)
{
	return present_raw(s, CTN_NAME_DNS, "WEB.Internal.example", "web.internal.example");
}

bool
twist_san_ip(struct scene *s)
{
	static const char *const asked[] = { "10.0.0.1", "10.0.0.1", "10.0.0.2", "web.internal.example" };

	return present(s, NAMES("web.internal.example", "10.0.0.1"), asked[pick(s, 4)]);
}

bool
twist_san_ip6(struct scene *s)
{
	return present(s, NAMES("2001:db8::1"), chance(s, 50) ? "2001:db8::1" : "2001:db8::2");
}

bool
twist_san_mail(struct scene *s)
{
	static const char *const asked[] = { "user@internal.example", "user@internal.example", "User@internal.example",
		"user@INTERNAL.example", "user@example.com", "other@internal.example" };

	return present(s, NAMES("user@internal.example"), asked[pick(s, 6)]);
}

bool
twist_san_uri(struct scene *s)
{
	return present(s, NAMES("web.internal.example", "https://web.internal.example/x", "spiffe://example.org/ns"), s->name);
}

bool
twist_san_many(struct scene *s)
{
	return present(s, NAMES("a.example", "b.example", "*.c.example", "web.internal.example", "192.0.2.7", "x@example.com"),
	    chance(s, 50) ? "web.internal.example" : "d.c.example");
}

bool
twist_san_none(struct scene *s)
{
	if (forge_ext(&s->certs[0].f, ctn_oid_subject_alt_name) == NULL)
		return false;
	forge_drop(&s->certs[0].f, ctn_oid_subject_alt_name);
	return true;
}

bool
twist_san_critical(struct scene *s)
{
	if (forge_ext(&s->certs[0].f, ctn_oid_subject_alt_name) == NULL)
		return false;
	forge_mark(&s->certs[0].f, ctn_oid_subject_alt_name, true);
	return true;
}

/* What is no host name, or hardly one. */
bool
twist_san_odd(struct scene *s)
{
	static const struct {
		const char *presented, *asked;
	} odd[] = {
		{ "w*.internal.example", "web.internal.example" },
		{ "*eb.internal.example", "web.internal.example" },
		{ "web.*.example", "web.internal.example" },
		{ "*.*.example", "web.internal.example" },
		{ "*", "localhost" },
		{ "*.", "localhost" },
		{ "web.internal.example.", "web.internal.example" },
		{ ".internal.example", "web.internal.example" },
		{ "web_1.internal.example", "web.internal.example" },
		{ "-web.internal.example", "web.internal.example" },
		{ "10.0.0.1", "10.0.0.1" },
		{ "xn--bcher-kva.example", "xn--bcher-kva.example" },
		{ "*.xn--bcher-kva.example", "www.xn--bcher-kva.example" },
		{ "*.example", "xn--bcher-kva.example" },
		{ "", "web.internal.example" },
		{ "web..example", "web.internal.example" },
		{ "localhost", "localhost" },
		{ "web.internal.example ", "web.internal.example" },
	};
	unsigned i = pick(s, sizeof(odd) / sizeof(*odd));

	return present_raw(s, CTN_NAME_DNS, odd[i].presented, odd[i].asked);
}

bool
twist_ask_other(struct scene *s)
{
	static const char *const other[] = { "db.internal.example", "internal.example", "example.com", "10.9.9.9", "a@internal.example",
		"x.web.internal.example", "eb.internal.example" };

	s->name = other[pick(s, sizeof(other) / sizeof(*other))];
	return true;
}

bool
twist_ask_upper(struct scene *s)
{
	s->name = "WEB.INTERNAL.EXAMPLE";
	return true;
}

bool
twist_cn_only(struct scene *s)
{
	forge_name(&s->certs[0].f.subject, "CN=web.internal.example,O=Example");
	(void)twist_san_none(s);
	return true;
}

bool
twist_cn_beside(struct scene *s)
{
	forge_name(&s->certs[0].f.subject, chance(s, 50) ? "CN=db.internal.example,O=Example" : "CN=web.internal.example");
	return true;
}

bool
twist_subject_none(struct scene *s)
{
	forge_name(&s->certs[0].f.subject, "");
	return true;
}

bool
twist_subject_none_critical(struct scene *s)
{
	return twist_subject_none(s) && twist_san_critical(s);
}

bool
twist_subject_mail(struct scene *s)
{
	forge_name(&s->certs[0].f.subject,
	    chance(s, 50) ? "emailAddress=user@internal.example,O=Example" : "emailAddress=user@example.com,O=Example");
	if (chance(s, 50))
		(void)twist_san_none(s);
	return true;
}

bool
twist_san_dn(struct scene *s)
{
	ctn_buf *b = forge_put(&s->certs[0].f, ctn_oid_subject_alt_name, false), dn = { 0 };
	size_t q = ctn_der_open(b, CTN_TAG_SEQUENCE);

	forge_name(&dn, chance(s, 50) ? "CN=web,O=Example" : "CN=web,O=Other");
	ctn_der_put(b, CTN_TAG_CONTEXT_CONS(CTN_NAME_DIRECTORY), ctn_buf_view(&dn));
	ctn_der_put(b, CTN_TAG_CONTEXT(CTN_NAME_DNS), CTN_SPAN("web.internal.example"));
	ctn_der_close(b, q);
	ctn_buf_free(&dn);
	return true;
}

/* A subtree of a form, out of a few of which some fit. */
struct base {
	enum ctn_name_type type;
	const char *octets;
	size_t n; /* 0: as long as the text */
};

static const struct base dns_bases[] = { { CTN_NAME_DNS, "internal.example", 0 }, { CTN_NAME_DNS, "example", 0 },
	{ CTN_NAME_DNS, "web.internal.example", 0 }, { CTN_NAME_DNS, "example.com", 0 }, { CTN_NAME_DNS, "other.example", 0 },
	{ CTN_NAME_DNS, "Internal.EXAMPLE", 0 }, { CTN_NAME_DNS, "eb.internal.example", 0 }, { CTN_NAME_DNS, "", 0 } };
static const struct base dns_odd_bases[] = { { CTN_NAME_DNS, ".internal.example", 0 }, { CTN_NAME_DNS, "*.internal.example", 0 },
	{ CTN_NAME_DNS, "internal.example.", 0 }, { CTN_NAME_DNS, ".", 0 } };
static const struct base ip_bases[] = { { CTN_NAME_IP, "\x0a\x00\x00\x00\xff\x00\x00\x00", 8 },
	{ CTN_NAME_IP, "\x0a\x00\x00\x01\xff\xff\xff\xff", 8 }, { CTN_NAME_IP, "\xc0\x00\x02\x00\xff\xff\xff\x00", 8 },
	{ CTN_NAME_IP, "\x00\x00\x00\x00\x00\x00\x00\x00", 8 }, { CTN_NAME_IP, "\x0a\x00\x00\x00\xff\xff\xff\xfe", 8 },
	{ CTN_NAME_IP, "\x0a\x00\x00\x01\xff\x00\xff\x00", 8 },
	{ CTN_NAME_IP, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0", 32 },
	{ CTN_NAME_IP, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 32 } };
static const struct base mail_bases[] = { { CTN_NAME_EMAIL, "internal.example", 0 }, { CTN_NAME_EMAIL, ".example", 0 },
	{ CTN_NAME_EMAIL, "user@internal.example", 0 }, { CTN_NAME_EMAIL, "USER@internal.example", 0 },
	{ CTN_NAME_EMAIL, "example.com", 0 }, { CTN_NAME_EMAIL, "INTERNAL.example", 0 }, { CTN_NAME_EMAIL, "", 0 },
	{ CTN_NAME_EMAIL, "user@example.com", 0 } };
static const struct base uri_bases[] = { { CTN_NAME_URI, "web.internal.example", 0 }, { CTN_NAME_URI, ".internal.example", 0 },
	{ CTN_NAME_URI, ".example", 0 }, { CTN_NAME_URI, "example.org", 0 }, { CTN_NAME_URI, "internal.example", 0 },
	{ CTN_NAME_URI, "WEB.internal.example", 0 }, { CTN_NAME_URI, "", 0 } };
static const struct base dn_bases[] = { { CTN_NAME_DIRECTORY, "O=Example", 0 }, { CTN_NAME_DIRECTORY, "O=Other", 0 },
	{ CTN_NAME_DIRECTORY, "O=EXAMPLE", 0 }, { CTN_NAME_DIRECTORY, "CN=Issuing,O=Example", 0 }, { CTN_NAME_DIRECTORY, "", 0 },
	{ CTN_NAME_DIRECTORY, "CN=web,O=Example", 0 } };

static const struct {
	const struct base *at;
	unsigned n;
} forms[] = {
	{ dns_bases, sizeof(dns_bases) / sizeof(*dns_bases) },
	{ ip_bases, sizeof(ip_bases) / sizeof(*ip_bases) },
	{ mail_bases, sizeof(mail_bases) / sizeof(*mail_bases) },
	{ uri_bases, sizeof(uri_bases) / sizeof(*uri_bases) },
	{ dn_bases, sizeof(dn_bases) / sizeof(*dn_bases) },
	{ dns_odd_bases, sizeof(dns_odd_bases) / sizeof(*dns_odd_bases) },
};
#define MIXED 5u
#define ODD 5u

static ctn_general_name
any_base(struct scene *s, unsigned form)
{
	const struct base *b;
	ctn_buf dn = { 0 };
	ctn_span value;

	form = form == MIXED + 1 ? pick(s, MIXED) : form;
	b = &forms[form].at[pick(s, forms[form].n)];
	value = b->n > 0 ? (ctn_span){ (const uint8_t *)b->octets, b->n } : ctn_span_text(b->octets);
	if (b->type == CTN_NAME_DIRECTORY) {
		forge_name(&dn, b->octets);
		value = (ctn_span){ ctn_arena_copy(s->a, dn.p, dn.n), dn.n };
		ctn_buf_free(&dn);
	}
	return (ctn_general_name){ b->type, value };
}

static bool
constrain(struct scene *s, struct scene_cert *c, unsigned form)
{
	ctn_general_name permitted[3], excluded[2];
	size_t n_permitted = pick(s, 4), n_excluded = chance(s, 40) ? 1 + pick(s, 2) : 0;
	ctn_buf *b;

	if (n_permitted + n_excluded == 0)
		n_permitted = 1;
	for (size_t i = 0; i < n_permitted; i++)
		permitted[i] = any_base(s, form);
	for (size_t i = 0; i < n_excluded; i++)
		excluded[i] = any_base(s, form);
	b = forge_put(&c->f, ctn_oid_name_constraints, true);
	ctn_constraints_write(b, permitted, n_permitted, excluded, n_excluded);
	return true;
}

bool twist_nc_dns(struct scene *s) { return constrain(s, any_authority(s), 0); }
bool twist_nc_ip(struct scene *s) { return constrain(s, any_authority(s), 1); }
bool twist_nc_mail(struct scene *s) { return constrain(s, any_authority(s), 2); }
bool twist_nc_uri(struct scene *s) { return constrain(s, any_authority(s), 3); }
bool twist_nc_dn(struct scene *s) { return constrain(s, any_authority(s), 4); }
bool twist_nc_dns_odd(struct scene *s) { return constrain(s, any_authority(s), ODD); }
bool twist_nc_mixed(struct scene *s) { return constrain(s, any_authority(s), MIXED + 1); }
bool twist_nc_root(struct scene *s) { return constrain(s, &s->certs[scene_root(s)], MIXED + 1); }
bool twist_nc_leaf(struct scene *s) { return constrain(s, &s->certs[0], 0); }

bool
twist_nc_soft(struct scene *s)
{
	struct scene_cert *c = any_authority(s);

	(void)constrain(s, c, MIXED + 1);
	forge_mark(&c->f, ctn_oid_name_constraints, false);
	return true;
}

/* minimum 0 written out, which is no DER, and maximum, which RFC 5280 4.2.1.10 does not allow. */
bool
twist_nc_min(struct scene *s)
{
	static const char *const values[] = {
		"\x30\x10\xa0\x0e\x30\x0c\x82\x07" "example\x80\x01\x00",
		"\x30\x10\xa0\x0e\x30\x0c\x82\x07" "example\x81\x01\x01",
	};

	forge_raw(&any_authority(s)->f, ctn_oid_name_constraints, true,
	    (ctn_span){ (const uint8_t *)values[pick(s, 2)], 18 });
	return true;
}

/* registeredID and otherName: what nobody applies; sometimes the leaf has such a name. */
bool
twist_nc_other_form(struct scene *s)
{
	ctn_buf *b;

	forge_raw(&any_authority(s)->f, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x08\xa1\x06\x30\x04\x88\x02\x2a\x03"));
	if (chance(s, 50)) {
		b = forge_put(&s->certs[0].f, ctn_oid_subject_alt_name, false);
		ctn_buf_span(b, CTN_SPAN("\x30\x1a\x88\x02\x2a\x04\x82\x14" "web.internal.example"));
	}
	return true;
}

/* Names of every form in the leaf, so that constraints have something to be held against. */
bool
twist_nc_names(struct scene *s)
{
	static const char *const sets[][5] = {
		{ "web.internal.example", NULL },
		{ "*.internal.example", NULL },
		{ "10.0.0.1", "web.internal.example", NULL },
		{ "2001:db8::1", NULL },
		{ "user@internal.example", NULL },
		{ "https://web.internal.example/x", NULL },
		{ "web.internal.example", "10.0.0.1", "user@internal.example", "https://web.internal.example:8443/x", NULL },
		{ "spiffe://example.org/ns", NULL },
		{ "www.example.com", "10.0.0.1", NULL },
		{ "https://10.0.0.1/", NULL },
		{ "user@example.com", "web.internal.example", NULL },
	};

	forge_san(&s->certs[0].f, false, sets[pick(s, sizeof(sets) / sizeof(*sets))]);
	if (chance(s, 60))
		s->name = NULL;
	return true;
}
