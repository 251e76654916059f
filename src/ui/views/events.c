#include "ui/views/events.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "json/diff.h"
#include "json/scan.h"
#include "ui/state.h"
#include "ui/text.h"

#define CHANGES_MAX   ((size_t)8192)
#define CHANGES_SHOWN 4
#define VALUE_COLUMNS 32
#define NARROW	      100 /* columns for name, changes and who made them */
#define CHANGES_LEAST 16  /* columns that changes keep before who made them */

void events_view_init(struct ui *ui)
{
	ui->events = (struct events_view){ .following = true };
}

static void slot_release(struct event_slot *slot)
{
	free(slot->name);
	free(slot->changes);
	free(slot->manager);
	*slot = (struct event_slot){ 0 };
}

void events_view_release(struct ui *ui)
{
	struct events_view *v = &ui->events;

	for (size_t i = 0; i < EVENT_SLOTS; i++)
		slot_release(&v->slots[i]);
	tree_key_release(&v->scope);
	free(v->rows);
}

/* ---- what one change says ---- */

struct describing {
	struct buf out;
	size_t shown, more;
	bool noise;
};

static bool describe_item(void *arg, const struct diff_item *item)
{
	struct describing *d = arg;

	if (item->noise && !d->noise)
		return true;
	if (d->shown == CHANGES_SHOWN) {
		d->more++;
		return true;
	}
	buf_addz(&d->out, d->shown++ ? "   " : "");
	buf_addstr(&d->out, item->path);
	buf_addz(&d->out, "  ");
	if (item->old_value.p)
		text_value(item->old_value, VALUE_COLUMNS, &d->out);
	else
		buf_addz(&d->out, "\xe2\x80\x93");
	buf_addz(&d->out, " \xe2\x86\x92 ");
	if (item->new_value.p)
		text_value(item->new_value, VALUE_COLUMNS, &d->out);
	else
		buf_addz(&d->out, "\xe2\x80\x93");
	return !d->out.overflow;
}

static char *plain_text(struct str raw)
{
	struct buf plain = BUF_INIT(CHANGES_MAX);
	char *text;

	scan_unescape(raw, &plain);
	text = str_dup(buf_str(&plain));
	buf_release(&plain);
	return text;
}

static void describe(struct ui *ui, const struct change *change, struct event_slot *slot)
{
	struct describing d = { .out = BUF_INIT(CHANGES_MAX), .noise = slot->noise };
	struct str old_text, new_text;

	if (change->type == CHANGE_MODIFIED && change->old_text && change->new_text) {
		old_text = text_read(ui->old_texts, change->old_text);
		new_text = text_read(ui->new_texts, change->new_text);
		diff_texts(old_text, new_text, describe_item, &d);
		slot->manager = plain_text(diff_author(old_text, new_text));
		if (d.more)
			buf_addf(&d.out, "   +%zu", d.more);
		if (!d.shown)
			buf_addz(&d.out, "only noise");
	}
	slot->n_changes = d.out.len;
	slot->changes = str_dup(buf_str(&d.out));
	buf_release(&d.out);
}

/* What an Event says. */
static void quote(const struct change *change, struct event_slot *slot)
{
	struct buf out = BUF_INIT(CHANGES_MAX);

	buf_addstr(&out, change->reason);
	buf_addz(&out, change->reason.len && change->note.len ? ": " : "");
	buf_addstr(&out, str_trim(change->note));
	if (change->count > 1)
		buf_addf(&out, "  (%" PRIu32 " times)", change->count);
	slot->n_changes = out.len;
	slot->changes = str_dup(buf_str(&out));
	buf_release(&out);
}

static const struct event_slot *slot_of(struct ui *ui, uint64_t number)
{
	struct events_view *v = &ui->events;
	struct event_slot *slot = &v->slots[number % EVENT_SLOTS];
	const struct change *change = &ui->feed.copy.change;

	if (slot->known && slot->number == number && slot->noise == v->noise)
		return slot;
	if (changes_read(cluster_changes(ui->cluster), number, &ui->feed.copy) < 0)
		return NULL;
	slot_release(slot);
	*slot = (struct event_slot){ .number = number, .known = true, .noise = v->noise };
	slot->relisted = change->relisted;
	slot->name = mem_printf(STR_FMT "%s" STR_FMT, STR_ARG(change->ns),
		change->ns.len ? "/" : "", STR_ARG(change->name));
	if (change_is_event(change->type))
		quote(change, slot);
	else
		describe(ui, change, slot);
	return slot;
}

