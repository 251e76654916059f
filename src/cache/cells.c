/*
 * A table belongs to the worker while its job is posted and to nobody else: the
 * lock guards what both sides touch, and is held for one cell text at a time.
 * The worker pins the root with a reader of its own for each slice, so that a
 * long build never keeps the watch thread from freeing what it replaced.
 */
#include "cache/cells.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/worker.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "kube/columns.h"

#define SLICE	    (4 * CLOCK_MS)
#define IDLE_MAX    (300 * CLOCK_S)
#define BATCH	    16		       /* objects between two looks at the clock */
#define SCRATCH_MAX ((size_t)64 << 20) /* all cells of one object before they are cut */

struct cell {
	uint64_t version; /* of the entry; 0: none */
	char *text;
	uint32_t len;
};

struct table {
	struct job job;
	struct cells *cells;
	struct table *next; /* under lock */
	uint32_t kind;
	bool posted;	    /* under lock */
	bool wanted;	    /* under lock: asked for since the job's last slice began */
	bool doomed;	    /* under lock: freed when the job ends */
	int64_t used;	    /* under lock */
	uint64_t version;   /* under lock: of the store that is done */
	uint64_t columns;   /* under lock: struct kind.version of whose columns the cells are */
	size_t done;	    /* under lock */
	struct cell *slots; /* under lock */
	uint32_t n_slots;   /* under lock */
	/* worker */
	uint64_t building; /* the store that next_chunk counts in */
	size_t next_chunk;
	size_t next_entry;
};

struct cells {
	struct roots *roots;
	struct worker *worker;
	struct wake *wake;
	struct root_reader *reader; /* worker */
	struct text_reader *texts;  /* worker */
	struct buf scratch;	    /* worker */
	struct buf given;	    /* owner: what cells_get() gave last */
	pthread_mutex_t lock;
	pthread_cond_t ended; /* a job has ended */
	size_t posted;	      /* under lock */
	struct table *tables; /* under lock */
};

/* ---- the worker's side ---- */

static void free_texts(struct table *t)
{
	for (uint32_t i = 0; i < t->n_slots; i++)
		free(t->slots[i].text);
	free(t->slots);
	t->slots = NULL;
	t->n_slots = 0;
}

static void grow(struct table *t, uint32_t slots)
{
	uint32_t n = slots + slots / 4 + 64;

	if (slots <= t->n_slots)
		return;
	pthread_mutex_lock(&t->cells->lock);
	t->slots = mem_realloc_array(t->slots, n, sizeof(*t->slots));
	memset(t->slots + t->n_slots, 0, (n - t->n_slots) * sizeof(*t->slots));
	t->n_slots = n;
	pthread_mutex_unlock(&t->cells->lock);
}

/* Each cell cut so that all of them fit, between characters. */
static void cut_cells(struct buf *b, size_t columns)
{
	size_t most = columns ? CELLS_TEXT_MAX / columns : 0;
	size_t from = 0, to = 0;

	if (b->len <= CELLS_TEXT_MAX || most == 0)
		return;
	while (from < b->len) {
		size_t len = strlen(b->data + from);
		size_t keep = len < most ? len : most - 1;

		while (keep < len && keep && ((unsigned char)b->data[from + keep] & 0xc0) == 0x80)
			keep--;
		memmove(b->data + to, b->data + from, keep);
		to += keep;
		b->data[to++] = '\0';
		from += len + 1;
	}
	buf_truncate(b, to);
}

static void build_cell(struct table *t, const struct kind *kind, const struct entry *e)
{
	struct cells *cells = t->cells;
	const struct text *text = atomic_load(&e->text);
	struct cell *cell = &t->slots[e->slot];
	char *old;

	buf_reset(&cells->scratch);
	columns_cells(kind->columns, text_read(cells->texts, text), 0, false, &cells->scratch);
	if (cells->scratch.overflow) {
		buf_reset(&cells->scratch);
		for (size_t i = 0; i < kind->columns->count; i++)
			buf_addc(&cells->scratch, '\0');
	}
	cut_cells(&cells->scratch, kind->columns->count);
	pthread_mutex_lock(&cells->lock);
	old = cell->text;
	cell->len = (uint32_t)cells->scratch.len;
	cell->text = mem_dup(buf_text(&cells->scratch), cell->len);
	cell->version = e->version;
	t->done++;
	pthread_mutex_unlock(&cells->lock);
	free(old);
}

