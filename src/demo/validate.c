/*
 * The words are apiextensions-apiserver's (pkg/apiserver/validation). See validate.h.
 */
#include "demo/validate.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/mem.h"
#include "json/doc.h"

#define CAUSES_MAX 32
#define TEXT_MAX   ((size_t)64 << 10)

void demo_causes_add(
	struct demo_causes *causes, const char *field, const char *reason, char *message)
{
	causes->items = array_reserve(
		causes->items, &causes->cap, causes->count + 1, sizeof(*causes->items));
	causes->items[causes->count++] = (struct demo_cause){
		.field = mem_strdup(field),
		.reason = reason,
		.message = message,
	};
}

void demo_causes_release(struct demo_causes *causes)
{
	for (size_t i = 0; i < causes->count; i++) {
		free((char *)(uintptr_t)causes->items[i].field);
		free((char *)(uintptr_t)causes->items[i].message);
	}
	free(causes->items);
	*causes = (struct demo_causes){ .items = NULL };
}

static void check(const struct doc *schema, const struct doc *value, const char *path,
	struct demo_causes *ret);

static const char *type_of(const struct doc *value)
{
	char *text;
	const char *type = "number";

	if (doc_is_object(value))
		return "object";
	if (doc_is_array(value))
		return "array";
	if (doc_text(value))
		return "string";
	if (doc_is_null(value))
		return "null";
	text = doc_print(value);
	if (*text == 't' || *text == 'f')
		type = "boolean";
	else if (!strpbrk(text, ".eE"))
		type = "integer";
	free(text);
	return type;
}

static bool has_type(const struct doc *schema, const char *wanted, const char *type)
{
	if (strcmp(type, "null") == 0)
		return doc_bool(schema, "nullable");
	return strcmp(wanted, type) == 0 ||
	       (strcmp(wanted, "number") == 0 && strcmp(type, "integer") == 0);
}

/* False when the value is of another type: what is in it is not looked at then. */
static bool check_type(const struct doc *schema, const struct doc *value, const char *path,
	struct demo_causes *ret)
{
	const char *wanted = doc_string(schema, "type");
	const char *type;
	char *text;

	if (!wanted || doc_bool(schema, "x-kubernetes-int-or-string"))
		return true;
	type = type_of(value);
	if (has_type(schema, wanted, type))
		return true;
	text = doc_print(value);
	demo_causes_add(ret, path, "FieldValueTypeInvalid",
		mem_printf("Invalid value: \"%s\": %s in body must be of type %s: \"%s\"", type,
			path, wanted, type));
	free(text);
	return false;
}

static void check_enum(const struct doc *schema, const struct doc *value, const char *path,
	struct demo_causes *ret)
{
	const struct doc *list = doc_get(schema, "enum");
	struct buf words = BUF_INIT(TEXT_MAX);
	const struct doc *item;
	char *text;

	for (item = doc_first(list); item; item = doc_next(item)) {
		if (doc_equal(item, value))
			break;
		text = doc_print(item);
		buf_addf(&words, "%s%s", words.len ? ", " : "", text);
		free(text);
	}
	if (list && !item) {
		text = doc_print(value);
		demo_causes_add(ret, path, "FieldValueNotSupported",
			mem_printf("Unsupported value: %s: supported values: %s", text,
				buf_text(&words)));
		free(text);
	}
	buf_release(&words);
}

static char *below(const char *path, const char *key)
{
	return *path ? mem_printf("%s.%s", path, key) : mem_strdup(key);
}

static void check_required(const struct doc *schema, const struct doc *value, const char *path,
	struct demo_causes *ret)
{
	const struct doc *item;

	for (item = doc_first(doc_get(schema, "required")); item; item = doc_next(item)) {
		const char *key = doc_text(item);
		char *field;

		if (!key || doc_get(value, key))
			continue;
		field = below(path, key);
		demo_causes_add(ret, field, "FieldValueRequired", mem_strdup("Required value"));
		free(field);
	}
}

static void check_members(const struct doc *schema, const struct doc *value, const char *path,
	struct demo_causes *ret)
{
	const struct doc *properties = doc_get(schema, "properties");
	const struct doc *others = doc_get(schema, "additionalProperties");
	const struct doc *item;

	check_required(schema, value, path, ret);
	for (item = doc_first(value); item; item = doc_next(item)) {
		const struct doc *known = doc_get(properties, doc_key(item));
		char *field;

		if (!known && !doc_is_object(others))
			continue;
		field = below(path, doc_key(item));
		check(known ? known : others, item, field, ret);
		free(field);
	}
}

static void check_items(const struct doc *schema, const struct doc *value, const char *path,
	struct demo_causes *ret)
{
	const struct doc *each = doc_get(schema, "items");
	const struct doc *item;
	size_t i = 0;

	for (item = doc_first(value); each && item; item = doc_next(item)) {
		char *field = mem_printf("%s[%zu]", path, i++);

		check(each, item, field, ret);
		free(field);
	}
}

static void check(const struct doc *schema, const struct doc *value, const char *path,
	struct demo_causes *ret)
{
	if (ret->count >= CAUSES_MAX || !check_type(schema, value, path, ret))
		return;
	check_enum(schema, value, path, ret);
	if (doc_is_object(value))
		check_members(schema, value, path, ret);
	else if (doc_is_array(value))
		check_items(schema, value, path, ret);
}

void demo_validate(const struct doc *schema, const struct doc *value, struct demo_causes *ret)
{
	const struct doc *properties = doc_get(schema, "properties");
	const struct doc *item;

	check_required(schema, value, "", ret);
	for (item = doc_first(value); item; item = doc_next(item)) {
		const struct doc *known = doc_get(properties, doc_key(item));

		if (known && strcmp(doc_key(item), "metadata") != 0)
			check(known, item, doc_key(item), ret);
	}
}
