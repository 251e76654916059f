/*
 * theme - what each role on the screen looks like, as data: a 256-colour index
 * and what to do with 8 colours or none. Colour is never alone: every role that
 * means something comes with a glyph or a word. UI thread.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include "base/error.h"

/* What a piece of text is. */
enum role {
	ROLE_TEXT,
	ROLE_DIM,  /* rulers, hints, what is folded */
	ROLE_HEAD, /* headings of groups and columns */
	ROLE_TITLE,
	ROLE_OK,
	ROLE_PROGRESS,
	ROLE_BAD,
	ROLE_DELETING,
	ROLE_GONE,  /* deleted, no longer true */
	ROLE_FRESH, /* changed a moment ago */
	ROLE_MATCH,
	ROLE_KEY, /* YAML */
	ROLE_STRING,
	ROLE_NUMBER,
	ROLE_WORD, /* true, false, null */
	ROLE_WAS,
	ROLE_WARNING,
	ROLES,
};

/* What a row stands on. */
enum ground {
	GROUND_NONE,
	GROUND_CURSOR,
	GROUND_UNFOCUSED,
	GROUND_BAR,
	GROUNDS
};

enum theme_flag {
	THEME_BOLD = 1,
	THEME_DIM = 2,
	THEME_UNDERLINE = 4,
	THEME_REVERSE = 8
};

struct theme_colour {
	short c256; /* -1: the terminal's own */
	short c8;
	unsigned flags;	     /* with colours */
	unsigned mono_flags; /* without */
};

struct theme {
	const char *name;
	struct theme_colour roles[ROLES];
	struct theme_colour grounds[GROUNDS];
};

/* The one in use, the first one unless another is chosen before the screen opens. */
const struct theme *theme_get(void);
int theme_set(const char *name, struct error *err);

#endif
