#include "report/event.h"

#include <string.h>

static const struct {
	const char *name;
	int weight; /* unknown is worse than ok, and a warning that is certain is worse than that */
} states[] = {
	[CTN_REPORT_OK] = { "ok", 0 },
	[CTN_REPORT_WARNING] = { "warning", 2 },
	[CTN_REPORT_CRITICAL] = { "critical", 3 },
	[CTN_REPORT_UNKNOWN] = { "unknown", 1 },
};

const char *
ctn_report_state_name(enum ctn_report_state s)
{
	return states[s].name;
}

enum ctn_report_state
ctn_report_worse(enum ctn_report_state a, enum ctn_report_state b)
{
	return states[b].weight > states[a].weight ? b : a;
}

bool
ctn_report_is_leaf(const ctn_report_item *item)
{
	return item->kind != NULL && strcmp(item->kind, "certificate") == 0;
}
