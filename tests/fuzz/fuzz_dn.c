/*
 * Distinguished names: a Name that passes the check equals itself and lies within itself; text that parses and can be written comes
 * back as text that means the same Name. Input: a Name in DER, or RFC 4514 text.
 */
#include <stdlib.h>

#include "der/oid.h"
#include "name/dn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool promise)
{
	if (!promise)
		abort();
}

/* Text to a Name in out; false when the text or a value is refused. */
static bool
make(ctn_buf *out, const char *text, ctn_arena *a)
{
	struct ctn_err e = { 0 };
	ctn_dn_attr *attrs;
	size_t n;

	return ctn_dn_parse(&attrs, &n, text, a, &e) && ctn_dn_write(out, attrs, n, &e);
}

static void
read_name(ctn_span name, ctn_arena *a)
{
	struct ctn_err e = { 0 };
	CTN_OWN_BUF text = { 0 };
	CTN_OWN_BUF again = { 0 };
	const char *shown, *first;

	ctn_dn_text(&text, name);
	(void)!ctn_dn_first(&first, name, ctn_oid_at_common_name, a, &e);
	if (!ctn_dn_check(name, &e))
		return;
	must(ctn_dn_equal(name, name) && ctn_dn_within(name, name));
	must(ctn_dn_within(name, CTN_SPAN("\x30\x00")));
	must(ctn_dn_is_empty(name) == ctn_dn_equal(name, CTN_SPAN("\x30\x00")));
	shown = ctn_buf_cstr(&text);
	must(shown != NULL && strlen(shown) == text.n);
	if (make(&again, shown, a))
		must(ctn_dn_equal(ctn_buf_view(&again), name));
}

static void
read_text(const char *text, ctn_arena *a)
{
	CTN_OWN_BUF name = { 0 };
	CTN_OWN_BUF shown = { 0 };
	CTN_OWN_BUF again = { 0 };
	struct ctn_err e = { 0 };

	if (!make(&name, text, a))
		return;
	must(ctn_dn_check(ctn_buf_view(&name), &e));
	ctn_dn_text(&shown, ctn_buf_view(&name));
	/* A type without a name is shown with its value in hex, which is not read. */
	if (strstr(ctn_buf_cstr(&shown), "=#") != NULL)
		return;
	must(make(&again, ctn_buf_cstr(&shown), a));
	must(ctn_span_equal(ctn_buf_view(&name), ctn_buf_view(&again)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	char *text = ctn_arena_text_n(a, size == 0 ? "" : (const char *)data, size);

	read_name((ctn_span){ data, size }, a);
	if (text != NULL)
		read_text(text, a);
	return 0;
}
