/*
 * One `issue --csr` (P-256, a key without passphrase) as a whole process: against certtool, and against itself with a million
 * certificates on record. Runs alternate, so that what else the machine does falls on all alike; medians are compared.
 *
 *   bench_issue [CATENA [DIR]]
 */
#include "home.h"

enum { ROUNDS = 41 };

struct paths {
	char empty[PATH_LEN], full[PATH_LEN], out[PATH_LEN], key[PATH_LEN], csr[PATH_LEN];
	char ca_key[PATH_LEN], ca_cert[PATH_LEN], template[PATH_LEN], theirs[PATH_LEN];
};

struct series {
	double cpu_ms[ROUNDS], wall_ms[ROUNDS];
	long peak_kib;
};

static bool
write_template(const char *path)
{
	FILE *f = fopen(path, "w");

	if (f == NULL)
		return false;
	(void)fputs("cn=web.internal.example\ndns_name=web.internal.example\ntls_www_server\nsigning_key\nexpiration_days=90\n", f);
	return fclose(f) == 0;
}

static bool
prepare(struct paths *p, const struct bench *b)
{
	path_of(p->empty, "%s/empty", b->dir);
	path_of(p->out, "%s/out", b->dir);
	path_of(p->key, "%s/leaf.key", b->dir);
	path_of(p->csr, "%s/leaf.csr", b->dir);
	path_of(p->ca_key, "%s/ca.key", b->dir);
	path_of(p->ca_cert, "%s/ca.crt", b->dir);
	path_of(p->template, "%s/template", b->dir);
	path_of(p->theirs, "%s/theirs.crt", b->dir);
	return full_home(p->full, b) && make_home(b, p->empty) && MUST("mkdir", "-p", p->out) && write_template(p->template) &&
	    MUST("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", p->ca_key, "-out",
		p->ca_cert, "-subj", "/CN=CA");
}

/* A key may be certified once, so each round has one of its own. */
static bool
make_request(const struct paths *p)
{
	return MUST("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", p->key, "-out",
	    p->csr, "-subj", "/CN=web.internal.example", "-addext", "subjectAltName=DNS:web.internal.example");
}

static void
note(struct series *s, unsigned round, const struct cost *c)
{
	s->cpu_ms[round] = c->cpu_ms;
	s->wall_ms[round] = c->wall_ms;
	if (c->peak_kib > s->peak_kib)
		s->peak_kib = c->peak_kib;
}

static bool
issue(struct series *s, unsigned round, const struct bench *b, const struct paths *p, const char *home)
{
	struct cost c;

	if (!RUN(&c, b->catena, "-C", home, "issue", "server", "--csr", p->csr, "--out", p->out, "--force"))
		return false;
	note(s, round, &c);
	return true;
}

static bool
certtool(struct series *s, unsigned round, const struct paths *p)
{
	struct cost c;

	if (!RUN(&c, "certtool", "--generate-certificate", "--load-request", p->csr, "--load-ca-certificate", p->ca_cert,
		"--load-ca-privkey", p->ca_key, "--template", p->template, "--outfile", p->theirs))
		return false;
	note(s, round, &c);
	return true;
}

static bool
links_none_of(const struct bench *b, const char *a, const char *other)
{
	char command[PATH_LEN + 16], line[PATH_LEN];
	bool none = true;
	FILE *f;

	(void)snprintf(command, sizeof command, "ldd '%s'", b->catena);
	f = popen(command, "r");
	if (f == NULL)
		return false;
	while (fgets(line, sizeof line, f) != NULL)
		none = none && strstr(line, a) == NULL && strstr(line, other) == NULL;
	none = pclose(f) == 0 && none;
	(void)printf("%-52s %s\n", "links neither libcurl nor libssl", none ? "yes" : "BROKEN: no");
	return none;
}

static void
show(const char *what, const struct series *s)
{
	(void)printf("%-52s %8.2f ms    wall %.2f ms\n", what, median(s->cpu_ms, ROUNDS), median(s->wall_ms, ROUNDS));
}

static bool
report(const struct bench *b, const struct series *empty, const struct series *full, const struct series *theirs)
{
	double few = median(empty->cpu_ms, ROUNDS), many = median(full->cpu_ms, ROUNDS);
	bool kept = true;

	show("issue: CPU of the process, empty store", empty);
	show("issue: CPU of the process, a million certificates", full);
	if (theirs != NULL) {
		show("certtool --generate-certificate", theirs);
		kept = promise("issue: CPU against certtool", few / median(theirs->cpu_ms, ROUNDS), "times", 2.5);
	} else {
		(void)printf("certtool is not here: nothing to compare with (package gnutls-bin)\n");
	}
	kept = promise("issue: CPU with a million against none", many / few, "times", 1.3) && kept;
	kept = promise("issue: peak memory", (double)(full->peak_kib > empty->peak_kib ? full->peak_kib : empty->peak_kib) / 1024, "MiB", 16) &&
	    kept;
	return links_none_of(b, "libcurl", "libssl") && kept;
}

int
main(int argc, char **argv)
{
	static struct series empty, full, theirs;
	static struct paths p;
	struct bench b;
	bool compare = RUN(NULL, "certtool", "--version");

	if (!bench_open(&b, argc, argv) || !prepare(&p, &b))
		return 3;
	/* The first of each warms the caches and does not count: the second overwrites it. */
	for (unsigned i = 0; i <= ROUNDS; i++) {
		unsigned round = i == 0 ? 0 : i - 1;

		if (!make_request(&p) || !issue(&empty, round, &b, &p, p.empty) || (compare && !certtool(&theirs, round, &p)) ||
		    !issue(&full, round, &b, &p, p.full)) {
			(void)fprintf(stderr, "bench_issue: round %u failed\n", i);
			return 3;
		}
	}
	return report(&b, &empty, &full, compare ? &theirs : NULL) ? 0 : 1;
}
