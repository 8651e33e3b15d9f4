#include "probe/starttls_ldap.h"

#include <stdio.h>

#define SEQUENCE 0x30
#define INTEGER 0x02
#define ENUMERATED 0x0a
#define OCTET_STRING 0x04
#define EXTENDED_RESPONSE 0x78

enum took { TOOK, TOO_SHORT, NOT_SUCH };

/* RFC 4511 appendix A.1: what a server says that will not begin TLS. */
static const struct reason {
	unsigned code;
	const char *name;
} reasons[] = {
	{ 1, "operationsError" }, { 2, "protocolError" }, { 8, "strongerAuthRequired" }, { 10, "referral" }, { 12, "unavailableCriticalExtension" },
	{ 13, "confidentialityRequired" }, { 50, "insufficientAccessRights" }, { 51, "busy" }, { 52, "unavailable" },
	{ 53, "unwillingToPerform" }, { 80, "other" },
};

static bool
not_ldap(struct ctn_err *e)
{
	return ctn_fail(e, CTN_ENETWORK, "what answers does not speak LDAP");
}

/* The length that r begins with, in BER's definite forms of up to four octets. */
static enum took
take_length(size_t *out, ctn_span *r)
{
	size_t more, n;

	if (r->n == 0)
		return TOO_SHORT;
	n = r->p[0];
	more = n & 0x7f;
	*r = (ctn_span){ r->p + 1, r->n - 1 };
	*out = n;
	if (n < 0x80)
		return TOOK;
	if (more == 0 || more > 4)
		return NOT_SUCH;
	if (r->n < more)
		return TOO_SHORT;
	*out = 0;
	for (size_t i = 0; i < more; i++)
		*out = *out << 8 | r->p[i];
	*r = (ctn_span){ r->p + more, r->n - more };
	return TOOK;
}

/* One element of this tag off the front of r. */
static enum took
take(ctn_span *content, ctn_span *r, uint8_t tag)
{
	ctn_span rest = { NULL, 0 };
	enum took took;
	size_t n;

	if (r->n == 0)
		return TOO_SHORT;
	if (r->p[0] != tag)
		return NOT_SUCH;
	rest = (ctn_span){ r->p + 1, r->n - 1 };
	took = take_length(&n, &rest);
	if (took != TOOK)
		return took;
	if (n > rest.n)
		return TOO_SHORT;
	*content = (ctn_span){ rest.p, n };
	*r = (ctn_span){ rest.p + n, rest.n - n };
	return TOOK;
}

static bool
refused(unsigned code, ctn_span why, struct ctn_err *e)
{
	CTN_OWN_BUF text = { 0 };
	const char *name = NULL, *shown;
	char number[16];

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].code == code)
			name = reasons[i].name;
	(void)snprintf(number, sizeof number, "result %u", code);
	ctn_buf_printable(&text, (ctn_span){ why.p, why.n < 200 ? why.n : 200 });
	shown = ctn_buf_cstr(&text);
	return ctn_fail(e, CTN_ENETWORK, "the server refuses StartTLS: %s%s%s", name != NULL ? name : number, why.n > 0 ? ": " : "",
	    shown == NULL ? "" : shown);
}

bool
ctn_ldap_answer(bool *done, ctn_span so_far, struct ctn_err *e)
{
	ctn_span message, id, response, code, matched, why;
	ctn_span r = so_far;
	enum took took = take(&message, &r, SEQUENCE);

	*done = false;
	if (took == TOO_SHORT)
		return true;
	if (took != TOOK || r.n > 0)
		return not_ldap(e);
	if (take(&id, &message, INTEGER) != TOOK || take(&response, &message, EXTENDED_RESPONSE) != TOOK)
		return not_ldap(e);
	if (take(&code, &response, ENUMERATED) != TOOK || code.n != 1 || take(&matched, &response, OCTET_STRING) != TOOK ||
	    take(&why, &response, OCTET_STRING) != TOOK)
		return not_ldap(e);
	if (code.p[0] != 0)
		return refused(code.p[0], why, e);
	/* Message 0 is a notice that nobody asked for (RFC 4511 4.4). */
	if (id.n != 1 || id.p[0] != 1)
		return not_ldap(e);
	*done = true;
	return true;
}
