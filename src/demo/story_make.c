/*
 * Entries become objects. See story_run.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/texts.h"
#include "demo/story_run.h"
#include "kube/object.h"

#define NAME_MAX_LEN 253

/* Which of an entry's objects is made: turn says which one of the loops. */
struct making {
	struct story_entry *entry;
	const struct story_object *parent;
	size_t index; /* from 0 */
	size_t base;  /* how many the entry has by itself; those above are copies */
};

int64_t story_range_pick(const struct story_range *range, struct demo_random *random)
{
	return demo_random_between(random, range->from / CLOCK_MS, range->to / CLOCK_MS) * CLOCK_MS;
}

static size_t turns_of(const struct story_entry *entry)
{
	size_t turns = 1;

	for (size_t i = 0; i < entry->n_loops; i++)
		turns *= entry->loops[i].count;
	return turns;
}

static size_t base_of(const struct story_entry *entry)
{
	return turns_of(entry) * entry->count;
}

/* Objects of one of an entry with all that is below it. */
static size_t unit_of(const struct story_entry *entry)
{
	size_t unit = 1;

	for (size_t i = 0; i < entry->n_children; i++)
		unit += base_of(entry->children[i]) * unit_of(entry->children[i]);
	return unit;
}

/* ---- variables ---- */

static void set_loops(struct demo_scope *scope, const struct making *making)
{
	size_t turn = making->index % turns_of(making->entry);

	/* the last loop is the fastest */
	for (size_t i = making->entry->n_loops; i-- > 0;) {
		const struct story_loop *loop = &making->entry->loops[i];
		const struct story_turn *values = &loop->turns[turn % loop->count];

		turn /= loop->count;
		for (size_t k = 0; k < values->n_names; k++)
			demo_scope_set(scope, values->names[k], values->values[k]);
	}
}

static void set_index(struct demo_scope *scope, const struct making *making)
{
	char *text = mem_printf("%zu", making->index / turns_of(making->entry) + 1);

	demo_scope_set(scope, "i", text);
	free(text);
}

static void set_times(struct demo_story *story, struct demo_scope *scope, struct story_entry *entry)
{
	const struct story_range soon = { 20 * CLOCK_S, 90 * CLOCK_S };
	int64_t wall = clock_wall();
	char text[DEMO_TIME_SIZE];

	if (story->starting)
		wall -= story_range_pick(&entry->age, &entry->random);
	demo_time_text(wall, text);
	demo_scope_set_text(scope, "created", text);
	if (story->starting && entry->age.from >= soon.to)
		wall += story_range_pick(&soon, &entry->random);
	demo_time_text(wall, text);
	demo_scope_set_text(scope, "settled", text);
}

static void set_parent(struct demo_scope *scope, const struct story_object *parent)
{
	char *version;

	if (!parent)
		return;
	version = mem_printf("%s%s%s", parent->kind->group, *parent->kind->group ? "/" : "",
		parent->kind->version);
	demo_scope_set_text(scope, "parent", parent->name);
	demo_scope_set_text(scope, "parent.uid", parent->uid);
	demo_scope_set_text(scope, "parent.kind", parent->kind->kind);
	demo_scope_set_text(scope, "parent.apiVersion", version);
	free(version);
}

static void set_variables(struct demo_scope *scope, const struct story_variables *variables)
{
	for (size_t i = 0; i < variables->count; i++) {
		struct buf json = BUF_INIT(DEMO_BODY_MAX);

		demo_template_expand(variables->items[i].value, scope, &json);
		demo_scope_set(scope, variables->items[i].name, buf_text(&json));
		buf_release(&json);
	}
}

/* ---- one object ---- */

