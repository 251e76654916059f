/*
 * Discovery, legacy and aggregated, and what else a client asks a server before it
 * asks for objects. (apiserver, endpoints/discovery)
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/call.h"
#include "demo/refuse.h"
#include "json/doc.h"

#define GIT_VERSION "v1.36.3+crwatch"

static void answer(struct demo_call *call, struct doc *doc)
{
	char *text = doc_print(doc);

	buf_addz(&call->answer->body, text);
	buf_addc(&call->answer->body, '\n');
	free(text);
	doc_free(doc);
}

static struct doc *new_typed(const char *kind, const char *api_version)
{
	struct doc *doc = doc_new_object();

	doc_add_string(doc, "kind", kind);
	doc_add_string(doc, "apiVersion", api_version);
	return doc;
}

/* ---- verbs ---- */

static const char *const all_verbs[] = { "delete", "deletecollection", "get", "list", "patch",
	"create", "update", "watch" };
static const char *const status_verbs[] = { "get", "patch", "update" };

static void add_verbs(struct doc *object, const char *const *verbs, size_t n)
{
	struct doc *list = doc_add_array(object, "verbs");

	for (size_t i = 0; i < n; i++)
		doc_append_string(list, verbs[i]);
}

static void add_names(struct doc *object, const char *key, char **names, size_t n)
{
	struct doc *list = n ? doc_add_array(object, key) : NULL;

	for (size_t i = 0; i < n; i++)
		doc_append_string(list, names[i]);
}

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* ---- aggregated: one document for all groups ---- */

static void add_response_kind(
	struct doc *object, const char *group, const char *version, const char *kind)
{
	struct doc *response = doc_add_object(object, "responseKind");

	doc_add_string(response, "group", group);
	doc_add_string(response, "version", version);
	doc_add_string(response, "kind", kind);
}

static void add_subresource(struct doc *list, const struct demo_kind *kind,
	const struct demo_version *version, const char *name)
{
	struct doc *sub = doc_append_object(list);

	doc_add_string(sub, "subresource", name);
	if (strcmp(name, "scale") == 0)
		add_response_kind(sub, "autoscaling", "v1", "Scale");
	else
		add_response_kind(sub, kind->group, version->name, kind->kind);
	add_verbs(sub, status_verbs, COUNT(status_verbs));
}

static void add_resource(
	struct doc *list, const struct demo_kind *kind, const struct demo_version *version)
{
	struct doc *resource = doc_append_object(list);
	struct doc *subs;

	doc_add_string(resource, "resource", kind->plural);
	add_response_kind(resource, kind->group, version->name, kind->kind);
	doc_add_string(resource, "scope", kind->namespaced ? "Namespaced" : "Cluster");
	doc_add_string(resource, "singularResource", kind->singular);
	add_verbs(resource, all_verbs, COUNT(all_verbs));
	add_names(resource, "shortNames", kind->short_names, kind->n_short_names);
	add_names(resource, "categories", kind->categories, kind->n_categories);
	if (!version->has_status && !version->has_scale)
		return;
	subs = doc_add_array(resource, "subresources");
	if (version->has_status)
		add_subresource(subs, kind, version, "status");
	if (version->has_scale)
		add_subresource(subs, kind, version, "scale");
}

static void add_version(
	struct demo_call *call, struct doc *versions, const char *group, const char *name)
{
	struct doc *version = doc_append_object(versions);
	struct doc *resources;

	doc_add_string(version, "version", name);
	resources = doc_add_array(version, "resources");
	doc_add_string(version, "freshness", "Current");
	for (size_t i = 0; i < demo_kinds_count(call->server->kinds); i++) {
		const struct demo_kind *kind = demo_kinds_at(call->server->kinds, i);
		const struct demo_version *served = demo_kind_version(kind, str_of(name));

		if (strcmp(kind->group, group) == 0 && served)
			add_resource(resources, kind, served);
	}
}

/* The served versions of a group, best first; borrowed, the list is freed. */
static const char **group_versions(struct demo_call *call, const char *group, size_t *ret_n)
{
	const char **names = NULL;
	size_t n = 0;

	for (size_t i = 0; i < demo_kinds_count(call->server->kinds); i++) {
		const struct demo_kind *kind = demo_kinds_at(call->server->kinds, i);

		for (size_t k = 0; strcmp(kind->group, group) == 0 && k < kind->n_versions; k++) {
			size_t at = 0;

			while (at < n && strcmp(names[at], kind->versions[k].name) != 0)
				at++;
			if (at < n || !kind->versions[k].served)
				continue;
			names = mem_realloc_array(names, n + 1, sizeof(*names));
			names[n++] = kind->versions[k].name;
		}
	}
	*ret_n = n;
	return names;
}

