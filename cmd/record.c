#include "cmd/record.h"

#include <string.h>

#include "store/list.h"

static bool
is_san(const ctn_name_row *name)
{
	return strcmp(name->type, "dn") != 0;
}

const char *
record_title(const ctn_cert_row *row)
{
	return row->names_n > 0 ? row->names[0].value : row->subject;
}

void
record_names(ctn_buf *out, const ctn_cert_row *row, const char *joint)
{
	size_t before = out->n;

	for (size_t i = 0; i < row->names_n; i++) {
		if (!is_san(&row->names[i]))
			continue;
		ctn_buf_text(out, out->n == before ? "" : joint);
		ctn_buf_text(out, row->names[i].value);
	}
}

void
record_members(ctn_json_out *j, const ctn_cert_row *row, int64_t now_s)
{
	ctn_json_hex(j, "serial", row->serial);
	if (row->issued)
		ctn_json_hex(j, "sha256", (ctn_span){ row->sha256, sizeof row->sha256 });
	ctn_json_text(j, "subject", row->subject);
	ctn_json_array(j, "names");
	for (size_t i = 0; i < row->names_n; i++)
		if (is_san(&row->names[i]))
			ctn_json_text(j, NULL, row->names[i].value);
	ctn_json_close_array(j);
	ctn_json_text(j, "profile", row->profile);
	ctn_json_text(j, "authority", row->authority);
	ctn_json_text(j, "status", ctn_cert_status(row, now_s));
	ctn_json_time(j, "not_before", row->not_before);
	ctn_json_time(j, "not_after", row->not_after);
	ctn_json_text(j, "owner", row->owner);
}

static void
candidate(struct show *out, const ctn_cert_row *row, const ctn_ca *ca)
{
	ctn_json_out *r = &out->r;

	ctn_json_object(r, NULL);
	ctn_json_text(r, "rule", "candidate");
	ctn_json_text(r, "text", ctn_cert_row_title(row, ca->now_s, ca->arena));
	record_members(r, row, ca->now_s);
	ctn_json_close_object(r);
}

bool
record_pick(ctn_cert_row **rows, size_t *n, pki *p, const char *selector, enum ctn_select_how how, struct ctn_err *e)
{
	if (ctn_ca_select(rows, n, p->ca, selector, how, e))
		return true;
	for (size_t i = 0; e->code == CTN_ESELECTOR && i < *n; i++)
		candidate(p->c->out, &(*rows)[i], p->ca);
	return false;
}

bool
record_pick_one(ctn_cert_row *row, pki *p, const char *selector, struct ctn_err *e)
{
	ctn_cert_row *rows;
	size_t n;

	if (!record_pick(&rows, &n, p, selector, CTN_SELECT_NEWEST, e))
		return false;
	*row = rows[0];
	return true;
}
