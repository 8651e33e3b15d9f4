#include "cmd/inspect_crl.h"

#include <inttypes.h>

#include "cmd/inspect_cert.h"
#include "cmd/inspect_ext.h"
#include "cmd/inspect_key.h"

enum { FEW = 20 };

static void
show_entry(struct see *s, ctn_der *list)
{
	ctn_crl_entry entry;
	ctn_span whole;

	if (!ctn_crl_next(list, &entry)) {
		whole = ctn_der_rest(list);
		if (!ctn_der_any(list, &whole))
			*list = ctn_der_over((ctn_span){ 0 });
		see_hex(s, "malformed", "Malformed entry", whole);
		return;
	}
	see_serial(s, "serial", "Serial", entry.serial);
	see_time(s, "revoked_at", "  revoked at", entry.revoked_at);
	if (entry.exts.n == 0)
		return;
	if (entry.has_reason && ctn_crl_reason_name(entry.reason) != NULL)
		ctn_json_text(show_json(s->out), "reason", ctn_crl_reason_name(entry.reason));
	if (entry.has_invalidity)
		ctn_json_time(show_json(s->out), "invalidity_date", entry.invalid_since);
	s->indent += 2;
	inspect_exts_of(s, entry.exts);
	s->indent -= 2;
}

static int64_t
count_entries(ctn_der list)
{
	int64_t n = 0;
	ctn_span whole;

	while (!ctn_der_end(&list) && ctn_der_any(&list, &whole))
		n++;
	return n;
}

static void
show_entries(struct see *s, const ctn_crl *c, bool all)
{
	ctn_der list = ctn_der_over(c->entries);
	int64_t total = count_entries(list), n;

	see_int(s, "revoked_count", "Revoked certificates", total);
	see_array(s, "revoked", NULL);
	for (n = 0; !ctn_der_end(&list) && (all || s->out->json || n < FEW); n++) {
		ctn_json_object(show_json(s->out), NULL);
		show_entry(s, &list);
		ctn_json_close_object(show_json(s->out));
	}
	if (n < total)
		see_line(s, "... and %" PRId64 " more; --verbose shows them", total - n);
	see_array_close(s);
}

void
inspect_crl(struct see *s, const ctn_crl *c, bool all)
{
	see_dn(s, "issuer", "Issuer", c->issuer);
	see_int(s, "version", "Version", c->version);
	see_time(s, "this_update", "This update", c->this_update);
	if (c->has_next_update)
		see_end_of_life(s, "next_update", "Next update", c->next_update);
	inspect_fingerprint(s, c->der);
	inspect_exts(s, &c->exts);
	show_entries(s, c, all);
	inspect_sig_alg(s, "signature_algorithm", "Signature algorithm", c->outer_alg);
	if (!ctn_span_equal(c->inner_alg, c->outer_alg))
		inspect_sig_alg(s, "inner_signature_algorithm", "Algorithm inside", c->inner_alg);
	see_hex(s, "signature", "Signature", c->signature);
}
