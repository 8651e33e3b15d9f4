#include <string.h>

#include "base/time.h"
#include "ca/chain.h"
#include "cmd/authority.h"
#include "cmd/commands.h"
#include "cmd/pki.h"

#define COLUMNS 5

static bool
add_row(const char **cells, struct cmd *c, ctn_ca *ca, const ctn_issuer_key_row *key, struct ctn_err *e)
{
	ctn_json_out *j = show_json(c->out);
	ctn_ca_cert_row *certs;
	char end[32] = "";
	size_t n;

	if (!ctn_store_ca_certs(&certs, &n, ca->store, key->id, ca->arena, e))
		return false;
	if (n > 0)
		ctn_time_text(end, certs[0].not_after);
	cells[0] = key->authority;
	cells[1] = authority_state(key);
	cells[2] = ctn_chain_key_word(key->key_id, c->arena);
	cells[3] = key->algorithm;
	cells[4] = n > 0 ? ctn_arena_text(c->arena, end) : NULL;
	ctn_json_object(j, NULL);
	ctn_json_text(j, "name", key->authority);
	ctn_json_text(j, "state", cells[1]);
	ctn_json_hex(j, "key_id", key->key_id);
	ctn_json_text(j, "algorithm", key->algorithm);
	ctn_json_text(j, "protection", key->protection);
	ctn_json_text(j, "not_after", cells[4]);
	ctn_json_close_object(j);
	return true;
}

static int
run(struct cmd *c)
{
	static const char *const headings[] = { "NAME", "STATE", "KEY", "ALGORITHM", "ENDS" };
	struct pki_wish wish = { .read_only = true };
	struct show_table table = { .columns = COLUMNS, .headings = headings };
	CTN_OWN(pki) p = NULL;
	ctn_issuer_key_row *keys;
	struct ctn_err e = { 0 };
	const char **cells;

	if (!pki_open(&p, c, &wish, &e) || !ctn_store_issuer_keys(&keys, &table.rows, p->ca->store, p->ca->arena, &e))
		return show_fail(c->out, &e);
	cells = ctn_arena_new(c->arena, const char *, table.rows * COLUMNS + 1);
	if (cells == NULL) {
		ctn_fail_memory(&e);
		return show_fail(c->out, &e);
	}
	ctn_json_array(show_json(c->out), "authorities");
	for (size_t i = 0; i < table.rows; i++)
		if (!add_row(cells + i * COLUMNS, c, p->ca, &keys[i], &e))
			return show_fail(c->out, &e);
	ctn_json_close_array(show_json(c->out));
	table.cells = cells;
	show_table(c->out, &table);
	return 0;
}

const struct command ca_list_command = {
	.name = "ca list",
	.summary = "the authorities that this home knows",
	.about = "State: active, its key signs here; offline, its key was taken off; pending, it waits for its certificate; foreign, known by "
		 "certificate alone.",
	.examples = { { "catena ca list", "One line an authority and key." } },
	.run = run,
};
