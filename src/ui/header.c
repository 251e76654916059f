#include "ui/header.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "kube/format.h"
#include "net/rest.h"
#include "ui/state.h"
#include "ui/widgets/text.h"

#define DOT  " \xc2\xb7 "
#define DOTS "\xe2\x80\xa6"

struct totals {
	size_t kinds, objects, bad, progressing;
	bool counting; /* some kinds are not counted yet */
	bool unknown;  /* or cannot be: forbidden, failing */
};

/* A server that shows none of them has not said that there are none. */
static bool kinds_known(const struct root *root)
{
	return root->n_kinds ? root->kinds_known : root->kinds_known && !root->problem;
}

static bool is_unknown(const struct kind_root *kind)
{
	return !kind->ever_synced && (kind->state == KIND_FORBIDDEN || kind->state == KIND_FAILING);
}

/* Why nothing at all can be read, in a word; NULL: something can. */
static const char *unreadable(const struct root *root)
{
	bool forbidden = false, failing = false;

	if (!root->n_kinds)
		return !root->problem ? NULL : root->forbidden ? "forbidden" : "failing";
	for (size_t i = 0; i < root->n_kinds; i++) {
		enum kind_state state = root->kinds[i]->state;

		if (state != KIND_FORBIDDEN && state != KIND_FAILING && state != KIND_NOT_SERVED &&
			state != KIND_GONE)
			return NULL;
		forbidden = forbidden || state == KIND_FORBIDDEN;
		failing = failing || state == KIND_FAILING;
	}
	return failing ? "failing" : forbidden ? "forbidden" : NULL;
}

static struct totals count_all(const struct root *root)
{
	struct totals t = { .kinds = 0 };

	for (size_t i = 0; i < root->n_kinds; i++) {
		const struct kind_root *kind = root->kinds[i];

		if (kind->state == KIND_GONE)
			continue;
		t.kinds++;
		t.objects += kind->store->count;
		t.bad += kind->store->health[HEALTH_BAD];
		t.progressing += kind->store->health[HEALTH_PROGRESSING];
		t.unknown = t.unknown || is_unknown(kind);
		t.counting = t.counting || (kind->state == KIND_LISTING && !kind->ever_synced);
	}
	t.counting = t.counting || !kinds_known(root);
	return t;
}

/* The parts of the first line; the higher the level, the shorter. */

static char *left_part(const struct ui *ui, int level)
{
	const struct rest_config *config = cluster_config(ui->cluster);
	const char *user = config->user_name && level < 1 ? config->user_name : "";
	const char *version = level < 2 && ui->root->server_version ? ui->root->server_version : "";

	return mem_printf(" %s%s%s%s%s%s%s", config->context_name, *user || config->as ? DOT : "",
		user, config->as ? *user ? " as " : "as " : "", config->as ? config->as : "",
		*version ? DOT : "", version);
}

static char *counts_part(const struct totals *t, const struct root *root, int level)
{
	char kinds[TEXT_NUMBER_MAX], objects[TEXT_NUMBER_MAX];
	bool none = !t->objects && (t->counting || t->unknown);

	text_number(t->kinds, kinds);
	text_number(t->objects, objects);
	return mem_printf("%s%s%s%s%s%s",
		level < 3 ? t->kinds || kinds_known(root) ? kinds : DOTS : "",
		level < 3 ? t->kinds == 1 ? " kind  " : " kinds  " : "", none ? "" : objects,
		t->counting || none ? DOTS : "", level < 4 ? " object" : "",
		level < 4 && t->objects != 1 ? "s" : "");
}

static char *health_part(size_t count, enum health health, const char *word, int level)
{
	char number[TEXT_NUMBER_MAX];

	if (!count)
		return mem_strdup("");
	text_number(count, number);
	return mem_printf("  %s %s%s%s", health_glyph(health), number, level < 3 ? " " : "",
		level < 3 ? word : "");
}

