/* Problems and notices as results: an array for scripts, lines for people. */
#ifndef CTN_CMD_PROBLEMS_H
#define CTN_CMD_PROBLEMS_H

#include "ca/problem.h"
#include "cmd/show.h"

/** [{"where","text"}] under key; in text mode one line each, behind label ("problem"). Says how many were not kept. */
void problems_show(struct show *out, const char *key, const char *label, const ctn_problems *p);

#endif
