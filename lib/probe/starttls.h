/* The words before TLS: what a server says and is told until both begin the handshake. Pure: bytes in, bytes out, bounded. */
#ifndef CTN_PROBE_STARTTLS_H
#define CTN_PROBE_STARTTLS_H

#include "base/bytes.h"
#include "base/err.h"
#include "name/endpoint.h"

#define CTN_TALK_UNIT_MAX 2000  /* octets of a line, or of an LDAP message: four times what RFC 5321 lets a server say */
#define CTN_TALK_LINES_MAX 200u /* lines in all */

/** One conversation. What is in say goes to the server, and say_n becomes 0 then. */
typedef struct ctn_talk {
	enum ctn_starttls protocol;
	bool done;        /* the server's next bytes are TLS */
	char say[128];
	size_t say_n;
	char own_name[64]; /* what EHLO tells; "[127.0.0.1]" */
	unsigned step;
	unsigned lines;
	bool offered;     /* STARTTLS stood in the answer to EHLO */
	uint8_t unit[CTN_TALK_UNIT_MAX]; /* what is not whole yet */
	size_t unit_n;
} ctn_talk;

/** own_name: an address literal or host name for EHLO; of no other protocol. CTN_TLS_AT_ONCE is done from the start. */
void ctn_talk_open(ctn_talk *t, enum ctn_starttls protocol, const char *own_name);
/**
 * What the server said next. Fails CTN_ENETWORK: it refuses, answers what the protocol does not know, says too much, speaks before it is
 * asked, or has sent more behind the answer that TLS follows (what is injected there an attacker wrote: CVE-2011-0411, CVE-2021-23222).
 * After a failure the talk is over.
 */
CTN_MUST bool ctn_talk_hear(ctn_talk *t, ctn_span bytes, struct ctn_err *e);
/** What is waited for, for a message: "a greeting", "an answer to STARTTLS". */
const char *ctn_talk_awaits(const ctn_talk *t);

#endif
