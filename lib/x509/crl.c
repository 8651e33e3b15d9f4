#include "x509/crl.h"

#include "base/word.h"
#include "der/oid.h"
#include "der/write.h"
#include "name/dn.h"
#include "x509/part.h"

/* version Version OPTIONAL, if present v2 (RFC 5280, 5.1). */
static bool
read_version(ctn_crl *c, ctn_der *r, struct ctn_err *e)
{
	ctn_der at = *r;
	uint64_t v;

	c->version = 1;
	if (ctn_der_tag(r) != CTN_TAG_INTEGER)
		return true;
	c->version = 2;
	return (ctn_der_uint(r, &v) && v == 1) || ctn_part_bad("CRL version", &at, e);
}

static bool
is_time(const ctn_der *r)
{
	return ctn_der_tag(r) == CTN_TAG_UTC_TIME || ctn_der_tag(r) == CTN_TAG_GENERALIZED_TIME;
}

static bool
read_fields(ctn_crl *c, ctn_der *r, struct ctn_err *e)
{
	if (!read_version(c, r, e))
		return false;
	if (!ctn_part_algorithm(r, &c->inner_alg))
		return ctn_part_bad("inner signature algorithm", r, e);
	if (!ctn_der_well_formed(ctn_der_peek(r), CTN_X509_DEPTH, NULL) || !ctn_part_sequence(r, &c->issuer))
		return ctn_part_bad("issuer", r, e);
	if (!ctn_der_time(r, &c->this_update, NULL))
		return ctn_part_bad("thisUpdate", r, e);
	c->has_next_update = is_time(r);
	if (c->has_next_update && !ctn_der_time(r, &c->next_update, NULL))
		return ctn_part_bad("nextUpdate", r, e);
	return true;
}

static bool
exts_if(ctn_exts *x, ctn_der *r, struct ctn_err *e)
{
	ctn_der inner;
	bool present;

	if (!ctn_der_enter_if(r, CTN_TAG_CONTEXT_CONS(0), &inner, &present))
		return ctn_part_bad("CRL extensions", r, e);
	if (!present)
		return true;
	if (!ctn_part_exts(x, &inner, e))
		return false;
	return ctn_der_end(&inner) || ctn_part_bad("bytes after the CRL extensions", &inner, e);
}

static bool
read_tbs(ctn_crl *c, ctn_der *r, struct ctn_err *e)
{
	ctn_der tbs;

	c->tbs = ctn_der_peek(r);
	if (!ctn_der_sequence(r, &tbs))
		return ctn_part_bad("to-be-signed CRL", r, e);
	if (!read_fields(c, &tbs, e))
		return false;
	if (!ctn_der_take_if(&tbs, CTN_TAG_SEQUENCE, &c->entries, &c->has_list))
		return ctn_part_bad("revoked certificates", &tbs, e);
	if (!exts_if(&c->exts, &tbs, e))
		return false;
	return ctn_der_end(&tbs) || ctn_part_bad("bytes after the to-be-signed CRL", &tbs, e);
}

bool
ctn_crl_parse(ctn_crl *out, ctn_span der, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(der), whole;
	ctn_crl c = { .der = der };

	if (!ctn_der_sequence(&r, &whole) || !ctn_der_end(&r))
		return ctn_fail(e, CTN_EINPUT, "not one DER CRL");
	if (!read_tbs(&c, &whole, e) || !ctn_part_signature(&c.outer_alg, &c.signature, &whole, e))
		return false;
	c.sig_alg = ctn_sig_alg_of(c.outer_alg);
	*out = c;
	return true;
}

/* One crlEntryExtension (RFC 5280, 5.3). */
static bool
read_entry_ext(ctn_crl_entry *entry, const ctn_ext *x)
{
	struct ctn_err e;
	ctn_der names;

	if (ctn_span_equal(x->oid, ctn_oid_crl_reason)) {
		entry->has_reason = true;
		return ctn_ext_reason(&entry->reason, x->value, &e);
	}
	if (ctn_span_equal(x->oid, ctn_oid_invalidity_date)) {
		entry->has_invalidity = true;
		return ctn_ext_invalidity_date(&entry->invalid_since, x->value, &e);
	}
	if (ctn_span_equal(x->oid, ctn_oid_certificate_issuer)) {
		if (!ctn_ext_general_names(&names, x->value, &e))
			return false;
		entry->certificate_issuer = ctn_der_rest(&names);
		return true;
	}
	entry->unknown_critical = entry->unknown_critical || x->critical;
	return true;
}

