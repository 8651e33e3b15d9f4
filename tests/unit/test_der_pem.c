/* PEM: what is found in the world is read, what is broken is refused with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "der/pem.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"
#define HELLO "aGVsbG8=" /* "hello" */

static const char *const cert_labels[] = { "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", NULL };

/* The one block of text holds "hello"; the block. */
static ctn_pem_block
only_block(ctn_span text)
{
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	ctn_pem_walk walk = { 0 };
	ctn_pem_block block = { 0 }, none;
	bool found = false;

	if (!ctn_pem_next(&block, &der, text, &walk, &found, &e))
		fail_msg("%s", e.text);
	assert_true(found);
	assert_true(ctn_span_equal(ctn_buf_view(&der), CTN_SPAN("hello")));
	assert_true(ctn_pem_next(&none, &der, text, &walk, &found, &e));
	assert_false(found);
	assert_true(ctn_pem_looks(text));
	return block;
}

static void
refused(ctn_span text, const char *why, const char *hint)
{
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	ctn_pem_walk walk = { 0 };
	ctn_pem_block block;
	bool found = true;

	assert_false(ctn_pem_next(&block, &der, text, &walk, &found, &e));
	assert_false(found);
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, why);
	assert_string_equal(e.hint, hint);
}

static void
one_refused(ctn_span bytes, const char *why, const char *hint)
{
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };

	assert_false(ctn_pem_one(&der, bytes, cert_labels, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, why);
	assert_string_equal(e.hint, hint);
}

static void
all_line_ends_are_read(void **state)
{
	(void)state;
	assert_int_equal(only_block(CTN_SPAN(BEGIN "\n" HELLO "\n" END "\n")).line, 1);
	assert_int_equal(only_block(CTN_SPAN("text\r\n" BEGIN "\r\n" HELLO "\r\n" END "\r\n")).line, 2);
	assert_int_equal(only_block(CTN_SPAN("text\r\r" BEGIN "\r" HELLO "\r" END "\r")).line, 3);
	assert_int_equal(only_block(CTN_SPAN(BEGIN "\r\n" HELLO "\n" END)).line, 1);
}

