#include "cmd/inspect_ocsp.h"

#include "cmd/inspect_cert.h"
#include "cmd/inspect_ext.h"
#include "cmd/inspect_key.h"
#include "x509/crl.h"
#include "x509/ocsp.h"

static void
show_id(struct see *s, const ctn_ocsp_cert_id *id)
{
	see_serial(s, "serial", "Serial", id->serial);
	if (id->hash_known)
		see_text(s, "hash", "Hash", ctn_hash_name(id->hash));
	else
		see_oid(s, "hash", "Hash", id->hash_oid);
	see_hex(s, "issuer_name_hash", "Issuer name hash", id->issuer_name_hash);
	see_hex(s, "issuer_key_hash", "Issuer key hash", id->issuer_key_hash);
}

static void
show_single(struct see *s, const ctn_ocsp_single *one)
{
	static const char *const answers[] = { [CTN_OCSP_GOOD] = "good", [CTN_OCSP_REVOKED] = "revoked", [CTN_OCSP_UNKNOWN] = "unknown" };

	show_id(s, &one->id);
	see_text(s, "certificate_status", "Status", answers[one->answer]);
	if (one->answer == CTN_OCSP_REVOKED)
		see_time(s, "revoked_at", "Revoked at", one->revoked_at);
	if (one->answer == CTN_OCSP_REVOKED && one->has_reason)
		see_text(s, "reason", "Reason", ctn_crl_reason_name(one->reason));
	see_time(s, "this_update", "This update", one->this_update);
	if (one->has_next_update)
		see_end_of_life(s, "next_update", "Next update", one->next_update);
	inspect_exts_of(s, one->exts);
}

static void
show_singles(struct see *s, const ctn_ocsp *o)
{
	ctn_der list = ctn_der_over(o->responses);
	ctn_ocsp_single one;

	see_array(s, "responses", NULL);
	s->indent -= 2;
	while (!ctn_der_end(&list) && ctn_ocsp_next(&list, &one)) {
		see_open(s, NULL, "Response:");
		show_single(s, &one);
		see_close(s);
	}
	s->indent += 2;
	see_array_close(s);
}

static void
show_certs(struct see *s, const ctn_ocsp *o)
{
	ctn_der list = ctn_der_over(o->certs);
	ctn_span der;

	if (o->certs.n == 0)
		return;
	see_array(s, "certificates", NULL);
	s->indent -= 2;
	while (!ctn_der_end(&list) && ctn_der_any(&list, &der)) {
		struct ctn_err e = { 0 };
		ctn_cert c;

		see_open(s, NULL, "Certificate:");
		if (ctn_cert_parse(&c, der, &e)) {
			inspect_cert(s, &c);
		} else {
			see_text(s, "malformed", "Malformed", e.text);
			see_hex(s, "value", "Value", der);
		}
		see_close(s);
	}
	s->indent += 2;
	see_array_close(s);
}

static void
show_basic(struct see *s, const ctn_ocsp *o)
{
	if (o->responder.n > 0)
		see_dn(s, "responder", "Responder", o->responder);
	else
		see_hex(s, "responder_key", "Responder's key", o->responder_key);
	see_time(s, "produced_at", "Produced at", o->produced_at);
	show_singles(s, o);
	inspect_exts(s, &o->exts);
	inspect_sig_alg(s, "signature_algorithm", "Signature algorithm", o->algorithm);
	see_hex(s, "signature", "Signature", o->signature);
	show_certs(s, o);
}

bool
inspect_ocsp(struct see *s, ctn_span der, bool basic, struct ctn_err *e)
{
	unsigned status = CTN_OCSP_SUCCESSFUL;
	const char *name;
	ctn_ocsp o;

	if (basic ? !ctn_ocsp_parse_basic(&o, der, e) : !ctn_ocsp_parse(&o, &status, der, e))
		return false;
	name = ctn_ocsp_status_name(status);
	if (name != NULL)
		see_text(s, "status", "Status", name);
	else
		see_int(s, "status_number", "Status", status);
	inspect_fingerprint(s, der);
	if (status == CTN_OCSP_SUCCESSFUL)
		show_basic(s, &o);
	return true;
}