static bool
read_entry_exts(ctn_crl_entry *entry, ctn_der *r)
{
	ctn_der list;
	ctn_ext x;

	entry->exts = ctn_der_peek(r);
	if (!ctn_der_sequence(r, &list) || ctn_der_end(&list))
		return false;
	while (!ctn_der_end(&list))
		if (!ctn_ext_next(&list, &x) || !read_entry_ext(entry, &x))
			return false;
	return true;
}

bool
ctn_crl_next(ctn_der *r, ctn_crl_entry *out)
{
	ctn_crl_entry entry = { 0 };
	ctn_der at = *r, inner;

	if (!ctn_der_sequence(&at, &inner) || !ctn_der_integer(&inner, &entry.serial))
		return false;
	if (!ctn_der_time(&inner, &entry.revoked_at, NULL))
		return false;
	if (!ctn_der_end(&inner) && (!read_entry_exts(&entry, &inner) || !ctn_der_end(&inner)))
		return false;
	*out = entry;
	*r = at;
	return true;
}

static bool
holds_name(ctn_span general_names, ctn_span name)
{
	ctn_der r = ctn_der_over(general_names);
	ctn_general_name n;

	while (ctn_general_next(&r, &n))
		if (n.type == CTN_NAME_DIRECTORY && ctn_dn_equal(n.value, name))
			return true;
	return false;
}

bool
ctn_crl_find(ctn_crl_entry *out, bool *found, const ctn_crl *crl, ctn_span issuer, ctn_span serial, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(crl->entries);
	bool ours = ctn_dn_equal(crl->issuer, issuer);
	ctn_crl_entry entry;

	*found = false;
	while (!ctn_der_end(&r)) {
		if (!ctn_crl_next(&r, &entry))
			return ctn_part_bad("CRL entry", &r, e);
		if (entry.certificate_issuer.n > 0)
			ours = holds_name(entry.certificate_issuer, issuer);
		if (!ours || !ctn_span_equal(entry.serial, serial))
			continue;
		*out = entry;
		*found = true;
		return true;
	}
	return true;
}

static const char *const reason_names[] = {
	[CTN_REASON_UNSPECIFIED] = "unspecified",
	[CTN_REASON_KEY_COMPROMISE] = "keyCompromise",
	[2] = "cACompromise",
	[3] = "affiliationChanged",
	[4] = "superseded",
	[5] = "cessationOfOperation",
	[CTN_REASON_CERTIFICATE_HOLD] = "certificateHold",
	[CTN_REASON_REMOVE_FROM_CRL] = "removeFromCRL",
	[9] = "privilegeWithdrawn",
	[10] = "aACompromise",
};
enum { REASONS = sizeof reason_names / sizeof *reason_names };

const char *
ctn_crl_reason_name(unsigned reason)
{
	return reason < REASONS ? reason_names[reason] : NULL;
}

static bool
hint_all(const char *const *words, size_t n, struct ctn_err *e)
{
	CTN_OWN_BUF list = { 0 };

	for (size_t i = 0; i < n; i++)
		ctn_buf_printf(&list, "%s%s", i == 0 ? "" : ", ", words[i]);
	return ctn_buf_cstr(&list) != NULL && ctn_hint(e, "one of %s", ctn_buf_cstr(&list));
}

bool
ctn_crl_reason_parse(unsigned *reason, const char *name, struct ctn_err *e)
{
	const char *words[REASONS], *nearest;
	size_t n = 0;

	for (unsigned i = 0; i < REASONS; i++) {
		if (reason_names[i] == NULL)
			continue;
		if (strcmp(name, reason_names[i]) == 0) {
			*reason = i;
			return true;
		}
		words[n++] = reason_names[i];
	}
	nearest = ctn_word_nearest(name, words, n);
	(void)!ctn_fail(e, CTN_EINPUT, "unknown reason '%s'", name);
	return nearest != NULL ? ctn_hint(e, "did you mean %s?", nearest) : hint_all(words, n, e);
}

