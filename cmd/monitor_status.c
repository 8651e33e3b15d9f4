#include <inttypes.h>

#include "base/time.h"
#include "cmd/commands.h"
#include "cmd/monitor.h"
#include "monitor/look.h"
#include "policy/monitor.h"
#include "store/notice.h"

#define SHOWN_MAX 100
#define WAITING_MAX 100

struct status_args {
	int64_t limit;
};

static void
put_waiting(ctn_json_out *j, const ctn_notice_row *n)
{
	ctn_json_object(j, NULL);
	ctn_json_text(j, "id", n->stable_id);
	ctn_json_text(j, "channel", n->channel);
	ctn_json_text(j, "stage", ctn_stage_name((enum ctn_notice_stage)n->stage));
	ctn_json_text(j, "item", n->item);
	ctn_json_int(j, "items", (int64_t)n->items);
	ctn_json_time(j, "written", n->written_s);
	ctn_json_int(j, "attempts", n->attempts);
	ctn_json_text(j, "failure", n->failure);
	ctn_json_close_object(j);
}

static bool
show_waiting(struct cmd *c, ctn_ca *ca, struct ctn_err *e)
{
	ctn_json_out *j = show_json(c->out);
	ctn_notice_row *rows;
	size_t n;

	if (!ctn_store_notices_waiting(&rows, &n, ca->store, WAITING_MAX, ca->arena, e))
		return false;
	ctn_json_array(j, "waiting");
	for (size_t i = 0; i < n; i++) {
		char written[32];

		put_waiting(j, &rows[i]);
		ctn_time_text(written, rows[i].written_s);
		show_line(c->out, "not delivered to %s since %s: %s %s%s%s", rows[i].channel, written,
		    ctn_stage_name((enum ctn_notice_stage)rows[i].stage), rows[i].item != NULL ? rows[i].item : "digest",
		    rows[i].failure != NULL ? ": " : "", rows[i].failure != NULL ? rows[i].failure : "");
	}
	ctn_json_close_array(j);
	return true;
}

static void
show_head(struct cmd *c, const ctn_report_look *look)
{
	char last[32];

	if (look->last_run_s != 0)
		ctn_time_text(last, look->last_run_s);
	show_line(c->out, "%s: %" PRIu64 " watched, %" PRIu64 " critical, %" PRIu64 " warning, %" PRIu64 " unknown, %" PRIu64 " acknowledged; %s%s",
	    ctn_report_state_name(look->state), look->total, look->critical, look->warning, look->unknown, look->acknowledged,
	    look->last_run_s != 0 ? "last run " : "catena monitor run never ran", look->last_run_s != 0 ? last : "");
}

static bool
show(struct cmd *c, struct monitor *m, const struct status_args *a, struct ctn_err *e)
{
	size_t limit = a->limit > 0 ? (size_t)a->limit : c->out->json ? CTN_LOOK_ITEMS_MAX : SHOWN_MAX;
	ctn_look look;

	if (!ctn_monitor_look(&look, &m->env, limit, e))
		return false;
	show_head(c, &look.r);
	monitor_show_look(show_json(c->out), &look.r, limit);
	monitor_show_table(c, &look.r, limit);
	return show_waiting(c, m->p->ca, e);
}

static int
run(struct cmd *c)
{
	struct pki_wish wish = { .read_only = true };
	struct ctn_err e = { 0 };
	struct monitor m;
	int status = 0;

	if (!monitor_open(&m, c, &wish, &e) || !show(c, &m, c->args, &e))
		status = show_fail(c->out, &e);
	monitor_close(&m);
	return status;
}

static const struct opt opts[] = {
	{ .name = "limit", COUNT(status_args, limit, "N", 1, 100000), .help = "List at most N items; 100 unless said" },
	{ 0 },
};

const struct command monitor_status_command = {
	.name = "monitor status",
	.summary = "what is watched, what ends when, who was not reached",
	.about = "Looks as `catena monitor check` does, and lists the items: what needs a hand first, then what ends soonest. Stages in brackets are "
		 "acknowledged. Notices that wait for their channel stand below.",
	.opts = opts,
	.args_size = sizeof(struct status_args),
	.examples = {
	    { "catena monitor status", "A table of items with stages and ends." },
	    { "catena monitor status --json --limit 10", "The ten that are most urgent, for a script." },
	},
	.run = run,
};
