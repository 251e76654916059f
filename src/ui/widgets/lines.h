/*
 * lines - facts that are scrolled, searched and wrapped, with a cursor that
 * stays on its line while they are made anew. UI thread.
 */
#ifndef UI_WIDGETS_LINES_H
#define UI_WIDGETS_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/term/draw.h"
#include "ui/keymap.h"
#include "ui/widgets/list.h"
#include "ui/widgets/facts.h"

struct line_row {
	uint32_t line;
	uint32_t from, len; /* bytes of its text */
};

struct lines {
	struct facts facts;
	struct list list; /* of rows */
	struct line_row *rows;
	size_t n_rows, cap_rows;
	size_t left; /* columns scrolled to the right */
	uint64_t id; /* of the line under the cursor as the facts were begun */
	bool has_id;
};

void lines_release(struct lines *lines);

/* The facts are made anew between these two. width: of the pane; wrap: long lines
 * become several rows. */
void lines_begin(struct lines *lines);
void lines_end(struct lines *lines, size_t width, bool wrap);
void lines_forget(struct lines *lines); /* the facts of something else: from the top */

const struct fact *lines_current(const struct lines *lines); /* or NULL */
void lines_to(struct lines *lines, size_t line);
/* To the line with this id; false: there is none. */
bool lines_to_id(struct lines *lines, uint64_t id);

void lines_draw(
	struct draw *draw, struct lines *lines, struct area area, bool focused, const char *search);
bool lines_act(struct lines *lines, enum action action, bool wrap);
/* The next line (by: 1 or -1) with the text, going round; here: this one, too. */
bool lines_search(struct lines *lines, const char *search, int by, bool here);

/* The rows of width columns that text takes, broken at blanks; calls row for each,
 * at least once. */
void lines_break(struct str text, size_t width, size_t hang,
	void (*row)(void *arg, size_t from, size_t len), void *arg);
/* Text with what is searched for marked; *skip columns of it are left out. */
void lines_put(
	struct draw *draw, enum role role, struct str text, const char *search, size_t *skip);

#endif
