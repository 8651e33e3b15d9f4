/* Part of monitor/notice.h: delivery. */
#include <string.h>

#include "monitor/channel.h"
#include "monitor/notice.h"
#include "store/notice.h"

static bool
grow(ctn_sending *out, size_t more, ctn_arena *a, struct ctn_err *e)
{
	size_t cap = (out->sent_n + more) * 2;
	ctn_sent *sent;

	if (out->sent_n + more <= out->sent_cap)
		return true;
	sent = ctn_arena_new(a, ctn_sent, cap);
	if (sent == NULL)
		return ctn_fail_memory(e);
	if (out->sent_n > 0)
		memcpy(sent, out->sent, out->sent_n * sizeof *sent);
	out->sent = sent;
	out->sent_cap = cap;
	return true;
}

/* The items are asked for before the notice is marked: what recovered is forgotten then. */
static bool
list(ctn_sending *out, const ctn_notice_row *notice, ctn_ca *ca, struct ctn_err *e)
{
	ctn_notice_item *items;
	size_t n;

	if (!ctn_store_notice_items(&items, &n, ca->store, notice->id, CTN_SENT_ITEMS_MAX, ca->arena, e) || !grow(out, n, ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++)
		out->sent[out->sent_n++] = (ctn_sent){ notice->stable_id, items[i].item, ctn_stage_name((enum ctn_notice_stage)items[i].stage),
			notice->channel, notice->item == NULL };
	return true;
}

static bool
fail_channel(ctn_sending *out, const ctn_channel *channel, const ctn_notice_row *notice, const struct ctn_err *why, ctn_ca *ca, struct ctn_err *e)
{
	ctn_unsent *u = &out->unsent[out->unsent_n++];

	u->channel = channel->name;
	u->why = ctn_arena_text(ca->arena, why->text);
	if (u->why == NULL)
		return ctn_fail_memory(e);
	return ctn_store_notice_failed(ca->store, notice->id, u->why, e);
}

static bool
send_channel(ctn_sending *out, const ctn_monitor_env *env, const ctn_channel *channel, bool dry, struct ctn_err *e)
{
	ctn_notice_row notice = { 0 };
	struct ctn_err why = { 0 };
	ctn_ca *ca = env->ca;
	bool found;

	for (;;) {
		if (!ctn_store_notice_next(&notice, &found, ca->store, channel->name, ca->arena, e))
			return false;
		if (!found)
			return true;
		if (env->progress != NULL)
			env->progress(env->progress_ctx, "sending", 0, 0);
		if (!dry && !ctn_channel_deliver(env, channel, notice.stable_id, notice.message, &why))
			return fail_channel(out, channel, &notice, &why, ca, e);
		if (!list(out, &notice, ca, e) || (!dry && !ctn_store_notice_delivered(ca->store, notice.id, ca->now_s, e)))
			return false;
	}
}

bool
ctn_notices_send(ctn_sending *out, const ctn_monitor_env *env, bool dry, struct ctn_err *e)
{
	const ctn_monitor_policy *p = env->policy;

	*out = (ctn_sending){ .unsent = ctn_arena_new(env->ca->arena, ctn_unsent, p->channels_n + 1) };
	if (out->unsent == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < p->channels_n; i++)
		if (!send_channel(out, env, &p->channels[i], dry, e))
			return false;
	return true;
}
