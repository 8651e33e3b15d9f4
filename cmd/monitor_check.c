#include "cmd/commands.h"
#include "cmd/monitor.h"
#include "monitor/look.h"
#include "report/nagios.h"

#define NAMED_MAX 50 /* items that the line may choose from */

static const int statuses[] = { [CTN_REPORT_OK] = 0, [CTN_REPORT_WARNING] = 1, [CTN_REPORT_CRITICAL] = 2, [CTN_REPORT_UNKNOWN] = 3 };

static bool
show(struct cmd *c, const ctn_report_look *look, struct ctn_err *e)
{
	CTN_OWN_BUF line = { 0 };

	monitor_show_look(show_json(c->out), look, CTN_LOOK_ITEMS_MAX);
	if (!ctn_report_nagios(&line, look, e))
		return false;
	ctn_buf_byte(&line, '\n');
	show_raw(c->out, ctn_buf_view(&line));
	return ctn_buf_ok(&line, e);
}

static int
run(struct cmd *c)
{
	struct pki_wish wish = { .read_only = true };
	struct ctn_err e = { 0 };
	struct monitor m;
	ctn_look look;
	int status;

	if (monitor_open(&m, c, &wish, &e) && ctn_monitor_look(&look, &m.env, c->out->json ? CTN_LOOK_ITEMS_MAX : NAMED_MAX, &e) &&
	    show(c, &look.r, &e))
		status = statuses[look.r.state];
	else
		status = show_fail(c->out, &e);
	monitor_close(&m);
	return status;
}

const struct command monitor_check_command = {
	.name = "monitor check",
	.summary = "one line for Nagios: what needs a hand",
	.about = "Looks, and tells nobody: nothing is sent, renewed or written. Leaves, authorities and CRLs are judged as they are now, files too; "
		 "TLS endpoints as the last `catena monitor run` saw them. What is acknowledged counts as well.\n\n"
		 "A line that is no use, a home that is not there and the like are UNKNOWN too, as Nagios wants it.",
	.examples = {
	    { "catena monitor check", "CATENA OK, WARNING, CRITICAL or UNKNOWN, why, and performance data." },
	    { "catena monitor check --json", "The same with every item that needs a hand." },
	},
	.exits = { { 1, "WARNING" }, { 2, "CRITICAL" }, { 3, "UNKNOWN, or the check itself failed" } },
	.speaks_nagios = true,
	.run = run,
};
