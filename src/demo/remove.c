/*
 * Deleting: finalizers, and what goes with an object. See draft.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/draft.h"

/* All objects of a table that are meant by holds, deleted one after the other. */
static void delete_those(struct demo_call *call, struct demo_kind *kind,
	bool (*holds)(const struct demo_object *object, const char *what), const char *what)
{
	struct demo_call child = *call;
	const struct demo_object *object;
	char *ns = mem_strdup(""), *name = mem_strdup("");

	child.kind = kind;
	while ((object = demo_table_after(
			kind->table, str_make(NULL, 0), str_of(ns), str_of(name)))) {
		free(ns);
		free(name);
		ns = mem_strdup(object->ns);
		name = mem_strdup(object->name);
		if (holds(object, what))
			demo_text_unref(demo_draft_delete(&child, object));
	}
	free(ns);
	free(name);
}

static bool is_any(const struct demo_object *object, const char *what)
{
	(void)object;
	(void)what;
	return true;
}

static bool is_in_namespace(const struct demo_object *object, const char *ns)
{
	return strcmp(object->ns, ns) == 0;
}

static bool is_owned(const struct demo_object *object, const char *uid)
{
	struct doc *doc;
	struct doc *list;
	const struct doc *item;
	bool owned = false;

	if (!memmem(object->text->bytes, object->text->len, uid, strlen(uid)) ||
		strcmp(object->uid, uid) == 0)
		return false;
	doc = doc_parse(demo_text_str(object->text), NULL);
	list = doc_member(doc_member(doc, "metadata"), "ownerReferences");
	for (item = doc_first(list); item; item = doc_next(item)) {
		const char *owner = doc_string(item, "uid");

		owned |= owner && strcmp(owner, uid) == 0;
	}
	doc_free(doc);
	return owned;
}

static void delete_everywhere(struct demo_call *call,
	bool (*holds)(const struct demo_object *object, const char *what), const char *what)
{
	struct demo_kinds *kinds = call->server->kinds;

	for (size_t i = 0; i < demo_kinds_count(kinds); i++) {
		struct demo_kind *kind = demo_kinds_at(kinds, i);

		if (!demo_kind_is_crd(kind))
			delete_those(call, kind, holds, what);
	}
}

/* What goes with an object: what it owns, a namespace's contents, a CRD's objects. */
static void delete_dependents(
	struct demo_call *call, const char *name, const char *uid, const struct demo_text *text)
{
	struct demo_kind *kind;
	struct str plural = str_of(name), group;
	struct error err = ERROR_INIT;

	if (map_get(&call->server->owners, str_of(uid))) {
		map_remove(&call->server->owners, str_of(uid));
		delete_everywhere(call, is_owned, uid);
	}
	if (call->kind->builtin && strcmp(call->kind->plural, "namespaces") == 0)
		delete_everywhere(call, is_in_namespace, name);
	if (!demo_kind_is_crd(call->kind))
		return;
	group = plural;
	plural = str_cut(&group, '.');
	kind = demo_kinds_find(call->server->kinds, group, plural);
	if (kind && !kind->builtin)
		delete_those(call, kind, is_any, NULL);
	if (demo_kinds_follow(call->server->kinds, demo_text_str(text), true, &err) < 0)
		error_release(&err);
}

static struct demo_text *mark_deleting(
	struct demo_call *call, const struct demo_object *object, struct doc *doc)
{
	struct doc *metadata = demo_draft_metadata(doc);
	int64_t rv, generation = 1;
	struct demo_version_of of;
	struct demo_text *text;

	if (doc_string(metadata, "deletionTimestamp"))
		return demo_text_ref(object->text);
	demo_draft_set(metadata, "deletionTimestamp", demo_draft_now());
	doc_set(metadata, "deletionGracePeriodSeconds", doc_new_i64(0));
	doc_i64(metadata, "generation", &generation);
	doc_set(metadata, "generation", doc_new_i64(generation + 1));
	rv = demo_store_next_rv(call->server->store);
	of = demo_draft_version(doc, rv);
	text = demo_draft_text(doc, rv);
	demo_table_put(call->kind->table, &of, demo_text_ref(text));
	return text;
}

static struct demo_text *remove_object(
	struct demo_call *call, const struct demo_object *object, struct doc *doc)
{
	int64_t rv = demo_store_next_rv(call->server->store);
	struct demo_version_of of = demo_draft_version(doc, rv);
	struct demo_text *text = demo_draft_text(doc, rv);
	char *name = mem_strdup(object->name);
	char *uid = mem_strdup(object->uid);

	demo_table_delete(call->kind->table, &of, demo_text_ref(text));
	delete_dependents(call, name, uid, text);
	free(name);
	free(uid);
	return text;
}

struct demo_text *demo_draft_delete(struct demo_call *call, const struct demo_object *object)
{
	struct doc *doc = doc_parse(demo_text_str(object->text), NULL);
	struct doc *finalizers = doc_member(demo_draft_metadata(doc), "finalizers");
	struct demo_text *text = doc_count(finalizers) > 0 ? mark_deleting(call, object, doc)
							   : remove_object(call, object, doc);

	doc_free(doc);
	return text;
}
