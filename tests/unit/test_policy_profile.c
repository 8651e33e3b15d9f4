/* Profiles: what their files say, the defaults of what they do not say, and every error with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "der/oid.h"
#include "hash/hash.h"
#include "policy/profile.h"
#include "x509/ext.h"

static const char ca_text[] =
    "authorities:\n"
    "  issuing:\n"
    "    subject: { CN: CA }\n"
    "    lifetime: 5y\n"
    "    extended_key_usage: [serverAuth, clientAuth, OCSPSigning]\n";

struct world {
	ctn_arena *arena;
	ctn_policies policies;
	ctn_policy_errors errors;
	const ctn_profile *p;
};

static void
load(struct world *w, const char *text)
{
	const ctn_policy_file files[] = {
		{ .name = "ca.yaml", .shown = "policies/ca.yaml", .text = CTN_SPAN(ca_text) },
		{ .name = "web.yaml", .shown = "policies/web.yaml", .text = ctn_span_text(text) },
	};
	struct ctn_err e = { 0 };

	*w = (struct world){ .arena = ctn_arena_open(0) };
	assert_non_null(w->arena);
	assert_true(ctn_policies_parse(&w->policies, &w->errors, files, 2, w->arena, &e));
	w->p = ctn_policies_profile(&w->policies, "web");
	assert_non_null(w->p);
}

static void
end(struct world *w)
{
	ctn_arena_close(w->arena);
}

struct refusal {
	const char *text, *error;
};

/* Each stands behind the line "issuer: issuing". */
static const struct refusal refusals[] = {
	{ "subjct: {}\n", "2:1 unknown key 'subjct' | did you mean 'subject'?" },
	{ "lifetime: { default: 1y, max: 90d }\n", "2:22 lifetime.default (1y) and backdate (5m) are together over lifetime.max (90d) | max counts both ends of a certificate's validity: raise it, or lower one of the two" },
	{ "lifetime: { default: 398d }\n", "2:22 lifetime.default (398d) and backdate (5m) are together over lifetime.max (398d) | max counts both ends of a certificate's validity: raise it, or lower one of the two" },
	{ "lifetime: { max: 1y, past_issuer: cut }\n", "2:35 lifetime.past_issuer: 'cut' is no word for it | there are refuse, shorten" },
	{ "lifetime: { default: 0d }\n", "2:22 lifetime.default: '0d' is less than 1s" },
	{ "lifetime: { default: 090d }\n", "2:22 lifetime.default: '090d' has a leading zero | write it without the zero in front" },
	{ "lifetime: { default: 10y, max: 20y }\n", "2:22 lifetime.default: 10y is longer than the 5y of authority 'issuing' | shorten it, or let lifetime.past_issuer be shorten" },
	{ "backdate: 31d\n", "2:11 backdate: '31d' is more than 30d" },
	{ "backdate: -5m\n", "2:11 backdate: '-5m' is not a duration: expected a number and one of s m h d w y, as in 90d" },
	{ "key: { generate: rsa-1024 }\n", "2:18 key.generate: 'rsa-1024': RSA keys are 2048 to 8192 bits in steps of 8" },
	{ "key: { generate: dsa }\n", "2:18 key.generate: unknown key algorithm 'dsa'; there are rsa-2048 to rsa-8192, ecdsa-p256, ecdsa-p384, ecdsa-p521, ed25519, ed448, ml-dsa-44, ml-dsa-65, ml-dsa-87" },
	{ "key: { generate: rsa-2048..4096 }\n", "2:18 key.generate: 'rsa-2048..4096' is a range; one size is needed" },
	{ "key: { generate: ecdsa-p256, allow: [ed25519] }\n", "2:18 key.generate (ecdsa-p256) is not among key.allow | add it to key.allow, or generate a kind that is allowed" },
	{ "key: { allow: [rsa-4096..2048] }\n", "2:16 key.allow: 'rsa-4096..2048': the range ends before it begins" },
	{ "key: { allow: [] }\n", "2:15 key.allow: allows no key at all | remove the key: then only the kind of 'generate' is allowed" },
	{ "key: { reuse: maybe }\n", "2:15 key.reuse: 'maybe' is no word for it | there are refuse, allow" },
	{ "subject: { XX: { value: a } }\n", "2:12 subject: 'XX' is no attribute of a name | customary are CN, O, OU, L, ST, C, serialNumber, DC" },
	{ "subject: { Organization: { value: a } }\n", "2:12 subject: 'Organization' is no attribute of a name | customary are CN, O, OU, L, ST, C, serialNumber, DC" },
	{ "subject: { CN: Example }\n", "2:16 subject.CN: must say where its value comes from | write { value: ... }, or { from: first_dns }" },
	{ "subject: { CN: {} }\n", "2:16 subject.CN: must have exactly one of value and from | as in { value: Example } or { from: first_dns }" },
	{ "subject: { CN: { value: a, from: first_dns } }\n", "2:16 subject.CN: must have exactly one of value and from | as in { value: Example } or { from: first_dns }" },
	{ "subject: { CN: { from: first_dn } }\n", "2:24 subject.CN.from: 'first_dn' is no word for it | did you mean 'first_dns'?" },
	{ "subject: { C: { value: Germany } }\n", "2:15 subject.C: C is not two capital letters (ISO 3166): 'Germany'" },
	{ "subject: { O: { value: 01234567890123456789012345678901234567890123456789012345678901234 } }\n", "2:15 subject.O: O is over 64 characters (RFC 5280 appendix A.1)" },
	{ "names: { dns: { deny: [a.example] } }\n", "2:15 names.dns: key 'allow' is missing" },
	{ "names: { dns: { allow: [] } }\n", "2:15 names.dns: allow is empty | remove the whole key: a type of name that is absent is not allowed" },
	{ "names: { dns: { allow: [\".a.example\"] } }\n", "2:25 names.dns.allow: a pattern does not begin with a dot: '.a.example' | '**.a.example' is every name below it" },
	{ "names: { dns: { allow: [\"a..example\"] } }\n", "2:25 names.dns.allow: not a DNS name: 'a..example': an empty label" },
	{ "names: { ip: { allow: [10.0.0.1/8] } }\n", "2:24 names.ip.allow: bits are set behind the prefix: '10.0.0.1/8' | 10.0.0.0/8" },
	{ "names: { ip: { allow: [10.0.0.0/33] } }\n", "2:24 names.ip.allow: not a prefix length of 0 to 32: '10.0.0.0/33'" },
	{ "names: { ip: { allow: [web] } }\n", "2:24 names.ip.allow: not an IP address: 'web'" },
	{ "names: { ip: { allow: [10.0.0.0/8], wildcard: true } }\n", "2:47 names.ip.wildcard: only DNS names can be wildcards" },
	{ "names: { email: { allow: [\"a@b@c\"] } }\n", "2:27 names.email.allow: not an e-mail pattern: 'a@b@c': a local part that is no dot-atom (RFC 5321)" },
	{ "names: { uri: { allow: [\"spiffe\"] } }\n", "2:25 names.uri.allow: 'spiffe': not an absolute URI: no scheme and colon at its start" },
	{ "names: { dns: { allow: [a.example], min: 3, max: 2 } }\n", "2:15 names.dns: min (3) is over max (2)" },
	{ "names: { dns: { allow: [a.example], max: 1001 } }\n", "2:42 names.dns.max: '1001' is outside 1 to 1000" },
	{ "names: { dns: { allow: [a.example], max: 0 } }\n", "2:42 names.dns.max: '0' is outside 1 to 1000" },
	{ "names: { dns: { allow: [a.example] }, total: { min: 5, max: 4 } }\n", "2:46 names.total.min (5) is over names.total.max (4)" },
	{ "names: { dns: { allow: [a.example], min: 3 }, total: { max: 2 } }\n", "2:54 the types of names need 3 together, more than names.total.max (2)" },
	{ "names: { total: { min: 1 } }\n", "2:17 names.total.min is 1, but no name is allowed | allow a type of name: dns, ip, email or uri" },
	{ "names: { dn: { allow: [a] } }\n", "2:10 names: unknown key 'dn' | did you mean 'dns'?" },
	{ "key_usage: [digitalSignatur]\n", "2:13 key_usage: 'digitalSignatur' is no key usage | did you mean 'digitalSignature'?" },
	{ "key_usage: [keyCertSign]\n", "2:13 key_usage: 'keyCertSign' is for authorities alone | authorities are described in ca.yaml" },
	{ "key_usage: [encipherOnly]\n", "2:12 key_usage: encipherOnly and decipherOnly mean nothing without keyAgreement (RFC 5280 4.2.1.3) | add keyAgreement" },
	{ "extended_key_usage: [serverAut]\n", "2:22 extended_key_usage: 'serverAut' is no extended key usage | did you mean 'serverAuth'?" },
	{ "extended_key_usage: [CN]\n", "2:22 extended_key_usage: 'CN' is no extended key usage | there are serverAuth, clientAuth, codeSigning, emailProtection, timeStamping, OCSPSigning" },
	{ "extended_key_usage: [anyExtendedKeyUsage]\n", "2:22 extended_key_usage: anyExtendedKeyUsage is never written | leave the list empty: no limit" },
	{ "extended_key_usage: [codeSigning]\n", "2:21 extended_key_usage: authority 'issuing' may not issue for codeSigning (policies/ca.yaml:2) | its extended_key_usage in ca.yaml limits what it may issue for" },
	{ "extended_key_usage: [1.2.3.4.5]\n", "2:21 extended_key_usage: authority 'issuing' may not issue for 1.2.3.4.5 (policies/ca.yaml:2) | its extended_key_usage in ca.yaml limits what it may issue for" },
	{ "extensions: [{ oid: 1.2.3 }]\n", "2:14 extensions: key 'value' is missing" },
	{ "extensions: [{ oid: 1.2.3, value: \"0c05\" }]\n", "2:35 extensions: value '0c05' is not DER, from octet 0 on | it must be one whole DER element: identifier, length, content" },
	{ "extensions: [{ oid: 1.2.3, value: \"0500ff\" }]\n", "2:35 extensions: value '0500ff' is not DER, from octet 2 on | it must be one whole DER element: identifier, length, content" },
	{ "extensions: [{ oid: 1.2.3, value: \"xx\" }]\n", "2:35 extensions: value 'xx' is not hex | as in \"0c0568656c6c6f\": the DER of the value in hex, at most 8192 octets" },
	{ "extensions: [{ oid: 1.2.3, value: \"30030c0561\" }]\n", "2:35 extensions: value '30030c0561' is not DER, from octet 2 on | it must be one whole DER element: identifier, length, content" },
	{ "extensions: [{ oid: one, value: \"0500\" }]\n", "2:14 extensions: 'one' is no known OID name | write it as numbers, such as 1.3.6.1.5.5.7.3.1" },
	{ "extensions: [{ oid: 1.2.3, value: \"0500\" }, { oid: 1.2.3, value: \"0500\" }]\n", "2:45 extensions: this extension stands twice (RFC 5280 4.2)" },
	{ "extensions: [{ oid: 2.5.29.19, value: \"3000\" }]\n", "2:14 extensions: basicConstraints is written by this tool itself | a profile is for end entities; authorities are described in ca.yaml" },
	{ "extensions: [{ oid: subjectAltName, value: \"3000\" }]\n", "2:14 extensions: subjectAltName is written by this tool itself | what may stand in it is said by 'names'" },
	{ "extensions: [{ oid: 2.5.29.15, value: \"03020780\" }]\n", "2:14 extensions: keyUsage is written by this tool itself | use 'key_usage'" },
	{ "extensions: [{ oid: extKeyUsage, value: \"3000\" }]\n", "2:14 extensions: 'extKeyUsage' is no known OID name | write it as numbers, such as 1.3.6.1.5.5.7.3.1" },
	{ "extensions: [{ oid: 2.5.29.37, value: \"3000\" }]\n", "2:14 extensions: extendedKeyUsage is written by this tool itself | use 'extended_key_usage'" },
	{ "extensions: [{ oid: 2.5.29.14, value: \"0400\" }]\n", "2:14 extensions: subjectKeyIdentifier is written by this tool itself | it is always there" },
	{ "extensions: [{ oid: 2.5.29.35, value: \"3000\" }]\n", "2:14 extensions: authorityKeyIdentifier is written by this tool itself | it is always there" },
	{ "extensions: [{ oid: 2.5.29.30, value: \"3000\" }]\n", "2:14 extensions: nameConstraints is written by this tool itself | only authorities have them: 'name_constraints' in ca.yaml" },
	{ "extensions: [{ oid: 2.5.29.31, value: \"3000\" }]\n", "2:14 extensions: cRLDistributionPoints is written by this tool itself | use 'crl: { urls: [...] }' of the authority in ca.yaml" },
	{ "extensions: [{ oid: 1.3.6.1.5.5.7.1.1, value: \"3000\" }]\n", "2:14 extensions: authorityInfoAccess is written by this tool itself | use 'ca_issuers' of the authority in ca.yaml" },
	{ "extensions: [{ oid: ocspNoCheck, value: \"0500\" }]\n", "2:13 ocspNoCheck is for OCSP signers (RFC 6960 4.2.2.2.1) | add OCSPSigning to extended_key_usage" },
	{ "extensions: {}\n", "2:13 extensions: must be a list, not a map" },
	{ "csr: { copy: [keyUsage] }\n", "2:15 csr.copy: 'keyUsage' cannot be copied: only subjectAltName can | everything else comes from the profile" },
	{ "csr: { copy: true }\n", "2:14 csr.copy: must be a list, not text" },
	{ "renew: { window: 0% }\n", "2:18 renew.window: '0' is outside 1 to 99" },
	{ "renew: { window: 033% }\n", "2:18 renew.window: '033' has a leading zero | write it without the zero in front" },
	{ "renew: { window: 100% }\n", "2:18 renew.window: '100' is outside 1 to 99" },
	{ "renew: { window: 90d }\n", "2:18 renew.window is not shorter than lifetime.default (90d) | a certificate would be due for renewal as soon as it is issued" },
	{ "renew: { window: 1x }\n", "2:18 renew.window: '1x' is not a duration: expected a number and one of s m h d w y, as in 90d" },
	{ "lint: { fail_on: never_ever }\n", "2:18 lint.fail_on: 'never_ever' is no word for it | there are notice, warning, error, never" },
	{ "lint: { ignore: [no-such-rule] }\n", "2:18 lint.ignore: there is no lint rule 'no-such-rule' | catena lint --list shows them" },
	{ "description:\n", "2:13 description: has no value" },
	{ "lifetime: { max: 5m }\n", "2:11 lifetime.default (90d) and backdate (5m) are together over lifetime.max (5m) | max counts both ends of a certificate's validity: raise it, or lower one of the two" },
	{ "lifetime: { default: x, max: 1m }\n", "2:22 lifetime.default: 'x' is not a duration: expected a number and one of s m h d w y, as in 90d" },
	{ "lifetime: { default: x }\nrenew: { window: 1d }\n", "2:22 lifetime.default: 'x' is not a duration: expected a number and one of s m h d w y, as in 90d" },
	{ "key: { allow: {} }\n", "2:15 key.allow: must be a list, not a map" },
	{ "key: { allow: { a0: b, a1: b, a2: b, a3: b, a4: b, a5: b, a6: b, a7: b, a8: b, a9: b, a10: b, a11: b, a12: b, a13: b, a14: b, a15: b, a16: b, a17: b, a18: b, a19: b, a20: b, a21: b, a22: b, a23: b, a24: b, a25: b, a26: b, a27: b, a28: b, a29: b, a30: b, a31: b, a32: b, a33: b, a34: b, a35: b, a36: b, a37: b, a38: b, a39: b, a40: b, a41: b, a42: b, a43: b, a44: b, a45: b, a46: b, a47: b, a48: b, a49: b, a50: b, a51: b, a52: b, a53: b, a54: b, a55: b, a56: b, a57: b, a58: b, a59: b, a60: b, a61: b, a62: b, a63: b, a64: b } }\n", "2:15 key.allow: must be a list, not a map" },
	{ "subject: { XX: { vale: a } }\n", "2:12 subject: 'XX' is no attribute of a name | customary are CN, O, OU, L, ST, C, serialNumber, DC" },
	{ "subject: [a]\n", "2:10 subject: must be a map, not a list" },
	{ "subject: { CN: !x a }\n", "2:16 tags are not read: every value is text already | if the text itself is meant, quote it: \"!x\"" },
	{ "key_usage: [keyCertSig]\n", "2:13 key_usage: 'keyCertSig' is no key usage | there are digitalSignature, contentCommitment, keyEncipherment, dataEncipherment, keyAgreement, encipherOnly, decipherOnly" },
	{ "extended_key_usage: [[]]\n", "2:22 extended_key_usage: must be text, not a list" },
	{ "extended_key_usage: [1.2.x]\n", "2:22 extended_key_usage: '1.2.x' is no extended key usage | there are serverAuth, clientAuth, codeSigning, emailProtection, timeStamping, OCSPSigning" },
	{ "extended_key_usage: [ocspNoCheck]\n", "2:22 extended_key_usage: 'ocspNoCheck' is no extended key usage | there are serverAuth, clientAuth, codeSigning, emailProtection, timeStamping, OCSPSigning" },
	{ "extended_key_usage: { a0: b, a1: b, a2: b, a3: b, a4: b, a5: b, a6: b, a7: b, a8: b, a9: b, a10: b, a11: b, a12: b, a13: b, a14: b, a15: b, a16: b, a17: b, a18: b, a19: b, a20: b, a21: b, a22: b, a23: b, a24: b, a25: b, a26: b, a27: b, a28: b, a29: b, a30: b, a31: b, a32: b, a33: b, a34: b, a35: b, a36: b, a37: b, a38: b, a39: b, a40: b, a41: b, a42: b, a43: b, a44: b, a45: b, a46: b, a47: b, a48: b, a49: b, a50: b, a51: b, a52: b, a53: b, a54: b, a55: b, a56: b, a57: b, a58: b, a59: b, a60: b, a61: b, a62: b, a63: b, a64: b }\n", "2:21 extended_key_usage: must be a list, not a map" },
	{ "extensions: [{ value: \"0500\" }]\n", "2:14 extensions: key 'oid' is missing" },
	{ "extensions: { a: b }\n", "2:13 extensions: must be a list, not a map" },
	{ "lint: { ignore: [serial-entropi] }\n", "2:18 lint.ignore: there is no lint rule 'serial-entropi' | did you mean 'serial-entropy'?" },
};

