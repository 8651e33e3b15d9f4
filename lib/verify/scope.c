#include "verify/scope.h"

#include "der/write.h"
#include "name/dn.h"

static bool
is_directory(const ctn_general_name *n, ctn_span name)
{
	return n->type == CTN_NAME_DIRECTORY && ctn_dn_equal(n->value, name);
}

bool
ctn_scope_directory(ctn_span general_names, ctn_span name)
{
	ctn_der r = ctn_der_over(general_names);
	ctn_general_name n;

	while (ctn_general_next(&r, &n))
		if (is_directory(&n, name))
			return true;
	return false;
}

/* Names are equal by form: directory names as such, the rest by their octets. */
static bool
same_name(const ctn_general_name *a, const ctn_general_name *b)
{
	if (a->type != b->type)
		return false;
	return a->type == CTN_NAME_DIRECTORY ? ctn_dn_equal(a->value, b->value) : ctn_span_equal(a->value, b->value);
}

static bool
share_name(ctn_span a, ctn_span b)
{
	ctn_der left = ctn_der_over(a);
	ctn_general_name x, y;

	while (ctn_general_next(&left, &x)) {
		ctn_der right = ctn_der_over(b);

		while (ctn_general_next(&right, &y))
			if (same_name(&x, &y))
				return true;
	}
	return false;
}

/* fullName as it is; nameRelativeToCRLIssuer behind its issuer's name, as GeneralNames content (RFC 5280 4.2.1.13). */
static ctn_span
point_names(ctn_run *r, ctn_buf *room, const ctn_dist_point *p, ctn_span issuer)
{
	ctn_der all = ctn_der_over(issuer), rdns;
	size_t name, whole;

	if (p->relative_name.n == 0)
		return p->full_name;
	if (!ctn_der_sequence(&all, &rdns))
		return (ctn_span){ 0 };
	name = ctn_der_open(room, CTN_TAG_CONTEXT_CONS(CTN_NAME_DIRECTORY));
	whole = ctn_der_open(room, CTN_TAG_SEQUENCE);
	ctn_buf_span(room, ctn_der_rest(&rdns));
	ctn_der_put(room, CTN_TAG_SET, p->relative_name);
	ctn_der_close(room, whole);
	ctn_der_close(room, name);
	if (!ctn_buf_ok(room, r->e)) {
		(void)ctn_run_break(r);
		return (ctn_span){ 0 };
	}
	return ctn_buf_view(room);
}

static ctn_span
first_directory(ctn_span general_names, ctn_span otherwise)
{
	ctn_der r = ctn_der_over(general_names);
	ctn_general_name n;

	while (ctn_general_next(&r, &n))
		if (n.type == CTN_NAME_DIRECTORY)
			return n.value;
	return otherwise;
}

/* 6.3.3 (b)(2)(i) */
static bool
names_fit(ctn_run *r, const ctn_member *cert, const ctn_crl_point *point, const ctn_pool_crl *c)
{
	CTN_OWN_BUF ours = { 0 }, theirs = { 0 };
	ctn_span idp_names, issuer = cert->cert.issuer;

	if (!c->idp.has_point)
		return true;
	idp_names = point_names(r, &theirs, &c->idp.point, c->crl.issuer);
	if (point->implicit)
		return ctn_scope_directory(idp_names, issuer);
	if (point->p.full_name.n == 0 && point->p.relative_name.n == 0)
		return share_name(idp_names, point->p.crl_issuer);
	issuer = first_directory(point->p.crl_issuer, issuer);
	return share_name(idp_names, point_names(r, &ours, &point->p, issuer));
}

bool
ctn_scope_has(ctn_run *r, const ctn_member *cert, const ctn_crl_point *point, const ctn_pool_crl *c)
{
	bool is_ca = ctn_member_is_ca(cert);

	if (point->p.crl_issuer.n > 0) {
		if (!c->idp.indirect || !ctn_scope_directory(point->p.crl_issuer, c->crl.issuer))
			return false;
	} else if (c->issuer_hash != cert->issuer_hash || !ctn_dn_equal(c->crl.issuer, cert->cert.issuer)) {
		return false;
	}
	if (c->idp.only_attribute || (c->idp.only_user && is_ca) || (c->idp.only_ca && !is_ca))
		return false;
	return names_fit(r, cert, point, c);
}
