/* Part of monitor/served.h: files. */
#include <glob.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "der/pem.h"
#include "monitor/served.h"
#include "x509/crl.h"

#define FILE_MAX (1u << 20)
#define CHAIN_MAX 64

/** One look at all files. */
struct files {
	ctn_items *items;
	size_t first; /* item of the first file */
	const ctn_known *known;
	ctn_ca *ca;
};

/** What one file holds. */
struct held {
	ctn_span certs[CHAIN_MAX];
	size_t n;
	bool other;          /* keys, CRLs, requests */
	const char *failure;
};

static bool
keep(struct held *h, ctn_span der, ctn_arena *a, struct ctn_err *e)
{
	void *copy = ctn_arena_copy(a, der.p, der.n);

	if (copy == NULL)
		return ctn_fail_memory(e);
	h->certs[h->n++] = (ctn_span){ copy, der.n };
	return true;
}

static bool
say_failure(struct held *h, const struct ctn_err *said, ctn_arena *a, struct ctn_err *e)
{
	if (said->code == CTN_ENOMEM)
		return ctn_fail_memory(e);
	h->failure = ctn_arena_text(a, said->text);
	return h->failure != NULL || ctn_fail_memory(e);
}

static bool
read_pem(struct held *h, ctn_span text, ctn_arena *a, struct ctn_err *e)
{
	CTN_OWN_BUF der = { .secret = true, .max = FILE_MAX };
	ctn_pem_walk walk = { 0 };
	struct ctn_err said = { 0 };
	ctn_pem_block block;
	bool found;

	while (h->n < CHAIN_MAX) {
		if (!ctn_pem_next(&block, &der, text, &walk, &found, &said))
			return say_failure(h, &said, a, e);
		if (!found)
			return true;
		if (!ctn_span_equal(block.label, CTN_SPAN("CERTIFICATE")) && !ctn_span_equal(block.label, CTN_SPAN("X509 CERTIFICATE")))
			h->other = true;
		else if (!keep(h, ctn_buf_view(&der), a, e))
			return false;
	}
	return true;
}

static bool
read_der(struct held *h, ctn_span bytes, ctn_arena *a, struct ctn_err *e)
{
	struct ctn_err said = { 0 };
	ctn_cert cert;
	ctn_crl crl;

	if (ctn_cert_parse(&cert, bytes, &said))
		return keep(h, bytes, a, e);
	h->other = ctn_crl_parse(&crl, bytes, &said);
	return true;
}

static bool
read_held(struct held *h, const char *path, ctn_arena *a, struct ctn_err *e)
{
	CTN_OWN_BUF bytes = { .secret = true };
	struct ctn_err said = { 0 };

	*h = (struct held){ 0 };
	if (!ctn_file_read(&bytes, path, FILE_MAX, CTN_FILE_PLAIN, &said))
		return say_failure(h, &said, a, e);
	if (ctn_pem_looks(ctn_buf_view(&bytes)))
		return read_pem(h, ctn_buf_view(&bytes), a, e);
	return read_der(h, ctn_buf_view(&bytes), a, e);
}

/* A FIFO would wait, and a folder holds nothing itself. */
static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

static bool
is_listed(const struct files *f, const char *name)
{
	for (size_t i = f->first; i < f->items->n; i++)
		if (strcmp(f->items->at[i].r.item, name) == 0)
			return true;
	return false;
}

static bool
add_failed(struct files *f, const char *path, const char *why, struct ctn_err *e)
{
	char *name = ctn_arena_printf(f->ca->arena, "file:%s", path);
	ctn_item *i;

	if (name != NULL && is_listed(f, name))
		return true;
	i = ctn_items_add(f->items, name, "file", path);
	if (i == NULL)
		return ctn_fail_memory(e);
	i->r.where = i->r.title;
	i->failure = why;
	return true;
}

/* named: the policy names this very file, so that it must hold a certificate. */
static bool
add_file(struct files *f, const char *found, bool named, struct ctn_err *e)
{
	char *path = ctn_arena_text(f->ca->arena, found);
	char *name = path == NULL ? NULL : ctn_arena_printf(f->ca->arena, "file:%s", path);
	struct held h;
	ctn_item *i;

	if (name == NULL)
		return ctn_fail_memory(e);
	if (is_listed(f, name) || (!named && !is_file(path)))
		return true;
	if (!is_file(path))
		return add_failed(f, path, "it is no regular file", e);
	if (!read_held(&h, path, f->ca->arena, e))
		return false;
	if (h.n == 0 && h.failure == NULL && h.other && !named)
		return true;
	i = ctn_items_add(f->items, name, "file", path);
	if (i == NULL)
		return ctn_fail_memory(e);
	i->r.where = path;
	i->failure = h.failure != NULL ? h.failure : h.n == 0 ? "there is no certificate in it" : NULL;
	return i->failure != NULL || ctn_item_serves(i, h.certs, h.n, f->known, f->ca, e);
}

static bool
add_matches(struct files *f, const char *pattern, const glob_t *found, struct ctn_err *e)
{
	bool named = strpbrk(pattern, "*?[") == NULL;

	for (size_t i = 0; i < found->gl_pathc; i++) {
		if (f->items->n - f->first >= CTN_SERVED_FILES_MAX)
			return add_failed(f, pattern, "there are too many files: not all of them are looked at", e);
		if (!add_file(f, found->gl_pathv[i], named, e))
			return false;
	}
	return true;
}

static bool
add_glob(struct files *f, const char *pattern, struct ctn_err *e)
{
	glob_t found = { 0 };
	int status = glob(pattern, 0, NULL, &found);
	bool ok;

	if (status == GLOB_NOSPACE)
		ok = ctn_fail_memory(e);
	else if (status != 0)
		ok = add_failed(f, pattern, "nothing matches", e);
	else
		ok = add_matches(f, pattern, &found, e);
	globfree(&found);
	return ok;
}

bool
ctn_items_files(ctn_items *items, const ctn_monitor_policy *policy, const ctn_known *known, ctn_ca *ca, struct ctn_err *e)
{
	struct files f = { items, items->n, known, ca };

	for (size_t i = 0; i < policy->watch_n; i++)
		for (size_t k = 0; policy->watch[i].kind == CTN_WATCH_FILES && k < policy->watch[i].what_n; k++)
			if (!add_glob(&f, policy->watch[i].what[k], e))
				return false;
	return true;
}