static void
every_error_says_what_where_and_what_to_do(void **state)
{
	char text[2000], got[1400];
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		(void)snprintf(text, sizeof(text), "issuer: issuing\n%s", refusals[i].text);
		load(&w, text);
		if (w.errors.n != 1)
			fail_msg("%zu errors: %s", w.errors.n, refusals[i].text);
		assert_string_equal(w.errors.at[0].where.file, "policies/web.yaml");
		(void)snprintf(got, sizeof(got), "%u:%u %s%s%s", w.errors.at[0].where.line, w.errors.at[0].where.column, w.errors.at[0].text,
		    w.errors.at[0].hint == NULL ? "" : " | ", w.errors.at[0].hint == NULL ? "" : w.errors.at[0].hint);
		assert_string_equal(got, refusals[i].error);
		end(&w);
	}
}

static void
what_is_not_said_has_defaults(void **state)
{
	struct world w;

	(void)state;
	load(&w, "issuer: issuing\nnames: { dns: { allow: [a.example] } }\n");
	assert_int_equal(w.errors.n, 0);
	assert_int_equal(w.p->lifetime.default_s, 90 * 86400);
	assert_int_equal(w.p->lifetime.max_s, 398 * 86400);
	assert_false(w.p->lifetime.shorten);
	assert_int_equal(w.p->backdate_s, 300);
	assert_int_equal(w.p->key.generate.alg, CTN_KEY_P256);
	assert_int_equal(w.p->key.allow_n, 1);
	assert_false(w.p->key.reuse_allowed);
	assert_int_equal(w.p->subject_n, 0);
	assert_true(w.p->names[0].present);
	assert_false(w.p->names[0].wildcard);
	assert_int_equal(w.p->names[0].max, 100);
	assert_false(w.p->names[1].present);
	assert_int_equal(w.p->total_min, 1);
	assert_int_equal(w.p->key_usage, CTN_KU_DIGITAL_SIGNATURE);
	assert_int_equal(w.p->eku_n, 0);
	assert_false(w.p->csr_copy_san);
	assert_int_equal(w.p->renew.window_percent, 33);
	assert_int_equal(w.p->lint_fail_on, 2);
	assert_null(w.p->lint_ignore[0]);
	end(&w);
}

