/*
 * The scale subresource: an autoscaling/v1 Scale over the fields that the CRD names.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/call.h"
#include "demo/draft.h"
#include "demo/patch.h"
#include "demo/refuse.h"

/* The value at ".spec.replicas" and the like; NULL when absent. */
static struct doc *value_at(struct doc *object, const char *path)
{
	struct str rest = str_of(path && *path == '.' ? path + 1 : path);

	while (rest.p && object) {
		char *key = str_dup(str_cut(&rest, '.'));

		object = doc_member(object, key);
		free(key);
	}
	return path ? object : NULL;
}

static void set_at(struct doc *object, const char *path, struct doc *value)
{
	struct str rest = str_of(*path == '.' ? path + 1 : path);

	for (;;) {
		char *key = str_dup(str_cut(&rest, '.'));
		struct doc *below;

		if (!rest.p) {
			doc_set(object, key, value);
			free(key);
			return;
		}
		below = doc_member(object, key);
		if (!doc_is_object(below)) {
			below = doc_new_object();
			doc_set(object, key, below);
		}
		object = below;
		free(key);
	}
}

static void copy(struct doc *to, struct doc *from, const char *key)
{
	struct doc *value = doc_member(from, key);

	if (value)
		doc_set(to, key, doc_dup(value));
}

static void set_number(struct doc *object, const char *key, struct doc *value)
{
	doc_set(object, key, value ? doc_dup(value) : doc_new_i64(0));
}

static struct doc *make_scale(const struct demo_version *version, struct doc *object)
{
	static const char *const keys[] = { "name", "namespace", "uid", "resourceVersion",
		"creationTimestamp" };
	struct doc *scale = doc_new_object();
	struct doc *from = doc_member(object, "metadata");
	struct doc *selector = value_at(object, version->selector_path);
	struct doc *part;

	doc_add_string(scale, "kind", "Scale");
	doc_add_string(scale, "apiVersion", "autoscaling/v1");
	part = doc_add_object(scale, "metadata");
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		copy(part, from, keys[i]);
	set_number(doc_add_object(scale, "spec"), "replicas",
		value_at(object, version->replicas_path));
	part = doc_add_object(scale, "status");
	set_number(part, "replicas", value_at(object, version->status_replicas_path));
	if (doc_text(selector))
		doc_add_string(part, "selector", doc_text(selector));
	return scale;
}

static void answer_scale(struct demo_call *call)
{
	const struct demo_object *object = demo_draft_find(call);
	struct doc *shown = object ? demo_draft_shown(call, object) : doc_new_object();
	struct doc *scale = make_scale(call->version, shown);
	char *text = doc_print(scale);

	buf_reset(&call->answer->body);
	buf_addz(&call->answer->body, text);
	buf_addc(&call->answer->body, '\n');
	free(text);
	doc_free(scale);
	doc_free(shown);
}

/* The scale that is asked for: the body, or the present one as the patch has it. */
static struct doc *wanted_scale(struct demo_call *call, struct doc *scale)
{
	struct doc *body = doc_parse(call->request->body, NULL);
	const char *type = call->request->content_type;
	bool json_patch = type && strncmp(type, "application/json-patch+json", 27) == 0;
	int rc = 0;

	if (body && strcmp(call->request->method, "PUT") == 0)
		return body;
	if (body)
		rc = json_patch ? demo_patch_json(scale, body, NULL)
				: demo_patch_merge(scale, body, NULL);
	if (!body || rc < 0) {
		demo_refuse(call->answer, 400, "BadRequest",
			"the body is no Scale and no patch of one");
		doc_free(body);
		return NULL;
	}
	doc_free(body);
	return doc_dup(scale);
}

static void write_scale(struct demo_call *call, const struct demo_object *object)
{
	struct doc *shown = demo_draft_shown(call, object);
	struct doc *scale = make_scale(call->version, shown);
	struct doc *wanted = wanted_scale(call, scale);
	const char *rv = doc_string(wanted ? doc_get(wanted, "metadata") : NULL, "resourceVersion");
	int64_t number = object->rv;
	int64_t replicas;

	if (rv && *rv && str_to_i64(str_of(rv), &number) < 0)
		number = -1;
	if (wanted && number != object->rv) {
		demo_refuse_conflict(call->answer, call->kind, str_of(call->name));
	} else if (wanted && doc_i64(doc_get(wanted, "spec"), "replicas", &replicas) < 0) {
		demo_refuse(call->answer, 422, "Invalid",
			"Scale.autoscaling \"%s\" is invalid: spec.replicas: Required value",
			call->name);
	} else if (wanted) {
		set_at(shown, call->version->replicas_path, doc_new_i64(replicas));
		demo_draft_write(call, object, demo_draft_stored(call, shown));
		shown = NULL;
		if (call->answer->code == 200)
			answer_scale(call);
	}
	doc_free(wanted);
	doc_free(scale);
	doc_free(shown);
}

void demo_scale(struct demo_call *call)
{
	const struct demo_object *object = demo_draft_find(call);

	call->view.form = DEMO_OBJECTS;
	if (!object)
		demo_refuse_not_found(call->answer, call->kind, str_of(call->name));
	else if (strcmp(call->request->method, "GET") == 0)
		answer_scale(call);
	else
		write_scale(call, object);
}