static void
odd_but_harmless_forms_are_read(void **state)
{
	static const ctn_span texts[] = {
		CTN_SPAN("\xef\xbb\xbf" BEGIN "\n" HELLO "\n" END "\n"),
		CTN_SPAN(BEGIN "  \t\n" HELLO " \n" END " \n"),
		CTN_SPAN(BEGIN "\na\nGVs\n\n  bG8=\n\n" END "\n"),
		CTN_SPAN("subject=CN = a\nissuer: b -----BEGIN x\n" BEGIN "\n" HELLO "\n" END "\nafter\n"),
		CTN_SPAN("-----END CERTIFICATE-----\n" BEGIN "\n" HELLO "\n" END),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_true(ctn_span_equal(only_block(texts[i]).label, CTN_SPAN("CERTIFICATE")));
}

static void
one_line_of_any_length_is_read(void **state)
{
	CTN_OWN_BUF text = { 0 }, der = { 0 };
	struct ctn_err e = { 0 };

	(void)state;
	ctn_buf_text(&text, BEGIN "\n");
	for (size_t i = 0; i < 100000; i++)
		ctn_buf_text(&text, "AAAA");
	ctn_buf_text(&text, "\n" END "\n");
	assert_true(ctn_pem_one(&der, ctn_buf_view(&text), cert_labels, &e));
	assert_int_equal(der.n, 300000);
}

static void
old_headers_are_given_back(void **state)
{
	ctn_pem_block b = only_block(CTN_SPAN("-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
	                                      "DEK-Info: AES-256-CBC,\n 00FF  \n\n" HELLO "\n-----END EC PRIVATE KEY-----\n"));

	(void)state;
	assert_true(ctn_span_equal(b.label, CTN_SPAN("EC PRIVATE KEY")));
	assert_true(ctn_span_equal(b.headers, CTN_SPAN("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,\n 00FF")));
	assert_int_equal(only_block(CTN_SPAN(BEGIN "\n\n" HELLO "\n" END)).headers.n, 0);
}

static void
headers_without_an_empty_line_behind_are_broken_base64(void **state)
{
	(void)state;
	refused(CTN_SPAN(BEGIN "\nProc-Type: 4,ENCRYPTED\n" HELLO "\n" END), "line 2: not base64", "");
	refused(CTN_SPAN(BEGIN "\naGV:\nbG8=\n" END), "line 2: not base64", "");
}

static void
several_blocks_come_in_their_order(void **state)
{
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	ctn_pem_walk walk = { 0 };
	ctn_pem_block b;
	ctn_span text = CTN_SPAN(
	    "1\n-----BEGIN A-----\nYQ==\n-----END A-----\n-----BEGIN B B-----\nYmI=\n-----END B B-----\n7\n8");
	bool found;

	(void)state;
	assert_true(ctn_pem_next(&b, &der, text, &walk, &found, &e));
	assert_true(found && ctn_span_equal(b.label, CTN_SPAN("A")));
	assert_true(ctn_span_equal(ctn_buf_view(&der), CTN_SPAN("a")));
	assert_true(ctn_pem_next(&b, &der, text, &walk, &found, &e));
	assert_true(found && ctn_span_equal(b.label, CTN_SPAN("B B")));
	assert_true(ctn_span_equal(ctn_buf_view(&der), CTN_SPAN("bb")));
	assert_int_equal(b.line, 5);
	assert_true(ctn_pem_next(&b, &der, text, &walk, &found, &e));
	assert_false(found);
	assert_int_equal(walk.at, text.n);
}

static void
an_empty_block_is_an_empty_block(void **state)
{
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };

	(void)state;
	ctn_buf_text(&der, "old");
	assert_true(ctn_pem_one(&der, CTN_SPAN(BEGIN "\n" END "\n"), cert_labels, &e));
	assert_int_equal(der.n, 0);
}

static void
text_without_a_block_has_none(void **state)
{
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	ctn_pem_walk walk = { 0 };
	ctn_pem_block b;
	bool found = true;

	(void)state;
	assert_true(ctn_pem_next(&b, &der, CTN_SPAN("a\n ----BEGIN\n" END), &walk, &found, &e));
	assert_false(found);
	walk = (ctn_pem_walk){ 0 };
	assert_true(ctn_pem_next(&b, &der, (ctn_span){ NULL, 0 }, &walk, &found, &e));
	assert_false(found);
}

static void
a_block_without_its_end_is_refused(void **state)
{
	(void)state;
	refused(CTN_SPAN("a\n" BEGIN "\n" HELLO "\n"), "line 2: -----BEGIN CERTIFICATE----- has no END",
	    "the file seems to be cut off");
	refused(CTN_SPAN(BEGIN), "line 1: -----BEGIN CERTIFICATE----- has no END", "the file seems to be cut off");
	refused(CTN_SPAN(BEGIN "\nProc-Type: 4\n"), "line 1: -----BEGIN CERTIFICATE----- has no END",
	    "the file seems to be cut off");
	refused(CTN_SPAN(BEGIN "\n" HELLO "\n" BEGIN "\n" HELLO "\n" END),
	    "line 1: -----BEGIN CERTIFICATE----- has no END before the BEGIN in line 3", "");
}

static void
another_label_at_the_end_is_refused(void **state)
{
	(void)state;
	refused(CTN_SPAN("a\n" BEGIN "\n" HELLO "\n-----END X509 CRL-----\n"),
	    "line 4: END X509 CRL closes the BEGIN CERTIFICATE of line 2", "");
}

static void
lines_with_broken_dashes_are_refused(void **state)
{
	(void)state;
	refused(CTN_SPAN("-----BEGIN CERTIFICATE\n" HELLO "\n" END), "line 1: no dashes behind -----BEGIN", "");
	refused(CTN_SPAN("-----BEGIN "), "line 1: no dashes behind -----BEGIN", "");
	refused(CTN_SPAN(BEGIN "\n" HELLO "\n-----END \n"), "line 3: no dashes behind -----END", "");
	refused(CTN_SPAN(BEGIN "\n" HELLO "\n-----END CERTIFICATE----"), "line 3: no dashes behind -----END", "");
	refused(CTN_SPAN(BEGIN "\n" HELLO "\n-----END-----\n" END), "line 3: neither base64 nor an END line", "");
}

