/* Find certificates: by id, serial, fingerprint, name, key. */
#ifndef CTN_STORE_FIND_H
#define CTN_STORE_FIND_H

#include "base/bytes.h"
#include "base/err.h"
#include "store/certificate.h"
#include "store/store.h"

CTN_MUST bool ctn_store_cert(ctn_cert_row *row, ctn_store *s, int64_t id, ctn_arena *a, struct ctn_err *e);
/** The DER of an issued certificate; an empty span when it was pruned or is only intended. */
CTN_MUST bool ctn_store_cert_der(ctn_span *der, ctn_store *s, int64_t id, ctn_arena *a, struct ctn_err *e);
CTN_MUST bool ctn_store_request(ctn_request_row *row, ctn_store *s, int64_t id, ctn_arena *a, struct ctn_err *e);
/** Selectors: each gives at most limit rows, newest first. */
CTN_MUST bool ctn_store_certs_by_serial(ctn_cert_row **rows, size_t *n, ctn_store *s, ctn_span serial, size_t limit, ctn_arena *a,
    struct ctn_err *e);
CTN_MUST bool ctn_store_certs_by_sha256(ctn_cert_row **rows, size_t *n, ctn_store *s, const uint8_t sha256[32], ctn_arena *a,
    struct ctn_err *e);
/** By a SAN value (canonical) or the whole subject text or its CN. */
CTN_MUST bool ctn_store_certs_by_name(ctn_cert_row **rows, size_t *n, ctn_store *s, const char *name, size_t limit, ctn_arena *a,
    struct ctn_err *e);
CTN_MUST bool ctn_store_certs_of_lineage(ctn_cert_row **rows, size_t *n, ctn_store *s, int64_t lineage, ctn_arena *a, struct ctn_err *e);
/** Does an issued or intended certificate of another lineage have this key? lineage 0: of any. *serial (arena) names one. */
CTN_MUST bool ctn_store_key_used(bool *used, ctn_span *serial, ctn_store *s, const uint8_t spki_sha256[32], int64_t lineage, ctn_arena *a,
    struct ctn_err *e);

#endif
