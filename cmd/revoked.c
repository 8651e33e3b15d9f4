#include "cmd/revoked.h"

#include <inttypes.h>

#include "base/time.h"
#include "cmd/show.h"

void
revoked_crls(struct cmd *c, const ctn_revoke_result *r)
{
	ctn_json_out *j = show_json(c->out);

	ctn_json_bool(j, "crl_pending", r->crl_pending);
	ctn_json_array(j, "crls");
	for (size_t i = 0; i < r->crls_n; i++) {
		const ctn_crl_made *m = &r->crls[i];
		char next[32];

		ctn_time_text(next, m->next_update);
		ctn_json_object(j, NULL);
		ctn_json_text(j, "authority", m->authority);
		ctn_json_text(j, "key", m->key);
		ctn_json_int(j, "number", (int64_t)m->number);
		ctn_json_time(j, "next_update", m->next_update);
		ctn_json_close_object(j);
		show_line(c->out, "CRL number %" PRIu64 " of %s is published: %" PRIu64 " entr%s, next by %s", m->number, m->authority,
		    m->entries, m->entries == 1 ? "y" : "ies", next);
	}
	ctn_json_close_array(j);
	if (r->crl_pending)
		show_warn(c->out, "recorded, but no CRL says so yet: %s; %s", r->why_pending,
		    r->hint_pending != NULL ? r->hint_pending : "catena crl makes it where the key is at hand");
}

const char *
revoked_time(int64_t at_s, ctn_arena *a)
{
	char text[32];

	ctn_time_text(text, at_s);
	return ctn_arena_text(a, text);
}
