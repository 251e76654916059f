#include "screen/golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "screen/internal.h"

#define FILE_MAX   ((size_t)1 << 20)
#define ROW_MAX	   4096
#define STYLES_MAX 52
#define RULE	   "----\n"

struct style {
	int fg, bg;
	bool bold, underline, reverse;
};

/* The letters of a picture, in the order in which they are met. */
struct styles {
	struct style list[STYLES_MAX];
	size_t n;
};

/* ---- a screen as text ---- */

#define DIGITS "0123456789"

/* What varies: the port that the server was given, the directory of this run, and how
 * many connections have carried how much. */
static void mask(char *line)
{
	static const char *const figures[] = { " requests ", " received ", " connections " };
	static const struct {
		const char *before;
		const char *varies;
	} masks[] = {
		{ "127.0.0.1:", DIGITS },
		{ "/crwatch-screen-",
			DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" },
	};

	for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++) {
		if (strncmp(line, figures[i], strlen(figures[i])) != 0)
			continue;
		for (char *p = line; (p = strpbrk(p, DIGITS)); p++) {
			size_t n = strspn(p, DIGITS);

			memset(p, ' ', n);
			p += n - 1;
			*p = '#';
		}
	}

	for (size_t i = 0; i < sizeof(masks) / sizeof(*masks); i++) {
		for (char *p = line; (p = strstr(p, masks[i].before));) {
			size_t n;

			p += strlen(masks[i].before);
			n = strspn(p, masks[i].varies);
			memset(p, '#', n);
			p += n;
		}
	}
}

static bool same_style(const struct style *a, const struct style *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->bold == b->bold &&
	       a->underline == b->underline && a->reverse == b->reverse;
}

/* Of a blank only its ground is seen. */
static struct style style_of(const struct screen_cell *cell)
{
	struct style style = { .fg = cell->fg,
		.bg = cell->bg,
		.bold = cell->bold,
		.underline = cell->underline,
		.reverse = cell->reverse };

	if (strcmp(cell->text, " ") == 0 && !style.underline) {
		style.bold = false;
		if (!style.reverse)
			style.fg = -1;
	}
	return style;
}

static char letter_of(struct styles *styles, const struct screen_cell *cell)
{
	static const struct style plain = { .fg = -1, .bg = -1 };
	struct style style = style_of(cell);
	size_t i = 0;

	if (same_style(&style, &plain))
		return ' ';
	while (i < styles->n && !same_style(&style, &styles->list[i]))
		i++;
	if (i == STYLES_MAX) {
		fail_msg("more than %d styles on one screen", STYLES_MAX);
		return ' '; /* not reached */
	}
	if (i == styles->n)
		styles->list[styles->n++] = style;
	return (char)(i < 26 ? 'a' + i : 'A' + i - 26);
}

static void add_style_row(struct screen *screen, int row, struct styles *styles, struct buf *out)
{
	struct screen_cell cell;
	char letter = ' ';
	size_t end = out->len;

	for (int col = 0; col < screen->cols; col++) {
		screen_cell(screen, row, col, &cell);
		/* the second half of a wide character is as the first */
		if (*cell.text)
			letter = letter_of(styles, &cell);
		buf_addc(out, letter);
		if (letter != ' ')
			end = out->len;
	}
	buf_truncate(out, end);
	buf_addc(out, '\n');
}

static void add_colour(const char *name, int colour, struct buf *out)
{
	if (colour >= 0x1000000)
		buf_addf(out, " %s #%06x", name, (unsigned)colour & 0xffffff);
	else if (colour >= 0)
		buf_addf(out, " %s %d", name, colour);
}

static void add_legend(const struct styles *styles, struct buf *out)
{
	for (size_t i = 0; i < styles->n; i++) {
		const struct style *style = &styles->list[i];

		buf_addf(out, "%c:", (char)(i < 26 ? 'a' + i : 'A' + i - 26));
		add_colour("fg", style->fg, out);
		add_colour("bg", style->bg, out);
		buf_addf(out, "%s%s%s\n", style->bold ? " bold" : "",
			style->underline ? " underline" : "", style->reverse ? " reverse" : "");
	}
}

static void add_head(struct screen *screen, struct buf *out)
{
	VTermPos at;

	vterm_state_get_cursorpos(vterm_obtain_state(screen->vt), &at);
	buf_addf(out, "%dx%d, ", screen->cols, screen->rows);
	if (screen->cursor)
		buf_addf(out, "cursor in row %d, column %d\n", at.row + 1, at.col + 1);
	else
		buf_addz(out, "no cursor\n");
}

