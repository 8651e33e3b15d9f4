#include "base/time.h"
#include "cmd/commands.h"
#include "cmd/monitor.h"
#include "monitor/ack.h"

#define CUSTOMARY_S (7 * INT64_C(86400))

struct ack_args {
	const char *item, *until, *why;
	bool clear, dry_run, accept_clock;
};

/* A duration from now, or a time. */
static bool
read_until(int64_t *until_s, const char *text, int64_t now_s, struct ctn_err *e)
{
	int64_t span;
	struct ctn_err ignored = { 0 };

	*until_s = now_s + CUSTOMARY_S;
	if (text == NULL)
		return true;
	if (ctn_duration_parse(&span, text, &ignored))
		*until_s = now_s + span;
	else if (!ctn_time_parse(until_s, text, true, now_s, e))
		return ctn_fail(e, CTN_EUSAGE, "--until: '%.80s' is neither a time nor a duration", text), ctn_hint(e, "as in 3d, or 2026-12-24");
	return *until_s > now_s || ctn_fail(e, CTN_EUSAGE, "--until: '%.80s' is over already", text);
}

static bool
read_args(ctn_ack_args *out, const struct ack_args *a, int64_t now_s, struct ctn_err *e)
{
	*out = (ctn_ack_args){ .item = a->item, .why = a->why, .clear = a->clear, .dry_run = a->dry_run };
	if (a->clear && (a->until != NULL || a->why != NULL))
		return ctn_fail(e, CTN_EUSAGE, "--clear goes with neither --until nor --why");
	if (!a->clear && (a->why == NULL || a->why[0] == '\0')) {
		(void)ctn_fail(e, CTN_EUSAGE, "--why is missing: whoever wonders at the silence will read it");
		return ctn_hint(e, "--why \"replaced on Thursday\"");
	}
	return read_until(&out->until_s, a->until, now_s, e);
}

static void
show(struct cmd *c, const ctn_ack_result *r, const ctn_ack_args *args)
{
	ctn_json_out *j = show_json(c->out);
	char until[32];

	ctn_time_text(until, args->until_s);
	ctn_json_text(j, "item", r->item);
	ctn_json_text(j, "title", r->title);
	if (args->dry_run)
		ctn_json_bool(j, "dry_run", true);
	if (args->clear) {
		show_line(c->out, "%s is not acknowledged any more", r->item);
		return;
	}
	ctn_json_text(j, "until", until);
	ctn_json_text(j, "why", args->why);
	show_line(c->out, "%s is silent until %s: %s", r->item, until, args->why);
}

static int
run(struct cmd *c)
{
	const struct ack_args *a = c->args;
	struct pki_wish wish = { .read_only = a->dry_run, .accept_clock = a->accept_clock };
	ctn_ack_result result = { 0 };
	struct ctn_err e = { 0 };
	ctn_ack_args args;
	struct monitor m = { 0 };
	int status = 0;

	if (read_args(&args, a, c->now_s, &e) && monitor_open(&m, c, &wish, &e) && ctn_monitor_ack(&result, &m.env, &args, &e)) {
		show(c, &result, &args);
	} else {
		for (size_t i = 0; i < result.candidates_n; i++)
			show_reason(c->out, "item", result.candidates[i], NULL, 0);
		status = show_fail(c->out, &e);
	}
	monitor_close(&m);
	return status;
}

static const struct opt opts[] = {
	{ .name = "ITEM", ARG(ack_args, item), .help = "As `catena monitor status` calls it, a path, an endpoint, or any selector of a certificate" },
	{ .name = "until", TEXT(ack_args, until, "TIME"), .help = "How long: a time, or a duration from now; 7d unless said" },
	{ .name = "why", TEXT(ack_args, why, "TEXT"), .help = "What is being done about it" },
	{ .name = "clear", FLAG(ack_args, clear), .help = "Take it back: what is not well is told again" },
	ACCEPT_CLOCK_ROW(ack_args),
	DRY_RUN_ROW(ack_args),
	{ 0 },
};

const struct command monitor_ack_command = {
	.name = "monitor ack",
	.summary = "somebody knows: no more notices until a date",
	.about = "Until then nobody is told of this item, whatever stage it comes to, and `catena monitor check` does not count it. Who did it, until when and "
		 "why is recorded, and shown by `catena monitor status`.",
	.opts = opts,
	.args_size = sizeof(struct ack_args),
	.examples = {
	    { "catena monitor ack web.internal.example --why \"replaced on Thursday\"", "A week of silence about a certificate." },
	    { "catena monitor ack home:crl:issuing --until 3d --why \"the CA is being moved\"", "Three days of it about a CRL." },
	    { "catena monitor ack web.internal.example --clear", "Told again." },
	},
	.exits = { { 2, "nothing, or more than one thing, is called ITEM" } },
	.run = run,
};
