/*
 * help - all keys, from the table of actions.
 */
#ifndef UI_VIEWS_HELP_H
#define UI_VIEWS_HELP_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/term/draw.h"
#include "ui/keymap.h"
#include "ui/widgets/list.h"

struct ui;

struct help_view {
	bool open;
	struct list list;
};

void help_view_draw(struct ui *ui, struct area area);
bool help_view_act(struct ui *ui, enum action action); /* false: not its own */

#endif
