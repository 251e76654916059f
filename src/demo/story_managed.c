/*
 * Who wrote what of an object that is older than the server. See story_data.h.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "demo/story_data.h"
#include "json/doc.h"

/* "f:KEY": {"f:FIELD": {}, ...} for the fields of a member. */
static void add_fields(struct doc *fields, const struct doc *object, const char *key)
{
	const struct doc *member = doc_get(object, key);
	char *name = mem_printf("f:%s", key);
	struct doc *inside = member ? doc_add_object(fields, name) : NULL;

	free(name);
	for (const struct doc *field = doc_first(member); field; field = doc_next(field)) {
		name = mem_printf("f:%s", doc_key(field));
		doc_add_object(inside, name);
		free(name);
	}
}

static struct doc *add_author(
	struct doc *list, const char *manager, const char *version, const char *time)
{
	struct doc *author = doc_append_object(list);

	doc_add_string(author, "apiVersion", version);
	doc_add_string(author, "fieldsType", "FieldsV1");
	doc_add_string(author, "manager", manager);
	doc_add_string(author, "operation", "Update");
	doc_add_string(author, "time", time);
	return author;
}

static void add_labels(struct doc *fields, const struct doc *metadata)
{
	static const char *const keys[] = { "annotations", "finalizers", "labels",
		"ownerReferences" };
	struct doc *inside = doc_add_object(fields, "f:metadata");

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		char *name = mem_printf("f:%s", keys[i]);

		if (doc_get(metadata, keys[i]))
			doc_add_object(inside, name);
		free(name);
	}
}

void story_managed_add(struct doc *object, const char *manager, const char *controller)
{
	const char *version = doc_string(object, "apiVersion");
	struct doc *list = doc_add_array(doc_member(object, "metadata"), "managedFields");
	struct doc *author = add_author(list, manager, version, "${created}");
	struct doc *fields = doc_add_object(author, "fieldsV1");

	add_labels(fields, doc_get(object, "metadata"));
	add_fields(fields, object, "spec");
	author = add_author(list, controller, version, "${settled}");
	fields = doc_add_object(author, "fieldsV1");
	add_fields(fields, object, "status");
	doc_add_string(author, "subresource", "status");
}
