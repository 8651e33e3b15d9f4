#include "cmd/verify_advise.h"

#include "ca/known.h"
#include "der/oid.h"

/* One reason, and what it is about. */
struct about {
	const ctn_verify_ask *ask;
	ctn_ca *home;
	ctn_arena *a;
	const ctn_cert *cert; /* that failed; of a missing issuer, the one below */
	ctn_known known;      /* what the home knows of it */
};

/* Where the certificate says that its issuer's is to be had (RFC 5280 4.2.2.1). */
static const char *
issuer_url(const ctn_cert *c, ctn_arena *a)
{
	const ctn_ext *x = ctn_exts_find(&c->exts, ctn_oid_authority_info_access);
	ctn_general_name where;
	struct ctn_err e;
	ctn_span method;
	ctn_der list;

	if (x == NULL || !ctn_ext_info_access(&list, x->value, &e))
		return NULL;
	while (ctn_info_access_next(&list, &method, &where))
		if (ctn_span_equal(method, ctn_oid_ad_ca_issuers) && where.type == CTN_NAME_URI)
			return ctn_arena_text_n(a, (const char *)where.value.p, where.value.n);
	return NULL;
}

static const char *
fix_issuer(const struct about *s)
{
	const char *name = NULL, *url = issuer_url(s->cert, s->a);
	struct ctn_err e;
	bool anchor = false;

	if (ctn_cert_is_self_issued(s->cert))
		return "if you know it as your root: --trust FILE";
	if (s->home != NULL && ctn_ca_issuer_known(&name, &anchor, s->home, s->cert, &e) && name != NULL)
		return anchor ? "its issuer is a root of the home: --trust home" :
		    ctn_arena_printf(s->a, "it is in the home: --untrusted %s/public/%s.crt", s->home->env.home, name);
	if (url != NULL)
		return ctn_arena_printf(s->a, "it is at %s: fetch it, then --untrusted FILE; a server must send it along", url);
	return NULL;
}

static const char *
fix_expired(const struct about *s)
{
	if (s->known.newer != NULL)
		return ctn_arena_printf(s->a, "it was renewed: put serial %s in its place (catena show %s)", s->known.newer, s->known.newer);
	if (s->known.authority != NULL)
		return ctn_arena_printf(s->a, "catena ca renew %s", s->known.authority);
	if (s->known.serial != NULL)
		return ctn_arena_printf(s->a, "catena renew %s", s->known.serial);
	return NULL;
}

static const char *
fix_revoked(const struct about *s)
{
	if (s->known.newer != NULL)
		return ctn_arena_printf(s->a, "put serial %s in its place (catena show %s)", s->known.newer, s->known.newer);
	if (s->known.serial != NULL && s->known.authority == NULL)
		return ctn_arena_printf(s->a, "catena issue %s %s", s->known.profile, s->known.names);
	return NULL;
}

static const char *
fix_name(const struct about *s)
{
	if (s->known.serial == NULL || s->known.authority != NULL || s->ask->names_n == 0)
		return NULL;
	return ctn_arena_printf(s->a, "ask for a name that it has, or: catena issue %s %s", s->known.profile, s->ask->names[0].text);
}

static const char *
better_fix(const struct about *s, enum ctn_vcheck check)
{
	switch (check) {
	case CTN_V_issuer:
		return fix_issuer(s);
	case CTN_V_expired:
		return fix_expired(s);
	case CTN_V_revoked:
		return fix_revoked(s);
	case CTN_V_name:
		return fix_name(s);
	default:
		return NULL;
	}
}

static void
advise(ctn_verify_reason *why, const ctn_verify_link *path, size_t n, struct about *s)
{
	const char *fix;
	struct ctn_err e;
	ctn_cert cert;

	if (why->certificate >= n || !ctn_cert_parse(&cert, path[why->certificate].der, &e))
		return;
	s->cert = &cert;
	s->known = (ctn_known){ 0 };
	if (s->home != NULL && !ctn_ca_known(&s->known, s->home, &cert, &e))
		s->known = (ctn_known){ 0 };
	fix = better_fix(s, why->check);
	if (fix != NULL)
		why->fix = fix;
}

void
verify_advise(ctn_verify_result *r, const ctn_verify_ask *ask, ctn_ca *home, ctn_arena *a)
{
	struct about s = { .ask = ask, .home = home, .a = a };

	advise(&r->reason, r->path, r->path_n, &s);
	for (size_t i = 0; i < r->candidates_n; i++)
		advise(&r->candidates[i].failed, r->candidates[i].path, r->candidates[i].path_n, &s);
}
