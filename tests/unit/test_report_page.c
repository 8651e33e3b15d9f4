#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "forge/report.h"
#include "report/page.h"
#include "report/page_timeline.h"

static const char *
page_of(ctn_buf *out, const ctn_report_look *look)
{
	struct ctn_err e = { 0 };

	ctn_buf_reset(out);
	if (!ctn_report_page(out, look, &e))
		fail_msg("%s", e.text);
	return ctn_buf_cstr(out);
}

static size_t
count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
		n++;
	return n;
}

static void
what_needs_a_hand_stands_first(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN_BUF out = { 0 };
	const char *text = page_of(&out, forge_look(a, 2));

	(void)state;
	assert_non_null(strstr(text, "<title>critical: certificates of Example</title>"));
	assert_non_null(strstr(text, "<h1><span class=\"badge critical\">critical</span> 5 of 10 items need a hand</h1>"));
	assert_true(strstr(text, "id=\"need\"") < strstr(text, "id=\"timeline\""));
	assert_true(strstr(text, "<svg ") < strstr(text, "id=\"authorities\""));
	assert_int_equal(count_of(text, "<li class=\"card "), 5);
	assert_non_null(strstr(text, "<pre><code>catena crl --due</code></pre>"));
}

static void
what_is_acknowledged_says_why_and_until_when(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN_BUF out = { 0 };
	const char *text = strstr(page_of(&out, forge_look(a, 0)), "<h2 id=\"acknowledged\">");

	(void)state;
	assert_non_null(text);
	assert_non_null(strstr(text, "<th scope=\"row\">old.internal.example:443 <small>endpoint: expired 12 days ago</small></th>"
				     "<td>is switched off at the end of the year</td><td><time datetime=\"2026-12-31T12:00:00Z\">"));
}

static void
a_quiet_house_has_a_quiet_page(void **state)
{
	ctn_report_look look = { .home = "/var/lib/catena", .at_s = REPORT_NOW };
	CTN_OWN_BUF out = { 0 };
	const char *text = page_of(&out, &look);

	(void)state;
	assert_non_null(strstr(text, "</span> None of 0 items needs a hand</h1>"));
	assert_non_null(strstr(text, "Nothing needs a hand."));
	assert_non_null(strstr(text, "Nothing that is watched has an end."));
	assert_non_null(strstr(text, "UTC</time>. The monitor has never run.</p>"));
	assert_null(strstr(text, "<svg "));
	assert_null(strstr(text, "<table"));
	assert_null(strstr(text, "id=\"acknowledged\""));
}

static void
the_last_run_and_what_was_not_delivered_are_told(void **state)
{
	ctn_report_look look = { .at_s = REPORT_NOW, .last_run_s = REPORT_NOW - 7200, .undelivered = 1 };
	CTN_OWN_BUF out = { 0 };

	(void)state;
	assert_non_null(strstr(page_of(&out, &look), ". The monitor last ran 2 hours ago, on Sat 28 Nov 2026 10:00 UTC.</p>"));
	assert_non_null(strstr(page_of(&out, &look), "<strong>1 notice</strong> not delivered yet"));
	look.has_run = true;
	look.undelivered = 2;
	assert_non_null(strstr(page_of(&out, &look), "UTC</time>, when the monitor ran.</p>"));
	assert_non_null(strstr(page_of(&out, &look), "<strong>2 notices</strong>"));
}

static void
a_big_house_has_a_page_that_stays_small(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_report_look *look = forge_look(a, 20000);
	CTN_OWN_BUF out = { 0 };
	const char *text = page_of(&out, look);

	(void)state;
	assert_true(out.n < 256 << 10);
	assert_int_equal(count_of(text, "<li class=\"card "), CTN_REPORT_PAGE_CARDS);
	assert_int_equal(count_of(text, "class=\"track\""), CTN_REPORT_PAGE_BARS);
	assert_true(count_of(text, "<tr><th scope=\"row\">") < 2 * CTN_REPORT_PAGE_ROWS + 20);
	assert_non_null(strstr(strstr(text, "id=\"certificates\""), "<p class=\"soft\">And 19,800 more, which"));
}

