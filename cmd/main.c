#include <time.h>

#include "cmd/process.h"
#include "cmd/run.h"

int
main(int argc, char **argv)
{
	struct ctn_err e = { 0 };
	mode_t caller_mask;

	if (argc < 1)
		return 2;
	if (!process_start(&caller_mask, &e))
		return run_nothing(argc, argv, &e);
	return run_line(argc, argv, (int64_t)time(NULL), caller_mask);
}
