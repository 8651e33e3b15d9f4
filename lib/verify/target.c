#include "verify/target.h"

#include "der/oid.h"
#include "name/dns.h"
#include "name/mail.h"

/* Of one that matches: what stands behind its star stands behind the first label of the name. */
static bool
is_public_wildcard(ctn_span presented, const char *name)
{
	const char *dot = strchr(name, '.');

	return presented.p[0] == '*' && dot != NULL && ctn_dns_is_public_suffix(dot + 1);
}

/* RFC 5280 7.5: local parts exactly, hosts in any case. */
static bool
same_mail(ctn_span presented, ctn_span wanted)
{
	ctn_span local = { 0 }, host = { 0 };

	if (!ctn_mail_split(&local, &host, presented) || presented.n != wanted.n)
		return false;
	return memcmp(presented.p, wanted.p, local.n + 1) == 0 &&
	    ctn_dns_within(host, (ctn_span){ wanted.p + local.n + 1, host.n });
}

/* The same of an SmtpUTF8Mailbox (RFC 9598 5), whose OID and tags stand in front of its local part. */
static bool
same_utf8_mail(ctn_span presented, ctn_span wanted)
{
	const uint8_t *at = memrchr(wanted.p, '@', wanted.n);
	size_t n = at == NULL ? wanted.n : (size_t)(at - wanted.p) + 1;

	return presented.n == wanted.n && memcmp(presented.p, wanted.p, n) == 0 &&
	    ctn_dns_within((ctn_span){ presented.p + n, wanted.n - n }, (ctn_span){ wanted.p + n, wanted.n - n });
}

static bool
name_matches(const ctn_name *wanted, const ctn_general_name *n)
{
	if (wanted->type != n->type)
		return false;
	switch (n->type) {
	case CTN_NAME_DNS:
		return ctn_dns_matches(n->value, wanted->text);
	case CTN_NAME_EMAIL:
		return same_mail(n->value, wanted->value);
	case CTN_NAME_OTHER:
		return same_utf8_mail(n->value, wanted->value);
	default:
		return ctn_span_equal(n->value, wanted->value);
	}
}

/* The common name is never looked at (RFC 9525 2). */
static bool
has_name(ctn_run *r, const ctn_member *leaf, const ctn_name *wanted)
{
	ctn_der names = ctn_der_over(leaf->san);
	ctn_span by_suffix = { 0 };
	ctn_general_name n;

	while (ctn_general_next(&names, &n)) {
		if (!name_matches(wanted, &n))
			continue;
		if (r->ask->profile != CTN_WEBPKI || n.type != CTN_NAME_DNS || !is_public_wildcard(n.value, wanted->text))
			return true;
		by_suffix = n.value;
	}
	if (by_suffix.n > 0)
		return ctn_run_no(r, CTN_V_public_suffix, 0, "'%s' is matched only through '%.*s', a wildcard over a public suffix",
		    wanted->text, (int)by_suffix.n, (const char *)by_suffix.p);
	return false;
}

/* What it is valid for, for the message. */
static const char *
names_text(ctn_run *r, const ctn_member *leaf)
{
	CTN_OWN_BUF b = { .max = CTN_RUN_TEXT_ROOM };
	ctn_der names = ctn_der_over(leaf->san);
	ctn_general_name n;

	for (unsigned i = 0; ctn_general_next(&names, &n); i++) {
		if (i == 5) {
			ctn_buf_text(&b, ", ...");
			break;
		}
		if (i > 0)
			ctn_buf_text(&b, ", ");
		ctn_general_text(&b, &n);
	}
	return ctn_run_text(r, &b, "no name");
}

/* Of what people take for names: the common name is none (RFC 9525 2), and no address is what a DNS name spells. */
static bool
say_no_name(ctn_run *r, const ctn_member *leaf, const ctn_name *wanted)
{
	ctn_der names = ctn_der_over(leaf->san);
	ctn_general_name n;

	if (leaf->san.n == 0)
		return ctn_run_no(r, CTN_V_name, 0, "it is not valid for '%s': it has no alternative names, and its subject does not count",
		    wanted->text);
	while (ctn_general_next(&names, &n))
		if (n.type != wanted->type && ctn_span_equal(n.value, ctn_span_text(wanted->text)))
			return ctn_run_no(r, CTN_V_name, 0, "it is not valid for the %s name '%s': it has that as a name of type %s",
			    ctn_name_type_text(wanted->type), wanted->text, ctn_name_type_text(n.type));
	return ctn_run_no(r, CTN_V_name, 0, "it is not valid for '%s', only for %s", wanted->text, names_text(r, leaf));
}

static bool
has_names(ctn_run *r, const ctn_member *leaf)
{
	for (size_t i = 0; i < r->ask->names_n; i++) {
		r->why.check = CTN_V_NONE;
		if (has_name(r, leaf, &r->ask->names[i]))
			continue;
		if (r->why.check == CTN_V_public_suffix)
			return false;
		return say_no_name(r, leaf, &r->ask->names[i]);
	}
	return true;
}

