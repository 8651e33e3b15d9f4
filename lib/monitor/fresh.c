#include "monitor/fresh.h"

#include "ca/chain.h"
#include "der/pem.h"
#include "hash/hash.h"
#include "key/private.h"
#include "store/find.h"

struct work {
	const ctn_deploy *d;
	const ctn_privkey *key;
	ctn_ca *ca;
	ctn_arena *a;
};

bool
ctn_fresh_key_fits(const ctn_privkey *key, const ctn_cert_row *row)
{
	struct ctn_err ignored = { 0 };
	CTN_OWN_BUF spki = { 0 };
	uint8_t digest[32];
	ctn_spki view;

	return ctn_privkey_spki(&spki, key, &ignored) && ctn_spki_parse(&view, ctn_buf_view(&spki), &ignored) &&
	       ctn_spki_digest(digest, &view, &ignored) && memcmp(digest, row->spki_sha256, sizeof digest) == 0;
}

static bool
fill(ctn_form_filling *with, ctn_buf *key, const struct work *w, struct ctn_err *e)
{
	ctn_chain *chain = ctn_arena_new(w->a, ctn_chain, 1);
	ctn_span *above = ctn_arena_new(w->a, ctn_span, CTN_CHAIN_MAX);

	if (chain == NULL || above == NULL)
		return ctn_fail_memory(e);
	if (!ctn_store_cert_der(&with->leaf, w->ca->store, w->d->target.id, w->a, e) ||
	    !ctn_chain_of_key(chain, w->ca, w->d->target.issuer_key_id, e))
		return false;
	if (with->leaf.n == 0)
		return ctn_fail(e, CTN_ESTORE, "the new certificate's bytes are not in the store");
	with->chain_n = chain->complete ? chain->n - 1 : chain->n;
	for (size_t i = 0; i < with->chain_n; i++)
		above[i] = chain->certs[i].der;
	with->chain = above;
	if (chain->complete)
		with->root = chain->certs[chain->n - 1].der;
	if (w->key == NULL)
		return true;
	if (!ctn_fresh_key_fits(w->key, &w->d->target))
		return ctn_fail(e, CTN_EKEY, "the new key is not that of the new certificate");
	return ctn_privkey_encode(key, w->key, NULL, e) && (with->key = ctn_buf_view(key), true);
}

/* A file with the key and no certificate: in PEM with whatever else stands in it, or in DER. */
static bool
let_key_file_wait(const struct work *w, const ctn_spot *spot, const ctn_form_filling *with, struct ctn_err *e)
{
	CTN_OWN_BUF old = { .secret = true }, new = { .secret = true };
	ctn_pem_walk walk = { 0 };
	ctn_pem_block block;
	ctn_form form;
	bool found;

	if (!ctn_spot_read(&old, spot, CTN_SPOT_NOW, e))
		return false;
	if (!ctn_pem_looks(ctn_buf_view(&old)))
		return ctn_pem_next(&block, &new, with->key, &walk, &found, e) && ctn_spot_wait(spot, ctn_buf_view(&new), e);
	if (!ctn_form_read(&form, ctn_buf_view(&old), w->a, e))
		return ctn_wrap(e, "%s", spot->path);
	if (form.leaf != NULL)
		return ctn_fail(e, CTN_EINPUT, "%s: holds a certificate too, but is not watched", spot->path) ||
		       ctn_hint(e, "watch it in policies/monitor.yaml, and its certificate is renewed with the others");
	return ctn_form_write(&new, &form, with, e) && ctn_spot_wait(spot, ctn_buf_view(&new), e);
}

bool
ctn_fresh_wait(const ctn_deploy *d, const ctn_privkey *key, const ctn_deploy_world *world, struct ctn_err *e)
{
	struct work w = { d, key, world->env->ca, world->env->ca->arena };
	CTN_OWN_BUF pem = { .secret = true };
	ctn_form_filling with = { 0 };

	if (!fill(&with, &pem, &w, e))
		return false;
	for (size_t i = 0; i < d->files_n; i++) {
		CTN_OWN_BUF file = { .secret = true };

		if (!ctn_form_write(&file, &d->files[i].form, &with, e))
			return ctn_wrap(e, "%s", d->files[i].path);
		if (!ctn_spot_wait(&d->files[i].spot, ctn_buf_view(&file), e))
			return false;
	}
	for (size_t i = 0; i < d->exchange.n - d->files_n; i++)
		if (!let_key_file_wait(&w, &d->exchange.at[i], &with, e))
			return false;
	return true;
}
