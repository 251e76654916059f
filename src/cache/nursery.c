#include "cache/nursery.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/worker.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"

#define BLOCK	     ((size_t)1 << 20)
#define LARGE	     ((size_t)256 << 10)
#define SPARE_MAX    6
#define SAMPLES	     50u
#define SAMPLES_MIN  24u
#define SAMPLE_BYTES ((size_t)512 << 10)

struct shelf {
	_Atomic(struct dict *) dict; /* set once, by the worker */
	size_t bytes;		     /* of texts that entries have; watch thread */
	/* The worker alone: */
	const struct block *counted; /* the block that the next two are about */
	unsigned samples;
	bool tried;
};

/* In front of each text of a block. */
struct item {
	_Atomic(struct entry *) owner; /* NULL: nobody needs it any more */
	struct shelf *shelf;
	struct text text;
};

struct block {
	struct block *next;
	size_t size; /* mapped */
	size_t used;
	struct text **packed; /* of each item in order, by whoever compressed it */
	size_t n_items;
	char bytes[];
};

struct list {
	struct block *head, **tail;
	size_t count;
};

struct nursery {
	struct job job;
	struct worker *worker;
	struct retire *retire;
	void (*wake)(void *arg);
	void *wake_arg;
	struct map shelves;
	struct block *open;  /* being filled */
	struct block *large; /* of one large text; handed over when its owner is known */
	size_t mapped;
	size_t texts;	       /* the bytes of all shelves */
	struct list spare;     /* emptied: a page mapped anew costs more than its text's copy */
	size_t unused;	       /* the fewest there have been since nursery_shrink() */
	struct packer *packer; /* the watch thread's own */
	struct packer *job_packer;
	pthread_mutex_t lock;
	struct list full; /* under lock */
	struct list done; /* under lock */
	bool posted;	  /* under lock: the job is queued or runs */
};

static void push(struct list *list, struct block *block)
{
	block->next = NULL;
	*list->tail = block;
	list->tail = &block->next;
	list->count++;
}

static struct block *pop(struct list *list)
{
	struct block *block = list->head;

	if (!block)
		return NULL;
	list->head = block->next;
	if (!list->head)
		list->tail = &list->head;
	list->count--;
	return block;
}

static size_t item_size(const struct item *item)
{
	return (sizeof(*item) + item->text.len + 15) & ~(size_t)15;
}

static struct item *item_of(struct text *text)
{
	return (struct item *)(void *)((char *)text - offsetof(struct item, text));
}

/* Walks a block: NULL at its end. */
static struct item *next_item(struct block *block, size_t *at)
{
	struct item *item;

	if (*at >= block->used)
		return NULL;
	item = (struct item *)(void *)(block->bytes + *at);
	*at += item_size(item);
	return item;
}

/* ---- compressing: the worker, or the watch thread in need ---- */

static void train(struct block *block, struct shelf *shelf)
{
	char *bytes = mem_alloc(SAMPLE_BYTES);
	size_t sizes[SAMPLES];
	unsigned n = 0;
	size_t used = 0, at = 0;
	struct item *item;

	while (n < SAMPLES && (item = next_item(block, &at))) {
		size_t len = item->text.raw_len < SAMPLE_BYTES / SAMPLES ? item->text.raw_len
									 : SAMPLE_BYTES / SAMPLES;

		if (item->shelf != shelf)
			continue;
		memcpy(bytes + used, item->text.bytes, len);
		used += len;
		sizes[n++] = len;
	}
	atomic_store(&shelf->dict, dict_train(bytes, sizes, n));
	free(bytes);
	shelf->tried = true;
}

/* Dictionaries for the kinds of which this block has enough. */
static void train_shelves(struct block *block)
{
	struct item *item;

	for (size_t at = 0; (item = next_item(block, &at));) {
		struct shelf *shelf = item->shelf;

		if (shelf->tried)
			continue;
		if (shelf->counted != block) {
			shelf->counted = block;
			shelf->samples = 0;
		}
		if (++shelf->samples == SAMPLES_MIN)
			train(block, shelf);
	}
}

static void compress(struct block *block, struct packer *packer)
{
	struct item *item;
	size_t i = 0;

	block->packed = mem_zalloc(block->n_items * sizeof(*block->packed));
	for (size_t at = 0; (item = next_item(block, &at)); i++) {
		if (!atomic_load_explicit(&item->owner, memory_order_relaxed))
			continue;
		block->packed[i] =
			packer_pack(packer, str_make(item->text.bytes, item->text.raw_len),
				atomic_load(&item->shelf->dict));
		block->packed[i]->part = item->text.part;
	}
}

