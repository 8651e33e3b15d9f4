/* Part of scene.h: twists of basic constraints, key usage and purposes. */
#include "twists.h"

#include "der/oid.h"
#include "der/write.h"
#include "x509/ext.h"

static bool
drop(struct forged *f, ctn_span oid)
{
	if (forge_ext(f, oid) == NULL)
		return false;
	forge_drop(f, oid);
	return true;
}

static bool
soften(struct forged *f, ctn_span oid)
{
	if (forge_ext(f, oid) == NULL)
		return false;
	forge_mark(f, oid, false);
	return true;
}

bool
twist_basic_none(struct scene *s)
{
	return drop(&any_authority(s)->f, ctn_oid_basic_constraints);
}

bool
twist_basic_false(struct scene *s)
{
	forge_basic(&any_authority(s)->f, false, -1);
	return true;
}

bool
twist_basic_soft(struct scene *s)
{
	return soften(&any_authority(s)->f, ctn_oid_basic_constraints);
}

bool
twist_length(struct scene *s)
{
	forge_basic(&any_authority(s)->f, true, (int)pick(s, 5));
	return true;
}

/* Just enough, or one too few. */
bool
twist_length_tight(struct scene *s)
{
	unsigned i = 1 + pick(s, s->depth + 1);
	int below = (int)i - 1;

	forge_basic(&s->certs[i].f, true, below > 0 && chance(s, 40) ? below - 1 : below);
	return true;
}

bool
twist_leaf_basic(struct scene *s)
{
	forge_basic(&s->certs[0].f, false, -1);
	return true;
}

bool
twist_leaf_length(struct scene *s)
{
	forge_basic(&s->certs[0].f, chance(s, 50), 0);
	return true;
}

bool
twist_leaf_is_ca(struct scene *s)
{
	forge_basic(&s->certs[0].f, true, -1);
	forge_usage(&s->certs[0].f, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_KEY_CERT_SIGN);
	return true;
}

bool
twist_usage_none(struct scene *s)
{
	return drop(&any_authority(s)->f, ctn_oid_key_usage);
}

bool
twist_usage_no_sign(struct scene *s)
{
	forge_usage(&any_authority(s)->f, chance(s, 50) ? CTN_KU_CRL_SIGN : CTN_KU_DIGITAL_SIGNATURE | CTN_KU_CRL_SIGN);
	return true;
}

bool
twist_usage_soft(struct scene *s)
{
	return soften(&any_cert(s)->f, ctn_oid_key_usage);
}

bool
twist_usage_more(struct scene *s)
{
	forge_usage(&any_authority(s)->f, CTN_KU_KEY_CERT_SIGN | CTN_KU_CRL_SIGN | CTN_KU_DIGITAL_SIGNATURE | CTN_KU_CONTENT_COMMITMENT);
	return true;
}

bool
twist_leaf_usage(struct scene *s)
{
	static const uint32_t bits[] = { CTN_KU_DIGITAL_SIGNATURE, CTN_KU_CONTENT_COMMITMENT, CTN_KU_KEY_ENCIPHERMENT,
		CTN_KU_DATA_ENCIPHERMENT, CTN_KU_KEY_AGREEMENT, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_KEY_ENCIPHERMENT, CTN_KU_CRL_SIGN,
		CTN_KU_KEY_AGREEMENT | CTN_KU_ENCIPHER_ONLY, CTN_KU_DECIPHER_ONLY | CTN_KU_KEY_AGREEMENT };

	forge_usage(&s->certs[0].f, bits[pick(s, sizeof(bits) / sizeof(*bits))]);
	return true;
}

bool
twist_leaf_usage_sign(struct scene *s)
{
	forge_usage(&s->certs[0].f, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_KEY_CERT_SIGN);
	return true;
}

bool
twist_leaf_usage_none(struct scene *s)
{
	return drop(&s->certs[0].f, ctn_oid_key_usage);
}

bool
twist_leaf_usage_empty(struct scene *s)
{
	forge_raw(&any_cert(s)->f, ctn_oid_key_usage, true, CTN_SPAN("\x03\x01\x00"));
	return true;
}

static ctn_span
any_purpose(struct scene *s)
{
	const ctn_span purposes[] = { ctn_oid_kp_server_auth, ctn_oid_kp_server_auth, ctn_oid_kp_client_auth,
		ctn_oid_any_ext_key_usage, ctn_oid_kp_email_protection, ctn_oid_kp_ocsp_signing, ctn_oid_kp_code_signing };

	return purposes[pick(s, sizeof(purposes) / sizeof(*purposes))];
}

static void
put_purposes(struct scene *s, struct forged *f)
{
	ctn_buf *b = forge_put(f, ctn_oid_ext_key_usage, false);
	size_t q = ctn_der_open(b, CTN_TAG_SEQUENCE);

	for (unsigned n = 2 + pick(s, 2); n > 0; n--)
		ctn_der_put_oid(b, any_purpose(s));
	ctn_der_close(b, q);
}

bool
twist_leaf_eku(struct scene *s)
{
	forge_eku(&s->certs[0].f, any_purpose(s));
	return true;
}

bool
twist_leaf_eku_none(struct scene *s)
{
	return drop(&s->certs[0].f, ctn_oid_ext_key_usage);
}

bool
twist_leaf_eku_many(struct scene *s)
{
	put_purposes(s, &s->certs[0].f);
	return true;
}

bool
twist_eku_critical(struct scene *s)
{
	if (forge_ext(&s->certs[0].f, ctn_oid_ext_key_usage) == NULL)
		return false;
	forge_mark(&s->certs[0].f, ctn_oid_ext_key_usage, true);
	return true;
}

bool
twist_ca_eku(struct scene *s)
{
	forge_eku(&any_authority(s)->f, any_purpose(s));
	return true;
}

bool
twist_ca_eku_many(struct scene *s)
{
	put_purposes(s, &any_authority(s)->f);
	return true;
}

bool
twist_eku_empty(struct scene *s)
{
	forge_eku(&any_cert(s)->f, (ctn_span){ 0 });
	return true;
}

bool
twist_ask_client(struct scene *s)
{
	s->purpose = ctn_oid_kp_client_auth;
	if (chance(s, 60))
		forge_eku(&s->certs[0].f, ctn_oid_kp_client_auth);
	return true;
}

bool
twist_ask_mail(struct scene *s)
{
	s->purpose = ctn_oid_kp_email_protection;
	if (chance(s, 70))
		forge_eku(&s->certs[0].f, ctn_oid_kp_email_protection);
	return true;
}

bool
twist_ask_none(struct scene *s)
{
	s->purpose = (ctn_span){ 0 };
	return true;
}
