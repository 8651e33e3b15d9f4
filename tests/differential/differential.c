/*
 * Generated chains, judged by ctn_verify and by X509_verify_cert: differential [N] [--seed FIRST] [--balance] [--brief] | --json |
 * --starve (by ctn_verify alone, while memory is lacking) | --show SEED | --seeds FOLDER (for the fuzz targets)
 * A disagreement that no listed rule explains is told with its seed and dumped as PEM (--brief: one line); --balance counts each twist.
 * Exit status 1: there was one, or the generator has lost its balance: fewer than a quarter accepted, or refused.
 */
#include <stdio.h>
#include <stdlib.h>

#include "der/oid.h"
#include "scene.h"
#include "starve.h"

/* Counts of one twist: answers of ours where it was in the scene. */
struct balance {
	unsigned yes, no;
};

struct sums {
	unsigned long chains, yes, no, explained, unexplained;
	unsigned long by_rule[LISTED_MAX];
	struct balance twist[SCENE_TWISTS_MAX];
};

static const struct listed *
rule_for(const struct scene *s, const struct verdict *ours, const struct verdict *theirs)
{
	int code = ours->yes ? theirs->why : ours->why;

	for (size_t i = 0; i < listed_n; i++)
		if (listed[i].ours == ours->yes && (listed[i].code == 0 || listed[i].code == code) && listed[i].holds(s, ours, theirs))
			return &listed[i];
	return NULL;
}

static void
tell(FILE *out, const struct scene *s, const struct verdict *ours, const struct verdict *theirs)
{
	fprintf(out, "ours:   %s at %d: %s\n", ours->yes ? "yes" : ctn_vrule_of((enum ctn_vcheck)ours->why)->name, ours->at, ours->text);
	fprintf(out, "theirs: %s at %d: %s (%d)\n", theirs->yes ? "yes" : "no", theirs->at, theirs->text, theirs->why);
	scene_dump(s, out);
}

/* In one line, for a first look at many. */
static void
tell_short(const struct scene *s, const struct verdict *ours, const struct verdict *theirs)
{
	printf("%llu\t%s\t%d\t%s\t%d\t%d\t%s%s\t", (unsigned long long)s->seed,
	    ours->yes ? "yes" : ctn_vrule_of((enum ctn_vcheck)ours->why)->name, ours->at, theirs->yes ? "yes" : "no", theirs->why,
	    theirs->at, ours->yes ? theirs->text : ours->text, s->other_path ? " (another path)" : "");
	for (size_t i = 0; i < twists_n; i++)
		if (s->twisted[i])
			printf(" %s", twists[i].name);
	printf("%s\n", s->strict ? " [strict]" : "");
}

static void
count(struct sums *t, const struct scene *s, const struct verdict *ours, const struct verdict *theirs, bool brief)
{
	const struct listed *rule;

	t->chains++;
	for (size_t i = 0; i < twists_n; i++)
		if (s->twisted[i]) {
			t->twist[i].yes += ours->yes;
			t->twist[i].no += !ours->yes;
		}
	if (ours->yes == theirs->yes) {
		t->yes += ours->yes;
		t->no += !ours->yes;
		return;
	}
	rule = rule_for(s, ours, theirs);
	if (rule != NULL) {
		t->explained++;
		t->by_rule[rule - listed]++;
		return;
	}
	t->unexplained++;
	if (brief)
		tell_short(s, ours, theirs);
	else
		tell(stdout, s, ours, theirs);
}

/* Who refuses is asked again about the path that the other accepts. */
static void
judge(struct verdict *ours, struct verdict *theirs, struct scene *s)
{
	enum ctn_verify_profile profile = s->strict ? CTN_RFC5280 : CTN_PKIX;
	struct verdict again;

	judge_ours(ours, s, profile, NULL, s->a);
	judge_theirs(theirs, s, NULL, s->a);
	if (ours->yes == theirs->yes)
		return;
	if (ours->yes) {
		judge_theirs(&again, s, ours, s->a);
		s->other_path = again.yes;
		*theirs = again.yes ? *theirs : again;
	} else {
		judge_ours(&again, s, profile, theirs, s->a);
		s->other_path = again.yes;
		*ours = again.yes ? *ours : again;
	}
}

