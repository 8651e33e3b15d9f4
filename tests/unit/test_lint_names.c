/* Lint: rules over alternative names; each refuses one thing and lets its neighbour through. */
#include "lint_forge.h"

#define SAN(...) X_PLAIN(subject_alt_name, SEQ(__VA_ARGS__))
#define SAN_DNS(text) SAN(DNS(TXT(text)))
#define IAN(...) X_PLAIN(issuer_alt_name, SEQ(__VA_ARGS__))

static ctn_span
labels(size_t last)
{
	const ctn_span sixty = CAT(RUN('a', 60), TXT("."));

	return CAT(sixty, sixty, sixty, sixty, RUN('b', last));
}

static void
presence_and_criticality_are_judged(void **state)
{
	const ctn_span empty = NAME(NONE), san = SEQ(DNS(TXT("web.internal.example")));
	const struct forge_row rows[] = {
		{ "alt-name-missing", { X_GONE(subject_alt_name) }, { SAN_DNS("a.example") } },
		{ "alt-name-missing", { X_GONE(subject_alt_name) },
		    { X_GONE(subject_alt_name), X_PLAIN(ext_key_usage, EKU(OID(ctn_oid_kp_client_auth))) } },
		{ "alt-name-not-critical", { F(SUBJECT, empty) }, { F(SUBJECT, empty), X_CRITICAL(subject_alt_name, san) } },
		{ "alt-name-critical", { X_CRITICAL(subject_alt_name, san) }, { F(SUBJECT, empty), X_CRITICAL(subject_alt_name, san) } },
		{ "alt-name-repeated", { SAN(DNS(TXT("a.example")), DNS(TXT("b.example")), DNS(TXT("a.example"))) },
		    { SAN(DNS(TXT("a.example")), DNS(TXT("b.example")), URI(TXT("a.example"))) } },
	};
	struct forge leaf = forge_leaf();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
}

static void
dns_names_are_judged(void **state)
{
	const struct forge_row rows[] = {
		{ "dns-characters", { SAN(DNS(CAT(TXT("a"), HEX("00"), TXT(".example")))) }, { SAN_DNS("a0.example") } },
		{ "dns-characters", { SAN_DNS("a b.example") }, { SAN_DNS("a-b.example") } },
		{ "dns-characters", { SAN_DNS(" a.example") }, { SAN_DNS("a.example") } },
		{ "dns-characters", { SAN(DNS(HEX("c3a92e6578616d706c65"))) }, { SAN_DNS("xn--9ca.example") } },
		{ "dns-characters", { SAN_DNS("a:80") }, { SAN_DNS("a_80") } },
		{ "dns-empty-label", { SAN_DNS("a..example") }, { SAN_DNS("a.example") } },
		{ "dns-empty-label", { SAN_DNS(".example") }, { SAN_DNS("example") } },
		{ "dns-empty-label", { SAN_DNS("a.example.") }, { SAN_DNS("a.example") } },
		{ "dns-empty-label", { SAN(DNS(NONE)) }, { SAN_DNS("a") } },
		{ "dns-label-length", { SAN(DNS(CAT(RUN('a', 64), TXT(".example")))) }, { SAN(DNS(CAT(RUN('a', 63), TXT(".example")))) } },
		{ "dns-length", { SAN(DNS(labels(10))) }, { SAN(DNS(labels(9))) } },
		{ "dns-wildcard", { SAN_DNS("w*.example") }, { SAN_DNS("*.example") } },
		{ "dns-wildcard", { SAN_DNS("a.*.example") }, { SAN_DNS("*.a.example") } },
		{ "dns-wildcard", { SAN_DNS("*") }, { SAN_DNS("*.a") } },
		{ "dns-wildcard", { SAN_DNS("*.*.example") }, { SAN_DNS("*.example") } },
		{ "dns-hyphen", { SAN_DNS("-a.example") }, { SAN_DNS("a-b.example") } },
		{ "dns-hyphen", { SAN_DNS("a.example-") }, { SAN_DNS("a.exam--ple") } },
		{ "dns-a-label", { SAN_DNS("xn--a.example") }, { SAN_DNS("xn--9ca.example") } },
		{ "dns-a-label", { SAN_DNS("XN--A.example") }, { SAN_DNS("XN--9CA.example") } },
		{ "dns-case", { SAN_DNS("A.example") }, { SAN_DNS("a.example") } },
		{ "dns-underscore", { SAN_DNS("a_b.example") }, { SAN_DNS("a-b.example") } },
		{ "dns-address", { SAN_DNS("10.0.0.1") }, { SAN_DNS("10.0.0.a1") } },
	};
	struct forge leaf = forge_leaf();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
}

static void
other_names_are_judged(void **state)
{
	const struct forge_row rows[] = {
		{ "ip-form", { SAN(IP(HEX("0a0000"))) }, { SAN(IP(HEX("0a000001"))) } },
		{ "ip-form", { SAN(IP(RUN(1, 8))) }, { SAN(IP(RUN(1, 16))) } },
		{ "ip-form", { SAN(IP(RUN(1, 32))) }, { SAN(IP(RUN(1, 4))) } },
		{ "email-form", { SAN(MAIL(TXT("<a@b.example>"))) }, { SAN(MAIL(TXT("a@b.example"))) } },
		{ "email-form", { SAN(MAIL(TXT("b.example"))) }, { SAN(MAIL(TXT("a.c@b.example"))) } },
		{ "email-form", { SAN(MAIL(HEX("c3a940622e6578616d706c65"))) }, { SAN(MAIL(TXT("e@b.example"))) } },
		{ "uri-form", { SAN(URI(TXT("web.example/x"))) }, { SAN(URI(TXT("https://web.example/x"))) } },
		{ "uri-form", { SAN(URI(TXT("https://we b.example/"))) }, { SAN(URI(TXT("urn:uuid:1"))) } },
		{ "directory-form", { SAN(DIRECTORY(NAME(EL(CTN_TAG_SET, NONE)))) }, { SAN(DIRECTORY(CN("x"))) } },
		{ "issuer-alt-name-form", { IAN(DNS(TXT("a b"))) }, { IAN(DNS(TXT("a.example"))) } },
		{ "issuer-alt-name-form", { IAN(IP(RUN(1, 5))) }, { IAN(IP(RUN(1, 4))) } },
	};
	struct forge leaf = forge_leaf();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(presence_and_criticality_are_judged, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(dns_names_are_judged, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(other_names_are_judged, forge_setup, forge_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
