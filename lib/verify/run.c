#include "verify/run.h"

#include <stdarg.h>
#include <stdio.h>

#include "der/oid.h"

bool
ctn_run_break(ctn_run *r)
{
	r->broken = true;
	return false;
}

bool
ctn_run_no(ctn_run *r, enum ctn_vcheck check, size_t certificate, const char *fmt, ...)
{
	char text[1600]; /* three texts of the below, and a sentence */
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->why = (ctn_verify_reason){
		.check = check,
		.certificate = certificate,
		.text = ctn_arena_text(r->a, text),
		.fix = ctn_vrule_of(check)->fix,
	};
	if (r->why.text == NULL) {
		(void)ctn_fail_memory(r->e);
		return ctn_run_break(r);
	}
	if (r->all_n < r->all_cap)
		r->all[r->all_n++] = r->why;
	return false;
}

const char *
ctn_run_text(ctn_run *r, const ctn_buf *b, const char *empty)
{
	size_t n = b->n < CTN_RUN_TEXT_MAX ? b->n : CTN_RUN_TEXT_MAX;
	const char *text = NULL;

	if (n == 0 && !b->failed)
		return empty;
	while (n > 0 && n < b->n && (b->p[n] & 0xc0) == 0x80) /* no character is cut in two */
		n--;
	if (!b->failed || b->full)
		text = ctn_arena_printf(r->a, "%.*s%s", (int)n, (const char *)b->p, n < b->n ? "..." : "");
	if (text != NULL)
		return text;
	(void)ctn_fail_memory(r->e);
	(void)ctn_run_break(r);
	return empty;
}

const char *
ctn_run_oid(ctn_run *r, ctn_span oid)
{
	CTN_OWN_BUF b = { .max = CTN_RUN_TEXT_ROOM };

	if (ctn_oid_name(oid) != NULL)
		return ctn_oid_name(oid);
	ctn_oid_dotted(&b, oid);
	return ctn_run_text(r, &b, "");
}

const char *
ctn_run_title(ctn_run *r, const ctn_cert *c)
{
	CTN_OWN_BUF b = { .max = CTN_RUN_TEXT_ROOM };

	ctn_cert_title(&b, c);
	return ctn_run_text(r, &b, "a certificate without a name");
}

void
ctn_run_links(ctn_run *r, ctn_verify_link **out, const ctn_vpath *path)
{
	ctn_verify_link *links = ctn_arena_new(r->a, ctn_verify_link, path->n);

	*out = links;
	if (links == NULL) {
		(void)ctn_fail_memory(r->e);
		(void)ctn_run_break(r);
		return;
	}
	for (size_t i = 0; i < path->n; i++)
		links[i] = (ctn_verify_link){
			.der = path->certs[i]->cert.der,
			.source = path->certs[i]->source,
			.title = ctn_run_title(r, &path->certs[i]->cert),
		};
}

void
ctn_run_candidate(ctn_run *r, const ctn_vpath *path, bool complete)
{
	ctn_verify_result *res = r->result;
	ctn_verify_candidate *c;
	unsigned rank = (complete ? 1000u : 1u) + (unsigned)path->n;

	if (r->broken || r->nested > 0)
		return;
	r->noted++;
	if (res->candidates_n < CTN_VERIFY_CANDIDATES_MAX) {
		if (res->candidates == NULL)
			res->candidates = ctn_arena_new(r->a, ctn_verify_candidate, CTN_VERIFY_CANDIDATES_MAX);
		if (res->candidates == NULL) {
			(void)ctn_fail_memory(r->e);
			(void)ctn_run_break(r);
			return;
		}
		c = &res->candidates[res->candidates_n++];
		*c = (ctn_verify_candidate){ .path_n = path->n, .failed = r->why };
		ctn_run_links(r, &c->path, path);
	}
	if (rank <= r->why_rank)
		return;
	r->why_rank = rank;
	res->reason = r->why;
	res->path_n = path->n;
	ctn_run_links(r, &res->path, path);
}

void
ctn_run_warn(ctn_run *r, enum ctn_vcheck check, size_t certificate, const char *text)
{
	ctn_verify_result *res = r->result;

	if (res->warnings == NULL)
		res->warnings = ctn_arena_new(r->a, ctn_verify_reason, CTN_VCHECKS * 2);
	if (res->warnings == NULL) {
		(void)ctn_fail_memory(r->e);
		(void)ctn_run_break(r);
		return;
	}
	if (res->warnings_n < CTN_VCHECKS * 2)
		res->warnings[res->warnings_n++] =
		    (ctn_verify_reason){ check, certificate, text, ctn_vrule_of(check)->fix };
}
