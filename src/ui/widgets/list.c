#include "ui/widgets/list.h"

static void keep_in_bounds(struct list *list)
{
	if (list->cursor >= list->rows)
		list->cursor = list->rows ? list->rows - 1 : 0;
	if (list->top + list->height > list->rows)
		list->top = list->rows > list->height ? list->rows - list->height : 0;
	if (list->cursor < list->top)
		list->top = list->cursor;
	if (list->height && list->cursor >= list->top + list->height)
		list->top = list->cursor - list->height + 1;
}

void list_resize(struct list *list, size_t rows, size_t height)
{
	list->rows = rows;
	list->height = height;
	keep_in_bounds(list);
}

void list_to(struct list *list, size_t row)
{
	list->cursor = row;
	keep_in_bounds(list);
}

/* n moved by so much, between 0 and most. */
static size_t moved(size_t n, long by, size_t most)
{
	if (by < 0)
		return n < (size_t)-by ? 0 : n - (size_t)-by;
	return (size_t)by > most || n > most - (size_t)by ? most : n + (size_t)by;
}

void list_move(struct list *list, long by)
{
	list_to(list, moved(list->cursor, by, list->rows ? list->rows - 1 : 0));
}

void list_follow(struct list *list, size_t row, size_t rows)
{
	size_t line = list->cursor - list->top;

	list->rows = rows;
	list->cursor = row;
	list->top = row > line ? row - line : 0;
	keep_in_bounds(list);
}

void list_scroll(struct list *list, long by)
{
	size_t most = list->rows > list->height ? list->rows - list->height : 0;

	list->top = moved(list->top, by, most);
	if (list->cursor < list->top)
		list->cursor = list->top;
	if (list->height && list->cursor >= list->top + list->height)
		list->cursor = list->top + list->height - 1;
	keep_in_bounds(list);
}

bool list_act(struct list *list, enum action action)
{
	long page = list->height > 1 ? (long)list->height - 1 : 1;

	switch (action) {
	case ACTION_DOWN:
		list_move(list, 1);
		return true;
	case ACTION_UP:
		list_move(list, -1);
		return true;
	case ACTION_PAGE_DOWN:
		list_move(list, page);
		return true;
	case ACTION_PAGE_UP:
		list_move(list, -page);
		return true;
	case ACTION_TOP:
		list_to(list, 0);
		return true;
	case ACTION_BOTTOM:
		list_to(list, list->rows ? list->rows - 1 : 0);
		return true;
	default:
		return false;
	}
}
