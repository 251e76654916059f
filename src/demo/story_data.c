/*
 * Entries and behaviours. See story_data.h.
 */
#include "demo/story_data.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/texts.h"
#include "demo/template.h"
#include "json/doc.h"
#include "json/yaml.h"

#define JSON_MAX ((size_t)8 << 20)
#define DEEPEST	 8 /* children of children */

static const char *const top_keys[] = { "kinds", "entries", "behaviours", "schemas", NULL };
static const char *const entry_keys[] = { "entry", "kind", "version", "manager", "controller",
	"for", "count", "scale", "age", "vars", "ns", "name", "labels", "annotations", "finalizers",
	"deleted", "spec", "status", "conditions", "fields", "children", "then", "start", "owned",
	"keep", NULL };
static const char *const behaviour_keys[] = { "behaviour", "manager", "version", "every", "after",
	"pick", "when", "vars", "steps", NULL };
static const char *const pick_keys[] = { "kind", "entry", "ns", "name", NULL };
static const char *const entry_names[] = { "ns", "name", "i", "created", "settled", "parent",
	"parent.uid", "parent.kind" };
static const char *const behaviour_names[] = { "ns", "name", "uid", "run" };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct parser {
	struct story_data *data;
	uint64_t seed;
	char **names; /* the variables that there are where it stands */
	size_t n_names;
	unsigned depth;
};

/* ---- finding ---- */

struct story_kind *story_data_kind(const struct story_data *data, const char *kind)
{
	for (size_t i = 0; i < data->n_kinds; i++) {
		if (strcmp(data->kinds[i]->kind, kind) == 0)
			return data->kinds[i];
	}
	return NULL;
}

struct story_entry *story_data_entry(const struct story_data *data, const char *name)
{
	for (size_t i = 0; i < data->n_entries; i++) {
		if (strcmp(data->entries[i]->name, name) == 0)
			return data->entries[i];
	}
	return NULL;
}

/* ---- names ---- */

static void add_name(struct parser *p, const char *name)
{
	texts_add(&p->names, &p->n_names, name);
}

static void drop_names(struct parser *p, size_t count)
{
	while (p->n_names > count)
		free(p->names[--p->n_names]);
}

static int check(const struct parser *p, const struct demo_template *template, struct error *err)
{
	return demo_template_check(template, p->names, p->n_names, err);
}

static char *text_or(const struct doc *form, const char *key, const char *otherwise)
{
	const char *text = doc_string(form, key);

	return text || otherwise ? mem_strdup(text ? text : otherwise) : NULL;
}

static int read_count(const struct doc *form, const char *key, unsigned *ret, struct error *err)
{
	int64_t value;

	if (!doc_get(form, key))
		return 0;
	if (doc_i64(form, key, &value) < 0 || value < 0 || value > 100000)
		return error_set(err, ERROR_INVALID, "%s: a number up to 100000 is needed", key);
	*ret = (unsigned)value;
	return 0;
}

static int read_variables(
	struct parser *p, const struct doc *form, struct story_variables *ret, struct error *err)
{
	const struct doc *list = doc_get(form, "vars");

	for (const struct doc *value = doc_first(list); value; value = doc_next(value)) {
		struct story_variable *variable;

		ret->items = mem_realloc_array(ret->items, ret->count + 1, sizeof(*ret->items));
		variable = &ret->items[ret->count++];
		*variable = (struct story_variable){ .name = mem_strdup(doc_key(value)) };
		if (story_template_parse(value, &variable->value, err) < 0 ||
			check(p, variable->value, err) < 0)
			return error_prefix(err, "vars: %s", variable->name);
		add_name(p, variable->name);
	}
	return 0;
}

/* ---- loops ---- */

static void add_value(struct story_turn *turn, const char *name, const struct doc *value)
{
	char *json = doc_print(value);

	texts_add(&turn->names, &turn->n_names, name);
	texts_add(&turn->values, &turn->n_values, json);
	free(json);
}

