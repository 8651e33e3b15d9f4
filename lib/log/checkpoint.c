#include "log/checkpoint.h"

#include "hash/hash.h"

enum { KEY_LEN = 32, KEY_ID_LEN = 4, SIGNATURE_LEN = 64, ALG_ED25519 = 0x01, ROOT_TEXT_LEN = 44 };

static const char dash[] = "\xe2\x80\x94 "; /* U+2014 and a space */
enum { DASH_LEN = sizeof dash - 1 };

void
ctn_checkpoint_body(ctn_buf *out, const ctn_checkpoint *c)
{
	ctn_buf_printf(out, "%s\n%llu\n", c->origin, (unsigned long long)c->size);
	ctn_buf_base64(out, (ctn_span){ c->root.h, CTN_NODE_LEN }, 0);
	ctn_buf_byte(out, '\n');
}

static bool
check_key(ctn_span ed25519_key, struct ctn_err *e)
{
	return ed25519_key.n == KEY_LEN || ctn_fail(e, CTN_EINPUT, "an Ed25519 key has 32 octets, not %zu", ed25519_key.n);
}

/* A key name of C2SP signed-note: not empty, no space, no plus, nothing that ends a line. */
static bool
is_name(ctn_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] == '+' || s.p[i] == 0x7f)
			return false;
	return s.n > 0 && ctn_utf8_valid(s);
}

static bool
check_name(const char *name, struct ctn_err *e)
{
	return is_name(ctn_span_text(name)) || ctn_fail(e, CTN_EINPUT, "'%s' cannot be the name of a log", name);
}

bool
ctn_note_key_id(uint8_t out[4], const char *name, ctn_span ed25519_key, struct ctn_err *e)
{
	const ctn_span parts[] = { ctn_span_text(name), CTN_SPAN("\n\x01"), ed25519_key };
	uint8_t digest[CTN_SHA256_LEN];

	if (!check_name(name, e) || !check_key(ed25519_key, e) || !ctn_sha256_of(digest, parts, 3, e))
		return false;
	memcpy(out, digest, KEY_ID_LEN);
	return true;
}

void
ctn_note_write(ctn_buf *out, ctn_span body, const char *name, const uint8_t key_id[4], ctn_span signature)
{
	CTN_OWN_BUF both = { 0 };

	ctn_buf_add(&both, key_id, KEY_ID_LEN);
	ctn_buf_span(&both, signature);
	ctn_buf_span(out, body);
	ctn_buf_byte(out, '\n');
	ctn_buf_text(out, dash);
	ctn_buf_text(out, name);
	ctn_buf_byte(out, ' ');
	ctn_buf_base64(out, ctn_buf_view(&both), 0);
	ctn_buf_byte(out, '\n');
	out->failed = out->failed || both.failed;
}

bool
ctn_note_verifier_key(ctn_buf *out, const char *name, ctn_span ed25519_key, struct ctn_err *e)
{
	uint8_t id[KEY_ID_LEN], key[1 + KEY_LEN] = { ALG_ED25519 };

	if (!ctn_note_key_id(id, name, ed25519_key, e))
		return false;
	memcpy(key + 1, ed25519_key.p, KEY_LEN);
	ctn_buf_text(out, name);
	ctn_buf_byte(out, '+');
	ctn_buf_hex(out, (ctn_span){ id, sizeof id });
	ctn_buf_byte(out, '+');
	ctn_buf_base64(out, (ctn_span){ key, sizeof key }, 0);
	return ctn_buf_ok(out, e);
}

/* The next line without its newline; false when no newline is left. */
static bool
take_line(ctn_span *rest, ctn_span *line)
{
	const uint8_t *end = rest->n > 0 ? memchr(rest->p, '\n', rest->n) : NULL;

	if (end == NULL)
		return false;
	*line = (ctn_span){ rest->p, (size_t)(end - rest->p) };
	*rest = (ctn_span){ end + 1, rest->n - line->n - 1 };
	return true;
}

/* The text before the last empty line, newline included, and the signature lines after it. */
static bool
split_note(ctn_span *text, ctn_span *signatures, ctn_span note)
{
	for (size_t i = note.n; i >= 2; i--)
		if (note.p[i - 1] == '\n' && note.p[i - 2] == '\n') {
			*text = (ctn_span){ note.p, i - 1 };
			*signatures = (ctn_span){ note.p + i, note.n - i };
			return true;
		}
	return false;
}

/* Decimal without sign or leading zero. */
static bool
read_size(uint64_t *size, ctn_span line)
{
	uint64_t v = 0;

	if (line.n == 0 || (line.n > 1 && line.p[0] == '0'))
		return false;
	for (size_t i = 0; i < line.n; i++) {
		unsigned digit = line.p[i] - (unsigned)'0';

		if (digit > 9 || v > (UINT64_MAX - digit) / 10)
			return false;
		v = 10 * v + digit;
	}
	*size = v;
	return true;
}

/* Base64 alone: the reader would pass over white space. */
static bool
read_base64(ctn_buf *out, ctn_span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] <= ' ')
			return false;
	return ctn_unbase64(out, text);
}

static bool
read_root(ctn_node *root, ctn_span line)
{
	CTN_OWN_BUF octets = { .max = ROOT_TEXT_LEN };

	if (line.n != ROOT_TEXT_LEN || !read_base64(&octets, line) || octets.n != CTN_NODE_LEN)
		return false;
	memcpy(root->h, octets.p, CTN_NODE_LEN);
	return true;
}

