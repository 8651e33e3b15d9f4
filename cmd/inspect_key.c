#include "cmd/inspect_key.h"

#include "der/oid.h"
#include "der/write.h"
#include "hash/hash.h"
#include "key/private.h"
#include "key/public.h"
#include "key/sig.h"

#define OID_RSA CTN_SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")

void
inspect_sig_alg(struct see *s, const char *key, const char *label, ctn_span algorithm)
{
	enum ctn_sig_alg alg = ctn_sig_alg_of(algorithm);
	ctn_der r = ctn_der_over(algorithm), in;
	ctn_span oid;

	if (alg != CTN_SIG_UNKNOWN)
		see_text(s, key, label, ctn_sig_alg_name(alg));
	else if (ctn_der_sequence(&r, &in) && ctn_der_oid(&in, &oid))
		see_oid(s, key, label, oid);
	else
		see_hex(s, key, label, algorithm);
}

static void
show_digests(struct see *s, const ctn_spki *k)
{
	uint8_t id[20], digest[CTN_SHA256_LEN];
	struct ctn_err e = { 0 };

	if (!ctn_spki_key_id(id, k, &e) || !ctn_spki_digest(digest, k, &e)) {
		see_text(s, "incomplete", "Incomplete", e.text);
		return;
	}
	see_hex(s, "key_id", "Key identifier", (ctn_span){ id, sizeof id });
	see_hex(s, "spki_sha256", "SHA-256 of the key", (ctn_span){ digest, sizeof digest });
}

static void
show_numbers(struct see *s, const ctn_spki *k)
{
	if (k->kind.alg != CTN_KEY_RSA && k->kind.alg != CTN_KEY_RSA_PSS) {
		see_hex(s, "public", "Public key", k->bits);
		return;
	}
	if (k->rsa_n.n == 0) {
		see_text(s, "malformed", "Malformed", "no RSAPublicKey is in it");
		see_hex(s, "public", "Public key", k->bits);
		return;
	}
	see_int(s, "bits", "Bits", k->kind.bits);
	see_hex(s, "modulus", "Modulus", k->rsa_n);
	see_hex(s, "exponent", "Exponent (hex)", k->rsa_e);
}

static void
show_kind(struct see *s, ctn_key_kind kind)
{
	char text[24];

	ctn_key_kind_text(text, kind);
	see_text(s, "kind", "Kind", text);
}

void
inspect_spki_members(struct see *s, ctn_span spki)
{
	struct ctn_err e = { 0 };
	CTN_OWN_BUF oid = { 0 };
	ctn_spki k;

	if (!ctn_spki_parse(&k, spki, &e)) {
		see_text(s, "malformed", "Malformed", e.text);
		see_hex(s, "value", "Value", spki);
		return;
	}
	show_kind(s, k.kind);
	ctn_oid_dotted(&oid, k.oid);
	see_buf(s, "algorithm", "Algorithm", &oid);
	if (k.explicit_params)
		see_bool(s, "explicit_parameters", "Explicit parameters", true);
	if (k.kind.alg == CTN_KEY_UNKNOWN && k.params.n > 0)
		see_hex(s, "parameters", "Parameters", k.params);
	show_digests(s, &k);
	show_numbers(s, &k);
}

void
inspect_spki(struct see *s, const char *name, const char *heading, ctn_span spki)
{
	see_open(s, name, heading);
	inspect_spki_members(s, spki);
	see_close(s);
}

void
inspect_rsa_public(struct see *s, ctn_span der)
{
	CTN_OWN_BUF spki = { 0 };
	struct ctn_err e = { 0 };
	size_t whole = ctn_der_open(&spki, CTN_TAG_SEQUENCE), algorithm = ctn_der_open(&spki, CTN_TAG_SEQUENCE);

	ctn_der_put_oid(&spki, OID_RSA);
	ctn_der_put_null(&spki);
	ctn_der_close(&spki, algorithm);
	ctn_der_put_bits(&spki, der);
	ctn_der_close(&spki, whole);
	if (ctn_buf_ok(&spki, &e))
		inspect_spki_members(s, ctn_buf_view(&spki));
	else
		see_text(s, "incomplete", "Incomplete", e.text);
}

bool
inspect_private(struct see *s, ctn_span file, const ctn_secret *passphrase, struct ctn_err *e)
{
	bool encrypted = ctn_privkey_is_encrypted(file);
	CTN_OWN(ctn_privkey) key = NULL;
	CTN_OWN_BUF spki = { 0 };
	ctn_spki view;

	if (encrypted && passphrase == NULL) {
		see_bool(s, "encrypted", "Encrypted", true);
		see_text(s, NULL, "To see its public half", "--passphrase-file FILE");
		return true;
	}
	if (!ctn_privkey_parse(&key, file, passphrase, e) || !ctn_privkey_spki(&spki, key, e) ||
	    !ctn_spki_parse(&view, ctn_buf_view(&spki), e))
		return false;
	see_bool(s, "encrypted", "Encrypted", encrypted);
	show_kind(s, ctn_privkey_kind(key));
	show_digests(s, &view);
	return true;
}