static void draw(struct screen *screen, struct buf *out)
{
	struct styles styles = { .n = 0 };
	char row[ROW_MAX];

	buf_reset(out);
	add_head(screen, out);
	for (int i = 0; i < screen->rows; i++) {
		screen_row(screen, i, row, sizeof(row));
		mask(row);
		buf_addf(out, "%s\n", row);
	}
	buf_addz(out, RULE);
	for (int i = 0; i < screen->rows; i++)
		add_style_row(screen, i, &styles, out);
	buf_addz(out, RULE);
	add_legend(&styles, out);
}

/* ---- files ---- */

static bool writing(void)
{
	const char *mode = getenv("GOLDEN");

	return mode && strcmp(mode, "write") == 0;
}

static void write_golden(const char *path, const struct buf *text)
{
	FILE *file = fopen(path, "w");

	if (!file || fwrite(text->data, 1, text->len, file) != text->len || fclose(file) != 0)
		fail_msg("%s cannot be written", path);
}

static void read_golden(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "r");
	char *room;
	size_t n;

	if (!file)
		fail_msg("there is no %s: make golden", path);
	while ((room = buf_room(out, 4096)) && (n = fread(room, 1, 4096, file)) > 0)
		buf_added(out, n);
	fclose(file);
}

/* ---- comparing ---- */

static bool is_golden(struct screen *screen, void *arg)
{
	const struct buf *wanted = arg;
	struct buf now = BUF_INIT(FILE_MAX);
	bool same;

	draw(screen, &now);
	same = str_eq(buf_str(&now), buf_str(wanted));
	buf_release(&now);
	return same;
}

/* The picture whole, so that the place is seen; of the styles what differs. */
static void print_difference(struct str wanted, struct str now)
{
	bool styles = false;

	while (wanted.len || now.len) {
		struct str a = str_cut(&wanted, '\n'), b = str_cut(&now, '\n');

		styles = styles || str_eq(a, STR("----")) || str_eq(b, STR("----"));
		if (str_eq(a, b)) {
			if (!styles)
				fprintf(stderr, "  " STR_FMT "\n", STR_ARG(a));
			continue;
		}
		fprintf(stderr, "- " STR_FMT "\n", STR_ARG(a));
		fprintf(stderr, "+ " STR_FMT "\n", STR_ARG(b));
	}
}

static void expect(
	struct screen *screen, const struct buf *wanted, const char *name, const char *when)
{
	struct buf now = BUF_INIT(FILE_MAX);

	if (screen_comes_true(screen, is_golden, (void *)wanted))
		return;
	draw(screen, &now);
	fprintf(stderr, "golden/%s.txt (-) and the screen (+)%s:\n", name, when);
	print_difference(buf_str(wanted), buf_str(&now));
	buf_release(&now);
	fail_msg("the screen is not golden/%s.txt%s; make golden writes it anew", name, when);
}

static void check(struct screen *screen, const char *name, struct buf *ret)
{
	char *path = mem_printf("%s/%s.txt", GOLDENS, name);

	/* one that this run has written is to be the same everywhere */
	if (writing() && access(path, F_OK) < 0) {
		draw(screen, ret);
		write_golden(path, ret);
	} else {
		read_golden(path, ret);
		expect(screen, ret, name, "");
	}
	free(path);
}

static bool is_large(struct screen *screen, void *arg)
{
	char row[ROW_MAX];

	(void)arg;
	screen_row(screen, screen->rows - 1, row, sizeof(row));
	return *row && !screen_contains(screen, "too small");
}

static void resize(struct screen *screen, const char *name, const struct buf *wanted)
{
	int rows = screen->rows, cols = screen->cols;

	screen_resize(screen, 5, 20);
	screen_expect(screen, "terminal too small");
	screen_resize(screen, 50, 200);
	screen_expect_that(screen, is_large, NULL, "a large screen");
	screen_settle(screen);
	screen_resize(screen, rows, cols);
	expect(screen, wanted, name, ", after changes of size,");
	screen_settle(screen);
	expect(screen, wanted, name, ", when all was settled after changes of size,");
}

void golden(struct screen *screen, const char *name)
{
	struct buf wanted = BUF_INIT(FILE_MAX);

	screen_settle(screen);
	check(screen, name, &wanted);
	resize(screen, name, &wanted);
	buf_release(&wanted);
}

void golden_still(struct screen *screen, const char *name)
{
	struct buf wanted = BUF_INIT(FILE_MAX);

	check(screen, name, &wanted);
	buf_release(&wanted);
}