static char *lost_text(const struct ui *ui, int level)
{
	const struct root *root = ui->root;
	int64_t wait = root->link_retry - ui->now;
	char since[FORMAT_AGE_MAX];

	format_age((ui->wall - root->link_since) / CLOCK_S, since);
	if (!root->link_retry || level >= 4)
		return mem_printf("\xe2\x9c\x97 lost since %s ", since);
	return mem_printf("\xe2\x9c\x97 lost since %s, retry in %d s ", since,
		wait > 0 ? (int)((wait + CLOCK_S - 1) / CLOCK_S) : 0);
}

static char *link_part(const struct ui *ui, int level, enum role *ret_role)
{
	const struct root *root = ui->root;
	const char *why = unreadable(root);
	char watches[TEXT_NUMBER_MAX];

	*ret_role = ROLE_PROGRESS;
	if (root->link == LINK_CONNECTING)
		return mem_strdup("\xe2\x97\x8c connecting ");
	if (root->link == LINK_LOST) {
		*ret_role = ROLE_BAD;
		return lost_text(ui, level);
	}
	if (why) {
		*ret_role = ROLE_WARNING;
		return mem_printf("\xe2\x9c\x97 %s ", why);
	}
	*ret_role = ROLE_OK;
	if (level >= 2)
		return mem_printf("\xe2\x97\x8f live  %u/s ", statusline_rate(&ui->status));
	text_number(root->watches, watches);
	return mem_printf("\xe2\x97\x8f live  %u/s  %s watch%s ", statusline_rate(&ui->status),
		watches, root->watches == 1 ? "" : "es");
}

enum part {
	PART_LEFT,
	PART_COUNTS,
	PART_BAD,
	PART_PROGRESS,
	PART_LINK,
	PARTS
};

static void draw_first(struct ui *ui)
{
	struct totals t = count_all(ui->root);
	struct draw *draw = ui->draw;
	enum role link = ROLE_TEXT;
	char *parts[PARTS] = { 0 };
	int widths[PARTS];
	int all = 0;

	for (int level = 0; level < 6; level++) {
		for (int i = 0; i < PARTS; i++)
			free(parts[i]);
		parts[PART_LEFT] = left_part(ui, level);
		parts[PART_COUNTS] = level < 5 ? counts_part(&t, ui->root, level) : mem_strdup("");
		parts[PART_BAD] = health_part(t.bad, HEALTH_BAD, "not ready", level);
		parts[PART_PROGRESS] =
			health_part(t.progressing, HEALTH_PROGRESSING, "progressing", level);
		parts[PART_LINK] = link_part(ui, level, &link);
		all = 4;
		for (int i = 0; i < PARTS; i++)
			all += widths[i] = draw_width(draw, str_of(parts[i]));
		if (all <= ui->layout.cols)
			break;
	}
	draw_begin(draw, 0, 0, ui->layout.cols, GROUND_BAR);
	draw_field(draw, ROLE_TITLE, str_of(parts[PART_LEFT]),
		all <= ui->layout.cols ? widths[PART_LEFT]
				       : ui->layout.cols - (all - widths[PART_LEFT]),
		false);
	draw_to(draw, draw_column(draw) + (ui->layout.cols > all + 6 ? 6 : 2));
	draw_z(draw, ROLE_TEXT, parts[PART_COUNTS]);
	draw_z(draw, ROLE_BAD, parts[PART_BAD]);
	draw_z(draw, ROLE_PROGRESS, parts[PART_PROGRESS]);
	draw_to(draw, ui->layout.cols - widths[PART_LINK]);
	draw_z(draw, link, parts[PART_LINK]);
	draw_end(draw);
	for (int i = 0; i < PARTS; i++)
		free(parts[i]);
}

