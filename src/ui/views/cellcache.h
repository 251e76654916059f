/*
 * cellcache - the printer columns' cells of the rows that are on the
 * screen, and the widths of their columns. An object's cells are computed once
 * for each of its versions, and again each second when they hold ages.
 */
#ifndef UI_VIEWS_CELLCACHE_H
#define UI_VIEWS_CELLCACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct entry;
struct kind;
struct text_reader;

#define CELL_SLOTS    256
#define CELL_MEASURED 4096 /* two rows that share a place are measured in each frame */
#define CELL_COLUMNS  24   /* that a row shows at most */

struct cell_slot {
	uint64_t version;
	uint64_t columns; /* struct kind.version */
	int64_t second;	  /* of the wall clock, when the cells hold dates */
	struct buf cells;
};

struct cell_widths {
	uint32_t kind;
	uint64_t columns; /* struct kind.version */
	uint8_t widths[CELL_COLUMNS];
};

struct cell_cache {
	bool all_dates; /* all columns are shown, ages and wide ones, too */
	struct cell_slot slots[CELL_SLOTS];
	struct cell_widths *widths; /* by kind, in no order; forgotten on a resize */
	size_t n_widths, cap_widths;
	int name_width;
	uint64_t measured
		[CELL_MEASURED]; /* versions of entries and columns that are in the widths */
};

void cell_cache_init(struct cell_cache *cache);
void cell_cache_release(struct cell_cache *cache);
void cell_cache_forget_widths(struct cell_cache *cache);

/* Cells, each followed by a NUL. Valid until the next call. */
struct str cell_cache_get(struct cell_cache *cache, const struct kind *kind, const struct entry *e,
	struct text_reader *texts, int64_t second);

/* Whether this version of the object has been measured since the widths were
 * forgotten; from now on it has. */
bool cell_cache_measured(struct cell_cache *cache, const struct kind *kind, const struct entry *e);

/* The widths of a kind's columns, at least as wide as their headings. */
uint8_t *cell_cache_widths(struct cell_cache *cache, const struct kind *kind);

/* Whether the tree shows this column: not the wide ones, not an age. */
struct column;
bool cell_cache_shows(const struct column *column);

#endif
