#include "probe/flight.h"

#include "probe/words.h"

/* Kinds of messages and of extensions. */
enum {
	SERVER_HELLO = 2,
	ENCRYPTED_EXTENSIONS = 8,
	CERTIFICATE = 11,
	SERVER_KEY_EXCHANGE = 12,
	CERTIFICATE_REQUEST = 13,
	CERTIFICATE_VERIFY = 15,
	CERTIFICATE_STATUS = 22
};
enum { EXT_STATUS_REQUEST = 5, EXT_ALPN = 16, EXT_SUPPORTED_VERSIONS = 43, EXT_CERTIFICATE_AUTHORITIES = 47, EXT_KEY_SHARE = 51 };
#define STATUS_OCSP 1
#define TLS12 0x0303u
#define TLS13 0x0304u
#define NAMED_CURVE 3

/* Numbers big-endian, and vectors behind their length. bad is sticky: what is read behind the end is 0 and empty. */
struct reader {
	ctn_span left;
	bool bad;
};

static ctn_span
take(struct reader *r, size_t n)
{
	ctn_span out = { r->left.p, n };

	if (r->bad || n > r->left.n) {
		r->bad = true;
		return (ctn_span){ NULL, 0 };
	}
	if (n > 0)
		r->left = (ctn_span){ r->left.p + n, r->left.n - n };
	return out;
}

static unsigned
number(struct reader *r, size_t octets)
{
	ctn_span s = take(r, octets);
	unsigned n = 0;

	for (size_t i = 0; i < s.n; i++)
		n = n << 8 | s.p[i];
	return n;
}

/* A vector whose length stands in that many octets. */
static ctn_span
vector(struct reader *r, size_t octets)
{
	return take(r, number(r, octets));
}

/* The same as a reader of its own. */
static struct reader
inner(struct reader *r, size_t octets)
{
	ctn_span s = vector(r, octets);

	return (struct reader){ s, r->bad };
}

static bool
at_end(const struct reader *r)
{
	return r->bad || r->left.n == 0;
}

static ctn_span
keep(ctn_flight *f, ctn_span s)
{
	void *copy = s.n == 0 ? NULL : ctn_arena_copy(f->a, s.p, s.n);

	f->no_memory |= s.n > 0 && copy == NULL;
	return (ctn_span){ copy, copy == NULL ? 0 : s.n };
}

/* Its name, or its number in hex. */
static const char *
named(ctn_flight *f, const char *name, unsigned n)
{
	char *hex = name != NULL ? NULL : ctn_arena_printf(f->a, "0x%04x", n);

	f->no_memory |= name == NULL && hex == NULL;
	return name != NULL ? name : hex;
}

static void
see_group(ctn_flight *f, unsigned group)
{
	f->seen->group = named(f, ctn_tls_group_name(group), group);
}

static void
see_scheme(ctn_flight *f, unsigned scheme)
{
	f->seen->signature = named(f, ctn_tls_scheme_name(scheme), scheme);
}

static void
see_alpn(ctn_flight *f, struct reader body)
{
	struct reader list = inner(&body, 2);
	ctn_span name = vector(&list, 1);

	/* Nothing but what was offered can be agreed on, and that is ASCII. */
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] > '~')
			return;
	f->malformed |= list.bad || name.n == 0;
	if (!list.bad && name.n > 0) {
		f->seen->alpn = ctn_arena_text_n(f->a, (const char *)name.p, name.n);
		f->no_memory |= f->seen->alpn == NULL;
	}
}

/* CertificateStatus: its type, and the response in a vector. */
static void
see_staple(ctn_flight *f, struct reader body)
{
	unsigned type = number(&body, 1);
	ctn_span response = vector(&body, 3);

	f->malformed |= body.bad;
	if (type == STATUS_OCSP && f->seen->stapled.n == 0)
		f->seen->stapled = keep(f, response);
}

/* DistinguishedName<0..2^16-1>, each a Name in a vector. */
static void
see_client_cas(ctn_flight *f, ctn_span names)
{
	struct reader count = { names, false }, r = { names, false };
	size_t n = 0;

	while (!at_end(&count)) {
		(void)vector(&count, 2);
		n += !count.bad;
	}
	f->malformed |= count.bad;
	if (n == 0 || f->seen->client_cas_n > 0)
		return;
	f->seen->client_cas = ctn_arena_new(f->a, ctn_span, n);
	f->no_memory |= f->seen->client_cas == NULL;
	for (size_t i = 0; f->seen->client_cas != NULL && i < n; i++)
		f->seen->client_cas[i] = keep(f, vector(&r, 2));
	f->seen->client_cas_n = f->seen->client_cas == NULL ? 0 : n;
}

static void
see_extension(ctn_flight *f, unsigned type, struct reader body)
{
	struct reader names = body;

	switch (type) {
	case EXT_ALPN:
		see_alpn(f, body);
		break;
	case EXT_SUPPORTED_VERSIONS:
		f->version = number(&body, 2);
		break;
	case EXT_KEY_SHARE: /* of a HelloRetryRequest the group alone, else the share behind it */
		see_group(f, number(&body, 2));
		break;
	case EXT_CERTIFICATE_AUTHORITIES:
		see_client_cas(f, vector(&names, 2));
		break;
	default:
		break;
	}
	f->malformed |= body.bad || names.bad;
}

