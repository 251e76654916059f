#include "ui/views/namespaces.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cache/root.h"
#include "ui/state.h"
#include "ui/header.h"
#include "ui/widgets/text.h"
#include "ui/typing.h"
#include "ui/views/row.h"

#define ALL "(all)"

static const struct sheet_column columns[] = { { "NAMESPACE", false }, { "OBJECTS", true },
	{ "KINDS", true }, { "", false } };

void namespaces_view_init(struct ui *ui)
{
	sheet_init(&ui->namespaces_sheet, columns, sizeof(columns) / sizeof(*columns));
}

void namespaces_view_release(struct ui *ui)
{
	sheet_release(&ui->namespaces_sheet);
}

static struct sheet *sheet_of(struct ui *ui)
{
	return &ui->namespaces_sheet;
}

/* A number that is not known is never 0. */
static void add_number(struct sheet *sheet, enum role role, size_t count, bool known)
{
	char number[TEXT_NUMBER_MAX];

	text_number(count, number);
	sheet_cell(sheet, role, str_of(count || known ? number : "\xe2\x80\xa6"));
}

static void add_row(struct sheet *sheet, const struct namespace_count *row, bool known, bool shown)
{
	enum role role = shown ? ROLE_OK : ROLE_TEXT;

	sheet_row(sheet, str_hash(str_of(row->name)));
	sheet_cell(sheet, role, str_of(row->name));
	add_number(sheet, ROLE_TEXT, row->objects, known);
	add_number(sheet, ROLE_DIM, row->kinds, known);
	sheet_cell(sheet, role, str_of(shown ? "shown" : ""));
}

static bool update(struct ui *ui)
{
	struct namespaces *n = &ui->namespaces;
	struct sheet *sheet = &ui->namespaces_sheet;
	bool kinds_known = ui->root->kinds_known && (ui->root->n_kinds || !ui_notice(ui));
	char name[] = ALL;
	struct namespace_count all = { .name = name, .kinds = ui->root->n_kinds };

	namespaces_read(n, ui->root);
	for (size_t i = 0; i < n->count; i++)
		all.objects += n->items[i].objects;
	sheet_begin(sheet);
	add_row(sheet, &all, kinds_known && row_all_count(ui->root), n->n_shown == 0);
	for (size_t i = 0; i < n->count; i++)
		add_row(sheet, &n->items[i], true, namespaces_is_shown(n, n->items[i].name));
	sheet_end(ui, sheet);
	return true;
}

static void enter(struct ui *ui, const struct place *place)
{
	(void)place;
	ui->namespaces.chosen = false;
}

static void open_row(struct ui *ui)
{
	struct str name = sheet_text(&ui->namespaces_sheet, 0);
	char *names = str_dup(str_is(name, ALL) ? STR("") : name);

	if (!ui->namespaces.chosen) /* several: they stay */
		ui_show_namespaces(ui, str_of(names));
	free(names);
	if (!ui_step(ui, -1))
		ui_go(ui, &tree_view, NULL);
}

static void toggle(struct ui *ui)
{
	struct str name = sheet_text(&ui->namespaces_sheet, 0);
	char *copy = str_dup(name);
	char *names =
		str_is(name, ALL) ? mem_strdup("") : namespaces_toggled(&ui->namespaces, copy);

	ui_show_namespaces(ui, str_of(names));
	ui->namespaces.chosen = ui->namespaces.n_shown > 0;
	free(names);
	free(copy);
	sheet_view_act(ui, ACTION_DOWN);
}

static bool act(struct ui *ui, enum action action)
{
	if (sheet_is_empty(&ui->namespaces_sheet))
		return sheet_view_act(ui, action);
	switch (action) {
	case ACTION_LIST_OPEN:
		open_row(ui);
		return true;
	case ACTION_LIST_MARK:
		toggle(ui);
		return true;
	default:
		return sheet_view_act(ui, action);
	}
}

const struct view namespaces_view = {
	.where = WHERE_LIST,
	.name = "namespaces",
	.hints =
		"<list-open> show this one, or the chosen  <list-mark> choose  <filter> filter  <back> back  <help> help",
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
