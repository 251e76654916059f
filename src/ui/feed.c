#include "ui/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/root.h"

#define LAST_SLOTS ((size_t)8192)
#define SLICE	   64 /* changes between two looks at the clock */

void feed_init(struct feed *feed)
{
	*feed = (struct feed){ 0 };
	feed->last = mem_zalloc(LAST_SLOTS * sizeof(*feed->last));
}

void feed_release(struct feed *feed)
{
	for (size_t i = 0; i < feed->n_kinds; i++) {
		free(feed->kinds[i].kind);
		free(feed->kinds[i].group);
	}
	free(feed->kinds);
	free(feed->items);
	free(feed->last);
	change_copy_release(&feed->copy);
}

static size_t kind_place(const struct feed *feed, uint32_t id)
{
	size_t low = 0, high = feed->n_kinds;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (feed->kinds[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct feed_kind *feed_kind(const struct feed *feed, uint32_t id)
{
	size_t at = kind_place(feed, id);

	return at < feed->n_kinds && feed->kinds[at].id == id ? &feed->kinds[at] : NULL;
}

static void learn_kind(struct feed *feed, const struct root *root, uint32_t id)
{
	const struct kind_root *kind;
	size_t at = kind_place(feed, id);

	if (at < feed->n_kinds && feed->kinds[at].id == id)
		return;
	kind = root_kind(root, id);
	if (!kind)
		return;
	feed->kinds = array_reserve(
		feed->kinds, &feed->cap_kinds, feed->n_kinds + 1, sizeof(*feed->kinds));
	memmove(feed->kinds + at + 1, feed->kinds + at,
		(feed->n_kinds - at) * sizeof(*feed->kinds));
	feed->kinds[at] = (struct feed_kind){ .id = id,
		.kind = mem_strdup(kind->kind->kind),
		.group = mem_strdup(kind->kind->gvr.group) };
	feed->n_kinds++;
}

static struct feed_last *last_slot(const struct feed *feed, const unsigned char uid[16])
{
	return &feed->last[str_hash(str_make((const char *)uid, 16)) % LAST_SLOTS];
}

struct feed_last *feed_last_of(const struct feed *feed, const unsigned char uid[16])
{
	struct feed_last *last = last_slot(feed, uid);

	return last->known && !memcmp(last->uid, uid, 16) ? last : NULL;
}

uint64_t feed_place(struct str ns, struct str name)
{
	return str_hash(ns) * 0x9e3779b97f4a7c15u ^ str_hash(name);
}

static void add_item(struct feed *feed, const struct change *change)
{
	struct feed_last *last = last_slot(feed, change->uid);
	struct feed_item *item;

	if (feed->head && feed->head + feed->count == feed->cap) {
		memmove(feed->items, feed->items + feed->head, feed->count * sizeof(*feed->items));
		feed->head = 0;
	}
	feed->items = array_reserve(
		feed->items, &feed->cap, feed->head + feed->count + 1, sizeof(*feed->items));
	item = &feed->items[feed->head + feed->count++];
	*item = (struct feed_item){ .number = change->number,
		.time = change->time,
		.kind = change->kind,
		.type = (uint8_t)change->type,
		.place = feed_place(change->ns, change->name) };
	memcpy(item->uid, change->uid, sizeof(item->uid));
	if (change->type == CHANGE_RELIST || change_is_event(change->type))
		return;
	*last = (struct feed_last){ .number = change->number, .known = true };
	memcpy(last->uid, change->uid, sizeof(last->uid));
}

static void drop_before(struct feed *feed, uint64_t first)
{
	while (feed->count && feed->items[feed->head].number < first) {
		feed->head++;
		feed->count--;
		feed->dropped++;
	}
	if (!feed->count)
		feed->head = 0;
}

bool feed_read(
	struct feed *feed, struct changes *changes, const struct root *root, int64_t deadline)
{
	uint64_t first, end;
	bool all = true;

	changes_range(changes, &first, &end);
	if (feed->next < first) {
		feed->missed += first - feed->next;
		feed->next = first;
	}
	drop_before(feed, first);
	for (size_t n = 0; feed->next < end; n++) {
		if (n % SLICE == SLICE - 1 && clock_now() >= deadline) {
			all = false;
			break;
		}
		if (changes_read(changes, feed->next, &feed->copy) < 0) {
			feed->missed++; /* dropped since the range was asked for */
		} else {
			learn_kind(feed, root, feed->copy.change.kind);
			add_item(feed, &feed->copy.change);
		}
		feed->next++;
	}
	return all;
}

const struct feed_item *feed_at(const struct feed *feed, size_t index)
{
	return index < feed->count ? &feed->items[feed->head + index] : NULL;
}

size_t feed_find(const struct feed *feed, uint64_t number)
{
	size_t low = 0, high = feed->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (feed->items[feed->head + mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}
