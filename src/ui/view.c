#include "ui/view.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "ui/object_actions.h"
#include "ui/state.h"
#include "ui/ui.h"
#include "ui/term/tty.h"
#include "ui/header.h"
#include "ui/typing.h"

static const struct view *const main_views[] = {
	&tree_view,
	&table_view,
	&columns_view,
	&problems_view,
	&access_view,
	&crds_view,
	&namespaces_view,
	&contexts_view,
	&log_view,
	&stats_view,
	&events_main_view,
};

const struct view *const *ui_main_views(size_t *ret_count)
{
	*ret_count = sizeof(main_views) / sizeof(*main_views);
	return main_views;
}

const struct view *ui_main_view(struct str name)
{
	for (size_t i = 0; i < sizeof(main_views) / sizeof(*main_views); i++) {
		if (str_is(name, main_views[i]->name))
			return main_views[i];
	}
	return NULL;
}

const struct view *ui_view(const struct ui *ui, enum pane pane)
{
	if (pane == PANE_MAIN)
		return ui->places.items[ui->places.at].view;
	return pane == PANE_DETAIL ? &detail_view : &events_view;
}

struct rows *ui_rows(struct ui *ui)
{
	const struct view *view = ui_view(ui, PANE_MAIN);

	return view->rows ? view->rows(ui) : &ui->tree.rows;
}

void ui_lay_out(struct ui *ui)
{
	const struct view *view = ui_view(ui, PANE_MAIN);
	struct layout_wish wish = {
		.notice = ui_notice(ui) != NULL,
		.focus = ui->focus,
		.main = ui->main,
		.wide = view->wide,
		.full = ui->full,
		.no_detail = !view->rows,
		.no_events = view->no_events,
	};

	layout_compute(ui->layout.rows, ui->layout.cols, &wish, &ui->layout);
}

/* Whether the main view leaves this pane any room. */
static bool has_pane(const struct ui *ui, enum pane pane)
{
	const struct view *view = ui_view(ui, PANE_MAIN);

	return pane == PANE_MAIN || (pane == PANE_DETAIL ? view->rows != NULL : !view->no_events);
}

int64_t ui_slice_end(const struct ui *ui)
{
	int64_t least = clock_now() + UI_SLICE_MIN, end = ui->now + UI_SLICE;

	return end > least ? end : least;
}

void ui_focus(struct ui *ui, enum pane pane)
{
	if (!has_pane(ui, pane))
		pane = PANE_MAIN;
	ui->full = ui->full && pane == ui->focus;
	ui->focus = pane;
	if (pane != PANE_EVENTS)
		ui->main = pane;
	ui_lay_out(ui);
}

static void next_pane(struct ui *ui, int by)
{
	enum pane pane = ui->focus;

	do
		pane = (enum pane)((pane + PANES + by) % PANES);
	while (!has_pane(ui, pane));
	if (pane == ui->focus)
		statusline_say(&ui->status, ui->now, false, "there is no other pane here");
	ui_focus(ui, pane);
}

/* ---- places ---- */

static void leave_place(struct ui *ui)
{
	struct place *place = places_now(&ui->places);
	struct rows *rows = place && place->view->rows ? place->view->rows(ui) : NULL;

	if (!rows || !rows->has_key)
		return;
	rows_key_copy(&place->key, &rows->key);
	place->has_key = true;
}

static void enter_place(struct ui *ui)
{
	const struct place *place = places_now(&ui->places);

	if (place->view->enter)
		place->view->enter(ui, place);
	if (place->view->sheet)
		place->view->sheet(ui)->left = 0;
	if (place->view->refilter)
		place->view->refilter(ui);
	place->view->update(ui);
	if (place->view->rows && place->has_key)
		rows_to_key(ui, place->view->rows(ui), &place->key);
	ui_focus(ui, PANE_MAIN);
}

void ui_go(struct ui *ui, const struct view *view, const char *arg)
{
	leave_place(ui);
	places_go(&ui->places, view, arg);
	enter_place(ui);
}

bool ui_step(struct ui *ui, int by)
{
	const struct view *left = ui_view(ui, PANE_MAIN);

	leave_place(ui);
	if (!places_step(&ui->places, by))
		return false;
	enter_place(ui);
	if (left == &table_view && ui_view(ui, PANE_MAIN) == &tree_view)
		table_view_show_in_tree(ui);
	return true;
}

bool ui_go_object(struct ui *ui, const struct tree_key *key)
{
	const struct view *view = ui_view(ui, PANE_MAIN);
	struct rows *rows = view->rows ? view->rows(ui) : NULL;
	size_t n;

	if (view != &tree_view && rows && rows->source->find(ui, key, &n)) {
		rows_to(ui, rows, n);
		ui_focus(ui, PANE_MAIN);
		return true;
	}
	if (!root_kind(ui->root, key->kind) || !tree_view_go(ui, key))
		return false;
	if (view == &tree_view)
		ui_focus(ui, PANE_MAIN);
	else
		ui_go(ui, &tree_view, NULL);
	return true;
}

