/* The rules of this module, each written once: its function is declared and its row of the table made from this list. */
#ifndef CTN_LINT_RULES_H
#define CTN_LINT_RULES_H

#include "lint/lint.h"

#define CTN_ROLES_ALL 0u
#define CTN_ROLES_CA ((unsigned)CTN_ROLE_ROOT | (unsigned)CTN_ROLE_CA)
#define CTN_ROLES_ISSUED ((unsigned)CTN_ROLE_CA | (unsigned)CTN_ROLE_LEAF)
#define CTN_ROLES_LEAF ((unsigned)CTN_ROLE_LEAF)
#define CTN_ROLES_SUBCA ((unsigned)CTN_ROLE_CA)
#define CTN_ROLES_ROOT ((unsigned)CTN_ROLE_ROOT)

/* X(function, id, level, citation, roles, what it says) */

/* rules_fields.c */
#define CTN_FIELD_RULES(X)                                                                                          \
	X(algorithm_mismatch, "algorithm-mismatch", ERROR, "RFC 5280 4.1.1.2", ALL,                                 \
	    "The signature algorithm is written with the same bytes inside and outside the signed part")            \
	X(signature_unknown, "signature-unknown", ERROR, "RFC 5280 4.1.1.2", ALL,                                   \
	    "The signature algorithm is a known one, with exactly the parameters that its RFC demands")             \
	X(signature_weak, "signature-weak", ERROR, "RFC 9155 5", ISSUED,                                            \
	    "No signature over SHA-1 or anything weaker")                                                           \
	X(signature_fits_key, "signature-fits-key", ERROR, "RFC 5280 4.1.1.3", ALL,                                 \
	    "The signature algorithm is one of the issuer's key")                                                   \
	X(version, "version", ERROR, "RFC 5280 4.1.2.1", ALL,                                                       \
	    "The version is 3")                                                                                     \
	X(serial_positive, "serial-positive", ERROR, "RFC 5280 4.1.2.2", ALL,                                       \
	    "The serial number is positive")                                                                        \
	X(serial_length, "serial-length", ERROR, "RFC 5280 4.1.2.2", ALL,                                           \
	    "The serial number takes at most 20 octets, sign octet included")                                       \
	X(serial_entropy, "serial-entropy", ERROR, "CA/Browser Forum BR 7.1", ISSUED,                               \
	    "The serial number has room for 64 random bits")                                                        \
	X(unique_identifier, "unique-identifier", ERROR, "RFC 5280 4.1.2.8", ALL,                                   \
	    "There are no unique identifiers")                                                                      \
	X(issuer_empty, "issuer-empty", ERROR, "RFC 5280 4.1.2.4", ALL,                                             \
	    "The issuer's name is not empty")                                                                       \
	X(issuer_name, "issuer-name", ERROR, "RFC 5280 4.1.2.4", ALL,                                               \
	    "The issuer's name is, byte by byte, the subject of the issuer's certificate")                          \
	X(time_encoding, "time-encoding", ERROR, "RFC 5280 4.1.2.5", ALL,                                           \
	    "Times to 2049 are UTCTime, those from 2050 GeneralizedTime")                                           \
	X(validity_order, "validity-order", ERROR, "RFC 5280 4.1.2.5", ALL,                                         \
	    "The validity does not end before it begins")                                                           \
	X(leaf_outlives_issuer, "leaf-outlives-issuer", ERROR, "RFC 5280 6.1.3", LEAF,                              \
	    "A leaf ends no later than its issuer")                                                                 \
	X(ca_outlives_issuer, "ca-outlives-issuer", WARNING, "RFC 5280 6.1.3", SUBCA,                              \
	    "An authority ends no later than its issuer")

