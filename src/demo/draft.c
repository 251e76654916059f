/*
 * From a body or a patch to the next stored version. See draft.h.
 */
#include "demo/draft.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "demo/crds.h"
#include "demo/event.h"
#include "demo/identity.h"
#include "demo/managed.h"
#include "demo/refuse.h"
#include "demo/template.h"
#include "demo/validate.h"
#include "json/compact.h"
#include "kube/crd.h"

#define OBJECT_MAX ((size_t)8 << 20)
#define DEPTH_MAX  900

/* ---- small things ---- */

char *demo_draft_now(void)
{
	char text[DEMO_TIME_SIZE];

	demo_time_text(clock_wall(), text);
	return mem_strdup(text);
}

const struct demo_object *demo_draft_find(const struct demo_call *call)
{
	return demo_table_find(call->kind->table, str_of(call->ns), str_of(call->name));
}

struct doc *demo_draft_metadata(struct doc *draft)
{
	struct doc *metadata = doc_member(draft, "metadata");

	if (!doc_is_object(metadata)) {
		metadata = doc_new_object();
		doc_set(draft, "metadata", metadata);
	}
	return metadata;
}

static bool is_core_event(const struct demo_kind *kind)
{
	return kind->builtin && !*kind->group && strcmp(kind->kind, "Event") == 0;
}

static char *api_version(const struct demo_kind *kind, const struct demo_version *version)
{
	return mem_printf("%s%s%s", kind->group, *kind->group ? "/" : "", version->name);
}

void demo_draft_set(struct doc *object, const char *key, char *text)
{
	doc_set(object, key, doc_new_string(text));
	free(text);
}

void demo_draft_keep(struct doc *to, struct doc *from, const char *key)
{
	struct doc *value = doc_member(from, key);

	if (value)
		doc_set(to, key, doc_dup(value));
	else
		doc_remove(to, key);
}

/* ---- versions ---- */

static struct doc *renamed_event(
	struct doc *event, int (*rename)(struct str event, struct buf *out))
{
	struct buf out = BUF_INIT(OBJECT_MAX);
	char *text = doc_print(event);
	struct doc *renamed =
		rename(str_of(text), &out) < 0 ? NULL : doc_parse(buf_str(&out), NULL);

	free(text);
	buf_release(&out);
	if (!renamed)
		return event;
	doc_free(event);
	return renamed;
}

struct doc *demo_draft_shown(struct demo_call *call, const struct demo_object *object)
{
	struct doc *doc = doc_parse(demo_text_str(object->text), NULL);
	char *version = api_version(call->kind, call->version);

	if (is_core_event(call->kind))
		doc = renamed_event(doc, demo_event_to_core);
	doc_set(doc, "apiVersion", doc_new_string(version));
	free(version);
	return doc;
}

struct doc *demo_draft_stored(struct demo_call *call, struct doc *shown)
{
	char *version;

	if (is_core_event(call->kind))
		return renamed_event(shown, demo_event_to_stored);
	version = api_version(call->kind, demo_kind_storage(call->kind));
	doc_set(shown, "apiVersion", doc_new_string(version));
	free(version);
	return shown;
}

/* ---- the body ---- */

static bool check_type(struct demo_call *call, struct doc *body)
{
	const char *kind = doc_string(body, "kind");
	const char *version = doc_string(body, "apiVersion");
	char *wanted = api_version(call->kind, call->version);
	bool fits = false;

	if (kind && strcmp(kind, call->kind->kind) != 0)
		demo_refuse(call->answer, 400, "BadRequest",
			"%s in version \"%s\" cannot be handled as a %s: the kind in the data (%s) "
			"does not match the expected kind (%s)",
			kind, call->version->name, call->kind->kind, kind, call->kind->kind);
	else if (version && strcmp(version, wanted) != 0)
		demo_refuse(call->answer, 400, "BadRequest",
			"the API version in the data (%s) does not match the expected API version (%s)",
			version, wanted);
	else
		fits = true;
	if (fits && !kind)
		doc_set(body, "kind", doc_new_string(call->kind->kind));
	free(wanted);
	return fits;
}

