#include "ui/theme.h"

#include <stddef.h>
#include <string.h>

/* clang-format off */
static const struct theme dark = {
	.name = "dark",
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
	.name = "light",
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
/* clang-format on */

static const struct theme *const themes[] = { &dark, &light };
static const struct theme *current = &dark;

const struct theme *theme_get(void)
{
	return current;
}

int theme_set(const char *name, struct error *err)
{
	for (size_t i = 0; i < sizeof(themes) / sizeof(*themes); i++) {
		if (strcmp(themes[i]->name, name) == 0) {
			current = themes[i];
			return 0;
		}
	}
	return error_set(err, ERROR_USAGE, "there is no theme \"%s\": dark and light are", name);
}