/* rules_key.c */
#define CTN_KEY_RULES(X)                                                                                            \
	X(key_malformed, "key-malformed", ERROR, "RFC 5280 4.1.2.7", ALL,                                           \
	    "The public key can be decoded")                                                                        \
	X(key_weak, "key-weak", ERROR, "CA/Browser Forum BR 6.1.6", ALL,                                            \
	    "The public key is of a known algorithm, of sufficient size, on a named curve, and not known to be weak") \
	X(key_parameters, "key-parameters", ERROR, "RFC 3279 2.3.1, RFC 8410 3", ALL,                               \
	    "The key's algorithm parameters are NULL for RSA and absent for Edwards curves and ML-DSA")             \
	X(key_of_issuer, "key-of-issuer", ERROR, "RFC 5280 4.1.2.7", ISSUED,                                        \
	    "The subject does not hold its issuer's key")

/* rules_ext.c */
#define CTN_EXT_RULES(X)                                                                                            \
	X(extension_repeated, "extension-repeated", ERROR, "RFC 5280 4.2", ALL,                                     \
	    "No extension stands twice")                                                                            \
	X(extension_malformed, "extension-malformed", ERROR, "RFC 5280 4.2", ALL,                                   \
	    "Every known extension can be decoded, and nothing follows its value")                                  \
	X(extension_unknown, "extension-unknown-critical", WARNING, "RFC 5280 4.2", ALL,                            \
	    "No unknown extension is critical")                                                                     \
	X(aki_missing, "authority-key-id-missing", ERROR, "RFC 5280 4.2.1.1", ISSUED,                               \
	    "What another authority issued has an authority key identifier")                                        \
	X(aki_no_key_id, "authority-key-id-empty", ERROR, "RFC 5280 4.2.1.1", ALL,                                  \
	    "The authority key identifier holds a key identifier")                                                  \
	X(aki_critical, "authority-key-id-critical", ERROR, "RFC 5280 4.2.1.1", ALL,                                \
	    "The authority key identifier is not critical")                                                         \
	X(aki_pair, "authority-key-id-pair", ERROR, "RFC 5280 A.2", ALL,                                            \
	    "The authority key identifier holds both issuer and serial or neither")                                 \
	X(aki_mismatch, "authority-key-id-mismatch", ERROR, "RFC 5280 4.2.1.1", ALL,                                \
	    "The authority key identifier is the issuer's subject key identifier")                                  \
	X(ski_missing_ca, "subject-key-id-missing", ERROR, "RFC 5280 4.2.1.2", CA,                                  \
	    "Every authority has a subject key identifier")                                                         \
	X(ski_missing_leaf, "subject-key-id-missing-leaf", NOTICE, "RFC 5280 4.2.1.2", LEAF,                        \
	    "A leaf has a subject key identifier")                                                                  \
	X(ski_empty, "subject-key-id-empty", ERROR, "RFC 5280 4.2.1.2", ALL,                                        \
	    "The subject key identifier is not empty")                                                              \
	X(ski_critical, "subject-key-id-critical", ERROR, "RFC 5280 4.2.1.2", ALL,                                  \
	    "The subject key identifier is not critical")                                                           \
	X(ian_critical, "issuer-alt-name-critical", WARNING, "RFC 5280 4.2.1.7", ALL,                               \
	    "The issuer's alternative names are not critical")                                                      \
	X(directory_attributes_critical, "directory-attributes-critical", ERROR, "RFC 5280 4.2.1.8", ALL,           \
	    "Subject directory attributes are not critical")                                                        \
	X(name_constraints_leaf, "name-constraints-leaf", ERROR, "RFC 5280 4.2.1.10", LEAF,                         \
	    "Only authorities have name constraints")                                                               \
	X(name_constraints_critical, "name-constraints-critical", ERROR, "RFC 5280 4.2.1.10", ALL,                  \
	    "Name constraints are critical")                                                                        \
	X(name_constraints_malformed, "name-constraints-malformed", ERROR, "RFC 5280 4.2.1.10", ALL,                \
	    "Name constraints hold subtrees of legal bases, without minimum and maximum")                           \
	X(name_constraints_form, "name-constraints-form", WARNING, "RFC 5280 4.2.1.10", ALL,                        \
	    "Name constraints are not over X.400 addresses, EDI parties or registered identifiers")

