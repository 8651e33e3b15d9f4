/* Runs NIST's PKITS: pkits DIR [--full-pool] */
#include "base/dir.h"
#include "base/time.h"
#include "der/oid.h"
#include "runner.h"

struct suite {
	const char *dir;
	bool full_pool;
	struct tally tally;
};

static ctn_span
load(ctn_arena *a, const char *dir, const char *folder, const char *file)
{
	struct ctn_err e = { 0 };
	CTN_OWN_BUF b = { 0 };
	ctn_span s;

	if (!ctn_file_read(&b, ctn_arena_printf(a, "%s/%s/%s", dir, folder, file), 1u << 20, CTN_FILE_PLAIN, &e))
		give_up(&e);
	s = (ctn_span){ ctn_arena_copy(a, b.p, b.n), b.n };
	return s;
}

static void
add_files(const struct suite *s, ctn_verifier *v, const char *folder, const char *const *files, size_t n, ctn_arena *a)
{
	bool crls = strcmp(folder, "crls") == 0;
	struct ctn_err e = { 0 };

	for (size_t i = 0; i < n; i++) {
		ctn_span der = load(a, s->dir, folder, files[i]);

		if (crls ? !ctn_verifier_crl(v, der, files[i], &e) : !ctn_verifier_know(v, der, files[i], &e))
			fprintf(stderr, "%s: %s\n", files[i], e.text);
	}
}

static void
add_folder(const struct suite *s, ctn_verifier *v, const char *folder, ctn_arena *a)
{
	struct ctn_err e = { 0 };
	char **names = NULL;
	size_t n = 0;

	if (!ctn_dir_list(&names, &n, ctn_arena_printf(a, "%s/%s", s->dir, folder), a, &e))
		give_up(&e);
	add_files(s, v, folder, (const char *const *)names, n, a);
}

static void
add_listed(const struct suite *s, ctn_verifier *v, const ctn_json_node *test, ctn_arena *a)
{
	const char **certs = NULL, **crls = NULL;
	size_t certs_n = 0, crls_n = 0;
	struct ctn_err e = { 0 };

	if (!ctn_json_get_texts(&certs, &certs_n, test, "path_certs", a, &e) ||
	    !ctn_json_get_texts(&crls, &crls_n, test, "crls", a, &e))
		give_up(&e);
	add_files(s, v, "certs", certs, certs_n, a);
	add_files(s, v, "crls", crls, crls_n, a);
}

static void
read_ask(ctn_verify_ask *ask, const ctn_json_node *test, ctn_arena *a)
{
	struct ctn_err e = { 0 };
	const char **oids = NULL, *when = NULL;
	ctn_span *policies;
	size_t n = 0;

	if (!ctn_json_get_texts(&oids, &n, test, "initial_policy_set_oids", a, &e) ||
	    !ctn_json_get_bool(&ask->require_policy, test, "initial_explicit_policy", &e) ||
	    !ctn_json_get_bool(&ask->inhibit_mapping, test, "initial_policy_mapping_inhibit", &e) ||
	    !ctn_json_get_bool(&ask->inhibit_any, test, "initial_any_policy_inhibit", &e) ||
	    !ctn_json_get_text(&when, test, "time", &e) || !ctn_time_parse(&ask->at_s, when, false, 0, &e))
		give_up(&e);
	policies = ctn_arena_new(a, ctn_span, n);
	for (size_t i = 0; i < n; i++)
		if (!ctn_oid_parse(&policies[i], oids[i], a, &e))
			give_up(&e);
	ask->policies = policies;
	ask->policies_n = n;
	ask->revocation = CTN_REVOCATION_REQUIRE;
}

