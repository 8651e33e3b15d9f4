/* What a chain is judged by: every check and every rule of every profile, each written once with its source. */
#ifndef CTN_VERIFY_RULE_H
#define CTN_VERIFY_RULE_H

#include "base/err.h"

/** How strict the answer is (INTERFACE, verify). */
enum ctn_verify_profile {
	CTN_PKIX,    /* RFC 5280 section 6 with RFC 9525 names; breaches of section 4 are warnings */
	CTN_RFC5280, /* they are fatal */
	CTN_WEBPKI,  /* and the CA/Browser Forum's rules for TLS servers hold too */
	CTN_VERIFY_PROFILES
};

enum ctn_vlevel { CTN_V_OFF, CTN_V_WARN, CTN_V_FATAL };

/** The part that a certificate plays in a path; a rule names those that it judges. */
enum ctn_vrole { CTN_AS_ANCHOR = 1, CTN_AS_CA = 2, CTN_AS_LEAF = 4 };

/*
 * Checks of a path: X(id, name, citation, what to do). They hold in every profile.
 */
#define CTN_PATH_CHECKS(X)                                                                                            \
	X(malformed, "malformed", "RFC 5280 4.1", "get the certificate anew, whole and in DER or PEM")                \
	X(issuer, "issuer", "RFC 5280 6.1.3(a)(4)", "add the missing issuer's certificate, or trust its root")        \
	X(signature, "signature", "RFC 5280 6.1.3(a)(1)", "this is not the issuer's signature: get the certificate anew") \
	X(algorithm, "signature_algorithm", "RFC 5280 4.1.1.2", "have it issued again")                               \
	X(key, "public_key", "RFC 5280 4.1.2.7", "have it issued again for a key that can be used")                   \
	X(not_yet, "validity", "RFC 5280 6.1.3(a)(2)", "wait, or look at the clock")                                  \
	X(expired, "validity", "RFC 5280 6.1.3(a)(2)", "renew it")                                                    \
	X(revoked, "revocation", "RFC 5280 6.1.3(a)(3)", "replace it with a new certificate")                         \
	X(unknown_status, "revocation", "RFC 5280 6.3.3", "give a fresh CRL or OCSP response of its issuer")          \
	X(constraints, "name_constraints", "RFC 5280 6.1.3(b)", "have it issued by an authority that may speak for these names") \
	X(policies, "policies", "RFC 9618 5.5", "have it issued under a policy that is asked for")                     \
	X(policy_form, "policies", "RFC 5280 4.2.1.4", "have it issued again")                                        \
	X(policy_any_mapped, "policies", "RFC 5280 6.1.4(a)", "have the authority issued again without that mapping") \
	X(critical, "critical_extension", "RFC 5280 6.1.4(o)", "have it issued without that extension, or not critical") \
	X(extension, "extension", "RFC 5280 4.2", "have it issued again: the extension cannot be read")               \
	X(repeated, "extension", "RFC 5280 4.2", "have it issued again: an extension stands twice")                   \
	X(not_ca, "basic_constraints", "RFC 5280 6.1.4(k)", "only an authority may issue: use the right intermediate") \
	X(path_length, "path_length", "RFC 5280 6.1.4(m)", "an authority above allows no further authority: issue from it directly") \
	X(key_usage, "key_usage", "RFC 5280 6.1.4(n)", "have the authority issued with keyCertSign")                  \
	X(purpose, "purpose", "RFC 5280 4.2.1.12", "have it issued for that purpose")                                 \
	X(stamps, "purpose", "RFC 3161 2.3", "have it issued for time stamps alone, by a critical extended key usage")  \
	X(usage, "key_usage", "RFC 5280 4.2.1.3", "have it issued with the key usage that the purpose needs")         \
	X(name, "name", "RFC 9525 6", "ask for a name that it has, or have it issued with that name")                 \
	X(public_suffix, "name", "CA/Browser Forum BR 3.2.2.6", "have it issued for a domain, not for a public suffix") \
	X(depth, "depth", "RFC 5280 6.1", "allow a deeper path, or give a shorter one")                               \
	X(work, "budget", "RFC 4158 5.2", "give only the certificates of one chain: there is too much to try")

