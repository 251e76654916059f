/*
 * tree_row - what one row of the tree says, and where.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "kube/columns.h"
#include "kube/format.h"
#include "kube/object.h"
#include "ui/state.h"
#include "ui/widgets/text.h"
#include "ui/views/row.h"

#define NAME_AT	  7 /* instances' names begin here */
#define AGE_WIDTH 6
#define NAME_MIN  24
#define CELL_MAX  32
#define DOTS	  ROW_DOTS

/* ---- columns ---- */

static struct str next_cell(struct str *cells)
{
	struct str cell = str_cut(cells, '\0');
	const char *end = cell.len ? memchr(cell.p, '\n', cell.len) : NULL;

	return end ? str_make(cell.p, (size_t)(end - cell.p)) : cell;
}

static void measure_cells(struct ui *ui, const struct tree_row *row)
{
	const struct kind *kind = row->kind->kind;
	uint8_t *widths = cell_cache_widths(&ui->tree.cells, kind);
	struct str cells = cell_cache_get(
		&ui->tree.cells, kind, row->entry, ui->new_texts, ui->wall / CLOCK_S);

	for (size_t i = 0; i < kind->columns->count && i < CELL_COLUMNS && cells.p; i++) {
		int width = draw_width(ui->draw, next_cell(&cells));

		if (width > CELL_MAX)
			width = CELL_MAX;
		if (width > widths[i])
			widths[i] = (uint8_t)width;
	}
}

/* What those of a kind's columns take that fit into so much room. */
static int cells_width(struct ui *ui, const struct kind *kind, int room)
{
	const uint8_t *widths = cell_cache_widths(&ui->tree.cells, kind);
	int width = 0;

	for (size_t i = 0; i < kind->columns->count && i < CELL_COLUMNS; i++) {
		if (!cell_cache_shows(&kind->columns->items[i]))
			continue;
		if (width + widths[i] + 1 > room)
			break;
		width += widths[i] + 1;
	}
	return width;
}

void tree_columns_measure(
	struct ui *ui, const struct tree_row *rows, size_t n, int width, struct tree_columns *ret)
{
	struct cell_cache *cache = &ui->tree.cells;
	int most = width - NAME_AT - 1 - AGE_WIDTH - (width >= 50 ? ROW_LAST_WIDTH : 0);
	int least = width * 2 / 5 > NAME_MIN ? width * 2 / 5 : NAME_MIN;
	int cells = 0;

	for (size_t i = 0; i < n; i++) {
		int name;

		if (!rows[i].entry)
			continue;
		if (!cell_cache_measured(cache, rows[i].kind->kind, rows[i].entry)) {
			name = draw_width(ui->draw, entry_ns(rows[i].entry)) + 2 +
			       draw_width(ui->draw, entry_name(rows[i].entry));
			if (name > cache->name_width)
				cache->name_width = name;
			measure_cells(ui, &rows[i]);
		}
	}
	/* only now: one row's cells may leave another's without room */
	for (size_t i = 0; i < n; i++) {
		int wanted = rows[i].entry ? cells_width(ui, rows[i].kind->kind, most - least) : 0;

		if (wanted > cells)
			cells = wanted;
	}
	/* long names leave room for the columns, but no less than this for them */
	ret->name = cache->name_width > NAME_MIN ? cache->name_width : NAME_MIN;
	if (most - cells > least)
		least = most - cells;
	if (ret->name > least)
		ret->name = least;
	if (ret->name > most)
		ret->name = most > 8 ? most : 8;
	ret->age = NAME_AT + ret->name + 1;
	ret->cells = ret->age + AGE_WIDTH;
	ret->last = width >= 50 ? width - ROW_LAST_WIDTH : width;
}

/* The next column of the kind that fits: its width; 0: it is not shown. */
static int column_width(
	const struct ui *ui, const struct kind *kind, const uint8_t *widths, size_t i, int end)
{
	if (i >= CELL_COLUMNS || !cell_cache_shows(&kind->columns->items[i]))
		return 0;
	if (draw_column(ui->draw) + widths[i] + 1 > end)
		return 0;
	return widths[i];
}

static void draw_heads(struct ui *ui, const struct kind *kind, const struct tree_columns *columns)
{
	const uint8_t *widths = cell_cache_widths(&ui->tree.cells, kind);

	draw_to(ui->draw, columns->cells);
	for (size_t i = 0; i < kind->columns->count; i++) {
		int width = column_width(ui, kind, widths, i, columns->last);

		if (!width && cell_cache_shows(&kind->columns->items[i]))
			return;
		if (!width)
			continue;
		draw_field(ui->draw, ROLE_DIM, str_of(kind->columns->items[i].head), width, false);
		draw_z(ui->draw, ROLE_TEXT, " ");
	}
}

