#include "ca/chain.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "der/oid.h"
#include "name/constraint.h"
#include "name/dn.h"
#include "store/authority.h"
#include "store/find.h"

#define BREACHES_MAX 64

char *
ctn_chain_key_word(ctn_span key_id, ctn_arena *a)
{
	return ctn_arena_hex(a, (ctn_span){ key_id.p, key_id.n < 4 ? key_id.n : 4 });
}

static bool
is_self_signed(const ctn_cert *c)
{
	return ctn_span_equal(c->subject, c->issuer);
}

/* Who signed below: the newest certificate of its name, and of its key identifier when both say one. */
static bool
find_above(const ctn_ca_cert_row **above, ctn_cert *cert, const ctn_cert *below, ctn_ca *ca, struct ctn_err *e)
{
	const ctn_ext *ext = ctn_exts_find(&below->exts, ctn_oid_authority_key_id);
	ctn_ca_cert_row *rows;
	ctn_aki aki = { 0 };
	size_t n;

	*above = NULL;
	if (ext != NULL && !ctn_ext_aki(&aki, ext->value, e))
		return false;
	if (!ctn_store_ca_certs_named(&rows, &n, ca->store, below->issuer, ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		ctn_span key_id;

		if (!ctn_cert_parse(cert, rows[i].der, e))
			return ctn_wrap(e, "recorded CA certificate %lld", (long long)rows[i].id);
		key_id = ctn_cert_key_id(cert);
		if (aki.key_id.n > 0 && key_id.n > 0 && !ctn_span_equal(aki.key_id, key_id))
			continue;
		*above = &rows[i];
		return true;
	}
	return true;
}

static bool
climb(ctn_chain *c, ctn_ca *ca, struct ctn_err *e)
{
	const ctn_ca_cert_row *above;

	while (!c->complete && c->n < CTN_CHAIN_MAX) {
		if (!find_above(&above, &c->certs[c->n], &c->certs[c->n - 1], ca, e))
			return false;
		if (above == NULL)
			return true;
		c->issued[c->n] = above->certificate_id;
		c->complete = above->is_anchor;
		c->n++;
	}
	return true;
}

static bool
from_key(ctn_chain *out, ctn_ca *ca, struct ctn_err *e)
{
	ctn_ca_cert_row *rows;
	size_t n;

	out->n = 0;
	out->complete = false;
	if (!ctn_store_ca_certs(&rows, &n, ca->store, out->key.id, ca->arena, e))
		return false;
	if (n == 0) {
		ctn_fail(e, CTN_EKEY, "authority %s has no certificate yet", out->key.authority);
		return ctn_hint(e, "catena ca csr %s makes the request; catena ca install %s CERT takes what was signed", out->key.authority,
		    out->key.authority);
	}
	if (!ctn_cert_parse(&out->certs[0], rows[0].der, e))
		return ctn_wrap(e, "certificate of authority %s", out->key.authority);
	out->issued[0] = rows[0].certificate_id;
	out->complete = rows[0].is_anchor || is_self_signed(&out->certs[0]);
	out->n = 1;
	return climb(out, ca, e);
}

bool
ctn_chain_of(ctn_chain *out, ctn_ca *ca, const char *authority, struct ctn_err *e)
{
	return ctn_store_issuer_key_of(&out->key, ca->store, authority, ca->arena, e) && from_key(out, ca, e);
}

bool
ctn_chain_of_key(ctn_chain *out, ctn_ca *ca, int64_t issuer_key_id, struct ctn_err *e)
{
	return ctn_store_issuer_key(&out->key, ca->store, issuer_key_id, ca->arena, e) && from_key(out, ca, e);
}

/* {key} and {shard} of one URL. */
static const char *
fill_url(const char *url, const char *key, unsigned shard, ctn_arena *a)
{
	CTN_OWN_BUF b = { 0 };

	while (*url != '\0') {
		if (strncmp(url, "{key}", 5) == 0) {
			ctn_buf_text(&b, key);
			url += 5;
		} else if (strncmp(url, "{shard}", 7) == 0) {
			ctn_buf_printf(&b, "%u", shard);
			url += 7;
		} else {
			ctn_buf_byte(&b, (uint8_t)*url++);
		}
	}
	return ctn_buf_cstr(&b) == NULL ? NULL : ctn_arena_text(a, ctn_buf_cstr(&b));
}

bool
ctn_chain_urls(const char *const **out, const char **urls, size_t n, const ctn_issuer_key_row *key, unsigned shard, ctn_arena *a,
    struct ctn_err *e)
{
	const char **filled = ctn_arena_new(a, const char *, n == 0 ? 1 : n);
	char *word = ctn_chain_key_word(key->key_id, a);

	if (filled == NULL || word == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < n; i++) {
		filled[i] = fill_url(urls[i], word, shard, a);
		if (filled[i] == NULL)
			return ctn_fail_memory(e);
	}
	*out = filled;
	return true;
}

static bool
path_length_of(ctn_issuer_facts *out, const ctn_cert *c, struct ctn_err *e)
{
	const ctn_ext *ext = ctn_exts_find(&c->exts, ctn_oid_basic_constraints);
	ctn_basic_constraints bc;

	if (ext == NULL)
		return true;
	if (!ctn_ext_basic_constraints(&bc, ext->value, e))
		return false;
	out->has_path_len = bc.has_path_len;
	out->path_len = bc.path_len > UINT_MAX ? UINT_MAX : (unsigned)bc.path_len;
	return true;
}

bool
ctn_chain_revoked(const char **text, ctn_ca *ca, int64_t certificate_id, struct ctn_err *e)
{
	ctn_cert_row row;
	char *serial;

	*text = NULL;
	if (certificate_id == 0)
		return true;
	if (!ctn_store_cert(&row, ca->store, certificate_id, ca->arena, e))
		return false;
	if (row.revoked == CTN_NOT_REVOKED)
		return true;
	serial = ctn_arena_hex(ca->arena, row.serial);
	*text = serial == NULL ? NULL
	                       : ctn_arena_printf(ca->arena, "its CA certificate with serial %s is %s", serial,
	                             row.revoked == CTN_IS_HELD ? "on hold" : "revoked");
	return *text != NULL || ctn_fail_memory(e);
}

/* Whoever validates goes all the way up; so do we. */
static bool
find_revoked(ctn_issuer_facts *out, const ctn_chain *c, ctn_ca *ca, struct ctn_err *e)
{
	for (size_t i = 0; i < c->n && out->revoked == NULL; i++)
		if (!ctn_chain_revoked(&out->revoked, ca, c->issued[i], e))
			return false;
	return true;
}

bool
ctn_chain_facts(ctn_issuer_facts *out, const ctn_chain *c, const ctn_policies *policies, unsigned shard, ctn_ca *ca, struct ctn_err *e)
{
	const ctn_authority_policy *p = ctn_policies_authority(policies, c->key.authority);
	ctn_spki spki;

	if (!ctn_spki_parse(&spki, c->key.spki, e))
		return ctn_wrap(e, "recorded key of authority %s", c->key.authority);
	*out = (ctn_issuer_facts){
		.authority = c->key.authority,
		.subject = c->certs[0].subject,
		.key_id = c->key.key_id,
		.sig_alg = ctn_sig_alg_for(spki.kind.alg),
		.not_before = c->certs[0].not_before,
		.not_after = c->certs[0].not_after,
	};
	if (!path_length_of(out, &c->certs[0], e) || !find_revoked(out, c, ca, e))
		return false;
	for (size_t i = 1; i < c->n; i++)
		if (c->certs[i].not_after < out->not_after)
			out->not_after = c->certs[i].not_after;
	if (p == NULL)
		return true;
	out->crl_urls_n = p->crl.urls_n;
	out->ca_issuer_urls_n = p->ca_issuers_n;
	return ctn_chain_urls(&out->crl_urls, p->crl.urls, p->crl.urls_n, &c->key, shard, ca->arena, e) &&
	       ctn_chain_urls(&out->ca_issuer_urls, p->ca_issuers, p->ca_issuers_n, &c->key, shard, ca->arena, e);
}

/* ---- what the chain lets be */

struct judge {
	const ctn_chain *chain;
	const ctn_cert *cert;
	ctn_chain_breach *at;
	size_t n;
	ctn_arena *a;
	bool no_memory;
};

static void
breach(struct judge *j, const char *rule, const char *cite, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static void
breach(struct judge *j, const char *rule, const char *cite, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (j->n == BREACHES_MAX)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	j->at[j->n] = (ctn_chain_breach){ .rule = rule, .cite = cite, .text = ctn_arena_text(j->a, text) };
	j->no_memory = j->no_memory || j->at[j->n].text == NULL;
	j->n++;
}

static const char *
title_of(struct judge *j, const ctn_cert *c)
{
	CTN_OWN_BUF b = { 0 };
	const char *text;

	ctn_cert_title(&b, c);
	text = ctn_buf_cstr(&b) == NULL ? NULL : ctn_arena_text(j->a, ctn_buf_cstr(&b));
	j->no_memory = j->no_memory || text == NULL;
	return text != NULL ? text : "?";
}

static void
judge_name(struct judge *j, const ctn_cert *above, const ctn_name_constraints *nc, const ctn_general_name *name)
{
	enum ctn_constraint_answer answer = ctn_constraints_judge(nc, name, NULL, NULL);
	CTN_OWN_BUF text = { 0 };

	if (answer == CTN_CONSTRAINT_OK)
		return;
	ctn_general_text(&text, name);
	breach(j, "name_constraints", "RFC 5280 4.2.1.10", "'%s' is %s the name constraints of %s", ctn_buf_cstr(&text) != NULL ? ctn_buf_cstr(&text) : "?",
	    answer == CTN_CONSTRAINT_EXCLUDED ? "excluded by" : "outside", title_of(j, above));
}

static bool
judge_names(struct judge *j, const ctn_cert *above, struct ctn_err *e)
{
	const ctn_ext *nc_ext = ctn_exts_find(&above->exts, ctn_oid_name_constraints);
	const ctn_ext *san = ctn_exts_find(&j->cert->exts, ctn_oid_subject_alt_name);
	ctn_general_name name = { CTN_NAME_DIRECTORY, j->cert->subject };
	ctn_name_constraints nc;
	ctn_der names;

	if (nc_ext == NULL)
		return true;
	if (!ctn_constraints_parse(&nc, nc_ext->value, e))
		return ctn_wrap(e, "name constraints of a recorded CA certificate");
	if (!ctn_dn_is_empty(j->cert->subject))
		judge_name(j, above, &nc, &name);
	if (san == NULL)
		return true;
	if (!ctn_ext_general_names(&names, san->value, e))
		return false;
	while (!ctn_der_end(&names)) {
		if (!ctn_general_next(&names, &name))
			return ctn_fail(e, CTN_EINPUT, "subjectAltName, at byte %zu", ctn_der_offset(&names));
		judge_name(j, above, &nc, &name);
	}
	return true;
}

/* RFC 5280 4.2.1.12 as every validator applies it to CAs: what stands in a CA's list bounds what is below. */
static bool
judge_eku(struct judge *j, const ctn_cert *above, struct ctn_err *e)
{
	const ctn_ext *bound = ctn_exts_find(&above->exts, ctn_oid_ext_key_usage);
	const ctn_ext *own = ctn_exts_find(&j->cert->exts, ctn_oid_ext_key_usage);
	ctn_der list;
	ctn_span oid;

	if (bound == NULL || ctn_ext_eku_has(bound->value, ctn_oid_any_ext_key_usage))
		return true;
	if (own == NULL) {
		breach(j, "extended_key_usage", "RFC 5280 4.2.1.12", "it is for every purpose, %s is not", title_of(j, above));
		return true;
	}
	if (!ctn_ext_eku(&list, own->value, e))
		return false;
	while (!ctn_der_end(&list)) {
		const char *word;

		if (!ctn_der_oid(&list, &oid))
			return ctn_fail(e, CTN_EINPUT, "extendedKeyUsage, at byte %zu", ctn_der_offset(&list));
		word = ctn_oid_name(oid);
		/* RFC 6960 4.2.2.2: a responder is appointed by its issuer directly, whatever that issues for. */
		if (!ctn_ext_eku_has(bound->value, oid) && !ctn_span_equal(oid, ctn_oid_kp_ocsp_signing))
			breach(j, "extended_key_usage", "RFC 5280 4.2.1.12", "%s is no purpose of %s", word != NULL ? word : "a purpose of its own",
			    title_of(j, above));
	}
	return true;
}

/* RFC 5280 4.2.1.9: how many CA certificates may stand between a CA and a leaf, self-issued ones not counted. */
static bool
judge_path_length(struct judge *j, size_t level, unsigned cas_below, struct ctn_err *e)
{
	const ctn_cert *above = &j->chain->certs[level];
	const ctn_ext *ext = ctn_exts_find(&above->exts, ctn_oid_basic_constraints);
	ctn_basic_constraints bc;

	if (ext == NULL || !ctn_ext_basic_constraints(&bc, ext->value, e))
		return ctn_fail(e, CTN_ESTORE, "a recorded CA certificate has no basic constraints");
	if (bc.has_path_len && cas_below > bc.path_len)
		breach(j, "path_length", "RFC 5280 4.2.1.9", "%s allows %llu CA certificates below it, this would be number %u", title_of(j, above),
		    (unsigned long long)bc.path_len, cas_below);
	return true;
}

static void
judge_validity(struct judge *j, const ctn_cert *above)
{
	char own[32], bound[32];

	if (j->cert->not_after <= above->not_after)
		return;
	ctn_time_text(own, j->cert->not_after);
	ctn_time_text(bound, above->not_after);
	breach(j, "validity", "RFC 5280 6.1.3(a)(2)", "it would end on %s, after %s (%s)", own, title_of(j, above), bound);
}

static void
judge_issuer(struct judge *j)
{
	const ctn_cert *issuer = &j->chain->certs[0];
	const ctn_ext *ext = ctn_exts_find(&j->cert->exts, ctn_oid_authority_key_id);
	struct ctn_err ignored;
	ctn_aki aki;

	if (!ctn_span_equal(j->cert->issuer, issuer->subject))
		breach(j, "issuer", "RFC 5280 4.1.2.4", "its issuer is not the subject of %s, byte for byte", title_of(j, issuer));
	if (ext == NULL || !ctn_ext_aki(&aki, ext->value, &ignored) || !ctn_span_equal(aki.key_id, ctn_cert_key_id(issuer)))
		breach(j, "authority_key_id", "RFC 5280 4.2.1.1", "its authority key identifier is not the subject key identifier of %s",
		    title_of(j, issuer));
}

bool
ctn_chain_judge(ctn_chain_breach **breaches, size_t *n, const ctn_chain *c, const ctn_cert *tbs, ctn_arena *a, struct ctn_err *e)
{
	struct judge j = { .chain = c, .cert = tbs, .a = a };
	unsigned cas_below = ctn_cert_is_ca(tbs) ? 1 : 0;

	j.at = ctn_arena_new(a, ctn_chain_breach, BREACHES_MAX);
	if (j.at == NULL)
		return ctn_fail_memory(e);
	judge_issuer(&j);
	for (size_t i = 0; i < c->n; i++) {
		judge_validity(&j, &c->certs[i]);
		if (!judge_names(&j, &c->certs[i], e) || !judge_eku(&j, &c->certs[i], e) || !judge_path_length(&j, i, cas_below, e))
			return false;
		if (!is_self_signed(&c->certs[i]))
			cas_below++;
	}
	if (j.no_memory)
		return ctn_fail_memory(e);
	*breaches = j.at;
	*n = j.n;
	return true;
}
