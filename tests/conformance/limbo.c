/* Runs a suite in the form of x509-limbo: limbo FILE.json [--profile auto|pkix|rfc5280|webpki] */
#include <time.h>

#include "base/time.h"
#include "der/oid.h"
#include "runner.h"
#include "x509/ext.h"

#define SUITE_MAX (512u << 20)

struct bench {
	const char *profile;
	struct tally tally;
	int64_t now_s;
};

/* One case under construction. */
struct trial {
	ctn_json_node *item;
	ctn_arena *a;
	ctn_verifier *v;
	ctn_verify_ask ask;
	ctn_name *names;
};

static bool
decode(ctn_buf *der, const char *pem, struct ctn_err *e)
{
	static const char *const labels[] = { "CERTIFICATE", "X509 CRL", NULL };

	return ctn_pem_one(der, ctn_span_text(pem), labels, e);
}

typedef bool (*take)(ctn_verifier *v, ctn_span der, const char *source, struct ctn_err *e);

/* What is no certificate cannot be part of a path: it is left out. */
static void
take_all(struct trial *t, const char *key, take into)
{
	const char **texts = NULL;
	struct ctn_err e = { 0 };
	size_t n = 0;

	if (ctn_json_has(t->item, key) && !ctn_json_get_texts(&texts, &n, t->item, key, t->a, &e))
		give_up(&e);
	for (size_t i = 0; i < n; i++) {
		ctn_buf der = { 0 };

		if (decode(&der, texts[i], &e))
			(void)!into(t->v, ctn_buf_view(&der), key, &e);
		ctn_buf_free(&der);
	}
}

static bool
is_text(const ctn_json_node *item, const char *key, const char **text)
{
	struct ctn_err e;

	return ctn_json_get_text(text, item, key, &e);
}

/* A name that has no canonical form is still asked for: as it is. */
static void
read_name(struct trial *t, const ctn_json_node *name)
{
	ctn_name *to = &t->names[t->ask.names_n++];
	const char *kind = "", *value = "";
	struct ctn_err e = { 0 };

	if (!is_text(name, "kind", &kind) || !is_text(name, "value", &value))
		give_up(&e);
	to->type = strcmp(kind, "DNS") == 0 ? CTN_NAME_DNS : strcmp(kind, "IP") == 0 ? CTN_NAME_IP : CTN_NAME_EMAIL;
	to->text = value;
	to->value = ctn_span_text(value);
	if (to->type != CTN_NAME_EMAIL) {
		ctn_name canonical;

		if (ctn_name_parse(&canonical, value, t->a, &e) && canonical.type == to->type)
			*to = canonical;
	}
}

static void
read_names(struct trial *t)
{
	ctn_json_node one, list;
	struct ctn_err e;
	size_t n = 0;

	if (ctn_json_get_list(&list, &n, t->item, "expected_peer_names", &e))
		n = ctn_json_length(&list);
	t->names = ctn_arena_new(t->a, ctn_name, n + 1);
	if (ctn_json_get_object(&one, t->item, "expected_peer_name", &e))
		read_name(t, &one);
	for (size_t i = 0; i < n; i++)
		if (ctn_json_item_object(&one, &list, i, &e))
			read_name(t, &one);
	t->ask.names = t->names;
}

static void
read_usages(struct trial *t)
{
	const char **texts = NULL, *kind = "";
	struct ctn_err e = { 0 };
	uint32_t bit;
	size_t n = 0;

	t->ask.purpose = is_text(t->item, "validation_kind", &kind) && strcmp(kind, "CLIENT") == 0 ? ctn_oid_kp_client_auth :
	    ctn_oid_kp_server_auth;
	if (ctn_json_get_texts(&texts, &n, t->item, "extended_key_usage", t->a, &e) && n > 0 &&
	    !ctn_oid_parse(&t->ask.purpose, texts[0], t->a, &e))
		give_up(&e);
	n = 0;
	(void)!ctn_json_get_texts(&texts, &n, t->item, "key_usage", t->a, &e);
	for (size_t i = 0; i < n; i++)
		if (ctn_key_usage_parse(&bit, texts[i]))
			t->ask.key_usage |= bit;
}

