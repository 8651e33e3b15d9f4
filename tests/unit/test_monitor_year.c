/*
 * A year of runs under a frozen clock. What should have been told is worked out here, from the words of the policy alone: a window is a share
 * of the lifetime, capped; a stage is told once, again after `repeat`, recovered once; many at once are a digest; a channel that was down gets
 * what still counts. Nothing of the monitor is called for it. No notice more, no notice less.
 *
 *   test_monitor_year          a year by days, two weeks by hours: the short form
 *   test_monitor_year hours    a year by hours
 */
#include "ca_home.h"

#include "ca/renew.h"
#include "monitor/run.h"
#include "store/revocation.h"

#define HOUR INT64_C(3600)
#define REPEAT (7 * DAY)
enum { ITEMS = 2048, CHANNELS = 2, MESSAGES = 64, TEXT = 16384 };
enum stage { OK_, WARNING, UNREACHABLE, CRITICAL, EXPIRED };
static const char *const stages[] = { "recovered", "warning", "unreachable", "critical", "expired" };

/** One thing that ends. It is there from `from`, and silent from `until`. */
struct thing {
	char item[64];
	int64_t from, until, ends, lifetime;
	int64_t id;
	/* of the model */
	enum stage told;
	int64_t told_at;
	bool heard[CHANNELS];
};

/** One message: sorted items, so that order plays no part. */
struct message {
	bool digest, repeated;
	enum stage stage;
	bool has[ITEMS]; /* things by number */
};

struct channel {
	const char *name;
	bool wants_warnings;
	int64_t down_from, down_until;
	bool known;
	struct message waiting[MESSAGES];
	size_t waiting_n;
	char got[TEXT], want[TEXT]; /* what arrived in one run, a line each, sorted */
	char tried[MESSAGES][TEXT]; /* bytes that were refused, oldest first */
	size_t tried_n;
};

struct year {
	struct world *w;
	struct thing things[ITEMS];
	size_t n;
	struct channel channels[CHANNELS];
	unsigned notices;
};

static struct year y;

/* The receiver */

static struct channel *
channel_of(const char *word)
{
	size_t i = 0;

	while (i + 1 < CHANNELS && strcmp(y.channels[i].name, word) != 0)
		i++;
	assert_string_equal(y.channels[i].name, word);
	return &y.channels[i];
}

