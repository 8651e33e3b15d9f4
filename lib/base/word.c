#include "base/word.h"

#include <string.h>
#include <strings.h>

#define WORD_MAX 64

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
ctn_word_distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2];
	size_t an = strlen(a), bn = strlen(b);

	if (an > WORD_MAX || bn > WORD_MAX)
		return an > bn ? an : bn;
	for (size_t j = 0; j <= bn; j++)
		last[j] = j;
	for (size_t i = 1; i <= an; i++) {
		size_t *spare = before;

		now[0] = i;
		for (size_t j = 1; j <= bn; j++) {
			now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[bn];
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
