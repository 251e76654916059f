/*
 * theme - what each role on the screen looks like, as data: a 256-colour index
 * and what to do with 8 colours or none. The palette is the terminal's and never
 * changed. Colour is never alone: every role that means something comes with a
 * glyph or a word. Pure.
 */
#ifndef UI_TERM_THEME_H
#define UI_TERM_THEME_H

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

/* How many colours a theme makes use of, whatever the terminal has. */
enum theme_depth {
	THEME_256,
	THEME_16, /* c256 is one of the terminal's own 16; grounds are attributes */
	THEME_MONO,
};

struct theme {
	const char *name;
	enum theme_depth depth;
	struct theme_colour roles[ROLES];
	struct theme_colour grounds[GROUNDS];
};

/* "dark": where none is chosen. */
const struct theme *theme_preset(void);
/* By name; fails with ERROR_NOT_FOUND. */
int theme_find(const char *name, const struct theme **ret, struct error *err);
/* What is shown of the one that was chosen: "mono" while NO_COLOR is set and not
 * empty. */
const struct theme *theme_shown(const struct theme *chosen);

/* All names, NULL at their end. */
const char *const *theme_names(void);

#endif
