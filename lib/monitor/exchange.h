/* All files of one certificate change places, back to back, and back again when it was in vain. */
#ifndef CTN_MONITOR_EXCHANGE_H
#define CTN_MONITOR_EXCHANGE_H

#include "monitor/spot.h"

typedef struct ctn_exchange {
	ctn_spot *at;
	size_t n;
} ctn_exchange;

/** Nobody else replaces one of them. Fails as ctn_spot_lock. */
CTN_MUST bool ctn_exchange_lock(const ctn_exchange *s, struct ctn_err *e);
/** Was one of them kept, and neither put back nor let go? */
bool ctn_exchange_is_begun(const ctn_exchange *s);
/** What waits takes its place; what was there is kept. On failure all is as before. Fails CTN_EFILE. */
CTN_MUST bool ctn_exchange_do(const ctn_exchange *s, struct ctn_err *e);
/** What was kept is back in its place, and the new ones wait; from wherever it was cut short. Fails CTN_EFILE, and can be called again. */
CTN_MUST bool ctn_exchange_undo(const ctn_exchange *s, struct ctn_err *e);
/** What was kept is let go, in the order of at. */
void ctn_exchange_done(const ctn_exchange *s);

#endif
