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

struct ctn_windows {
	struct window *at;
	size_t n;
	int64_t now_s;
};

struct search {
	const ctn_windows *windows;
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

bool
ctn_ca_windows(const ctn_windows **out, ctn_ca *ca, struct ctn_err *e)
{
	ctn_windows *w = ctn_arena_new(ca->arena, ctn_windows, 1);
	ctn_policy_errors errors;
	ctn_policy_file *files;
	ctn_policies policies;
	size_t n;

	if (w == NULL)
		return ctn_fail_memory(e);
	if (!ctn_ca_policy_files(&files, &n, ca, e) || !ctn_policies_parse(&policies, &errors, files, n, ca->arena, e))
		return false;
	w->now_s = ca->now_s;
	w->at = ctn_arena_new(ca->arena, struct window, policies.profiles_n + 1);
	if (w->at == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < policies.profiles_n; i++) {
		const ctn_profile *p = &policies.profiles[i];

		if (p->renew.window_s > 0 || (p->renew.window_percent > 0 && p->lifetime.max_s > 0))
			w->at[w->n++] = (struct window){ p->name, p->renew.window_s, p->renew.window_percent, p->lifetime.max_s };
	}
	*out = w;
	return true;
}

static int64_t
longest(const ctn_windows *w)
{
	int64_t most = UNKNOWN_WINDOW_S;

	for (size_t i = 0; i < w->n; i++)
		if (window_s(&w->at[i], INT64_MAX) > most)
			most = window_s(&w->at[i], INT64_MAX);
	return most;
}

bool
ctn_windows_cover(const ctn_windows *w, const ctn_cert_row *row)
{
	int64_t window = UNKNOWN_WINDOW_S;

	if (row->is_ca)
		return false;
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->at[i].profile, row->profile) == 0)
			window = window_s(&w->at[i], row->not_after - row->not_before + 1);
	return row->not_after - w->now_s < window;
}

static bool
look(void *ctx, const ctn_cert_row *row, struct ctn_err *e)
{
	struct search *s = ctx;

	if (row->superseded || !ctn_windows_cover(s->windows, row))
		return true;
	if (s->ids_n == s->ids_cap) {
		size_t cap = s->ids_cap == 0 ? 64 : s->ids_cap * 2;
		int64_t *ids = ctn_arena_new(s->arena, int64_t, cap);

		if (ids == NULL)
			return ctn_fail_memory(e);
		if (s->ids_n > 0)
			memcpy(ids, s->ids, s->ids_n * sizeof *ids);
		s->ids = ids;
		s->ids_cap = cap;
	}
	s->ids[s->ids_n++] = row->id;
	return true;
}

bool
ctn_ca_due(int64_t **ids, size_t *n, ctn_ca *ca, struct ctn_err *e)
{
	struct search s = { .arena = ca->arena };
	ctn_list_filter f = { .now_s = ca->now_s, .since_s = INT64_MIN };
	uint64_t total;

	if (!ctn_ca_windows(&s.windows, ca, e))
		return false;
	f.expiring_before_s = ca->now_s + longest(s.windows) + 1;
	if (!ctn_store_list(&total, ca->store, &f, look, &s, e))
		return false;
	*ids = s.ids;
	*n = s.ids_n;
	return true;
}
