/* JSON in: jansson behind bounds, and getters that know where they are. */
#include "json/json.h"

#include <jansson.h>

#define PATH_MAX_BYTES 400
#define KEYS_MAX 64

struct ctn_json {
	json_t *root;
};

/* jansson recurses per level (2,048 of them): depth is judged before it sees the text. */
static bool
too_deep(ctn_span text)
{
	size_t depth = 0;
	bool in_text = false;

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (in_text) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_text = false;
			continue;
		}
		in_text = c == '"';
		if ((c == '[' || c == '{') && ++depth > CTN_JSON_DEPTH_MAX)
			return true;
		if ((c == ']' || c == '}') && depth > 0)
			depth--;
	}
	return false;
}

bool
ctn_json_parse(ctn_json **out, ctn_span text, size_t max, struct ctn_err *e)
{
	json_error_t why;
	CTN_OWN(ctn_json) j = NULL;

	if (text.n > max)
		return ctn_fail(e, CTN_EINPUT, "JSON of %zu bytes; at most %zu are read", text.n, max);
	if (too_deep(text))
		return ctn_fail(e, CTN_EINPUT, "JSON nested deeper than %d", CTN_JSON_DEPTH_MAX);
	j = ctn_new(ctn_json, 1);
	if (j == NULL)
		return ctn_fail_memory(e);
	j->root = json_loadb(text.n > 0 ? (const char *)text.p : "", text.n, JSON_REJECT_DUPLICATES, &why);
	if (j->root == NULL && json_error_code(&why) == json_error_out_of_memory)
		return ctn_fail_memory(e);
	if (j->root == NULL)
		return ctn_fail(e, CTN_EINPUT, "not JSON: %s, line %d, column %d", why.text, why.line, why.column);

	*out = CTN_TAKE(j);
	return true;
}

void
ctn_json_free(ctn_json *j)
{
	if (j == NULL)
		return;
	json_decref(j->root);
	ctn_free(j);
}

ctn_json_node
ctn_json_root(const ctn_json *j)
{
	return (ctn_json_node){ .value = j->root };
}

void
ctn_json_path(ctn_buf *out, const ctn_json_node *n)
{
	const ctn_json_node *way[CTN_JSON_DEPTH_MAX + 1];
	size_t depth = 0;

	for (; n != NULL && n->up != NULL && depth <= CTN_JSON_DEPTH_MAX; n = n->up)
		way[depth++] = n;
	while (depth-- > 0) {
		const ctn_json_node *step = way[depth];

		if (step->key == NULL) {
			ctn_buf_printf(out, "[%zu]", step->index);
			continue;
		}
		if (out->n > 0)
			ctn_buf_byte(out, '.');
		ctn_buf_printable(out, ctn_span_text(step->key));
	}
}

static bool
refuse(const ctn_json_node *n, const char *what, struct ctn_err *e)
{
	CTN_OWN_BUF path = { 0 };
	const char *text;

	ctn_json_path(&path, n);
	text = ctn_buf_cstr(&path);
	if (text == NULL)
		return ctn_fail_memory(e);
	if (path.n == 0)
		return ctn_fail(e, CTN_EINPUT, "%s", what);
	return ctn_fail(e, CTN_EINPUT, "%.*s: %s", PATH_MAX_BYTES, text, what);
}

bool
ctn_json_has(const ctn_json_node *object, const char *key)
{
	return json_object_get(object->value, key) != NULL;
}

static bool
child(ctn_json_node *out, const ctn_json_node *object, const char *key, struct ctn_err *e)
{
	*out = (ctn_json_node){ .up = object, .key = key };
	if (!json_is_object(object->value))
		return refuse(object, "expected an object", e);
	out->value = json_object_get(object->value, key);
	return out->value != NULL || refuse(out, "missing", e);
}

