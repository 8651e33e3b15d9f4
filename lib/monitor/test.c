#include "monitor/test.h"

#include <string.h>

#include "monitor/channel.h"
#include "monitor/notice.h"
#include "store/home.h"

static bool
fail_unknown(const ctn_monitor_policy *p, const char *name, ctn_arena *a, struct ctn_err *e)
{
	const char **names = ctn_arena_new(a, const char *, p->channels_n + 1);
	const char *near;

	if (names == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < p->channels_n; i++)
		names[i] = p->channels[i].name;
	near = ctn_word_nearest(name, names, p->channels_n);
	(void)ctn_fail(e, CTN_ENOTFOUND, "there is no channel '%.200s'", name);
	if (p->channels_n == 0)
		return ctn_hint(e, "policies/monitor.yaml has no notify");
	return near != NULL ? ctn_hint(e, "did you mean '%s'?", near) : ctn_hint(e, "there is %s", names[0]);
}

static bool
try_channel(ctn_channel_test *out, const ctn_monitor_env *env, const ctn_channel *channel, const ctn_home_row *home, struct ctn_err *e)
{
	const ctn_report_item item = { .item = "test", .kind = "test", .title = channel->name, .state = CTN_REPORT_OK, .stage = "ok",
		.reason = "this is a test: nothing is wrong" };
	ctn_report_event event = { .stage = "test", .home = env->ca->env.home, .org = home->org, .at_s = env->ca->now_s, .items = &item, .items_n = 1,
		.total = 1 };
	CTN_OWN_BUF message = { 0 };

	*out = (ctn_channel_test){ .channel = channel->name };
	if (!ctn_notice_id(&out->id, env->ca->arena, e))
		return false;
	event.id = out->id;
	if (!ctn_channel_compose(&message, channel, &event, e))
		return false;
	out->accepted = ctn_channel_deliver(env, channel, out->id, ctn_buf_view(&message), &out->why);
	return out->accepted || out->why.code != CTN_ENOMEM || ctn_fail_memory(e);
}

bool
ctn_monitor_test(ctn_channel_test **out, size_t *n, const ctn_monitor_env *env, const char *name, struct ctn_err *e)
{
	const ctn_monitor_policy *p = env->policy;
	ctn_home_row home;

	*n = 0;
	*out = ctn_arena_new(env->ca->arena, ctn_channel_test, p->channels_n + 1);
	if (*out == NULL)
		return ctn_fail_memory(e);
	if (!ctn_store_home_get(&home, env->ca->store, env->ca->arena, e))
		return false;
	for (size_t i = 0; i < p->channels_n; i++)
		if ((name == NULL || strcmp(name, p->channels[i].name) == 0) && !try_channel(&(*out)[(*n)++], env, &p->channels[i], &home, e))
			return false;
	return name == NULL || *n > 0 || fail_unknown(p, name, env->ca->arena, e);
}
