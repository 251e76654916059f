/*
 * table_order - by which column a table is sorted, remembered for each kind
 * while crwatch runs.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/mem.h"
#include "cache/root.h"
#include "config/config_file.h"
#include "kube/columns.h"
#include "ui/state.h"
#include "ui/ui.h"

struct table_choice *table_choice_get(struct ui *ui, const char *name)
{
	struct table_view *v = &ui->table;
	struct table_choice *choice;

	for (size_t i = 0; i < v->n_choices; i++) {
		if (!strcmp(v->choices[i]->name, name))
			return v->choices[i];
	}
	choice = mem_zalloc(sizeof(*choice));
	choice->name = mem_strdup(name);
	choice->wide = ui->options->config && ui->options->config->settings->wide;
	choice->picked = TABLE_NONE;
	v->choices = array_reserve(
		v->choices, &v->cap_choices, v->n_choices + 1, sizeof(struct table_choice *));
	v->choices[v->n_choices++] = choice;
	return choice;
}

void table_choices_release(struct table_view *v)
{
	for (size_t i = 0; i < v->n_choices; i++) {
		free(v->choices[i]->name);
		free(v->choices[i]->by);
		free(v->choices[i]);
	}
	free(v->choices);
	v->choices = NULL;
	v->n_choices = v->cap_choices = 0;
	v->now = NULL;
}

bool table_is_ordered(const struct ui *ui)
{
	const struct order *order = &ui->table.now->order;

	return order->reverse || (order->by != ORDER_KEY && order->by != ORDER_NAMESPACE);
}

static void tell_lister(struct ui *ui)
{
	if (ui->table.lister)
		lister_set_order(ui->table.lister, &ui->table.now->order);
}

void table_sort(struct ui *ui, enum order_by by, size_t column)
{
	const struct kind_root *kind = table_view_kind(ui);
	struct table_choice *now = ui->table.now;
	struct order *order = &now->order;
	bool same = order->by == by && (by != ORDER_COLUMN || order->column == column);

	if (by == ORDER_COLUMN && (!kind || column >= kind->kind->columns->count))
		return;
	order->reverse = same && !order->reverse;
	order->by = by;
	order->column = column;
	free(now->by);
	now->by = by == ORDER_COLUMN ? mem_strdup(kind->kind->columns->items[column].name) : NULL;
	tell_lister(ui);
}

void table_order_follow(struct ui *ui)
{
	const struct kind_root *kind = table_view_kind(ui);
	struct table_choice *now = ui->table.now;
	const struct columns *columns = kind ? kind->kind->columns : NULL;

	if (!columns || now->order.by != ORDER_COLUMN)
		return;
	for (size_t i = 0; i < columns->count; i++) {
		if (strcmp(columns->items[i].name, now->by) != 0)
			continue;
		if (now->order.column != i) {
			now->order.column = i;
			tell_lister(ui);
		}
		return;
	}
	/* it is not there any more */
	now->order = (struct order){ .by = ORDER_KEY };
	tell_lister(ui);
}

void table_pick(struct ui *ui, int by)
{
	struct table_view *v = &ui->table;
	size_t *picked = &v->now->picked;

	table_columns_find(ui);
	if (!v->n_columns) {
		statusline_say(&ui->status, ui->now, false, "there are no columns yet");
		return;
	}
	if (*picked >= v->n_columns)
		*picked = by > 0 ? 0 : v->n_columns - 1;
	else if (by > 0 && *picked + 1 < v->n_columns)
		++*picked;
	else if (by < 0 && *picked > 0)
		--*picked;
	v->reveal = true;
}

void table_sort_picked(struct ui *ui)
{
	static const enum order_by orders[] = {
		[TABLE_NAMESPACE] = ORDER_NAMESPACE,
		[TABLE_NAME] = ORDER_NAME,
		[TABLE_CELL] = ORDER_COLUMN,
		[TABLE_CHANGED] = ORDER_CHANGED,
	};
	struct table_view *v = &ui->table;
	const struct table_column *column;

	table_columns_find(ui);
	if (v->now->picked >= v->n_columns) {
		statusline_say(&ui->status, ui->now, false, "< and > pick the column to sort by");
		return;
	}
	column = &v->columns[v->now->picked];
	table_sort(ui, orders[column->what], column->column);
}

static bool is_age(const struct column *column)
{
	return column->type == COLUMN_DATE && !strcasecmp(column->name, "age");
}

bool table_orders(const struct ui *ui, const struct table_column *column)
{
	const struct kind_root *kind = table_view_kind(ui);
	const struct order *order = &ui->table.now->order;

	switch (column->what) {
	case TABLE_NAMESPACE:
		return order->by == ORDER_NAMESPACE;
	case TABLE_NAME:
		return order->by == ORDER_NAME;
	case TABLE_CHANGED:
		return order->by == ORDER_CHANGED;
	default:
		return order->by == ORDER_COLUMN
			       ? order->column == column->column
			       : order->by == ORDER_AGE && kind &&
					 is_age(&kind->kind->columns->items[column->column]);
	}
}

const char *table_order_word(const struct ui *ui)
{
	const struct table_choice *now = ui->table.now;

	switch (now->order.by) {
	case ORDER_NAME:
		return "name";
	case ORDER_NAMESPACE:
		return "namespace";
	case ORDER_AGE:
		return "age";
	case ORDER_HEALTH:
		return "status";
	case ORDER_CHANGED:
		return "last change";
	case ORDER_COLUMN:
		return now->by;
	default:
		return NULL;
	}
}
