#include "monitor/channel.h"

#include <string.h>
#include <syslog.h>

#include "monitor/channel_webhook.h"
#include "report/message.h"

#define MAIL_TIMEOUT_MS 60000u /* servers that look into a mail before they take it need their time */

/* What syslog is told of an event, in front of its line: "<4>", as sd-daemon(3) has it. */
static int
level_of(const ctn_report_event *event)
{
	if (strcmp(event->stage, "expired") == 0 || strcmp(event->stage, "critical") == 0)
		return LOG_CRIT;
	return strcmp(event->stage, "recovered") == 0 ? LOG_NOTICE : LOG_WARNING;
}

static bool
compose_line(ctn_buf *out, const ctn_report_event *event, struct ctn_err *e)
{
	ctn_buf_printf(out, "<%d>", level_of(event));
	return ctn_report_line(out, event, e);
}

static bool
compose_document(ctn_buf *out, const ctn_report_event *event, struct ctn_err *e)
{
	if (!ctn_report_json(out, event, e))
		return false;
	ctn_buf_byte(out, '\n'); /* a script reads lines */
	return ctn_buf_ok(out, e);
}

bool
ctn_channel_compose(ctn_buf *out, const ctn_channel *channel, const ctn_report_event *event, struct ctn_err *e)
{
	switch (channel->kind) {
	case CTN_CHANNEL_EMAIL:
		return ctn_report_mail(out, event, channel->email.from, channel->email.to, e);
	case CTN_CHANNEL_WEBHOOK:
		return channel->webhook.slack ? ctn_report_slack(out, event, e) : ctn_report_json(out, event, e);
	case CTN_CHANNEL_COMMAND:
		return compose_document(out, event, e);
	case CTN_CHANNEL_SYSLOG:
		return compose_line(out, event, e);
	}
	return ctn_fail(e, CTN_EUSAGE, "a channel of no kind");
}

static bool
send_mail(const ctn_monitor_env *env, const ctn_channel *channel, ctn_span message, struct ctn_err *e)
{
	ctn_net_mail mail = { .url = channel->email.smtp, .plaintext = channel->email.plaintext, .ca_file = channel->email.ca_file,
		.user = channel->email.user, .from = channel->email.from, .to = channel->email.to, .message = message,
		.timeout_ms = MAIL_TIMEOUT_MS };
	CTN_OWN_BUF password = { .secret = true };

	if (channel->email.password_file != NULL) {
		if (!ctn_channel_secret(&password, channel->email.password_file, e))
			return ctn_wrap(e, "password");
		mail.password = ctn_buf_cstr(&password);
		if (!ctn_buf_ok(&password, e))
			return false;
	}
	return env->net->send(&mail, e);
}

static bool
run_command(const ctn_monitor_env *env, const ctn_channel *channel, ctn_span message, struct ctn_err *e)
{
	const char *name = channel->command.argv[0];
	ctn_command_end end = { 0 };

	if (env->command == NULL)
		return ctn_fail(e, CTN_EFILE, "%s: no commands are run here", name);
	if (!env->command(env->command_ctx, &end, channel->command.argv, message, channel->command.timeout_s, e))
		return false;
	if (end.timed_out)
		return ctn_fail(e, CTN_EFILE, "%s: not done after %lld s, so it was ended", name, (long long)channel->command.timeout_s);
	if (end.status != 0)
		return ctn_fail(e, CTN_EFILE, "%s: exit status %d%s%s", name, end.status, end.said[0] == '\0' ? "" : ": ", end.said);
	return true;
}

/* "<4>text" */
static bool
write_line(const ctn_monitor_env *env, const ctn_channel *channel, ctn_span message, struct ctn_err *e)
{
	CTN_OWN_BUF line = { 0 };
	int level = LOG_WARNING;

	if (env->to_syslog == NULL)
		return ctn_fail(e, CTN_EFILE, "syslog is not written to here");
	if (message.n > 3 && message.p[0] == '<' && message.p[1] >= '0' && message.p[1] <= '7' && message.p[2] == '>') {
		level = message.p[1] - '0';
		message = (ctn_span){ message.p + 3, message.n - 3 };
	}
	ctn_buf_span(&line, message);
	(void)ctn_buf_cstr(&line);
	if (!ctn_buf_ok(&line, e))
		return false;
	env->to_syslog(env->to_syslog_ctx, channel->syslog.facility, level, (const char *)line.p);
	return true;
}

bool
ctn_channel_deliver(const ctn_monitor_env *env, const ctn_channel *channel, const char *id, ctn_span message, struct ctn_err *e)
{
	bool by_net = channel->kind == CTN_CHANNEL_EMAIL || channel->kind == CTN_CHANNEL_WEBHOOK;

	if (by_net && env->net == NULL)
		return ctn_fail(e, CTN_EFILE, "libcatena-net is not there, and nothing is sent without it");
	switch (channel->kind) {
	case CTN_CHANNEL_EMAIL:
		return send_mail(env, channel, message, e);
	case CTN_CHANNEL_WEBHOOK:
		return ctn_channel_post(env, channel, id, message, e);
	case CTN_CHANNEL_COMMAND:
		return run_command(env, channel, message, e);
	case CTN_CHANNEL_SYSLOG:
		return write_line(env, channel, message, e);
	}
	return ctn_fail(e, CTN_EUSAGE, "a channel of no kind");
}