static void draw_cells(struct ui *ui, const struct tree_row *row, enum role role,
	const struct tree_columns *columns)
{
	const struct kind *kind = row->kind->kind;
	const uint8_t *widths = cell_cache_widths(&ui->tree.cells, kind);
	struct str cells = cell_cache_get(
		&ui->tree.cells, kind, row->entry, ui->new_texts, ui->wall / CLOCK_S);

	draw_to(ui->draw, columns->cells);
	for (size_t i = 0; i < kind->columns->count && cells.p; i++) {
		struct str cell = next_cell(&cells);
		int width = column_width(ui, kind, widths, i, columns->last);

		if (!width && cell_cache_shows(&kind->columns->items[i]))
			return;
		if (!width)
			continue;
		draw_field(ui->draw, role, cell, width, false);
		draw_z(ui->draw, ROLE_TEXT, " ");
	}
}

/* ---- headings ---- */

struct group_state {
	size_t kinds, counted, listing, listed, ill;
	enum kind_state state; /* of the first that is ill */
	bool alike;	       /* all that are ill are so for the same reason */
};

static struct group_state group_state(const struct root *root, struct str group)
{
	struct group_state g = { .alike = true };

	for (size_t i = 0; i < root->n_kinds; i++) {
		const struct kind_root *kind = root->kinds[i];

		if (!str_is(group, kind->kind->gvr.group))
			continue;
		g.kinds++;
		g.counted += row_kind_counts(kind);
		if (kind->state == KIND_LISTING) {
			g.listing++;
			g.listed += kind->listed;
		} else if (kind->state != KIND_SYNCED && kind->state != KIND_POLLING &&
			   kind->state != KIND_GONE) {
			if (!g.ill++)
				g.state = kind->state;
			g.alike = g.alike && kind->state == g.state;
		}
	}
	return g;
}

/* What a group's kinds have to say: how many do not work, else lists under way. */
static void group_words(const struct group_state *g, char *out, size_t size, enum role *ret_role)
{
	*ret_role = g->ill ? ROLE_WARNING : ROLE_DIM;
	out[0] = '\0';
	if (g->ill && g->alike && g->ill == g->kinds)
		snprintf(out, size, "%s", row_state_word(g->state));
	else if (g->ill && g->alike)
		snprintf(out, size, "%zu %s", g->ill, row_state_word(g->state));
	else if (g->ill)
		snprintf(out, size, "%zu kinds do not work", g->ill);
	else if (g->listing && g->listed)
		row_listing_words(g->listed, out, size);
	else if (g->listing)
		snprintf(out, size, "listing " DOTS);
}

/* A number that is not known is never 0. */
static void count_text(
	const struct tree_row *row, const struct group_state *g, char out[TEXT_NUMBER_MAX])
{
	const struct kind_root *kind = row->kind;
	bool known = kind ? row_kind_counts(kind) : g->counted > 0;
	bool listing = kind ? kind->state == KIND_LISTING : g->listing > 0;

	if (!known && !listing && !row->count)
		snprintf(out, TEXT_NUMBER_MAX, "\xe2\x80\x93");
	else if (row->counting || (kind && !known) || (!row->count && listing && !known))
		snprintf(out, TEXT_NUMBER_MAX, DOTS);
	else
		text_number(row->count, out);
}

/* With a blank behind each. */
static int badges_width(const struct ui *ui, const struct row_badge *badges, size_t n)
{
	int width = 0;

	for (size_t i = 0; i < n; i++)
		width += draw_width(ui->draw, str_of(badges[i].text)) + 1;
	return width;
}

/* The count ends where the names end; further left when the badges behind it
 * would run into the columns' heads. Badges are given up, the best first, as long
 * as they would take the room of the kind's name. */
static int count_column(const struct ui *ui, const struct tree_row *row, const char *count,
	const struct tree_columns *columns, const struct row_badge *badges, size_t *n_badges)
{
	int width = draw_width(ui->draw, str_of(count));
	int at = columns->age - 1 - width;
	int before_heads = at;

	if (row->level != TREE_KIND || row->folded)
		return at;
	do {
		before_heads = columns->cells - width - 3 - badges_width(ui, badges, *n_badges);
	} while (before_heads < 6 + draw_width(ui->draw, str_of(row->kind->kind->kind)) &&
		 *n_badges > 1 && --*n_badges);
	return *n_badges && before_heads < at ? before_heads : at;
}

static void draw_heading(
	struct ui *ui, const struct tree_row *row, const struct tree_columns *columns)
{
	struct draw *draw = ui->draw;
	bool is_group = row->level == TREE_GROUP;
	bool gone = !is_group && row->kind->state == KIND_GONE;
	enum role role = gone ? ROLE_GONE : is_group ? ROLE_HEAD : ROLE_TEXT;
	enum role state_role = ROLE_DIM;
	char state[64] = "", count[TEXT_NUMBER_MAX];
	struct group_state g = { 0 };
	struct row_badge badges[ROW_BADGES];
	size_t n_badges = row_badges(row->health, badges);
	int count_at;

