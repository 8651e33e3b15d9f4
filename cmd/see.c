#include "cmd/see.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "der/oid.h"
#include "name/dn.h"
#include "name/general.h"

enum { LABEL_COLUMN = 26, HEX_LINE = 32, DAY = 86400 };

/* What could not be put together must not look like an empty value. */
static void
spoil(const struct see *s)
{
	s->out->body.failed = true;
	if (s->out->write_errno == 0)
		s->out->write_errno = ENOMEM;
}

void
see_line(const struct see *s, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	if (s->out->json)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text == NULL) {
		spoil(s);
		return;
	}
	show_line(s->out, "%*s%s", (int)s->indent, "", text);
	ctn_free(text);
}

static void
labelled(const struct see *s, const char *label, const char *text)
{
	size_t taken = s->indent + strlen(label) + 1;
	int pad = taken < LABEL_COLUMN ? (int)(LABEL_COLUMN - taken) : 1;

	if (*label == '\0')
		show_line(s->out, "%*s%s", LABEL_COLUMN, "", text);
	else
		show_line(s->out, "%*s%s:%*s%s", (int)s->indent, "", label, pad, "", text);
}

void
see_text(const struct see *s, const char *key, const char *label, const char *text)
{
	if (text == NULL)
		return;
	if (key != NULL)
		ctn_json_text(show_json(s->out), key, text);
	labelled(s, label, text);
}

void
see_buf(const struct see *s, const char *key, const char *label, ctn_buf *text)
{
	const char *c = ctn_buf_cstr(text);

	if (c == NULL)
		spoil(s);
	else
		see_text(s, key, label, c);
	ctn_buf_reset(text);
}

void
see_int(const struct see *s, const char *key, const char *label, int64_t v)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%" PRId64, v);
	ctn_json_int(show_json(s->out), key, v);
	labelled(s, label, text);
}

void
see_bool(const struct see *s, const char *key, const char *label, bool v)
{
	ctn_json_bool(show_json(s->out), key, v);
	labelled(s, label, v ? "yes" : "no");
}

void
see_time(const struct see *s, const char *key, const char *label, int64_t at_s)
{
	char text[32];

	ctn_time_text(text, at_s);
	see_text(s, key, label, text);
}

void
see_hex(const struct see *s, const char *key, const char *label, ctn_span bytes)
{
	char line[2 * HEX_LINE + 1];

	ctn_json_hex(show_json(s->out), key, bytes);
	if (s->out->json)
		return;
	if (bytes.n == 0)
		labelled(s, label, "(empty)");
	for (size_t at = 0; at < bytes.n; at += HEX_LINE) {
		size_t n = bytes.n - at < HEX_LINE ? bytes.n - at : HEX_LINE;

		ctn_hex(line, (ctn_span){ bytes.p + at, n });
		labelled(s, at == 0 ? label : "", line);
	}
}

void
see_serial(const struct see *s, const char *key, const char *label, ctn_span integer)
{
	if (integer.n > 1 && integer.p[0] == 0)
		integer = (ctn_span){ integer.p + 1, integer.n - 1 };
	see_hex(s, key, label, integer);
}

void
see_dn(const struct see *s, const char *key, const char *label, ctn_span name)
{
	CTN_OWN_BUF text = { 0 };

	ctn_dn_text(&text, name);
	if (text.n > 0 || text.failed) {
		see_buf(s, key, label, &text);
		return;
	}
	ctn_json_text(show_json(s->out), key, "");
	labelled(s, label, "(empty)");
}

void
see_oid(const struct see *s, const char *key, const char *label, ctn_span oid)
{
	CTN_OWN_BUF text = { 0 };
	const char *name = ctn_oid_name(oid);

	if (name != NULL)
		ctn_buf_text(&text, name);
	else
		ctn_oid_dotted(&text, oid);
	see_buf(s, key, label, &text);
}

