#include "ui/term/theme.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define BOLD_LINE    (THEME_BOLD | THEME_UNDERLINE)
#define BOLD_REVERSE (THEME_BOLD | THEME_REVERSE)

/* clang-format off */
#define DARK	 "dark"
#define LIGHT	 "light"
#define CONTRAST "contrast"
#define MONO	 "mono"
#define SIXTEEN	 "16"

static const struct theme dark = {
	.name = DARK,
	.roles = {
		/*                  256   8  with colours     without */
		[ROLE_TEXT]     = {  -1, -1, 0,               0 },
		[ROLE_DIM]      = { 244, -1, 0,               0 },
		[ROLE_HEAD]     = { 110,  6, 0,               THEME_BOLD },
		[ROLE_TITLE]    = { 153,  6, THEME_BOLD,      THEME_BOLD },
		[ROLE_OK]       = { 114,  2, 0,               0 },
		[ROLE_PROGRESS] = { 222,  3, 0,               0 },
		[ROLE_BAD]      = { 210,  1, THEME_BOLD,      THEME_BOLD },
		[ROLE_DELETING] = { 176,  5, 0,               0 },
		[ROLE_GONE]     = { 242, -1, THEME_DIM,       THEME_DIM },
		[ROLE_FRESH]    = { 228,  3, THEME_BOLD,      THEME_BOLD },
		[ROLE_MATCH]    = { 222,  3, THEME_UNDERLINE, THEME_UNDERLINE },
		[ROLE_KEY]      = { 110,  6, 0,               0 },
		[ROLE_STRING]   = { 151,  2, 0,               0 },
		[ROLE_NUMBER]   = { 180,  3, 0,               0 },
		[ROLE_WORD]     = { 176,  5, 0,               0 },
		[ROLE_WAS]      = { 222,  3, 0,               THEME_BOLD },
		[ROLE_WARNING]  = { 215,  3, THEME_BOLD,      THEME_BOLD },
	},
	.grounds = {
		[GROUND_NONE]      = {  -1, -1, 0,             0 },
		[GROUND_CURSOR]    = { 238, -1, 0,             THEME_REVERSE },
		[GROUND_UNFOCUSED] = { 236, -1, 0,             THEME_UNDERLINE },
		[GROUND_BAR]       = { 235, -1, 0,             0 },
	},
};
static const struct theme light = {
	.name = LIGHT,
	.roles = {
		/*                  256   8  with colours     without */
		[ROLE_TEXT]     = {  -1, -1, 0,               0 },
		[ROLE_DIM]      = { 245, -1, 0,               0 },
		[ROLE_HEAD]     = {  24,  4, 0,               THEME_BOLD },
		[ROLE_TITLE]    = {  25,  4, THEME_BOLD,      THEME_BOLD },
		[ROLE_OK]       = {  28,  2, 0,               0 },
		[ROLE_PROGRESS] = { 130,  3, 0,               0 },
		[ROLE_BAD]      = { 160,  1, THEME_BOLD,      THEME_BOLD },
		[ROLE_DELETING] = {  90,  5, 0,               0 },
		[ROLE_GONE]     = { 248, -1, THEME_DIM,       THEME_DIM },
		[ROLE_FRESH]    = { 130,  3, THEME_BOLD,      THEME_BOLD },
		[ROLE_MATCH]    = { 130,  3, THEME_UNDERLINE, THEME_UNDERLINE },
		[ROLE_KEY]      = {  24,  4, 0,               0 },
		[ROLE_STRING]   = {  28,  2, 0,               0 },
		[ROLE_NUMBER]   = {  94,  3, 0,               0 },
		[ROLE_WORD]     = {  90,  5, 0,               0 },
		[ROLE_WAS]      = { 130,  3, 0,               THEME_BOLD },
		[ROLE_WARNING]  = { 166,  3, THEME_BOLD,      THEME_BOLD },
	},
	.grounds = {
		[GROUND_NONE]      = {  -1, -1, 0,             0 },
		[GROUND_CURSOR]    = { 153, -1, 0,             THEME_REVERSE },
		[GROUND_UNFOCUSED] = { 254, -1, 0,             THEME_UNDERLINE },
		[GROUND_BAR]       = { 255, -1, 0,             0 },
	},
};
static const struct theme contrast = {
	.name = CONTRAST,
	.roles = {
		[ROLE_TEXT]     = {  -1, -1, THEME_BOLD,      THEME_BOLD },
		[ROLE_DIM]      = {  -1, -1, 0,               0 },
		[ROLE_HEAD]     = {  -1, -1, BOLD_LINE,       BOLD_LINE },
		[ROLE_TITLE]    = {  -1, -1, THEME_BOLD,      THEME_BOLD },
		[ROLE_OK]       = {  -1, -1, 0,               0 },
		[ROLE_PROGRESS] = {  -1, -1, THEME_UNDERLINE, THEME_UNDERLINE },
		[ROLE_BAD]      = {  -1, -1, BOLD_REVERSE,    BOLD_REVERSE },
		[ROLE_DELETING] = {  -1, -1, THEME_UNDERLINE, THEME_UNDERLINE },
		[ROLE_GONE]     = {  -1, -1, 0,               0 },
		[ROLE_FRESH]    = {  -1, -1, BOLD_LINE,       BOLD_LINE },
		[ROLE_MATCH]    = {  -1, -1, BOLD_REVERSE,    BOLD_REVERSE },
		[ROLE_KEY]      = {  -1, -1, THEME_BOLD,      THEME_BOLD },
		[ROLE_STRING]   = {  -1, -1, 0,               0 },
		[ROLE_NUMBER]   = {  -1, -1, 0,               0 },
		[ROLE_WORD]     = {  -1, -1, 0,               0 },
		[ROLE_WAS]      = {  -1, -1, THEME_UNDERLINE, THEME_UNDERLINE },
		[ROLE_WARNING]  = {  -1, -1, BOLD_REVERSE,    BOLD_REVERSE },
	},
	.grounds = {
		[GROUND_NONE]      = {  -1, -1, 0,             0 },
		[GROUND_CURSOR]    = {  -1, -1, THEME_REVERSE, THEME_REVERSE },
		[GROUND_UNFOCUSED] = {  -1, -1, BOLD_LINE,     BOLD_LINE },
		[GROUND_BAR]       = {  -1, -1, THEME_REVERSE, THEME_REVERSE },
	},
};
static const struct theme mono = {
	.name = MONO,
	.depth = THEME_MONO,
	.roles = {
		[ROLE_HEAD]     = { -1, -1, 0, THEME_BOLD },
		[ROLE_TITLE]    = { -1, -1, 0, THEME_BOLD },
		[ROLE_BAD]      = { -1, -1, 0, THEME_BOLD },
		[ROLE_GONE]     = { -1, -1, 0, THEME_DIM },
		[ROLE_FRESH]    = { -1, -1, 0, THEME_BOLD },
		[ROLE_MATCH]    = { -1, -1, 0, THEME_UNDERLINE },
		[ROLE_WAS]      = { -1, -1, 0, THEME_BOLD },
		[ROLE_WARNING]  = { -1, -1, 0, THEME_BOLD },
	},
	.grounds = {
		[GROUND_CURSOR]    = { -1, -1, 0, THEME_REVERSE },
		[GROUND_UNFOCUSED] = { -1, -1, 0, THEME_UNDERLINE },
	},
};
static const struct theme sixteen = {
	.name = SIXTEEN,
	.depth = THEME_16,
	.roles = {
		[ROLE_TEXT]     = { -1, -1, 0,               0 },
		[ROLE_DIM]      = { -1, -1, THEME_DIM,       0 },
		[ROLE_HEAD]     = {  6,  6, 0,               THEME_BOLD },
		[ROLE_TITLE]    = {  6,  6, THEME_BOLD,      THEME_BOLD },
		[ROLE_OK]       = {  2,  2, 0,               0 },
		[ROLE_PROGRESS] = {  3,  3, 0,               0 },
		[ROLE_BAD]      = {  1,  1, THEME_BOLD,      THEME_BOLD },
		[ROLE_DELETING] = {  5,  5, 0,               0 },
		[ROLE_GONE]     = { -1, -1, THEME_DIM,       THEME_DIM },
		[ROLE_FRESH]    = {  3,  3, THEME_BOLD,      THEME_BOLD },
		[ROLE_MATCH]    = {  3,  3, THEME_UNDERLINE, THEME_UNDERLINE },
		[ROLE_KEY]      = {  6,  6, 0,               0 },
		[ROLE_STRING]   = {  2,  2, 0,               0 },
		[ROLE_NUMBER]   = {  3,  3, 0,               0 },
		[ROLE_WORD]     = {  5,  5, 0,               0 },
		[ROLE_WAS]      = {  3,  3, 0,               THEME_BOLD },
		[ROLE_WARNING]  = {  1,  1, THEME_BOLD,      THEME_BOLD },
	},
	.grounds = {
		[GROUND_NONE]      = { -1, -1, 0, 0 },
		[GROUND_CURSOR]    = { -1, -1, 0, THEME_REVERSE },
		[GROUND_UNFOCUSED] = { -1, -1, 0, THEME_UNDERLINE },
		[GROUND_BAR]       = { -1, -1, 0, 0 },
	},
};
/* clang-format on */

