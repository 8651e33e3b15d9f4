/* The library's own version; declared for everybody in catena.h. */
#ifndef CTN_BASE_VERSION_H
#define CTN_BASE_VERSION_H

#include "catena.h"

#endif
