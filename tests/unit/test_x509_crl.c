#include "x509_make.h"

#include "corpora.h"
#include "x509/crl.h"

static const char *const url = "http://a.example/1.crl";

static ctn_crl_fields
plain_crl(void)
{
	return (ctn_crl_fields){
		.sig_alg = CTN_SIG_ED25519,
		.issuer = CTN_SPAN(MAKE_NAME),
		.this_update = 1767225600,
		.next_update = 1767830400,
		.authority_key_id = CTN_SPAN("kkkkkkkkkkkkkkkkkkkk"),
		.number = 300,
	};
}

/* The list of f and n entries of serials 0x4000.., signed with a constant, read again. */
static ctn_crl
rebuilt(ctn_buf *der, const ctn_crl_fields *f, unsigned n)
{
	CTN_OWN_BUF tbs = { 0 };
	struct ctn_err e = { 0 };
	ctn_crl_build build;
	ctn_crl crl = { 0 };

	ctn_crl_begin(&build, &tbs, f);
	for (unsigned i = 0; i < n; i++) {
		uint8_t serial[3] = { 0x40, (uint8_t)(i >> 8), (uint8_t)i };

		ctn_crl_add(&build, (ctn_span){ serial, 3 }, f->this_update - 60 * (int64_t)i, i % 3, i % 2 == 0 ? -1 : f->this_update);
	}
	ctn_crl_end(&build, f);
	ctn_signed_build(der, ctn_buf_view(&tbs), f->sig_alg, CTN_SPAN("signature"), (ctn_span){ 0 });
	assert_true(ctn_buf_ok(der, &e));
	if (!ctn_crl_parse(&crl, ctn_buf_view(der), &e))
		fail_msg("%s", e.text);
	return crl;
}

static void
every_field_that_goes_in_comes_out(void **state)
{
	ctn_crl_fields f = plain_crl();
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	ctn_crl crl = rebuilt(&der, &f, 1);
	ctn_span number;
	ctn_aki aki;

	(void)state;
	assert_int_equal(crl.version, 2);
	assert_span(crl.issuer, f.issuer);
	assert_int_equal(crl.this_update, f.this_update);
	assert_true(crl.has_next_update && crl.next_update == f.next_update);
	assert_span(crl.inner_alg, crl.outer_alg);
	assert_int_equal(crl.sig_alg, CTN_SIG_ED25519);
	assert_span(crl.signature, CTN_SPAN("signature"));
	assert_int_equal(crl.exts.n, 2);
	assert_span(crl.exts.at[0].oid, ctn_oid_authority_key_id);
	assert_true(ctn_ext_aki(&aki, crl.exts.at[0].value, &e));
	assert_span(aki.key_id, f.authority_key_id);
	assert_span(crl.exts.at[1].oid, ctn_oid_crl_number);
	assert_true(ctn_ext_number(&number, crl.exts.at[1].value, &e));
	assert_span(number, CTN_SPAN("\x01\x2c"));
	assert_false(crl.exts.at[0].critical || crl.exts.at[1].critical);
}

static void
without_entries_there_is_no_list(void **state)
{
	ctn_crl_fields f = plain_crl();
	CTN_OWN_BUF none = { 0 }, one = { 0 };

	(void)state;
	assert_false(rebuilt(&none, &f, 0).has_list);
	assert_true(rebuilt(&one, &f, 1).has_list);
}

