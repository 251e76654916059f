/*
 * The published root and the readers' pins stand behind one mutex that is held
 * for a few instructions; the queue of what is retired is the watch thread's.
 */
#include "cache/root.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/mem.h"

#define NOT_PINNED UINT64_MAX

struct root_reader {
	struct roots *roots;
	struct wake *wake;
	uint64_t pinned; /* under the lock */
};

struct retired {
	void *ptr;
	void (*free_ptr)(void *ptr, void *arg);
	void *arg;
	uint64_t number; /* the last root in which it may be seen */
};

struct retire {
	struct roots *roots;
	struct retired *items; /* a queue: [first, count) */
	size_t first;
	size_t count;
	size_t cap;
	uint64_t number; /* of the root published last */
};

struct roots {
	pthread_mutex_t lock;
	struct root *current;			   /* under lock */
	struct root_reader *readers[ROOT_READERS]; /* under lock */
	struct retire retire;
	atomic_size_t held; /* bytes, by readers */
};

const struct kind_root *root_kind(const struct root *root, uint32_t id)
{
	for (size_t i = 0; i < root->n_kinds; i++) {
		if (root->kinds[i]->kind->id == id)
			return root->kinds[i];
	}
	return NULL;
}

bool root_is_revoked(const struct kind_root *kind, struct str ns)
{
	struct str only = str_of(kind->only);

	if (!kind->only)
		return kind->state == KIND_FORBIDDEN && kind->ever_synced;
	while (only.len) {
		if (str_eq(str_trim(str_cut(&only, ',')), ns))
			return false;
	}
	return true;
}

static void root_free(void *ptr, void *arg)
{
	struct root *root = ptr;

	(void)arg;
	free((void *)root->kinds);
	free((char *)root->link_message);
	free((char *)root->problem);
	free((char *)root->server_version);
	free(root);
}

/* ---- readers ---- */

struct root_reader *root_reader_new(struct roots *roots, struct wake *wake)
{
	struct root_reader *reader = mem_zalloc(sizeof(*reader));
	size_t i = 0;

	reader->roots = roots;
	reader->wake = wake;
	reader->pinned = NOT_PINNED;
	pthread_mutex_lock(&roots->lock);
	while (i < ROOT_READERS && roots->readers[i])
		i++;
	assert(i < ROOT_READERS);
	roots->readers[i] = reader;
	pthread_mutex_unlock(&roots->lock);
	return reader;
}

void root_reader_free(struct root_reader *reader)
{
	struct roots *roots;

	if (!reader)
		return;
	roots = reader->roots;
	pthread_mutex_lock(&roots->lock);
	for (size_t i = 0; i < ROOT_READERS; i++) {
		if (roots->readers[i] == reader)
			roots->readers[i] = NULL;
	}
	pthread_mutex_unlock(&roots->lock);
	free(reader);
}

const struct root *root_pin(struct root_reader *reader)
{
	struct roots *roots = reader->roots;
	const struct root *root;

	pthread_mutex_lock(&roots->lock);
	root = roots->current;
	reader->pinned = root->number;
	pthread_mutex_unlock(&roots->lock);
	return root;
}

void root_unpin(struct root_reader *reader)
{
	pthread_mutex_lock(&reader->roots->lock);
	reader->pinned = NOT_PINNED;
	pthread_mutex_unlock(&reader->roots->lock);
}

void roots_hold(struct roots *roots, size_t more, size_t less)
{
	atomic_fetch_add_explicit(&roots->held, more - less, memory_order_relaxed);
}

size_t roots_held(struct roots *roots)
{
	return atomic_load_explicit(&roots->held, memory_order_relaxed);
}

/* ---- watch thread ---- */

struct roots *roots_new(void)
{
	struct roots *roots = mem_zalloc(sizeof(*roots));

	pthread_mutex_init(&roots->lock, NULL);
	roots->current = mem_zalloc(sizeof(*roots->current));
	roots->retire.roots = roots;
	return roots;
}

void roots_free(struct roots *roots)
{
	if (!roots)
		return;
	root_free(roots->current, NULL);
	/* What is freed may retire something itself. */
	while (roots->retire.count) {
		roots->retire.number++;
		retire_run(&roots->retire);
	}
	free(roots->retire.items);
	pthread_mutex_destroy(&roots->lock);
	free(roots);
}

struct retire *roots_retire(struct roots *roots)
{
	return &roots->retire;
}

void roots_publish(struct roots *roots, struct root *root)
{
	struct root *old;

	root->number = roots->retire.number + 1;
	pthread_mutex_lock(&roots->lock);
	old = roots->current;
	roots->current = root;
	for (size_t i = 0; i < ROOT_READERS; i++) {
		if (roots->readers[i] && roots->readers[i]->wake)
			wake_ring(roots->readers[i]->wake);
	}
	pthread_mutex_unlock(&roots->lock);
	retire_add(&roots->retire, old, root_free, NULL);
	roots->retire.number = root->number;
}

void retire_add(struct retire *retire, void *ptr, void (*free_ptr)(void *ptr, void *arg), void *arg)
{
	if (retire->first > 1024 && retire->first > retire->count / 2) {
		retire->count -= retire->first;
		for (size_t i = 0; i < retire->count; i++)
			retire->items[i] = retire->items[retire->first + i];
		retire->first = 0;
	}
	retire->items = array_reserve(
		retire->items, &retire->cap, retire->count + 1, sizeof(*retire->items));
	retire->items[retire->count++] = (struct retired){ ptr, free_ptr, arg, retire->number };
}

/* The oldest root that anybody may still look at. */
static uint64_t oldest_visible(struct retire *retire)
{
	struct roots *roots = retire->roots;
	uint64_t oldest = retire->number;

	pthread_mutex_lock(&roots->lock);
	for (size_t i = 0; i < ROOT_READERS; i++) {
		if (roots->readers[i] && roots->readers[i]->pinned < oldest)
			oldest = roots->readers[i]->pinned;
	}
	pthread_mutex_unlock(&roots->lock);
	return oldest;
}

void retire_run(struct retire *retire)
{
	uint64_t oldest = oldest_visible(retire);

	while (retire->first < retire->count && retire->items[retire->first].number < oldest) {
		struct retired item = retire->items[retire->first++];

		item.free_ptr(item.ptr, item.arg);
	}
	if (retire->first == retire->count)
		retire->first = retire->count = 0;
}
