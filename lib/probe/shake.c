#include "probe/shake.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>

#include "name/dns.h"
#include "name/ip.h"
#include "probe/flight.h"
#include "probe/words.h"

/* All octets of a handshake that anybody serves in earnest are far fewer. */
#define FED_MAX (1u << 20)
#define HEAD_MAX 16

struct ctn_shaker {
	OSSL_LIB_CTX *lib;
	SSL_CTX *ctx;
};

struct ctn_shake {
	SSL *ssl;
	BIO *in, *out; /* of ssl */
	ctn_flight flight;
	size_t fed;
	char head[HEAD_MAX + 1]; /* the first that came, to tell what it is that does not speak TLS */
	size_t head_n;
	bool speaks_tls; /* a message or an alert could be read */
	int alert;       /* that came, and was fatal; -1: none */
};

static bool
fail_ssl(struct ctn_err *e, const char *what)
{
	unsigned long code = ERR_peek_error();

	ERR_clear_error();
	return ctn_fail(e, CTN_ECRYPTO, "%s: libssl error %lx", what, code);
}

/* What is weak must be seen too: nothing here trusts what it sees. */
static bool
loosen(SSL_CTX *ctx)
{
	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_TICKET);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_max_cert_list(ctx, CTN_FLIGHT_MESSAGE_MAX);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_quiet_shutdown(ctx, 0);
	return SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION) == 1 && SSL_CTX_set_max_proto_version(ctx, 0) == 1 &&
	    SSL_CTX_set_cipher_list(ctx, "ALL:!aNULL:!eNULL") == 1;
}

bool
ctn_shaker_open(ctn_shaker **out, struct ctn_err *e)
{
	CTN_OWN(ctn_shaker) s = ctn_new(ctn_shaker, 1);

	if (s == NULL)
		return ctn_fail_memory(e);
	ERR_clear_error();
	if (OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
		return fail_ssl(e, "libssl does not start");
	s->lib = OSSL_LIB_CTX_new();
	if (s->lib == NULL)
		return ctn_fail_memory(e);
	s->ctx = SSL_CTX_new_ex(s->lib, NULL, TLS_client_method());
	if (s->ctx == NULL || !loosen(s->ctx))
		return fail_ssl(e, "preparing TLS");
	*out = CTN_TAKE(s);
	return true;
}

void
ctn_shaker_close(ctn_shaker *s)
{
	SSL_CTX_free(s->ctx);
	OSSL_LIB_CTX_free(s->lib);
	ctn_free(s);
}

static enum ctn_flight_kx
kx_of(const SSL_CIPHER *c)
{
	int kx = c == NULL ? NID_undef : SSL_CIPHER_get_kx_nid(c);

	if (kx == NID_kx_ecdhe)
		return CTN_KX_ECDHE;
	return kx == NID_kx_dhe ? CTN_KX_DHE : CTN_KX_OTHER;
}

/* Before TLS 1.2 the scheme is in no message: the kind of key decides (RFC 4346 7.4.3). */
static const char *
scheme_of_old(const SSL_CIPHER *c)
{
	int auth = SSL_CIPHER_get_auth_nid(c);

	if (kx_of(c) == CTN_KX_OTHER)
		return NULL;
	if (auth == NID_auth_rsa)
		return "rsa_pkcs1_md5_sha1";
	if (auth == NID_auth_ecdsa)
		return "ecdsa_sha1";
	return auth == NID_auth_dss ? "dsa_sha1" : NULL;
}

static void
see_cipher(ctn_shake *h)
{
	unsigned suite = h->flight.cipher_suite;
	const uint8_t octets[2] = { (uint8_t)(suite >> 8), (uint8_t)suite };
	const SSL_CIPHER *c = SSL_CIPHER_find(h->ssl, octets);
	const char *name = c == NULL ? NULL : SSL_CIPHER_standard_name(c);
	ctn_flight *f = &h->flight;

	f->kx = kx_of(c);
	f->seen->cipher_suite = name != NULL ? ctn_arena_text(f->a, name) : ctn_arena_printf(f->a, "0x%04x", suite);
	f->no_memory |= f->seen->cipher_suite == NULL;
	if (c != NULL && f->version != 0 && f->version < TLS1_2_VERSION)
		f->seen->signature = scheme_of_old(c);
}

/* libssl shows each message whole before it looks at it itself, so that what it chokes on is seen all the same. */
static void
on_message(int written, int version, int kind, const void *bytes, size_t n, SSL *ssl, void *arg)
{
	ctn_shake *h = arg;
	const uint8_t *p = bytes;

	(void)version, (void)ssl;
	if (written)
		return;
	if (kind == SSL3_RT_ALERT && n == 2) {
		h->speaks_tls = true;
		if (p[0] == SSL3_AL_FATAL)
			h->alert = p[1];
	}
	if (kind != SSL3_RT_HANDSHAKE)
		return;
	h->speaks_tls = true;
	ctn_flight_read(&h->flight, (ctn_span){ p, n });
	if (n > 0 && p[0] == SSL3_MT_SERVER_HELLO)
		see_cipher(h);
}

static bool
ask_for_name(SSL *ssl, const ctn_endpoint *at)
{
	const char *name = at->server_name != NULL ? at->server_name : at->host;
	struct ctn_err unused = { 0 };
	char copy[CTN_DNS_MAX + 1]; /* what libssl takes is not const */
	ctn_ip ip;

	if (ctn_ip_parse(&ip, name, &unused))
		return true;
	(void)snprintf(copy, sizeof copy, "%s", name);
	return SSL_set_tlsext_host_name(ssl, copy) == 1;
}

static bool
ask_for_all(SSL *ssl, const ctn_endpoint *at)
{
	static const uint8_t alpn[] = "\x02h2\x08http/1.1";

	if (SSL_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp) != 1 || !ask_for_name(ssl, at))
		return false;
	return at->protocol != CTN_TLS_AT_ONCE || SSL_set_alpn_protos(ssl, alpn, sizeof alpn - 1) == 0; /* 0 is its success */
}

