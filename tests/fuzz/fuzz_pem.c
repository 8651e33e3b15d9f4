/* PEM: the walk always moves on, blocks lie inside the text in order, and what is decoded is written and read back the same. */
#include <stdlib.h>

#include "der/pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const labels[] = { "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", NULL };

static void
must(bool promise)
{
	if (!promise)
		abort();
}

static bool
inside(ctn_span part, ctn_span text)
{
	return part.n == 0 || (part.p >= text.p && part.p + part.n <= text.p + text.n);
}

static void
goes_round(const ctn_pem_block *block, const ctn_buf *der)
{
	CTN_OWN_BUF text = { 0 }, again = { 0 };
	struct ctn_err e = { 0 };
	ctn_pem_walk walk = { 0 };
	ctn_pem_block b;
	char label[65] = { 0 };
	bool found;

	must(block->label.n < sizeof(label));
	memcpy(label, block->label.p, block->label.n);
	ctn_pem_write(&text, label, ctn_buf_view(der));
	must(ctn_pem_looks(ctn_buf_view(&text)));
	must(ctn_pem_next(&b, &again, ctn_buf_view(&text), &walk, &found, &e) && found);
	must(ctn_span_equal(b.label, block->label) && b.headers.n == 0 && b.line == 1);
	must(ctn_span_equal(ctn_buf_view(&again), ctn_buf_view(der)));
	must(ctn_pem_next(&b, &again, ctn_buf_view(&text), &walk, &found, &e) && !found);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CTN_OWN_BUF der = { .max = 1 << 20 };
	struct ctn_err e = { 0 };
	ctn_span text = { data, size };
	ctn_pem_walk walk = { 0 }, before = walk;
	ctn_pem_block block;
	bool found = false, any = false, good;

	while ((good = ctn_pem_next(&block, &der, text, &walk, &found, &e)) && found) {
		must(walk.at > before.at && walk.at <= size && block.line > before.line && block.line <= walk.line);
		must(inside(block.label, text) && inside(block.headers, text) && der.n <= size / 4 * 3);
		goes_round(&block, &der);
		before = walk;
		any = true;
	}
	must(good || (!found && e.code == CTN_EINPUT && e.text[0] != '\0'));
	/* what looks like PEM has a block or an error, and the other way round */
	must(ctn_pem_looks(text) == (any || !good));
	e = (struct ctn_err){ 0 };
	if (!ctn_pem_one(&der, text, labels, &e))
		must(e.code == CTN_EINPUT && e.text[0] != '\0');
	return 0;
}
