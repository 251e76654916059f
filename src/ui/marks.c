#include "ui/marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "ui/state.h"

#define PRUNE_STEP 1000

struct mark_id {
	char bytes[sizeof(uint32_t) + 16];
};

static struct mark_id id_of(uint32_t kind, const unsigned char uid[16])
{
	struct mark_id id;

	memcpy(id.bytes, &kind, sizeof(kind));
	memcpy(id.bytes + sizeof(kind), uid, 16);
	return id;
}

static struct str id_str(const struct mark_id *id)
{
	return str_make(id->bytes, sizeof(id->bytes));
}

void marks_init(struct marks *marks)
{
	*marks = (struct marks){ 0 };
	map_init(&marks->map);
}

static void key_free(struct tree_key *key)
{
	tree_key_release(key);
	free(key);
}

void marks_clear(struct marks *marks)
{
	for (size_t i = 0; i < marks->count; i++)
		key_free(marks->keys[i]);
	marks->count = marks->looked = 0;
	map_release(&marks->map);
	map_init(&marks->map);
}

void marks_release(struct marks *marks)
{
	marks_clear(marks);
	map_release(&marks->map);
	free(marks->keys);
	*marks = (struct marks){ 0 };
}

size_t marks_count(const struct marks *marks)
{
	return marks->count;
}

bool marks_has(const struct marks *marks, uint32_t kind, const unsigned char uid[16])
{
	struct mark_id id = id_of(kind, uid);

	return marks->count && map_get(&marks->map, id_str(&id));
}

const struct tree_key *marks_at(const struct marks *marks, size_t n)
{
	return n < marks->count ? marks->keys[n] : NULL;
}

bool marks_add(struct marks *marks, const struct tree_key *key)
{
	struct mark_id id = id_of(key->kind, key->uid);
	struct tree_key *copy;

	if (marks_has(marks, key->kind, key->uid))
		return true;
	if (marks->count == MARKS_MAX)
		return false;
	copy = mem_zalloc(sizeof(*copy));
	rows_key_copy(copy, key);
	marks->keys = array_reserve(
		marks->keys, &marks->cap, marks->count + 1, sizeof(struct tree_key *));
	marks->keys[marks->count++] = copy;
	map_put(&marks->map, id_str(&id), copy);
	return true;
}

/* The order of the others stays. */
static void remove_at(struct marks *marks, size_t at)
{
	struct tree_key *key = marks->keys[at];
	struct mark_id id = id_of(key->kind, key->uid);

	map_remove(&marks->map, id_str(&id));
	marks->count--;
	memmove(marks->keys + at, marks->keys + at + 1,
		(marks->count - at) * sizeof(struct tree_key *));
	key_free(key);
}

void marks_remove(struct marks *marks, const struct tree_key *key)
{
	struct mark_id id = id_of(key->kind, key->uid);
	const struct tree_key *mark = map_get(&marks->map, id_str(&id));

	for (size_t i = marks->count; mark && i-- > 0;) {
		if (marks->keys[i] == mark) {
			remove_at(marks, i);
			return;
		}
	}
}

bool marks_toggle(struct marks *marks, const struct tree_key *key)
{
	if (!marks_has(marks, key->kind, key->uid))
		return marks_add(marks, key);
	marks_remove(marks, key);
	return true;
}

void marks_prune(struct marks *marks, const struct root *root)
{
	for (size_t n = 0; n < PRUNE_STEP && n < marks->count; n++) {
		if (marks->looked >= marks->count)
			marks->looked = 0;
		if (tree_key_entry(root, marks->keys[marks->looked]))
			marks->looked++;
		else
			remove_at(marks, marks->looked);
	}
}

/* ---- with the keyboard ---- */

static void say_full(struct ui *ui)
{
	statusline_say(
		&ui->status, ui->now, true, "no more than %zu objects can be marked", MARKS_MAX);
}

static void say_none(struct ui *ui)
{
	statusline_say(&ui->status, ui->now, false, "there is no object to mark under the cursor");
}

static void mark_row(struct ui *ui, struct rows *rows)
{
	struct tree_row row;

	if (!rows_at(ui, rows, rows->list.cursor, &row) || row.level != TREE_OBJECT) {
		say_none(ui);
		return;
	}
	if (!marks_toggle(&ui->marks, &rows->key))
		say_full(ui);
	rows_act(ui, rows, ACTION_DOWN);
}

/* What is between the mark that was made last and the cursor, both included. */
static void mark_range(struct ui *ui, struct rows *rows)
{
	const struct tree_key *last = marks_at(&ui->marks, marks_count(&ui->marks) - 1);
	size_t from = rows_cursor(rows), to = from, at;
	struct tree_key key = { 0 };
	struct tree_row row;
	bool room = true, any = false;

	if (last && rows->source->find(ui, last, &at)) {
		from = at < from ? at : from;
		to = at > to ? at : to;
	}
	for (size_t n = from; n <= to && room; n++) {
		if (!rows->source->at(ui, n, &row) || row.level != TREE_OBJECT)
			continue;
		tree_key_of(&row, &key);
		room = marks_add(&ui->marks, &key);
		any = true;
	}
	tree_key_release(&key);
	if (!room)
		say_full(ui);
	else if (!any)
		say_none(ui);
}

bool marks_act(struct ui *ui, struct rows *rows, enum action action)
{
	if (action == ACTION_MARK)
		mark_row(ui, rows);
	else if (action == ACTION_MARK_RANGE)
		mark_range(ui, rows);
	else
		return false;
	return true;
}