bool
ctn_shake_open(ctn_shake **out, ctn_shaker *s, const ctn_endpoint *at, ctn_probe_seen *seen, ctn_arena *a, struct ctn_err *e)
{
	CTN_OWN(ctn_shake) h = ctn_new(ctn_shake, 1);

	if (h == NULL)
		return ctn_fail_memory(e);
	h->flight = (ctn_flight){ .seen = seen, .a = a };
	h->alert = -1;
	ERR_clear_error();
	h->ssl = SSL_new(s->ctx);
	h->in = BIO_new(BIO_s_mem());
	h->out = BIO_new(BIO_s_mem());
	if (h->ssl == NULL || h->in == NULL || h->out == NULL) {
		BIO_free(h->in);
		BIO_free(h->out);
		ERR_clear_error();
		return ctn_fail_memory(e);
	}
	SSL_set_bio(h->ssl, h->in, h->out);
	SSL_set_connect_state(h->ssl);
	SSL_set_msg_callback(h->ssl, on_message);
	SSL_set_msg_callback_arg(h->ssl, h);
	if (!ask_for_all(h->ssl, at))
		return fail_ssl(e, "preparing a handshake");
	*out = CTN_TAKE(h);
	return true;
}

void
ctn_shake_close(ctn_shake *h)
{
	SSL_free(h->ssl);
	ctn_free(h);
}

bool
ctn_shake_feed(ctn_shake *h, ctn_span bytes, struct ctn_err *e)
{
	size_t head = HEAD_MAX - h->head_n < bytes.n ? HEAD_MAX - h->head_n : bytes.n;

	if (head > 0)
		memcpy(h->head + h->head_n, bytes.p, head);
	h->head_n += head;
	h->fed += bytes.n;
	if (h->fed > FED_MAX)
		return ctn_fail(e, CTN_ENETWORK, "the server sends over %u KiB and does not finish the handshake", FED_MAX >> 10);
	ERR_clear_error();
	if (BIO_write(h->in, bytes.p, (int)bytes.n) != (int)bytes.n) {
		ERR_clear_error();
		return ctn_fail_memory(e);
	}
	return true;
}

