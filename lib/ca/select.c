#include "ca/select.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/time.h"
#include "der/pem.h"
#include "hash/hash.h"
#include "store/authority.h"
#include "store/list.h"
#include "x509/cert.h"

#define NO_LIMIT SIZE_MAX
#define TEXT_CANDIDATES 5   /* so many fit an error's text */
#define FILE_MAX (4u << 20) /* a bundle whose first certificate is meant */
#define SERIAL_MAX 21       /* 20 octets and a leading zero as ASN.1 writes it */

static const char *const cert_labels[] = { "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", NULL };
static const char *const endings[] = { ".crt", ".pem", ".cer", ".der", ".cert" };

/* Records that were found so far. */
struct found {
	ctn_cert_row *rows;
	size_t n;
};

char *
ctn_cert_row_title(const ctn_cert_row *row, int64_t now_s, ctn_arena *a)
{
	char *serial = ctn_arena_hex(a, row->serial), end[32];
	const char *name = row->names_n > 0 ? row->names[0].value : row->subject;

	const char *status = ctn_cert_status(row, now_s);
	const char *till = strcmp(status, "valid") == 0 ? " until" : row->not_after < now_s ? ", ended" : ", ends";

	ctn_time_text(end, row->not_after);
	return serial == NULL ? NULL : ctn_arena_printf(a, "%s: %.64s, %s, %s%s %s", serial, name, row->profile, status, till, end);
}

static bool
is_live(const ctn_cert_row *row, int64_t now_s)
{
	return row->issued && row->revoked != CTN_IS_REVOKED && row->not_after >= now_s;
}

static bool
is_revoked(const ctn_cert_row *row, int64_t now_s)
{
	return row->revoked == CTN_IS_REVOKED && row->not_after >= now_s;
}

static bool
is_held(const ctn_cert_row *row, int64_t now_s)
{
	(void)now_s;
	return row->revoked == CTN_IS_HELD;
}

typedef bool (*row_test)(const ctn_cert_row *row, int64_t now_s);

static size_t
count(const struct found *f, row_test test, int64_t now_s)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += test(&f->rows[i], now_s);
	return n;
}

/* The order stays: newest first. */
static void
keep(struct found *f, row_test test, int64_t now_s)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		if (test(&f->rows[i], now_s))
			f->rows[n++] = f->rows[i];
	f->n = n;
}

/* ---- by serial and fingerprint */

/* INTEGER content as records have it: no leading zero but the one that keeps it positive. */
static ctn_span
as_serial(uint8_t octets[1 + SERIAL_MAX], size_t n)
{
	uint8_t *p = octets + 1; /* octets[0] is zero */

	while (n > 1 && *p == 0) {
		p++;
		n--;
	}
	return (*p & 0x80) != 0 ? (ctn_span){ p - 1, n + 1 } : (ctn_span){ p, n };
}

static bool
by_hex(struct found *f, ctn_ca *ca, const char *selector, struct ctn_err *e)
{
	uint8_t octets[33] = { 0 };
	size_t n;

	if (!ctn_unhex(octets + 1, 32, &n, selector) || n == 0)
		return true;
	if (n == 32)
		return ctn_store_certs_by_sha256(&f->rows, &f->n, ca->store, octets + 1, ca->arena, e);
	if (n > SERIAL_MAX)
		return true;
	return ctn_store_certs_by_serial(&f->rows, &f->n, ca->store, as_serial(octets, n), NO_LIMIT, ca->arena, e);
}

/* ---- by file */

static bool
looks_like_file(const char *selector)
{
	size_t n = strlen(selector);

	if (strchr(selector, '/') != NULL && strstr(selector, "://") == NULL)
		return true;
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		if (n > strlen(endings[i]) && strcmp(selector + n - strlen(endings[i]), endings[i]) == 0)
			return true;
	return false;
}

static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

static bool
has_issuer(bool *yes, ctn_ca *ca, const ctn_cert_row *row, const ctn_cert *cert, struct ctn_err *e)
{
	ctn_ca_cert_row *issuers;
	size_t n;

	*yes = false;
	if (!ctn_store_ca_certs(&issuers, &n, ca->store, row->issuer_key_id, ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++)
		*yes = *yes || ctn_span_equal(issuers[i].subject, cert->issuer);
	return true;
}

/* Bytes that no record has, but a serial and an issuer that one has: what was intended here and signed without a record. */
static bool
by_serial_and_issuer(struct found *f, ctn_ca *ca, const ctn_cert *cert, struct ctn_err *e)
{
	struct found all = { 0 };

	if (!ctn_store_certs_by_serial(&all.rows, &all.n, ca->store, cert->serial, NO_LIMIT, ca->arena, e))
		return false;
	for (size_t i = 0; i < all.n; i++) {
		bool yes;

		if (!has_issuer(&yes, ca, &all.rows[i], cert, e))
			return false;
		if (yes)
			*f = (struct found){ &all.rows[i], 1 };
	}
	return true;
}

static bool
by_file(struct found *f, ctn_ca *ca, const char *path, struct ctn_err *e)
{
	CTN_OWN_BUF text = { 0 };
	CTN_OWN_BUF der = { .max = CTN_CERT_MAX };
	uint8_t digest[32];
	ctn_cert cert;

	if (!ctn_file_read(&text, path, FILE_MAX, CTN_FILE_PLAIN, e))
		return false;
	if (!ctn_pem_one(&der, ctn_buf_view(&text), cert_labels, e) || !ctn_cert_parse(&cert, ctn_buf_view(&der), e))
		return ctn_wrap(e, "selector %.200s", path);
	if (!ctn_sha256(digest, ctn_buf_view(&der), e) ||
	    !ctn_store_certs_by_sha256(&f->rows, &f->n, ca->store, digest, ca->arena, e))
		return false;
	return f->n > 0 || by_serial_and_issuer(f, ca, &cert, e);
}

/* ---- by name */

static bool
by_name(struct found *f, ctn_ca *ca, const char *selector, struct ctn_err *e)
{
	struct ctn_err not_a_name;
	ctn_name name;

	if (!ctn_store_certs_by_name(&f->rows, &f->n, ca->store, selector, NO_LIMIT, ca->arena, e))
		return false;
	if (f->n > 0 || !ctn_name_parse(&name, selector, ca->arena, &not_a_name) || strcmp(name.text, selector) == 0)
		return true;
	return ctn_store_certs_by_name(&f->rows, &f->n, ca->store, name.text, NO_LIMIT, ca->arena, e);
}

static ctn_cert_row *
of_lineage(const struct found *f, int64_t lineage)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->rows[i].lineage == lineage)
			return &f->rows[i];
	return NULL;
}

