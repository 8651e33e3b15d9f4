/* Records as commands show them, and how a command picks one. */
#ifndef CTN_CMD_RECORD_H
#define CTN_CMD_RECORD_H

#include "ca/select.h"
#include "cmd/pki.h"

/** As ctn_ca_select; candidates of a failure go to the document as error.reasons, with serial, sha256 and status each. */
CTN_MUST bool record_pick(ctn_cert_row **rows, size_t *n, pki *p, const char *selector, enum ctn_select_how how, struct ctn_err *e);
/** Exactly one, by CTN_SELECT_NEWEST. */
CTN_MUST bool record_pick_one(ctn_cert_row *row, pki *p, const char *selector, struct ctn_err *e);

/** Members of the open object: serial, sha256, subject, names, profile, authority, status, not_before, not_after, owner. */
void record_members(ctn_json_out *j, const ctn_cert_row *row, int64_t now_s);
/** Append the SAN names with joint between them; nothing when there are none. */
void record_names(ctn_buf *out, const ctn_cert_row *row, const char *joint);
/** "web.internal.example", or the subject when there is no name; borrowed from row. */
const char *record_title(const ctn_cert_row *row);

#endif
