#include "ca/vouch.h"

#include "store/home.h"
#include "store/journal.h"

static bool
body_now(ctn_buf *body, ctn_checkpoint *c, ctn_ca *ca, struct ctn_err *e)
{
	ctn_home_row home;

	if (!ctn_store_home_get(&home, ca->store, ca->arena, e) || !ctn_store_log_size(&c->size, ca->store, e) ||
	    !ctn_store_log_root(&c->root, ca->store, c->size, e))
		return false;
	c->origin = home.origin;
	ctn_checkpoint_body(body, c);
	return ctn_buf_ok(body, e);
}

/* The text of a note is the record's; it ends with a NUL there and nowhere else. */
static bool
record(ctn_buf *note, const ctn_checkpoint *c, ctn_ca *ca, struct ctn_err *e)
{
	const char *text = ctn_buf_cstr(note);

	if (text == NULL)
		return ctn_fail_memory(e);
	return ctn_store_checkpoint_add(ca->store, c->size, &c->root, text, &ca->act, e) && ctn_ca_end_act(ca, e);
}

bool
ctn_ca_checkpoint(ctn_buf *note, ctn_checkpoint *out, ctn_ca *ca, bool dry_run, struct ctn_err *e)
{
	CTN_OWN_BUF body = { 0 };

	if (!dry_run && !ctn_ca_begin_act(ca, e))
		return false;
	if (!body_now(&body, out, ca, e))
		return false;
	return dry_run || (ctn_mint_checkpoint(note, ca->mint, ctn_buf_view(&body), e) && record(note, out, ca, e));
}