static bool
known(const char *key, const char *const *keys)
{
	for (size_t i = 0; keys[i] != NULL; i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

static bool
refuse_key(const ctn_json_node *object, const char *key, const char *const *keys, struct ctn_err *e)
{
	ctn_json_node n = { .up = object, .key = key };
	const char *meant;
	size_t count = 0;

	while (count < KEYS_MAX && keys[count] != NULL)
		count++;
	meant = ctn_word_nearest(key, keys, count);
	if (!refuse(&n, "unknown key", e) && meant != NULL)
		ctn_hint(e, "did you mean %s?", meant);
	return false;
}

bool
ctn_json_only(const ctn_json_node *object, const char *const *keys, struct ctn_err *e)
{
	const char *key;
	void *at;

	if (!json_is_object(object->value))
		return refuse(object, "expected an object", e);
	/* jansson's iterator wants a pointer that is not const, and changes nothing through it */
	at = json_object_iter((json_t *)(uintptr_t)object->value);
	for (; at != NULL; at = json_object_iter_next((json_t *)(uintptr_t)object->value, at)) {
		key = json_object_iter_key(at);
		if (!known(key, keys))
			return refuse_key(object, key, keys, e);
	}
	return true;
}

bool
ctn_json_get_object(ctn_json_node *out, const ctn_json_node *object, const char *key, struct ctn_err *e)
{
	ctn_json_node n;

	if (!child(&n, object, key, e))
		return false;
	if (!json_is_object(n.value))
		return refuse(&n, "expected an object", e);
	*out = n;
	return true;
}

bool
ctn_json_get_list(ctn_json_node *out, size_t *n, const ctn_json_node *object, const char *key, struct ctn_err *e)
{
	ctn_json_node list;

	if (!child(&list, object, key, e))
		return false;
	if (!json_is_array(list.value))
		return refuse(&list, "expected a list", e);
	*out = list;
	if (n != NULL)
		*n = json_array_size(list.value);
	return true;
}

bool
ctn_json_get_text(const char **out, const ctn_json_node *object, const char *key, struct ctn_err *e)
{
	ctn_json_node n;

	if (!child(&n, object, key, e))
		return false;
	if (!json_is_string(n.value))
		return refuse(&n, "expected a text", e);
	*out = json_string_value(n.value);
	return true;
}

bool
ctn_json_get_int(int64_t *out, const ctn_json_node *object, const char *key, int64_t min, int64_t max, struct ctn_err *e)
{
	ctn_json_node n;
	char what[96];
	int64_t v;

	if (!child(&n, object, key, e))
		return false;
	if (!json_is_integer(n.value))
		return refuse(&n, "expected a whole number", e);
	v = json_integer_value(n.value);
	if (v < min || v > max) {
		(void)snprintf(what, sizeof(what), "expected a number from %lld to %lld", (long long)min, (long long)max);
		return refuse(&n, what, e);
	}
	*out = v;
	return true;
}

bool
ctn_json_get_bool(bool *out, const ctn_json_node *object, const char *key, struct ctn_err *e)
{
	ctn_json_node n;

	if (!child(&n, object, key, e))
		return false;
	if (!json_is_boolean(n.value))
		return refuse(&n, "expected true or false", e);
	*out = json_is_true(n.value);
	return true;
}

bool
ctn_json_get_texts(const char ***out, size_t *n, const ctn_json_node *object, const char *key, ctn_arena *a, struct ctn_err *e)
{
	const char **texts;
	ctn_json_node list;
	size_t count;

	if (!child(&list, object, key, e))
		return false;
	if (!json_is_array(list.value))
		return refuse(&list, "expected a list of texts", e);
	count = json_array_size(list.value);
	texts = ctn_arena_new(a, const char *, count + 1);
	if (texts == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < count; i++) {
		texts[i] = json_string_value(json_array_get(list.value, i));
		if (texts[i] == NULL)
			return refuse(&list, "expected a list of texts", e);
	}
	*out = texts;
	*n = count;
	return true;
}

size_t
ctn_json_length(const ctn_json_node *list)
{
	return json_array_size(list->value);
}

static bool
item(ctn_json_node *out, const ctn_json_node *list, size_t i, struct ctn_err *e)
{
	*out = (ctn_json_node){ .up = list, .index = i };
	if (!json_is_array(list->value))
		return refuse(list, "expected a list", e);
	out->value = json_array_get(list->value, i);
	return out->value != NULL || refuse(out, "missing", e);
}

bool
ctn_json_item_object(ctn_json_node *out, const ctn_json_node *list, size_t i, struct ctn_err *e)
{
	ctn_json_node n;

	if (!item(&n, list, i, e))
		return false;
	if (!json_is_object(n.value))
		return refuse(&n, "expected an object", e);
	*out = n;
	return true;
}

bool
ctn_json_item_text(const char **out, const ctn_json_node *list, size_t i, struct ctn_err *e)
{
	ctn_json_node n;

	if (!item(&n, list, i, e))
		return false;
	if (!json_is_string(n.value))
		return refuse(&n, "expected a text", e);
	*out = json_string_value(n.value);
	return true;
}
