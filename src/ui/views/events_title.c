/*
 * The title line of the events pane: its scope, and whether it follows.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/root.h"
#include "ui/state.h"
#include "ui/text.h"
#include "ui/views/events.h"

#define REST  24 /* columns that are not for the scope */
#define TITLE " events: "
#define LINE  2 /* columns of the line at either end */
#define BLANK 1

static char *scope_text(const struct ui *ui)
{
	const struct events_view *v = &ui->events;
	const struct feed_kind *kind = feed_kind(&ui->feed, v->scope.kind);
	const struct kind_root *root = root_kind(ui->root, v->scope.kind);
	const char *name = kind ? kind->kind : root ? root->kind->kind : "";

	if (!v->scoped)
		return mem_strdup("all kinds");
	if (v->scope.level == TREE_GROUP)
		return mem_strdup(v->scope.group);
	if (v->scope.level == TREE_KIND)
		return mem_strdup(name);
	return mem_printf("%s %s%s%s", name, v->scope.ns ? v->scope.ns : "",
		v->scope.ns && *v->scope.ns ? "/" : "", v->scope.name);
}

static char *state_text(const struct ui *ui)
{
	char fresh[TEXT_NUMBER_MAX];

	if (ui->events.following)
		return mem_strdup("following");
	text_number(events_view_count(ui) - events_view_row_of(ui, ui->events.paused), fresh);
	return mem_printf("paused \xc2\xb7 %s new \xc2\xb7 G resumes", fresh);
}

static char *kept_text(const struct ui *ui)
{
	const struct feed *feed = &ui->feed;
	char *state = state_text(ui);
	char *text;
	char kept[TEXT_NUMBER_MAX], dropped[TEXT_NUMBER_MAX], missed[TEXT_NUMBER_MAX];

	text_number(events_view_count(ui), kept);
	text_number((size_t)feed->dropped, dropped);
	text_number((size_t)feed->missed, missed);
	text = mem_printf("%s \xc2\xb7 %s kept%s%s%s%s%s%s%s", state, kept,
		feed->dropped ? " \xc2\xb7 " : "", feed->dropped ? dropped : "",
		feed->dropped ? " older dropped" : "", feed->missed ? " \xc2\xb7 " : "",
		feed->missed ? missed : "", feed->missed ? " missed" : "",
		ui->events.noise ? " \xc2\xb7 with noise" : "");
	free(state);
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

/* As much as there is room for: that it stands still comes first. */
static char *right_text(const struct ui *ui, int room)
{
	char *kept = kept_text(ui);
	char *text = mem_printf("%s%s", kept, without_text(ui));

	if (draw_width(ui->draw, str_of(text)) > room) {
		free(text);
		text = kept;
	} else {
		free(kept);
	}
	if (draw_width(ui->draw, str_of(text)) > room) {
		free(text);
		text = state_text(ui);
	}
	if (draw_width(ui->draw, str_of(text)) > room) {
		free(text);
		text = mem_strdup(ui->events.following ? "" : "paused");
	}
	return text;
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
