/*
 * The title line of the events pane: its scope, and whether it follows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/root.h"
#include "ui/state.h"
#include "ui/widgets/text.h"
#include "ui/views/events/events.h"

#define REST  24 /* columns that are not for the scope */
#define TITLE " events: "
#define LINE  2 /* columns of the line at either end */
#define BLANK 1

static char *bare_scope_text(const struct ui *ui)
{
	const struct events_view *v = &ui->events;
	const struct feed_kind *kind = feed_kind(&ui->feed, v->scope.kind);
	const struct kind_root *root = root_kind(ui->root, v->scope.kind);
	const char *name = kind ? kind->kind : root ? root->kind->kind : "";

	if (!v->scoped || events_rows_is_wide(&v->scope))
		return mem_strdup("all kinds");
	if (v->scope.level == TREE_GROUP)
		return mem_strdup(v->scope.group);
	if (v->scope.level == TREE_KIND)
		return mem_strdup(name);
	return mem_printf("%s %s%s%s", name, v->scope.ns ? v->scope.ns : "",
		v->scope.ns && *v->scope.ns ? "/" : "", v->scope.name);
}

static char *scope_text(const struct ui *ui)
{
	char *scope = bare_scope_text(ui);
	char *text = mem_printf("%s%s%s", scope, ui->events.filter ? "   filter " : "",
		ui->events.filter ? ui->events.text : "");

	free(scope);
	return text;
}

static char *state_text(const struct ui *ui)
{
	char fresh[TEXT_NUMBER_MAX];

	if (ui->events.following)
		return mem_strdup("following");
	text_number((size_t)ui->events.fresh, fresh);
	return mem_printf("paused \xc2\xb7 %s new \xc2\xb7 G resumes", fresh);
}

/* And how many there are, of how many while there is a filter. */
static char *count_text(const struct ui *ui)
{
	const struct events_view *v = &ui->events;
	char *state = state_text(ui);
	char shown[TEXT_NUMBER_MAX], all[TEXT_NUMBER_MAX], done[TEXT_NUMBER_MAX + 16] = "";
	char *text;

	text_number((size_t)v->events, shown);
	text_number(ui->feed.count, all);
	if (v->filter && !v->all && ui->feed.count)
		snprintf(done, sizeof(done), " \xc2\xb7 matching %zu %%",
			feed_find(&ui->feed, v->read) * 100 / ui->feed.count);
	text = mem_printf("%s \xc2\xb7 %s%s%s kept%s", state, shown, v->filter ? " of " : "",
		v->filter ? all : "", done);
	free(state);
	return text;
}

/* And what there was. */
static char *kept_text(const struct ui *ui)
{
	const struct feed *feed = &ui->feed;
	char dropped[TEXT_NUMBER_MAX], missed[TEXT_NUMBER_MAX];
	char *count = count_text(ui);
	char *text;

	text_number((size_t)feed->dropped, dropped);
	text_number((size_t)feed->missed, missed);
	text = mem_printf("%s%s%s%s%s%s%s%s", count, feed->dropped ? " \xc2\xb7 " : "",
		feed->dropped ? dropped : "", feed->dropped ? " older dropped" : "",
		feed->missed ? " \xc2\xb7 " : "", feed->missed ? missed : "",
		feed->missed ? " missed" : "", ui->events.noise ? " \xc2\xb7 with noise" : "");
	free(count);
	return text;
}

/* Why there are no Kubernetes Events; "" when there may be some. */
static const char *without_text(const struct ui *ui)
{
	static const char *const texts[] = {
		[K8S_EVENTS_OFF] = "",
		[K8S_EVENTS_ON] = "",
		[K8S_EVENTS_FORBIDDEN] = " \xc2\xb7 no Kubernetes Events: forbidden",
		[K8S_EVENTS_NOT_SERVED] = " \xc2\xb7 no Kubernetes Events: not served",
		[K8S_EVENTS_FAILING] = " \xc2\xb7 no Kubernetes Events: failing",
		[K8S_EVENTS_STOPPED] = " \xc2\xb7 no Kubernetes Events: stopped",
		[K8S_EVENTS_TOO_MANY] = " \xc2\xb7 no Kubernetes Events: stopped above 1 MB/s",
	};

	return texts[ui->root->k8s_events];
}

static char *whole_text(const struct ui *ui, bool advice)
{
	bool lost = ui->feed.dropped || ui->feed.missed;
	char *kept = kept_text(ui);
	char *text = mem_printf(
		"%s%s%s", kept, advice && lost ? " (--history keeps more)" : "", without_text(ui));

	free(kept);
	return text;
}

static char *advised_text(const struct ui *ui)
{
	return whole_text(ui, true);
}

static char *unadvised_text(const struct ui *ui)
{
	return whole_text(ui, false);
}

static char *least_text(const struct ui *ui)
{
	return mem_strdup(ui->events.following ? "" : "paused");
}

/* As much as there is room for: that it stands still comes first. */
static char *right_text(const struct ui *ui, int room)
{
	static char *(*const texts[])(const struct ui *ui) = { advised_text, unadvised_text,
		kept_text, count_text, state_text };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char *text = texts[i](ui);

		if (draw_width(ui->draw, str_of(text)) <= room)
			return text;
		free(text);
	}
	return least_text(ui);
}

/* A long scope is shortened in its middle. */
static int scope_columns(const struct ui *ui, struct area area, const char *scope)
{
	int width = draw_width(ui->draw, str_of(scope));

	return width < area.w - REST ? width : area.w - REST;
}

static void draw_scope(
	struct ui *ui, struct area piece, bool focused, const char *scope, int columns)
{
	enum role role = focused ? ROLE_TITLE : ROLE_HEAD;
	struct draw *draw = ui->draw;

	if (!draw_begin_keyed(draw, piece, GROUND_NONE, draw_key(str_hash(str_of(scope)), role)))
		return;
	draw_rule(draw, ROLE_DIM, LINE);
	draw_z(draw, role, TITLE);
	draw_middle(draw, role, str_of(scope), columns);
	draw_z(draw, ROLE_TEXT, " ");
	draw_rule(draw, ROLE_DIM, draw_left(draw));
	draw_end(draw);
}

/* In two pieces: the one that counts differs with each change. */
void events_title_draw(struct ui *ui, struct area area, bool focused)
{
	struct draw *draw = ui->draw;
	char *scope = scope_text(ui);
	int columns = scope_columns(ui, area, scope);
	int left = LINE + (int)strlen(TITLE) + columns + BLANK;
	int frame = BLANK + BLANK + LINE; /* around what is right */
	char *right = right_text(ui, area.w - left - frame);
	int width = draw_width(draw, str_of(right)) + frame;
	struct area piece = area;

	if (left + width <= area.w)
		piece.w -= width;
	draw_scope(ui, piece, focused, scope, columns);
	if (piece.w < area.w) {
		draw_begin(draw, area.y, area.x + piece.w, width, GROUND_NONE);
		draw_z(draw, ROLE_TEXT, " ");
		draw_z(draw, ui->feed.missed || !ui->events.following ? ROLE_WARNING : ROLE_DIM,
			right);
		draw_z(draw, ROLE_TEXT, " ");
		draw_rule(draw, ROLE_DIM, LINE);
		draw_end(draw);
	}
	free(scope);
	free(right);
}