/* The arc of NIST's test policies: its last octet is the policy's number. */
static bool
holds(const ctn_verify_result *r, const char *policy)
{
	static const uint8_t arc[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x02, 0x01, 0x30 };
	uint8_t oid[sizeof(arc) + 1];

	if (strcmp(policy, "anyPolicy") == 0)
		return r->policies_any;
	memcpy(oid, arc, sizeof(arc));
	oid[sizeof(arc)] = (uint8_t)strtoul(strrchr(policy, '-') + 1, NULL, 10);
	for (size_t i = 0; i < r->policies_n; i++)
		if (ctn_span_equal(r->policies[i], (ctn_span){ oid, sizeof(oid) }))
			return true;
	return false;
}

/* Only a path that is valid has a user-constrained policy set. */
static bool
policies_agree(const ctn_verify_result *r, const ctn_json_node *test, ctn_arena *a)
{
	const char **names = NULL;
	struct ctn_err e = { 0 };
	size_t n = 0;

	if (!r->trusted)
		return true;
	if (!ctn_json_get_texts(&names, &n, test, "expected_user_constrained_policy_set", a, &e))
		give_up(&e);
	for (size_t i = 0; i < n; i++)
		if (!holds(r, names[i]))
			return false;
	return r->policies_n + r->policies_any == n;
}

static void
run_test(struct suite *s, ctn_verifier *pool, const ctn_json_node *test)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN(ctn_verifier) own = NULL;
	const char *id, *expected, *anchor, *leaf, *got;
	ctn_verify_ask ask = { .profile = CTN_PKIX };
	ctn_verify_result result;
	struct ctn_err e = { 0 };

	begin_case(&s->tally);
	if (a == NULL || !ctn_json_get_text(&id, test, "id", &e) || !ctn_json_get_text(&expected, test, "expected", &e) ||
	    !ctn_json_get_text(&anchor, test, "trust_anchor", &e) || !ctn_json_get_text(&leaf, test, "end_entity", &e))
		give_up(&e);
	if (pool == NULL) {
		if (!ctn_verifier_open(&own, &e))
			give_up(&e);
		add_listed(s, own, test, a);
		pool = own;
	}
	if (!ctn_verifier_trust(pool, load(a, s->dir, "certs", anchor), anchor, &e))
		give_up(&e);
	ask.leaf = load(a, s->dir, "certs", leaf);
	read_ask(&ask, test, a);
	if (!ctn_verify(&result, pool, &ask, a, &e))
		give_up(&e);
	got = result.trusted ? "VALID" : "INVALID";
	if (!policies_agree(&result, test, a))
		got = "VALID, other policies";
	tell(&s->tally, id, expected, got, result.trusted ? "" : result.reason.text);
}

int
main(int argc, char **argv)
{
	struct suite s = { 0 };
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN(ctn_verifier) pool = NULL;
	CTN_OWN(ctn_json) json = NULL;
	struct ctn_err e = { 0 };
	CTN_OWN_BUF text = { 0 };
	ctn_json_node root, test;

	for (int i = 1; i < argc && i < 3; i++)
		if (strcmp(argv[i], "--full-pool") == 0)
			s.full_pool = true;
		else
			s.dir = argv[i];
	if (s.dir == NULL || argc > 2 + s.full_pool) {
		fprintf(stderr, "usage: pkits DIR [--full-pool]\n");
		return 2;
	}
	if (a == NULL || !ctn_file_read(&text, ctn_arena_printf(a, "%s/tests.json", s.dir), 1u << 24, CTN_FILE_PLAIN, &e) ||
	    !ctn_json_parse(&json, ctn_buf_view(&text), 1u << 24, &e))
		give_up(&e);
	if (s.full_pool) {
		if (!ctn_verifier_open(&pool, &e))
			give_up(&e);
		add_folder(&s, pool, "certs", a);
		add_folder(&s, pool, "crls", a);
	}
	root = ctn_json_root(json);
	for (size_t i = 0; i < ctn_json_length(&root); i++) {
		if (!ctn_json_item_object(&test, &root, i, &e))
			give_up(&e);
		run_test(&s, pool, &test);
	}
	return sum_up(&s.tally);
}
