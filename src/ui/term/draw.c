/*
 * draw - see draw.h. Owns the remembered content of each row, and the colour
 * pairs: one for each role on each ground.
 */
#include "ui/term/draw.h"

#include <assert.h>
#include <curses.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

#define PIECES	  6		     /* in a row, at most */
#define PIECE_MAX ((size_t)64 << 10) /* bytes of one piece: escapes and marks are long */
#define ELLIPSIS  "\xe2\x80\xa6"
#define RULE	  "\xe2\x94\x80"

struct piece {
	int x, w;
	uint64_t hash;
	uint64_t key; /* what it was made from; 0: not said */
};

struct row {
	struct piece pieces[PIECES];
	int count;
};

struct run {
	size_t start;
	enum role role;
};

enum colours {
	MONO,
	EIGHT,
	SIXTEEN,
	MANY
};

struct draw {
	struct row *rows;
	int n_rows, n_cols;
	bool anew;		   /* nothing that stands on the screen is of use */
	const struct theme *theme; /* that is shown */
	enum colours colours;
	attr_t attrs[GROUNDS][ROLES];
	short pairs[GROUNDS][ROLES];
	struct buf scratch;

	/* the piece being drawn */
	int y, x, w, column;
	bool cut; /* something had no room */
	enum ground ground;
	uint64_t key;
	struct buf text;
	struct run *runs;
	size_t n_runs, cap_runs;
	wchar_t *wide;
	size_t cap_wide;
	int cursor_y, cursor_x;
};

/* ---- colours ---- */

static attr_t attributes(unsigned flags)
{
	return ((flags & THEME_BOLD) ? A_BOLD : 0) | ((flags & THEME_DIM) ? A_DIM : 0) |
	       ((flags & THEME_UNDERLINE) ? A_UNDERLINE : 0) |
	       ((flags & THEME_REVERSE) ? A_REVERSE : 0);
}

static void init_style(struct draw *draw, enum ground ground, enum role role)
{
	const struct theme_colour *fg = &draw->theme->roles[role];
	const struct theme_colour *bg = &draw->theme->grounds[ground];
	short pair = (short)(1 + (int)ground * ROLES + (int)role);

	if (draw->colours == MONO) {
		draw->attrs[ground][role] = attributes(fg->mono_flags | bg->mono_flags);
		draw->pairs[ground][role] = 0;
		return;
	}
	if (draw->colours == MANY) {
		draw->attrs[ground][role] = attributes(fg->flags | bg->flags);
		init_pair(pair, fg->c256, bg->c256);
	} else { /* grounds are attributes there: a pair for each role */
		draw->attrs[ground][role] = attributes(fg->flags | bg->mono_flags);
		pair = (short)(1 + (int)role);
		init_pair(pair, draw->colours == SIXTEEN ? fg->c256 : fg->c8, -1);
	}
	draw->pairs[ground][role] = pair;
}

/* What the terminal can, and the theme wants. */
static enum colours choose_colours(enum theme_depth depth)
{
	if (depth == THEME_MONO || !has_colors() || start_color() != OK ||
		use_default_colors() != OK)
		return MONO;
	if (depth == THEME_256 && COLORS >= 256 && COLOR_PAIRS > GROUNDS * ROLES)
		return MANY;
	if (depth == THEME_16 && COLORS >= 16 && COLOR_PAIRS > ROLES)
		return SIXTEEN;
	return COLORS >= 8 && COLOR_PAIRS > ROLES ? EIGHT : MONO;
}

static void init_styles(struct draw *draw)
{
	draw->colours = choose_colours(draw->theme->depth);
	for (int ground = 0; ground < GROUNDS; ground++) {
		for (int role = 0; role < ROLES; role++)
			init_style(draw, (enum ground)ground, (enum role)role);
	}
}

void draw_set_theme(struct draw *draw, const struct theme *theme)
{
	draw->theme = theme_shown(theme);
	init_styles(draw);
	draw_forget(draw);
}

const struct theme *draw_theme(const struct draw *draw)
{
	return draw->theme;
}

