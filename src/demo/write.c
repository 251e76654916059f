/*
 * The writing verbs: what they ask for is made a draft (draft.h) and written.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/call.h"
#include "demo/draft.h"
#include "demo/patch.h"
#include "demo/refuse.h"

static const struct demo_kind *namespaces(const struct demo_call *call)
{
	return demo_kinds_find(call->server->kinds, STR(""), STR("namespaces"));
}

/* ---- create ---- */

static bool check_namespace(struct demo_call *call, struct doc *draft)
{
	const char *said = doc_string(demo_draft_metadata(draft), "namespace");

	if (!call->kind->namespaced)
		return true;
	if (!*call->ns) {
		demo_refuse(call->answer, 400, "BadRequest",
			"an empty namespace may not be set during creation");
		return false;
	}
	if (said && *said && strcmp(said, call->ns) != 0) {
		demo_refuse(call->answer, 400, "BadRequest",
			"the namespace of the provided object does not match the namespace sent on "
			"the request");
		return false;
	}
	if (demo_table_find(namespaces(call)->table, STR(""), str_of(call->ns)))
		return true;
	demo_refuse_not_found(call->answer, namespaces(call), str_of(call->ns));
	return false;
}

void demo_write_create(struct demo_call *call)
{
	struct doc *draft = demo_draft_body(call);

	if (!draft)
		return;
	if (check_namespace(call, draft))
		demo_draft_write(call, NULL, draft);
	else
		doc_free(draft);
}

/* ---- update and patch ---- */

static const struct demo_object *find_or_refuse(struct demo_call *call)
{
	const struct demo_object *object = demo_draft_find(call);

	if (!object)
		demo_refuse_not_found(call->answer, call->kind, str_of(call->name));
	return object;
}

/* Optimistic locking: a resourceVersion that is given has to be the present one. */
static bool check_version(
	struct demo_call *call, const struct demo_object *object, struct doc *draft)
{
	const char *rv = doc_string(demo_draft_metadata(draft), "resourceVersion");
	const char *uid = doc_string(demo_draft_metadata(draft), "uid");
	int64_t number;

	if (rv && *rv && (str_to_i64(str_of(rv), &number) < 0 || number != object->rv)) {
		demo_refuse_conflict(call->answer, call->kind, str_of(call->name));
		return false;
	}
	if (!uid || !*uid || strcmp(uid, object->uid) == 0)
		return true;
	demo_refuse(call->answer, 409, "Conflict",
		"Operation cannot be fulfilled on %s \"%s\": Precondition failed: UID in precondition: "
		"%s, UID in object meta: %s",
		call->kind->plural, call->name, uid, object->uid);
	return false;
}

static bool check_same_name(struct demo_call *call, struct doc *draft)
{
	const char *name = doc_string(demo_draft_metadata(draft), "name");

	if (!name || strcmp(name, call->name) == 0)
		return true;
	demo_refuse(call->answer, 400, "BadRequest",
		"the name of the object (%s) does not match the name on the URL (%s)", name,
		call->name);
	return false;
}

static void write_draft(struct demo_call *call, const struct demo_object *object, struct doc *draft)
{
	if (check_same_name(call, draft) && check_version(call, object, draft))
		demo_draft_write(call, object, draft);
	else
		doc_free(draft);
}

void demo_write_update(struct demo_call *call)
{
	const struct demo_object *object = find_or_refuse(call);
	struct doc *draft = object ? demo_draft_body(call) : NULL;

	if (draft)
		write_draft(call, object, draft);
}

enum patch_type {
	PATCH_MERGE,
	PATCH_JSON,
	PATCH_NONE
};

/* Of a custom resource no strategic merge is known; for the built-in kinds here it
 * would do the same as a merge patch. */
static enum patch_type patch_type(const struct demo_call *call)
{
	struct str type = str_of(call->request->content_type);

	type = str_trim(str_cut(&type, ';'));
	if (str_is(type, "application/merge-patch+json") ||
		(call->kind->builtin && str_is(type, "application/strategic-merge-patch+json")))
		return PATCH_MERGE;
	return str_is(type, "application/json-patch+json") ? PATCH_JSON : PATCH_NONE;
}

