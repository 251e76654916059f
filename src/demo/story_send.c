/*
 * What controllers ask of the server, and Events. See story_run.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "demo/story_run.h"
#include "json/doc.h"

#define NAME_OF_EVENT 230 /* bytes of the object's name in it: 253 with what follows */

char *story_path(const struct story_kind *kind, const char *version, const char *ns,
	const char *name, const char *sub)
{
	return mem_printf("%s%s/%s%s%s/%s%s%s%s%s", *kind->group ? "/apis/" : "/api", kind->group,
		version, *ns ? "/namespaces/" : "", ns, kind->plural, name ? "/" : "",
		name ? name : "", sub ? "/" : "", sub ? sub : "");
}

char *story_object_path(const struct story_object *object, const char *version, const char *sub)
{
	return story_path(object->kind, version ? version : object->kind->version, object->ns,
		object->name, sub);
}

int story_send(struct demo_story *story, const struct story_request *request, struct buf *ret_body)
{
	const char *manager = request->manager ? request->manager : "crwatch-story";
	char *query = mem_printf("fieldManager=%s", manager);
	struct demo_request serve = {
		.method = request->method,
		.path = request->path,
		.query = strcmp(request->method, "GET") == 0 ? NULL : query,
		.accept = "application/json",
		.content_type = strcmp(request->method, "PATCH") == 0
					? "application/merge-patch+json"
					: "application/json",
		.user_agent = manager,
		.past = story->starting,
		.body = request->body,
	};
	struct demo_answer answer;
	int code;

	demo_serve(story->server, &serve, &answer);
	code = answer.code;
	if (code >= 400 && serve.query) {
		story->refused++;
		free(story->refusal);
		story->refusal = mem_printf("%s %s " STR_FMT ": %d " STR_FMT, serve.method,
			serve.path, STR_ARG(serve.body), code, STR_ARG(buf_str(&answer.body)));
	}
	if (ret_body) {
		*ret_body = answer.body;
		buf_init(&answer.body, DEMO_ANSWER_MAX);
	}
	demo_answer_release(&answer);
	free(query);
	return code;
}

/* ---- kinds ---- */

static const char crd_path[] = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

int story_install(struct demo_story *story, struct story_kind *kind, struct error *err)
{
	struct demo_scope scope = { .random = &story->random };
	struct buf body = BUF_INIT(DEMO_BODY_MAX);
	struct buf answer;
	char text[DEMO_TIME_SIZE];
	int64_t days = story->starting ? demo_random_between(&story->random, 200, 400) : 0;
	int code;

	demo_time_text(clock_wall() - days * 86400 * CLOCK_S, text);
	demo_scope_set_text(&scope, "created", text);
	demo_template_expand(kind->crd, &scope, &body);
	code = story_send(story,
		&(struct story_request){ "POST", crd_path, "platform-installer", buf_str(&body) },
		&answer);
	kind->installed = code == 201;
	if (!kind->installed)
		error_set(err, ERROR_INVALID, "kind %s: %d: " STR_FMT, kind->kind, code,
			STR_ARG(buf_str(&answer)));
	buf_release(&answer);
	buf_release(&body);
	demo_scope_release(&scope);
	return kind->installed ? 0 : -1;
}

void story_uninstall(struct demo_story *story, struct story_kind *kind)
{
	char *path = mem_printf("%s/%s.%s", crd_path, kind->plural, kind->group);

	story_send(story, &(struct story_request){ "DELETE", path, "platform-installer", STR("") },
		NULL);
	while (kind->count > 0)
		story_object_forget(story, kind->objects[kind->count - 1]);
	kind->installed = false;
	free(path);
}

void story_delete(struct demo_story *story, struct story_object *object, const char *manager)
{
	char *path = story_object_path(object, NULL, NULL);

	story_send(story, &(struct story_request){ "DELETE", path, manager, STR("") }, NULL);
	story_object_forget_tree(story, object);
	free(path);
}

/* ---- Events ---- */

static char *part(
	const struct demo_template *template, const struct demo_scope *scope, const char *otherwise)
{
	return template ? demo_template_text(template, scope) : mem_strdup(otherwise);
}

static void free_said(struct story_said *said)
{
	free(said->key);
	free(said->path);
}

/* The place for a new one; the oldest goes when the ring is full. */
static struct story_said *next_said(struct demo_story *story)
{
	struct story_said *said;

	if (story->n_said < STORY_EVENTS)
		return &story->said[story->n_said++];
	said = &story->said[story->first_said];
	story->first_said = (story->first_said + 1) % STORY_EVENTS;
	story_send(story, &(struct story_request){ "DELETE", said->path, "event-janitor", STR("") },
		NULL);
	free_said(said);
	return said;
}

static struct story_said *find_said(struct demo_story *story, const char *key)
{
	for (size_t i = 0; i < story->n_said; i++) {
		if (strcmp(story->said[i].key, key) == 0)
			return &story->said[i];
	}
	return NULL;
}

struct saying {
	const struct story_object *object;
	const char *manager;
	char *type, *reason, *action, *note;
	int64_t wall;
	char name[NAME_OF_EVENT + 24];
};

