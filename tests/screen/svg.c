#include "screen/svg.h"

#include <string.h>

#define CELL_W 8.4
#define CELL_H 17
#define PAD    10

struct ink {
	char fg[8], bg[8];
	bool bold, dim, underline;
};

/* The 16 colours of the terminal that the pictures show. */
static const char *const basic[2][16] = {
	{ "#20242b", "#e06c75", "#98c379", "#d8b36a", "#61afef", "#c678dd", "#56b6c2", "#c8ccd4",
		"#5c6370", "#ff8a93", "#b5e890", "#f0d080", "#8cc8ff", "#e0a0f5", "#7fdbe5",
		"#ffffff" },
	{ "#24292f", "#b42318", "#1a7f37", "#9a6700", "#0550ae", "#8250df", "#0e7490", "#6e7781",
		"#57606a", "#cf222e", "#2da44e", "#bf8700", "#218bff", "#a475f9", "#3192aa",
		"#8c959f" },
};

static const char *const ground[2] = { "#16191f", "#ffffff" };
static const char *const text_colour[2] = { "#d0d4dc", "#24292f" };

/* xterm's cube and greys. */
static void colour_name(int index, bool light, char out[8])
{
	static const int levels[] = { 0, 95, 135, 175, 215, 255 };
	unsigned rgb;

	if (index >= 0x1000000) {
		rgb = (unsigned)index & 0xffffff;
	} else if (index < 16) {
		memcpy(out, basic[light][index], 8);
		return;
	} else if (index < 232) {
		index -= 16;
		rgb = (unsigned)(levels[index / 36] << 16 | levels[index / 6 % 6] << 8 |
				 levels[index % 6]);
	} else {
		rgb = (unsigned)(8 + 10 * (index - 232)) * 0x10101;
	}
	snprintf(out, 8, "#%06x", rgb & 0xffffff);
}

static struct ink ink_of(const struct screen_cell *cell, bool light)
{
	struct ink ink = { .bold = cell->bold, .dim = cell->dim, .underline = cell->underline };

	if (cell->fg >= 0)
		colour_name(cell->fg, light, ink.fg);
	if (cell->bg >= 0)
		colour_name(cell->bg, light, ink.bg);
	if (!cell->reverse)
		return ink;
	memcpy(ink.bg, ink.fg[0] ? ink.fg : text_colour[light], 8);
	memcpy(ink.fg, cell->bg >= 0 ? ink.bg : ground[light], 8);
	return ink;
}

static void add_escaped(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '&')
			buf_addz(out, "&amp;");
		else if (*text == '<')
			buf_addz(out, "&lt;");
		else
			buf_addc(out, *text);
	}
}

/* Rulers are drawn, so that they meet from row to row. */
static bool is_ruler(const char *text)
{
	return strcmp(text, "\xe2\x94\x80") == 0 || strcmp(text, "\xe2\x94\x82") == 0;
}

static void add_ruler(
	struct buf *out, int row, int col, int n, const char *text, const char *colour)
{
	double x = PAD + col * CELL_W, y = PAD + row * (double)CELL_H;

	if (strcmp(text, "\xe2\x94\x80") == 0)
		buf_addf(out, "<path d=\"M%.1f %.1fh%.1f\" stroke=\"%s\"/>\n", x, y + CELL_H / 2.0,
			n * CELL_W, colour);
	else
		buf_addf(out, "<path d=\"M%.1f %.1fv%d\" stroke=\"%s\"/>\n", x + CELL_W / 2, y,
			CELL_H, colour);
}

struct run {
	int row, col, cells;
	struct ink ink;
	bool ruler;
	struct buf text;
};

static bool is_blank(const char *text)
{
	return text[strspn(text, " ")] == '\0';
}

static void add_run(struct buf *out, const struct run *run, bool light)
{
	double x = PAD + run->col * CELL_W, y = PAD + run->row * (double)CELL_H;
	const char *fg = run->ink.fg[0] ? run->ink.fg : text_colour[light];

	if (run->ink.bg[0])
		buf_addf(out,
			"<rect x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
			x, y, run->cells * CELL_W, CELL_H, run->ink.bg);
	if (run->ruler) {
		add_ruler(out, run->row, run->col, run->cells, "\xe2\x94\x80", fg);
		return;
	}
	if (is_blank(buf_text(&run->text)) && !run->ink.underline)
		return;
	buf_addf(out, "<text x=\"%.1f\" y=\"%.1f\" textLength=\"%.1f\" fill=\"%s\"%s%s%s>", x,
		y + 13, run->cells * CELL_W, fg, run->ink.bold ? " font-weight=\"bold\"" : "",
		run->ink.dim ? " opacity=\"0.6\"" : "",
		run->ink.underline ? " text-decoration=\"underline\"" : "");
	add_escaped(out, buf_text(&run->text));
	buf_addz(out, "</text>\n");
}

static bool goes_on(const struct run *run, const struct ink *ink, bool ruler)
{
	return run->cells > 0 && !run->ruler && !ruler && memcmp(&run->ink, ink, sizeof(*ink)) == 0;
}

static void end_run(struct run *run, struct buf *out, bool light)
{
	if (run->cells > 0)
		add_run(out, run, light);
	buf_reset(&run->text);
	run->cells = 0;
}

static void add_cell(
	struct run *run, const struct screen_cell *cell, int col, bool light, struct buf *out)
{
	struct ink ink = ink_of(cell, light);
	bool ruler = is_ruler(cell->text);
	bool longer = ruler && run->ruler && run->cells > 0 &&
		      strcmp(buf_text(&run->text), cell->text) == 0 &&
		      memcmp(&run->ink, &ink, sizeof(ink)) == 0;

	if (!longer && !goes_on(run, &ink, ruler)) {
		end_run(run, out, light);
		run->col = col;
		run->ink = ink;
		run->ruler = ruler;
	}
	if (!longer)
		buf_addz(&run->text, cell->text[0] ? cell->text : " ");
	run->cells += cell->width > 0 ? cell->width : 1;
}

static void add_row(struct screen *screen, int row, int cols, bool light, struct buf *out)
{
	struct run run = { .row = row, .text = BUF_INIT((size_t)1 << 16) };
	struct screen_cell cell;
	int col = 0;

	while (col < cols) {
		screen_cell(screen, row, col, &cell);
		add_cell(&run, &cell, col, light, out);
		if (strcmp(cell.text, "\xe2\x94\x82") == 0) {
			buf_reset(&run.text);
			run.cells = 0;
			add_ruler(out, row, col, 1, cell.text,
				run.ink.fg[0] ? run.ink.fg : text_colour[light]);
		}
		col += cell.width > 0 ? cell.width : 1;
	}
	end_run(&run, out, light);
	buf_release(&run.text);
}

void svg_draw(struct screen *screen, int rows, int cols, bool light, struct buf *out)
{
	double w = cols * CELL_W + 2 * PAD, h = rows * (double)CELL_H + 2 * PAD;

	buf_addf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.1f %.0f\" width=\"%.1f\" "
		"height=\"%.0f\" font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, "
		"monospace\" font-size=\"14\" xml:space=\"preserve\">\n",
		w, h, w, h);
	buf_addf(out, "<rect width=\"100%%\" height=\"100%%\" rx=\"6\" fill=\"%s\"/>\n",
		ground[light]);
	for (int row = 0; row < rows; row++)
		add_row(screen, row, cols, light, out);
	buf_addz(out, "</svg>\n");
}