static int apply(
	struct demo_call *call, enum patch_type type, struct doc *target, struct error *err)
{
	struct doc *patch = doc_parse(call->request->body, err);
	int rc = -1;

	if (patch)
		rc = type == PATCH_MERGE ? demo_patch_merge(target, patch, err)
					 : demo_patch_json(target, patch, err);
	doc_free(patch);
	return rc;
}

void demo_write_patch(struct demo_call *call)
{
	enum patch_type type = patch_type(call);
	const struct demo_object *object;
	struct error err = ERROR_INIT;
	struct doc *shown;

	if (type == PATCH_NONE) {
		demo_refuse(call->answer, 415, "UnsupportedMediaType",
			"the body of the request was in an unknown format - accepted media types "
			"include: application/json-patch+json, application/merge-patch+json");
		return;
	}
	object = find_or_refuse(call);
	if (!object)
		return;
	shown = demo_draft_shown(call, object);
	if (apply(call, type, shown, &err) < 0) {
		demo_refuse(call->answer, 422, "Invalid",
			"the server rejected our request due to an "
			"error in our request: %s",
			err.text);
		doc_free(shown);
	} else {
		doc_set(shown, "kind", doc_new_string(call->kind->kind));
		write_draft(call, object, demo_draft_stored(call, shown));
	}
	error_release(&err);
}

/* ---- delete ---- */

/* DeleteOptions: what must be true of the object; dry run. False: refused. */
static bool check_options(struct demo_call *call, const struct demo_object *object, bool *ret_dry)
{
	struct doc *options = doc_parse(call->request->body, NULL);
	const struct doc *must = doc_get(options, "preconditions");
	const char *uid = doc_string(must, "uid");
	const char *rv = doc_string(must, "resourceVersion");
	const char *dry = doc_text(doc_first(doc_get(options, "dryRun")));
	int64_t number = object->rv;
	bool fits = true;

	*ret_dry = (dry && strcmp(dry, "All") == 0) ||
		   str_is(demo_query_get(&call->query, "dryRun"), "All");
	if (rv && str_to_i64(str_of(rv), &number) < 0)
		number = -1;
	if ((uid && strcmp(uid, object->uid) != 0) || number != object->rv) {
		demo_refuse_conflict(call->answer, call->kind, str_of(call->name));
		fits = false;
	}
	doc_free(options);
	return fits;
}

void demo_write_delete(struct demo_call *call)
{
	const struct demo_object *object = find_or_refuse(call);
	struct demo_text *text;
	char *uid;
	bool dry;

	if (!object || !check_options(call, object, &dry))
		return;
	uid = mem_strdup(object->uid);
	text = dry ? demo_text_ref(object->text) : demo_draft_delete(call, object);
	if (!dry && demo_draft_find(call))
		demo_answer_object(call, 200, demo_text_str(text));
	else
		demo_answer_success(call->answer, call->kind, str_of(call->name), str_of(uid));
	demo_text_unref(text);
	free(uid);
}

static void delete_selected(struct demo_call *call, const struct demo_select *select)
{
	struct str only = select->ns ? str_of(select->ns) : str_make(NULL, 0);
	const struct demo_object *object;
	char *ns = mem_strdup(""), *name = mem_strdup("");

	while ((object = demo_table_after(call->kind->table, only, str_of(ns), str_of(name)))) {
		free(ns);
		free(name);
		ns = mem_strdup(object->ns);
		name = mem_strdup(object->name);
		if (demo_select_holds(select, demo_text_str(object->text)))
			demo_text_unref(demo_draft_delete(call, object));
	}
	free(ns);
	free(name);
}

/* Answers with the list of what goes; a list that is refused deletes nothing. */
void demo_write_delete_many(struct demo_call *call)
{
	struct demo_select select;

	if (demo_query_get(&call->query, "limit").p) {
		demo_refuse(call->answer, 400, "BadRequest",
			"limit is not taken for a deletion of many here");
		return;
	}
	if (demo_read_select(call, &select) < 0)
		return;
	demo_read_list(call, &select);
	if (call->answer->code == 200 && !str_is(demo_query_get(&call->query, "dryRun"), "All"))
		delete_selected(call, &select);
	demo_select_release(&select);
}