void ui_resize(struct ui *ui)
{
	tty_size(&ui->layout.rows, &ui->layout.cols);
	draw_resize(ui->draw, ui->layout.rows, ui->layout.cols);
	cell_cache_forget_widths(&ui->tree.cells);
	table_view_resize(ui);
	ui->redraw = true;
}

/* ---- keys ---- */

static bool clear_marks(struct ui *ui)
{
	bool any = marks_count(&ui->marks) > 0;

	marks_clear(&ui->marks);
	return any;
}

/* Undoes one thing: what the pane has of its own, marks, filter, selector, focus, view. */
static void go_back(struct ui *ui)
{
	const struct view *view = ui_view(ui, ui->focus);

	if (view->back && view->back(ui))
		return;
	if (detail_view.back(ui) || clear_marks(ui) || ui_clear_query(ui))
		return;
	if (ui->focus != PANE_MAIN)
		ui_focus(ui, PANE_MAIN);
	else if (ui_view(ui, PANE_MAIN) == &tree_view)
		statusline_say(&ui->status, ui->now, false, "there is nothing to undo");
	else if (!ui_step(ui, -1))
		ui_go(ui, &tree_view, NULL);
}

static void leave(struct ui *ui)
{
	if (ui->focus != PANE_MAIN)
		ui_focus(ui, PANE_MAIN);
	else if (ui_view(ui, PANE_MAIN) == &tree_view)
		ui_prompt_open(ui, PROMPT_QUIT);
	else if (!ui_step(ui, -1))
		ui_go(ui, &tree_view, NULL);
}

static void visit(struct ui *ui, int by)
{
	if (!ui_step(ui, by))
		statusline_say(&ui->status, ui->now, false,
			by < 0 ? "this is the first view visited"
			       : "this is the last view visited");
}

static void show_recent(struct ui *ui, size_t n)
{
	char *names;

	if (n >= ui->namespaces.n_recent) {
		statusline_say(&ui->status, ui->now, false,
			"no namespace has this key yet: ctrl-n chooses, :ns NAME ... shows");
		return;
	}
	names = mem_strdup(ui->namespaces.recent[n]);
	ui_show_namespaces(ui, str_of(names));
	free(names);
}

static void show_all(struct ui *ui)
{
	if (!ui->namespaces.n_shown)
		statusline_say(&ui->status, ui->now, false, "all namespaces are shown");
	ui_show_namespaces(ui, STR(""));
}

/* False: it is not for here. */
static bool act_anywhere(struct ui *ui, enum action action)
{
	switch (action) {
	case ACTION_NEXT_PANE:
		next_pane(ui, 1);
		break;
	case ACTION_LAST_PANE:
		next_pane(ui, -1);
		break;
	case ACTION_BACK:
		go_back(ui);
		break;
	case ACTION_LEAVE:
		leave(ui);
		break;
	case ACTION_FILTER:
		ui_prompt_open(ui, PROMPT_FILTER);
		break;
	case ACTION_SELECTOR:
		ui_prompt_open(ui, PROMPT_SELECTOR);
		break;
	case ACTION_ALL_NS:
		show_all(ui);
		break;
	case ACTION_RECENT_NS:
		show_recent(ui, ui->key - '1');
		break;
	case ACTION_NAMESPACES:
		ui_go(ui, &namespaces_view, NULL);
		break;
	case ACTION_UNWELL:
		ui_show_unwell(ui, !ui->query.unwell);
		break;
	case ACTION_COMMAND:
		ui_prompt_open(ui, PROMPT_COMMAND);
		break;
	case ACTION_VISIT_LAST:
	case ACTION_VISIT_NEXT:
		visit(ui, action == ACTION_VISIT_LAST ? -1 : 1);
		break;
	case ACTION_RETRY:
		cluster_retry(ui->cluster);
		statusline_say(&ui->status, ui->now, false, "trying again");
		break;
	case ACTION_HELP:
		ui->help.open = true;
		break;
	case ACTION_QUIT:
		ui->quit = true;
		break;
	default:
		return object_act(ui, action);
	}
	return true;
}

/* No key that the help names does nothing without a word. */
static void say_unused(struct ui *ui, enum action action)
{
	struct str keys = str_of(keymap_keys(ui->options->keymap, action));
	struct str key = str_cut(&keys, ' ');

	statusline_say(&ui->status, ui->now, false, STR_FMT " does nothing here: it is for \"%s\"",
		STR_ARG(key), keymap_entry(ui->options->keymap, (size_t)action - 1)->text);
}

/* In a list of other things a key of objects is the view's own to explain. */
static void act_in_list(struct ui *ui, const struct view *view, uint32_t key)
{
	enum action action = keymap_find(ui->options->keymap, WHERE_OBJECT, key);

	if (action != ACTION_NONE && !view->act(ui, action))
		say_unused(ui, action);
}

