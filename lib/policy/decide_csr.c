#include "der/oid.h"
#include "name/dn.h"
#include "policy/decision.h"
#include "policy/names.h"

static bool
among(const ctn_name *names, size_t n, const ctn_name *name)
{
	for (size_t i = 0; i < n; i++) {
		if (ctn_name_equal(&names[i], name))
			return true;
	}
	return false;
}

/** Every name of the CSR's subjectAltName; the parser has bounded how many there are. */
static bool
read_san(ctn_decision *d, const ctn_ext *san, struct ctn_err *e)
{
	ctn_general_name general;
	ctn_der list;

	if (!ctn_ext_general_names(&list, san->value, e))
		return ctn_wrap(e, "the CSR's subjectAltName");
	d->csr_names = ctn_arena_new(d->arena, ctn_name, CTN_CSR_NAMES_MAX);
	if (d->csr_names == NULL)
		return ctn_fail_memory(e);
	while (ctn_general_next(&list, &general)) {
		if (d->csr_names_n == CTN_CSR_NAMES_MAX)
			return ctn_fail(e, CTN_EINPUT, "the CSR's subjectAltName: more than %d names", CTN_CSR_NAMES_MAX);
		if (!ctn_name_of_general(&d->csr_names[d->csr_names_n], &general, d->arena, e))
			return ctn_wrap(e, "the CSR's subjectAltName");
		d->csr_names_n++;
	}
	return true;
}

/** Without repeats, in the order they came. */
static bool
take_names(ctn_decision *d, const ctn_name *names, size_t n, struct ctn_err *e)
{
	d->names_many = n > CTN_POLICY_NAMES_MAX;
	n = d->names_many ? CTN_POLICY_NAMES_MAX : n;
	d->names = ctn_arena_new(d->arena, ctn_name, n + 1);
	if (d->names == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < n; i++) {
		if (!among(d->names, d->names_n, &names[i]))
			d->names[d->names_n++] = names[i];
	}
	return true;
}

/** Those of the CSR that are none of the certificate's. */
static void
drop_names(ctn_decision *d)
{
	const char *why = d->request->names_n > 0 ? "other names were asked for" : "csr.copy does not name it";
	const char *what;

	for (size_t i = 0; i < d->csr_names_n; i++) {
		if (among(d->names, d->names_n, &d->csr_names[i]))
			continue;
		what = ctn_arena_printf(d->arena, "subjectAltName %s", d->csr_names[i].text);
		if (what == NULL)
			d->no_memory = true;
		else
			ctn_decision_drop(d, what, why);
	}
}

static void
drop_extensions(ctn_decision *d, const ctn_exts *exts)
{
	for (unsigned i = 0; i < exts->n; i++) {
		CTN_OWN_BUF dotted = { .max = 512 };
		const char *name = ctn_oid_name(exts->at[i].oid);

		if (ctn_span_equal(exts->at[i].oid, ctn_oid_subject_alt_name))
			continue;
		ctn_oid_dotted(&dotted, exts->at[i].oid);
		if (name == NULL)
			name = ctn_buf_cstr(&dotted);
		if (name == NULL)
			d->no_memory = true;
		else
			ctn_decision_drop(d, name, "csr.copy does not name it");
	}
}

static bool
takes_subject_from_csr(const ctn_profile *p)
{
	for (size_t i = 0; i < p->subject_n; i++) {
		if (p->subject[i].from == CTN_SUBJECT_CSR)
			return true;
	}
	return false;
}

static void
drop_rest(ctn_decision *d, const ctn_csr *csr)
{
	CTN_OWN_BUF what = { .max = 65536 };

	if (!ctn_dn_is_empty(csr->subject)) {
		ctn_buf_text(&what, "subject ");
		ctn_dn_text(&what, csr->subject);
		if (ctn_buf_cstr(&what) == NULL)
			d->no_memory = true;
		else
			ctn_decision_drop(d, ctn_buf_cstr(&what),
			    takes_subject_from_csr(d->profile) ? "only the attributes with 'from: csr' are taken" : "the profile makes the subject");
	}
	if (csr->other_attributes > 0) {
		ctn_buf_reset(&what);
		ctn_buf_printf(&what, "%u attribute%s other than extensionRequest", csr->other_attributes, csr->other_attributes == 1 ? "" : "s");
		if (ctn_buf_cstr(&what) == NULL)
			d->no_memory = true;
		else
			ctn_decision_drop(d, ctn_buf_cstr(&what), "nothing but key and names is ever taken from a CSR");
	}
}

bool
ctn_decision_take_csr(ctn_decision *d, struct ctn_err *e)
{
	const ctn_request *r = d->request;
	const ctn_ext *san = r->csr == NULL ? NULL : ctn_exts_find(&r->csr->exts, ctn_oid_subject_alt_name);
	bool copy = r->names_n == 0 && d->profile->csr_copy_san;

	if (san != NULL && !read_san(d, san, e))
		return false;
	if (!take_names(d, copy ? d->csr_names : r->names, copy ? d->csr_names_n : r->names_n, e))
		return false;
	if (r->csr == NULL)
		return true;
	drop_names(d);
	drop_extensions(d, &r->csr->exts);
	drop_rest(d, r->csr);
	return !d->no_memory || ctn_fail_memory(e);
}
