/* Leaves of the home as items: a record, and what its stage is. */
#ifndef CTN_MONITOR_LEAF_H
#define CTN_MONITOR_LEAF_H

#include "ca/ca.h"
#include "monitor/item.h"

/** Fill an item from the record; in the ca's arena. Its acknowledgement too, when it is not well. */
CTN_MUST bool ctn_leaf_item(ctn_report_item *out, const ctn_expiry_row *leaf, ctn_ca *ca, int64_t now_s, struct ctn_err *e);
/** The same of one that is well again: its reason says why ("renewed: ...", "revoked"). */
CTN_MUST bool ctn_leaf_recovered(ctn_report_item *out, int64_t certificate_id, ctn_ca *ca, int64_t now_s, struct ctn_err *e);

#endif
