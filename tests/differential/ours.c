/* Part of scene.h: the answer of ctn_verify. */
#include <stdio.h>

#include "scene.h"

size_t
verdict_index(const struct verdict *v, ctn_span der)
{
	size_t i = 0;

	while (i < v->path_n && !ctn_span_equal(v->path[i], der))
		i++;
	return i;
}

/* What is no certificate and no CRL is no help; only memory may be lacking. */
static bool
taken(bool ok, const struct ctn_err *e)
{
	return ok || e->code == CTN_EINPUT;
}

static bool
give(ctn_verifier *v, const struct scene *s, const struct verdict *only, struct ctn_err *e)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct scene_cert *c = &s->certs[s->order[i]];

		if (only != NULL && verdict_index(only, ctn_buf_view(&c->f.der)) == only->path_n)
			continue;
		if (c->place == PLACE_TRUSTED && !taken(ctn_verifier_trust(v, ctn_buf_view(&c->f.der), NULL, e), e))
			return false;
		if (c->place == PLACE_KNOWN && !taken(ctn_verifier_know(v, ctn_buf_view(&c->f.der), NULL, e), e))
			return false;
	}
	if (scene_leaf_is_trusted(s) && !taken(ctn_verifier_trust(v, ctn_buf_view(&s->certs[0].f.der), NULL, e), e))
		return false;
	for (size_t i = 0; i < s->crls_n; i++)
		if (s->crls[i].der.n > 0 && !taken(ctn_verifier_crl(v, ctn_buf_view(&s->crls[i].der), NULL, e), e))
			return false;
	return true;
}

void
scene_ask(ctn_verify_ask *ask, const struct scene *s, ctn_arena *a)
{
	struct ctn_err e = { 0 };
	ctn_name *name = ctn_arena_new(a, ctn_name, 1);

	*ask = (ctn_verify_ask){ .leaf = ctn_buf_view(&s->certs[0].f.der), .at_s = s->at_s, .purpose = s->purpose,
		.policies = s->policies, .policies_n = s->policies_n, .require_policy = s->require_policy,
		.inhibit_mapping = s->inhibit_mapping, .inhibit_any = s->inhibit_any,
		.revocation = s->revocation ? CTN_REVOCATION_REQUIRE : CTN_REVOCATION_OFF };
	if (s->name == NULL)
		return;
	FORGE_MUST(name != NULL && ctn_name_parse(name, s->name, a, &e));
	ask->names = name;
	ask->names_n = 1;
}

bool
scene_verify(ctn_verify_result *r, ctn_verifier **v, const struct scene *s, const ctn_verify_ask *ask, const struct verdict *only,
    ctn_arena *a, struct ctn_err *e)
{
	return ctn_verifier_open(v, e) && give(*v, s, only, e) && ctn_verify(r, *v, ask, a, e);
}

void
judge_ours(struct verdict *v, const struct scene *s, enum ctn_verify_profile profile, const struct verdict *only, ctn_arena *a)
{
	ctn_verifier *verifier = NULL;
	ctn_verify_result r;
	struct ctn_err e = { 0 };
	ctn_verify_ask ask;

	scene_ask(&ask, s, a);
	ask.profile = profile;
	FORGE_MUST(scene_verify(&r, &verifier, s, &ask, only, a, &e));
	*v = (struct verdict){ .yes = r.trusted, .why = (int)r.reason.check, .at = (int)r.reason.certificate, .path_n = r.path_n };
	for (size_t i = 0; i < r.path_n; i++) {
		void *copy = ctn_arena_copy(a, r.path[i].der.p, r.path[i].der.n);

		FORGE_MUST(copy != NULL);
		v->path[i] = (ctn_span){ copy, r.path[i].der.n };
	}
	(void)snprintf(v->text, sizeof(v->text), "%s", r.trusted ? "yes" : r.reason.text);
	ctn_verifier_close(verifier);
}
