#include "ui/views/problems.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cache/lister.h"
#include "cache/root.h"
#include "ui/object_actions.h"
#include "ui/state.h"
#include "ui/header.h"
#include "ui/widgets/text.h"
#include "ui/typing.h"
#include "ui/views/row.h"

#define WHY_MAX ((size_t)8192)

static const enum health levels[PROBLEM_LEVELS] = { HEALTH_BAD, HEALTH_DELETING,
	HEALTH_PROGRESSING };

/* ---- rows ---- */

static size_t level_of(const struct problem_kind *k, size_t n)
{
	size_t level = 0;

	while (level + 1 < PROBLEM_LEVELS && n >= k->counts[level])
		n -= k->counts[level++];
	return level;
}

static size_t source_count(const struct ui *ui)
{
	size_t count = 0;

	for (size_t i = 0; i < PROBLEM_LEVELS; i++)
		count += ui->problems.counts[i];
	return count;
}

/* The place of the first row of a level among the kind's own. */
static size_t level_begin(const struct problem_kind *k, size_t level)
{
	size_t begin = 0;

	while (level--)
		begin += k->counts[level];
	return begin;
}

static bool source_at(const struct ui *ui, size_t n, struct tree_row *ret)
{
	const struct problems_view *v = &ui->problems;

	for (size_t level = 0; level < PROBLEM_LEVELS; level++) {
		for (size_t i = 0; i < v->n_kinds; i++) {
			const struct problem_kind *k = &v->kinds[i];

			if (n >= k->counts[level]) {
				n -= k->counts[level];
				continue;
			}
			*ret = (struct tree_row){ .level = TREE_OBJECT };
			ret->kind = root_kind(ui->root, k->id);
			if (!ret->kind)
				return false;
			ret->group = str_of(ret->kind->kind->gvr.group);
			ret->entry = lister_at(k->lister, ret->kind, level_begin(k, level) + n);
			return ret->entry != NULL;
		}
	}
	return false;
}

static const struct problem_kind *find_kind(const struct ui *ui, uint32_t id, size_t *ret_i)
{
	for (size_t i = 0; i < ui->problems.n_kinds; i++) {
		if (ui->problems.kinds[i].id == id) {
			*ret_i = i;
			return &ui->problems.kinds[i];
		}
	}
	return NULL;
}

/* The rows before those of a kind on a level. */
static size_t rows_before(const struct ui *ui, size_t level, size_t kind)
{
	size_t rows = 0;

	for (size_t l = 0; l <= level; l++) {
		for (size_t i = 0; i < ui->problems.n_kinds && (l < level || i < kind); i++)
			rows += ui->problems.kinds[i].counts[l];
	}
	return rows;
}

static bool source_find(const struct ui *ui, const struct tree_key *key, size_t *ret_n)
{
	const struct kind_root *kind = root_kind(ui->root, key->kind);
	const struct problem_kind *k;
	size_t i, n, level;
	bool found;

	*ret_n = ui->problems.rows.list.cursor; /* its kind has no row any more */
	k = find_kind(ui, key->kind, &i);
	if (!k || !kind || key->level != TREE_OBJECT)
		return false;
	found = lister_find(k->lister, kind, str_of(key->ns), str_of(key->name), &n) &&
		!memcmp(lister_at(k->lister, kind, n)->uid, key->uid, sizeof(key->uid));
	/* What is well now would be behind all others: its neighbours are here. */
	if (!found && tree_key_entry(ui->root, key))
		return false;
	level = level_of(k, n);
	*ret_n = rows_before(ui, level, i) + n - level_begin(k, level);
	return found;
}

static bool source_has_place(const struct ui *ui, const struct tree_key *key)
{
	(void)ui;
	(void)key;
	return true;
}

static bool source_is_settled(const struct ui *ui)
{
	return ui->problems.settled;
}

static const struct rows_source source = {
	.count = source_count,
	.at = source_at,
	.find = source_find,
	.has_place = source_has_place,
	.is_settled = source_is_settled,
};

/* ---- life ---- */

void problems_view_init(struct ui *ui)
{
	struct problems_view *v = &ui->problems;

	*v = (struct problems_view){ 0 };
	rows_init(&v->rows, &source);
	for (size_t i = 0; i < PROBLEM_SLOTS; i++)
		buf_init(&v->slots[i].why, WHY_MAX);
}

static void kind_release(struct problem_kind *k)
{
	lister_free(k->lister);
	health_context_release(&k->context);
}

static void forget_kinds(struct problems_view *v)
{
	for (size_t i = 0; i < v->n_kinds; i++)
		kind_release(&v->kinds[i]);
	v->n_kinds = 0;
	memset(v->counts, 0, sizeof(v->counts));
}

void problems_view_release(struct ui *ui)
{
	struct problems_view *v = &ui->problems;

	forget_kinds(v);
	free(v->kinds);
	filter_free(v->filter);
	rows_release(&v->rows);
	for (size_t i = 0; i < PROBLEM_SLOTS; i++)
		buf_release(&v->slots[i].why);
}