struct doc *demo_draft_body(struct demo_call *call)
{
	const char *type = call->request->content_type;
	struct error err = ERROR_INIT;
	struct doc *body;

	if (type && strncmp(type, "application/json", 16) != 0) {
		demo_refuse(call->answer, 415, "UnsupportedMediaType",
			"the body of the request was in an unknown format - accepted media types "
			"include: application/json");
		return NULL;
	}
	body = doc_parse(call->request->body, &err);
	if (!doc_is_object(body)) {
		demo_refuse(call->answer, 400, "BadRequest",
			"couldn't get version/kind; json parse error: %s",
			err.text ? err.text : "the body is no object");
		error_release(&err);
		doc_free(body);
		return NULL;
	}
	if (!check_type(call, body)) {
		doc_free(body);
		return NULL;
	}
	return demo_draft_stored(call, body);
}

/* ---- checks ---- */

static bool is_name(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > 253 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") != len)
		return false;
	return name[0] != '-' && name[0] != '.' && name[len - 1] != '-' && name[len - 1] != '.';
}

static void check_name(struct doc *draft, struct demo_causes *causes)
{
	const char *name = doc_string(demo_draft_metadata(draft), "name");

	if (!name)
		demo_causes_add(causes, "metadata.name", "FieldValueRequired",
			mem_strdup("Required value: name or generateName is required"));
	else if (!is_name(name))
		demo_causes_add(causes, "metadata.name", "FieldValueInvalid",
			mem_printf("Invalid value: \"%s\": a lowercase RFC 1123 subdomain must "
				   "consist of lower case alphanumeric characters, '-' or '.', and "
				   "must start and end with an alphanumeric character",
				name));
}

/* The server's own resources are no CRD's. */
static void check_not_builtin(struct demo_call *call, struct doc *draft, struct demo_causes *causes)
{
	struct doc *spec = doc_member(draft, "spec");
	const char *group = doc_string(spec, "group");
	const char *plural = doc_string(doc_member(spec, "names"), "plural");
	const struct demo_kind *kind =
		demo_kinds_find(call->server->kinds, str_of(group), str_of(plural));

	if (kind && kind->builtin)
		demo_causes_add(causes, "spec.names.plural", "FieldValueInvalid",
			mem_printf("Invalid value: \"%s\": the server itself serves it", plural));
}

static bool check(struct demo_call *call, struct doc *draft, struct doc *before)
{
	struct demo_causes causes = { .items = NULL };
	const char *name;
	bool good;

	check_name(draft, &causes);
	if (call->version->schema)
		demo_validate(call->version->schema, draft, &causes);
	if (demo_kind_is_crd(call->kind)) {
		demo_crds_check(draft, before, &causes);
		check_not_builtin(call, draft, &causes);
	}
	good = causes.count == 0;
	name = doc_string(demo_draft_metadata(draft), "name");
	if (!good)
		demo_refuse_invalid(
			call->answer, call->kind, str_of(name), causes.items, causes.count);
	demo_causes_release(&causes);
	return good;
}

/* ---- writing ---- */

static void remember_owners(struct demo_server *server, struct doc *draft)
{
	struct doc *list = doc_member(doc_member(draft, "metadata"), "ownerReferences");
	const struct doc *item;

	for (item = doc_first(list); item; item = doc_next(item)) {
		const char *uid = doc_string(item, "uid");

		if (uid)
			map_put(&server->owners, str_of(uid), server);
	}
}

