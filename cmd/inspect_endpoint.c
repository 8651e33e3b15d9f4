#include "cmd/inspect_endpoint.h"

#include <stdio.h>

#include "cmd/inspect_cert.h"
#include "cmd/inspect_ocsp.h"
#include "cmd/net.h"
#include "name/dn.h"
#include "name/dns.h"
#include "name/endpoint.h"
#include "x509/cert.h"

#define AUTHORITIES_SHOWN 20 /* to people; scripts and --verbose have all */
#define SEE_COLUMN 26
#define TIMEOUT_MAX_S 86400

static void
show_staple(struct see *s, const ctn_probe_seen *seen)
{
	struct ctn_err e = { 0 };

	if (seen->stapled.n == 0) {
		see_text(s, NULL, "Stapled response", "none");
		return;
	}
	see_open(s, "stapled", "Stapled response:");
	if (!inspect_ocsp(s, seen->stapled, false, &e)) {
		see_text(s, "malformed", "Malformed", e.text);
		see_hex(s, "value", "Value", seen->stapled);
	}
	see_close(s);
}

/* Scripts get all of them; people the first, unless they want more. */
static void
show_authorities(struct see *s, const ctn_probe_seen *seen, bool all)
{
	size_t shown = all || seen->client_cas_n <= AUTHORITIES_SHOWN ? seen->client_cas_n : AUTHORITIES_SHOWN;
	ctn_json_out *j = show_json(s->out);

	ctn_json_array(j, "authorities");
	for (size_t i = 0; i < seen->client_cas_n; i++) {
		CTN_OWN_BUF text = { 0 };
		const char *name;

		ctn_dn_text(&text, seen->client_cas[i]);
		ctn_json_bytes(j, NULL, ctn_buf_view(&text));
		name = ctn_buf_cstr(&text);
		if (i < shown)
			see_text(s, NULL, i == 0 ? "  of" : "", name == NULL || *name == '\0' ? "(empty)" : name);
	}
	ctn_json_close_array(j);
	if (shown < seen->client_cas_n)
		see_line(s, "%*s... and %zu more: --verbose", SEE_COLUMN, "", seen->client_cas_n - shown);
}

static void
show_client(struct see *s, const ctn_probe_seen *seen, bool all)
{
	ctn_json_out *j = show_json(s->out);
	const char *text = "asked for, of any authority";

	if (!seen->client_asked)
		text = "not asked for";
	else if (seen->client_cas_n > 0)
		text = "asked for";
	ctn_json_object(j, "client_certificate");
	ctn_json_bool(j, "requested", seen->client_asked);
	see_text(s, NULL, "Client certificate", text);
	if (seen->client_asked)
		show_authorities(s, seen, all);
	ctn_json_close_object(j);
}

static void
show_handshake(struct see *s, const ctn_probe_seen *seen, bool all)
{
	ctn_json_out *j = show_json(s->out);

	ctn_json_object(j, "handshake");
	ctn_json_bool(j, "finished", seen->finished);
	if (!seen->finished)
		see_text(s, "incomplete", "Incomplete", seen->why.text);
	see_text(s, "version", "Version", seen->version);
	see_text(s, "cipher_suite", "Cipher suite", seen->cipher_suite);
	see_text(s, "group", "Key exchange group", seen->group);
	see_text(s, "signature", "Signature", seen->signature);
	see_text(s, "alpn", "ALPN", seen->alpn);
	show_client(s, seen, all);
	show_staple(s, seen);
	ctn_json_int(j, "took_ms", seen->took_ms);
	ctn_json_close_object(j);
}

static void
show_chain(struct see *s, const ctn_probe_seen *seen)
{
	ctn_json_array(show_json(s->out), "chain");
	for (size_t i = 0; i < seen->chain_n; i++) {
		struct ctn_err e = { 0 };
		char heading[80];
		ctn_cert c;

		(void)snprintf(heading, sizeof heading, "Certificate %zu of %zu, as served:", i + 1, seen->chain_n);
		show_raw(s->out, CTN_SPAN("\n"));
		see_open(s, NULL, heading);
		if (ctn_cert_parse(&c, seen->chain[i], &e)) {
			inspect_cert(s, &c);
		} else {
			see_text(s, "malformed", "Malformed", e.text);
			see_hex(s, "value", "Value", seen->chain[i]);
		}
		see_close(s);
	}
	ctn_json_close_array(show_json(s->out));
}

/* A name for SNI is a DNS name; an address there is none (RFC 6066 3). */
static bool
read_endpoint(ctn_endpoint *at, const struct inspect_endpoint *what, ctn_arena *a, struct ctn_err *e)
{
	bool wildcard;
	char *name;

	if (!ctn_endpoint_parse(at, what->text, a, e))
		return false;
	if (what->server_name == NULL)
		return true;
	if (!ctn_dns_canonical(&name, &wildcard, what->server_name, a, e) || wildcard) {
		if (e->code == CTN_ENOMEM)
			return false;
		return ctn_fail(e, CTN_EUSAGE, "--server-name: '%.200s' is no DNS name that can be asked for", what->server_name);
	}
	at->server_name = name;
	return true;
}

bool
inspect_endpoint(struct see *s, struct cmd *c, const struct inspect_endpoint *what, struct ctn_err *e)
{
	unsigned deadline_ms = what->timeout_s == 0 ? CTN_PROBE_DEADLINE_MS : (unsigned)what->timeout_s * 1000;
	const ctn_probe_api *probe;
	ctn_probe_seen seen;
	ctn_endpoint at;
	char *canonical;

	if (what->timeout_s > TIMEOUT_MAX_S)
		return ctn_fail(e, CTN_EUSAGE, "--timeout is at most 1d");
	if (!read_endpoint(&at, what, c->arena, e) || !net_open(NULL, &probe, c->arena, e))
		return false;
	if (!probe->many(&seen, &at, 1, &(ctn_probe_wish){ .deadline_ms = deadline_ms }, c->arena, e))
		return ctn_wrap(e, "%s", what->text);
	if (!seen.shook_hands) {
		*e = seen.why;
		return ctn_wrap(e, "%s", what->text);
	}
	canonical = ctn_endpoint_text(&at, c->arena);
	if (canonical == NULL)
		return ctn_fail_memory(e);
	see_text(s, "endpoint", "Endpoint", canonical);
	see_text(s, "address", "Address", seen.address);
	show_handshake(s, &seen, c->globals.verbose);
	show_chain(s, &seen);
	return true;
}
