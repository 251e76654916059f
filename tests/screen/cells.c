/*
 * The terminal emulator, and what is in its cells.
 */
#include "screen/internal.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "screen/harness.h"

#define ROW_MAX	   4096
#define OUTPUT_MAX ((size_t)64 << 20)

/* ---- the terminal ---- */

static int on_property(VTermProp prop, VTermValue *value, void *user)
{
	struct screen *screen = user;

	if (prop == VTERM_PROP_ALTSCREEN)
		screen->alternate = value->boolean;
	if (prop == VTERM_PROP_CURSORVISIBLE)
		screen->cursor = value->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property };

void screen_start_terminal(struct screen *screen)
{
	screen->vt = vterm_new(screen->rows, screen->cols);
	vterm_set_utf8(screen->vt, 1);
	screen->cells = vterm_obtain_screen(screen->vt);
	vterm_screen_set_callbacks(screen->cells, &callbacks, screen);
	vterm_screen_enable_altscreen(screen->cells, 1);
	vterm_screen_reset(screen->cells, 1);
	screen->cursor = true;
}

static void keep_output(struct screen *screen, const char *bytes, size_t n)
{
	if (screen->n_output + n > OUTPUT_MAX)
		return;
	if (screen->n_output + n > screen->cap_output) {
		screen->cap_output = (screen->n_output + n) * 2;
		screen->output = realloc(screen->output, screen->cap_output);
		if (!screen->output)
			abort();
	}
	memcpy(screen->output + screen->n_output, bytes, n);
	screen->n_output += n;
}

bool screen_take_output(struct screen *screen)
{
	char bytes[16384];
	ssize_t n = read(screen->pty, bytes, sizeof(bytes));

	if (n <= 0) {
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			screen->eof = true;
		return false;
	}
	keep_output(screen, bytes, (size_t)n);
	vterm_input_write(screen->vt, bytes, (size_t)n);
	vterm_screen_flush_damage(screen->cells);
	return true;
}

struct screen *screen_player(int rows, int cols)
{
	struct screen *screen = calloc(1, sizeof(*screen));

	if (!screen)
		abort();
	*screen = (struct screen){ .rows = rows,
		.cols = cols,
		.pty = -1,
		.jobs = -1,
		.listener = -1,
		.clock = -1,
		.eof = true,
		.ended = true };
	screen_start_terminal(screen);
	return screen;
}

void screen_feed(struct screen *screen, const char *bytes, size_t n)
{
	vterm_input_write(screen->vt, bytes, n);
	vterm_screen_flush_damage(screen->cells);
}

/* ---- what is on the screen ---- */

static int colour_of(const VTermColor *colour, bool is_default)
{
	if (is_default)
		return -1;
	if (VTERM_COLOR_IS_INDEXED(colour))
		return colour->indexed.idx;
	return 0x1000000 | colour->rgb.red << 16 | colour->rgb.green << 8 | colour->rgb.blue;
}

void screen_cell(struct screen *screen, int row, int col, struct screen_cell *ret)
{
	VTermPos pos = { .row = row, .col = col };
	VTermScreenCell cell;
	size_t n = 0;

	*ret = (struct screen_cell){ .fg = -1, .bg = -1 };
	if (!vterm_screen_get_cell(screen->cells, pos, &cell))
		return;
	ret->width = cell.width;
	ret->bold = cell.attrs.bold;
	ret->underline = cell.attrs.underline != 0;
	ret->reverse = cell.attrs.reverse;
	ret->fg = colour_of(&cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg));
	ret->bg = colour_of(&cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
	if (cell.chars[0] == UINT32_MAX)
		return;
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++) {
		if (n + 5 < sizeof(ret->text))
			n += utf8_encode(cell.chars[i], ret->text + n);
	}
	if (!n)
		ret->text[0] = ' ';
}

void screen_row(struct screen *screen, int row, char *out, size_t size)
{
	struct screen_cell cell;
	size_t n = 0;

	for (int col = 0; col < screen->cols; col++) {
		screen_cell(screen, row, col, &cell);
		if (n + strlen(cell.text) + 1 < size) {
			memcpy(out + n, cell.text, strlen(cell.text));
			n += strlen(cell.text);
		}
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

int screen_find_row(struct screen *screen, const char *text)
{
	char row[ROW_MAX];

	for (int i = 0; i < screen->rows; i++) {
		screen_row(screen, i, row, sizeof(row));
		if (strstr(row, text))
			return i;
	}
	return -1;
}

bool screen_contains(struct screen *screen, const char *text)
{
	return screen_find_row(screen, text) >= 0;
}

void screen_dump(struct screen *screen, FILE *out)
{
	char row[ROW_MAX];

	fprintf(out, "--- %dx%d%s\n", screen->cols, screen->rows,
		screen_has_ended(screen) ? ", the program has ended" : "");
	for (int i = 0; i < screen->rows; i++) {
		screen_row(screen, i, row, sizeof(row));
		fprintf(out, "%3d|%s\n", i, row);
	}
	fprintf(out, "---\n");
}

bool screen_on_alternate(const struct screen *screen)
{
	return screen->alternate;
}

bool screen_cursor_visible(const struct screen *screen)
{
	return screen->cursor;
}

const char *screen_output(const struct screen *screen, size_t *ret_n)
{
	*ret_n = screen->n_output;
	return screen->output;
}
