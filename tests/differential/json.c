/* Part of scene.h: scenes as lines of JSON, with our answers, for judges in other languages. */
#include "der/oid.h"
#include "scene.h"

static void
put_der(ctn_buf *b, ctn_span der)
{
	ctn_buf_byte(b, '"');
	ctn_buf_base64(b, der, 0);
	ctn_buf_byte(b, '"');
}

static void
put_certs(ctn_buf *b, const struct scene *s, const char *key, enum place place)
{
	const char *between = "";

	ctn_buf_printf(b, ",\"%s\":[", key);
	for (size_t i = 0; i < s->n; i++) {
		const struct scene_cert *c = &s->certs[s->order[i]];

		if (c->place != place)
			continue;
		ctn_buf_text(b, between);
		put_der(b, ctn_buf_view(&c->f.der));
		between = ",";
	}
	ctn_buf_byte(b, ']');
}

static void
put_twists(ctn_buf *b, const struct scene *s)
{
	const char *between = "";

	ctn_buf_text(b, ",\"twists\":[");
	for (size_t i = 0; i < twists_n; i++)
		if (s->twisted[i]) {
			ctn_buf_printf(b, "%s\"%s\"", between, twists[i].name);
			between = ",";
		}
	ctn_buf_byte(b, ']');
}

static void
put_verdicts(ctn_buf *b, const struct scene *s)
{
	for (unsigned p = 0; p < CTN_VERIFY_PROFILES; p++) {
		struct verdict v;

		judge_ours(&v, s, (enum ctn_verify_profile)p, NULL, s->a);
		ctn_buf_printf(b, ",\"%s\":\"%s\"", ctn_verify_profile_name((enum ctn_verify_profile)p),
		    v.yes ? "yes" : ctn_vrule_of((enum ctn_vcheck)v.why)->name);
	}
}

/* Names and purposes come out of the generator and have nothing to escape. */
void
scene_json(const struct scene *s, FILE *out)
{
	const char *purpose = ctn_oid_name(s->purpose);
	CTN_OWN_BUF b = { 0 };
	ctn_verify_ask ask;

	scene_ask(&ask, s, s->a);
	ctn_buf_printf(&b, "{\"seed\":%llu,\"at\":%lld,\"purpose\":\"%s\",\"revocation\":%s,\"policies\":%s", (unsigned long long)s->seed,
	    (long long)s->at_s, purpose == NULL ? "" : purpose, s->revocation ? "true" : "false",
	    s->policies_n > 0 || s->require_policy || s->inhibit_mapping || s->inhibit_any ? "true" : "false");
	if (ask.names_n > 0)
		ctn_buf_printf(&b, ",\"name\":{\"type\":\"%s\",\"value\":\"%s\"}", ctn_name_type_text(ask.names[0].type), ask.names[0].text);
	put_certs(&b, s, "leaf", PLACE_LEAF);
	put_certs(&b, s, "trusted", PLACE_TRUSTED);
	put_certs(&b, s, "known", PLACE_KNOWN);
	put_twists(&b, s);
	put_verdicts(&b, s);
	ctn_buf_text(&b, "}\n");
	fwrite(b.p, 1, b.n, out);
}
