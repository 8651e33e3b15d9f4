/*
 * report-samples DIR: writes each report over made-up looks, for tests that read them with the tools that people use.
 * Files are called SIZE.EXT: none, few, some, many, hostile.
 */
#include <stdio.h>
#include <stdlib.h>

#include "forge/report.h"
#include "report/calendar.h"
#include "report/message.h"
#include "report/nagios.h"
#include "report/page.h"
#include "report/prometheus.h"

typedef bool (*writer)(ctn_buf *out, const ctn_report_look *look, struct ctn_err *e);

static bool
mail(ctn_buf *out, const ctn_report_look *look, struct ctn_err *e)
{
	static const char *const to[] = { "ops@internal.example", "night@internal.example", NULL };
	ctn_report_event event = forge_digest(look);

	return ctn_report_mail(out, &event, "pki@internal.example", to, e);
}

static bool
json(ctn_buf *out, const ctn_report_look *look, struct ctn_err *e)
{
	ctn_report_event event = forge_digest(look);

	return ctn_report_json(out, &event, e);
}

static const struct {
	const char *ext;
	writer write;
} reports[] = {
	{ "prom", ctn_report_prometheus },
	{ "ics", ctn_report_calendar },
	{ "nagios", ctn_report_nagios },
	{ "html", ctn_report_page },
	{ "eml", mail },
	{ "json", json },
};

static bool
write_file(const char *folder, const char *name, const char *ext, const ctn_buf *b)
{
	char path[4096];
	FILE *f;
	bool good;

	(void)snprintf(path, sizeof(path), "%s/%s.%s", folder, name, ext);
	f = fopen(path, "wb");
	if (f == NULL)
		return false;
	good = fwrite(b->p, 1, b->n, f) == b->n;
	return fclose(f) == 0 && good;
}

static bool
write_reports(const char *folder, const char *name, const ctn_report_look *look)
{
	struct ctn_err e = { 0 };

	for (size_t i = 0; look != NULL && i < sizeof(reports) / sizeof(reports[0]); i++) {
		CTN_OWN_BUF b = { 0 };

		if (reports[i].write(&b, look, &e) && write_file(folder, name, reports[i].ext, &b))
			continue;
		fprintf(stderr, "report-samples: %s.%s: %s\n", name, reports[i].ext, e.text);
		return false;
	}
	return look != NULL;
}

int
main(int argc, char **argv)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);

	if (argc != 2 || a == NULL) {
		fprintf(stderr, "usage: report-samples DIR\n");
		return 2;
	}
	if (!write_reports(argv[1], "none", forge_hostile_look(a, 0, 0)) || !write_reports(argv[1], "few", forge_look(a, 2)) ||
	    !write_reports(argv[1], "some", forge_look(a, 60)) || !write_reports(argv[1], "many", forge_look(a, 5000)) ||
	    !write_reports(argv[1], "hostile", forge_hostile_look(a, 60, 4)))
		return 1;
	return 0;
}
