/*
 * draw - the one way to the cells of the screen. UI thread.
 *
 * A row is drawn in pieces from left to right; each piece is a fixed stretch of
 * the row. What it held last is remembered, and curses is touched only when the
 * new content differs. All text is escaped here: callers hand over bytes as
 * they came from outside.
 */
#ifndef UI_TERM_DRAW_H
#define UI_TERM_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "ui/term/theme.h"

struct draw;

struct area {
	int y, x, h, w;
};

struct draw *draw_new(const struct theme *theme); /* after tty_init() */
void draw_free(struct draw *draw);

void draw_resize(struct draw *draw, int rows, int cols);
void draw_forget(struct draw *draw); /* everything is painted anew */
/* New colours, and draw_forget(); the theme that is used. */
void draw_set_theme(struct draw *draw, const struct theme *theme);
const struct theme *draw_theme(const struct draw *draw);

/* A piece: w columns of row y from column x on. Pieces outside the screen
 * are cut. */
void draw_begin(struct draw *draw, int y, int x, int w, enum ground ground);
/* The same for a piece (its h does not count) that depends on nothing but what
 * key was made from: false when it stands there already, nothing is to be drawn
 * and draw_end() is not to be called. */
uint64_t draw_key(uint64_t key, uint64_t part); /* to make one of parts */
bool draw_begin_keyed(struct draw *draw, struct area piece, enum ground ground, uint64_t key);
void draw_text(struct draw *draw, enum role role, struct str text);
void draw_z(struct draw *draw, enum role role, const char *text);
void draw_f(struct draw *draw, enum role role, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void draw_to(struct draw *draw, int column); /* blanks up to a column of the piece */
/* text in width columns, shortened with an ellipsis; right: at their end. */
void draw_field(struct draw *draw, enum role role, struct str text, int width, bool right);
/* The same, shortened in the middle. */
void draw_middle(struct draw *draw, enum role role, struct str text, int width);
void draw_rule(struct draw *draw, enum role role, int width); /* a horizontal line */
int draw_column(const struct draw *draw);
int draw_left(const struct draw *draw);
void draw_end(struct draw *draw);
void draw_end_marked(struct draw *draw); /* the same; an ellipsis ends what had no room */

/* What stands in an area as wide as the screen has moved up by so many lines
 * (down, if negative), and its remembered pieces with it. What stands in the
 * lines that come in is undefined: they are drawn anew. */
void draw_scroll(struct draw *draw, struct area area, int lines);
void draw_blank(struct draw *draw, struct area area);

/* The columns that text takes once it is escaped. */
int draw_width(struct draw *draw, struct str text);

void draw_cursor(struct draw *draw, int y, int x); /* y -1: hidden */
void draw_flush(struct draw *draw);		   /* doupdate */

#endif
