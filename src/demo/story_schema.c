/*
 * OpenAPI schemas from their compact form, which the head of story.yaml describes.
 * See story_data.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/story_data.h"
#include "json/doc.h"

static const struct {
	const char *word;
	const char *type;
	const char *extra; /* a member more */
	const char *value;
} bases[] = {
	{ "string", "string", NULL, NULL },
	{ "integer", "integer", "format", "\"int64\"" },
	{ "number", "number", NULL, NULL },
	{ "boolean", "boolean", NULL, NULL },
	{ "date", "string", "format", "\"date-time\"" },
	{ "labels", "object", "additionalProperties", "{\"type\":\"string\"}" },
	{ "any", "object", "x-kubernetes-preserve-unknown-fields", "true" },
};

static int add_base(struct doc *schema, struct str word, struct error *err)
{
	for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
		if (!str_is(word, bases[i].word))
			continue;
		doc_add_string(schema, "type", bases[i].type);
		if (bases[i].extra)
			doc_add_raw(schema, bases[i].extra, bases[i].value);
		return 0;
	}
	return error_set(err, ERROR_INVALID, "no type \"" STR_FMT "\"", STR_ARG(word));
}

static void add_enum(struct doc *schema, struct str words)
{
	struct doc *list = doc_add_array(schema, "enum");

	while (words.p) {
		char *word = str_dup(str_cut(&words, '|'));

		doc_append_string(list, word);
		free(word);
	}
}

static int add_bounds(struct doc *schema, struct str text, struct error *err)
{
	const char *dots = text.len ? memmem(text.p, text.len, "..", 2) : NULL;
	size_t head = dots ? (size_t)(dots - text.p) : 0;
	int64_t low, high;

	if (!dots || str_to_i64(str_make(text.p, head), &low) < 0 ||
		str_to_i64(str_make(dots + 2, text.len - head - 2), &high) < 0)
		return error_set(err, ERROR_INVALID, "no bounds: \"" STR_FMT "\"", STR_ARG(text));
	doc_set(schema, "minimum", doc_new_i64(low));
	doc_set(schema, "maximum", doc_new_i64(high));
	return 0;
}

/* What stands between open and close at the start of *rest, which moves behind it. */
static bool bracket(struct str *rest, char open, char close, struct str *ret)
{
	const char *end = rest->len ? memchr(rest->p, close, rest->len) : NULL;
	size_t len;

	if (!end || rest->p[0] != open)
		return false;
	len = (size_t)(end - rest->p);
	*ret = str_make(rest->p + 1, len - 1);
	*rest = str_make(end + 1, rest->len - len - 1);
	return true;
}

/* "string(a|b)", "integer[1..9]", "string[]" */
static int add_type(struct doc *schema, struct str type, struct error *err)
{
	struct doc *items = schema;
	struct str inside;
	size_t len = 0;

	while (len < type.len && type.p[len] != '(' && type.p[len] != '[')
		len++;
	if (str_ends(type, STR("[]"))) {
		doc_add_string(schema, "type", "array");
		items = doc_add_object(schema, "items");
		type.len -= 2;
	}
	if (add_base(items, str_make(type.p, len), err) < 0)
		return -1;
	type = str_make(type.p + len, type.len - len);
	if (bracket(&type, '(', ')', &inside))
		add_enum(items, inside);
	if (bracket(&type, '[', ']', &inside) && add_bounds(items, inside, err) < 0)
		return -1;
	return type.len == 0 ? 0
			     : error_set(err, ERROR_INVALID, "\"" STR_FMT "\" behind a type",
				       STR_ARG(type));
}

/* Cuts *text at the first mark: what stood behind it, p NULL without mark. */
static struct str cut_at(struct str *text, const char *mark)
{
	const char *at = text->len ? memmem(text->p, text->len, mark, strlen(mark)) : NULL;
	struct str behind = { NULL, 0 };

	if (!at)
		return behind;
	behind = str_make(at + strlen(mark), text->len - (size_t)(at - text->p) - strlen(mark));
	text->len = (size_t)(at - text->p);
	return behind;
}

static void add_default(struct doc *schema, struct str text)
{
	const char *type = doc_string(schema, "type");
	char *value = str_dup(text);

	if (type && strcmp(type, "string") == 0)
		doc_add_string(schema, "default", value);
	else
		doc_add_raw(schema, "default", value);
	free(value);
}

/* "TYPE = DEFAULT -- DESCRIPTION" */
static int add_scalar(struct doc *schema, struct str text, struct error *err)
{
	struct str description = cut_at(&text, " -- ");
	struct str initial = cut_at(&text, " = ");

	if (add_type(schema, str_trim(text), err) < 0)
		return -1;
	if (initial.p)
		add_default(schema, str_trim(initial));
	if (description.p) {
		char *words = str_dup(str_trim(description));

		doc_add_string(schema, "description", words);
		free(words);
	}
	return 0;
}

static int add_form(struct doc *schema, const struct doc *form, struct error *err);

/* A member named "key*" is required. */
static int add_property(
	struct doc *properties, struct doc *required, const struct doc *form, struct error *err)
{
	struct str key = str_of(doc_key(form));
	char *name;
	int rc;

	if (str_ends(key, STR("*")))
		key.len--;
	name = str_dup(key);
	if (key.len < strlen(doc_key(form)))
		doc_append_string(required, name);
	rc = add_form(doc_add_object(properties, name), form, err);
	if (rc < 0)
		error_prefix(err, "%s", name);
	free(name);
	return rc;
}

static int add_object(struct doc *schema, const struct doc *form, struct error *err)
{
	const char *description = doc_string(form, "--");
	struct doc *properties, *required;

	doc_add_string(schema, "type", "object");
	if (description)
		doc_add_string(schema, "description", description);
	properties = doc_add_object(schema, "properties");
	required = doc_add_array(schema, "required");
	for (const struct doc *field = doc_first(form); field; field = doc_next(field)) {
		if (strcmp(doc_key(field), "--") != 0 &&
			add_property(properties, required, field, err) < 0)
			return -1;
	}
	if (!doc_first(required))
		doc_remove(schema, "required");
	return 0;
}

static int add_form(struct doc *schema, const struct doc *form, struct error *err)
{
	const char *text = doc_text(form);
	const char *description;

	if (text)
		return add_scalar(schema, str_of(text), err);
	if (doc_is_object(form))
		return add_object(schema, form, err);
	if (!doc_is_array(form) || doc_count(form) != 1)
		return error_set(
			err, ERROR_INVALID, "a schema is a text, a mapping or a list of one");
	doc_add_string(schema, "type", "array");
	description = doc_string(doc_first(form), "--");
	if (description)
		doc_add_string(schema, "description", description);
	return add_form(doc_add_object(schema, "items"), doc_first(form), err);
}

int story_schema_add(struct doc *object, const char *key, const struct doc *form, struct error *err)
{
	return add_form(doc_add_object(object, key), form, err) < 0 ? error_prefix(err, "%s", key)
								    : 0;
}
