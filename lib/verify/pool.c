#include "verify/pool.h"

#include "der/oid.h"
#include "name/dn.h"

/* A certificate as it was added; what verification asks of it is read when a path first comes by: of a system's roots that is one. */
struct entry {
	ctn_span der, subject;
	uint64_t hash; /* of the subject */
	const char *source;
	bool anchor;
	ctn_member *member;
};

/* One imported key. */
struct key {
	uint64_t hash; /* of spki and inherited parameters */
	ctn_span spki, params;
	ctn_pubkey *key; /* NULL: cannot be used */
	ctn_key_kind kind;
};

/* One remembered signature answer; CTN_MEMO_NONE: free. */
struct answer {
	unsigned member, key;
	enum ctn_vmemo good;
};

struct blob {
	ctn_span der;
};

struct ctn_pool {
	ctn_arena *a;
	struct entry *entries;
	size_t n, cap;
	bool no_memory; /* an entry could not be read when it was wanted */
	unsigned *buckets; /* entry + 1 by subject hash, chained in next */
	unsigned *next;
	size_t buckets_n, indexed; /* indexed: room in next */
	ctn_pool_crl **crls;
	size_t crls_n, crls_cap;
	struct blob *ocsps;
	size_t ocsps_n, ocsps_cap;
	struct key *keys;
	size_t keys_n, keys_cap;
	struct answer *answers;
	size_t answers_n, answers_cap;
};

bool
ctn_pool_open(ctn_pool **out, struct ctn_err *e)
{
	ctn_pool *p = ctn_new(ctn_pool, 1);

	if (p == NULL)
		return ctn_fail_memory(e);
	p->a = ctn_arena_open(SIZE_MAX / 2);
	if (p->a == NULL) {
		ctn_free(p);
		return ctn_fail_memory(e);
	}
	*out = p;
	return true;
}

void
ctn_pool_close(ctn_pool *p)
{
	for (size_t i = 0; i < p->keys_n; i++)
		if (p->keys[i].key != NULL)
			ctn_pubkey_free(p->keys[i].key);
	ctn_free(p->entries);
	ctn_free(p->buckets);
	ctn_free(p->next);
	ctn_free(p->crls);
	ctn_free(p->ocsps);
	ctn_free(p->keys);
	ctn_free(p->answers);
	ctn_arena_close(p->a);
	ctn_free(p);
}

/* Room for one more of size in *list. */
static bool
grow(void *list, size_t n, size_t *cap, size_t size, struct ctn_err *e)
{
	void *old, *more;
	size_t wanted;

	if (n < *cap)
		return true;
	wanted = *cap == 0 ? 16 : *cap * 2;
	more = ctn_calloc(wanted, size);
	if (more == NULL)
		return ctn_fail_memory(e);
	memcpy(&old, list, sizeof(old));
	if (n > 0)
		memcpy(more, old, n * size);
	ctn_free(old);
	memcpy(list, &more, sizeof(more));
	*cap = wanted;
	return true;
}

static bool
rebuild_index(ctn_pool *p, struct ctn_err *e)
{
	size_t n = p->cap * 2;
	unsigned *buckets = ctn_new(unsigned, n), *next = ctn_new(unsigned, p->cap);

	if (buckets == NULL || next == NULL) {
		ctn_free(buckets);
		ctn_free(next);
		return ctn_fail_memory(e);
	}
	ctn_free(p->buckets);
	ctn_free(p->next);
	p->buckets = buckets;
	p->next = next;
	p->buckets_n = n;
	p->indexed = p->cap;
	for (size_t i = p->n; i-- > 0;) {
		size_t b = (size_t)(p->entries[i].hash % n);

		next[i] = buckets[b];
		buckets[b] = (unsigned)i + 1;
	}
	return true;
}

/* At the end of its chain, so that candidates come in the order in which they were added. */
static void
index_last(ctn_pool *p, unsigned i)
{
	unsigned *at = &p->buckets[p->entries[i].hash % p->buckets_n];

	while (*at != 0)
		at = &p->next[*at - 1];
	*at = i + 1;
}

