/* Looks and events for the reports: what a house of that size would have, or texts that are out to do harm. */
#ifndef TESTS_FORGE_REPORT_H
#define TESTS_FORGE_REPORT_H

#include "report/event.h"

/** Sat 28 Nov 2026 12:00:00 UTC */
#define REPORT_NOW INT64_C(1795867200)
#define REPORT_DAY INT64_C(86400)

/** A critical leaf that ends in six days; every text is there. */
ctn_report_item forge_item(void);
/** It alone, as the event of its stage. */
ctn_report_event forge_event(const ctn_report_item *item);

/**
 * A look at leaves leaves, two authorities, their CRLs, files and endpoints, some of them in need. Sorted and counted as the monitor does.
 * All of it is in the arena; NULL: no memory.
 */
ctn_report_look *forge_look(ctn_arena *a, size_t leaves);
/** Of n items whose texts are random: octets, markup of every output, UTF-8 whole and broken. The same seed gives the same look. */
ctn_report_look *forge_hostile_look(ctn_arena *a, size_t n, uint64_t seed);
/** The look's items that are not ok as one digest. */
ctn_report_event forge_digest(const ctn_report_look *look);

#endif
