/*
 * Host tool of the build: turns SQL, YAML and HTML files into C.
 *
 *   embed sql OUT FILE...        OUT.h, OUT.c: `-- name: WORD :kind` blocks of query.sql as an enum and
 *                                an array, numbered migrations as an array
 *   embed policies OUT FILE...   OUT.h, OUT.c: files as an array of name and text
 *   embed pieces OUT FILE        OUT.h, OUT.c: `<!-- piece: WORD -->` blocks as an enum and an array
 *
 * It is no part of the library: it prints and exits as a compiler does.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
	char *p;
	size_t n;
};

static void
die(const char *what, const char *about)
{
	fprintf(stderr, "embed: %s: %s\n", about, what);
	exit(1);
}

static struct text
slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct text t = { malloc(1 << 20), 0 };

	if (f == NULL || t.p == NULL)
		die("cannot be read", path);
	t.n = fread(t.p, 1, (1 << 20) - 1, f);
	if (ferror(f) || !feof(f))
		die("cannot be read, or is over 1 MiB", path);
	fclose(f);
	if (memchr(t.p, '\0', t.n) != NULL)
		die("holds a NUL byte", path);
	t.p[t.n] = '\0';
	return t;
}

static FILE *
create(const char *stem, const char *suffix)
{
	char path[4096];
	FILE *f;

	if (snprintf(path, sizeof path, "%s%s", stem, suffix) >= (int)sizeof path)
		die("path too long", stem);
	f = fopen(path, "wb");
	if (f == NULL)
		die("cannot be written", path);
	return f;
}

static void
finish(FILE *f, const char *stem)
{
	if (fflush(f) != 0 || ferror(f) || fclose(f) != 0)
		die("cannot be written", stem);
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* One C literal per line of text, so that the generated file can be read. */
static void
put_literal(FILE *f, const char *p, size_t n)
{
	fputs("\n\t\t\"", f);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c == '\n')
			fputs(i + 1 < n ? "\\n\"\n\t\t\"" : "\\n", f);
		else if (c == '"' || c == '\\' || c == '?')
			fprintf(f, "\\%c", c);
		else if (c < ' ' || c > '~')
			fprintf(f, "\\%03o", c);
		else
			fputc(c, f);
	}
	fputc('"', f);
}

static const char *
line_end(const char *p)
{
	const char *nl = strchr(p, '\n');

	return nl == NULL ? p + strlen(p) : nl + 1;
}

static bool
is_blank(const char *p, const char *end)
{
	while (p < end && isspace((unsigned char)*p))
		p++;
	return p == end;
}

static bool
is_comment(const char *p)
{
	return p[0] == '-' && p[1] == '-';
}

/* The block's text: comments that stand alone and blank lines around it say nothing to SQLite. */
static const char *
put_query_text(FILE *f, const char *p, const char *path, const char *name)
{
	struct text body = { malloc(strlen(p) + 1), 0 };

	if (body.p == NULL)
		die("out of memory", path);
	for (const char *end; *p != '\0' && strncmp(p, "-- name:", 8) != 0; p = end) {
		end = line_end(p);
		if (is_blank(p, end) || is_comment(p))
			continue;
		memcpy(body.p + body.n, p, (size_t)(end - p));
		body.n += (size_t)(end - p);
	}
	while (body.n > 0 && (isspace((unsigned char)body.p[body.n - 1]) || body.p[body.n - 1] == ';'))
		body.n--;
	if (body.n == 0)
		die("query without text", name);
	put_literal(f, body.p, body.n);
	free(body.p);
	return p;
}

static void
check_new(char (*seen)[64], size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(seen[i], name) == 0)
			die("this name is used twice", name);
}

static size_t
put_queries(FILE *h, FILE *c, const char *path)
{
	static char seen[512][64];
	struct text t = slurp(path);
	const char *p = t.p;
	size_t n = 0;

	while (*p != '\0' && strncmp(p, "-- name:", 8) != 0) {
		if (!is_comment(p) && !is_blank(p, line_end(p)))
			die("text before the first '-- name:'", path);
		p = line_end(p);
	}
	while (*p != '\0') {
		char kind[16];

		if (n == 512)
			die("more than 512 queries", path);
		if (sscanf(p, "-- name: %63[a-z0-9_] :%15[a-z]", seen[n], kind) != 2)
			die("expected '-- name: WORD :kind'", path);
		check_new(seen, n, seen[n]);
		fprintf(h, "\tCTN_Q_%s,\n", seen[n]);
		fprintf(c, "\t{ \"%s\", \"%s\",", seen[n], kind);
		p = put_query_text(c, line_end(p), path, seen[n]);
		fputs(" },\n", c);
		n++;
	}
	free(t.p);
	return n;
}

static void
put_migration(FILE *c, const char *path, int expected)
{
	const char *name = base_name(path);
	struct text t = slurp(path);
	char *end;
	long number = strtol(name, &end, 10);

	if (end != name + 4 || *end != '-' || number != expected)
		die("migrations are called 0001-WORDS.sql, 0002-..., without a gap", name);
	fprintf(c, "\t{ %ld, \"%.*s\",", number, (int)(strlen(end + 1) - 4), end + 1);
	put_literal(c, t.p, t.n);
	fputs(" },\n", c);
	free(t.p);
}

