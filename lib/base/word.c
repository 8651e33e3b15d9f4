#include "base/word.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#define WORD_MAX 64 /* the bits of a uint64_t */

/*
 * A column of the matrix of distances is held as its differences from row to row, a bit each: up where one more, down where one less. So one
 * octet of b costs a handful of operations whatever a's length (Hyyro, "A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit
 * Distances", 2003, figure 9).
 */
size_t
ctn_word_distance(const char *a, const char *b)
{
	size_t an = strlen(a), bn = strlen(b), distance = an;
	uint64_t up = UINT64_MAX, down = 0, same = 0, last_found = 0, at[UCHAR_MAX + 1] = { 0 }, bottom;

	if (an > WORD_MAX || bn > WORD_MAX)
		return an > bn ? an : bn;
	if (an == 0)
		return bn;
	for (size_t i = 0; i < an; i++)
		at[(unsigned char)a[i]] |= UINT64_C(1) << i;
	bottom = UINT64_C(1) << (an - 1);
	for (size_t i = 0; i < bn; i++) {
		uint64_t found = at[(unsigned char)b[i]], more, less;

		same = (((~same & found) << 1) & last_found) | (((found & up) + up) ^ up) | found | down;
		more = down | ~(same | up);
		less = same & up;
		distance += (more & bottom) != 0;
		distance -= (less & bottom) != 0;
		more = more << 1 | 1;
		less <<= 1;
		up = less | ~(same | more);
		down = same & more;
		last_found = found;
	}
	return distance;
}

const char *
ctn_word_nearest(const char *word, const char *const *words, size_t n)
{
	size_t len = strlen(word);
	size_t nearest = len >= 6 ? len / 3 + 1 : 2; /* a third of the word wrong is still a slip */
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t d = words[i] != NULL ? ctn_word_distance(word, words[i]) : nearest;

		if (words[i] != NULL && strcasecmp(word, words[i]) == 0)
			return words[i];
		if (d < nearest && d < len) {
			nearest = d;
			found = words[i];
		}
	}
	return found;
}