/*
 * Rules of one certificate: X(id, name, citation, roles, level in pkix, rfc5280, webpki, what it says).
 */
#define CTN_CERT_CHECKS(X)                                                                                            \
	X(version_known, "version", "RFC 5280 4.1.2.1", ACL, FATAL, FATAL, FATAL, "its version is none that there is: 1, 2 or 3") \
	X(version, "version", "RFC 5280 4.1.2.1", ACL, WARN, FATAL, FATAL, "its version is not 3")                     \
	X(serial, "serial", "RFC 5280 4.1.2.2", CL, WARN, FATAL, FATAL, "its serial number is not positive and of at most 20 octets") \
	X(issuer_empty, "issuer_name", "RFC 5280 4.1.2.4", ACL, WARN, FATAL, FATAL, "its issuer's name is empty")      \
	X(subject_empty, "subject", "RFC 5280 4.1.2.6", ACL, WARN, FATAL, FATAL, "it is an authority without a subject") \
	X(name_form, "subject", "RFC 5280 4.1.2.4", CL, WARN, FATAL, FATAL, "its subject or issuer is no well-formed name") \
	X(time_form, "validity_form", "RFC 5280 4.1.2.5", CL, WARN, FATAL, FATAL, "a time to 2049 is no UTCTime, or one from 2050 no GeneralizedTime") \
	X(unique_id, "unique_identifier", "RFC 5280 4.1.2.8", CL, WARN, FATAL, FATAL, "it has unique identifiers")     \
	X(no_extensions, "extensions", "RFC 5280 4.1.2.9", ACL, WARN, FATAL, FATAL, "its list of extensions is empty") \
	X(aside, "extension", "RFC 5280 4.2", ACL, WARN, FATAL, FATAL, "an extension that is not needed here cannot be read") \
	X(aki_missing, "authority_key_id", "RFC 5280 4.2.1.1", ACL, WARN, FATAL, FATAL, "it is not self-signed and has no authority key identifier with a key identifier") \
	X(aki_pair, "authority_key_id", "RFC 5280 A.2", CL, WARN, FATAL, FATAL, "its authority key identifier has one of issuer and serial without the other") \
	X(aki_critical, "authority_key_id", "RFC 5280 4.2.1.1", ACL, WARN, FATAL, FATAL, "its authority key identifier is critical") \
	X(ski_missing, "subject_key_id", "RFC 5280 4.2.1.2", ACL, WARN, FATAL, FATAL, "it is an authority without a subject key identifier") \
	X(ski_critical, "subject_key_id", "RFC 5280 4.2.1.2", ACL, WARN, FATAL, FATAL, "its subject key identifier is critical") \
	X(ku_missing, "key_usage", "RFC 5280 4.2.1.3", ACL, WARN, FATAL, FATAL, "it is an authority without key usage") \
	X(ku_empty, "key_usage", "RFC 5280 4.2.1.3", ACL, WARN, FATAL, FATAL, "its key usage has no bit set")          \
	X(ku_padded, "key_usage", "X.690 11.2.2", ACL, WARN, FATAL, FATAL, "its key usage has zero bits at the end, which DER leaves out") \
	X(ku_not_ca, "key_usage", "RFC 5280 4.2.1.9", CL, WARN, FATAL, FATAL, "its key usage has keyCertSign and it is no authority") \
	X(bc_critical, "basic_constraints", "RFC 5280 4.2.1.9", ACL, WARN, FATAL, FATAL, "it is an authority whose basic constraints are not critical") \
	X(bc_spelt, "basic_constraints", "X.690 11.5", ACL, WARN, FATAL, FATAL, "its basic constraints spell out that it is no authority, which DER leaves out") \
	X(bc_anchor, "basic_constraints", "RFC 5280 4.2.1.9", A, WARN, FATAL, FATAL, "it is trusted to issue and does not say that it is an authority") \
	X(path_len_placed, "basic_constraints", "RFC 5280 4.2.1.9", ACL, WARN, FATAL, FATAL, "it has a path length without cA and keyCertSign") \
	X(nc_leaf, "name_constraints", "RFC 5280 4.2.1.10", CL, WARN, FATAL, FATAL, "it has name constraints and is no authority") \
	X(nc_dotted, "name_constraints", "RFC 5280 4.2.1.10", ACL, WARN, FATAL, FATAL, "its name constraints have a DNS base with a dot in front, which only URI and mail bases have") \
	X(nc_spelt, "name_constraints", "X.690 11.5", ACL, WARN, FATAL, FATAL, "its name constraints spell out a minimum of 0, which DER leaves out") \
	X(nc_critical, "name_constraints", "RFC 5280 4.2.1.10", ACL, WARN, FATAL, OFF, "its name constraints are not critical") \
	X(pc_critical, "policies", "RFC 5280 4.2.1.11", ACL, WARN, FATAL, FATAL, "its policy constraints are not critical, or empty") \
	X(any_critical, "policies", "RFC 5280 4.2.1.14", ACL, WARN, FATAL, FATAL, "its inhibitAnyPolicy is not critical") \
	X(san_form, "names", "RFC 5280 4.2.1.6", CL, WARN, FATAL, FATAL, "an alternative name has no legal form")       \
	X(san_missing, "names", "RFC 5280 4.2.1.6", CL, WARN, FATAL, FATAL, "it has neither a subject nor critical alternative names") \
	X(san_critical, "names", "CA/Browser Forum BR 7.1.2.7.12", L, WARN, WARN, FATAL, "its alternative names are critical though it has a subject") \
	X(access_critical, "info_access", "RFC 5280 4.2.2", ACL, WARN, FATAL, FATAL, "its authority or subject information access is critical") \
	X(freshest_critical, "freshest_crl", "RFC 5280 4.2.1.15", ACL, WARN, FATAL, FATAL, "its pointer to delta CRLs is critical") \
	X(weak_signature, "signature_algorithm", "RFC 6194 2, NIST SP 800-131A 9", CL, WARN, FATAL, FATAL, "it is signed over SHA-1")         \
	X(algorithm_form, "signature_algorithm", "RFC 4055 3.1 and 5, CA/Browser Forum BR 7.1.3.2.1", CL, WARN, WARN, FATAL, "the parameters of its signature algorithm can be read, but are not what is to be written") \
	X(curve_spelt, "public_key", "RFC 5480 2.1.1", ACL, FATAL, FATAL, FATAL, "its key spells its curve out, which is never to be used, instead of naming it") \
	X(broken_key, "public_key", "NIST SP 800-131A 3", ACL, FATAL, FATAL, FATAL, "it has an RSA key under 1024 bits, which can be broken") \
	X(weak_key, "public_key", "NIST SP 800-131A 3", ACL, WARN, WARN, OFF, "it has an RSA key under 2048 bits") \
	X(web_key, "public_key", "CA/Browser Forum BR 6.1.5", ACL, OFF, OFF, FATAL, "its key is neither RSA of 2048 bits or more in whole octets nor on P-256, P-384 or P-521") \
	X(web_leaf_ca, "basic_constraints", "CA/Browser Forum BR 7.1.2.7.8", L, OFF, OFF, FATAL, "it is an authority where a subscriber is wanted") \
	X(web_eku_missing, "purpose", "CA/Browser Forum BR 7.1.2.7.6", L, OFF, OFF, FATAL, "it has no extended key usage") \
	X(web_eku_any, "purpose", "CA/Browser Forum BR 7.1.2.7.10", L, OFF, OFF, FATAL, "its extended key usage allows any purpose") \
	X(web_eku_critical, "purpose", "CA/Browser Forum BR 7.1.2.7.6", L, OFF, OFF, FATAL, "its extended key usage is critical") \
	X(web_root_eku, "purpose", "CA/Browser Forum BR 7.1.2.1.2", A, OFF, OFF, FATAL, "it is a root with an extended key usage") \
	X(web_root_aki, "authority_key_id", "CA/Browser Forum BR 7.1.2.1.3", A, OFF, OFF, FATAL, "it is a root whose authority key identifier is not just its own key identifier") \
	X(web_aki, "authority_key_id", "CA/Browser Forum BR 7.1.2.11.1", CL, OFF, OFF, FATAL, "its authority key identifier names issuer and serial") \
	X(web_cn, "subject", "CA/Browser Forum BR 7.1.4.3", L, OFF, OFF, FATAL, "its common name is a host and none of its alternative names, letter by letter") \
	X(web_san, "names", "CA/Browser Forum BR 7.1.2.7.12", L, OFF, OFF, FATAL, "it has no alternative names, or others than DNS names and addresses") \
	X(web_lifetime, "validity", "CA/Browser Forum BR 6.3.2", L, OFF, OFF, WARN, "it is valid for more than 398 days")

