/* Part of scene.h: how a scene comes to be, and goes. */
#include <stdio.h>

#include "der/oid.h"
#include "der/pem.h"
#include "scene.h"
#include "x509/ext.h"

/* Keys 0 to 6 are those of the path and P-256, 7 to 13 spare ones, the rest are of other kinds. */
#define SPARE 7u

unsigned
pick(struct scene *s, unsigned n)
{
	/* splitmix64 */
	uint64_t z = (s->state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ (z >> 31)) % n);
}

bool
chance(struct scene *s, unsigned percent)
{
	return pick(s, 100) < percent;
}

unsigned
scene_root(const struct scene *s)
{
	return s->depth + 1;
}

unsigned
scene_spare_key(const struct scene *s, unsigned i)
{
	(void)s;
	return SPARE + i % 7;
}

bool
scene_has(const struct scene *s, const char *twist)
{
	for (size_t i = 0; i < twists_n; i++)
		if (s->twisted[i] && strcmp(twists[i].name, twist) == 0)
			return true;
	return false;
}

bool
scene_leaf_is_trusted(const struct scene *s)
{
	return scene_has(s, "trust_leaf");
}

const char *
scene_subject(const struct scene *s, unsigned i)
{
	static const char *const names[] = { "CN=Issuing,O=Example", "CN=Region,O=Example", "CN=Branch,O=Example",
		"CN=Upper,O=Example", "CN=Top,O=Example" };

	if (i == 0)
		return "O=Example";
	return i == scene_root(s) ? "CN=Root" : names[i - 1];
}

struct scene_cert *
scene_add(struct scene *s, const char *subject, const char *issuer, unsigned key, unsigned signer)
{
	struct scene_cert *c;

	if (s->n == SCENE_CERTS)
		return NULL;
	c = &s->certs[s->n++];
	forge_begin(&c->f, subject, issuer, key, signer, true);
	c->signer = signer;
	c->place = PLACE_KNOWN;
	return c;
}

void
scene_ask_revocation(struct scene *s)
{
	if (s->revocation)
		return;
	s->revocation = true;
	for (unsigned i = 1; i <= scene_root(s); i++) {
		s->crls[i - 1] = (struct scene_crl){ .l = forge_crl_begin(scene_subject(s, i), s->certs[i].f.key) };
		s->crls_n = i;
	}
}

void
scene_keys(void)
{
	static const char *const kinds[] = { "P-384", "P-521", "RSA-2048", "RSA-2048", "ED25519", "RSA-1024", "RSA-512", "ED448",
		"secp256k1", "RSA-3072" };

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		forge_kind(14 + i, kinds[i]);
	for (unsigned i = 0; i < 14 + sizeof(kinds) / sizeof(*kinds); i++)
		(void)forge_key(i);
}

/* A legal chain, and a question that it answers. */
static void
begin(struct scene *s)
{
	static const unsigned depths[] = { 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 5 };
	static const char *const asked[] = { "web.internal.example", "web.internal.example", "web.internal.example", "www.example.com", NULL };
	unsigned root;

	s->depth = depths[pick(s, sizeof(depths) / sizeof(*depths))];
	root = scene_root(s);
	s->n = root + 1;
	for (unsigned i = 0; i <= root; i++) {
		unsigned signer = i == root ? root : i + 1;

		forge_begin(&s->certs[i].f, scene_subject(s, i), scene_subject(s, signer), i, signer, i > 0);
		s->certs[i].signer = signer;
		s->certs[i].place = i == 0 ? PLACE_LEAF : i == root ? PLACE_TRUSTED : PLACE_KNOWN;
	}
	s->at_s = FORGE_NOW;
	s->strict = chance(s, 35);
	s->purpose = chance(s, 75) ? ctn_oid_kp_server_auth : (ctn_span){ 0 };
	s->name = asked[pick(s, sizeof(asked) / sizeof(*asked))];
	forge_san(&s->certs[0].f, false, s->name == NULL || chance(s, 50)
	    ? (const char *const[]){ "web.internal.example", "www.example.com", NULL }
	    : (const char *const[]){ s->name, NULL });
}

