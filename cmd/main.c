#include <time.h>

#include "cmd/process.h"
#include "cmd/run.h"

int
main(int argc, char **argv)
{
	struct runner runner = RUNNER_NONE;
	struct ctn_err e = { 0 };
	mode_t caller_mask;
	int status;

	if (argc < 1)
		return 2;
	if ((run_needs_runner(argc, argv) && !runner_start(&runner, &e)) || !process_start(&caller_mask, &e))
		return run_nothing(argc, argv, &e);
	status = run_line(argc, argv, &(struct run_world){ (int64_t)time(NULL), caller_mask, &runner });
	runner_end(&runner);
	return status;
}