static void
a_short_max_pulls_the_default_down_with_room_for_backdate(void **state)
{
	struct world w;

	(void)state;
	load(&w, "issuer: issuing\nlifetime: { max: 1d }\n");
	assert_int_equal(w.errors.n, 0);
	assert_int_equal(w.p->lifetime.default_s, 86400 - 300);
	end(&w);
}

static void
lifetime_and_backdate_may_fill_max_exactly(void **state)
{
	struct world w;

	(void)state;
	load(&w, "issuer: issuing\nlifetime: { default: 1435m, max: 1d }\n");
	assert_int_equal(w.errors.n, 0);
	end(&w);
	load(&w, "issuer: issuing\nlifetime: { default: 86101s, max: 1d }\n");
	assert_int_equal(w.errors.n, 1);
	end(&w);
}

static void
values_are_read_and_their_places_kept(void **state)
{
	uint8_t digest[32];
	struct ctn_err e = { 0 };
	struct world w;
	const char *text = "issuer: issuing\n"
	                   "subject:\n"
	                   "  CN: { from: first_dns }\n"
	                   "  OU: { value: B }\n"
	                   "  C: { value: DE }\n"
	                   "names:\n"
	                   "  dns:\n"
	                   "    allow:\n"
	                   "      - \"**.B\xc3\xbc" "cher.example\"\n"
	                   "extensions:\n"
	                   "  - { oid: 1.2.3, critical: true, value: \"05:00\" }\n"
	                   "extended_key_usage: [OCSPSigning]\n"
	                   "renew: { window: 12h }\n";

	(void)state;
	load(&w, text);
	assert_int_equal(w.errors.n, 0);
	assert_string_equal(w.p->subject[0].word, "C");
	assert_string_equal(w.p->subject[1].word, "OU");
	assert_string_equal(w.p->subject[2].word, "CN");
	assert_int_equal(w.p->subject[2].from, CTN_SUBJECT_FIRST_DNS);
	assert_false(w.p->subject[2].required);
	assert_true(w.p->subject[0].required);
	assert_string_equal(w.p->names[0].allow[0], "**.xn--bcher-kva.example");
	assert_int_equal(w.p->names[0].allow_where[0].line, 9);
	assert_int_equal(ctn_profile_where(w.p, "names.dns.allow").line, 9);
	assert_int_equal(ctn_profile_where(w.p, "issuer").column, 9);
	assert_int_equal(ctn_profile_where(w.p, "backdate").line, 0);
	assert_string_equal(ctn_profile_where(w.p, "backdate").file, "policies/web.yaml");
	assert_true(w.p->extensions[0].critical);
	assert_int_equal(w.p->extensions[0].value.n, 2);
	assert_int_equal(w.p->renew.window_s, 43200);
	assert_true(ctn_sha256(digest, ctn_span_text(text), &e));
	assert_memory_equal(digest, w.p->digest, 32);
	end(&w);
}