/* rules_usage.c */
#define CTN_USAGE_RULES(X)                                                                                          \
	X(basic_constraints_critical, "basic-constraints-critical", ERROR, "RFC 5280 4.2.1.9", CA,                  \
	    "Basic constraints are critical in an authority")                                                       \
	X(ca_not_ca, "ca-not-ca", ERROR, "RFC 5280 4.2.1.9", CA,                                                    \
	    "What is to be an authority says so in its basic constraints")                                          \
	X(leaf_is_ca, "leaf-is-ca", ERROR, "RFC 5280 4.2.1.9", LEAF,                                                \
	    "A leaf does not say that it is an authority")                                                          \
	X(path_length_misplaced, "path-length-misplaced", ERROR, "RFC 5280 4.2.1.9", ALL,                           \
	    "A path length stands only where cA and keyCertSign do")                                                \
	X(path_length_issuer, "path-length-issuer", ERROR, "RFC 5280 4.2.1.9", CA,                                  \
	    "The issuer's path length leaves room for this authority, and its own is smaller")                      \
	X(key_usage_missing, "key-usage-missing", ERROR, "RFC 5280 4.2.1.3", CA,                                    \
	    "Every authority has a key usage")                                                                      \
	X(key_usage_critical_ca, "key-usage-critical", ERROR, "CA/Browser Forum BR 7.1.2.10.7", CA,                 \
	    "The key usage of an authority is critical")                                                            \
	X(key_usage_critical_leaf, "key-usage-critical-leaf", WARNING, "RFC 5280 4.2.1.3", LEAF,                    \
	    "The key usage of a leaf is critical")                                                                  \
	X(key_usage_empty, "key-usage-empty", ERROR, "RFC 5280 4.2.1.3", ALL,                                       \
	    "A key usage has at least one bit")                                                                     \
	X(key_usage_unknown_bit, "key-usage-unknown-bit", ERROR, "RFC 5280 4.2.1.3", ALL,                           \
	    "A key usage has no bit beyond decipherOnly")                                                           \
	X(cert_sign_without_ca, "cert-sign-without-ca", ERROR, "RFC 5280 4.2.1.9", ALL,                             \
	    "keyCertSign stands only where cA does")                                                                \
	X(ca_without_cert_sign, "ca-without-cert-sign", ERROR, "RFC 5280 4.2.1.3", CA,                              \
	    "An authority's key usage has keyCertSign")                                                             \
	X(ca_without_crl_sign, "ca-without-crl-sign", WARNING, "CA/Browser Forum BR 7.1.2.10.7", CA,                \
	    "An authority's key usage has cRLSign, or it cannot publish its own revocations")                       \
	X(leaf_crl_sign, "leaf-crl-sign", WARNING, "CA/Browser Forum BR 7.1.2.7.11", LEAF,                          \
	    "A leaf does not sign CRLs")                                                                            \
	X(key_usage_rsa, "key-usage-rsa", ERROR, "RFC 3279 2.3.1", ALL,                                             \
	    "An RSA key does not agree on keys")                                                                    \
	X(key_usage_rsa_ca, "key-usage-rsa-ca", WARNING, "RFC 3279 2.3.1", CA,                                      \
	    "An RSA key that signs certificates does not encipher")                                                 \
	X(key_usage_ec, "key-usage-ec", ERROR, "RFC 8813 3", ALL,                                                   \
	    "An elliptic-curve key does not encipher keys or data")                                                 \
	X(key_usage_signing, "key-usage-signing", ERROR, "RFC 8410 5, RFC 4055 1.2", ALL,                           \
	    "A key that can only sign (Edwards curves, RSASSA-PSS, DSA, ML-DSA) has only the usages of signing")    \
	X(key_usage_only, "key-usage-only", ERROR, "RFC 5280 4.2.1.3", ALL,                                         \
	    "encipherOnly and decipherOnly stand only beside keyAgreement")                                         \
	X(eku_missing, "extended-key-usage-missing", WARNING, "CA/Browser Forum BR 7.1.2.7.6", LEAF,                \
	    "A leaf says what it is for")                                                                           \
	X(eku_root, "extended-key-usage-root", WARNING, "CA/Browser Forum BR 7.1.2.1", ROOT,                        \
	    "A root has no extended key usage")                                                                     \
	X(eku_any, "extended-key-usage-any", WARNING, "RFC 5280 4.2.1.12", LEAF,                                    \
	    "A leaf is not good for any purpose")                                                                   \
	X(eku_any_critical, "extended-key-usage-any-critical", WARNING, "RFC 5280 4.2.1.12", ALL,                   \
	    "An extended key usage that holds anyExtendedKeyUsage is not critical")                                 \
	X(eku_repeated, "extended-key-usage-repeated", NOTICE, "RFC 5280 4.2.1.12", ALL,                            \
	    "No purpose stands twice")                                                                              \
	X(eku_issuer, "extended-key-usage-issuer", ERROR, "CA/Browser Forum BR 7.1.2.10.6", ISSUED,                 \
	    "Every purpose is one that the issuer's certificate allows")                                            \
	X(eku_key_usage, "extended-key-usage-inconsistent", ERROR, "RFC 5280 4.2.1.12", LEAF,                       \
	    "Key usage and each purpose have a use in common")                                                      \
	X(ocsp_nocheck, "ocsp-nocheck-missing", WARNING, "RFC 6960 4.2.2.2.1", LEAF,                                \
	    "An OCSP responder's certificate says that it need not be checked itself")

