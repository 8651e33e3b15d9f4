#include "mint/hand.h"

#include "base/time.h"
#include "mint/keyring.h"
#include "store/home.h"
#include "x509/build.h"

bool
ctn_mint_allowed(ctn_mint *m, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	const char *why, *actor;
	int64_t since_s;
	char since[32];

	if (a == NULL)
		return ctn_fail_memory(e);
	if (!ctn_store_halted(&why, &since_s, &actor, m->store, a, e))
		return false;
	if (why == NULL)
		return true;
	ctn_time_text(since, since_s);
	ctn_fail(e, CTN_EKEY, "signing is halted since %s by %s: %s", since, actor, why);
	return ctn_hint(e, "catena resume, when the reason is gone");
}

static bool
open_key(struct hand *h, ctn_mint *m, const char *title, struct ctn_err *e)
{
	CTN_OWN_SECRET passphrase = { 0 };
	bool encrypted;

	if (!ctn_keyring_is_encrypted(&encrypted, m->home, h->row.file, e))
		return false;
	if (encrypted && !m->passphrase(m->ctx, title, &passphrase, e))
		return false;
	return ctn_keyring_open(&h->key, m->home, h->row.file, encrypted ? &passphrase : NULL, e);
}

static bool
fill(struct hand *h, ctn_mint *m, int64_t issuer_key_id, struct ctn_err *e)
{
	bool same;

	if (!ctn_store_issuer_key(&h->row, m->store, issuer_key_id, m->arena, e))
		return false;
	if (!ctn_spki_parse(&h->spki, h->row.spki, e) || !ctn_pubkey_import(&h->pub, &h->spki, (ctn_span){ NULL, 0 }, e))
		return ctn_wrap(e, "recorded key of authority %s", h->row.authority);
	if (h->row.file == NULL) {
		ctn_fail(e, CTN_EKEY, "the key of authority %s is not in this home", h->row.authority);
		if (!h->row.foreign)
			return ctn_hint(e, "catena ca attach %s FILE brings a detached key back", h->row.authority);
		return ctn_hint(e, "sign where the key is: catena ca csr here, catena ca sign there");
	}
	if (!open_key(h, m, h->row.authority, e) || !ctn_privkey_matches(&same, h->key, &h->spki, e))
		return ctn_wrap(e, "key of authority %s", h->row.authority);
	if (!same) {
		ctn_fail(e, CTN_EKEY, "%s is not the key of authority %s", h->row.file, h->row.authority);
		return ctn_hint(e, "put the right file back: its key identifier begins with what stands in its name");
	}
	return true;
}

static void
hand_free(struct hand *h)
{
	ctn_privkey_free(h->key);
	ctn_pubkey_free(h->pub);
	h->key = NULL;
	h->pub = NULL;
}

bool
hand_of(struct hand **out, ctn_mint *m, int64_t issuer_key_id, struct ctn_err *e)
{
	struct hand *h;

	for (h = m->hands; h != NULL; h = h->next)
		if (h->row.id == issuer_key_id) {
			*out = h;
			return true;
		}
	h = ctn_arena_new(m->arena, struct hand, 1);
	if (h == NULL)
		return ctn_fail_memory(e);
	if (!fill(h, m, issuer_key_id, e)) {
		hand_free(h);
		return false;
	}
	h->next = m->hands;
	m->hands = h;
	*out = h;
	return true;
}

enum ctn_sig_alg
hand_alg(const struct hand *h)
{
	return ctn_sig_alg_for(h->spki.kind.alg);
}

bool
hand_sign(ctn_buf *out, const struct hand *h, ctn_span tbs, struct ctn_err *e)
{
	CTN_OWN_BUF signature = { 0 };
	bool good;

	if (!ctn_privkey_sign(&signature, h->key, tbs, e))
		return ctn_wrap(e, "signing");
	if (!ctn_signature_check(&good, h->pub, hand_alg(h), tbs, ctn_buf_view(&signature), e))
		return ctn_wrap(e, "checking the signature just made");
	if (!good)
		return ctn_fail(e, CTN_ECRYPTO, "the signature just made does not verify");
	ctn_signed_build(out, tbs, hand_alg(h), ctn_buf_view(&signature), (ctn_span){ NULL, 0 });
	return ctn_buf_ok(out, e);
}

void
hands_close(ctn_mint *m)
{
	for (struct hand *h = m->hands; h != NULL; h = h->next)
		hand_free(h);
	m->hands = NULL;
}
