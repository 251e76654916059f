/*
 * columns - which columns a kind's table shows, and in which order: its own
 * and those that the user adds. What is chosen holds, and is kept, with enter.
 * UI thread.
 */
#ifndef UI_VIEWS_TABLE_COLUMNS_H
#define UI_VIEWS_TABLE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "kube/column_spec.h"
#include "ui/widgets/sheet.h"

struct ui;
struct view;

extern const struct view columns_view;

struct column_item {
	uint64_t id;
	struct column_spec spec;
	bool shown;
	bool wide; /* of the kind's own: shown in the wide view only */
};

struct columns_view {
	struct sheet sheet;
	char *name; /* plural.group */
	bool read;  /* the items are those of a kind */
	struct column_item *items;
	size_t count, cap;
	uint64_t last_id;
};

void columns_view_init(struct ui *ui);
void columns_view_release(struct ui *ui);
/* Adds a column as typed: NAME=JSONPATH, label:KEY or condition:TYPE. On an error
 * nothing changes, and *ret_at is its place. */
int columns_view_add(struct ui *ui, struct str text, size_t *ret_at, struct error *err);

/* ---- views/column_parse.c ---- */

/* Pure; ret's texts are the caller's to free. A path is not looked at. */
int column_parse(struct str text, struct column_spec *ret, size_t *ret_at, struct error *err);

#endif
