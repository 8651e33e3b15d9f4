#include <string.h>

#include "cmd/commands.h"
#include "cmd/policies.h"
#include "yaml/yaml.h"

enum { DIGITS_MAX = 9 };

struct policy_show_args {
	const char *profile;
};

/* What YAML readers would take for a number or a boolean is one in JSON too. */
static void
put_scalar(ctn_json_out *j, const ctn_yaml *v)
{
	size_t n = strlen(v->text);
	int64_t number = 0;

	if (!v->quoted && (strcmp(v->text, "true") == 0 || strcmp(v->text, "false") == 0)) {
		ctn_json_bool(j, v->key, v->text[0] == 't');
		return;
	}
	if (v->quoted || n == 0 || n > DIGITS_MAX || strspn(v->text, "0123456789") != n) {
		ctn_json_text(j, v->key, v->text);
		return;
	}
	for (const char *c = v->text; *c != '\0'; c++)
		number = number * 10 + (*c - '0');
	ctn_json_int(j, v->key, number);
}

/* Depth is bounded by CTN_YAML_DEPTH. */
static void
put_value(ctn_json_out *j, const ctn_yaml *v, const char *key)
{
	if (v->kind == CTN_YAML_TEXT) {
		put_scalar(j, v);
		return;
	}
	if (v->kind == CTN_YAML_LIST)
		ctn_json_array(j, key);
	else
		ctn_json_object(j, key);
	for (const ctn_yaml *in = v->first; in != NULL; in = in->next)
		put_value(j, in, in->key);
	if (v->kind == CTN_YAML_LIST)
		ctn_json_close_array(j);
	else
		ctn_json_close_object(j);
}

/* The text that people see, read again: one source for both forms. */
static bool
put_settings(struct cmd *c, ctn_span yaml, struct ctn_err *e)
{
	ctn_yaml_errors errors = { .arena = c->arena };
	const ctn_yaml *root;

	if (!ctn_yaml_parse(&root, &errors, yaml, c->arena, e))
		return false;
	if (root == NULL || errors.n > 0)
		return ctn_fail(e, CTN_EINPUT, "the profile cannot be shown as JSON");
	put_value(show_json(c->out), root, "settings");
	return true;
}

static bool
show(struct cmd *c, const ctn_profile *p, struct ctn_err *e)
{
	ctn_json_out *j = show_json(c->out);
	CTN_OWN_BUF yaml = { 0 };

	if (!ctn_profile_show(&yaml, p, e))
		return false;
	ctn_json_text(j, "profile", p->name);
	ctn_json_text(j, "file", p->file);
	ctn_json_hex(j, "digest", (ctn_span){ p->digest, sizeof p->digest });
	ctn_json_array(j, "written");
	for (size_t i = 0; i < p->places_n; i++) {
		ctn_json_object(j, NULL);
		ctn_json_text(j, "key", p->places[i].key);
		ctn_json_text(j, "file", p->places[i].where.file);
		ctn_json_int(j, "line", p->places[i].where.line);
		ctn_json_close_object(j);
	}
	ctn_json_close_array(j);
	show_raw(c->out, ctn_buf_view(&yaml));
	return put_settings(c, ctn_buf_view(&yaml), e);
}

static int
run(struct cmd *c)
{
	const struct policy_show_args *a = c->args;
	const ctn_profile *profile;
	struct ctn_err e = { 0 };
	ctn_policy_errors errors;
	ctn_policy_file *files;
	ctn_policies policies;
	size_t n;

	if (!policies_files(&files, &n, c, &e) ||
	    !ctn_policies_parse_for(&policies, &profile, &errors, files, n, a->profile, c->arena, &e) || !show(c, profile, &e))
		return show_fail(c->out, &e);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "PROFILE", ARG(policy_show_args, profile), .help = "A file in HOME/policies without .yaml" },
	{ 0 },
};

const struct command policy_show_command = {
	.name = "policy show",
	.summary = "a profile with every default spelt out",
	.about = "As YAML that is itself a valid profile; behind each value stands the line that it comes from, or that it is a default.",
	.opts = opts,
	.args_size = sizeof(struct policy_show_args),
	.examples = {
	    { "catena policy show server", "What the profile server says, and what it leaves to defaults." },
	    { "catena policy show server --json", "The same under settings, for scripts." },
	},
	.run = run,
};