bool
ctn_target_purpose(const ctn_verify_ask *ask, const ctn_member *m)
{
	return ask->purpose.n == 0 || !m->has_eku || ctn_ext_eku_has(m->eku, ask->purpose) ||
	    ctn_ext_eku_has(m->eku, ctn_oid_any_ext_key_usage);
}

/* Key usages of which a purpose needs one (RFC 5280 4.2.1.12). */
static const struct need {
	const ctn_span *purpose;
	uint32_t one_of;
} needs[] = {
	{ &ctn_oid_kp_server_auth, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_KEY_ENCIPHERMENT | CTN_KU_KEY_AGREEMENT },
	{ &ctn_oid_kp_client_auth, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_KEY_AGREEMENT },
	{ &ctn_oid_kp_code_signing, CTN_KU_DIGITAL_SIGNATURE },
	{ &ctn_oid_kp_email_protection,
	    CTN_KU_DIGITAL_SIGNATURE | CTN_KU_CONTENT_COMMITMENT | CTN_KU_KEY_ENCIPHERMENT | CTN_KU_KEY_AGREEMENT },
	{ &ctn_oid_kp_time_stamping, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_CONTENT_COMMITMENT },
	{ &ctn_oid_kp_ocsp_signing, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_CONTENT_COMMITMENT },
};

/*
 * It counts with and without an extended key usage: each alone must allow the use (RFC 5280 4.2.1.3, 4.2.1.12). Of an authority that
 * names no purpose it tells only what the authority signs.
 */
static bool
usage_fits(const ctn_verify_ask *ask, const ctn_member *leaf)
{
	if (!leaf->has_ku)
		return true;
	if ((ask->key_usage & ~leaf->ku) != 0)
		return false;
	if (!leaf->has_eku && ctn_member_is_ca(leaf))
		return true;
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++)
		if (ctn_span_equal(*needs[i].purpose, ask->purpose))
			return (leaf->ku & needs[i].one_of) != 0;
	return true;
}

/* What it says that it is for, for the message; it has an extended key usage, and one that can be read. */
static const char *
purposes_text(ctn_run *r, const ctn_member *leaf)
{
	ctn_der list = ctn_der_over((ctn_span){ 0 });
	CTN_OWN_BUF b = { .max = CTN_RUN_TEXT_ROOM };
	struct ctn_err e;
	ctn_span oid;

	(void)!ctn_ext_eku(&list, leaf->eku, &e);
	for (unsigned i = 0; i < 5 && ctn_der_oid(&list, &oid); i++) {
		ctn_buf_text(&b, i == 0 ? "" : ", ");
		if (ctn_oid_name(oid) != NULL)
			ctn_buf_text(&b, ctn_oid_name(oid));
		else
			ctn_oid_dotted(&b, oid);
	}
	return ctn_run_text(r, &b, "others");
}

/* RFC 3161 2.3: who stamps times has an extended key usage that is critical, and nothing else in it. */
static bool
stamps_alone(const ctn_verify_ask *ask, const ctn_member *leaf)
{
	ctn_der list = ctn_der_over((ctn_span){ 0 });
	struct ctn_err e;
	ctn_span oid;

	if (!ctn_span_equal(ask->purpose, ctn_oid_kp_time_stamping))
		return true;
	if (!leaf->has_eku || !ctn_ext_eku(&list, leaf->eku, &e) || !ctn_der_oid(&list, &oid) || !ctn_der_end(&list))
		return false;
	return ctn_span_equal(oid, ctn_oid_kp_time_stamping) && ctn_member_critical(leaf, ctn_oid_ext_key_usage);
}

bool
ctn_target_fits(ctn_run *r, const ctn_member *leaf)
{
	const char *purpose = ctn_oid_name(r->ask->purpose);

	if (!ctn_target_purpose(r->ask, leaf))
		return ctn_run_no(r, CTN_V_purpose, 0, "it is not for %s, only for %s",
		    purpose == NULL ? "the purpose asked for" : purpose, purposes_text(r, leaf));
	if (!stamps_alone(r->ask, leaf))
		return ctn_run_no(r, CTN_V_stamps, 0, "it may not stamp times: that takes a critical extended key usage with timeStamping alone, and %s",
		    !leaf->has_eku ? "it has none" : ctn_member_critical(leaf, ctn_oid_ext_key_usage) ? "its own has others" : "its own is not critical");
	if (!usage_fits(r->ask, leaf))
		return ctn_run_no(r, CTN_V_usage, 0, "its key usage does not allow what %s needs",
		    purpose == NULL ? "the purpose asked for" : purpose);
	return has_names(r, leaf);
}
