/*
 * state - all there is to the browser, in one struct. UI thread.
 */
#ifndef UI_STATE_H
#define UI_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/wake.h"
#include "ui/draw.h"
#include "ui/feed.h"
#include "ui/keys.h"
#include "ui/layout.h"
#include "ui/prompt.h"
#include "ui/query.h"
#include "ui/statusline.h"
#include "ui/view.h"
#include "ui/views/detail.h"
#include "ui/views/events.h"
#include "ui/views/help.h"
#include "ui/views/tree.h"

struct cells;
struct cluster;
struct root;
struct root_reader;
struct text_reader;
struct ui_options;

#define UI_SLICE     (4 * CLOCK_MS) /* of work between two looks at the keyboard */
#define UI_FRAME     (CLOCK_S / 30) /* between two paints of data */
#define UI_KEY_FRAME (CLOCK_S / 60) /* from a key's paint to one of data */

#define UI_CHOICES   9

struct ui {
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
	struct layout layout;
	enum pane focus;
	enum pane main; /* the last of tree and detail that had the focus */
	bool mouse;
	bool quit;
	bool stop;   /* stop the process before the next turn */
	bool redraw; /* everything anew */

	struct prompt prompt;
	struct statusline status;
	struct query query;
	struct feed feed;
	struct tree_view tree;
	struct detail_view detail;
	struct events_view events;
	struct help_view help;
	uint32_t choices[UI_CHOICES]; /* kind ids that a ":kind" could mean */
	size_t n_choices;
	char *choice_rest; /* what stood behind the kind, for the one that is chosen */
	char *undo;	   /* what stood where a prompt is open now */
};

/* ---- view.c: panes and focus ---- */
const struct view *ui_view(const struct ui *ui, enum pane pane);
void ui_focus(struct ui *ui, enum pane pane);
void ui_key(struct ui *ui, uint32_t key);
void ui_mouse_event(struct ui *ui, const struct key_event *event);
void ui_paste(struct ui *ui, struct str text);
/* Everything that is on the screen, as far as it differs. */
void ui_paint(struct ui *ui);
void ui_resize(struct ui *ui);

/* ---- command.c: prompts and what they do ---- */
void ui_prompt_open(struct ui *ui, enum prompt_kind kind);
void ui_prompt_key(struct ui *ui, uint32_t key);
void ui_prompt_changed(struct ui *ui);
bool ui_set_selector(struct ui *ui, const char *selector);
bool ui_clear_query(struct ui *ui); /* the text filter, else the selector; false: there is none */
void ui_command(struct ui *ui, struct str line);

/* ---- header.c ---- */
void ui_draw_header(struct ui *ui);
bool ui_has_notice(const struct ui *ui);
void ui_draw_notice(struct ui *ui);

#endif