/* One block a turn, so that what a key waits for never waits long. */
static void run(struct job *job)
{
	struct nursery *n = (struct nursery *)(void *)job;
	struct block *block;
	bool more;

	pthread_mutex_lock(&n->lock);
	block = pop(&n->full);
	pthread_mutex_unlock(&n->lock);
	if (block) {
		train_shelves(block);
		compress(block, n->job_packer);
	}
	pthread_mutex_lock(&n->lock);
	if (block)
		push(&n->done, block);
	more = n->full.head != NULL;
	n->posted = more;
	pthread_mutex_unlock(&n->lock);
	if (more)
		worker_post(n->worker, WORKER_BACKGROUND, job);
	if (block)
		n->wake(n->wake_arg);
}

static void drop(struct job *job)
{
	(void)job; /* nursery_free() frees the blocks */
}

/* ---- watch thread ---- */

struct nursery *nursery_new(
	struct worker *worker, struct retire *retire, void (*wake)(void *arg), void *arg)
{
	struct nursery *n = mem_zalloc(sizeof(*n));

	n->job.run = run;
	n->job.drop = drop;
	n->worker = worker;
	n->retire = retire;
	n->wake = wake;
	n->wake_arg = arg;
	n->full.tail = &n->full.head;
	n->done.tail = &n->done.head;
	n->spare.tail = &n->spare.head;
	n->packer = packer_new();
	n->job_packer = packer_new();
	pthread_mutex_init(&n->lock, NULL);
	return n;
}

static void free_packed(struct block *block)
{
	for (size_t i = 0; block->packed && i < block->n_items; i++)
		free(block->packed[i]);
	free(block->packed);
	block->packed = NULL;
}

static void unmap(void *ptr, void *arg)
{
	struct block *block = ptr;
	struct nursery *n = arg;

	n->mapped -= block->size;
	free_packed(block);
	if (block->size == BLOCK && n->spare.count < SPARE_MAX)
		push(&n->spare, block);
	else
		munmap(block, block->size);
}

static void drop_spare(struct nursery *n)
{
	struct block *block = pop(&n->spare);

	munmap(block, block->size);
}

bool nursery_has_spare(const struct nursery *n)
{
	return n->spare.count > 1; /* one is always kept */
}

void nursery_shrink(struct nursery *n)
{
	for (; n->unused && nursery_has_spare(n); n->unused--)
		drop_spare(n);
	n->unused = n->spare.count;
}

void nursery_free(struct nursery *n)
{
	const struct map_slot *slot;
	struct block *block;
	size_t at = 0;

	if (!n)
		return;
	while ((block = pop(&n->full)) || (block = pop(&n->done)))
		unmap(block, n);
	if (n->open)
		unmap(n->open, n);
	if (n->large)
		unmap(n->large, n);
	while (n->spare.count)
		drop_spare(n);
	while ((slot = map_next(&n->shelves, &at))) {
		struct shelf *shelf = slot->value;

		dict_free(atomic_load(&shelf->dict));
		free(shelf);
	}
	map_release(&n->shelves);
	packer_free(n->packer);
	packer_free(n->job_packer);
	pthread_mutex_destroy(&n->lock);
	free(n);
}

struct shelf *nursery_shelf(struct nursery *n, struct str name)
{
	struct shelf *shelf = map_get(&n->shelves, name);

	if (!shelf) {
		shelf = mem_zalloc(sizeof(*shelf));
		map_put(&n->shelves, name, shelf);
	}
	return shelf;
}

static struct block *map_block(struct nursery *n, size_t payload)
{
	size_t size = (sizeof(struct block) + payload + 4095) & ~(size_t)4095;
	struct block *block;

	if (size < BLOCK)
		size = BLOCK;
	block = size == BLOCK ? pop(&n->spare) : NULL;
	if (n->spare.count < n->unused)
		n->unused = n->spare.count;
	if (block) {
		block->used = block->n_items = 0;
		n->mapped += size;
		return block;
	}
	block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (block == MAP_FAILED) {
		perror("crwatch: mmap");
		abort();
	}
	block->size = size;
	n->mapped += size;
	return block;
}

static void count(struct nursery *n, struct shelf *shelf, const struct text *text)
{
	shelf->bytes += text_bytes(text);
	n->texts += text_bytes(text);
}

