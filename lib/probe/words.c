#include "probe/words.h"

#include <stddef.h>

struct word {
	unsigned number;
	const char *name;
};

static const struct word versions[] = {
	{ 0x0300, "SSLv3" }, { 0x0301, "TLSv1.0" }, { 0x0302, "TLSv1.1" }, { 0x0303, "TLSv1.2" }, { 0x0304, "TLSv1.3" },
};

static const struct word groups[] = {
	{ 1, "sect163k1" }, { 3, "sect163r2" }, { 6, "sect233k1" }, { 7, "sect233r1" }, { 9, "sect283k1" }, { 10, "sect283r1" },
	{ 11, "sect409k1" }, { 12, "sect409r1" }, { 13, "sect571k1" }, { 14, "sect571r1" }, { 19, "secp192r1" }, { 21, "secp224r1" },
	{ 22, "secp256k1" }, { 23, "secp256r1" }, { 24, "secp384r1" }, { 25, "secp521r1" }, { 26, "brainpoolP256r1" },
	{ 27, "brainpoolP384r1" }, { 28, "brainpoolP512r1" }, { 29, "x25519" }, { 30, "x448" }, { 31, "brainpoolP256r1tls13" },
	{ 32, "brainpoolP384r1tls13" }, { 33, "brainpoolP512r1tls13" }, { 41, "curveSM2" }, { 256, "ffdhe2048" }, { 257, "ffdhe3072" },
	{ 258, "ffdhe4096" }, { 259, "ffdhe6144" }, { 260, "ffdhe8192" }, { 512, "MLKEM512" }, { 513, "MLKEM768" }, { 514, "MLKEM1024" },
	{ 4587, "SecP256r1MLKEM768" }, { 4588, "X25519MLKEM768" }, { 4589, "SecP384r1MLKEM1024" },
};

static const struct word schemes[] = {
	{ 0x0101, "rsa_pkcs1_md5" }, { 0x0201, "rsa_pkcs1_sha1" }, { 0x0202, "dsa_sha1" }, { 0x0203, "ecdsa_sha1" },
	{ 0x0301, "rsa_pkcs1_sha224" }, { 0x0302, "dsa_sha224" }, { 0x0303, "ecdsa_sha224" }, { 0x0401, "rsa_pkcs1_sha256" },
	{ 0x0402, "dsa_sha256" }, { 0x0403, "ecdsa_secp256r1_sha256" }, { 0x0501, "rsa_pkcs1_sha384" }, { 0x0502, "dsa_sha384" },
	{ 0x0503, "ecdsa_secp384r1_sha384" }, { 0x0601, "rsa_pkcs1_sha512" }, { 0x0602, "dsa_sha512" }, { 0x0603, "ecdsa_secp521r1_sha512" },
	{ 0x0708, "sm2sig_sm3" }, { 0x0804, "rsa_pss_rsae_sha256" }, { 0x0805, "rsa_pss_rsae_sha384" }, { 0x0806, "rsa_pss_rsae_sha512" },
	{ 0x0807, "ed25519" }, { 0x0808, "ed448" }, { 0x0809, "rsa_pss_pss_sha256" }, { 0x080a, "rsa_pss_pss_sha384" },
	{ 0x080b, "rsa_pss_pss_sha512" }, { 0x081a, "ecdsa_brainpoolP256r1tls13_sha256" }, { 0x081b, "ecdsa_brainpoolP384r1tls13_sha384" },
	{ 0x081c, "ecdsa_brainpoolP512r1tls13_sha512" }, { 0x0904, "mldsa44" }, { 0x0905, "mldsa65" }, { 0x0906, "mldsa87" },
};

static const struct word alerts[] = {
	{ 0, "close_notify" }, { 10, "unexpected_message" }, { 20, "bad_record_mac" }, { 22, "record_overflow" }, { 40, "handshake_failure" },
	{ 42, "bad_certificate" }, { 43, "unsupported_certificate" }, { 44, "certificate_revoked" }, { 45, "certificate_expired" },
	{ 46, "certificate_unknown" }, { 47, "illegal_parameter" }, { 48, "unknown_ca" }, { 49, "access_denied" }, { 50, "decode_error" },
	{ 51, "decrypt_error" }, { 70, "protocol_version" }, { 71, "insufficient_security" }, { 80, "internal_error" },
	{ 86, "inappropriate_fallback" }, { 90, "user_canceled" }, { 100, "no_renegotiation" }, { 109, "missing_extension" },
	{ 110, "unsupported_extension" }, { 112, "unrecognized_name" }, { 113, "bad_certificate_status_response" },
	{ 115, "unknown_psk_identity" }, { 116, "certificate_required" }, { 120, "no_application_protocol" },
};

#define FIND(table, number) find((table), sizeof(table) / sizeof((table)[0]), (number))

static const char *
find(const struct word *table, size_t n, unsigned number)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].number == number)
			return table[i].name;
	return NULL;
}

const char *
ctn_tls_version_name(unsigned version)
{
	return FIND(versions, version);
}

const char *
ctn_tls_group_name(unsigned group)
{
	return FIND(groups, group);
}

const char *
ctn_tls_scheme_name(unsigned scheme)
{
	return FIND(schemes, scheme);
}

const char *
ctn_tls_alert_name(unsigned alert)
{
	return FIND(alerts, alert);
}
