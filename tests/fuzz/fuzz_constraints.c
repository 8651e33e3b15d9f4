/*
 * Name constraints against general names: judging agrees with what each subtree covers, and what was parsed is written back to the same
 * octets, but for a minimum of 0 that was spelt out. Input: a nameConstraints value in DER, behind it GeneralNames one after the other.
 */
#include <stdlib.h>

#include "name/constraint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SUBTREES 64

struct list {
	ctn_general_name bases[SUBTREES];
	size_t n;
};

static void
must(bool promise)
{
	if (!promise)
		abort();
}

/* False when there are more than a list holds. */
static bool
read_list(struct list *out, ctn_span content, bool spelt)
{
	ctn_der r = ctn_der_over(content), subtree;
	ctn_span minimum;

	for (out->n = 0; !ctn_der_end(&r); out->n++) {
		if (out->n == SUBTREES)
			return false;
		must(ctn_der_sequence(&r, &subtree) && ctn_general_next(&subtree, &out->bases[out->n]));
		if (!ctn_der_end(&subtree))
			must(spelt && ctn_der_take(&subtree, CTN_TAG_CONTEXT(0), &minimum) && ctn_span_equal(minimum, CTN_SPAN("\0")));
		must(ctn_der_end(&subtree));
	}
	return true;
}

static bool
any_covers(const struct list *list, const ctn_general_name *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (ctn_constraint_covers(&list->bases[i], name))
			return true;
	return false;
}

static bool
any_typed(const struct list *list, enum ctn_name_type type)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->bases[i].type == type)
			return true;
	return false;
}

/* An SmtpUTF8Mailbox stands under subtrees of its own type and those for mail (RFC 9598 6). */
static bool
is_mailbox(const ctn_general_name *name)
{
	ctn_der r = ctn_der_over(name->value);
	ctn_span oid;

	return name->type == CTN_NAME_OTHER && ctn_der_oid(&r, &oid) && ctn_span_equal(oid, CTN_SPAN("\x2b\x06\x01\x05\x05\x07\x08\x09"));
}

static void
judge(const ctn_name_constraints *c, const struct list *permitted, const struct list *excluded, const ctn_general_name *name)
{
	ctn_general_name breaker;
	unsigned work = 0;
	enum ctn_constraint_answer answer = ctn_constraints_judge(c, name, &work, &breaker);

	must(work <= c->subtrees);
	if (is_mailbox(name)) {
		must(answer == CTN_CONSTRAINT_OK || any_typed(permitted, CTN_NAME_OTHER) || any_typed(excluded, CTN_NAME_OTHER) ||
		    any_typed(permitted, CTN_NAME_EMAIL) || any_typed(excluded, CTN_NAME_EMAIL));
		return;
	}
	if (any_covers(excluded, name))
		must(answer == CTN_CONSTRAINT_EXCLUDED);
	if (answer == CTN_CONSTRAINT_OK)
		must(!any_typed(permitted, name->type) || any_covers(permitted, name));
	if (answer == CTN_CONSTRAINT_NOT_PERMITTED)
		must(any_typed(permitted, name->type) && !any_covers(permitted, name));
	if (answer == CTN_CONSTRAINT_UNSUPPORTED)
		must(any_typed(permitted, name->type) || any_typed(excluded, name->type));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ctn_der r = ctn_der_over((ctn_span){ data, size });
	ctn_name_constraints c;
	CTN_OWN_BUF again = { 0 };
	struct ctn_err e = { 0 };
	struct list permitted, excluded;
	ctn_general_name name;
	ctn_span value;

	if (!ctn_der_any(&r, &value) || !ctn_constraints_parse(&c, value, &e))
		return 0;
	if (!read_list(&permitted, c.permitted, c.spelt) || !read_list(&excluded, c.excluded, c.spelt))
		return 0;
	ctn_constraints_write(&again, permitted.bases, permitted.n, excluded.bases, excluded.n);
	must(c.spelt || ctn_span_equal(ctn_buf_view(&again), value));
	while (ctn_general_next(&r, &name))
		judge(&c, &permitted, &excluded, &name);
	return 0;
}
