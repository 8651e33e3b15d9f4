/* Part of scene.h: the table of twists, and those of paths and time. */
#include "twists.h"

#include "der/oid.h"
#include "der/write.h"

#define ROW(name, area, weight) { #name, area, weight, twist_##name },
const struct twist twists[] = { TWISTS(ROW) };
const size_t twists_n = sizeof(twists) / sizeof(*twists);

struct scene_cert *
any_cert(struct scene *s)
{
	return &s->certs[pick(s, s->depth + 2)];
}

struct scene_cert *
any_authority(struct scene *s)
{
	return &s->certs[1 + pick(s, s->depth + 1)];
}

struct scene_cert *
any_intermediate(struct scene *s)
{
	return s->depth == 0 ? NULL : &s->certs[1 + pick(s, s->depth)];
}

unsigned
index_of(const struct scene *s, const struct scene_cert *c)
{
	return (unsigned)(c - s->certs);
}

static void
set_authority_id(struct forged *f, unsigned key)
{
	uint8_t id[20];
	ctn_buf *b;
	size_t q;

	if (forge_ext(f, ctn_oid_authority_key_id) == NULL)
		return;
	b = forge_put(f, ctn_oid_authority_key_id, false);
	q = ctn_der_open(b, CTN_TAG_SEQUENCE);
	ctn_der_put(b, CTN_TAG_CONTEXT(0), forge_key_id(id, key));
	ctn_der_close(b, q);
}

void
set_signer(struct scene_cert *c, unsigned key)
{
	c->signer = key;
	c->f.inner = c->f.outer = forge_alg(key);
	set_authority_id(&c->f, key);
}

void
set_key(struct scene *s, unsigned i, unsigned key)
{
	struct forged *f = &s->certs[i].f;
	unsigned old = f->key;
	uint8_t id[20];

	f->key = key;
	if (forge_ext(f, ctn_oid_subject_key_id) != NULL)
		ctn_der_put(forge_put(f, ctn_oid_subject_key_id, false), CTN_TAG_OCTET_STRING, forge_key_id(id, key));
	for (unsigned k = 0; i > 0 && k < s->n; k++)
		if (s->certs[k].signer == old)
			set_signer(&s->certs[k], key);
	for (size_t k = 0; i > 0 && k < s->crls_n; k++)
		if (s->crls[k].l.key == old)
			s->crls[k].l.key = key;
}

bool
twist_missing(struct scene *s)
{
	struct scene_cert *c = any_intermediate(s);

	if (c != NULL && c->place == PLACE_KNOWN)
		c->place = PLACE_ABSENT;
	return c != NULL;
}

bool
twist_root_known_only(struct scene *s)
{
	s->certs[scene_root(s)].place = PLACE_KNOWN;
	return true;
}

bool
twist_root_absent(struct scene *s)
{
	s->certs[scene_root(s)].place = PLACE_ABSENT;
	return true;
}

bool
twist_trust_intermediate(struct scene *s)
{
	struct scene_cert *c = any_intermediate(s);

	if (c == NULL)
		return false;
	c->place = PLACE_TRUSTED;
	s->certs[scene_root(s)].place = chance(s, 50) ? PLACE_ABSENT : PLACE_KNOWN;
	return true;
}

bool
twist_trust_both(struct scene *s)
{
	struct scene_cert *c = any_intermediate(s);

	if (c != NULL)
		c->place = PLACE_TRUSTED;
	return c != NULL;
}

/* The leaf is an anchor too: judge.c adds it to what is trusted. */
bool
twist_trust_leaf(struct scene *s)
{
	(void)s;
	return true;
}

bool
twist_extra(struct scene *s)
{
	struct scene_cert *c = scene_add(s, "CN=Stranger", "CN=Stranger", scene_spare_key(s, 5), scene_spare_key(s, 5));

	if (c != NULL && chance(s, 50))
		c->place = PLACE_TRUSTED;
	return c != NULL;
}

/* An authority of the right name and the wrong key, of the same issuer. */
static struct scene_cert *
add_double(struct scene *s)
{
	unsigned i = 1 + pick(s, s->depth + 1), up = i == scene_root(s) ? i : i + 1;
	bool is_root = i == scene_root(s);
	unsigned key = scene_spare_key(s, 0);
	struct scene_cert *c =
	    scene_add(s, scene_subject(s, i), scene_subject(s, up), key, is_root ? key : s->certs[up].f.key);

	if (c != NULL && is_root && chance(s, 50))
		c->place = PLACE_TRUSTED;
	return c;
}

