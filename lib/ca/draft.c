#include "ca/draft.h"

#include <stdio.h>
#include <string.h>

#include "base/jsonout.h"
#include "der/oid.h"
#include "hash/hash.h"
#include "name/dn.h"
#include "store/find.h"

#define SECONDS_OF_2020 INT64_C(1577836800)

bool
ctn_reasons_add(ctn_reasons *r, const ctn_reason *reason, ctn_arena *a, struct ctn_err *e)
{
	if (r->n == r->cap) {
		size_t cap = r->cap == 0 ? 8 : r->cap * 2;
		ctn_reason *at = ctn_arena_new(a, ctn_reason, cap);

		if (at == NULL)
			return ctn_fail_memory(e);
		if (r->n > 0)
			memcpy(at, r->at, r->n * sizeof *at);
		r->at = at;
		r->cap = cap;
	}
	r->at[r->n++] = *reason;
	return true;
}

bool
ctn_reasons_of_plan(ctn_reasons *r, const ctn_plan *plan, ctn_arena *a, struct ctn_err *e)
{
	for (size_t i = 0; i < plan->rules_n; i++) {
		const ctn_rule_trace *t = &plan->rules[i];
		ctn_reason reason = { .rule = t->rule, .text = t->text, .file = t->where.file, .line = t->where.line };

		if (t->outcome == CTN_RULE_FAIL && !ctn_reasons_add(r, &reason, a, e))
			return false;
	}
	return true;
}

bool
ctn_ca_serial(uint8_t out[20], int64_t now_s, struct ctn_err *e)
{
	uint64_t t = (uint64_t)(now_s - SECONDS_OF_2020) & UINT64_C(0x3fffffffff);

	t |= UINT64_C(0x4000000000); /* the top bits 01: positive, and always 20 octets */
	for (int i = 0; i < 5; i++)
		out[i] = (uint8_t)(t >> (32 - 8 * i));
	return ctn_random(out + 5, 15, e);
}

bool
ctn_draft_serial(ctn_draft *d, unsigned shards, const ctn_ca *ca, struct ctn_err *e)
{
	if (!ctn_ca_serial(d->serial, ca->now_s, e))
		return false;
	d->shard = ((unsigned)d->serial[18] << 8 | d->serial[19]) % (shards == 0 ? 1 : shards);
	return true;
}

static bool
build(ctn_draft *d, ctn_span spki, ctn_ca *ca, struct ctn_err *e)
{
	ctn_cert_fields *f = &d->plan->fields;
	CTN_OWN_BUF tbs = { .max = CTN_CERT_MAX };
	ctn_spki view;

	if (!ctn_spki_parse(&view, spki, e) || !ctn_spki_key_id(d->key_id, &view, e) || !ctn_spki_digest(d->row.spki_sha256, &view, e))
		return ctn_wrap(e, "key");
	f->serial = (ctn_span){ d->serial, sizeof d->serial };
	f->spki = spki;
	f->subject_key_id = (ctn_span){ d->key_id, sizeof d->key_id };
	if (!ctn_cert_build(&tbs, f, e))
		return ctn_wrap(e, "building the certificate");
	d->tbs = (ctn_span){ ctn_arena_copy(ca->arena, tbs.p, tbs.n), tbs.n };
	if (d->tbs.p == NULL)
		return ctn_fail_memory(e);
	return ctn_cert_parse_tbs(&d->view, d->tbs, e) || ctn_wrap(e, "reading back the certificate");
}

static bool
lint(ctn_draft *d, ctn_reasons *reasons, ctn_ca *ca, struct ctn_err *e)
{
	ctn_lint_subject s = { .cert = &d->view, .role = d->role, .now_s = ca->now_s, .issuer = d->chain != NULL ? &d->chain->certs[0] : NULL };

	if (!ctn_lint(&d->findings, &d->findings_n, &s, d->ignore, ca->arena, e))
		return false;
	for (size_t i = 0; i < d->findings_n; i++) {
		const ctn_finding *f = &d->findings[i];
		ctn_reason r = { .file = d->lint_where.file, .line = d->lint_where.line };

		if ((int)f->level < d->fail_on)
			continue;
		r.rule = ctn_arena_printf(ca->arena, "lint.%s", f->id);
		r.text = ctn_arena_printf(ca->arena, "%s (%s)", f->text, f->cite);
		if (r.rule == NULL || r.text == NULL)
			return ctn_fail_memory(e);
		if (!ctn_reasons_add(reasons, &r, ca->arena, e))
			return false;
	}
	return true;
}

