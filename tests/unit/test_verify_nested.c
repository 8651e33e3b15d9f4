/* Whose status is asked for on the way to another's: signers of lists, and those who sign lists about them. */
#include "verify_lists.h"

static void
know(struct chain *c, const struct forged *f)
{
	struct ctn_err e = { 0 };

	assert_true(ctn_verifier_know(c->v, ctn_buf_view(&f->der), NULL, &e));
}

/* How often each serial number was asked about; those in unknown are so, all others good. */
struct asked {
	unsigned times[256];
	const char *unknown;
};

static enum ctn_verify_status
count(void *ctx, const ctn_cert *cert, const ctn_cert *issuer, int64_t *since_s, unsigned *reason)
{
	struct asked *a = ctx;

	(void)issuer, (void)since_s, (void)reason;
	a->times[cert->serial.p[0]]++;
	return strchr(a->unknown, cert->serial.p[0]) != NULL ? CTN_STATUS_UNKNOWN : CTN_STATUS_GOOD;
}

static void
know_signer(struct chain *c, const char *subject, const char *issuer, unsigned key, unsigned issuer_key, const char *next)
{
	struct forged f;

	forge_begin(&f, subject, issuer, key, issuer_key, true);
	if (next != NULL)
		put_points(&f, &(struct point){ .crl_issuer = next }, 1);
	forge_sign(&f, issuer_key);
	know(c, &f);
	forge_free(&f);
}

/* Two lists of one signer below the path's upper authority. */
static void
who_is_good_along_the_path_is_not_asked_about_again(void **state)
{
	struct asked asked = { .unknown = "D" };
	struct chain c;

	(void)state;
	chain_begin(&c);
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = count;
	c.ask.status_ctx = &asked;
	put_points(&c.leaf, &(struct point){ .crl_issuer = "CN=Lists" }, 1);
	add(&c, &(struct list){ INDIRECT, .point = { .reasons = SOME_REASONS } });
	add(&c, &(struct list){ INDIRECT, .point = { .reasons = OTHER_REASONS } });
	know_signer(&c, "CN=Lists", "CN=Upper,O=Example", 6, 1, NULL);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(asked.times['B'], 1);
	assert_int_equal(asked.times['C'], 1);
	assert_int_equal(asked.times['D'], 1);
	/* What holds only while the leaf is believed is asked anew. */
	assert_int_equal(asked.times['G'], 2);
	chain_end(&c);
}

/* Of a signer beside the path nothing is said where nothing has to be known. */
static void
warnings_are_of_the_path_alone(void **state)
{
	struct asked asked = { .unknown = "DG" };
	struct chain c;

	(void)state;
	chain_begin(&c);
	c.ask.revocation = CTN_REVOCATION_PREFER;
	c.ask.status = count;
	c.ask.status_ctx = &asked;
	put_points(&c.leaf, &(struct point){ .crl_issuer = "CN=Lists" }, 1);
	add(&c, &(struct list){ INDIRECT });
	know_signer(&c, "CN=Lists", "CN=Root", 6, 0, NULL);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.warnings_n, 0);
	asked.unknown = "CD";
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.warnings_n, 1);
	chain_end(&c);
}

/* n signers: each one's list tells of the one before, the first's of the leaf. revoke: each lists whom it tells of. */
static enum ctn_vcheck
ask_row(unsigned n, const char *unknown, bool revoke, enum ctn_verify_revocation revocation)
{
	static const char *const names[] = { "CN=S1", "CN=S2", "CN=S3", "CN=S4", "CN=S5", "CN=S6" };
	struct asked asked = { .unknown = unknown };
	enum ctn_vcheck got;
	struct chain c;

	chain_begin(&c);
	c.ask.revocation = revocation;
	c.ask.status = count;
	c.ask.status_ctx = &asked;
	put_points(&c.leaf, &(struct point){ .crl_issuer = names[0] }, 1);
	for (unsigned i = 0; i < n; i++) {
		struct list l = { .issuer = names[i], .key = 10 + i, .idp = true, .indirect = true };

		l.entries[0] = (struct entry){ .serial = i == 0 ? 'D' : (uint8_t)('K' + i - 1), .certificate_issuer = i == 0 ? LOWER : "CN=Root" };
		l.entries_n = revoke;
		add(&c, &l);
		know_signer(&c, names[i], "CN=Root", 10 + i, 0, i + 1 < n ? names[i + 1] : NULL);
	}
	chain_sign(&c);
	got = chain_ask(&c);
	chain_end(&c);
	return got;
}

static void
signers_of_lists_about_signers_have_a_depth(void **state)
{
	(void)state;
	assert_int_equal(ask_row(6, "DKLM", false, CTN_REVOCATION_REQUIRE), CTN_V_NONE);
	assert_int_equal(ask_row(6, "DKLMN", false, CTN_REVOCATION_REQUIRE), CTN_V_NONE);
	assert_int_equal(ask_row(6, "DKLMNO", false, CTN_REVOCATION_REQUIRE), CTN_V_unknown_status);
	/* Nothing is known of the last: it is believed, the one before is revoked, its list not heard, and so on to the leaf. */
	assert_int_equal(ask_row(5, "DKLMNO", true, CTN_REVOCATION_PREFER), CTN_V_revoked);
	assert_int_equal(ask_row(6, "DKLMNOP", true, CTN_REVOCATION_PREFER), CTN_V_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_good_along_the_path_is_not_asked_about_again),
		cmocka_unit_test(warnings_are_of_the_path_alone),
		cmocka_unit_test(signers_of_lists_about_signers_have_a_depth),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