/* rules_name.c */
#define CTN_NAME_RULES(X)                                                                                           \
	X(subject_malformed, "subject-malformed", ERROR, "RFC 5280 4.1.2.6", ALL,                                   \
	    "The subject is a well-formed name of legal strings")                                                   \
	X(issuer_malformed, "issuer-malformed", ERROR, "RFC 5280 4.1.2.4", ALL,                                     \
	    "The issuer is a well-formed name of legal strings")                                                    \
	X(subject_empty_ca, "subject-empty-ca", ERROR, "RFC 5280 4.1.2.6", CA,                                      \
	    "An authority's subject is not empty")                                                                  \
	X(subject_empty, "subject-empty-without-names", ERROR, "RFC 5280 4.2.1.6", ALL,                             \
	    "Where the subject is empty there are alternative names")                                               \
	X(subject_length, "subject-length", ERROR, "RFC 5280 A.1", ALL,                                             \
	    "No attribute of the subject is longer than its upper bound, and none is empty")                        \
	X(subject_encoding, "subject-encoding", ERROR, "RFC 5280 A.1", ALL,                                         \
	    "C, serialNumber and dnQualifier are PrintableString, DC and emailAddress IA5String")                   \
	X(issuer_encoding, "issuer-encoding", ERROR, "RFC 5280 A.1", ALL,                                           \
	    "The same for the issuer")                                                                              \
	X(subject_old_encoding, "subject-old-encoding", WARNING, "RFC 5280 4.1.2.4", ALL,                           \
	    "Other attributes are PrintableString or UTF8String")                                                   \
	X(subject_country, "subject-country", ERROR, "RFC 5280 A.1", ALL,                                           \
	    "C is two upper-case letters (ISO 3166-1)")                                                             \
	X(subject_control, "subject-control", ERROR, "RFC 5280 A.1", ALL,                                           \
	    "No control character stands in the subject")                                                           \
	X(subject_whitespace, "subject-whitespace", WARNING, "RFC 5280 7.1", ALL,                                   \
	    "No attribute of the subject begins or ends with white space")                                          \
	X(issuer_whitespace, "issuer-whitespace", WARNING, "RFC 5280 7.1", ALL,                                     \
	    "No attribute of the issuer begins or ends with white space")                                           \
	X(subject_meaningless, "subject-meaningless", WARNING, "CA/Browser Forum BR 7.1.4.2.2", ALL,                \
	    "No attribute of the subject is only punctuation that stands for nothing")                              \
	X(subject_repeated, "subject-repeated", WARNING, "CA/Browser Forum BR 7.1.4.1", ALL,                        \
	    "No attribute type but DC, OU and street stands twice in the subject")                                  \
	X(subject_email, "subject-email", ERROR, "RFC 5280 4.1.2.6", ALL,                                           \
	    "An e-mail address in the subject is among the alternative names too")                                  \
	X(common_name, "common-name", NOTICE, "RFC 9525 2", LEAF,                                                   \
	    "A common name that looks like a host is among the alternative names too")

