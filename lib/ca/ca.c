#include "ca/ca.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/time.h"
#include "store/highwater.h"
#include "store/home.h"
#include "yaml/yaml.h"

char *
ctn_ca_path(const ctn_ca *ca, const char *sub)
{
	return ctn_arena_printf(ca->arena, "%s/%s", ca->env.home, sub);
}

/* The mint asks for existing keys only. */
static bool
existing_passphrase(void *ctx, const char *authority, ctn_secret *out, struct ctn_err *e)
{
	const ctn_ca *ca = ctx;

	return ca->env.passphrase(ca->env.ctx, authority, false, out, e);
}

static bool
remember_database(ctn_ca *ca, const char *database, struct ctn_err *e)
{
	struct stat st;

	if (stat(database, &st) != 0)
		return ctn_fail_errno(e, CTN_ESTORE, "%s", database);
	ca->device = (uint64_t)st.st_dev;
	ca->inode = (uint64_t)st.st_ino;
	return true;
}

static bool
open_parts(ctn_ca *ca, struct ctn_err *e)
{
	char *database = ctn_ca_path(ca, "catena.db");

	if (database == NULL)
		return ctn_fail_memory(e);
	if (!ctn_file_exists(database)) {
		ctn_fail(e, CTN_ESTORE, "there is no home at %s", ca->env.home);
		return ctn_hint(e, "catena init makes one; -C DIR or CATENA_HOME names another");
	}
	if (!ctn_dir_is_local(ca->env.home, e) || !remember_database(ca, database, e) ||
	    !ctn_store_open(&ca->store, database, ca->env.wait_s, ca->env.read_only, e))
		return false;
	return ctn_mint_open(&ca->mint, ca->store, ca->env.home, existing_passphrase, ca, e);
}

bool
ctn_ca_open(ctn_ca **out, const ctn_ca_env *env, struct ctn_err *e)
{
	CTN_OWN(ctn_ca) ca = ctn_new(ctn_ca, 1);

	if (ca == NULL || (ca->arena = ctn_arena_open(CTN_CA_ARENA_MAX)) == NULL)
		return ctn_fail_memory(e);
	ca->env = *env;
	ca->now_s = env->clock(env->ctx);
	ca->act = (ctn_act){ .at_s = ca->now_s, .actor = env->actor };
	if (!open_parts(ca, e))
		return false;
	*out = CTN_TAKE(ca);
	return true;
}

void
ctn_ca_close(ctn_ca *ca)
{
	if (ca == NULL)
		return;
	ctn_mint_close(ca->mint);
	ctn_store_close(ca->store);
	ctn_arena_close(ca->arena);
	ctn_free(ca);
}

bool
ctn_ca_begin_act(ctn_ca *ca, struct ctn_err *e)
{
	char now[32], last[32], detail[96];
	int64_t last_s;

	if (!ctn_store_last_act(&last_s, ca->store, e))
		return false;
	if (last_s == INT64_MIN || ca->now_s >= last_s - CTN_CLOCK_SLACK_S || ca->clock_accepted)
		return true;
	ctn_time_text(now, ca->now_s);
	ctn_time_text(last, last_s);
	if (!ca->env.accept_clock) {
		ctn_fail(e, CTN_ECLOCK, "the clock says %s, but this home's last act was at %s", now, last);
		return ctn_hint(e, "set the clock; if it is right and the last act was not, run it again with --accept-clock (it is logged)");
	}
	(void)snprintf(detail, sizeof detail, "%s after %s", now, last);
	ca->clock_accepted = true;
	return ctn_store_event(ca->store, "clock-accepted", 0, detail, &ca->act, e);
}

bool
ctn_ca_still_here(const ctn_ca *ca, struct ctn_err *e)
{
	char *path = ctn_ca_path(ca, "catena.db");
	struct stat st;

	if (path == NULL)
		return ctn_fail_memory(e);
	if (stat(path, &st) == 0 && (uint64_t)st.st_dev == ca->device && (uint64_t)st.st_ino == ca->inode)
		return true;
	ctn_fail(e, CTN_ESTORE, "a backup was restored in this home's place meanwhile: what was done here is not in it");
	return ctn_hint(e, "run it again");
}

bool
ctn_ca_end_act(ctn_ca *ca, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN_LOCK lock = { -1 };
	ctn_highwater now;
	char *path = ctn_ca_path(ca, "highwater");

	if (a == NULL || path == NULL)
		return ctn_fail_memory(e);
	if (!ctn_lock_take(&lock, ca->env.home, ca->env.wait_s, e))
		return ctn_wrap(e, "the act is recorded, but the highwater file is not up to date");
	if (!ctn_ca_still_here(ca, e))
		return false;
	if (!ctn_highwater_of(&now, ca->store, a, e) || !ctn_highwater_raise(path, &now, a, e))
		return ctn_wrap(e, "the act is recorded, but the highwater file is not up to date");
	return true;
}

