/*
 * pin - how long a reader waits to pin the root while a writer publishes as
 * fast as it can: the store and the roots that crwatch has, 100,000 objects.
 * Prints one line: p99 and maximum in microseconds, publications a second.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "cache/entry.h"
#include "cache/labels.h"
#include "cache/root.h"
#include "cache/store.h"
#include "kube/object.h"

#define OBJECTS	 100000
#define SECONDS	 4
#define READS	 (SECONDS * 1000)
#define PER_TURN 8 /* changes that one turn of the loop publishes */

struct bench {
	struct roots *roots;
	struct labels *labels;
	struct store *store;
	struct kind_root *kind; /* published last */
	atomic_bool stop;
	unsigned long published;
};

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void retire_entry(void *ptr, void *arg)
{
	entry_free(ptr, arg);
}

static void retire_kind(void *ptr, void *arg)
{
	(void)arg;
	free(ptr);
}

static void put(struct bench *b, unsigned n)
{
	char ns[16], name[32];
	struct object o = { .uid = STR("0"), .rv = STR("1") };
	struct entry *e, *old;

	snprintf(ns, sizeof(ns), "apps-%02u", n % 20);
	snprintf(name, sizeof(name), "object-%06u", n);
	o.name = str_of(name);
	e = entry_new(&o, &(struct entry_facts){ .ns = str_of(ns) }, b->labels, NULL, NULL);
	e->version = entry_next_version();
	old = store_put(b->store, e);
	if (old)
		retire_add(roots_retire(b->roots), old, retire_entry, b->labels);
}

static void publish(struct bench *b)
{
	struct root *root = mem_zalloc(sizeof(*root));
	struct kind_root *kind = mem_zalloc(sizeof(*kind));
	const struct kind_root **kinds = mem_alloc(sizeof(struct kind_root *));

	kind->store = store_publish(b->store);
	kinds[0] = kind;
	root->n_kinds = 1;
	root->kinds = kinds;
	root->labels = b->labels;
	if (b->kind)
		retire_add(roots_retire(b->roots), b->kind, retire_kind, NULL);
	b->kind = kind;
	roots_publish(b->roots, root);
	retire_run(roots_retire(b->roots));
	b->published++;
}

static void *writer(void *arg)
{
	struct bench *b = arg;
	uint64_t x = 88172645463325252u;

	while (!atomic_load_explicit(&b->stop, memory_order_relaxed)) {
		for (int i = 0; i < PER_TURN; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			put(b, (unsigned)(x % OBJECTS));
		}
		publish(b);
	}
	return NULL;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* One frame: pin, copy 50 rows' names as a screen does, unpin. */
static int64_t frame(struct root_reader *reader, size_t at)
{
	int64_t start = now_ns(), waited;
	const struct root *root = root_pin(reader);

	waited = now_ns() - start;
	for (size_t i = 0; root->n_kinds && i < 50; i++) {
		const struct entry *e = store_root_at(root->kinds[0]->store, at + i);

		if (e)
			__asm__ volatile("" : : "r"(entry_name(e).p[0])); /* read, and kept */
	}
	root_unpin(reader);
	return waited;
}

int main(void)
{
	struct bench b = { 0 };
	struct root_reader *reader;
	int64_t *waits = mem_alloc(READS * sizeof(*waits));
	struct timespec gap = { .tv_nsec = 1000000 };
	struct entry *e;
	pthread_t thread;

	b.roots = roots_new();
	b.labels = labels_new(roots_retire(b.roots), LABELS_PAIRS_MAX);
	b.store = store_new(roots_retire(b.roots));
	for (unsigned n = 0; n < OBJECTS; n++)
		put(&b, n);
	publish(&b);
	b.published = 0;
	reader = root_reader_new(b.roots, NULL);
	if (pthread_create(&thread, NULL, writer, &b) != 0)
		return 1;
	for (size_t i = 0; i < READS; i++) {
		nanosleep(&gap, NULL);
		waits[i] = frame(reader, i * 37 % OBJECTS);
	}
	atomic_store(&b.stop, true);
	pthread_join(thread, NULL);
	qsort(waits, READS, sizeof(*waits), by_size);
	printf("p99 %.2f us max %.2f us publications %.0f\n",
		(double)waits[READS * 99 / 100] / 1000, (double)waits[READS - 1] / 1000,
		(double)b.published / SECONDS);
	root_reader_free(reader);
	while ((e = store_at(b.store, 0))) {
		store_remove(b.store, entry_ns(e), entry_name(e));
		entry_free(e, b.labels);
	}
	store_free(b.store);
	retire_add(roots_retire(b.roots), b.kind, retire_kind, NULL);
	roots_free(b.roots);
	labels_free(b.labels);
	free(waits);
	return 0;
}
