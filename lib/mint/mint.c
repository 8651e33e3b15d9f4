#include "mint/mint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "der/oid.h"
#include "hash/hash.h"
#include "lint/lint.h"
#include "log/checkpoint.h"
#include "mint/hand.h"
#include "mint/keyring.h"
#include "store/certificate.h"
#include "store/crl.h"
#include "store/find.h"
#include "store/home.h"
#include "store/journal.h"
#include "store/revocation.h"
#include "x509/build.h"
#include "x509/csr.h"
#include "x509/ocsp.h"

bool
ctn_mint_open(ctn_mint **out, ctn_store *store, const char *home, ctn_passphrase passphrase, void *ctx, struct ctn_err *e)
{
	ctn_mint *m = ctn_new(ctn_mint, 1);

	if (m == NULL || (m->arena = ctn_arena_open(0)) == NULL) {
		ctn_free(m);
		return ctn_fail_memory(e);
	}
	m->store = store;
	m->home = home;
	m->passphrase = passphrase;
	m->ctx = ctx;
	*out = m;
	return true;
}

void
ctn_mint_close(ctn_mint *m)
{
	if (m == NULL)
		return;
	hands_close(m);
	ctn_arena_close(m->arena);
	ctn_free(m);
}

bool
ctn_mint_ready(ctn_mint *m, int64_t issuer_key_id, struct ctn_err *e)
{
	struct hand *h;

	return ctn_mint_allowed(m, e) && hand_of(&h, m, issuer_key_id, e);
}

/* ---- certificates */

/* The CA certificate whose subject the new one bears as issuer; none for a root that is about to sign itself. */
static bool
find_issuer(ctn_cert *issuer, bool *found, ctn_mint *m, const struct hand *h, ctn_span name, ctn_arena *a, struct ctn_err *e)
{
	ctn_ca_cert_row *rows;
	size_t n;

	*found = false;
	if (!ctn_store_ca_certs(&rows, &n, m->store, h->row.id, a, e))
		return false;
	for (size_t i = 0; i < n && !*found; i++) {
		if (!ctn_span_equal(rows[i].subject, name))
			continue;
		if (!ctn_cert_parse(issuer, rows[i].der, e))
			return ctn_wrap(e, "certificate of authority %s", h->row.authority);
		*found = true;
	}
	return true;
}

