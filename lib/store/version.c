#include "store/version.h"

#include <sqlite3.h>

const char *
ctn_sqlite_version(void)
{
	return sqlite3_libversion();
}
