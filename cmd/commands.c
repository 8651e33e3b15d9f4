#include "cmd/commands.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

enum { NAMES_MAX = 128 };

#define ENTRY(name) &name##_command,
static const struct command *const commands[] = { COMMANDS(ENTRY) };
#undef ENTRY

#define ENTRY(word, summary) { word, summary },
static const struct {
	const char *word, *summary;
} groups[] = { COMMAND_GROUPS(ENTRY) };
#undef ENTRY

const struct opt global_opts[] = {
	{ .name = "home",
	    .abbr = 'C',
	    PATH(globals, home, "HOME"),
	    .help = "The folder of the PKI; else $CATENA_HOME, $XDG_DATA_HOME/catena, ~/.local/share/catena" },
	{ .name = "json", FLAG(globals, json), .help = "One JSON document on standard output, on failure too" },
	{ .name = "quiet", .abbr = 'q', FLAG(globals, quiet), .help = "No warnings, no progress" },
	{ .name = "verbose", .abbr = 'v', FLAG(globals, verbose), .help = "Say more on standard error" },
	{ .name = "wait",
	    DURATION(globals, wait_s, "T"),
	    .help = "How long to wait for a home that somebody else has locked; 30s unless said" },
	{ .name = "help", .abbr = 'h', FLAG(globals, help), .help = "What the command does and how it is called" },
	{ .name = "version", FLAG(globals, version), .help = "The version, as catena version shows it" },
	{ 0 },
};

size_t
command_count(void)
{
	return sizeof commands / sizeof commands[0];
}

const struct command *
command_at(size_t i)
{
	return commands[i];
}

static const struct command *
find_name(const char *name)
{
	for (size_t i = 0; i < command_count(); i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

const struct command *
command_find(const char *first, const char *second, int *words)
{
	const struct command *k = NULL;
	char both[64];

	*words = 2;
	if (second != NULL && (size_t)snprintf(both, sizeof both, "%s %s", first, second) < sizeof both)
		k = find_name(both);
	if (k != NULL)
		return k;
	*words = 1;
	return strchr(first, ' ') == NULL ? find_name(first) : NULL;
}

bool
command_in_group(const struct command *k, const char *group)
{
	size_t n = strlen(group);

	return strncmp(k->name, group, n) == 0 && k->name[n] == ' ';
}

const char *
command_group(const char *word)
{
	for (size_t i = 0; i < command_count(); i++)
		for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++)
			if (strcmp(groups[g].word, word) == 0 && command_in_group(commands[i], word))
				return groups[g].summary;
	return NULL;
}

/* The word nearest to sought among the first words, or among the second ones behind group; the array owns it. */
static const char *
nearest(char words[NAMES_MAX][32], const char *group, const char *sought)
{
	const char *names[NAMES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < command_count() && n < NAMES_MAX; i++) {
		const char *name = commands[i]->name;

		if (group != NULL && !command_in_group(commands[i], group))
			continue;
		name += group != NULL ? strlen(group) + 1 : 0;
		snprintf(words[n], sizeof words[n], "%.*s", (int)strcspn(name, " "), name);
		names[n] = words[n];
		n++;
	}
	return ctn_word_nearest(sought, names, n);
}

bool
command_unknown(const char *first, const char *second, struct ctn_err *e)
{
	const char *group = command_group(first) != NULL ? first : NULL, *near;
	char words[NAMES_MAX][32];

	near = nearest(words, group, group == NULL ? first : second == NULL ? "" : second);
	if (group != NULL && second == NULL)
		return ctn_fail(e, CTN_EUSAGE, "%s: a second word is missing", first) ||
		    ctn_hint(e, "catena help %s", first);
	if (group != NULL)
		return ctn_fail(e, CTN_EUSAGE, "no such command: %s %s", first, second) ||
		    ctn_hint(e, near == NULL ? "catena help %s" : "did you mean catena %s %s?", first, near);
	return ctn_fail(e, CTN_EUSAGE, "no such command: %s", first) ||
	    ctn_hint(e, near == NULL ? "catena help" : "did you mean catena %s?", near);
}
