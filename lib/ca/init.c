#include "ca/init.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ca/authority.h"
#include "ca/parts.h"
#include "ca/request.h"
#include "hash/hash.h"
#include "mint/keyring.h"
#include "policy/starting.h"
#include "store/home.h"

/* A home on its way: built beside where it will stand. */
struct building {
	const ctn_init_args *args;
	ctn_ca_env env;        /* home is the sibling folder */
	const char *target;
	ctn_starting with;
	ctn_arena *arena;
	ctn_init_result *out;
};

static bool
fail_exists(const char *home, struct ctn_err *e)
{
	ctn_fail(e, CTN_EEXISTS, "%s exists already; nothing was changed", home);
	return ctn_hint(e, "use it, or name another with -C DIR");
}

/* An empty folder may become a home; anything else is somebody's. */
static bool
target_is_free(const char *home, struct ctn_err *e)
{
	DIR *d = opendir(home);
	struct dirent *entry;
	bool empty = true;

	if (d == NULL) {
		int why = errno;

		if (why == ENOENT)
			return true;
		if (why == ENOTDIR && ctn_file_exists(home))
			return fail_exists(home, e);
		errno = why;
		return ctn_fail_errno(e, CTN_EFILE, "%s", home);
	}
	while (empty && (entry = readdir(d)) != NULL)
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	(void)closedir(d);
	return empty || fail_exists(home, e);
}

/* Where the block of one authority begins in ca.yaml, with the comment above it. */
static const char *
block_start(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	if (at == NULL)
		return NULL;
	at++;
	for (;;) {
		const char *line = at - 1;

		while (line > text && line[-1] != '\n')
			line--;
		if (line >= at - 1 || strncmp(line, "  #", 3) != 0)
			return at;
		at = line;
	}
}

/* An online home does not know its root's key: no entry for it, and the issuer is elsewhere. */
static bool
without_root(ctn_buf *text, struct ctn_err *e)
{
	static const char key[] = "    issuer: root\n", external[] = "    issuer: external\n";
	const char *all = ctn_buf_cstr(text), *root, *issuing, *issuer;
	CTN_OWN_BUF out = { 0 };

	if (all == NULL)
		return ctn_fail_memory(e);
	root = block_start(all, "\n  root:");
	issuing = block_start(all, "\n  issuing:");
	issuer = strstr(all, key);
	if (root == NULL || issuing == NULL || issuer == NULL || issuing < root || issuer < issuing)
		return ctn_fail(e, CTN_EINPUT, "the starting ca.yaml does not have root and issuing in that order");
	ctn_buf_add(&out, all, (size_t)(root - all));
	ctn_buf_add(&out, issuing, (size_t)(issuer - issuing));
	ctn_buf_text(&out, external);
	ctn_buf_text(&out, issuer + strlen(key));
	ctn_buf_reset(text);
	ctn_buf_span(text, ctn_buf_view(&out));
	return ctn_buf_ok(&out, e) && ctn_buf_ok(text, e);
}

static bool
write_policy(struct building *b, const ctn_policy_file *file, struct ctn_err *e)
{
	char *path = ctn_arena_printf(b->arena, "%s/policies/%s", b->env.home, file->name);
	CTN_OWN_BUF text = { 0 };

	if (path == NULL)
		return ctn_fail_memory(e);
	if (!ctn_policy_starting(&text, file->text, &b->with, e))
		return ctn_wrap(e, "starting policy %s", file->name);
	if (b->args->only == CTN_INIT_ISSUING && strcmp(file->name, "ca.yaml") == 0 && !without_root(&text, e))
		return false;
	return ctn_file_write(path, ctn_buf_view(&text), 0600, false, e);
}

static bool
write_policies(struct building *b, struct ctn_err *e)
{
	for (size_t i = 0; i < b->args->starting_n; i++)
		if (!write_policy(b, &b->args->starting[i], e))
			return false;
	return true;
}

static bool
record_home(struct building *b, ctn_store *store, struct ctn_err *e)
{
	ctn_home_row row = { .org = b->args->org, .domain = b->with.domain, .url = b->with.url, .created_at = b->env.clock(b->env.ctx) };
	ctn_act act = { .at_s = row.created_at, .actor = b->env.actor };
	char hex[17], origin[32];
	uint8_t id[8];

	if (!ctn_random(id, sizeof id, e) || !ctn_keyring_make_log(row.log_key, b->env.home, e))
		return false;
	ctn_hex(hex, (ctn_span){ id, sizeof id });
	(void)snprintf(origin, sizeof origin, "catena/%s", hex);
	row.origin = origin;
	return ctn_store_home_set(store, &row, &act, e);
}

