#include "ui/layout.h"

#define HEADER_ROWS 2
#define STACK_ROWS  28 /* tree and detail one above the other */

static int events_rows(int body, enum pane focus)
{
	int rows = body / 4;

	if (rows > 14)
		rows = 14;
	if (rows < 4)
		rows = 4;
	if (body < 10) /* too little for all: only while somebody looks at it */
		return focus == PANE_EVENTS ? body / 2 : 0;
	return rows;
}

static struct area *show(struct layout *layout, enum pane pane, struct area area)
{
	layout->panes[pane] = area;
	return &layout->panes[pane];
}

static void place_main(struct layout *layout, struct area body, const struct layout_wish *wish)
{
	enum pane main = wish->focus == PANE_EVENTS ? wish->main : wish->focus;
	struct area left = body, right = body;

	if (wish->no_detail || (wish->wide && main == PANE_MAIN)) {
		show(layout, PANE_MAIN, body);
	} else if (body.w >= LAYOUT_WIDE_COLS) {
		left.w = body.w * 53 / 100;
		layout->rule = body.x + left.w;
		right.x = layout->rule + 1;
		right.w = body.w - left.w - 1;
		show(layout, PANE_MAIN, left);
		show(layout, PANE_DETAIL, right);
	} else if (body.h >= STACK_ROWS) {
		left.h = body.h / 2;
		right.y += left.h;
		right.h -= left.h;
		show(layout, PANE_MAIN, left);
		show(layout, PANE_DETAIL, right);
	} else {
		show(layout, main, body);
	}
}

void layout_compute(int rows, int cols, const struct layout_wish *wish, struct layout *ret)
{
	struct area body = { .x = 0, .w = cols };
	int events;

	*ret = (struct layout){ .rows = rows, .cols = cols, .rule = -1 };
	if (rows < LAYOUT_MIN_ROWS || cols < LAYOUT_MIN_COLS) {
		ret->too_small = true;
		return;
	}
	ret->header = (struct area){ .w = cols, .h = HEADER_ROWS };
	ret->notice = (struct area){ .y = HEADER_ROWS, .w = cols, .h = wish->notice ? 1 : 0 };
	ret->footer = (struct area){ .y = rows - 1, .w = cols, .h = 1 };
	body.y = HEADER_ROWS + ret->notice.h;
	body.h = rows - 1 - body.y;
	if (wish->full) {
		show(ret, wish->focus, body);
		return;
	}
	events = wish->no_events ? 0 : events_rows(body.h, wish->focus);
	if (events)
		ret->panes[PANE_EVENTS] =
			(struct area){ .y = body.y + body.h - events, .w = cols, .h = events };
	body.h -= events;
	place_main(ret, body, wish);
}
