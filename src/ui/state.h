/*
 * state - all there is to the browser, in one struct. UI thread.
 */
#ifndef UI_STATE_H
#define UI_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/texts.h"
#include "base/wake.h"
#include "ui/clipboard.h"
#include "ui/complete.h"
#include "ui/draw.h"
#include "ui/feed.h"
#include "ui/keys.h"
#include "ui/layout.h"
#include "ui/marks.h"
#include "ui/namespaces.h"
#include "ui/place.h"
#include "ui/prompt.h"
#include "ui/query.h"
#include "ui/statusline.h"
#include "ui/view.h"
#include "ui/views/columns.h"
#include "ui/views/access.h"
#include "ui/views/contexts.h"
#include "ui/views/crds.h"
#include "ui/views/detail.h"
#include "ui/views/events.h"
#include "ui/views/help.h"
#include "ui/views/log.h"
#include "ui/views/namespaces.h"
#include "ui/views/problems.h"
#include "ui/views/stats.h"
#include "ui/views/table.h"
#include "ui/views/tree.h"

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
	struct wake wake;
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

/* ---- view.c: panes, places and focus ---- */
const struct view *ui_view(const struct ui *ui, enum pane pane);
const struct view *const *ui_main_views(size_t *ret_count);
const struct view *ui_main_view(struct str name); /* or NULL */
/* Until when a view may look through its objects: what a key has begun and the paint
 * behind it share one slice. */
int64_t ui_slice_end(const struct ui *ui);
void ui_focus(struct ui *ui, enum pane pane);
/* The main pane shows another view; arg: what of, or NULL. */
void ui_go(struct ui *ui, const struct view *view, const char *arg);
bool ui_step(struct ui *ui, int by); /* back or forward in what was visited */
/* Puts the cursor on an object where it is shown now, else in the tree; false:
 * it is in neither. */
bool ui_go_object(struct ui *ui, const struct tree_key *key);
/* The rows whose cursor detail and events follow. */
struct rows *ui_rows(struct ui *ui);
void ui_key(struct ui *ui, uint32_t key);
void ui_mouse_event(struct ui *ui, const struct key_event *event);
void ui_paste(struct ui *ui, struct str text);
/* Everything that is on the screen, as far as it differs. */
void ui_paint(struct ui *ui);
void ui_resize(struct ui *ui);

/* ---- prompts.c: what is typed, while it is typed ---- */
void ui_prompt_open(struct ui *ui, enum prompt_kind kind);
void ui_prompt_key(struct ui *ui, uint32_t key);
void ui_prompt_changed(struct ui *ui);
bool ui_set_selector(struct ui *ui, const char *selector); /* false: the prompt has the error */
bool ui_clear_query(struct
	ui *ui); /* the text filter, the selector or "only what is not well"; false: there is none */
void ui_reset_query(struct ui *ui);
void ui_show_unwell(struct ui *ui, bool unwell); /* only what is not well */
/* What the query asks for, of what is not well; the caller's. */
struct filter *ui_unwell_filter(const struct ui *ui);
void ui_show_namespaces(struct ui *ui, struct str names);

/* ---- command.c: what is typed behind a colon ---- */
void ui_command(struct ui *ui, struct str line);
/* For completion: command n, NULL past the last; and what a command takes, up to a
 * NULL; NULL: a kind's namespace. */
const char *ui_command_name(size_t n);
const char *const *ui_command_words(struct ui *ui, struct str name);
/* Shows where a kind's objects are. */
void ui_go_kind(struct ui *ui, uint32_t kind);
/* Another cluster from the next turn on; what stands against it is said. */
void ui_switch_context(struct ui *ui, struct str name);
void ui_choose(struct ui *ui, size_t choice); /* of what a name could mean */

/* ---- configure.c: the settings, put into force ---- */
void ui_configure_cluster(struct ui *ui); /* for the one that was attached */
/* These columns of a kind (plural.group), none: its own; shown at once, and written
 * into the settings. What stands against that is said. */
void ui_columns_keep(struct ui *ui, const char *kind, const struct column_spec *specs, size_t n);
void ui_reconfigure(struct ui *ui); /* when the file has changed; once a second */
void ui_say_start_problems(struct ui *ui);
void ui_set_pins(struct ui *ui); /* they are others now */
void ui_set_theme(struct ui *ui, const char *name);

/* ---- memory.c: what is remembered from one run to the next ---- */
void ui_recall_prompts(struct ui *ui);
/* The user looks at a kind: it is listed first the next time. */
void ui_used_kind(struct ui *ui, const struct kind *kind);
int ui_open_cluster(
	struct ui *ui, struct rest_config *config, struct cluster **ret, struct error *err);
void ui_recall_cluster(struct ui *ui);
void ui_remember_cluster(struct ui *ui);
void ui_remember_prompts(struct ui *ui);

/* ---- header.c ---- */
void ui_draw_header(struct ui *ui);
bool ui_has_notice(const struct ui *ui);
void ui_draw_notice(struct ui *ui);

#endif
