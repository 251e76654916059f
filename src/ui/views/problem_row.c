/*
 * problem_row - what one row of the problems says, and where.
 */
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cache/root.h"
#include "kube/explain.h"
#include "kube/format.h"
#include "kube/object.h"
#include "ui/state.h"
#include "ui/widgets/text.h"
#include "ui/views/row.h"

#define KIND_MAX    28
#define NAME_MAX    48
#define SINCE_WIDTH 6
#define GLYPH_WIDTH 3
#define STEP	    16 /* columns of why that one key moves */
#define LEFT	    "\xe2\x80\xb9"
#define MORE	    "\xe2\x80\xba"
#define CUT	    "\xe2\x80\xa6"

/* What is scrolled away, one after the other. */
enum {
	WITHOUT_KIND = 1,
	WITHOUT_SINCE,
};

static int least(int a, int b)
{
	return a < b ? a : b;
}

static const struct health_context *context_of(const struct ui *ui, uint32_t kind)
{
	for (size_t i = 0; i < ui->problems.n_kinds; i++) {
		if (ui->problems.kinds[i].id == kind)
			return &ui->problems.kinds[i].context;
	}
	return NULL;
}

/* Nothing when its text cannot be read. */
static void add_why(struct ui *ui, uint32_t kind, const struct entry *e, struct buf *out)
{
	struct health_verdict verdict = {
		.health = (enum health)e->health,
		.field = entry_health_field(e),
		.since = e->since,
		.turns = e->turns,
	};
	struct object object;

	if (object_scan(text_read_kept(ui->new_texts, e->text), &object, NULL) == 0)
		health_why(&object, context_of(ui, kind), &verdict, ui->wall / CLOCK_S, out);
}

static struct str why(struct ui *ui, const struct tree_row *row)
{
	const struct entry *e = row->entry;
	struct problem_slot *slot = &ui->problems.slots[e->version % PROBLEM_SLOTS];
	int64_t second = ui->wall / CLOCK_S;

	if (slot->version == e->version && slot->second == second)
		return buf_str(&slot->why);
	slot->version = e->version;
	slot->second = second;
	buf_reset(&slot->why);
	slot->why.overflow = false;
	add_why(ui, row->kind->kind->id, e, &slot->why);
	return buf_str(&slot->why);
}

void problem_row_measure(struct ui *ui, const struct tree_row *row)
{
	struct problems_view *v = &ui->problems;
	int kind = draw_width(ui->draw, str_of(row->kind->kind->kind));
	int name = draw_width(ui->draw, entry_ns(row->entry)) + 2 +
		   draw_width(ui->draw, entry_name(row->entry));
	int words = draw_width(ui->draw, why(ui, row));

	if (kind > v->kind_width)
		v->kind_width = least(kind, KIND_MAX);
	if (name > v->name_width)
		v->name_width = least(name, NAME_MAX);
	if (words > v->why_width)
		v->why_width = words;
}

/* A third of the width at most, so that the reason has room. */
static int name_width(const struct ui *ui)
{
	return least(ui->problems.name_width > 8 ? ui->problems.name_width : 8,
		ui->layout.panes[PANE_MAIN].w / 3);
}

static int kind_width(const struct ui *ui)
{
	return least(ui->problems.kind_width > 4 ? ui->problems.kind_width : 4,
		ui->layout.panes[PANE_MAIN].w / 4);
}

/* Columns of why that are scrolled away. */
static size_t gone(const struct ui *ui)
{
	size_t left = ui->problems.left;

	return left > WITHOUT_SINCE ? (left - WITHOUT_SINCE) * STEP : 0;
}

/* Whether the longest why does not end on the screen. */
static bool has_more(const struct ui *ui)
{
	size_t left = ui->problems.left, before = gone(ui);
	int width = GLYPH_WIDTH + name_width(ui) + 2 + ui->problems.why_width;

	if (left < WITHOUT_KIND)
		width += kind_width(ui) + 2;
	if (left < WITHOUT_SINCE)
		width += SINCE_WIDTH + 1;
	return width + (before ? 1 : 0) - (int)before > ui->layout.panes[PANE_MAIN].w;
}

void problem_row_scroll(struct ui *ui, int by)
{
	struct problems_view *v = &ui->problems;

	if (by > 0 && has_more(ui))
		v->left++;
	else if (by < 0 && v->left)
		v->left--;
}

