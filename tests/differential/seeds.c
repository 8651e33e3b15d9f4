/* Part of scene.h: scenes as seeds for the fuzz targets (tests/fuzz/fuzz_chain.c has the form of those of whole chains). */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "der/oid.h"
#include "scene.h"
#include "x509/cert.h"

static void
record(ctn_buf *b, unsigned kind, int key, ctn_span content)
{
	size_t n = content.n + (key >= 0 ? 1 : 0);

	FORGE_MUST(n <= 0xffff);
	ctn_buf_byte(b, (uint8_t)kind);
	ctn_buf_byte(b, (uint8_t)(n >> 8));
	ctn_buf_byte(b, (uint8_t)n);
	if (key >= 0)
		ctn_buf_byte(b, (uint8_t)key);
	ctn_buf_span(b, content);
}

static void
save(const char *folder, const char *kind, uint64_t seed, unsigned part, ctn_span content)
{
	char path[512];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, kind);
	FORGE_MUST(mkdir(path, 0755) == 0 || errno == EEXIST);
	(void)snprintf(path, sizeof(path), "%s/%s/generated-%llu-%u", folder, kind, (unsigned long long)seed, part);
	f = fopen(path, "wb");
	FORGE_MUST(f != NULL && fwrite(content.p, 1, content.n, f) == content.n && fclose(f) == 0);
}

static void
put_wishes(ctn_buf *b, const struct scene *s)
{
	uint8_t wishes = (uint8_t)((s->require_policy ? 1 : 0) | (s->inhibit_mapping ? 2 : 0) | (s->inhibit_any ? 4 : 0) |
	    (s->revocation ? 0x80 : 0));

	ctn_buf_byte(b, (uint8_t)((s->purpose.n > 0 ? 0x40 : 0) + (s->strict ? 0 : 2)));
	record(b, 7, -1, (ctn_span){ &wishes, 1 });
	if (s->name != NULL)
		record(b, 5, -1, ctn_span_text(s->name));
	for (size_t i = 0; i < s->policies_n; i++)
		record(b, 6, -1, s->policies[i]);
}

/* What is spoilt goes whole, the rest is signed by who reads it. */
static void
put_cert(ctn_buf *b, const struct scene_cert *c)
{
	static const unsigned kinds[] = { [PLACE_KNOWN] = 1, [PLACE_TRUSTED] = 0, [PLACE_LEAF] = 4 };
	struct ctn_err e;
	ctn_cert cert;

	if (c->place == PLACE_ABSENT)
		return;
	if (c->f.spoil_signature || !ctn_cert_parse(&cert, ctn_buf_view(&c->f.der), &e))
		record(b, kinds[c->place], -1, ctn_buf_view(&c->f.der));
	else
		record(b, 8 + kinds[c->place], (int)c->signer, cert.tbs);
}

static void
put_status(ctn_buf *b, const struct scene *s, const char *folder)
{
	struct forged_ocsp o = forge_ocsp_begin(&s->certs[0].f, s->certs[0].signer);
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e;
	unsigned status;
	ctn_ocsp ocsp;
	ctn_crl crl;

	for (size_t i = 0; i < s->crls_n; i++)
		if (s->crls[i].der.n > 0 && ctn_crl_parse(&crl, ctn_buf_view(&s->crls[i].der), &e)) {
			record(b, 10, (int)s->crls[i].l.key, crl.tbs);
			if (i == 0 || s->crls[i].l.is_delta)
				save(folder, "crl", s->seed, (unsigned)i, ctn_buf_view(&s->crls[i].der));
		}
	if (!s->revocation || s->seed % 2 == 0)
		return;
	o.answer = (enum ctn_ocsp_answer)(s->seed % 3);
	forge_ocsp(&der, &o);
	save(folder, "ocsp", s->seed, 0, ctn_buf_view(&der));
	if (ctn_ocsp_parse(&ocsp, &status, ctn_buf_view(&der), &e))
		record(b, 11, (int)o.key, ocsp.tbs);
}

/* Constraints, and behind them the leaf's names. */
static void
save_constraints(struct scene *s, const char *folder)
{
	struct forged_ext *names = forge_ext(&s->certs[0].f, ctn_oid_subject_alt_name), *x;

	for (unsigned i = 1; i <= scene_root(s) && names != NULL; i++) {
		ctn_der r = ctn_der_over(ctn_buf_view(&names->value)), list;
		CTN_OWN_BUF b = { 0 };

		x = forge_ext(&s->certs[i].f, ctn_oid_name_constraints);
		if (x == NULL || !ctn_der_sequence(&r, &list))
			continue;
		ctn_buf_span(&b, ctn_buf_view(&x->value));
		ctn_buf_span(&b, ctn_der_rest(&list));
		save(folder, "constraints", s->seed, i, ctn_buf_view(&b));
	}
}

static void
save_scene(struct scene *s, const char *folder)
{
	CTN_OWN_BUF chain = { 0 };

	put_wishes(&chain, s);
	for (size_t i = 0; i < s->n; i++)
		put_cert(&chain, &s->certs[i]);
	put_status(&chain, s, folder);
	save(folder, "chain", s->seed, 0, ctn_buf_view(&chain));
	if (s->seed % 4 == 0)
		save(folder, "cert", s->seed, 0, ctn_buf_view(&s->certs[1].f.der));
	save_constraints(s, folder);
}

void
scene_seeds(const char *folder)
{
	/* Chosen so that paths, usages, names, constraints, policies, CRLs and form each have a few. */
	static const uint64_t chosen[] = { 1, 7, 20, 48, 100, 103, 123, 155, 241, 268, 356, 489, 554, 592, 717, 730, 943, 991, 1055, 1089,
		1127, 1173, 1457, 1850, 2058, 2172, 3785, 4016 };
	static char kinds[FORGE_KEYS][12];

	for (unsigned i = 0; i < FORGE_KEYS; i++) {
		(void)snprintf(kinds[i], sizeof(kinds[i]), "FIXED-%u", i + 1);
		forge_kind(i, kinds[i]);
	}
	for (size_t i = 0; i < sizeof(chosen) / sizeof(*chosen); i++) {
		struct scene s;

		scene_make(&s, chosen[i]);
		save_scene(&s, folder);
		scene_free(&s);
	}
	(void)forge_end(NULL);
}