/* rules_san.c */
#define CTN_SAN_RULES(X)                                                                                            \
	X(san_missing, "alt-name-missing", ERROR, "RFC 9525 2", LEAF,                                               \
	    "A server's certificate has alternative names: the common name is not looked at")                       \
	X(san_not_critical, "alt-name-not-critical", ERROR, "RFC 5280 4.2.1.6", ALL,                                \
	    "Alternative names are critical where the subject is empty")                                            \
	X(san_critical, "alt-name-critical", WARNING, "RFC 5280 4.2.1.6", ALL,                                      \
	    "Alternative names are not critical where there is a subject")                                          \
	X(san_repeated, "alt-name-repeated", NOTICE, "RFC 5280 4.2.1.6", ALL,                                       \
	    "No alternative name stands twice")                                                                     \
	X(dns_characters, "dns-characters", ERROR, "RFC 5280 4.2.1.6", ALL,                                         \
	    "DNS names are letters, digits, hyphens, underscores and dots: no NUL, no space, A-labels for the rest") \
	X(dns_empty_label, "dns-empty-label", ERROR, "RFC 1034 3.5", ALL,                                           \
	    "No label of a DNS name is empty, and no dot ends it")                                                  \
	X(dns_label_length, "dns-label-length", ERROR, "RFC 1034 3.1", ALL,                                         \
	    "No label of a DNS name is over 63 octets")                                                             \
	X(dns_length, "dns-length", ERROR, "RFC 1034 3.1", ALL,                                                     \
	    "No DNS name is over 253 octets")                                                                       \
	X(dns_wildcard, "dns-wildcard", ERROR, "RFC 9525 6.3", ALL,                                                 \
	    "A wildcard is the whole left-most label, and not the only one")                                        \
	X(dns_hyphen, "dns-hyphen", ERROR, "RFC 1034 3.5", ALL,                                                     \
	    "No label of a DNS name begins or ends with a hyphen")                                                  \
	X(dns_a_label, "dns-a-label", ERROR, "RFC 5890 2.3.2.1", ALL,                                               \
	    "Every A-label (xn--) is one that IDNA2008 makes")                                                      \
	X(dns_case, "dns-case", WARNING, "RFC 5280 7.2", ALL,                                                       \
	    "DNS names are in lower case")                                                                          \
	X(dns_underscore, "dns-underscore", NOTICE, "RFC 5280 4.2.1.6", ALL,                                        \
	    "No underscore stands in a DNS name")                                                                   \
	X(dns_address, "dns-address", ERROR, "RFC 9525 6.5", ALL,                                                   \
	    "No IP address is written as a DNS name")                                                               \
	X(ip_form, "ip-form", ERROR, "RFC 5280 4.2.1.6", ALL,                                                       \
	    "IP addresses are of 4 or 16 octets")                                                                   \
	X(email_form, "email-form", ERROR, "RFC 5280 4.2.1.6", ALL,                                                 \
	    "E-mail addresses are bare mailboxes in ASCII")                                                         \
	X(uri_form, "uri-form", ERROR, "RFC 5280 4.2.1.6", ALL,                                                     \
	    "URIs are absolute and ASCII, and their host is a domain name or an address")                           \
	X(directory_form, "directory-form", ERROR, "RFC 5280 4.2.1.6", ALL,                                         \
	    "Directory names among the alternative names are well-formed")                                          \
	X(ian_form, "issuer-alt-name-form", ERROR, "RFC 5280 4.2.1.7", ALL,                                         \
	    "Every alternative name of the issuer has the form of its type")                                        \
	X(names_in_constraints, "name-constraints-issuer", ERROR, "RFC 5280 4.2.1.10", ALL,                         \
	    "Every name lies within the issuer's name constraints")

