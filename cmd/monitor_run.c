#include <inttypes.h>
#include <string.h>

#include "cmd/commands.h"
#include "cmd/monitor.h"
#include "cmd/progress.h"
#include "monitor/run.h"
#include "report/phrase.h"

#define SHOWN_MAX 20

struct run_args {
	const char *passphrase_file;
	bool dry_run, no_renew, accept_clock;
};

static void
put_sent(ctn_json_out *j, const ctn_sending *s)
{
	ctn_json_array(j, "sent");
	for (size_t i = 0; i < s->sent_n; i++) {
		ctn_json_object(j, NULL);
		ctn_json_text(j, "id", s->sent[i].id);
		ctn_json_text(j, "item", s->sent[i].item);
		ctn_json_text(j, "stage", s->sent[i].stage);
		ctn_json_text(j, "channel", s->sent[i].channel);
		if (s->sent[i].digest)
			ctn_json_bool(j, "digest", true);
		ctn_json_close_object(j);
	}
	ctn_json_close_array(j);
	if (s->unsent_n == 0)
		return;
	ctn_json_array(j, "unsent");
	for (size_t i = 0; i < s->unsent_n; i++) {
		ctn_json_object(j, NULL);
		ctn_json_text(j, "channel", s->unsent[i].channel);
		ctn_json_text(j, "text", s->unsent[i].why);
		ctn_json_close_object(j);
	}
	ctn_json_close_array(j);
}

/* One line a notice, however many items it is about. */
static void
show_sent(struct cmd *c, const ctn_sending *s, bool dry_run)
{
	for (size_t i = 0, same; i < s->sent_n; i += same) {
		const ctn_sent *first = &s->sent[i];

		for (same = 1; i + same < s->sent_n && strcmp(s->sent[i + same].id, first->id) == 0;)
			same++;
		if (first->digest)
			show_line(c->out, "%s %s: digest, %s", dry_run ? "would tell" : "told", first->channel, first->stage);
		else
			show_line(c->out, "%s %s: %s %s", dry_run ? "would tell" : "told", first->channel, first->stage, first->item);
	}
	for (size_t i = 0; i < s->unsent_n; i++)
		show_warn(c->out, "channel %s could not be reached: %s; the next run tries again", s->unsent[i].channel, s->unsent[i].why);
}

static void
show_renewed(struct cmd *c, const ctn_run_result *r)
{
	ctn_json_out *j = show_json(c->out);

	if (r->renewals_n == 0)
		return;
	ctn_json_array(j, "renewals");
	for (size_t i = 0; i < r->renewals_n; i++) {
		const ctn_renewal *n = &r->renewals[i];

		ctn_json_object(j, NULL);
		ctn_json_text(j, "item", n->item);
		ctn_json_text(j, "file", n->file);
		ctn_json_bool(j, "renewed", n->renewed);
		ctn_json_text(j, "old_serial", n->old_serial);
		ctn_json_text(j, "new_serial", n->new_serial);
		if (n->tried && !n->renewed)
			ctn_json_text(j, "text", n->why.text);
		ctn_json_close_object(j);
		if (n->renewed)
			show_line(c->out, "renewed %s in %s", n->title, n->file);
		else if (n->tried)
			show_warn(c->out, "renewing %s in %s: %s", n->title, n->file, n->why.text);
	}
	ctn_json_close_array(j);
}

static int
show(struct cmd *c, const ctn_run_result *r, bool dry_run)
{
	const ctn_report_look *look = &r->look.r;

	show_line(c->out, "%s: %" PRIu64 " watched, %" PRIu64 " critical, %" PRIu64 " warning, %" PRIu64 " unknown, %" PRIu64 " acknowledged",
	    ctn_report_state_name(look->state), look->total, look->critical, look->warning, look->unknown, look->acknowledged);
	if (dry_run)
		ctn_json_bool(show_json(c->out), "dry_run", true);
	monitor_show_look(show_json(c->out), look, CTN_LOOK_ITEMS_MAX);
	put_sent(show_json(c->out), &r->sending);
	show_renewed(c, r);
	show_sent(c, &r->sending, dry_run);
	for (size_t i = 0; i < r->outputs_n; i++)
		if (!r->outputs[i].written)
			show_warn(c->out, "%s could not be written: %s", r->outputs[i].path, r->outputs[i].why.text);
	for (size_t i = 0; i < look->items_n && i < SHOWN_MAX; i++)
		if (look->items[i].state != CTN_REPORT_OK && look->items[i].acknowledged == NULL)
			show_line(c->out, "%s  %s: %s  (%s)", look->items[i].stage, ctn_report_title(&look->items[i]), look->items[i].reason,
			    look->items[i].item);
	return r->incomplete ? 3 : 0;
}

static int
run(struct cmd *c)
{
	const struct run_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file, .accept_clock = a->accept_clock };
	ctn_run_args args = { .dry_run = a->dry_run, .no_renew = a->no_renew, .limit = CTN_LOOK_ITEMS_MAX };
	struct ctn_err e = { 0 };
	ctn_run_result result;
	struct progress progress;
	struct monitor m;
	bool ok;
	int status;

	progress_begin(&progress, c->out, "looking");
	ok = monitor_open(&m, c, &wish, &e) && monitor_reach(&m, c, &e);
	m.env.progress = progress_about;
	m.env.progress_ctx = &progress;
	ok = ok && ctn_monitor_run(&result, &m.env, &args, &e);
	progress_end(&progress);
	if (ok)
		status = show(c, &result, a->dry_run);
	else
		status = show_fail(c->out, &e);
	monitor_close(&m);
	return status;
}

static const struct opt opts[] = {
	{ .name = "no-renew", FLAG(run_args, no_renew), .help = "Renew nothing this time" },
	PASSPHRASE_ROW(run_args),
	ACCEPT_CLOCK_ROW(run_args),
	DRY_RUN_ROW(run_args),
	{ 0 },
};

const struct command monitor_run_command = {
	.name = "monitor run",
	.summary = "look, renew, tell who is to be told, remember",
	.about = "For cron and timers: whatever policies/monitor.yaml watches is looked at, what is due is renewed, and each channel is told what is new: "
		 "once a stage, again after `repeat`, and once when it is well again. The first run, and any with more than ten news, sends one "
		 "digest. What cannot be delivered is tried again by the next run; a run that was missed loses no stage.",
	.opts = opts,
	.args_size = sizeof(struct run_args),
	.examples = {
	    { "catena monitor run", "Once an hour, or once a day." },
	    { "catena monitor run --dry-run", "What would be sent now." },
	},
	.exits = { { 3, "a channel could not be reached, an item not be looked at, a renewal failed" } },
	.runs_commands = true,
	.run = run,
};
