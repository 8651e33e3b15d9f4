/* What kind of object some bytes are, told by their structure; where that says nothing, by what a PEM label promised. */
#ifndef CTN_CMD_INSPECT_KIND_H
#define CTN_CMD_INSPECT_KIND_H

#include "base/bytes.h"

enum inspect_kind {
	INSPECT_UNKNOWN = 0, /* well-formed DER, or a labelled block, of no kind that is shown here */
	INSPECT_CERT,
	INSPECT_CSR,
	INSPECT_CRL,
	INSPECT_OCSP,
	INSPECT_OCSP_BASIC,
	INSPECT_SPKI,
	INSPECT_RSA_PUBLIC,
	INSPECT_PRIVATE,
	INSPECT_PKCS12,
	INSPECT_KINDS
};

/** The word of "object" in JSON, and what people call it. */
const char *inspect_kind_word(enum inspect_kind kind);
const char *inspect_kind_title(enum inspect_kind kind);
/** label: of a PEM block, or empty. */
enum inspect_kind inspect_kind_of(ctn_span der, ctn_span label);

#endif