/* rules_access.c */
#define CTN_ACCESS_RULES(X)                                                                                         \
	X(crl_points_critical, "crl-points-critical", WARNING, "RFC 5280 4.2.1.13", ALL,                            \
	    "CRL distribution points are not critical")                                                             \
	X(crl_points_incomplete, "crl-points-incomplete", ERROR, "RFC 5280 4.2.1.13", ALL,                          \
	    "Each CRL distribution point has a name or a CRL issuer")                                               \
	X(crl_points_url, "crl-points-url", WARNING, "RFC 5280 4.2.1.13", ALL,                                      \
	    "CRLs are fetched by absolute http or ldap URLs")                                                       \
	X(freshest_crl_critical, "freshest-crl-critical", ERROR, "RFC 5280 4.2.1.15", ALL,                          \
	    "The pointer to delta CRLs is not critical")                                                            \
	X(info_access_critical, "info-access-critical", ERROR, "RFC 5280 4.2.2.1", ALL,                             \
	    "Authority information access is not critical")                                                         \
	X(subject_info_access_critical, "subject-info-access-critical", ERROR, "RFC 5280 4.2.2.2", ALL,             \
	    "Subject information access is not critical")                                                           \
	X(info_access_url, "info-access-url", WARNING, "RFC 5280 4.2.2.1", ALL,                                     \
	    "Issuer certificates and OCSP responders are reached by absolute http or ldap URLs")                    \
	X(info_access_repeated, "info-access-repeated", NOTICE, "CA/Browser Forum BR 7.1.2.7.7", ALL,               \
	    "No access location stands twice for one method")

/* rules_policy.c */
#define CTN_POLICY_RULES(X)                                                                                         \
	X(policies_repeated, "policies-repeated", ERROR, "RFC 5280 4.2.1.4", ALL,                                   \
	    "No certificate policy stands twice")                                                                   \
	X(policy_qualifiers, "policy-qualifiers", ERROR, "RFC 5280 4.2.1.4", ALL,                                   \
	    "Policy qualifiers can be decoded; those of anyPolicy are CPS pointers or user notices")                \
	X(policy_cps, "policy-cps", ERROR, "RFC 5280 4.2.1.4", ALL,                                                 \
	    "A pointer to a practice statement is an absolute URI")                                                 \
	X(policy_text_length, "policy-text-length", ERROR, "RFC 6818 3", ALL,                                       \
	    "An explicit text of a user notice is at most 200 characters")                                          \
	X(policy_text_encoding, "policy-text-encoding", WARNING, "RFC 6818 3", ALL,                                 \
	    "An explicit text of a user notice is a UTF8String without control characters")                         \
	X(policy_notice_ref, "policy-notice-ref", WARNING, "RFC 5280 4.2.1.4", ALL,                                 \
	    "A user notice has no notice reference")                                                                \
	X(policy_mappings_any, "policy-mappings-any", ERROR, "RFC 5280 4.2.1.5", ALL,                               \
	    "No policy is mapped to or from anyPolicy")                                                             \
	X(policy_mappings_critical, "policy-mappings-critical", WARNING, "RFC 5280 4.2.1.5", ALL,                   \
	    "Policy mappings are critical")                                                                         \
	X(policy_mappings_listed, "policy-mappings-listed", WARNING, "RFC 5280 4.2.1.5", ALL,                       \
	    "Each mapped policy of the issuer's domain is among the certificate policies")                          \
	X(policy_constraints_critical, "policy-constraints-critical", ERROR, "RFC 5280 4.2.1.11", ALL,              \
	    "Policy constraints are critical")                                                                      \
	X(inhibit_any_critical, "inhibit-any-policy-critical", ERROR, "RFC 5280 4.2.1.14", ALL,                     \
	    "inhibitAnyPolicy is critical")                                                                         \
	X(policy_control_leaf, "policy-control-leaf", ERROR, "RFC 5280 4.2.1.5", LEAF,                              \
	    "Only authorities have policy mappings, policy constraints and inhibitAnyPolicy")