/* One row for each lineage: its newest certificate, or its newest intent when it never had one. */
static bool
keep_newest(struct found *f, ctn_arena *a, struct ctn_err *e)
{
	struct found newest = { ctn_arena_new(a, ctn_cert_row, f->n + 1), 0 };

	if (newest.rows == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < f->n; i++) {
		ctn_cert_row *known = of_lineage(&newest, f->rows[i].lineage);

		if (known == NULL)
			newest.rows[newest.n++] = f->rows[i];
		else if (!known->issued && f->rows[i].issued)
			*known = f->rows[i];
	}
	*f = newest;
	return true;
}

static bool
fail_none(const struct found *f, const ctn_ca *ca, const char *selector, const char *what, struct ctn_err *e)
{
	char *first = f->n == 0 ? NULL : ctn_cert_row_title(&f->rows[0], ca->now_s, ca->arena);

	if (f->n == 0) {
		ctn_fail(e, CTN_ESELECTOR, "no certificate of this home matches '%.200s'", selector);
		return ctn_hint(e, "catena list shows all; a selector is a serial, a SHA-256 fingerprint, a certificate file or a whole name");
	}
	ctn_fail(e, CTN_ESELECTOR, "no certificate named '%.200s' is %s: %s%s", selector, what, first == NULL ? "" : first, f->n > 1 ? ", ..." : "");
	return ctn_hint(e, "a serial selects one whatever its state");
}

static bool
fail_several(const struct found *f, const ctn_ca *ca, const char *selector, enum ctn_select_how how, struct ctn_err *e)
{
	CTN_OWN_BUF list = { 0 };
	const char *text;

	for (size_t i = 0; i < f->n && i < TEXT_CANDIDATES; i++) {
		char *title = ctn_cert_row_title(&f->rows[i], ca->now_s, ca->arena);

		if (title == NULL)
			return ctn_fail_memory(e);
		ctn_buf_printf(&list, "%s%s", i == 0 ? "" : "; ", title);
	}
	text = ctn_buf_cstr(&list);
	ctn_fail(e, CTN_ESELECTOR, "'%.100s' matches %zu certificates: %s%s", selector, f->n, text == NULL ? "" : text,
	    f->n > TEXT_CANDIDATES ? "; ..." : "");
	return ctn_hint(e, how == CTN_SELECT_LIVE ? "name one by its serial, or revoke all of them with --all" : "name one by its serial or fingerprint");
}

/* Which of the records of a name are meant. */
static bool
choose(struct found *f, ctn_ca *ca, const char *selector, enum ctn_select_how how, struct ctn_err *e)
{
	if (how == CTN_SELECT_NEWEST)
		return keep_newest(f, ca->arena, e);
	if (how == CTN_SELECT_HELD) {
		if (count(f, is_held, ca->now_s) == 0)
			return fail_none(f, ca, selector, "on hold", e);
		keep(f, is_held, ca->now_s);
		return true;
	}
	if (count(f, is_live, ca->now_s) + count(f, is_revoked, ca->now_s) == 0)
		return fail_none(f, ca, selector, "live", e);
	keep(f, count(f, is_live, ca->now_s) > 0 ? is_live : is_revoked, ca->now_s);
	return true;
}

/* *as_name: which of the records are meant is still to be chosen. */
static bool
find(struct found *f, bool *as_name, ctn_ca *ca, const char *selector, struct ctn_err *e)
{
	*as_name = false;
	if (!by_hex(f, ca, selector, e))
		return false;
	if (f->n > 0)
		return true;
	if (looks_like_file(selector) && is_file(selector))
		return by_file(f, ca, selector, e);
	if (!by_name(f, ca, selector, e))
		return false;
	*as_name = f->n > 0;
	return *as_name || !is_file(selector) || by_file(f, ca, selector, e);
}

bool
ctn_ca_select(ctn_cert_row **rows, size_t *n, ctn_ca *ca, const char *selector, enum ctn_select_how how, struct ctn_err *e)
{
	struct found f = { 0 };
	bool as_name, ok;

	*n = 0;
	if (!find(&f, &as_name, ca, selector, e))
		return false;
	ok = f.n > 0 ? !as_name || choose(&f, ca, selector, how, e) : fail_none(&f, ca, selector, "", e);
	*rows = f.rows;
	*n = f.n;
	if (!ok)
		return false;
	if (f.n == 1 || (how == CTN_SELECT_ALL && as_name))
		return true;
	return fail_several(&f, ca, selector, how, e);
}