static void draw_matches(struct ui *ui)
{
	bool problems = ui_view(ui, PANE_MAIN) == &problems_view; /* with columns of its own */
	char matches[TEXT_NUMBER_MAX];
	size_t done, all;

	if (!ui->query.filter)
		return;
	if (query_cannot_match(problems ? ui->problems.filter : ui->query.filter, ui->root))
		draw_z(ui->draw, ROLE_WARNING, "   no kind has such a column");
	/* the titles of other views say how many */
	if (ui_view(ui, PANE_MAIN) != &tree_view)
		return;
	text_number(ui->tree.matches, matches);
	tree_progress(ui->tree.tree, &done, &all);
	if (!ui->tree.settled && all)
		draw_f(ui->draw, ROLE_PROGRESS, "   matching %zu %%", done * 100 / all);
	else
		draw_f(ui->draw, ROLE_TEXT, "   %s match%s", matches,
			ui->tree.matches == 1 ? "" : "es");
}

static void draw_marks(struct ui *ui)
{
	char count[TEXT_NUMBER_MAX];

	if (!marks_count(&ui->marks))
		return;
	text_number(marks_count(&ui->marks), count);
	draw_f(ui->draw, ROLE_MATCH, "   %s marked", count);
}

static void draw_namespaces(struct ui *ui)
{
	const struct rest_config *config = cluster_config(ui->cluster);
	char *shown = namespaces_text(&ui->namespaces);

	draw_z(ui->draw, ROLE_TEXT, *shown ? shown : config->ns_given ? config->ns : "all");
	free(shown);
}

/* "0 all  1 payments", as far as there is room. */
static void draw_recent(struct ui *ui)
{
	const struct namespaces *n = &ui->namespaces;
	struct buf text = BUF_INIT((size_t)4096);
	int width;

	if (n->n_recent)
		buf_addz(&text, "0 all");
	for (size_t i = 0; i < n->n_recent; i++)
		buf_addf(&text, "  %zu %s", i + 1, n->recent[i]);
	width = draw_width(ui->draw, buf_str(&text));
	if (width && width + 4 < draw_left(ui->draw)) {
		draw_to(ui->draw, ui->layout.cols - width - 1);
		draw_text(ui->draw, ROLE_DIM, buf_str(&text));
	}
	buf_release(&text);
}

/* Only where it filters. */
static void draw_query(struct ui *ui)
{
	struct draw *draw = ui->draw;

	if (!ui_view(ui, PANE_MAIN)->refilter)
		return;
	if (*ui->query.selector) {
		draw_z(draw, ROLE_DIM, "   labels ");
		draw_z(draw, ROLE_MATCH, ui->query.selector);
	}
	if (*ui->query.text) {
		draw_z(draw, ROLE_DIM, "   filter ");
		draw_z(draw, ROLE_MATCH, ui->query.text);
	}
	if (ui->query.unwell)
		draw_z(draw, ROLE_WARNING, "   only what is not well");
	draw_matches(ui);
}

static void draw_second(struct ui *ui)
{
	struct draw *draw = ui->draw;

	draw_begin(draw, 1, 0, ui->layout.cols, GROUND_NONE);
	draw_z(draw, ROLE_DIM, " ns ");
	draw_namespaces(ui);
	draw_query(ui);
	draw_marks(ui);
	draw_recent(ui);
	draw_end(draw);
}

void ui_draw_header(struct ui *ui)
{
	draw_first(ui);
	draw_second(ui);
}

const char *ui_notice(const struct ui *ui)
{
	const struct root *root = ui->root;

	if (root->link != LINK_LIVE && root->link_message)
		return root->link_message;
	if (!root->problem && root->verify.differences)
		return "--verify has found differences from the server: see :log";
	return root->problem;
}

void ui_draw_notice(struct ui *ui)
{
	struct area area = ui->layout.notice;

	if (!area.h)
		return;
	draw_begin(ui->draw, area.y, area.x, area.w, GROUND_NONE);
	draw_z(ui->draw, ROLE_WARNING, " ! ");
	draw_z(ui->draw, ROLE_WARNING, ui_notice(ui));
	draw_end(ui->draw);
}
