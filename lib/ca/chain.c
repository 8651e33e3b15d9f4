#include "ca/chain.h"

#include <limits.h>
#include <string.h>

#include "ca/foreign.h"
#include "der/oid.h"
#include "store/authority.h"
#include "store/find.h"

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
		c->keys[c->n] = above->issuer_key_id;
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
	out->keys[0] = out->key.id;
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

/* Whoever validates goes all the way up; so do we. What was signed elsewhere may stand on the CRL that its issuer sent. */
static bool
find_revoked(ctn_issuer_facts *out, const ctn_chain *c, ctn_ca *ca, struct ctn_err *e)
{
	for (size_t i = 0; i < c->n && out->revoked == NULL; i++) {
		if (!ctn_chain_revoked(&out->revoked, ca, c->issued[i], e))
			return false;
		if (c->issued[i] == 0 && i + 1 < c->n && !ctn_foreign_revoked(&out->revoked, ca, c->keys[i + 1], &c->certs[i], e))
			return false;
	}
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

bool
ctn_chain_judge(ctn_verify_reason **breaches, size_t *n, const ctn_chain *c, const ctn_cert *tbs, const ctn_ca *ca, struct ctn_err *e)
{
	const ctn_issuing q = { .cert = tbs, .above = c->certs, .above_n = c->n, .at_s = ca->now_s };

	return ctn_verify_issuing(breaches, n, &q, ca->arena, e);
}