size_t
ctn_shake_fetch(ctn_shake *h, uint8_t *out, size_t max)
{
	int n = BIO_read(h->out, out, (int)max);

	ERR_clear_error();
	return n > 0 ? (size_t)n : 0;
}

/* What greets first, and how it would be asked. */
static bool
not_tls(const ctn_shake *h, struct ctn_err *e)
{
	static const struct greeting {
		const char *begin, *hint;
	} greetings[] = {
		{ "220", "it greets like a mail server: smtp://HOST:PORT begins TLS by STARTTLS" },
		{ "* OK", "it greets like an IMAP server: imap://HOST:PORT begins TLS by STARTTLS" },
		{ "+OK", "it greets like a POP3 server: pop3://HOST:PORT begins TLS by STLS" },
		{ "HTTP/", "it speaks HTTP without TLS" },
		{ "SSH-", "it speaks SSH" },
	};

	(void)ctn_fail(e, CTN_ENETWORK, "what answers does not speak TLS");
	for (size_t i = 0; i < sizeof greetings / sizeof greetings[0]; i++)
		if (strncmp(h->head, greetings[i].begin, strlen(greetings[i].begin)) == 0)
			return ctn_hint(e, "%s", greetings[i].hint);
	return false;
}

static bool
fail_by_alert(const ctn_shake *h, struct ctn_err *e)
{
	const char *name = ctn_tls_alert_name((unsigned)h->alert);

	if (h->flight.seen->client_asked && h->flight.has_chain)
		return ctn_fail(e, CTN_ENETWORK, "the server ends the handshake without a client certificate: alert %s (%d)",
		    name == NULL ? "unknown" : name, h->alert);
	return ctn_fail(e, CTN_ENETWORK, "the server refuses the handshake: alert %s (%d)", name == NULL ? "unknown" : name, h->alert);
}

static bool
fail_shake(ctn_shake *h, struct ctn_err *e)
{
	unsigned long code = ERR_peek_error();
	const char *reason = ERR_reason_error_string(code);

	if (h->flight.no_memory || ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE)
		(void)ctn_fail_memory(e);
	else if (h->alert >= 0)
		(void)fail_by_alert(h, e);
	else if (!h->speaks_tls)
		(void)not_tls(h, e);
	else if (reason != NULL)
		(void)ctn_fail(e, CTN_ENETWORK, "the handshake fails on what the server says: %s", reason);
	else
		(void)ctn_fail(e, CTN_ENETWORK, "the handshake fails on what the server says: libssl error %lx", code);
	ERR_clear_error();
	return false;
}

bool
ctn_shake_step(ctn_shake *h, bool *finished, struct ctn_err *e)
{
	int r, why;

	*finished = false;
	ERR_clear_error();
	r = SSL_do_handshake(h->ssl);
	h->flight.seen->shook_hands = h->flight.has_chain && h->flight.seen->chain_n > 0;
	if (h->flight.too_long)
		return ctn_fail(e, CTN_ENETWORK, "the server serves over %u certificates", CTN_FLIGHT_CERTS_MAX);
	if (r != 1) {
		why = SSL_get_error(h->ssl, r);
		if (why == SSL_ERROR_WANT_READ && !h->flight.no_memory)
			return true;
		return fail_shake(h, e);
	}
	if (h->flight.no_memory)
		return ctn_fail_memory(e);
	*finished = true;
	h->flight.seen->shook_hands = true;
	(void)SSL_shutdown(h->ssl);
	ERR_clear_error();
	return true;
}

bool
ctn_shake_cut(const ctn_shake *h, const char *how, struct ctn_err *e)
{
	if (h->fed == 0)
		return ctn_fail(e, CTN_ENETWORK, "%s before a word of TLS came", how);
	if (!h->speaks_tls)
		return not_tls(h, e);
	if (h->flight.seen->client_asked && h->flight.has_chain)
		return ctn_fail(e, CTN_ENETWORK, "%s after a client certificate was asked for", how);
	return ctn_fail(e, CTN_ENETWORK, "%s in the middle of the handshake", how);
}
