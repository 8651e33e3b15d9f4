#include "name/attr.h"

#include <strings.h>

#include "der/der.h"
#include "der/oid.h"

#define UTF8 CTN_TAG_UTF8_STRING
#define PRINTABLE CTN_TAG_PRINTABLE_STRING
#define IA5 CTN_TAG_IA5_STRING

static const ctn_attr_type types[] = {
	{ &ctn_oid_at_common_name, "CN", "commonName", UTF8, 64 },
	{ &ctn_oid_at_organization, "O", "organizationName", UTF8, 64 },
	{ &ctn_oid_at_organizational_unit, "OU", "organizationalUnitName", UTF8, 64 },
	{ &ctn_oid_at_country, "C", "countryName", PRINTABLE, 2 },
	{ &ctn_oid_at_locality, "L", "localityName", UTF8, 128 },
	{ &ctn_oid_at_state, "ST", "stateOrProvinceName", UTF8, 128 },
	{ &ctn_oid_at_street, "street", "streetAddress", UTF8, 128 },
	{ &ctn_oid_at_postal_code, "postalCode", NULL, UTF8, 40 },
	{ &ctn_oid_at_domain_component, "DC", "domainComponent", IA5, 63 },
	{ &ctn_oid_at_uid, "UID", "userId", UTF8, 256 },
	{ &ctn_oid_at_serial_number, "serialNumber", NULL, PRINTABLE, 64 },
	{ &ctn_oid_at_dn_qualifier, "dnQualifier", NULL, PRINTABLE, 64 },
	{ &ctn_oid_at_email, "emailAddress", "E", IA5, 255 },
	{ &ctn_oid_at_title, "title", NULL, UTF8, 64 },
	{ &ctn_oid_at_surname, "SN", "surname", UTF8, 32768 },
	{ &ctn_oid_at_given_name, "GN", "givenName", UTF8, 32768 },
	{ &ctn_oid_at_initials, "initials", NULL, UTF8, 32768 },
	{ &ctn_oid_at_generation_qualifier, "generationQualifier", NULL, UTF8, 32768 },
	{ &ctn_oid_at_pseudonym, "pseudonym", NULL, UTF8, 128 },
};
#define TYPES (sizeof types / sizeof types[0])

const ctn_attr_type *
ctn_attr_by_oid(ctn_span oid)
{
	for (size_t i = 0; i < TYPES; i++)
		if (ctn_span_equal(*types[i].oid, oid))
			return &types[i];
	return NULL;
}

static bool
is_called(ctn_span name, const char *text)
{
	return text != NULL && strlen(text) == name.n && strncasecmp(text, (const char *)name.p, name.n) == 0;
}

const ctn_attr_type *
ctn_attr_by_name(ctn_span name)
{
	for (size_t i = 0; i < TYPES; i++)
		if (is_called(name, types[i].name) || is_called(name, types[i].alias))
			return &types[i];
	return NULL;
}

const char *
ctn_attr_nearest(const char *name)
{
	const char *words[TYPES];

	for (size_t i = 0; i < TYPES; i++)
		words[i] = types[i].name;
	return ctn_word_nearest(name, words, TYPES);
}
