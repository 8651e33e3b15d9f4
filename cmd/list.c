#include <inttypes.h>
#include <string.h>

#include "base/csv.h"
#include "base/time.h"
#include "cmd/commands.h"
#include "cmd/record.h"
#include "store/authority.h"
#include "store/list.h"

struct list_args {
	const char *status, *profile, *ca, *name, *owner, *since, *sort;
	int64_t expiring_s, limit;
	bool csv;
};

static const char *const statuses[] = { "valid", "expired", "revoked", "held", "intended", NULL };
static const enum ctn_list_status status_of[] = { CTN_LIST_VALID, CTN_LIST_EXPIRED, CTN_LIST_REVOKED, CTN_LIST_HELD, CTN_LIST_INTENDED };
static const char *const sorts[] = { "newest", "not_after", "not_before", "subject", "serial", NULL };
static const enum ctn_list_sort sort_of[] = { CTN_SORT_NEWEST, CTN_SORT_NOT_AFTER, CTN_SORT_NOT_BEFORE, CTN_SORT_SUBJECT, CTN_SORT_SERIAL };

/* Rows come one at a time; nothing of them is kept. */
struct listing {
	struct cmd *c;
	int64_t now_s;
	uint64_t shown;
	bool csv;
};

static bool
show_csv(struct listing *l, const ctn_cert_row *row, struct ctn_err *e)
{
	CTN_OWN_BUF out = { 0 };
	CTN_OWN_BUF names = { 0 };
	CTN_OWN_BUF hex = { 0 };
	CTN_OWN_BUF digest = { 0 };
	CTN_OWN_BUF owner = { 0 };
	char begin[32], end[32];

	record_names(&names, row, " ");
	ctn_buf_hex(&hex, row->serial);
	if (row->issued)
		ctn_buf_hex(&digest, (ctn_span){ row->sha256, sizeof row->sha256 });
	if (row->owner != NULL)
		ctn_buf_printable(&owner, ctn_span_text(row->owner));
	ctn_time_text(begin, row->not_before);
	ctn_time_text(end, row->not_after);
	const char *fields[] = { ctn_buf_cstr(&hex), ctn_buf_cstr(&digest), row->subject, ctn_buf_cstr(&names), row->profile, row->authority,
		ctn_cert_status(row, l->now_s), begin, end, ctn_buf_cstr(&owner) };

	ctn_csv_row(&out, fields, sizeof fields / sizeof fields[0]);
	if (!ctn_buf_ok(&hex, e) || !ctn_buf_ok(&names, e) || !ctn_buf_ok(&digest, e) || !ctn_buf_ok(&owner, e) ||
	    !ctn_buf_ok(&out, e))
		return false;
	show_raw(l->c->out, ctn_buf_view(&out));
	return true;
}

static bool
show_text(struct listing *l, const ctn_cert_row *row, struct ctn_err *e)
{
	CTN_OWN_BUF names = { 0 };
	CTN_OWN_BUF hex = { 0 };
	char end[32];

	record_names(&names, row, ", ");
	if (names.n == 0)
		ctn_buf_text(&names, row->subject);
	ctn_buf_hex(&hex, row->serial);
	ctn_time_text(end, row->not_after);
	if (ctn_buf_cstr(&hex) == NULL || ctn_buf_cstr(&names) == NULL)
		return ctn_fail_memory(e);
	show_line(l->c->out, "%-8s  %.10s  %-12s  %-40s  %s", ctn_cert_status(row, l->now_s), end, row->profile, ctn_buf_cstr(&hex),
	    ctn_buf_cstr(&names));
	return true;
}

static bool
show_row(void *ctx, const ctn_cert_row *row, struct ctn_err *e)
{
	struct listing *l = ctx;
	ctn_json_out *j = show_json(l->c->out);

	l->shown++;
	if (l->csv)
		return show_csv(l, row, e);
	if (!l->c->out->json)
		return show_text(l, row, e);
	ctn_json_object(j, NULL);
	record_members(j, row, l->now_s);
	ctn_json_close_object(j);
	show_flush(l->c->out);
	return true;
}

static void
show_heading(struct listing *l)
{
	static const char *const fields[] = { "serial", "sha256", "subject", "names", "profile", "authority", "status", "not_before", "not_after",
		"owner" };
	CTN_OWN_BUF out = { 0 };

	if (l->csv) {
		ctn_csv_row(&out, fields, sizeof fields / sizeof fields[0]);
		show_raw(l->c->out, ctn_buf_view(&out));
		return;
	}
	show_line(l->c->out, "%-8s  %-10s  %-12s  %-40s  %s", "STATUS", "ENDS", "PROFILE", "SERIAL", "NAMES");
	ctn_json_array(show_json(l->c->out), "certificates");
}

