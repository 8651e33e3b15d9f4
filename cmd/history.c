#include <string.h>

#include "base/time.h"
#include "cmd/commands.h"
#include "cmd/record.h"
#include "cmd/see.h"
#include "store/journal.h"
#include "store/list.h"
#include "store/revocation.h"
#include "x509/crl.h"

struct history_args {
	const char *selector;
};

struct telling {
	pki *p;
	struct see see;
};

/* A request's names are kept one a line. */
static void
show_asked(struct telling *t, const char *names)
{
	struct see_words words;

	see_words_open(&words, &t->see, "names", "Asked for");
	while (*names != '\0') {
		size_t n = strcspn(names, "\n");
		char *one = ctn_arena_text_n(t->p->c->arena, names, n);

		if (one != NULL)
			see_word(&words, one);
		names += n + (names[n] == '\n');
	}
	see_words_close(&words);
}

static bool
show_request(struct telling *t, const ctn_cert_row *row, struct ctn_err *e)
{
	ctn_request_row r;
	char lifetime[24];

	if (!ctn_store_request(&r, t->p->ca->store, row->request_id, t->p->ca->arena, e))
		return false;
	see_open(&t->see, "request", "Request");
	see_text(&t->see, "kind", "Kind", r.kind);
	see_time(&t->see, "at", "At", r.at_s);
	see_text(&t->see, "actor", "By", r.actor);
	show_asked(t, r.names);
	if (r.lifetime_s > 0) {
		ctn_duration_text(lifetime, r.lifetime_s);
		see_text(&t->see, "lifetime", "Lifetime", lifetime);
	}
	see_bool(&t->see, "csr", "With a CSR", r.csr.n > 0);
	see_text(&t->see, "owner", "Owner", r.owner);
	see_text(&t->see, "note", "Note", r.note);
	see_text(&t->see, "decision", "Decision", r.allowed ? "allow" : "deny");
	see_close(&t->see);
	return true;
}

static bool
show_events(struct telling *t, const ctn_cert_row *row, struct ctn_err *e)
{
	ctn_json_out *j = show_json(t->see.out);
	ctn_leaf_row *leaves;
	size_t n;

	if (!ctn_store_log_of_cert(&leaves, &n, t->p->ca->store, row->id, t->p->ca->arena, e))
		return false;
	see_array(&t->see, "events", "Events");
	for (size_t i = 0; i < n; i++) {
		char at[32];

		ctn_time_text(at, leaves[i].at_s);
		ctn_json_object(j, NULL);
		ctn_json_text(j, "at", at);
		ctn_json_text(j, "act", leaves[i].act);
		ctn_json_text(j, "actor", leaves[i].actor);
		ctn_json_int(j, "log_index", (int64_t)leaves[i].index);
		ctn_json_close_object(j);
		see_line(&t->see, "%s  %-8s  %s  (log %llu)", at, leaves[i].act, leaves[i].actor, (unsigned long long)leaves[i].index);
	}
	see_array_close(&t->see);
	return true;
}

static bool
show_revocations(struct telling *t, const ctn_cert_row *row, struct ctn_err *e)
{
	ctn_revocation_row *rows;
	size_t n;

	if (!ctn_store_revocations(&rows, &n, t->p->ca->store, row->id, t->p->ca->arena, e))
		return false;
	if (n == 0)
		return true;
	ctn_json_array(show_json(t->see.out), "revocations");
	for (size_t i = n; i-- > 0;) {
		see_open(&t->see, NULL, "Revocation");
		see_text(&t->see, "reason", "Reason", ctn_crl_reason_name(rows[i].reason));
		see_time(&t->see, "at", "At", rows[i].revoked_at);
		if (rows[i].invalid_since != INT64_MIN)
			see_time(&t->see, "compromised_since", "Compromised since", rows[i].invalid_since);
		if (rows[i].lifted_at != INT64_MIN)
			see_time(&t->see, "lifted_at", "Lifted at", rows[i].lifted_at);
		see_close(&t->see);
	}
	ctn_json_close_array(show_json(t->see.out));
	return true;
}

static bool
show_one(struct telling *t, const ctn_cert_row *row, struct ctn_err *e)
{
	char *title = ctn_cert_row_title(row, t->see.now_s, t->p->c->arena);
	bool ok;

	if (title == NULL)
		return ctn_fail_memory(e);
	see_open(&t->see, NULL, title);
	record_members(show_json(t->see.out), row, t->see.now_s);
	ok = show_request(t, row, e) && show_events(t, row, e) && show_revocations(t, row, e);
	see_close(&t->see);
	return ok;
}

static bool
show_all(struct telling *t, const ctn_cert_row *newest, struct ctn_err *e)
{
	ctn_cert_row *rows;
	size_t n;

	if (!ctn_store_certs_of_lineage(&rows, &n, t->p->ca->store, newest->lineage, t->p->ca->arena, e))
		return false;
	ctn_json_array(show_json(t->see.out), "certificates");
	for (size_t i = n; i-- > 0;)
		if (!show_one(t, &rows[i], e))
			return false;
	ctn_json_close_array(show_json(t->see.out));
	return true;
}

static int
run(struct cmd *c)
{
	const struct history_args *a = c->args;
	struct pki_wish wish = { .read_only = true };
	CTN_OWN(pki) p = NULL;
	struct telling t = { .see = { .out = c->out, .now_s = c->now_s } };
	struct ctn_err e = { 0 };
	ctn_cert_row row;

	if (!pki_open(&p, c, &wish, &e))
		return show_fail(c->out, &e);
	t.p = p;
	if (!record_pick_one(&row, p, a->selector, &e) || !show_all(&t, &row, &e))
		return show_fail(c->out, &e);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "SELECTOR", ARG(history_args, selector), .help = "Serial, SHA-256 fingerprint, certificate file, or a name" },
	{ 0 },
};

const struct command history_command = {
	.name = "history",
	.summary = "a certificate's lineage: requests, renewals, revocations",
	.about = "Oldest first. Every event stands in the log under its index.",
	.opts = opts,
	.args_size = sizeof(struct history_args),
	.examples = { { "catena history web.internal.example", "From its first request to its last renewal." } },
	.run = run,
};