static bool
is_policy(const char *name)
{
	size_t n = strlen(name);

	/* one that is misnamed is read too, so that it is said and not passed over */
	return (n > 5 && strcmp(name + n - 5, ".yaml") == 0) || (n > 4 && strcmp(name + n - 4, ".yml") == 0);
}

static bool
read_policy(ctn_policy_file *file, const char *name, const ctn_ca *ca, struct ctn_err *e)
{
	CTN_OWN_BUF text = { 0 };
	char *path = ctn_arena_printf(ca->arena, "%s/policies/%s", ca->env.home, name);

	file->name = ctn_arena_text(ca->arena, name);
	file->shown = ctn_arena_printf(ca->arena, "policies/%s", name);
	if (path == NULL || file->name == NULL || file->shown == NULL)
		return ctn_fail_memory(e);
	/* one octet more than a policy may have: its reader says so, with file and line */
	if (!ctn_file_read_head(&text, path, CTN_YAML_MAX + 1, CTN_FILE_OWN, e))
		return false;
	file->text = (ctn_span){ ctn_arena_copy(ca->arena, text.p, text.n), text.n };
	return file->text.p != NULL || text.n == 0 || ctn_fail_memory(e);
}

bool
ctn_ca_policy_files(ctn_policy_file **files, size_t *n, const ctn_ca *ca, struct ctn_err *e)
{
	char *folder = ctn_ca_path(ca, "policies"), **names;
	size_t names_n;

	*n = 0;
	if (folder == NULL)
		return ctn_fail_memory(e);
	if (!ctn_dir_list(&names, &names_n, folder, ca->arena, e))
		return false;
	*files = ctn_arena_new(ca->arena, ctn_policy_file, names_n + 1);
	if (*files == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < names_n; i++)
		if (is_policy(names[i]) && !read_policy(&(*files)[(*n)++], names[i], ca, e))
			return false;
	return true;
}

/* Are these two there? Whatever else a name is, it stays in the folder. */
static bool
has_policies(const ctn_ca *ca, const char *file, const char *other)
{
	char *one = ctn_arena_printf(ca->arena, "%s/policies/%s", ca->env.home, file);
	char *two = ctn_arena_printf(ca->arena, "%s/policies/%s", ca->env.home, other);

	return one != NULL && two != NULL && strchr(other, '/') == NULL && ctn_file_exists(one) && ctn_file_exists(two);
}

/* The files that one profile needs; all of them where it is not there, so that it can be said what is. */
static bool
policy_files_for(ctn_policy_file **files, size_t *n, const ctn_ca *ca, const char *profile, struct ctn_err *e)
{
	char *file = ctn_arena_printf(ca->arena, "%s.yaml", profile);

	if (file == NULL)
		return ctn_fail_memory(e);
	if (!has_policies(ca, "ca.yaml", file))
		return ctn_ca_policy_files(files, n, ca, e);
	*n = 2;
	*files = ctn_arena_new(ca->arena, ctn_policy_file, *n);
	if (*files == NULL)
		return ctn_fail_memory(e);
	return read_policy(&(*files)[0], "ca.yaml", ca, e) && read_policy(&(*files)[1], file, ca, e);
}

bool
ctn_ca_policies(ctn_policies *out, const ctn_profile **profile, const ctn_ca *ca, const char *profile_name, struct ctn_err *e)
{
	ctn_policy_errors errors;
	ctn_policy_file *files;
	size_t n;

	if (!policy_files_for(&files, &n, ca, profile_name, e))
		return false;
	return ctn_policies_parse_for(out, profile, &errors, files, n, profile_name, ca->arena, e);
}

bool
ctn_ca_authority_policies(ctn_policies *out, const ctn_ca *ca, struct ctn_err *e)
{
	ctn_policy_errors errors;
	ctn_policy_file file;

	if (!read_policy(&file, "ca.yaml", ca, e) || !ctn_policies_parse(out, &errors, &file, 1, ca->arena, e))
		return false;
	if (errors.n == 0)
		return true;
	ctn_fail(e, CTN_EINPUT, "%s:%u:%u: %s", errors.at[0].where.file, errors.at[0].where.line, errors.at[0].where.column, errors.at[0].text);
	return errors.at[0].hint != NULL ? ctn_hint(e, "%s", errors.at[0].hint) : ctn_hint(e, "catena policy check shows all errors");
}
