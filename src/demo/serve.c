/*
 * Paths and verbs. What they mean is elsewhere: reading, writing, scale, discovery,
 * OpenAPI, reviews (call.h). See serve.h.
 */
#include "demo/serve.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/texts.h"
#include "demo/call.h"
#include "demo/refuse.h"
#include "demo/store.h"
#include "demo/watch.h"

#define SEGMENTS 8

struct demo_server *demo_server_new(uint64_t seed)
{
	struct demo_server *server = mem_zalloc(sizeof(*server));

	demo_random_init(&server->random, seed, "server");
	map_init(&server->owners);
	server->store = demo_store_new();
	server->kinds = demo_kinds_new(server);
	return server;
}

void demo_server_free(struct demo_server *server)
{
	if (!server)
		return;
	demo_kinds_free(server->kinds);
	demo_store_free(server->store);
	map_release(&server->owners);
	texts_free(server->forbidden, server->n_forbidden);
	free(server);
}

/* ---- paths ---- */

struct path {
	char *parts[SEGMENTS];
	size_t count;
};

static int split_path(const char *text, struct path *ret)
{
	struct str rest = str_of(text);

	*ret = (struct path){ .count = 0 };
	while (rest.p) {
		struct str part = str_cut(&rest, '/');

		if (part.len == 0)
			continue;
		if (ret->count == SEGMENTS)
			return -1;
		ret->parts[ret->count++] = demo_unescape(part, false);
	}
	return 0;
}

static void free_path(struct path *path)
{
	for (size_t i = 0; i < path->count; i++)
		free(path->parts[i]);
}

static const char *part(const struct path *path, size_t i)
{
	return i < path->count ? path->parts[i] : "";
}

/* Whether parts[i] and the next are namespaces/NAME before a resource; of
 * /api/v1/namespaces/x/status the namespace itself is meant. */
static bool is_namespace(const struct demo_call *call, const struct path *path, size_t i,
	const char *group, const char *version)
{
	struct demo_kind *kind;

	if (strcmp(part(path, i), "namespaces") != 0 || i + 2 >= path->count)
		return false;
	kind = demo_kinds_find(call->server->kinds, str_of(group), str_of(part(path, i + 2)));
	return kind && demo_kind_version(kind, str_of(version));
}

/* Finds the resource that a path names: /api/V/... or /apis/G/V/.... */
static bool find_resource(struct demo_call *call, const struct path *path)
{
	bool core = strcmp(part(path, 0), "api") == 0;
	size_t at = core ? 2 : 3;
	const char *group = core ? "" : part(path, 1);
	const char *version = part(path, at - 1);

	if ((!core && strcmp(part(path, 0), "apis") != 0) || path->count <= at)
		return false;
	if (is_namespace(call, path, at, group, version)) {
		call->ns = mem_strdup(part(path, at + 1));
		at += 2;
	}
	call->kind = demo_kinds_find(call->server->kinds, str_of(group), str_of(part(path, at)));
	call->version = call->kind ? demo_kind_version(call->kind, str_of(version)) : NULL;
	if (!call->version || path->count > at + 3)
		return false;
	call->name = mem_strdup(part(path, at + 1));
	call->subresource = mem_strdup(part(path, at + 2));
	return true;
}

/* ---- verbs ---- */

static void refuse_method(struct demo_call *call)
{
	demo_refuse(call->answer, 405, "MethodNotAllowed",
		"the server does not allow this method on the requested resource");
}

static void refuse_path(struct demo_call *call)
{
	demo_refuse(
		call->answer, 404, "NotFound", "the server could not find the requested resource");
}

struct verb {
	const char *method;
	const char *name; /* RBAC's */
	void (*act)(struct demo_call *call);
};

static const struct verb on_one[] = {
	{ "GET", "get", demo_read_one },
	{ "PUT", "update", demo_write_update },
	{ "PATCH", "patch", demo_write_patch },
	{ "DELETE", "delete", demo_write_delete },
	{ NULL, NULL, NULL },
};

