/* A generated question: certificates, CRLs, and what is asked of them, all out of one number. */
#ifndef TEST_DIFFERENTIAL_SCENE_H
#define TEST_DIFFERENTIAL_SCENE_H

#include <stdio.h>

#include "forge/status.h"
#include "verify/verify.h"

#define SCENE_CERTS 16u
#define SCENE_CRLS 16u
#define SCENE_DEPTH 5u
#define SCENE_KEY_TINY 20u /* the key that is RSA of 512 bits */
#define SCENE_KEY_SMALL 19u /* of 1024 */
#define SCENE_KEY_OTHER_CURVE 22u
#define SCENE_TWISTS_MAX 160u /* rows that the table of twists may have */

enum place { PLACE_KNOWN, PLACE_TRUSTED, PLACE_ABSENT, PLACE_LEAF };

struct scene_cert {
	struct forged f;
	unsigned signer;
	enum place place;
};

struct scene_crl {
	struct forged_crl l;
	ctn_buf exts;
	bool absent;
	ctn_buf der;
};

/* certs[0] is the leaf, 1 to depth the intermediates upwards, depth + 1 the root, the rest stands beside the path. */
struct scene {
	uint64_t seed, state;
	ctn_arena *a;
	struct scene_cert certs[SCENE_CERTS];
	unsigned order[SCENE_CERTS]; /* in which both sides are given the certificates */
	size_t n;
	unsigned depth;
	struct scene_crl crls[SCENE_CRLS]; /* crls[i - 1] is that of certs[i] */
	size_t crls_n;

	int64_t at_s;
	bool strict;            /* rfc5280 against X509_V_FLAG_X509_STRICT, else pkix */
	ctn_span purpose;       /* OID; empty: any */
	const char *name;       /* asked for; NULL: none */
	ctn_span policies[2];
	size_t policies_n;
	bool require_policy, inhibit_mapping, inhibit_any, revocation;
	bool twisted[SCENE_TWISTS_MAX];
	bool other_path; /* the sides disagree, and not about the path that one of them accepts */
};

/* What one side answers. */
struct verdict {
	bool yes;
	int why;         /* ours: enum ctn_vcheck; theirs: X509_V_ERR_... */
	int at;          /* depth of the certificate that it is about */
	ctn_span path[CTN_VERIFY_PATH_MAX]; /* DER, leaf first; of what was judged at last */
	size_t path_n;
	char text[256];
};

/** Below n, out of the scene's own numbers. */
unsigned pick(struct scene *s, unsigned n);
bool chance(struct scene *s, unsigned percent);

/** Make and sign everything. The keys of the run are made by scene_keys, once. */
void scene_keys(void);
void scene_make(struct scene *s, uint64_t seed);
void scene_free(struct scene *s);
/** PEM of all of it and what is asked, to read and to feed to other programs. */
void scene_dump(const struct scene *s, FILE *out);

/** Write a few scenes into a folder as seeds for fuzz targets. Instead of scene_keys: all keys are fixed then, and the seeds the same. */
void scene_seeds(const char *folder);

/** One line: the chain, what is asked, and our answer in each profile. */
void scene_json(const struct scene *s, FILE *out);

/** For twists: the root's index; a new certificate beside the path, begun as an authority. NULL: no room. */
unsigned scene_root(const struct scene *s);
struct scene_cert *scene_add(struct scene *s, const char *subject, const char *issuer, unsigned key, unsigned signer);
/** A key that nobody in the scene has. */
unsigned scene_spare_key(const struct scene *s, unsigned i);
/** Give every authority of the path a fresh CRL, and ask for revocation. */
void scene_ask_revocation(struct scene *s);
/** The twist of that name was applied. */
bool scene_has(const struct scene *s, const char *twist);
bool scene_leaf_is_trusted(const struct scene *s);
const char *scene_subject(const struct scene *s, unsigned i);

/* The table of twists. */
struct twist {
	const char *name;
	unsigned area;   /* 0 to AREAS - 1 */
	unsigned weight;
	bool (*apply)(struct scene *s); /* false: it does not fit this scene, and nothing was done */
};
#define AREAS 7u
extern const struct twist twists[];
extern const size_t twists_n;

/**
 * Both judges; theirs is libcrypto. only: the certificates of that verdict's path are all that is given; NULL: everything. Verdicts
 * borrow from a.
 */
void judge_ours(struct verdict *v, const struct scene *s, enum ctn_verify_profile profile, const struct verdict *only, ctn_arena *a);
void judge_theirs(struct verdict *v, const struct scene *s, const struct verdict *only, ctn_arena *a);
/** Where is this certificate in the path? path_n when it is not. */
size_t verdict_index(const struct verdict *v, ctn_span der);
/** The question as ctn_verify takes it. */
void scene_ask(ctn_verify_ask *ask, const struct scene *s, ctn_arena *a);
/** The answer, and the verifier that gave it, which is the caller's also on failure (or NULL). Fails as ctn_verify. */
bool scene_verify(ctn_verify_result *r, ctn_verifier **v, const struct scene *s, const ctn_verify_ask *ask, const struct verdict *only,
    ctn_arena *a, struct ctn_err *e);

/**
 * Ask again while one allocation after the other fails, and all that follow it: no answer may be another one than with memory. Tells of
 * those that are on standard output. How many there were; *asked is how often was asked.
 */
unsigned long scene_starve(const struct scene *s, enum ctn_verify_profile profile, unsigned long *asked);

/*
 * A disagreement that has a reason: which side says what, and why that is no fault of ours. Who refuses has been asked again about the
 * very path that the other accepts, so that its reason is about that path.
 */
struct listed {
	const char *name;
	bool ours;       /* what we answer; the other side answers otherwise */
	int code;        /* the reason of who refuses: X509_V_ERR_..., enum ctn_vcheck; 0: any */
	const char *why; /* with its source */
	bool (*holds)(const struct scene *s, const struct verdict *ours, const struct verdict *theirs);
};
extern const struct listed listed[];
extern const size_t listed_n;
#define LISTED_MAX 128

#endif