static void
put_number(ctn_buf *b, ctn_span oid, bool critical, uint64_t v)
{
	ctn_part_mark m = ctn_part_ext_open(b, oid, critical);

	ctn_der_put_uint(b, v);
	ctn_part_ext_close(b, m);
}

/* [n] IMPLICIT BOOLEAN DEFAULT FALSE */
static void
put_flag(ctn_buf *b, unsigned n, bool v)
{
	if (v)
		ctn_der_put(b, CTN_TAG_CONTEXT(n), CTN_SPAN("\xff"));
}

static void
put_idp(ctn_buf *b, const ctn_crl_fields *f)
{
	ctn_part_mark m = ctn_part_ext_open(b, ctn_oid_issuing_distribution_point, true);
	size_t idp = ctn_der_open(b, CTN_TAG_SEQUENCE);

	if (f->idp_url != NULL)
		ctn_part_full_name_put(b, &f->idp_url, 1);
	put_flag(b, 1, f->only_user);
	put_flag(b, 2, f->only_ca);
	ctn_der_close(b, idp);
	ctn_part_ext_close(b, m);
}

static void
put_exts(ctn_buf *b, const ctn_crl_fields *f)
{
	size_t outer = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(0)), list = ctn_der_open(b, CTN_TAG_SEQUENCE);

	ctn_part_aki_put(b, f->authority_key_id);
	put_number(b, ctn_oid_crl_number, false, f->number);
	if (f->is_delta)
		put_number(b, ctn_oid_delta_crl_indicator, true, f->base_number);
	if (f->idp_url != NULL || f->only_user || f->only_ca)
		put_idp(b, f);
	ctn_der_close(b, list);
	ctn_der_close(b, outer);
}

void
ctn_crl_begin(ctn_crl_build *b, ctn_buf *out, const ctn_crl_fields *f)
{
	*b = (ctn_crl_build){ .out = out, .tbs_mark = ctn_der_open(out, CTN_TAG_SEQUENCE) };
	ctn_der_put_uint(out, 1);
	ctn_buf_span(out, ctn_sig_alg_der(f->sig_alg));
	ctn_buf_span(out, f->issuer);
	ctn_der_put_time(out, f->this_update);
	ctn_der_put_time(out, f->next_update);
}

static void
put_entry_exts(ctn_buf *b, unsigned reason, int64_t invalid_since)
{
	size_t list = ctn_der_open(b, CTN_TAG_SEQUENCE);
	ctn_part_mark m;

	if (reason != CTN_REASON_UNSPECIFIED) {
		m = ctn_part_ext_open(b, ctn_oid_crl_reason, false);
		ctn_der_put_enumerated(b, reason);
		ctn_part_ext_close(b, m);
	}
	if (invalid_since >= 0) {
		m = ctn_part_ext_open(b, ctn_oid_invalidity_date, false);
		ctn_der_put_generalized_time(b, invalid_since);
		ctn_part_ext_close(b, m);
	}
	ctn_der_close(b, list);
}

void
ctn_crl_add(ctn_crl_build *b, ctn_span serial, int64_t revoked_at, unsigned reason, int64_t invalid_since)
{
	size_t entry;

	/* RFC 5280, 5.1.2.6: no list at all when there is no entry */
	if (!b->any)
		b->list_mark = ctn_der_open(b->out, CTN_TAG_SEQUENCE);
	b->any = true;
	entry = ctn_der_open(b->out, CTN_TAG_SEQUENCE);
	ctn_der_put(b->out, CTN_TAG_INTEGER, serial);
	ctn_der_put_time(b->out, revoked_at);
	if (reason != CTN_REASON_UNSPECIFIED || invalid_since >= 0)
		put_entry_exts(b->out, reason, invalid_since);
	ctn_der_close(b->out, entry);
}

void
ctn_crl_end(ctn_crl_build *b, const ctn_crl_fields *f)
{
	if (b->any)
		ctn_der_close(b->out, b->list_mark);
	put_exts(b->out, f);
	ctn_der_close(b->out, b->tbs_mark);
}
