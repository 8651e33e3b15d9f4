#include "key/weak.h"

#include "key/own.h"

enum { MIN_BITS = 2048, MAX_BITS = 8192, MAX_EXPONENT_BITS = 256, MAX_OCTETS = 8192, FERMAT_ROUNDS = 100 };
/* The odd primes under 752, and how many of them are under 168: those that the ROCA fingerprint looks at. */
enum { PRIMES = 132, ROCA_PRIMES = 38 };

static const uint16_t primes[PRIMES] = { 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83,
	89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199, 211,
	223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307, 311, 313, 317, 331, 337, 347, 349,
	353, 359, 367, 373, 379, 383, 389, 397, 401, 409, 419, 421, 431, 433, 439, 443, 449, 457, 461, 463, 467, 479, 487,
	491, 499, 503, 509, 521, 523, 541, 547, 557, 563, 569, 571, 577, 587, 593, 599, 601, 607, 613, 617, 619, 631, 641,
	643, 647, 653, 659, 661, 673, 677, 683, 691, 701, 709, 719, 727, 733, 739, 743, 751 };

/* n mod each prime. One long division serves as many primes as fit a 32-bit product. */
static bool
residues_of(uint16_t residues[PRIMES], const BIGNUM *n)
{
	for (size_t i = 0, end; i < PRIMES; i = end) {
		uint64_t product = 1;
		BN_ULONG rest;

		for (end = i; end < PRIMES && product * primes[end] <= UINT32_MAX; end++)
			product *= primes[end];
		rest = BN_mod_word(n, (BN_ULONG)product);
		if (rest == (BN_ULONG)-1)
			return false;
		for (size_t k = i; k < end; k++)
			residues[k] = (uint16_t)(rest % primes[k]);
	}
	return true;
}

/* Integer part of the k-th root of n: Newton's method from above never climbs before it has arrived. */
static bool
root_of(BIGNUM *root, const BIGNUM *n, unsigned k, BN_CTX *ctx)
{
	CTN_OWN(BIGNUM) power = BN_new();
	CTN_OWN(BIGNUM) next = BN_new();
	CTN_OWN(BIGNUM) exponent = BN_new();

	if (power == NULL || next == NULL || exponent == NULL || BN_set_word(exponent, k - 1) != 1)
		return false;
	if (BN_set_word(next, 0) != 1 || BN_set_bit(next, (BN_num_bits(n) + (int)k - 1) / (int)k) != 1)
		return false;
	do {
		if (BN_copy(root, next) == NULL || BN_exp(power, root, exponent, ctx) != 1)
			return false;
		if (BN_div(next, NULL, n, power, ctx) != 1 || BN_copy(power, root) == NULL)
			return false;
		if (BN_mul_word(power, k - 1) != 1 || BN_add(next, next, power) != 1 || BN_div_word(next, k) == (BN_ULONG)-1)
			return false;
	} while (BN_cmp(next, root) < 0);
	return true;
}

static bool
is_power(bool *yes, const BIGNUM *n, unsigned k, BN_CTX *ctx)
{
	CTN_OWN(BIGNUM) root = BN_new();
	CTN_OWN(BIGNUM) power = BN_new();
	CTN_OWN(BIGNUM) exponent = BN_new();

	if (root == NULL || power == NULL || exponent == NULL || BN_set_word(exponent, k) != 1)
		return false;
	if (!root_of(root, n, k, ctx) || BN_exp(power, root, exponent, ctx) != 1)
		return false;
	*yes = BN_cmp(power, n) == 0;
	return true;
}

static bool
is_small_prime(uint64_t v)
{
	if (v % 2 == 0)
		return v == 2;
	for (uint64_t d = 3; d * d <= v; d += 2) {
		if (v % d == 0)
			return false;
	}
	return v > 1;
}

