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
#include "cache/cell.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "kube/columns.h"
#include "kube/value.h"

#define SLICE	    (4 * CLOCK_MS)
#define IDLE_MAX    (300 * CLOCK_S)
#define BATCH	    16		       /* objects between two looks at the clock */
#define SCRATCH_MAX ((size_t)64 << 20) /* all cells of one object before they are cut */

/* How many of a column's cells are what. */
struct tally {
	size_t present;
	size_t numbers;
	size_t durations;
};

struct table {
	struct job job;
	struct cells *cells;
	struct table *next; /* under lock */
	uint32_t kind;
	bool posted;	       /* under lock */
	bool wanted;	       /* under lock: asked for since the job's last slice began */
	bool doomed;	       /* under lock: freed when the job ends */
	int64_t used;	       /* under lock */
	uint64_t version;      /* under lock: of the store that is done */
	uint64_t columns;      /* under lock: struct kind.version of whose columns the cells are */
	size_t done;	       /* under lock */
	struct cell *slots;    /* under lock */
	uint32_t n_slots;      /* under lock */
	size_t n_columns;      /* under lock */
	struct tally *tallies; /* under lock; for each column */
	bool whole;	       /* under lock: it has been, with these columns */
	/* worker */
	size_t filled; /* slots with cells */
	uint32_t stamp;
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
	int64_t *times;		    /* worker; for each column */
	struct buf given;	    /* owner: what cells_get() gave last */
	pthread_mutex_t lock;
	pthread_cond_t ended; /* a job has ended */
	size_t posted;	      /* under lock */
	struct table *tables; /* under lock */
};

/* ---- the worker's side ---- */

static size_t held(const struct table *t, const struct cell *cell)
{
	return cell->keys ? cell_bytes(cell, t->n_columns) : 0;
}

static void forget(struct table *t)
{
	size_t bytes = t->n_slots * sizeof(*t->slots);

	for (uint32_t i = 0; i < t->n_slots; i++) {
		bytes += held(t, &t->slots[i]);
		free(t->slots[i].keys);
	}
	roots_hold(t->cells->roots, 0, bytes);
	free(t->slots);
	free(t->tallies);
	t->slots = NULL;
	t->tallies = NULL;
	t->n_slots = 0;
	t->filled = 0;
	t->whole = false;
}

/* Under the lock: adds a cell to the tallies, or takes it out. */
static void tally(struct table *t, const struct cell *cell, bool add)
{
	const uint8_t *classes;

	if (!cell->keys)
		return;
	classes = cell_classes(cell, t->n_columns);
	for (size_t i = 0; i < t->n_columns; i++) {
		size_t n = add ? 1 : (size_t)-1;

		if (classes[i] & VALUE_MISSING)
			continue;
		t->tallies[i].present += n;
		t->tallies[i].numbers += classes[i] & VALUE_NUMBER ? n : 0;
		t->tallies[i].durations += classes[i] & VALUE_DURATION ? n : 0;
	}
}

static void grow(struct table *t, uint32_t slots)
{
	uint32_t n = slots + slots / 4 + 64;

	if (slots <= t->n_slots)
		return;
	pthread_mutex_lock(&t->cells->lock);
	t->slots = mem_realloc_array(t->slots, n, sizeof(*t->slots));
	memset(t->slots + t->n_slots, 0, (n - t->n_slots) * sizeof(*t->slots));
	roots_hold(t->cells->roots, (n - t->n_slots) * sizeof(*t->slots), 0);
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
	struct cell made;
	uint64_t *old;

	buf_reset(&cells->scratch);
	columns_values(
		kind->columns, text_read_kept(cells->texts, text), cells->times, &cells->scratch);
	if (cells->scratch.overflow) {
		buf_reset(&cells->scratch);
		for (size_t i = 0; i < kind->columns->count; i++)
			buf_addc(&cells->scratch, '\0');
	}
	cut_cells(&cells->scratch, kind->columns->count);
	cell_init(&made, e->version, buf_str(&cells->scratch), cells->times, kind->columns->count);
	made.stamp = t->stamp;
	pthread_mutex_lock(&cells->lock);
	old = cell->keys;
	tally(t, cell, false);
	roots_hold(cells->roots, held(t, &made), held(t, cell));
	*cell = made;
	tally(t, cell, true);
	t->filled += !old;
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

/* How many are done; marks the cells of what is there, counted in *ret_filled. */
static size_t count_done(struct table *t, const struct store_root *store, size_t *ret_filled)
{
	size_t done = 0, filled = 0;

	t->stamp++;
	for (size_t i = 0; i < store->n_chunks; i++) {
		const struct chunk *c = store->chunks[i];

		for (uint32_t j = 0; j < c->count; j++) {
			struct cell *cell = &t->slots[c->entries[j]->slot];

			done += cell->version == c->entries[j]->version;
			filled += cell->keys != NULL;
			cell->stamp = t->stamp;
		}
	}
	*ret_filled = filled;
	return done;
}

/* What is gone has no say any more in how a column is ordered. */
static void drop_gone(struct table *t)
{
	for (uint32_t i = 0; i < t->n_slots; i++) {
		struct cell *cell = &t->slots[i];
		uint64_t *old = cell->keys;

		if (!old || cell->stamp == t->stamp)
			continue;
		pthread_mutex_lock(&t->cells->lock);
		tally(t, cell, false);
		roots_hold(t->cells->roots, 0, held(t, cell));
		*cell = (struct cell){ .version = 0 };
		t->filled--;
		pthread_mutex_unlock(&t->cells->lock);
		free(old);
	}
}

static void begin_columns(struct table *t, const struct kind *kind)
{
	size_t n = kind->columns->count;

	forget(t);
	t->columns = kind->version;
	t->n_columns = n;
	t->tallies = mem_zalloc((n + 1) * sizeof(*t->tallies));
}

/* A new state of the store: looked through from its start again, which skips
 * what is there at a few nanoseconds each. */
static void begin(struct table *t, const struct kind_root *kind)
{
	size_t done, filled;

	pthread_mutex_lock(&t->cells->lock);
	if (t->columns != kind->kind->version)
		begin_columns(t, kind->kind);
	pthread_mutex_unlock(&t->cells->lock);
	t->building = kind->store->version;
	t->next_chunk = t->next_entry = 0;
	grow(t, kind->store->slots);
	done = count_done(t, kind->store, &filled);
	if (filled < t->filled)
		drop_gone(t);
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
		cells->times = mem_realloc_array(
			cells->times, kind->kind->columns->count + 1, sizeof(*cells->times));
		if (t->building != kind->store->version || t->columns != kind->kind->version)
			begin(t, kind);
		whole = build_some(t, kind, clock_now() + SLICE);
	}
	if (kind && whole) {
		pthread_mutex_lock(&cells->lock);
		t->version = kind->store->version;
		t->whole = true;
		t->done = kind->store->count;
		pthread_mutex_unlock(&cells->lock);
	}
	root_unpin(cells->reader);
	return !whole;
}

