#include "cmd/monitor.h"

#include <inttypes.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "base/time.h"
#include "cmd/net.h"
#include "cmd/runner.h"
#include "monitor/policy.h"
#include "report/message.h"
#include "report/phrase.h"

bool
monitor_open(struct monitor *m, struct cmd *c, const struct pki_wish *wish, struct ctn_err *e)
{
	*m = (struct monitor){ 0 };
	if (!pki_open(&m->p, c, wish, e) || !ctn_monitor_policy_load(&m->policy, m->p->ca, e))
		return false;
	m->env = (ctn_monitor_env){ .ca = m->p->ca, .policy = &m->policy };
	return true;
}

static bool
needs_net(const ctn_monitor_policy *p)
{
	for (size_t i = 0; i < p->channels_n; i++)
		if (p->channels[i].kind == CTN_CHANNEL_EMAIL || p->channels[i].kind == CTN_CHANNEL_WEBHOOK)
			return true;
	return false;
}

static bool
needs_probe(const ctn_monitor_policy *p)
{
	for (size_t i = 0; i < p->watch_n; i++)
		if (p->watch[i].kind == CTN_WATCH_TLS)
			return true;
	return false;
}

static void
say_syslog(void *ctx, const char *facility, int level, const char *line)
{
	static const struct {
		const char *word;
		int number;
	} facilities[] = { { "daemon", LOG_DAEMON }, { "user", LOG_USER }, { "auth", LOG_AUTH }, { "authpriv", LOG_AUTHPRIV }, { "cron", LOG_CRON },
		{ "mail", LOG_MAIL }, { "local0", LOG_LOCAL0 }, { "local1", LOG_LOCAL1 }, { "local2", LOG_LOCAL2 }, { "local3", LOG_LOCAL3 },
		{ "local4", LOG_LOCAL4 }, { "local5", LOG_LOCAL5 }, { "local6", LOG_LOCAL6 }, { "local7", LOG_LOCAL7 } };
	int number = LOG_DAEMON;

	(void)ctx;
	for (size_t i = 0; i < sizeof facilities / sizeof facilities[0]; i++)
		if (strcmp(facilities[i].word, facility) == 0)
			number = facilities[i].number;
	openlog("catena", LOG_PID, number);
	syslog(number | level, "%s", line);
	closelog();
}

static void
wait_ms(void *ctx, int64_t ms)
{
	const struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	(void)ctx;
	(void)nanosleep(&t, NULL);
}

bool
monitor_reach(struct monitor *m, struct cmd *c, struct ctn_err *e)
{
	bool net = needs_net(&m->policy), probe = needs_probe(&m->policy);
	struct ctn_err why = { 0 };

	m->env.command = c->runner != NULL ? runner_command : NULL;
	m->env.command_ctx = c->runner;
	m->env.to_syslog = say_syslog;
	m->env.wait = wait_ms;
	if (!net && !probe)
		return true;
	if (net_open(net ? &m->env.net : NULL, probe ? &m->env.probe : NULL, c->arena, &why))
		return true;
	/* what can be done without it is done: those channels fail, and those endpoints cannot be looked at */
	m->env.net = NULL;
	m->env.probe = NULL;
	show_warn(c->out, "%s", why.text);
	return why.code != CTN_ENOMEM || (*e = why, false);
}

void
monitor_close(struct monitor *m)
{
	if (m->p != NULL)
		pki_close(m->p);
	m->p = NULL;
}

void
monitor_show_look(ctn_json_out *j, const ctn_report_look *look, size_t limit)
{
	ctn_json_text(j, "state", ctn_report_state_name(look->state));
	ctn_json_array(j, "items");
	for (size_t i = 0; i < look->items_n && i < limit; i++) {
		ctn_json_object(j, NULL);
		ctn_report_json_item(j, &look->items[i], look->at_s);
		ctn_json_close_object(j);
	}
	ctn_json_close_array(j);
	ctn_json_int(j, "total", (int64_t)look->total);
	ctn_json_object(j, "counts");
	ctn_json_int(j, "ok", (int64_t)look->ok);
	ctn_json_int(j, "warning", (int64_t)look->warning);
	ctn_json_int(j, "critical", (int64_t)look->critical);
	ctn_json_int(j, "unknown", (int64_t)look->unknown);
	ctn_json_int(j, "expired", (int64_t)look->expired);
	ctn_json_int(j, "unreachable", (int64_t)look->unreachable);
	ctn_json_int(j, "acknowledged", (int64_t)look->acknowledged);
	ctn_json_close_object(j);
	if (look->last_run_s != 0)
		ctn_json_time(j, "last_run", look->last_run_s);
	ctn_json_int(j, "undelivered", (int64_t)look->undelivered);
}

/* "critical", or with what silences it. */
static const char *
stage_cell(const ctn_report_item *i, ctn_arena *a)
{
	const char *stage = i->state == CTN_REPORT_UNKNOWN && strcmp(i->stage, "ok") == 0 ? "unknown" : i->stage;

	return i->acknowledged != NULL ? ctn_arena_printf(a, "(%s)", stage) : stage;
}

static const char *
end_cell(const ctn_report_item *i, ctn_arena *a)
{
	char text[32];

	if (!i->has_end)
		return NULL;
	ctn_time_text(text, i->not_after);
	return ctn_arena_text_n(a, text, 10);
}

static const char *
note_cell(const ctn_report_item *i, ctn_arena *a)
{
	char until[32];

	if (i->acknowledged == NULL)
		return i->reason;
	ctn_time_text(until, i->acknowledged_until);
	return ctn_arena_printf(a, "%s; acknowledged until %s: %s", i->reason, until, i->acknowledged);
}

void
monitor_show_table(struct cmd *c, const ctn_report_look *look, size_t limit)
{
	static const char *const headings[] = { "STAGE", "ENDS", "ITEM", "NAME", "REASON" };
	size_t n = look->items_n < limit ? look->items_n : limit;
	const char **cells = ctn_arena_new(c->arena, const char *, n * 5 + 1);
	struct show_table table = { .columns = 5, .headings = headings, .cells = cells, .rows = n };

	if (cells == NULL)
		return;
	for (size_t i = 0; i < n; i++) {
		const ctn_report_item *item = &look->items[i];

		cells[5 * i] = stage_cell(item, c->arena);
		cells[5 * i + 1] = end_cell(item, c->arena);
		cells[5 * i + 2] = item->item;
		cells[5 * i + 3] = ctn_report_title(item);
		cells[5 * i + 4] = note_cell(item, c->arena);
	}
	show_table(c->out, &table);
	if (look->total > n)
		show_line(c->out, "and %" PRIu64 " more", look->total - n);
}
