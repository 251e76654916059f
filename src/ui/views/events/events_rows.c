/*
 * events_rows - which changes are shown: those in scope that pass the
 * filter, each judged once; in a row, what is nothing but noise is one line.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cluster/cluster.h"
#include "ui/state.h"
#include "ui/views/events/events.h"

#define JUDGED_EACH 16	/* texts between two looks at the clock */
#define JUDGED_MOST 512 /* texts of one update */

const struct event_row *events_row_at(const struct ui *ui, size_t row)
{
	const struct events_view *v = &ui->events;

	return row < v->count ? &v->rows[v->head + row] : NULL;
}

const struct feed_item *events_item_of(const struct ui *ui, const struct event_row *row)
{
	return row ? feed_at(&ui->feed, feed_find(&ui->feed, row->last)) : NULL;
}

size_t events_row_of(const struct ui *ui, uint64_t number)
{
	const struct events_view *v = &ui->events;
	size_t low = 0, high = v->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (v->rows[v->head + mid].last < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

void events_rows_reset(struct events_view *v)
{
	v->head = v->count = 0;
	v->events = v->fresh = 0;
	v->read = 0;
	v->last_modified = false;
}

/* ---- scope ---- */

/* Events are of whatever has the name that they regard. */
static bool is_named(struct ui *ui, const struct feed_item *item, const struct tree_key *key)
{
	struct str ns = str_of(key->ns), name = str_of(key->name);
	const struct change *change = &ui->feed.copy.change;

	return item->kind == key->kind && item->place == feed_place(ns, name) &&
	       changes_read(cluster_changes(ui->cluster), item->number, &ui->feed.copy) == 0 &&
	       str_eq(change->ns, ns) && str_eq(change->name, name);
}

bool events_rows_is_wide(const struct tree_key *scope)
{
	return scope->level == TREE_GROUP && (!scope->group || !*scope->group);
}

static bool in_scope(struct ui *ui, const struct feed_item *item)
{
	const struct tree_key *scope = &ui->events.scope;
	const struct feed_kind *kind;

	if (!ui->events.scoped)
		return true;
	switch (scope->level) {
	case TREE_OBJECT:
		if (change_is_event(item->type))
			return is_named(ui, item, scope);
		return !memcmp(item->uid, scope->uid, sizeof(item->uid));
	case TREE_KIND:
		return item->kind == scope->kind;
	default:
		kind = feed_kind(&ui->feed, item->kind);
		return events_rows_is_wide(scope) || (kind && !strcmp(kind->group, scope->group));
	}
}

static bool same_scope(const struct tree_key *a, const struct tree_key *b, enum tree_level level)
{
	return str_eq(str_of(a->group), str_of(b->group)) &&
	       (level == TREE_GROUP || a->kind == b->kind) &&
	       (level != TREE_OBJECT || !memcmp(a->uid, b->uid, sizeof(a->uid)));
}

bool events_rows_rescope(struct ui *ui)
{
	struct events_view *v = &ui->events;
	const struct rows *rows = ui_rows(ui);
	enum tree_level level;

	if (!v->scoped || !rows->has_key)
		return false;
	level = rows->key.level < v->level ? rows->key.level : v->level;
	if (v->scope.level == level && same_scope(&v->scope, &rows->key, level))
		return false;
	rows_key_copy(&v->scope, &rows->key);
	v->scope.level = level;
	events_rows_reset(v);
	return true;
}

/* ---- rows ---- */

static struct event_row *last_row(const struct events_view *v)
{
	return v->count ? &v->rows[v->head + v->count - 1] : NULL;
}

static bool judge_noise(struct ui *ui, uint64_t number)
{
	ui->events.judged++;
	return events_is_noise(ui, number);
}

/* Whether an item goes into the last row; only what follows on the same object is
 * looked into. */
static bool folds(struct ui *ui, const struct feed_item *item, struct event_row *ret_judged)
{
	struct events_view *v = &ui->events;
	struct event_row *last = last_row(v);

	if (v->noise || !last || !v->last_modified || item->type != CHANGE_MODIFIED ||
		memcmp(v->last_uid, item->uid, sizeof(item->uid)) != 0)
		return false;
	ret_judged->judged = true;
	ret_judged->noise = judge_noise(ui, item->number);
	if (!ret_judged->noise)
		return false;
	if (!last->judged)
		last->noise = judge_noise(ui, last->last);
	last->judged = true;
	/* what came before a pause stands still */
	return last->noise && (v->following || item->number < v->paused || last->last >= v->paused);
}

static void append_row(struct events_view *v, const struct event_row *row)
{
	if (v->head && v->head + v->count == v->cap) {
		memmove(v->rows, v->rows + v->head, v->count * sizeof(*v->rows));
		v->head = 0;
	}
	v->rows = array_reserve(v->rows, &v->cap, v->head + v->count + 1, sizeof(*v->rows));
	v->rows[v->head + v->count++] = *row;
}

static void add_item(struct ui *ui, const struct feed_item *item)
{
	struct events_view *v = &ui->events;
	struct event_row row = { .first = item->number, .last = item->number, .count = 1 };

	if (folds(ui, item, &row)) {
		last_row(v)->last = item->number;
		last_row(v)->count++;
	} else {
		append_row(v, &row);
	}
	memcpy(v->last_uid, item->uid, sizeof(v->last_uid));
	v->last_modified = item->type == CHANGE_MODIFIED;
	v->events++;
	v->fresh += !v->following && item->number >= v->paused;
}

static void drop_rows(struct ui *ui)
{
	struct events_view *v = &ui->events;
	const struct feed_item *first = feed_at(&ui->feed, 0);

	while (v->count && (!first || v->rows[v->head].last < first->number)) {
		v->events -= v->rows[v->head].count;
		v->head++;
		v->count--;
	}
}

static bool is_late(size_t judged, int64_t deadline)
{
	return judged >= JUDGED_MOST || clock_now() >= deadline;
}

bool events_rows_read(struct ui *ui, int64_t deadline)
{
	struct events_view *v = &ui->events;
	size_t look = JUDGED_EACH;

	drop_rows(ui);
	v->judged = 0;
	for (size_t i = feed_find(&ui->feed, v->read); i < ui->feed.count; i++) {
		const struct feed_item *item = feed_at(&ui->feed, i);

		if (v->judged >= look) {
			if (is_late(v->judged, deadline)) {
				v->read = item->number;
				return false;
			}
			look = v->judged + JUDGED_EACH;
		}
		if (in_scope(ui, item) && (!v->filter || events_passes(ui, item)))
			add_item(ui, item);
	}
	v->read = ui->feed.next;
	return true;
}
