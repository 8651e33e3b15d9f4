/* JSON in (RFC 8259), strict: no repeated keys, no NUL, an object or a list at the root, bounded size and depth. */
#ifndef CTN_JSON_JSON_H
#define CTN_JSON_JSON_H

#include "base/bytes.h"
#include "base/err.h"

struct json_t;

#define CTN_JSON_DEPTH_MAX 32

/** A parsed text; owns all that nodes and texts of it borrow. */
typedef struct ctn_json ctn_json;

/**
 * One value and the way to it. Plain value on the caller's stack: `up` borrows the node that it was got from, which must
 * outlive it, so that an error can say "items[3].names: expected a list of texts" without a byte of memory.
 */
typedef struct ctn_json_node {
	const struct json_t *value;
	const struct ctn_json_node *up; /* NULL at the root */
	const char *key;                /* NULL in a list */
	size_t index;                   /* in a list */
} ctn_json_node;

/**
 * Parse at most max bytes. Fails CTN_EINPUT: larger, nested deeper than CTN_JSON_DEPTH_MAX, not JSON (with line and column),
 * a repeated key, a NUL in a text, a bare value at the root. CTN_ENOMEM. The caller owns *out.
 */
CTN_MUST bool ctn_json_parse(ctn_json **out, ctn_span text, size_t max, struct ctn_err *e);
void ctn_json_free(ctn_json *j);
CTN_OWNED_BY(ctn_json, ctn_json_free)

ctn_json_node ctn_json_root(const ctn_json *j);
/** Append the way to a node: "items[3].names"; nothing for the root. */
void ctn_json_path(ctn_buf *out, const ctn_json_node *n);

/** Is the key there? False as well when the node is no object. A null is there, and of no type that can be got. */
bool ctn_json_has(const ctn_json_node *object, const char *key);
/** Every key must be one of the NULL-ended list. Fails CTN_EINPUT with the unknown one, and the one that was meant as hint. */
CTN_MUST bool ctn_json_only(const ctn_json_node *object, const char *const *keys, struct ctn_err *e);

/*
 * Getters. Each fails CTN_EINPUT with the path when the key is missing, its value is of another type, or the node itself is
 * no object. Texts are valid UTF-8 without NUL and live as long as the document.
 */
CTN_MUST bool ctn_json_get_object(ctn_json_node *out, const ctn_json_node *object, const char *key, struct ctn_err *e);
/** *n: how many items; may be NULL. */
CTN_MUST bool ctn_json_get_list(ctn_json_node *out, size_t *n, const ctn_json_node *object, const char *key, struct ctn_err *e);
CTN_MUST bool ctn_json_get_text(const char **out, const ctn_json_node *object, const char *key, struct ctn_err *e);
/** A whole number from min to max. */
CTN_MUST bool ctn_json_get_int(int64_t *out, const ctn_json_node *object, const char *key, int64_t min, int64_t max,
    struct ctn_err *e);
CTN_MUST bool ctn_json_get_bool(bool *out, const ctn_json_node *object, const char *key, struct ctn_err *e);
/** A list of texts only; the array is in the arena, the texts are the document's. */
CTN_MUST bool ctn_json_get_texts(const char ***out, size_t *n, const ctn_json_node *object, const char *key, ctn_arena *a,
    struct ctn_err *e);

/** Items of a list node (the root's included): how many; 0 when it is no list. */
size_t ctn_json_length(const ctn_json_node *list);
/** Item i must be an object. */
CTN_MUST bool ctn_json_item_object(ctn_json_node *out, const ctn_json_node *list, size_t i, struct ctn_err *e);
/** Item i must be a text. */
CTN_MUST bool ctn_json_item_text(const char **out, const ctn_json_node *list, size_t i, struct ctn_err *e);

#endif
