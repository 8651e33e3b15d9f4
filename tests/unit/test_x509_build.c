#include "x509_make.h"

#include "base/time.h"
#include "x509/cert.h"

static const ctn_span key_id = { (const uint8_t *)"kkkkkkkkkkkkkkkkkkkk", 20 };

/* Build and read again; der is kept in b. */
static ctn_cert
rebuilt(ctn_buf *b, const ctn_cert_fields *f)
{
	struct ctn_err e = { 0 };
	ctn_cert c = { 0 };

	assert_true(ctn_cert_build(b, f, &e));
	assert_true(ctn_cert_parse_tbs(&c, ctn_buf_view(b), &e));
	return c;
}

static void
assert_plain_fields(const ctn_cert *c, const ctn_cert_fields *f)
{
	assert_int_equal(c->version, 3);
	assert_span(c->serial, f->serial);
	assert_span(c->issuer, f->issuer);
	assert_span(c->inner_alg, ctn_sig_alg_der(CTN_SIG_ED25519));
	assert_int_equal(c->not_before, f->not_before);
	assert_int_equal(c->not_after, f->not_after);
	assert_span(c->spki, f->spki);
}

/* Extensions about the holder: 0 to 4. */
static void
assert_use(const ctn_cert *c, const ctn_cert_fields *f)
{
	ctn_basic_constraints bc;
	struct ctn_err e = { 0 };
	uint32_t usage;
	ctn_aki aki;

	assert_int_equal(c->exts.n, 11);
	assert_false(c->exts.repeated);
	assert_true(ctn_cert_is_ca(c));
	assert_true(ctn_ext_basic_constraints(&bc, c->exts.at[0].value, &e) && bc.has_path_len && bc.path_len == 0);
	assert_true(ctn_ext_key_usage(&usage, c->exts.at[1].value, &e) && usage == f->key_usage);
	assert_true(ctn_ext_eku_has(c->exts.at[2].value, ctn_oid_kp_client_auth));
	assert_span(ctn_cert_key_id(c), key_id);
	assert_true(ctn_ext_aki(&aki, c->exts.at[4].value, &e));
	assert_span(aki.key_id, key_id);
}

/* Its names and what surrounds it: 5 to 10. */
static void
assert_names_and_place(const ctn_cert *c, const ctn_cert_fields *f)
{
	struct ctn_err e = { 0 };
	ctn_general_name name;
	ctn_dist_point point;
	ctn_span method;
	ctn_der r;

	assert_true(ctn_ext_general_names(&r, c->exts.at[5].value, &e));
	assert_true(ctn_general_next(&r, &name) && name.type == CTN_NAME_DNS);
	assert_span(name.value, f->names[0].value);
	assert_true(ctn_general_next(&r, &name) && name.type == CTN_NAME_IP);
	assert_span(c->exts.at[6].value, f->name_constraints);
	assert_true(ctn_ext_dist_points(&r, c->exts.at[7].value, &e));
	assert_true(ctn_dist_point_next(&r, &point) && ctn_der_end(&r));
	r = ctn_der_over(point.full_name);
	assert_true(ctn_general_next(&r, &name) && ctn_general_next(&r, &name) && ctn_der_end(&r));
	assert_span(name.value, ctn_span_text(f->crl_urls[1]));
	assert_true(ctn_ext_info_access(&r, c->exts.at[8].value, &e));
	assert_true(ctn_info_access_next(&r, &method, &name));
	assert_span(name.value, ctn_span_text(f->ca_issuer_urls[0]));
	assert_span(c->exts.at[9].value, CTN_SPAN("\x05\x00"));
	assert_span(c->exts.at[10].oid, f->extra[0].oid);
}

static void
every_field_that_goes_in_comes_out(void **state)
{
	static const char *const crls[] = { "http://a.example/1.crl", "http://b.example/1.crl" };
	static const char *const cas[] = { "http://a.example/1.crt" };
	const ctn_span ekus[] = { ctn_oid_kp_server_auth, ctn_oid_kp_client_auth };
	const ctn_name names[] = { { .type = CTN_NAME_DNS, .value = CTN_SPAN("a.example") },
		{ .type = CTN_NAME_IP, .value = CTN_SPAN("\x0a\x00\x00\x01") } };
	const ctn_dn_attr subject[] = { { ctn_oid_at_common_name, "web" } };
	const ctn_raw_ext extra[] = { { .oid = CTN_SPAN("\x2a\x03"), .value = CTN_SPAN("\x05\x00"), .critical = true } };
	ctn_cert_fields f = plain_fields();
	CTN_OWN_BUF b = { 0 };
	ctn_cert c;

	(void)state;
	f.is_ca = f.has_path_len = f.ocsp_nocheck = true;
	f.key_usage = CTN_KU_KEY_CERT_SIGN | CTN_KU_CRL_SIGN;
	f.eku = ekus, f.eku_n = 2;
	f.names = names, f.names_n = 2;
	f.subject = subject, f.subject_n = 1;
	f.subject_key_id = f.authority_key_id = key_id;
	f.name_constraints = CTN_SPAN("\x30\x07\xa0\x05\x30\x03\x82\x01" "a");
	f.crl_urls = crls, f.crl_urls_n = 2;
	f.ca_issuer_urls = cas, f.ca_issuer_urls_n = 1;
	f.extra = extra, f.extra_n = 1;
	c = rebuilt(&b, &f);

	assert_plain_fields(&c, &f);
	assert_use(&c, &f);
	assert_names_and_place(&c, &f);
}

