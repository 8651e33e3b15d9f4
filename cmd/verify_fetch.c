#include "cmd/verify_fetch.h"

#include <string.h>

#include "cmd/net.h"
#include "verify/inquiry.h"
#include "x509/ocsp.h"

#define ANSWER_MAX (128u << 10)
#define TIMEOUT_MS 10000u
#define ROUNDS_MAX 4u    /* of a path, then another one */
#define PER_LEAF_MAX 16u /* certificates asked about */

/* One certificate that was asked about; cert belongs to the verifier. */
struct asked {
	struct asked *next;
	ctn_span cert;
	ctn_inquiry q;
	ctn_span answer; /* empty: none came */
	const char *why; /* then: why not */
};

/* A responder that did not answer. */
struct silent {
	struct silent *next;
	const char *url, *why;
};

struct verify_fetch {
	struct cmd *c;
	ctn_verifier *v;
	const ctn_net_api *net;
	struct asked *authorities; /* of all leaves */
	struct silent *silent;
	/* of this leaf: */
	ctn_arena *a;
	struct asked *leaf;
	ctn_span answers[ROUNDS_MAX * CTN_VERIFY_PATH_MAX];
	size_t answers_n, budget;
};

bool
verify_fetch_open(verify_fetch **out, struct cmd *c, ctn_verifier *v, struct ctn_err *e)
{
	verify_fetch *f = ctn_arena_new(c->arena, verify_fetch, 1);

	if (f == NULL)
		return ctn_fail_memory(e);
	f->c = c;
	f->v = v;
	*out = f;
	return net_open(&f->net, NULL, c->arena, e);
}

static struct asked *
find_asked(verify_fetch *f, ctn_span cert)
{
	struct asked *k = f->leaf;

	if (k != NULL && ctn_span_equal(k->cert, cert))
		return k;
	for (k = f->authorities; k != NULL && !ctn_span_equal(k->cert, cert);)
		k = k->next;
	return k;
}

static const char *
known_silence(const verify_fetch *f, const char *url)
{
	for (const struct silent *s = f->silent; s != NULL; s = s->next)
		if (strcmp(s->url, url) == 0)
			return s->why;
	return NULL;
}

/* A responder's trouble is a reason, not an error of the command; only a lack of memory is. */
static bool
note_silence(verify_fetch *f, struct asked *k, const char *url, struct ctn_err *e)
{
	struct silent *s = ctn_arena_new(f->c->arena, struct silent, 1);

	if (e->code == CTN_ENOMEM || s == NULL)
		return ctn_fail_memory(e);
	*s = (struct silent){ f->silent, url, ctn_arena_text(f->c->arena, e->text) };
	f->silent = s;
	k->why = s->why;
	return s->why != NULL || ctn_fail_memory(e);
}

static bool
take_answer(verify_fetch *f, struct asked *k, ctn_arena *a, const char *url, const ctn_net_answer *answer, struct ctn_err *e)
{
	const uint8_t *copy;

	if (answer->status != 200 || answer->body.n == 0) {
		(void)ctn_fail(e, CTN_ENETWORK, "%s: it answered with HTTP status %u%s", url, answer->status,
		    answer->body.n == 0 ? " and nothing else" : "");
		return note_silence(f, k, url, e);
	}
	copy = ctn_arena_copy(a, answer->body.p, answer->body.n);
	if (copy == NULL)
		return ctn_fail_memory(e);
	k->answer = (ctn_span){ copy, answer->body.n };
	return true;
}

static bool
post(verify_fetch *f, struct asked *k, ctn_arena *a, const char *url, struct ctn_err *e)
{
	static const char *const headers[] = { "Content-Type: application/ocsp-request", "Accept: application/ocsp-response", NULL };
	ctn_net_request request = { .url = url, .http_only = true, .body = k->q.request, .headers = headers, .answer_max = ANSWER_MAX,
		.timeout_ms = TIMEOUT_MS };
	ctn_net_answer answer;
	bool ok;

	k->why = known_silence(f, url);
	if (k->why != NULL)
		return true;
	if (!f->net->fetch(&answer, &request, e))
		return note_silence(f, k, url, e);
	ok = take_answer(f, k, a, url, &answer, e);
	ctn_buf_free(&answer.body);
	return ok;
}

