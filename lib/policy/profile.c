#include "policy/profile.h"

#include <string.h>

#include "base/time.h"
#include "der/oid.h"
#include "hash/hash.h"
#include "policy/authority.h"
#include "policy/leaf.h"
#include "policy/monitor.h"
#include "policy/read.h"

#define CA_FILE "ca.yaml"
#define MONITOR_FILE "monitor.yaml"

/** All files while they are read. */
struct loader {
	ctn_policies out;
	ctn_policy_errors errors;
	size_t errors_cap, warnings_cap;
	ctn_arena *arena;
	bool have_ca, no_memory;
};

static void
keep(struct loader *l, ctn_policy_errors *list, size_t *cap, ctn_policy_error said)
{
	size_t room = *cap == 0 ? 16 : *cap * 2;
	ctn_policy_error *more;

	if (list->n == *cap) {
		more = ctn_arena_new(l->arena, ctn_policy_error, room);
		if (more == NULL) {
			l->no_memory = true;
			return;
		}
		if (list->n > 0)
			memcpy(more, list->at, list->n * sizeof(*more));
		list->at = more;
		*cap = room;
	}
	list->at[list->n++] = said;
}

/** An error of no single value of a file. Texts are made printable. */
static void
say(struct loader *l, bool warning, ctn_where where, const char *hint, const char *text)
{
	ctn_yaml_errors one = { .arena = l->arena };

	if (text != NULL)
		ctn_yaml_say(&one, where.line, where.column, hint, "%s", text);
	if (one.n == 0) {
		l->no_memory = true;
		return;
	}
	keep(l, warning ? &l->out.warnings : &l->errors, warning ? &l->warnings_cap : &l->errors_cap,
	    (ctn_policy_error){ .where = where, .text = one.at[0].text, .hint = one.at[0].hint });
}

/* One file */

typedef void read_root(struct loader *l, ctn_schema *s, const ctn_yaml *root, void *into);

static bool
read_file(struct loader *l, const ctn_policy_file *f, read_root *read, void *into, struct ctn_err *e)
{
	ctn_yaml_errors errors = { .arena = l->arena };
	ctn_reading reading = { .file = f->shown };
	ctn_schema s = { .arena = l->arena, .errors = &errors, .user = &reading };
	const ctn_yaml *root;

	if (!ctn_yaml_parse(&root, &errors, f->text, l->arena, e))
		return false;
	if (root != NULL)
		read(l, &s, root, into);
	for (size_t i = 0; i < errors.n; i++)
		keep(l, &l->errors, &l->errors_cap,
		    (ctn_policy_error){ { f->shown, errors.at[i].line, errors.at[i].column }, errors.at[i].text, errors.at[i].hint });
	return (!errors.no_memory && !l->no_memory) || ctn_fail_memory(e);
}

static void
read_ca_root(struct loader *l, ctn_schema *s, const ctn_yaml *root, void *into)
{
	(void)into;
	ctn_authorities_read(s, root, &l->out.authorities, &l->out.authorities_n);
}

static void
read_profile_root(struct loader *l, ctn_schema *s, const ctn_yaml *root, void *into)
{
	(void)l;
	ctn_leaf_read(s, root, into);
}

static bool
read_ca(struct loader *l, const ctn_policy_file *f, struct ctn_err *e)
{
	l->have_ca = true;
	l->out.ca_file = f->shown;
	l->out.ca_text = f->text;
	return ctn_sha256(l->out.ca_digest, f->text, e) && read_file(l, f, read_ca_root, NULL, e);
}

/** "server" of "server.yaml"; NULL for what is no policy file's name. */
static char *
stem(struct loader *l, const char *name)
{
	size_t n = strlen(name);
	char *text = NULL;

	if (n <= 5 || strcmp(name + n - 5, ".yaml") != 0)
		return NULL;
	text = ctn_arena_text_n(l->arena, name, n - 5);
	if (text == NULL)
		l->no_memory = true;
	return text;
}

static bool
read_profile(struct loader *l, const ctn_policy_file *f, const char *name, struct ctn_err *e)
{
	ctn_profile *p = &l->out.profiles[l->out.profiles_n];

	*p = (ctn_profile){ .name = name, .file = f->shown, .text = f->text };
	if (!ctn_policy_name_ok(name)) {
		say(l, false, (ctn_where){ f->shown, 1, 1 }, "rename it: letters, digits, '.', '_' and '-', at most 64, and a letter or digit first",
		    "the file's name cannot be the name of a profile");
		return !l->no_memory || ctn_fail_memory(e);
	}
	l->out.profiles_n++;
	return ctn_sha256(p->digest, f->text, e) && read_file(l, f, read_profile_root, p, e);
}

static bool
is_special(const char *name)
{
	return strcmp(name, CA_FILE) == 0 || strcmp(name, MONITOR_FILE) == 0 || strcmp(name, "audit.yaml") == 0;
}

