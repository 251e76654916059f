/*
 * A sorted array; each kind of a CRD is made anew when its CRD changes. See kinds.h.
 */
#include "demo/kinds.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "base/texts.h"
#include "demo/serve.h"
#include "demo/store.h"
#include "json/doc.h"
#include "kube/columns.h"
#include "kube/crd.h"

struct demo_kinds {
	struct demo_server *server;
	struct demo_kind **items;
	size_t count, cap;
};

/* ---- versions ---- */

static void release_version(struct demo_version *version)
{
	texts_free(version->selectable, version->n_selectable);
	free(version->name);
	free(version->warning);
	free(version->replicas_path);
	free(version->status_replicas_path);
	free(version->selector_path);
	free(version->columns_text);
	columns_free(version->columns);
	doc_free(version->schema);
}

static void set_columns(struct demo_version *version, struct str text)
{
	version->columns_text = text.p ? str_dup(text) : NULL;
	version->columns = columns_new(str_of(version->columns_text), NULL);
}

static void read_subresources(struct demo_version *version, struct doc *said)
{
	struct doc *subs = doc_member(said, "subresources");
	const struct doc *scale = doc_get(subs, "scale");

	version->has_status = doc_member(subs, "status") != NULL;
	/* Without them there is nothing to scale; the API server refuses such a CRD. */
	version->has_scale =
		doc_string(scale, "specReplicasPath") && doc_string(scale, "statusReplicasPath");
	version->replicas_path = mem_strdup_or_null(doc_string(scale, "specReplicasPath"));
	version->status_replicas_path = mem_strdup_or_null(doc_string(scale, "statusReplicasPath"));
	version->selector_path = mem_strdup_or_null(doc_string(scale, "labelSelectorPath"));
}

/* jsonPath ".spec.color" is the field selector spec.color. */
static void read_selectable(struct demo_version *version, const struct doc *said)
{
	const struct doc *item;

	for (item = doc_first(doc_get(said, "selectableFields")); item; item = doc_next(item)) {
		const char *path = doc_string(item, "jsonPath");

		if (path && *path == '.')
			texts_add(&version->selectable, &version->n_selectable, path + 1);
	}
}

static struct doc *said_version(struct doc *crd, const char *name)
{
	struct doc *list = doc_member(doc_member(crd, "spec"), "versions");
	struct doc *item;

	for (size_t i = 0; (item = doc_item(list, i)); i++) {
		const char *text = doc_string(item, "name");

		if (text && strcmp(text, name) == 0)
			return item;
	}
	return NULL;
}

static void read_version(
	struct demo_version *ret, const struct crd_version *version, struct doc *said)
{
	struct doc *schema = doc_member(said, "schema");

	*ret = (struct demo_version){
		.name = mem_strdup(version->name),
		.served = version->served,
		.storage = version->storage,
		.deprecated = version->deprecated,
		.warning = mem_strdup_or_null(doc_string(said, "deprecationWarning")),
		.schema = schema ? doc_take(schema, "openAPIV3Schema") : NULL,
	};
	set_columns(ret, version->columns);
	read_subresources(ret, said);
	read_selectable(ret, said);
}

/* ---- kinds ---- */

static void free_kind(struct demo_kind *kind)
{
	for (size_t i = 0; i < kind->n_versions; i++)
		release_version(&kind->versions[i]);
	texts_free(kind->short_names, kind->n_short_names);
	texts_free(kind->categories, kind->n_categories);
	free(kind->versions);
	free(kind->group);
	free(kind->plural);
	free(kind->singular);
	free(kind->kind);
	free(kind->list_kind);
	free(kind);
}

static struct demo_kind *new_kind(const struct crd *crd, struct doc *text)
{
	struct demo_kind *kind = mem_zalloc(sizeof(*kind));

