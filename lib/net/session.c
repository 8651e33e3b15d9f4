#include "net/session.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "hash/start.h"

#define CONNECT_MAX_MS 10000u
#define GREET_MAX_MS 30000u /* mail servers keep strangers waiting on purpose, and the login counts as connecting */

/* libcurl wants to be started once in a process, by one thread. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool started;

static void
start(void)
{
	ctn_libcrypto_names();
	started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

bool
ctn_session_took(CURLcode code, struct ctn_err *e)
{
	return code == CURLE_OK || (code == CURLE_OUT_OF_MEMORY ? ctn_fail_memory(e) :
	    ctn_fail(e, CTN_ENETWORK, "libcurl: %s", curl_easy_strerror(code)));
}

static bool
is_one_of(const char *schemes, const char *scheme)
{
	size_t n = strlen(scheme);

	for (const char *at = schemes; at != NULL; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, scheme, n) == 0 && (at[n] == ',' || at[n] == '\0'))
			return true;
	}
	return false;
}

static bool
take_where(ctn_session *s, const char *scheme, const char *host, const char *port, const char *schemes, struct ctn_err *e)
{
	if (!is_one_of(schemes, scheme))
		return ctn_fail(e, CTN_EUSAGE, "%s://%s is none of %s", scheme, host, schemes);
	if (strlen(host) > 255)
		return ctn_fail(e, CTN_EUSAGE, "a URL whose host is longer than 255 characters");
	snprintf(s->where, sizeof s->where, "%s:%s", host, port);
	snprintf(s->scheme, sizeof s->scheme, "%s", scheme);
	return true;
}

/* The URL itself stands in no message: its path is often the secret of a webhook. */
static bool
read_url(ctn_session *s, CURLU *u, const char *url, const char *schemes, struct ctn_err *e)
{
	char *scheme = NULL, *host = NULL, *port = NULL, *user = NULL;
	bool ok;

	if (curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK || curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK)
		ok = ctn_fail(e, CTN_EUSAGE, "not a URL of the kind SCHEME://HOST[:PORT][/PATH]");
	else if (curl_url_get(u, CURLUPART_USER, &user, 0) != CURLUE_NO_USER)
		ok = ctn_fail(e, CTN_EUSAGE, "%s: a URL with a user or password in it", host);
	else
		ok = take_where(s, scheme, host, port, schemes, e);
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_free(user);
	return ok;
}

static bool
check_url(ctn_session *s, const char *url, const char *schemes, struct ctn_err *e)
{
	CURLU *u = curl_url();
	bool ok;

	if (u == NULL)
		return ctn_fail_memory(e);
	ok = read_url(s, u, url, schemes, e);
	curl_url_cleanup(u);
	return ok;
}

/* Whoever is to be trusted is, and nobody else: a CA file stands instead of the system's store, not beside it. */
static bool
set_trust(ctn_session *s, struct ctn_err *e)
{
	CURL *c = s->curl;

	if (!ctn_session_took(curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L), e) ||
	    !ctn_session_took(curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L), e) ||
	    !ctn_session_took(curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2), e))
		return false;
	return s->ca_file == NULL || (ctn_session_took(curl_easy_setopt(c, CURLOPT_CAPATH, NULL), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_CAINFO, s->ca_file), e));
}

static bool
set_bounds(ctn_session *s, unsigned timeout_ms, struct ctn_err *e)
{
	unsigned most = strncmp(s->scheme, "smtp", 4) == 0 ? GREET_MAX_MS : CONNECT_MAX_MS;
	long connect_ms = (long)(timeout_ms < most ? timeout_ms : most);
	CURL *c = s->curl;

	/* A goodbye that is not answered costs at most the deadline once more; a name that does not resolve is not waited for. */
	return ctn_session_took(curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)timeout_ms), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, connect_ms), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(timeout_ms / 1000 + 1)), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L), e);
}

