/* Part of monitor/notice.h: what each channel is told. */
#include <string.h>

#include "hash/hash.h"
#include "monitor/channel.h"
#include "monitor/leaf.h"
#include "monitor/notice.h"
#include "store/home.h"
#include "store/notice.h"

/** One run's decisions. */
struct decision {
	const ctn_monitor_env *env;
	const ctn_items *items;
	ctn_home_row home;
	ctn_ca *ca;
};

bool
ctn_notice_id(const char **out, ctn_arena *a, struct ctn_err *e)
{
	uint8_t bytes[16];

	if (!ctn_random(bytes, sizeof bytes, e))
		return false;
	*out = ctn_arena_hex(a, (ctn_span){ bytes, sizeof bytes });
	return *out != NULL || ctn_fail_memory(e);
}

/* Items of an event */

static bool
gone_item(ctn_report_item *out, const ctn_news_row *news, struct ctn_err *e)
{
	(void)e;
	*out = (ctn_report_item){ .item = news->item, .kind = news->kind, .title = news->title, .state = CTN_REPORT_OK,
		.stage = ctn_stage_word(CTN_STAGE_OK), .reason = news->detail != NULL ? news->detail : "it is as it should be" };
	return true;
}

static bool
item_of(ctn_report_item *out, const struct decision *d, const ctn_news_row *news, struct ctn_err *e)
{
	const ctn_expiry_row leaf = { news->certificate_id, news->stage, news->ends_s };

	if (news->certificate_id != 0 && news->stage == CTN_STAGE_OK)
		return ctn_leaf_recovered(out, news->certificate_id, d->ca, d->ca->now_s, e);
	if (news->certificate_id != 0)
		return ctn_leaf_item(out, &leaf, d->ca, d->ca->now_s, e);
	for (size_t i = 0; i < d->items->n; i++) {
		if (strcmp(d->items->at[i].r.item, news->item) != 0)
			continue;
		*out = d->items->at[i].r;
		return true;
	}
	return gone_item(out, news, e);
}

/* Writing */

static const char *
stage_name(int stage)
{
	return ctn_stage_name((enum ctn_notice_stage)stage);
}

static bool
write_notice(const struct decision *d, const ctn_channel *channel, ctn_report_event *event, int stage, int64_t watch_id, struct ctn_err *e)
{
	CTN_OWN_BUF message = { 0 };
	ctn_notice_row row = { .channel = channel->name, .stage = stage, .item = event->digest ? NULL : event->items[0].item, .items = event->total,
		.written_s = d->ca->now_s };

	if (!ctn_notice_id(&row.stable_id, d->ca->arena, e))
		return false;
	event->id = row.stable_id;
	event->stage = stage_name(stage);
	event->home = d->ca->env.home;
	event->org = d->home.org;
	event->at_s = d->ca->now_s;
	if (!ctn_channel_compose(&message, channel, event, e))
		return ctn_wrap(e, "channel %s", channel->name);
	row.message = ctn_buf_view(&message);
	return ctn_store_notice_add(d->ca->store, &row, watch_id, e);
}

static bool
write_digest(const struct decision *d, const ctn_channel *channel, const ctn_news_count *count, const ctn_news_row *news, size_t n,
    struct ctn_err *e)
{
	ctn_report_item *items = ctn_arena_new(d->ca->arena, ctn_report_item, n);
	ctn_report_event event = { .digest = true, .repeated = count->repeated, .items = items, .items_n = n, .total = count->items };

	if (items == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < n; i++)
		if (!item_of(&items[i], d, &news[i], e))
			return false;
	return write_notice(d, channel, &event, count->stage, 0, e);
}

static bool
write_singles(const struct decision *d, const ctn_channel *channel, const ctn_news_row *news, size_t n, struct ctn_err *e)
{
	for (size_t i = 0; i < n; i++) {
		ctn_report_item item;
		ctn_report_event event = { .repeated = news[i].repeated, .items = &item, .items_n = 1, .total = 1 };

		if (!item_of(&item, d, &news[i], e) || !write_notice(d, channel, &event, news[i].stage, news[i].watch_id, e))
			return false;
	}
	return true;
}

static bool
tell_channel(const struct decision *d, const ctn_channel *channel, bool is_new, struct ctn_err *e)
{
	ctn_news_count count;
	ctn_news_row *news;
	bool digest;
	size_t n;

	if (!ctn_store_news_gather(&count, d->ca->store, channel->name, channel->stages, is_new, d->ca->now_s, e))
		return false;
	digest = is_new || count.items >= CTN_DIGEST_FROM;
	if (count.items > 0) {
		if (!ctn_store_news(&news, &n, d->ca->store, CTN_DIGEST_ITEMS_MAX, d->ca->arena, e))
			return false;
		if (digest ? !write_digest(d, channel, &count, news, n, e) : !write_singles(d, channel, news, n, e))
			return false;
	}
	if (is_new && !ctn_store_channel_add(d->ca->store, channel->name, d->ca->now_s, e))
		return false;
	return ctn_store_news_clear(d->ca->store, e);
}

/* Channels that came and went */

static bool
has_name(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool
is_channel(const ctn_monitor_policy *p, const char *name)
{
	for (size_t i = 0; i < p->channels_n; i++)
		if (strcmp(p->channels[i].name, name) == 0)
			return true;
	return false;
}

static bool
tell_channels(const struct decision *d, struct ctn_err *e)
{
	const ctn_monitor_policy *p = d->env->policy;
	const char **known;
	size_t n;

	if (!ctn_store_channels(&known, &n, d->ca->store, d->ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_channel(p, known[i]) && !ctn_store_channel_forget(d->ca->store, known[i], d->ca->now_s, e))
			return false;
	for (size_t i = 0; i < p->channels_n; i++)
		if (!tell_channel(d, &p->channels[i], !has_name(known, n, p->channels[i].name), e))
			return false;
	return true;
}

bool
ctn_notices_decide(const ctn_monitor_env *env, const ctn_items *items, const ctn_monitor_row *last, const char *except_kind, struct ctn_err *e)
{
	struct decision d = { .env = env, .items = items, .ca = env->ca };
	int64_t repeat_s = env->policy->repeat_s, now_s = env->ca->now_s;
	bool moved = last->has_run && last->repeat_s != repeat_s;

	return ctn_store_home_get(&d.home, d.ca->store, d.ca->arena, e) && ctn_store_news_begin(d.ca->store, now_s, repeat_s, moved, e) &&
	       tell_channels(&d, e) && ctn_store_news_end(d.ca->store, now_s, repeat_s, except_kind, e);
}