/* A mapping's members are variables of their own, "app.tier". */
static void read_turn(struct story_turn *turn, const char *name, const struct doc *value)
{
	*turn = (struct story_turn){ .n_names = 0 };
	if (!doc_is_object(value)) {
		add_value(turn, name, value);
		return;
	}
	for (const struct doc *member = doc_first(value); member; member = doc_next(member)) {
		char *full = mem_printf("%s.%s", name, doc_key(member));

		add_value(turn, full, member);
		free(full);
	}
}

static int read_loops(
	struct parser *p, struct story_entry *entry, const struct doc *form, struct error *err)
{
	const struct doc *loops = doc_get(form, "for");

	for (const struct doc *list = doc_first(loops); list; list = doc_next(list)) {
		struct story_loop *loop;
		size_t n = 0;

		if (!doc_is_array(list) || doc_count(list) == 0)
			return error_set(
				err, ERROR_INVALID, "for: %s: a list is needed", doc_key(list));
		entry->loops =
			mem_realloc_array(entry->loops, entry->n_loops + 1, sizeof(*entry->loops));
		loop = &entry->loops[entry->n_loops++];
		loop->count = doc_count(list);
		loop->turns = mem_realloc_array(NULL, loop->count, sizeof(*loop->turns));
		for (const struct doc *one = doc_first(list); one; one = doc_next(one))
			read_turn(&loop->turns[n++], doc_key(list), one);
		for (size_t i = 0; i < loop->turns[0].n_names; i++)
			add_name(p, loop->turns[0].names[i]);
		for (size_t i = 1; i < loop->count; i++) {
			if (loop->turns[i].n_names != loop->turns[0].n_names)
				return error_set(err, ERROR_INVALID,
					"for: %s: item %zu has other members", doc_key(list),
					i + 1);
		}
	}
	return 0;
}

/* ---- an entry's object ---- */

static void copy_member(struct doc *to, const struct doc *from, const char *key)
{
	const struct doc *value = doc_get(from, key);

	if (value)
		doc_set(to, key, doc_dup(value));
}

static void add_metadata(
	struct doc *object, const struct story_entry *entry, const struct doc *form)
{
	struct doc *metadata = doc_add_object(object, "metadata");
	const char *deleted = doc_string(form, "deleted");

	doc_add_string(metadata, "name", "${name}");
	if (entry->kind->namespaced)
		doc_add_string(metadata, "namespace", "${ns}");
	doc_add_string(metadata, "creationTimestamp", "${created}");
	copy_member(metadata, form, "labels");
	copy_member(metadata, form, "annotations");
	copy_member(metadata, form, "finalizers");
	if (deleted) {
		char *time = mem_printf("${ago %s}", deleted);

		doc_add_string(metadata, "deletionTimestamp", time);
		doc_set(metadata, "deletionGracePeriodSeconds", doc_new_i64(0));
		free(time);
	}
	if (entry->owned)
		doc_add_raw(metadata, "ownerReferences",
			"[{\"apiVersion\":\"${parent.apiVersion}\",\"kind\":\"${parent.kind}\","
			"\"name\":\"${parent}\",\"uid\":\"${parent.uid}\",\"controller\":true,"
			"\"blockOwnerDeletion\":true}]");
}

/* {"status": ...} with the conditions in it; NULL when the form has none. */
static int make_status(const struct doc *form, struct doc **ret, struct error *err)
{
	const struct doc *conditions = doc_get(form, "conditions");
	struct doc *holder, *list;

	if (!doc_get(form, "status") && !conditions)
		return 0;
	holder = doc_new_object();
	copy_member(holder, form, "status");
	if (!doc_member(holder, "status"))
		doc_add_object(holder, "status");
	if (conditions) {
		list = story_conditions(conditions, "${settled}", "1", err);
		if (!list) {
			doc_free(holder);
			return -1;
		}
		doc_set(doc_member(holder, "status"), "conditions", list);
	}
	*ret = holder;
	return 0;
}

