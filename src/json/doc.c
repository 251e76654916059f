/*
 * The tree is cJSON's own; no state of this file. See doc.h.
 */
#include "json/doc.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/mem.h"

/* struct doc is never defined: it is cJSON's node under another name, so that
 * nobody else sees cJSON. */
static const cJSON *node(const struct doc *value)
{
	return (const cJSON *)value;
}

static cJSON *node_rw(struct doc *value)
{
	return (cJSON *)value;
}

static const struct doc *value_of(const cJSON *item)
{
	return (const struct doc *)item;
}

/* Out of memory is the only way in which cJSON's constructors fail. */
static cJSON *must(cJSON *item)
{
	if (!item)
		abort();
	return item;
}

static bool has_nul(struct str text)
{
	size_t i;

	if (memchr(text.p, '\0', text.len))
		return true;
	for (i = 0; i + 6 <= text.len; i++) {
		if (text.p[i] != '\\')
			continue;
		if (!memcmp(text.p + i, "\\u0000", 6))
			return true;
		i++; /* what is escaped starts no escape of its own */
	}
	return false;
}

struct doc *doc_parse(struct str text, struct error *err)
{
	const char *end = NULL;
	cJSON *root;

	text = str_trim(text);
	if (text.len > DOC_MAX) {
		error_set(err, ERROR_TOO_LARGE, "JSON document of %zu bytes", text.len);
		return NULL;
	}
	if (text.len == 0 || has_nul(text)) {
		error_set(err, ERROR_INVALID,
			text.len ? "JSON document with a NUL in it" : "empty JSON document");
		return NULL;
	}
	root = cJSON_ParseWithLengthOpts(text.p, text.len, &end, false);
	if (!root || end != text.p + text.len) {
		cJSON_Delete(root);
		error_set(err, ERROR_INVALID, "invalid JSON");
		return NULL;
	}
	return (struct doc *)root;
}

void doc_free(struct doc *root)
{
	cJSON_Delete(node_rw(root));
}

const struct doc *doc_get(const struct doc *object, const char *key)
{
	const cJSON *found = NULL;
	const cJSON *item;

	if (!cJSON_IsObject(node(object)))
		return NULL;
	cJSON_ArrayForEach(item, node(object))
	{
		if (item->string && !strcmp(item->string, key))
			found = item;
	}
	return cJSON_IsNull(found) ? NULL : value_of(found);
}

const char *doc_string(const struct doc *object, const char *key)
{
	return doc_text(doc_get(object, key));
}

bool doc_bool(const struct doc *object, const char *key)
{
	return cJSON_IsTrue(node(doc_get(object, key)));
}

int doc_i64(const struct doc *object, const char *key, int64_t *ret_value)
{
	const cJSON *item = node(doc_get(object, key));
	double d;

	if (!cJSON_IsNumber(item))
		return -1;
	d = item->valuedouble;
	if (!(d >= -9007199254740992.0 && d <= 9007199254740992.0) || d != (double)(int64_t)d)
		return -1;
	*ret_value = (int64_t)d;
	return 0;
}

bool doc_is_object(const struct doc *value)
{
	return cJSON_IsObject(node(value));
}

bool doc_is_array(const struct doc *value)
{
	return cJSON_IsArray(node(value));
}

bool doc_is_null(const struct doc *value)
{
	return cJSON_IsNull(node(value));
}

const char *doc_text(const struct doc *value)
{
	return cJSON_IsString(node(value)) ? node(value)->valuestring : NULL;
}

const char *doc_key(const struct doc *value)
{
	return value ? node(value)->string : NULL;
}

char *doc_scalar(const struct doc *value)
{
	const cJSON *item = node(value);

	if (cJSON_IsString(item))
		return mem_strdup(item->valuestring);
	if (cJSON_IsBool(item) || cJSON_IsNumber(item))
		return doc_print(value);
	return NULL;
}

const struct doc *doc_first(const struct doc *value)
{
	if (!cJSON_IsObject(node(value)) && !cJSON_IsArray(node(value)))
		return NULL;
	return value_of(node(value)->child);
}

const struct doc *doc_next(const struct doc *value)
{
	return value ? value_of(node(value)->next) : NULL;
}

struct doc *doc_new_object(void)
{
	return (struct doc *)must(cJSON_CreateObject());
}

struct doc *doc_add_object(struct doc *object, const char *key)
{
	return (struct doc *)must(cJSON_AddObjectToObject(node_rw(object), key));
}

struct doc *doc_add_array(struct doc *object, const char *key)
{
	return (struct doc *)must(cJSON_AddArrayToObject(node_rw(object), key));
}

void doc_add_string(struct doc *object, const char *key, const char *text)
{
	must(cJSON_AddStringToObject(node_rw(object), key, text));
}

