/*
 * What servers say before TLS. The first octet chooses the protocol, the second the size of the pieces that the rest comes in. Whatever comes,
 * the talk stays within its bounds, what it wants said is one of the few things there are, a refusal is text for a terminal, and whether TLS
 * may begin does not depend on the size of the pieces.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/starttls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool promise)
{
	if (!promise)
		abort();
}

static void
check_said(const ctn_talk *t)
{
	static const char *const words[] = { "EHLO [127.0.0.1]\r\n", "STARTTLS\r\n", "a STARTTLS\r\n", "STLS\r\n" };
	bool known = t->say_n == 0 || t->protocol == CTN_STARTTLS_LDAP || t->protocol == CTN_STARTTLS_POSTGRES;

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		known |= t->say_n == strlen(words[i]) && memcmp(t->say, words[i], t->say_n) == 0;
	must(known);
}

static void
check_refusal(const struct ctn_err *e)
{
	must(e->code == CTN_ENETWORK || e->code == CTN_ENOMEM);
	for (const char *c = e->text; *c != '\0'; c++)
		must((unsigned char)*c >= ' ' && *c != 0x7f);
}

/* How many octets were taken without a failure, and whether TLS was reached at the end. */
static size_t
hear_all(bool *done, enum ctn_starttls protocol, ctn_span rest, size_t piece)
{
	size_t at = 0;
	ctn_talk t;

	ctn_talk_open(&t, protocol, "[127.0.0.1]");
	while (at < rest.n) {
		size_t n = rest.n - at < piece ? rest.n - at : piece;
		struct ctn_err e = { 0 };

		if (!ctn_talk_hear(&t, (ctn_span){ rest.p + at, n }, &e)) {
			check_refusal(&e);
			*done = false;
			return at;
		}
		must(t.unit_n <= sizeof t.unit && t.say_n <= sizeof t.say && t.lines <= CTN_TALK_LINES_MAX);
		must(ctn_talk_awaits(&t) != NULL);
		check_said(&t);
		at += n;
		t.say_n = 0;
	}
	*done = t.done;
	return at;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool done, done_by_octet;
	enum ctn_starttls protocol;
	size_t taken;
	ctn_span rest;

	if (size < 2)
		return 0;
	protocol = (enum ctn_starttls)(1 + data[0] % (CTN_STARTTLS_KINDS - 1));
	rest = (ctn_span){ data + 2, size - 2 };
	taken = hear_all(&done, protocol, rest, 1 + data[1]);
	/* Answers ahead of the questions are refused in one piece and cannot be told from good ones in many, so only a yes is compared. */
	if (done)
		must(hear_all(&done_by_octet, protocol, rest, 1) == taken && done_by_octet);
	return 0;
}