static void add_group(struct demo_call *call, struct doc *items, const char *group)
{
	size_t n;
	const char **names = group_versions(call, group, &n);
	struct doc *item = n ? doc_append_object(items) : NULL;
	struct doc *versions;

	if (item) {
		doc_add_string(doc_add_object(item, "metadata"), "name", group);
		versions = doc_add_array(item, "versions");
		for (size_t i = 0; i < n; i++)
			add_version(call, versions, group, names[i]);
	}
	free(names);
}

/* Calls add for each group but the core one, in order. */
static void each_group(struct demo_call *call, struct doc *items,
	void (*add)(struct demo_call *call, struct doc *items, const char *group))
{
	const char *last = "";

	for (size_t i = 0; i < demo_kinds_count(call->server->kinds); i++) {
		const struct demo_kind *kind = demo_kinds_at(call->server->kinds, i);

		if (strcmp(kind->group, last) != 0)
			add(call, items, kind->group);
		last = kind->group;
	}
}

static bool wants_aggregated(struct demo_call *call, const char **ret_version)
{
	const char *accept = call->request->accept ? call->request->accept : "";

	*ret_version = strstr(accept, "v=v2;") || strstr(accept, "v=v2,") ? "v2" : "v2beta1";
	return strstr(accept, "as=APIGroupDiscoveryList") != NULL;
}

static void answer_aggregated(struct demo_call *call, const char *version, bool core)
{
	char *api_version = mem_printf("apidiscovery.k8s.io/%s", version);
	struct doc *doc = new_typed("APIGroupDiscoveryList", api_version);
	struct doc *items;

	doc_add_object(doc, "metadata");
	items = doc_add_array(doc, "items");
	if (core)
		add_group(call, items, "");
	else
		each_group(call, items, add_group);
	call->answer->content_type =
		strcmp(version, "v2") == 0
			? "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
			: "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";
	free(api_version);
	answer(call, doc);
}

/* ---- legacy: a document each ---- */

static void add_legacy_version(struct doc *object, const char *group, const char *version)
{
	char *both = mem_printf("%s/%s", group, version);

	doc_add_string(object, "groupVersion", both);
	doc_add_string(object, "version", version);
	free(both);
}

static void add_legacy_group(struct demo_call *call, struct doc *groups, const char *group)
{
	size_t n;
	const char **names = group_versions(call, group, &n);
	struct doc *item = n ? doc_append_object(groups) : NULL;
	struct doc *versions;

	if (item) {
		doc_add_string(item, "name", group);
		versions = doc_add_array(item, "versions");
		for (size_t i = 0; i < n; i++)
			add_legacy_version(doc_append_object(versions), group, names[i]);
		add_legacy_version(doc_add_object(item, "preferredVersion"), group, names[0]);
	}
	free(names);
}

static void add_legacy_resource(struct doc *list, const struct demo_kind *kind, const char *sub)
{
	struct doc *resource = doc_append_object(list);
	char *name = mem_printf("%s%s%s", kind->plural, sub ? "/" : "", sub ? sub : "");
	bool scale = sub && strcmp(sub, "scale") == 0;

	doc_add_string(resource, "name", name);
	doc_add_string(resource, "singularName", sub ? "" : kind->singular);
	doc_add_bool(resource, "namespaced", kind->namespaced);
	if (scale) {
		doc_add_string(resource, "group", "autoscaling");
		doc_add_string(resource, "version", "v1");
	}
	doc_add_string(resource, "kind", scale ? "Scale" : kind->kind);
	add_verbs(resource, sub ? status_verbs : all_verbs,
		sub ? COUNT(status_verbs) : COUNT(all_verbs));
	if (!sub) {
		add_names(resource, "shortNames", kind->short_names, kind->n_short_names);
		add_names(resource, "categories", kind->categories, kind->n_categories);
	}
	free(name);
}

