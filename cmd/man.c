#include "cmd/man.h"

#include <ctype.h>
#include <string.h>

#include "base/version.h"
#include "cmd/commands.h"

enum { LINE_MAX_BYTES = 76 };

/* roff reads a backslash, and a dot or apostrophe at the start of a line, as its own. */
static void
put_escaped(ctn_buf *b, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\\')
			ctn_buf_text(b, "\\e");
		else if (text[i] == '-')
			ctn_buf_text(b, "\\-");
		else
			ctn_buf_byte(b, (uint8_t)text[i]);
	}
}

/* Does the word at this place begin a line? A sentence ends its line in mdoc, and lines stay under 80 bytes. */
static bool
begins_line(const char *word, size_t n, size_t column)
{
	return column + 1 + n > LINE_MAX_BYTES || (strchr(".!?", word[-2]) != NULL && isupper((unsigned char)word[0]));
}

/* Paragraphs to mdoc: each word goes to the line it belongs to. */
static void
put_prose(ctn_buf *b, const char *text)
{
	size_t column = 0;

	while (*text != '\0') {
		size_t n = strcspn(text, " \n");

		if (column > 0 && begins_line(text, n, column)) {
			ctn_buf_byte(b, '\n');
			column = 0;
		}
		if (column > 0)
			ctn_buf_byte(b, ' ');
		else if (*text == '.' || *text == '\'')
			ctn_buf_text(b, "\\&");
		put_escaped(b, text, n);
		column += n + 1;
		text += n;
		if (strncmp(text, "\n\n", 2) == 0) {
			ctn_buf_text(b, "\n.Pp\n");
			column = 0;
		}
		text += strspn(text, " \n");
	}
	ctn_buf_byte(b, '\n');
}

/* "what it does" as "What it does." */
static void
put_sentence(ctn_buf *b, const char *summary)
{
	CTN_OWN_BUF text = { 0 };

	ctn_buf_printf(&text, "%c%s.", toupper((unsigned char)summary[0]), summary + 1);
	if (ctn_buf_cstr(&text) != NULL)
		put_prose(b, ctn_buf_cstr(&text));
	if (text.failed)
		b->failed = true;
}

static void
put_dashed(ctn_buf *b, const char *name)
{
	for (; *name != '\0'; name++)
		ctn_buf_byte(b, *name == ' ' ? '-' : (uint8_t)*name);
}

static void
put_title(ctn_buf *b, const struct command *k)
{
	ctn_buf_text(b, ".Dd " CTN_RELEASE_DAY "\n.Dt CATENA");
	for (const char *p = k == NULL ? "" : k->name; *p != '\0'; p++)
		ctn_buf_printf(b, "%s%c", p == k->name ? "-" : "", *p == ' ' ? '-' : toupper((unsigned char)*p));
	ctn_buf_text(b, " 1\n.Os\n.Sh NAME\n.Nm catena");
	if (k != NULL) {
		ctn_buf_byte(b, '-');
		put_dashed(b, k->name);
	}
	ctn_buf_printf(b, "\n.Nd %s\n", k == NULL ? "private certificate authority" : k->summary);
}

static void
put_option_head(ctn_buf *b, const struct opt *o)
{
	if (opt_is_arg(o)) {
		ctn_buf_printf(b, ".It Ar %s\n", o->name);
		return;
	}
	ctn_buf_text(b, ".It ");
	if (o->abbr != 0)
		ctn_buf_printf(b, "Fl %c , ", o->abbr);
	ctn_buf_printf(b, "Fl \\-%s", o->name);
	if (o->value != NULL)
		ctn_buf_printf(b, " Ar %s", o->value);
	ctn_buf_byte(b, '\n');
}

static void
put_options(ctn_buf *b, const struct opt *rows, const char *heading)
{
	if (rows == NULL || rows[0].name == NULL)
		return;
	ctn_buf_printf(b, "%s.Bl -tag -width Ds\n", heading);
	for (const struct opt *o = rows; o->name != NULL; o++) {
		put_option_head(b, o);
		put_prose(b, o->help);
	}
	ctn_buf_text(b, ".El\n");
}

static void
put_examples(ctn_buf *b, const struct command *k)
{
	ctn_buf_text(b, ".Sh EXAMPLES\n");
	for (size_t i = 0; i < 3 && k->examples[i].line != NULL; i++) {
		put_prose(b, k->examples[i].shows);
		ctn_buf_text(b, ".Dl ");
		put_escaped(b, k->examples[i].line, strlen(k->examples[i].line));
		ctn_buf_text(b, k->examples[i + 1 < 3 ? i + 1 : i].line != NULL && i < 2 ? "\n.Pp\n" : "\n");
	}
}

static void
put_exits(ctn_buf *b, const struct command *k)
{
	ctn_buf_text(b, ".Sh EXIT STATUS\n");
	if (k->exits[0].means == NULL) {
		ctn_buf_text(b, "As described in\n.Sy catena Ns (1) .\n");
		return;
	}
	ctn_buf_text(b, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < 3 && k->exits[i].means != NULL; i++) {
		ctn_buf_printf(b, ".It %d\n", k->exits[i].status);
		put_prose(b, k->exits[i].means);
	}
	ctn_buf_text(b, ".El\n.Pp\nOtherwise as described in\n.Sy catena Ns (1) .\n");
}

