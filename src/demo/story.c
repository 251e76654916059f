/*
 * What is due when: behaviours and their runs in a heap, and the rate. See story.h.
 */
#include "demo/story.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "demo/story_run.h"
#include "demo/story_yaml.h"

#define BACKLOG	     (10 * CLOCK_S) /* of a behaviour that is late; what is more is dropped */
#define PROBE_TICK   (5 * CLOCK_MS)
#define PROBE_BEHIND CLOCK_S

/* ---- the heap ---- */

static bool is_before(const struct story_due *a, const struct story_due *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void swap(struct story_due *a, struct story_due *b)
{
	struct story_due t = *a;

	*a = *b;
	*b = t;
}

void story_put(struct demo_story *story, int64_t at, struct story_behaviour *behaviour,
	struct story_play *play)
{
	size_t i = story->n_heap++;

	story->heap =
		array_reserve(story->heap, &story->cap_heap, story->n_heap, sizeof(*story->heap));
	story->heap[i] = (struct story_due){ at, ++story->order, behaviour, play };
	for (; i > 0 && is_before(&story->heap[i], &story->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&story->heap[i], &story->heap[(i - 1) / 2]);
}

static struct story_due take_first(struct demo_story *story)
{
	struct story_due first = story->heap[0];
	size_t i = 0;

	story->heap[0] = story->heap[--story->n_heap];
	for (;;) {
		size_t least = i;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < story->n_heap; child++)
			if (is_before(&story->heap[child], &story->heap[least]))
				least = child;
		if (least == i)
			return first;
		swap(&story->heap[i], &story->heap[least]);
		i = least;
	}
}

/* ---- the rate ---- */

static bool has_rate(const struct demo_story *story)
{
	return story->options.rate && story->n_probed && !story->options.paused;
}

static int64_t next_probe(const struct demo_story *story)
{
	int64_t at =
		story->probe_at + (story->probe_count + 1) * CLOCK_S / (int64_t)story->options.rate;
	int64_t tick = story->probe_at +
		       story->probe_count * CLOCK_S / (int64_t)story->options.rate + PROBE_TICK;

	return at > tick ? at : tick;
}

static void probe_one(struct demo_story *story)
{
	struct story_object *object = story->probed[story->probe_next++ % story->n_probed];
	int64_t load = demo_random_between(&story->random, 0, 100);
	char *body = mem_printf("{\"status\":{\"%s\":%lld}}", object->kind->probe, (long long)load);
	char *path = story_object_path(object, NULL, "status");
	int code = story_send(
		story, &(struct story_request){ "PATCH", path, "load-probe", str_of(body) }, NULL);

	if (code == 404)
		story_object_forget(story, object);
	free(path);
	free(body);
}

static void run_probes(struct demo_story *story)
{
	int64_t rate = story->options.rate;
	int64_t now = clock_now();
	int64_t due;

	if (!has_rate(story) || next_probe(story) > now)
		return;
	if (now - story->probe_at > PROBE_BEHIND + story->probe_count * CLOCK_S / rate) {
		story->probe_at = now - PROBE_BEHIND;
		story->probe_count = 0;
	}
	due = (now - story->probe_at) / 1000 * rate / 1000000;
	for (; story->probe_count < due && story->n_probed; story->probe_count++)
		probe_one(story);
	/* Starts again each second, so that nothing grows. */
	if (story->probe_count >= rate) {
		story->probe_at += CLOCK_S;
		story->probe_count -= rate;
	}
}

/* ---- running ---- */

int64_t demo_story_next(const struct demo_story *story)
{
	int64_t next = story->n_heap ? story->heap[0].at : INT64_MAX;

	if (has_rate(story) && next_probe(story) < next)
		next = next_probe(story);
	return next;
}

static void run_behaviour(struct demo_story *story, struct story_due due)
{
	struct story_behaviour *b = due.behaviour;
	int64_t next = due.at + story_range_pick(&b->every, &b->random);

	if (b->every.to > 0)
		story_put(story, next < clock_now() - BACKLOG ? clock_now() : next, b, NULL);
	story_play_start(story, b);
}

void demo_story_run(struct demo_story *story)
{
	int64_t now = clock_now();

	run_probes(story);
	while (story->n_heap && story->heap[0].at <= now) {
		struct story_due due = take_first(story);

		if (due.behaviour)
			run_behaviour(story, due);
		else
			story_play_go_on(story, due.play);
	}
}

/* ---- life ---- */

static void start_behaviours(struct demo_story *story)
{
	for (size_t i = 0; i < story->data.n_behaviours; i++) {
		struct story_behaviour *b = &story->data.behaviours[i];

		story_put(story, clock_now() + story_range_pick(&b->after, &b->random), b, NULL);
	}
}

struct demo_story *story_new(struct demo_server *server, const struct demo_story_options *options,
	struct str yaml, struct error *err)
{
	struct demo_story *story = mem_zalloc(sizeof(*story));

	story->server = server;
	story->options = *options;
	story->starting = true;
	demo_random_init(&story->random, options->seed, "story");
	if (story_data_parse(yaml, options->seed, &story->data, err) < 0 ||
		story_make_all(story, err) < 0) {
		error_prefix(err, "story.yaml");
		demo_story_free(story);
		return NULL;
	}
	story->starting = false;
	story->probe_at = clock_now();
	if (!options->paused)
		start_behaviours(story);
	return story;
}

struct demo_story *demo_story_new(
	struct demo_server *server, const struct demo_story_options *options, struct error *err)
{
	return story_new(server, options, str_of(demo_story_yaml), err);
}

void demo_story_free(struct demo_story *story)
{
	if (!story)
		return;
	for (size_t i = 0; i < story->n_heap; i++)
		story_play_free(story->heap[i].play);
	for (size_t i = 0; i < story->data.n_kinds; i++) {
		struct story_kind *kind = story->data.kinds[i];

		while (kind->count > 0)
			story_object_forget(story, kind->objects[kind->count - 1]);
	}
	for (size_t i = 0; i < story->n_said; i++) {
		free(story->said[i].key);
		free(story->said[i].path);
	}
	free(story->refusal);
	free(story->heap);
	free(story->probed);
	story_data_release(&story->data);
	free(story);
}
