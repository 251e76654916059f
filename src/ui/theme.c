#include "ui/theme.h"

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
/* clang-format on */

const struct theme *theme_get(void)
{
	return &dark;
}
