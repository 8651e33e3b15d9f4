#include "cmd/show.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BODY_MAX = 1 << 30, STREAM_AT = 1 << 20, COLUMNS_MAX = 16, LABEL_WIDTH = 16 };

/* By enum ctn_code: INTERFACE, section 2. What is not named here is 3. */
static const unsigned char statuses[CTN_CODES] = {
	[CTN_EUSAGE] = 2,
	[CTN_EINPUT] = 2,
	[CTN_ESELECTOR] = 2,
	[CTN_ENOTFOUND] = 2,
	[CTN_EPOLICY] = 1,
	[CTN_ELOCKED] = 75,
};

int
show_status(enum ctn_code code)
{
	if (code == CTN_OK)
		return 0;
	if ((unsigned)code < CTN_CODES && statuses[code] != 0)
		return statuses[code];
	return 3;
}

void
show_open(struct show *s, const char *who)
{
	const char *no_colour = getenv("NO_COLOR");

	memset(s, 0, sizeof *s);
	s->who = who;
	s->colour = isatty(STDOUT_FILENO) == 1 && (no_colour == NULL || no_colour[0] == '\0');
	s->body.max = BODY_MAX;
	s->j = ctn_json_over(&s->body);
	ctn_json_object(&s->j, NULL);
	s->w = ctn_json_over(&s->warnings);
	ctn_json_array(&s->w, NULL);
	s->r = ctn_json_over(&s->reasons);
	ctn_json_array(&s->r, NULL);
}

void
show_free(struct show *s)
{
	ctn_buf_free(&s->body);
	ctn_buf_free(&s->warnings);
	ctn_buf_free(&s->reasons);
	ctn_buf_free(&s->more);
}

ctn_json_out *
show_json(struct show *s)
{
	return &s->j;
}

void
show_not_ok(struct show *s)
{
	s->not_ok = true;
}

static void
put_out(struct show *s, ctn_span bytes)
{
	if (s->write_errno != 0 || bytes.n == 0)
		return;
	errno = EIO;
	if (fwrite(bytes.p, 1, bytes.n, stdout) != bytes.n)
		s->write_errno = errno;
}

__attribute__((format(printf, 2, 0))) static void
buf_vprintf(ctn_buf *out, const char *fmt, va_list ap)
{
	char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0) {
		out->failed = true;
		return;
	}
	ctn_buf_printable(out, ctn_span_text(text));
	free(text);
}

void
show_line(struct show *s, const char *fmt, ...)
{
	CTN_OWN_BUF b = { 0 };
	va_list ap;

	if (s->json)
		return;
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	ctn_buf_byte(&b, '\n');
	if (b.failed && s->write_errno == 0)
		s->write_errno = ENOMEM;
	put_out(s, ctn_buf_view(&b));
}

void
show_raw(struct show *s, ctn_span bytes)
{
	if (!s->json)
		put_out(s, bytes);
}

void
show_field(struct show *s, const char *key, const char *label, const char *text)
{
	if (text == NULL)
		return;
	ctn_json_text(&s->j, key, text);
	show_line(s, "%s:%*s %s", label, (int)(strlen(label) < LABEL_WIDTH ? LABEL_WIDTH - strlen(label) : 0), "", text);
}

void
show_flush(struct show *s)
{
	if (!s->json || s->body.failed || s->body.n < STREAM_AT)
		return;
	put_out(s, ctn_buf_view(&s->body));
	ctn_buf_reset(&s->body);
	s->streamed = true;
}

/* Without memory an error is still told: plain ASCII, a byte at a time, and fit for a JSON string too. */
static void
put_plain(FILE *to, const char *text)
{
	for (; *text != '\0'; text++)
		fputc(*text < 0x20 || *text > 0x7e ? '?' : *text == '"' || *text == '\\' ? '\'' : *text, to);
}

