/*
 * libcatena-net and the channels over it, for the tests of real receivers:
 *     net-client LIBRARY fetch|send|webhook|email URL [KEY=VALUE...]
 * Standard input is what goes out of fetch (when body=-) and send. Prints the answer, or "CODE: text" and exits 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "cmd/net.h"
#include "cmd/process.h"
#include "monitor/channel.h"

#define MANY 16

struct given {
	const char *header[MANY + 1], *to[MANY + 1];
	ctn_secret_header secret[MANY];
	size_t headers_n, to_n, secrets_n;
	const char *ca, *body, *user, *password, *password_file, *from, *id;
	unsigned max, timeout;
	bool http_only, plaintext, slack;
	ctn_buf input;
};

static void
wait_ms(void *ctx, int64_t ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	(void)ctx;
	fprintf(stderr, "waits %lld ms\n", (long long)ms);
	nanosleep(&t, NULL);
}

static void
take_text(struct given *g, const char *key, const char *value)
{
	const struct {
		const char *key;
		const char **to;
	} texts[] = {
		{ "ca", &g->ca }, { "body", &g->body }, { "user", &g->user }, { "password", &g->password }, { "password_file", &g->password_file },
		{ "from", &g->from }, { "id", &g->id },
	};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (strcmp(key, texts[i].key) == 0)
			*texts[i].to = value;
}

static void
take(struct given *g, char *word)
{
	char *value = strchr(word, '='), *colon;

	if (value == NULL || g->headers_n == MANY || g->to_n == MANY || g->secrets_n == MANY)
		exit(2);
	*value++ = '\0';
	take_text(g, word, value);
	if (strcmp(word, "header") == 0)
		g->header[g->headers_n++] = value;
	if (strcmp(word, "to") == 0)
		g->to[g->to_n++] = value;
	if (strcmp(word, "secret") == 0 && (colon = strchr(value, ':')) != NULL) {
		*colon = '\0';
		g->secret[g->secrets_n++] = (ctn_secret_header){ value, colon + 1 };
	}
	if (strcmp(word, "max") == 0)
		g->max = (unsigned)atoi(value);
	if (strcmp(word, "timeout") == 0)
		g->timeout = (unsigned)atoi(value);
	g->http_only |= strcmp(word, "http_only") == 0;
	g->plaintext |= strcmp(word, "plaintext") == 0;
	g->slack |= strcmp(word, "slack") == 0;
}

static bool
fetch(const ctn_net_api *net, const char *url, struct given *g, struct ctn_err *e)
{
	ctn_net_request r = { .url = url, .http_only = g->http_only, .headers = g->header, .ca_file = g->ca, .answer_max = g->max,
		.timeout_ms = g->timeout };
	ctn_net_answer answer;

	if (g->body != NULL)
		r.body = strcmp(g->body, "-") == 0 ? ctn_buf_view(&g->input) : ctn_span_text(g->body);
	if (!net->fetch(&answer, &r, e))
		return false;
	printf("status %u retry %lld\n%.*s", answer.status, (long long)answer.retry_after_s, (int)answer.body.n, (const char *)answer.body.p);
	ctn_buf_free(&answer.body);
	return true;
}

static bool
send_mail(const ctn_net_api *net, const char *url, struct given *g, struct ctn_err *e)
{
	ctn_net_mail mail = { .url = url, .plaintext = g->plaintext, .ca_file = g->ca, .user = g->user, .password = g->password, .from = g->from,
		.to = g->to, .message = ctn_buf_view(&g->input), .timeout_ms = g->timeout };

	return net->send(&mail, e) && printf("taken\n") > 0;
}

static bool
deliver(const ctn_net_api *net, ctn_channel *channel, struct given *g, struct ctn_err *e)
{
	ctn_report_item item = { .item = "home:leaf:4af1", .title = "web.internal.example", .kind = "certificate", .state = CTN_REPORT_CRITICAL,
		.stage = "critical", .has_end = true, .not_after = 1767225600, .reason = "expires in 2 days", .owner = "web team",
		.fix = "catena renew web.internal.example" };
	ctn_report_event event = { .id = g->id, .stage = "critical", .home = "/srv/pki", .org = "Example", .at_s = 1767052800, .items = &item,
		.items_n = 1, .total = 1 };
	ctn_monitor_env env = { .net = net, .wait = wait_ms };
	CTN_OWN_BUF message = { 0 };

	return ctn_channel_compose(&message, channel, &event, e) && ctn_channel_deliver(&env, channel, g->id, ctn_buf_view(&message), e) &&
	    printf("taken\n") > 0;
}

static bool
post(const ctn_net_api *net, const char *url, struct given *g, struct ctn_err *e)
{
	ctn_channel channel = { .kind = CTN_CHANNEL_WEBHOOK, .webhook = { .url = url, .ca_file = g->ca, .slack = g->slack, .headers = g->secret,
		.headers_n = g->secrets_n } };

	return deliver(net, &channel, g, e);
}

static bool
email(const ctn_net_api *net, const char *url, struct given *g, struct ctn_err *e)
{
	ctn_channel channel = { .kind = CTN_CHANNEL_EMAIL, .email = { .to = g->to, .from = g->from, .smtp = url, .user = g->user,
		.password_file = g->password_file, .ca_file = g->ca, .plaintext = g->plaintext } };

	return deliver(net, &channel, g, e);
}

static bool
run(const char *library, const char *word, const char *url, struct given *g, struct ctn_err *e)
{
	const ctn_net_api *net = NULL;
	mode_t mask;

	if (!process_start(&mask, e) || !net_open_file(&net, NULL, library, e))
		return false;
	if ((strcmp(word, "send") == 0 || (g->body != NULL && strcmp(g->body, "-") == 0)) &&
	    !ctn_file_read(&g->input, "-", 64u << 20, CTN_FILE_PLAIN, e))
		return false;
	if (strcmp(word, "fetch") == 0)
		return fetch(net, url, g, e);
	if (strcmp(word, "send") == 0)
		return send_mail(net, url, g, e);
	return strcmp(word, "webhook") == 0 ? post(net, url, g, e) : email(net, url, g, e);
}

int
main(int argc, char **argv)
{
	struct given g = { .max = 65536, .timeout = 5000, .from = "pki@internal.example", .id = "n-0001" };
	struct ctn_err e = { 0 };
	bool ok;

	if (argc < 4)
		return 2;
	for (int i = 4; i < argc; i++)
		take(&g, argv[i]);
	ok = run(argv[1], argv[2], argv[3], &g, &e);
	ctn_buf_free(&g.input);
	if (ok)
		return 0;
	printf("%s: %s\n", ctn_code_name(e.code), e.text);
	return 1;
}
