#include "kube/column_rows.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "json/scan.h"
#include "kube/object.h"

#define KEY_MAX 1024

struct column_rows {
	struct map cells; /* "namespace/name" -> text of the row's cells */
};

struct column_rows *column_rows_new(void)
{
	return mem_zalloc(sizeof(struct column_rows));
}

void column_rows_free(struct column_rows *rows)
{
	const struct map_slot *slot;
	size_t at = 0;

	if (!rows)
		return;
	while ((slot = map_next(&rows->cells, &at)))
		free(slot->value);
	map_release(&rows->cells);
	free(rows);
}

static bool make_key(struct str object, struct buf *key)
{
	struct object o;

	buf_reset(key);
	if (object_scan(object, &o, NULL) < 0)
		return false;
	buf_addstr(key, o.ns);
	buf_addc(key, '/');
	buf_addstr(key, o.name);
	return !key->overflow;
}

static void add_row(struct column_rows *rows, struct str row)
{
	struct str cells = scan_member(row, "cells");
	struct str object = scan_member(row, "object");
	struct buf key = BUF_INIT(KEY_MAX);

	if (cells.p && object.p && make_key(object, &key))
		free(map_put(&rows->cells, buf_str(&key), str_dup(cells)));
	buf_release(&key);
}

int column_rows_add(struct column_rows *rows, struct str table, struct error *err)
{
	struct str list, row;
	struct scan s;

	if (scan_validate(table, err) < 0)
		return error_prefix(err, "the server's table");
	list = scan_member(table, "rows");
	scan_init(&s, list);
	if (!list.p || scan_type(&s) != SCAN_ARRAY)
		return 0; /* "rows": null is an empty one */
	scan_array(&s);
	while (scan_item_text(&s, &row)) {
		if (row.p[0] == '{')
			add_row(rows, row);
	}
	return 0;
}

/* What kubectl prints of a cell: strings plain, null as nothing. */
static void add_cell(struct str cell, struct buf *out)
{
	if (cell.p[0] == '"')
		scan_unescape(str_make(cell.p + 1, cell.len - 2), out);
	else if (!str_is(cell, "null"))
		buf_addstr(out, cell);
}

struct str column_rows_find(const struct column_rows *rows, struct str object)
{
	struct buf key = BUF_INIT(KEY_MAX);
	const char *cells = make_key(object, &key) ? map_get(&rows->cells, buf_str(&key)) : NULL;

	buf_release(&key);
	return str_of(cells);
}

void column_rows_pick(struct str row, size_t column, struct buf *out)
{
	struct str cell;
	struct scan s;

	if (!row.p)
		return;
	scan_init(&s, row);
	scan_array(&s);
	for (size_t i = 0; scan_item_text(&s, &cell); i++) {
		if (i == column + 1) {
			add_cell(cell, out);
			return;
		}
	}
}
