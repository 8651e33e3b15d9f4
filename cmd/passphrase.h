/* Where a passphrase comes from: INTERFACE, section 2. Never from an argument or the environment's value. */
#ifndef CTN_CMD_PASSPHRASE_H
#define CTN_CMD_PASSPHRASE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/mem.h"

/** What is already known; one per process, so that nobody is asked twice. Zeroed to begin with. */
struct passphrases {
	ctn_secret secret;
	bool known;
	bool no_credential; /* the credential is the old one of a key that gets another: file or terminal */
};

/** The file given last may end in one newline (LF or CRLF), which is not part of it. At most this many octets. */
#define PASSPHRASE_MAX 1024

/**
 * An existing passphrase: file (--passphrase-file, may be NULL), else $CREDENTIALS_DIRECTORY/catena-passphrase, else
 * a prompt on the terminal, `Passphrase for WHAT: `.
 *
 * out    borrowed from p, which must outlive it
 * Fails  CTN_EPASSPHRASE when there is no source, it is empty, too long or holds NUL; CTN_EFILE as ctn_file_read
 */
CTN_MUST bool
passphrase_get(const ctn_secret **out, struct passphrases *p, const char *file, const char *what, struct ctn_err *e);
/** The same for a passphrase that is being chosen: at the terminal it is asked for twice and must agree. */
CTN_MUST bool
passphrase_choose(const ctn_secret **out, struct passphrases *p, const char *file, const char *what, struct ctn_err *e);
/** Wipe. */
void passphrases_close(struct passphrases *p);

#endif
