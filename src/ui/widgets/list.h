/*
 * list - which of many rows are on the screen, and which one is the cursor's.
 * Geometry only: what the rows are, others know. Pure.
 */
#ifndef UI_WIDGETS_LIST_H
#define UI_WIDGETS_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/keymap.h"

struct list {
	size_t rows;
	size_t cursor; /* below rows, or 0 */
	size_t top;    /* the first row on the screen */
	size_t height; /* rows on the screen */
};

/* New size; the cursor stays in bounds and on the screen. */
void list_resize(struct list *list, size_t rows, size_t height);
void list_to(struct list *list, size_t row);
void list_move(struct list *list, long by);
/* The row under the cursor stands elsewhere now: follow it, and keep it on the
 * same line of the screen when that can be. */
void list_follow(struct list *list, size_t row, size_t rows);
/* Scrolls without moving the cursor off the screen. */
void list_scroll(struct list *list, long by);
/* UP, DOWN, TOP, BOTTOM, PAGE_UP, PAGE_DOWN; false: another action. */
bool list_act(struct list *list, enum action action);

#endif