static bool count_item(void *arg, const struct diff_item *item)
{
	(void)arg;
	(void)item;
	return true;
}

unsigned events_view_fields(struct ui *ui, const unsigned char uid[16])
{
	struct feed_last *last = feed_last_of(&ui->feed, uid);
	const struct change *change = &ui->feed.copy.change;

	if (!last)
		return 0;
	if (last->counted)
		return last->fields;
	last->counted = true;
	if (changes_read(cluster_changes(ui->cluster), last->number, &ui->feed.copy) < 0 ||
		change->type != CHANGE_MODIFIED || !change->old_text || !change->new_text)
		return 0;
	last->fields = (uint32_t)diff_texts(text_read(ui->old_texts, change->old_text),
		text_read(ui->new_texts, change->new_text), count_item, NULL);
	return last->fields;
}

/* ---- which changes are shown ---- */

/* Events are of whatever has the name that they regard. */
static bool is_named(struct ui *ui, const struct feed_item *item, const struct tree_key *key)
{
	struct str ns = str_of(key->ns), name = str_of(key->name);
	const struct change *change = &ui->feed.copy.change;

	return item->kind == key->kind && item->place == feed_place(ns, name) &&
	       changes_read(cluster_changes(ui->cluster), item->number, &ui->feed.copy) == 0 &&
	       str_eq(change->ns, ns) && str_eq(change->name, name);
}

static bool in_scope(struct ui *ui, const struct feed_item *item)
{
	const struct tree_key *scope = &ui->events.scope;
	const struct feed_kind *kind;

	switch (scope->level) {
	case TREE_OBJECT:
		if (change_is_event(item->type))
			return is_named(ui, item, scope);
		return !memcmp(item->uid, scope->uid, sizeof(item->uid));
	case TREE_KIND:
		return item->kind == scope->kind;
	default:
		kind = feed_kind(&ui->feed, item->kind);
		return kind && scope->group && !strcmp(kind->group, scope->group);
	}
}

size_t events_view_count(const struct ui *ui)
{
	return ui->events.scoped ? ui->events.count : ui->feed.count;
}

static const struct feed_item *row_at(const struct ui *ui, size_t row)
{
	const struct events_view *v = &ui->events;

	if (!v->scoped)
		return feed_at(&ui->feed, row);
	if (row >= v->count)
		return NULL;
	return feed_at(&ui->feed, feed_find(&ui->feed, v->rows[v->head + row]));
}

