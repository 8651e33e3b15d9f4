#include <string.h>

#include "base/time.h"
#include "ca/trust.h"
#include "cmd/commands.h"
#include "cmd/pki.h"
#include "cmd/verify_advise.h"
#include "cmd/verify_fetch.h"
#include "cmd/verify_load.h"
#include "cmd/verify_show.h"
#include "der/oid.h"
#include "name/ip.h"

struct verify_args {
	struct opt_list files, trust, untrusted, crl, ocsp_response, policy;
	const char *host, *ip, *email, *purpose, *profile, *revocation, *at;
	bool require_policy, inhibit_any, inhibit_mapping, each, explain, ocsp;
	int64_t max_depth;
};

/* One run: the verifier, and the home when it is used. */
struct work {
	struct cmd *c;
	const struct verify_args *a;
	ctn_verifier *v;
	pki *home;
	bool sought_home;    /* for advice */
	verify_fetch *fetch; /* NULL: no responder is asked */
	struct found_certs certs;
	ctn_verify_ask ask;
	ctn_name name;
	size_t untrusted, undetermined;
};

typedef bool (*load_fn)(ctn_verifier *v, const char *path, ctn_arena *a, struct ctn_err *e);

static bool
load_each(struct work *w, const struct opt_list *list, load_fn load, struct ctn_err *e)
{
	for (size_t i = 0; i < list->n; i++)
		if (!load(w->v, list->v[i], w->c->arena, e))
			return false;
	return true;
}

static bool
trust_home(struct work *w, struct ctn_err *e)
{
	struct pki_wish wish = { .read_only = true };

	if (!pki_open(&w->home, w->c, &wish, e)) {
		if (w->a->trust.n > 0)
			return false;
		e->code = CTN_EUSAGE;
		(void)ctn_wrap(e, "nothing is trusted");
		return ctn_hint(e, "say --trust FILE, --trust system, or -C HOME");
	}
	w->ask.status = ctn_ca_status;
	w->ask.status_ctx = w->home->ca;
	return ctn_ca_trust(w->v, w->home->ca, e);
}

static bool
load_trust(struct work *w, struct ctn_err *e)
{
	const struct opt_list *list = &w->a->trust;

	if (list->n == 0)
		return trust_home(w, e);
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i], "home") == 0 ? !trust_home(w, e) : !verify_load_trust(w->v, list->v[i], w->c->arena, e))
			return false;
	return true;
}

static bool
read_name(struct work *w, struct ctn_err *e)
{
	const struct verify_args *a = w->a;
	const char *text = a->host != NULL ? a->host : a->ip != NULL ? a->ip : a->email;
	enum ctn_name_type type = a->host != NULL ? CTN_NAME_DNS : a->ip != NULL ? CTN_NAME_IP : CTN_NAME_EMAIL;

	if ((a->host != NULL) + (a->ip != NULL) + (a->email != NULL) > 1)
		return ctn_fail(e, CTN_EUSAGE, "only one of --host, --ip and --email");
	if (text == NULL)
		return true;
	if (a->email != NULL ? !ctn_name_parse_mail(&w->name, text, w->c->arena, e) : !ctn_name_parse(&w->name, text, w->c->arena, e))
		return false;
	/* A host that is written as an address is asked for as one (RFC 9525 6.2). */
	if (a->email == NULL && w->name.type != type && !(type == CTN_NAME_DNS && w->name.type == CTN_NAME_IP))
		return ctn_fail(e, CTN_EUSAGE, "'%s' is not of the form that the option wants", text);
	if (w->name.wildcard)
		return ctn_fail(e, CTN_EUSAGE, "'%s' is a pattern, not one name", text);
	w->ask.names = &w->name;
	w->ask.names_n = 1;
	return true;
}

static bool
read_purpose(struct work *w, struct ctn_err *e)
{
	const char *p = w->a->purpose;

	if (p == NULL)
		p = w->a->email != NULL ? "emailProtection" : w->ask.names_n > 0 ? "serverAuth" : "any";
	return strcmp(p, "any") == 0 || ctn_oid_parse(&w->ask.purpose, p, w->c->arena, e);
}

static bool
read_policies(struct work *w, struct ctn_err *e)
{
	size_t n = w->a->policy.n;
	ctn_span *oids = ctn_arena_new(w->c->arena, ctn_span, n);

	if (oids == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < n; i++)
		if (!ctn_oid_parse(&oids[i], w->a->policy.v[i], w->c->arena, e))
			return false;
	w->ask.policies = oids;
	w->ask.policies_n = n;
	return true;
}

/* Clocks differ: an answer that was made for us just now may be of a moment that is not here yet. */
#define RESPONDERS_AHEAD_S 300

static bool
open_fetch(struct work *w, struct ctn_err *e)
{
	if (!w->a->ocsp)
		return true;
	if (w->ask.revocation == CTN_REVOCATION_OFF)
		return ctn_fail(e, CTN_EUSAGE, "--ocsp asks about revocation, and --revocation off wants no answer");
	w->ask.ahead_s = RESPONDERS_AHEAD_S;
	return verify_fetch_open(&w->fetch, w->c, w->v, e);
}