static void
all_errors_of_all_files_come_out_in_one_run(void **state)
{
	static const ctn_policy_file files[] = {
		{ .name = "ca.yaml", .shown = "policies/ca.yaml", .text = CTN_SPAN("authorities: { r: { subject: {}, lifetime: 1z } }\n") },
		{ .name = "a.yaml", .shown = "policies/a.yaml", .text = CTN_SPAN("issuer: r\nfoo: 1\nbackdate: x\n") },
		{ .name = "b.yaml", .shown = "policies/b.yaml", .text = CTN_SPAN("issuer: [\n") },
		{ .name = "monitor.yaml", .shown = "policies/monitor.yaml", .text = CTN_SPAN("anything: 1\n") },
		{ .name = "README", .shown = "policies/README", .text = CTN_SPAN("not yaml: [\n") },
		{ .name = "c.yml", .shown = "policies/c.yml", .text = CTN_SPAN("issuer: r\n") },
		{ .name = "d e.yaml", .shown = "policies/d e.yaml", .text = CTN_SPAN("issuer: r\n") },
		{ .name = "f.yaml", .shown = "policies/f.yaml", .text = CTN_SPAN("issuer: rr\n") },
	};
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_policy_errors errors;
	ctn_policies policies;

	(void)state;
	assert_true(ctn_policies_parse(&policies, &errors, files, sizeof(files) / sizeof(files[0]), a, &e));
	assert_int_equal(errors.n, 9);
	assert_string_equal(errors.at[4].where.file, "policies/b.yaml");
	assert_string_equal(errors.at[5].where.file, "policies/monitor.yaml");
	assert_string_equal(errors.at[6].text, "policies end in .yaml, not in .yml");
	assert_string_equal(errors.at[7].text, "the file's name cannot be the name of a profile");
	assert_string_equal(errors.at[8].text, "issuer: authority 'rr' does not exist: policies/ca.yaml does not describe it");
	assert_string_equal(errors.at[8].hint, "did you mean 'r'?");
}

