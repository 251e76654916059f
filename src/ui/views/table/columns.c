#include "ui/views/table/columns.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/choices.h"
#include "cluster/kinds.h"
#include "kube/columns.h"
#include "ui/state.h"
#include "ui/configure.h"
#include "ui/typing.h"

#define LOOK_MAX 1000 /* objects that are looked at for one that has the column */
#define CELL_MAX ((size_t)64 << 10)

static const struct sheet_column heads[] = { { "COLUMN", false }, { "", false },
	{ "SHOWS", false } };

/* ---- items ---- */

static void forget(struct columns_view *v)
{
	for (size_t i = 0; i < v->count; i++) {
		free(v->items[i].spec.name);
		free(v->items[i].spec.what);
	}
	v->count = 0;
	v->read = false;
}

void columns_view_init(struct ui *ui)
{
	struct columns_view *v = &ui->columns;

	*v = (struct columns_view){ 0 };
	sheet_init(&v->sheet, heads, sizeof(heads) / sizeof(*heads));
}

void columns_view_release(struct ui *ui)
{
	struct columns_view *v = &ui->columns;

	forget(v);
	free(v->items);
	free(v->name);
	sheet_release(&v->sheet);
}

/* Takes spec's texts. */
static struct column_item *add_item(struct columns_view *v, struct column_spec spec, bool shown)
{
	v->items = array_reserve(v->items, &v->cap, v->count + 1, sizeof(*v->items));
	v->items[v->count] =
		(struct column_item){ .id = ++v->last_id, .spec = spec, .shown = shown };
	return &v->items[v->count++];
}

static const struct kind_root *kind_of(const struct ui *ui)
{
	return ui->columns.name ? kinds_named(ui->root, str_of(ui->columns.name)) : NULL;
}

static const struct columns *own_of(const struct kind *kind)
{
	return kind->own_columns ? kind->own_columns : kind->columns;
}

static bool is_among(const struct columns_view *v, const char *own)
{
	for (size_t i = 0; i < v->count; i++) {
		if (v->items[i].spec.source == COLUMN_OWN &&
			!strcasecmp(v->items[i].spec.what, own))
			return true;
	}
	return false;
}

static const struct column *find_own(const struct columns *own, const char *name)
{
	for (size_t i = 0; i < own->count; i++) {
		if (!strcasecmp(own->items[i].name, name))
			return &own->items[i];
	}
	return NULL;
}

/* What was chosen, and behind it what of the kind's own was not. */
static void read_items(struct ui *ui, const struct kind *kind)
{
	struct columns_view *v = &ui->columns;
	const struct columns *own = own_of(kind);
	const struct column_spec *specs;
	size_t n;

	forget(v);
	specs = choices_find(ui->chosen, v->name, &n);
	for (size_t i = 0; i < n; i++)
		add_item(v,
			(struct column_spec){ mem_strdup(specs[i].name), specs[i].source,
				mem_strdup(specs[i].what) },
			true);
	for (size_t i = 0; i < own->count; i++) {
		const struct column *column = &own->items[i];

		if (!is_among(v, column->name))
			add_item(v,
				(struct column_spec){ mem_strdup(column->name), COLUMN_OWN,
					mem_strdup(column->name) },
				!n && column->priority == 0);
	}
	for (size_t i = 0; i < v->count; i++) {
		const struct column *column = v->items[i].spec.source == COLUMN_OWN
						      ? find_own(own, v->items[i].spec.what)
						      : NULL;

		v->items[i].wide = column && column->priority != 0;
	}
	v->read = true;
}

static struct column_item *item_at_cursor(struct columns_view *v)
{
	uint64_t id = sheet_id(&v->sheet);

	for (size_t i = 0; id && i < v->count; i++) {
		if (v->items[i].id == id)
			return &v->items[i];
	}
	return NULL;
}

/* ---- rows ---- */

