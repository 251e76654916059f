#include "ui/views/row.h"

#include <stdio.h>
#include <string.h>

#include "cache/entry.h"
#include "cache/filter.h"
#include "cluster/tree.h"
#include "kube/format.h"
#include "ui/state.h"

#define ONLY_MAX 20

/* ---- kinds ---- */

const char *row_state_word(enum kind_state state)
{
	static const char *const words[] = {
		[KIND_LISTING] = ("listing " ROW_DOTS),
		[KIND_SYNCED] = "",
		[KIND_FORBIDDEN] = "forbidden",
		[KIND_FAILING] = "failing",
		[KIND_STALE] = "stale",
		[KIND_GONE] = "gone",
		[KIND_NOT_SERVED] = "not served",
		[KIND_POLLING] = "polling",
	};

	return words[state];
}

void row_listing_words(size_t listed, char *out, size_t size)
{
	char number[TEXT_NUMBER_MAX];

	text_number(listed, number);
	snprintf(out, size, "listing %s " ROW_DOTS, number);
}

/* A count that is of some namespaces is not of all. */
static void say_only(const char *only, char *out, size_t size)
{
	size_t n = 1;

	for (const char *p = only; *p; p++)
		n += *p == ',';
	if (n == 1 && strlen(only) < ONLY_MAX)
		snprintf(out, size, "only %s", only);
	else
		snprintf(out, size, "only %zu namespace%s", n, n == 1 ? "" : "s");
}

void row_kind_words(const struct kind_root *kind, char *out, size_t size, enum role *ret_role)
{
	*ret_role = kind_state_is_well(kind->state) ? ROLE_DIM : ROLE_WARNING;
	if (kind->state == KIND_LISTING && kind->listed)
		row_listing_words(kind->listed, out, size);
	else if (kind->only && kind_state_is_well(kind->state))
		say_only(kind->only, out, size);
	else if (kind->no_crd && kind->state == KIND_SYNCED)
		snprintf(out, size, "no CRD access");
	else
		snprintf(out, size, "%s", row_state_word(kind->state));
}

bool row_kind_counts(const struct kind_root *kind)
{
	return kind->ever_synced || kind->state == KIND_SYNCED || kind->state == KIND_POLLING;
}

bool row_all_count(const struct root *root)
{
	for (size_t i = 0; i < root->n_kinds; i++) {
		enum kind_state state = root->kinds[i]->state;

		if (!row_kind_counts(root->kinds[i]) && state != KIND_GONE &&
			state != KIND_NOT_SERVED)
			return false;
	}
	return true;
}

size_t row_badges(const size_t health[HEALTH_KINDS], struct row_badge ret[ROW_BADGES])
{
	static const enum health shown[ROW_BADGES] = { HEALTH_BAD, HEALTH_DELETING,
		HEALTH_PROGRESSING };
	char number[TEXT_NUMBER_MAX];
	size_t n = 0;

	for (size_t i = 0; i < ROW_BADGES; i++) {
		if (!health[shown[i]])
			continue;
		text_number(health[shown[i]], number);
		ret[n].health = shown[i];
		snprintf(ret[n].text, sizeof(ret[n].text), "%s %s", health_glyph(shown[i]), number);
		n++;
	}
	return n;
}

/* ---- objects ---- */

enum role row_role(const struct tree_row *row)
{
	enum role role = text_health_role((enum health)row->entry->health);

	if (row->kind->state == KIND_GONE)
		return ROLE_GONE;
	if (root_is_revoked(row->kind, entry_ns(row->entry)))
		return ROLE_DIM;
	if (role == ROLE_OK)
		return ROLE_TEXT;
	return row->kind->state == KIND_STALE ? ROLE_DIM : role;
}

void row_draw_glyph(struct ui *ui, const struct tree_row *row, bool marked)
{
	enum health health = (enum health)row->entry->health;

	draw_z(ui->draw, ROLE_MATCH, marked ? "*" : " ");
	draw_z(ui->draw, row->kind->state == KIND_GONE ? ROLE_GONE : text_health_role(health),
		health_glyph(health));
}

void row_draw_matched(struct ui *ui, enum role role, struct str text)
{
	size_t at = 0, start, end;

	while (ui->query.filter && at < text.len &&
		filter_find(ui->query.filter, text, at, &start, &end) && end > start) {
		draw_text(ui->draw, role, str_make(text.p + at, start - at));
		draw_text(ui->draw, ROLE_MATCH, str_make(text.p + start, end - start));
		at = end;
	}
	draw_text(ui->draw, role, str_make(text.p + at, text.len - at));
}

void row_draw_last_change(struct ui *ui, const struct entry *e, int column)
{
	char age[FORMAT_AGE_MAX], text[64];
	bool fresh = ui->wall - e->changed < ROW_FRESH;
	unsigned fields;

	if (!e->changed || column + ROW_LAST_WIDTH - 1 < draw_column(ui->draw))
		return;
	format_age((ui->wall - e->changed) / CLOCK_S, age);
	fields = events_view_fields(ui, e->uid);
	if (fields)
		snprintf(text, sizeof(text), "%s ~%u", age, fields);
	else
		snprintf(text, sizeof(text), "%s", age);
	draw_to(ui->draw, column);
	draw_field(ui->draw, fresh ? ROLE_FRESH : ROLE_DIM, str_of(text), draw_left(ui->draw) - 1,
		true);
}