static bool
read_ask(struct work *w, struct ctn_err *e)
{
	const struct verify_args *a = w->a;
	ctn_verify_ask *ask = &w->ask;

	ask->at_s = w->c->now_s;
	if (a->at != NULL && !ctn_time_parse(&ask->at_s, a->at, false, w->c->now_s, e))
		return false;
	(void)!ctn_verify_profile_parse(&ask->profile, a->profile);
	ask->revocation = strcmp(a->revocation, "require") == 0 ? CTN_REVOCATION_REQUIRE :
	    strcmp(a->revocation, "off") == 0                    ? CTN_REVOCATION_OFF :
	                                                           CTN_REVOCATION_PREFER;
	ask->require_policy = a->require_policy;
	ask->inhibit_any = a->inhibit_any;
	ask->inhibit_mapping = a->inhibit_mapping;
	ask->has_max_depth = a->max_depth >= 0;
	ask->max_depth = a->max_depth < 0 ? 0 : (unsigned)a->max_depth;
	return read_name(w, e) && read_purpose(w, e) && read_policies(w, e);
}

static bool
load(struct work *w, struct ctn_err *e)
{
	const struct verify_args *a = w->a;

	for (size_t i = 0; i < a->files.n; i++)
		if (!verify_load_certs(&w->certs, a->files.v[i], w->c->arena, e))
			return false;
	/* Of many leaves none can be another's issuer. */
	for (size_t i = 0; i < w->certs.n; i++)
		if ((!a->each || w->certs.v[i].is_ca) &&
		    !ctn_verifier_know(w->v, w->certs.v[i].der, w->certs.v[i].source, e))
			return false;
	return load_trust(w, e) && load_each(w, &a->untrusted, verify_load_untrusted, e) &&
	    load_each(w, &a->crl, verify_load_crl, e) && load_each(w, &a->ocsp_response, verify_load_ocsp, e);
}

/* Where nothing could ever answer, saying so once is enough. */
static void
settle_revocation(struct work *w)
{
	const struct verify_args *a = w->a;

	if (w->ask.revocation != CTN_REVOCATION_PREFER || w->home != NULL || a->crl.n > 0 || a->ocsp_response.n > 0 || a->ocsp)
		return;
	show_warn(w->c->out, "whether anything is revoked was not looked at: there is no CRL, OCSP response or home to ask");
	w->ask.revocation = CTN_REVOCATION_OFF;
}

/* A home that was not asked for its trust may still know what helps: it is looked for when there is a no, once. */
static void
advise(struct work *w, ctn_verify_result *r, ctn_arena *a)
{
	struct pki_wish wish = { .read_only = true };
	struct ctn_err e;

	if (r->trusted)
		return;
	if (w->home == NULL && !w->sought_home && !pki_open(&w->home, w->c, &wish, &e))
		w->home = NULL;
	w->sought_home = true;
	verify_advise(r, &w->ask, w->home == NULL ? NULL : w->home->ca, a);
}

/* One leaf; its texts go when it is shown. */
static bool
verify_one(struct work *w, const struct found_cert *leaf, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_verify_result r;

	if (a == NULL)
		return ctn_fail_memory(e);
	w->ask.leaf = leaf->der;
	w->ask.leaf_source = leaf->source;
	if (!(w->fetch != NULL ? verify_fetch_run(w->fetch, &r, &w->ask, a, e) : ctn_verify(&r, w->v, &w->ask, a, e)))
		return false;
	advise(w, &r, a);
	if (!verify_show(w->c, &r, &w->ask, leaf->source, w->a->explain, e))
		return false;
	w->untrusted += !r.trusted && !r.undetermined;
	w->undetermined += r.undetermined;
	return true;
}

static bool
verify_each(struct work *w, struct ctn_err *e)
{
	ctn_json_out *j = show_json(w->c->out);

	ctn_json_array(j, "results");
	for (size_t i = 0; i < w->certs.n; i++) {
		ctn_json_object(j, NULL);
		ctn_json_text(j, "file", w->certs.v[i].source);
		if (!verify_one(w, &w->certs.v[i], e))
			return false;
		ctn_json_close_object(j);
		show_flush(w->c->out);
	}
	ctn_json_close_array(j);
	return true;
}

/* Any order will do here. Those who read a chain as it is sent expect each certificate before its issuer. */
static void
warn_of_disorder(struct work *w)
{
	for (size_t i = 0; i < w->a->files.n; i++)
		if (!verify_in_order(&w->certs, w->a->files.v[i]))
			show_warn(w->c->out, "%s: the chain is in the wrong order: put the leaf first, then each issuer behind what it issued; "
			    "servers must send it so (RFC 8446 4.4.2)", w->a->files.v[i]);
}