/* The row of a number, or of the first one behind it. */
size_t events_view_row_of(const struct ui *ui, uint64_t number)
{
	const struct events_view *v = &ui->events;
	size_t low = 0, high = v->count;

	if (!v->scoped)
		return feed_find(&ui->feed, number);
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (v->rows[v->head + mid] < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void add_row(struct events_view *v, uint64_t number)
{
	if (v->head && v->head + v->count == v->cap) {
		memmove(v->rows, v->rows + v->head, v->count * sizeof(*v->rows));
		v->head = 0;
	}
	v->rows = array_reserve(v->rows, &v->cap, v->head + v->count + 1, sizeof(*v->rows));
	v->rows[v->head + v->count++] = number;
}

static void read_rows(struct ui *ui)
{
	struct events_view *v = &ui->events;
	const struct feed_item *first = feed_at(&ui->feed, 0);

	while (v->count && (!first || v->rows[v->head] < first->number)) {
		v->head++;
		v->count--;
	}
	for (size_t i = feed_find(&ui->feed, v->read); i < ui->feed.count; i++) {
		const struct feed_item *item = feed_at(&ui->feed, i);

		if (in_scope(ui, item))
			add_row(v, item->number);
	}
	v->read = ui->feed.next;
}

static bool same_scope(const struct tree_key *a, const struct tree_key *b)
{
	return a->level == b->level && a->kind == b->kind &&
	       str_eq(str_of(a->group), str_of(b->group)) &&
	       (a->level != TREE_OBJECT || !memcmp(a->uid, b->uid, sizeof(a->uid)));
}

static void set_scope(struct ui *ui)
{
	struct events_view *v = &ui->events;

	rows_key_copy(&v->scope, &ui_rows(ui)->key);
	v->head = v->count = 0;
	v->read = 0;
}

static void keep_cursor(struct ui *ui)
{
	struct events_view *v = &ui->events;
	size_t rows = events_view_count(ui);

	if (v->following) {
		list_resize(&v->list, rows, v->list.height);
		list_to(&v->list, rows ? rows - 1 : 0);
		return;
	}
	list_follow(&v->list, events_view_row_of(ui, v->cursor), rows);
}

static bool update(struct ui *ui)
{
	struct events_view *v = &ui->events;
	const struct rows *rows = ui_rows(ui);
	bool all = feed_read(
		&ui->feed, cluster_changes(ui->cluster), ui->root, clock_now() + UI_SLICE);

	if (v->scoped) {
		if (rows->has_key && !same_scope(&v->scope, &rows->key))
			set_scope(ui);
		read_rows(ui);
	}
	keep_cursor(ui);
	return all;
}

/* ---- actions ---- */

static void take_cursor(struct ui *ui)
{
	const struct feed_item *item = row_at(ui, ui->events.list.cursor);

	ui->events.cursor = item ? item->number : 0;
}

static void follow(struct ui *ui, bool following)
{
	struct events_view *v = &ui->events;

	if (v->following && !following)
		v->paused = ui->feed.next;
	v->following = following;
	take_cursor(ui);
	keep_cursor(ui);
}

static bool back(struct ui *ui)
{
	if (ui->events.following)
		return false;
	follow(ui, true);
	return true;
}

static void toggle_scope(struct ui *ui)
{
	struct events_view *v = &ui->events;

	v->scoped = !v->scoped && ui_rows(ui)->has_key;
	if (v->scoped) {
		set_scope(ui);
		read_rows(ui);
	}
	keep_cursor(ui);
}

/* The object that has the key's names now. */
static void find_uid(const struct ui *ui, struct tree_key *key)
{
	const struct kind_root *kind = root_kind(ui->root, key->kind);
	const struct entry *e = NULL;

	if (kind)
		e = store_root_find(kind->store, str_of(key->ns), str_of(key->name), NULL);
	if (e)
		memcpy(key->uid, e->uid, sizeof(key->uid));
}

static void go_to(struct ui *ui)
{
	const struct feed_item *item = row_at(ui, ui->events.list.cursor);
	const struct change *change = &ui->feed.copy.change;
	const struct feed_kind *kind = item ? feed_kind(&ui->feed, item->kind) : NULL;
	struct tree_key key;

	if (!kind || changes_read(cluster_changes(ui->cluster), item->number, &ui->feed.copy) < 0)
		return;
	key = (struct tree_key){ .level = TREE_OBJECT, .kind = item->kind };
	memcpy(key.uid, item->uid, sizeof(key.uid));
	key.group = mem_strdup(kind->group);
	key.ns = str_dup(change->ns);
	key.name = str_dup(change->name);
	if (change_is_event(change->type))
		find_uid(ui, &key);
	if (!ui_go_object(ui, &key))
		statusline_say(&ui->status, ui->now, true,
			ui->query.filter ? "%s is not there: deleted, or hidden by the filter"
					 : "%s is no longer there",
			key.name);
	tree_key_release(&key);
}

static bool act(struct ui *ui, enum action action)
{
	struct events_view *v = &ui->events;

	switch (action) {
	case ACTION_SCOPE:
		toggle_scope(ui);
		return true;
	case ACTION_PAUSE:
		follow(ui, !v->following);
		return true;
	case ACTION_NOISE:
		v->noise = !v->noise;
		return true;
	case ACTION_GO_TO:
		go_to(ui);
		return true;
	default:
		if (!list_act(&v->list, action))
			return false;
		follow(ui, action == ACTION_BOTTOM);
		return true;
	}
}

static void click(struct ui *ui, int line)
{
	struct events_view *v = &ui->events;

	if (line < 1 || v->list.top + (size_t)line - 1 >= events_view_count(ui))
		return;
	list_to(&v->list, v->list.top + (size_t)line - 1);
	follow(ui, false);
}

static void wheel(struct ui *ui, int by)
{
	struct events_view *v = &ui->events;

	list_scroll(&v->list, 3 * (long)by);
	follow(ui, by > 0 && v->list.top + v->list.height >= v->list.rows);
}

/* ---- drawing ---- */

/* The title says which object all lines are about; on a narrow screen that will do. */
static bool is_told(const struct ui *ui)
{
	return ui->events.scoped && ui->events.scope.level == TREE_OBJECT &&
	       draw_left(ui->draw) < NARROW;
}

/* On a narrow screen what happened is worth more than the whole name. */
static void draw_name(struct draw *draw, const char *name)
{
	int most = draw_left(draw) / 2;

	if (draw_width(draw, str_of(name)) > most)
		draw_middle(draw, ROLE_TEXT, str_of(name), most);
	else
		draw_z(draw, ROLE_TEXT, name);
}

/* Shortened when who did it would not fit behind them. */
static void draw_changes(struct draw *draw, enum role role, const struct event_slot *slot)
{
	struct str changes = str_make(slot->changes, slot->n_changes);
	int manager = slot->manager ? draw_width(draw, str_of(slot->manager)) + 2 : 0;
	int room = draw_left(draw) - manager;

	if (room < CHANGES_LEAST || draw_width(draw, changes) <= room)
		draw_text(draw, role, changes);
	else
		draw_field(draw, role, changes, room, false);
}

static void draw_row(struct ui *ui, const struct feed_item *item)
{
	static const struct {
		const char *word;
		enum role role;
	} types[] = {
		[CHANGE_ADDED] = { "ADDED   ", ROLE_OK },
		[CHANGE_MODIFIED] = { "MODIFIED", ROLE_TEXT },
		[CHANGE_DELETED] = { "DELETED ", ROLE_DELETING },
		[CHANGE_RELIST] = { "RELIST  ", ROLE_WARNING },
		[CHANGE_NORMAL] = { "Normal  ", ROLE_DIM },
		[CHANGE_WARNING] = { "Warning ", ROLE_WARNING },
	};
	bool is_event = change_is_event(item->type);
	const struct feed_kind *kind = feed_kind(&ui->feed, item->kind);
	const struct event_slot *slot = slot_of(ui, item->number);
	struct draw *draw = ui->draw;
	char time[TEXT_TIME_MAX];

	text_time(item->time, time);
	draw_f(draw, ROLE_DIM, " %s  ", time);
	draw_z(draw, types[item->type].role, types[item->type].word);
	draw_z(draw, ROLE_HEAD, "  ");
	draw_z(draw, ROLE_HEAD, kind ? kind->kind : "");
	if (!slot)
		return;
	draw_z(draw, ROLE_TEXT, "  ");
	if (!is_told(ui)) {
		draw_name(draw, slot->name);
		draw_z(draw, ROLE_TEXT, "  ");
	}
	draw_changes(draw, is_event ? types[item->type].role : ROLE_NUMBER, slot);
	draw_z(draw, ROLE_DIM, slot->manager && *slot->manager ? "  " : "");
	draw_z(draw, ROLE_DIM, slot->manager ? slot->manager : "");
	draw_z(draw, ROLE_WARNING, slot->relisted ? "  (found by a relist)" : "");
}

/* Lines that moved, as all do with each change that is followed, stay what they
 * are. A wrong guess costs nothing but their drawing. */
static void scroll(struct ui *ui, struct area area)
{
	struct events_view *v = &ui->events;
	const struct feed_item *first = row_at(ui, v->list.top);
	bool same = !memcmp(&v->area, &area, sizeof(area));
	long by = 0;

	if (same && first && v->drawn)
		by = (long)v->list.top - (long)events_view_row_of(ui, v->drawn);
	if (by && labs(by) < area.h)
		draw_scroll(ui->draw, area, (int)by);
	v->drawn = first ? first->number : 0;
	v->area = area;
}

/* All that a line is made from; what is known of a change never changes. */
static uint64_t row_key(const struct ui *ui, const struct feed_item *item)
{
	uint64_t key = draw_key(item->number, ui->events.noise);

	return draw_key(key, feed_kind(&ui->feed, item->kind) != NULL);
}

static void draw(struct ui *ui, struct area area, bool focused)
{
	struct events_view *v = &ui->events;
	size_t height = (size_t)area.h - 1;
	struct area line = { .y = area.y + 1, .x = area.x, .w = area.w, .h = (int)height };

	if (v->list.height != height) {
		v->list.height = height;
		keep_cursor(ui);
	}
	events_title_draw(ui, area, focused);
	if (height)
		scroll(ui, line);
	for (size_t i = 0; i < height; i++, line.y++) {
		size_t row = v->list.top + i;
		const struct feed_item *item = row_at(ui, row);
		bool cursor = focused && item && row == v->list.cursor;

		if (!item) {
			draw_blank(ui->draw, (struct area){ line.y, line.x, 1, line.w });
			continue;
		}
		if (!draw_begin_keyed(ui->draw, line, cursor ? GROUND_CURSOR : GROUND_NONE,
			    row_key(ui, item)))
			continue;
		draw_row(ui, item);
		draw_end_marked(ui->draw);
	}
}

const struct view events_view = {
	.where = WHERE_EVENTS,
	.hints = "f scope  p pause  G follow  enter go to  m noise  tab pane  esc back  ? help",
	.update = update,
	.draw = draw,
	.act = act,
	.click = click,
	.wheel = wheel,
	.back = back,
};
