#include "ca/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool
grow(ctn_problems *p)
{
	size_t cap = p->cap == 0 ? 8 : 2 * p->cap;
	ctn_problem_row *rows = ctn_arena_new(p->arena, ctn_problem_row, cap);

	if (rows == NULL)
		return false;
	if (p->n > 0)
		memcpy(rows, p->rows, p->n * sizeof *rows);
	p->rows = rows;
	p->cap = cap;
	return true;
}

bool
ctn_problems_add(void *problems, const char *where, const char *text, struct ctn_err *e)
{
	ctn_problems *p = problems;
	ctn_problem_row row;

	p->found++;
	if (p->n == CTN_PROBLEMS_MAX)
		return true;
	if (p->n == p->cap && !grow(p))
		return ctn_fail_memory(e);
	row = (ctn_problem_row){ ctn_arena_text(p->arena, where), ctn_arena_text(p->arena, text) };
	if (row.where == NULL || row.text == NULL)
		return ctn_fail_memory(e);
	p->rows[p->n++] = row;
	return true;
}

bool
ctn_problems_say(ctn_problems *p, struct ctn_err *e, const char *where, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return ctn_problems_add(p, where, text, e);
}
