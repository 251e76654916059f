/*
 * Pages of label pointers that never move, so that readers can follow an id
 * without a lock; the root's mutex orders what they see. A hash over the pairs
 * and the list of free ids are the watch thread's alone.
 */
#include "cache/labels.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "cache/root.h"

#define PAGE	  4096u
#define PAGES_MAX (LABELS_PAIRS_MAX / PAGE)

struct labels {
	struct label **pages[PAGES_MAX];
	struct retire *retire;
	uint32_t max;	 /* ids are below */
	uint32_t next;	 /* ids below have been given out */
	uint32_t *table; /* id + 1 by hash; 0: empty; UINT32_MAX: removed */
	size_t table_cap;
	size_t table_used; /* with the removed ones */
	uint32_t *idle;	   /* ids to give out again */
	size_t n_idle;
	size_t cap_idle;
};

struct labels *labels_new(struct retire *retire, uint32_t max)
{
	struct labels *labels = mem_zalloc(sizeof(*labels));

	assert(max <= LABELS_PAIRS_MAX);
	labels->retire = retire;
	labels->max = max;
	labels->table_cap = 1024;
	labels->table = mem_zalloc(labels->table_cap * sizeof(*labels->table));
	return labels;
}

void labels_free(struct labels *labels)
{
	if (!labels)
		return;
	for (uint32_t id = 0; id < labels->next; id++)
		free(labels->pages[id / PAGE][id % PAGE]);
	for (uint32_t i = 0; i < PAGES_MAX && labels->pages[i]; i++)
		free(labels->pages[i]);
	free(labels->table);
	free(labels->idle);
	free(labels);
}

struct str label_key(const struct label *label)
{
	return str_make(label->bytes, label->key_len);
}

struct str label_value(const struct label *label)
{
	return str_make(label->bytes + label->key_len, label->value_len);
}

const struct label *labels_get(const struct labels *labels, uint32_t id)
{
	return labels->pages[id / PAGE][id % PAGE];
}

static uint64_t hash_pair(struct str key, struct str value)
{
	return str_hash(key) * 31 + str_hash(value);
}

static bool is_pair(const struct label *label, struct str key, struct str value)
{
	return str_eq(label_key(label), key) && str_eq(label_value(label), value);
}

/* The table's place of the pair, or the first one where it may go. */
static size_t find(const struct labels *labels, struct str key, struct str value)
{
	size_t mask = labels->table_cap - 1;
	size_t i = (size_t)hash_pair(key, value) & mask;
	size_t grave = SIZE_MAX;

	for (; labels->table[i]; i = (i + 1) & mask) {
		uint32_t mark = labels->table[i];

		if (mark == UINT32_MAX)
			grave = grave == SIZE_MAX ? i : grave;
		else if (is_pair(labels_get(labels, mark - 1), key, value))
			return i;
	}
	return grave == SIZE_MAX ? i : grave;
}

static void rehash(struct labels *labels)
{
	uint32_t *old = labels->table;
	size_t old_cap = labels->table_cap;
	size_t live = 0;

	for (size_t i = 0; i < old_cap; i++)
		live += old[i] && old[i] != UINT32_MAX;
	while (labels->table_cap < live * 3)
		labels->table_cap *= 2;
	labels->table = mem_zalloc(labels->table_cap * sizeof(*labels->table));
	labels->table_used = live;
	for (size_t i = 0; i < old_cap; i++) {
		const struct label *label;

		if (!old[i] || old[i] == UINT32_MAX)
			continue;
		label = labels_get(labels, old[i] - 1);
		labels->table[find(labels, label_key(label), label_value(label))] = old[i];
	}
	free(old);
}

static int new_id(struct labels *labels, uint32_t *ret_id)
{
	uint32_t id;

	if (labels->n_idle) {
		*ret_id = labels->idle[--labels->n_idle];
		return 0;
	}
	if (labels->next == labels->max)
		return -1;
	id = labels->next++;
	if (!labels->pages[id / PAGE])
		labels->pages[id / PAGE] = mem_zalloc(PAGE * sizeof(struct label *));
	*ret_id = id;
	return 0;
}

static struct label *new_label(struct str key, struct str value)
{
	struct label *label = mem_alloc(sizeof(*label) + key.len + value.len);

	label->refs = 0;
	label->key_len = (uint32_t)key.len;
	label->value_len = (uint32_t)value.len;
	if (key.len)
		memcpy(label->bytes, key.p, key.len);
	if (value.len)
		memcpy(label->bytes + key.len, value.p, value.len);
	return label;
}

int labels_intern(struct labels *labels, struct str key, struct str value, uint32_t *ret_id)
{
	size_t at;
	uint32_t mark, id;

	if ((labels->table_used + 1) * 2 > labels->table_cap)
		rehash(labels);
	at = find(labels, key, value);
	mark = labels->table[at];
	if (mark == 0 || mark == UINT32_MAX) {
		if (new_id(labels, &id) < 0)
			return -1;
		labels->table_used += mark == 0;
		labels->pages[id / PAGE][id % PAGE] = new_label(key, value);
		labels->table[at] = mark = id + 1;
	}
	id = mark - 1;
	labels->pages[id / PAGE][id % PAGE]->refs++;
	*ret_id = id;
	return 0;
}

/* No reader can see the pair any more: its id may come back. */
static void bury(void *ptr, void *arg)
{
	struct labels *labels = arg;
	uint32_t id = (uint32_t)((uintptr_t)ptr - 1);

	free(labels->pages[id / PAGE][id % PAGE]);
	labels->pages[id / PAGE][id % PAGE] = NULL;
	labels->idle = array_reserve(
		labels->idle, &labels->cap_idle, labels->n_idle + 1, sizeof(*labels->idle));
	labels->idle[labels->n_idle++] = id;
}

void labels_ref(struct labels *labels, uint32_t id)
{
	labels->pages[id / PAGE][id % PAGE]->refs++;
}

void labels_release(struct labels *labels, uint32_t id)
{
	struct label *label = labels->pages[id / PAGE][id % PAGE];

	if (--label->refs)
		return;
	labels->table[find(labels, label_key(label), label_value(label))] = UINT32_MAX;
	retire_add(labels->retire, (void *)((uintptr_t)id + 1), bury, labels);
}
