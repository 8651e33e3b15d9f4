#include "name/path.h"

static ctn_span
cut(ctn_span s, size_t from, size_t to)
{
	return (ctn_span){ s.p + from, to - from };
}

static size_t
find(ctn_span s, char c)
{
	size_t at = 0;

	while (at < s.n && s.p[at] != (uint8_t)c)
		at++;
	return at;
}

bool
ctn_path_next(ctn_span *path, ctn_span *segment)
{
	size_t end;

	if (path->n == 0)
		return false;
	if (path->p[0] == '/')
		*path = cut(*path, 1, path->n);
	end = find(*path, '/');
	*segment = cut(*path, 0, end);
	*path = cut(*path, end, path->n);
	return true;
}

bool
ctn_path_is_dots(ctn_span segment)
{
	size_t dots = 0;

	for (size_t i = 0; i < segment.n; dots++) {
		if (segment.p[i] == '.')
			i++;
		else if (segment.n - i >= 3 && segment.p[i] == '%' && segment.p[i + 1] == '2' &&
		    (segment.p[i + 2] | 0x20) == 'e')
			i += 3;
		else
			return false;
	}
	return dots == 1 || dots == 2;
}

bool
ctn_path_has_dots(ctn_span path)
{
	ctn_span segment;

	while (ctn_path_next(&path, &segment))
		if (ctn_path_is_dots(segment))
			return true;
	return false;
}

static bool
is_stars(ctn_span segment, size_t n)
{
	return segment.n == n && memcmp(segment.p, "**", n) == 0;
}

bool
ctn_path_is_pattern(ctn_span path)
{
	ctn_span segment;

	while (ctn_path_next(&path, &segment)) {
		if (ctn_path_is_dots(segment) || (is_stars(segment, 2) && path.n > 0))
			return false;
		if (find(segment, '*') < segment.n && !is_stars(segment, 1) && !is_stars(segment, 2))
			return false;
	}
	return true;
}

static bool
is_rooted(ctn_span path)
{
	return path.n > 0 && path.p[0] == '/';
}

/* One segment that `*` or a part of `**` may stand for. */
static bool
star_fits(ctn_span segment)
{
	return segment.n > 0 && !ctn_path_is_dots(segment);
}

bool
ctn_path_covers(ctn_span pattern, ctn_span path)
{
	ctn_span want, got;

	if (is_rooted(pattern) != is_rooted(path))
		return false;
	while (ctn_path_next(&pattern, &want)) {
		if (!ctn_path_next(&path, &got))
			return false;
		if (is_stars(want, 1) || is_stars(want, 2) ? !star_fits(got) : !ctn_span_equal(want, got))
			return false;
		while (is_stars(want, 2) && ctn_path_next(&path, &got))
			if (!star_fits(got))
				return false;
	}
	return path.n == 0;
}
