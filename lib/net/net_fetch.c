/* Part of net/net.h: HTTP. */
#include "net/net.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "net/session.h"

#define HEADERS_MAX 65536u /* octets of an answer's headers */

/* What is being received. */
struct answer {
	ctn_buf *body;
	size_t headers;
	bool unwanted, enough, too_large, no_memory;
};

static size_t
take_body(char *p, size_t size, size_t n, void *ctx)
{
	struct answer *a = ctx;
	struct ctn_err e;

	n *= size;
	if (a->unwanted) {
		a->enough = true;
		return 0;
	}
	if (n > a->body->max - a->body->n) {
		a->too_large = true;
		return 0;
	}
	ctn_buf_add(a->body, p, n);
	a->no_memory = !ctn_buf_ok(a->body, &e);
	return a->no_memory ? 0 : n;
}

static size_t
take_header(char *p, size_t size, size_t n, void *ctx)
{
	struct answer *a = ctx;

	(void)p;
	a->headers += n * size;
	a->too_large |= a->headers > HEADERS_MAX;
	return a->too_large ? 0 : n * size;
}

/* One line, "Name: value". It is never shown: it may be a secret. */
static bool
is_header(const char *line)
{
	const char *colon = strchr(line, ':');

	if (colon == NULL || colon == line)
		return false;
	for (const char *p = line; *p != '\0'; p++)
		if (iscntrl((unsigned char)*p) || (p < colon && isspace((unsigned char)*p)))
			return false;
	return true;
}

static bool
add_header(struct curl_slist **list, const char *line, struct ctn_err *e)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (longer == NULL)
		return ctn_fail_memory(e);
	*list = longer;
	return true;
}

static bool
make_headers(struct curl_slist **list, const ctn_net_request *r, struct ctn_err *e)
{
	/* What libcurl would add by itself: a wait for a go-ahead, and a type that is none of ours. */
	if (!add_header(list, "Expect:", e) || (r->body.n > 0 && !add_header(list, "Content-Type:", e)))
		return false;
	for (size_t i = 0; r->headers != NULL && r->headers[i] != NULL; i++) {
		if (!is_header(r->headers[i]))
			return ctn_fail(e, CTN_EUSAGE, "header %zu is not one line of the form 'Name: value'", i + 1);
		if (!add_header(list, r->headers[i], e))
			return false;
	}
	return true;
}

static bool
set_request(ctn_session *s, const ctn_net_request *r, struct curl_slist *headers, struct answer *a, struct ctn_err *e)
{
	CURL *c = s->curl;

	if (!ctn_session_took(curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers), e) ||
	    !ctn_session_took(curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1), e) ||
	    !ctn_session_took(curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body), e) ||
	    !ctn_session_took(curl_easy_setopt(c, CURLOPT_WRITEDATA, a), e) ||
	    !ctn_session_took(curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header), e) ||
	    !ctn_session_took(curl_easy_setopt(c, CURLOPT_HEADERDATA, a), e))
		return false;
	if (r->body.n == 0)
		return ctn_session_took(curl_easy_setopt(c, CURLOPT_HTTPGET, 1L), e);
	return ctn_session_took(curl_easy_setopt(c, CURLOPT_POST, 1L), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_POSTFIELDS, (const char *)r->body.p), e);
}

static bool
perform(ctn_session *s, const struct answer *a, struct ctn_err *e)
{
	if (ctn_session_perform(s, e) || a->enough)
		return true;
	if (a->no_memory)
		return ctn_fail_memory(e);
	return a->too_large ? ctn_fail(e, CTN_ENETWORK, "%s: the answer is too large", s->where) : false;
}

static bool
exchange(ctn_net_answer *out, ctn_session *s, const ctn_net_request *r, struct curl_slist *headers, struct ctn_err *e)
{
	CTN_OWN_BUF body = { .max = r->answer_max };
	struct answer a = { .body = &body, .unwanted = r->answer_max == 0 };
	curl_off_t wait_s = 0;
	long status = 0;

	if (!set_request(s, r, headers, &a, e) || !perform(s, &a, e))
		return false;
	(void)curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(s->curl, CURLINFO_RETRY_AFTER, &wait_s);
	*out = (ctn_net_answer){ .status = (unsigned)status, .retry_after_s = wait_s, .body = body };
	body = (ctn_buf){ 0 };
	return true;
}

bool
ctn_net_fetch(ctn_net_answer *out, const ctn_net_request *request, struct ctn_err *e)
{
	const char *schemes = request->http_only ? "http" : "http,https";
	struct curl_slist *headers = NULL;
	ctn_session s = { 0 };
	bool ok;

	ok = ctn_session_open(&s, request->url, schemes, request->ca_file, request->timeout_ms, e) &&
	    make_headers(&headers, request, e) && exchange(out, &s, request, headers, e);
	ctn_session_close(&s);
	curl_slist_free_all(headers);
	return ok;
}
