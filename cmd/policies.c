#include "cmd/policies.h"

#include "ca/ca.h"
#include "cmd/home.h"

bool
policies_files(ctn_policy_file **files, size_t *n, struct cmd *c, struct ctn_err *e)
{
	ctn_ca unopened = { .arena = c->arena, .now_s = c->now_s };
	char *folder;

	if (!home_find(&unopened.env.home, c->globals.home, c->arena, e))
		return false;
	folder = ctn_ca_path(&unopened, "policies");
	if (folder == NULL)
		return ctn_fail_memory(e);
	if (!ctn_file_exists(folder)) {
		ctn_fail(e, CTN_ESTORE, "there are no policies at %s", folder);
		return ctn_hint(e, "catena init makes a home with some; -C DIR or CATENA_HOME names another");
	}
	return ctn_ca_policy_files(files, n, &unopened, e);
}
