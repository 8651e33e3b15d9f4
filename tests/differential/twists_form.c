/* Part of scene.h: twists of signatures, keys, and the form of certificates. */
#include "twists.h"

#include "der/oid.h"

bool
twist_spoilt(struct scene *s)
{
	s->certs[pick(s, s->depth + 1)].f.spoil_signature = true;
	return true;
}

bool
twist_root_spoilt(struct scene *s)
{
	s->certs[scene_root(s)].f.spoil_signature = true;
	return true;
}

bool
twist_algs_differ(struct scene *s)
{
	struct forged *f = &any_cert(s)->f;

	f->inner = f->inner == CTN_SIG_ECDSA_SHA384 ? CTN_SIG_ECDSA_SHA256 : CTN_SIG_ECDSA_SHA384;
	return true;
}

static bool
digest(struct scene_cert *c, unsigned ec, unsigned rsa)
{
	enum ctn_sig_alg usual = forge_alg(c->signer);

	/* 512 and 1024 bits do not hold every digest and its salt. */
	if (c->signer == SCENE_KEY_TINY || c->signer == SCENE_KEY_SMALL)
		return false;
	if (usual >= CTN_SIG_ECDSA_SHA1 && usual <= CTN_SIG_ECDSA_SHA512)
		c->f.inner = c->f.outer = (enum ctn_sig_alg)ec;
	else if (usual >= CTN_SIG_RSA_SHA1 && usual <= CTN_SIG_RSA_PSS_SHA512)
		c->f.inner = c->f.outer = (enum ctn_sig_alg)rsa;
	return true;
}

bool
twist_hash(struct scene *s)
{
	return digest(any_cert(s), CTN_SIG_ECDSA_SHA224 + pick(s, 4), CTN_SIG_RSA_SHA224 + pick(s, 7));
}

bool
twist_sha1(struct scene *s)
{
	return digest(any_cert(s), CTN_SIG_ECDSA_SHA1, CTN_SIG_RSA_SHA1);
}

bool
twist_version_1(struct scene *s)
{
	struct forged *f = &any_cert(s)->f;

	f->version = 1;
	while (f->exts_n > 0)
		forge_drop(f, f->exts[0].oid);
	return true;
}

bool
twist_version_2(struct scene *s)
{
	(void)twist_version_1(s);
	for (unsigned i = 0; i <= scene_root(s); i++)
		if (s->certs[i].f.version == 1)
			s->certs[i].f.version = 2;
	return true;
}

bool
twist_version_1_exts(struct scene *s)
{
	any_cert(s)->f.version = 1 + pick(s, 2);
	return true;
}

bool
twist_unknown_critical(struct scene *s)
{
	forge_raw(&any_cert(s)->f, CTN_SPAN("\x2a\x03\x04"), true, CTN_SPAN("\x05\x00"));
	return true;
}

bool
twist_unknown(struct scene *s)
{
	forge_raw(&any_cert(s)->f, CTN_SPAN("\x2a\x03\x05"), false, CTN_SPAN("\x05\x00"));
	return true;
}

bool
twist_twice(struct scene *s)
{
	struct forged *f = &any_cert(s)->f;

	if (f->exts_n == 0 || f->exts_n == FORGE_EXTS)
		return false;
	forge_repeat(f, pick(s, (unsigned)f->exts_n));
	return true;
}

bool
twist_malformed_needed(struct scene *s)
{
	const ctn_span oids[] = { ctn_oid_basic_constraints, ctn_oid_key_usage, ctn_oid_ext_key_usage, ctn_oid_subject_alt_name,
		ctn_oid_name_constraints, ctn_oid_certificate_policies, ctn_oid_policy_constraints, ctn_oid_inhibit_any_policy };

	forge_raw(&any_cert(s)->f, oids[pick(s, 8)], chance(s, 50), chance(s, 50) ? CTN_SPAN("\x04\x00") : CTN_SPAN("x"));
	return true;
}

bool
twist_malformed_aside(struct scene *s)
{
	const ctn_span oids[] = { ctn_oid_authority_key_id, ctn_oid_subject_key_id, ctn_oid_authority_info_access,
		ctn_oid_crl_distribution_points, ctn_oid_issuer_alt_name, ctn_oid_freshest_crl };

	forge_raw(&any_cert(s)->f, oids[pick(s, 6)], false, CTN_SPAN("x"));
	return true;
}

bool
twist_empty_list(struct scene *s)
{
	struct forged *f = &any_cert(s)->f;

	while (f->exts_n > 0)
		forge_drop(f, f->exts[0].oid);
	f->empty_list = true;
	return true;
}

bool
twist_serial(struct scene *s)
{
	const ctn_span serials[] = { CTN_SPAN("\x00"), CTN_SPAN("\xff"), CTN_SPAN("\x01"), CTN_SPAN("\x00\x80"),
		CTN_SPAN("\x01" "0123456789012345678"), CTN_SPAN("\x01" "01234567890123456789"), CTN_SPAN("\x80" "1"),
		CTN_SPAN("\x7f" "0123456789012345678") };

	any_cert(s)->f.serial = serials[pick(s, 8)];
	return true;
}

bool
twist_unique_id(struct scene *s)
{
	any_cert(s)->f.ids = CTN_SPAN("\x81\x02\x00\x55");
	return true;
}

static bool
harden(struct forged *f, ctn_span oid)
{
	if (forge_ext(f, oid) == NULL)
		return false;
	forge_mark(f, oid, true);
	return true;
}

bool
twist_aki_critical(struct scene *s)
{
	return harden(&any_cert(s)->f, ctn_oid_authority_key_id);
}

bool
twist_ski_critical(struct scene *s)
{
	return harden(&any_cert(s)->f, ctn_oid_subject_key_id);
}

bool
twist_leaf_key(struct scene *s)
{
	set_key(s, 0, 14 + pick(s, 10));
	return true;
}

bool
twist_ca_key(struct scene *s)
{
	/* What CRLs say of their signer's key is written already. */
	if (s->revocation)
		return false;
	set_key(s, 1 + pick(s, s->depth + 1), 14 + pick(s, 10));
	return true;
}

/* Off the curve, of an algorithm that nobody knows, or no key at all. */
bool
twist_bad_key(struct scene *s)
{
	static const uint8_t off[] = "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00"
		"\x04" "0123456789abcdef0123456789abcdef" "0123456789abcdef0123456789abcdef";
	static const ctn_span keys[] = { { off, sizeof(off) - 1 },
		{ (const uint8_t *)"\x30\x0c\x30\x05\x06\x03\x2a\x03\x04\x03\x03\x00\x01\x02", 14 },
		{ (const uint8_t *)"\x30\x0a\x30\x05\x06\x03\x2b\x65\x70\x03\x01\x00", 12 } };

	any_cert(s)->f.spki = keys[pick(s, 3)];
	return true;
}

bool
twist_nocheck_critical(struct scene *s)
{
	forge_raw(&any_cert(s)->f, ctn_oid_ocsp_nocheck, chance(s, 50), CTN_SPAN("\x05\x00"));
	return true;
}

bool
twist_utc_as_generalized(struct scene *s)
{
	any_cert(s)->f.generalized = true;
	return true;
}

bool
twist_access_critical(struct scene *s)
{
	forge_raw(&any_cert(s)->f, ctn_oid_authority_info_access, chance(s, 50),
	    CTN_SPAN("\x30\x10\x30\x0e\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x02\x86\x02" "x:"));
	return true;
}
