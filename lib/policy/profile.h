/* Policies as plain structs: what ca.yaml and each profile say, with the line where each value is written. No I/O. */
#ifndef CTN_POLICY_PROFILE_H
#define CTN_POLICY_PROFILE_H

#include "base/bytes.h"
#include "base/err.h"
#include "key/alg.h"
#include "name/dn.h"
#include "name/general.h"
#include "name/ip.h"
#include "x509/build.h"

/** Where a value is written. file is as the caller named it ("policies/server.yaml"); line 0: a default, written nowhere. */
typedef struct ctn_where {
	const char *file;
	unsigned line, column;
} ctn_where;

/** One thing wrong in a file. All of a file are reported in one run. */
typedef struct ctn_policy_error {
	ctn_where where;
	const char *text;
	const char *hint; /* NULL when nothing would help */
} ctn_policy_error;

/** Errors of one or many files; arrays live in the arena given at load. */
typedef struct ctn_policy_errors {
	ctn_policy_error *at;
	size_t n;
} ctn_policy_errors;

enum ctn_key_protection { CTN_PROTECT_PASSPHRASE, CTN_PROTECT_NONE };

/** One authority of ca.yaml. */
typedef struct ctn_authority_policy {
	const char *name;
	ctn_where where;
	const char *issuer; /* NULL: self-signed root; "external"; or another authority's name */
	ctn_dn_attr *subject;
	size_t subject_n;
	ctn_key_kind key;
	enum ctn_key_protection protection;
	int64_t lifetime_s;
	bool has_path_length;
	unsigned path_length;
	ctn_general_name *permitted, *excluded; /* as ctn_constraints_write wants them */
	size_t permitted_n, excluded_n;
	ctn_span *eku;
	size_t eku_n;
	struct {
		int64_t lifetime_s, refresh_s;
		unsigned shards;
		const char **urls; /* with {key} and {shard} */
		size_t urls_n;
	} crl;
	const char **ca_issuers; /* with {key} */
	size_t ca_issuers_n;
} ctn_authority_policy;

/** How one attribute of the subject comes about. */
typedef struct ctn_subject_rule {
	ctn_span oid;
	const char *word;  /* "CN" */
	enum { CTN_SUBJECT_VALUE, CTN_SUBJECT_FIRST_DNS, CTN_SUBJECT_FIRST_NAME, CTN_SUBJECT_FIRST_EMAIL, CTN_SUBJECT_CSR } from;
	const char *value; /* for CTN_SUBJECT_VALUE */
	bool required;
	ctn_where where;
} ctn_subject_rule;

/** Which names of one type may stand in a certificate. */
typedef struct ctn_name_rule {
	bool present;
	enum ctn_name_type type; /* DNS, IP, EMAIL, URI */
	const char **allow, **deny; /* canonical patterns (DNS, e-mail, URI) */
	ctn_where *allow_where, *deny_where;
	ctn_cidr *allow_ip, *deny_ip;
	size_t allow_n, deny_n;
	bool wildcard;
	unsigned min, max;
	ctn_where where;
} ctn_name_rule;

/** One profile with all defaults filled in. */
typedef struct ctn_profile {
	const char *name;   /* of the file without .yaml */
	const char *file;
	ctn_span text;      /* the YAML as it was read: its SHA-256 is the policy's digest */
	uint8_t digest[32];
	const char *description;
	const char *issuer;
	struct {
		int64_t default_s, max_s;
		bool shorten; /* past_issuer: shorten; else refuse */
	} lifetime;
	int64_t backdate_s;
	struct {
		ctn_key_kind generate;
		ctn_key_range *allow;
		size_t allow_n;
		bool reuse_allowed; /* reuse: allow; else refuse */
	} key;
	ctn_subject_rule *subject;
	size_t subject_n;
	ctn_name_rule names[4]; /* dns, ip, email, uri */
	unsigned total_min, total_max;
	uint32_t key_usage;
	ctn_span *eku;
	size_t eku_n;
	ctn_raw_ext *extensions;
	size_t extensions_n;
	bool ocsp_nocheck;
	bool csr_copy_san;
	struct {
		unsigned window_percent; /* of the lifetime; used when window_s is 0 */
		int64_t window_s;
		int64_t after_expiry_s;
	} renew;
	int lint_fail_on;         /* enum ctn_lint_level; above error (3): never */
	const char **lint_ignore; /* NULL-ended */
	/* Where each value stands, by its dotted key ("names.dns.allow"), for explanations: see ctn_profile_where. */
	struct ctn_key_place *places;
	size_t places_n;
} ctn_profile;

struct ctn_key_place {
	const char *key;
	ctn_where where;
};

/** Where a dotted key of the profile is written; line 0 for a default. */
ctn_where ctn_profile_where(const ctn_profile *p, const char *key);

/** All policies of a home. */
typedef struct ctn_policies {
	ctn_authority_policy *authorities;
	size_t authorities_n;
	ctn_profile *profiles;
	size_t profiles_n;
	uint8_t ca_digest[32]; /* of ca.yaml's text */
	ctn_span ca_text;
	const char *ca_file;   /* as messages call it */
	ctn_policy_errors warnings; /* profiles whose authority is not there (yet): valid, but nothing can be issued */
} ctn_policies;

/** One policy file as it was read. name is the file's name without folder ("server.yaml"); shown is what messages call it. */
typedef struct ctn_policy_file {
	const char *name, *shown;
	ctn_span text;
} ctn_policy_file;

/**
 * Read all files: ca.yaml, profiles, and monitor.yaml for its errors; audit.yaml is passed over. Everything is in the arena. With errors.n > 0 the
 * call still returns true and fills what could be read, so that all errors come out in one run; cross-file errors among them: an issuer that
 * ca.yaml does not have but almost has (a slip), purposes that the issuer may not issue for, a lifetime over the issuer's. An issuer that
 * ca.yaml does not have at all is a warning: starting policies name authorities that init does not make. Files that do not end in .yaml
 * are passed over (.yml is an error). Fails CTN_ENOMEM.
 */
CTN_MUST bool ctn_policies_parse(ctn_policies *out, ctn_policy_errors *errors, const ctn_policy_file *files, size_t n, ctn_arena *a,
    struct ctn_err *e);
/**
 * Only the profile `name` and ca.yaml: what issuing needs. Here an issuer that ca.yaml does not have is an error, with how to make it.
 * Fails CTN_ENOTFOUND (with the profiles there are, "did you mean") and CTN_EINPUT with the first error ("policy web: unknown key 'subjct'
 * (policies/web.yaml:12:1)"); errors has all of them.
 */
CTN_MUST bool ctn_policies_parse_for(ctn_policies *out, const ctn_profile **profile, ctn_policy_errors *errors, const ctn_policy_file *files,
    size_t n, const char *name, ctn_arena *a, struct ctn_err *e);

const ctn_authority_policy *ctn_policies_authority(const ctn_policies *p, const char *name);
const ctn_profile *ctn_policies_profile(const ctn_policies *p, const char *name);
/** Append the profile as YAML with every default spelt out and, as comments, the line each value comes from. */
CTN_MUST bool ctn_profile_show(ctn_buf *out, const ctn_profile *p, struct ctn_err *e);

#endif