static uint64_t
power_mod(uint64_t base, uint64_t exponent, uint64_t m)
{
	uint64_t result = 1;

	for (; exponent > 0; exponent >>= 1) {
		if (exponent & 1)
			result = result * base % m;
		base = base * base % m;
	}
	return result;
}

/*
 * Could n be a k-th power, k prime? Modulo a prime q = 1 (mod k) only one residue in k is one (Euler's criterion), so a few
 * such q tell nearly every other number, without a root taken.
 */
static bool
may_be_power(const BIGNUM *n, unsigned k)
{
	unsigned asked = 0;

	for (uint64_t q = 2 * (uint64_t)k + 1; asked < 10; q += 2 * (uint64_t)k) {
		BN_ULONG rest;

		if (!is_small_prime(q))
			continue;
		rest = BN_mod_word(n, (BN_ULONG)q);
		if (rest != 0 && power_mod(rest, (q - 1) / k, q) != 1)
			return false;
		asked++;
	}
	return true;
}

/* n has no factor under 752 here, so a base has more than 9 bits. */
static bool
find_power(unsigned *found, const BIGNUM *n, BN_CTX *ctx)
{
	bool yes = false;

	*found = 0;
	for (unsigned k = 2; k <= (unsigned)BN_num_bits(n) / 9; k++) {
		if (!is_small_prime(k) || !may_be_power(n, k))
			continue;
		if (!is_power(&yes, n, k, ctx))
			return false;
		if (yes) {
			*found = k;
			return true;
		}
	}
	return true;
}

/* Squares leave one of 12 residues modulo 64, 16 modulo 63, 21 modulo 65, 6 modulo 11: what passes all is worth a root. */
static bool
may_be_square(const BIGNUM *v)
{
	static const unsigned moduli[] = { 64, 63, 65, 11 };
	BN_ULONG rest = BN_mod_word(v, 64u * 63u * 65u * 11u);

	for (size_t i = 0; i < sizeof(moduli) / sizeof(moduli[0]); i++) {
		unsigned root = 0;

		while (root < moduli[i] && root * root % moduli[i] != rest % moduli[i])
			root++;
		if (root == moduli[i])
			return false;
	}
	return true;
}

/* Fermat: n = a^2 - b^2 with a just over the root of n, when the two primes are close. n is odd and no square. */
static bool
find_close_primes(bool *found, const BIGNUM *n, BN_CTX *ctx)
{
	CTN_OWN(BIGNUM) a = BN_new();
	CTN_OWN(BIGNUM) b_squared = BN_new();
	CTN_OWN(BIGNUM) step = BN_new();

	*found = false;
	if (a == NULL || b_squared == NULL || step == NULL || !root_of(a, n, 2, ctx) || BN_add_word(a, 1) != 1)
		return false;
	if (BN_sqr(b_squared, a, ctx) != 1 || BN_sub(b_squared, b_squared, n) != 1)
		return false;
	for (unsigned round = 0; round < FERMAT_ROUNDS; round++) {
		if (may_be_square(b_squared) && !is_power(found, b_squared, 2, ctx))
			return false;
		if (*found)
			return true;
		/* (a + 1)^2 - n is 2a + 1 more than a^2 - n. */
		if (BN_lshift1(step, a) != 1 || BN_add_word(step, 1) != 1 || BN_add(b_squared, b_squared, step) != 1)
			return false;
		if (BN_add_word(a, 1) != 1)
			return false;
	}
	return true;
}

/* The x under the order of 65537 modulo p with 65537^x = residue; false when there is none. */
static bool
small_log(unsigned *x, unsigned *order, unsigned residue, unsigned p)
{
	unsigned power = 1 % p, n = 0;
	bool found = false;

	do {
		if (power == residue) {
			*x = n;
			found = true;
		}
		power = power * (65537u % p) % p;
		n++;
	} while (power != 1);
	*order = n;
	return found;
}

