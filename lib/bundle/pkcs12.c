#include "bundle/pkcs12.h"

#include <limits.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include "der/der.h"
#include "hash/hash.h"

/* ROUNDS_MAX: of SHA-1 about as many as some seconds; scrypt's are counted by its blocks. */
enum { DEPTH_MAX = 4, ROUNDS_MAX = 10000000, SCRYPT_P_MAX = 16, KEY_MAX = 64 << 10, ARENA_MAX = 64 << 20 };

#define OID_PBKDF2 CTN_SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c")
#define OID_SCRYPT CTN_SPAN("\x2b\x06\x01\x04\x01\xda\x47\x04\x0b")

/* One file while it is read. */
struct reading {
	ctn_pkcs12 *to;
	OSSL_LIB_CTX *lib;
	OSSL_PROVIDER *usual, *legacy;
	PKCS12 *file;
	const char *passphrase; /* NULL is another key than "" (RFC 7292, B.1) */
	int passphrase_n;
	uint64_t rounds; /* spent */
	size_t bags;
};

static void
end_reading(struct reading *r)
{
	PKCS12_free(r->file);
	if (r->legacy != NULL)
		OSSL_PROVIDER_unload(r->legacy);
	if (r->usual != NULL)
		OSSL_PROVIDER_unload(r->usual);
	OSSL_LIB_CTX_free(r->lib);
	ERR_clear_error();
}

/* A context of its own: the legacy provider must not be at hand anywhere else. It may be missing. */
static bool
begin_reading(struct reading *r, struct ctn_err *e)
{
	r->lib = OSSL_LIB_CTX_new();
	if (r->lib == NULL)
		return ctn_fail_crypto(e, "PKCS #12 context");
	r->usual = OSSL_PROVIDER_load(r->lib, "default");
	if (r->usual == NULL)
		return ctn_fail_crypto(e, "PKCS #12 context");
	r->legacy = OSSL_PROVIDER_load(r->lib, "legacy");
	r->to->arena = ctn_arena_open(ARENA_MAX);
	r->to->certs = ctn_new(ctn_pkcs12_cert, CTN_PKCS12_BAGS_MAX);
	r->to->keys = ctn_new(ctn_pkcs12_key, CTN_PKCS12_BAGS_MAX);
	return (r->to->arena != NULL && r->to->certs != NULL && r->to->keys != NULL) || ctn_fail_memory(e);
}

static bool
spend(struct reading *r, uint64_t rounds, struct ctn_err *e)
{
	if (rounds > ROUNDS_MAX || r->rounds + rounds > ROUNDS_MAX)
		return ctn_fail(e, CTN_EINPUT, "PKCS #12 file that asks for more than %d rounds of key derivation", ROUNDS_MAX);
	r->rounds += rounds;
	return true;
}

/* KeyDerivationFunc of PBES2 (RFC 8018, A.2; RFC 7914, 7). */
static bool
kdf_rounds(uint64_t *rounds, ctn_der *scheme)
{
	ctn_der kdf, params;
	ctn_span oid, salt;
	uint64_t n, r, p;

	if (!ctn_der_sequence(scheme, &kdf) || !ctn_der_oid(&kdf, &oid) || !ctn_der_sequence(&kdf, &params) ||
	    !ctn_der_octets(&params, &salt) || !ctn_der_uint(&params, &n))
		return false;
	*rounds = n;
	if (ctn_span_equal(oid, OID_PBKDF2))
		return true;
	if (!ctn_span_equal(oid, OID_SCRYPT) || !ctn_der_uint(&params, &r) || !ctn_der_uint(&params, &p))
		return false;
	if (p > SCRYPT_P_MAX || n > ROUNDS_MAX || r > ROUNDS_MAX)
		*rounds = UINT64_MAX;
	else
		*rounds = n * r * p;
	return true;
}

static bool
algorithm_rounds(uint64_t *rounds, ctn_span algorithm)
{
	ctn_der r = ctn_der_over(algorithm), whole, params;
	ctn_span part;

	if (!ctn_der_sequence(&r, &whole) || !ctn_der_oid(&whole, &part) || !ctn_der_sequence(&whole, &params))
		return false;
	if (ctn_der_tag(&params) == CTN_TAG_SEQUENCE)
		return kdf_rounds(rounds, &params);
	return ctn_der_octets(&params, &part) && ctn_der_uint(&params, rounds);
}