/* Across files */

static ctn_where
place_of(const ctn_profile *p, const char *key)
{
	ctn_where w = ctn_profile_where(p, key);

	return w.line != 0 ? w : (ctn_where){ p->file, 1, 1 };
}

static const char *
near_authority(struct loader *l, const char *name)
{
	const char **words = ctn_arena_new(l->arena, const char *, l->out.authorities_n + 1);

	if (words == NULL) {
		l->no_memory = true;
		return NULL;
	}
	for (size_t i = 0; i < l->out.authorities_n; i++)
		words[i] = l->out.authorities[i].name;
	return ctn_word_nearest(name, words, l->out.authorities_n);
}

/** A slip of the pen is an error; an authority that is yet to be made is one only when it is needed. */
static void
say_no_issuer(struct loader *l, const ctn_profile *p, bool needed)
{
	const char *near = near_authority(l, p->issuer);
	const char *hint;

	if (near != NULL)
		hint = ctn_arena_printf(l->arena, "did you mean '%s'?", near);
	else
		hint = ctn_arena_printf(l->arena, "describe it in %s, then: catena ca create %.64s", l->out.ca_file, p->issuer);
	say(l, near == NULL && !needed, place_of(p, "issuer"), hint,
	    ctn_arena_printf(l->arena, "issuer: authority '%.80s' does not exist: %s does not describe it", p->issuer, l->out.ca_file));
}

static bool
may_issue_for(const ctn_authority_policy *a, ctn_span purpose)
{
	for (size_t i = 0; i < a->eku_n; i++) {
		if (ctn_span_equal(a->eku[i], purpose))
			return true;
	}
	return a->eku_n == 0;
}

static void
check_purposes(struct loader *l, const ctn_profile *p, const ctn_authority_policy *a)
{
	CTN_OWN_BUF b = { .max = 512 };
	const char *name;

	for (size_t i = 0; i < p->eku_n; i++) {
		if (may_issue_for(a, p->eku[i]))
			continue;
		ctn_buf_reset(&b);
		ctn_oid_dotted(&b, p->eku[i]);
		name = ctn_oid_name(p->eku[i]) != NULL ? ctn_oid_name(p->eku[i]) : ctn_buf_cstr(&b);
		say(l, false, place_of(p, "extended_key_usage"), "its extended_key_usage in ca.yaml limits what it may issue for",
		    ctn_arena_printf(l->arena, "extended_key_usage: authority '%s' may not issue for %s (%s:%u)", a->name, name, a->where.file,
		        a->where.line));
	}
}

static void
check_issuer_lifetime(struct loader *l, const ctn_profile *p, const ctn_authority_policy *a)
{
	char own[24], theirs[24];

	if (a->lifetime_s <= 0 || p->lifetime.default_s <= a->lifetime_s || p->lifetime.shorten)
		return;
	ctn_duration_text(own, p->lifetime.default_s);
	ctn_duration_text(theirs, a->lifetime_s);
	say(l, false, place_of(p, "lifetime.default"), "shorten it, or let lifetime.past_issuer be shorten",
	    ctn_arena_printf(l->arena, "lifetime.default: %s is longer than the %s of authority '%s'", own, theirs, a->name));
}

static void
check_profile(struct loader *l, const ctn_profile *p, bool needed)
{
	const ctn_authority_policy *a;

	if (p->issuer == NULL || l->out.ca_file == NULL)
		return;
	a = ctn_policies_authority(&l->out, p->issuer);
	if (a == NULL) {
		say_no_issuer(l, p, needed);
		return;
	}
	check_purposes(l, p, a);
	check_issuer_lifetime(l, p, a);
}

static bool
finish(struct loader *l, bool needed, struct ctn_err *e)
{
	if (!l->have_ca)
		say(l, false, (ctn_where){ CA_FILE, 1, 1 }, "it describes the authorities", "ca.yaml is missing");
	for (size_t i = 0; i < l->out.profiles_n; i++)
		check_profile(l, &l->out.profiles[i], needed);
	return !l->no_memory || ctn_fail_memory(e);
}

static bool
start(struct loader *l, size_t n, ctn_arena *a, struct ctn_err *e)
{
	*l = (struct loader){ .arena = a };
	l->out.profiles = ctn_arena_new(a, ctn_profile, n + 1);
	return l->out.profiles != NULL || ctn_fail_memory(e);
}

/* Only for what is wrong in it: whoever watches reads it for himself. */
static bool
read_monitor(struct loader *l, const ctn_policy_file *f, struct ctn_err *e)
{
	ctn_policy_errors errors;
	ctn_monitor_policy ignored;

	if (!ctn_monitor_policy_parse(&ignored, &errors, f, l->arena, e))
		return false;
	for (size_t i = 0; i < errors.n; i++)
		keep(l, &l->errors, &l->errors_cap, errors.at[i]);
	return !l->no_memory || ctn_fail_memory(e);
}