static void
read_ask(struct trial *t, const struct bench *b, const char *id)
{
	const char *when, *profile = b->profile;
	struct ctn_err e = { 0 };
	int64_t depth;

	if (strcmp(profile, "auto") == 0)
		profile = strncmp(id, "webpki::", 8) == 0 ? "webpki" : "rfc5280";
	(void)!ctn_verify_profile_parse(&t->ask.profile, profile);
	t->ask.at_s = b->now_s;
	if (is_text(t->item, "validation_time", &when) && !ctn_time_parse(&t->ask.at_s, when, false, b->now_s, &e))
		give_up(&e);
	if (ctn_json_get_int(&depth, t->item, "max_chain_depth", 0, 1000, &e)) {
		t->ask.has_max_depth = true;
		t->ask.max_depth = (unsigned)depth;
	}
	read_names(t);
	read_usages(t);
}

/* Who hands over CRLs wants them to be heeded. */
static void
read_crls(struct trial *t)
{
	ctn_json_node list;
	struct ctn_err e;
	size_t n = 0;

	take_all(t, "crls", ctn_verifier_crl);
	if (ctn_json_get_list(&list, &n, t->item, "crls", &e) && n > 0)
		t->ask.revocation = CTN_REVOCATION_REQUIRE;
}

static void
run_case(struct bench *b, ctn_json_node *item)
{
	struct trial t = { .item = item, .a = ctn_arena_open(0) };
	const char *id, *expected, *pem;
	ctn_verify_result result;
	struct ctn_err e = { 0 };
	ctn_buf leaf = { 0 };

	begin_case(&b->tally);
	if (t.a == NULL || !ctn_verifier_open(&t.v, &e))
		give_up(&e);
	if (!ctn_json_get_text(&id, item, "id", &e) || !ctn_json_get_text(&expected, item, "expected_result", &e) ||
	    !ctn_json_get_text(&pem, item, "peer_certificate", &e))
		give_up(&e);
	take_all(&t, "trusted_certs", ctn_verifier_trust);
	take_all(&t, "untrusted_intermediates", ctn_verifier_know);
	read_crls(&t);
	read_ask(&t, b, id);
	if (!decode(&leaf, pem, &e))
		tell(&b->tally, id, expected, "FAILURE", e.text);
	else {
		t.ask.leaf = ctn_buf_view(&leaf);
		if (!ctn_verify(&result, t.v, &t.ask, t.a, &e))
			give_up(&e);
		tell(&b->tally, id, expected, result.trusted ? "SUCCESS" : "FAILURE", result.trusted ? "" : result.reason.text);
	}
	ctn_buf_free(&leaf);
	ctn_verifier_close(t.v);
	ctn_arena_close(t.a);
}

static void
run_suite(struct bench *b, const char *path)
{
	ctn_json_node root, list, item;
	struct ctn_err e = { 0 };
	ctn_json *json = NULL;
	ctn_buf text = { .max = SUITE_MAX };
	size_t n = 0;

	if (!ctn_file_read(&text, path, SUITE_MAX, CTN_FILE_PLAIN, &e) ||
	    !ctn_json_parse(&json, ctn_buf_view(&text), SUITE_MAX, &e))
		give_up(&e);
	root = ctn_json_root(json);
	if (!ctn_json_get_list(&list, &n, &root, "testcases", &e))
		give_up(&e);
	for (size_t i = 0; i < n; i++) {
		if (!ctn_json_item_object(&item, &list, i, &e))
			give_up(&e);
		run_case(b, &item);
	}
	ctn_json_free(json);
	ctn_buf_free(&text);
}

int
main(int argc, char **argv)
{
	struct bench b = { .profile = "auto", .now_s = (int64_t)time(NULL) };
	enum ctn_verify_profile known;

	if (argc == 4 && strcmp(argv[2], "--profile") == 0)
		b.profile = argv[3];
	else if (argc != 2)
		argc = 0;
	if (argc == 0 || (strcmp(b.profile, "auto") != 0 && !ctn_verify_profile_parse(&known, b.profile))) {
		fprintf(stderr, "usage: limbo FILE.json [--profile auto|pkix|rfc5280|webpki]\n");
		return 2;
	}
	run_suite(&b, argv[1]);
	return sum_up(&b.tally);
}
