#include "cmd/verify_show.h"

#include "base/time.h"
#include "der/oid.h"
#include "hash/hash.h"

static bool
show_link(ctn_json_out *j, const ctn_verify_link *link, struct ctn_err *e)
{
	uint8_t sha256[CTN_SHA256_LEN];

	if (!ctn_sha256(sha256, link->der, e))
		return false;
	ctn_json_object(j, NULL);
	ctn_json_text(j, "subject", link->title);
	ctn_json_hex(j, "sha256", (ctn_span){ sha256, sizeof sha256 });
	ctn_json_text(j, "source", link->source);
	ctn_json_close_object(j);
	return true;
}

static bool
show_path(ctn_json_out *j, const ctn_verify_link *path, size_t n, struct ctn_err *e)
{
	ctn_json_array(j, "path");
	for (size_t i = 0; i < n; i++)
		if (!show_link(j, &path[i], e))
			return false;
	ctn_json_close_array(j);
	return true;
}

static void
show_reason_members(ctn_json_out *j, const char *key, const ctn_verify_reason *why)
{
	const ctn_vrule *rule = ctn_vrule_of(why->check);

	ctn_json_object(j, key);
	ctn_json_int(j, "certificate", (int64_t)why->certificate);
	ctn_json_text(j, "check", rule->name);
	ctn_json_text(j, "cite", rule->cite);
	ctn_json_text(j, "text", why->text);
	ctn_json_text(j, "fix", why->fix);
	ctn_json_close_object(j);
}

static void
show_checks(ctn_json_out *j, const ctn_verify_result *r)
{
	ctn_json_array(j, "checks");
	for (size_t i = 0; i < r->checks_n; i++) {
		const ctn_vrule *rule = ctn_vrule_of(r->checks[i].check);

		ctn_json_object(j, NULL);
		ctn_json_int(j, "certificate", (int64_t)r->checks[i].certificate);
		ctn_json_text(j, "check", rule->name);
		ctn_json_bool(j, "ok", true);
		ctn_json_text(j, "cite", rule->cite);
		ctn_json_close_object(j);
	}
	ctn_json_close_array(j);
}

static void
show_policies(ctn_json_out *j, const ctn_verify_result *r)
{
	if (r->policies_n == 0 && !r->policies_any)
		return;
	ctn_json_array(j, "policies");
	if (r->policies_any)
		ctn_json_text(j, NULL, "2.5.29.32.0");
	for (size_t i = 0; i < r->policies_n; i++) {
		CTN_OWN_BUF b = { 0 };

		ctn_oid_dotted(&b, r->policies[i]);
		ctn_json_bytes(j, NULL, ctn_buf_view(&b));
	}
	ctn_json_close_array(j);
}

static void
show_path_lines(struct cmd *c, const ctn_verify_link *path, size_t n)
{
	for (size_t i = 0; i < n; i++)
		show_line(c->out, "  %s%s%s%s%s", i == 0 ? "" : "issued by ", path[i].title, path[i].source == NULL ? "" : "  (",
		    path[i].source == NULL ? "" : path[i].source, path[i].source == NULL ? "" : ")");
}

static bool
show_trusted(struct cmd *c, const ctn_verify_result *r, const char *name, struct ctn_err *e)
{
	ctn_json_out *j = show_json(c->out);
	char until[32];

	ctn_time_text(until, r->expires_s);
	show_line(c->out, "%s: trusted, until %s", name, until);
	show_path_lines(c, r->path, r->path_n);
	/* Of ten thousand nobody would see the rest. */
	if (!c->out->json)
		return true;
	if (!show_path(j, r->path, r->path_n, e))
		return false;
	show_checks(j, r);
	show_policies(j, r);
	ctn_json_time(j, "expires", r->expires_s);
	return true;
}

static bool
show_candidates(struct cmd *c, const ctn_verify_result *r, bool explain, struct ctn_err *e)
{
	ctn_json_out *j = show_json(c->out);

	ctn_json_array(j, "candidates");
	for (size_t i = 0; i < r->candidates_n; i++) {
		const ctn_verify_candidate *k = &r->candidates[i];

		ctn_json_object(j, NULL);
		if (!show_path(j, k->path, k->path_n, e))
			return false;
		show_reason_members(j, "failed", &k->failed);
		ctn_json_close_object(j);
		if (!explain)
			continue;
		show_line(c->out, "path %zu:", i + 1);
		show_path_lines(c, k->path, k->path_n);
		show_line(c->out, "  breaks at %s: %s (%s)", ctn_vrule_of(k->failed.check)->name, k->failed.text,
		    ctn_vrule_of(k->failed.check)->cite);
	}
	ctn_json_close_array(j);
	return true;
}

static bool
show_untrusted(struct cmd *c, const ctn_verify_result *r, const char *name, bool explain, struct ctn_err *e)
{
	const ctn_vrule *rule = ctn_vrule_of(r->reason.check);

	show_line(c->out, "%s: not trusted: %s (%s, %s)", name, r->reason.text, rule->name, rule->cite);
	if (r->reason.fix != NULL)
		show_line(c->out, "try: %s", r->reason.fix);
	show_reason_members(show_json(c->out), "reason", &r->reason);
	return show_candidates(c, r, explain, e);
}

static void
show_warnings(struct cmd *c, const ctn_verify_result *r)
{
	for (size_t i = 0; i < r->warnings_n; i++) {
		const ctn_verify_reason *w = &r->warnings[i];

		show_warn(c->out, "%s: %s (%s)", w->certificate < r->path_n ? r->path[w->certificate].title : "the path", w->text,
		    ctn_vrule_of(w->check)->cite);
	}
}

bool
verify_show(struct cmd *c, const ctn_verify_result *r, const ctn_verify_ask *ask, const char *name, bool explain, struct ctn_err *e)
{
	ctn_json_out *j = show_json(c->out);

	ctn_json_text(j, "verdict", r->trusted ? "trusted" : "untrusted");
	ctn_json_text(j, "profile", ctn_verify_profile_name(ask->profile));
	ctn_json_time(j, "at", ask->at_s);
	show_warnings(c, r);
	return r->trusted ? show_trusted(c, r, name, e) : show_untrusted(c, r, name, explain, e);
}
