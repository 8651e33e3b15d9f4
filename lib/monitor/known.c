/* Part of monitor/home.h: the CA certificates of a home, and when their chains are over. */
#include "der/oid.h"
#include "monitor/home.h"
#include "store/find.h"

bool
ctn_cert_issued(const ctn_cert *above, const ctn_cert *below)
{
	const ctn_ext *ext = ctn_exts_find(&below->exts, ctn_oid_authority_key_id);
	ctn_span key_id = ctn_cert_key_id(above);
	struct ctn_err ignored = { 0 };
	ctn_aki aki = { 0 };

	if (!ctn_span_equal(above->subject, below->issuer))
		return false;
	if (ext == NULL || !ctn_ext_aki(&aki, ext->value, &ignored))
		return true;
	return aki.key_id.n == 0 || key_id.n == 0 || ctn_span_equal(aki.key_id, key_id);
}

static int64_t reckon(const ctn_known *known, ctn_known_ca *ca);

/* Of those above: one that is not revoked is better than any that is. */
static int64_t
best_above(const ctn_known *known, const ctn_cert *below)
{
	int64_t best[2] = { INT64_MIN, INT64_MIN };

	for (size_t i = 0; i < known->n; i++) {
		ctn_known_ca *above = &known->cas[i];
		int64_t end;

		if (above->at_work || !ctn_cert_issued(&above->cert, below))
			continue;
		end = reckon(known, above);
		if (end > best[above->revoked ? 1 : 0])
			best[above->revoked ? 1 : 0] = end;
	}
	if (best[0] != INT64_MIN)
		return best[0];
	return best[1] != INT64_MIN ? best[1] : INT64_MAX;
}

/* at_work keeps a circle of cross-signs from going round. */
static int64_t
reckon(const ctn_known *known, ctn_known_ca *ca)
{
	int64_t above;

	if (ca->reckoned)
		return ca->ends_s;
	ca->at_work = true;
	above = ca->row->is_anchor ? INT64_MAX : best_above(known, &ca->cert);
	ca->at_work = false;
	ca->ends_s = ca->cert.not_after < above ? ca->cert.not_after : above;
	ca->reckoned = true;
	return ca->ends_s;
}

int64_t
ctn_known_end_above(const ctn_known *known, const ctn_cert *below)
{
	return best_above(known, below);
}

static bool
is_revoked(bool *revoked, ctn_ca *ca, int64_t certificate_id, struct ctn_err *e)
{
	ctn_cert_row row;

	*revoked = false;
	if (certificate_id == 0)
		return true;
	if (!ctn_store_cert(&row, ca->store, certificate_id, ca->arena, e))
		return false;
	*revoked = row.revoked != CTN_NOT_REVOKED;
	return true;
}

static bool
load_cas(ctn_known *out, ctn_ca *ca, struct ctn_err *e)
{
	ctn_ca_cert_row *rows;

	if (!ctn_store_ca_certs(&rows, &out->n, ca->store, 0, ca->arena, e))
		return false;
	out->cas = ctn_arena_new(ca->arena, ctn_known_ca, out->n + 1);
	if (out->cas == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < out->n; i++) {
		out->cas[i].row = &rows[i];
		if (!ctn_cert_parse(&out->cas[i].cert, rows[i].der, e))
			return ctn_wrap(e, "recorded CA certificate %lld", (long long)rows[i].id);
		if (!is_revoked(&out->cas[i].revoked, ca, rows[i].certificate_id, e))
			return false;
	}
	return true;
}

/* A key signs under any of its certificates; its leaves live as long as the best. */
static void
reckon_key(ctn_known *known, int64_t issuer_key_id)
{
	int64_t best[2] = { INT64_MIN, INT64_MIN };

	for (size_t i = 0; i < known->n; i++) {
		ctn_known_ca *ca = &known->cas[i];
		int64_t end;

		if (ca->row->issuer_key_id != issuer_key_id)
			continue;
		end = reckon(known, ca);
		if (end > best[ca->revoked ? 1 : 0])
			best[ca->revoked ? 1 : 0] = end;
	}
	if (best[0] == INT64_MIN && best[1] == INT64_MIN)
		return;
	known->ends[known->ends_n++] = (ctn_issuer_end){ issuer_key_id, best[0] != INT64_MIN ? best[0] : best[1] };
}

bool
ctn_known_load(ctn_known *out, ctn_ca *ca, struct ctn_err *e)
{
	*out = (ctn_known){ 0 };
	if (!load_cas(out, ca, e) || !ctn_store_issuer_keys(&out->keys, &out->keys_n, ca->store, ca->arena, e))
		return false;
	out->ends = ctn_arena_new(ca->arena, ctn_issuer_end, out->keys_n + 1);
	if (out->ends == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < out->keys_n; i++)
		reckon_key(out, out->keys[i].id);
	return true;
}
