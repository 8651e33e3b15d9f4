/* Paths of URIs: segments, dot segments, patterns. */
#ifndef CTN_NAME_PATH_H
#define CTN_NAME_PATH_H

#include "base/bytes.h"

/** Cut the next segment and the slash in front of it, if any, off path. False at its end. "/a/" has the segments "a" and "". */
bool ctn_path_next(ctn_span *path, ctn_span *segment);
/** Is the segment "." or "..", as they are or with %2e for a dot? */
bool ctn_path_is_dots(ctn_span segment);
/** Has the path such a segment? */
bool ctn_path_has_dots(ctn_span path);

/** Is it a pattern: stars alone in their segment, two of them only in the last, no dot segments? */
bool ctn_path_is_pattern(ctn_span path);
/** Does the pattern cover the path: `*` exactly one segment, `**` one or more, none of them empty or of dots; all else literal? */
bool ctn_path_covers(ctn_span pattern, ctn_span path);

#endif
