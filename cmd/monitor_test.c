#include "cmd/commands.h"
#include "cmd/monitor.h"
#include "monitor/test.h"

struct test_args {
	const char *channel;
};

static int
show(struct cmd *c, const ctn_channel_test *tests, size_t n)
{
	ctn_json_out *j = show_json(c->out);
	int status = 0;

	ctn_json_array(j, "channels");
	for (size_t i = 0; i < n; i++) {
		const ctn_channel_test *t = &tests[i];

		ctn_json_object(j, NULL);
		ctn_json_text(j, "channel", t->channel);
		ctn_json_text(j, "id", t->id);
		ctn_json_bool(j, "accepted", t->accepted);
		if (!t->accepted)
			ctn_json_text(j, "text", t->why.text);
		ctn_json_close_object(j);
		show_line(c->out, "%s: %s%s", t->channel, t->accepted ? "accepted" : "failed: ", t->accepted ? "" : t->why.text);
		if (!t->accepted)
			status = 3;
	}
	ctn_json_close_array(j);
	if (n == 0)
		show_line(c->out, "policies/monitor.yaml has no channels: nobody would be told");
	return status;
}

static int
run(struct cmd *c)
{
	const struct test_args *a = c->args;
	struct pki_wish wish = { .read_only = true };
	struct ctn_err e = { 0 };
	ctn_channel_test *tests;
	struct monitor m;
	int status;
	size_t n;

	if (monitor_open(&m, c, &wish, &e) && monitor_reach(&m, c, &e) && ctn_monitor_test(&tests, &n, &m.env, a->channel, &e))
		status = show(c, tests, n);
	else
		status = show_fail(c->out, &e);
	monitor_close(&m);
	return status;
}

static const struct opt opts[] = {
	{ .name = "channel", TEXT(test_args, channel, "NAME"), .help = "Only this one" },
	{ 0 },
};

const struct command monitor_test_command = {
	.name = "monitor test",
	.summary = "send every channel a test",
	.about = "Each channel of policies/monitor.yaml gets a message that says that nothing is wrong, whatever stages it wants. Nothing is recorded.",
	.opts = opts,
	.args_size = sizeof(struct test_args),
	.examples = {
	    { "catena monitor test", "Which channels took it, and why the others did not." },
	},
	.exits = { { 3, "a channel did not take it" } },
	.runs_commands = true,
	.run = run,
};