static void
a_delta_and_a_distribution_point_are_critical(void **state)
{
	ctn_crl_fields f = plain_crl();
	CTN_OWN_BUF one = { 0 }, two = { 0 }, three = { 0 };
	struct ctn_err e = { 0 };
	ctn_general_name name;
	ctn_span base;
	ctn_crl crl;
	ctn_idp idp;
	ctn_der r;

	(void)state;
	f.is_delta = f.only_user = true;
	f.base_number = 127;
	f.idp_url = url;
	crl = rebuilt(&one, &f, 0);
	assert_int_equal(crl.exts.n, 4);
	assert_span(crl.exts.at[2].oid, ctn_oid_delta_crl_indicator);
	assert_true(crl.exts.at[2].critical);
	assert_true(ctn_ext_number(&base, crl.exts.at[2].value, &e));
	assert_span(base, CTN_SPAN("\x7f"));
	assert_span(crl.exts.at[3].oid, ctn_oid_issuing_distribution_point);
	assert_true(crl.exts.at[3].critical);
	assert_true(ctn_ext_idp(&idp, crl.exts.at[3].value, &e));
	assert_true(idp.only_user && !idp.only_ca && !idp.indirect);
	r = ctn_der_over(idp.point.full_name);
	assert_true(ctn_general_next(&r, &name));
	assert_span(name.value, ctn_span_text(url));
	f = plain_crl();
	f.idp_url = url;
	crl = rebuilt(&three, &f, 0);
	assert_true(ctn_ext_idp(&idp, crl.exts.at[2].value, &e));
	assert_true(idp.has_point && !idp.only_ca && !idp.only_user);
	f = plain_crl();
	f.only_ca = true;
	crl = rebuilt(&two, &f, 0);
	assert_true(ctn_ext_idp(&idp, crl.exts.at[2].value, &e));
	assert_true(idp.only_ca && !idp.only_user && !idp.has_point);
}

static void
entries_come_back_in_their_order(void **state)
{
	ctn_crl_fields f = plain_crl();
	CTN_OWN_BUF der = { 0 };
	ctn_crl crl = rebuilt(&der, &f, 600);
	ctn_der r = ctn_der_over(crl.entries);
	ctn_crl_entry entry;

	(void)state;
	for (unsigned i = 0; i < 600; i++) {
		uint8_t serial[3] = { 0x40, (uint8_t)(i >> 8), (uint8_t)i };

		assert_true(ctn_crl_next(&r, &entry));
		assert_span(entry.serial, (ctn_span){ serial, 3 });
		assert_int_equal(entry.revoked_at, f.this_update - 60 * (int64_t)i);
		assert_int_equal(entry.has_reason, i % 3 != 0);
		assert_int_equal(entry.reason, i % 3);
		assert_int_equal(entry.has_invalidity, i % 2 == 1);
		assert_int_equal(entry.invalid_since, i % 2 == 1 ? f.this_update : 0);
		assert_int_equal(entry.exts.n > 0, i % 6 != 0);
		assert_false(entry.unknown_critical);
	}
	assert_true(ctn_der_end(&r));
	assert_false(ctn_crl_next(&r, &entry));
}

static void
a_serial_is_found_or_not(void **state)
{
	ctn_crl_fields f = plain_crl();
	CTN_OWN_BUF der = { 0 };
	ctn_crl crl = rebuilt(&der, &f, 600);
	struct ctn_err e = { 0 };
	ctn_crl_entry entry;
	bool found;

	(void)state;
	assert_true(ctn_crl_find(&entry, &found, &crl, crl.issuer, CTN_SPAN("\x40\x02\x01"), &e));
	assert_true(found);
	assert_int_equal(entry.revoked_at, f.this_update - 60 * 513);
	assert_true(ctn_crl_find(&entry, &found, &crl, crl.issuer, CTN_SPAN("\x41\x00\x00"), &e));
	assert_false(found);
	assert_true(ctn_crl_find(&entry, &found, &crl, CTN_SPAN("\x30\x00"), CTN_SPAN("\x40\x02\x01"), &e));
	assert_false(found);
}

#define AT "170d3236303130313030303030305a"

static const char *const bad_entries[] = {
	"3100",
	"3003020101",
	"301302020001" AT,
	"3014020101" AT "3000",
	"3020020101" AT "300c300a0603551d150403020101", /* reason of the wrong type */
	"3014020101" AT "0500",
};

