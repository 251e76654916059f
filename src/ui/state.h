/*
 * state - all there is to the browser, in one struct. UI thread.
 */
#ifndef UI_STATE_H
#define UI_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/texts.h"
#include "base/wake.h"
#include "ui/term/clipboard.h"
#include "ui/complete.h"
#include "ui/term/draw.h"
#include "ui/feed.h"
#include "ui/fetch.h"
#include "ui/term/keys.h"
#include "ui/layout.h"
#include "ui/marks.h"
#include "ui/namespaces.h"
#include "ui/place.h"
#include "ui/widgets/prompt.h"
#include "ui/query.h"
#include "ui/statusline.h"
#include "ui/view.h"
#include "ui/views/table/columns.h"
#include "ui/views/access.h"
#include "ui/views/contexts.h"
#include "ui/views/crds.h"
#include "ui/views/detail/detail.h"
#include "ui/views/events/events.h"
#include "ui/views/help.h"
#include "ui/views/log.h"
#include "ui/views/namespaces.h"
#include "ui/views/problems.h"
#include "ui/views/stats.h"
#include "ui/views/table/table.h"
#include "ui/views/tree/tree.h"

struct cells;
struct cluster;
struct column_choices;
struct root;
struct kind;
struct rest_config;
struct root_reader;
struct state;
struct text_reader;
struct ui_options;

#define UI_SLICE     (4 * CLOCK_MS) /* of work between two looks at the keyboard */
#define UI_SLICE_MIN (CLOCK_MS / 2) /* of it, in a turn whose slice is over */
#define UI_FRAME     (CLOCK_S / 30) /* between two paints of data */
#define UI_KEY_FRAME (CLOCK_S / 60) /* from a key's paint to one of data */

#define UI_CHOICES   9

/* What is about to be written to a file. */
struct saving {
	char *path; /* or NULL */
	struct buf text;
};

struct ui {
	const struct ui_options *options;
	struct cluster *cluster;
	struct wake *wake;
	struct root_reader *reader;
	const struct root *root; /* the pinned root; NULL between two turns */
	struct cells *cells;
	struct text_reader *old_texts, *new_texts; /* two, so that two texts can be compared */
	int64_t now;				   /* clock_now() of this turn */
	int64_t wall;				   /* clock_wall() */

	struct draw *draw;
	struct keys keys;
	uint32_t key; /* the last one: some actions have several that differ */
	struct layout layout;
	enum pane focus;
	enum pane main; /* the last of main pane and detail that had the focus */
	bool full;	/* the pane with the focus has the whole screen */
	struct places places;
	bool mouse;
	bool quit;
	bool stop;	      /* stop the process before the next turn */
	bool redraw;	      /* everything anew */
	struct cluster *next; /* to be shown instead from the next turn on; or NULL */

	struct prompt prompt;
	struct completion completion;
	struct statusline status;
	struct query query;
	struct health_rules *health_rules; /* the user's, or NULL */
	struct clipboard clipboard;
	struct saving saving;
	struct fetch fetch;
	struct namespaces namespaces;
	struct feed feed;
	struct marks marks;
	struct tree_view tree;
	struct table_view table;
	struct columns_view columns;
	struct column_choices *chosen; /* columns; or NULL */
	struct detail_view detail;
	struct events_view events;
	struct help_view help;
	struct sheet contexts;
	struct access_view access;
	struct crds_view crds;
	struct sheet log;
	struct sheet namespaces_sheet;
	struct problems_view problems;
	struct stats_view stats;
	struct state *memory;
	char **pins; /* "plural.group", beside those of the settings */
	size_t n_pins;
	uint32_t choices[UI_CHOICES]; /* kind ids that a ":kind" could mean */
	size_t n_choices;
	char *choice_rest; /* what stood behind the kind, for the one that is chosen */
	char *undo;	   /* what stood where a prompt is open now */
	/* The cursor's object as a filter's prompt was opened, and whose filter it is. */
	struct tree_key saved;
	bool has_saved;
	const struct view *prompt_view;
};

#endif