/* False when nothing is served under this group and version. */
static bool answer_resources(struct demo_call *call, const char *group, const char *version)
{
	struct doc *doc = new_typed("APIResourceList", "v1");
	char *both = mem_printf("%s%s%s", group, *group ? "/" : "", version);
	struct doc *list;
	bool any = false;

	doc_add_string(doc, "groupVersion", both);
	list = doc_add_array(doc, "resources");
	for (size_t i = 0; i < demo_kinds_count(call->server->kinds); i++) {
		const struct demo_kind *kind = demo_kinds_at(call->server->kinds, i);
		const struct demo_version *served = demo_kind_version(kind, str_of(version));

		if (strcmp(kind->group, group) != 0 || !served)
			continue;
		any = true;
		add_legacy_resource(list, kind, NULL);
		if (served->has_status)
			add_legacy_resource(list, kind, "status");
		if (served->has_scale)
			add_legacy_resource(list, kind, "scale");
	}
	free(both);
	if (any)
		answer(call, doc);
	else
		doc_free(doc);
	return any;
}

static void answer_api(struct demo_call *call)
{
	struct doc *doc = new_typed("APIVersions", "v1");

	doc_append_string(doc_add_array(doc, "versions"), "v1");
	doc_add_array(doc, "serverAddressByClientCIDRs");
	answer(call, doc);
}

static void answer_groups(struct demo_call *call)
{
	struct doc *doc = new_typed("APIGroupList", "v1");

	each_group(call, doc_add_array(doc, "groups"), add_legacy_group);
	answer(call, doc);
}

/* /apis/G: the group alone. */
static bool answer_group(struct demo_call *call, const char *group)
{
	struct doc *list = doc_new_object();
	struct doc *groups = doc_add_array(list, "groups");
	struct doc *item;

	add_legacy_group(call, groups, group);
	item = doc_take_item(groups, 0);
	doc_free(list);
	if (!item)
		return false;
	doc_add_string(item, "kind", "APIGroup");
	doc_add_string(item, "apiVersion", "v1");
	answer(call, item);
	return true;
}

/* ---- paths ---- */

static void answer_version(struct demo_call *call)
{
	struct doc *doc = doc_new_object();

	doc_add_string(doc, "major", "1");
	doc_add_string(doc, "minor", "36");
	doc_add_string(doc, "gitVersion", GIT_VERSION);
	doc_add_string(doc, "gitCommit", "");
	doc_add_string(doc, "gitTreeState", "clean");
	doc_add_string(doc, "buildDate", "2026-01-01T00:00:00Z");
	doc_add_string(doc, "goVersion", "none");
	doc_add_string(doc, "compiler", "cc");
	doc_add_string(doc, "platform", "linux/amd64");
	answer(call, doc);
}

static void answer_root(struct demo_call *call, const char *path)
{
	const char *version;
	bool core = strcmp(path, "/api") == 0;

	if (wants_aggregated(call, &version))
		answer_aggregated(call, version, core);
	else if (core)
		answer_api(call);
	else
		answer_groups(call);
}

/* /apis/G or /apis/G/V. */
static bool answer_below_apis(struct demo_call *call, const char *rest)
{
	struct str version = str_of(rest);
	struct str group = str_cut(&version, '/');
	char *group_text = str_dup(group);
	char *version_text = str_dup(version.p ? version : STR(""));
	bool done = *version_text ? answer_resources(call, group_text, version_text)
				  : answer_group(call, group_text);

	free(group_text);
	free(version_text);
	return done;
}

static bool is_health(const char *path)
{
	return strcmp(path, "/healthz") == 0 || strcmp(path, "/livez") == 0 ||
	       strcmp(path, "/readyz") == 0;
}

static bool serve_path(struct demo_call *call, const char *path)
{
	if (strcmp(path, "/api") == 0 || strcmp(path, "/apis") == 0) {
		answer_root(call, path);
	} else if (strcmp(path, "/version") == 0) {
		answer_version(call);
	} else if (is_health(path)) {
		call->answer->content_type = "text/plain; charset=utf-8";
		buf_addz(&call->answer->body, "ok");
	} else if (strcmp(path, "/api/v1") == 0) {
		answer_resources(call, "", "v1");
	} else {
		return strncmp(path, "/apis/", 6) == 0 && answer_below_apis(call, path + 6);
	}
	return true;
}

bool demo_discover(struct demo_call *call)
{
	struct str path = str_of(call->request->path);
	char *text;
	bool done;

	while (path.len > 1 && path.p[path.len - 1] == '/')
		path.len--;
	text = demo_unescape(path, false);
	done = strcmp(call->request->method, "GET") == 0 && serve_path(call, text);
	free(text);
	return done;
}