/* rules_crl.c */
#define CTN_CRL_RULES(X)                                                                                            \
	X(crl_algorithm_mismatch, "crl-algorithm-mismatch", ERROR, "RFC 5280 5.1.1.2", ALL,                         \
	    "The signature algorithm is written with the same bytes inside and outside the signed part")            \
	X(crl_signature_unknown, "crl-signature-unknown", ERROR, "RFC 5280 5.1.1.2", ALL,                           \
	    "The signature algorithm is a known one, with exactly the parameters that its RFC demands")             \
	X(crl_signature_weak, "crl-signature-weak", ERROR, "RFC 9155 5", ALL,                                       \
	    "No signature over SHA-1 or anything weaker")                                                           \
	X(crl_signature_fits_key, "crl-signature-fits-key", ERROR, "RFC 5280 5.1.1.2", ALL,                         \
	    "The signature algorithm is one of the issuer's key")                                                   \
	X(crl_version, "crl-version", ERROR, "RFC 5280 5.1.2.1", ALL,                                               \
	    "The version is 2")                                                                                     \
	X(crl_issuer_empty, "crl-issuer-empty", ERROR, "RFC 5280 5.1.2.3", ALL,                                     \
	    "The issuer's name is not empty")                                                                       \
	X(crl_issuer_name, "crl-issuer-name", ERROR, "RFC 5280 5.1.2.3", ALL,                                       \
	    "The issuer's name is, byte by byte, the subject of the issuer's certificate")                          \
	X(crl_issuer_usage, "crl-issuer-usage", ERROR, "RFC 5280 4.2.1.3", ALL,                                     \
	    "The issuer's key usage has cRLSign")                                                                   \
	X(crl_time_encoding, "crl-time-encoding", ERROR, "RFC 5280 5.1.2.4", ALL,                                   \
	    "Times to 2049 are UTCTime, those from 2050 GeneralizedTime")                                           \
	X(crl_next_update, "crl-next-update", ERROR, "RFC 5280 5.1.2.5", ALL,                                       \
	    "It says when the next one comes")                                                                      \
	X(crl_update_order, "crl-update-order", ERROR, "RFC 5280 5.1.2.5", ALL,                                     \
	    "The next update comes after this one")                                                                 \
	X(crl_future, "crl-future", ERROR, "RFC 5280 5.1.2.4", ALL,                                                 \
	    "This update does not lie in the future")                                                               \
	X(crl_list_empty, "crl-list-empty", ERROR, "RFC 5280 5.1.2.6", ALL,                                         \
	    "The list of revoked certificates is absent when there is none, never empty")                           \
	X(crl_extension_repeated, "crl-extension-repeated", ERROR, "RFC 5280 5.2", ALL,                             \
	    "No extension stands twice")                                                                            \
	X(crl_extension_malformed, "crl-extension-malformed", ERROR, "RFC 5280 5.2", ALL,                           \
	    "Every known extension can be decoded, and nothing follows its value")                                  \
	X(crl_extension_unknown, "crl-extension-unknown-critical", WARNING, "RFC 5280 5.2", ALL,                    \
	    "No unknown extension is critical")                                                                     \
	X(crl_aki_missing, "crl-authority-key-id-missing", ERROR, "RFC 5280 5.2.1", ALL,                            \
	    "There is an authority key identifier that holds a key identifier")                                     \
	X(crl_aki_critical, "crl-authority-key-id-critical", ERROR, "RFC 5280 4.2.1.1", ALL,                        \
	    "The authority key identifier is not critical")                                                         \
	X(crl_aki_mismatch, "crl-authority-key-id-mismatch", ERROR, "RFC 5280 5.2.1", ALL,                          \
	    "The authority key identifier is the issuer's subject key identifier")                                  \
	X(crl_number_missing, "crl-number-missing", ERROR, "RFC 5280 5.2.3", ALL,                                   \
	    "There is a CRL number")                                                                                \
	X(crl_number_critical, "crl-number-critical", ERROR, "RFC 5280 5.2.3", ALL,                                 \
	    "The CRL number is not critical")                                                                       \
	X(crl_number_form, "crl-number-form", ERROR, "RFC 5280 5.2.3", ALL,                                         \
	    "CRL number and base number are not negative and take at most 20 octets")                               \
	X(crl_delta_critical, "crl-delta-critical", ERROR, "RFC 5280 5.2.4", ALL,                                   \
	    "The delta indicator is critical")                                                                      \
	X(crl_delta_base, "crl-delta-base", ERROR, "RFC 5280 5.2.4", ALL,                                           \
	    "The base of a delta is an earlier CRL")                                                                \
	X(crl_idp_critical, "crl-distribution-point-critical", ERROR, "RFC 5280 5.2.5", ALL,                        \
	    "The issuing distribution point is critical")                                                           \
	X(crl_idp_form, "crl-distribution-point-form", ERROR, "RFC 5280 5.2.5", ALL,                                \
	    "The issuing distribution point is not empty and limits its scope at most once")                        \
	X(crl_freshest, "crl-freshest-crl", ERROR, "RFC 5280 5.2.6", ALL,                                           \
	    "The pointer to delta CRLs is not critical, and not in a delta")                                        \
	X(crl_entry_malformed, "crl-entry-malformed", ERROR, "RFC 5280 5.1.2.6", ALL,                               \
	    "Every entry can be decoded")                                                                           \
	X(crl_serial_repeated, "crl-serial-repeated", ERROR, "RFC 5280 5.1.2.6", ALL,                               \
	    "No serial number stands twice")

