#include "cmd/inspect_pkcs12.h"

#include "bundle/pkcs12.h"
#include "cmd/inspect_cert.h"
#include "cmd/inspect_key.h"

static void
show_label(struct see *s, const ctn_pkcs12_label *label)
{
	see_text(s, "friendly_name", "Friendly name", label->friendly_name);
	if (label->local_key_id.n > 0)
		see_hex(s, "local_key_id", "Local key id", label->local_key_id);
}

static void
show_cert(struct see *s, const ctn_pkcs12_cert *cert)
{
	struct ctn_err e = { 0 };
	ctn_cert c;

	see_open(s, NULL, "Certificate:");
	show_label(s, &cert->label);
	if (ctn_cert_parse(&c, cert->der, &e)) {
		inspect_cert(s, &c);
	} else {
		see_text(s, "malformed", "Malformed", e.text);
		see_hex(s, "value", "Value", cert->der);
	}
	see_close(s);
}

static void
show_key(struct see *s, const ctn_pkcs12_key *key)
{
	struct ctn_err e = { 0 };

	see_open(s, NULL, "Private key:");
	show_label(s, &key->label);
	if (!inspect_private(s, (ctn_span){ key->pkcs8.p, key->pkcs8.n }, NULL, &e))
		see_text(s, "malformed", "Malformed", e.text);
	see_close(s);
}

static void
show_content(struct see *s, const ctn_pkcs12 *p)
{
	see_int(s, "certificates_count", "Certificates", (int64_t)p->certs_n);
	see_int(s, "keys_count", "Private keys", (int64_t)p->keys_n);
	if (p->others > 0)
		see_int(s, "others", "Other bags", (int64_t)p->others);
	see_array(s, "keys", NULL);
	s->indent -= 2;
	for (size_t i = 0; i < p->keys_n; i++)
		show_key(s, &p->keys[i]);
	s->indent += 2;
	see_array_close(s);
	see_array(s, "certificates", NULL);
	s->indent -= 2;
	for (size_t i = 0; i < p->certs_n; i++)
		show_cert(s, &p->certs[i]);
	s->indent += 2;
	see_array_close(s);
}

bool
inspect_pkcs12(struct see *s, ctn_span file, const ctn_secret *passphrase, struct ctn_err *e)
{
	CTN_OWN(ctn_pkcs12) p = NULL;

	if (!ctn_pkcs12_read(&p, file, passphrase, e))
		return false;
	if (p->has_mac) {
		see_text(s, "mac", "MAC", p->mac);
		see_int(s, "mac_iterations", "MAC iterations", (int64_t)p->mac_iterations);
	}
	if (p->locked) {
		see_bool(s, "encrypted", "Encrypted", true);
		see_text(s, NULL, "To see what is in it", "--passphrase-file FILE");
		return true;
	}
	show_content(s, p);
	return true;
}