static void
embed_sql(const char *stem, char **paths, int n)
{
	FILE *h = create(stem, ".h"), *c = create(stem, ".c");
	int number = 0;

	fputs("/* Generated from schema/sqlite: the named queries and the numbered migrations. */\n"
	      "#ifndef CTN_SCHEMA_SQL_H\n#define CTN_SCHEMA_SQL_H\n\n#include <stddef.h>\n\nenum ctn_query {\n",
	    h);
	fputs("#include \"schema_sql.h\"\n\nconst struct ctn_query_text ctn_queries[CTN_QUERIES + 1] = {\n", c);
	for (int i = 0; i < n; i++)
		if (strcmp(base_name(paths[i]), "query.sql") == 0)
			put_queries(h, c, paths[i]);
	fputs("\tCTN_QUERIES\n};\n\n"
	      "/** sql has no final semicolon; kind is the word behind the colon: one, many, exec. */\n"
	      "struct ctn_query_text {\n\tconst char *name;\n\tconst char *kind;\n\tconst char *sql;\n};\n"
	      "/** By enum ctn_query; the last one, at CTN_QUERIES, is all NULL. */\n"
	      "extern const struct ctn_query_text ctn_queries[CTN_QUERIES + 1];\n\n"
	      "/** number counts from 1 without gaps; sql may hold several statements. */\n"
	      "struct ctn_migration {\n\tint number;\n\tconst char *name;\n\tconst char *sql;\n};\n"
	      "/** ctn_migrations_n of them, in order; one all-zero entry follows. */\n"
	      "extern const struct ctn_migration ctn_migrations[];\nextern const size_t ctn_migrations_n;\n\n#endif\n",
	    h);
	fputs("\t{ NULL, NULL, NULL },\n};\n\nconst struct ctn_migration ctn_migrations[] = {\n", c);
	for (int i = 0; i < n; i++)
		if (strcmp(base_name(paths[i]), "query.sql") != 0)
			put_migration(c, paths[i], ++number);
	fprintf(c, "\t{ 0, NULL, NULL },\n};\n\nconst size_t ctn_migrations_n = %d;\n", number);
	finish(h, stem);
	finish(c, stem);
}

static void
embed_policies(const char *stem, char **paths, int n)
{
	FILE *h = create(stem, ".h"), *c = create(stem, ".c");

	fputs("/* Generated from policies/: the starting policies that init writes. */\n"
	      "#ifndef CTN_POLICIES_EMBEDDED_H\n#define CTN_POLICIES_EMBEDDED_H\n\n#include <stddef.h>\n\n"
	      "/** name is the file's name (\"server.yaml\"), text the whole file. */\n"
	      "struct ctn_policy_text {\n\tconst char *name;\n\tconst char *text;\n};\n"
	      "/** ctn_policies_embedded_n of them, by name; one all-NULL entry follows. */\n"
	      "extern const struct ctn_policy_text ctn_policies_embedded[];\n"
	      "extern const size_t ctn_policies_embedded_n;\n\n#endif\n",
	    h);
	fputs("#include \"policies_embedded.h\"\n\nconst struct ctn_policy_text ctn_policies_embedded[] = {\n", c);
	for (int i = 0; i < n; i++) {
		struct text t = slurp(paths[i]);

		fprintf(c, "\t{ \"%s\",", base_name(paths[i]));
		put_literal(c, t.p, t.n);
		fputs(" },\n", c);
		free(t.p);
	}
	fprintf(c, "\t{ NULL, NULL },\n};\n\nconst size_t ctn_policies_embedded_n = %d;\n", n);
	finish(h, stem);
	finish(c, stem);
}

static const char piece_mark[] = "<!-- piece: ";

/* Up to the next mark, or the end. */
static const char *
piece_end(const char *p)
{
	const char *next = strstr(p, piece_mark);

	return next != NULL ? next : p + strlen(p);
}

static void
embed_pieces(const char *stem, const char *path)
{
	static char seen[512][64];
	FILE *h = create(stem, ".h"), *c = create(stem, ".c");
	struct text t = slurp(path);
	size_t n = 0;

	if (piece_end(t.p) != t.p)
		die("text before the first '<!-- piece: WORD -->'", path);
	fprintf(h, "/* Generated from %s: its pieces. */\n#ifndef CTN_PIECES_H\n#define CTN_PIECES_H\n\nenum ctn_piece {\n", base_name(path));
	fprintf(c, "#include \"%s.h\"\n\nconst char *const ctn_pieces[CTN_PIECES] = {\n", base_name(stem));
	for (const char *p = t.p, *end; *p != '\0'; p = end, n++) {
		if (n == 512 || sscanf(p, "<!-- piece: %63[a-z0-9_] -->\n", seen[n]) != 1)
			die("expected '<!-- piece: WORD -->', and at most 512", path);
		check_new(seen, n, seen[n]);
		p = line_end(p);
		end = piece_end(p);
		if (is_blank(p, end))
			die("piece without text", seen[n]);
		fprintf(h, "\tCTN_PIECE_%s,\n", seen[n]);
		fprintf(c, "\t[CTN_PIECE_%s] =", seen[n]);
		put_literal(c, p, (size_t)(end - p));
		fputs(",\n", c);
	}
	fputs("\tCTN_PIECES\n};\n\n/** By enum ctn_piece: from behind its mark to the next one. */\n"
	      "extern const char *const ctn_pieces[CTN_PIECES];\n\n#endif\n",
	    h);
	fputs("};\n", c);
	free(t.p);
	finish(h, stem);
	finish(c, stem);
}

int
main(int argc, char **argv)
{
	if (argc < 3)
		die("usage: embed sql|policies|pieces OUT FILE...", "arguments");
	if (strcmp(argv[1], "sql") == 0)
		embed_sql(argv[2], argv + 3, argc - 3);
	else if (strcmp(argv[1], "policies") == 0)
		embed_policies(argv[2], argv + 3, argc - 3);
	else if (strcmp(argv[1], "pieces") == 0 && argc == 4)
		embed_pieces(argv[2], argv[3]);
	else
		die("no such word", argv[1]);
	return 0;
}