static void
the_look_may_list_fewer_than_there_are(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_report_look *look = forge_look(a, 10);
	CTN_OWN_BUF out = { 0 };

	(void)state;
	look->total += 1000000;
	assert_non_null(strstr(strstr(page_of(&out, look), "id=\"certificates\""), "And 1,000,000 more, which"));
}

/* x and width of the bar of the only item. */
static void
bar_of(double *x, double *width, int64_t left_s)
{
	ctn_report_item item = forge_item();
	ctn_report_look look = { .at_s = REPORT_NOW, .items = &item, .items_n = 1 };
	CTN_OWN_BUF out = { 0 };
	const char *bar;

	item.not_after = REPORT_NOW + left_s;
	bar = strstr(page_of(&out, &look), "<rect class=\"bar\"");
	assert_int_equal(sscanf(bar, "<rect class=\"bar\" x=\"%lf%%\" y=\"%*d\" width=\"%lf%%\"", x, width), 2);
}

static void
bars_grow_with_what_is_left(void **state)
{
	double x, width, before = 0;

	(void)state;
	bar_of(&x, &width, -REPORT_DAY);
	assert_true(x == 0 && width == 8);
	for (int64_t left_s = 3600; left_s < 90 * REPORT_DAY; left_s += left_s / 2) {
		bar_of(&x, &width, left_s);
		assert_true(x == 8 && width >= before && x + width <= 100);
		before = width;
	}
	bar_of(&x, &width, 7 * REPORT_DAY);
	assert_true(width == 46); /* the second of four steps from today to the end of the scale */
	bar_of(&x, &width, 5000 * 365 * REPORT_DAY);
	assert_true(x == 8 && width > 91 && x + width <= 100);
}

/* Text may hold no <, >, quote or & of its own: what stands between two tags of ours is looked at. */
static void
check_escaped(const char *text)
{
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };
	static const char *const tags[] = { "script", "iframe", "img", "object", "!--", "style " };

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		for (const char *at = strchr(text, '<'); at != NULL; at = strchr(at + 1, '<'))
			assert_true(strncmp(at + 1, tags[i], strlen(tags[i])) != 0);
	}
	for (const char *amp = strchr(text, '&'); amp != NULL; amp = strchr(amp + 1, '&')) {
		bool known = false;

		for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
			known |= strncmp(amp, entities[i], strlen(entities[i])) == 0;
		assert_true(known);
	}
}

/* A page of texts that do harm has the same tags as the same page of harmless ones. */
static void
no_text_of_a_record_becomes_markup(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		CTN_OWN(ctn_arena) a = ctn_arena_open(0);
		ctn_report_look *look = forge_hostile_look(a, seed % 40, seed);
		CTN_OWN_BUF hostile = { 0 }, tame = { 0 };

		check_escaped(page_of(&hostile, look));
		assert_true(ctn_utf8_valid(ctn_buf_view(&hostile)));
		look->home = look->org = "x";
		for (size_t i = 0; i < look->items_n; i++) {
			ctn_report_item *item = &look->items[i];
			const char **texts[] = { &item->item, &item->title, &item->reason, &item->owner, &item->profile, &item->authority, &item->serial,
				&item->sha256, &item->where, &item->fix, &item->acknowledged };

			for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
				*texts[k] = *texts[k] != NULL ? (k == 8 ? "y" : "x") : NULL;
		}
		assert_int_equal(count_of(page_of(&tame, look), "<"), count_of(ctn_buf_cstr(&hostile), "<"));
		assert_int_equal(count_of(ctn_buf_cstr(&tame), "\""), count_of(ctn_buf_cstr(&hostile), "\""));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_needs_a_hand_stands_first),
		cmocka_unit_test(what_is_acknowledged_says_why_and_until_when),
		cmocka_unit_test(a_quiet_house_has_a_quiet_page),
		cmocka_unit_test(the_last_run_and_what_was_not_delivered_are_told),
		cmocka_unit_test(a_big_house_has_a_page_that_stays_small),
		cmocka_unit_test(the_look_may_list_fewer_than_there_are),
		cmocka_unit_test(bars_grow_with_what_is_left),
		cmocka_unit_test(no_text_of_a_record_becomes_markup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
