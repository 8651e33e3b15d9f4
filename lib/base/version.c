#include "base/version.h"

const char *
ctn_version(void)
{
	return CTN_VERSION;
}