static bool
make_room(ctn_pool *p, struct ctn_err *e)
{
	if (!grow(&p->entries, p->n, &p->cap, sizeof(*p->entries), e))
		return ctn_fail_memory(e);
	if (p->indexed == p->cap) /* the last time there may have been no memory for the index */
		return true;
	return rebuild_index(p, e);
}

static bool
insert(ctn_pool *p, const struct entry *x, struct ctn_err *e)
{
	if (!make_room(p, e))
		return ctn_fail_memory(e);
	p->entries[p->n] = *x;
	index_last(p, (unsigned)p->n);
	p->n++;
	return true;
}

/* The next entry of that subject, of an index + 1. */
static struct entry *
along(const ctn_pool *p, unsigned at, ctn_span name, uint64_t hash)
{
	for (; at != 0; at = p->next[at - 1]) {
		struct entry *x = &p->entries[at - 1];

		if (x->hash == hash && (ctn_span_equal(x->subject, name) || ctn_dn_equal(x->subject, name)))
			return x;
	}
	return NULL;
}

static struct entry *
same_entry(const ctn_pool *p, ctn_span der, ctn_span subject, uint64_t hash)
{
	struct entry *x = p->n == 0 ? NULL : along(p, p->buckets[hash % p->buckets_n], subject, hash);

	while (x != NULL && !ctn_span_equal(x->der, der))
		x = along(p, p->next[x - p->entries], subject, hash);
	return x;
}

static void
trust(struct entry *x)
{
	x->anchor = true;
	if (x->member != NULL)
		x->member->anchor = true;
}

/* Bytes that were parsed when they were added: only memory can be lacking. */
static ctn_member *
member_of(ctn_pool *p, struct entry *x)
{
	ctn_member *m = x->member;
	struct ctn_err e;

	if (m != NULL)
		return m;
	m = ctn_arena_new(p->a, ctn_member, 1);
	if (m == NULL) {
		p->no_memory = true;
		return NULL;
	}
	if (!ctn_member_read(m, x->der, &e)) {
		p->no_memory = true;
		return NULL;
	}
	m->index = (unsigned)(x - p->entries);
	m->source = x->source;
	m->anchor = x->anchor;
	x->member = m;
	return m;
}

bool
ctn_pool_add(ctn_pool *p, ctn_span der, const char *source, bool anchor, struct ctn_err *e)
{
	struct entry x = { .anchor = anchor }, *same;
	const uint8_t *copy;
	ctn_cert c;

	if (!ctn_cert_parse(&c, der, e))
		return false;
	x.hash = ctn_name_hash(c.subject);
	same = same_entry(p, der, c.subject, x.hash);
	if (same != NULL) {
		if (anchor)
			trust(same);
		return true;
	}
	copy = ctn_arena_copy(p->a, der.p, der.n);
	x.source = source == NULL ? NULL : ctn_arena_text(p->a, source);
	if (copy == NULL || (source != NULL && x.source == NULL))
		return ctn_fail_memory(e);
	x.der = (ctn_span){ copy, der.n };
	x.subject = (ctn_span){ copy + (c.subject.p - der.p), c.subject.n };
	return insert(p, &x, e);
}

static bool
read_crl_ext(ctn_pool_crl *c, const ctn_ext *x)
{
	struct ctn_err e;

	if (ctn_span_equal(x->oid, ctn_oid_crl_number))
		return c->has_number = true, ctn_ext_number(&c->number, x->value, &e);
	if (ctn_span_equal(x->oid, ctn_oid_delta_crl_indicator))
		return c->is_delta = true, ctn_ext_number(&c->base, x->value, &e);
	if (ctn_span_equal(x->oid, ctn_oid_issuing_distribution_point)) {
		c->has_idp = true;
		c->idp_der = x->value;
		return ctn_ext_idp(&c->idp, x->value, &e);
	}
	if (ctn_span_equal(x->oid, ctn_oid_authority_key_id))
		return ctn_ext_aki(&c->aki, x->value, &e);
	return !x->critical;
}