static bool
hold_against_chain(ctn_draft *d, ctn_reasons *reasons, ctn_ca *ca, struct ctn_err *e)
{
	ctn_verify_reason *breaches;
	size_t n;

	if (d->chain == NULL)
		return true;
	if (!ctn_chain_judge(&breaches, &n, d->chain, &d->view, ca, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		ctn_reason r = { .rule = ctn_arena_printf(ca->arena, "issuer.%s", ctn_issuing_word(breaches[i].check)),
			.text = ctn_arena_printf(ca->arena, "%s (%s)", breaches[i].text, ctn_vrule_of(breaches[i].check)->cite) };

		if (r.rule == NULL || r.text == NULL)
			return ctn_fail_memory(e);
		if (!ctn_reasons_add(reasons, &r, ca->arena, e))
			return false;
	}
	return true;
}

bool
ctn_draft_judge(ctn_draft *d, ctn_reasons *reasons, ctn_span spki, ctn_ca *ca, struct ctn_err *e)
{
	return build(d, spki, ca, e) && hold_against_chain(d, reasons, ca, e) && lint(d, reasons, ca, e);
}

/* ---- the record */

static const char *
type_word(const ctn_name *n)
{
	switch (n->type) {
	case CTN_NAME_DNS:
	case CTN_NAME_IP:
	case CTN_NAME_EMAIL:
	case CTN_NAME_URI:
		return ctn_name_type_text(n->type);
	default:
		return "other";
	}
}

static bool
is_among(const ctn_name_row *rows, size_t n, const char *value)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].value, value) == 0)
			return true;
	return false;
}

/* The names by which it is found: its SAN, then its CN and its whole subject where they say something else. */
static bool
name_rows(ctn_draft *d, ctn_ca *ca, struct ctn_err *e)
{
	const ctn_cert_fields *f = &d->plan->fields;
	ctn_name_row *rows = ctn_arena_new(ca->arena, ctn_name_row, f->names_n + 2);
	const char *cn;
	size_t n = 0;

	if (rows == NULL)
		return ctn_fail_memory(e);
	if (!ctn_dn_first(&cn, d->view.subject, ctn_oid_at_common_name, ca->arena, e))
		return false;
	for (size_t i = 0; i < f->names_n; i++)
		rows[n++] = (ctn_name_row){ type_word(&f->names[i]), f->names[i].text, ctn_name_reversed(&f->names[i], ca->arena) };
	if (cn != NULL && !is_among(rows, n, cn))
		rows[n++] = (ctn_name_row){ "dn", cn, NULL };
	if (d->row.subject[0] != '\0' && f->names_n == 0 && !is_among(rows, n, d->row.subject))
		rows[n++] = (ctn_name_row){ "dn", d->row.subject, NULL };
	d->row.names = rows;
	d->row.names_n = n;
	return true;
}

static bool
fill_row(ctn_draft *d, ctn_ca *ca, struct ctn_err *e)
{
	CTN_OWN_BUF subject = { 0 };

	ctn_dn_text(&subject, d->view.subject);
	if (ctn_buf_cstr(&subject) == NULL || (d->row.subject = ctn_arena_text(ca->arena, ctn_buf_cstr(&subject))) == NULL)
		return ctn_fail_memory(e);
	d->row.authority_id = d->key->authority_id;
	d->row.issuer_key_id = d->key->id;
	d->row.authority = d->key->authority;
	d->row.serial = (ctn_span){ d->serial, sizeof d->serial };
	d->row.profile = d->request.profile;
	d->row.is_ca = d->plan->fields.is_ca;
	d->row.not_before = d->view.not_before;
	d->row.not_after = d->view.not_after;
	d->row.lineage = d->lineage;
	d->row.replaces = d->replaces;
	d->row.owner = d->request.owner;
	d->row.note = d->request.note;
	d->row.crl_shard = d->shard;
	return name_rows(d, ca, e);
}

