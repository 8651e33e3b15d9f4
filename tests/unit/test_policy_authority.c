/* ca.yaml: the authorities, and every error with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "der/oid.h"
#include "policy/authority.h"
#include "policy/profile.h"
#include "policy/read.h"

struct world {
	ctn_arena *arena;
	ctn_policies policies;
	ctn_policy_errors errors;
};

static void
load(struct world *w, const char *text)
{
	const ctn_policy_file file = { .name = "ca.yaml", .shown = "policies/ca.yaml", .text = ctn_span_text(text) };
	struct ctn_err e = { 0 };

	*w = (struct world){ .arena = ctn_arena_open(0) };
	assert_non_null(w->arena);
	assert_true(ctn_policies_parse(&w->policies, &w->errors, &file, 1, w->arena, &e));
}

static void
end(struct world *w)
{
	ctn_arena_close(w->arena);
}

struct refusal {
	const char *text, *error;
};

static const struct refusal refusals[] = {
	{ "{}\n", "1:1 key 'authorities' is missing" },
	{ "authorities: {}\n", "1:14 authorities: there is no authority in it" },
	{ "authorities: []\n", "1:14 authorities: must be a map, not a list" },
	{ "authority: {}\nauthorities: { r: { subject: { CN: R }, lifetime: 1y } }\n", "1:1 unknown key 'authority' | did you mean 'authorities'?" },
	{ "authorities: { r: { lifetime: 1y } }\n", "1:19 authorities.r: key 'subject' is missing" },
	{ "authorities: { r: { subject: { CN: R } } }\n", "1:19 authorities.r: key 'lifetime' is missing" },
	{ "authorities: { r: { subject: {}, lifetime: 1y } }\n", "1:30 authorities.r.subject: an authority needs a subject (RFC 5280 4.1.2.6) | as in { CN: Example Root CA, O: Example }" },
	{ "authorities: { r: { subject: { CM: x }, lifetime: 1y } }\n", "1:32 authorities.r.subject: 'CM' is no attribute of a name | did you mean 'CN'?" },
	{ "authorities: { r: { subject: { C: XYZ }, lifetime: 1y } }\n", "1:35 authorities.r.subject.C: C is not two capital letters (ISO 3166): 'XYZ'" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, isuer: x } }\n", "1:55 authorities.r: unknown key 'isuer' | did you mean 'issuer'?" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, issuer: x } }\n", "1:63 authorities.r: issuer: there is no authority 'x' | there are r, external" },
	{ "authorities: { root: { subject: { CN: R }, lifetime: 1y }, i: { subject: { CN: I }, lifetime: 1y, issuer: rooot } }\n", "1:107 authorities.i: issuer: there is no authority 'rooot' | did you mean 'root'?" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, issuer: r } }\n", "1:63 authorities.r: issuer: a root signs itself and names no issuer | remove the key" },
	{ "authorities: { \"a b\": { subject: { CN: R }, lifetime: 1y } }\n", "1:16 authorities: 'a b' cannot be the name of an authority | letters, digits, '.', '_' and '-', at most 64, and a letter or digit first" },
	{ "authorities: { -r: { subject: { CN: R }, lifetime: 1y } }\n", "1:16 authorities: '-r' cannot be the name of an authority | letters, digits, '.', '_' and '-', at most 64, and a letter or digit first" },
	{ "authorities: { external: { subject: { CN: R }, lifetime: 1y } }\n", "1:16 authorities: 'external' stands for an issuer that is not in this home | choose another name" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y }, i: { subject: { CN: I }, lifetime: 2y, issuer: r } }\n", "1:92 authorities.i: lifetime: 2y is longer than the 1y of its issuer 'r' | a chain ends with its first certificate that ends" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, path_length: 0 }, i: { subject: { CN: I }, lifetime: 1y, issuer: r } }\n", "1:120 authorities.i: issuer: 'r' has path_length 0: it cannot issue authorities (RFC 5280 4.2.1.9) | raise the issuer's path_length, or choose another issuer" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, path_length: 1 }, i: { subject: { CN: I }, lifetime: 1y, path_length: 1, issuer: r } }\n", "1:125 authorities.i: path_length: 1 must be less than the 1 of its issuer 'r'" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, path_length: 11 } }\n", "1:68 authorities.r.path_length: '11' is outside 0 to 10" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, path_length: 01 } }\n", "1:68 authorities.r.path_length: '01' has a leading zero | write it without the zero in front" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 30s } }\n", "1:51 authorities.r.lifetime: '30s' is less than 1m" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, key: { algorithm: rsa } } }\n", "1:73 authorities.r.key.algorithm: unknown key algorithm 'rsa'; there are rsa-2048 to rsa-8192, ecdsa-p256, ecdsa-p384, ecdsa-p521, ed25519, ed448, ml-dsa-44, ml-dsa-65, ml-dsa-87" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, key: { protection: tpm } } }\n", "1:74 authorities.r.key.protection: 'tpm' is no word for it | there are passphrase, none" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, key: { provider: pkcs11 } } }\n", "1:72 authorities.r.key.provider: 'provider' is reserved for keys in PKCS #11 tokens, which this version does not use" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, key: { properties: x } } }\n", "1:74 authorities.r.key.properties: 'properties' is reserved for keys in PKCS #11 tokens, which this version does not use" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, name_constraints: { permitted: {} } } }\n", "1:86 authorities.r.name_constraints.permitted: names nothing (RFC 5280 4.2.1.10) | remove the key: without it nothing is limited" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, name_constraints: { permitted: { dns: [\".a.test\"] } } } }\n", "1:94 authorities.r.name_constraints.permitted.dns: '.a.test': a DNS constraint covers the name and all below it | write it without the dot" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, name_constraints: { permitted: { dns: [\"*.a.test\"] } } } }\n", "1:94 authorities.r.name_constraints.permitted.dns: '*.a.test': a constraint has no wildcard: it covers all names below | write the name alone" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, name_constraints: { excluded: { ip: [10.0.0.1/8] } } } }\n", "1:92 authorities.r.name_constraints.excluded.ip: bits are set behind the prefix: '10.0.0.1/8' | 10.0.0.0/8" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, name_constraints: { excluded: { uri: [\"http://a.test\"] } } } }\n", "1:93 authorities.r.name_constraints.excluded.uri: 'http://a.test': a URI constraint is a host (RFC 5280 4.2.1.10) | write the host alone" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, name_constraints: { excluded: { email: [\"a@b@c\"] } } } }\n", "1:95 authorities.r.name_constraints.excluded.email: not an e-mail address: 'a@b@c': a local part that is no dot-atom (RFC 5321)" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, name_constraints: { excluded: { mail: [a] } } } }\n", "1:87 authorities.r.name_constraints.excluded: unknown key 'mail' | did you mean 'email'?" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, extended_key_usage: [serverauth] } }\n", "1:76 authorities.r.extended_key_usage: 'serverauth' is no extended key usage | did you mean 'serverAuth'?" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, crl: { lifetime: 1d, refresh: 1d } } }\n", "1:85 authorities.r: crl.refresh (1d) must be shorter than crl.lifetime (1d) | a new CRL must be there before the old one ends" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, crl: { shards: 0 } } }\n", "1:70 authorities.r.crl.shards: '0' is outside 1 to 1000" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, crl: { shards: 2, urls: [\"http://a.test/{key}.crl\"] } } }\n", "1:79 authorities.r: crl.urls: 'http://a.test/{key}.crl' has no {shard}, but there are 2 shards | as in http://pki.example/issuing-{key}-{shard}.crl" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, crl: { urls: [\"https://a.test/{key}.crl\"] } } }\n", "1:69 authorities.r.crl.urls: 'https://a.test/{key}.crl' must be an http:// URL: https would need a certificate check to check a certificate (RFC 5280 8) | what is fetched is signed already: plain http loses nothing" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, crl: { urls: [\"http://a.test/{kay}.crl\"] } } }\n", "1:69 authorities.r.crl.urls: 'http://a.test/{kay}.crl': only {key} and {shard} are filled in" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, crl: { urls: [\"a.test/r.crl\"] } } }\n", "1:69 authorities.r.crl.urls: 'a.test/r.crl': not an absolute URI: no scheme and colon at its start" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, crl: { urls: [\"http://a/1\", \"http://a/2\", \"http://a/3\", \"http://a/4\", \"http://a/5\", \"http://a/6\", \"http://a/7\", \"http://a/8\", \"http://a/9\"] } } }\n", "1:68 authorities.r.crl.urls: more than 8 URLs" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, ca_issuers: [\"http://a.test/{shard}.crt\"] } }\n", "1:68 authorities.r.ca_issuers: 'http://a.test/{shard}.crt': {shard} is for crl.urls alone" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, ca_issuers: \"http://a.test/r.crt\" } }\n", "1:67 authorities.r.ca_issuers: must be a list, not text" },
	{ "authorities: { r: { subject: CN, lifetime: 1y } }\n", "1:30 authorities.r.subject: must be a map, not text" },
	{ "authorities: { r: { subject: { CN: {} }, lifetime: 1y } }\n", "1:36 authorities.r.subject.CN: must be text, not a map" },
	{ "authorities: { r: { subject: { CN: R, OU: [a, []] }, lifetime: 1y } }\n", "1:47 authorities.r.subject: must be text, not a list" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, crl: { urls: [\"http://a.test/}\"] } } }\n", "1:69 authorities.r.crl.urls: 'http://a.test/}': only {key} and {shard} are filled in" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, crl: { urls: http } } }\n", "1:68 authorities.r.crl.urls: must be a list, not text" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, ca_issuers: [\"https://a.test/r.crt\"] } }\n", "1:68 authorities.r.ca_issuers: 'https://a.test/r.crt' must be an http:// URL: https would need a certificate check to check a certificate (RFC 5280 8) | what is fetched is signed already: plain http loses nothing" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, extended_key_usage: serverAuth } }\n", "1:75 authorities.r.extended_key_usage: must be a list, not text" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, name_constraints: { permitted: [] } } }\n", "1:86 authorities.r.name_constraints.permitted: must be a map of keys, not a list" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, name_constraints: { permitted: { dns: [a..b] } } } }\n", "1:94 authorities.r.name_constraints.permitted.dns: not a DNS name: 'a..b': an empty label" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, name_constraints: { permitted: { uri: [a..b] } } } }\n", "1:94 authorities.r.name_constraints.permitted.uri: not a DNS name: 'a..b': an empty label" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, name_constraints: { permitted: { email: [a..b] } } } }\n", "1:96 authorities.r.name_constraints.permitted.email: not a DNS name: 'a..b': an empty label" },
	{ "authorities: { r: { subject: { CN: [] }, lifetime: 1y } }\n", "1:30 authorities.r.subject: an authority needs a subject (RFC 5280 4.1.2.6) | as in { CN: Example Root CA, O: Example }" },
	{ "authorities: { r: { subject: [a], lifetime: 1y } }\n", "1:30 authorities.r.subject: must be a map, not a list" },
	{ "authorities: { r: { subject: { CN: a, Cn: a, cN: a, cn: a, O: a, o: a, OU: a, Ou: a, oU: a, ou: a, ST: a, St: a, sT: a, st: a, SN: a, Sn: a, sN: a, sn: a, GN: a, Gn: a, gN: a, gn: a, UID: a, UId: a, UiD: a, Uid: a, uID: a, uId: a, uiD: a, uid: a, L: a, l: a, title: a }, lifetime: 1y } }\n", "1:30 authorities.r.subject: more than 32 attributes" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, crl: { urls: [\"http://a.test/{kay\"] } } }\n", "1:69 authorities.r.crl.urls: 'http://a.test/{kay': only {key} and {shard} are filled in" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, crl: { urls: { a0: b, a1: b, a2: b, a3: b, a4: b, a5: b, a6: b, a7: b, a8: b } } } }\n", "1:68 authorities.r.crl.urls: must be a list, not a map" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, extended_key_usage: { a0: b, a1: b, a2: b, a3: b, a4: b, a5: b, a6: b, a7: b, a8: b, a9: b, a10: b, a11: b, a12: b, a13: b, a14: b, a15: b, a16: b, a17: b, a18: b, a19: b, a20: b, a21: b, a22: b, a23: b, a24: b, a25: b, a26: b, a27: b, a28: b, a29: b, a30: b, a31: b, a32: b, a33: b, a34: b, a35: b, a36: b, a37: b, a38: b, a39: b, a40: b, a41: b, a42: b, a43: b, a44: b, a45: b, a46: b, a47: b, a48: b, a49: b, a50: b, a51: b, a52: b, a53: b, a54: b, a55: b, a56: b, a57: b, a58: b, a59: b, a60: b, a61: b, a62: b, a63: b, a64: b } } }\n", "1:75 authorities.r.extended_key_usage: must be a list, not a map" },
	{ "authorities: { r: { subject: { CN: R }, lifetime: 1y, crl: { lifetime: 1d } } }\n", "1:60 authorities.r: crl.refresh (1d) must be shorter than crl.lifetime (1d) | a new CRL must be there before the old one ends" },
};

static void
every_error_says_what_where_and_what_to_do(void **state)
{
	char got[1400];
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		load(&w, refusals[i].text);
		if (w.errors.n != 1)
			fail_msg("%zu errors: %s", w.errors.n, refusals[i].text);
		(void)snprintf(got, sizeof(got), "%u:%u %s%s%s", w.errors.at[0].where.line, w.errors.at[0].where.column, w.errors.at[0].text,
		    w.errors.at[0].hint == NULL ? "" : " | ", w.errors.at[0].hint == NULL ? "" : w.errors.at[0].hint);
		assert_string_equal(got, refusals[i].error);
		end(&w);
	}
}

static void
issuers_that_go_round_are_found_wherever_the_circle_is(void **state)
{
	struct world w;

	(void)state;
	load(&w, "authorities:\n"
	         "  a: { subject: { CN: A }, lifetime: 1y, issuer: b }\n"
	         "  b: { subject: { CN: B }, lifetime: 1y, issuer: c }\n"
	         "  c: { subject: { CN: C }, lifetime: 1y, issuer: b }\n");
	assert_int_equal(w.errors.n, 2);
	assert_string_equal(w.errors.at[0].text, "authorities.b: issuer: the issuers go round in a circle");
	assert_string_equal(w.errors.at[1].text, "authorities.c: issuer: the issuers go round in a circle");
	assert_string_equal(w.errors.at[0].hint, "one of them must be a root, without issuer");
	assert_int_equal(w.errors.at[0].where.line, 3);
	end(&w);
}

static void
an_authority_is_read_whole(void **state)
{
	const ctn_authority_policy *p;
	struct world w;

	(void)state;
	load(&w, "authorities:\n"
	         "  sub:\n"
	         "    issuer: external\n"
	         "    subject: { CN: Sub, OU: [team, dept], O: Acme, DC: [acme, test], C: DE }\n"
	         "    key: { algorithm: rsa-3072, protection: none }\n"
	         "    lifetime: 2y\n"
	         "    path_length: 0\n"
	         "    name_constraints:\n"
	         "      permitted: { dns: [Acme.TEST], ip: [10.0.0.0/8, \"fd00::/8\"], email: [acme.test, .acme.test, a@acme.test], uri: [.acme.test] }\n"
	         "      excluded: { dns: [ca.acme.test] }\n"
	         "    extended_key_usage: [serverAuth, 1.3.6.1.4.1.99999.7]\n"
	         "    crl: { lifetime: 2d, refresh: 12h, shards: 4, urls: [\"http://a.test/{key}-{shard}.crl\"] }\n"
	         "    ca_issuers: [\"http://a.test/{key}.crt\"]\n");
	assert_int_equal(w.errors.n, 0);
	p = ctn_policies_authority(&w.policies, "sub");
	assert_non_null(p);
	assert_int_equal(p->where.line, 2);
	assert_string_equal(p->issuer, "external");
	assert_int_equal(p->subject_n, 7);
	assert_string_equal(p->subject[0].value, "test");
	assert_string_equal(p->subject[1].value, "acme");
	assert_string_equal(p->subject[2].value, "DE");
	assert_string_equal(p->subject[3].value, "Acme");
	assert_string_equal(p->subject[4].value, "dept");
	assert_string_equal(p->subject[5].value, "team");
	assert_string_equal(p->subject[6].value, "Sub");
	assert_int_equal(p->key.alg, CTN_KEY_RSA);
	assert_int_equal(p->key.bits, 3072);
	assert_int_equal(p->protection, CTN_PROTECT_NONE);
	assert_int_equal(p->lifetime_s, 2 * 365 * 86400);
	assert_true(p->has_path_length);
	assert_int_equal(p->path_length, 0);
	assert_int_equal(p->permitted_n, 7);
	assert_memory_equal(p->permitted[0].value.p, "acme.test", 9);
	assert_int_equal(p->permitted[1].type, CTN_NAME_IP);
	assert_memory_equal(p->permitted[1].value.p, "\x0a\0\0\0\xff\0\0\0", 8);
	assert_int_equal(p->permitted[2].value.n, 32);
	assert_int_equal(p->permitted[6].type, CTN_NAME_URI);
	assert_int_equal(p->permitted[6].value.p[0], '.');
	assert_int_equal(p->excluded_n, 1);
	assert_int_equal(p->eku_n, 2);
	assert_true(ctn_span_equal(p->eku[0], ctn_oid_kp_server_auth));
	assert_int_equal(p->crl.shards, 4);
	assert_string_equal(p->crl.urls[0], "http://a.test/{key}-{shard}.crl");
	assert_string_equal(p->ca_issuers[0], "http://a.test/{key}.crt");
	end(&w);
}

static void
what_an_authority_does_not_say_has_defaults(void **state)
{
	const ctn_authority_policy *p;
	struct world w;

	(void)state;
	load(&w, "authorities: { r: { subject: { CN: R }, lifetime: 1y } }\n");
	assert_int_equal(w.errors.n, 0);
	p = &w.policies.authorities[0];
	assert_null(p->issuer);
	assert_int_equal(p->key.alg, CTN_KEY_P256);
	assert_int_equal(p->protection, CTN_PROTECT_PASSPHRASE);
	assert_false(p->has_path_length);
	assert_int_equal(p->crl.lifetime_s, 7 * 86400);
	assert_int_equal(p->crl.refresh_s, 86400);
	assert_int_equal(p->crl.shards, 1);
	assert_int_equal(p->crl.urls_n, 0);
	assert_null(ctn_policies_authority(&w.policies, "s"));
	end(&w);
}

static void
an_authority_below_one_without_path_length_may_have_any(void **state)
{
	struct world w;

	(void)state;
	load(&w, "authorities: { r: { subject: { CN: R }, lifetime: 1y }, i: { subject: { CN: I }, lifetime: 1y, path_length: 10, issuer: r } }\n");
	assert_int_equal(w.errors.n, 0);
	end(&w);
	load(&w, "authorities: { r: { subject: { CN: R }, lifetime: 1y, path_length: 1 }, i: { subject: { CN: I }, lifetime: 1y, issuer: r } }\n");
	assert_int_equal(w.errors.n, 0);
	end(&w);
}

static void
what_is_refused_already_is_not_judged_again(void **state)
{
	static const char *const texts[] = { "authorities: { r: { subject: { CN: R, CM: !x a }, lifetime: 1y } }\n",
		"authorities: { r: { subject: { CN: R }, lifetime: 1y }, s: !x { subjct: {} } }\n",
		"authorities: { r: { subject: { CN: R } }, i: { subject: { CN: I }, lifetime: 1y, issuer: r } }\n" };
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		load(&w, texts[i]);
		if (w.errors.n != 1)
			fail_msg("%zu errors: %s", w.errors.n, texts[i]);
		end(&w);
	}
}

static void
a_list_in_error_is_not_counted_too(void **state)
{
	static const char *const keys[] = { "crl: { urls: x }", "extended_key_usage: x", "ca_issuers: x" };
	char text[200];
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		(void)snprintf(text, sizeof(text), "authorities: { r: { subject: { CN: R }, lifetime: 1y, %s } }\n", keys[i]);
		load(&w, text);
		assert_int_equal(w.errors.n, 1);
		end(&w);
	}
}

/* A list of n times that item under that key of an authority. */
static size_t
errors_of_many(const char *front, const char *item, size_t n, const char *back)
{
	CTN_OWN_BUF b = { 0 };
	struct world w;
	size_t errors;

	ctn_buf_printf(&b, "authorities: { r: { lifetime: 1y, %s", front);
	for (size_t i = 0; i < n; i++)
		ctn_buf_printf(&b, "%s%s%zu\"", i == 0 ? "" : ", ", item, i + 1);
	ctn_buf_printf(&b, "%s } }\n", back);
	load(&w, ctn_buf_cstr(&b));
	errors = w.errors.n;
	end(&w);
	return errors;
}

