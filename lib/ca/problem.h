/* What is not as it should be, gathered while a check goes on. */
#ifndef CTN_CA_PROBLEM_H
#define CTN_CA_PROBLEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

#define CTN_PROBLEMS_MAX 1000 /* kept; further ones are counted */

/** where: "certificate 12", "keys/log.key"; text: what about it. */
typedef struct ctn_problem_row {
	const char *where, *text;
} ctn_problem_row;

/** Rows live in the arena; start with { .arena = a }. */
typedef struct ctn_problems {
	ctn_problem_row *rows;
	size_t n, cap;
	uint64_t found; /* n and those that are only counted */
	ctn_arena *arena;
} ctn_problems;

/** A ctn_problem (store/journal.h) whose ctx is a ctn_problems. Fails CTN_ENOMEM. */
bool ctn_problems_add(void *problems, const char *where, const char *text, struct ctn_err *e);
CTN_MUST bool ctn_problems_say(ctn_problems *p, struct ctn_err *e, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
