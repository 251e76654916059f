/*
 * OpenAPI as far as kubectl asks for it: explain reads components.schemas, and the
 * fieldValidation parameter of PATCH tells create and apply that the server
 * validates, so that they need no /openapi/v2.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/call.h"
#include "json/doc.h"

static void answer(struct demo_call *call, struct doc *doc)
{
	char *text = doc_print(doc);

	buf_addz(&call->answer->body, text);
	free(text);
	doc_free(doc);
}

/* ---- the index ---- */

static void add_path(struct doc *paths, const char *group, const char *version)
{
	char *path =
		*group ? mem_printf("apis/%s/%s", group, version) : mem_printf("api/%s", version);
	char *url = mem_printf("/openapi/v3/%s", path);

	if (!doc_member(paths, path))
		doc_add_string(doc_add_object(paths, path), "serverRelativeURL", url);
	free(path);
	free(url);
}

static void answer_index(struct demo_call *call)
{
	struct doc *doc = doc_new_object();
	struct doc *paths = doc_add_object(doc, "paths");

	for (size_t i = 0; i < demo_kinds_count(call->server->kinds); i++) {
		const struct demo_kind *kind = demo_kinds_at(call->server->kinds, i);

		for (size_t k = 0; k < kind->n_versions; k++) {
			if (kind->versions[k].served)
				add_path(paths, kind->group, kind->versions[k].name);
		}
	}
	answer(call, doc);
}

/* ---- one group's version ---- */

static void fill_gvk(
	struct doc *gvk, const struct demo_kind *kind, const struct demo_version *version)
{
	doc_add_string(gvk, "group", kind->group);
	doc_add_string(gvk, "version", version->name);
	doc_add_string(gvk, "kind", kind->kind);
}

static void describe(struct doc *properties, const char *name, const char *type, const char *text)
{
	struct doc *property = doc_new_object();

	doc_add_string(property, "type", type);
	doc_add_string(property, "description", text);
	doc_set(properties, name, property);
}

static void add_schema(
	struct doc *schemas, const struct demo_kind *kind, const struct demo_version *version)
{
	char *name = mem_printf(
		"%s.%s.%s", *kind->group ? kind->group : "core", version->name, kind->kind);
	struct doc *schema = version->schema ? doc_dup(version->schema) : doc_new_object();
	struct doc *properties = doc_member(schema, "properties");

	if (!doc_string(schema, "type"))
		doc_set(schema, "type", doc_new_string("object"));
	if (!properties)
		properties = doc_add_object(schema, "properties");
	describe(properties, "apiVersion", "string",
		"The version of the API in which this object is written.");
	describe(properties, "kind", "string", "The kind of this object.");
	describe(properties, "metadata", "object", "Name, namespace, labels and the like.");
	fill_gvk(doc_append_object(doc_add_array(schema, "x-kubernetes-group-version-kind")), kind,
		version);
	doc_set(schemas, name, schema);
	free(name);
}

static void add_operation(struct doc *path, const char *method, const char *action,
	const struct demo_kind *kind, const struct demo_version *version)
{
	struct doc *operation = doc_add_object(path, method);
	struct doc *parameter = doc_append_object(doc_add_array(operation, "parameters"));

	doc_add_string(parameter, "name", "fieldValidation");
	doc_add_string(parameter, "in", "query");
	doc_add_string(doc_add_object(parameter, "schema"), "type", "string");
	doc_add_object(operation, "responses");
	doc_add_string(operation, "x-kubernetes-action", action);
	fill_gvk(doc_add_object(operation, "x-kubernetes-group-version-kind"), kind, version);
}

static void add_operations(
	struct doc *paths, const struct demo_kind *kind, const struct demo_version *version)
{
	char *all = mem_printf("%s%s/%s%s/%s", *kind->group ? "/apis/" : "/api", kind->group,
		version->name, kind->namespaced ? "/namespaces/{namespace}" : "", kind->plural);
	char *one = mem_printf("%s/{name}", all);

	add_operation(doc_add_object(paths, all), "post", "post", kind, version);
	add_operation(doc_add_object(paths, one), "patch", "patch", kind, version);
	free(all);
	free(one);
}

static bool answer_version(struct demo_call *call, struct str group, struct str version)
{
	struct doc *doc = doc_new_object();
	struct doc *info, *schemas, *paths;
	bool any = false;

	doc_add_string(doc, "openapi", "3.0.0");
	info = doc_add_object(doc, "info");
	doc_add_string(info, "title", "crwatch's embedded cluster");
	doc_add_string(info, "version", "v1");
	paths = doc_add_object(doc, "paths");
	schemas = doc_add_object(doc_add_object(doc, "components"), "schemas");
	for (size_t i = 0; i < demo_kinds_count(call->server->kinds); i++) {
		const struct demo_kind *kind = demo_kinds_at(call->server->kinds, i);
		const struct demo_version *served = demo_kind_version(kind, version);

		if (!str_is(group, kind->group) || !served)
			continue;
		any = true;
		add_schema(schemas, kind, served);
		add_operations(paths, kind, served);
	}
	if (any)
		answer(call, doc);
	else
		doc_free(doc);
	return any;
}

static void answer_v2(struct demo_call *call)
{
	struct doc *doc = doc_new_object();
	struct doc *info;

	doc_add_string(doc, "swagger", "2.0");
	info = doc_add_object(doc, "info");
	doc_add_string(info, "title", "crwatch's embedded cluster");
	doc_add_string(info, "version", "v1");
	doc_add_object(doc, "paths");
	doc_add_object(doc, "definitions");
	answer(call, doc);
}

bool demo_openapi(struct demo_call *call)
{
	struct str path = str_of(call->request->path);
	struct str prefix = STR("/openapi/v3/apis/");
	struct str group;

	if (strcmp(call->request->method, "GET") != 0)
		return false;
	if (str_is(path, "/openapi/v2")) {
		answer_v2(call);
		return true;
	}
	if (str_is(path, "/openapi/v3")) {
		answer_index(call);
		return true;
	}
	if (str_is(path, "/openapi/v3/api/v1"))
		return answer_version(call, STR(""), STR("v1"));
	if (!str_starts(path, prefix))
		return false;
	path = str_make(path.p + prefix.len, path.len - prefix.len);
	group = str_cut(&path, '/');
	return path.p && answer_version(call, group, path);
}
