/* Explanations whole: every rule of a decision with its place, its value and what it did, for requests that differ in one thing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy_explain.h"

static void
a_request_that_fits(void **state)
{
	struct world w;

	(void)state;
	start(&w, rich);
	name(&w, "a.a.example");
	name(&w, "10.0.0.1");
	assert_explained(&w,
	    "ok issuer:2 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:3 [30d] taken\n"
	    "ok lifetime.max:3 [40d] 30d fits\n"
	    "-- lifetime.past_issuer:3 [shorten] the issuer lasts longer\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "ok key.generate:5 [rsa-3072] a key is made\n"
	    "ok key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] rsa-3072 is allowed\n"
	    "-- key.reuse:5 [allow] a new key is nobody else's\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "-- subject.O:8 [{ from: csr, required: false }] left out: there is no CSR to take it from\n"
	    "ok subject.CN:7 [{ from: first_name, required: false }] CN=a.a.example\n"
	    "ok names.dns:11 [*.a.example] 1 name inside\n"
	    "ok names.ip:12 [10.0.0.0/8, fd00::/8] 1 name inside\n"
	    "-- names.email:13 [*@a.example] no name of this type\n"
	    "-- names.uri:14 [x://a.example/**] no name of this type\n"
	    "ok names.total:15 [2 to 3] 2 names\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] all of them\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "-- csr.copy:19 [[subjectAltName]] no CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "allowed, -3600 to 2591999, usage 5, no hint\n");
}

static void
a_request_that_breaks_every_name_rule(void **state)
{
	struct world w;

	(void)state;
	start(&w, rich);
	name(&w, "x.a.example");
	name(&w, "b.c.a.example");
	name(&w, "root@a.example");
	name(&w, "x://a.example/b");
	name(&w, "11.0.0.1");
	name(&w, "fe80::1");
	assert_explained(&w,
	    "ok issuer:2 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:3 [30d] taken\n"
	    "ok lifetime.max:3 [40d] 30d fits\n"
	    "-- lifetime.past_issuer:3 [shorten] the issuer lasts longer\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "ok key.generate:5 [rsa-3072] a key is made\n"
	    "ok key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] rsa-3072 is allowed\n"
	    "-- key.reuse:5 [allow] a new key is nobody else's\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "-- subject.O:8 [{ from: csr, required: false }] left out: there is no CSR to take it from\n"
	    "ok subject.CN:7 [{ from: first_name, required: false }] CN=x.a.example\n"
	    "NO names.dns:11 [x.a.example] 'x.a.example' is denied by x.a.example\n"
	    "NO names.dns:11 [*.a.example] 'b.c.a.example' is outside *.a.example\n"
	    "NO names.ip:12 [10.0.0.0/8, fd00::/8] '11.0.0.1' is outside 10.0.0.0/8, fd00::/8\n"
	    "NO names.ip:12 [10.0.0.0/8, fd00::/8] 'fe80::1' is outside 10.0.0.0/8, fd00::/8\n"
	    "NO names.email:13 [root@a.example] 'root@a.example' is denied by root@a.example\n"
	    "NO names.uri:14 [x://a.example/b] 'x://a.example/b' is denied by x://a.example/b\n"
	    "NO names.total:15 [2 to 3] 6 names: at most 3\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] all of them\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "-- csr.copy:19 [[subjectAltName]] no CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "refused, -3600 to 2591999, usage 5, ask for a name inside, or add it to names.dns.allow in policies/server.yaml\n");
}

static void
a_wildcard_a_mailbox_and_a_uri(void **state)
{
	struct world w;

	(void)state;
	start(&w, rich);
	name(&w, "*.a.example");
	name(&w, "me@a.example");
	name(&w, "x://a.example/c/d");
	w.request.lifetime_s = 50 * DAY;
	assert_explained(&w,
	    "ok issuer:2 [issuing] signed by authority 'issuing'\n"
	    "-- lifetime.default:3 [30d] another lifetime was asked for\n"
	    "NO lifetime.max:3 [40d] 50d is over 40d\n"
	    "-- lifetime.past_issuer:3 [shorten] the issuer lasts longer\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "ok key.generate:5 [rsa-3072] a key is made\n"
	    "ok key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] rsa-3072 is allowed\n"
	    "-- key.reuse:5 [allow] a new key is nobody else's\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "-- subject.O:8 [{ from: csr, required: false }] left out: there is no CSR to take it from\n"
	    "ok subject.CN:7 [{ from: first_name, required: false }] CN=*.a.example\n"
	    "NO names.dns:11 [x.a.example] '*.a.example' would cover the denied x.a.example\n"
	    "-- names.ip:12 [10.0.0.0/8, fd00::/8] no name of this type\n"
	    "ok names.email:13 [*@a.example] 1 name inside\n"
	    "ok names.uri:14 [x://a.example/**] 1 name inside\n"
	    "ok names.total:15 [2 to 3] 3 names\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] all of them\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "-- csr.copy:19 [[subjectAltName]] no CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "refused, -3600 to 3455999, usage 5, ask for at most 39d\n");
}

static void
a_request_for_too_little(void **state)
{
	struct world w;

	(void)state;
	start(&w, rich);
	name(&w, "fd00::1");
	w.request.lifetime_s = -1;
	w.issuer.revoked = "its CA certificate with serial 0a is revoked";
	assert_explained(&w,
	    "NO issuer:2 [issuing] nobody trusts authority 'issuing': its CA certificate with serial 0a is revoked\n"
	    "-- lifetime.default:3 [30d] another lifetime was asked for\n"
	    "NO lifetime.max:3 [40d] a lifetime of -1 s: at least 1 s\n"
	    "-- lifetime.past_issuer:3 [shorten] the issuer lasts longer\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "ok key.generate:5 [rsa-3072] a key is made\n"
	    "ok key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] rsa-3072 is allowed\n"
	    "-- key.reuse:5 [allow] a new key is nobody else's\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "-- subject.O:8 [{ from: csr, required: false }] left out: there is no CSR to take it from\n"
	    "ok subject.CN:7 [{ from: first_name, required: false }] CN=fd00::1\n"
	    "NO names.dns.min:11 [1] 0 names of this type: at least 1 needed\n"
	    "-- names.dns:11 [*.a.example] no name of this type\n"
	    "ok names.ip:12 [10.0.0.0/8, fd00::/8] 1 name inside\n"
	    "-- names.email:13 [*@a.example] no name of this type\n"
	    "-- names.uri:14 [x://a.example/**] no name of this type\n"
	    "NO names.total:15 [2 to 3] 1 names: at least 2 needed\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] all of them\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "-- csr.copy:19 [[subjectAltName]] no CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "refused, -3600 to 0, usage 5, describe another authority in ca.yaml, and name it as the issuer\n");
}

static void
one_that_backdating_makes_too_long(void **state)
{
	struct world w;

	(void)state;
	start(&w, rich);
	name(&w, "a.a.example");
	name(&w, "b.a.example");
	w.request.lifetime_s = 40 * DAY;
	w.issuer.not_after = NOW + 10 * DAY;
	assert_explained(&w,
	    "ok issuer:2 [issuing] signed by authority 'issuing'\n"
	    "-- lifetime.default:3 [30d] another lifetime was asked for\n"
	    "NO lifetime.max:3 [40d] 40d and the 1h that backdate adds in front are over 40d, both ends counted\n"
	    "ok lifetime.past_issuer:3 [shorten] shortened from 2026-02-09T23:59:59Z to the end of authority 'issuing', 2026-01-11T00:00:00Z\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "ok key.generate:5 [rsa-3072] a key is made\n"
	    "ok key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] rsa-3072 is allowed\n"
	    "-- key.reuse:5 [allow] a new key is nobody else's\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "-- subject.O:8 [{ from: csr, required: false }] left out: there is no CSR to take it from\n"
	    "ok subject.CN:7 [{ from: first_name, required: false }] CN=a.a.example\n"
	    "ok names.dns:11 [*.a.example] 2 names inside\n"
	    "-- names.ip:12 [10.0.0.0/8, fd00::/8] no name of this type\n"
	    "-- names.email:13 [*@a.example] no name of this type\n"
	    "-- names.uri:14 [x://a.example/**] no name of this type\n"
	    "ok names.total:15 [2 to 3] 2 names\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] all of them\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "-- csr.copy:19 [[subjectAltName]] no CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "refused, -3600 to 864000, usage 5, ask for at most 39d\n");
}

static void
nothing_at_all_under_a_bare_profile(void **state)
{
	struct world w;

	(void)state;
	start(&w, bare);
	assert_explained(&w,
	    "ok issuer:1 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:0 [90d] taken\n"
	    "ok lifetime.max:0 [398d] 90d fits\n"
	    "-- lifetime.past_issuer:0 [refuse] the issuer lasts longer\n"
	    "ok backdate:0 [5m] valid from 5m ago on\n"
	    "ok key.generate:0 [ecdsa-p256] a key is made\n"
	    "ok key.allow:0 [[ecdsa-p256]] ecdsa-p256 is allowed\n"
	    "-- key.reuse:0 [refuse] a new key is nobody else's\n"
	    "NO subject:0 [{}] neither a subject nor a name: a certificate must name something (RFC 5280 4.1.2.6)\n"
	    "ok names.total:0 [0 to 100] 0 names\n"
	    "ok key_usage:0 [[digitalSignature]] all of them\n"
	    "-- extended_key_usage:0 [[]] no extendedKeyUsage extension\n"
	    "-- extensions:0 [0] none\n"
	    "-- csr.copy:0 [[]] no CSR\n"
	    "-- renew.window:0 [33%] due for renewal so long before its end\n"
	    "-- renew.after_expiry:0 [0s] renewed so long after its end at most\n"
	    "-- lint.fail_on:0 [error] the certificate is linted before it is signed\n"
	    "refused, -300 to 7775999, usage 1, no hint\n");
}

static void
a_name_under_a_bare_profile(void **state)
{
	struct world w;

	(void)state;
	start(&w, bare);
	name(&w, "a.example");
	name(&w, "a@b.example");
	name(&w, "1.2.3.4");
	name(&w, "x:a");
	assert_explained(&w,
	    "ok issuer:1 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:0 [90d] taken\n"
	    "ok lifetime.max:0 [398d] 90d fits\n"
	    "-- lifetime.past_issuer:0 [refuse] the issuer lasts longer\n"
	    "ok backdate:0 [5m] valid from 5m ago on\n"
	    "ok key.generate:0 [ecdsa-p256] a key is made\n"
	    "ok key.allow:0 [[ecdsa-p256]] ecdsa-p256 is allowed\n"
	    "-- key.reuse:0 [refuse] a new key is nobody else's\n"
	    "NO names.dns:0 [absent] 'a.example' is a DNS name, and this profile allows none\n"
	    "NO names.ip:0 [absent] '1.2.3.4' is an IP address, and this profile allows none\n"
	    "NO names.email:0 [absent] 'a@b.example' is an e-mail address, and this profile allows none\n"
	    "NO names.uri:0 [absent] 'x:a' is a URI, and this profile allows none\n"
	    "ok names.total:0 [0 to 100] 4 names\n"
	    "ok key_usage:0 [[digitalSignature]] all of them\n"
	    "-- extended_key_usage:0 [[]] no extendedKeyUsage extension\n"
	    "-- extensions:0 [0] none\n"
	    "-- csr.copy:0 [[]] no CSR\n"
	    "-- renew.window:0 [33%] due for renewal so long before its end\n"
	    "-- renew.after_expiry:0 [0s] renewed so long after its end at most\n"
	    "-- lint.fail_on:0 [error] the certificate is linted before it is signed\n"
	    "refused, -300 to 7775999, usage 1, add 'dns: { allow: [...] }' to names in policies/server.yaml\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_that_fits),
		cmocka_unit_test(a_request_that_breaks_every_name_rule),
		cmocka_unit_test(a_wildcard_a_mailbox_and_a_uri),
		cmocka_unit_test(a_request_for_too_little),
		cmocka_unit_test(one_that_backdating_makes_too_long),
		cmocka_unit_test(nothing_at_all_under_a_bare_profile),
		cmocka_unit_test(a_name_under_a_bare_profile),
	};

	return cmocka_run_group_tests_name("explanations", tests, NULL, NULL);
}