static bool
record_version(ctn_draft *d, ctn_ca *ca, struct ctn_err *e)
{
	return ctn_store_profile_version(&d->request.profile_version, ca->store, d->version_name, d->version_digest, d->version_text, &ca->act, e);
}

/* What the profile let pass is let pass here too; everything else of level error is not. */
static bool
accepted_ids(const char ***ids, const ctn_draft *d, ctn_arena *a)
{
	size_t n = 0, cap = d->findings_n + 1;

	while (d->ignore != NULL && d->ignore[cap - d->findings_n - 1] != NULL)
		cap++;
	*ids = ctn_arena_new(a, const char *, cap);
	if (*ids == NULL)
		return false;
	for (size_t i = 0; d->ignore != NULL && d->ignore[i] != NULL; i++)
		(*ids)[n++] = d->ignore[i];
	for (size_t i = 0; i < d->findings_n; i++)
		if ((int)d->findings[i].level < d->fail_on)
			(*ids)[n++] = d->findings[i].id;
	return true;
}

static bool
sign_and_record(ctn_draft *d, const char *const *ignore, ctn_ca *ca, struct ctn_err *e)
{
	CTN_OWN_BUF der = { 0 };

	if (!ctn_mint_certificate(&der, ca->mint, d->row.id, ignore, ca->now_s, e))
		return ctn_wrap(e, "signing");
	d->der = (ctn_span){ ctn_arena_copy(ca->arena, der.p, der.n), der.n };
	if (d->der.p == NULL)
		return ctn_fail_memory(e);
	return ctn_store_issued(&d->log_index, ca->store, d->row.id, d->der, &ca->act, e) || ctn_wrap(e, "recording the certificate");
}

bool
ctn_draft_commit(ctn_draft *d, ctn_ca *ca, struct ctn_err *e)
{
	const char **ignore;
	char serial[41];

	if (!accepted_ids(&ignore, d, ca->arena))
		return ctn_fail_memory(e);
	ctn_hex(serial, (ctn_span){ d->serial, sizeof d->serial });
	if (!fill_row(d, ca, e) || !record_version(d, ca, e) || !ctn_store_intend(ca->store, &d->request, &d->row, d->tbs, &ca->act, e))
		return ctn_wrap(e, "recording the intent");
	if (!sign_and_record(d, ignore, ca, e)) {
		ctn_wrap(e, "serial %s is recorded as intended, but", serial);
		if (e->hint[0] == '\0')
			ctn_hint(e, "nothing was handed out; catena revoke %s closes the intent", serial);
		return false;
	}
	return true;
}

bool
ctn_draft_refuse(ctn_draft *d, const ctn_reasons *reasons, ctn_ca *ca, struct ctn_err *e)
{
	CTN_OWN_BUF text = { 0 };
	ctn_json_out j = ctn_json_over(&text);

	ctn_json_array(&j, NULL);
	for (size_t i = 0; i < reasons->n; i++) {
		const ctn_reason *r = &reasons->at[i];

		ctn_json_object(&j, NULL);
		ctn_json_text(&j, "rule", r->rule);
		ctn_json_text(&j, "text", r->text);
		ctn_json_text(&j, "file", r->file);
		if (r->line > 0)
			ctn_json_int(&j, "line", r->line);
		ctn_json_close_object(&j);
	}
	ctn_json_close_array(&j);
	d->request.reasons = ctn_buf_cstr(&text);
	if (d->request.reasons == NULL)
		return ctn_fail_memory(e);
	return record_version(d, ca, e) && ctn_store_refuse(ca->store, &d->request, &ca->act, e);
}