static void
files_joined_without_a_line_break_are_refused_with_a_hint(void **state)
{
	(void)state;
	refused(CTN_SPAN(BEGIN "\n" HELLO "\n" END BEGIN "\n" HELLO "\n" END),
	    "line 3: something stands behind the closing dashes",
	    "put a line break there; were two files joined without one?");
}

static void
labels_that_are_long_or_unprintable_are_refused(void **state)
{
	(void)state;
	refused(CTN_SPAN("-----BEGIN \x1b[2J-----\n"), "line 1: a label that is too long or not printable", "");
	refused(CTN_SPAN("-----BEGIN AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-----\n"),
	    "line 1: a label that is too long or not printable", "");
}

static void
broken_base64_is_refused_with_its_line(void **state)
{
	(void)state;
	refused(CTN_SPAN("\n" BEGIN "\nAAAA\nAA!A\n" END), "line 4: not base64", "");
	refused(CTN_SPAN(BEGIN "\r\nAAAA\r\nAA==\r\nAAAA\r\n" END), "line 4: not base64", "");
	refused(CTN_SPAN(BEGIN "\nAA=A\n" END), "line 2: not base64", "");
	refused(CTN_SPAN(BEGIN "\nAAAA\nAAA\n\n" END), "line 3: base64 that ends in the middle of an octet",
	    "characters seem to be missing between lines 1 and 5");
	refused(CTN_SPAN(BEGIN "\nAB==\n" END), "line 2: base64 that ends in the middle of an octet",
	    "characters seem to be missing between lines 1 and 3");
}

