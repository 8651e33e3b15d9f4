/* What the rules share: saying what is wrong, and looking into a certificate without minding what another rule minds. */
#ifndef CTN_LINT_SAY_H
#define CTN_LINT_SAY_H

#include "lint/lint.h"

/** snprintf into a finding's text, cut where it ends; returns false, so that a check can return it. */
CTN_MUST bool ctn_say(char *text, size_t text_n, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/** Foreign bytes for a terminal, into out[n] (n at least 8): what is not printable ASCII becomes \xNN; cut with "...". */
void ctn_say_bytes(char *out, size_t n, ctn_span bytes);

/** The extension, present in exts and of that OID, is critical (or is not) as it must be; true when it is absent. */
CTN_MUST bool ctn_say_critical(const ctn_exts *exts, ctn_span oid, bool must_be, char *text, size_t text_n);
/** Compare two AlgorithmIdentifiers of one signed object; an empty outer one is not there yet. */
CTN_MUST bool ctn_say_algorithms(ctn_span inner, ctn_span outer, char *text, size_t text_n);
CTN_MUST bool ctn_say_signature_known(ctn_span algorithm, char *text, size_t text_n);
CTN_MUST bool ctn_say_signature_strong(ctn_span algorithm, char *text, size_t text_n);
/** Can the issuer's key (of an issuer that may be NULL) have made such a signature? What is not known is not judged. */
CTN_MUST bool ctn_say_signature_fits(ctn_span algorithm, const ctn_cert *issuer, char *text, size_t text_n);
/** The issuer's subject key identifier against a key identifier; an absent one on either side is not judged. */
CTN_MUST bool ctn_say_key_ids(ctn_span key_id, ctn_span issuer_key_id, char *text, size_t text_n);

/** Each decodes for a rule that has nothing to say when the extension is absent or malformed: false then. */
/** Trailing zero bits, which X.690 11.2.2 forbids and extension-malformed names, do not hide the others. */
CTN_MUST bool ctn_peek_key_usage(uint32_t *mask, const ctn_cert *c);
CTN_MUST bool ctn_peek_basic_constraints(ctn_basic_constraints *out, const ctn_cert *c);
CTN_MUST bool ctn_peek_eku(ctn_span *value, const ctn_cert *c);
CTN_MUST bool ctn_peek_names(ctn_der *names, const ctn_cert *c, ctn_span oid);
/** Does the EKU list hold oid? An absent list holds nothing. */
bool ctn_peek_eku_has(const ctn_cert *c, ctn_span oid);

#endif