static void
lists_of_an_authority_are_bounded(void **state)
{
	CTN_OWN_BUF url = { 0 };

	(void)state;
	assert_int_equal(errors_of_many("subject: { OU: [", "\"a", 32, "] }"), 0);
	assert_int_equal(errors_of_many("subject: { OU: [", "\"a", 33, "] }"), 1);
	assert_int_equal(errors_of_many("subject: { CN: R }, crl: { urls: [", "\"http://a/", 8, "] }"), 0);
	assert_int_equal(errors_of_many("subject: { CN: R }, crl: { urls: [", "\"http://a/", 9, "] }"), 1);
	assert_int_equal(errors_of_many("subject: { CN: R }, extended_key_usage: [", "\"1.3.6.1.4.1.99999.", CTN_PURPOSES_MAX, "]"), 0);
	assert_int_equal(errors_of_many("subject: { CN: R }, extended_key_usage: [", "\"1.3.6.1.4.1.99999.", CTN_PURPOSES_MAX + 1, "]"), 1);
	ctn_buf_text(&url, "\"http://a/");
	while (url.n < 1 + 2047)
		ctn_buf_byte(&url, 'a');
	assert_int_equal(errors_of_many("subject: { CN: R }, ca_issuers: [", ctn_buf_cstr(&url), 1, "]"), 0);
	ctn_buf_byte(&url, 'a');
	assert_int_equal(errors_of_many("subject: { CN: R }, ca_issuers: [", ctn_buf_cstr(&url), 1, "]"), 1);
}