static const struct verb on_many[] = {
	{ "GET", "list", demo_read_many },
	{ "POST", "create", demo_write_create },
	{ "DELETE", "deletecollection", demo_write_delete_many },
	{ NULL, NULL, NULL },
};

static const struct verb on_scale[] = {
	{ "GET", "get", demo_scale },
	{ "PUT", "update", demo_scale },
	{ "PATCH", "patch", demo_scale },
	{ NULL, NULL, NULL },
};

/* The verbs of a path, NULL when it has no such subresource. */
static const struct verb *verbs_of(const struct demo_call *call)
{
	const char *sub = call->subresource;

	if (strcmp(sub, "scale") == 0)
		return call->version->has_scale ? on_scale : NULL;
	if (strcmp(sub, "status") == 0)
		return call->version->has_status ? on_one : NULL;
	if (*sub)
		return NULL;
	return *call->name ? on_one : on_many;
}

static void read_include(struct demo_call *call)
{
	struct str include = demo_query_get(&call->query, "includeObject");

	if (str_is(include, "None"))
		call->view.include = DEMO_INCLUDE_NONE;
	else if (str_is(include, "Object"))
		call->view.include = DEMO_INCLUDE_OBJECT;
}

static void warn_of_version(struct demo_call *call)
{
	const struct demo_version *version = call->version;

	if (!version->deprecated)
		return;
	if (version->warning)
		call->answer->warning = mem_printf("299 - \"%s\"", version->warning);
	else
		call->answer->warning = mem_printf("299 - \"%s/%s %s is deprecated\"",
			call->kind->group, version->name, call->kind->kind);
}

static void serve_resource(struct demo_call *call)
{
	const struct verb *verbs = verbs_of(call);
	struct error err = ERROR_INIT;

	if (!verbs || (call->kind->namespaced && !*call->ns && *call->name)) {
		refuse_path(call);
		return;
	}
	call->view = (struct demo_view){ .kind = call->kind, .version = call->version };
	if (demo_view_form(call->request->accept, &call->view.form, &err) < 0) {
		demo_refuse(call->answer, 406, "NotAcceptable", "%s", err.text);
		error_release(&err);
		return;
	}
	if ((strcmp(call->request->method, "GET") != 0 &&
		    strcmp(call->request->method, "DELETE") != 0) &&
		!call->request->past && demo_view_check(&call->view, &err) < 0) {
		demo_refuse(call->answer, 500, "InternalError", "%s", err.text);
		error_release(&err);
		return;
	}
	read_include(call);
	warn_of_version(call);
	for (; verbs->method; verbs++) {
		if (strcmp(verbs->method, call->request->method) != 0)
			continue;
		if (demo_may(call,
			    verbs->act == demo_read_many && demo_query_true(&call->query, "watch")
				    ? "watch"
				    : verbs->name))
			verbs->act(call);
		return;
	}
	refuse_method(call);
}

static void route(struct demo_call *call)
{
	struct path path;
	int rc = split_path(call->request->path, &path);
	bool found = rc == 0 && find_resource(call, &path);

	if (!call->ns)
		call->ns = mem_strdup("");
	if (!call->name)
		call->name = mem_strdup("");
	if (!call->subresource)
		call->subresource = mem_strdup("");
	free_path(&path);
	if (found)
		serve_resource(call);
	else if (rc < 0 || (!demo_discover(call) && !demo_openapi(call) && !demo_review(call)))
		refuse_path(call);
}

void demo_serve(
	struct demo_server *server, const struct demo_request *request, struct demo_answer *ret)
{
	struct demo_call call = { .server = server, .request = request, .answer = ret };

	*ret = (struct demo_answer){ .code = 200, .content_type = "application/json" };
	buf_init(&ret->body, DEMO_ANSWER_MAX);
	demo_query_init(&call.query, request->query);
	route(&call);
	demo_query_release(&call.query);
	free(call.ns);
	free(call.name);
	free(call.subresource);
}

void demo_answer_release(struct demo_answer *answer)
{
	demo_watch_free(answer->watch);
	buf_release(&answer->body);
	free(answer->warning);
	answer->watch = NULL;
	answer->warning = NULL;
}
