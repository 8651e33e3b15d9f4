/* Checkpoints: C2SP tlog-checkpoint bodies in C2SP signed-note envelopes (Ed25519). */
#ifndef CTN_LOG_CHECKPOINT_H
#define CTN_LOG_CHECKPOINT_H

#include "base/bytes.h"
#include "base/err.h"
#include "key/public.h"
#include "log/merkle.h"

#define CTN_NOTE_MAX (1u << 20) /* octets; a longer note is refused before anything is read */

typedef struct ctn_checkpoint {
	const char *origin; /* "catena/<home's log id>": no newline, no space, no plus */
	uint64_t size;
	ctn_node root;
} ctn_checkpoint;

/** Append the body that is signed: origin, size, base64 root, each line ended. */
CTN_PUBLIC void ctn_checkpoint_body(ctn_buf *out, const ctn_checkpoint *c);
/**
 * Signed-note key id: first 4 octets of SHA-256(name || 0x0A || 0x01 || 32-octet Ed25519 key).
 * Fails CTN_EINPUT: a name that is empty or has a space, a control character or a plus, a key of another length; CTN_ECRYPTO.
 */
CTN_PUBLIC CTN_MUST bool ctn_note_key_id(uint8_t out[4], const char *name, ctn_span ed25519_key, struct ctn_err *e);
/** Append the note: body, empty line, "— name base64(key id || signature)". */
CTN_PUBLIC void ctn_note_write(ctn_buf *out, ctn_span body, const char *name, const uint8_t key_id[4], ctn_span signature);
/** Append "name+hex id+base64(0x01 || key)": the verifier key as C2SP writes it. Fails as ctn_note_key_id, CTN_ENOMEM. */
CTN_PUBLIC CTN_MUST bool ctn_note_verifier_key(ctn_buf *out, const char *name, ctn_span ed25519_key, struct ctn_err *e);
/**
 * Read a note and check its signature with that Ed25519 key (32 octets) under that name; other signatures are passed over, and so
 * are further lines of the body. Strings go to the arena. out is filled whatever *good says.
 * Fails CTN_EINPUT: malformed; *good false: no signature by that key, a wrong one, or an origin that is not that name.
 */
CTN_PUBLIC CTN_MUST bool ctn_checkpoint_open(ctn_checkpoint *out, bool *good, ctn_span note, const char *name, ctn_span ed25519_key, ctn_arena *a,
    struct ctn_err *e);

#endif