static void add_regarding(struct doc *event, const struct story_object *object)
{
	struct doc *regarding = doc_add_object(event, "regarding");
	const struct story_kind *kind = object->kind;
	char *version = mem_printf("%s%s%s", kind->group, *kind->group ? "/" : "", kind->version);

	doc_add_string(regarding, "apiVersion", version);
	doc_add_string(regarding, "kind", kind->kind);
	doc_add_string(regarding, "name", object->name);
	if (*object->ns)
		doc_add_string(regarding, "namespace", object->ns);
	doc_add_string(regarding, "uid", object->uid);
	free(version);
}

static const char *event_ns(const struct story_object *object)
{
	return *object->ns ? object->ns : "default";
}

static char *new_event(const struct saying *saying)
{
	struct doc *event = doc_new_object();
	struct doc *metadata, *source;
	char seconds[DEMO_TIME_SIZE], micro[DEMO_TIME_SIZE];
	char *instance = mem_printf("%s-0", saying->manager);
	char *text;

	demo_time_text(saying->wall, seconds);
	demo_time_micro(saying->wall, micro);
	doc_add_string(event, "apiVersion", "events.k8s.io/v1");
	doc_add_string(event, "kind", "Event");
	metadata = doc_add_object(event, "metadata");
	doc_add_string(metadata, "name", saying->name);
	doc_add_string(metadata, "namespace", event_ns(saying->object));
	doc_add_string(metadata, "creationTimestamp", seconds);
	doc_add_string(event, "eventTime", micro);
	doc_add_string(event, "reportingController", saying->manager);
	doc_add_string(event, "reportingInstance", instance);
	doc_add_string(event, "action", saying->action);
	doc_add_string(event, "reason", saying->reason);
	add_regarding(event, saying->object);
	doc_add_string(event, "note", saying->note);
	doc_add_string(event, "type", saying->type);
	source = doc_add_object(event, "deprecatedSource");
	doc_add_string(source, "component", saying->manager);
	doc_add_string(event, "deprecatedFirstTimestamp", seconds);
	doc_add_string(event, "deprecatedLastTimestamp", seconds);
	doc_set(event, "deprecatedCount", doc_new_i64(1));
	text = doc_print(event);
	doc_free(event);
	free(instance);
	return text;
}

/* Counts an Event up; false when it is not there any more. */
static bool repeat(struct demo_story *story, struct story_said *said, const struct saying *saying)
{
	struct doc *patch = doc_new_object();
	struct doc *series = doc_add_object(patch, "series");
	char seconds[DEMO_TIME_SIZE], micro[DEMO_TIME_SIZE];
	char *text;
	int code;

	demo_time_text(saying->wall, seconds);
	demo_time_micro(saying->wall, micro);
	doc_set(series, "count", doc_new_i64(++said->count));
	doc_add_string(series, "lastObservedTime", micro);
	doc_add_string(patch, "note", saying->note);
	doc_add_string(patch, "deprecatedLastTimestamp", seconds);
	doc_set(patch, "deprecatedCount", doc_new_i64(said->count));
	text = doc_print(patch);
	code = story_send(story,
		&(struct story_request){ "PATCH", said->path, saying->manager, str_of(text) },
		NULL);
	free(text);
	doc_free(patch);
	return code / 100 == 2;
}

static void say(struct demo_story *story, struct saying *saying)
{
	char *key = mem_printf("%s/%s/%s/%s/%s", saying->object->kind->kind, saying->object->ns,
		saying->object->name, saying->reason, saying->manager);
	struct story_said *said = find_said(story, key);
	char *body, *path;

	if (said && repeat(story, said, saying)) {
		free(key);
		return;
	}
	path = mem_printf("/apis/events.k8s.io/v1/namespaces/%s/events", event_ns(saying->object));
	body = new_event(saying);
	story_send(story, &(struct story_request){ "POST", path, saying->manager, str_of(body) },
		NULL);
	if (said)
		free_said(said);
	else
		said = next_said(story);
	*said = (struct story_said){ key, mem_printf("%s/%s", path, saying->name), 1 };
	free(body);
	free(path);
}

/* Of a long name what fits, ending as a part of a name may. */
static int name_part(const char *name)
{
	size_t len = strlen(name);

	if (len > NAME_OF_EVENT)
		len = NAME_OF_EVENT;
	while (len > 0 && (name[len - 1] == '-' || name[len - 1] == '.'))
		len--;
	return (int)len;
}

void story_say(struct demo_story *story, const struct story_object *object,
	const struct story_event *event, const struct demo_scope *scope, const char *manager)
{
	struct saying saying = { .object = object, .manager = manager };

	saying.type = part(event->type, scope, "Normal");
	saying.reason = part(event->reason, scope, "");
	saying.action = part(event->action, scope, saying.reason);
	saying.note = part(event->note, scope, "");
	saying.wall = clock_wall() - story_range_pick(&event->ago, &story->random);
	snprintf(saying.name, sizeof(saying.name), "%.*s.%016llx", name_part(object->name),
		object->name, (unsigned long long)demo_random_next(&story->random));
	say(story, &saying);
	free(saying.type);
	free(saying.reason);
	free(saying.action);
	free(saying.note);
}
