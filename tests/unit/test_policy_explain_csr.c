/* Explanations whole, of requests with a CSR. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy_explain.h"

static void
a_csr_whose_names_count(void **state)
{
	static const ctn_general_name san[] = { { CTN_NAME_DNS, { (const uint8_t *)"c.a.example", 11 } }, { CTN_NAME_EMAIL, { (const uint8_t *)"c@a.example", 11 } } };
	struct world w;

	(void)state;
	start(&w, rich);
	csr(&w, CTN_KEY_ED25519, san, 2);
	assert_explained(&w,
	    "ok issuer:2 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:3 [30d] taken\n"
	    "ok lifetime.max:3 [40d] 30d fits\n"
	    "-- lifetime.past_issuer:3 [shorten] the issuer lasts longer\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "-- key.generate:5 [rsa-3072] the key is given\n"
	    "ok key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] ed25519 is allowed\n"
	    "ok key.reuse:5 [allow] another lineage may have this key\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "ok subject.O:8 [{ from: csr, required: false }] O=o\n"
	    "ok subject.CN:7 [{ from: first_name, required: false }] CN=c.a.example\n"
	    "ok names.dns:11 [*.a.example] 1 name inside\n"
	    "-- names.ip:12 [10.0.0.0/8, fd00::/8] no name of this type\n"
	    "ok names.email:13 [*@a.example] 1 name inside\n"
	    "-- names.uri:14 [x://a.example/**] no name of this type\n"
	    "ok names.total:15 [2 to 3] 2 names\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] without [keyEncipherment], which a key of kind ed25519 cannot have\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "ok csr.copy:19 [[subjectAltName]] the names are those of the CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "dropped csr keyUsage: csr.copy does not name it\n"
	    "dropped csr 1.2.3.9: csr.copy does not name it\n"
	    "dropped csr subject O=o: only the attributes with 'from: csr' are taken\n"
	    "dropped csr 1 attribute other than extensionRequest: nothing but key and names is ever taken from a CSR\n"
	    "allowed, -3600 to 2591999, usage 1, no hint\n");
}

static void
a_csr_beside_names(void **state)
{
	static const ctn_general_name san[] = { { CTN_NAME_DNS, { (const uint8_t *)"c.a.example", 11 } }, { CTN_NAME_DNS, { (const uint8_t *)"d.a.example", 11 } } };
	struct world w;

	(void)state;
	start(&w, rich);
	csr(&w, CTN_KEY_P521, san, 2);
	name(&w, "c.a.example");
	name(&w, "10.0.0.1");
	assert_explained(&w,
	    "ok issuer:2 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:3 [30d] taken\n"
	    "ok lifetime.max:3 [40d] 30d fits\n"
	    "-- lifetime.past_issuer:3 [shorten] the issuer lasts longer\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "-- key.generate:5 [rsa-3072] the key is given\n"
	    "ok key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] ecdsa-p521 is allowed\n"
	    "ok key.reuse:5 [allow] another lineage may have this key\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "ok subject.O:8 [{ from: csr, required: false }] O=o\n"
	    "ok subject.CN:7 [{ from: first_name, required: false }] CN=c.a.example\n"
	    "ok names.dns:11 [*.a.example] 1 name inside\n"
	    "ok names.ip:12 [10.0.0.0/8, fd00::/8] 1 name inside\n"
	    "-- names.email:13 [*@a.example] no name of this type\n"
	    "-- names.uri:14 [x://a.example/**] no name of this type\n"
	    "ok names.total:15 [2 to 3] 2 names\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] without [keyEncipherment], which a key of kind ecdsa-p521 cannot have\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "-- csr.copy:19 [[subjectAltName]] the names were asked for beside the CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "dropped csr subjectAltName d.a.example: other names were asked for\n"
	    "dropped csr keyUsage: csr.copy does not name it\n"
	    "dropped csr 1.2.3.9: csr.copy does not name it\n"
	    "dropped csr subject O=o: only the attributes with 'from: csr' are taken\n"
	    "dropped csr 1 attribute other than extensionRequest: nothing but key and names is ever taken from a CSR\n"
	    "allowed, -3600 to 2591999, usage 1, no hint\n");
}

static void
a_csr_without_names(void **state)
{
	struct world w;

	(void)state;
	start(&w, rich);
	csr(&w, CTN_KEY_P256, NULL, 0);
	assert_explained(&w,
	    "ok issuer:2 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:3 [30d] taken\n"
	    "ok lifetime.max:3 [40d] 30d fits\n"
	    "-- lifetime.past_issuer:3 [shorten] the issuer lasts longer\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "-- key.generate:5 [rsa-3072] the key is given\n"
	    "NO key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] a key of kind ecdsa-p256 is not among [rsa-3072, ecdsa-p521, ed25519]\n"
	    "ok key.reuse:5 [allow] another lineage may have this key\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "ok subject.O:8 [{ from: csr, required: false }] O=o\n"
	    "-- subject.CN:7 [{ from: first_name, required: false }] left out: there is no name to take it from\n"
	    "NO names.dns.min:11 [1] 0 names of this type: at least 1 needed\n"
	    "-- names.dns:11 [*.a.example] no name of this type\n"
	    "-- names.ip:12 [10.0.0.0/8, fd00::/8] no name of this type\n"
	    "-- names.email:13 [*@a.example] no name of this type\n"
	    "-- names.uri:14 [x://a.example/**] no name of this type\n"
	    "NO names.total:15 [2 to 3] 0 names: at least 2 needed\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] without [keyEncipherment], which a key of kind ecdsa-p256 cannot have\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "ok csr.copy:19 [[subjectAltName]] the names are those of the CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "dropped csr keyUsage: csr.copy does not name it\n"
	    "dropped csr 1.2.3.9: csr.copy does not name it\n"
	    "dropped csr subject O=o: only the attributes with 'from: csr' are taken\n"
	    "dropped csr 1 attribute other than extensionRequest: nothing but key and names is ever taken from a CSR\n"
	    "refused, -3600 to 2591999, usage 1, the CSR has no name: give one on the command line or add a subjectAltName\n");
}

static void
a_csr_under_a_bare_profile(void **state)
{
	static const ctn_general_name san[] = { { CTN_NAME_DNS, { (const uint8_t *)"c.a.example", 11 } } };
	struct world w;

	(void)state;
	start(&w, bare);
	csr(&w, CTN_KEY_P384, san, 1);
	w.csr.other_attributes = 2;
	w.issuer.not_after = NOW + 5400;
	assert_explained(&w,
	    "ok issuer:1 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:0 [90d] taken\n"
	    "ok lifetime.max:0 [398d] 90d fits\n"
	    "NO lifetime.past_issuer:0 [refuse] it would end at 2026-03-31T23:59:59Z, after authority 'issuing' (2026-01-01T01:30:00Z)\n"
	    "ok backdate:0 [5m] valid from 5m ago on\n"
	    "-- key.generate:0 [ecdsa-p256] the key is given\n"
	    "NO key.allow:0 [[ecdsa-p256]] a key of kind ecdsa-p384 is not among [ecdsa-p256]\n"
	    "ok key.reuse:0 [refuse] no other lineage may have this key: the records are asked before anything is signed\n"
	    "NO subject:0 [{}] neither a subject nor a name: a certificate must name something (RFC 5280 4.1.2.6)\n"
	    "ok names.total:0 [0 to 100] 0 names\n"
	    "ok key_usage:0 [[digitalSignature]] all of them\n"
	    "-- extended_key_usage:0 [[]] no extendedKeyUsage extension\n"
	    "-- extensions:0 [0] none\n"
	    "ok csr.copy:0 [[]] no name is taken from the CSR\n"
	    "-- renew.window:0 [33%] due for renewal so long before its end\n"
	    "-- renew.after_expiry:0 [0s] renewed so long after its end at most\n"
	    "-- lint.fail_on:0 [error] the certificate is linted before it is signed\n"
	    "dropped csr subjectAltName c.a.example: csr.copy does not name it\n"
	    "dropped csr keyUsage: csr.copy does not name it\n"
	    "dropped csr 1.2.3.9: csr.copy does not name it\n"
	    "dropped csr subject O=o: the profile makes the subject\n"
	    "dropped csr 2 attributes other than extensionRequest: nothing but key and names is ever taken from a CSR\n"
	    "refused, -300 to 7775999, usage 1, catena ca renew issuing, or ask for at most 1h\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_csr_whose_names_count),
		cmocka_unit_test(a_csr_beside_names),
		cmocka_unit_test(a_csr_without_names),
		cmocka_unit_test(a_csr_under_a_bare_profile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
