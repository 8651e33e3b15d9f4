/* Part of scene.h: no answer turns because memory is lacking. */
#include <stdio.h>

#include "scene.h"
#include "starve.h"

enum { TEXT = 8192 };

/* All that an answer says, as one text; of what was spent nothing, for it may be spent twice. */
static void
describe(char text[TEXT], const ctn_verify_result *r)
{
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e;

	ctn_buf_printf(&b, "trusted %d undetermined %d reason %d at %zu: %s; path", r->trusted, r->undetermined, (int)r->reason.check,
	    r->reason.certificate, r->reason.text == NULL ? "" : r->reason.text);
	for (size_t i = 0; i < r->path_n; i++)
		ctn_buf_printf(&b, " %s", r->path[i].title);
	for (size_t i = 0; i < r->candidates_n; i++)
		ctn_buf_printf(&b, "; candidate %d %s", (int)r->candidates[i].failed.check, r->candidates[i].failed.text);
	for (size_t i = 0; i < r->warnings_n; i++)
		ctn_buf_printf(&b, "; warning %d at %zu", (int)r->warnings[i].check, r->warnings[i].certificate);
	ctn_buf_printf(&b, "; checks %zu; ends %lld; policies %d", r->checks_n, (long long)r->expires_s, r->policies_any);
	for (size_t i = 0; i < r->policies_n; i++)
		ctn_buf_hex(&b, r->policies[i]);
	FORGE_MUST(ctn_buf_ok(&b, &e));
	(void)snprintf(text, TEXT, "%s", ctn_buf_cstr(&b));
}

/* The answer, or an empty text when memory was lacking and that was said. *n: the allocations. */
static void
ask_starving(char text[TEXT], unsigned long *n, const struct scene *s, const ctn_verify_ask *ask, unsigned long at, bool lasts)
{
	struct ctn_err e = { 0 };
	ctn_verifier *v = NULL;
	ctn_verify_result r;
	ctn_arena *a;
	bool ok;

	starve_begin(at, lasts);
	a = ctn_arena_open(0);
	if (a == NULL)
		(void)ctn_fail_memory(&e);
	ok = a != NULL && scene_verify(&r, &v, s, ask, NULL, a, &e);
	*n = starve_end();
	if (ok)
		describe(text, &r);
	else
		(void)snprintf(text, TEXT, "%s", e.code == CTN_ENOMEM || e.code == CTN_ECRYPTO ? "" : e.text);
	if (v != NULL)
		ctn_verifier_close(v);
	ctn_arena_close(a);
}

unsigned long
scene_starve(const struct scene *s, enum ctn_verify_profile profile, unsigned long *asked)
{
	static char wanted[TEXT], got[TEXT];
	unsigned long all, n, wrong = 0;
	ctn_verify_ask ask;

	scene_ask(&ask, s, s->a);
	ask.profile = profile;
	ask_starving(wanted, &all, s, &ask, 0, false); /* what is made once for all is there from now on */
	ask_starving(wanted, &all, s, &ask, 0, false);
	for (unsigned long at = 1; at <= all; at++)
		for (unsigned lasts = 0; lasts < 2; lasts++) {
			ask_starving(got, &n, s, &ask, at, lasts != 0);
			++*asked;
			if (got[0] == '\0' || strcmp(got, wanted) == 0)
				continue;
			wrong++;
			printf("seed %llu profile %s: allocation %lu of %lu fails%s\n  wanted: %s\n  got:    %s\n", (unsigned long long)s->seed,
			    ctn_verify_profile_name(profile), at, all, lasts ? ", and all after it" : "", wanted, got);
		}
	return wrong;
}
