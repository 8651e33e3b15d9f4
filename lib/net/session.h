/* What every exchange over libcurl has in common: nothing taken from the environment, one deadline, TLS that is verified, and plain words. */
#ifndef CTN_NET_SESSION_H
#define CTN_NET_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

#include "base/err.h"

/** Zeroed, then opened. It stays where it is: libcurl keeps its address. */
typedef struct ctn_session {
	CURL *curl;
	const char *ca_file;          /* for messages; NULL: the system's store */
	char where[300];              /* host:port */
	char scheme[8];
	char trouble[CURL_ERROR_SIZE]; /* libcurl's own words */
} ctn_session;

/**
 * A handle for one exchange with url, whose scheme is one of schemes ("http,https"). Fails CTN_EUSAGE: no URL, of another scheme, or with user
 * or password in it; CTN_EFILE: ca_file cannot be read; CTN_ENOMEM, CTN_ENETWORK.
 */
CTN_MUST bool ctn_session_open(
    ctn_session *s, const char *url, const char *schemes, const char *ca_file, unsigned timeout_ms, struct ctn_err *e);
void ctn_session_close(ctn_session *s);
/** Do it. Fails CTN_ENETWORK with where and what happened, CTN_EFILE, CTN_ENOMEM. */
CTN_MUST bool ctn_session_perform(ctn_session *s, struct ctn_err *e);
/** CTN_ENOMEM unless libcurl took an option. */
CTN_MUST bool ctn_session_took(CURLcode code, struct ctn_err *e);

#endif
