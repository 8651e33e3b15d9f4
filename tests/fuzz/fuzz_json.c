/* JSON in: any bytes; whatever parses is walked by every getter. */
#include <stddef.h>
#include <stdint.h>

#include "json/json.h"

static void
walk(const ctn_json_node *n, unsigned depth)
{
	static const char *const keys[] = { "names", "items", NULL };
	struct ctn_err e = { 0 };
	ctn_json_node below;
	const char *text;
	int64_t number;
	bool yes;

	(void)!ctn_json_only(n, keys, &e);
	(void)!ctn_json_get_text(&text, n, "names", &e);
	(void)!ctn_json_get_int(&number, n, "names", 0, 10, &e);
	(void)!ctn_json_get_bool(&yes, n, "names", &e);
	for (size_t i = 0; i < ctn_json_length(n) && i < 8; i++) {
		(void)!ctn_json_item_text(&text, n, i, &e);
		if (depth > 0 && ctn_json_item_object(&below, n, i, &e))
			walk(&below, depth - 1);
	}
	if (depth > 0 && ctn_json_get_object(&below, n, "names", &e))
		walk(&below, depth - 1);
	if (depth > 0 && ctn_json_get_list(&below, NULL, n, "items", &e))
		walk(&below, depth - 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	CTN_OWN(ctn_json) j = NULL;
	struct ctn_err e = { 0 };
	ctn_json_node root;

	if (!ctn_json_parse(&j, (ctn_span){ p, n }, 65536, &e))
		return 0;
	root = ctn_json_root(j);
	walk(&root, CTN_JSON_DEPTH_MAX);
	return 0;
}