bool
twist_same_name(struct scene *s)
{
	return add_double(s) != NULL;
}

bool
twist_same_name_same_id(struct scene *s)
{
	struct scene_cert *c = add_double(s);
	uint8_t id[20];

	if (c == NULL)
		return false;
	for (unsigned i = 1; i <= scene_root(s); i++)
		if (ctn_span_equal(ctn_buf_view(&s->certs[i].f.subject), ctn_buf_view(&c->f.subject)))
			ctn_der_put(forge_put(&c->f, ctn_oid_subject_key_id, false), CTN_TAG_OCTET_STRING,
			    forge_key_id(id, s->certs[i].f.key));
	return true;
}

/* A second certificate for an authority of the path, under another root. */
static struct scene_cert *
add_cross(struct scene *s, enum place other_root)
{
	unsigned i = 1 + pick(s, s->depth + 1), key = scene_spare_key(s, 1);
	struct scene_cert *c = scene_add(s, scene_subject(s, i), "CN=Other Root", s->certs[i].f.key, key), *r;

	if (c == NULL)
		return NULL;
	r = scene_add(s, "CN=Other Root", "CN=Other Root", key, key);
	if (r != NULL)
		r->place = other_root;
	return c;
}

bool
twist_cross_trusted(struct scene *s)
{
	struct scene_cert *c = add_cross(s, PLACE_TRUSTED);

	if (c != NULL && chance(s, 40))
		s->certs[scene_root(s)].place = PLACE_ABSENT;
	return c != NULL;
}

bool
twist_cross_unknown(struct scene *s)
{
	return add_cross(s, chance(s, 50) ? PLACE_ABSENT : PLACE_KNOWN) != NULL;
}

bool
twist_cross_expired(struct scene *s)
{
	struct scene_cert *c = add_cross(s, PLACE_TRUSTED);

	if (c != NULL)
		c->f.not_after = s->at_s - FORGE_DAY / 2;
	return c != NULL;
}

/* An authority has a new key, and certifies it with its old one: what was signed is signed by the new one. */
bool
twist_rollover(struct scene *s)
{
	unsigned i = 1 + pick(s, s->depth + 1), old = s->certs[i].f.key, key = scene_spare_key(s, 2);
	struct scene_cert *c = scene_add(s, scene_subject(s, i), scene_subject(s, i), key, old);

	if (c == NULL)
		return false;
	for (unsigned k = 0; k < i; k++)
		if (s->certs[k].signer == old)
			set_signer(&s->certs[k], key);
	return true;
}

/* Two authorities that certify each other; one of them bears a name of the path. */
bool
twist_loop(struct scene *s)
{
	unsigned i = 1 + pick(s, s->depth + 1), key = scene_spare_key(s, 3);
	struct scene_cert *a = scene_add(s, scene_subject(s, i), "CN=Round", s->certs[i].f.key, key);
	struct scene_cert *b = scene_add(s, "CN=Round", scene_subject(s, i), key, s->certs[i].f.key);

	return a != NULL || b != NULL;
}

bool
twist_other_issuer_name(struct scene *s)
{
	unsigned i = pick(s, s->depth + 1);

	forge_name(&s->certs[i].f.issuer, "CN=Somebody,O=Example");
	return true;
}

/* RFC 5280 7.1: case and runs of spaces do not count. */
bool
twist_issuer_case(struct scene *s)
{
	unsigned i = pick(s, s->depth + 1);

	forge_name(&s->certs[i].f.issuer, i == s->depth ? "CN=ROOT" : "CN=issuing,O=EXAMPLE");
	return i == s->depth || i == 0;
}