/* Before libcrypto derives anything: what would it cost? */
static bool
bound_derivation(struct reading *r, const X509_ALGOR *algorithm, struct ctn_err *e)
{
	unsigned char *der = NULL;
	int n = i2d_X509_ALGOR(algorithm, &der);
	uint64_t rounds = 0;
	bool known;

	if (n <= 0)
		return ctn_fail_crypto(e, "PKCS #12 algorithm");
	known = algorithm_rounds(&rounds, (ctn_span){ der, (size_t)n });
	OPENSSL_free(der);
	if (!known)
		return ctn_fail(e, CTN_EINPUT, "PKCS #12 file with an encryption that is not understood");
	return spend(r, rounds, e);
}

static bool
cannot_decrypt(const struct reading *r, struct ctn_err *e)
{
	ERR_clear_error();
	if (!r->to->has_mac)
		return ctn_fail(e, CTN_EPASSPHRASE, "the passphrase does not open the PKCS #12 file");
	ctn_fail(e, CTN_EINPUT, "PKCS #12 file: part of it cannot be decrypted");
	if (r->legacy == NULL)
		ctn_hint(e, "it may need OpenSSL's legacy provider, which is not installed");
	return false;
}

static bool
read_label(ctn_pkcs12_label *label, const struct reading *r, PKCS12_SAFEBAG *bag, struct ctn_err *e)
{
	const ASN1_TYPE *id = PKCS12_SAFEBAG_get0_attr(bag, NID_localKeyID);
	char *name = PKCS12_get_friendlyname(bag);
	bool good = true;

	if (name != NULL) {
		label->friendly_name = ctn_arena_text(r->to->arena, name);
		good = label->friendly_name != NULL;
		OPENSSL_free(name);
	}
	if (id != NULL && id->type == V_ASN1_OCTET_STRING && id->value.octet_string->length > 0) {
		label->local_key_id.n = (size_t)id->value.octet_string->length;
		label->local_key_id.p = ctn_arena_copy(r->to->arena, id->value.octet_string->data, label->local_key_id.n);
		good = good && label->local_key_id.p != NULL;
	}
	return good || ctn_fail_memory(e);
}

static bool
take_cert(struct reading *r, PKCS12_SAFEBAG *bag, struct ctn_err *e)
{
	ctn_pkcs12_cert *to = &r->to->certs[r->to->certs_n];
	X509 *cert = PKCS12_SAFEBAG_get1_cert(bag);
	unsigned char *der = NULL;
	int n = cert == NULL ? 0 : i2d_X509(cert, &der);

	X509_free(cert);
	ERR_clear_error();
	if (n <= 0) {
		r->to->others++;
		return true;
	}
	to->der = (ctn_span){ ctn_arena_copy(r->to->arena, der, (size_t)n), (size_t)n };
	OPENSSL_free(der);
	if (to->der.p == NULL)
		return ctn_fail_memory(e);
	r->to->certs_n++;
	return read_label(&to->label, r, bag, e);
}

static bool
take_key(struct reading *r, PKCS12_SAFEBAG *bag, const PKCS8_PRIV_KEY_INFO *info, struct ctn_err *e)
{
	ctn_pkcs12_key *to = &r->to->keys[r->to->keys_n];
	unsigned char *der = NULL;
	int n = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	bool good;

	if (n <= 0)
		return ctn_fail_crypto(e, "PKCS #12 key");
	good = n <= KEY_MAX ? ctn_secret_open(&to->pkcs8, (size_t)n, e) : ctn_fail(e, CTN_EINPUT, "PKCS #12 file with a key of %d bytes", n);
	if (good) {
		memcpy(to->pkcs8.p, der, (size_t)n);
		to->pkcs8.n = (size_t)n;
		r->to->keys_n++;
	}
	OPENSSL_clear_free(der, (size_t)n);
	return good && read_label(&to->label, r, bag, e);
}

static bool
take_shrouded(struct reading *r, PKCS12_SAFEBAG *bag, struct ctn_err *e)
{
	const X509_SIG *sealed = PKCS12_SAFEBAG_get0_pkcs8(bag);
	const X509_ALGOR *algorithm = NULL;
	PKCS8_PRIV_KEY_INFO *info;
	bool good;

	if (sealed == NULL)
		return ctn_fail(e, CTN_EINPUT, "PKCS #12 file with a malformed key bag");
	X509_SIG_get0(sealed, &algorithm, NULL);
	if (!bound_derivation(r, algorithm, e))
		return false;
	info = PKCS8_decrypt_ex(sealed, r->passphrase, r->passphrase_n, r->lib, NULL);
	if (info == NULL)
		return cannot_decrypt(r, e);
	good = take_key(r, bag, info, e);
	PKCS8_PRIV_KEY_INFO_free(info);
	return good;
}

