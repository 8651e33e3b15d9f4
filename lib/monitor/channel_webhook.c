#include "monitor/channel_webhook.h"

#include <ctype.h>

#include "base/file.h"
#include "name/uri.h"

#define SECRET_MAX 4096u
#define HEADERS_MAX 16u
#define OURS 2u /* Content-Type, Idempotency-Key */
#define TIMEOUT_MS 10000u
#define TRIES 3u
#define FIRST_PAUSE_MS 1000
#define PAUSE_MAX_MS 30000 /* of what a receiver may ask for; it must not hold up the other channels */

/* The headers of one delivery; those of files are secrets. */
struct headers {
	ctn_buf lines[OURS + HEADERS_MAX];
	const char *list[OURS + HEADERS_MAX + 1];
	size_t n;
};

bool
ctn_channel_secret(ctn_buf *out, const char *path, struct ctn_err *e)
{
	size_t start = out->n;

	if (!ctn_file_read(out, path, SECRET_MAX, CTN_FILE_PASSPHRASE, e))
		return false;
	while (out->n > start && (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == '\r'))
		out->n--;
	if (out->n == start)
		return ctn_fail(e, CTN_EFILE, "%s is empty", path);
	for (size_t i = start; i < out->n; i++)
		if (iscntrl(out->p[i]))
			return ctn_fail(e, CTN_EFILE, "%s is not one line of text", path);
	return true;
}

static bool
close_line(struct headers *h, struct ctn_err *e)
{
	ctn_buf *line = &h->lines[h->n];

	h->list[h->n++] = ctn_buf_cstr(line);
	return ctn_buf_ok(line, e);
}

static bool
put_headers(struct headers *h, const ctn_channel *channel, const char *id, struct ctn_err *e)
{
	ctn_buf_text(&h->lines[h->n], "Content-Type: application/json");
	if (!close_line(h, e))
		return false;
	ctn_buf_printf(&h->lines[h->n], "Idempotency-Key: %s", id);
	if (!close_line(h, e))
		return false;
	if (channel->webhook.headers_n > HEADERS_MAX)
		return ctn_fail(e, CTN_EUSAGE, "more than %u headers", HEADERS_MAX);
	for (size_t i = 0; i < channel->webhook.headers_n; i++) {
		ctn_buf *line = &h->lines[h->n];

		line->secret = true;
		ctn_buf_printf(line, "%s: ", channel->webhook.headers[i].name);
		if (!ctn_channel_secret(line, channel->webhook.headers[i].file, e) || !close_line(h, e))
			return ctn_wrap(e, "header %s", channel->webhook.headers[i].name);
	}
	return true;
}

/* Of the URL only this is shown: its path may be all that keeps others out. */
static ctn_span
host_of(const char *url)
{
	struct ctn_err e;
	ctn_uri u;

	return ctn_uri_parse(&u, ctn_span_text(url), &e) ? u.host : CTN_SPAN("the receiver");
}

/* Would the same be answered again? A request that is wrong stays wrong; 408 and 429 are about the moment. */
static bool
is_final(unsigned status)
{
	return status < 500 && status != 408 && status != 429;
}

static bool
fail_status(const ctn_channel *channel, unsigned status, struct ctn_err *e)
{
	ctn_span host = host_of(channel->webhook.url);

	(void)ctn_fail(e, CTN_ENETWORK, "%.*s: it answered with HTTP status %u", (int)host.n, (const char *)host.p, status);
	if (status >= 300 && status < 400)
		return ctn_hint(e, "redirects are not followed: write the URL that it leads to");
	return false;
}

/* One try. *again: another may help; *pause_ms: not before. */
static bool
try_once(const ctn_monitor_env *env, const ctn_channel *channel, const ctn_net_request *request, bool *again, int64_t *pause_ms,
    struct ctn_err *e)
{
	ctn_net_answer answer;

	*again = true;
	if (!env->net->fetch(&answer, request, e)) {
		*again = e->code == CTN_ENETWORK;
		return false;
	}
	ctn_buf_free(&answer.body);
	if (answer.status >= 200 && answer.status < 300)
		return true;
	*again = !is_final(answer.status);
	if (answer.retry_after_s > PAUSE_MAX_MS / 1000)
		*again = false;
	else if (answer.retry_after_s * 1000 > *pause_ms)
		*pause_ms = answer.retry_after_s * 1000;
	return fail_status(channel, answer.status, e);
}

static bool
try_all(const ctn_monitor_env *env, const ctn_channel *channel, const ctn_net_request *request, struct ctn_err *e)
{
	int64_t pause_ms = FIRST_PAUSE_MS;
	bool again;

	for (unsigned i = 1;; i++) {
		int64_t wait_ms = pause_ms;

		if (try_once(env, channel, request, &again, &wait_ms, e))
			return true;
		if (!again || i == TRIES)
			return false;
		if (env->wait != NULL)
			env->wait(env->wait_ctx, wait_ms);
		pause_ms *= 4;
	}
}

bool
ctn_channel_post(const ctn_monitor_env *env, const ctn_channel *channel, const char *id, ctn_span message, struct ctn_err *e)
{
	ctn_net_request request = { .url = channel->webhook.url, .body = message, .ca_file = channel->webhook.ca_file, .timeout_ms = TIMEOUT_MS };
	struct headers h = { 0 };
	bool ok;

	request.headers = h.list;
	ok = put_headers(&h, channel, id, e) && try_all(env, channel, &request, e);
	for (size_t i = 0; i < OURS + HEADERS_MAX; i++)
		ctn_buf_free(&h.lines[i]);
	return ok;
}