static unsigned
gcd(unsigned a, unsigned b)
{
	while (b != 0) {
		unsigned rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/*
 * ROCA: both primes, hence n too, are a power of 65537 modulo the product of the first primes. n is one exactly when it is one
 * modulo each prime and the exponents agree modulo the common divisors of the orders. By chance: about once in 2^150.
 */
static bool
is_roca(const uint16_t residues[PRIMES])
{
	unsigned x[ROCA_PRIMES] = { 0 }, order[ROCA_PRIMES] = { 0 };

	for (size_t i = 0; i < ROCA_PRIMES; i++) {
		if (!small_log(&x[i], &order[i], residues[i], primes[i]))
			return false;
		for (size_t k = 0; k < i; k++) {
			unsigned common = gcd(order[i], order[k]);

			if (x[i] % common != x[k] % common)
				return false;
		}
	}
	return true;
}

static bool
check_sizes(const BIGNUM *n, const BIGNUM *e, struct ctn_err *err)
{
	int bits = BN_num_bits(n);

	if (bits < MIN_BITS || bits > MAX_BITS)
		return ctn_fail(err, CTN_EINPUT, "RSA modulus of %d bits; %d to %d are accepted", bits, MIN_BITS, MAX_BITS);
	if (!BN_is_odd(n))
		return ctn_fail(err, CTN_EINPUT, "RSA modulus is even");
	if (!BN_is_odd(e))
		return ctn_fail(err, CTN_EINPUT, "RSA exponent is even");
	if (BN_num_bits(e) > MAX_EXPONENT_BITS)
		return ctn_fail(
		    err, CTN_EINPUT, "RSA exponent of %d bits; at most %d are accepted", BN_num_bits(e), MAX_EXPONENT_BITS);
	if (BN_num_bits(e) <= 16)
		return ctn_fail(err, CTN_EINPUT, "RSA exponent %lu; it must be over 65536", (unsigned long)BN_get_word(e));
	return true;
}

/* The checks that look into n, cheapest first. */
static bool
check_factors(const BIGNUM *n, BN_CTX *ctx, struct ctn_err *err)
{
	uint16_t residues[PRIMES];
	unsigned power = 0;
	bool close = false;

	if (!residues_of(residues, n))
		return ctn_fail_memory(err);
	for (size_t i = 0; i < PRIMES; i++) {
		if (residues[i] == 0)
			return ctn_fail(err, CTN_EINPUT, "RSA modulus has the factor %u", primes[i]);
	}
	if (is_roca(residues))
		return ctn_fail(err, CTN_EINPUT, "RSA key made by a broken Infineon library (ROCA, CVE-2017-15361)");
	if (!find_power(&power, n, ctx))
		return ctn_fail_memory(err);
	if (power != 0)
		return ctn_fail(err, CTN_EINPUT, "RSA modulus is a perfect power (exponent %u)", power);
	if (!find_close_primes(&close, n, ctx))
		return ctn_fail_memory(err);
	if (close)
		return ctn_fail(err, CTN_EINPUT, "RSA primes are too close: Fermat's method factors the modulus");
	return true;
}

bool
ctn_rsa_check(ctn_span n, ctn_span e, struct ctn_err *err)
{
	CTN_OWN(BN_CTX) ctx = NULL;
	CTN_OWN(BIGNUM) modulus = NULL;
	CTN_OWN(BIGNUM) exponent = NULL;

	/* Nothing is done with more octets than this before the size is known. */
	if (n.n > MAX_OCTETS || e.n > MAX_OCTETS)
		return ctn_fail(err, CTN_EINPUT, "RSA modulus of %zu octets, exponent of %zu octets", n.n, e.n);
	ctx = BN_CTX_new();
	modulus = BN_bin2bn(n.p, (int)n.n, NULL);
	exponent = BN_bin2bn(e.p, (int)e.n, NULL);
	if (ctx == NULL || modulus == NULL || exponent == NULL)
		return ctn_fail_memory(err);
	return check_sizes(modulus, exponent, err) && check_factors(modulus, ctx, err);
}