void problem_row_hold(struct ui *ui)
{
	struct problems_view *v = &ui->problems;

	while (v->left > WITHOUT_SINCE && gone(ui) >= (size_t)v->why_width)
		v->left--;
}

void problem_row_heads(struct ui *ui)
{
	size_t left = ui->problems.left;

	draw_f(ui->draw, ROLE_DIM, "%s  ", left ? LEFT : " ");
	if (left < WITHOUT_KIND)
		draw_field(ui->draw, ROLE_HEAD, STR("KIND"), kind_width(ui) + 2, false);
	draw_field(ui->draw, ROLE_HEAD, STR("NAME"), name_width(ui) + 2, false);
	if (left < WITHOUT_SINCE)
		draw_field(ui->draw, ROLE_HEAD, STR("SINCE"), SINCE_WIDTH + 1, false);
	draw_z(ui->draw, ROLE_HEAD, "WHY");
	if (has_more(ui) && draw_left(ui->draw) > 0) {
		draw_to(ui->draw, draw_column(ui->draw) + draw_left(ui->draw) - 1);
		draw_z(ui->draw, ROLE_DIM, MORE);
	}
}

const char *const problem_row_columns[] = { "kind", "why", NULL };

static bool add_words(void *arg, const struct kind *kind, const struct entry *e, struct buf *out)
{
	struct ui *ui = arg;

	if (clock_now() >= ui->problems.deadline && !clock_is_test())
		return false;
	buf_addz(out, kind->kind);
	buf_addc(out, '\0');
	add_why(ui, kind->id, e, out);
	buf_addc(out, '\0');
	return true;
}

const struct filter_words problem_row_words = {
	.add = add_words,
	.names = problem_row_columns,
	.n_whole = 1,
};

static void draw_name(struct ui *ui, const struct entry *e, enum role role)
{
	struct str ns = entry_ns(e), name = entry_name(e);
	int end = draw_column(ui->draw) + name_width(ui);
	int width = draw_width(ui->draw, name) + (ns.len ? draw_width(ui->draw, ns) + 2 : 0);

	if (width <= name_width(ui)) {
		row_draw_matched(ui, ROLE_DIM, ns);
		draw_z(ui->draw, role, ns.len ? "  " : "");
		row_draw_matched(ui, role, name);
	} else {
		struct buf both = BUF_INIT((size_t)1024);

		buf_addstr(&both, ns);
		buf_addz(&both, ns.len ? "  " : "");
		buf_addstr(&both, name);
		draw_middle(ui->draw, role, buf_str(&both), name_width(ui));
		buf_release(&both);
	}
	draw_to(ui->draw, end + 2);
}

static void draw_kind(struct ui *ui, struct str kind)
{
	int end = draw_column(ui->draw) + kind_width(ui);

	if (draw_width(ui->draw, kind) <= kind_width(ui))
		row_draw_matched(ui, ROLE_HEAD, kind);
	else
		draw_field(ui->draw, ROLE_HEAD, kind, kind_width(ui), false);
	draw_to(ui->draw, end + 2);
}

static void draw_why(struct ui *ui, enum role role, struct str words)
{
	size_t before = gone(ui);
	struct str hidden = utf8_prefix(words, before, NULL);

	if (before)
		draw_z(ui->draw, ROLE_DIM, CUT);
	row_draw_matched(ui, role, str_make(words.p + hidden.len, words.len - hidden.len));
}

void problem_row_draw(struct ui *ui, const struct tree_row *row)
{
	const struct entry *e = row->entry;
	enum role role = row->kind->state == KIND_GONE ? ROLE_GONE
			 : row->kind->state == KIND_STALE || root_is_revoked(row->kind, entry_ns(e))
				 ? ROLE_DIM
				 : text_health_role((enum health)e->health);
	char age[FORMAT_AGE_MAX] = "";

	if (e->since != OBJECT_NO_TIME)
		format_age(ui->wall / CLOCK_S - e->since, age);
	draw_f(ui->draw, role, " %s ", health_glyph((enum health)e->health));
	if (ui->problems.left < WITHOUT_KIND)
		draw_kind(ui, str_of(row->kind->kind->kind));
	draw_name(ui, e, role);
	if (ui->problems.left < WITHOUT_SINCE)
		draw_field(ui->draw, ROLE_DIM, str_of(age), SINCE_WIDTH + 1, false);
	draw_why(ui, role, why(ui, row));
}