/* From the chunk and entry where the last slice ended; false when time is up. */
static bool build_some(struct table *t, const struct kind_root *kind, int64_t deadline)
{
	const struct store_root *store = kind->store;
	size_t built = 0;

	for (; t->next_chunk < store->n_chunks; t->next_chunk++, t->next_entry = 0) {
		const struct chunk *c = store->chunks[t->next_chunk];

		for (; t->next_entry < c->count; t->next_entry++) {
			const struct entry *e = c->entries[t->next_entry];

			if (t->slots[e->slot].version == e->version)
				continue;
			if (built && built % BATCH == 0 && clock_now() >= deadline)
				return false;
			build_cell(t, kind->kind, e);
			built++;
		}
	}
	return true;
}

static size_t count_done(const struct table *t, const struct store_root *store)
{
	size_t done = 0;

	for (size_t i = 0; i < store->n_chunks; i++) {
		const struct chunk *c = store->chunks[i];

		for (uint32_t j = 0; j < c->count; j++)
			done += t->slots[c->entries[j]->slot].version == c->entries[j]->version;
	}
	return done;
}

/* A new state of the store: looked through from its start again, which skips
 * what is there at a few nanoseconds each. */
static void begin(struct table *t, const struct kind_root *kind)
{
	size_t done;

	pthread_mutex_lock(&t->cells->lock);
	if (t->columns != kind->kind->version)
		free_texts(t);
	t->columns = kind->kind->version;
	pthread_mutex_unlock(&t->cells->lock);
	t->building = kind->store->version;
	t->next_chunk = t->next_entry = 0;
	grow(t, kind->store->slots);
	done = count_done(t, kind->store);
	pthread_mutex_lock(&t->cells->lock);
	t->done = done;
	pthread_mutex_unlock(&t->cells->lock);
}

/* One slice; true when there is more to do. */
static bool build(struct table *t)
{
	struct cells *cells = t->cells;
	const struct root *root = root_pin(cells->reader);
	const struct kind_root *kind = root_kind(root, t->kind);
	bool whole = true;

	if (kind) {
		if (t->building != kind->store->version || t->columns != kind->kind->version)
			begin(t, kind);
		whole = build_some(t, kind, clock_now() + SLICE);
	}
	if (kind && whole) {
		pthread_mutex_lock(&cells->lock);
		t->version = kind->store->version;
		t->done = kind->store->count;
		pthread_mutex_unlock(&cells->lock);
	}
	root_unpin(cells->reader);
	return !whole;
}

static void free_table(struct table *t)
{
	free_texts(t);
	free(t);
}

/* Under the lock, because cells_free() waits for it. */
static void end_job(struct table *t)
{
	struct cells *cells = t->cells;

	t->posted = false;
	if (t->doomed)
		free_table(t);
	cells->posted--;
	pthread_cond_signal(&cells->ended);
}

static bool begin_slice(struct table *t)
{
	bool doomed;

	pthread_mutex_lock(&t->cells->lock);
	t->wanted = false;
	doomed = t->doomed;
	pthread_mutex_unlock(&t->cells->lock);
	return !doomed;
}

static struct table *table_of(struct job *job)
{
	return (struct table *)(void *)((char *)job - offsetof(struct table, job));
}

static void run(struct job *job)
{
	struct table *t = table_of(job);
	struct cells *cells = t->cells;
	struct worker *worker = cells->worker;
	bool more = begin_slice(t) && build(t);

	wake_ring(cells->wake);
	pthread_mutex_lock(&cells->lock);
	/* Who asked meanwhile may have a newer root than the slice had. */
	more = !t->doomed && (more || t->wanted);
	if (!more)
		end_job(t);
	pthread_mutex_unlock(&cells->lock);
	if (more)
		worker_post(worker, WORKER_URGENT, job);
}

static void drop(struct job *job)
{
	struct table *t = table_of(job);
	struct cells *cells = t->cells;

	pthread_mutex_lock(&cells->lock);
	end_job(t);
	pthread_mutex_unlock(&cells->lock);
}

/* ---- the owner's side ---- */

