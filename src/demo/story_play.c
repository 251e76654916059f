/*
 * Behaviours run: each run is about one object and goes through its steps. See
 * story_run.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "demo/story_run.h"
#include "json/doc.h"

/* A step on its way. */
struct acting {
	struct demo_story *story;
	const struct story_step *step;
	struct story_object *object;
	const struct demo_scope *scope; /* with the object as it is now */
	const char *manager, *version;
};

/* ---- what it is about, as it is now ---- */

/* NULL when the server does not give it; one that is not there any more is
 * forgotten. */
static struct doc *get(struct demo_story *story, struct story_object *object, const char *version)
{
	char *path = story_object_path(object, version, NULL);
	struct doc *doc = NULL;
	struct buf body;
	int code = story_send(story, &(struct story_request){ "GET", path, NULL, STR("") }, &body);

	if (code == 200)
		doc = doc_parse(buf_str(&body), NULL);
	else if (code == 404)
		story_object_forget(story, object);
	buf_release(&body);
	free(path);
	return doc;
}

/* ---- writing ---- */

static void send_patch(const struct acting *acting, const char *sub, struct str body)
{
	char *path = story_object_path(acting->object, acting->version, sub);

	story_send(acting->story, &(struct story_request){ "PATCH", path, acting->manager, body },
		NULL);
	free(path);
}

static void patch(const struct acting *acting, const struct demo_template *template)
{
	struct buf body = BUF_INIT(DEMO_BODY_MAX);

	if (!template)
		return;
	demo_template_expand(template, acting->scope, &body);
	send_patch(acting, NULL, buf_str(&body));
	buf_release(&body);
}

static struct doc *expand(const struct demo_template *template, const struct demo_scope *scope)
{
	struct buf text = BUF_INIT(DEMO_BODY_MAX);
	struct doc *doc;

	demo_template_expand(template, scope, &text);
	doc = doc_parse(buf_str(&text), NULL);
	buf_release(&text);
	return doc;
}

/* One condition into the list: the time of a status that stays is kept. */
static void set_condition(struct doc *list, struct doc *condition)
{
	const char *type = doc_string(condition, "type");
	struct doc *old;

	for (size_t i = 0; (old = doc_item(list, i)); i++) {
		const char *old_type = doc_string(old, "type");
		const char *status = doc_string(condition, "status");
		const char *old_status = doc_string(old, "status");
		const struct doc *time = doc_get(old, "lastTransitionTime");

		if (!type || !old_type || strcmp(type, old_type) != 0)
			continue;
		if (time && status && old_status && strcmp(status, old_status) == 0)
			doc_set(condition, "lastTransitionTime", doc_dup(time));
		doc_free(doc_take_item(list, i));
		doc_insert(list, i, condition);
		return;
	}
	doc_insert(list, SIZE_MAX, condition);
}

static void merge_conditions(struct doc *status, struct doc *news, const struct doc *object)
{
	const struct doc *old = doc_get(doc_get(object, "status"), "conditions");
	struct doc *list = doc_is_array(old) ? doc_dup(old) : doc_add_array(status, "conditions");
	struct doc *condition;

	while ((condition = doc_take_item(news, 0)))
		set_condition(list, condition);
	if (doc_is_array(old))
		doc_set(status, "conditions", list);
}

static void patch_status(const struct acting *acting)
{
	const struct story_step *step = acting->step;
	struct doc *body, *news;
	char *text;

	if (!step->status && !step->conditions)
		return;
	body = step->status ? expand(step->status, acting->scope) : doc_new_object();
	if (!doc_member(body, "status"))
		doc_add_object(body, "status");
	if (step->conditions) {
		news = expand(step->conditions, acting->scope);
		merge_conditions(doc_member(body, "status"), news, acting->scope->object);
		doc_free(news);
	}
	text = doc_print(body);
	send_patch(acting, acting->object->kind->status ? "status" : NULL, str_of(text));
	free(text);
	doc_free(body);
}

/* ---- steps ---- */

static void act_on_object(struct acting *acting, struct demo_scope *up)
{
	struct demo_scope scope = { .up = up };
	struct doc *doc = get(acting->story, acting->object, acting->version);

	if (!acting->object->gone) {
		scope.object = doc;
		acting->scope = &scope;
		patch(acting, acting->step->patch);
		patch_status(acting);
		if (acting->step->event)
			story_say(acting->story, acting->object, acting->step->event, &scope,
				acting->manager);
		if (acting->step->delete)
			story_delete(acting->story, acting->object, acting->manager);
	}
	doc_free(doc);
	demo_scope_release(&scope);
}

