/*
 * row - what the rows of the tree and of a table have in common: how a kind
 * is, what is not well, when something changed last. UI thread.
 */
#ifndef UI_VIEWS_ROW_H
#define UI_VIEWS_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/str.h"
#include "cache/root.h"
#include "kube/health.h"
#include "ui/widgets/text.h"
#include "ui/term/theme.h"

struct entry;
struct tree_row;
struct ui;

#define ROW_FRESH      (3 * CLOCK_S) /* a change is marked for so long */
#define ROW_LAST_WIDTH 10	     /* of LAST CHANGE, at the end of a row */
#define ROW_DOTS       "\xe2\x80\xa6"

const char *row_state_word(enum kind_state state);
void row_listing_words(size_t listed, char *out, size_t size);
/* What a kind has to say of itself: "listing 400 ...", "forbidden"; else "". */
#define ROW_WORDS_MAX 64
void row_kind_words(const struct kind_root *kind, char *out, size_t size, enum role *ret_role);
/* Whether its count is a number. */
bool row_kind_counts(const struct kind_root *kind);
/* Whether that is so of every kind that is served. */
bool row_all_count(const struct root *root);

/* What is not well among objects, the worst first: "✗ 3", "◌ 2". */
#define ROW_BADGES 3
struct row_badge {
	enum health health;
	char text[TEXT_NUMBER_MAX + 8];
};
size_t row_badges(const size_t health[HEALTH_KINDS], struct row_badge ret[ROW_BADGES]);

/* The colour of an object's row. */
enum role row_role(const struct tree_row *row);
/* Whether it is marked, and how it is. */
void row_draw_glyph(struct ui *ui, const struct tree_row *row, bool marked);
/* Text with the places marked that the filter matches. */
void row_draw_matched(struct ui *ui, enum role role, struct str text);
/* To the end of the row, when what was drawn leaves room for it behind column. */
void row_draw_last_change(struct ui *ui, const struct entry *e, int column);

#endif