static void add_row(struct sheet *sheet, const struct column_item *item)
{
	static const char *const what[] = {
		[COLUMN_OWN] = "",
		[COLUMN_PATH] = "",
		[COLUMN_LABEL] = "label ",
		[COLUMN_CONDITION] = "condition ",
	};
	enum role role = item->shown ? ROLE_OK : ROLE_DIM;

	sheet_row(sheet, item->id);
	sheet_cell(sheet, role, str_of(item->spec.name));
	sheet_cell(sheet, role, str_of(item->shown ? "shown" : ""));
	if (item->spec.source == COLUMN_OWN)
		sheet_cellf(sheet, ROLE_DIM, "the kind's own%s", item->wide ? ", wide" : "");
	else
		sheet_cellf(sheet, ROLE_TEXT, "%s%s", what[item->spec.source], item->spec.what);
}

static void fill(struct ui *ui)
{
	struct columns_view *v = &ui->columns;

	sheet_begin(&v->sheet);
	for (size_t i = 0; i < v->count; i++)
		add_row(&v->sheet, &v->items[i]);
	sheet_note(&v->sheet, v->read ? "it has no columns of its own: a adds one"
				      : "no such kind: open a kind's table before");
	sheet_end(ui, &v->sheet);
}

static void enter(struct ui *ui, const struct place *place)
{
	struct columns_view *v = &ui->columns;

	free(v->name);
	v->name = mem_strdup_or_null(place->arg ? place->arg : ui->table.name);
	sheet_about(&v->sheet, ROLE_TEXT, v->name);
	forget(v);
}

static bool update(struct ui *ui)
{
	const struct kind_root *kind = kind_of(ui);

	if (!ui->columns.read && kind)
		read_items(ui, kind->kind);
	fill(ui);
	return true;
}

/* ---- adding ---- */

/* Where in the text the path's error is, and what it says. */
static void find_place(
	const struct column_spec *spec, struct str text, size_t *ret_at, struct error *err)
{
	char *prefix = mem_printf("column %s: path %s: at ", spec->name, spec->what);
	const char *path = memmem(text.p, text.len, spec->what, strlen(spec->what));
	size_t len = strlen(prefix);
	char *end, *why;

	*ret_at = path ? (size_t)(path - text.p) : 0;
	if (err && !strncmp(err->text, prefix, len)) {
		*ret_at += strtoul(err->text + len, &end, 10);
		why = mem_strdup(end + strspn(end, ": "));
		error_release(err);
		error_set(err, ERROR_INVALID, "%s", why);
		free(why);
	}
	free(prefix);
}

static bool has_cell(struct ui *ui, const struct columns *columns, const struct entry *e)
{
	struct buf cell = BUF_INIT(CELL_MAX);
	bool any;

	columns_cell(columns, 0, text_read(ui->new_texts, e->text), ui->wall / CLOCK_S, &cell);
	any = cell.len > 0;
	buf_release(&cell);
	return any;
}

/* As many objects are looked at as a slice has time for: reading one may unpack it. */
static void say_if_empty(struct ui *ui, const struct kind_root *kind, const struct columns *columns)
{
	int64_t deadline = clock_now() + UI_SLICE;
	size_t n = 0;

	if (kind->on_demand)
		return;
	while (n < kind->store->count && n < LOOK_MAX && (n == 0 || clock_now() < deadline)) {
		if (has_cell(ui, columns, store_root_at(kind->store, n++)))
			return;
	}
	if (n)
		statusline_say(&ui->status, ui->now, true, "%s: nothing in %s%zu object%s has it",
			columns->items[0].name, n < kind->store->count ? "the first " : "", n,
			n == 1 ? "" : "s");
}

int columns_view_add(struct ui *ui, struct str text, size_t *ret_at, struct error *err)
{
	const struct kind_root *kind = kind_of(ui);
	struct columns_view *v = &ui->columns;
	struct columns *columns;
	struct column_spec spec;
	uint64_t id;

	*ret_at = 0;
	if (!kind)
		return error_set(err, ERROR_NOT_FOUND, "this kind is not known");
	if (column_parse(text, &spec, ret_at, err) < 0)
		return -1;
	if (columns_new_chosen((struct columns *)own_of(kind->kind), &spec, 1, &columns, err) < 0) {
		find_place(&spec, text, ret_at, err);
		free(spec.name);
		free(spec.what);
		return -1;
	}
	say_if_empty(ui, kind, columns);
	columns_free(columns);
	id = add_item(v, spec, true)->id;
	fill(ui);
	sheet_to(&v->sheet, id);
	return 0;
}