static struct story_object *post(struct demo_story *story, const struct making *making,
	const struct demo_scope *scope, struct story_object *object, struct error *err)
{
	const struct story_entry *entry = making->entry;
	char *path = story_path(object->kind, entry->version, object->ns, NULL, NULL);
	struct story_object *added = NULL;
	struct buf body = BUF_INIT(DEMO_BODY_MAX);
	struct buf answer;
	struct object made;
	int code;

	demo_template_expand(entry->object, scope, &body);
	code = story_send(story,
		&(struct story_request){ "POST", path, entry->manager, buf_str(&body) }, &answer);
	if (code == 201 && object_scan(buf_str(&answer), &made, err) == 0) {
		object->uid = str_dup(made.uid);
		object->parent_id = making->parent ? making->parent->id : 0;
		added = story_object_add(story, *object);
	} else {
		error_set(err, ERROR_INVALID, "%s: %d: " STR_FMT, object->name, code,
			STR_ARG(buf_str(&answer)));
		free(object->ns);
		free(object->name);
	}
	buf_release(&answer);
	buf_release(&body);
	free(path);
	return added;
}

/* A create sets no status: what runs sends it as the next thing, as a controller does. */
static void send_status(
	struct demo_story *story, const struct story_object *object, const struct demo_scope *scope)
{
	const struct story_entry *entry = object->entry;
	struct buf body = BUF_INIT(DEMO_BODY_MAX);
	char *path;

	if (story->starting || !entry->status || !entry->kind->status)
		return;
	path = story_object_path(object, entry->version, "status");
	demo_template_expand(entry->status, scope, &body);
	story_send(story,
		&(struct story_request){ "PATCH", path,
			entry->controller ? entry->controller : entry->manager, buf_str(&body) },
		NULL);
	buf_release(&body);
	free(path);
}

static char *name_of(const struct making *making, const struct demo_scope *scope)
{
	char *name = demo_template_text(making->entry->object_name, scope);
	char *copy;

	if (making->index < making->base)
		return name;
	copy = mem_printf("%.*s-%zu", NAME_MAX_LEN - 8, name, making->index - making->base + 1);
	free(name);
	return copy;
}

static int make_children(struct demo_story *story, const struct story_entry *entry,
	const struct demo_scope *scope, const struct story_object *parent, struct error *err)
{
	for (size_t i = 0; i < entry->n_children; i++) {
		struct story_entry *child = entry->children[i];

		if (child->start && story_make(story, child, scope, parent, err) < 0)
			return -1;
	}
	return 0;
}

static int make_object(struct demo_story *story, const struct making *making,
	struct demo_scope *scope, struct error *err)
{
	struct story_entry *entry = making->entry;
	struct story_object object = { .kind = entry->kind, .entry = entry };
	struct story_object *added;

	object.ns = entry->ns ? demo_template_text(entry->ns, scope) : mem_strdup("");
	object.name = name_of(making, scope);
	demo_scope_set_text(scope, "ns", object.ns);
	demo_scope_set_text(scope, "name", object.name);
	added = post(story, making, scope, &object, err);
	if (!added)
		return -1;
	send_status(story, added, scope);
	for (size_t i = 0; i < entry->then.count; i++)
		story_step(
			story, &entry->then.items[i], added, scope, entry->manager, entry->version);
	return make_children(story, entry, scope, added, err);
}

static int make_one(struct demo_story *story, const struct making *making,
	const struct demo_scope *up, struct error *err)
{
	struct demo_scope scope = { .up = up, .random = &making->entry->random };
	int rc;

	set_loops(&scope, making);
	set_index(&scope, making);
	set_times(story, &scope, making->entry);
	set_parent(&scope, making->parent);
	set_variables(&scope, &making->entry->variables);
	rc = make_object(story, making, &scope, err);
	demo_scope_release(&scope);
	return rc;
}

/* ---- entries ---- */

static void keep_some(
	struct demo_story *story, struct story_entry *entry, const struct story_object *parent)
{
	uint64_t id = parent ? parent->id : 0;
	struct story_object *oldest;
	size_t count;

