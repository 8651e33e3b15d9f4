/* Memory that runs out when it is told to: that of our own code and of libcrypto alike. */
#ifndef TEST_DIFFERENTIAL_STARVE_H
#define TEST_DIFFERENTIAL_STARVE_H

#include <stdbool.h>

/** Before libcrypto has allocated anything. */
void starve_prepare(void);
/** From now on the at-th allocation fails, and when it lasts all that follow; 0: none, they are only counted. */
void starve_begin(unsigned long at, bool lasts);
/** How many allocations there were since. */
unsigned long starve_end(void);

#endif
