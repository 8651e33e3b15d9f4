#include "verify/verify.h"

#include "verify/run.h"
#include "verify/walk.h"

struct ctn_verifier {
	ctn_pool *pool;
};

bool
ctn_verifier_open(ctn_verifier **out, struct ctn_err *e)
{
	ctn_verifier *v = ctn_new(ctn_verifier, 1);

	if (v == NULL)
		return ctn_fail_memory(e);
	if (!ctn_pool_open(&v->pool, e)) {
		ctn_free(v);
		return false;
	}
	*out = v;
	return true;
}

void
ctn_verifier_close(ctn_verifier *v)
{
	ctn_pool_close(v->pool);
	ctn_free(v);
}

bool
ctn_verifier_trust(ctn_verifier *v, ctn_span der, const char *source, struct ctn_err *e)
{
	return ctn_pool_add(v->pool, der, source, true, e);
}

bool
ctn_verifier_know(ctn_verifier *v, ctn_span der, const char *source, struct ctn_err *e)
{
	return ctn_pool_add(v->pool, der, source, false, e);
}

bool
ctn_verifier_crl(ctn_verifier *v, ctn_span der, const char *source, struct ctn_err *e)
{
	return ctn_pool_add_crl(v->pool, der, source, e);
}

bool
ctn_verifier_ocsp(ctn_verifier *v, ctn_span der, struct ctn_err *e)
{
	return ctn_pool_add_ocsp(v->pool, der, e);
}

/* What held for a path that is trusted: every check of every certificate. */
static bool
list_checks(ctn_run *r)
{
	static const enum ctn_vcheck each[] = { CTN_V_signature, CTN_V_expired, CTN_V_critical, CTN_V_constraints };
	ctn_verify_result *res = r->result;
	size_t n = sizeof(each) / sizeof(*each) + 3;

	res->checks = ctn_arena_new(r->a, ctn_verify_check, res->path_n * n + 3);
	if (res->checks == NULL)
		return ctn_fail_memory(r->e);
	for (size_t i = 0; i < res->path_n; i++) {
		for (size_t k = 0; k < sizeof(each) / sizeof(*each); k++)
			if (each[k] != CTN_V_signature || i + 1 < res->path_n)
				res->checks[res->checks_n++] = (ctn_verify_check){ i, each[k] };
		if (i > 0) {
			res->checks[res->checks_n++] = (ctn_verify_check){ i, CTN_V_not_ca };
			res->checks[res->checks_n++] = (ctn_verify_check){ i, CTN_V_path_length };
		}
		if (r->ask->revocation != CTN_REVOCATION_OFF && i + 1 < res->path_n)
			res->checks[res->checks_n++] = (ctn_verify_check){ i, CTN_V_revoked };
	}
	res->checks[res->checks_n++] = (ctn_verify_check){ 0, CTN_V_policies };
	if (r->ask->purpose.n > 0)
		res->checks[res->checks_n++] = (ctn_verify_check){ 0, CTN_V_purpose };
	if (r->ask->names_n > 0)
		res->checks[res->checks_n++] = (ctn_verify_check){ 0, CTN_V_name };
	return true;
}

/* An unknown status is the whole reason only when nothing worse was found on any path that came as far. */
static void
weigh(ctn_verify_result *res)
{
	res->undetermined = res->reason.check == CTN_V_unknown_status;
}

bool
ctn_verify(ctn_verify_result *result, ctn_verifier *v, const ctn_verify_ask *ask, ctn_arena *a, struct ctn_err *e)
{
	ctn_run r = { .pool = v->pool, .ask = ask, .result = result, .a = a, .e = e, .signatures = CTN_VERIFY_SIGNATURES_MAX,
		.paths = CTN_VERIFY_PATHS_MAX, .names = CTN_VERIFY_NAMES_MAX, .steps = CTN_RUN_STEPS_MAX };
	ctn_member *leaf = ctn_arena_new(a, ctn_member, 1), *same;
	struct ctn_err why = { 0 };
	bool trusted;

	*result = (ctn_verify_result){ 0 };
	if (leaf == NULL)
		return ctn_fail_memory(e);
	if (!ctn_member_read(leaf, ask->leaf, &why)) {
		(void)ctn_run_no(&r, CTN_V_malformed, 0, "it is no certificate: %s", why.text);
		result->reason = r.why;
		return !r.broken;
	}
	leaf->source = ask->leaf_source;
	same = ctn_pool_same(v->pool, &leaf->cert);
	trusted = ctn_walk_leaf(&r, same == NULL ? leaf : same);
	if (r.broken)
		return false;
	if (ctn_pool_lacked_memory(v->pool))
		return ctn_fail_memory(e);
	result->signatures_spent = CTN_VERIFY_SIGNATURES_MAX - r.signatures;
	result->paths_spent = CTN_VERIFY_PATHS_MAX - r.paths;
	result->names_spent = CTN_VERIFY_NAMES_MAX - r.names;
	weigh(result);
	if (!trusted)
		return true;
	return list_checks(&r);
}