/* ---- actions ---- */

/* The columns that are shown are those that its definition shows. */
static bool is_preset(const struct columns_view *v, const struct columns *own)
{
	size_t n = 0;

	for (size_t i = 0; i < v->count; i++) {
		const struct column_item *item = &v->items[i];

		if (!item->shown)
			continue;
		while (n < own->count && own->items[n].priority != 0)
			n++;
		if (n == own->count || item->spec.source != COLUMN_OWN ||
			strcmp(item->spec.name, own->items[n].name) != 0)
			return false;
		n++;
	}
	while (n < own->count && own->items[n].priority != 0)
		n++;
	return n == own->count;
}

static void apply(struct ui *ui)
{
	const struct kind_root *kind = kind_of(ui);
	struct columns_view *v = &ui->columns;
	struct column_spec *specs = mem_alloc((v->count + 1) * sizeof(*specs));
	size_t n = 0;

	for (size_t i = 0; i < v->count; i++) {
		if (v->items[i].shown)
			specs[n++] = v->items[i].spec;
	}
	if (!kind || !n) {
		statusline_say(&ui->status, ui->now, true,
			kind ? "at least one column is to be shown" : "this kind is not known");
	} else {
		ui_columns_keep(ui, v->name, specs, is_preset(v, own_of(kind->kind)) ? 0 : n);
		if (!ui_step(ui, -1))
			ui_go(ui, &table_view, v->name);
	}
	free(specs);
}

static void move_item(struct columns_view *v, struct column_item *item, int by)
{
	size_t at = (size_t)(item - v->items);
	struct column_item moved = *item;

	if (by < 0 ? at == 0 : at + 1 == v->count)
		return;
	v->items[at] = by < 0 ? v->items[at - 1] : v->items[at + 1];
	v->items[by < 0 ? at - 1 : at + 1] = moved;
}

static void remove_item(struct ui *ui, struct column_item *item)
{
	struct columns_view *v = &ui->columns;
	size_t at = (size_t)(item - v->items);

	if (item->spec.source == COLUMN_OWN) {
		statusline_say(&ui->status, ui->now, false,
			"a column of the kind's own stays in the list; space hides it");
		return;
	}
	free(item->spec.name);
	free(item->spec.what);
	v->count--;
	memmove(item, item + 1, (v->count - at) * sizeof(*item));
}

static bool act_on_item(struct ui *ui, struct column_item *item, enum action action)
{
	struct columns_view *v = &ui->columns;

	switch (action) {
	case ACTION_LIST_MARK:
		item->shown = !item->shown;
		sheet_view_act(ui, ACTION_DOWN);
		break;
	case ACTION_LIST_RAISE:
	case ACTION_LIST_LOWER:
		move_item(v, item, action == ACTION_LIST_RAISE ? -1 : 1);
		break;
	case ACTION_LIST_REMOVE:
		remove_item(ui, item);
		break;
	default:
		return false;
	}
	fill(ui);
	return true;
}

static bool act(struct ui *ui, enum action action)
{
	struct column_item *item = item_at_cursor(&ui->columns);

	if (action == ACTION_LIST_OPEN)
		apply(ui);
	else if (action == ACTION_LIST_ADD)
		ui_prompt_open(ui, PROMPT_COLUMN);
	else if (!item || !act_on_item(ui, item, action))
		return sheet_view_act(ui, action);
	return true;
}

static struct sheet *sheet_of(struct ui *ui)
{
	return &ui->columns.sheet;
}

const struct view columns_view = {
	.where = WHERE_LIST,
	.name = "columns",
	.words = VIEW_OWN_WORDS,
	.hints = "<list-open> keep them  <list-mark> show or not  <list-raise> <list-lower> move  "
		 "<list-add> add  <list-remove> remove  <back> give up  <help> help",
	.wide = true,
	.enter = enter,
	.update = update,
	.sheet = sheet_of,
	.draw = sheet_view_draw,
	.act = act,
	.click = sheet_view_click,
	.wheel = sheet_view_wheel,
	.back = sheet_view_back,
	.filter = sheet_view_filter,
	.set_filter = sheet_view_set_filter,
};