struct draw *draw_new(const struct theme *theme)
{
	struct draw *draw = mem_zalloc(sizeof(*draw));

	buf_init(&draw->scratch, PIECE_MAX);
	buf_init(&draw->text, PIECE_MAX);
	draw->cursor_y = -1;
	draw->theme = theme_shown(theme);
	init_styles(draw);
	return draw;
}

void draw_free(struct draw *draw)
{
	if (!draw)
		return;
	buf_release(&draw->scratch);
	buf_release(&draw->text);
	free(draw->rows);
	free(draw->runs);
	free(draw->wide);
	free(draw);
}

void draw_resize(struct draw *draw, int rows, int cols)
{
	free(draw->rows);
	draw->rows = mem_zalloc(sizeof(*draw->rows) * (size_t)(rows > 0 ? rows : 1));
	draw->n_rows = rows;
	draw->n_cols = cols;
	erase();
	draw->anew = true;
}

void draw_forget(struct draw *draw)
{
	memset(draw->rows, 0, sizeof(*draw->rows) * (size_t)draw->n_rows);
	clear();
	draw->anew = true;
}

/* ---- a piece ---- */

void draw_begin(struct draw *draw, int y, int x, int w, enum ground ground)
{
	draw->y = y;
	draw->x = x;
	draw->w = x + w > draw->n_cols ? draw->n_cols - x : w;
	if (draw->w < 0 || x < 0)
		draw->w = 0;
	draw->column = 0;
	draw->cut = false;
	draw->ground = ground;
	draw->key = 0;
	draw->n_runs = 0;
	buf_reset(&draw->text);
}

uint64_t draw_key(uint64_t key, uint64_t part)
{
	key = (key ^ part) * UINT64_C(0x9e3779b97f4a7c15);
	return key ^ key >> 29;
}

bool draw_begin_keyed(struct draw *draw, struct area piece, enum ground ground, uint64_t key)
{
	const struct row *row;

	draw_begin(draw, piece.y, piece.x, piece.w, ground);
	if (draw->y < 0 || draw->y >= draw->n_rows)
		return true;
	draw->key = (key ^ (uint64_t)ground << 56) | 1;
	row = &draw->rows[draw->y];
	for (int i = 0; i < row->count; i++) {
		const struct piece *p = &row->pieces[i];

		if (p->x == draw->x && p->w == draw->w)
			return p->key != draw->key;
	}
	return true;
}

int draw_column(const struct draw *draw)
{
	return draw->column;
}

int draw_left(const struct draw *draw)
{
	return draw->w - draw->column;
}

static void add_run(struct draw *draw, enum role role)
{
	if (draw->n_runs && draw->runs[draw->n_runs - 1].role == role)
		return;
	draw->runs =
		array_reserve(draw->runs, &draw->cap_runs, draw->n_runs + 1, sizeof(*draw->runs));
	draw->runs[draw->n_runs++] = (struct run){ .start = draw->text.len, .role = role };
}

/* Puts text that is escaped already. */
static void put(struct draw *draw, enum role role, struct str safe)
{
	size_t columns = 0;
	struct str part;

	if (!safe.len)
		return;
	if (draw_left(draw) <= 0) {
		draw->cut = true;
		return;
	}
	part = utf8_prefix(safe, (size_t)draw_left(draw), &columns);
	draw->cut |= part.len < safe.len;
	add_run(draw, role);
	if (buf_addstr(&draw->text, part) < 0)
		return;
	draw->column += (int)columns;
}

/* Escapes no more of text than can be seen in so many columns. */
static struct str escape(struct draw *draw, struct str text, int columns)
{
	size_t most = columns > 0 ? (size_t)columns * 40 : 0;

	buf_reset(&draw->scratch);
	draw->scratch.overflow = false;
	if (text.len > most)
		text.len = most;
	utf8_escape(text, UTF8_CELL, &draw->scratch);
	return buf_str(&draw->scratch);
}

void draw_text(struct draw *draw, enum role role, struct str text)
{
	put(draw, role, escape(draw, text, draw_left(draw) + 1));
}

