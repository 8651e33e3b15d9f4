#include "name/version.h"

#include <idn2.h>
#include <libpsl.h>
#include <stddef.h>

const char *
ctn_libidn2_version(void)
{
	return idn2_check_version(NULL);
}

const char *
ctn_libpsl_version(void)
{
	return psl_get_version();
}