static struct doc *make_object(
	const struct story_entry *entry, const struct doc *form, const struct doc *status)
{
	struct doc *object = doc_new_object();
	const struct doc *fields = doc_get(form, "fields");
	char *version = mem_printf(
		"%s%s%s", entry->kind->group, *entry->kind->group ? "/" : "", entry->version);

	doc_add_string(object, "apiVersion", version);
	doc_add_string(object, "kind", entry->kind->kind);
	add_metadata(object, entry, form);
	copy_member(object, form, "spec");
	for (const struct doc *field = doc_first(fields); field; field = doc_next(field))
		doc_set(object, doc_key(field), doc_dup(field));
	copy_member(object, status, "status");
	if (status && entry->controller)
		story_managed_add(object, entry->manager, entry->controller);
	free(version);
	return object;
}

static int read_object(
	struct parser *p, struct story_entry *entry, const struct doc *form, struct error *err)
{
	struct doc *status = NULL;
	struct doc *object;
	int rc;

	if (make_status(form, &status, err) < 0)
		return -1;
	object = make_object(entry, form, status);
	rc = story_template_parse(object, &entry->object, err);
	if (rc == 0)
		rc = story_template_parse(status, &entry->status, err);
	doc_free(object);
	doc_free(status);
	return rc < 0 ? -1 : check(p, entry->object, err);
}

/* ---- entries ---- */

static int read_names(
	struct parser *p, struct story_entry *entry, const struct doc *form, struct error *err)
{
	struct doc *inherited = doc_new_string("${ns}");
	const struct doc *ns = doc_get(form, "ns");
	int rc = 0;

	if (!doc_get(form, "name"))
		rc = error_set(err, ERROR_INVALID, "a name is needed");
	if (rc == 0 && entry->kind->namespaced)
		rc = story_template_parse(ns ? ns : inherited, &entry->ns, err);
	if (rc == 0)
		rc = story_template_parse(doc_get(form, "name"), &entry->object_name, err);
	doc_free(inherited);
	if (rc < 0 || check(p, entry->ns, err) < 0)
		return -1;
	return check(p, entry->object_name, err);
}

static int read_plain(
	struct parser *p, struct story_entry *entry, const struct doc *form, struct error *err)
{
	const char *kind = doc_string(form, "kind");

	entry->kind = kind ? story_data_kind(p->data, kind) : NULL;
	if (!entry->kind)
		return error_set(err, ERROR_INVALID, "no kind \"%s\"", kind ? kind : "");
	entry->version = text_or(form, "version", entry->kind->version);
	entry->manager = text_or(form, "manager", "gitops-sync");
	entry->controller = text_or(form, "controller", NULL);
	entry->count = 1;
	entry->child = p->depth > 1;
	entry->start = !doc_get(form, "start") || doc_bool(form, "start");
	entry->owned = doc_get(form, "owned") ? doc_bool(form, "owned") : entry->child;
	entry->age = (struct story_range){ 86400 * CLOCK_S, 90 * 86400 * CLOCK_S };
	if (read_count(form, "count", &entry->count, err) < 0 ||
		read_count(form, "scale", &entry->weight, err) < 0 ||
		read_count(form, "keep", &entry->keep, err) < 0)
		return -1;
	return story_range_parse(form, "age", &entry->age, err);
}

static int read_entries(
	struct parser *p, const struct doc *list, struct story_entry *parent, struct error *err);

static int read_entry(
	struct parser *p, struct story_entry *entry, const struct doc *form, struct error *err)
{
	if (story_keys(form, entry_keys, err) < 0 || read_plain(p, entry, form, err) < 0 ||
		read_loops(p, entry, form, err) < 0 ||
		read_variables(p, form, &entry->variables, err) < 0 ||
		read_names(p, entry, form, err) < 0 || read_object(p, entry, form, err) < 0 ||
		story_steps_parse(doc_get(form, "then"), p->data, &entry->then, err) < 0 ||
		story_steps_check(&entry->then, p->names, p->n_names, err) < 0)
		return -1;
	return read_entries(p, doc_get(form, "children"), entry, err);
}

static struct story_entry *add_entry(struct parser *p, const char *name, struct story_entry *parent)
{
	struct story_data *data = p->data;
	struct story_entry *entry = mem_zalloc(sizeof(*entry));