static bool
no_errors(const ctn_lint_subject *s, const char *const *ignore, ctn_arena *a, struct ctn_err *e)
{
	ctn_finding *findings;
	size_t n;

	if (!ctn_lint(&findings, &n, s, ignore, a, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (findings[i].level == CTN_LINT_ERROR)
			return ctn_fail(e, CTN_EPOLICY, "lint %s: %s (%s)", findings[i].id, findings[i].text, findings[i].cite);
	return true;
}

/* The one choke point, seen from the key's side: only what was recorded, judged again, is signed. */
static bool
judge_certificate(const ctn_cert *tbs, const ctn_cert_row *row, ctn_mint *m, const struct hand *h, const char *const *ignore, int64_t now_s,
    ctn_arena *a, struct ctn_err *e)
{
	ctn_lint_subject s = { .cert = tbs, .now_s = now_s, .role = row->is_ca ? CTN_ROLE_CA : CTN_ROLE_LEAF };
	ctn_cert issuer;
	bool found;

	if (!ctn_span_equal(tbs->serial, row->serial))
		return ctn_fail(e, CTN_ESTORE, "the bytes to be signed bear another serial than their record");
	if (!ctn_span_equal(tbs->inner_alg, ctn_sig_alg_der(hand_alg(h))))
		return ctn_fail(e, CTN_ESTORE, "the bytes to be signed name another algorithm than this key signs with");
	if (!find_issuer(&issuer, &found, m, h, tbs->issuer, a, e))
		return false;
	if (found)
		s.issuer = &issuer;
	if (ctn_span_equal(tbs->spki, h->row.spki) && ctn_span_equal(tbs->subject, tbs->issuer))
		s.role = CTN_ROLE_ROOT;
	else if (!found)
		return ctn_fail(e, CTN_ESTORE, "authority %s has no certificate of the name that these bytes call their issuer", h->row.authority);
	return no_errors(&s, ignore, a, e);
}

static bool
same_as_intended(ctn_span der, ctn_span tbs, struct ctn_err *e)
{
	ctn_cert signed_cert;

	if (!ctn_cert_parse(&signed_cert, der, e))
		return ctn_wrap(e, "the certificate just signed");
	return ctn_span_equal(signed_cert.tbs, tbs) || ctn_fail(e, CTN_ECRYPTO, "what was signed is not what was intended");
}

bool
ctn_mint_certificate(ctn_buf *der, ctn_mint *m, int64_t certificate_id, const char *const *ignore, int64_t now_s, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	size_t at = der->n;
	ctn_cert_row row;
	struct hand *h;
	ctn_cert view;
	ctn_span tbs;

	if (a == NULL)
		return ctn_fail_memory(e);
	if (!ctn_mint_allowed(m, e) || !ctn_store_intent(&row, &tbs, m->store, certificate_id, a, e))
		return false;
	if (row.revoked != CTN_NOT_REVOKED)
		return ctn_fail(e, CTN_EPOLICY, "this intent was revoked before it was signed");
	if (!hand_of(&h, m, row.issuer_key_id, e))
		return false;
	if (!ctn_cert_parse_tbs(&view, tbs, e))
		return ctn_wrap(e, "the bytes to be signed");
	if (!judge_certificate(&view, &row, m, h, ignore, now_s, a, e) || !hand_sign(der, h, tbs, e))
		return false;
	return same_as_intended((ctn_span){ der->p + at, der->n - at }, tbs, e);
}

/* ---- CRLs */

static bool
judge_crl(const ctn_crl *crl, const ctn_crl_row *row, ctn_mint *m, const struct hand *h, int64_t now_s, ctn_arena *a, struct ctn_err *e)
{
	ctn_lint_subject s = { .crl = crl, .now_s = now_s };
	const ctn_ext *number = ctn_exts_find(&crl->exts, ctn_oid_crl_number);
	const ctn_ext *aki = ctn_exts_find(&crl->exts, ctn_oid_authority_key_id);
	ctn_span value;
	ctn_cert issuer;
	uint64_t n = 0;
	ctn_aki key;
	bool found;

	if (!find_issuer(&issuer, &found, m, h, crl->issuer, a, e))
		return false;
	if (!found)
		return ctn_fail(e, CTN_ESTORE, "the CRL's issuer is no name of authority %s", h->row.authority);
	s.issuer = &issuer;
	if (number == NULL || aki == NULL || !ctn_ext_number(&value, number->value, e) || !ctn_ext_aki(&key, aki->value, e))
		return ctn_fail(e, CTN_ESTORE, "the CRL lacks its number or its key identifier");
	for (size_t i = 0; i < value.n && i < 9; i++)
		n = n << 8 | value.p[i];
	if (n != row->number || !ctn_span_equal(key.key_id, h->row.key_id))
		return ctn_fail(e, CTN_ESTORE, "the CRL bears another number or key identifier than its record");
	return no_errors(&s, NULL, a, e);
}

/* A TBSCertList is read as part of a CRL; this one has no signature yet. */
static bool
read_unsigned_crl(ctn_crl *crl, ctn_buf *whole, const struct hand *h, ctn_span tbs, struct ctn_err *e)
{
	ctn_signed_build(whole, tbs, hand_alg(h), CTN_SPAN("\0"), (ctn_span){ NULL, 0 });
	if (!ctn_buf_ok(whole, e))
		return false;
	return ctn_crl_parse(crl, ctn_buf_view(whole), e) || ctn_wrap(e, "the CRL to be signed");
}

bool
ctn_mint_crl(ctn_buf *der, ctn_mint *m, int64_t crl_id, ctn_span tbs, int64_t now_s, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN_BUF draft = { .max = der->max };
	uint8_t digest[32];
	ctn_crl_row row;
	struct hand *h;
	ctn_crl crl;

	if (a == NULL)
		return ctn_fail_memory(e);
	if (!ctn_mint_allowed(m, e) || !ctn_store_crl(&row, m->store, crl_id, a, e) || !hand_of(&h, m, row.issuer_key_id, e) ||
	    !ctn_sha256(digest, tbs, e))
		return false;
	if (row.issued || memcmp(digest, row.tbs_sha256, sizeof digest) != 0)
		return ctn_fail(e, CTN_ESTORE, "this CRL is not the one whose number was taken");
	if (!read_unsigned_crl(&crl, &draft, h, tbs, e) || !judge_crl(&crl, &row, m, h, now_s, a, e))
		return false;
	ctn_buf_free(&draft);
	return hand_sign(der, h, tbs, e);
}

/* ---- OCSP */

/* Good only what is issued and not revoked, revoked only what is, unknown only what is not recorded. */
static bool
status_is_true(const ctn_ocsp_single *single, ctn_mint *m, const struct hand *h, ctn_arena *a, struct ctn_err *e)
{
	enum ctn_ocsp_answer truth = CTN_OCSP_UNKNOWN;
	ctn_cert_row *rows;
	size_t n;

	if (!ctn_store_certs_by_serial(&rows, &n, m->store, single->id.serial, 16, a, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (rows[i].issuer_key_id == h->row.id)
			truth = rows[i].revoked != CTN_NOT_REVOKED ? CTN_OCSP_REVOKED : rows[i].issued ? CTN_OCSP_GOOD : CTN_OCSP_UNKNOWN;
	return truth == single->answer || ctn_fail(e, CTN_ESTORE, "the response says of a certificate what the records do not");
}

static bool
judge_ocsp(const ctn_ocsp *response, ctn_mint *m, const struct hand *h, ctn_arena *a, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(response->responses);
	ctn_ocsp_single single;

	while (!ctn_der_end(&r)) {
		if (!ctn_ocsp_next(&r, &single))
			return ctn_fail(e, CTN_EINPUT, "single response, at byte %zu", ctn_der_offset(&r));
		if (!status_is_true(&single, m, h, a, e))
			return false;
	}
	return true;
}

bool
ctn_mint_ocsp(ctn_buf *der, ctn_mint *m, int64_t issuer_key_id, ctn_span response_data, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN_BUF draft = { 0 };
	ctn_ocsp response;
	uint8_t key_id[20];
	struct hand *h;

	if (a == NULL)
		return ctn_fail_memory(e);
	if (!ctn_mint_allowed(m, e) || !hand_of(&h, m, issuer_key_id, e) || !ctn_spki_key_id(key_id, &h->spki, e))
		return false;
	ctn_signed_build(&draft, response_data, hand_alg(h), CTN_SPAN("\0"), (ctn_span){ NULL, 0 });
	if (!ctn_buf_ok(&draft, e) || !ctn_ocsp_parse_basic(&response, ctn_buf_view(&draft), e))
		return ctn_wrap(e, "the response to be signed");
	if (!ctn_span_equal(response.responder_key, (ctn_span){ key_id, sizeof key_id }))
		return ctn_fail(e, CTN_EINPUT, "the response names another responder than this key");
	return judge_ocsp(&response, m, h, a, e) && hand_sign(der, h, response_data, e);
}

/* ---- requests and checkpoints */

bool
ctn_mint_csr(ctn_buf *der, ctn_mint *m, int64_t issuer_key_id, ctn_span info, struct ctn_err *e)
{
	CTN_OWN_BUF draft = { 0 };
	struct hand *h;
	ctn_csr csr;

	if (!ctn_mint_allowed(m, e) || !hand_of(&h, m, issuer_key_id, e))
		return false;
	ctn_signed_build(&draft, info, hand_alg(h), CTN_SPAN("\0"), (ctn_span){ NULL, 0 });
	if (!ctn_buf_ok(&draft, e) || !ctn_csr_read(&csr, ctn_buf_view(&draft), e))
		return ctn_wrap(e, "the request to be signed");
	if (!ctn_span_equal(csr.key.der, h->row.spki))
		return ctn_fail(e, CTN_EINPUT, "the request is for another key");
	return hand_sign(der, h, info, e);
}

/* Only what the log itself says now, or said at that size, is ever vouched for. */
static bool
judge_checkpoint(const char *origin, ctn_mint *m, ctn_span body, struct ctn_err *e)
{
	CTN_OWN_BUF truth = { 0 };
	ctn_checkpoint now = { .origin = origin };
	uint64_t newest;
	char text[256] = { 0 };

	if (body.n >= sizeof text)
		return ctn_fail(e, CTN_EINPUT, "not a checkpoint");
	memcpy(text, body.p, body.n);
	if (sscanf(text, "%*[^\n]\n%" SCNu64, &now.size) != 1)
		return ctn_fail(e, CTN_EINPUT, "not a checkpoint");
	if (!ctn_store_log_size(&newest, m->store, e))
		return false;
	if (now.size > newest)
		return ctn_fail(e, CTN_EINPUT, "a checkpoint over more acts than there are");
	if (!ctn_store_log_root(&now.root, m->store, now.size, e))
		return false;
	ctn_checkpoint_body(&truth, &now);
	if (!ctn_buf_ok(&truth, e))
		return false;
	return ctn_span_equal(ctn_buf_view(&truth), body) || ctn_fail(e, CTN_EINPUT, "the checkpoint is not what the log says");
}

bool
ctn_mint_checkpoint(ctn_buf *note, ctn_mint *m, ctn_span body, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN(ctn_privkey) key = NULL;
	CTN_OWN_BUF signature = { 0 };
	ctn_home_row home;
	uint8_t key_id[4];
	ctn_span public_key = { home.log_key, sizeof home.log_key };
	ctn_checkpoint again;
	bool good;

	if (a == NULL)
		return ctn_fail_memory(e);
	if (!ctn_mint_allowed(m, e))
		return false;
	if (!ctn_store_home_get(&home, m->store, a, e) || !judge_checkpoint(home.origin, m, body, e) ||
	    !ctn_keyring_open(&key, m->home, CTN_LOG_KEY_FILE, NULL, e) || !ctn_privkey_sign(&signature, key, body, e) ||
	    !ctn_note_key_id(key_id, home.origin, public_key, e))
		return ctn_wrap(e, "checkpoint");
	ctn_note_write(note, body, home.origin, key_id, ctn_buf_view(&signature));
	if (!ctn_buf_ok(note, e) || !ctn_checkpoint_open(&again, &good, ctn_buf_view(note), home.origin, public_key, a, e))
		return ctn_wrap(e, "the checkpoint just signed");
	if (!good)
		return ctn_fail(e, CTN_EKEY, "%s is not the key that this home's log was made with", CTN_LOG_KEY_FILE);
	return true;
}
