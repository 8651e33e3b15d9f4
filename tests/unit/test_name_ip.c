#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "name/ip.h"

static void
assert_text(const char *in, const char *want)
{
	struct ctn_err e = { 0 };
	char text[46];
	ctn_ip ip;

	if (!ctn_ip_parse(&ip, in, &e))
		fail_msg("%s", e.text);
	ctn_ip_text(text, &ip);
	assert_string_equal(text, want);
}

static void
addresses_come_out_as_rfc_5952_says(void **state)
{
	(void)state;
	assert_text("10.0.0.1", "10.0.0.1");
	assert_text("255.255.255.255", "255.255.255.255");
	assert_text("2001:DB8::8A2E:370:7334", "2001:db8::8a2e:370:7334");
	assert_text("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1");
	assert_text("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1");
	assert_text("2001:0:0:1:0:0:0:1", "2001:0:0:1::1");
	assert_text("0:0:0:0:0:0:0:0", "::");
	assert_text("::1", "::1");
	assert_text("::1:2", "::1:2");
	assert_text("1::", "1::");
	assert_text("::ffff:10.0.0.1", "::ffff:10.0.0.1");
	assert_text("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8");
	assert_text("fe80:0:0:0:0:0:0:0", "fe80::");
}

static void
what_is_no_address_is_refused(void **state)
{
	static const char *const refused[] = { "", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1 ", " 10.0.0.1",
		"0x0a.0.0.1", "1", "::g", "1:2:3:4:5:6:7", "1::2::3", "fe80::1%eth0", "[::1]", "10.0.0.1/8", "example" };
	struct ctn_err e = { 0 };
	ctn_ip ip;

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (ctn_ip_parse(&ip, refused[i], &e))
			fail_msg("'%s' was taken", refused[i]);
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, "not an IP address: 'example'");
}

static bool
has(const char *block, const char *address)
{
	struct ctn_err e = { 0 };
	ctn_cidr c;
	ctn_ip ip;

	if (!ctn_cidr_parse(&c, block, &e) || !ctn_ip_parse(&ip, address, &e))
		fail_msg("%s", e.text);
	return ctn_cidr_has(&c, &ip);
}

static void
a_block_has_its_addresses_and_no_others(void **state)
{
	(void)state;
	assert_true(has("10.0.0.0/8", "10.255.255.255"));
	assert_false(has("10.0.0.0/8", "11.0.0.0"));
	assert_true(has("172.16.0.0/12", "172.31.0.1"));
	assert_false(has("172.16.0.0/12", "172.32.0.1"));
	assert_true(has("0.0.0.0/0", "1.2.3.4"));
	assert_true(has("10.1.2.3", "10.1.2.3"));
	assert_false(has("10.1.2.3", "10.1.2.2"));
	assert_true(has("fd00::/8", "fdff::1"));
	assert_false(has("fd00::/8", "fe00::1"));
	assert_true(has("::1", "::1"));
	assert_true(has("2001:db8::/33", "2001:db8:7fff::"));
	assert_false(has("2001:db8::/33", "2001:db8:8000::"));
}

static void
a_block_never_has_addresses_of_the_other_family(void **state)
{
	(void)state;
	assert_false(has("0.0.0.0/0", "::"));
	assert_false(has("::/0", "0.0.0.0"));
	assert_false(has("10.0.0.0/8", "::ffff:10.0.0.1"));
}

static void
a_block_keeps_its_mask_and_bits(void **state)
{
	static const uint8_t mask[] = { 0xff, 0xf0, 0, 0 };
	struct ctn_err e = { 0 };
	ctn_cidr c;

	(void)state;
	assert_true(ctn_cidr_parse(&c, "172.16.0.0/12", &e));
	assert_int_equal(c.bits, 12);
	assert_memory_equal(c.mask, mask, sizeof mask);
}

static void
a_block_with_host_bits_is_refused_with_the_block_that_was_meant(void **state)
{
	struct ctn_err e = { 0 };
	ctn_cidr c;

	(void)state;
	assert_false(ctn_cidr_parse(&c, "10.1.2.3/8", &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, "bits are set behind the prefix: '10.1.2.3/8'");
	assert_string_equal(e.hint, "10.0.0.0/8");
	assert_false(ctn_cidr_parse(&c, "fd00::1/64", &e));
	assert_string_equal(e.hint, "fd00::/64");
}

static void
a_block_without_a_legal_prefix_length_is_refused(void **state)
{
	static const char *const refused[] = { "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/+8",
		"10.0.0.0/8 ", "0.0.0.0/", "0.0.0.0/:", "0.0.0.0/1/", "0.0.0.0/0000",
		"10.0.0.0/a", "10.0.0.0/4294967304", "/8", "::/1000" };
	struct ctn_err e = { 0 };
	ctn_cidr c;

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (ctn_cidr_parse(&c, refused[i], &e))
			fail_msg("'%s' was taken", refused[i]);
	assert_false(ctn_cidr_parse(&c, "::/129", &e));
	assert_string_equal(e.text, "not a prefix length of 0 to 128: '::/129'");
	assert_false(ctn_cidr_parse(&c, "0000000000000000000000000000000000000000000000000000000/8", &e));
	assert_int_equal(e.code, CTN_EINPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_come_out_as_rfc_5952_says),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(a_block_has_its_addresses_and_no_others),
		cmocka_unit_test(a_block_never_has_addresses_of_the_other_family),
		cmocka_unit_test(a_block_keeps_its_mask_and_bits),
		cmocka_unit_test(a_block_with_host_bits_is_refused_with_the_block_that_was_meant),
		cmocka_unit_test(a_block_without_a_legal_prefix_length_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
