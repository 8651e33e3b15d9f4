/* Object identifiers: dotted text both ways, and one table of the names that people know. */
#ifndef CTN_DER_OID_H
#define CTN_DER_OID_H

#include "base/bytes.h"

/** Every OID with a name: X(id, dotted, name, content octets). Each becomes a constant ctn_oid_<id>. */
#define CTN_OID_LIST(X)                                                            \
	X(subject_key_id, "2.5.29.14", "subjectKeyIdentifier", "\x55\x1d\x0e")         \
	X(key_usage, "2.5.29.15", "keyUsage", "\x55\x1d\x0f")                          \
	X(subject_alt_name, "2.5.29.17", "subjectAltName", "\x55\x1d\x11")             \
	X(issuer_alt_name, "2.5.29.18", "issuerAltName", "\x55\x1d\x12")               \
	X(basic_constraints, "2.5.29.19", "basicConstraints", "\x55\x1d\x13")          \
	X(crl_number, "2.5.29.20", "cRLNumber", "\x55\x1d\x14")                        \
	X(crl_reason, "2.5.29.21", "reasonCode", "\x55\x1d\x15")                       \
	X(invalidity_date, "2.5.29.24", "invalidityDate", "\x55\x1d\x18")              \
	X(delta_crl_indicator, "2.5.29.27", "deltaCRLIndicator", "\x55\x1d\x1b")       \
	X(issuing_distribution_point, "2.5.29.28", "issuingDistributionPoint", "\x55\x1d\x1c") \
	X(certificate_issuer, "2.5.29.29", "certificateIssuer", "\x55\x1d\x1d")        \
	X(name_constraints, "2.5.29.30", "nameConstraints", "\x55\x1d\x1e")            \
	X(crl_distribution_points, "2.5.29.31", "cRLDistributionPoints", "\x55\x1d\x1f") \
	X(certificate_policies, "2.5.29.32", "certificatePolicies", "\x55\x1d\x20")    \
	X(any_policy, "2.5.29.32.0", "anyPolicy", "\x55\x1d\x20\x00")                  \
	X(policy_mappings, "2.5.29.33", "policyMappings", "\x55\x1d\x21")              \
	X(authority_key_id, "2.5.29.35", "authorityKeyIdentifier", "\x55\x1d\x23")     \
	X(policy_constraints, "2.5.29.36", "policyConstraints", "\x55\x1d\x24")        \
	X(ext_key_usage, "2.5.29.37", "extendedKeyUsage", "\x55\x1d\x25")              \
	X(any_ext_key_usage, "2.5.29.37.0", "anyExtendedKeyUsage", "\x55\x1d\x25\x00") \
	X(freshest_crl, "2.5.29.46", "freshestCRL", "\x55\x1d\x2e")                    \
	X(inhibit_any_policy, "2.5.29.54", "inhibitAnyPolicy", "\x55\x1d\x36")         \
	X(authority_info_access, "1.3.6.1.5.5.7.1.1", "authorityInfoAccess", "\x2b\x06\x01\x05\x05\x07\x01\x01") \
	X(tls_feature, "1.3.6.1.5.5.7.1.24", "tlsFeature", "\x2b\x06\x01\x05\x05\x07\x01\x18") \
	X(ad_ocsp, "1.3.6.1.5.5.7.48.1", "ocsp", "\x2b\x06\x01\x05\x05\x07\x30\x01")   \
	X(ad_ca_issuers, "1.3.6.1.5.5.7.48.2", "caIssuers", "\x2b\x06\x01\x05\x05\x07\x30\x02") \
	X(ocsp_basic, "1.3.6.1.5.5.7.48.1.1", "ocspBasic", "\x2b\x06\x01\x05\x05\x07\x30\x01\x01") \
	X(ocsp_nonce, "1.3.6.1.5.5.7.48.1.2", "ocspNonce", "\x2b\x06\x01\x05\x05\x07\x30\x01\x02") \
	X(ocsp_nocheck, "1.3.6.1.5.5.7.48.1.5", "ocspNoCheck", "\x2b\x06\x01\x05\x05\x07\x30\x01\x05") \
	X(kp_server_auth, "1.3.6.1.5.5.7.3.1", "serverAuth", "\x2b\x06\x01\x05\x05\x07\x03\x01") \
	X(kp_client_auth, "1.3.6.1.5.5.7.3.2", "clientAuth", "\x2b\x06\x01\x05\x05\x07\x03\x02") \
	X(kp_code_signing, "1.3.6.1.5.5.7.3.3", "codeSigning", "\x2b\x06\x01\x05\x05\x07\x03\x03") \
	X(kp_email_protection, "1.3.6.1.5.5.7.3.4", "emailProtection", "\x2b\x06\x01\x05\x05\x07\x03\x04") \
	X(kp_time_stamping, "1.3.6.1.5.5.7.3.8", "timeStamping", "\x2b\x06\x01\x05\x05\x07\x03\x08") \
	X(kp_ocsp_signing, "1.3.6.1.5.5.7.3.9", "OCSPSigning", "\x2b\x06\x01\x05\x05\x07\x03\x09") \
	X(on_smtp_utf8, "1.3.6.1.5.5.7.8.9", "SmtpUTF8Mailbox", "\x2b\x06\x01\x05\x05\x07\x08\x09") \
	X(extension_request, "1.2.840.113549.1.9.14", "extensionRequest", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e") \
	X(challenge_password, "1.2.840.113549.1.9.7", "challengePassword", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x07") \
	X(at_common_name, "2.5.4.3", "CN", "\x55\x04\x03")                             \
	X(at_surname, "2.5.4.4", "SN", "\x55\x04\x04")                                 \
	X(at_serial_number, "2.5.4.5", "serialNumber", "\x55\x04\x05")                 \
	X(at_country, "2.5.4.6", "C", "\x55\x04\x06")                                  \
	X(at_locality, "2.5.4.7", "L", "\x55\x04\x07")                                 \
	X(at_state, "2.5.4.8", "ST", "\x55\x04\x08")                                   \
	X(at_street, "2.5.4.9", "street", "\x55\x04\x09")                              \
	X(at_organization, "2.5.4.10", "O", "\x55\x04\x0a")                            \
	X(at_organizational_unit, "2.5.4.11", "OU", "\x55\x04\x0b")                    \
	X(at_title, "2.5.4.12", "title", "\x55\x04\x0c")                               \
	X(at_postal_code, "2.5.4.17", "postalCode", "\x55\x04\x11")                    \
	X(at_given_name, "2.5.4.42", "GN", "\x55\x04\x2a")                             \
	X(at_initials, "2.5.4.43", "initials", "\x55\x04\x2b")                         \
	X(at_generation_qualifier, "2.5.4.44", "generationQualifier", "\x55\x04\x2c")  \
	X(at_dn_qualifier, "2.5.4.46", "dnQualifier", "\x55\x04\x2e")                  \
	X(at_pseudonym, "2.5.4.65", "pseudonym", "\x55\x04\x41")                       \
	X(at_uid, "0.9.2342.19200300.100.1.1", "UID", "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01") \
	X(at_domain_component, "0.9.2342.19200300.100.1.25", "DC", "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19") \
	X(at_email, "1.2.840.113549.1.9.1", "emailAddress", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01")

/** ctn_oid_key_usage, ctn_oid_kp_server_auth, ...: content octets. */
#define CTN_OID_DECLARE(id, dotted, name, bytes) extern const ctn_span ctn_oid_##id;
CTN_OID_LIST(CTN_OID_DECLARE)

/** The name that people know ("serverAuth"), or NULL. Key algorithms and signatures are named by module key. */
const char *ctn_oid_name(ctn_span oid);
/**
 * Content octets for a known name (case-sensitive) or dotted text of arcs below 2^64; a constant or in the arena.
 * Fails CTN_EINPUT with the reason, for a misspelt name with a hint; CTN_ENOMEM.
 */
CTN_MUST bool ctn_oid_parse(ctn_span *oid, const char *text, ctn_arena *a, struct ctn_err *e);
/** Dotted text appended; an arc over 64 bits, or cut off, is shown as "…" and the hex of its octets. */
void ctn_oid_dotted(ctn_buf *b, ctn_span oid);

#endif
