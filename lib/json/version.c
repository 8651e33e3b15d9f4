#include "json/version.h"

#include <jansson.h>

const char *
ctn_jansson_version(void)
{
	return jansson_version_str();
}