void draw_z(struct draw *draw, enum role role, const char *text)
{
	draw_text(draw, role, str_of(text));
}

void draw_f(struct draw *draw, enum role role, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) >= 0)
		draw_z(draw, role, text);
	va_end(ap);
	free(text);
}

static void blanks(struct draw *draw, int count)
{
	static const char spaces[] = "                                ";

	while (count > 0) {
		int n = count < (int)sizeof(spaces) - 1 ? count : (int)sizeof(spaces) - 1;

		put(draw, ROLE_TEXT, str_make(spaces, (size_t)n));
		count -= n;
	}
}

void draw_to(struct draw *draw, int column)
{
	if (column > draw->w)
		column = draw->w;
	blanks(draw, column - draw->column);
}

void draw_field(struct draw *draw, enum role role, struct str text, int width, bool right)
{
	struct str safe;
	size_t columns;
	int from;

	if (width > draw_left(draw))
		width = draw_left(draw);
	if (width <= 0)
		return;
	from = draw->column;
	safe = escape(draw, text, width + 1);
	columns = utf8_columns(safe);
	if (columns > (size_t)width) {
		put(draw, role, utf8_prefix(safe, (size_t)width - 1, NULL));
		put(draw, role, STR(ELLIPSIS));
	} else {
		if (right)
			blanks(draw, width - (int)columns);
		put(draw, role, safe);
	}
	draw_to(draw, from + width);
}

/* The longest end of text that takes at most columns. */
static struct str suffix(struct str text, size_t columns)
{
	size_t all = utf8_columns(text);
	struct str cut = utf8_prefix(text, all > columns ? all - columns : 0, NULL);
	struct str rest = str_make(text.p + cut.len, text.len - cut.len);

	while (rest.len && utf8_columns(rest) > columns) {
		uint32_t code;
		size_t n = utf8_decode(rest, &code);

		rest = str_make(rest.p + n, rest.len - n);
	}
	return rest;
}

void draw_middle(struct draw *draw, enum role role, struct str text, int width)
{
	struct str safe;
	int from = draw->column;
	int head;

	if (width > draw_left(draw))
		width = draw_left(draw);
	if (width <= 0)
		return;
	safe = escape(draw, text, 4096 / 40);
	if (utf8_columns(safe) <= (size_t)width) {
		put(draw, role, safe);
	} else {
		head = width / 2;
		put(draw, role, utf8_prefix(safe, (size_t)head, NULL));
		put(draw, role, STR(ELLIPSIS));
		put(draw, role, suffix(safe, (size_t)(from + width - draw->column)));
	}
	draw_to(draw, from + width);
}

void draw_rule(struct draw *draw, enum role role, int width)
{
	while (width-- > 0)
		put(draw, role, STR(RULE));
}

int draw_width(struct draw *draw, struct str text)
{
	return (int)utf8_columns(escape(draw, text, 4096 / 40));
}

/* ---- to curses ---- */

static uint64_t piece_hash(const struct draw *draw)
{
	uint64_t hash = str_hash(buf_str(&draw->text)) ^ (uint64_t)draw->ground;

	for (size_t i = 0; i < draw->n_runs; i++)
		hash = (hash ^ (draw->runs[i].start << 8) ^ (uint64_t)draw->runs[i].role) *
		       UINT64_C(0x100000001b3);
	return hash ? hash : 1;
}

/* The remembered piece at this place; pieces that overlap it are forgotten. */
static struct piece *find_piece(struct draw *draw)
{
	struct row *row = &draw->rows[draw->y];
	struct piece *found = NULL;
	int kept = 0;

	for (int i = 0; i < row->count; i++) {
		struct piece *p = &row->pieces[i];
		bool same = p->x == draw->x && p->w == draw->w;

		if (!same && p->x < draw->x + draw->w && draw->x < p->x + p->w)
			continue;
		row->pieces[kept] = *p;
		if (same)
			found = &row->pieces[kept];
		kept++;
	}
	row->count = kept;
	if (found)
		return found;
	if (row->count == PIECES)
		row->count = 0;
	found = &row->pieces[row->count++];
	*found = (struct piece){ .x = draw->x, .w = draw->w };
	return found;
}

