#include "cmd/process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hash/start.h"

static const char *const unwanted[] = {
	"OPENSSL_CONF",
	"OPENSSL_CONF_INCLUDE",
	"OPENSSL_MODULES",
	"OPENSSL_ENGINES",
	"SSL_CERT_FILE",
	"SSL_CERT_DIR",
	"SQLITE_TMPDIR",
	"http_proxy",
	"https_proxy",
	"ftp_proxy",
	"all_proxy",
	"no_proxy",
	"HTTP_PROXY",
	"HTTPS_PROXY",
	"FTP_PROXY",
	"ALL_PROXY",
	"NO_PROXY",
	"SSLKEYLOGFILE",
	"CURL_SSL_BACKEND",
	"HOSTALIASES",
	"LOCALDOMAIN",
	"RES_OPTIONS",
	"POSIXLY_CORRECT",
};

/* A file opened as descriptor 2 would receive our error lines. */
static bool
open_standard(struct ctn_err *e)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
		if (fd < 0)
			return ctn_fail_errno(e, CTN_EFILE, "/dev/null");
	} while (fd <= STDERR_FILENO);
	close(fd);
	return true;
}

bool
process_start(mode_t *caller_mask, struct ctn_err *e)
{
	const struct rlimit none = { 0, 0 };

	*caller_mask = umask(077);
	if (!open_standard(e))
		return false;
	/* Each of these makes a theft harder; a kernel that lacks one is no reason to refuse work. */
	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef CTN_SANITIZED /* the leak check attaches to its own process */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error of write(2), like a full disk */
	for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++)
		unsetenv(unwanted[i]);
	return ctn_libcrypto_start(e);
}
