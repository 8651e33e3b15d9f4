#include "key/alg.h"

#include <stdio.h>

#include "der/der.h"
#include "key/kind.h"

#define RSA_MIN_BITS 2048u
#define RSA_MAX_BITS 8192u

static const char words_there_are[] =
    "rsa-2048 to rsa-8192, ecdsa-p256, ecdsa-p384, ecdsa-p521, ed25519, ed448, ml-dsa-44, ml-dsa-65, ml-dsa-87";

void
ctn_key_kind_text(char out[24], ctn_key_kind kind)
{
	const char *word = ctn_key_row_of(kind.alg)->word;

	if (kind.alg == CTN_KEY_RSA || kind.alg == CTN_KEY_RSA_PSS)
		(void)snprintf(out, 24, "%s-%u", word, kind.bits);
	else
		(void)snprintf(out, 24, "%s", word != NULL ? word : "unknown");
}

/* Decimal without sign or leading zero, up to five digits; moves *s behind it. */
static bool
read_bits(unsigned *bits, const char **s)
{
	const char *p = *s;
	unsigned v = 0;

	if (*p < '1' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (p - *s >= 5)
			return false;
		v = v * 10 + (unsigned)(*p - '0');
	}
	*bits = v;
	*s = p;
	return true;
}

static bool
rsa_size_ok(unsigned bits)
{
	return bits >= RSA_MIN_BITS && bits <= RSA_MAX_BITS && bits % 8 == 0;
}

/* "2048" or "2048..4096" after "rsa-". */
static bool
read_rsa_range(ctn_key_range *range, const char *sizes, struct ctn_err *e)
{
	const char *s = sizes;
	unsigned low = 0, high = 0;
	bool ok = read_bits(&low, &s);

	high = low;
	if (ok && s[0] == '.' && s[1] == '.') {
		s += 2;
		ok = read_bits(&high, &s);
	}
	if (!ok || *s != '\0' || !rsa_size_ok(low) || !rsa_size_ok(high))
		return ctn_fail(e, CTN_EINPUT, "'rsa-%.32s': RSA keys are %u to %u bits in steps of 8", sizes, RSA_MIN_BITS,
		    RSA_MAX_BITS);
	if (low > high)
		return ctn_fail(e, CTN_EINPUT, "'rsa-%.32s': the range ends before it begins", sizes);
	*range = (ctn_key_range){ .alg = CTN_KEY_RSA, .min_bits = low, .max_bits = high };
	return true;
}

bool
ctn_key_range_parse(ctn_key_range *range, const char *word, struct ctn_err *e)
{
	if (strncmp(word, "rsa-", 4) == 0 && strncmp(word, "rsa-pss", 7) != 0)
		return read_rsa_range(range, word + 4, e);
	for (unsigned i = CTN_KEY_UNKNOWN + 1; i < CTN_KEY_ALGS; i++) {
		enum ctn_key_alg alg = (enum ctn_key_alg)i;
		const struct ctn_key_row *row = ctn_key_row_of(alg);

		if (alg == CTN_KEY_RSA || !row->policy || strcmp(row->word, word) != 0)
			continue;
		if (!ctn_key_alg_usable(alg, e))
			return false;
		*range = (ctn_key_range){ .alg = alg };
		return true;
	}
	return ctn_fail(e, CTN_EINPUT, "unknown key algorithm '%.64s'; there are %s", word, words_there_are);
}

bool
ctn_key_kind_parse(ctn_key_kind *kind, const char *word, struct ctn_err *e)
{
	ctn_key_range range;

	if (!ctn_key_range_parse(&range, word, e))
		return false;
	if (strstr(word, "..") != NULL)
		return ctn_fail(e, CTN_EINPUT, "'%.64s' is a range; one size is needed", word);
	*kind = (ctn_key_kind){ .alg = range.alg, .bits = range.min_bits };
	return true;
}

bool
ctn_key_range_has(const ctn_key_range *range, ctn_key_kind kind)
{
	if (kind.alg != range->alg || kind.alg == CTN_KEY_UNKNOWN)
		return false;
	return kind.alg != CTN_KEY_RSA || (kind.bits >= range->min_bits && kind.bits <= range->max_bits);
}
