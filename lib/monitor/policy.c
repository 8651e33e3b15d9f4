#include "monitor/policy.h"

#include "base/file.h"
#include "yaml/yaml.h"

#define SHOWN "policies/monitor.yaml"

static bool
fail_first(const ctn_policy_errors *errors, struct ctn_err *e)
{
	const ctn_policy_error *first = &errors->at[0];

	(void)ctn_fail(e, CTN_EINPUT, "%s:%u:%u: %s", first->where.file, first->where.line, first->where.column, first->text);
	return first->hint != NULL ? ctn_hint(e, "%s", first->hint) : ctn_hint(e, "catena policy check shows all errors");
}

bool
ctn_monitor_policy_load(ctn_monitor_policy *out, ctn_ca *ca, struct ctn_err *e)
{
	CTN_OWN_BUF text = { 0 };
	const char *path = ctn_ca_path(ca, SHOWN);
	ctn_policy_file file = { .name = "monitor.yaml", .shown = SHOWN };
	ctn_policy_errors errors;

	if (path == NULL)
		return ctn_fail_memory(e);
	if (!ctn_file_exists(path))
		return ctn_monitor_policy_parse(out, &errors, NULL, ca->arena, e);
	/* one octet more than a policy may have: its reader says so, with file and line */
	if (!ctn_file_read_head(&text, path, CTN_YAML_MAX + 1, CTN_FILE_OWN, e))
		return false;
	file.text = (ctn_span){ ctn_arena_copy(ca->arena, text.p, text.n), text.n };
	if (file.text.p == NULL && text.n > 0)
		return ctn_fail_memory(e);
	if (!ctn_monitor_policy_parse(out, &errors, &file, ca->arena, e))
		return false;
	return errors.n == 0 || fail_first(&errors, e);
}
