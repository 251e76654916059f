#include "ui/widgets/rows.h"

#include <string.h>

#include "base/mem.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "ui/state.h"

void rows_init(struct rows *rows, const struct rows_source *source)
{
	*rows = (struct rows){ .source = source };
}

void rows_release(struct rows *rows)
{
	tree_key_release(&rows->key);
}

/* ---- keys ---- */

void rows_key_copy(struct tree_key *to, const struct tree_key *from)
{
	struct tree_key copy = *from;

	copy.group = mem_strdup_or_null(from->group);
	copy.ns = mem_strdup_or_null(from->ns);
	copy.name = mem_strdup_or_null(from->name);
	tree_key_release(to);
	*to = copy;
}

bool rows_key_same(const struct tree_key *a, const struct tree_key *b)
{
	if (a->level != b->level || a->kind != b->kind)
		return false;
	if (a->level == TREE_GROUP)
		return str_eq(str_of(a->group), str_of(b->group));
	return a->level == TREE_KIND || (!memcmp(a->uid, b->uid, sizeof(a->uid)) &&
						str_eq(str_of(a->name), str_of(b->name)) &&
						str_eq(str_of(a->ns), str_of(b->ns)));
}

struct tree_key rows_key_of_kind(const struct kind_root *kind)
{
	static char empty[] = "";

	return (struct tree_key){ .level = TREE_KIND,
		.kind = kind->kind->id,
		.group = kind->kind->gvr.group,
		.ns = empty,
		.name = empty };
}

/* ---- rows, with the ghost of a deleted object among them ---- */

size_t rows_count(const struct ui *ui, const struct rows *rows)
{
	return rows->source->count(ui) + (rows->has_ghost ? 1 : 0);
}

bool rows_at(const struct ui *ui, const struct rows *rows, size_t n, struct tree_row *ret)
{
	if (rows->has_ghost && n == rows->ghost)
		return false;
	return rows->source->at(ui, rows->has_ghost && n > rows->ghost ? n - 1 : n, ret);
}

size_t rows_cursor(const struct rows *rows)
{
	size_t n = rows->list.cursor;

	return rows->has_ghost && n >= rows->ghost && n > 0 ? n - 1 : n;
}

static void take_key(struct ui *ui, struct rows *rows)
{
	struct tree_row row;

	if (!rows_at(ui, rows, rows->list.cursor, &row))
		return;
	tree_key_of(&row, &rows->key);
	rows->has_key = true;
	rows->seen = ui->query.serial;
}

/* ---- following the cluster ---- */

const struct entry *rows_entry(const struct ui *ui, const struct rows *rows)
{
	return rows->has_key ? tree_key_entry(ui->root, &rows->key) : NULL;
}

/* Under another filter than the one it was last seen with it would be a row only
 * if it matched, which nobody can tell any more. */
bool rows_is_deleted(const struct ui *ui, const struct rows *rows)
{
	return rows->has_key && rows->moved && rows->key.level == TREE_OBJECT &&
	       root_kind(ui->root, rows->key.kind) && !rows_entry(ui, rows) &&
	       (!ui->query.filter || rows->seen == ui->query.serial);
}

/* It may still pass the filter: not all objects have been judged. */
static bool is_not_judged(const struct ui *ui, const struct rows *rows)
{
	return !rows->source->is_settled(ui) && rows_entry(ui, rows);
}

void rows_sync(struct ui *ui, struct rows *rows)
{
	size_t count = rows->source->count(ui);
	size_t n = 0;

	rows->has_ghost = false;
	rows->hidden = ui->query.filter && rows->has_key && !count;
	if (!rows->has_key || !rows->moved) {
		list_follow(&rows->list, 0, count);
		take_key(ui, rows);
		return;
	}
	if (rows->source->find(ui, &rows->key, &n)) {
		rows->seen = ui->query.serial;
		list_follow(&rows->list, n, count);
		return;
	}
	if (rows_is_deleted(ui, rows) && rows->source->has_place(ui, &rows->key)) {
		rows->has_ghost = true;
		rows->hidden = false;
		rows->ghost = n < count ? n : count;
		list_follow(&rows->list, rows->ghost, count + 1);
		return;
	}
	list_follow(&rows->list, n < count ? n : count ? count - 1 : 0, count);
	if (!count && !ui->query.filter)
		rows->has_key = false;
	else if (!is_not_judged(ui, rows))
		take_key(ui, rows);
}

/* ---- moving ---- */

static void drop_ghost(struct ui *ui, struct rows *rows)
{
	size_t n = rows->list.cursor;

	if (!rows->has_ghost)
		return;
	rows->has_ghost = false;
	if (n > rows->ghost)
		n--;
	list_follow(&rows->list, n, rows->source->count(ui));
}

void rows_moved(struct ui *ui, struct rows *rows)
{
	rows->moved = true;
	if (rows->has_ghost && rows->list.cursor == rows->ghost)
		return;
	drop_ghost(ui, rows);
	take_key(ui, rows);
	rows->time = ui->now;
}

void rows_to(struct ui *ui, struct rows *rows, size_t n)
{
	rows->has_ghost = false;
	list_resize(&rows->list, rows->source->count(ui), rows->list.height);
	list_to(&rows->list, n);
	rows_moved(ui, rows);
}

void rows_to_key(struct ui *ui, struct rows *rows, const struct tree_key *key)
{
	rows->moved = rows->has_key = true;
	rows->has_ghost = false;
	rows->time = ui->now;
	rows_key_copy(&rows->key, key);
	rows->seen = ui->query.serial;
	rows_sync(ui, rows);
}

bool rows_act(struct ui *ui, struct rows *rows, enum action action)
{
	list_resize(&rows->list, rows_count(ui, rows), rows->list.height);
	if (!list_act(&rows->list, action))
		return false;
	rows_moved(ui, rows);
	return true;
}

void rows_click(struct ui *ui, struct rows *rows, size_t line)
{
	if (rows->list.top + line >= rows_count(ui, rows))
		return;
	list_to(&rows->list, rows->list.top + line);
	rows_moved(ui, rows);
}

void rows_wheel(struct ui *ui, struct rows *rows, int by)
{
	list_scroll(&rows->list, 3 * (long)by);
	rows_moved(ui, rows);
}
