/* YAML text of any kind: it is refused or read, within its limits. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "yaml/yaml.h"

static void
walk(const ctn_yaml *v, unsigned depth)
{
	size_t n = 0;

	if (depth > CTN_YAML_DEPTH || v->line == 0 || v->column == 0 || v->text == NULL)
		abort();
	for (const ctn_yaml *in = v->first; in != NULL; in = in->next, n++) {
		if ((in->key != NULL) != (v->kind == CTN_YAML_MAP))
			abort();
		walk(in, depth + 1);
	}
	if (n != v->n)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_yaml_errors errors = { .arena = a };
	const ctn_yaml *root = NULL;
	struct ctn_err e = { 0 };

	if (a == NULL || !ctn_yaml_parse(&root, &errors, (ctn_span){ data, size }, a, &e))
		return 0;
	if (root == NULL && errors.n == 0)
		abort();
	if (root != NULL)
		walk(root, 0);
	return 0;
}
