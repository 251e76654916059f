/*
 * stats - what crwatch itself costs: requests, bytes, memory in all and for
 * each kind, and when each kind was last heard of.
 */
#ifndef UI_VIEWS_STATS_H
#define UI_VIEWS_STATS_H

#include <stdint.h>

#include "ui/widgets/sheet.h"

struct store_root;
struct view;

extern const struct view stats_view;

/* What the objects of a kind take; counted now and then. */
struct kind_cost {
	uint32_t kind;
	bool known;   /* it was counted once */
	int64_t time; /* clock_now() of when it was */
	size_t bytes;
	int64_t changed; /* clock_wall() of the last event; 0: none */
	/* The count under way. What moves between two slices is missed, or counted twice. */
	size_t next; /* chunk; 0: it is to begin */
	size_t next_bytes;
	int64_t next_changed;
};

struct stats_view {
	struct sheet sheet;
	struct kind_cost *costs; /* in the root's order as of the last update */
	size_t n_costs, cap_costs;
};

/* Counts on until deadline (clock_now()); true: all is counted. */
bool stats_count(struct kind_cost *cost, const struct store_root *store, int64_t deadline);

void stats_view_init(struct ui *ui);
void stats_view_release(struct ui *ui);

#endif
