/* Third-party corpora, when they are there: $CATENA_CORPORA, else ../shared/corpora. */
#ifndef TEST_CORPORA_H
#define TEST_CORPORA_H

#include <stdio.h>
#include <stdlib.h>

#include "base/dir.h"
#include "base/file.h"
#include "der/pem.h"

typedef void (*corpus_visit)(void *ctx, const char *file, ctn_span der);

/* Visit every file of a folder as DER; -1 when the folder is not there, else how many files. */
__attribute__((unused)) static int
corpus_walk(const char *folder, corpus_visit visit, void *ctx)
{
	static const char *const labels[] = { "CERTIFICATE", "X509 CRL", "CERTIFICATE REQUEST", "OCSP RESPONSE", NULL };
	const char *base = getenv("CATENA_CORPORA");
	ctn_arena *a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	char **names = NULL;
	size_t n = 0;
	char *dir = ctn_arena_printf(a, "%s/%s", base != NULL ? base : "../shared/corpora", folder);

	if (!ctn_dir_list(&names, &n, dir, a, &e)) {
		printf("skipped: no %s\n", dir);
		ctn_arena_close(a);
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		ctn_buf file = { 0 }, der = { 0 };

		if (ctn_file_read(&file, ctn_arena_printf(a, "%s/%s", dir, names[i]), 1u << 24, CTN_FILE_PLAIN, &e) &&
		    ctn_pem_one(&der, ctn_buf_view(&file), labels, &e))
			visit(ctx, names[i], ctn_buf_view(&der));
		ctn_buf_free(&file);
		ctn_buf_free(&der);
	}
	ctn_arena_close(a);
	return (int)n;
}

#endif
