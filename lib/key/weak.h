/* RSA keys that can be broken: what a CA must look for before it certifies one. */
#ifndef CTN_KEY_WEAK_H
#define CTN_KEY_WEAK_H

#include "base/bytes.h"
#include "base/err.h"

/**
 * Refuse modulus n and exponent e (magnitudes without leading zero) that nobody should trust: n not 2048 to 8192 bits, or even;
 * e even, under 65537 or over 256 bits (SP 800-56B, 6.2.1.3); a factor of n under 752 (SP 800-89, 5.3.3); n a perfect power; n that
 * Fermat's method factors within 100 rounds (two close primes); n as only the Infineon library made them (ROCA, CVE-2017-15361).
 * Costs well under a millisecond for 2048 bits, a few for 8192.
 * Fails CTN_EINPUT with the reason; CTN_ENOMEM.
 */
CTN_MUST bool ctn_rsa_check(ctn_span n, ctn_span e, struct ctn_err *err);

#endif
