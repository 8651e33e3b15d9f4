#include "cmd/inspect_csr.h"

#include "cmd/inspect_cert.h"
#include "cmd/inspect_ext.h"
#include "cmd/inspect_key.h"
#include "der/oid.h"
#include "key/public.h"

/* The AlgorithmIdentifier, and the attributes, which the view only counts. */
static bool
find_parts(ctn_span *algorithm, ctn_der *attributes, const ctn_csr *c)
{
	ctn_der r = ctn_der_over(c->der), whole, info;
	ctn_span part;
	bool present;

	if (!ctn_der_sequence(&r, &whole) || !ctn_der_sequence(&whole, &info) || !ctn_der_any(&whole, algorithm))
		return false;
	for (int i = 0; i < 3; i++)
		if (!ctn_der_any(&info, &part))
			return false;
	return ctn_der_enter_if(&info, CTN_TAG_CONTEXT_CONS(0), attributes, &present) && present;
}

static void
show_attributes(struct see *s, ctn_der list)
{
	ctn_der one;
	ctn_span oid;

	see_array(s, "attributes", "Other attributes:");
	while (!ctn_der_end(&list) && ctn_der_sequence(&list, &one) && ctn_der_oid(&one, &oid)) {
		if (ctn_span_equal(oid, ctn_oid_extension_request))
			continue;
		ctn_json_object(show_json(s->out), NULL);
		see_oid(s, "name", "Attribute", oid);
		see_hex(s, "value", "  value", ctn_der_rest(&one));
		ctn_json_close_object(show_json(s->out));
	}
	see_array_close(s);
}

static const char *
judge_proof(const ctn_csr *c, struct ctn_err *e)
{
	CTN_OWN(ctn_pubkey) key = NULL;
	bool good;

	if (!ctn_sig_alg_fits(c->sig_alg, c->key.kind.alg))
		return "the signature algorithm does not fit the key";
	if (!ctn_pubkey_import(&key, &c->key, (ctn_span){ 0 }, e) ||
	    !ctn_signature_check(&good, key, c->sig_alg, c->info, c->signature, e))
		return e->text;
	return good ? "good" : "wrong";
}

void
inspect_csr(struct see *s, const ctn_csr *c)
{
	ctn_span algorithm = { 0 };
	struct ctn_err e = { 0 };
	ctn_der attributes;

	see_dn(s, "subject", "Subject", c->subject);
	inspect_fingerprint(s, c->der);
	inspect_spki(s, "key", "Key:", c->key.der);
	inspect_exts(s, &c->exts);
	if (find_parts(&algorithm, &attributes, c) && c->other_attributes > 0)
		show_attributes(s, attributes);
	inspect_sig_alg(s, "signature_algorithm", "Signature algorithm", algorithm);
	see_hex(s, "signature", "Signature", c->signature);
	see_text(s, "proof_of_possession", "Proof of possession", judge_proof(c, &e));
}
