#include "cache/turns.h"

#include <stdlib.h>

#include "base/array.h"
#include "cache/entry.h"

void turns_release(struct turns *turns)
{
	free(turns->heap);
	*turns = (struct turns){ NULL, 0, 0 };
}

static void place(struct turns *turns, size_t at, struct entry *e)
{
	turns->heap[at] = e;
	e->turn_slot = (uint32_t)(at + 1);
}

static void sift_up(struct turns *turns, size_t at, struct entry *e)
{
	while (at > 0 && turns->heap[(at - 1) / 2]->turns > e->turns) {
		place(turns, at, turns->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	place(turns, at, e);
}

static void sift_down(struct turns *turns, size_t at, struct entry *e)
{
	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= turns->count)
			break;
		if (child + 1 < turns->count &&
			turns->heap[child + 1]->turns < turns->heap[child]->turns)
			child++;
		if (turns->heap[child]->turns >= e->turns)
			break;
		place(turns, at, turns->heap[child]);
		at = child;
	}
	place(turns, at, e);
}

void turns_add(struct turns *turns, struct entry *e)
{
	if (!e->turns)
		return;
	turns->heap =
		array_reserve(turns->heap, &turns->cap, turns->count + 1, sizeof(struct entry *));
	turns->count++;
	sift_up(turns, turns->count - 1, e);
}

void turns_remove(struct turns *turns, struct entry *e)
{
	size_t at = e->turn_slot;
	struct entry *last;

	if (at-- == 0)
		return;
	e->turn_slot = 0;
	last = turns->heap[--turns->count];
	if (last == e)
		return;
	if (at > 0 && turns->heap[(at - 1) / 2]->turns > last->turns)
		sift_up(turns, at, last);
	else
		sift_down(turns, at, last);
}

struct entry *turns_first(const struct turns *turns)
{
	return turns->count ? turns->heap[0] : NULL;
}