/* One line on standard error; when even that cannot be written there is nobody left to tell. */
static void
put_error(const char *who, const char *kind, const char *text)
{
	CTN_OWN_BUF b = { 0 };

	if (who != NULL)
		ctn_buf_printf(&b, "%s: ", who);
	ctn_buf_text(&b, kind);
	ctn_buf_printable(&b, ctn_span_text(text));
	ctn_buf_byte(&b, '\n');
	if (!b.failed) {
		fwrite(b.p, 1, b.n, stderr);
		return;
	}
	put_plain(stderr, who != NULL ? who : "");
	fputs(who != NULL ? ": " : "", stderr);
	put_plain(stderr, kind);
	put_plain(stderr, text);
	fputc('\n', stderr);
}

void
show_warn(struct show *s, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	ctn_json_text(&s->w, NULL, text);
	if (!s->quiet)
		put_error(s->who, "warning: ", text);
}

void
show_list_warnings(struct show *s)
{
	s->list_warnings = true;
}

void
show_note(struct show *s, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (s->quiet || s->json)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	put_error(NULL, "", text);
}

void
show_reason(struct show *s, const char *rule, const char *text, const char *file, int line)
{
	ctn_json_object(&s->r, NULL);
	ctn_json_text(&s->r, "rule", rule);
	ctn_json_text(&s->r, "text", text);
	ctn_json_text(&s->r, "file", file);
	if (line > 0)
		ctn_json_int(&s->r, "line", line);
	ctn_json_close_object(&s->r);
}

void
show_also(struct show *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&s->more, fmt, ap);
	va_end(ap);
	ctn_buf_byte(&s->more, '\0');
}

int
show_fail(struct show *s, const struct ctn_err *e)
{
	s->err = *e;
	return show_status(e->code);
}

/* What stands between the outer brackets of a finished object or array. */
static ctn_span
inside(const ctn_buf *b)
{
	ctn_span all = ctn_buf_view(b);

	return all.n < 2 ? (ctn_span){ 0 } : (ctn_span){ all.p + 1, all.n - 2 };
}

static void
put_list(ctn_buf *out, const char *key, const ctn_buf *list)
{
	if (inside(list).n == 0)
		return;
	ctn_buf_printf(out, ",\"%s\":", key);
	ctn_buf_span(out, ctn_buf_view(list));
}

static void
build_failure(ctn_buf *out, const struct show *s)
{
	CTN_OWN_BUF text = { 0 };
	ctn_json_out j = ctn_json_over(&text);

	ctn_json_object(&j, NULL);
	ctn_json_text(&j, "code", ctn_code_name(s->err.code));
	ctn_json_text(&j, "text", s->err.text);
	ctn_json_text(&j, "hint", s->err.hint[0] == '\0' ? NULL : s->err.hint);
	ctn_json_close_object(&j);
	ctn_buf_text(out, "{\"ok\":false,\"error\":{");
	ctn_buf_span(out, inside(&text));
	put_list(out, "reasons", &s->reasons);
	ctn_buf_byte(out, '}');
	put_list(out, "warnings", &s->warnings);
	ctn_buf_text(out, "}\n");
	if (text.failed || s->reasons.failed || s->warnings.failed)
		out->failed = true;
}

/* What was streamed already cannot be taken back: then the document stays cut, and the exit status tells. */
static void
put_without_memory(struct show *s, const char *code, const char *text)
{
	if (s->streamed)
		return;
	errno = EIO;
	if (fprintf(stdout, "{\"ok\":false,\"error\":{\"code\":\"%s\",\"text\":\"", code) < 0 && s->write_errno == 0)
		s->write_errno = errno;
	put_plain(stdout, text);
	fputs("\"}}\n", stdout);
}

static void
put_success(struct show *s)
{
	CTN_OWN_BUF tail = { 0 };

	ctn_json_close_object(&s->j);
	if (s->list_warnings && inside(&s->warnings).n == 0)
		ctn_buf_text(&tail, ",\"warnings\":[]");
	put_list(&tail, "warnings", &s->warnings);
	ctn_buf_text(&tail, "}\n");
	if (s->body.failed || s->warnings.failed || tail.failed) {
		s->write_errno = ENOMEM;
		put_without_memory(s, ctn_code_name(CTN_ENOMEM), "the command did its work, but there is no memory to show the result");
		return;
	}
	if (s->streamed) {
		put_out(s, (ctn_span){ s->body.p, s->body.n - 1 });
		put_out(s, ctn_span_text(s->not_ok ? ",\"ok\":false" : ",\"ok\":true"));
	} else {
		put_out(s, ctn_span_text(s->not_ok ? "{\"ok\":false" : "{\"ok\":true"));
		put_out(s, ctn_span_text(inside(&s->body).n == 0 ? "" : ","));
		put_out(s, inside(&s->body));
	}
	put_out(s, ctn_buf_view(&tail));
}