static bool take_bags(struct reading *r, const STACK_OF(PKCS12_SAFEBAG) *bags, int depth, struct ctn_err *e);

static bool
take_bag(struct reading *r, PKCS12_SAFEBAG *bag, int depth, struct ctn_err *e)
{
	const PKCS8_PRIV_KEY_INFO *plain;

	if (++r->bags > CTN_PKCS12_BAGS_MAX)
		return ctn_fail(e, CTN_EINPUT, "PKCS #12 file with more than %u bags", CTN_PKCS12_BAGS_MAX);
	switch (PKCS12_SAFEBAG_get_nid(bag)) {
	case NID_keyBag:
		plain = PKCS12_SAFEBAG_get0_p8inf(bag);
		return plain != NULL ? take_key(r, bag, plain, e) : ctn_fail(e, CTN_EINPUT, "PKCS #12 file with a malformed key bag");
	case NID_pkcs8ShroudedKeyBag:
		return take_shrouded(r, bag, e);
	case NID_certBag:
		return take_cert(r, bag, e);
	case NID_safeContentsBag:
		return take_bags(r, PKCS12_SAFEBAG_get0_safes(bag), depth + 1, e);
	default:
		r->to->others++;
		return true;
	}
}

static bool
take_bags(struct reading *r, const STACK_OF(PKCS12_SAFEBAG) *bags, int depth, struct ctn_err *e)
{
	if (depth > DEPTH_MAX)
		return ctn_fail(e, CTN_EINPUT, "PKCS #12 file with bags nested deeper than %d", DEPTH_MAX);
	for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); i++)
		if (!take_bag(r, sk_PKCS12_SAFEBAG_value(bags, i), depth, e))
			return false;
	return true;
}

static STACK_OF(PKCS12_SAFEBAG) *
open_encrypted(struct reading *r, const PKCS7 *safe, struct ctn_err *e)
{
	PKCS7_ENC_CONTENT *content = safe->d.encrypted == NULL ? NULL : safe->d.encrypted->enc_data;
	STACK_OF(PKCS12_SAFEBAG) *bags;

	if (content == NULL || content->algorithm == NULL || content->enc_data == NULL) {
		ctn_fail(e, CTN_EINPUT, "PKCS #12 file with a malformed encrypted part");
		return NULL;
	}
	if (!bound_derivation(r, content->algorithm, e))
		return NULL;
	bags = PKCS12_item_decrypt_d2i_ex(content->algorithm, ASN1_ITEM_rptr(PKCS12_SAFEBAGS), r->passphrase, r->passphrase_n,
	    content->enc_data, 1, r->lib, NULL);
	if (bags == NULL)
		cannot_decrypt(r, e);
	return bags;
}

static bool
take_safe(struct reading *r, PKCS7 *safe, struct ctn_err *e)
{
	STACK_OF(PKCS12_SAFEBAG) *bags;
	bool good;

	switch (OBJ_obj2nid(safe->type)) {
	case NID_pkcs7_data:
		bags = PKCS12_unpack_p7data(safe);
		if (bags == NULL) {
			ERR_clear_error();
			return ctn_fail(e, CTN_EINPUT, "PKCS #12 file with a malformed part");
		}
		break;
	case NID_pkcs7_encrypted:
		bags = open_encrypted(r, safe, e);
		if (bags == NULL)
			return false;
		break;
	default: /* encrypted for a public key: nobody's passphrase opens it */
		r->to->others++;
		return true;
	}
	good = take_bags(r, bags, 1, e);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	return good;
}

static bool
take_safes(struct reading *r, struct ctn_err *e)
{
	STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(r->file);
	bool good = true;

	if (safes == NULL) {
		ERR_clear_error();
		return ctn_fail(e, CTN_EINPUT, "PKCS #12 file whose content is malformed");
	}
	for (int i = 0; good && i < sk_PKCS7_num(safes); i++)
		good = take_safe(r, sk_PKCS7_value(safes, i), e);
	sk_PKCS7_pop_free(safes, PKCS7_free);
	return good;
}