static void uncount(struct nursery *n, struct shelf *shelf, const struct text *text)
{
	shelf->bytes -= text_bytes(text);
	n->texts -= text_bytes(text);
}

/* Entries get the compressed texts; what came too late is freed. */
static void swap_in(struct nursery *n, struct block *block)
{
	struct item *item;
	size_t i = 0;

	for (size_t at = 0; (item = next_item(block, &at)); i++) {
		struct entry *owner = atomic_load_explicit(&item->owner, memory_order_relaxed);

		if (!owner)
			continue;
		/* Alive now means alive when it was looked at. */
		assert(block->packed[i]);
		uncount(n, item->shelf, &item->text);
		count(n, item->shelf, block->packed[i]);
		atomic_store_explicit(&owner->text, block->packed[i], memory_order_release);
		block->packed[i] = NULL;
	}
}

static bool collect(struct nursery *n)
{
	for (bool any = false;; any = true) {
		struct block *block;

		pthread_mutex_lock(&n->lock);
		block = pop(&n->done);
		pthread_mutex_unlock(&n->lock);
		if (!block)
			return any;
		swap_in(n, block);
		retire_add(n->retire, block, unmap, n);
	}
}

/* Hands a full block over, and helps when the worker does not keep up. */
static void close_block(struct nursery *n, struct block *block)
{
	struct block *oldest = NULL;
	bool post;

	pthread_mutex_lock(&n->lock);
	push(&n->full, block);
	if (n->mapped > NURSERY_MAX)
		oldest = pop(&n->full);
	post = !n->posted && n->full.head;
	n->posted = n->posted || post;
	pthread_mutex_unlock(&n->lock);
	if (post)
		worker_post(n->worker, WORKER_BACKGROUND, &n->job);
	if (!oldest)
		return;
	compress(oldest, n->packer);
	pthread_mutex_lock(&n->lock);
	push(&n->done, oldest);
	pthread_mutex_unlock(&n->lock);
	collect(n);
}

static struct text *place(struct block *block, struct shelf *shelf, struct str raw, bool part)
{
	struct item *item = (struct item *)(void *)(block->bytes + block->used);

	atomic_init(&item->owner, NULL);
	item->shelf = shelf;
	item->text.dict = NULL;
	item->text.raw_len = item->text.len = (uint32_t)raw.len;
	item->text.form = TEXT_RAW;
	item->text.home = TEXT_NURSERY;
	item->text.part = part;
	memcpy(item->text.bytes, raw.p, raw.len);
	block->used += item_size(item);
	block->n_items++;
	return &item->text;
}

static void close_large(struct nursery *n)
{
	struct block *large = n->large;

	n->large = NULL;
	if (large)
		close_block(n, large);
}

static struct block *block_for(struct nursery *n, size_t need)
{
	close_large(n);
	if (need > LARGE) {
		n->large = map_block(n, need);
		return n->large;
	}
	if (n->open && sizeof(struct block) + n->open->used + need > n->open->size) {
		struct block *full = n->open;

		n->open = NULL;
		close_block(n, full);
	}
	if (!n->open)
		n->open = map_block(n, BLOCK - sizeof(struct block));
	return n->open;
}

struct text *nursery_add(struct nursery *n, struct shelf *shelf, struct str raw, bool part)
{
	struct text *text;

	assert(raw.len <= UINT32_MAX);
	text = place(block_for(n, sizeof(struct item) + raw.len + 15), shelf, raw, part);
	count(n, shelf, text);
	return text;
}

void nursery_own(struct text *text, struct entry *entry)
{
	atomic_store_explicit(&item_of(text)->owner, entry, memory_order_relaxed);
}

static void free_text(void *ptr, void *arg)
{
	(void)arg;
	free(ptr);
}

void nursery_drop(struct nursery *n, struct shelf *shelf, struct text *text)
{
	uncount(n, shelf, text);
	if (text->home == TEXT_NURSERY)
		atomic_store_explicit(&item_of(text)->owner, NULL, memory_order_relaxed);
	else
		retire_add(n->retire, text, free_text, NULL);
}

bool nursery_run(struct nursery *n)
{
	close_large(n);
	return collect(n);
}

size_t nursery_bytes(const struct nursery *n)
{
	return n->mapped;
}

size_t nursery_shelf_texts(const struct shelf *shelf)
{
	return shelf->bytes;
}

size_t nursery_texts(const struct nursery *n)
{
	return n->texts;
}