struct cells *cells_new(struct roots *roots, struct worker *worker, struct wake *wake)
{
	struct cells *cells = mem_zalloc(sizeof(*cells));

	cells->roots = roots;
	cells->worker = worker;
	cells->wake = wake;
	cells->reader = root_reader_new(roots, NULL);
	cells->texts = text_reader_new();
	buf_init(&cells->scratch, SCRATCH_MAX);
	buf_init(&cells->given, SCRATCH_MAX);
	pthread_mutex_init(&cells->lock, NULL);
	pthread_cond_init(&cells->ended, NULL);
	return cells;
}

/* Under the lock; t is no longer in the list. */
static void discard(struct table *t)
{
	t->doomed = true;
	if (!t->posted)
		free_table(t);
}

void cells_free(struct cells *cells)
{
	if (!cells)
		return;
	pthread_mutex_lock(&cells->lock);
	while (cells->tables) {
		struct table *t = cells->tables;

		cells->tables = t->next;
		discard(t);
	}
	while (cells->posted)
		pthread_cond_wait(&cells->ended, &cells->lock);
	pthread_mutex_unlock(&cells->lock);
	root_reader_free(cells->reader);
	text_reader_free(cells->texts);
	buf_release(&cells->scratch);
	buf_release(&cells->given);
	pthread_mutex_destroy(&cells->lock);
	pthread_cond_destroy(&cells->ended);
	free(cells);
}

/* Under the lock. What was found goes to the front: it is asked for again. */
static struct table *find_table(struct cells *cells, uint32_t kind)
{
	struct table **at = &cells->tables;
	struct table *t;

	while (*at && (*at)->kind != kind)
		at = &(*at)->next;
	t = *at;
	if (t && t != cells->tables) {
		*at = t->next;
		t->next = cells->tables;
		cells->tables = t;
	}
	return t;
}

static struct table *add_table(struct cells *cells, uint32_t kind)
{
	struct table *t = mem_zalloc(sizeof(*t));

	t->job.run = run;
	t->job.drop = drop;
	t->cells = cells;
	t->kind = kind;
	t->next = cells->tables;
	cells->tables = t;
	return t;
}

bool cells_want(struct cells *cells, const struct kind_root *kind, size_t *ret_done)
{
	struct table *t;
	bool whole, post;

	pthread_mutex_lock(&cells->lock);
	t = find_table(cells, kind->kind->id);
	if (!t)
		t = add_table(cells, kind->kind->id);
	t->used = clock_now();
	whole = t->version == kind->store->version && t->columns == kind->kind->version;
	*ret_done = whole			   ? kind->store->count
		    : t->done < kind->store->count ? t->done
						   : kind->store->count;
	post = !whole && !t->posted;
	t->wanted = !whole;
	if (post) {
		t->posted = true;
		cells->posted++;
	}
	pthread_mutex_unlock(&cells->lock);
	if (post)
		worker_post(cells->worker, WORKER_URGENT, &t->job);
	return whole;
}

bool cells_get(
	struct cells *cells, const struct kind_root *kind, const struct entry *e, struct str *ret)
{
	struct table *t;
	bool found;

	buf_reset(&cells->given);
	pthread_mutex_lock(&cells->lock);
	t = find_table(cells, kind->kind->id);
	found = t && t->columns == kind->kind->version && e->slot < t->n_slots &&
		t->slots[e->slot].version == e->version;
	if (found)
		buf_add(&cells->given, t->slots[e->slot].text, t->slots[e->slot].len);
	pthread_mutex_unlock(&cells->lock);
	if (found)
		*ret = buf_str(&cells->given);
	return found;
}

void cells_touch(struct cells *cells, const struct kind_root *kind)
{
	struct table *t;

	pthread_mutex_lock(&cells->lock);
	t = find_table(cells, kind->kind->id);
	if (t)
		t->used = clock_now();
	pthread_mutex_unlock(&cells->lock);
}

void cells_sweep(struct cells *cells)
{
	int64_t now = clock_now();
	struct table **at;

	pthread_mutex_lock(&cells->lock);
	at = &cells->tables;
	while (*at) {
		struct table *t = *at;

		if (now - t->used < IDLE_MAX) {
			at = &t->next;
			continue;
		}
		*at = t->next;
		discard(t);
	}
	pthread_mutex_unlock(&cells->lock);
}