/* Whether something else than metadata (and a status of its own) differs. */
static bool changes_generation(struct demo_call *call, const struct doc *draft, struct doc *before)
{
	const struct doc *item;
	size_t n = 0;

	for (item = doc_first(draft); item; item = doc_next(item)) {
		const char *key = doc_key(item);
		const struct doc *old = doc_member(before, key);

		n++;
		if (strcmp(key, "metadata") == 0 || strcmp(key, "apiVersion") == 0 ||
			(strcmp(key, "status") == 0 && call->version->has_status))
			continue;
		if (!old || !doc_equal(item, old))
			return true;
	}
	return n < doc_count(before);
}

static void raise_generation(struct demo_call *call, struct doc *draft, struct doc *before)
{
	struct doc *metadata = demo_draft_metadata(draft);
	int64_t generation = 1;

	doc_i64(metadata, "generation", &generation);
	if (changes_generation(call, draft, before))
		doc_set(metadata, "generation", doc_new_i64(generation + 1));
}

/* The manager is named by the request, or it is the program (rest/config.go). */
static char *manager_of(const struct demo_call *call)
{
	struct str name = demo_query_get(&call->query, "fieldManager");
	struct str agent = str_of(call->request->user_agent);

	if (name.len > 0)
		return str_dup(name);
	agent = str_cut(&agent, '/');
	return agent.len > 0 ? str_dup(agent) : mem_strdup("unknown");
}

static void set_managed_fields(struct demo_call *call, struct doc *draft, struct doc *before)
{
	char *manager = manager_of(call);
	char *version = api_version(call->kind, call->version);
	struct doc *created = doc_member(doc_member(draft, "metadata"), "creationTimestamp");
	bool past = call->request->past && doc_text(created);
	char *time = past ? mem_strdup(doc_text(created)) : demo_draft_now();
	struct demo_author author = {
		.manager = manager,
		.api_version = version,
		.subresource = call->subresource,
		.time = time,
	};

	if (!past || !doc_member(doc_member(draft, "metadata"), "managedFields"))
		demo_managed_update(draft, before, &author);
	free(manager);
	free(version);
	free(time);
}

/* The canonical text with this resourceVersion. */
struct demo_text *demo_draft_text(struct doc *draft, int64_t rv)
{
	struct buf out = BUF_INIT(2 * OBJECT_MAX);
	struct demo_text *text;
	char *printed;

	demo_draft_set(demo_draft_metadata(draft), "resourceVersion", mem_printf("%" PRId64, rv));
	printed = doc_print(draft);
	text = compact_json(str_of(printed), &out) < 0 ? NULL : demo_text_new(buf_str(&out));
	free(printed);
	buf_release(&out);
	return text;
}

struct demo_version_of demo_draft_version(struct doc *draft, int64_t rv)
{
	struct doc *metadata = doc_member(draft, "metadata");

	return (struct demo_version_of){
		.ns = str_of(doc_string(metadata, "namespace")),
		.name = str_of(doc_string(metadata, "name")),
		.uid = str_of(doc_string(metadata, "uid")),
		.rv = rv,
	};
}

/* A document that is nested further could not be read again. */
static bool is_deep(struct str text)
{
	size_t depth = 0;

	for (size_t i = 0; i < text.len && depth <= DEPTH_MAX; i++) {
		if (text.p[i] == '"') {
			for (i++; i < text.len && text.p[i] != '"'; i++)
				i += text.p[i] == '\\';
		} else if (text.p[i] == '{' || text.p[i] == '[') {
			depth++;
		} else if (text.p[i] == '}' || text.p[i] == ']') {
			depth--;
		}
	}
	return depth > DEPTH_MAX;
}

static void store(struct demo_call *call, struct doc *draft, int code)
{
	int64_t rv = demo_store_next_rv(call->server->store);
	struct demo_text *text = demo_draft_text(draft, rv);
	struct demo_version_of of = demo_draft_version(draft, rv);
	struct error err = ERROR_INIT;

	if (!text || text->len > OBJECT_MAX || is_deep(demo_text_str(text))) {
		demo_text_unref(text);
		demo_refuse(call->answer, 413, "RequestEntityTooLarge",
			"the object is too large or nested too deeply");
		return;
	}
	remember_owners(call->server, draft);
	demo_table_put(call->kind->table, &of, demo_text_ref(text));
	demo_answer_object(call, code, demo_text_str(text));
	if (demo_kind_is_crd(call->kind) &&
		demo_kinds_follow(call->server->kinds, demo_text_str(text), false, &err) < 0)
		error_release(&err);
	demo_text_unref(text);
}

