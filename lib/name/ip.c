#include "name/ip.h"

#include <arpa/inet.h>
#include <stdio.h>

bool
ctn_ip_parse(ctn_ip *out, const char *text, struct ctn_err *e)
{
	ctn_ip ip = { .n = 4 };

	/* inet_pton takes no leading zeros, no zone and no white space. */
	if (inet_pton(AF_INET, text, ip.octets) != 1) {
		ip.n = 16;
		if (inet_pton(AF_INET6, text, ip.octets) != 1)
			return ctn_fail(e, CTN_EINPUT, "not an IP address: '%.200s'", text);
	}
	*out = ip;
	return true;
}

static unsigned
word_at(const ctn_ip *ip, unsigned i)
{
	return (unsigned)ip->octets[2 * i] << 8 | ip->octets[2 * i + 1];
}

static unsigned
zeros_from(const ctn_ip *ip, unsigned i)
{
	unsigned n = 0;

	while (i + n < 8 && word_at(ip, i + n) == 0)
		n++;
	return n;
}

/* RFC 5952, 4.2: the longest run of at least two zero words, the first of equals. Returns its length. */
static unsigned
longest_zeros(const ctn_ip *ip, unsigned *at)
{
	unsigned best = 1;

	*at = 8;
	for (unsigned i = 0; i < 8; i++) {
		unsigned n = zeros_from(ip, i);

		if (n > best) {
			best = n;
			*at = i;
		}
	}
	return best;
}

static void
v6_text(char out[46], const ctn_ip *ip)
{
	unsigned gap, len = longest_zeros(ip, &gap);
	char *p = out;

	for (unsigned i = 0; i < 8; i++) {
		if (i == gap) {
			p = stpcpy(p, "::");
			i += len - 1;
			continue;
		}
		if (i > 0 && i != gap + len)
			p = stpcpy(p, ":");
		p += snprintf(p, 5, "%x", word_at(ip, i));
	}
}

void
ctn_ip_text(char out[46], const ctn_ip *ip)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const uint8_t *v4 = ip->octets;

	if (ip->n == 16 && memcmp(ip->octets, mapped, sizeof mapped) != 0) {
		v6_text(out, ip);
		return;
	}
	/* RFC 5952, 5: mixed notation where a well-known prefix says that an IPv4 address is inside. */
	if (ip->n == 16)
		v4 += sizeof mapped;
	snprintf(out, 46, "%s%u.%u.%u.%u", ip->n == 16 ? "::ffff:" : "", v4[0], v4[1], v4[2], v4[3]);
}

/* Up to three digits without sign, space or leading zero. */
static bool
read_bits(unsigned *bits, const char *text)
{
	unsigned v = 0;
	size_t n = strlen(text);

	if (n == 0 || n > 3 || (n > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		v = v * 10 + (unsigned)(text[i] - '0');
	}
	*bits = v;
	return true;
}

static void
make_mask(ctn_cidr *c)
{
	for (unsigned i = 0; i < c->base.n; i++) {
		unsigned left = c->bits > 8 * i ? c->bits - 8 * i : 0;

		c->mask[i] = (uint8_t)(left >= 8 ? 0xffu : 0xff00u >> left);
	}
}

bool
ctn_cidr_parse(ctn_cidr *out, const char *text, struct ctn_err *e)
{
	const char *slash = strchr(text, '/');
	size_t n = slash == NULL ? strlen(text) : (size_t)(slash - text);
	ctn_cidr c = { 0 };
	ctn_ip meant;
	char address[46];

	if (n >= sizeof address)
		return ctn_fail(e, CTN_EINPUT, "not an address block: '%.200s'", text);
	memcpy(address, text, n);
	address[n] = '\0';
	if (!ctn_ip_parse(&c.base, address, e))
		return false;
	c.bits = 8u * c.base.n;
	if (slash != NULL && (!read_bits(&c.bits, slash + 1) || c.bits > 8u * c.base.n))
		return ctn_fail(e, CTN_EINPUT, "not a prefix length of 0 to %u: '%.200s'", 8u * c.base.n, text);
	make_mask(&c);
	meant = c.base;
	for (unsigned i = 0; i < meant.n; i++)
		meant.octets[i] &= c.mask[i];
	if (memcmp(meant.octets, c.base.octets, sizeof meant.octets) != 0) {
		ctn_ip_text(address, &meant);
		return ctn_fail(e, CTN_EINPUT, "bits are set behind the prefix: '%.200s'", text) ||
		    ctn_hint(e, "%s/%u", address, c.bits);
	}
	*out = c;
	return true;
}

bool
ctn_cidr_has(const ctn_cidr *block, const ctn_ip *ip)
{
	if (ip->n != block->base.n)
		return false;
	for (unsigned i = 0; i < ip->n; i++)
		if (((ip->octets[i] ^ block->base.octets[i]) & block->mask[i]) != 0)
			return false;
	return true;
}