void doc_add_bool(struct doc *object, const char *key, bool value)
{
	must(cJSON_AddBoolToObject(node_rw(object), key, value));
}

void doc_add_raw(struct doc *object, const char *key, const char *json)
{
	must(cJSON_AddRawToObject(node_rw(object), key, json));
}

void doc_append_string(struct doc *array, const char *text)
{
	cJSON_AddItemToArray(node_rw(array), must(cJSON_CreateString(text)));
}

struct doc *doc_append_object(struct doc *array)
{
	cJSON *item = must(cJSON_CreateObject());

	cJSON_AddItemToArray(node_rw(array), item);
	return (struct doc *)item;
}

/* ---- editing ---- */

struct doc *doc_dup(const struct doc *value)
{
	return (struct doc *)must(cJSON_Duplicate(node(value), true));
}

struct doc *doc_new_string(const char *text)
{
	return (struct doc *)must(cJSON_CreateString(text));
}

struct doc *doc_new_i64(int64_t value)
{
	return (struct doc *)must(cJSON_CreateNumber((double)value));
}

static bool same_items(const struct doc *a, const struct doc *b)
{
	a = doc_first(a);
	b = doc_first(b);
	while (a && b && doc_equal(a, b)) {
		a = doc_next(a);
		b = doc_next(b);
	}
	return !a && !b;
}

/* cJSON_Compare() looks at each member twice: that doubles with each level. */
static bool same_members(const struct doc *a, const struct doc *b)
{
	const struct doc *item;

	if (doc_count(a) != doc_count(b))
		return false;
	for (item = doc_first(a); item; item = doc_next(item)) {
		const cJSON *other = cJSON_GetObjectItemCaseSensitive(node(b), doc_key(item));

		if (!other || !doc_equal(item, value_of(other)))
			return false;
	}
	return true;
}

bool doc_equal(const struct doc *a, const struct doc *b)
{
	if (doc_is_object(a) && doc_is_object(b))
		return same_members(a, b);
	if (doc_is_array(a) && doc_is_array(b))
		return same_items(a, b);
	return cJSON_Compare(node(a), node(b), true);
}

size_t doc_count(const struct doc *container)
{
	const struct doc *item;
	size_t n = 0;

	for (item = doc_first(container); item; item = doc_next(item))
		n++;
	return n;
}

static cJSON *last_member(struct doc *object, const char *key)
{
	cJSON *found = NULL;
	cJSON *item;

	if (!cJSON_IsObject(node(object)))
		return NULL;
	cJSON_ArrayForEach(item, node_rw(object))
	{
		if (item->string && !strcmp(item->string, key))
			found = item;
	}
	return found;
}

struct doc *doc_member(struct doc *object, const char *key)
{
	return (struct doc *)last_member(object, key);
}

struct doc *doc_item(struct doc *array, size_t at)
{
	cJSON *item = cJSON_IsArray(node(array)) ? node_rw(array)->child : NULL;

	while (item && at-- > 0)
		item = item->next;
	return (struct doc *)item;
}

void doc_set(struct doc *object, const char *key, struct doc *value)
{
	cJSON *old = last_member(object, key);
	char *name;

	if (!old) {
		cJSON_AddItemToObject(node_rw(object), key, node_rw(value));
		return;
	}
	/* cJSON takes over neither name: it is freed with the item that has it. */
	name = cJSON_malloc(strlen(key) + 1);
	if (!name)
		abort();
	memcpy(name, key, strlen(key) + 1);
	cJSON_free(node_rw(value)->string);
	node_rw(value)->string = name;
	cJSON_ReplaceItemViaPointer(node_rw(object), old, node_rw(value));
}

struct doc *doc_take(struct doc *object, const char *key)
{
	cJSON *item = last_member(object, key);

	return item ? (struct doc *)cJSON_DetachItemViaPointer(node_rw(object), item) : NULL;
}

void doc_remove(struct doc *object, const char *key)
{
	struct doc *value;

	while ((value = doc_take(object, key)))
		doc_free(value);
}

void doc_insert(struct doc *array, size_t at, struct doc *value)
{
	cJSON *before = (cJSON *)doc_item(array, at);

	if (!before)
		cJSON_AddItemToArray(node_rw(array), node_rw(value));
	else
		cJSON_InsertItemInArray(node_rw(array), (int)at, node_rw(value));
}

struct doc *doc_take_item(struct doc *array, size_t at)
{
	cJSON *item = (cJSON *)doc_item(array, at);

	return item ? (struct doc *)cJSON_DetachItemViaPointer(node_rw(array), item) : NULL;
}

char *doc_print(const struct doc *value)
{
	char *text = cJSON_PrintUnformatted(node(value));

	if (!text)
		abort();
	return text;
}