static void
twist_once(struct scene *s, unsigned area, unsigned from_area_percent)
{
	unsigned sum = 0, at, i;
	bool within = chance(s, from_area_percent);

	for (i = 0; i < twists_n; i++)
		sum += !within || twists[i].area == area ? twists[i].weight : 0;
	at = pick(s, sum);
	for (i = 0; i < twists_n; i++) {
		unsigned w = !within || twists[i].area == area ? twists[i].weight : 0;

		if (at < w)
			break;
		at -= w;
	}
	if (twists[i].apply(s))
		s->twisted[i] = true;
}

static void
sign_all(struct scene *s)
{
	for (size_t i = 0; i < s->n; i++)
		forge_sign(&s->certs[i].f, s->certs[i].signer);
	for (size_t i = 0; i < s->crls_n; i++)
		if (!s->crls[i].absent) {
			s->crls[i].l.exts = ctn_buf_view(&s->crls[i].exts);
			forge_crl(&s->crls[i].der, &s->crls[i].l);
		}
}

void
scene_make(struct scene *s, uint64_t seed)
{
	static const unsigned counts[] = { 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6 };
	unsigned n, area, focus;

	*s = (struct scene){ .seed = seed, .state = seed * UINT64_C(0x2545f4914f6cdd1d), .a = ctn_arena_open(0) };
	FORGE_MUST(s->a != NULL && twists_n <= SCENE_TWISTS_MAX);
	begin(s);
	n = counts[pick(s, sizeof(counts) / sizeof(*counts))];
	area = pick(s, AREAS);
	focus = chance(s, 60) ? 90 : 0;
	for (unsigned i = 0; i < n; i++)
		twist_once(s, area, focus);
	sign_all(s);
	for (unsigned i = 0; i < s->n; i++) {
		unsigned k = pick(s, i + 1);

		s->order[i] = s->order[k];
		s->order[k] = i;
	}
}

void
scene_free(struct scene *s)
{
	for (size_t i = 0; i < s->n; i++)
		forge_free(&s->certs[i].f);
	for (size_t i = 0; i < s->crls_n; i++) {
		ctn_buf_free(&s->crls[i].exts);
		ctn_buf_free(&s->crls[i].der);
	}
	ctn_arena_close(s->a);
}

static void
dump_pem(FILE *out, const char *label, ctn_span der)
{
	CTN_OWN_BUF pem = { 0 };

	ctn_pem_write(&pem, label, der);
	fwrite(pem.p, 1, pem.n, out);
}

void
scene_dump(const struct scene *s, FILE *out)
{
	static const char *const places[] = { "known", "trusted", "absent", "leaf" };
	CTN_OWN_BUF purpose = { 0 };

	ctn_oid_dotted(&purpose, s->purpose);
	fprintf(out, "seed %llu: at %lld, %s, purpose %.*s, name %s, revocation %s, policies %zu%s%s%s, twists:",
	    (unsigned long long)s->seed, (long long)s->at_s, s->strict ? "rfc5280" : "pkix", (int)purpose.n,
	    purpose.p == NULL ? "" : (const char *)purpose.p, s->name == NULL ? "none" : s->name, s->revocation ? "required" : "off",
	    s->policies_n, s->require_policy ? " required" : "", s->inhibit_mapping ? " no-mapping" : "",
	    s->inhibit_any ? " no-any" : "");
	for (size_t i = 0; i < twists_n; i++)
		if (s->twisted[i])
			fprintf(out, " %s", twists[i].name);
	fprintf(out, "\n");
	for (size_t i = 0; i < s->n; i++) {
		fprintf(out, "certificate %zu, %s\n", i, places[s->certs[i].place]);
		dump_pem(out, "CERTIFICATE", ctn_buf_view(&s->certs[i].f.der));
	}
	for (size_t i = 0; i < s->crls_n; i++)
		if (s->crls[i].der.n > 0) {
			fprintf(out, "CRL %zu\n", i);
			dump_pem(out, "X509 CRL", ctn_buf_view(&s->crls[i].der));
		}
}