static bool is_dry_run(const struct demo_call *call)
{
	return str_is(demo_query_get(&call->query, "dryRun"), "All");
}

static void answer_dry(struct demo_call *call, struct doc *draft, int code)
{
	struct demo_text *text = demo_draft_text(draft, demo_store_rv(call->server->store));

	if (text)
		demo_answer_object(call, code, demo_text_str(text));
	demo_text_unref(text);
}

static bool is_same(struct doc *draft, struct doc *before)
{
	struct doc *metadata = demo_draft_metadata(draft);
	struct doc *old = doc_member(before, "metadata");

	demo_draft_keep(metadata, old, "resourceVersion");
	demo_draft_keep(metadata, old, "managedFields");
	return doc_equal(draft, before);
}

/* An object that is being deleted goes with its last finalizer. */
static bool is_done(struct doc *draft)
{
	struct doc *metadata = doc_member(draft, "metadata");

	return doc_string(metadata, "deletionTimestamp") &&
	       doc_count(doc_member(metadata, "finalizers")) == 0;
}

static void add_defaults(struct demo_call *call, struct doc *draft)
{
	char *now;
	struct doc *status;

	if (demo_kind_is_crd(call->kind)) {
		now = demo_draft_now();
		demo_crds_accept(draft, now);
		free(now);
	} else if (call->kind->builtin && strcmp(call->kind->plural, "namespaces") == 0 &&
		   !doc_member(draft, "status")) {
		status = doc_new_object();
		doc_add_string(status, "phase", "Active");
		doc_set(draft, "status", status);
	}
}

static void write_new(struct demo_call *call, struct doc *draft)
{
	struct str name;

	demo_identity_give(call, draft);
	if (!check(call, draft, NULL))
		return;
	name = str_of(doc_string(demo_draft_metadata(draft), "name"));
	if (demo_table_find(call->kind->table, str_of(call->ns), name)) {
		demo_refuse_exists(call->answer, call->kind, name);
		return;
	}
	add_defaults(call, draft);
	set_managed_fields(call, draft, NULL);
	if (is_dry_run(call))
		answer_dry(call, draft, 201);
	else
		store(call, draft, 201);
}

static void write_next(struct demo_call *call, const struct demo_object *old, struct doc *draft)
{
	struct doc *before = doc_parse(demo_text_str(old->text), NULL);

	demo_identity_keep(call, draft, before);
	if (!check(call, draft, before)) {
		doc_free(before);
		return;
	}
	add_defaults(call, draft);
	raise_generation(call, draft, before);
	if (is_same(draft, before)) {
		demo_answer_object(call, 200, demo_text_str(old->text));
	} else {
		set_managed_fields(call, draft, before);
		if (is_dry_run(call))
			answer_dry(call, draft, 200);
		else
			store(call, draft, 200);
	}
	doc_free(before);
}

void demo_draft_write(struct demo_call *call, const struct demo_object *old, struct doc *draft)
{
	char *ns = old ? mem_strdup(old->ns) : NULL;
	char *name = old ? mem_strdup(old->name) : NULL;
	bool done;

	if (old)
		write_next(call, old, draft);
	else
		write_new(call, draft);
	done = old && call->answer->code == 200 && !is_dry_run(call) && is_done(draft);
	if (done)
		demo_text_unref(demo_draft_delete(
			call, demo_table_find(call->kind->table, str_of(ns), str_of(name))));
	doc_free(draft);
	free(ns);
	free(name);
}
