/*
 * Steps: what a controller does in one go. See story_data.h.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/story_data.h"
#include "demo/template.h"
#include "json/doc.h"

#define NOT_IN_MANAGERS "/?#&=% \"\\"

static const char *const step_keys[] = { "after", "manager", "version", "at", "patch", "status",
	"conditions", "event", "create", "install", "uninstall", "delete", NULL };
static const char *const event_keys[] = { "type", "reason", "note", "action", "ago", NULL };

int story_range_parse(
	const struct doc *object, const char *key, struct story_range *ret, struct error *err)
{
	const char *text = doc_string(object, key);
	struct story_range range;

	if (!doc_get(object, key))
		return 0;
	if (!text || demo_duration_range(str_of(text), &range.from, &range.to) < 0)
		return error_set(err, ERROR_INVALID, "%s: no duration", key);
	*ret = range;
	return 0;
}

int story_template_parse(const struct doc *value, struct demo_template **ret, struct error *err)
{
	struct demo_template *template;

	if (!value)
		return 0;
	template = demo_template_new(value, err);
	if (!template)
		return -1;
	*ret = template;
	return 0;
}

static int add_condition(struct doc *list, const struct doc *form, const char *time,
	const char *generation, struct error *err)
{
	static const char *const keys[] = { "status", "reason", "message", "lastTransitionTime" };
	struct doc *condition = doc_append_object(list);
	const struct doc *value = doc_first(form);
	size_t i;

	doc_add_string(condition, "type", doc_key(form));
	for (i = 0; i < 4 && value; i++, value = doc_next(value)) {
		char *text = doc_scalar(value);

		if (!text)
			return error_set(err, ERROR_INVALID, "condition %s: texts are needed",
				doc_key(form));
		if (i == 0) /* YAML takes True for the boolean */
			text[0] = (char)toupper((unsigned char)text[0]);
		doc_add_string(condition, keys[i], text);
		free(text);
	}
	if (i < 3 || value)
		return error_set(
			err, ERROR_INVALID, "condition %s: status, reason, message", doc_key(form));
	if (i < 4)
		doc_add_string(condition, keys[3], time);
	doc_add_raw(condition, "observedGeneration", generation);
	return 0;
}

struct doc *story_conditions(
	const struct doc *form, const char *time, const char *generation, struct error *err)
{
	struct doc *holder = doc_new_object();
	struct doc *list = doc_add_array(holder, "conditions");
	int rc = doc_is_object(form)
			 ? 0
			 : error_set(err, ERROR_INVALID, "conditions: a mapping is needed");

	for (form = doc_first(form); form && rc == 0; form = doc_next(form))
		rc = add_condition(list, form, time, generation, err);
	list = rc == 0 ? doc_take(holder, "conditions") : NULL;
	doc_free(holder);
	return list;
}

/* ---- one step ---- */

static int parse_event(const struct doc *form, struct story_step *step, struct error *err)
{
	struct story_event *event;

	if (!form)
		return 0;
	event = step->event = mem_zalloc(sizeof(*event));
	if (story_keys(form, event_keys, err) < 0 ||
		story_template_parse(doc_get(form, "type"), &event->type, err) < 0 ||
		story_template_parse(doc_get(form, "reason"), &event->reason, err) < 0 ||
		story_template_parse(doc_get(form, "note"), &event->note, err) < 0 ||
		story_template_parse(doc_get(form, "action"), &event->action, err) < 0 ||
		story_range_parse(form, "ago", &event->ago, err) < 0)
		return error_prefix(err, "event");
	if (!event->reason || !event->note)
		return error_set(err, ERROR_INVALID, "event: reason and note are needed");
	return 0;
}

static int parse_conditions(const struct doc *form, struct story_step *step, struct error *err)
{
	struct doc *list;
	int rc;

	if (!form)
		return 0;
	list = story_conditions(form, "${now}", "\"${.metadata.generation}\"", err);
	if (!list)
		return -1;
	rc = story_template_parse(list, &step->conditions, err);
	doc_free(list);
	return rc;
}

