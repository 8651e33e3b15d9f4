/* IP addresses and CIDR blocks. */
#ifndef CTN_NAME_IP_H
#define CTN_NAME_IP_H

#include "base/bytes.h"
#include "base/err.h"

typedef struct ctn_ip {
	uint8_t octets[16];
	uint8_t n; /* 4 or 16 */
} ctn_ip;
typedef struct ctn_cidr {
	ctn_ip base;
	uint8_t mask[16]; /* n octets */
	unsigned bits;
} ctn_cidr;

/** RFC 4291 text or a dotted quad without leading zeros; no zone, no prefix. Fails CTN_EINPUT. */
CTN_MUST bool ctn_ip_parse(ctn_ip *out, const char *text, struct ctn_err *e);
/** RFC 5952 text into out[46]; IPv4-mapped addresses in mixed notation. */
void ctn_ip_text(char out[46], const ctn_ip *ip);
/** "10.0.0.0/8", "::1/128"; a bare address is its /32 or /128. Host bits set: CTN_EINPUT with the block that was meant as hint. */
CTN_MUST bool ctn_cidr_parse(ctn_cidr *out, const char *text, struct ctn_err *e);
/** Is the address in the block? Never across families: ::ffff:10.0.0.1 is not in 10.0.0.0/8. */
bool ctn_cidr_has(const ctn_cidr *block, const ctn_ip *ip);

#endif
