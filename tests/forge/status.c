/* Part of forge.h: CRLs and OCSP responses. */
#include "forge/status.h"

#include "der/write.h"
#include "hash/hash.h"

struct forged_crl
forge_crl_begin(const char *issuer, unsigned key)
{
	return (struct forged_crl){ .issuer = issuer, .key = key, .this_update = FORGE_NOW - 100,
		.next_update = FORGE_NOW + 100, .number = 5 };
}

/* Unspecified is left out (RFC 5280 5.3.1). */
static void
put_reason(ctn_buf *b, unsigned reason)
{
	const uint8_t der[] = { 0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01, (uint8_t)reason };

	if (reason != CTN_REASON_UNSPECIFIED)
		ctn_buf_add(b, der, sizeof(der));
}

/* A TBSCertList by hand, for what the library's builder does not write. */
static void
put_by_hand(ctn_buf *b, const struct forged_crl *l, ctn_span issuer)
{
	size_t tbs = ctn_der_open(b, CTN_TAG_SEQUENCE), list, one, exts;

	ctn_der_put_uint(b, 1);
	ctn_buf_span(b, ctn_sig_alg_der(forge_alg(l->key)));
	ctn_buf_span(b, issuer);
	ctn_der_put_time(b, l->this_update);
	if (!l->no_next_update)
		ctn_der_put_time(b, l->next_update);
	if (l->entries.n > 0) {
		ctn_der_put(b, CTN_TAG_SEQUENCE, l->entries);
	} else if (l->revoked.n > 0) {
		list = ctn_der_open(b, CTN_TAG_SEQUENCE);
		one = ctn_der_open(b, CTN_TAG_SEQUENCE);
		ctn_der_put(b, CTN_TAG_INTEGER, l->revoked);
		ctn_der_put_time(b, FORGE_NOW - 10);
		put_reason(b, l->reason);
		ctn_der_close(b, one);
		ctn_der_close(b, list);
	}
	if (l->exts.n > 0) {
		exts = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(0));
		ctn_der_put(b, CTN_TAG_SEQUENCE, l->exts);
		ctn_der_close(b, exts);
	}
	ctn_der_close(b, tbs);
}

void
forge_crl(ctn_buf *der, const struct forged_crl *l)
{
	ctn_buf issuer = { 0 }, tbs = { 0 };
	ctn_crl_fields f;
	ctn_crl_build b;
	uint8_t id[20];

	forge_name(&issuer, l->issuer);
	f = (ctn_crl_fields){ .sig_alg = forge_alg(l->key), .issuer = ctn_buf_view(&issuer), .this_update = l->this_update,
		.next_update = l->next_update, .authority_key_id = forge_key_id(id, l->key), .number = l->number,
		.is_delta = l->is_delta, .base_number = l->base, .only_user = l->only_user, .only_ca = l->only_ca };
	if (l->exts.n > 0 || l->entries.n > 0 || l->no_next_update) {
		put_by_hand(&tbs, l, ctn_buf_view(&issuer));
	} else {
		ctn_crl_begin(&b, &tbs, &f);
		if (l->revoked.n > 0)
			ctn_crl_add(&b, l->revoked, FORGE_NOW - 10, l->reason, -1);
		ctn_crl_end(&b, &f);
	}
	forge_signed(der, ctn_buf_view(&tbs), l->outer == CTN_SIG_UNKNOWN ? forge_alg(l->key) : l->outer, l->key, l->spoil,
	    (ctn_span){ 0 });
	ctn_buf_free(&issuer);
	ctn_buf_free(&tbs);
}

struct forged_ocsp
forge_ocsp_begin(const struct forged *cert, unsigned issuer_key)
{
	return (struct forged_ocsp){ .answer = CTN_OCSP_GOOD, .this_update = FORGE_NOW - 5, .next_update = FORGE_NOW + 5,
		.serial = cert->serial, .issuer = &cert->issuer, .issuer_key = issuer_key, .key = issuer_key };
}

void
forge_ocsp(ctn_buf *der, const struct forged_ocsp *r)
{
	uint8_t responder[20], issuer_key[20], issuer_name[20];
	ctn_buf tbs = { 0 }, basic = { 0 };
	struct ctn_err e = { 0 };
	ctn_ocsp_single s = { .id = { .hash_known = true, .hash = CTN_SHA1, .serial = r->serial }, .answer = r->answer,
		.revoked_at = FORGE_NOW - 10, .this_update = r->this_update, .has_next_update = r->next_update != 0,
		.next_update = r->next_update, .exts = r->exts };
	ctn_ocsp_fields f = { .responder_key = forge_key_id(responder, r->key), .produced_at = r->this_update, .singles = &s,
		.singles_n = 1 };

	FORGE_MUST(ctn_digest(issuer_name, CTN_SHA1, ctn_buf_view(r->issuer), &e));
	s.id.issuer_name_hash = (ctn_span){ issuer_name, 20 };
	s.id.issuer_key_hash = forge_key_id(issuer_key, r->issuer_key);
	issuer_name[0] ^= r->other_name;
	issuer_key[0] ^= r->other_key;
	FORGE_MUST(ctn_ocsp_build(&tbs, &f, &e));
	forge_signed(&basic, ctn_buf_view(&tbs), forge_alg(r->key), r->key, r->spoil,
	    r->delegate == NULL ? (ctn_span){ 0 } : ctn_buf_view(&r->delegate->der));
	ctn_buf_reset(der);
	ctn_ocsp_wrap(der, ctn_buf_view(&basic));
	ctn_buf_free(&tbs);
	ctn_buf_free(&basic);
}
