/*
 * Which objects the story has made. See story_run.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "demo/story_run.h"

#define NOWHERE SIZE_MAX

struct story_object *story_object_add(struct demo_story *story, struct story_object object)
{
	struct story_kind *kind = object.kind;
	struct story_object *copy = mem_dup(&object, sizeof(object));

	copy->refs = 1;
	copy->id = ++story->last_id;
	kind->objects = array_reserve(
		kind->objects, &kind->cap, kind->count + 1, sizeof(struct story_object *));
	copy->kind_at = kind->count;
	kind->objects[kind->count++] = copy;
	copy->probe_at = NOWHERE;
	if (!kind->probe || !story->options.rate)
		return copy;
	story->probed = array_reserve(story->probed, &story->cap_probed, story->n_probed + 1,
		sizeof(struct story_object *));
	copy->probe_at = story->n_probed;
	story->probed[story->n_probed++] = copy;
	return copy;
}

void story_object_forget(struct demo_story *story, struct story_object *object)
{
	struct story_kind *kind = object->kind;

	if (object->gone)
		return;
	object->gone = true;
	kind->objects[object->kind_at] = kind->objects[--kind->count];
	kind->objects[object->kind_at]->kind_at = object->kind_at;
	if (object->probe_at != NOWHERE) {
		story->probed[object->probe_at] = story->probed[--story->n_probed];
		story->probed[object->probe_at]->probe_at = object->probe_at;
	}
	story_object_unref(object);
}

void story_object_forget_tree(struct demo_story *story, struct story_object *object)
{
	uint64_t id = object->id;

	story_object_forget(story, object);
	for (size_t i = 0; i < story->data.n_kinds; i++) {
		struct story_kind *kind = story->data.kinds[i];
		size_t k = 0;

		/* What is forgotten may be anywhere in the list: it starts again. */
		while (k < kind->count) {
			struct story_object *below = kind->objects[k];

			if (below->parent_id != id || !below->entry->owned) {
				k++;
				continue;
			}
			story_object_forget_tree(story, below);
			k = 0;
		}
	}
}

void story_object_unref(struct story_object *object)
{
	if (!object || --object->refs > 0)
		return;
	free(object->ns);
	free(object->name);
	free(object->uid);
	free(object);
}

struct story_object *story_object_below(
	const struct story_entry *entry, uint64_t parent_id, bool oldest, size_t *ret_count)
{
	const struct story_kind *kind = entry->kind;
	struct story_object *found = NULL;
	size_t count = 0;

	for (size_t i = 0; i < kind->count; i++) {
		struct story_object *object = kind->objects[i];

		if (object->entry != entry || object->parent_id != parent_id)
			continue;
		count++;
		if (!found || (object->id < found->id) == oldest)
			found = object;
	}
	*ret_count = count;
	return found;
}

static bool fits(const struct story_behaviour *b, const struct story_object *object)
{
	if (object->busy || (b->pick_entry && object->entry != b->pick_entry))
		return false;
	if (b->pick_ns && strcmp(object->ns, b->pick_ns) != 0)
		return false;
	return !b->pick_name || strcmp(object->name, b->pick_name) == 0;
}

struct story_object *story_object_pick(struct story_behaviour *b)
{
	const struct story_kind *kind = b->pick_entry ? b->pick_entry->kind : b->pick_kind;
	int64_t count = 0;
	int64_t chosen;

	for (size_t i = 0; i < kind->count; i++)
		count += fits(b, kind->objects[i]);
	if (count == 0)
		return NULL;
	chosen = demo_random_between(&b->random, 0, count - 1);
	for (size_t i = 0; i < kind->count; i++) {
		if (fits(b, kind->objects[i]) && chosen-- == 0)
			return kind->objects[i];
	}
	return NULL;
}
