#include "monitor/exchange.h"

static bool
each(const ctn_exchange *s, bool (*step)(const ctn_spot *at, struct ctn_err *e), struct ctn_err *e)
{
	for (size_t i = 0; i < s->n; i++)
		if (!step(&s->at[i], e))
			return false;
	return true;
}

bool
ctn_exchange_lock(const ctn_exchange *s, struct ctn_err *e)
{
	return each(s, ctn_spot_lock, e);
}

bool
ctn_exchange_is_begun(const ctn_exchange *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (ctn_spot_has(&s->at[i], CTN_SPOT_OLD))
			return true;
	return false;
}

bool
ctn_exchange_do(const ctn_exchange *s, struct ctn_err *e)
{
	struct ctn_err also = { 0 };

	if (!each(s, ctn_spot_keep, e) || !each(s, ctn_spot_sync, e)) {
		ctn_exchange_done(s);
		return false;
	}
	if (each(s, ctn_spot_switch, e) && each(s, ctn_spot_sync, e))
		return true;
	if (!ctn_exchange_undo(s, &also))
		(void)ctn_wrap(e, "%s, and before that", also.text);
	return false;
}

bool
ctn_exchange_undo(const ctn_exchange *s, struct ctn_err *e)
{
	return each(s, ctn_spot_unswitch, e) && each(s, ctn_spot_sync, e) && each(s, ctn_spot_restore, e) && each(s, ctn_spot_sync, e);
}

void
ctn_exchange_done(const ctn_exchange *s)
{
	struct ctn_err ignored = { 0 };

	for (size_t i = 0; i < s->n; i++)
		ctn_spot_done(&s->at[i]);
	(void)!each(s, ctn_spot_sync, &ignored);
}