/* Which MAC there is; its own rounds are bounded too. */
static bool
look_at_mac(struct reading *r, struct ctn_err *e)
{
	const ASN1_INTEGER *iterations = NULL;
	const X509_ALGOR *algorithm = NULL;
	const ASN1_OBJECT *digest = NULL;
	int64_t n = 1; /* RFC 7292, 4: DEFAULT 1 */

	PKCS12_get0_mac(NULL, &algorithm, NULL, &iterations, r->file);
	r->to->has_mac = PKCS12_mac_present(r->file) == 1;
	if (!r->to->has_mac)
		return true;
	if (iterations != NULL && (ASN1_INTEGER_get_int64(&n, iterations) != 1 || n < 1))
		return ctn_fail(e, CTN_EINPUT, "PKCS #12 file with a malformed MAC");
	X509_ALGOR_get0(&digest, NULL, NULL, algorithm);
	r->to->mac = OBJ_nid2sn(OBJ_obj2nid(digest));
	r->to->mac_iterations = (uint64_t)n;
	return spend(r, (uint64_t)n, e);
}

static bool
mac_fits(struct reading *r, const char *passphrase, int n)
{
	r->passphrase = passphrase;
	r->passphrase_n = n;
	return !r->to->has_mac || PKCS12_verify_mac(r->file, passphrase, n) == 1;
}

/* Without a MAC it is the decryption that tells. */
static bool
unlock(struct reading *r, const ctn_secret *passphrase, struct ctn_err *e)
{
	bool fits;

	if (passphrase != NULL && passphrase->n > INT_MAX)
		return ctn_fail(e, CTN_EPASSPHRASE, "the passphrase is too long");
	if (passphrase != NULL && passphrase->n > 0)
		fits = mac_fits(r, (const char *)passphrase->p, (int)passphrase->n);
	else
		fits = mac_fits(r, NULL, 0) || mac_fits(r, "", 0);
	ERR_clear_error();
	if (fits)
		return true;
	r->to->locked = passphrase == NULL;
	return r->to->locked || ctn_fail(e, CTN_EPASSPHRASE, "the passphrase does not open the PKCS #12 file");
}

/* A file without MAC whose parts the empty passphrase does not open is locked, as one with a MAC is. */
static void
forget(ctn_pkcs12 *p)
{
	for (size_t i = 0; i < p->keys_n; i++)
		ctn_secret_close(&p->keys[i].pkcs8);
	p->certs_n = 0;
	p->keys_n = 0;
	p->others = 0;
}

static bool
read_file(struct reading *r, ctn_span file, const ctn_secret *passphrase, struct ctn_err *e)
{
	const unsigned char *at = file.p;

	r->file = PKCS12_init_ex(NID_pkcs7_data, r->lib, NULL);
	if (r->file == NULL)
		return ctn_fail_crypto(e, "PKCS #12");
	if (d2i_PKCS12(&r->file, &at, (long)file.n) == NULL || at != file.p + file.n) {
		ERR_clear_error();
		return ctn_fail(e, CTN_EINPUT, "not a PKCS #12 file, or bytes after it");
	}
	if (!look_at_mac(r, e) || !unlock(r, passphrase, e))
		return false;
	if (r->to->locked || take_safes(r, e))
		return true;
	if (passphrase != NULL || e->code != CTN_EPASSPHRASE)
		return false;
	forget(r->to);
	r->to->locked = true;
	return true;
}

bool
ctn_pkcs12_read(ctn_pkcs12 **out, ctn_span file, const ctn_secret *passphrase, struct ctn_err *e)
{
	CTN_OWN(ctn_pkcs12) to = ctn_new(ctn_pkcs12, 1);
	struct reading r = { .to = to };
	bool good;

	if (to == NULL)
		return ctn_fail_memory(e);
	if (file.n > CTN_PKCS12_MAX)
		return ctn_fail(e, CTN_EINPUT, "PKCS #12 file of %zu bytes, more than %u", file.n, CTN_PKCS12_MAX);
	good = begin_reading(&r, e) && read_file(&r, file, passphrase, e);
	end_reading(&r);
	if (good)
		*out = CTN_TAKE(to);
	return good;
}

void
ctn_pkcs12_free(ctn_pkcs12 *p)
{
	if (p == NULL)
		return;
	if (p->keys != NULL)
		forget(p);
	ctn_free(p->keys);
	ctn_free(p->certs);
	ctn_arena_close(p->arena);
	ctn_free(p);
}
