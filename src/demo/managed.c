/*
 * A field belongs to the manager that wrote it last. See managed.h.
 */
#include "demo/managed.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "json/doc.h"

/* Of metadata only what users own is tracked. */
static bool is_tracked(const char *top, const char *key)
{
	static const char *const own[] = { "labels", "annotations", "ownerReferences",
		"finalizers" };

	if (strcmp(top, "metadata") != 0)
		return true;
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		if (strcmp(own[i], key) == 0)
			return true;
	}
	return false;
}

static bool same(const struct doc *a, const struct doc *b)
{
	return a == b || (a && b && doc_equal(a, b));
}

static struct doc *field_object(struct doc *parent, const char *key)
{
	char *name = mem_printf("f:%s", key);
	struct doc *found = doc_member(parent, name);

	if (!found) {
		found = doc_new_object();
		doc_set(parent, name, found);
	}
	free(name);
	return found;
}

/* Collects into fields the members of a top-level value that differ. */
static void collect_members(
	struct doc *fields, const char *top, struct doc *now, struct doc *before)
{
	const struct doc *item;

	for (item = doc_first(now); item; item = doc_next(item)) {
		const char *key = doc_key(item);

		if (is_tracked(top, key) && !same(item, doc_member(before, key)))
			field_object(field_object(fields, top), key);
	}
}

static struct doc *changed_fields(struct doc *now, struct doc *before)
{
	struct doc *fields = doc_new_object();
	const struct doc *item;

	for (item = doc_first(now); item; item = doc_next(item)) {
		const char *top = doc_key(item);
		struct doc *new_value = doc_member(now, top);
		struct doc *old_value = before ? doc_member(before, top) : NULL;

		if (strcmp(top, "apiVersion") == 0 || strcmp(top, "kind") == 0 ||
			same(new_value, old_value))
			continue;
		if (doc_is_object(new_value))
			collect_members(fields, top, new_value, old_value);
		else
			field_object(fields, top);
	}
	return fields;
}

static bool has_text(struct doc *entry, const char *key, const char *text)
{
	const char *found = doc_string(entry, key);

	return strcmp(found ? found : "", text) == 0;
}

static bool is_authors(struct doc *entry, const struct demo_author *author)
{
	return has_text(entry, "manager", author->manager) &&
	       has_text(entry, "apiVersion", author->api_version) &&
	       has_text(entry, "subresource", author->subresource) &&
	       has_text(entry, "operation", "Update");
}

/* Takes from another manager's fields what is the author's now. */
static void give_up(struct doc *theirs, const struct doc *fields)
{
	const struct doc *top, *item;

	for (top = doc_first(fields); top; top = doc_next(top)) {
		struct doc *old = doc_member(theirs, doc_key(top));

		for (item = doc_first(top); old && item; item = doc_next(item))
			doc_remove(old, doc_key(item));
		if (old && doc_count(old) == 0)
			doc_remove(theirs, doc_key(top));
	}
}

static void take_over(struct doc *ours, const struct doc *fields)
{
	const struct doc *top, *item;

	for (top = doc_first(fields); top; top = doc_next(top)) {
		const char *key = doc_key(top);
		struct doc *mine = doc_member(ours, key);

		if (!mine) {
			doc_set(ours, key, doc_dup(top));
			continue;
		}
		for (item = doc_first(top); item; item = doc_next(item))
			doc_set(mine, doc_key(item), doc_dup(item));
	}
}

static struct doc *new_entry(struct doc *entries, const struct demo_author *author)
{
	struct doc *entry = doc_append_object(entries);

	doc_add_string(entry, "apiVersion", author->api_version);
	doc_add_string(entry, "fieldsType", "FieldsV1");
	doc_add_object(entry, "fieldsV1");
	doc_add_string(entry, "manager", author->manager);
	doc_add_string(entry, "operation", "Update");
	if (*author->subresource)
		doc_add_string(entry, "subresource", author->subresource);
	return entry;
}

static void assign(struct doc *entries, const struct doc *fields, const struct demo_author *author)
{
	struct doc *mine = NULL;
	struct doc *entry;

	for (size_t i = 0; (entry = doc_item(entries, i));) {
		struct doc *theirs = doc_member(entry, "fieldsV1");

		if (is_authors(entry, author)) {
			mine = entry;
		} else if (theirs) {
			give_up(theirs, fields);
			if (doc_count(theirs) == 0) {
				doc_free(doc_take_item(entries, i));
				continue;
			}
		}
		i++;
	}
	if (!mine)
		mine = new_entry(entries, author);
	take_over(doc_member(mine, "fieldsV1"), fields);
	doc_set(mine, "time", doc_new_string(author->time));
}

void demo_managed_update(struct doc *now, struct doc *before, const struct demo_author *author)
{
	struct doc *old_metadata = before ? doc_member(before, "metadata") : NULL;
	struct doc *old = old_metadata ? doc_member(old_metadata, "managedFields") : NULL;
	struct doc *fields = changed_fields(now, before);
	struct doc *holder = doc_new_object();
	struct doc *entries;

	if (doc_is_array(old))
		doc_set(holder, "managedFields", doc_dup(old));
	else
		doc_add_array(holder, "managedFields");
	entries = doc_take(holder, "managedFields");
	doc_free(holder);
	if (doc_count(fields) > 0)
		assign(entries, fields, author);
	doc_set(doc_member(now, "metadata"), "managedFields", entries);
	doc_free(fields);
}