void problems_view_rejudge(struct ui *ui)
{
	forget_kinds(&ui->problems);
	for (size_t i = 0; i < PROBLEM_SLOTS; i++)
		ui->problems.slots[i].version = 0;
}

static void refilter(struct ui *ui)
{
	struct problems_view *v = &ui->problems;

	forget_kinds(v);
	filter_free(v->filter);
	v->filter = ui_unwell_filter(ui);
	filter_set_words(v->filter, &problem_row_words, ui);
}

/* ---- following the cluster ---- */

static bool has_any(const struct kind_root *kind)
{
	/* what is left of a kind that was deleted is nobody's problem */
	for (size_t i = 0; i < PROBLEM_LEVELS && kind->state != KIND_GONE; i++) {
		if (kind->store->health[levels[i]])
			return true;
	}
	return false;
}

/* Its place, in the root's order, made when it is new. */
static struct problem_kind *kind_at(struct ui *ui, size_t at, const struct kind_root *kind)
{
	static const struct order order = { .by = ORDER_HEALTH };
	struct problems_view *v = &ui->problems;
	size_t i;

	if (find_kind(ui, kind->kind->id, &i))
		return &v->kinds[i];
	v->kinds = array_reserve(v->kinds, &v->cap_kinds, v->n_kinds + 1, sizeof(*v->kinds));
	memmove(v->kinds + at + 1, v->kinds + at, (v->n_kinds - at) * sizeof(*v->kinds));
	v->n_kinds++;
	v->kinds[at] = (struct problem_kind){ .id = kind->kind->id };
	v->kinds[at].lister = lister_new_ordered(kind->kind->id, v->filter, &order, ui->cells);
	health_context_init(&v->kinds[at].context, ui->health_rules, str_of(kind->kind->gvr.group),
		str_of(kind->kind->gvr.resource));
	return &v->kinds[at];
}

static void drop_kind(struct problems_view *v, size_t at)
{
	kind_release(&v->kinds[at]);
	v->n_kinds--;
	memmove(v->kinds + at, v->kinds + at + 1, (v->n_kinds - at) * sizeof(*v->kinds));
}

/* Those that have nothing wrong any more, or are not there. */
static void drop_unseen(struct problems_view *v)
{
	for (size_t i = v->n_kinds; i-- > 0;) {
		if (!v->kinds[i].seen)
			drop_kind(v, i);
	}
}

static bool update_kind(
	struct ui *ui, struct problem_kind *k, const struct kind_root *kind, int64_t deadline)
{
	bool done = lister_update_kind(k->lister, ui->root->labels, kind, deadline);

	for (size_t i = 0; i < PROBLEM_LEVELS; i++)
		k->counts[i] = lister_health(k->lister)[levels[i]];
	return done;
}

static void update_kinds(struct ui *ui, int64_t deadline)
{
	struct problems_view *v = &ui->problems;
	size_t at = 0;

	for (size_t i = 0; i < v->n_kinds; i++)
		v->kinds[i].seen = false;
	v->settled = true;
	for (size_t i = 0; i < ui->root->n_kinds; i++) {
		const struct kind_root *kind = ui->root->kinds[i];
		struct problem_kind *k;

		if (!has_any(kind))
			continue;
		k = kind_at(ui, at, kind);
		k->seen = true;
		at = (size_t)(k - v->kinds) + 1;
		v->settled = update_kind(ui, k, kind, deadline) && v->settled;
	}
	drop_unseen(v);
	memset(v->counts, 0, sizeof(v->counts));
	for (size_t i = 0; i < v->n_kinds; i++) {
		for (size_t n = 0; n < PROBLEM_LEVELS; n++)
			v->counts[n] += v->kinds[i].counts[n];
	}
}

static size_t count_done(const struct problems_view *v)
{
	size_t sum = 0, done, all;

	for (size_t i = 0; i < v->n_kinds; i++) {
		lister_progress(v->kinds[i].lister, &done, &all);
		sum += done;
	}
	return sum;
}

static bool update_until(struct ui *ui, int64_t deadline)
{
	struct problems_view *v = &ui->problems;
	int64_t least = clock_now() + UI_SLICE_MIN;
	size_t done;

	if (!v->filter)
		refilter(ui);
	v->deadline = deadline > least ? deadline : least;
	update_kinds(ui, deadline);
	done = count_done(v);
	v->stuck = !v->settled && done == v->done;
	v->done = done;
	marks_prune(&ui->marks, ui->root);
	rows_sync(ui, &v->rows);
	return v->settled || v->stuck;
}

static bool is_stuck(const struct ui *ui)
{
	return ui->problems.stuck;
}

static bool update(struct ui *ui)
{
	return update_until(ui, ui_slice_end(ui));
}

static void catch_up(struct ui *ui)
{
	update_until(ui, ui->now);
}