static bool
says(const char *text, const char *member)
{
	return strstr(text, member) != NULL;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

__attribute__((format(printf, 2, 3))) static void
add_line(char out[TEXT], const char *fmt, ...)
{
	size_t n = strlen(out);
	va_list args;

	va_start(args, fmt);
	assert_true((size_t)vsnprintf(out + n, TEXT - n, fmt, args) < TEXT - n);
	va_end(args);
}

/* "digest warning home:a home:b" */
static void
describe(char out[TEXT], bool digest, bool repeated, const char *stage, char *const *items, size_t n)
{
	const char *sorted[ITEMS];

	for (size_t i = 0; i < n; i++)
		sorted[i] = items[i];
	qsort(sorted, n, sizeof *sorted, by_text);
	add_line(out, "%s%s %s", digest ? "digest" : "one", repeated ? " again" : "", stage);
	for (size_t i = 0; i < n; i++)
		add_line(out, " %s", sorted[i]);
	add_line(out, "\n");
}

/* Each item begins its object: {"item":"home:...". */
static size_t
items_of(char items[ITEMS][64], char *pointers[ITEMS], const char *text)
{
	size_t n = 0;

	for (const char *p = strstr(text, "{\"item\":\""); p != NULL; p = strstr(p + 1, "{\"item\":\"")) {
		assert_true(n < ITEMS);
		assert_int_equal(sscanf(p + 9, "%63[^\"]", items[n]), 1);
		pointers[n] = items[n];
		n++;
	}
	return n;
}

static void
arrived(struct channel *c, const char *text)
{
	char items[ITEMS][64], *pointers[ITEMS], stage[32] = "";
	const char *said = strstr(text, "\"stage\":\"");
	size_t n = items_of(items, pointers, text);

	assert_non_null(said);
	assert_int_equal(sscanf(said + 9, "%31[^\"]", stage), 1);
	describe(c->got, says(text, "\"digest\":true"), says(text, "\"repeated\":true"), stage, pointers, n);
	y.notices++;
}

/* What was refused before comes again byte for byte, and in its order. */
static void
was_tried(struct channel *c, const char *text)
{
	for (size_t i = 0; i < c->tried_n; i++) {
		if (strncmp(c->tried[i], text, 40) != 0) /* the id stands in front */
			continue;
		assert_string_equal(c->tried[i], text);
		return;
	}
}

static bool
receive(void *ctx, ctn_command_end *end, const char *const *argv, ctn_span input, int64_t timeout_s, struct ctn_err *e)
{
	struct channel *c = channel_of(argv[0]);
	static char text[TEXT];

	(void)ctx;
	(void)timeout_s;
	(void)e;
	assert_true(input.n < sizeof text);
	memcpy(text, input.p, input.n);
	text[input.n] = '\0';
	*end = (ctn_command_end){ 0 };
	if (y.w->now_s >= c->down_from && y.w->now_s < c->down_until) {
		end->status = 1;
		if (c->tried_n < MESSAGES)
			(void)snprintf(c->tried[c->tried_n++], sizeof c->tried[0], "%s", text);
		return true;
	}
	was_tried(c, text);
	arrived(c, text);
	return true;
}

/* The model */

static enum stage
stage_at(const struct thing *t, int64_t now)
{
	int64_t warning = t->lifetime * 25 / 100, critical = t->lifetime * 10 / 100;

	if (now < t->from || now >= t->until)
		return OK_;
	if (warning > 30 * DAY)
		warning = 30 * DAY;
	if (critical > 14 * DAY)
		critical = 14 * DAY;
	return now > t->ends ? EXPIRED : now >= t->ends - critical ? CRITICAL : now >= t->ends - warning ? WARNING : OK_;
}

static bool
wants(const struct channel *c, enum stage s)
{
	return c->wants_warnings || s == CRITICAL || s == EXPIRED || s == OK_;
}

static bool
waits(const struct channel *c, size_t thing)
{
	for (size_t i = 0; i < c->waiting_n; i++)
		if (c->waiting[i].has[thing])
			return true;
	return false;
}

/* What is overtaken is taken back; what else stood in a digest is told anew. */
static void
take_back(struct channel *c, size_t thing, bool fresh[ITEMS])
{
	for (size_t i = 0; i < c->waiting_n;) {
		if (!c->waiting[i].has[thing]) {
			i++;
			continue;
		}
		for (size_t k = 0; k < y.n; k++)
			if (c->waiting[i].digest && c->waiting[i].has[k])
				fresh[k] = true;
		memmove(&c->waiting[i], &c->waiting[i + 1], (c->waiting_n - i - 1) * sizeof c->waiting[0]);
		c->waiting_n--;
	}
}

static void
put(struct channel *c, const struct message *m)
{
	assert_true(c->waiting_n < MESSAGES);
	c->waiting[c->waiting_n++] = *m;
}

static void
put_all(struct channel *c, const bool what[ITEMS], const bool again[ITEMS], int64_t now)
{
	struct message digest = { .digest = true, .repeated = true };
	size_t n = 0;

	for (size_t i = 0; i < y.n; i++) {
		if (!what[i])
			continue;
		n++;
		digest.has[i] = true;
		digest.repeated = digest.repeated && again[i];
		if (stage_at(&y.things[i], now) > digest.stage)
			digest.stage = stage_at(&y.things[i], now);
	}
	if (n > 0 && (!c->known || n > 10)) {
		put(c, &digest);
		return;
	}
	for (size_t i = 0; i < y.n; i++) {
		struct message one = { .repeated = again[i], .stage = stage_at(&y.things[i], now) };

		one.has[i] = true;
		if (what[i])
			put(c, &one);
	}
}

static void
decide(struct channel *c, size_t number, int64_t now)
{
	bool what[ITEMS] = { 0 }, again[ITEMS] = { 0 }, fresh[ITEMS] = { 0 };

	for (size_t i = 0; i < y.n; i++) {
		const struct thing *t = &y.things[i];
		enum stage s = stage_at(t, now);
		bool news = s > t->told, well = s == OK_ && t->told != OK_;

		if (news && wants(c, s)) {
			take_back(c, i, fresh);
			what[i] = true;
		} else if (well) {
			take_back(c, i, fresh);
			what[i] = t->heard[number];
		} else if (s != OK_ && s == t->told && now >= t->told_at + REPEAT && wants(c, s) && !waits(c, i)) {
			what[i] = again[i] = true;
		}
	}
	for (size_t i = 0; i < y.n; i++)
		if (fresh[i] && !what[i] && stage_at(&y.things[i], now) != OK_) {
			what[i] = true;
			again[i] = false;
		}
	put_all(c, what, again, now);
	c->known = true;
}

static void
deliver(struct channel *c, size_t number, int64_t now)
{
	char *items[ITEMS];

	if (now >= c->down_from && now < c->down_until)
		return;
	for (size_t i = 0; i < c->waiting_n; i++) {
		size_t n = 0;

		for (size_t k = 0; k < y.n; k++) {
			if (!c->waiting[i].has[k])
				continue;
			items[n++] = y.things[k].item;
			y.things[k].heard[number] = stage_at(&y.things[k], now) != OK_;
		}
		describe(c->want, c->waiting[i].digest, c->waiting[i].repeated, stages[c->waiting[i].stage], items, n);
	}
	c->waiting_n = 0;
}

static void
remember(int64_t now)
{
	for (size_t i = 0; i < y.n; i++) {
		struct thing *t = &y.things[i];
		enum stage s = stage_at(t, now);

		if (s > t->told || (s == t->told && now >= t->told_at + REPEAT))
			t->told_at = now;
		t->told = s;
	}
}

/* Both */

static void
sort_lines(char text[TEXT])
{
	static char copy[TEXT];
	char *lines[MESSAGES], *save = NULL;
	size_t n = 0;

	strcpy(copy, text);
	for (char *line = strtok_r(copy, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		assert_true(n < MESSAGES);
		lines[n++] = line;
	}
	qsort(lines, n, sizeof *lines, by_text);
	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		add_line(text, "%s\n", lines[i]);
}

static void
compare(int64_t now)
{
	for (size_t i = 0; i < CHANNELS; i++) {
		struct channel *c = &y.channels[i];

		sort_lines(c->got);
		sort_lines(c->want);
		if (strcmp(c->got, c->want) != 0)
			fail_msg("%s, day %lld hour %lld: arrived\n%swanted\n%s", c->name, (long long)((now - NOW) / DAY),
			    (long long)((now - NOW) / HOUR % 24), c->got, c->want);
		c->got[0] = c->want[0] = '\0';
	}
}

static ctn_monitor_policy
policy_of(ctn_arena *a)
{
	static const char text[] = "notify:\n"
				   "  - { command: [all], name: all }\n"
				   "  - { command: [some], name: some, stages: [critical, recovered] }\n";
	const ctn_policy_file file = { "monitor.yaml", "monitor.yaml", ctn_span_text(text) };
	ctn_policy_errors errors;
	ctn_monitor_policy p;

	OK(ctn_monitor_policy_parse(&p, &errors, &file, a, &e));
	assert_int_equal(errors.n, 0);
	return p;
}

static void
run_at(int64_t now)
{
	ctn_run_args args = { .limit = 10 };
	ctn_run_result result;
	ctn_monitor_policy p;
	ctn_monitor_env env;

	world_at(y.w, now);
	p = policy_of(y.w->ca->arena);
	env = (ctn_monitor_env){ .ca = y.w->ca, .policy = &p, .command = receive };
	OK(ctn_monitor_run(&result, &env, &args, &e));
	for (size_t i = 0; i < CHANNELS; i++)
		decide(&y.channels[i], i, now);
	remember(now);
	for (size_t i = 0; i < CHANNELS; i++)
		deliver(&y.channels[i], i, now);
	compare(now);
}

/* What there is to watch */

static struct thing *
add_thing(const char *item, int64_t from, int64_t ends, int64_t lifetime)
{
	struct thing *t = &y.things[y.n++];

	assert_true(y.n <= ITEMS);
	*t = (struct thing){ .from = from, .until = INT64_MAX, .ends = ends, .lifetime = lifetime };
	(void)snprintf(t->item, sizeof t->item, "%s", item);
	return t;
}

static struct thing *
add_leaf(int64_t id)
{
	ctn_cert_row row;
	struct thing *t;
	char item[64], *hex;

	OK(ctn_store_cert(&row, y.w->ca->store, id, y.w->ca->arena, &e));
	hex = ctn_arena_hex(y.w->ca->arena, row.serial);
	assert_non_null(hex);
	(void)snprintf(item, sizeof item, "home:leaf:%s", hex);
	t = add_thing(item, y.w->now_s, row.not_after, row.not_after - row.not_before + 1);
	t->id = id;
	return t;
}

static size_t
issue(const char *name, int64_t lifetime)
{
	ctn_issue_args args = { .profile = "server", .names = &name, .names_n = 1, .lifetime_s = lifetime };
	ctn_issued issued;
	size_t number = y.n;

	OK(ctn_ca_issue(&issued, y.w->ca, &args, &e));
	assert_true(issued.allowed);
	(void)add_leaf(issued.certificate_id);
	ctn_issued_free(&issued);
	return number;
}

static size_t
renew(size_t number, int64_t lifetime)
{
	ctn_renew_args args = { .certificate_id = y.things[number].id, .lifetime_s = lifetime };
	ctn_issued issued;
	size_t fresh = y.n;

	OK(ctn_ca_renew(&issued, y.w->ca, &args, &e));
	assert_true(issued.allowed);
	(void)add_leaf(issued.certificate_id);
	ctn_issued_free(&issued);
	y.things[number].until = y.w->now_s;
	return fresh;
}

static void
revoke_thing(size_t number)
{
	const ctn_revocation_row how = { .reason = 4, .revoked_at = y.w->now_s, .invalid_since = INT64_MIN };
	bool already;

	OK(ctn_store_revoke(&already, y.w->ca->store, y.things[number].id, &how, &y.w->ca->act, &e));
	y.things[number].until = y.w->now_s;
}

static int
begin(void **state)
{
	if (world_make(state) != 0)
		return -1;
	memset(&y, 0, sizeof y);
	y.w = *state;
	y.channels[0] = (struct channel){ .name = "all", .wants_warnings = true };
	y.channels[1] = (struct channel){ .name = "some" };
	/* made by init: a CRL lives 7 d and 400 d, authorities for 5 and 20 years, none longer than what is above it */
	(void)add_thing("home:crl:issuing", NOW, NOW + 7 * DAY, 7 * DAY);
	(void)add_thing("home:crl:root", NOW, NOW + 400 * DAY, 400 * DAY);
	return 0;
}

/* Tests */

/* What happens within the year, whatever the step: begun on its first day. */
struct lives {
	size_t kept, lapsed, early, revoked, unheard, short_lived;
};

static void
live_day(struct lives *l, int64_t day)
{
	if (day == 1) {
		l->kept = issue("kept.internal.example", 90 * DAY);
		l->lapsed = issue("lapsed.internal.example", 90 * DAY);
		l->early = issue("early.internal.example", 90 * DAY);
		l->revoked = issue("revoked.internal.example", 90 * DAY);
	}
	if (day == 30)
		l->unheard = issue("unheard.internal.example", 94 * DAY);
	if (day == 40)
		l->short_lived = issue("short.internal.example", 25 * HOUR);
	if (day == 41)
		l->short_lived = renew(l->short_lived, 25 * HOUR);
	if (day == 60)
		l->early = renew(l->early, 90 * DAY);
	if (day == 80)
		l->kept = renew(l->kept, 90 * DAY);
	if (day == 85)
		revoke_thing(l->revoked);
	if (day == 105)
		l->unheard = renew(l->unheard, 398 * DAY - HOUR);
	if (day == 120)
		for (int i = 0; i < 14; i++) {
			char name[40];

			(void)snprintf(name, sizeof name, "many%d.internal.example", i);
			(void)issue(name, 30 * DAY);
		}
}

/* Certificates of a day: one is renewed in time, one in its last hours, one not at all. */
struct short_lives {
	size_t served, slow, forgotten;
};

static void
begin_short(struct short_lives *l)
{
	l->served = issue("served.internal.example", DAY);
	l->forgotten = issue("forgotten.internal.example", DAY);
	l->slow = issue("slow.internal.example", DAY);
}

static void
live_hour(struct short_lives *l, int64_t hour)
{
	if (hour % 16 == 0)
		l->served = renew(l->served, DAY);
	if (hour % 23 == 0)
		l->slow = renew(l->slow, DAY);
}

/* cron was off while the warnings of day 68 were due */
static bool
cron_is_off(int64_t day)
{
	return day >= 66 && day < 71;
}

static void
a_year_day_by_day(void **state)
{
	struct lives l = { 0 };

	(void)state;
	y.channels[0].down_from = NOW + 100 * DAY;
	y.channels[0].down_until = NOW + 107 * DAY;
	for (int64_t day = 1; day < 366; day++) {
		world_at(y.w, NOW + day * DAY - HOUR);
		live_day(&l, day);
		if (!cron_is_off(day))
			run_at(NOW + day * DAY);
	}
	assert_int_equal(y.things[l.lapsed].told, EXPIRED);
	assert_true(y.notices > 60);
}

static void
a_year_hour_by_hour(void **state)
{
	struct lives l = { 0 };
	struct short_lives s;

	(void)state;
	y.channels[0].down_from = NOW + 100 * DAY;
	y.channels[0].down_until = NOW + 107 * DAY;
	y.channels[1].down_from = NOW + 200 * DAY;
	y.channels[1].down_until = NOW + 202 * DAY + HOUR;
	world_at(y.w, NOW + 2);
	begin_short(&s);
	for (int64_t hour = 1; hour < 366 * 24; hour++) {
		world_at(y.w, NOW + hour * HOUR - 60);
		if (hour % 24 == 0)
			live_day(&l, hour / 24);
		live_hour(&s, hour);
		if (hour % 7 != 3 && !cron_is_off(hour / 24))
			run_at(NOW + hour * HOUR);
	}
	assert_int_equal(y.things[l.lapsed].told, EXPIRED);
	assert_int_equal(y.things[s.forgotten].told, EXPIRED);
	assert_true(y.notices > 1000);
}

static void
short_lives_hour_by_hour(void **state)
{
	struct short_lives l;

	(void)state;
	y.channels[1].down_from = NOW + 6 * DAY;
	y.channels[1].down_until = NOW + 8 * DAY;
	world_at(y.w, NOW + 2);
	begin_short(&l);
	for (int64_t hour = 1; hour < 13 * 24; hour++) {
		world_at(y.w, NOW + hour * HOUR - 60);
		live_hour(&l, hour);
		if (hour % 7 != 3)
			run_at(NOW + hour * HOUR);
	}
	assert_int_equal(y.things[l.forgotten].told, EXPIRED);
	assert_true(y.notices > 60);
}

/* 365 days, the last 40 of them after the root's end. */
static void
last_year_of_twenty(int64_t from, int64_t step)
{
	int64_t root = NOW + 7300 * DAY - 1, issuing = NOW + 1825 * DAY - 1, n = 0;

	(void)add_thing("home:ca:root", NOW, root, 7300 * DAY);
	(void)add_thing("home:ca:issuing", NOW, issuing, 1825 * DAY);
	for (int64_t at = from; at < root + 40 * DAY; at += step)
		if (n++ % 9 != 5)
			run_at(at);
	assert_int_equal(y.things[2].told, EXPIRED);
}

static void
the_last_days_of_twenty_years(void **state)
{
	(void)state;
	last_year_of_twenty(NOW + 7240 * DAY, DAY);
}

static void
the_last_year_of_twenty_hour_by_hour(void **state)
{
	(void)state;
	last_year_of_twenty(NOW + 6975 * DAY, HOUR);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_year_day_by_day, begin, world_end),
		cmocka_unit_test_setup_teardown(short_lives_hour_by_hour, begin, world_end),
		cmocka_unit_test_setup_teardown(the_last_days_of_twenty_years, begin, world_end),
	};
	const struct CMUnitTest hours[] = {
		cmocka_unit_test_setup_teardown(a_year_hour_by_hour, begin, world_end),
		cmocka_unit_test_setup_teardown(the_last_year_of_twenty_hour_by_hour, begin, world_end),
	};

	if (argc > 1 && strcmp(argv[1], "hours") == 0)
		return cmocka_run_group_tests(hours, NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
