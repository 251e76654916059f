/*
 * See patch.h. A JSON pointer's steps are ~1 for '/' and ~0 for '~'.
 */
#include "demo/patch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "json/doc.h"

#define COPIES_MAX ((size_t)3 << 20)

/* ---- merge patch ---- */

static void merge(struct doc *target, const struct doc *patch)
{
	const struct doc *item;

	for (item = doc_first(patch); item; item = doc_next(item)) {
		const char *key = doc_key(item);
		struct doc *old = doc_member(target, key);

		if (doc_is_null(item)) {
			doc_remove(target, key);
		} else if (!doc_is_object(item)) {
			doc_set(target, key, doc_dup(item));
		} else {
			if (!doc_is_object(old)) {
				old = doc_new_object();
				doc_set(target, key, old);
			}
			merge(old, item);
		}
	}
}

int demo_patch_merge(struct doc *target, const struct doc *patch, struct error *err)
{
	if (!doc_is_object(patch))
		return error_set(err, ERROR_INVALID, "the patch is no object");
	merge(target, patch);
	return 0;
}

/* ---- JSON patch ---- */

static char *pointer_step(struct str step)
{
	char *text = mem_alloc(step.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < step.len; i++) {
		bool escape = step.p[i] == '~' && i + 1 < step.len;

		text[n++] = escape ? (step.p[i + 1] == '1' ? '/' : '~') : step.p[i];
		i += escape;
	}
	text[n] = '\0';
	return text;
}

/* A place: a container and the last step in it. */
struct place {
	struct doc *container;
	char *step;
};

static struct doc *step_into(struct doc *container, const char *step)
{
	int64_t at;

	if (doc_is_object(container))
		return doc_member(container, step);
	if (!doc_is_array(container) || str_to_i64(str_of(step), &at) < 0 || at < 0)
		return NULL;
	return doc_item(container, (size_t)at);
}

static int find_place(struct doc *target, const char *pointer, struct place *ret, struct error *err)
{
	struct str rest = str_of(pointer);
	struct doc *at = target;

	if (!pointer || *pointer != '/')
		return error_set(err, ERROR_INVALID, "invalid path \"%s\" in a JSON patch",
			pointer ? pointer : "");
	str_cut(&rest, '/');
	for (;;) {
		char *step = pointer_step(str_cut(&rest, '/'));

		if (!rest.p) {
			*ret = (struct place){ at, step };
			return 0;
		}
		at = step_into(at, step);
		free(step);
		if (!at)
			return error_set(err, ERROR_INVALID,
				"add operation does not apply: doc is missing path: \"%s\": missing "
				"value",
				pointer);
	}
}

static int missing(const char *op, const char *pointer, struct error *err)
{
	return error_set(err, ERROR_INVALID,
		"%s operation does not apply: doc is missing key: %s: missing value", op, pointer);
}

static struct doc *take(struct place *place)
{
	int64_t at;

	if (doc_is_object(place->container))
		return doc_take(place->container, place->step);
	if (!doc_is_array(place->container) || str_to_i64(str_of(place->step), &at) < 0 || at < 0)
		return NULL;
	return doc_take_item(place->container, (size_t)at);
}

/* Puts value (taken over) where it is to be; into an array before what is there. */
static int put(struct place *place, struct doc *value)
{
	size_t count = doc_count(place->container);
	int64_t at = (int64_t)count;

	if (doc_is_object(place->container)) {
		doc_set(place->container, place->step, value);
		return 0;
	}
	if (!doc_is_array(place->container) ||
		(strcmp(place->step, "-") != 0 && (str_to_i64(str_of(place->step), &at) < 0 ||
							  at < 0 || at > (int64_t)count))) {
		doc_free(value);
		return -1;
	}
	doc_insert(place->container, (size_t)at, value);
	return 0;
}

static int add(struct doc *target, const char *pointer, struct doc *value, struct error *err)
{
	struct place place;
	int rc;

	if (find_place(target, pointer, &place, err) < 0) {
		doc_free(value);
		return -1;
	}
	rc = put(&place, value);
	free(place.step);
	return rc < 0 ? missing("add", pointer, err) : 0;
}