static void
run_one(struct sums *t, uint64_t seed, bool brief)
{
	struct verdict ours, theirs;
	struct scene s;

	scene_make(&s, seed);
	judge(&ours, &theirs, &s);
	count(t, &s, &ours, &theirs, brief);
	scene_free(&s);
}

static void
print_json(uint64_t seed)
{
	struct scene s;

	scene_make(&s, seed);
	scene_json(&s, stdout);
	scene_free(&s);
}

static void
show(uint64_t seed)
{
	struct verdict ours, theirs;
	struct scene s;

	scene_make(&s, seed);
	judge(&ours, &theirs, &s);
	tell(stdout, &s, &ours, &theirs);
	scene_free(&s);
}

/* One profile a scene, in turns. */
static int
starve(uint64_t first, unsigned long n)
{
	static const enum ctn_verify_profile profiles[] = { CTN_PKIX, CTN_RFC5280, CTN_WEBPKI };
	unsigned long asked = 0, wrong = 0;
	struct scene s;

	for (unsigned long i = 0; i < n; i++) {
		scene_make(&s, first + i);
		wrong += scene_starve(&s, profiles[i % 3], &asked);
		scene_free(&s);
	}
	printf("%lu chains, asked %lu times without memory, %lu other answers\n", n, asked, wrong);
	return wrong > 0;
}

static int
sum_up(const struct sums *t, bool balance)
{
	for (size_t i = 0; balance && i < twists_n; i++)
		printf("  %-24s %6u accepted %6u refused\n", twists[i].name, t->twist[i].yes, t->twist[i].no);
	for (size_t i = 0; i < listed_n; i++)
		if (t->by_rule[i] > 0)
			printf("  %-24s %6lu  ours %s: %s\n", listed[i].name, t->by_rule[i], listed[i].ours ? "yes" : "no", listed[i].why);
	printf("%lu chains, %lu agreed yes, %lu agreed no, %lu explained by %zu rules, %lu unexplained\n", t->chains, t->yes, t->no,
	    t->explained, listed_n, t->unexplained);
	if (t->chains >= 1000 && (t->yes < t->chains / 4 || t->no < t->chains / 4)) {
		printf("the generator is out of balance\n");
		return 1;
	}
	return t->unexplained > 0;
}

struct options {
	unsigned long n;
	uint64_t first;
	bool balance, brief, json, starve, show;
	const char *seeds;
};

static bool
read_options(struct options *o, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		bool has_value = i + 1 < argc;
		char *end = argv[i];

		if (strcmp(argv[i], "--balance") == 0) {
			o->balance = true;
		} else if (strcmp(argv[i], "--brief") == 0) {
			o->brief = true;
		} else if (strcmp(argv[i], "--json") == 0) {
			o->json = true;
		} else if (strcmp(argv[i], "--starve") == 0) {
			o->starve = true;
		} else if ((strcmp(argv[i], "--seed") == 0 || strcmp(argv[i], "--show") == 0) && has_value) {
			o->show = argv[i][3] == 'h';
			o->first = strtoull(argv[++i], &end, 10);
		} else if (strcmp(argv[i], "--seeds") == 0 && has_value) {
			o->seeds = end = argv[++i];
		} else {
			o->n = strtoul(argv[i], &end, 10);
		}
		if (end != argv[i] && *end != '\0')
			return false;
	}
	return o->n > 0;
}

int
main(int argc, char **argv)
{
	static struct sums t;
	struct options o = { .n = 2000, .first = 1 };
	int status = 0;

	if (!read_options(&o, argc, argv)) {
		fprintf(stderr, "usage: %s [N] [--seed FIRST] [--balance] [--brief] [--json | --starve] | --show SEED | --seeds FOLDER\n", argv[0]);
		return 2;
	}
	if (o.seeds != NULL) {
		scene_seeds(o.seeds);
		return 0;
	}
	starve_prepare();
	scene_keys();
	if (o.show)
		show(o.first);
	if (o.starve)
		status = starve(o.first, o.n);
	for (unsigned long i = 0; i < o.n && !o.show && !o.starve; i++)
		if (o.json)
			print_json(o.first + i);
		else
			run_one(&t, o.first + i, o.brief);
	(void)forge_end(NULL);
	return o.show || o.json || o.starve ? status : sum_up(&t, o.balance);
}