static bool
verify(struct work *w, struct ctn_err *e)
{
	const struct found_cert **leaves;
	size_t n;

	show_list_warnings(w->c->out);
	settle_revocation(w);
	if (w->a->each)
		return verify_each(w, e);
	if (!verify_find_leaves(&leaves, &n, &w->certs, w->c->arena, e))
		return false;
	warn_of_disorder(w);
	if (n != 1) {
		ctn_fail(e, CTN_EINPUT, n == 0 ? "each of these certificates issued another: none is the leaf" :
		    "several of these certificates issued none of the others, so it is not clear which is the leaf");
		return ctn_hint(e, "say --each to verify every one, or give helpers with --untrusted");
	}
	return verify_one(w, leaves[0], e);
}

static int
run(struct cmd *c)
{
	struct work w = { .c = c, .a = c->args };
	CTN_OWN(ctn_verifier) v = NULL;
	struct ctn_err e = { 0 };
	bool ok;

	if (!ctn_verifier_open(&v, &e))
		return show_fail(c->out, &e);
	w.v = v;
	ok = read_ask(&w, &e) && open_fetch(&w, &e) && load(&w, &e) && verify(&w, &e);
	if (w.home != NULL)
		pki_close(w.home);
	if (!ok)
		return show_fail(c->out, &e);
	return w.untrusted > 0 ? 1 : w.undetermined > 0 ? 3 : 0;
}

static const char *const profiles[] = { "pkix", "rfc5280", "webpki", NULL };
static const char *const revocations[] = { "require", "prefer", "off", NULL };
static const struct verify_args defaults = { .profile = "pkix", .revocation = "prefer", .max_depth = -1 };

static const struct opt opts[] = {
	{ .name = "FILE", ARGS_SOME(verify_args, files), .help = "Leaf and chain in any order, PEM or DER" },
	{ .name = "trust", LIST(verify_args, trust, "FILE|DIR|system|home"), .help = "Every certificate in it is trusted; the home's roots unless said" },
	{ .name = "untrusted", LIST(verify_args, untrusted, "FILE"), .help = "Certificates that may be links of the chain" },
	{ .name = "crl", LIST(verify_args, crl, "FILE"), .help = "A CRL" },
	{ .name = "ocsp-response", LIST(verify_args, ocsp_response, "FILE"), .help = "An OCSP response" },
	{ .name = "ocsp", FLAG(verify_args, ocsp), .help = "Ask the OCSP responders that the path's certificates name, by http alone" },
	{ .name = "revocation", TEXT(verify_args, revocation, "HOW"), .one_of = revocations,
	  .help = "Whether a fresh answer about revocation must be there (prefer: else a warning)" },
	{ .name = "host", TEXT(verify_args, host, "NAME"), .help = "The server that it must be for" },
	{ .name = "ip", TEXT(verify_args, ip, "ADDR"), .help = "The address that it must be for" },
	{ .name = "email", TEXT(verify_args, email, "ADDR"), .help = "The mail address that it must be for" },
	{ .name = "purpose", TEXT(verify_args, purpose, "P"), .help = "What it must be good for: serverAuth, clientAuth, codeSigning, emailProtection, timeStamping, OCSPSigning, any" },
	{ .name = "policy", LIST(verify_args, policy, "OID"), .help = "A certificate policy that is accepted; any unless said" },
	{ .name = "require-policy", FLAG(verify_args, require_policy), .help = "A policy must hold along the path" },
	{ .name = "inhibit-any", FLAG(verify_args, inhibit_any), .help = "anyPolicy does not count" },
	{ .name = "inhibit-mapping", FLAG(verify_args, inhibit_mapping), .help = "Policies are not mapped" },
	{ .name = "at", TIME(verify_args, at), .help = "Verify as of then" },
	{ .name = "profile", TEXT(verify_args, profile, "NAME"), .one_of = profiles, .help = "How strict: pkix, rfc5280 or webpki" },
	{ .name = "max-depth", COUNT(verify_args, max_depth, "N", 0, 30), .help = "At most N intermediates" },
	{ .name = "each", FLAG(verify_args, each), .help = "Verify every certificate given as a leaf of its own" },
	{ .name = "explain", FLAG(verify_args, explain), .help = "Show every path that was tried and where each breaks" },
	{ 0 },
};

const struct command verify_command = {
	.name = "verify",
	.summary = "is this certificate trusted, by which path, and if not, why",
	.about = "FILEs may hold leaf and chain in any order. The profile pkix is RFC 5280 section 6 with RFC 9525 names, and reports breaches of "
		 "section 4 as warnings; rfc5280 makes those fatal; webpki adds the CA/Browser Forum's rules for TLS servers.",
	.opts = opts,
	.args_size = sizeof(struct verify_args),
	.defaults = &defaults,
	.examples = {
	    { "catena verify home/public/issuing.crt", "Against this home's roots, with its own records of revocation." },
	    { "catena verify home/public/issuing.crt --trust home/public/root.crt --explain",
	      "Against one root, with every path that was tried." },
	},
	.exits = { { 1, "not trusted" }, { 3, "no answer about revocation, and --revocation require" } },
	.run = run,
};