static void
names_of_authorities_are_fit_for_file_names(void **state)
{
	(void)state;
	assert_true(ctn_policy_name_ok("issuing-2.a_B"));
	assert_false(ctn_policy_name_ok(""));
	assert_false(ctn_policy_name_ok(".."));
	assert_false(ctn_policy_name_ok("a/b"));
	assert_false(ctn_policy_name_ok("_a"));
	assert_true(ctn_policy_name_ok("0123456789012345678901234567890123456789012345678901234567890123"));
	assert_false(ctn_policy_name_ok("01234567890123456789012345678901234567890123456789012345678901234"));
}

static void
attributes_of_any_kind_have_a_place_in_a_name(void **state)
{
	(void)state;
	assert_int_equal(ctn_read_attr_rank(ctn_oid_at_domain_component), 0);
	assert_true(ctn_read_attr_rank(CTN_SPAN("\x2a\x03")) > ctn_read_attr_rank(ctn_oid_at_email));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_says_what_where_and_what_to_do),
		cmocka_unit_test(issuers_that_go_round_are_found_wherever_the_circle_is),
		cmocka_unit_test(an_authority_is_read_whole),
		cmocka_unit_test(what_an_authority_does_not_say_has_defaults),
		cmocka_unit_test(an_authority_below_one_without_path_length_may_have_any),
		cmocka_unit_test(what_is_refused_already_is_not_judged_again),
		cmocka_unit_test(a_list_in_error_is_not_counted_too),
		cmocka_unit_test(lists_of_an_authority_are_bounded),
		cmocka_unit_test(names_of_authorities_are_fit_for_file_names),
		cmocka_unit_test(attributes_of_any_kind_have_a_place_in_a_name),
	};

	return cmocka_run_group_tests_name("authorities", tests, NULL, NULL);
}