	entry->name = mem_strdup(name);
	demo_random_init(&entry->random, p->seed, name);
	data->entries =
		mem_realloc_array(data->entries, data->n_entries + 1, sizeof(struct story_entry *));
	data->entries[data->n_entries++] = entry;
	if (!parent)
		return entry;
	parent->children = mem_realloc_array(
		parent->children, parent->n_children + 1, sizeof(struct story_entry *));
	parent->children[parent->n_children++] = entry;
	return entry;
}

static int read_entries(
	struct parser *p, const struct doc *list, struct story_entry *parent, struct error *err)
{
	size_t names = p->n_names;
	int rc = 0;

	if (list && (!doc_is_array(list) || p->depth >= DEEPEST))
		return error_set(err, ERROR_INVALID, "entries: a list is needed, not too deep");
	p->depth++;
	for (const struct doc *form = doc_first(list); form && rc == 0; form = doc_next(form)) {
		const char *name = doc_string(form, "entry");

		if (!name || story_data_entry(p->data, name))
			return error_set(err, ERROR_INVALID, "%s",
				name ? "two entries with the same name"
				     : "an entry without a name");
		rc = read_entry(p, add_entry(p, name, parent), form, err);
		if (rc < 0)
			error_prefix(err, "entry %s", name);
		drop_names(p, names);
	}
	p->depth--;
	return rc;
}

/* ---- behaviours ---- */

static int read_pick(
	struct parser *p, struct story_behaviour *b, const struct doc *pick, struct error *err)
{
	const char *kind = doc_string(pick, "kind");
	const char *entry = doc_string(pick, "entry");

	if (!pick)
		return 0;
	if (story_keys(pick, pick_keys, err) < 0)
		return -1;
	b->pick_kind = kind ? story_data_kind(p->data, kind) : NULL;
	b->pick_entry = entry ? story_data_entry(p->data, entry) : NULL;
	b->pick_ns = text_or(pick, "ns", NULL);
	b->pick_name = text_or(pick, "name", NULL);
	if ((kind && !b->pick_kind) || (entry && !b->pick_entry) || (!kind && !entry))
		return error_set(err, ERROR_INVALID, "pick: no such kind or entry");
	return 0;
}

/* {.spec.x: 1} becomes [["${.spec.x}"],[1]]: to be compared once it is expanded. */
static int read_when(struct story_behaviour *b, const struct doc *when, struct error *err)
{
	struct doc *pair;
	int rc;

	if (!when)
		return 0;
	if (!doc_is_object(when) || (!b->pick_kind && !b->pick_entry))
		return error_set(err, ERROR_INVALID, "when: a mapping and a pick are needed");
	pair = doc_parse(STR("[[],[]]"), NULL);
	for (const struct doc *field = doc_first(when); field; field = doc_next(field)) {
		char *path = mem_printf("${%s}", doc_key(field));

		doc_append_string(doc_item(pair, 0), path);
		doc_insert(doc_item(pair, 1), SIZE_MAX, doc_dup(field));
		free(path);
	}
	rc = story_template_parse(pair, &b->when, err);
	doc_free(pair);
	return rc;
}

static int read_behaviour(
	struct parser *p, struct story_behaviour *b, const struct doc *form, struct error *err)
{
	if (story_keys(form, behaviour_keys, err) < 0)
		return -1;
	b->manager = text_or(form, "manager", "platform-operator");
	b->version = text_or(form, "version", NULL);
	if (story_range_parse(form, "every", &b->every, err) < 0)
		return -1;
	b->after.to = b->every.to;
	if (story_range_parse(form, "after", &b->after, err) < 0 ||
		read_pick(p, b, doc_get(form, "pick"), err) < 0 ||
		read_when(b, doc_get(form, "when"), err) < 0 || check(p, b->when, err) < 0 ||
		read_variables(p, form, &b->variables, err) < 0 ||
		story_steps_parse(doc_get(form, "steps"), p->data, &b->steps, err) < 0)
		return -1;
	if (b->steps.count == 0)
		return error_set(err, ERROR_INVALID, "no steps");
	return story_steps_check(&b->steps, p->names, p->n_names, err);
}

