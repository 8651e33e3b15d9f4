/* Part of ca/renew.h: which certificates are due. */
#include "ca/renew.h"

#include "store/list.h"

#define UNKNOWN_WINDOW_S (30 * INT64_C(86400))

/* One profile's window. */
struct window {
	const char *profile;
	int64_t fixed_s; /* 0: a share of the lifetime */
	unsigned percent;
	int64_t max_s;   /* of the lifetime */
};

struct windows {
	struct window *at;
	size_t n;
	int64_t now_s;
	ctn_arena *arena;
	int64_t *ids;
	size_t ids_n, ids_cap;
};

static int64_t
window_s(const struct window *w, int64_t lifetime_s)
{
	if (w->fixed_s > 0)
		return w->fixed_s;
	return (lifetime_s < w->max_s ? lifetime_s : w->max_s) * w->percent / 100;
}

static bool
read_windows(struct windows *w, ctn_ca *ca, struct ctn_err *e)
{
	ctn_policy_errors errors;
	ctn_policy_file *files;
	ctn_policies policies;
	size_t n;

	if (!ctn_ca_policy_files(&files, &n, ca, e) || !ctn_policies_parse(&policies, &errors, files, n, ca->arena, e))
		return false;
	w->at = ctn_arena_new(ca->arena, struct window, policies.profiles_n + 1);
	if (w->at == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < policies.profiles_n; i++) {
		const ctn_profile *p = &policies.profiles[i];

		if (p->renew.window_s > 0 || (p->renew.window_percent > 0 && p->lifetime.max_s > 0))
			w->at[w->n++] = (struct window){ p->name, p->renew.window_s, p->renew.window_percent, p->lifetime.max_s };
	}
	return true;
}

static int64_t
longest(const struct windows *w)
{
	int64_t most = UNKNOWN_WINDOW_S;

	for (size_t i = 0; i < w->n; i++)
		if (window_s(&w->at[i], INT64_MAX) > most)
			most = window_s(&w->at[i], INT64_MAX);
	return most;
}

static bool
is_due(const struct windows *w, const ctn_cert_row *row)
{
	int64_t window = UNKNOWN_WINDOW_S;

	if (row->is_ca || row->superseded)
		return false;
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->at[i].profile, row->profile) == 0)
			window = window_s(&w->at[i], row->not_after - row->not_before + 1);
	return row->not_after - w->now_s < window;
}

static bool
look(void *ctx, const ctn_cert_row *row, struct ctn_err *e)
{
	struct windows *w = ctx;

	if (!is_due(w, row))
		return true;
	if (w->ids_n == w->ids_cap) {
		size_t cap = w->ids_cap == 0 ? 64 : w->ids_cap * 2;
		int64_t *ids = ctn_arena_new(w->arena, int64_t, cap);

		if (ids == NULL)
			return ctn_fail_memory(e);
		if (w->ids_n > 0)
			memcpy(ids, w->ids, w->ids_n * sizeof *ids);
		w->ids = ids;
		w->ids_cap = cap;
	}
	w->ids[w->ids_n++] = row->id;
	return true;
}

bool
ctn_ca_due(int64_t **ids, size_t *n, ctn_ca *ca, struct ctn_err *e)
{
	struct windows w = { .now_s = ca->now_s, .arena = ca->arena };
	ctn_list_filter f = { .now_s = ca->now_s, .since_s = INT64_MIN };
	uint64_t total;

	if (!read_windows(&w, ca, e))
		return false;
	f.expiring_before_s = ca->now_s + longest(&w) + 1;
	if (!ctn_store_list(&total, ca->store, &f, look, &w, e))
		return false;
	*ids = w.ids;
	*n = w.ids_n;
	return true;
}