static size_t
index_of(const char *word, const char *const *words)
{
	size_t i = 0;

	while (strcmp(word, words[i]) != 0)
		i++;
	return i;
}

static bool
read_filter(ctn_list_filter *f, const struct list_args *a, const pki *p, struct ctn_err *e)
{
	ctn_issuer_key_row key;

	*f = (ctn_list_filter){ .now_s = p->ca->now_s, .profile = a->profile, .authority = a->ca, .name_glob = a->name, .owner = a->owner,
		.since_s = INT64_MIN, .limit = (uint64_t)a->limit };
	if (a->csv && p->c->out->json)
		return ctn_fail(e, CTN_EUSAGE, "--csv and --json exclude each other");
	if (a->status != NULL)
		f->status = status_of[index_of(a->status, statuses)];
	if (a->sort != NULL)
		f->sort = sort_of[index_of(a->sort, sorts)];
	if (a->expiring_s > 0)
		f->expiring_before_s = p->ca->now_s + a->expiring_s;
	if (a->since != NULL && !ctn_time_parse(&f->since_s, a->since, false, p->ca->now_s, e))
		return ctn_wrap(e, "--since");
	return a->ca == NULL || ctn_store_issuer_key_of(&key, p->ca->store, a->ca, p->ca->arena, e) || ctn_wrap(e, "--ca");
}

static int
run(struct cmd *c)
{
	const struct list_args *a = c->args;
	struct pki_wish wish = { .read_only = true };
	CTN_OWN(pki) p = NULL;
	struct listing l = { .c = c, .csv = a->csv };
	struct ctn_err e = { 0 };
	ctn_list_filter f;
	uint64_t total;
	bool ok;

	if (!pki_open(&p, c, &wish, &e) || !read_filter(&f, a, p, &e))
		return show_fail(c->out, &e);
	l.now_s = f.now_s;
	show_heading(&l);
	ok = ctn_store_list(&total, p->ca->store, &f, show_row, &l, &e);
	ctn_json_close_array(show_json(c->out));
	if (!ok)
		return show_fail(c->out, &e);
	ctn_json_int(show_json(c->out), "total", (int64_t)total);
	if (l.shown < total)
		show_note(c->out, "%" PRIu64 " of %" PRIu64 " shown", l.shown, total);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "status", TEXT(list_args, status, "S"), .one_of = statuses, .help = "Only those: valid, expired, revoked, held or intended" },
	{ .name = "profile", TEXT(list_args, profile, "P"), .help = "Only those of this profile" },
	{ .name = "ca", TEXT(list_args, ca, "NAME"), .help = "Only those of this authority" },
	{ .name = "name", TEXT(list_args, name, "GLOB"), .help = "Only those with a name like this, such as '*.internal.example'" },
	{ .name = "owner", TEXT(list_args, owner, "WHO"), .help = "Only those of this owner" },
	{ .name = "expiring", DURATION(list_args, expiring_s, "T"), .min = 1, .help = "Only those that are live and end within T, such as 30d" },
	{ .name = "since", TIME(list_args, since), .help = "Only those issued since then" },
	{ .name = "sort", TEXT(list_args, sort, "KEY"), .one_of = sorts, .help = "By newest (unless said), not_after, not_before, subject or serial" },
	{ .name = "limit", COUNT(list_args, limit, "N", 1, INT64_MAX), .help = "At most N of them" },
	{ .name = "csv", FLAG(list_args, csv), .help = "Comma-separated values with a heading" },
	{ 0 },
};

const struct command list_command = {
	.name = "list",
	.summary = "list the certificates of this home",
	.about = "Newest first, authorities' own certificates among them. Filters narrow each other down. In --json, total counts all that match, also those "
		 "past --limit.",
	.opts = opts,
	.args_size = sizeof(struct list_args),
	.examples = {
	    { "catena list --status valid --name '*.internal.example'", "Everything live in that domain." },
	    { "catena list --expiring 30d --sort not_after", "What ends within thirty days, the first to end first." },
	    { "catena list --csv", "All of it, for a spreadsheet." },
	},
	.run = run,
};
