/* Memory: one owner per pointer, NULL is an error like any other, secrets wipe themselves. */
#ifndef CTN_BASE_MEM_H
#define CTN_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** Zeroed memory for n objects of type T, or NULL. The caller owns it; ctn_free(p) ends it. */
#define ctn_new(T, n) ((T *)ctn_calloc((n), sizeof(T)))

/** calloc that refuses products that overflow and counts of zero give one object. */
void *ctn_calloc(size_t n, size_t size);
void ctn_free(void *p);

/** Free (by F(T *)) what the variable owns when the scope ends: CTN_OWN(ctn_store) s = NULL; */
#define CTN_OWN(T) __attribute__((cleanup(T##_own_))) T *
/** Put once behind the prototype of F: makes CTN_OWN(T) known. */
#define CTN_OWNED_BY(T, F)                                     \
	__attribute__((unused)) static inline void T##_own_(T **p) \
	{                                                          \
		if (*p != NULL)                                        \
			F(*p);                                             \
	}
/** Hand p on and leave NULL behind. */
#define CTN_TAKE(p)                 \
	__extension__({                 \
		__typeof__(p) taken_ = (p); \
		(p) = NULL;                 \
		taken_;                     \
	})
/** The same for plain allocated text: CTN_OWN_TEXT char *s = NULL; */
#define CTN_OWN_TEXT __attribute__((cleanup(ctn_free_text_)))
void ctn_free_text_(char **p);

/**
 * Arena: many small things that live and die together. Everything it hands out is zeroed and
 * aligned for any type. NULL when memory ran out or the arena's bound was reached.
 */
typedef struct ctn_arena ctn_arena;

/** max_bytes bounds what it may hand out in all; 0 means 64 MiB. NULL: no memory. */
CTN_PUBLIC ctn_arena *ctn_arena_open(size_t max_bytes);
CTN_PUBLIC void ctn_arena_close(ctn_arena *a);
CTN_OWNED_BY(ctn_arena, ctn_arena_close)
#define ctn_arena_new(a, T, n) ((T *)ctn_arena_calloc((a), (n), sizeof(T)))
void *ctn_arena_calloc(ctn_arena *a, size_t n, size_t size);
/** Copies; the text form adds a NUL. */
char *ctn_arena_text(ctn_arena *a, const char *s);
char *ctn_arena_text_n(ctn_arena *a, const char *s, size_t n);
char *ctn_arena_printf(ctn_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void *ctn_arena_copy(ctn_arena *a, const void *p, size_t n);

/** Overwrite so that no compiler removes it. */
void ctn_wipe(void *p, size_t n);

/**
 * A secret: locked against swapping where the system allows, kept out of core files, wiped when
 * closed. p is NUL-terminated after n bytes, for callers that need text.
 */
typedef struct ctn_secret {
	uint8_t *p;
	size_t n;
	size_t mapped; /* bytes mapped, for the close */
} ctn_secret;

/** An empty secret of up to max bytes (n = 0). Fails: CTN_ENOMEM. */
CTN_PUBLIC CTN_MUST bool ctn_secret_open(ctn_secret *s, size_t max, struct ctn_err *e);
CTN_PUBLIC void ctn_secret_close(ctn_secret *s);
#define CTN_OWN_SECRET __attribute__((cleanup(ctn_secret_close))) ctn_secret

#endif