static void
put_document(struct show *s)
{
	CTN_OWN_BUF out = { 0 };

	ctn_json_close_array(&s->w);
	ctn_json_close_array(&s->r);
	if (s->err.code == CTN_OK) {
		put_success(s);
		return;
	}
	build_failure(&out, s);
	if (out.failed || (s->streamed && s->body.failed)) {
		put_without_memory(s, ctn_code_name(s->err.code), s->err.text);
		return;
	}
	if (!s->streamed) {
		put_out(s, ctn_buf_view(&out));
		return;
	}
	put_out(s, ctn_buf_view(&s->body));
	put_out(s, CTN_SPAN(","));
	put_out(s, (ctn_span){ out.p + 1, out.n - 1 });
}

static void
flush_out(struct show *s)
{
	errno = EIO;
	if (fflush(stdout) != 0 && s->write_errno == 0)
		s->write_errno = errno;
}

/* What every other program in a pipe does: end by the signal, saying nothing. */
static void
end_by_sigpipe(void)
{
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
}

static void
put_failure(const struct show *s)
{
	ctn_span more = s->more.failed ? (ctn_span){ 0 } : ctn_buf_view(&s->more);

	if (s->err.code != CTN_OK)
		put_error(s->who, "", s->err.text);
	for (size_t at = 0; !s->json && at < more.n; at += strlen((const char *)more.p + at) + 1)
		put_error(s->who, "", (const char *)more.p + at);
	if (s->err.hint[0] != '\0')
		put_error(NULL, "try: ", s->err.hint);
}

int
show_close(struct show *s, int status)
{
	if (s->json)
		put_document(s);
	flush_out(s);
	put_failure(s);
	show_free(s);
	if (s->write_errno == EPIPE)
		end_by_sigpipe();
	if (s->write_errno == 0)
		return status;
	put_error(s->who, "writing the result: ", strerror(s->write_errno));
	return 3;
}

/* Characters, not bytes: continuation bytes of UTF-8 take no column. */
static size_t
width_of(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xC0) != 0x80;
	return n;
}

static const char *
cell(const struct show_table *t, size_t row, size_t column)
{
	const char *text = row == 0 ? t->headings[column] : t->cells[(row - 1) * t->columns + column];

	return text == NULL ? "-" : text;
}

static void
put_row(struct show *s, const struct show_table *t, size_t row, const size_t *widths)
{
	CTN_OWN_BUF b = { 0 };

	for (size_t c = 0; c < t->columns; c++) {
		const char *text = cell(t, row, c);

		ctn_buf_text(&b, text);
		for (size_t n = width_of(text); c + 1 < t->columns && n < widths[c] + 2; n++)
			ctn_buf_byte(&b, ' ');
	}
	if (row == 0 && s->colour) {
		put_out(s, CTN_SPAN("\033[1m"));
		show_line(s, "%s", ctn_buf_cstr(&b));
		put_out(s, CTN_SPAN("\033[0m"));
		return;
	}
	show_line(s, "%s", ctn_buf_cstr(&b));
}

void
show_table(struct show *s, const struct show_table *t)
{
	size_t widths[COLUMNS_MAX] = { 0 };

	if (s->json || t->columns > COLUMNS_MAX)
		return;
	for (size_t row = 0; row <= t->rows; row++)
		for (size_t c = 0; c < t->columns; c++)
			if (width_of(cell(t, row, c)) > widths[c])
				widths[c] = width_of(cell(t, row, c));
	for (size_t row = 0; row <= t->rows; row++)
		put_row(s, t, row, widths);
}