static bool
set_manners(ctn_session *s, const char *url, const char *schemes, struct ctn_err *e)
{
	CURL *c = s->curl;

	return ctn_session_took(curl_easy_setopt(c, CURLOPT_ERRORBUFFER, s->trouble), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_URL, url), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, schemes), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_PROXY, ""), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_USERAGENT, "catena/" CTN_VERSION), e);
}

bool
ctn_session_open(ctn_session *s, const char *url, const char *schemes, const char *ca_file, unsigned timeout_ms, struct ctn_err *e)
{
	if (pthread_once(&once, start) != 0 || !started)
		return ctn_fail(e, CTN_ENETWORK, "libcurl does not start");
	if (!check_url(s, url, schemes, e))
		return false;
	s->ca_file = ca_file;
	s->curl = curl_easy_init();
	if (s->curl == NULL)
		return ctn_fail_memory(e);
	return set_manners(s, url, schemes, e) && set_bounds(s, timeout_ms, e) && set_trust(s, e);
}

void
ctn_session_close(ctn_session *s)
{
	curl_easy_cleanup(s->curl);
	s->curl = NULL;
}

static bool
fail_late(ctn_session *s, struct ctn_err *e)
{
	curl_off_t connected = 0;

	(void)curl_easy_getinfo(s->curl, CURLINFO_CONNECT_TIME_T, &connected);
	return ctn_fail(e, CTN_ENETWORK, connected == 0 ? "%s: no connection in time" : "%s: it was connected to, but did not answer in time",
	    s->where);
}

static bool
fail_unconnected(ctn_session *s, struct ctn_err *e)
{
	long why = 0;

	(void)curl_easy_getinfo(s->curl, CURLINFO_OS_ERRNO, &why);
	if (why == 0)
		return ctn_fail(e, CTN_ENETWORK, "%s: could not connect", s->where);
	errno = (int)why;
	return ctn_fail_errno(e, CTN_ENETWORK, "%s: could not connect", s->where);
}

static bool
fail_tls(ctn_session *s, const char *what, struct ctn_err *e)
{
	return ctn_fail(e, CTN_ENETWORK, "%s: %s%s%s", s->where, what, s->trouble[0] == '\0' ? "" : ": ", s->trouble);
}

static bool
fail_ca_file(ctn_session *s, struct ctn_err *e)
{
	return ctn_fail(e, CTN_EFILE, "%s: no certificates can be read from it", s->ca_file != NULL ? s->ca_file : "the system's trust store");
}

static bool
fail_with(ctn_session *s, CURLcode code, struct ctn_err *e)
{
	switch (code) {
	case CURLE_OUT_OF_MEMORY:
		return ctn_fail_memory(e);
	case CURLE_COULDNT_RESOLVE_HOST:
		return ctn_fail(e, CTN_ENETWORK, "%s: the name is not known", s->where);
	case CURLE_COULDNT_CONNECT:
		return fail_unconnected(s, e);
	case CURLE_OPERATION_TIMEDOUT:
		return fail_late(s, e);
	case CURLE_SSL_CACERT_BADFILE:
		return fail_ca_file(s, e);
	case CURLE_PEER_FAILED_VERIFICATION:
		return fail_tls(s, "its certificate is not trusted", e);
	case CURLE_SSL_CONNECT_ERROR:
		return fail_tls(s, "no TLS", e);
	case CURLE_USE_SSL_FAILED:
		return ctn_fail(e, CTN_ENETWORK, "%s: the server does not offer STARTTLS", s->where);
	case CURLE_GOT_NOTHING:
		return ctn_fail(e, CTN_ENETWORK, "%s: the connection was closed without an answer", s->where);
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_PARTIAL_FILE:
		return ctn_fail(e, CTN_ENETWORK, "%s: the connection broke", s->where);
	default:
		return ctn_fail(e, CTN_ENETWORK, "%s: %s", s->where, curl_easy_strerror(code));
	}
}

bool
ctn_session_perform(ctn_session *s, struct ctn_err *e)
{
	CURLcode code = curl_easy_perform(s->curl);

	return code == CURLE_OK || fail_with(s, code, e);
}