bool
ctn_pool_add_crl(ctn_pool *p, ctn_span der, const char *source, struct ctn_err *e)
{
	ctn_pool_crl *c = ctn_arena_new(p->a, ctn_pool_crl, 1);
	uint8_t *copy = ctn_arena_copy(p->a, der.p, der.n);

	if (c == NULL || copy == NULL || !grow(&p->crls, p->crls_n, &p->crls_cap, sizeof(*p->crls), e))
		return ctn_fail_memory(e);
	if (!ctn_crl_parse(&c->crl, (ctn_span){ copy, der.n }, e))
		return false;
	c->source = source == NULL ? NULL : ctn_arena_text(p->a, source);
	c->issuer_hash = ctn_name_hash(c->crl.issuer);
	c->usable = !c->crl.exts.repeated && ctn_span_equal(c->crl.inner_alg, c->crl.outer_alg);
	for (unsigned i = 0; i < c->crl.exts.n; i++)
		c->usable = read_crl_ext(c, &c->crl.exts.at[i]) && c->usable;
	p->crls[p->crls_n++] = c;
	return true;
}

bool
ctn_pool_add_ocsp(ctn_pool *p, ctn_span der, struct ctn_err *e)
{
	uint8_t *copy = ctn_arena_copy(p->a, der.p, der.n);

	if (copy == NULL || !grow(&p->ocsps, p->ocsps_n, &p->ocsps_cap, sizeof(*p->ocsps), e))
		return ctn_fail_memory(e);
	p->ocsps[p->ocsps_n++] = (struct blob){ { copy, der.n } };
	return true;
}

size_t
ctn_pool_crls(const ctn_pool *p)
{
	return p->crls_n;
}

const ctn_pool_crl *
ctn_pool_crl_at(const ctn_pool *p, size_t i)
{
	return p->crls[i];
}

size_t
ctn_pool_ocsps(const ctn_pool *p)
{
	return p->ocsps_n;
}

ctn_span
ctn_pool_ocsp_at(const ctn_pool *p, size_t i)
{
	return p->ocsps[i].der;
}

ctn_member *
ctn_pool_named(ctn_pool *p, const ctn_member *after, ctn_span name, uint64_t hash)
{
	struct entry *x = NULL;

	if (p->n > 0)
		x = along(p, after == NULL ? p->buckets[hash % p->buckets_n] : p->next[after->index], name, hash);
	return x == NULL ? NULL : member_of(p, x);
}

ctn_member *
ctn_pool_same(ctn_pool *p, const ctn_cert *c)
{
	struct entry *x = same_entry(p, c->der, c->subject, ctn_name_hash(c->subject));

	return x == NULL ? NULL : member_of(p, x);
}

bool
ctn_pool_lacked_memory(const ctn_pool *p)
{
	return p->no_memory;
}

/* Cost of one signature check in units of P-256's (measured; REQUIREMENTS wants bounded work). */
static unsigned
cost_of(ctn_key_kind kind)
{
	switch (kind.alg) {
	case CTN_KEY_P384:
		return 11;
	case CTN_KEY_P521:
		return 20;
	case CTN_KEY_ED448:
		return 8;
	case CTN_KEY_P256:
		return 1;
	case CTN_KEY_RSA:
	case CTN_KEY_RSA_PSS:
		return 1 + kind.bits / 4096 * (kind.bits / 4096);
	default: /* Ed25519, DSA, ML-DSA */
		return 2;
	}
}

/* A key that cannot be used is none, and remembered as such. */
static bool
import(struct key *k, struct ctn_err *e)
{
	struct ctn_err why = { 0 };
	ctn_spki spki;

	if (!ctn_spki_parse(&spki, k->spki, &why))
		return true;
	k->kind = spki.kind;
	(void)!ctn_pubkey_import(&k->key, &spki, k->params, &why);
	if (why.code == CTN_ENOMEM)
		return ctn_fail_memory(e);
	return true;
}

static bool
find_key(ctn_pool *p, size_t *at, ctn_span spki, ctn_span params, struct ctn_err *e)
{
	uint64_t hash = ctn_bytes_hash(ctn_bytes_hash(CTN_HASH_SEED, spki), params);
	struct key k = { .hash = hash };
	const uint8_t *own_spki, *own_params;

	for (*at = 0; *at < p->keys_n; ++*at) {
		const struct key *known = &p->keys[*at];

		if (known->hash == hash && ctn_span_equal(known->spki, spki) && ctn_span_equal(known->params, params))
			return true;
	}
	own_spki = ctn_arena_copy(p->a, spki.p, spki.n);
	own_params = ctn_arena_copy(p->a, params.p, params.n);
	if (own_spki == NULL || own_params == NULL || !grow(&p->keys, p->keys_n, &p->keys_cap, sizeof(*p->keys), e))
		return ctn_fail_memory(e);
	k.spki = (ctn_span){ own_spki, spki.n };
	k.params = (ctn_span){ own_params, params.n };
	if (!import(&k, e))
		return ctn_fail_memory(e);
	p->keys[p->keys_n++] = k;
	return true;
}

