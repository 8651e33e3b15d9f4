/* A TLS server in a process of its own, and one that accepts and never speaks, for who looks at many endpoints. */
#ifndef TEST_TLS_SERVER_H
#define TEST_TLS_SERVER_H

#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#define SERVER_THREADS 4
#define SERVER_BACKLOG 512

struct tls_server {
	int listener; /* of the child */
	SSL_CTX *ctx;
};

/* A listening socket on a free loopback port. The kernel completes connections to it whether anybody takes them or not. */
static int
listen_on_loopback(uint16_t *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, SERVER_BACKLOG) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &n) != 0) {
		perror("listening on loopback");
		exit(1);
	}
	*port = ntohs(at.sin_port);
	return fd;
}

static void
identify(SSL_CTX *ctx)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	X509 *c = X509_new();
	X509_NAME *name = X509_get_subject_name(c);

	if (key == NULL || c == NULL || X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const uint8_t *)"localhost", -1, -1, 0) != 1 ||
	    X509_set_issuer_name(c, name) != 1 || X509_gmtime_adj(X509_getm_notBefore(c), 0) == NULL ||
	    X509_gmtime_adj(X509_getm_notAfter(c), 86400) == NULL || X509_set_pubkey(c, key) != 1 || X509_sign(c, key, EVP_sha256()) <= 0 ||
	    SSL_CTX_use_certificate(ctx, c) != 1 || SSL_CTX_use_PrivateKey(ctx, key) != 1)
		_exit(1);
}

static void *
serve(void *arg)
{
	const struct tls_server *s = arg;

	for (;;) {
		int fd = accept(s->listener, NULL, NULL);
		SSL *ssl = SSL_new(s->ctx);
		char byte;

		if (fd < 0 || ssl == NULL || SSL_set_fd(ssl, fd) != 1)
			_exit(1);
		if (SSL_accept(ssl) == 1)
			while (SSL_read(ssl, &byte, 1) > 0)
				;
		SSL_free(ssl);
		(void)close(fd);
	}
	return NULL;
}

/* The server's process, which dies with its parent. */
static pid_t
start_tls_server(uint16_t *port)
{
	int listener = listen_on_loopback(port);
	pid_t pid = fork();

	if (pid == 0) {
		struct tls_server s = { .listener = listener, .ctx = SSL_CTX_new(TLS_server_method()) };
		pthread_t t;

		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)signal(SIGPIPE, SIG_IGN);
		identify(s.ctx);
		for (int i = 1; i < SERVER_THREADS; i++)
			if (pthread_create(&t, NULL, serve, &s) != 0)
				_exit(1);
		(void)serve(&s);
	}
	(void)close(listener);
	return pid;
}

static void
stop_tls_server(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

#endif
