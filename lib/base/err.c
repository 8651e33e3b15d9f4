#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const code_names[CTN_CODES] = {
	[CTN_OK] = "ok",
	[CTN_EUSAGE] = "usage",
	[CTN_EINPUT] = "input",
	[CTN_EPOLICY] = "policy",
	[CTN_ESELECTOR] = "selector",
	[CTN_ENOTFOUND] = "not_found",
	[CTN_EEXISTS] = "exists",
	[CTN_ESTORE] = "store",
	[CTN_EFILE] = "file",
	[CTN_EKEY] = "key",
	[CTN_EPASSPHRASE] = "passphrase",
	[CTN_ECRYPTO] = "crypto",
	[CTN_ENETWORK] = "network",
	[CTN_ELOCKED] = "locked",
	[CTN_ENOMEM] = "memory",
	[CTN_ECLOCK] = "clock",
};

const char *
ctn_code_name(enum ctn_code code)
{
	if ((unsigned)code >= CTN_CODES)
		return "unknown";
	return code_names[code];
}

/* The dots replace whole characters: half a UTF-8 sequence would spoil the JSON that shows it. */
static void
mark_cut(char *text, size_t cap)
{
	size_t at = cap - sizeof("...");

	while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
		at--;
	memcpy(text + at, "...", sizeof("..."));
}

static void __attribute__((format(printf, 3, 0)))
fill(char *text, size_t cap, const char *fmt, va_list ap)
{
	int n = vsnprintf(text, cap, fmt, ap);

	if (n < 0)
		text[0] = '\0';
	else if ((size_t)n >= cap)
		mark_cut(text, cap);
}

static void
set(struct ctn_err *e, enum ctn_code code, const char *text)
{
	e->code = code;
	memcpy(e->text, text, strlen(text) + 1);
	e->hint[0] = '\0';
}

/* Every text is built aside first, since an argument may be the very text that is replaced. */
bool
ctn_fail(struct ctn_err *e, enum ctn_code code, const char *fmt, ...)
{
	char text[sizeof(e->text)];
	va_list ap;

	va_start(ap, fmt);
	fill(text, sizeof(text), fmt, ap);
	va_end(ap);
	set(e, code, text);
	return false;
}

bool
ctn_wrap(struct ctn_err *e, const char *fmt, ...)
{
	char what[sizeof(e->text)];
	char text[sizeof(e->text)];
	va_list ap;
	int n;

	va_start(ap, fmt);
	fill(what, sizeof(what), fmt, ap);
	va_end(ap);
	n = snprintf(text, sizeof(text), "%s: %s", what, e->text);
	if (n < 0)
		return false;
	if ((size_t)n >= sizeof(text))
		mark_cut(text, sizeof(text));
	memcpy(e->text, text, strlen(text) + 1);
	return false;
}

bool
ctn_hint(struct ctn_err *e, const char *fmt, ...)
{
	char hint[sizeof(e->hint)];
	va_list ap;

	va_start(ap, fmt);
	fill(hint, sizeof(hint), fmt, ap);
	va_end(ap);
	memcpy(e->hint, hint, strlen(hint) + 1);
	return false;
}

/* What was being done is cut before its reason is: the reason is why somebody reads the line. */
bool
ctn_fail_errno(struct ctn_err *e, enum ctn_code code, const char *fmt, ...)
{
	int number = errno;
	char space[128], text[sizeof(e->text)];
	const char *reason = strerror_r(number, space, sizeof(space));
	size_t reason_n = strnlen(reason, sizeof(space) - 1);
	size_t n;
	va_list ap;

	va_start(ap, fmt);
	fill(text, sizeof(text) - reason_n - 2, fmt, ap);
	va_end(ap);
	n = strlen(text);
	memcpy(text + n, ": ", 2);
	memcpy(text + n + 2, reason, reason_n);
	text[n + 2 + reason_n] = '\0';
	set(e, number == ENOMEM ? CTN_ENOMEM : code, text);
	return false;
}

bool
ctn_fail_memory(struct ctn_err *e)
{
	set(e, CTN_ENOMEM, "out of memory");
	return false;
}
