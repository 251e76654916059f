#include "ui/views/events/events.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "ui/object_actions.h"
#include "ui/state.h"
#include "ui/widgets/text.h"

#define NARROW	      100 /* columns for name, changes and who made them */
#define CHANGES_LEAST 16  /* columns that changes keep before who made them */
#define SCROLL_BY     8
#define SCROLL_MAX    8000

void events_view_init(struct ui *ui)
{
	ui->events = (struct events_view){ .following = true, .all = true };
	ui->events.text = mem_strdup("");
}

void events_view_release(struct ui *ui)
{
	struct events_view *v = &ui->events;

	events_say_release(v);
	tree_key_release(&v->scope);
	filter_free(v->filter);
	free(v->text);
	free(v->rows);
}

static void keep_cursor(struct ui *ui)
{
	struct events_view *v = &ui->events;

	if (v->following) {
		list_resize(&v->list, v->count, v->list.height);
		list_to(&v->list, v->count ? v->count - 1 : 0);
		return;
	}
	list_follow(&v->list, events_row_of(ui, v->cursor), v->count);
}

static bool update(struct ui *ui)
{
	struct events_view *v = &ui->events;
	int64_t deadline = clock_now() + UI_SLICE;
	bool all = feed_read(&ui->feed, cluster_changes(ui->cluster), ui->root, deadline);

	events_rows_rescope(ui);
	v->all = events_rows_read(ui, deadline);
	keep_cursor(ui);
	return all && v->all;
}

/* As a main view: the pane has been brought up to date before. */
static bool update_main(struct ui *ui)
{
	return ui->events.all;
}

/* Everything is judged anew, as far as there is time. */
static void rejudge(struct ui *ui)
{
	events_rows_reset(&ui->events);
	ui->events.all = events_rows_read(ui, clock_now() + UI_SLICE);
	keep_cursor(ui);
}

/* ---- actions ---- */

static void take_cursor(struct ui *ui)
{
	const struct event_row *row = events_row_at(ui, ui->events.list.cursor);

	ui->events.cursor = row ? row->first : 0;
}

static void follow(struct ui *ui, bool following)
{
	struct events_view *v = &ui->events;

	if (v->following && !following) {
		v->paused = ui->feed.next;
		v->fresh = 0;
	}
	v->following = following;
	take_cursor(ui);
	keep_cursor(ui);
}

static const char *filter_text(const struct ui *ui)
{
	return ui->events.text;
}

static int set_filter(struct ui *ui, const char *text, size_t *ret_at, struct error *err)
{
	struct events_view *v = &ui->events;
	struct query_own own = {
		.filter = &v->filter, .text = &v->text, .names = events_cell_names
	};

	if (query_take(&own, text, ret_at, err) < 0)
		return -1;
	rejudge(ui);
	return 0;
}

static bool back(struct ui *ui)
{
	if (ui->events.filter) {
		set_filter(ui, "", NULL, NULL);
		return true;
	}
	if (ui->events.following)
		return false;
	follow(ui, true);
	return true;
}

static void say(struct ui *ui, const char *text)
{
	statusline_say(&ui->status, ui->now, false, "%s", text);
}