static void
see_extensions(ctn_flight *f, struct reader *r)
{
	struct reader list = inner(r, 2);

	while (!at_end(&list)) {
		unsigned type = number(&list, 2);
		ctn_span body = vector(&list, 2);

		if (!list.bad)
			see_extension(f, type, (struct reader){ body, false });
	}
	f->malformed |= list.bad;
}

static void
read_hello(ctn_flight *f, struct reader r)
{
	unsigned version = number(&r, 2);

	(void)take(&r, 32);
	(void)vector(&r, 1);
	f->cipher_suite = number(&r, 2);
	(void)number(&r, 1);
	if (r.bad) {
		f->malformed = true;
		return;
	}
	f->version = version;
	if (r.left.n > 0)
		see_extensions(f, &r);
	f->seen->version = named(f, ctn_tls_version_name(f->version), f->version);
}

/* Extensions of one certificate, malformed or not the next one's place is known; the response for the first is the one that counts. */
static void
see_entry_extensions(ctn_flight *f, struct reader *list, bool first)
{
	struct reader exts = inner(list, 2);

	while (!at_end(&exts)) {
		unsigned type = number(&exts, 2);
		ctn_span body = vector(&exts, 2);

		if (type == EXT_STATUS_REQUEST && first && !exts.bad)
			see_staple(f, (struct reader){ body, false });
	}
	f->malformed |= exts.bad;
}

/* The next certificate; of TLS 1.3 with its extensions behind it, which are read when it is to be kept. */
static ctn_span
next_entry(ctn_flight *f, struct reader *list, bool keeping, bool first)
{
	ctn_span der = vector(list, 3);

	list->bad |= der.n == 0;
	if (f->version < TLS13)
		return der;
	if (keeping)
		see_entry_extensions(f, list, first);
	else
		(void)vector(list, 2);
	return der;
}

static void
read_certificate(ctn_flight *f, struct reader r)
{
	struct reader list, count;
	size_t n = 0;

	if (f->has_chain)
		return;
	if (f->version >= TLS13)
		(void)vector(&r, 1);
	list = inner(&r, 3);
	count = list;
	while (!at_end(&count) && n <= CTN_FLIGHT_CERTS_MAX) {
		(void)next_entry(f, &count, false, false);
		n += !count.bad;
	}
	f->malformed |= count.bad;
	f->too_long |= n > CTN_FLIGHT_CERTS_MAX;
	n = n > CTN_FLIGHT_CERTS_MAX ? CTN_FLIGHT_CERTS_MAX : n;
	f->seen->chain = n == 0 ? NULL : ctn_arena_new(f->a, ctn_span, n);
	f->no_memory |= n > 0 && f->seen->chain == NULL;
	for (size_t i = 0; f->seen->chain != NULL && i < n; i++)
		f->seen->chain[i] = keep(f, next_entry(f, &list, true, i == 0));
	f->seen->chain_n = f->seen->chain == NULL ? 0 : n;
	f->has_chain = !count.bad;
}

/* Parameters that the server signed: the curve, or the size of the field; then, from TLS 1.2 on, by what scheme. */
static void
read_key_exchange(ctn_flight *f, struct reader r)
{
	ctn_span prime;

	if (f->kx == CTN_KX_OTHER)
		return;
	if (f->kx == CTN_KX_ECDHE) {
		bool is_named = number(&r, 1) == NAMED_CURVE;
		unsigned group = number(&r, 2);

		(void)vector(&r, 1);
		if (!r.bad && is_named)
			see_group(f, group);
		r.bad |= !is_named;
	} else {
		prime = vector(&r, 2);
		(void)vector(&r, 2);
		(void)vector(&r, 2);
		if (!r.bad) {
			f->seen->group = ctn_arena_printf(f->a, "dh-%zu", prime.n * 8);
			f->no_memory |= f->seen->group == NULL;
		}
	}
	f->malformed |= r.bad;
	if (f->version == TLS12 && !r.bad)
		see_scheme(f, number(&r, 2));
}

static void
read_request(ctn_flight *f, struct reader r)
{
	f->seen->client_asked = true;
	(void)vector(&r, 1); /* the context, or before TLS 1.3 the kinds of certificates */
	if (f->version >= TLS13) {
		see_extensions(f, &r);
	} else {
		if (f->version == TLS12)
			(void)vector(&r, 2);
		see_client_cas(f, vector(&r, 2));
	}
	f->malformed |= r.bad;
}

void
ctn_flight_read(ctn_flight *f, ctn_span message)
{
	struct reader r = { message, message.n > CTN_FLIGHT_MESSAGE_MAX };
	unsigned type = number(&r, 1);

	r.left = vector(&r, 3);
	if (r.bad) {
		f->malformed = true;
		return;
	}
	if (type == SERVER_HELLO)
		read_hello(f, r);
	else if (f->version == 0)
		f->malformed = true;
	else if (type == ENCRYPTED_EXTENSIONS)
		see_extensions(f, &r);
	else if (type == CERTIFICATE)
		read_certificate(f, r);
	else if (type == SERVER_KEY_EXCHANGE)
		read_key_exchange(f, r);
	else if (type == CERTIFICATE_REQUEST)
		read_request(f, r);
	else if (type == CERTIFICATE_VERIFY)
		see_scheme(f, number(&r, 2));
	else if (type == CERTIFICATE_STATUS)
		see_staple(f, r);
	f->malformed |= r.bad;
}
