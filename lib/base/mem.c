#include "base/mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CHUNK_FIRST ((size_t)4 << 10)
#define CHUNK_LAST ((size_t)64 << 10)
#define ARENA_MAX ((size_t)64 << 20)

struct chunk {
	struct chunk *next;
	size_t cap;
	size_t used;
	alignas(max_align_t) unsigned char data[];
};

struct ctn_arena {
	struct chunk *chunks; /* the first is the one being filled */
	size_t chunk_cap;
	size_t left;
};

void *
ctn_calloc(size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes) || bytes > PTRDIFF_MAX)
		return NULL;
	if (bytes == 0)
		bytes = size > 0 ? size : 1;
	return calloc(1, bytes);
}

void
ctn_free(void *p)
{
	free(p);
}

void
ctn_free_text_(char **p)
{
	free(*p);
	*p = NULL;
}

ctn_arena *
ctn_arena_open(size_t max_bytes)
{
	ctn_arena *a = ctn_new(ctn_arena, 1);

	if (a == NULL)
		return NULL;
	a->chunk_cap = CHUNK_FIRST;
	a->left = max_bytes > 0 ? max_bytes : ARENA_MAX;
	return a;
}

void
ctn_arena_close(ctn_arena *a)
{
	struct chunk *c, *next;

	if (a == NULL)
		return;
	for (c = a->chunks; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

static struct chunk *
chunk_new(size_t cap)
{
	struct chunk *c = calloc(1, sizeof(*c) + cap);

	if (c != NULL)
		c->cap = cap;
	return c;
}

static bool
fits(const struct chunk *c, size_t bytes)
{
	return c != NULL && c->cap - c->used >= bytes;
}

/* A big object gets a chunk of its own behind the first, so that the rest of the first is not lost. */
static struct chunk *
chunk_for(ctn_arena *a, size_t bytes)
{
	bool big = bytes > a->chunk_cap / 4;
	struct chunk *c;

	if (fits(a->chunks, bytes))
		return a->chunks;
	c = chunk_new(big ? bytes : a->chunk_cap);
	if (c == NULL)
		return NULL;
	if (big && a->chunks != NULL) {
		c->next = a->chunks->next;
		a->chunks->next = c;
		return c;
	}
	c->next = a->chunks;
	a->chunks = c;
	if (!big && a->chunk_cap < CHUNK_LAST)
		a->chunk_cap *= 2;
	return c;
}

void *
ctn_arena_calloc(ctn_arena *a, size_t n, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct chunk *c;
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes) || bytes > a->left)
		return NULL;
	if (bytes == 0)
		bytes = 1;
	bytes = (bytes + align - 1) / align * align;
	if (bytes > a->left)
		return NULL;
	c = chunk_for(a, bytes);
	if (c == NULL)
		return NULL;
	p = c->data + c->used;
	c->used += bytes;
	a->left -= bytes;
	return p;
}

void *
ctn_arena_copy(ctn_arena *a, const void *p, size_t n)
{
	void *copy = ctn_arena_calloc(a, n, 1);

	if (copy != NULL && n > 0)
		memcpy(copy, p, n);
	return copy;
}

char *
ctn_arena_text_n(ctn_arena *a, const char *s, size_t n)
{
	char *copy;

	if (n == SIZE_MAX)
		return NULL;
	copy = ctn_arena_calloc(a, n + 1, 1);
	if (copy != NULL && n > 0)
		memcpy(copy, s, n);
	return copy;
}

char *
ctn_arena_text(ctn_arena *a, const char *s)
{
	return ctn_arena_text_n(a, s, strlen(s));
}

char *
ctn_arena_printf(ctn_arena *a, const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return NULL;
	text = ctn_arena_calloc(a, (size_t)n + 1, 1);
	if (text == NULL)
		return NULL;
	va_start(ap, fmt);
	(void)vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return text;
}

void
ctn_wipe(void *p, size_t n)
{
	if (n > 0)
		explicit_bzero(p, n);
}

/* All three are best effort: a small memlock limit must not stop an unprivileged user from signing. */
static void
shield(void *p, size_t n)
{
	(void)mlock(p, n);
#ifdef MADV_DONTDUMP
	(void)madvise(p, n, MADV_DONTDUMP);
#endif
#ifdef MADV_WIPEONFORK
	(void)madvise(p, n, MADV_WIPEONFORK);
#endif
}

bool
ctn_secret_open(ctn_secret *s, size_t max, struct ctn_err *e)
{
	long page_size = sysconf(_SC_PAGESIZE);
	size_t page = page_size > 0 ? (size_t)page_size : 4096;
	size_t mapped;
	void *p;

	*s = (ctn_secret){ 0 };
	if (max > PTRDIFF_MAX - page)
		return ctn_fail_memory(e);
	mapped = (max + 1 + page - 1) / page * page;
	p = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return ctn_fail_memory(e);
	shield(p, mapped);
	s->p = p;
	s->mapped = mapped;
	return true;
}

void
ctn_secret_close(ctn_secret *s)
{
	if (s->p != NULL) {
		ctn_wipe(s->p, s->mapped);
		(void)munmap(s->p, s->mapped);
	}
	*s = (ctn_secret){ 0 };
}
