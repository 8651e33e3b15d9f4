/* Words: the nearest one to a slip. */
#ifndef CTN_BASE_WORD_H
#define CTN_BASE_WORD_H

#include <stdbool.h>
#include <stddef.h>

/** Distance between words for "did you mean" (Damerau-Levenshtein); the longer length when one is over 64 octets. */
size_t ctn_word_distance(const char *a, const char *b);
/** The nearest of n words to `word`, or NULL when none is near enough to be meant. */
const char *ctn_word_nearest(const char *word, const char *const *words, size_t n);

#endif