/*
 * Rules of one CRL, likewise.
 */
#define CTN_CRL_CHECKS(X)                                                                                             \
	X(crl_number, "crl_number", "RFC 5280 5.2.3", CRL, WARN, FATAL, FATAL, "it has no CRL number")                   \
	X(crl_number_critical, "crl_number", "RFC 5280 5.2.3", CRL, WARN, FATAL, FATAL, "its CRL number is critical")   \
	X(crl_next_update, "crl_next_update", "RFC 5280 5.1.2.5", CRL, WARN, FATAL, FATAL, "it does not say when the next one comes") \
	X(crl_aki, "crl_authority_key_id", "RFC 5280 5.2.1", CRL, WARN, FATAL, FATAL, "it has no authority key identifier") \
	X(crl_idp_critical, "crl_distribution_point", "RFC 5280 5.2.5", CRL, WARN, FATAL, FATAL, "its distribution point is not critical") \
	X(crl_idp_empty, "crl_distribution_point", "RFC 5280 5.2.5", CRL, WARN, FATAL, FATAL, "its distribution point says nothing") \
	X(crl_delta_critical, "crl_delta", "RFC 5280 5.2.4", CRL, WARN, FATAL, FATAL, "its delta indicator is not critical")

#define CTN_PATH_ENUM(id, name, cite, fix) CTN_V_##id,
#define CTN_CERT_ENUM(id, name, cite, roles, pkix, rfc5280, webpki, says) CTN_V_##id,
/** Every check; CTN_V_NONE is none. */
enum ctn_vcheck {
	CTN_V_NONE = 0,
	CTN_PATH_CHECKS(CTN_PATH_ENUM)
	CTN_CERT_CHECKS(CTN_CERT_ENUM)
	CTN_CRL_CHECKS(CTN_CERT_ENUM)
	CTN_VCHECKS
};

typedef struct ctn_vrule {
	const char *name; /* "name_constraints", as results show it */
	const char *cite;
	unsigned roles;   /* of enum ctn_vrole; 0: a check of the path or a rule of CRLs */
	enum ctn_vlevel level[CTN_VERIFY_PROFILES];
	const char *says; /* what is wrong; NULL for checks of the path, which say it themselves */
	const char *fix;
} ctn_vrule;

/** The row of a check. Never NULL; that of CTN_V_NONE is empty. */
CTN_PUBLIC const ctn_vrule *ctn_vrule_of(enum ctn_vcheck check);
/** "pkix", "rfc5280", "webpki". */
const char *ctn_verify_profile_name(enum ctn_verify_profile profile);
/** False when there is no profile of that name. */
bool ctn_verify_profile_parse(enum ctn_verify_profile *profile, const char *name);

#endif
