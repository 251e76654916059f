#include "ui/views/cellcache.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/utf8.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "kube/columns.h"

#define CELLS_MAX ((size_t)256 << 10) /* of one object */

void cell_cache_init(struct cell_cache *cache)
{
	*cache = (struct cell_cache){ 0 };
	for (size_t i = 0; i < CELL_SLOTS; i++)
		buf_init(&cache->slots[i].cells, CELLS_MAX);
}

void cell_cache_release(struct cell_cache *cache)
{
	for (size_t i = 0; i < CELL_SLOTS; i++)
		buf_release(&cache->slots[i].cells);
	free(cache->widths);
}

void cell_cache_forget_widths(struct cell_cache *cache)
{
	cache->n_widths = 0;
	cache->name_width = 0;
	memset(cache->measured, 0, sizeof(cache->measured));
}

bool cell_cache_measured(struct cell_cache *cache, const struct kind *kind, const struct entry *e)
{
	uint64_t both = e->version * UINT64_C(0x9e3779b97f4a7c15) ^ kind->version;
	uint64_t *slot = &cache->measured[e->version % CELL_MEASURED];

	if (*slot == both)
		return true;
	*slot = both;
	return false;
}

bool cell_cache_shows(const struct column *column)
{
	if (column->priority != 0)
		return false;
	return column->type != COLUMN_DATE || strcasecmp(column->name, "age") != 0;
}

static bool has_dates(const struct cell_cache *cache, const struct kind *kind)
{
	for (size_t i = 0; i < kind->columns->count; i++) {
		const struct column *column = &kind->columns->items[i];

		if (column->type == COLUMN_DATE && (cache->all_dates || cell_cache_shows(column)))
			return true;
	}
	return false;
}

struct str cell_cache_get(struct cell_cache *cache, const struct kind *kind, const struct entry *e,
	struct text_reader *texts, int64_t second)
{
	struct cell_slot *slot = &cache->slots[e->version % CELL_SLOTS];
	bool dates = has_dates(cache, kind);

	if (slot->version == e->version && slot->columns == kind->version &&
		(!dates || slot->second == second))
		return buf_str(&slot->cells);
	buf_reset(&slot->cells);
	slot->cells.overflow = false;
	columns_cells(kind->columns, text_read_kept(texts, e->text), second, dates, &slot->cells);
	slot->version = e->version;
	slot->columns = kind->version;
	slot->second = second;
	return buf_str(&slot->cells);
}

static void begin_widths(struct cell_widths *w, const struct kind *kind)
{
	*w = (struct cell_widths){ .kind = kind->id, .columns = kind->version };
	for (size_t i = 0; i < kind->columns->count && i < CELL_COLUMNS; i++) {
		size_t width = utf8_columns(str_of(kind->columns->items[i].head));

		w->widths[i] = (uint8_t)(width < 40 ? width : 40);
	}
}

uint8_t *cell_cache_widths(struct cell_cache *cache, const struct kind *kind)
{
	struct cell_widths *w;

	for (size_t i = 0; i < cache->n_widths; i++) {
		w = &cache->widths[i];
		if (w->kind != kind->id)
			continue;
		if (w->columns != kind->version)
			begin_widths(w, kind);
		return w->widths;
	}
	cache->widths = array_reserve(
		cache->widths, &cache->cap_widths, cache->n_widths + 1, sizeof(*cache->widths));
	w = &cache->widths[cache->n_widths++];
	begin_widths(w, kind);
	return w->widths;
}