static void
a_home_without_ca_yaml_is_an_error(void **state)
{
	static const ctn_policy_file file = { .name = "a.yaml", .shown = "policies/a.yaml", .text = CTN_SPAN("issuer: r\n") };
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_policy_errors errors;
	ctn_policies policies;

	(void)state;
	assert_true(ctn_policies_parse(&policies, &errors, &file, 1, a, &e));
	assert_int_equal(errors.n, 1);
	assert_string_equal(errors.at[0].text, "ca.yaml is missing");
	assert_int_equal(policies.warnings.n, 0);
}

static void
one_profile_is_found_or_said_to_be_missing(void **state)
{
	static const ctn_policy_file files[] = {
		{ .name = "ca.yaml", .shown = "policies/ca.yaml", .text = CTN_SPAN(ca_text) },
		{ .name = "server.yaml", .shown = "policies/server.yaml", .text = CTN_SPAN("issuer: issuing\n") },
		{ .name = "web.yaml", .shown = "policies/web.yaml", .text = CTN_SPAN("issuer: issuing\nsubjct: {}\n") },
	};
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	const ctn_profile *p = NULL;
	ctn_policy_errors errors;
	ctn_policies policies;

	(void)state;
	assert_true(ctn_policies_parse_for(&policies, &p, &errors, files, 3, "server", a, &e));
	assert_string_equal(p->name, "server");
	assert_int_equal(policies.profiles_n, 1);
	assert_non_null(ctn_policies_authority(&policies, p->issuer));
	assert_false(ctn_policies_parse_for(&policies, &p, &errors, files, 3, "web", a, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, "policy web: unknown key 'subjct' (policies/web.yaml:2:1)");
	assert_string_equal(e.hint, "did you mean 'subject'?");
	assert_false(ctn_policies_parse_for(&policies, &p, &errors, files, 3, "servr", a, &e));
	assert_int_equal(e.code, CTN_ENOTFOUND);
	assert_string_equal(e.text, "there is no profile 'servr'");
	assert_string_equal(e.hint, "did you mean 'server'?");
	assert_false(ctn_policies_parse_for(&policies, &p, &errors, files, 3, "ca", a, &e));
	assert_int_equal(e.code, CTN_ENOTFOUND);
	assert_string_equal(e.hint, "there are server, web");
}

/* Sanitisers slow everything down about tenfold; the bound that people have is 50 ms. */
#if defined(__SANITIZE_ADDRESS__)
#define BUDGET_S 1.0
#else
#define BUDGET_S 0.05
#endif

static double
seconds_of_cpu(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), 0);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct bomb {
	const char *file, *head, *part, *tail; /* each %u of part counts: k, k - 1, ... */
	unsigned n;
};
#define LONG "averyveryveryveryveryveryveryveryveryveryveryverylongnam"
static const struct bomb bombs[] = {
	{ "web.yaml", "issuer: issuing\nnames: { dns: { allow: [", "\"**.a%u.internal.example\", ", "] } }\n", 9000 },
	{ "web.yaml", "issuer: issuing\nnames: { uri: { allow: [", "\"http://a/b%u\", ", "] } }\n", 12000 },
	{ "web.yaml", "issuer: issuing\nnames: { ip: { allow: [", "10.0.0.0/8, ", "] } }\n", 19000 },
	{ "web.yaml", "issuer: issuing\nlint: { ignore: [", "serial-entrop%u, ", "] }\n", 12000 },
	{ "web.yaml", "issuer: issuing\nlint: { ignore: [", "serial-entrop%u, ", "x] }\n", 256 },
	{ "web.yaml", "issuer: issuing\nextended_key_usage: [", "serverAut%u, ", "] }\n", 12000 },
	{ "web.yaml", "issuer: issuing\nextended_key_usage: [", "1.2.%u, ", "]\n", 12000 },
	{ "web.yaml", "", "k%u: x\n", "", 250 },
	{ "ca.yaml", "authorities: { r: { subject: { OU: [", "a%u, ", "] }, lifetime: 1y } }\n", 19000 },
	{ "ca.yaml", "authorities:\n", "  " LONG "e%u: { subject: { CN: A }, lifetime: 1y, issuer: " LONG "f%u }\n", "x: y\n", 250 },
	{ "ca.yaml", "authorities:\n  a0: { subject: { CN: A }, lifetime: 1y }\n", "  a%u: { subject: { CN: A }, lifetime: 1y, issuer: a%u }\n",
	    "x: y\n", 250 },
};