	if (is_group && row->group.len)
		g = group_state(ui->root, row->group);
	else
		g.counted = 1; /* each pinned kind says for itself how it is */
	count_text(row, &g, count);
	count_at = count_column(ui, row, count, columns, badges, &n_badges);
	draw_z(draw, ROLE_DIM, is_group ? " " : "   ");
	draw_z(draw, ROLE_DIM, row->folded ? "\xe2\x96\xb8 " : "\xe2\x96\xbe ");
	draw_middle(draw, role,
		!is_group	 ? str_of(row->kind->kind->kind)
		: row->group.len ? row->group
				 : STR("pinned"),
		count_at - 1 - draw_column(draw));
	draw_to(draw, count_at);
	draw_z(draw, role, count);
	draw_z(draw, role, " ");
	for (size_t i = 0; i < n_badges; i++) {
		draw_z(draw, role, " ");
		draw_z(draw, gone ? ROLE_GONE : text_health_role(badges[i].health), badges[i].text);
	}
	if (is_group)
		group_words(&g, state, sizeof(state), &state_role);
	else
		row_kind_words(row->kind, state, sizeof(state), &state_role);
	if (state[0]) {
		bool crowded = draw_column(draw) == columns->cells;

		draw_to(draw, columns->cells);
		draw_z(draw, ROLE_TEXT, draw_column(draw) > columns->cells || crowded ? "  " : "");
		draw_z(draw, state_role, state);
	} else if (!is_group && !row->folded) {
		draw_heads(ui, row->kind->kind, columns);
	}
}

/* ---- instances ---- */

static void draw_name(struct ui *ui, struct str ns, struct str name, enum role ns_role,
	enum role role, const struct tree_columns *columns)
{
	struct buf *scratch = &ui->tree.scratch;
	int width = draw_width(ui->draw, name) + (ns.len ? draw_width(ui->draw, ns) + 2 : 0);

	if (width <= columns->name) {
		row_draw_matched(ui, ns_role, ns);
		draw_z(ui->draw, role, ns.len ? "  " : "");
		row_draw_matched(ui, role, name);
	} else {
		buf_reset(scratch);
		buf_addstr(scratch, ns);
		buf_addz(scratch, ns.len ? "  " : "");
		buf_addstr(scratch, name);
		draw_middle(ui->draw, role, buf_str(scratch), columns->name);
	}
	draw_to(ui->draw, columns->age);
}

static void draw_age(struct ui *ui, const struct entry *e, enum role role)
{
	char age[FORMAT_AGE_MAX];

	if (e->created == OBJECT_NO_TIME)
		return;
	format_age(ui->wall / CLOCK_S - e->created, age);
	draw_field(ui->draw, role, str_of(age), AGE_WIDTH - 1, false);
}

static void draw_object(
	struct ui *ui, const struct tree_row *row, const struct tree_columns *columns)
{
	const struct entry *e = row->entry;
	bool gone = row->kind->state == KIND_GONE;
	bool marked = marks_has(&ui->marks, row->kind->kind->id, e->uid);
	enum role text = row_role(row);

	draw_to(ui->draw, NAME_AT - 3);
	row_draw_glyph(ui, row, marked);
	draw_to(ui->draw, NAME_AT);
	draw_name(ui, entry_ns(e), entry_name(e), gone ? ROLE_GONE : ROLE_DIM,
		marked ? ROLE_MATCH : text, columns);
	if (gone)
		draw_z(ui->draw, ROLE_GONE, "gone  ");
	else
		draw_age(ui, e, ROLE_DIM);
	draw_cells(ui, row, text, columns);
	row_draw_last_change(ui, e, columns->last);
}

uint64_t tree_row_key(struct ui *ui, const struct tree_row *row, const struct tree_columns *columns)
{
	const struct kind *kind = row->kind->kind;
	const uint8_t *widths = cell_cache_widths(&ui->tree.cells, kind);
	uint64_t key = draw_key(row->entry->version, kind->version);

	key = draw_key(key, (uint64_t)(ui->wall / CLOCK_S)); /* ages */
	key = draw_key(key, (uint64_t)row->kind->state);
	key = draw_key(key, (uint64_t)row_role(row)); /* rights may be revoked */
	key = draw_key(key, ui->query.serial);
	key = draw_key(key, (uint64_t)columns->name << 32 | (uint64_t)columns->last);
	key = draw_key(key, events_view_fields(ui, row->entry->uid));
	key = draw_key(key, marks_has(&ui->marks, kind->id, row->entry->uid));
	for (size_t i = 0; i < kind->columns->count && i < CELL_COLUMNS; i++)
		key = draw_key(key, widths[i]);
	return key;
}

void tree_row_draw_ghost(struct ui *ui, const struct tree_columns *columns)
{
	const struct tree_key *key = &ui->tree.rows.key;

	draw_to(ui->draw, NAME_AT - 2);
	draw_z(ui->draw, ROLE_GONE, "\xe2\x80\x93");
	draw_to(ui->draw, NAME_AT);
	draw_name(ui, str_of(key->ns), str_of(key->name), ROLE_GONE, ROLE_GONE, columns);
	draw_z(ui->draw, ROLE_GONE, "deleted");
}

void tree_row_draw(struct ui *ui, const struct tree_row *row, const struct tree_columns *columns)
{
	if (row->level == TREE_OBJECT)
		draw_object(ui, row, columns);
	else
		draw_heading(ui, row, columns);
}
