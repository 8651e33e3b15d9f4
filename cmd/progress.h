/* Progress of long work: one line on standard error that is written over, only for a person who waits. */
#ifndef CTN_CMD_PROGRESS_H
#define CTN_CMD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/show.h"

/** Shown after a second, at most four times a second, when standard error is a terminal; never with --quiet or --json. */
struct progress {
	const char *what;   /* "checking acts" */
	bool wanted, shown;
	int64_t began_ms, told_ms;
};

void progress_begin(struct progress *p, const struct show *out, const char *what);
/** all 0: how much there is to do is not known; done 0 too: nor how much is done. ctx is the struct progress. */
void progress_tell(void *ctx, uint64_t done, uint64_t all);
/** The same of work that is now called what. */
void progress_about(void *ctx, const char *what, uint64_t done, uint64_t all);
/** Takes the line away. */
void progress_end(struct progress *p);

#endif
