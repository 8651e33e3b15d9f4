#include "monitor/leaf.h"

#include "report/phrase.h"
#include "store/find.h"

static const char *
title_of(const ctn_cert_row *row)
{
	return row->names_n > 0 ? row->names[0].value : row->subject;
}

/* By its name where that can be typed; else by its serial, which always can. */
static const char *
fix_of(const ctn_cert_row *row, const char *serial, ctn_arena *a)
{
	CTN_OWN_BUF b = { .max = 2048 };

	ctn_buf_text(&b, "catena renew ");
	if (row->names_n > 0 && ctn_report_typable(row->names[0].value))
		ctn_report_put_word(&b, row->names[0].value);
	else
		ctn_buf_text(&b, serial);
	return ctn_buf_cstr(&b) == NULL ? NULL : ctn_arena_text(a, ctn_buf_cstr(&b));
}

static bool
read_row(ctn_report_item *out, ctn_cert_row *row, int64_t certificate_id, ctn_ca *ca, struct ctn_err *e)
{
	if (!ctn_store_cert(row, ca->store, certificate_id, ca->arena, e))
		return false;
	*out = (ctn_report_item){ .kind = "certificate", .title = title_of(row), .has_end = true, .not_before = row->not_before,
		.owner = row->owner, .profile = row->profile, .authority = row->authority };
	out->serial = ctn_arena_hex(ca->arena, row->serial);
	out->sha256 = ctn_arena_hex(ca->arena, (ctn_span){ row->sha256, sizeof row->sha256 });
	if (out->serial == NULL || out->sha256 == NULL)
		return ctn_fail_memory(e);
	out->item = ctn_arena_printf(ca->arena, "home:leaf:%s", out->serial);
	out->fix = fix_of(row, out->serial, ca->arena);
	return (out->item != NULL && out->fix != NULL) || ctn_fail_memory(e);
}

static bool
acknowledge(ctn_report_item *out, int64_t certificate_id, ctn_ca *ca, int64_t now_s, struct ctn_err *e)
{
	ctn_watch_row row;
	bool found;

	if (!ctn_store_watch_leaf(&row, &found, ca->store, certificate_id, ca->arena, e))
		return false;
	if (found && row.acked_until_s > now_s) {
		out->acknowledged = row.acked_why;
		out->acknowledged_until = row.acked_until_s;
	}
	return true;
}

bool
ctn_leaf_item(ctn_report_item *out, const ctn_expiry_row *leaf, ctn_ca *ca, int64_t now_s, struct ctn_err *e)
{
	enum ctn_notice_stage stage = (enum ctn_notice_stage)leaf->stage;
	ctn_cert_row row;

	if (!read_row(out, &row, leaf->certificate_id, ca, e))
		return false;
	out->not_after = leaf->ends_s;
	out->stage = ctn_stage_word(stage);
	out->state = ctn_stage_state(stage);
	out->reason = ctn_stage_reason(leaf->ends_s, now_s, ca->arena);
	if (out->reason != NULL && leaf->ends_s < row.not_after)
		out->reason = ctn_arena_printf(ca->arena, "%s, with the chain above it", out->reason);
	if (out->reason == NULL)
		return ctn_fail_memory(e);
	return stage == CTN_STAGE_OK || acknowledge(out, leaf->certificate_id, ca, now_s, e);
}

/* What the certificate that took its place is called. */
static bool
say_why(const char **why, const ctn_cert_row *row, ctn_ca *ca, struct ctn_err *e)
{
	ctn_cert_row *rows;
	size_t n;

	if (row->revoked != CTN_NOT_REVOKED) {
		*why = row->revoked == CTN_IS_HELD ? "on hold" : "revoked";
		return true;
	}
	if (!ctn_store_certs_of_lineage(&rows, &n, ca->store, row->lineage, ca->arena, e))
		return false;
	for (size_t i = 0; i < n && *why == NULL; i++) {
		const char *serial = ctn_arena_hex(ca->arena, rows[i].serial);

		if (rows[i].id <= row->id || !rows[i].issued || rows[i].revoked != CTN_NOT_REVOKED)
			continue;
		*why = serial == NULL ? NULL : ctn_arena_printf(ca->arena, "renewed: the certificate with serial %s took its place", serial);
		if (*why == NULL)
			return ctn_fail_memory(e);
	}
	return true;
}

bool
ctn_leaf_recovered(ctn_report_item *out, int64_t certificate_id, ctn_ca *ca, int64_t now_s, struct ctn_err *e)
{
	const char *why = NULL;
	ctn_cert_row row;

	if (!read_row(out, &row, certificate_id, ca, e) || !say_why(&why, &row, ca, e))
		return false;
	out->not_after = row.not_after;
	out->stage = ctn_stage_word(CTN_STAGE_OK);
	out->state = CTN_REPORT_OK;
	out->fix = NULL;
	out->reason = why != NULL ? why : ctn_stage_reason(row.not_after, now_s, ca->arena);
	return out->reason != NULL || ctn_fail_memory(e);
}
