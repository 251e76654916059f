/*
 * views/stats - what crwatch itself costs: requests, bytes, memory in all and for
 * each kind, and when each kind was last heard of.
 */
#ifndef UI_VIEWS_STATS_H
#define UI_VIEWS_STATS_H

#include <stdint.h>

#include "ui/sheet.h"

struct view;

extern const struct view stats_view;

/* What the objects of a kind take; counted now and then. */
struct kind_cost {
	uint32_t kind;
	int64_t time; /* clock_now() of when it was counted */
	size_t bytes;
	int64_t changed; /* clock_wall() of the last event; 0: none */
};

struct stats_view {
	struct sheet sheet;
	struct kind_cost *costs; /* in the root's order as of the last update */
	size_t n_costs, cap_costs;
};

void stats_view_init(struct ui *ui);
void stats_view_release(struct ui *ui);

#endif
