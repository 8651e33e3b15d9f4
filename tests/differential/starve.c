/* The linker gives malloc, calloc and realloc of what is linked here the names below (CMakeLists.txt). */
#include "starve.h"

#include <stdlib.h>

#include <openssl/crypto.h>

#include "forge/forge.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static bool counting, lasting;
static unsigned long counted, failing;

static bool
fails(void)
{
	if (!counting)
		return false;
	counted++;
	return failing != 0 && (counted == failing || (lasting && counted > failing));
}

void *
__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}

static void *
crypto_malloc(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return fails() ? NULL : __real_malloc(n);
}

static void *
crypto_realloc(void *p, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return fails() ? NULL : __real_realloc(p, n);
}

static void
crypto_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

void
starve_prepare(void)
{
	FORGE_MUST(CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free) == 1);
}

void
starve_begin(unsigned long at, bool lasts)
{
	counted = 0;
	failing = at;
	lasting = lasts;
	counting = true;
}

unsigned long
starve_end(void)
{
	counting = false;
	return counted;
}