static void
put_name(ctn_buf *out, unsigned tag, const char *cn)
{
	size_t name, set, attr;

	ctn_buf_reset(out);
	name = ctn_der_open(out, CTN_TAG_SEQUENCE);
	set = ctn_der_open(out, CTN_TAG_SET);
	attr = ctn_der_open(out, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(out, ctn_oid_at_common_name);
	ctn_der_put(out, tag, ctn_span_text(cn));
	ctn_der_close(out, attr);
	ctn_der_close(out, set);
	ctn_der_close(out, name);
}

bool
twist_issuer_string_type(struct scene *s)
{
	static const unsigned tags[] = { CTN_TAG_PRINTABLE_STRING, CTN_TAG_UTF8_STRING };

	put_name(&s->certs[s->depth].f.issuer, tags[pick(s, 2)], "Root");
	return true;
}

bool
twist_issuer_spaces(struct scene *s)
{
	put_name(&s->certs[s->depth].f.issuer, CTN_TAG_UTF8_STRING, " Root  ");
	return true;
}

bool
twist_expired(struct scene *s)
{
	any_cert(s)->f.not_after = s->at_s - 1 - (int64_t)pick(s, 2) * 80000;
	return true;
}

bool
twist_not_yet(struct scene *s)
{
	any_cert(s)->f.not_before = s->at_s + 1 + (int64_t)pick(s, 2) * 80000;
	return true;
}

bool
twist_last_second(struct scene *s)
{
	any_cert(s)->f.not_after = s->at_s;
	return true;
}

bool
twist_first_second(struct scene *s)
{
	any_cert(s)->f.not_before = s->at_s;
	return true;
}

/* 2050-01-01T00:00:00Z and the second before: GeneralizedTime and UTCTime. */
bool
twist_far_end(struct scene *s)
{
	any_cert(s)->f.not_after = INT64_C(2524608000) - (chance(s, 50) ? 1 : 0);
	return true;
}

bool
twist_wide(struct scene *s)
{
	struct scene_cert *c = any_cert(s);

	c->f.not_before = INT64_C(-631152000); /* 1950-01-01, the first of UTCTime */
	c->f.not_after = INT64_C(253402300799); /* 9999-12-31T23:59:59Z, RFC 5280 4.1.2.5 */
	return true;
}

bool
twist_aki_other(struct scene *s)
{
	struct scene_cert *c = any_cert(s);

	set_authority_id(&c->f, scene_spare_key(s, 4));
	return true;
}

bool
twist_aki_none(struct scene *s)
{
	struct scene_cert *c = any_cert(s);

	if (forge_ext(&c->f, ctn_oid_authority_key_id) == NULL)
		return false;
	forge_drop(&c->f, ctn_oid_authority_key_id);
	return true;
}

/* keyIdentifier, the issuer's issuer and its serial. */
static bool
put_pair(struct scene *s, bool right)
{
	unsigned i = pick(s, s->depth + 1);
	struct forged *f = &s->certs[i].f, *up = &s->certs[i + 1].f;
	ctn_buf *b = forge_put(f, ctn_oid_authority_key_id, false);
	size_t q = ctn_der_open(b, CTN_TAG_SEQUENCE), names;
	uint8_t id[20];

	ctn_der_put(b, CTN_TAG_CONTEXT(0), forge_key_id(id, s->certs[i].signer));
	names = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(1));
	ctn_der_put(b, CTN_TAG_CONTEXT_CONS(4), ctn_buf_view(&up->issuer));
	ctn_der_close(b, names);
	ctn_der_put(b, CTN_TAG_CONTEXT(2), right ? up->serial : CTN_SPAN("\x77"));
	ctn_der_close(b, q);
	return true;
}

bool
twist_aki_pair(struct scene *s)
{
	return put_pair(s, true);
}

bool
twist_aki_pair_other(struct scene *s)
{
	return put_pair(s, false);
}

bool
twist_ski_none(struct scene *s)
{
	struct scene_cert *c = any_cert(s);

	if (forge_ext(&c->f, ctn_oid_subject_key_id) == NULL)
		return false;
	forge_drop(&c->f, ctn_oid_subject_key_id);
	return true;
}

/* The same authority twice: another serial and other times. */
bool
twist_twin(struct scene *s)
{
	unsigned i = 1 + pick(s, s->depth + 1), up = i == scene_root(s) ? i : i + 1;
	struct scene_cert *c =
	    scene_add(s, scene_subject(s, i), scene_subject(s, up), s->certs[i].f.key, s->certs[up].f.key);

	if (c == NULL)
		return false;
	c->f.serial = CTN_SPAN("\x7a");
	c->f.not_after += chance(s, 50) ? FORGE_DAY : -95 * FORGE_DAY;
	c->f.not_before = c->f.not_after - 95 * FORGE_DAY;
	c->place = up == i && chance(s, 60) ? PLACE_TRUSTED : PLACE_KNOWN;
	return true;
}