static const struct theme *const themes[] = { &dark, &light, &contrast, &mono, &sixteen };
#define N_THEMES (sizeof(themes) / sizeof(*themes))

const struct theme *theme_shown(const struct theme *chosen)
{
	const char *no_color = getenv("NO_COLOR");

	return no_color && *no_color ? &mono : chosen;
}

const struct theme *theme_preset(void)
{
	return &dark;
}

const char *const *theme_names(void)
{
	static const char *const names[N_THEMES + 1] = { DARK, LIGHT, CONTRAST, MONO, SIXTEEN };

	return names;
}

static char *listed(void)
{
	struct buf out = BUF_INIT(1000);

	for (size_t i = 0; i < N_THEMES; i++)
		buf_addf(&out, "%s%s",
			!i		   ? ""
			: i + 1 < N_THEMES ? ", "
					   : " and ",
			themes[i]->name);
	return buf_take(&out);
}

int theme_find(const char *name, const struct theme **ret, struct error *err)
{
	char *names;

	for (size_t i = 0; i < N_THEMES; i++) {
		if (strcmp(themes[i]->name, name) == 0) {
			*ret = themes[i];
			return 0;
		}
	}
	names = listed();
	error_set(err, ERROR_NOT_FOUND, "there is no theme \"%s\": %s are", name, names);
	free(names);
	return -1;
}
