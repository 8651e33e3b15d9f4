#include "cmd/passphrase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/file.h"
#include "cmd/terminal.h"

/* The newline that an editor or echo puts behind it is no part of a passphrase. */
static size_t
without_newline(const uint8_t *p, size_t n)
{
	if (n > 0 && p[n - 1] == '\n')
		n--;
	if (n > 0 && p[n - 1] == '\r')
		n--;
	return n;
}

static bool
keep(struct passphrases *p, const uint8_t *bytes, size_t n, struct ctn_err *e)
{
	if (n == 0)
		return ctn_fail(e, CTN_EPASSPHRASE, "the passphrase is empty");
	if (memchr(bytes, '\0', n) != NULL)
		return ctn_fail(e, CTN_EPASSPHRASE, "the passphrase holds a NUL byte");
	if (!ctn_secret_open(&p->secret, PASSPHRASE_MAX, e))
		return false;
	memcpy(p->secret.p, bytes, n);
	p->secret.n = n;
	p->known = true;
	return true;
}

static bool
from_file(struct passphrases *p, const char *path, enum ctn_file_rule rule, struct ctn_err *e)
{
	CTN_OWN_BUF b = { .secret = true };

	if (!ctn_file_read(&b, path, PASSPHRASE_MAX, rule, e))
		return ctn_wrap(e, "passphrase");
	return keep(p, b.p, without_newline(b.p, b.n), e) || ctn_wrap(e, "%s", path);
}

static bool
from_credentials(bool *there, struct passphrases *p, struct ctn_err *e)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	CTN_OWN_BUF path = { 0 };

	*there = false;
	if (dir == NULL || dir[0] == '\0')
		return true;
	ctn_buf_printf(&path, "%s/catena-passphrase", dir);
	if (!ctn_buf_ok(&path, e))
		return false;
	*there = ctn_file_exists(ctn_buf_cstr(&path));
	return !*there || from_file(p, ctn_buf_cstr(&path), CTN_FILE_CREDENTIAL, e);
}

static bool
fail_no_source(struct ctn_err *e)
{
	return ctn_fail(e, CTN_EPASSPHRASE, "a passphrase is needed, and there is no terminal to ask at") ||
	    ctn_hint(e, "--passphrase-file FILE");
}

static bool
ask(ctn_secret *out, const char *prompt, const char *what, struct ctn_err *e)
{
	char line[256];

	snprintf(line, sizeof line, "%s for %s: ", prompt, what);
	if (!ctn_secret_open(out, PASSPHRASE_MAX, e))
		return false;
	return terminal_ask(out, PASSPHRASE_MAX, line, e);
}

static bool
from_terminal(struct passphrases *p, const char *what, bool twice, struct ctn_err *e)
{
	CTN_OWN_SECRET first = { 0 }, second = { 0 };

	if (!terminal_there())
		return fail_no_source(e);
	if (!ask(&first, twice ? "New passphrase" : "Passphrase", what, e))
		return false;
	if (twice && !ask(&second, "The same again", what, e))
		return false;
	if (twice && (first.n != second.n || memcmp(first.p, second.p, first.n) != 0))
		return ctn_fail(e, CTN_EPASSPHRASE, "the two passphrases differ");
	return keep(p, first.p, first.n, e);
}

static bool
find(struct passphrases *p, const char *file, const char *what, bool twice, struct ctn_err *e)
{
	bool there = false;

	if (p->known)
		return true;
	if (file != NULL)
		return from_file(p, file, CTN_FILE_PASSPHRASE, e);
	if (!p->no_credential && !from_credentials(&there, p, e))
		return false;
	return there || from_terminal(p, what, twice, e);
}

bool
passphrase_get(const ctn_secret **out, struct passphrases *p, const char *file, const char *what, struct ctn_err *e)
{
	if (!find(p, file, what, false, e))
		return false;
	*out = &p->secret;
	return true;
}

bool
passphrase_choose(const ctn_secret **out, struct passphrases *p, const char *file, const char *what, struct ctn_err *e)
{
	if (!find(p, file, what, true, e))
		return false;
	*out = &p->secret;
	return true;
}

void
passphrases_close(struct passphrases *p)
{
	if (p->known)
		ctn_secret_close(&p->secret);
	p->known = false;
}
