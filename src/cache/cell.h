/*
 * cell - the cells of one object, as a table of cells.c keeps them. Whoever owns
 * the table says who may touch them.
 */
#ifndef CACHE_CELL_H
#define CACHE_CELL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "cache/cells.h"

/* A key for each column, then its class (enum value_class), then the texts, all in
 * one piece. */
struct cell {
	uint64_t version; /* of the entry; 0: none */
	uint64_t *keys;
	uint32_t len;	/* of the texts */
	uint32_t stamp; /* worker: the look at the store that saw it last */
};

static inline uint8_t *cell_classes(const struct cell *cell, size_t columns)
{
	return (uint8_t *)(cell->keys + columns);
}

static inline char *cell_texts(const struct cell *cell, size_t columns)
{
	return (char *)(cell_classes(cell, columns) + columns);
}

/* What keys points to. */
static inline size_t cell_bytes(const struct cell *cell, size_t columns)
{
	return columns * (sizeof(*cell->keys) + 1) + cell->len + 1;
}

/* From texts that are divided by NULs, and times of dates, one for each column.
 * What it held before is not freed. */
void cell_init(
	struct cell *ret, uint64_t version, struct str texts, const int64_t *times, size_t columns);
void cell_read(const struct cell *cell, size_t columns, size_t column, enum cells_order order,
	struct cell_value *ret, struct buf *texts);

#endif