static void
a_malformed_entry_on_the_way_is_an_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_entries / sizeof *bad_entries; i++) {
		struct ctn_err e = { 0 };
		ctn_crl crl = { .entries = octets(bad_entries[i]) };
		ctn_crl_entry entry;
		bool found;

		assert_false(ctn_crl_find(&entry, &found, &crl, CTN_SPAN("\x30\x00"), CTN_SPAN("\x7f"), &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, "CRL entry, at byte 0");
	}
}

/* An entry of serial 1 with the given content of crlEntryExtensions. */
static void
put_entry(ctn_buf *b, ctn_span exts)
{
	size_t entry = ctn_der_open(b, CTN_TAG_SEQUENCE);

	ctn_buf_span(b, octets("020101" AT));
	ctn_der_put(b, CTN_TAG_SEQUENCE, exts);
	ctn_der_close(b, entry);
}

static void
entry_extensions_are_told_apart(void **state)
{
	CTN_OWN_BUF b = { 0 };
	ctn_crl_entry entry;
	ctn_der r;

	(void)state;
	put_entry(&b, octets("300f0603551d1d0101ff04053003820161"));
	put_entry(&b, octets("300a06012a0101ff04020500"));
	put_entry(&b, octets("300706012a04020500"));
	r = ctn_der_over(ctn_buf_view(&b));
	assert_true(ctn_crl_next(&r, &entry));
	assert_span(entry.certificate_issuer, CTN_SPAN("\x82\x01" "a"));
	assert_false(entry.unknown_critical);
	assert_true(ctn_crl_next(&r, &entry));
	assert_true(entry.unknown_critical);
	assert_int_equal(entry.certificate_issuer.n, 0);
	assert_true(ctn_crl_next(&r, &entry));
	assert_false(entry.unknown_critical);
	assert_true(ctn_der_end(&r));
}

static void
reasons_have_their_rfc_names(void **state)
{
	struct ctn_err e = { 0 };
	unsigned r;

	(void)state;
	for (unsigned i = 0; i < 12; i++) {
		const char *name = ctn_crl_reason_name(i);

		assert_int_equal(name != NULL, i != 7 && i <= 10);
		if (name != NULL)
			assert_true(ctn_crl_reason_parse(&r, name, &e) && r == i);
	}
	assert_string_equal(ctn_crl_reason_name(CTN_REASON_REMOVE_FROM_CRL), "removeFromCRL");
	assert_false(ctn_crl_reason_parse(&r, "keycompromise", &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, "unknown reason 'keycompromise'");
	assert_string_equal(e.hint, "did you mean keyCompromise?");
	assert_false(ctn_crl_reason_parse(&r, "zzzzzzzzzzzzzzzzzzzz", &e));
	assert_string_equal(e.hint, "one of unspecified, keyCompromise, cACompromise, affiliationChanged, superseded, cessationOfOperation, certificateHold, removeFromCRL, privilegeWithdrawn, aACompromise");
}

#define ALG "300506032b6570"
#define NAME "300c310a300806035504030c0154"

static const struct {
	const char *tbs, *text;
} bad_lists[] = {
	{ "", "inner signature algorithm, at byte 4" },
	{ "020102" ALG NAME AT, "CRL version, at byte 4" },
	{ "020101" "3000" NAME AT, "inner signature algorithm, at byte 7" },
	{ ALG "3100" AT, "issuer, at byte 11" },
	{ ALG "30020c05" AT, "issuer, at byte 11" },
	{ ALG NAME "0500", "thisUpdate, at byte 25" },
	{ ALG NAME AT "170d3236303130313030303030305b", "nextUpdate, at byte 40" },
	{ ALG NAME AT AT "a00b3009300706012a0402050" "0" "0500", "bytes after the to-be-signed CRL, at byte 68" },
	{ ALG NAME AT AT "a00e300c300a06012a01010004020500",
	    "extension that spells out critical FALSE, which DER leaves out (X.690 11.5), at byte 59" },
	{ ALG NAME AT AT "a00d3009300706012a040205000500", "bytes after the CRL extensions, at byte 68" },
};

static void
broken_lists_are_refused_with_the_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_lists / sizeof *bad_lists; i++) {
		CTN_OWN_BUF b = { 0 };
		struct ctn_err e = { 0 };
		ctn_crl crl = { .version = 77 };
		size_t whole = ctn_der_open(&b, CTN_TAG_SEQUENCE), tbs = ctn_der_open(&b, CTN_TAG_SEQUENCE);

		if (bad_lists[i].tbs[0] != '\0')
			ctn_buf_span(&b, octets(bad_lists[i].tbs));
		ctn_der_close(&b, tbs);
		ctn_buf_span(&b, octets(ALG "03020001"));
		ctn_der_close(&b, whole);
		assert_false(ctn_crl_parse(&crl, ctn_buf_view(&b), &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, bad_lists[i].text);
		assert_int_equal(crl.version, 77);
	}
}