/* From the object to its kind, its group, and all. */
static void widen_scope(struct ui *ui)
{
	struct events_view *v = &ui->events;

	if (!v->scoped) {
		v->scoped = ui_rows(ui)->has_key;
		if (!v->scoped)
			say(ui, "there is no object or kind under the cursor");
		v->level = TREE_OBJECT;
	} else if (v->scope.level == TREE_GROUP) {
		v->scoped = false;
	} else {
		v->level = v->scope.level == TREE_OBJECT ? TREE_KIND : TREE_GROUP;
	}
	events_rows_rescope(ui);
	rejudge(ui);
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

/* False: there is no such object; it is said. */
static bool go_to(struct ui *ui)
{
	const struct event_row *row = events_row_at(ui, ui->events.list.cursor);
	const struct feed_item *item = events_item_of(ui, row);
	const struct change *change = &ui->feed.copy.change;
	const struct feed_kind *kind = item ? feed_kind(&ui->feed, item->kind) : NULL;
	struct tree_key key;
	bool found;

	if (!kind || changes_read(cluster_changes(ui->cluster), item->number, &ui->feed.copy) < 0) {
		say(ui, item ? "it is no longer kept" : "there is no change under the cursor");
		return false;
	}
	key = (struct tree_key){ .level = TREE_OBJECT, .kind = item->kind };
	memcpy(key.uid, item->uid, sizeof(key.uid));
	key.group = mem_strdup(kind->group);
	key.ns = str_dup(change->ns);
	key.name = str_dup(change->name);
	if (change_is_event(change->type))
		find_uid(ui, &key);
	found = ui_go_object(ui, &key);
	if (!found)
		statusline_say(&ui->status, ui->now, true,
			ui->query.filter ? "%s is not there: deleted, or hidden by the filter"
					 : "%s is no longer there",
			key.name);
	tree_key_release(&key);
	return found;
}

static bool act(struct ui *ui, enum action action)
{
	struct events_view *v = &ui->events;

	switch (action) {
	case ACTION_SCOPE:
		widen_scope(ui);
		return true;
	case ACTION_PAUSE:
		follow(ui, !v->following);
		return true;
	case ACTION_NOISE:
		v->noise = !v->noise;
		say(ui, v->noise ? "noise is shown" : "noise is hidden");
		rejudge(ui);
		return true;
	case ACTION_EVENTS_LEFT:
		v->left -= v->left < SCROLL_BY ? v->left : SCROLL_BY;
		return true;
	case ACTION_EVENTS_RIGHT:
		v->left += v->left < SCROLL_MAX ? SCROLL_BY : 0;
		return true;
	case ACTION_GO_DETAIL:
	case ACTION_GO_DESCRIBE:
		if (go_to(ui))
			object_act(ui,
				action == ACTION_GO_DETAIL ? ACTION_SHOW_YAML : ACTION_DESCRIBE);
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

	if (line < 1 || v->list.top + (size_t)line - 1 >= v->count)
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

/* What is scrolled away is as wide as it was drawn, but for what is escaped. */
static void draw_scrolled(
	struct draw *draw, enum role role, const struct event_slot *slot, size_t left)
{
	struct str changes = str_make(slot->changes, slot->n_changes);
	struct str gone = utf8_prefix(changes, left, NULL);

	draw_z(draw, ROLE_DIM, "\xe2\x80\xa6");
	draw_text(draw, role, str_make(changes.p + gone.len, changes.len - gone.len));
}

static enum role type_role(unsigned type)
{
	static const enum role roles[] = {
		[CHANGE_ADDED] = ROLE_OK,
		[CHANGE_MODIFIED] = ROLE_TEXT,
		[CHANGE_DELETED] = ROLE_DELETING,
		[CHANGE_RELIST] = ROLE_WARNING,
		[CHANGE_NORMAL] = ROLE_DIM,
		[CHANGE_WARNING] = ROLE_WARNING,
	};

	return roles[type];
}

static void draw_begun(struct ui *ui, const struct feed_item *item)
{
	const struct feed_kind *kind = feed_kind(&ui->feed, item->kind);
	struct draw *draw = ui->draw;
	char time[TEXT_TIME_MAX];

	text_time(item->time, time);
	draw_f(draw, ROLE_DIM, " %s  ", time);
	draw_f(draw, type_role(item->type), "%-8s", events_type_word(item->type));
	draw_z(draw, ROLE_HEAD, "  ");
	draw_z(draw, ROLE_HEAD, kind ? kind->kind : "");
}

static void draw_row(struct ui *ui, const struct event_row *row, const struct feed_item *item)
{
	enum role role = change_is_event(item->type) ? type_role(item->type) : ROLE_NUMBER;
	const struct event_slot *slot = events_slot(ui, row->last);
	struct draw *draw = ui->draw;

	draw_begun(ui, item);
	if (!slot)
		return;
	draw_z(draw, ROLE_TEXT, "  ");
	if (!is_told(ui)) {
		draw_name(draw, slot->name);
		draw_z(draw, ROLE_TEXT, "  ");
	}
	if (ui->events.left)
		draw_scrolled(draw, role, slot, ui->events.left);
	else
		draw_changes(draw, role, slot);
	if (row->count > 1)
		draw_f(draw, ROLE_DIM, "  (\xc3\x97%" PRIu32 ")", row->count);
	draw_z(draw, ROLE_DIM, slot->manager && *slot->manager ? "  " : "");
	draw_z(draw, ROLE_DIM, slot->manager ? slot->manager : "");
	draw_z(draw, ROLE_WARNING, slot->relisted ? "  (found by a relist)" : "");
}

/* Lines that moved, as all do with each change that is followed, stay what they
 * are. A wrong guess costs nothing but their drawing. */
static void scroll(struct ui *ui, struct area area)
{
	struct events_view *v = &ui->events;
	const struct event_row *first = events_row_at(ui, v->list.top);
	bool same = !memcmp(&v->area, &area, sizeof(area));
	long by = 0;

	if (same && first && v->drawn)
		by = (long)v->list.top - (long)events_row_of(ui, v->drawn);
	if (by && labs(by) < area.h)
		draw_scroll(ui->draw, area, (int)by);
	v->drawn = first ? first->first : 0;
	v->area = area;
}

/* All that a line is made from; what is known of a change never changes. */
static uint64_t row_key(
	const struct ui *ui, const struct event_row *row, const struct feed_item *item)
{
	const struct events_view *v = &ui->events;
	uint64_t key = draw_key(row->last, v->noise);

	/* see is_told() */
	key = draw_key(key, v->scoped && v->scope.level == TREE_OBJECT);
	key = draw_key(draw_key(key, row->count), v->left);
	return draw_key(key, feed_kind(&ui->feed, item->kind) != NULL);
}

static void draw_line(struct ui *ui, struct area line, size_t n, bool focused)
{
	const struct event_row *row = events_row_at(ui, n);
	const struct feed_item *item = events_item_of(ui, row);
	bool cursor = focused && item && n == ui->events.list.cursor;

	if (!item) {
		draw_blank(ui->draw, (struct area){ line.y, line.x, 1, line.w });
		return;
	}
	if (!draw_begin_keyed(
		    ui->draw, line, cursor ? GROUND_CURSOR : GROUND_NONE, row_key(ui, row, item)))
		return;
	draw_row(ui, row, item);
	draw_end_marked(ui->draw);
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
	for (size_t i = 0; i < height; i++, line.y++)
		draw_line(ui, line, v->list.top + i, focused);
}

#define HINTS                                                                                                           \
	"<scope> scope  <filter> filter  <pause> pause  <bottom> follow  <go-to> go to  "                               \
	"<go-detail> yaml  <go-describe> describe  <events-left> <events-right> sideways  <noise> noise  <back> back  " \
	"<help> help"

const struct view events_view = {
	.where = WHERE_EVENTS,
	.hints = HINTS,
	.update = update,
	.draw = draw,
	.act = act,
	.click = click,
	.wheel = wheel,
	.back = back,
	.filter = filter_text,
	.set_filter = set_filter,
};

const struct view events_main_view = {
	.where = WHERE_EVENTS,
	.name = "events",
	.hints = HINTS,
	.wide = true,
	.no_events = true,
	.update = update_main,
	.draw = draw,
	.act = act,
	.click = click,
	.wheel = wheel,
	.back = back,
	.filter = filter_text,
	.set_filter = set_filter,
};