static void
build(ctn_buf *text, const struct bomb *b)
{
	ctn_buf_text(text, b->head);
	for (unsigned k = 1; k < b->n && text->n < 256 * 1024 - 200; k++) {
		unsigned v = k;

		for (const char *in = b->part; *in != '\0'; in++) {
			if (in[0] == '%' && in[1] == 'u') {
				ctn_buf_printf(text, "%u", v--);
				in++;
			} else {
				ctn_buf_byte(text, (uint8_t)*in);
			}
		}
	}
	ctn_buf_text(text, b->tail);
}

static void
a_policy_as_big_as_can_be_is_read_at_once(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++) {
		ctn_policy_file file = { .name = bombs[i].file, .shown = bombs[i].file };
		CTN_OWN(ctn_arena) a = ctn_arena_open(0);
		CTN_OWN_BUF text = { 0 };
		ctn_policy_errors errors;
		ctn_policies policies;
		double before, took;

		assert_non_null(a);
		build(&text, &bombs[i]);
		file.text = ctn_buf_view(&text);
		before = seconds_of_cpu();
		assert_true(ctn_policies_parse(&policies, &errors, &file, 1, a, &e));
		took = seconds_of_cpu() - before;
		if (took > BUDGET_S)
			fail_msg("bomb %zu took %.3f s", i, took);
		assert_true(errors.n > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_says_what_where_and_what_to_do),
		cmocka_unit_test(what_is_not_said_has_defaults),
		cmocka_unit_test(a_short_max_pulls_the_default_down_with_room_for_backdate),
		cmocka_unit_test(lifetime_and_backdate_may_fill_max_exactly),
		cmocka_unit_test(values_are_read_and_their_places_kept),
		cmocka_unit_test(all_errors_of_all_files_come_out_in_one_run),
		cmocka_unit_test(a_home_without_ca_yaml_is_an_error),
		cmocka_unit_test(a_policy_as_big_as_can_be_is_read_at_once),
		cmocka_unit_test(one_profile_is_found_or_said_to_be_missing),
	};

	return cmocka_run_group_tests_name("profiles", tests, NULL, NULL);
}