static void put_run(struct draw *draw, struct str text, enum role role)
{
	size_t n = 0;

	attr_set(draw->attrs[draw->ground][role], draw->pairs[draw->ground][role], NULL);
	while (n < text.len && text.p[n] >= 0x20 && text.p[n] < 0x7f)
		n++;
	if (n == text.len) {
		addnstr(text.p, (int)n);
		return;
	}
	n = 0;
	draw->wide = array_reserve(draw->wide, &draw->cap_wide, text.len + 1, sizeof(*draw->wide));
	while (text.len) {
		uint32_t code;
		size_t used = utf8_decode(text, &code);

		draw->wide[n++] = (wchar_t)code;
		text = str_make(text.p + used, text.len - used);
	}
	addnwstr(draw->wide, (int)n);
}

static void put_piece(struct draw *draw)
{
	move(draw->y, draw->x);
	for (size_t i = 0; i < draw->n_runs; i++) {
		size_t start = draw->runs[i].start;
		size_t end = i + 1 < draw->n_runs ? draw->runs[i + 1].start : draw->text.len;

		put_run(draw, str_make(draw->text.data + start, end - start), draw->runs[i].role);
	}
}

void draw_end(struct draw *draw)
{
	struct piece *piece;
	uint64_t hash;

	if (draw->y < 0 || draw->y >= draw->n_rows || draw->w <= 0)
		return;
	draw_to(draw, draw->w);
	hash = piece_hash(draw);
	piece = find_piece(draw);
	piece->key = draw->key;
	if (piece->hash == hash)
		return;
	piece->hash = hash;
	put_piece(draw);
}

void draw_end_marked(struct draw *draw)
{
	size_t columns;
	struct str kept;

	if (draw->cut && draw->w > 1) {
		kept = utf8_prefix(buf_str(&draw->text), (size_t)draw->w - 1, &columns);
		buf_truncate(&draw->text, kept.len);
		while (draw->n_runs && draw->runs[draw->n_runs - 1].start >= kept.len)
			draw->n_runs--;
		draw->column = (int)columns;
		draw_z(draw, ROLE_DIM, "\xe2\x80\xa6");
	}
	draw_end(draw);
}

void draw_scroll(struct draw *draw, struct area area, int lines)
{
	int moved = area.h - abs(lines);
	struct row *rows = draw->rows + area.y;

	assert(area.x == 0 && area.w == draw->n_cols);
	assert(area.y >= 0 && area.y + area.h <= draw->n_rows && moved > 0);
	if (draw->anew) /* everything is written anyhow */
		return;
	scrollok(stdscr, TRUE);
	setscrreg(area.y, area.y + area.h - 1);
	scrl(lines);
	setscrreg(0, draw->n_rows - 1);
	scrollok(stdscr, FALSE);
	if (lines > 0) {
		memmove(rows, rows + lines, sizeof(*rows) * (size_t)moved);
		memset(rows + moved, 0, sizeof(*rows) * (size_t)lines);
	} else {
		memmove(rows - lines, rows, sizeof(*rows) * (size_t)moved);
		memset(rows, 0, sizeof(*rows) * (size_t)-lines);
	}
}

void draw_blank(struct draw *draw, struct area area)
{
	for (int i = 0; i < area.h; i++) {
		draw_begin(draw, area.y + i, area.x, area.w, GROUND_NONE);
		draw_end(draw);
	}
}

void draw_cursor(struct draw *draw, int y, int x)
{
	draw->cursor_y = y;
	draw->cursor_x = x < draw->n_cols ? x : draw->n_cols - 1;
}

void draw_flush(struct draw *draw)
{
	if (draw->cursor_y >= 0) {
		curs_set(1);
		move(draw->cursor_y, draw->cursor_x);
	} else {
		curs_set(0);
	}
	wnoutrefresh(stdscr);
	doupdate();
	draw->anew = false;
}
