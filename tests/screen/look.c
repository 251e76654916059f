/*
 * What a play's test does to the screen, and what it looks for.
 */
#include <string.h>

#include "screen/play.h"

void play_type(struct play *play, const char *keys)
{
	screen_type(play->screen, keys);
}

void play_expect(struct play *play, const char *text)
{
	screen_expect(play->screen, text);
}

void play_esc(struct play *play, const char *gone)
{
	screen_type(play->screen, "\033");
	screen_expect_not(play->screen, gone);
}

#define CURSOR	  238 /* grounds of the theme, with 256 colours */
#define UNFOCUSED 236

/* The left edge of the tree, or of the pane beside it. */
static bool has_cursor(struct screen *screen, int y)
{
	struct screen_cell cell;

	for (int x = 0; x < 200; x++) {
		screen_cell(screen, y, x, &cell);
		if (cell.bg == CURSOR || cell.bg == UNFOCUSED)
			return true;
	}
	return false;
}

static bool cursor_on(struct screen *screen, void *arg)
{
	char row[4096];

	for (int y = 2; y < 60; y++) {
		screen_row(screen, y, row, sizeof(row));
		if (strstr(row, arg) && has_cursor(screen, y))
			return true;
	}
	return false;
}

void play_expect_cursor(struct play *play, const char *text)
{
	screen_expect_that(play->screen, cursor_on, (void *)text, text);
}

/* The column where text begins, counted in cells. */
static int column_of(struct screen *screen, int row, const char *text)
{
	char line[4096];
	const char *at;
	int col = 0;

	screen_row(screen, row, line, sizeof(line));
	at = strstr(line, text);
	for (const char *p = line; at && p < at; col++) {
		struct screen_cell cell;

		screen_cell(screen, row, col, &cell);
		p += strlen(cell.text);
	}
	return at ? col : -1;
}

void play_style(struct play *play, const char *text, struct screen_cell *ret)
{
	int row;

	play_expect(play, text);
	screen_settle(play->screen); /* its row may be painted anew in the same go */
	row = screen_find_row(play->screen, text);
	screen_cell(play->screen, row, column_of(play->screen, row, text), ret);
}

static bool footer_is_last(struct screen *screen, void *arg)
{
	const int *rows = arg;
	char row[4096];

	screen_row(screen, *rows - 1, row, sizeof(row));
	return strstr(row, "tab pane") || strstr(row, "sideways") || strstr(row, "unfold") ||
	       strstr(row, "G follow");
}

void play_resize(struct play *play, int rows, int cols)
{
	screen_resize(play->screen, rows, cols);
	screen_expect_that(play->screen, footer_is_last, &rows, "the new size");
	screen_settle(play->screen);
}

/* The sequence at p (behind its escape): its length, or 0 when it is none that
 * a terminal program writes. */
static size_t sequence(const char *p, size_t n)
{
	size_t i = 1;

	if (!n)
		return 0;
	if (strchr("78=>Mc", *p))
		return 1;
	if (strchr("()", *p))
		return n > 1 ? 2 : 0;
	if (*p != '[')
		return 0;
	while (i < n && p[i] >= 0x20 && p[i] <= 0x3f)
		i++;
	return i < n && strchr("ABCDGHJKLMPSTX@bdfghlmrt", p[i]) ? i + 1 : 0;
}

void play_check_output(struct play *play)
{
	size_t n, all;
	const char *out = screen_output(play->screen, &all);

	for (size_t i = 0; i < all; i++) {
		unsigned char c = (unsigned char)out[i];

		if (c == 0x1b) {
			n = sequence(out + i + 1, all - i - 1);
			if (!n)
				fail_msg("a sequence that nobody meant: ESC %.20s", out + i + 1);
			i += n;
		} else if ((c < 0x20 && !strchr("\r\n\b\t\017\016", c)) || c == 0x7f) {
			fail_msg("byte 0x%02x reached the terminal", c);
		} else if (c == 0xc2 && i + 1 < all && (unsigned char)out[i + 1] < 0xa0) {
			fail_msg("U+00%02X reached the terminal", (unsigned char)out[i + 1]);
		}
	}
}

size_t play_written(struct play *play)
{
	size_t n;

	screen_settle(play->screen);
	screen_output(play->screen, &n);
	return n;
}