static void enter(struct ui *ui, const struct place *place)
{
	(void)place;
	ui->problems.left = 0;
}

/* ---- actions ---- */

static bool act(struct ui *ui, enum action action)
{
	struct rows *rows = &ui->problems.rows;

	switch (action) {
	case ACTION_OPEN_OBJECT:
		object_open(ui);
		return true;
	case ACTION_WHY_LEFT:
	case ACTION_WHY_RIGHT:
		problem_row_scroll(ui, action == ACTION_WHY_LEFT ? -1 : 1);
		return true;
	default:
		break;
	}
	return marks_act(ui, rows, action) || rows_act(ui, rows, action);
}

static void click(struct ui *ui, int line)
{
	if (line >= 2)
		rows_click(ui, &ui->problems.rows, (size_t)line - 2);
}

static void wheel(struct ui *ui, int by)
{
	rows_wheel(ui, &ui->problems.rows, by);
}

static struct rows *rows_of(struct ui *ui)
{
	return &ui->problems.rows;
}

/* ---- drawing ---- */

static void draw_title(struct ui *ui, struct area area, bool focused)
{
	const struct problems_view *v = &ui->problems;
	char number[TEXT_NUMBER_MAX];

	draw_begin(ui->draw, area.y, area.x, area.w, GROUND_BAR);
	draw_z(ui->draw, focused ? ROLE_TITLE : ROLE_HEAD, " problems  ");
	for (size_t i = 0; i < PROBLEM_LEVELS; i++) {
		if (!v->counts[i])
			continue;
		text_number(v->counts[i], number);
		draw_f(ui->draw, text_health_role(levels[i]), " %s %s %s ", health_glyph(levels[i]),
			number, health_word(levels[i]));
	}
	if (!v->settled)
		draw_z(ui->draw, ROLE_PROGRESS, " looking \xe2\x80\xa6");
	draw_end_marked(ui->draw);
}

static const char *empty_words(const struct ui *ui)
{
	if (!ui->problems.settled)
		return "";
	if (ui->query.filter)
		return "nothing that matches has a problem";
	if (!ui->root->n_kinds && ui_notice(ui))
		return "nothing could be read yet";
	if (!ui->root->kinds_known)
		return "reading the kinds \xe2\x80\xa6";
	if (!row_all_count(ui->root))
		return "what could be read is well, as far as it says how it is; not all could be";
	return "everything is well, as far as it says how it is";
}

static void draw_row(struct ui *ui, size_t n)
{
	struct rows *rows = &ui->problems.rows;
	struct tree_row row;

	if (rows->has_ghost && n == rows->ghost) {
		draw_f(ui->draw, ROLE_GONE, "   %s%s%s  deleted", rows->key.ns,
			*rows->key.ns ? "/" : "", rows->key.name);
	} else if (rows_at(ui, rows, n, &row)) {
		problem_row_draw(ui, &row);
	} else if (n == 0) {
		draw_f(ui->draw, ROLE_DIM, "  %s", empty_words(ui));
	}
}

static void draw(struct ui *ui, struct area area, bool focused)
{
	struct rows *rows = &ui->problems.rows;
	size_t height = area.h > 2 ? (size_t)area.h - 2 : 0;
	struct tree_row row;

	list_resize(&rows->list, rows_count(ui, rows), height);
	ui->problems.why_width = 0;
	for (size_t i = 0; i < height; i++) {
		if (rows_at(ui, rows, rows->list.top + i, &row))
			problem_row_measure(ui, &row);
	}
	problem_row_hold(ui);
	draw_title(ui, area, focused);
	if (area.h < 2)
		return;
	draw_begin(ui->draw, area.y + 1, area.x, area.w, GROUND_NONE);
	problem_row_heads(ui);
	draw_end(ui->draw);
	for (size_t i = 0; i < height; i++) {
		size_t n = rows->list.top + i;
		bool cursor = n == rows->list.cursor && n < rows->list.rows;

		draw_begin(ui->draw, area.y + 2 + (int)i, area.x, area.w,
			!cursor	  ? GROUND_NONE
			: focused ? GROUND_CURSOR
				  : GROUND_UNFOCUSED);
		draw_row(ui, n);
		draw_end_marked(ui->draw);
	}
}

const struct view problems_view = {
	.where = WHERE_PROBLEMS,
	.name = "problems",
	.words = VIEW_NAMESPACES,
	.hints =
		"<open-object> its detail  <show-yaml> yaml  <describe> describe  <filter> filter  <why-left> <why-right> sideways  <selector> labels  <all-ns> all namespaces  <next-pane> pane  <back> back  <help> help",
	.wide = true,
	.enter = enter,
	.update = update,
	.catch_up = catch_up,
	.draw = draw,
	.act = act,
	.click = click,
	.wheel = wheel,
	.rows = rows_of,
	.is_stuck = is_stuck,
	.refilter = refilter,
	.columns = problem_row_columns,
};