static struct answer *
slot_of(struct answer *table, size_t cap, unsigned member, unsigned key)
{
	size_t at = (member * UINT64_C(0x9e3779b97f4a7c15) ^ key * UINT64_C(0xc2b2ae3d27d4eb4f)) % cap;

	while (table[at].good != CTN_MEMO_NONE && (table[at].member != member || table[at].key != key))
		at = at + 1 == cap ? 0 : at + 1;
	return &table[at];
}

/* Forgetting is no failure: it costs a signature check. */
static void
remember(ctn_pool *p, unsigned member, unsigned key, bool good)
{
	if (p->answers_n * 2 >= p->answers_cap) {
		size_t cap = p->answers_cap == 0 ? 64 : p->answers_cap * 2;
		struct answer *more = ctn_new(struct answer, cap);

		if (more == NULL)
			return;
		for (size_t i = 0; i < p->answers_cap; i++)
			if (p->answers[i].good != CTN_MEMO_NONE)
				*slot_of(more, cap, p->answers[i].member, p->answers[i].key) = p->answers[i];
		ctn_free(p->answers);
		p->answers = more;
		p->answers_cap = cap;
	}
	*slot_of(p->answers, p->answers_cap, member, key) = (struct answer){ member, key, good ? CTN_MEMO_YES : CTN_MEMO_NO };
	p->answers_n++;
}

static enum ctn_vmemo
remembered(const ctn_pool *p, unsigned member, unsigned key)
{
	return p->answers_cap == 0 ? CTN_MEMO_NONE : slot_of(p->answers, p->answers_cap, member, key)->good;
}

enum ctn_pool_answer
ctn_pool_signed(ctn_pool *p, ctn_span spki, ctn_span dsa_params, enum ctn_sig_alg alg, ctn_span tbs, ctn_span signature,
    unsigned memory, unsigned *budget, struct ctn_err *e)
{
	enum ctn_vmemo known;
	unsigned cost;
	bool good;
	size_t k;

	if (*budget == 0)
		return CTN_NO_BUDGET;
	if (!find_key(p, &k, spki, dsa_params, e))
		return CTN_SIGNATURE_FAILED;
	if (p->keys[k].key == NULL || !ctn_sig_alg_fits(alg, p->keys[k].kind.alg)) {
		--*budget;
		return CTN_KEY_UNUSABLE;
	}
	known = remembered(p, memory, (unsigned)k);
	if (known != CTN_MEMO_NONE)
		return known == CTN_MEMO_YES ? CTN_SIGNED : CTN_NOT_SIGNED;
	cost = cost_of(p->keys[k].kind);
	if (cost > *budget) {
		*budget = 0;
		return CTN_NO_BUDGET;
	}
	*budget -= cost;
	if (!ctn_signature_check(&good, p->keys[k].key, alg, tbs, signature, e))
		return CTN_SIGNATURE_FAILED;
	if (memory != CTN_MEMBER_LOOSE)
		remember(p, memory, (unsigned)k, good);
	return good ? CTN_SIGNED : CTN_NOT_SIGNED;
}

bool
ctn_pool_self_signed(ctn_pool *p, ctn_member *m, unsigned *budget, struct ctn_err *e)
{
	const ctn_cert *c = &m->cert;
	enum ctn_pool_answer a;

	if (m->self_signed != CTN_MEMO_NONE)
		return true;
	a = ctn_pool_signed(p, c->spki, (ctn_span){ 0 }, c->sig_alg, c->tbs, c->signature, m->index, budget, e);
	if (a == CTN_SIGNATURE_FAILED)
		return false;
	if (a != CTN_NO_BUDGET)
		m->self_signed = a == CTN_SIGNED ? CTN_MEMO_YES : CTN_MEMO_NO;
	return true;
}