	kind->group = mem_strdup(crd->group);
	kind->plural = mem_strdup(crd->plural);
	kind->singular = mem_strdup(crd->singular);
	kind->kind = mem_strdup(crd->kind);
	kind->list_kind =
		*crd->list_kind ? mem_strdup(crd->list_kind) : mem_printf("%sList", crd->kind);
	kind->short_names = texts_copy(crd->short_names, crd->n_short_names);
	kind->n_short_names = crd->n_short_names;
	kind->categories = texts_copy(crd->categories, crd->n_categories);
	kind->n_categories = crd->n_categories;
	kind->namespaced = crd->namespaced;
	kind->webhook = crd->webhook;
	kind->n_versions = crd->n_versions;
	kind->versions = mem_zalloc(crd->n_versions * sizeof(*kind->versions));
	for (size_t i = 0; i < crd->n_versions; i++)
		read_version(&kind->versions[i], &crd->versions[i],
			said_version(text, crd->versions[i].name));
	return kind;
}

static int compare(const struct demo_kind *kind, struct str group, struct str plural)
{
	int order = str_cmp(str_of(kind->group), group);

	return order ? order : str_cmp(str_of(kind->plural), plural);
}

static size_t find_slot(
	const struct demo_kinds *kinds, struct str group, struct str plural, bool *ret_found)
{
	size_t at = 0;

	while (at < kinds->count && compare(kinds->items[at], group, plural) < 0)
		at++;
	*ret_found = at < kinds->count && compare(kinds->items[at], group, plural) == 0;
	return at;
}

/* Puts the kind in, over its table; one of that name goes, its watches end. */
static void insert(struct demo_kinds *kinds, struct demo_kind *kind, struct demo_table *table)
{
	bool found;
	size_t at = find_slot(kinds, str_of(kind->group), str_of(kind->plural), &found);

	kind->table = table;
	if (found) {
		demo_table_end_watches(table);
		free_kind(kinds->items[at]);
		kinds->items[at] = kind;
		return;
	}
	kinds->items = array_reserve(
		kinds->items, &kinds->cap, kinds->count + 1, sizeof(struct demo_kind *));
	memmove(kinds->items + at + 1, kinds->items + at,
		(kinds->count - at) * sizeof(struct demo_kind *));
	kinds->items[at] = kind;
	kinds->count++;
}

static void remove_kind(struct demo_kinds *kinds, const struct crd *crd)
{
	bool found;
	size_t at = find_slot(kinds, str_of(crd->group), str_of(crd->plural), &found);

	if (!found || kinds->items[at]->builtin)
		return;
	demo_store_drop(kinds->server->store, kinds->items[at]->table);
	free_kind(kinds->items[at]);
	kinds->count--;
	memmove(kinds->items + at, kinds->items + at + 1,
		(kinds->count - at) * sizeof(struct demo_kind *));
}

static bool is_builtin(const struct demo_kinds *kinds, const struct crd *crd)
{
	const struct demo_kind *kind =
		demo_kinds_find(kinds, str_of(crd->group), str_of(crd->plural));

	return kind && kind->builtin;
}

int demo_kinds_follow(struct demo_kinds *kinds, struct str text, bool gone, struct error *err)
{
	struct doc *doc = doc_parse(text, err);
	struct crd crd;

	if (!doc || crd_parse(text, &crd, err) < 0) {
		doc_free(doc);
		return -1;
	}
	if (gone)
		remove_kind(kinds, &crd);
	else if (*crd.plural && !is_builtin(kinds, &crd))
		insert(kinds, new_kind(&crd, doc),
			demo_store_table(
				kinds->server->store, str_of(crd.group), str_of(crd.plural)));
	crd_release(&crd);
	doc_free(doc);
	return 0;
}

/* ---- the built-in ones ---- */

struct builtin {
	const char *group, *version, *plural, *singular, *kind, *short_name;
	bool namespaced, has_status;
	const char *table_group;
	const char *columns;
};

#define EVENT_COLUMNS                                                                              \
	"[{\"name\":\"Last Seen\",\"type\":\"date\",\"jsonPath\":\".deprecatedLastTimestamp\"},"   \
	"{\"name\":\"Type\",\"type\":\"string\",\"jsonPath\":\".type\"},"                          \
	"{\"name\":\"Reason\",\"type\":\"string\",\"jsonPath\":\".reason\"},"                      \
	"{\"name\":\"Object\",\"type\":\"string\","                                                \
	"\"jsonPath\":\".regarding.name\"},"                                                       \
	"{\"name\":\"Message\",\"type\":\"string\",\"jsonPath\":\".note\"}]"

