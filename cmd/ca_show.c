#include "base/time.h"
#include "ca/chain.h"
#include "cmd/authority.h"
#include "cmd/commands.h"
#include "cmd/issued.h"
#include "cmd/pki.h"
#include "store/crl.h"

struct ca_show_args {
	const char *name;
};

static bool
show_key(struct cmd *c, const ctn_issuer_key_row *key, struct ctn_err *e)
{
	const char *id = ctn_arena_hex(c->arena, key->key_id);

	if (id == NULL)
		return ctn_fail_memory(e);
	show_field(c->out, "name", "Authority", key->authority);
	show_field(c->out, "state", "State", authority_state(key));
	show_field(c->out, "key_id", "Key id", id);
	show_field(c->out, "algorithm", "Algorithm", key->algorithm);
	show_field(c->out, "protection", "Protection", key->protection);
	show_field(c->out, "key_file", "Key file", key->file);
	return true;
}

static bool
show_crls(struct cmd *c, ctn_ca *ca, int64_t key_id, struct ctn_err *e)
{
	ctn_json_out *j = show_json(c->out);
	ctn_crl_row *crls;
	size_t n;

	if (!ctn_store_crls_newest(&crls, &n, ca->store, key_id, ca->arena, e))
		return false;
	ctn_json_array(j, "crls");
	for (size_t i = 0; i < n; i++) {
		char until[32];

		ctn_time_text(until, crls[i].next_update);
		ctn_json_object(j, NULL);
		ctn_json_int(j, "shard", crls[i].shard);
		ctn_json_int(j, "number", (int64_t)crls[i].number);
		ctn_json_time(j, "this_update", crls[i].this_update);
		ctn_json_time(j, "next_update", crls[i].next_update);
		ctn_json_int(j, "entries", (int64_t)crls[i].entries);
		ctn_json_close_object(j);
		show_line(c->out, "%-17s number %llu, %llu entr%s, next update %s", "CRL:", (unsigned long long)crls[i].number,
		    (unsigned long long)crls[i].entries, crls[i].entries == 1 ? "y" : "ies", until);
	}
	ctn_json_close_array(j);
	return true;
}

static bool
show_chain(struct cmd *c, const ctn_chain *chain, struct ctn_err *e)
{
	ctn_json_out *j = show_json(c->out);

	if (!issued_certificate(c, &chain->certs[0], e))
		return false;
	ctn_json_array(j, "chain");
	for (size_t i = 0; i < chain->n; i++) {
		CTN_OWN_BUF title = { 0 };

		ctn_cert_title(&title, &chain->certs[i]);
		if (ctn_buf_cstr(&title) == NULL)
			return ctn_fail_memory(e);
		ctn_json_text(j, NULL, ctn_buf_cstr(&title));
		show_line(c->out, "%-17s %s", i == 0 ? "Chain:" : "", ctn_buf_cstr(&title));
	}
	ctn_json_close_array(j);
	return true;
}

static int
run(struct cmd *c)
{
	const struct ca_show_args *a = c->args;
	struct pki_wish wish = { .read_only = true };
	CTN_OWN(pki) p = NULL;
	struct ctn_err e = { 0 };
	ctn_issuer_key_row key;
	ctn_chain chain;

	if (!pki_open(&p, c, &wish, &e) || !ctn_store_issuer_key_of(&key, p->ca->store, a->name, p->ca->arena, &e) || !show_key(c, &key, &e))
		return show_fail(c->out, &e);
	if (key.state == CTN_KEY_PENDING) {
		show_note(c->out, "it has no certificate yet: catena ca csr %s, then catena ca install %s CERT", a->name, a->name);
		return 0;
	}
	if (!ctn_chain_of_key(&chain, p->ca, key.id, &e) || !show_chain(c, &chain, &e) || !show_crls(c, p->ca, key.id, &e))
		return show_fail(c->out, &e);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "NAME", ARG(ca_show_args, name), .help = "The authority" },
	{ 0 },
};

const struct command ca_show_command = {
	.name = "ca show",
	.summary = "one authority: its key, certificate, chain and CRLs",
	.opts = opts,
	.args_size = sizeof(struct ca_show_args),
	.examples = { { "catena ca show issuing", "Key, validity, chain, newest CRL." } },
	.run = run,
};