/* Where nothing is shown nothing is done, nor asked. */
static bool is_blind_key(struct ui *ui, enum action action)
{
	if (ui->layout.too_small && action == ACTION_LEAVE)
		ui->quit = true;
	return ui->layout.too_small;
}

void ui_key(struct ui *ui, uint32_t key)
{
	const struct view *view = ui_view(ui, ui->focus);
	const struct keymap *map = ui->options->keymap;
	enum action anywhere = keymap_find(map, WHERE_ANY, key);
	enum action action = keymap_find(map, view->where, key);

	ui->key = key;
	if (anywhere == ACTION_QUIT) {
		ui->quit = true;
		return;
	}
	if (anywhere == ACTION_REDRAW) {
		ui->redraw = true; /* whatever is being typed */
		return;
	}
	if (is_blind_key(ui, anywhere))
		return;
	if (ui->prompt.kind != PROMPT_NONE) {
		ui_prompt_key(ui, key);
		return;
	}
	statusline_expire(&ui->status, INT64_MAX);
	if (ui->help.open) {
		/* what is no key of the help closes it, and does nothing else */
		if (!help_view_act(ui, anywhere))
			ui->help.open = false;
		return;
	}
	if (anywhere == ACTION_BACK && fetch_cancel(ui))
		return;
	if (action == ACTION_NONE && view->where == WHERE_LIST)
		act_in_list(ui, view, key);
	else if (action != ACTION_NONE && !view->act(ui, action) && !act_anywhere(ui, action))
		say_unused(ui, action);
}

void ui_paste(struct ui *ui, struct str text)
{
	if (ui->layout.too_small)
		return;
	if (ui->prompt.kind == PROMPT_NONE)
		statusline_say(&ui->status, ui->now, true,
			"pasted text was dropped: nothing is being typed");
	else if (prompt_paste(&ui->prompt, text) == PROMPT_CHANGED)
		ui_prompt_changed(ui);
}

void ui_mouse_event(struct ui *ui, const struct key_event *event)
{
	if (ui->layout.too_small)
		return;
	if (ui->help.open && event->type == KEY_TYPE_WHEEL)
		list_scroll(&ui->help.list, 3 * (long)event->by);
	if (ui->help.open)
		return;
	/* who looks elsewhere has not answered */
	if (ui->prompt.kind == PROMPT_QUIT || ui->prompt.kind == PROMPT_CHOICE ||
		ui->prompt.kind == PROMPT_REPLACE)
		prompt_close(&ui->prompt);
	for (int i = 0; i < PANES; i++) {
		struct area area = ui->layout.panes[i];

		if (event->y < area.y || event->y >= area.y + area.h || event->x < area.x ||
			event->x >= area.x + area.w)
			continue;
		if (event->type == KEY_TYPE_WHEEL) {
			ui_view(ui, (enum pane)i)->wheel(ui, event->by);
		} else {
			ui_focus(ui, (enum pane)i);
			ui_view(ui, (enum pane)i)->click(ui, event->y - area.y);
		}
		return;
	}
}

/* ---- painting ---- */

static void paint_too_small(struct ui *ui)
{
	draw_cursor(ui->draw, -1, 0);
	for (int y = 0; y < ui->layout.rows; y++) {
		draw_begin(ui->draw, y, 0, ui->layout.cols, GROUND_NONE);
		if (y == 0)
			draw_z(ui->draw, ROLE_WARNING, "terminal too small");
		else if (y == 1)
			draw_f(ui->draw, ROLE_DIM, "need %dx%d", LAYOUT_MIN_COLS, LAYOUT_MIN_ROWS);
		else if (y == 2)
			statusline_hints(ui, "<leave> quit");
		draw_end(ui->draw);
	}
}

static void paint_rule(struct ui *ui)
{
	const struct area *area = &ui->layout.panes[PANE_MAIN];

	if (ui->layout.rule < 0)
		return;
	for (int i = 0; i < area->h; i++) {
		draw_begin(ui->draw, area->y + i, ui->layout.rule, 1, GROUND_NONE);
		draw_z(ui->draw, ROLE_DIM, "\xe2\x94\x82");
		draw_end(ui->draw);
	}
}

void ui_paint(struct ui *ui)
{
	ui_lay_out(ui);
	if (ui->redraw)
		draw_forget(ui->draw);
	ui->redraw = false;
	if (ui->layout.too_small) {
		paint_too_small(ui);
		return;
	}
	ui_draw_header(ui);
	if (ui->help.open) {
		help_view_draw(ui, (struct area){ .y = ui->layout.header.h,
					   .w = ui->layout.cols,
					   .h = ui->layout.rows - ui->layout.header.h - 1 });
	} else {
		ui_draw_notice(ui);
		paint_rule(ui);
		for (int i = 0; i < PANES; i++) {
			if (ui->layout.panes[i].h > 0)
				ui_view(ui, (enum pane)i)
					->draw(ui, ui->layout.panes[i], ui->focus == (enum pane)i);
		}
	}
	statusline_draw(ui, ui_view(ui, ui->focus)->hints);
}