/* The responders in turn until one gives an answer, whatever it is worth. What is asked of a leaf is forgotten with it. */
static struct asked *
ask_about(verify_fetch *f, const ctn_verify_link *path, size_t at, struct ctn_err *e)
{
	ctn_arena *a = at == 0 ? f->a : f->c->arena;
	struct asked **list = at == 0 ? &f->leaf : &f->authorities, *k = ctn_arena_new(a, struct asked, 1);

	if (k == NULL) {
		(void)ctn_fail_memory(e);
		return NULL;
	}
	if (!ctn_inquiry_make(&k->q, path[at].der, path[at + 1].der, a, e))
		return NULL;
	k->cert = path[at].der;
	k->next = *list;
	*list = k;
	k->why = k->q.urls_n == 0 ? "it names no OCSP responder that is asked by http" : NULL;
	for (size_t i = 0; i < k->q.urls_n && k->answer.n == 0; i++)
		if (!post(f, k, a, k->q.urls[i], e))
			return NULL;
	return k;
}

/* Put an answer beside the others of this leaf, unless it is there. */
static bool
put_answer(verify_fetch *f, ctn_span answer)
{
	for (size_t i = 0; i < f->answers_n; i++)
		if (f->answers[i].p == answer.p)
			return false;
	if (answer.n == 0 || f->answers_n == sizeof f->answers / sizeof f->answers[0])
		return false;
	f->answers[f->answers_n++] = answer;
	return true;
}

/* About all of the path but the anchor. */
static bool
ask_path(verify_fetch *f, const ctn_verify_link *path, size_t n, bool *anew, struct ctn_err *e)
{
	*anew = false;
	for (size_t i = 0; i + 1 < n && f->budget > 0; i++) {
		struct asked *k = find_asked(f, path[i].der);

		if (k == NULL) {
			k = ask_about(f, path, i, e);
			f->budget--;
		}
		if (k == NULL)
			return false;
		*anew |= put_answer(f, k->answer);
	}
	return true;
}

/* "no fresh answer tells whether X is revoked: pki.example:80: could not connect" */
static bool
explain(verify_fetch *f, ctn_verify_reason *why, const ctn_verify_result *r, const ctn_verify_ask *ask, ctn_arena *a, struct ctn_err *e)
{
	const struct asked *k;
	const char *doubt;

	if (why->check != CTN_V_unknown_status || why->certificate >= r->path_n)
		return true;
	k = find_asked(f, r->path[why->certificate].der);
	if (k == NULL)
		return true;
	doubt = k->answer.n == 0 ? k->why : ctn_inquiry_doubt(&k->q, k->answer, ask->at_s, ask->ahead_s, a);
	why->text = doubt == NULL ? NULL : ctn_arena_printf(a, "%s: %s", why->text, doubt);
	return why->text != NULL || ctn_fail_memory(e);
}

static bool
explain_all(verify_fetch *f, ctn_verify_result *r, const ctn_verify_ask *ask, ctn_arena *a, struct ctn_err *e)
{
	for (size_t i = 0; i < r->warnings_n; i++)
		if (!explain(f, &r->warnings[i], r, ask, a, e))
			return false;
	return r->trusted || explain(f, &r->reason, r, ask, a, e);
}

/* Another path may stand where one was found to be revoked; its certificates are asked about in turn. */
static bool
run_rounds(verify_fetch *f, ctn_verify_result *r, ctn_verify_ask *ask, struct ctn_err *e)
{
	bool anew;

	for (unsigned i = 0; i < ROUNDS_MAX && (r->trusted || r->undetermined); i++) {
		if (!ask_path(f, r->path, r->path_n, &anew, e))
			return false;
		if (i > 0 && !anew)
			return true;
		ask->responses = f->answers;
		ask->responses_n = f->answers_n;
		if (!ctn_verify(r, f->v, ask, f->a, e))
			return false;
	}
	return true;
}

bool
verify_fetch_run(verify_fetch *f, ctn_verify_result *r, const ctn_verify_ask *ask, ctn_arena *a, struct ctn_err *e)
{
	ctn_verify_ask first = *ask, full = *ask;

	f->a = a;
	f->leaf = NULL;
	f->answers_n = 0;
	f->budget = PER_LEAF_MAX;
	first.revocation = CTN_REVOCATION_PREFER;
	return ctn_verify(r, f->v, &first, a, e) && run_rounds(f, r, &full, e) && explain_all(f, r, ask, a, e);
}
