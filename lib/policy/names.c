#include "policy/names.h"

#include "policy/read.h"

const enum ctn_name_type ctn_policy_name_types[4] = { CTN_NAME_DNS, CTN_NAME_IP, CTN_NAME_EMAIL, CTN_NAME_URI };

#define TOTAL_UNSAID ~0u

/** A rule while it is read. */
struct draft {
	ctn_name_rule r;
	const ctn_yaml *allow, *deny;
};

#define COMMON_KEYS                                                                                    \
	{ .name = "allow", .required = true, CTN_KEY_LIST(struct draft, allow) },                      \
	{ .name = "deny", CTN_KEY_LIST(struct draft, deny) },                                          \
	{ .name = "min", CTN_KEY_COUNT(struct draft, r.min, 0, CTN_POLICY_NAMES_MAX) },                \
	{ .name = "max", CTN_KEY_COUNT(struct draft, r.max, 1, CTN_POLICY_NAMES_MAX) }

static const ctn_schema_key rule_keys[] = {
	COMMON_KEYS,
	{ .name = "wildcard", .refused = "only DNS names can be wildcards" },
	{ 0 },
};
static const ctn_schema_key dns_rule_keys[] = {
	COMMON_KEYS,
	{ .name = "wildcard", CTN_KEY_BOOL(struct draft, r.wildcard) },
	{ 0 },
};
static const ctn_schema_key total_keys[] = {
	{ .name = "min", CTN_KEY_COUNT(ctn_profile, total_min, 0, CTN_POLICY_NAMES_MAX) },
	{ .name = "max", CTN_KEY_COUNT(ctn_profile, total_max, 1, CTN_POLICY_NAMES_MAX) },
	{ 0 },
};

const char *
ctn_policy_name_word(enum ctn_name_type type)
{
	return ctn_name_type_text(type);
}

static ctn_where *
places_of(ctn_schema *s, const ctn_yaml *list)
{
	ctn_where *at = ctn_arena_new(s->arena, ctn_where, list->n + 1);
	size_t i = 0;

	if (at == NULL) {
		s->errors->no_memory = true;
		return NULL;
	}
	for (const ctn_yaml *v = list->first; v != NULL; v = v->next)
		at[i++] = ctn_read_where(s, v);
	return at;
}

static void
read_patterns(ctn_schema *s, const ctn_yaml *list, enum ctn_name_type type, const char ***patterns, ctn_cidr **blocks, size_t *n)
{
	if (type == CTN_NAME_IP)
		*blocks = ctn_read_items(s, list, sizeof(ctn_cidr), ctn_read_cidr, n);
	else
		*patterns = ctn_read_items(s, list, sizeof(const char *),
		    type == CTN_NAME_DNS       ? ctn_read_dns_pattern :
		        type == CTN_NAME_EMAIL ? ctn_read_mail_pattern :
		                                 ctn_read_uri_pattern,
		    n);
}

static void
check_rule(ctn_schema *s, const ctn_yaml *value, const struct draft *d)
{
	if (d->allow != NULL && d->allow->n == 0)
		ctn_schema_say(s, value, "remove the whole key: a type of name that is absent is not allowed", "allow is empty");
	if (d->r.min > d->r.max)
		ctn_schema_say(s, value, NULL, "min (%u) is over max (%u)", d->r.min, d->r.max);
}

static void
read_rule(ctn_schema *s, const ctn_yaml *value, void *field)
{
	ctn_name_rule *rule = field;
	const ctn_profile *p = ((ctn_reading *)s->user)->into;
	size_t i = (size_t)(rule - p->names);
	struct draft d = { .r = { .present = true, .type = ctn_policy_name_types[i], .max = 100, .where = ctn_read_where(s, value) } };
	const char *before;

	ctn_schema_read_in(s, value->key, d.r.type == CTN_NAME_DNS ? dns_rule_keys : rule_keys, value, &d);
	before = ctn_schema_enter(s, value->key);
	if (d.allow != NULL) {
		read_patterns(s, d.allow, d.r.type, &d.r.allow, &d.r.allow_ip, &d.r.allow_n);
		d.r.allow_where = places_of(s, d.allow);
	}
	if (d.deny != NULL) {
		read_patterns(s, d.deny, d.r.type, &d.r.deny, &d.r.deny_ip, &d.r.deny_n);
		d.r.deny_where = places_of(s, d.deny);
	}
	ctn_schema_leave(s, before);
	check_rule(s, value, &d);
	*rule = d.r;
}

static const ctn_schema_key names_keys[] = {
	{ .name = "dns", CTN_KEY_CUSTOM(ctn_profile, names[0], read_rule) },
	{ .name = "ip", CTN_KEY_CUSTOM(ctn_profile, names[1], read_rule) },
	{ .name = "email", CTN_KEY_CUSTOM(ctn_profile, names[2], read_rule) },
	{ .name = "uri", CTN_KEY_CUSTOM(ctn_profile, names[3], read_rule) },
	{ .name = "total", CTN_KEY_MAP(total_keys) },
	{ 0 },
};

void
ctn_names_read(ctn_schema *s, const ctn_yaml *value, void *field)
{
	ctn_profile *p = ((ctn_reading *)s->user)->into;

	(void)field;
	p->total_min = TOTAL_UNSAID;
	ctn_schema_read_in(s, value->key, names_keys, value, p);
}

/** How many types of name there are, and how many names they need together. */
static void
count_types(ctn_profile *p, unsigned *types, unsigned *least)
{
	for (size_t i = 0; i < 4; i++) {
		p->names[i].type = ctn_policy_name_types[i];
		*types += p->names[i].present ? 1 : 0;
		*least += p->names[i].min;
	}
}

void
ctn_names_finish(ctn_schema *s, const ctn_yaml *root, ctn_profile *p)
{
	const ctn_yaml *names = ctn_yaml_get(root, "names");
	const ctn_yaml *total = ctn_yaml_get(names, "total");
	const ctn_yaml *spot = total != NULL ? total : names;
	ctn_yaml at = { 0 };
	unsigned types = 0, least = 0;

	count_types(p, &types, &least);
	if (p->total_min == TOTAL_UNSAID)
		p->total_min = types > 0 ? 1 : 0;
	if (names == NULL)
		return;
	at = (ctn_yaml){ .line = spot->line, .column = spot->column };
	if (p->total_min > p->total_max)
		ctn_schema_say(s, &at, NULL, "names.total.min (%u) is over names.total.max (%u)", p->total_min, p->total_max);
	if (types == 0 && p->total_min > 0)
		ctn_schema_say(s, &at, "allow a type of name: dns, ip, email or uri", "names.total.min is %u, but no name is allowed", p->total_min);
	if (least > p->total_max)
		ctn_schema_say(s, &at, NULL, "the types of names need %u together, more than names.total.max (%u)", least, p->total_max);
}
