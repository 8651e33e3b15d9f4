/* General names (RFC 5280 4.2.1.6): the names that a certificate speaks for, told apart by form. */
#ifndef CTN_NAME_GENERAL_H
#define CTN_NAME_GENERAL_H

#include "base/bytes.h"
#include "base/err.h"
#include "der/der.h"

enum ctn_name_type { /* values are the context tags */
	CTN_NAME_OTHER = 0,
	CTN_NAME_EMAIL = 1,
	CTN_NAME_DNS = 2,
	CTN_NAME_X400 = 3,
	CTN_NAME_DIRECTORY = 4,
	CTN_NAME_EDI = 5,
	CTN_NAME_URI = 6,
	CTN_NAME_IP = 7,
	CTN_NAME_RID = 8
};
#define CTN_NAME_TYPES 9
/** "dns", "ip", "email", "uri", "dn", "other", "rid" ...: the words of policies. */
const char *ctn_name_type_text(enum ctn_name_type t);

/** One GeneralName as a view over DER: content of the context tag (IP: octets; directoryName: the Name whole). */
typedef struct ctn_general_name {
	enum ctn_name_type type;
	ctn_span value;
} ctn_general_name;

/** Next GeneralName of a GeneralNames content. False on malformed DER or an unknown tag. Contents are not judged. */
CTN_MUST bool ctn_general_next(ctn_der *r, ctn_general_name *out);
/**
 * Are the contents legal for the type as a subject's name (RFC 5280 4.2.1.6): an ASCII mailbox, a DNS name that may be a wildcard
 * (ctn_dns_valid), 4 or 16 octets, an absolute URI whose authority names a host, a Name that is not empty, an OID; otherName, x400Address
 * and ediPartyName well-formed? Fails CTN_EINPUT. For URIs of distribution points use ctn_uri_parse: `ldap:///` is legal there.
 */
CTN_MUST bool ctn_general_check(const ctn_general_name *n, struct ctn_err *e);
/**
 * Append as text for people: the bare value ("web.internal.example", "10.0.0.1", an address block of a constraint as "10.0.0.0/8"); others
 * as "dirName:CN=x", "otherName:1.2.3", "SmtpUTF8Mailbox:...", "registeredID:1.2.3", "x400Address", "ediPartyName". Whatever the octets, it
 * is safe to print.
 */
void ctn_general_text(ctn_buf *out, const ctn_general_name *n);
/** Append the GeneralName's DER: the value under its context tag. */
void ctn_general_write(ctn_buf *out, const ctn_general_name *n);

/** A name that is asked for: canonical text and the value as it goes into a certificate. */
typedef struct ctn_name {
	enum ctn_name_type type; /* DNS, IP, EMAIL or URI; OTHER from ctn_name_parse_mail; DIRECTORY etc. only from CSRs */
	const char *text;        /* canonical, UTF-8/ASCII */
	ctn_span value;          /* as in ctn_general_name */
	bool wildcard;
} ctn_name;

/**
 * A name by its form: IP address, URI (scheme:), e-mail (@), else DNS. Canonical, in the arena. Fails CTN_EINPUT; so does "host:443",
 * which by form would be a URI and by meaning is none.
 */
CTN_PUBLIC CTN_MUST bool ctn_name_parse(ctn_name *out, const char *text, ctn_arena *a, struct ctn_err *e);
/**
 * A mail address that a certificate is asked for: an rfc822Name, or, where its local part is not ASCII, the otherName that is for those
 * (SmtpUTF8Mailbox, RFC 9598 3). Canonical, in the arena. Fails CTN_EINPUT.
 */
CTN_PUBLIC CTN_MUST bool ctn_name_parse_mail(ctn_name *out, const char *text, ctn_arena *a, struct ctn_err *e);
/**
 * The same from a GeneralName of a CSR; types other than the four come out with text for people and must be judged by type. Its value
 * is canonical, so it can differ from the CSR's in case. Fails CTN_EINPUT when ctn_general_check does, or there is no canonical form.
 */
CTN_MUST bool ctn_name_of_general(ctn_name *out, const ctn_general_name *n, ctn_arena *a, struct ctn_err *e);
/** Same type and same value (canonical, so octets decide). */
bool ctn_name_equal(const ctn_name *a, const ctn_name *b);
/**
 * The DNS or host part with its labels reversed ("example.internal.web", "example.internal.*") for suffix search by index, in the arena;
 * NULL when there is none (addresses, also in URIs) or no memory.
 */
char *ctn_name_reversed(const ctn_name *n, ctn_arena *a);

#endif
