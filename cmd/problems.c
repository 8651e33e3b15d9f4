#include "cmd/problems.h"

#include <inttypes.h>

void
problems_show(struct show *out, const char *key, const char *label, const ctn_problems *p)
{
	ctn_json_out *j = show_json(out);

	ctn_json_array(j, key);
	for (size_t i = 0; i < p->n; i++) {
		ctn_json_object(j, NULL);
		ctn_json_text(j, "where", p->rows[i].where);
		ctn_json_text(j, "text", p->rows[i].text);
		ctn_json_close_object(j);
		show_line(out, "%s: %s: %s", label, p->rows[i].where, p->rows[i].text);
	}
	ctn_json_close_array(j);
	if (p->found > p->n)
		show_warn(out, "%" PRIu64 " more of these are not shown", p->found - p->n);
}
