#include "verify/constrain.h"

#include "der/oid.h"
#include "name/dn.h"

static const char *
name_text(ctn_run *r, const ctn_general_name *n)
{
	CTN_OWN_BUF b = { .max = CTN_RUN_TEXT_ROOM };

	ctn_general_text(&b, n);
	return ctn_run_text(r, &b, "");
}

/* Why a name cannot be held against subtrees of its type. */
static const char *
odd_form(enum ctn_name_type type)
{
	switch (type) {
	case CTN_NAME_DNS:
		return "it is no legal DNS name";
	case CTN_NAME_EMAIL:
		return "it is no legal mail address";
	case CTN_NAME_URI:
		return "it has no DNS name as its host";
	case CTN_NAME_IP:
		return "it is no address";
	case CTN_NAME_DIRECTORY:
		return "it is no well-formed name";
	case CTN_NAME_OTHER:
	case CTN_NAME_X400:
	case CTN_NAME_EDI:
	case CTN_NAME_RID:
		break;
	}
	return "names of its type cannot be judged";
}

/* One name against the constraints; false when it is not within. */
static bool
judge(ctn_run *r, const ctn_member *issuer, size_t at, const ctn_general_name *n)
{
	/* A longer name is more to compare. */
	unsigned work = 0, weight = 1 + (unsigned)(n->value.n / 256);
	ctn_general_name breaker = { 0 };
	enum ctn_constraint_answer a;

	if ((uint64_t)issuer->nc.subtrees * weight > r->names) {
		r->spent = true;
		return ctn_run_no(r, CTN_V_work, at, "too many names for too many name constraints");
	}
	a = ctn_constraints_judge(&issuer->nc, n, &work, &breaker);
	r->names -= (uint64_t)work * weight < r->names ? work * weight : r->names;
	if (a == CTN_CONSTRAINT_OK)
		return true;
	if (a == CTN_CONSTRAINT_EXCLUDED)
		return ctn_run_no(r, CTN_V_constraints, at, "the name '%s' is excluded ('%s') by the name constraints of %s",
		    name_text(r, n), name_text(r, &breaker), ctn_run_title(r, &issuer->cert));
	if (a == CTN_CONSTRAINT_NOT_PERMITTED)
		return ctn_run_no(r, CTN_V_constraints, at, "the name '%s' is not permitted by the name constraints of %s",
		    name_text(r, n), ctn_run_title(r, &issuer->cert));
	return ctn_run_no(r, CTN_V_constraints, at, "the name '%s' cannot be held against the name constraints of %s: %s",
	    name_text(r, n), ctn_run_title(r, &issuer->cert), odd_form(n->type));
}

/* Is the rest still to be judged after a no? */
static bool
goes_on(const ctn_run *r)
{
	return r->all != NULL && !r->broken && !r->spent;
}

/* Without alternative names, mail constraints are over emailAddress in the subject (RFC 5280 4.2.1.10). */
static bool
judge_subject_mail(ctn_run *r, const ctn_member *issuer, size_t at, ctn_span subject)
{
	ctn_der all = ctn_der_over(subject), rdns, set, attribute;
	ctn_general_name n = { .type = CTN_NAME_EMAIL };
	ctn_span oid;

	if (!ctn_der_sequence(&all, &rdns))
		return true;
	while (ctn_der_set(&rdns, &set))
		while (ctn_der_sequence(&set, &attribute)) {
			if (!ctn_der_oid(&attribute, &oid) || !ctn_span_equal(oid, ctn_oid_at_email))
				continue;
			if (!ctn_der_take(&attribute, ctn_der_tag(&attribute), &n.value))
				continue;
			if (!judge(r, issuer, at, &n) && !goes_on(r))
				return false;
		}
	return true;
}

static bool
judge_all(ctn_run *r, const ctn_member *issuer, size_t at, const ctn_member *m)
{
	ctn_general_name n = { .type = CTN_NAME_DIRECTORY, .value = m->cert.subject };
	ctn_der names = ctn_der_over(m->san);

	if (!ctn_dn_is_empty(m->cert.subject) && !judge(r, issuer, at, &n) && !goes_on(r))
		return false;
	if (!m->has_san)
		return judge_subject_mail(r, issuer, at, m->cert.subject);
	while (ctn_general_next(&names, &n))
		if (!judge(r, issuer, at, &n) && !goes_on(r))
			return false;
	return true;
}

bool
ctn_constrain(ctn_run *r, const ctn_member *issuer, const ctn_vpath *path)
{
	if (!issuer->has_nc)
		return true;
	for (size_t i = 0; i < path->n; i++)
		if ((i == 0 || !path->certs[i]->self_issued) && !judge_all(r, issuer, i, path->certs[i]))
			return false;
	return true;
}
