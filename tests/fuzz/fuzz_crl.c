/* CRLs: an entry that the walk reaches is found by its serial, and what is rebuilt out of plain entries reads the same. */
#include <stdlib.h>

#include "name/dn.h"
#include "x509/crl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool promise)
{
	if (!promise)
		abort();
}

/* Entries of a list that the builder can say, built again. */
static void
rebuild(const ctn_crl_entry *entry)
{
	const ctn_crl_fields f = { .sig_alg = CTN_SIG_ED25519, .issuer = CTN_SPAN("\x30\x00"), .number = 1 };
	CTN_OWN_BUF tbs = { 0 };
	ctn_crl_build b;
	ctn_crl_entry again;
	ctn_der r, list;
	ctn_span part;

	if (entry->has_reason && entry->reason > 10)
		return;
	ctn_crl_begin(&b, &tbs, &f);
	ctn_crl_add(&b, entry->serial, entry->revoked_at, entry->reason, entry->has_invalidity ? entry->invalid_since : -1);
	ctn_crl_end(&b, &f);
	must(!tbs.failed);
	r = ctn_der_over(ctn_buf_view(&tbs));
	must(ctn_der_sequence(&r, &r));
	for (unsigned i = 0; i < 5; i++)
		must(ctn_der_any(&r, &part));
	must(ctn_der_sequence(&r, &list) && ctn_crl_next(&list, &again) && ctn_der_end(&list));
	must(ctn_span_equal(again.serial, entry->serial) && again.revoked_at == entry->revoked_at && again.reason == entry->reason);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ctn_crl_entry entry, found;
	struct ctn_err e;
	bool is_there, ours;
	ctn_crl crl;
	ctn_der r;

	if (!ctn_crl_parse(&crl, (ctn_span){ data, size }, &e))
		return 0;
	/* A name that is malformed is nobody's, not even its own. */
	ours = ctn_dn_equal(crl.issuer, crl.issuer);
	r = ctn_der_over(crl.entries);
	for (unsigned i = 0; i < 16 && ctn_crl_next(&r, &entry); i++) {
		ours = ours && entry.certificate_issuer.n == 0;
		must((ctn_crl_find(&found, &is_there, &crl, crl.issuer, entry.serial, &e) && is_there) || !ours);
		rebuild(&entry);
	}
	return 0;
}