void
man_command(ctn_buf *b, const struct command *k, const char *usage)
{
	put_title(b, k);
	ctn_buf_text(b, ".Sh SYNOPSIS\n.Nm catena\n.Cm ");
	ctn_buf_text(b, k->name);
	ctn_buf_byte(b, '\n');
	if (usage[0] != '\0') {
		ctn_buf_text(b, ".Ar ");
		put_escaped(b, usage, strlen(usage));
		ctn_buf_byte(b, '\n');
	}
	ctn_buf_text(b, ".Sh DESCRIPTION\n");
	if (k->about != NULL)
		put_prose(b, k->about);
	else
		put_sentence(b, k->summary);
	put_options(b, k->opts, ".Pp\nThe arguments and options are as follows:\n");
	ctn_buf_text(b, ".Pp\nThe options of every command are described in\n.Sy catena Ns (1) .\n");
	put_exits(b, k);
	put_examples(b, k);
	ctn_buf_text(b, ".Sh SEE ALSO\n.Sy catena Ns (1)\n");
}

static void
put_command_list(ctn_buf *b)
{
	ctn_buf_text(b, ".Pp\nThe commands are as follows:\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < command_count(); i++) {
		const struct command *k = command_at(i);

		ctn_buf_text(b, ".It Sy catena-");
		put_dashed(b, k->name);
		ctn_buf_text(b, " Ns (1)\n");
		put_sentence(b, k->summary);
	}
	ctn_buf_text(b, ".El\n");
}

static void
put_words(ctn_buf *b)
{
	ctn_buf_text(b,
	    ".Ss Words\n.Bl -tag -width Ds\n"
	    ".It home\nThe folder of one PKI.\n"
	    ".It authority\nA CA by its name, such as root or issuing;\nover time it may have several keys, of which one is active.\n"
	    ".It profile\nA policy: what one kind of certificate may and will contain.\n"
	    ".It lineage\nA certificate and all that renewed or rekeyed it.\n"
	    ".It selector\nHow a command is told which certificate is meant:\nits serial or SHA\\-256 fingerprint in hex, a file, or a name in it.\n"
	    ".It duration\nA number and one of s, m, h, d, w, y; m is minutes, y is 365 days.\n"
	    ".It time\nRFC 3339, or a date, or now.\n.El\n"
	    ".Ss Passphrases\nThe passphrase of an authority's key is read from\n.Fl \\-passphrase\\-file ,\n"
	    "else from the credentials of the service manager,\nelse it is asked for at the terminal.\n"
	    "It is never an argument, nor a variable.\n");
}

static void
put_files(ctn_buf *b)
{
	ctn_buf_text(b,
	    ".Sh FILES\nIn the home:\n.Pp\n.Bl -tag -width Ds -compact\n"
	    ".It Pa policies/\nca.yaml, and one file for each profile; they are yours to edit.\n"
	    ".It Pa public/\nCertificates and CRLs of the authorities; any web server can serve it.\n"
	    ".It Pa keys/\nPrivate keys of the authorities and of the log.\n"
	    ".It Pa catena.db\nThe records, and the log over every act.\n"
	    ".It Pa highwater\nHow far the log was, outside the database, so that an older one is found.\n.El\n");
}

static void
put_start(ctn_buf *b)
{
	ctn_buf_text(b,
	    ".Sh EXAMPLES\nA PKI, a certificate, and what would be decided about another one:\n"
	    ".Dl catena init \\-\\-org Example \\-\\-domain internal.example\n"
	    ".Dl catena issue server web.internal.example 10.0.0.7\n"
	    ".Dl catena policy explain server db.internal.example\n");
}

void
man_overview(ctn_buf *b)
{
	put_title(b, NULL);
	ctn_buf_text(b,
	    ".Sh SYNOPSIS\n.Nm\n.Op Fl C Ar HOME\n.Op Fl \\-json\n.Op Fl \\-quiet | \\-verbose\n"
	    ".Op Fl \\-wait Ar T\n.Ar COMMAND\n.Op Ar ARG ...\n"
	    ".Sh DESCRIPTION\n.Nm\n"
	    "issues, signs and revokes certificates of a private public key infrastructure.\n"
	    "Everything it knows lies in one folder, the home;\npolicies in YAML say what may be issued.\n");
	put_command_list(b);
	put_options(b, global_opts, ".Pp\nOptions of every command:\n");
	put_words(b);
	ctn_buf_text(b,
	    ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n"
	    ".It Ev CATENA_HOME\nThe home when\n.Fl C\nis not given.\n"
	    ".It Ev XDG_DATA_HOME\nThe home is the folder catena in it when neither is given.\n"
	    ".It Ev CREDENTIALS_DIRECTORY\n"
	    "Set by the service manager; the file catena\\-passphrase in it opens keys.\n"
	    ".It Ev NO_COLOR\nWhen set, nothing is coloured.\n.El\n");
	put_files(b);
	ctn_buf_text(b,
	    ".Sh EXIT STATUS\n.Bl -tag -width Ds\n"
	    ".It 0\nDone; the answer is yes.\n"
	    ".It 1\nThe answer is no: not trusted, findings, refused by policy.\n"
	    ".It 2\nWrong usage, or input that can never be used.\n"
	    ".It 3\nIt could not be completed: store, file, passphrase, key, network.\n"
	    ".It 75\nThe home stayed locked; try again.\n.El\n");
	put_start(b);
}