/* Whole days that are left, rounded down: 0 on the last day, -1 as soon as it is over. */
static int64_t
days_until(int64_t at_s, int64_t now_s)
{
	int64_t left = at_s - now_s;

	return left >= 0 ? left / DAY : -((-left + DAY - 1) / DAY);
}

void
see_end_of_life(const struct see *s, const char *key, const char *label, int64_t at_s)
{
	int64_t days = days_until(at_s, s->now_s);
	char when[32], text[80];

	ctn_time_text(when, at_s);
	if (at_s == CTN_TIME_NEVER)
		(void)snprintf(text, sizeof text, "%s (never)", when);
	else if (days < 0)
		(void)snprintf(text, sizeof text, "%s (over since %" PRId64 " day%s)", when, -days, days == -1 ? "" : "s");
	else
		(void)snprintf(text, sizeof text, "%s (%" PRId64 " day%s left)", when, days, days == 1 ? "" : "s");
	ctn_json_time(show_json(s->out), key, at_s);
	ctn_json_int(show_json(s->out), "days_left", days);
	labelled(s, label, text);
}

void
see_open(struct see *s, const char *key, const char *heading)
{
	ctn_json_object(show_json(s->out), key);
	if (heading != NULL)
		see_line(s, "%s", heading);
	s->indent += 2;
}

void
see_close(struct see *s)
{
	s->indent -= 2;
	ctn_json_close_object(show_json(s->out));
}

void
see_array(struct see *s, const char *key, const char *heading)
{
	ctn_json_array(show_json(s->out), key);
	if (heading != NULL)
		see_line(s, "%s", heading);
	s->indent += 2;
}

void
see_array_close(struct see *s)
{
	s->indent -= 2;
	ctn_json_close_array(show_json(s->out));
}

void
see_words_open(struct see_words *w, const struct see *s, const char *key, const char *label)
{
	*w = (struct see_words){ .see = s, .label = label };
	ctn_json_array(show_json(s->out), key);
}

void
see_word(struct see_words *w, const char *text)
{
	ctn_json_text(show_json(w->see->out), NULL, text);
	ctn_buf_printf(&w->joined, "%s%s", w->joined.n == 0 ? "" : ", ", text);
}

void
see_words_close(struct see_words *w)
{
	ctn_json_close_array(show_json(w->see->out));
	if (w->joined.n == 0)
		ctn_buf_text(&w->joined, "(none)");
	see_buf(w->see, NULL, w->label, &w->joined);
	ctn_buf_free(&w->joined);
}

bool
see_name_next(const struct see *s, const char *label, ctn_der *r)
{
	ctn_json_out *j = show_json(s->out);
	CTN_OWN_BUF text = { 0 };
	CTN_OWN_BUF line = { 0 };
	ctn_general_name n;

	if (!ctn_general_next(r, &n))
		return false;
	ctn_general_text(&text, &n);
	ctn_json_text(j, "type", ctn_name_type_text(n.type));
	ctn_json_bytes(j, "value", ctn_buf_view(&text));
	if (n.type == CTN_NAME_OTHER || n.type == CTN_NAME_X400 || n.type == CTN_NAME_EDI)
		ctn_json_hex(j, "der", n.value);
	ctn_buf_printf(&line, "%s ", ctn_name_type_text(n.type));
	ctn_buf_span(&line, ctn_buf_view(&text));
	line.failed = line.failed || text.failed;
	see_buf(s, NULL, label, &line);
	return true;
}

void
see_names(const struct see *s, const char *key, const char *label, ctn_span names)
{
	ctn_json_out *j = show_json(s->out);
	ctn_der r = ctn_der_over(names);
	bool first = true;

	if (names.n == 0)
		return;
	ctn_json_array(j, key);
	while (!ctn_der_end(&r)) {
		bool good;

		ctn_json_object(j, NULL);
		good = see_name_next(s, first ? label : "", &r);
		if (!good)
			see_hex(s, "malformed", first ? label : "", ctn_der_rest(&r));
		ctn_json_close_object(j);
		if (!good)
			break;
		first = false;
	}
	ctn_json_close_array(j);
}
