#include "verify/rule.h"

#include <stddef.h>
#include <string.h>

#define ROLES_A ((unsigned)CTN_AS_ANCHOR)
#define ROLES_L ((unsigned)CTN_AS_LEAF)
#define ROLES_CL ((unsigned)CTN_AS_CA | (unsigned)CTN_AS_LEAF)
#define ROLES_ACL (ROLES_A | ROLES_CL)
#define ROLES_CRL 0u

#define PATH_ROW(id, name, cite, fix) [CTN_V_##id] = { name, cite, 0, { CTN_V_FATAL, CTN_V_FATAL, CTN_V_FATAL }, NULL, fix },
#define CERT_ROW(id, name, cite, roles, pkix, rfc5280, webpki, says) \
	[CTN_V_##id] = { name, cite, ROLES_##roles, { CTN_V_##pkix, CTN_V_##rfc5280, CTN_V_##webpki }, says, \
		CTN_V_##pkix == CTN_V_FATAL ? "have it issued again" : "have it issued again, or verify with a less strict profile" },

static const ctn_vrule rules[CTN_VCHECKS] = {
	CTN_PATH_CHECKS(PATH_ROW)
	CTN_CERT_CHECKS(CERT_ROW)
	CTN_CRL_CHECKS(CERT_ROW)
};

static const char *const profiles[CTN_VERIFY_PROFILES] = { "pkix", "rfc5280", "webpki" };

const ctn_vrule *
ctn_vrule_of(enum ctn_vcheck check)
{
	return &rules[check];
}

const char *
ctn_verify_profile_name(enum ctn_verify_profile profile)
{
	return profiles[profile];
}

bool
ctn_verify_profile_parse(enum ctn_verify_profile *profile, const char *name)
{
	for (unsigned i = 0; i < CTN_VERIFY_PROFILES; i++)
		if (strcmp(profiles[i], name) == 0) {
			*profile = (enum ctn_verify_profile)i;
			return true;
		}
	return false;
}
