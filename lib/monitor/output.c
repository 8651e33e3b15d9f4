#include "monitor/output.h"

#include "base/file.h"
#include "report/calendar.h"
#include "report/page.h"
#include "report/prometheus.h"

#define READABLE 0644

typedef bool compose(ctn_buf *out, const ctn_report_look *look, struct ctn_err *e);

static bool
write_one(ctn_output *out, const char *path, compose *put, ctn_ca *ca, const ctn_report_look *look, struct ctn_err *e)
{
	CTN_OWN_BUF bytes = { 0 };

	*out = (ctn_output){ .path = path[0] == '/' ? path : ctn_ca_path(ca, path) };
	if (out->path == NULL)
		return ctn_fail_memory(e);
	out->written = put(&bytes, look, &out->why) && ctn_file_write(out->path, ctn_buf_view(&bytes), READABLE, true, &out->why);
	return out->written || out->why.code != CTN_ENOMEM || ctn_fail_memory(e);
}

bool
ctn_outputs_write(ctn_output out[CTN_OUTPUTS_MAX], size_t *n, const ctn_monitor_env *env, const ctn_report_look *look, struct ctn_err *e)
{
	const struct {
		const char *path;
		compose *put;
	} wanted[CTN_OUTPUTS_MAX] = {
		{ env->policy->outputs.prometheus, ctn_report_prometheus },
		{ env->policy->outputs.ics, ctn_report_calendar },
		{ env->policy->outputs.html, ctn_report_page },
	};

	*n = 0;
	for (size_t i = 0; i < CTN_OUTPUTS_MAX; i++)
		if (wanted[i].path != NULL && !write_one(&out[(*n)++], wanted[i].path, wanted[i].put, env->ca, look, e))
			return false;
	return true;
}