static bool
make_database(struct building *b, struct ctn_err *e)
{
	char *path = ctn_arena_printf(b->arena, "%s/catena.db", b->env.home);
	CTN_OWN(ctn_store) store = NULL;

	if (path == NULL)
		return ctn_fail_memory(e);
	return ctn_store_create(&store, path, b->env.clock(b->env.ctx), e) && record_home(b, store, e);
}

/* The starting policies allow their own authorities; a refusal here is a fault of what was asked for. */
static bool
create(ctn_ca *ca, const char *name, const ctn_init_args *args, struct ctn_err *e)
{
	ctn_authority_wish wish = { .name = name, .no_passphrase = args->no_passphrase };
	ctn_authority_result made;

	if (!ctn_ca_create(&made, ca, &wish, e))
		return ctn_wrap(e, "authority %s", name);
	return made.allowed || ctn_fail(e, CTN_EPOLICY, "authority %s: %s: %s", name, made.reasons.at[0].rule, made.reasons.at[0].text);
}

static bool
request(struct building *b, ctn_ca *ca, struct ctn_err *e)
{
	ctn_authority_wish wish = { .name = "issuing", .no_passphrase = b->args->no_passphrase };
	ctn_authority_result made;

	if (!ctn_ca_csr(&made, ca, &wish, e))
		return ctn_wrap(e, "authority issuing");
	b->out->csr = (ctn_span){ ctn_arena_copy(b->arena, made.csr.p, made.csr.n), made.csr.n };
	return b->out->csr.p != NULL || ctn_fail_memory(e);
}

static bool
make_authorities(struct building *b, struct ctn_err *e)
{
	CTN_OWN(ctn_ca) ca = NULL;

	if (!ctn_ca_open(&ca, &b->env, e))
		return false;
	if (b->args->only == CTN_INIT_ISSUING)
		return request(b, ca, e);
	if (!create(ca, "root", b->args, e))
		return false;
	return b->args->only == CTN_INIT_ROOT || create(ca, "issuing", b->args, e);
}

/* rename replaces an empty folder and fails on any other: two inits at once cannot both win. */
static bool
move_in(struct building *b, struct ctn_err *e)
{
	char *parent = ctn_dir_of(b->arena, b->target);

	if (parent == NULL)
		return ctn_fail_memory(e);
	if (!ctn_dir_sync(b->env.home, e))
		return false;
	if (rename(b->env.home, b->target) != 0) {
		if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR)
			return fail_exists(b->target, e);
		return ctn_fail_errno(e, CTN_EFILE, "%s", b->target);
	}
	return ctn_dir_sync(parent, e) || ctn_wrap(e, "the home is in place, but a loss of power may undo that");
}

static bool
build(struct building *b, struct ctn_err *e)
{
	if (!ctn_parts_make_home(b->env.home, e))
		return false;
	if (ctn_parts_make_folders(b->env.home, e) && ctn_dir_is_local(b->env.home, e) && write_policies(b, e) && make_database(b, e) && make_authorities(b, e) && move_in(b, e))
		return true;
	ctn_parts_remove(b->env.home);
	return false;
}

static bool
sibling(struct building *b, struct ctn_err *e)
{
	uint8_t id[4];
	char hex[9];
	size_t n = strlen(b->target);

	while (n > 1 && b->target[n - 1] == '/')
		n--;
	if (!ctn_random(id, sizeof id, e))
		return false;
	ctn_hex(hex, (ctn_span){ id, sizeof id });
	b->target = ctn_arena_text_n(b->arena, b->target, n);
	b->env.home = b->target == NULL ? NULL : ctn_arena_printf(b->arena, "%s.new-%s", b->target, hex);
	return b->env.home != NULL || ctn_fail_memory(e);
}

bool
ctn_home_init(ctn_init_result *out, const ctn_init_args *args, const ctn_ca_env *env, ctn_arena *a, struct ctn_err *e)
{
	struct building b = { .args = args, .env = *env, .target = env->home, .arena = a, .out = out };

	memset(out, 0, sizeof *out);
	if (!ctn_starting_check(&b.with, args->org, args->domain, args->url, a, e) || !target_is_free(env->home, e))
		return false;
	if (args->dry_run)
		return true;
	return sibling(&b, e) && ctn_parts_make_parents(b.target, a, e) && build(&b, e);
}
