#include "monitor/form.h"

#include "der/der.h"
#include "der/pem.h"

static bool
ends_with(ctn_span text, ctn_span end)
{
	return text.n >= end.n && memcmp(text.p + text.n - end.n, end.p, end.n) == 0;
}

static bool
is_certificate(ctn_span label)
{
	return ctn_span_equal(label, CTN_SPAN("CERTIFICATE")) || ctn_span_equal(label, CTN_SPAN("X509 CERTIFICATE")) ||
	       ctn_span_equal(label, CTN_SPAN("TRUSTED CERTIFICATE"));
}

static bool
is_der(ctn_span file)
{
	ctn_der r = ctn_der_over(file);
	ctn_span whole;

	return (ctn_der_any(&r, &whole) && ctn_der_end(&r)) || !ctn_pem_looks(file);
}

static bool
read_certificate(ctn_form *f, ctn_form_part *part, ctn_span der, struct ctn_err *e)
{
	if (!ctn_cert_parse(&part->cert, der, e))
		return false;
	if (f->leaf == NULL) {
		part->kind = CTN_FORM_LEAF;
		f->leaf = &part->cert;
		return true;
	}
	if (!ctn_cert_is_ca(&part->cert))
		return ctn_fail(e, CTN_EINPUT, "holds more than one certificate that is no CA's");
	part->kind = ctn_span_equal(part->cert.subject, part->cert.issuer) ? CTN_FORM_ROOT : CTN_FORM_CHAIN;
	return true;
}

static bool
read_part(ctn_form *f, const ctn_pem_block *block, const ctn_buf *der, ctn_arena *a, struct ctn_err *e)
{
	ctn_form_part *part = &f->parts[f->n++];

	part->kind = CTN_FORM_OTHER;
	if (is_certificate(block->label)) {
		ctn_span copy = { ctn_arena_copy(a, der->p, der->n), der->n };

		return copy.p != NULL ? read_certificate(f, part, copy, e) : ctn_fail_memory(e);
	}
	if (ends_with(block->label, CTN_SPAN("PRIVATE KEY"))) {
		part->kind = CTN_FORM_KEY;
		f->has_key = true;
	} else if (ctn_span_equal(block->label, CTN_SPAN("EC PARAMETERS"))) {
		part->kind = CTN_FORM_PARAMETERS;
	}
	return true;
}

static bool
read_pem(ctn_form *f, ctn_span file, ctn_arena *a, struct ctn_err *e)
{
	CTN_OWN_BUF der = { .max = CTN_CERT_MAX, .secret = true };
	ctn_pem_walk walk = { 0 };
	ctn_pem_block block;
	bool found;

	for (;;) {
		size_t from = walk.at;
		const uint8_t *begin;

		if (!ctn_pem_next(&block, &der, file, &walk, &found, e))
			return false;
		if (!found)
			return true;
		if (f->n == CTN_FORM_MAX)
			return ctn_fail(e, CTN_EINPUT, "more than %d blocks", CTN_FORM_MAX);
		if (!read_part(f, &block, &der, a, e))
			return ctn_wrap(e, "line %zu", block.line);
		begin = memmem(file.p + from, walk.at - from, "-----BEGIN ", 11);
		from = begin != NULL ? (size_t)(begin - file.p) : from;
		f->parts[f->n - 1].text = (ctn_span){ file.p + from, walk.at - from };
	}
}

bool
ctn_form_read(ctn_form *out, ctn_span file, ctn_arena *a, struct ctn_err *e)
{
	ctn_form f = { .der = is_der(file), .parts = ctn_arena_new(a, ctn_form_part, CTN_FORM_MAX) };

	if (f.parts == NULL)
		return ctn_fail_memory(e);
	if (f.der ? !read_certificate(&f, &f.parts[f.n++], file, e) : !read_pem(&f, file, a, e))
		return false;
	*out = f;
	return true;
}

static void
put_text(ctn_buf *out, ctn_span text)
{
	ctn_buf_span(out, text);
	if (text.n > 0 && text.p[text.n - 1] != '\n')
		ctn_buf_byte(out, '\n');
}

/* However many intermediates there were, the new ones stand where the first one stood. */
static void
put_chain(ctn_buf *out, const ctn_form_filling *with, bool *done)
{
	for (size_t i = 0; !*done && i < with->chain_n; i++)
		ctn_pem_write(out, "CERTIFICATE", with->chain[i]);
	*done = true;
}

struct writing {
	const ctn_form_filling *with;
	bool chain_done, key_done;
};

static bool
put_part(ctn_buf *out, struct writing *w, const ctn_form_part *part, struct ctn_err *e)
{
	switch (part->kind) {
	case CTN_FORM_LEAF:
		ctn_pem_write(out, "CERTIFICATE", w->with->leaf);
		return true;
	case CTN_FORM_CHAIN:
		put_chain(out, w->with, &w->chain_done);
		return true;
	case CTN_FORM_ROOT:
		if (w->with->root.n == 0)
			return ctn_fail(e, CTN_EINPUT, "holds the root, which this home does not know");
		ctn_pem_write(out, "CERTIFICATE", w->with->root);
		return true;
	default:
		break;
	}
	if (part->kind == CTN_FORM_OTHER || w->with->key.n == 0)
		put_text(out, part->text);
	else if (part->kind == CTN_FORM_KEY && !w->key_done)
		put_text(out, w->with->key);
	w->key_done = w->key_done || part->kind == CTN_FORM_KEY;
	return true;
}

bool
ctn_form_write(ctn_buf *out, const ctn_form *form, const ctn_form_filling *with, struct ctn_err *e)
{
	struct writing w = { .with = with };

	if (form->der)
		ctn_buf_span(out, with->leaf);
	for (size_t i = 0; !form->der && i < form->n; i++)
		if (!put_part(out, &w, &form->parts[i], e))
			return false;
	return ctn_buf_ok(out, e);
}