static const struct builtin builtins[] = {
	{ "", "v1", "namespaces", "namespace", "Namespace", "ns", false, true, "",
		"[{\"name\":\"Status\",\"type\":\"string\",\"jsonPath\":\".status.phase\"},"
		"{\"name\":\"Age\",\"type\":\"date\",\"jsonPath\":\".metadata.creationTimestamp\"}]" },
	{ "", "v1", "events", "event", "Event", "ev", true, false, "events.k8s.io", EVENT_COLUMNS },
	{ "events.k8s.io", "v1", "events", "event", "Event", "ev", true, false, "events.k8s.io",
		EVENT_COLUMNS },
	{ "apiextensions.k8s.io", "v1", "customresourcedefinitions", "customresourcedefinition",
		"CustomResourceDefinition", "crd", false, true, "apiextensions.k8s.io",
		"[{\"name\":\"Created At\",\"type\":\"string\","
		"\"jsonPath\":\".metadata.creationTimestamp\"}]" },
};

static void add_builtin(struct demo_kinds *kinds, const struct builtin *b)
{
	struct demo_kind *kind = mem_zalloc(sizeof(*kind));

	kind->builtin = true;
	kind->group = mem_strdup(b->group);
	kind->plural = mem_strdup(b->plural);
	kind->singular = mem_strdup(b->singular);
	kind->kind = mem_strdup(b->kind);
	kind->list_kind = mem_printf("%sList", b->kind);
	texts_add(&kind->short_names, &kind->n_short_names, b->short_name);
	kind->namespaced = b->namespaced;
	kind->versions = mem_zalloc(sizeof(*kind->versions));
	kind->n_versions = 1;
	kind->versions[0] = (struct demo_version){ .name = mem_strdup(b->version),
		.served = true,
		.storage = true,
		.has_status = b->has_status };
	set_columns(&kind->versions[0], str_of(b->columns));
	insert(kinds, kind,
		demo_store_table(kinds->server->store, str_of(b->table_group), str_of(b->plural)));
}

/* ---- life and finding ---- */

struct demo_kinds *demo_kinds_new(struct demo_server *server)
{
	struct demo_kinds *kinds = mem_zalloc(sizeof(*kinds));

	kinds->server = server;
	for (size_t i = 0; i < sizeof(builtins) / sizeof(*builtins); i++)
		add_builtin(kinds, &builtins[i]);
	return kinds;
}

void demo_kinds_free(struct demo_kinds *kinds)
{
	if (!kinds)
		return;
	for (size_t i = 0; i < kinds->count; i++)
		free_kind(kinds->items[i]);
	free(kinds->items);
	free(kinds);
}

size_t demo_kinds_count(const struct demo_kinds *kinds)
{
	return kinds->count;
}

struct demo_kind *demo_kinds_at(const struct demo_kinds *kinds, size_t i)
{
	return kinds->items[i];
}

struct demo_kind *demo_kinds_find(
	const struct demo_kinds *kinds, struct str group, struct str plural)
{
	bool found;
	size_t at = find_slot(kinds, group, plural, &found);

	return found ? kinds->items[at] : NULL;
}

const struct demo_version *demo_kind_version(const struct demo_kind *kind, struct str name)
{
	for (size_t i = 0; i < kind->n_versions; i++) {
		if (kind->versions[i].served && str_is(name, kind->versions[i].name))
			return &kind->versions[i];
	}
	return NULL;
}

bool demo_kind_is_crd(const struct demo_kind *kind)
{
	return kind->builtin && strcmp(kind->plural, "customresourcedefinitions") == 0;
}

const struct demo_version *demo_kind_storage(const struct demo_kind *kind)
{
	for (size_t i = 0; i < kind->n_versions; i++) {
		if (kind->versions[i].storage)
			return &kind->versions[i];
	}
	return &kind->versions[0];
}