static int read_behaviours(struct parser *p, const struct doc *list, struct error *err)
{
	struct story_data *data = p->data;
	size_t names = p->n_names;

	for (const struct doc *form = doc_first(list); form; form = doc_next(form)) {
		const char *name = doc_string(form, "behaviour");
		struct story_behaviour *b;

		if (!name)
			return error_set(err, ERROR_INVALID, "a behaviour without a name");
		data->behaviours = mem_realloc_array(
			data->behaviours, data->n_behaviours + 1, sizeof(*data->behaviours));
		b = &data->behaviours[data->n_behaviours++];
		*b = (struct story_behaviour){ .name = mem_strdup(name) };
		demo_random_init(&b->random, p->seed, name);
		if (read_behaviour(p, b, form, err) < 0)
			return error_prefix(err, "behaviour %s", name);
		drop_names(p, names);
	}
	return 0;
}

/* ---- the whole ---- */

static int read_kinds(struct story_data *data, const struct doc *list, struct error *err)
{
	data->kinds = mem_realloc_array(NULL, doc_count(list) + 1, sizeof(struct story_kind *));
	data->kinds[data->n_kinds++] = story_kind_namespace();
	for (const struct doc *form = doc_first(list); form; form = doc_next(form)) {
		struct story_kind *kind = story_kind_new(form, err);

		if (!kind)
			return -1;
		if (story_data_kind(data, kind->kind)) {
			error_set(err, ERROR_INVALID, "kind %s: is there twice", kind->kind);
			story_kind_free(kind);
			return -1;
		}
		data->kinds[data->n_kinds++] = kind;
	}
	return 0;
}

/* Steps may name entries that stand below them. */
static int resolve(const struct story_data *data, struct story_steps *steps, struct error *err)
{
	for (size_t i = 0; i < steps->count; i++) {
		struct story_step *step = &steps->items[i];

		if (step->at_name)
			step->at = story_data_entry(data, step->at_name);
		if (step->create_name)
			step->create = story_data_entry(data, step->create_name);
		if ((step->at_name && !step->at) || (step->create_name && !step->create))
			return error_set(err, ERROR_INVALID, "step %zu: no entry \"%s\"", i + 1,
				step->at_name && !step->at ? step->at_name : step->create_name);
	}
	return 0;
}

static int resolve_all(struct story_data *data, struct error *err)
{
	for (size_t i = 0; i < data->n_entries; i++) {
		if (resolve(data, &data->entries[i]->then, err) < 0)
			return error_prefix(err, "entry %s", data->entries[i]->name);
	}
	for (size_t i = 0; i < data->n_behaviours; i++) {
		if (resolve(data, &data->behaviours[i].steps, err) < 0)
			return error_prefix(err, "behaviour %s", data->behaviours[i].name);
	}
	return 0;
}

static int read_all(struct parser *p, const struct doc *root, struct error *err)
{
	int rc;

	if (story_keys(root, top_keys, err) < 0 ||
		read_kinds(p->data, doc_get(root, "kinds"), err) < 0)
		return -1;
	for (size_t i = 0; i < COUNT(entry_names); i++)
		add_name(p, entry_names[i]);
	add_name(p, "parent.apiVersion");
	rc = read_entries(p, doc_get(root, "entries"), NULL, err);
	drop_names(p, 0);
	for (size_t i = 0; i < COUNT(behaviour_names); i++)
		add_name(p, behaviour_names[i]);
	if (rc == 0)
		rc = read_behaviours(p, doc_get(root, "behaviours"), err);
	return rc < 0 ? -1 : resolve_all(p->data, err);
}

int story_data_parse(struct str yaml, uint64_t seed, struct story_data *ret, struct error *err)
{
	struct story_data data = { .n_kinds = 0 };
	struct parser p = { .data = &data, .seed = seed };
	struct buf json = BUF_INIT(JSON_MAX);
	struct doc *root = NULL;
	int rc = -1;

	if (yaml_to_json(yaml, YAML_TYPED, &json, err) == 0)
		root = doc_parse(buf_str(&json), err);
	buf_release(&json);
	if (root)
		rc = read_all(&p, root, err);
	doc_free(root);
	texts_free(p.names, p.n_names);
	if (rc == 0)
		*ret = data;
	else
		story_data_release(&data);
	return rc;
}