static void
extensions_stand_in_the_promised_order_with_the_right_ones_critical(void **state)
{
	static const char *const urls[] = { "http://a.example/1" };
	const ctn_span eku = ctn_oid_kp_server_auth;
	const ctn_name name = { .type = CTN_NAME_DNS, .value = CTN_SPAN("a.example") };
	const struct {
		const ctn_span *oid;
		bool critical;
	} order[] = {
		{ &ctn_oid_basic_constraints, true }, { &ctn_oid_key_usage, true }, { &ctn_oid_ext_key_usage, false },
		{ &ctn_oid_subject_key_id, false }, { &ctn_oid_authority_key_id, false }, { &ctn_oid_subject_alt_name, true },
		{ &ctn_oid_name_constraints, true }, { &ctn_oid_crl_distribution_points, false },
		{ &ctn_oid_authority_info_access, false }, { &ctn_oid_ocsp_nocheck, false },
	};
	ctn_cert_fields f = plain_fields();
	CTN_OWN_BUF b = { 0 };
	ctn_cert c;

	(void)state;
	f.is_ca = f.ocsp_nocheck = true;
	f.key_usage = CTN_KU_DIGITAL_SIGNATURE;
	f.eku = &eku, f.eku_n = 1;
	f.names = &name, f.names_n = 1;
	f.subject_key_id = f.authority_key_id = key_id;
	f.name_constraints = CTN_SPAN("\x30\x07\xa0\x05\x30\x03\x82\x01" "a");
	f.crl_urls = f.ca_issuer_urls = urls, f.crl_urls_n = f.ca_issuer_urls_n = 1;
	c = rebuilt(&b, &f);
	assert_int_equal(c.exts.n, sizeof order / sizeof *order);
	for (unsigned i = 0; i < c.exts.n; i++) {
		assert_span(c.exts.at[i].oid, *order[i].oid);
		assert_int_equal(c.exts.at[i].critical, order[i].critical);
	}
}

static void
time_stamping_alone_makes_a_critical_extended_key_usage(void **state)
{
	const ctn_span ekus[] = { ctn_oid_kp_time_stamping, ctn_oid_kp_client_auth };
	const struct {
		const ctn_span *eku;
		size_t n;
		bool is_ca, critical;
	} cases[] = { { ekus, 1, false, true }, { ekus, 2, false, false }, { ekus + 1, 1, false, false }, { ekus, 1, true, false } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ctn_cert_fields f = plain_fields();
		CTN_OWN_BUF b = { 0 };
		const ctn_ext *x;
		ctn_cert c;

		f.eku = cases[i].eku, f.eku_n = cases[i].n, f.is_ca = cases[i].is_ca;
		c = rebuilt(&b, &f);
		x = ctn_exts_find(&c.exts, ctn_oid_ext_key_usage);
		assert_non_null(x);
		assert_int_equal(x->critical, cases[i].critical);
	}
}

static void
a_subject_that_says_something_makes_the_alternative_names_uncritical(void **state)
{
	const ctn_name name = { .type = CTN_NAME_DNS, .value = CTN_SPAN("a.example") };
	ctn_cert_fields f = plain_fields();
	CTN_OWN_BUF b = { 0 };
	ctn_cert c;

	(void)state;
	f.names = &name, f.names_n = 1;
	f.subject_der = CTN_SPAN(MAKE_NAME);
	c = rebuilt(&b, &f);
	assert_span(c.subject, f.subject_der);
	assert_false(c.exts.at[0].critical);
	ctn_buf_reset(&b);
	f.subject_der = CTN_SPAN("\x30\x00");
	c = rebuilt(&b, &f);
	assert_true(c.exts.at[0].critical);
}

static void
a_leaf_has_no_basic_constraints_and_bare_fields_no_extensions(void **state)
{
	ctn_cert_fields f = plain_fields();
	CTN_OWN_BUF b = { 0 };
	ctn_cert c;

	(void)state;
	f.has_path_len = true;
	c = rebuilt(&b, &f);
	assert_int_equal(c.exts.n, 0);
	assert_int_equal(c.exts.der.n, 0);
	assert_false(ctn_cert_is_ca(&c));
}

static void
years_from_2050_are_generalized_time(void **state)
{
	ctn_cert_fields f = plain_fields();
	CTN_OWN_BUF b = { 0 };
	ctn_cert c;

	(void)state;
	f.not_before = 2524607999; /* 2049-12-31T23:59:59Z */
	f.not_after = 2524608000;
	c = rebuilt(&b, &f);
	assert_false(c.not_before_generalized);
	assert_true(c.not_after_generalized);
	assert_int_equal(c.not_before, 2524607999);
	assert_int_equal(c.not_after, 2524608000);
	ctn_buf_reset(&b);
	f.not_after = CTN_TIME_NEVER;
	c = rebuilt(&b, &f);
	assert_true(c.not_after == CTN_TIME_NEVER);
}