static void
bytes_after_a_crl_are_refused(void **state)
{
	ctn_crl_fields f = plain_crl();
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	ctn_crl crl = rebuilt(&der, &f, 1);

	(void)state;
	ctn_buf_byte(&der, 0);
	assert_false(ctn_crl_parse(&crl, ctn_buf_view(&der), &e));
	assert_string_equal(e.text, "not one DER CRL");
}

static void
read_one(void *ctx, const char *file, ctn_span der)
{
	unsigned *entries = ctx;
	struct ctn_err e = { 0 };
	ctn_crl_entry entry;
	ctn_crl crl;
	ctn_der r;

	if (!ctn_crl_parse(&crl, der, &e))
		fail_msg("%s: %s", file, e.text);
	for (r = ctn_der_over(crl.entries); !ctn_der_end(&r); ++*entries)
		if (!ctn_crl_next(&r, &entry))
			fail_msg("%s: entry at %zu", file, ctn_der_offset(&r));
}

static void
every_pkits_crl_is_read(void **state)
{
	unsigned entries = 0;

	(void)state;
	if (corpus_walk("pkits/crls", read_one, &entries) < 0)
		skip();
	assert_true(entries > 30);
}

static void
read_or_refuse(void *ctx, const char *file, ctn_span der)
{
	unsigned *read = ctx;
	struct ctn_err e = { 0 };
	ctn_crl_entry entry;
	ctn_crl crl;
	ctn_der r;

	if (!ctn_crl_parse(&crl, der, &e)) {
		printf("%s: %s\n", file, e.text);
		return;
	}
	r = ctn_der_over(crl.entries);
	while (ctn_crl_next(&r, &entry))
		;
	if (!ctn_der_end(&r))
		printf("%s: entry at %zu\n", file, ctn_der_offset(&r));
	++*read;
}

static void
every_zlint_crl_is_read_or_refused_with_a_reason(void **state)
{
	unsigned read = 0;

	(void)state;
	if (corpus_walk("zlint/crls", read_or_refuse, &read) < 0)
		skip();
	assert_true(read > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_that_goes_in_comes_out),
		cmocka_unit_test(without_entries_there_is_no_list),
		cmocka_unit_test(a_delta_and_a_distribution_point_are_critical),
		cmocka_unit_test(entries_come_back_in_their_order),
		cmocka_unit_test(a_serial_is_found_or_not),
		cmocka_unit_test(a_malformed_entry_on_the_way_is_an_error),
		cmocka_unit_test(entry_extensions_are_told_apart),
		cmocka_unit_test(reasons_have_their_rfc_names),
		cmocka_unit_test(broken_lists_are_refused_with_the_place),
		cmocka_unit_test(bytes_after_a_crl_are_refused),
		cmocka_unit_test(every_pkits_crl_is_read),
		cmocka_unit_test(every_zlint_crl_is_read_or_refused_with_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
