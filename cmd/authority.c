#include "cmd/authority.h"

#include <string.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/file.h"
#include "cmd/issued.h"

const char *
authority_state(const ctn_issuer_key_row *key)
{
	if (key->foreign)
		return "foreign";
	if (key->state == CTN_KEY_PENDING)
		return "pending";
	if (key->state == CTN_KEY_RETIRED)
		return "retired";
	return key->file != NULL ? "active" : "offline";
}

int
authority_show(struct cmd *c, const ctn_authority_result *r, const char *verb)
{
	struct ctn_err e = { 0 };
	ctn_json_out *j = show_json(c->out);

	if (!r->allowed)
		return issued_refused(c, "ca", &r->reasons, NULL);
	ctn_json_text(j, "authority", r->name);
	show_line(c->out, "authority %s %s", r->name, verb);
	if (r->key.file != NULL) {
		ctn_json_text(j, "key_file", r->key.file);
		ctn_json_text(j, "protection", r->key.protection);
		show_line(c->out, "%-17s %s (%s)", "Key:", r->key.file, strcmp(r->key.protection, "none") == 0 ? "no passphrase" : r->key.protection);
	}
	if (r->cert.der.n == 0)
		return 0;
	if (!issued_certificate(c, &r->cert, &e))
		return show_fail(c->out, &e);
	if (r->cert.signature.n > 0)
		ctn_json_int(j, "log_index", (int64_t)r->log_index);
	return 0;
}

/* The folder that a file will stand in. */
static bool
folder_is_there(const char *out, ctn_arena *a, struct ctn_err *e)
{
	const char *dir = ctn_dir_of(a, out);

	if (dir == NULL)
		return ctn_fail_memory(e);
	return access(dir, W_OK | X_OK) == 0 || ctn_fail_errno(e, CTN_EFILE, "--out %s", out);
}

bool
authority_out_ready(struct cmd *c, const char *out, bool force, struct ctn_err *e)
{
	if (out == NULL || strcmp(out, "-") == 0)
		return true;
	if (!force && ctn_file_exists(out)) {
		ctn_fail(e, CTN_EEXISTS, "%s exists; nothing was signed", out);
		return ctn_hint(e, "name another file, or say --force");
	}
	return folder_is_there(out, c->arena, e);
}

bool
authority_put(struct cmd *c, const char *key, ctn_span pem, const char *out, bool force, struct ctn_err *e)
{
	ctn_json_bytes(show_json(c->out), key, pem);
	if (out == NULL || strcmp(out, "-") == 0) {
		show_raw(c->out, pem);
		return true;
	}
	if (!ctn_file_write(out, pem, 0666 & ~c->caller_mask, force, e)) {
		if (e->code == CTN_EEXISTS)
			ctn_hint(e, "name another file, or say --force");
		return false;
	}
	ctn_json_text(show_json(c->out), "file", out);
	show_line(c->out, "%-17s %s", "File:", out);
	return true;
}