static void act_on_kinds(struct demo_story *story, const struct story_step *step)
{
	if (step->uninstall && step->uninstall->installed)
		story_uninstall(story, step->uninstall);
	if (step->install && !step->install->installed)
		story_install(story, step->install, NULL);
}

/* What is made below an object can say what the object says. */
static void create(struct demo_story *story, struct story_entry *entry, struct demo_scope *up,
	struct story_object *object, const char *version)
{
	struct demo_scope scope = { .up = up };
	struct doc *doc;

	if (!object) {
		story_make(story, entry, up, NULL, NULL);
		return;
	}
	object->refs++;
	doc = get(story, object, version);
	scope.object = doc;
	if (!object->gone)
		story_make(story, entry, &scope, object, NULL);
	doc_free(doc);
	story_object_unref(object);
}

void story_step(struct demo_story *story, const struct story_step *step,
	struct story_object *object, struct demo_scope *scope, const char *manager,
	const char *version)
{
	struct acting acting = {
		.story = story,
		.step = step,
		.object = object,
		.manager = step->manager ? step->manager : manager,
		.version = step->version ? step->version : version,
	};
	size_t count;

	act_on_kinds(story, step);
	if (step->at) {
		acting.object =
			story_object_below(step->at, object ? object->id : 0, false, &count);
		acting.version = step->version;
	}
	if (acting.object) {
		acting.object->refs++;
		act_on_object(&acting, scope);
		story_object_unref(acting.object);
	}
	if (step->create && (!object || !object->gone))
		create(story, step->create, scope, object, version);
}

/* ---- runs ---- */

static void set_variables(struct story_play *play)
{
	const struct story_variables *variables = &play->behaviour->variables;

	for (size_t i = 0; i < variables->count; i++) {
		struct buf json = BUF_INIT(DEMO_BODY_MAX);

		demo_template_expand(variables->items[i].value, &play->scope, &json);
		demo_scope_set(&play->scope, variables->items[i].name, buf_text(&json));
		buf_release(&json);
	}
}

static void set_names(struct demo_story *story, struct story_play *play)
{
	char *run = mem_printf("%llu", (unsigned long long)++story->runs);

	demo_scope_set(&play->scope, "run", run);
	free(run);
	if (!play->object)
		return;
	demo_scope_set_text(&play->scope, "ns", play->object->ns);
	demo_scope_set_text(&play->scope, "name", play->object->name);
	demo_scope_set_text(&play->scope, "uid", play->object->uid);
}

static bool holds(const struct demo_template *when, const struct demo_scope *scope)
{
	struct doc *pair = when ? expand(when, scope) : NULL;
	bool same = !when || (pair && doc_equal(doc_item(pair, 0), doc_item(pair, 1)));

	doc_free(pair);
	return same;
}

static bool begin(struct demo_story *story, struct story_play *play)
{
	struct story_behaviour *b = play->behaviour;
	struct doc *doc = NULL;
	bool does;

	play->scope.random = &b->random;
	if (b->pick_kind || b->pick_entry) {
		play->object = story_object_pick(b);
		if (!play->object)
			return false;
		play->object->refs++;
		play->object->busy = true;
	}
	set_names(story, play);
	if (play->object && (b->variables.count || b->when))
		doc = get(story, play->object, b->version);
	play->scope.object = doc;
	set_variables(play);
	does = holds(b->when, &play->scope);
	play->scope.object = NULL;
	doc_free(doc);
	return does;
}

void story_play_start(struct demo_story *story, struct story_behaviour *behaviour)
{
	struct story_play *play = mem_zalloc(sizeof(*play));

	play->behaviour = behaviour;
	if (!begin(story, play))
		story_play_free(play);
	else
		story_put(story,
			clock_now() + story_range_pick(
					      &behaviour->steps.items[0].after, &behaviour->random),
			NULL, play);
}

void story_play_go_on(struct demo_story *story, struct story_play *play)
{
	struct story_behaviour *b = play->behaviour;

	while (play->next < b->steps.count && !(play->object && play->object->gone)) {
		story_step(story, &b->steps.items[play->next++], play->object, &play->scope,
			b->manager, b->version);
		if (play->next < b->steps.count && b->steps.items[play->next].after.to > 0) {
			story_put(story,
				clock_now() + story_range_pick(&b->steps.items[play->next].after,
						      &b->random),
				NULL, play);
			return;
		}
	}
	story_play_free(play);
}

void story_play_free(struct story_play *play)
{
	if (!play)
		return;
	if (play->object)
		play->object->busy = false;
	story_object_unref(play->object);
	demo_scope_release(&play->scope);
	free(play);
}