/* C2SP tlog-checkpoint: three lines, then extension lines, none of them empty. */
static bool
read_body(ctn_checkpoint *c, ctn_span text, ctn_arena *a, struct ctn_err *e)
{
	ctn_span line, origin;

	if (!take_line(&text, &origin) || !is_name(origin))
		return ctn_fail(e, CTN_EINPUT, "checkpoint line 1: no origin");
	if (!take_line(&text, &line) || !read_size(&c->size, line))
		return ctn_fail(e, CTN_EINPUT, "checkpoint line 2: no tree size");
	if (!take_line(&text, &line) || !read_root(&c->root, line))
		return ctn_fail(e, CTN_EINPUT, "checkpoint line 3: no root hash");
	while (take_line(&text, &line))
		if (line.n == 0)
			return ctn_fail(e, CTN_EINPUT, "checkpoint with an empty line in its body");
	c->origin = ctn_arena_text_n(a, (const char *)origin.p, origin.n);
	return c->origin != NULL || ctn_fail_memory(e);
}

/* "— name base64": the name, and what the base64 holds. */
static bool
read_signature(ctn_span *name, ctn_buf *octets, ctn_span line)
{
	const uint8_t *space;

	if (line.n <= DASH_LEN || memcmp(line.p, dash, DASH_LEN) != 0)
		return false;
	line = (ctn_span){ line.p + DASH_LEN, line.n - DASH_LEN };
	space = memchr(line.p, ' ', line.n);
	if (space == NULL)
		return false;
	*name = (ctn_span){ line.p, (size_t)(space - line.p) };
	ctn_buf_reset(octets);
	return is_name(*name) && read_base64(octets, (ctn_span){ space + 1, line.n - name->n - 1 }) && octets->n > KEY_ID_LEN;
}

/* The first signature by that name and key id; empty when there is none. All lines must be well-formed. */
static bool
find_signature(ctn_buf *signature, ctn_span lines, const char *name, const uint8_t id[4], struct ctn_err *e)
{
	CTN_OWN_BUF octets = { .max = CTN_NOTE_MAX };
	ctn_span line, by;

	if (lines.n == 0)
		return ctn_fail(e, CTN_EINPUT, "note without a signature line");
	while (lines.n > 0) {
		if (!take_line(&lines, &line) || !read_signature(&by, &octets, line))
			return ctn_fail(e, CTN_EINPUT, "note with a malformed signature line");
		if (signature->n == 0 && ctn_span_equal(by, ctn_span_text(name)) && memcmp(octets.p, id, KEY_ID_LEN) == 0)
			ctn_buf_add(signature, octets.p + KEY_ID_LEN, octets.n - KEY_ID_LEN);
	}
	return ctn_buf_ok(signature, e);
}

static bool
check_signature(bool *good, ctn_span text, ctn_span signature, ctn_span ed25519_key, struct ctn_err *e)
{
	/* RFC 8410, 4 */
	uint8_t der[12 + KEY_LEN] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
	CTN_OWN(ctn_pubkey) key = NULL;
	ctn_spki spki;

	*good = false;
	if (signature.n != SIGNATURE_LEN)
		return true;
	memcpy(der + 12, ed25519_key.p, KEY_LEN);
	if (!ctn_spki_parse(&spki, (ctn_span){ der, sizeof der }, e) || !ctn_pubkey_import(&key, &spki, (ctn_span){ 0 }, e))
		return ctn_wrap(e, "log key");
	return ctn_signature_check(good, key, CTN_SIG_ED25519, text, signature, e);
}

/* C2SP signed-note: UTF-8, and no control character but the newline. */
static bool
check_text(ctn_span note, struct ctn_err *e)
{
	if (note.n > CTN_NOTE_MAX)
		return ctn_fail(e, CTN_EINPUT, "note of %zu bytes, more than %u", note.n, CTN_NOTE_MAX);
	for (size_t i = 0; i < note.n; i++)
		if (note.p[i] < ' ' && note.p[i] != '\n')
			return ctn_fail(e, CTN_EINPUT, "note with a control character, at byte %zu", i);
	return ctn_utf8_valid(note) || ctn_fail(e, CTN_EINPUT, "note that is not UTF-8");
}

bool
ctn_checkpoint_open(
    ctn_checkpoint *out, bool *good, ctn_span note, const char *name, ctn_span ed25519_key, ctn_arena *a, struct ctn_err *e)
{
	CTN_OWN_BUF signature = { .max = CTN_NOTE_MAX };
	ctn_span text, signatures;
	ctn_checkpoint c;
	uint8_t id[KEY_ID_LEN];

	*good = false;
	if (!ctn_note_key_id(id, name, ed25519_key, e) || !check_text(note, e))
		return false;
	if (!split_note(&text, &signatures, note))
		return ctn_fail(e, CTN_EINPUT, "not a signed note: no empty line before the signatures");
	if (!read_body(&c, text, a, e) || !find_signature(&signature, signatures, name, id, e))
		return false;
	if (!check_signature(good, text, ctn_buf_view(&signature), ed25519_key, e))
		return false;
	/* tlog-checkpoint: the log signs under the name of its origin */
	*good = *good && strcmp(c.origin, name) == 0;
	*out = c;
	return true;
}