/** Any file but ca.yaml. */
static bool
read_other(struct loader *l, const ctn_policy_file *f, struct ctn_err *e)
{
	size_t n = strlen(f->name);
	const char *name = stem(l, f->name);

	if (n > 4 && strcmp(f->name + n - 4, ".yml") == 0)
		say(l, false, (ctn_where){ f->shown, 1, 1 }, "rename it", "policies end in .yaml, not in .yml");
	if (strcmp(f->name, MONITOR_FILE) == 0)
		return read_monitor(l, f, e);
	if (name == NULL || is_special(f->name))
		return !l->no_memory || ctn_fail_memory(e);
	return read_profile(l, f, name, e);
}

bool
ctn_policies_parse(ctn_policies *out, ctn_policy_errors *errors, const ctn_policy_file *files, size_t n, ctn_arena *a, struct ctn_err *e)
{
	struct loader l;

	if (!start(&l, n, a, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		bool ca = strcmp(files[i].name, CA_FILE) == 0;

		if (ca ? !read_ca(&l, &files[i], e) : !read_other(&l, &files[i], e))
			return ctn_wrap(e, "%s", files[i].shown);
	}
	if (!finish(&l, false, e))
		return false;
	*out = l.out;
	*errors = l.errors;
	return true;
}

/* One profile */

static bool
fail_no_profile(struct loader *l, const ctn_policy_file *files, size_t n, const char *name, struct ctn_err *e)
{
	const char **words = ctn_arena_new(l->arena, const char *, n + 1);
	CTN_OWN_BUF list = { .max = 400 };
	size_t words_n = 0;

	if (words == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < n; i++) {
		const char *word = is_special(files[i].name) ? NULL : stem(l, files[i].name);

		if (word != NULL)
			words[words_n++] = word;
	}
	if (l->no_memory)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < words_n; i++)
		ctn_buf_printf(&list, "%s%s", i == 0 ? "" : ", ", words[i]);
	(void)!ctn_fail(e, CTN_ENOTFOUND, "there is no profile '%.64s'", name);
	if (ctn_word_nearest(name, words, words_n) != NULL)
		return ctn_hint(e, "did you mean '%s'?", ctn_word_nearest(name, words, words_n));
	if (words_n > 0 && !list.failed)
		return ctn_hint(e, "there are %s", ctn_buf_cstr(&list));
	return ctn_hint(e, "catena policy check lists them");
}

static bool
fail_first(const ctn_policy_errors *errors, const char *name, struct ctn_err *e)
{
	const ctn_policy_error *first = &errors->at[0];

	(void)!ctn_fail(e, CTN_EINPUT, "policy %s: %s (%s:%u:%u)", name, first->text, first->where.file, first->where.line, first->where.column);
	if (first->hint != NULL)
		return ctn_hint(e, "%s", first->hint);
	return false;
}

bool
ctn_policies_parse_for(ctn_policies *out, const ctn_profile **profile, ctn_policy_errors *errors, const ctn_policy_file *files, size_t n,
    const char *name, ctn_arena *a, struct ctn_err *e)
{
	struct loader l;
	const char *word;
	bool found = false;

	if (!start(&l, n, a, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(files[i].name, CA_FILE) == 0 && !read_ca(&l, &files[i], e))
			return ctn_wrap(e, "%s", files[i].shown);
		word = is_special(files[i].name) ? NULL : stem(&l, files[i].name);
		if (word == NULL || strcmp(word, name) != 0)
			continue;
		found = true;
		if (!read_profile(&l, &files[i], word, e))
			return ctn_wrap(e, "%s", files[i].shown);
	}
	if (!found)
		return fail_no_profile(&l, files, n, name, e);
	if (!finish(&l, true, e))
		return false;
	*errors = l.errors;
	if (l.errors.n > 0)
		return fail_first(errors, name, e);
	*out = l.out;
	*profile = &out->profiles[0];
	return true;
}

/* Looking things up */

ctn_where
ctn_profile_where(const ctn_profile *p, const char *key)
{
	for (size_t i = 0; i < p->places_n; i++) {
		if (strcmp(p->places[i].key, key) == 0)
			return p->places[i].where;
	}
	return (ctn_where){ .file = p->file };
}

const ctn_authority_policy *
ctn_policies_authority(const ctn_policies *p, const char *name)
{
	for (size_t i = 0; i < p->authorities_n; i++) {
		if (strcmp(p->authorities[i].name, name) == 0)
			return &p->authorities[i];
	}
	return NULL;
}

const ctn_profile *
ctn_policies_profile(const ctn_policies *p, const char *name)
{
	for (size_t i = 0; i < p->profiles_n; i++) {
		if (strcmp(p->profiles[i].name, name) == 0)
			return &p->profiles[i];
	}
	return NULL;
}
