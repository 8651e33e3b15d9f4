/* Part of scene.h: twists of CRLs. All of them ask for revocation. */
#include "twists.h"

#include "der/oid.h"
#include "der/write.h"
#include "x509/ext.h"

#define IDP_A "\x30\x17\x06\x03\x55\x1d\x1c\x01\x01\xff\x04\x0d\x30\x0b\xa0\x09\xa0\x07\x86\x05" "http:"
#define POINT_A CTN_SPAN("\x30\x0d\x30\x0b\xa0\x09\xa0\x07\x86\x05" "http:")
#define POINT_B CTN_SPAN("\x30\x0d\x30\x0b\xa0\x09\xa0\x07\x86\x05" "ldap:")

/* The CRL of any authority of the path. */
static struct scene_crl *
any_crl(struct scene *s)
{
	scene_ask_revocation(s);
	return &s->crls[pick(s, s->depth + 1)];
}

/* The serial of what the owner of that CRL has issued in the path. */
static ctn_span
issued(const struct scene *s, const struct scene_crl *c)
{
	return s->certs[c - s->crls].f.serial;
}

static struct scene_crl *
add_crl(struct scene *s, const struct scene_crl *like)
{
	if (s->crls_n == SCENE_CRLS)
		return NULL;
	s->crls[s->crls_n] = (struct scene_crl){ .l = like->l };
	return &s->crls[s->crls_n++];
}

bool
twist_crl_fresh(struct scene *s)
{
	scene_ask_revocation(s);
	return true;
}

bool
twist_crl_other_revoked(struct scene *s)
{
	any_crl(s)->l.revoked = CTN_SPAN("\x66");
	return true;
}

bool
twist_crl_revoked(struct scene *s)
{
	static const unsigned reasons[] = { 0, 1, 4, CTN_REASON_CERTIFICATE_HOLD };
	struct scene_crl *c = any_crl(s);

	c->l.revoked = issued(s, c);
	c->l.reason = reasons[pick(s, 4)];
	return true;
}

bool
twist_crl_stale(struct scene *s)
{
	any_crl(s)->l.next_update = s->at_s - 1;
	return true;
}

bool
twist_crl_future(struct scene *s)
{
	any_crl(s)->l.this_update = s->at_s + 1;
	return true;
}

bool
twist_crl_last_second(struct scene *s)
{
	if (chance(s, 50))
		any_crl(s)->l.next_update = s->at_s;
	else
		any_crl(s)->l.this_update = s->at_s;
	return true;
}

bool
twist_crl_missing(struct scene *s)
{
	any_crl(s)->absent = true;
	return true;
}

bool
twist_crl_forged(struct scene *s)
{
	any_crl(s)->l.spoil = true;
	return true;
}

bool
twist_crl_other_key(struct scene *s)
{
	any_crl(s)->l.key = scene_spare_key(s, 6);
	return true;
}

bool
twist_crl_user(struct scene *s)
{
	any_crl(s)->l.only_user = true;
	return true;
}

bool
twist_crl_ca(struct scene *s)
{
	any_crl(s)->l.only_ca = true;
	return true;
}

static struct scene_crl *
add_delta(struct scene *s, struct scene_crl **full)
{
	struct scene_crl *d;

	*full = any_crl(s);
	d = add_crl(s, *full);
	if (d == NULL)
		return NULL;
	d->l.is_delta = true;
	d->l.base = 4;
	d->l.number = 6;
	d->l.revoked = (ctn_span){ 0 };
	if (chance(s, 90))
		forge_raw(&s->certs[*full - s->crls].f, ctn_oid_freshest_crl, false, POINT_B);
	return d;
}

bool
twist_crl_delta_revokes(struct scene *s)
{
	struct scene_crl *full, *d = add_delta(s, &full);

	if (d != NULL)
		d->l.revoked = issued(s, full);
	return true;
}

bool
twist_crl_delta_releases(struct scene *s)
{
	struct scene_crl *full, *d = add_delta(s, &full);

	if (d == NULL)
		return true;
	full->l.revoked = d->l.revoked = issued(s, full);
	full->l.reason = CTN_REASON_CERTIFICATE_HOLD;
	d->l.reason = CTN_REASON_REMOVE_FROM_CRL;
	return true;
}