static void free_table(struct table *t)
{
	forget(t);
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
	free(cells->times);
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

/* Under the lock: the cells of this entry, or NULL; columns is struct kind.version. */
static const struct cell *find_cell(
	const struct table *t, uint64_t columns, uint32_t slot, uint64_t version)
{
	bool there = t && t->columns == columns && slot < t->n_slots &&
		     t->slots[slot].version == version;

	return there ? &t->slots[slot] : NULL;
}

bool cells_get(
	struct cells *cells, const struct kind_root *kind, const struct entry *e, struct str *ret)
{
	const struct cell *cell;
	struct table *t;

	buf_reset(&cells->given);
	pthread_mutex_lock(&cells->lock);
	t = find_table(cells, kind->kind->id);
	cell = find_cell(t, kind->kind->version, e->slot, e->version);
	if (cell)
		buf_add(&cells->given, cell_texts(cell, t->n_columns), cell->len);
	pthread_mutex_unlock(&cells->lock);
	if (cell)
		*ret = buf_str(&cells->given);
	return cell != NULL;
}

bool cells_order(
	struct cells *cells, const struct kind_root *kind, size_t column, enum cells_order *ret)
{
	const struct columns *columns = kind->kind->columns;
	const struct tally *tally;
	struct table *t;
	bool there;

	pthread_mutex_lock(&cells->lock);
	t = find_table(cells, kind->kind->id);
	there = t && t->whole && t->columns == kind->kind->version && column < t->n_columns;
	if (there) {
		tally = &t->tallies[column];
		if (columns->items[column].type == COLUMN_DATE)
			*ret = CELLS_TIMES;
		else if (tally->numbers == tally->present)
			*ret = CELLS_NUMBERS;
		else if (tally->durations == tally->present)
			*ret = CELLS_DURATIONS;
		else
			*ret = CELLS_WORDS;
	}
	pthread_mutex_unlock(&cells->lock);
	return there;
}

/* At most BATCH_VALUES under one lock: the worker waits for it. */
#define BATCH_VALUES 512

/* Under the lock. What an entry's cells are in is asked for while others are read. */
static void read_values(const struct table *t, const struct cells_column *column,
	const struct cells_entry *entries, size_t n, struct cell_value *ret, struct buf *texts)
{
	for (size_t i = 0; i < n; i++) {
		const struct cells_entry *ahead = &entries[i + ENTRY_AHEAD];
		const struct cell *cell;

		if (i + ENTRY_AHEAD < n && ahead->slot < t->n_slots) {
			__builtin_prefetch(t->slots[ahead->slot].keys);
			__builtin_prefetch(t->slots[ahead->slot].keys + 8);
		}
		cell = find_cell(t, column->version, entries[i].slot, entries[i].version);
		if (cell && column->column < t->n_columns)
			cell_read(
				cell, t->n_columns, column->column, column->order, &ret[i], texts);
	}
}

void cells_values(struct cells *cells, const struct cells_column *column,
	const struct cells_entry *entries, size_t n, struct cell_value *ret, struct buf *texts)
{
	memset(ret, 0, n * sizeof(*ret));
	for (size_t start = 0; start < n; start += BATCH_VALUES) {
		size_t some = n - start < BATCH_VALUES ? n - start : BATCH_VALUES;
		struct table *t;

		pthread_mutex_lock(&cells->lock);
		t = find_table(cells, column->kind);
		if (t)
			read_values(t, column, entries + start, some, ret + start, texts);
		pthread_mutex_unlock(&cells->lock);
	}
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
