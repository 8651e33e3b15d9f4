#include <inttypes.h>

#include "base/time.h"
#include "cmd/pki.h"
#include "store/journal.h"

struct log_list_args {
	const char *since;
	int64_t limit;
};

static const struct log_list_args defaults = { .limit = 50 };

/* Rows are shown as they come: a log has no bound. */
struct listing {
	struct show *out;
	uint64_t n;
};

static void
show_leaf_json(ctn_json_out *j, const ctn_leaf_row *leaf)
{
	ctn_json_object(j, NULL);
	ctn_json_int(j, "index", (int64_t)leaf->index);
	ctn_json_time(j, "at", leaf->at_s);
	ctn_json_text(j, "act", leaf->act);
	ctn_json_text(j, "actor", leaf->actor);
	ctn_json_text(j, "what", leaf->what);
	ctn_json_hex(j, "leaf", (ctn_span){ leaf->hash.h, sizeof leaf->hash.h });
	ctn_json_close_object(j);
}

static bool
show_leaf(void *ctx, const ctn_leaf_row *leaf, struct ctn_err *e)
{
	struct listing *l = ctx;
	char at[32];

	l->n++;
	if (l->out->json) {
		show_leaf_json(show_json(l->out), leaf);
		return ctn_buf_ok(&l->out->body, e);
	}
	ctn_time_text(at, leaf->at_s);
	show_line(l->out, "%6" PRIu64 "  %s  %-10s  %s  (%s)", leaf->index, at, leaf->act != NULL ? leaf->act : "?", leaf->what,
	    leaf->actor != NULL ? leaf->actor : "?");
	return true;
}

static int
run(struct cmd *c)
{
	const struct log_list_args *a = c->args;
	struct pki_wish wish = { .read_only = true };
	struct listing l = { .out = c->out };
	int64_t since_s = INT64_MIN;
	struct ctn_err e = { 0 };
	CTN_OWN(pki) p = NULL;
	uint64_t size;

	if (a->since != NULL && !ctn_time_parse(&since_s, a->since, false, c->now_s, &e))
		return show_fail(c->out, &e);
	if (!pki_open(&p, c, &wish, &e) || !ctn_store_log_size(&size, p->ca->store, &e))
		return show_fail(c->out, &e);
	ctn_json_int(show_json(c->out), "size", (int64_t)size);
	ctn_json_array(show_json(c->out), "leaves");
	if (!ctn_store_log_list(p->ca->store, since_s, (uint64_t)a->limit, show_leaf, &l, &e))
		return show_fail(c->out, &e);
	ctn_json_close_array(show_json(c->out));
	if (l.n < size && a->since == NULL)
		show_note(c->out, "%" PRIu64 " of %" PRIu64 " acts; --limit 0 shows all", l.n, size);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "since", TIME(log_list_args, since), .help = "Only acts at this time or later" },
	{ .name = "limit", COUNT(log_list_args, limit, "N", 0, INT64_MAX), .help = "Show at most N acts, 0 for all (50 unless said)" },
	{ 0 },
};

const struct command log_list_command = {
	.name = "log list",
	.summary = "who did what, and when: newest first",
	.opts = opts,
	.args_size = sizeof(struct log_list_args),
	.defaults = &defaults,
	.examples = {
	    { "catena log list", "The newest 50 acts." },
	    { "catena log list --since 2026-01-01 --limit 0", "All acts of that day and later." },
	},
	.run = run,
};