bool
twist_crl_delta_stale(struct scene *s)
{
	struct scene_crl *full, *d = add_delta(s, &full);

	if (d == NULL)
		return true;
	d->l.revoked = issued(s, full);
	d->l.next_update = s->at_s - 1;
	return true;
}

bool
twist_crl_delta_base(struct scene *s)
{
	struct scene_crl *full, *d = add_delta(s, &full);

	if (d == NULL)
		return true;
	d->l.revoked = issued(s, full);
	d->l.base = 6;
	d->l.number = 7;
	return true;
}

/* Extensions by hand: the authority key identifier and the CRL number, which every CRL has, and one more. */
static void
begin_exts(struct scene_crl *c)
{
	uint8_t id[20];
	ctn_buf *b = &c->exts;
	size_t one, value, aki;

	ctn_buf_reset(b);
	one = ctn_der_open(b, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(b, ctn_oid_authority_key_id);
	value = ctn_der_open(b, CTN_TAG_OCTET_STRING);
	aki = ctn_der_open(b, CTN_TAG_SEQUENCE);
	ctn_der_put(b, CTN_TAG_CONTEXT(0), forge_key_id(id, c->l.key));
	ctn_der_close(b, aki);
	ctn_der_close(b, value);
	ctn_der_close(b, one);
	ctn_buf_span(b, CTN_SPAN("\x30\x0a\x06\x03\x55\x1d\x14\x04\x03\x02\x01\x05"));
}

bool
twist_crl_unknown_critical(struct scene *s)
{
	struct scene_crl *c = any_crl(s);

	begin_exts(c);
	ctn_buf_span(&c->exts, CTN_SPAN("\x30\x0b\x06\x02\x2a\x07\x01\x01\xff\x04\x02\x05\x00"));
	return true;
}

bool
twist_crl_unknown(struct scene *s)
{
	struct scene_crl *c = any_crl(s);

	begin_exts(c);
	ctn_buf_span(&c->exts, CTN_SPAN("\x30\x08\x06\x02\x2a\x07\x04\x02\x05\x00"));
	return true;
}

bool
twist_crl_no_next(struct scene *s)
{
	struct scene_crl *c = any_crl(s);

	begin_exts(c);
	c->l.no_next_update = true;
	return true;
}

bool
twist_crl_no_sign(struct scene *s)
{
	scene_ask_revocation(s);
	forge_usage(&any_authority(s)->f, CTN_KU_KEY_CERT_SIGN);
	return true;
}

/* A second one of the same authority: older, newer, or another that revokes. */
bool
twist_crl_two(struct scene *s)
{
	struct scene_crl *c = any_crl(s), *d = add_crl(s, c);

	if (d == NULL)
		return true;
	d->l.number = 4 + pick(s, 3);
	d->l.this_update += ((int64_t)d->l.number - (int64_t)c->l.number) * 20;
	if (chance(s, 30))
		d->l.next_update = s->at_s - 1;
	if (chance(s, 30))
		c->l.revoked = issued(s, c);
	if (chance(s, 50))
		d->l.revoked = issued(s, c);
	return true;
}

/* Neither number nor key identifier. */
bool
twist_crl_bare(struct scene *s)
{
	struct scene_crl *c = any_crl(s);

	ctn_buf_reset(&c->exts);
	ctn_buf_span(&c->exts, CTN_SPAN("\x30\x08\x06\x02\x2a\x07\x04\x02\x05\x00"));
	return true;
}

static bool
partition(struct scene *s, ctn_span point)
{
	struct scene_crl *c = any_crl(s);

	begin_exts(c);
	ctn_buf_span(&c->exts, CTN_SPAN(IDP_A));
	if (chance(s, 85))
		forge_raw(&s->certs[c - s->crls].f, ctn_oid_crl_distribution_points, false, point);
	return true;
}

bool
twist_crl_point(struct scene *s)
{
	return partition(s, POINT_A);
}

bool
twist_crl_point_other(struct scene *s)
{
	return partition(s, POINT_B);
}
