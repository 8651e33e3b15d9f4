#include "cmd/crls.h"

#include "base/time.h"

static void
show_one(struct cmd *c, const ctn_crl_made *m)
{
	ctn_json_out *j = show_json(c->out);
	char until[32];

	ctn_time_text(until, m->next_update);
	ctn_json_int(j, "number", (int64_t)m->number);
	ctn_json_time(j, "this_update", m->this_update);
	ctn_json_time(j, "next_update", m->next_update);
	ctn_json_int(j, "entries", (int64_t)m->entries);
	ctn_json_array(j, "files");
	for (size_t i = 0; i < m->files_n; i++)
		ctn_json_text(j, NULL, m->files[i]);
	ctn_json_close_array(j);
	show_line(c->out, "CRL %llu of %s (key %s): %llu entr%s, next update %s", (unsigned long long)m->number, m->authority, m->key,
	    (unsigned long long)m->entries, m->entries == 1 ? "y" : "ies", until);
	for (size_t i = 0; i < m->files_n; i++)
		show_line(c->out, "  %s", m->files[i]);
}

void
crls_show(struct cmd *c, const ctn_crl_made *made, size_t n, bool dry_run)
{
	ctn_json_out *j = show_json(c->out);

	ctn_json_array(j, "crls");
	for (size_t i = 0; i < n; i++) {
		ctn_json_object(j, NULL);
		ctn_json_text(j, "authority", made[i].authority);
		ctn_json_text(j, "key", made[i].key);
		if (dry_run)
			show_line(c->out, "would make the next CRL of %s (key %s)", made[i].authority, made[i].key);
		else
			show_one(c, &made[i]);
		ctn_json_close_object(j);
	}
	ctn_json_close_array(j);
	if (n == 0)
		show_line(c->out, "nothing is due");
}
