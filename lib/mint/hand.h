/* Inside of mint: keys that are open, and one signature made, checked and wrapped. No other module includes this. */
#ifndef CTN_MINT_HAND_H
#define CTN_MINT_HAND_H

#include "key/private.h"
#include "key/public.h"
#include "mint/mint.h"
#include "store/authority.h"

/** One opened key. pub and spki are of the record, not of the file: what is signed is checked against what is certified. */
struct hand {
	struct hand *next;
	ctn_issuer_key_row row;
	ctn_spki spki;
	ctn_privkey *key;
	ctn_pubkey *pub;
};

struct ctn_mint {
	ctn_store *store;
	const char *home;
	ctn_passphrase passphrase;
	void *ctx;
	ctn_arena *arena;
	struct hand *hands;
};

/** The hand of that key, opened when it is not yet. */
CTN_MUST bool hand_of(struct hand **out, ctn_mint *m, int64_t issuer_key_id, struct ctn_err *e);
/** Sign tbs, check the signature with the recorded public key, append SEQUENCE { tbs, algorithm, signature }. */
CTN_MUST bool hand_sign(ctn_buf *out, const struct hand *h, ctn_span tbs, struct ctn_err *e);
/** What this key signs with. */
enum ctn_sig_alg hand_alg(const struct hand *h);
void hands_close(ctn_mint *m);

#endif
