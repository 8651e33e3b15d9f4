#include "cmd/inspect_cert.h"

#include "cmd/inspect_ext.h"
#include "cmd/inspect_key.h"
#include "der/oid.h"
#include "hash/hash.h"

void
inspect_fingerprint(struct see *s, ctn_span der)
{
	uint8_t digest[CTN_SHA256_LEN];
	struct ctn_err e = { 0 };

	if (ctn_sha256(digest, der, &e))
		see_hex(s, "sha256", "SHA-256 fingerprint", (ctn_span){ digest, sizeof digest });
	else
		see_text(s, "incomplete", "Incomplete", e.text);
}

static void
show_validity(struct see *s, const ctn_cert *c)
{
	see_time(s, "not_before", "Valid from", c->not_before);
	see_end_of_life(s, "not_after", "Valid until", c->not_after);
	if (s->now_s < c->not_before)
		see_text(s, NULL, "", "(not valid yet)");
}

/* For scripts: the names alone, without their types; people see them under the extension. */
static void
show_names(struct see *s, const ctn_cert *c)
{
	const ctn_ext *san = ctn_exts_find(&c->exts, ctn_oid_subject_alt_name);
	ctn_json_out *j = show_json(s->out);
	struct ctn_err e = { 0 };
	ctn_general_name n;
	ctn_der names;

	if (san == NULL || !ctn_ext_general_names(&names, san->value, &e))
		return;
	ctn_json_array(j, "names");
	while (!ctn_der_end(&names) && ctn_general_next(&names, &n)) {
		CTN_OWN_BUF text = { 0 };

		ctn_general_text(&text, &n);
		ctn_json_bytes(j, NULL, ctn_buf_view(&text));
	}
	ctn_json_close_array(j);
}

static void
show_signature(struct see *s, const ctn_cert *c)
{
	if (!ctn_span_equal(c->inner_alg, c->outer_alg))
		inspect_sig_alg(s, "inner_signature_algorithm", "Algorithm inside", c->inner_alg);
	see_hex(s, "signature", "Signature", c->signature);
}

static void
show_fingerprints(struct see *s, ctn_span der)
{
	uint8_t digest[20];
	struct ctn_err e = { 0 };

	inspect_fingerprint(s, der);
	if (ctn_digest(digest, CTN_SHA1, der, &e))
		see_hex(s, "sha1", "SHA-1 fingerprint", (ctn_span){ digest, sizeof digest });
}

void
inspect_cert(struct see *s, const ctn_cert *c)
{
	bool is_signed = c->outer_alg.n > 0;

	see_dn(s, "subject", "Subject", c->subject);
	see_dn(s, "issuer", "Issuer", c->issuer);
	see_serial(s, "serial", "Serial", c->serial);
	see_int(s, "version", "Version", c->version);
	show_validity(s, c);
	show_names(s, c);
	if (is_signed)
		show_fingerprints(s, c->der);
	inspect_spki(s, "key", "Key:", c->spki);
	if (c->issuer_uid.n > 0)
		see_hex(s, "issuer_unique_id", "Issuer unique id", c->issuer_uid);
	if (c->subject_uid.n > 0)
		see_hex(s, "subject_unique_id", "Subject unique id", c->subject_uid);
	inspect_exts(s, &c->exts);
	inspect_sig_alg(s, "signature_algorithm", "Signature algorithm", is_signed ? c->outer_alg : c->inner_alg);
	if (is_signed)
		show_signature(s, c);
}