static int take_at(struct doc *target, const char *op, const char *pointer, struct doc **ret,
	struct error *err)
{
	struct place place;

	if (find_place(target, pointer, &place, err) < 0)
		return -1;
	*ret = take(&place);
	free(place.step);
	return *ret ? 0 : missing(op, pointer, err);
}

static int test(struct doc *target, const char *pointer, const struct doc *value, struct error *err)
{
	struct place place;
	const struct doc *found;

	if (find_place(target, pointer, &place, err) < 0)
		return -1;
	found = step_into(place.container, place.step);
	free(place.step);
	if (found && value && doc_equal(found, value))
		return 0;
	return error_set(err, ERROR_INVALID, "testing value %s failed: test failed", pointer);
}

/* The value of an operation, null included; NULL when there is none. */
static struct doc *value_of(struct doc *operation, struct error *err)
{
	struct doc *value = doc_member(operation, "value");

	if (!value)
		error_set(err, ERROR_INVALID, "an operation of a JSON patch has no value");
	return value ? doc_dup(value) : NULL;
}

/* Copies of copies double with each operation: the API server has this limit, too. */
static int count_copy(const struct doc *value, size_t *copied, struct error *err)
{
	char *text = doc_print(value);

	*copied += strlen(text);
	free(text);
	if (*copied <= COPIES_MAX)
		return 0;
	return error_set(err, ERROR_TOO_LARGE,
		"Unable to complete the copy, the accumulated size increase of copy is %zu, "
		"exceeding the limit %zu",
		*copied, COPIES_MAX);
}

static int move(struct doc *target, struct doc *operation, size_t *copied, struct error *err)
{
	const char *from = doc_string(operation, "from");
	bool copy = copied != NULL;
	struct doc *value;
	struct doc *kept;

	if (take_at(target, copy ? "copy" : "move", from, &value, err) < 0)
		return -1;
	if (copy) {
		if (count_copy(value, copied, err) < 0) {
			doc_free(value);
			return -1;
		}
		kept = doc_dup(value);
		if (add(target, from, kept, err) < 0) {
			doc_free(value);
			return -1;
		}
	}
	return add(target, doc_string(operation, "path"), value, err);
}

static int replace(struct doc *target, const char *pointer, struct doc *value, struct error *err)
{
	struct doc *old;

	if (take_at(target, "replace", pointer, &old, err) < 0) {
		doc_free(value);
		return -1;
	}
	doc_free(old);
	return add(target, pointer, value, err);
}

static int operate(struct doc *target, struct doc *operation, size_t *copied, struct error *err)
{
	struct str op = str_of(doc_string(operation, "op"));
	const char *pointer = doc_string(operation, "path");
	struct doc *value;

	if (str_is(op, "remove")) {
		if (take_at(target, "remove", pointer, &value, err) < 0)
			return -1;
		doc_free(value);
		return 0;
	}
	if (str_is(op, "move") || str_is(op, "copy"))
		return move(target, operation, str_is(op, "copy") ? copied : NULL, err);
	if (str_is(op, "test"))
		return test(target, pointer, doc_member(operation, "value"), err);
	value = value_of(operation, err);
	if (!value)
		return -1;
	if (str_is(op, "add"))
		return add(target, pointer, value, err);
	if (str_is(op, "replace"))
		return replace(target, pointer, value, err);
	doc_free(value);
	return error_set(err, ERROR_INVALID, "Unexpected kind: " STR_FMT, STR_ARG(op));
}

int demo_patch_json(struct doc *target, const struct doc *patch, struct error *err)
{
	struct doc *copy;
	struct doc *item;
	size_t copied = 0;
	int rc = 0;

	if (!doc_is_array(patch))
		return error_set(err, ERROR_INVALID, "a JSON patch is a list of operations");
	copy = doc_dup(patch);
	for (size_t i = 0; rc == 0 && (item = doc_item(copy, i)); i++)
		rc = operate(target, item, &copied, err);
	doc_free(copy);
	return rc;
}
