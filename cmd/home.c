#include "cmd/home.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

static const char *
variable(const char *name)
{
	const char *text = getenv(name);

	return text == NULL || text[0] == '\0' ? NULL : text;
}

static const char *
user_folder(void)
{
	const char *home = variable("HOME");
	const struct passwd *pw;

	if (home != NULL)
		return home;
	pw = getpwuid(geteuid());
	return pw == NULL ? NULL : pw->pw_dir;
}

bool
home_find(const char **home, const char *given, ctn_arena *arena, struct ctn_err *e)
{
	const char *said = given != NULL ? given : variable("CATENA_HOME"), *xdg = variable("XDG_DATA_HOME"), *user;

	if (said != NULL && said[0] == '\0')
		return ctn_fail(e, CTN_EUSAGE, "-C: the folder's name is empty");
	if (said != NULL)
		*home = ctn_arena_text(arena, said);
	else if (xdg != NULL && xdg[0] == '/')
		*home = ctn_arena_printf(arena, "%s/catena", xdg);
	else if ((user = user_folder()) != NULL)
		*home = ctn_arena_printf(arena, "%s/.local/share/catena", user);
	else
		return ctn_fail(e, CTN_EUSAGE, "no home: neither -C nor CATENA_HOME nor HOME is set") ||
		    ctn_hint(e, "catena -C FOLDER ...");
	return *home != NULL || ctn_fail_memory(e);
}