static void
a_block_over_the_buffers_bound_is_refused(void **state)
{
	CTN_OWN_BUF der = { .max = 2000 }, text = { 0 };
	uint8_t bytes[3000] = { 0 };
	struct ctn_err e = { 0 };

	(void)state;
	ctn_pem_write(&text, "CERTIFICATE", (ctn_span){ bytes, sizeof(bytes) });
	assert_false(ctn_pem_one(&der, ctn_buf_view(&text), cert_labels, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, "line 1: a block of more than 2000 octets");
}

static void
der_over_the_buffers_bound_is_refused(void **state)
{
	static const uint8_t bytes[3000] = { 0x30, 0x82, 0x0b, 0xb4 };
	CTN_OWN_BUF der = { .max = 2000 };
	struct ctn_err e = { 0 };

	(void)state;
	assert_false(ctn_pem_one(&der, (ctn_span){ bytes, sizeof(bytes) }, cert_labels, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, "3000 octets: larger than any CERTIFICATE that is read");
}

static void
written_blocks_have_the_strict_form(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_pem_write(&b, "CERTIFICATE", CTN_SPAN("012345678901234567890123456789012345678901234567"));
	ctn_pem_write(&b, "X", CTN_SPAN("0123456789012345678901234567890123456789012345678"));
	ctn_pem_write(&b, "Y", CTN_SPAN(""));
	assert_string_equal(ctn_buf_cstr(&b),
	    BEGIN "\nMDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3\n" END "\n"
	          "-----BEGIN X-----\nMDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3\nOA==\n"
	          "-----END X-----\n-----BEGIN Y-----\n-----END Y-----\n");
}

static void
pem_is_known_by_a_line_that_begins(void **state)
{
	(void)state;
	assert_true(ctn_pem_looks(CTN_SPAN("-----BEGIN ")));
	assert_true(ctn_pem_looks(CTN_SPAN("x -----BEGIN \r-----BEGIN ")));
	assert_true(ctn_pem_looks(CTN_SPAN("\xef\xbb\xbf-----BEGIN ")));
	assert_false(ctn_pem_looks(CTN_SPAN("x-----BEGIN ")));
	assert_false(ctn_pem_looks(CTN_SPAN("-----BEGI")));
	assert_false(ctn_pem_looks(CTN_SPAN("\xef\xbb\xbf")));
	assert_false(ctn_pem_looks((ctn_span){ NULL, 0 }));
}

static void
one_takes_the_first_block_with_a_listed_label(void **state)
{
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	ctn_span text = CTN_SPAN("-----BEGIN PRIVATE KEY-----\nnot base64!\n-----END PRIVATE KEY-----\n"
	                         "-----BEGIN TRUSTED CERTIFICATE-----\n" HELLO "\n-----END TRUSTED CERTIFICATE-----\n" BEGIN
	                         "\nYQ==\n" END);

	(void)state;
	assert_true(ctn_pem_one(&der, text, cert_labels, &e));
	assert_true(ctn_span_equal(ctn_buf_view(&der), CTN_SPAN("hello")));
}

static void
one_takes_der_as_it_is(void **state)
{
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	/* an OCTET STRING that holds a whole PEM block */
	ctn_span sly = CTN_SPAN("\x04\x40\n" BEGIN "\n" HELLO "\n" END "\n");
	ctn_span broken = CTN_SPAN("\x30\x05\x00");

	(void)state;
	assert_int_equal(sly.p[1] + 2, sly.n);
	assert_true(ctn_pem_one(&der, sly, cert_labels, &e));
	assert_true(ctn_span_equal(ctn_buf_view(&der), sly));
	assert_true(ctn_pem_one(&der, broken, cert_labels, &e));
	assert_true(ctn_span_equal(ctn_buf_view(&der), broken));
}

static void
one_says_what_it_found_instead(void **state)
{
	(void)state;
	one_refused(CTN_SPAN("-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PRIVATE KEY-----\n-----BEGIN X-----\n-----END X-----"),
	    "no CERTIFICATE block, but PRIVATE KEY", "");
	one_refused(CTN_SPAN(""), "empty, where a CERTIFICATE was expected", "");
	one_refused(CTN_SPAN("\xff\xfe-\0"), "UTF-16 text, where a CERTIFICATE was expected", "save it as UTF-8 or ASCII");
	one_refused(CTN_SPAN("\xfe\xff\0-"), "UTF-16 text, where a CERTIFICATE was expected", "save it as UTF-8 or ASCII");
	one_refused(CTN_SPAN(BEGIN "\n"), "line 1: -----BEGIN CERTIFICATE----- has no END", "the file seems to be cut off");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_line_ends_are_read),
		cmocka_unit_test(odd_but_harmless_forms_are_read),
		cmocka_unit_test(one_line_of_any_length_is_read),
		cmocka_unit_test(old_headers_are_given_back),
		cmocka_unit_test(headers_without_an_empty_line_behind_are_broken_base64),
		cmocka_unit_test(several_blocks_come_in_their_order),
		cmocka_unit_test(an_empty_block_is_an_empty_block),
		cmocka_unit_test(text_without_a_block_has_none),
		cmocka_unit_test(a_block_without_its_end_is_refused),
		cmocka_unit_test(another_label_at_the_end_is_refused),
		cmocka_unit_test(lines_with_broken_dashes_are_refused),
		cmocka_unit_test(files_joined_without_a_line_break_are_refused_with_a_hint),
		cmocka_unit_test(labels_that_are_long_or_unprintable_are_refused),
		cmocka_unit_test(broken_base64_is_refused_with_its_line),
		cmocka_unit_test(a_block_over_the_buffers_bound_is_refused),
		cmocka_unit_test(der_over_the_buffers_bound_is_refused),
		cmocka_unit_test(written_blocks_have_the_strict_form),
		cmocka_unit_test(pem_is_known_by_a_line_that_begins),
		cmocka_unit_test(one_takes_the_first_block_with_a_listed_label),
		cmocka_unit_test(one_takes_der_as_it_is),
		cmocka_unit_test(one_says_what_it_found_instead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