	if (!entry->keep)
		return;
	while ((oldest = story_object_below(entry, id, true, &count)) && count > entry->keep)
		story_delete(story, oldest, entry->manager);
}

static int make_some(struct demo_story *story, struct making making, size_t copies,
	const struct demo_scope *up, struct error *err)
{
	int rc = 0;

	making.base = base_of(making.entry);
	for (; making.index < making.base + copies; making.index++) {
		if (make_one(story, &making, up, err) == 0)
			continue;
		rc = error_prefix(err, "entry %s", making.entry->name);
		if (story->starting)
			return rc;
	}
	keep_some(story, making.entry, making.parent);
	return rc;
}

int story_make(struct demo_story *story, struct story_entry *entry, const struct demo_scope *up,
	const struct story_object *parent, struct error *err)
{
	return make_some(story, (struct making){ .entry = entry, .parent = parent }, 0, up, err);
}

/* Made by itself at the start. */
static bool is_top(const struct story_entry *entry)
{
	return entry->start && !entry->child;
}

struct scaling {
	size_t objects; /* in all, by themselves */
	size_t weight;
};

static struct scaling measure(const struct story_data *data)
{
	struct scaling sum = { .objects = 0 };

	for (size_t i = 0; i < data->n_entries; i++) {
		const struct story_entry *entry = data->entries[i];

		if (!is_top(entry))
			continue;
		sum.objects += base_of(entry) * unit_of(entry);
		sum.weight += entry->weight;
	}
	return sum;
}

/* The copies that the scale option adds to an entry. */
static size_t copies_of(
	const struct demo_story *story, const struct story_entry *entry, struct scaling sum)
{
	size_t extra = story->options.scale > sum.objects ? story->options.scale - sum.objects : 0;

	return sum.weight ? extra * entry->weight / sum.weight / unit_of(entry) : 0;
}

/* Conversion by a webhook that is not there begins once the objects are. */
static int switch_conversion(struct demo_story *story, struct story_kind *kind, struct error *err)
{
	struct demo_scope scope = { .random = &story->random };
	struct buf body = BUF_INIT(DEMO_BODY_MAX);
	char *path = mem_printf("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/%s.%s",
		kind->plural, kind->group);
	struct buf answer;
	int code;

	demo_template_expand(kind->webhook, &scope, &body);
	code = story_send(story,
		&(struct story_request){ "PATCH", path, "platform-installer", buf_str(&body) },
		&answer);
	if (code != 200)
		error_set(err, ERROR_INVALID, "kind %s: %d: " STR_FMT, kind->kind, code,
			STR_ARG(buf_str(&answer)));
	buf_release(&answer);
	buf_release(&body);
	free(path);
	return code == 200 ? 0 : -1;
}

static int make_kinds(struct demo_story *story, struct error *err)
{
	for (size_t i = 0; i < story->data.n_kinds; i++) {
		struct story_kind *kind = story->data.kinds[i];

		if (kind->crd && !kind->later && story_install(story, kind, err) < 0)
			return -1;
		if (kind->forbidden) {
			char *name = mem_printf("%s.%s", kind->plural, kind->group);

			texts_add(&story->server->forbidden, &story->server->n_forbidden, name);
			free(name);
		}
	}
	return 0;
}

int story_make_all(struct demo_story *story, struct error *err)
{
	struct scaling sum = measure(&story->data);

	if (make_kinds(story, err) < 0)
		return -1;
	for (size_t i = 0; i < story->data.n_entries; i++) {
		struct story_entry *entry = story->data.entries[i];

		if (is_top(entry) && make_some(story, (struct making){ .entry = entry },
					     copies_of(story, entry, sum), NULL, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < story->data.n_kinds; i++) {
		struct story_kind *kind = story->data.kinds[i];

		if (kind->webhook && switch_conversion(story, kind, err) < 0)
			return -1;
	}
	return 0;
}
