/* Name constraints (RFC 5280 4.2.1.10): parse, apply, write. */
#ifndef CTN_NAME_CONSTRAINT_H
#define CTN_NAME_CONSTRAINT_H

#include "base/bytes.h"
#include "base/err.h"
#include "name/general.h"

/** A view over the extension's value, which must outlive it. permitted and excluded are contents of GeneralSubtrees, empty when absent. */
typedef struct ctn_name_constraints {
	ctn_span permitted;
	ctn_span excluded;
	unsigned subtrees; /* how many in all */
	bool dotted;       /* some dNSName base has a dot in front: no legal form, and often found */
	bool spelt;        /* some minimum of 0 is spelt out: no DER (X.690 11.5), and often found; there is but one way to read it */
} ctn_name_constraints;

/**
 * Fails CTN_EINPUT: malformed, both absent, a list that is empty, a minimum other than 0 or a maximum (RFC 5280 forbids them), or a base
 * that is no legal form for its type:
 *   dNSName   a DNS name, or empty: every name. `.example.com` is taken as of URI hosts and mail, for which alone RFC 5280 knows it: any
 *             name below; and noted
 *   email     a mailbox, a host, `.host` (any host below it), or empty: every mailbox
 *   URI       a host, `.host` (any host below it), or empty: every host (as NSS has it; the RFC is silent)
 *   IP        8 or 32 octets, address and contiguous mask (RFC 4632); host bits may be set, they are not looked at
 *   directory a Name, or the empty Name: every name
 * Others are only well-formed: nothing here can apply them.
 */
CTN_MUST bool ctn_constraints_parse(ctn_name_constraints *out, ctn_span extension_value, struct ctn_err *e);

enum ctn_constraint_answer {
	CTN_CONSTRAINT_OK,
	CTN_CONSTRAINT_NOT_PERMITTED,
	CTN_CONSTRAINT_EXCLUDED,
	CTN_CONSTRAINT_UNSUPPORTED
};
/**
 * Does the name stand within these constraints? Only subtrees of its type matter; without any it is OK. For IP addresses, blocks of
 * either family are of the type: an IPv6 address under permitted IPv4 blocks alone is NOT_PERMITTED. A wildcard dNSName is judged by
 * what it can stand for: it must lie wholly in a permitted subtree and touch no excluded one.
 * An otherName that is an SmtpUTF8Mailbox stands under the subtrees for email as well (RFC 9598 6): by its host, and where a subtree is one
 * mailbox, it is permitted as that mailbox alone and excluded with its whole host, since the RFC compares no local parts.
 * UNSUPPORTED, which is a no (RFC 5280 4.2.1.10: process the constraint or reject): subtrees of its type exist and it cannot be judged,
 * because it is otherName, x400Address, ediPartyName or registeredID; a URI without authority or with an address as host; or no
 * legal name of its type. EXCLUDED goes before NOT_PERMITTED.
 *
 * work     counts the subtrees looked at, for the caller's budget; may be NULL
 * breaker  gets the subtree that excluded it; may be NULL
 */
enum ctn_constraint_answer ctn_constraints_judge(
    const ctn_name_constraints *c, const ctn_general_name *name, unsigned *work, ctn_general_name *breaker);
/** Does one legal subtree base cover one name of the same type, a wildcard wholly? False for what cannot be judged. */
bool ctn_constraint_covers(const ctn_general_name *base, const ctn_general_name *name);

/** Append the extension's value from subtrees: IP bases are address+mask (8 or 32 octets). An empty list is left out. */
void ctn_constraints_write(ctn_buf *out, const ctn_general_name *permitted, size_t n_permitted,
    const ctn_general_name *excluded, size_t n_excluded);

#endif
