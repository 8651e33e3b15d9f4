/* A look as metrics, in the text format that node_exporter's textfile collector reads. */
#ifndef CTN_REPORT_PROMETHEUS_H
#define CTN_REPORT_PROMETHEUS_H

#include "report/event.h"

/** Leaves that have a series of their own: the most urgent. All others are counted only, so that series stay few when a home grows. */
#define CTN_REPORT_PROMETHEUS_LEAVES 50

/**
 * Gauges of the whole look (catena_items by state, catena_items_expired, ..., catena_last_run_timestamp_seconds,
 * catena_notices_undelivered), and of every item but leaves catena_not_after_timestamp_seconds, catena_not_before_timestamp_seconds and
 * catena_item_state with the labels item, kind, title and, where known, authority, owner, profile. Serials are no labels: a renewed
 * certificate goes on with the series of its file. Series are sorted, and none comes twice whatever the items hold. Fails CTN_ENOMEM.
 */
CTN_MUST bool ctn_report_prometheus(ctn_buf *out, const ctn_report_look *look, struct ctn_err *e);

#endif