static int parse_status(const struct doc *status, struct story_step *step, struct error *err)
{
	struct doc *patch;
	int rc;

	if (!status)
		return 0;
	patch = doc_new_object();
	doc_set(patch, "status", doc_dup(status));
	rc = story_template_parse(patch, &step->status, err);
	doc_free(patch);
	return rc;
}

static int find_kind(const struct doc *form, const char *key, const struct story_data *data,
	struct story_kind **ret, struct error *err)
{
	const char *name = doc_string(form, key);

	if (!name)
		return 0;
	*ret = story_data_kind(data, name);
	return *ret ? 0 : error_set(err, ERROR_INVALID, "%s: no kind \"%s\"", key, name);
}

static char *text_member(const struct doc *form, const char *key)
{
	const char *text = doc_string(form, key);

	return text ? mem_strdup(text) : NULL;
}

static int parse_step(const struct doc *form, const struct story_data *data,
	struct story_step *step, struct error *err)
{
	if (story_keys(form, step_keys, err) < 0)
		return -1;
	step->manager = text_member(form, "manager");
	step->version = text_member(form, "version");
	step->at_name = text_member(form, "at");
	step->create_name = text_member(form, "create");
	step->delete = doc_bool(form, "delete");
	if (step->manager && strpbrk(step->manager, NOT_IN_MANAGERS))
		return error_set(err, ERROR_INVALID, "no manager's name: %s", step->manager);
	if (story_range_parse(form, "after", &step->after, err) < 0 ||
		story_template_parse(doc_get(form, "patch"), &step->patch, err) < 0 ||
		parse_status(doc_get(form, "status"), step, err) < 0 ||
		parse_conditions(doc_get(form, "conditions"), step, err) < 0 ||
		parse_event(doc_get(form, "event"), step, err) < 0)
		return -1;
	if (find_kind(form, "install", data, &step->install, err) < 0)
		return -1;
	return find_kind(form, "uninstall", data, &step->uninstall, err);
}

int story_steps_parse(const struct doc *list, const struct story_data *data,
	struct story_steps *ret, struct error *err)
{
	if (list && !doc_is_array(list))
		return error_set(err, ERROR_INVALID, "steps: a list is needed");
	for (const struct doc *form = doc_first(list); form; form = doc_next(form)) {
		ret->items = mem_realloc_array(ret->items, ret->count + 1, sizeof(*ret->items));
		ret->items[ret->count] = (struct story_step){ .delete = false };
		if (parse_step(form, data, &ret->items[ret->count++], err) < 0)
			return error_prefix(err, "step %zu", ret->count);
	}
	return 0;
}

static int check_event(
	const struct story_event *event, char *const *names, size_t count, struct error *err)
{
	if (!event)
		return 0;
	if (demo_template_check(event->type, names, count, err) < 0 ||
		demo_template_check(event->reason, names, count, err) < 0 ||
		demo_template_check(event->action, names, count, err) < 0)
		return -1;
	return demo_template_check(event->note, names, count, err);
}

int story_steps_check(
	const struct story_steps *steps, char *const *names, size_t count, struct error *err)
{
	for (size_t i = 0; i < steps->count; i++) {
		const struct story_step *step = &steps->items[i];

		if (demo_template_check(step->patch, names, count, err) < 0 ||
			demo_template_check(step->status, names, count, err) < 0 ||
			demo_template_check(step->conditions, names, count, err) < 0 ||
			check_event(step->event, names, count, err) < 0)
			return error_prefix(err, "step %zu", i + 1);
	}
	return 0;
}

static void free_event(struct story_event *event)
{
	if (!event)
		return;
	demo_template_free(event->type);
	demo_template_free(event->reason);
	demo_template_free(event->note);
	demo_template_free(event->action);
	free(event);
}

void story_steps_release(struct story_steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		struct story_step *step = &steps->items[i];

		free(step->manager);
		free(step->version);
		free(step->at_name);
		free(step->create_name);
		demo_template_free(step->patch);
		demo_template_free(step->status);
		demo_template_free(step->conditions);
		free_event(step->event);
	}
	free(steps->items);
	*steps = (struct story_steps){ .count = 0 };
}