static void
refuses(const ctn_cert_fields *f, const char *text)
{
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };

	ctn_buf_text(&b, "before");
	assert_false(ctn_cert_build(&b, f, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, text);
	assert_int_equal(b.n, 6);
}

static void
what_cannot_be_encoded_is_refused_and_leaves_nothing(void **state)
{
	static const char *const umlaut[] = { "http://\xc3\xa4.example/" };
	const ctn_raw_ext twice[] = { { .oid = CTN_SPAN("\x2a"), .value = CTN_SPAN("") }, { .oid = CTN_SPAN("\x2a"), .value = CTN_SPAN("") } };
	const ctn_dn_attr country = { ctn_oid_at_country, "Germany" };
	ctn_cert_fields f = plain_fields();
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };

	(void)state;
	f.serial = CTN_SPAN("");
	refuses(&f, "serial number is empty, zero, or begins with a zero octet");
	f.serial = CTN_SPAN("\x00\x01");
	refuses(&f, "serial number is empty, zero, or begins with a zero octet");
	f.serial = CTN_SPAN("\x80" "2345678901234567890");
	refuses(&f, "serial number takes more than 20 octets");
	f.serial = CTN_SPAN("\x7f" "2345678901234567890");
	assert_true(ctn_cert_build(&b, &f, &e));
	f.sig_alg = CTN_SIG_UNKNOWN;
	refuses(&f, "no signature algorithm");
	f.sig_alg = CTN_SIG_ED25519;
	f.not_after = f.not_before - 1;
	refuses(&f, "the certificate would end before it begins");
	f.not_after = f.not_before;
	f.subject_key_id = CTN_SPAN("short");
	refuses(&f, "subject key identifier of 5 octets");
	f.subject_key_id = (ctn_span){ 0 };
	f.crl_urls = umlaut, f.crl_urls_n = 1;
	refuses(&f, "'http://\xc3\xa4.example/' cannot be a URL in a certificate");
	f.crl_urls_n = 0;
	f.extra = twice, f.extra_n = 2;
	refuses(&f, "extensions: an extension stands twice");
	f.extra_n = 0;
	f.subject = &country, f.subject_n = 1;
	assert_false(ctn_cert_build(&b, &f, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_non_null(strstr(e.text, "subject: "));
}

static void
a_buffer_that_is_full_is_said(void **state)
{
	CTN_OWN_BUF whole = { 0 };
	ctn_cert_fields f = plain_fields();
	struct ctn_err e = { 0 };

	(void)state;
	f.ocsp_nocheck = true;
	assert_true(ctn_cert_build(&whole, &f, &e));
	for (size_t max = 1; max < whole.n; max++) {
		CTN_OWN_BUF b = { .max = max };

		assert_false(ctn_cert_build(&b, &f, &e));
		assert_int_equal(e.code, CTN_ENOMEM);
	}
}

static void
a_signed_certificate_reads_back_and_verifies(void **state)
{
	static const char *const kinds[] = { "ecdsa-p256", "ed25519", "rsa-2048" };
	struct ctn_err e = { 0 };
	ctn_cert c;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		CTN_OWN_BUF tbs = { 0 }, der = { 0 };
		CTN_OWN(ctn_privkey) key = make_key(kinds[i]);
		ctn_cert_fields f = plain_fields();

		f.sig_alg = ctn_sig_alg_for(ctn_privkey_kind(key).alg);
		assert_true(ctn_cert_build(&tbs, &f, &e));
		make_signed(&der, key, ctn_buf_view(&tbs), f.sig_alg, (ctn_span){ 0 });
		assert_true(ctn_cert_parse(&c, ctn_buf_view(&der), &e));
		assert_span(c.tbs, ctn_buf_view(&tbs));
		assert_span(c.outer_alg, c.inner_alg);
		assert_int_equal(c.sig_alg, f.sig_alg);
		assert_true(signature_holds(key, c.sig_alg, c.tbs, c.signature));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_that_goes_in_comes_out),
		cmocka_unit_test(extensions_stand_in_the_promised_order_with_the_right_ones_critical),
		cmocka_unit_test(time_stamping_alone_makes_a_critical_extended_key_usage),
		cmocka_unit_test(a_subject_that_says_something_makes_the_alternative_names_uncritical),
		cmocka_unit_test(a_leaf_has_no_basic_constraints_and_bare_fields_no_extensions),
		cmocka_unit_test(years_from_2050_are_generalized_time),
		cmocka_unit_test(what_cannot_be_encoded_is_refused_and_leaves_nothing),
		cmocka_unit_test(a_buffer_that_is_full_is_said),
		cmocka_unit_test(a_signed_certificate_reads_back_and_verifies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
