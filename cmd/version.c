#include "json/version.h"
#include "base/version.h"
#include "cmd/commands.h"
#include "hash/start.h"
#include "name/version.h"
#include "store/version.h"
#include "yaml/version.h"

static const struct {
	const char *name;
	const char *(*version)(void);
} libraries[] = {
	{ "libcrypto", ctn_libcrypto_version },
	{ "sqlite", ctn_sqlite_version },
	{ "libyaml", ctn_libyaml_version },
	{ "jansson", ctn_jansson_version },
	{ "libidn2", ctn_libidn2_version },
	{ "libpsl", ctn_libpsl_version },
};

static int
run(struct cmd *c)
{
	ctn_json_out *j = show_json(c->out);

	ctn_json_text(j, "version", ctn_version());
	show_line(c->out, "catena %s", ctn_version());
	ctn_json_object(j, "libraries");
	for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
		ctn_json_text(j, libraries[i].name, libraries[i].version());
		show_line(c->out, "%-10s %s", libraries[i].name, libraries[i].version());
	}
	ctn_json_close_object(j);
	return 0;
}

const struct command version_command = {
	.name = "version",
	.summary = "the version of catena and of the libraries in use",
	.examples = {
	    { "catena version", "One line each." },
	    { "catena version --json", "The same for scripts, under version and libraries." },
	},
	.run = run,
};
