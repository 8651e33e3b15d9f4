#include "yaml/version.h"

#include <yaml.h>

const char *
ctn_libyaml_version(void)
{
	return yaml_get_version_string();
}