/* rules_entry.c: over each entry of a CRL; the table's last, which its runner counts on */
#define CTN_ENTRY_RULES(X)                                                                                          \
	X(entry_extension_repeated, "crl-entry-extension-repeated", ERROR, "RFC 5280 5.3", ALL,                     \
	    "No extension stands twice in an entry")                                                                \
	X(entry_unknown, "crl-entry-unknown-critical", WARNING, "RFC 5280 5.3", ALL,                                \
	    "No unknown extension of an entry is critical")                                                         \
	X(entry_unspecified, "crl-reason-unspecified", ERROR, "RFC 5280 5.3.1", ALL,                                \
	    "The reason unspecified is left out")                                                                   \
	X(entry_reason, "crl-reason-unknown", ERROR, "RFC 5280 5.3.1", ALL,                                         \
	    "Every reason is one of RFC 5280")                                                                      \
	X(entry_remove, "crl-reason-remove", ERROR, "RFC 5280 5.3.1", ALL,                                          \
	    "removeFromCRL stands only in delta CRLs")                                                              \
	X(entry_critical, "crl-entry-critical", ERROR, "RFC 5280 5.3.1", ALL,                                       \
	    "Reason and invalidity date are not critical, the certificate issuer is")                               \
	X(entry_future, "crl-entry-future", ERROR, "RFC 5280 5.1.2.4", ALL,                                         \
	    "Nothing was revoked after this update")                                                                \
	X(entry_issuer, "crl-entry-issuer", ERROR, "RFC 5280 5.3.3", ALL,                                           \
	    "Only entries of an indirect CRL name a certificate issuer")

#define CTN_CERT_RULES(X) \
	CTN_FIELD_RULES(X) CTN_KEY_RULES(X) CTN_EXT_RULES(X) CTN_USAGE_RULES(X) CTN_NAME_RULES(X) CTN_SAN_RULES(X) \
	CTN_ACCESS_RULES(X) CTN_POLICY_RULES(X)

#define CTN_RULE_DECLARE(fn, id, level, cite, roles, says) \
	bool ctn_rule_##fn(const ctn_lint_subject *s, char *text, size_t text_n);
#define CTN_ENTRY_RULE_DECLARE(fn, id, level, cite, roles, says) \
	bool ctn_rule_##fn(const ctn_lint_subject *s, const ctn_crl_entry *entry, char *text, size_t text_n);
CTN_CERT_RULES(CTN_RULE_DECLARE)
CTN_CRL_RULES(CTN_RULE_DECLARE)
CTN_ENTRY_RULES(CTN_ENTRY_RULE_DECLARE)

#endif
