/* The private key that belongs to a certificate's file: in it, or in a file beside it. */
#ifndef CTN_MONITOR_BESIDE_H
#define CTN_MONITOR_BESIDE_H

#include "key/public.h"
#include "monitor/form.h"
#include "monitor/spot.h"

/** What is looked for: the file that the certificate stands in, as it is named (a link's own folder counts too), and the key. */
typedef struct ctn_beside_wish {
	const char *path;
	const ctn_spot *spot;
	const ctn_form *form;
} ctn_beside_wish;

/**
 * The key in the file itself; else STEM.key (web.crt, web.chain.crt, web.pem, ... have the stem web) beside it, or in ../private of a folder
 * that is called certs; else any *.key or *key.pem beside it, the first whose public half is the certificate's. A file counts too when it is the
 * key that waits beside it, or that it was (spot.h), to which the certificate belongs.
 *
 * Fails CTN_EKEY: none was found (says what was looked for), or the one it must be is encrypted; CTN_EFILE, CTN_ENOMEM
 */
CTN_MUST bool ctn_beside_find(ctn_spot *out, ctn_spots *all, const ctn_beside_wish *w, struct ctn_err *e);

#endif
