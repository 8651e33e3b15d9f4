#include "ca/halt.h"

#include "store/home.h"

static bool
is_blank(const char *text)
{
	while (*text == ' ' || *text == '\t' || *text == '\n')
		text++;
	return *text == '\0';
}

bool
ctn_ca_halt(ctn_ca *ca, const char *why, bool dry_run, struct ctn_err *e)
{
	ctn_halt before;

	if (is_blank(why))
		return ctn_fail(e, CTN_EUSAGE, "--why: say why, for whoever finds signing halted");
	if (!ctn_store_halted(&before.why, &before.since_s, &before.actor, ca->store, ca->arena, e))
		return false;
	if (before.why != NULL) {
		ctn_fail(e, CTN_EEXISTS, "signing is halted already by %s: %s", before.actor, before.why);
		return ctn_hint(e, "catena resume ends it");
	}
	if (dry_run)
		return true;
	return ctn_ca_begin_act(ca, e) && ctn_store_halt(ca->store, why, &ca->act, e) && ctn_ca_end_act(ca, e);
}

bool
ctn_ca_resume(ctn_halt *ended, ctn_ca *ca, bool dry_run, struct ctn_err *e)
{
	if (!ctn_store_halted(&ended->why, &ended->since_s, &ended->actor, ca->store, ca->arena, e))
		return false;
	if (ended->why == NULL)
		return ctn_fail(e, CTN_ENOTFOUND, "signing is not halted");
	if (dry_run)
		return true;
	return ctn_ca_begin_act(ca, e) && ctn_store_resume(ca->store, &ca->act, e) && ctn_ca_end_act(ca, e);
}
