#include "ui/views/detail/detail.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "ui/state.h"
#include "ui/typing.h"

#define HEAD_MIN 16 /* columns of what is shown before the names of its tabs are shortened */
#define HEAD_MAX ((size_t)1 << 20)
#define TAB_GAP	 3

static const struct tab facts_tab;

static const struct tab *const tabs[DETAIL_TABS] = {
	[TAB_YAML] = &yaml_tab,
	[TAB_DESCRIBE] = &describe_tab,
	[TAB_CHANGES] = &versions_tab,
	[TAB_SCHEMA] = &schema_tab,
	[TAB_FACTS] = &facts_tab,
};

void detail_view_init(struct ui *ui)
{
	struct detail_view *v = &ui->detail;

	*v = (struct detail_view){ .kind_tab = TAB_FACTS };
	object_text_init(&v->text);
	yaml_init(ui);
	describe_init(ui);
}

void detail_view_release(struct ui *ui)
{
	struct detail_view *v = &ui->detail;

	object_text_release(ui, &v->text);
	tree_key_release(&v->key);
	yaml_release(ui);
	describe_release(ui);
	versions_release(ui);
	schema_view_release(ui);
	lines_release(&v->facts);
	free(v->search);
	free(v->error);
}

/* ---- tabs ---- */

/* Those of what is shown; returns how many. */
static size_t tabs_of(const struct detail_view *v, enum detail_tab ret[DETAIL_TABS])
{
	if (v->is_object) {
		for (size_t i = 0; i <= TAB_SCHEMA; i++)
			ret[i] = (enum detail_tab)i;
		return TAB_SCHEMA + 1;
	}
	ret[0] = TAB_FACTS;
	ret[1] = TAB_SCHEMA;
	return v->has_key && v->key.level == TREE_KIND ? 2 : 1;
}

enum detail_tab detail_view_tab(const struct ui *ui)
{
	const struct detail_view *v = &ui->detail;

	if (v->is_object)
		return v->tab;
	return v->has_key && v->key.level == TREE_KIND ? v->kind_tab : TAB_FACTS;
}

static const struct tab *current(const struct ui *ui)
{
	return tabs[detail_view_tab(ui)];
}

static struct lines *current_lines(struct ui *ui)
{
	return current(ui)->lines ? current(ui)->lines(ui) : NULL;
}

void detail_view_show(struct ui *ui, enum detail_tab tab)
{
	struct detail_view *v = &ui->detail;

	if (!v->is_object) {
		v->kind_tab = tab == TAB_SCHEMA ? TAB_SCHEMA : TAB_FACTS;
		return;
	}
	if (tab == TAB_SCHEMA && v->tab == TAB_YAML)
		schema_view_at(ui, yaml_offset(ui));
	if (tab != TAB_DESCRIBE)
		describe_leave(ui);
	v->tab = tab;
}

static void say(struct ui *ui, const char *text)
{
	statusline_say(&ui->status, ui->now, false, "%s", text);
}

static void next_tab(struct ui *ui, int by)
{
	enum detail_tab all[DETAIL_TABS];
	size_t n = tabs_of(&ui->detail, all), at = 0;

	if (n == 1)
		say(ui, "there is no other tab");
	while (all[at] != detail_view_tab(ui))
		at++;
	detail_view_show(ui, all[(at + n + (by > 0 ? 1 : n - 1)) % n]);
}

size_t detail_view_width(const struct ui *ui)
{
	int width = ui->layout.panes[PANE_DETAIL].w;

	return width > 0 ? (size_t)width : (size_t)ui->layout.cols;
}

/* ---- following the cursor ---- */

static bool wants_other(struct ui *ui)
{
	const struct rows *rows = ui_rows(ui);

	return rows->has_key &&
	       (!ui->detail.has_key || !rows_key_same(&ui->detail.key, &rows->key));
}

int64_t detail_view_deadline(struct ui *ui)
{
	return wants_other(ui) ? ui_rows(ui)->time + DETAIL_DELAY : INT64_MAX;
}

static bool is_due(struct ui *ui)
{
	/* The first move after a pause is followed at once. */
	return clock_is_test() || ui->now - ui->detail.shown_at >= DETAIL_DELAY * 4 ||
	       ui->now >= ui_rows(ui)->time + DETAIL_DELAY;
}

static void switch_key(struct ui *ui)
{
	struct detail_view *v = &ui->detail;

	rows_key_copy(&v->key, &ui_rows(ui)->key);
	v->has_key = true;
	v->is_object = v->key.level == TREE_OBJECT;
	v->loaded = v->deleted = false;
	v->version = 0;
	v->shown_at = ui->now;
	object_text_forget(ui, &v->text);
	v->text_state = OBJECT_TEXT_HERE;
	yaml_forget(ui);
	describe_forget(ui);
	versions_forget(ui);
	lines_forget(&v->facts);
	free(v->error);
	v->error = NULL;
}

static bool update(struct ui *ui)
{
	struct detail_view *v = &ui->detail;
	const struct kind_root *kind;
	const struct entry *e;
	bool done = true;

	if (wants_other(ui) && is_due(ui))
		switch_key(ui);
	if (!v->has_key)
		return true;
	kind = root_kind(ui->root, v->key.kind);
	e = v->is_object ? tree_key_entry(ui->root, &v->key) : NULL;
	v->deleted = v->is_object && !e;
	/* the others copy and save what the YAML holds */
	if (v->is_object && v->tab != TAB_YAML)
		done = yaml_tab.update(ui, kind, e);
	return current(ui)->update(ui, kind, e) && done;
}

void detail_view_follow(struct ui *ui)
{
	if (wants_other(ui))
		switch_key(ui);
	update(ui);
}

void detail_view_settle(struct ui *ui)
{
	yaml_settle(ui);
}

/* ---- facts ---- */

static bool update_facts(struct ui *ui, const struct kind_root *kind, const struct entry *e)
{
	struct detail_view *v = &ui->detail;
	size_t width = detail_view_width(ui);

	(void)e;
	lines_begin(&v->facts);
	if (v->key.level == TREE_GROUP)
		facts_of_group(&v->facts.facts, ui->root, str_of(v->key.group));
	else if (kind)
		facts_of_kind(&v->facts.facts, kind, ui->wall, width);
	lines_end(&v->facts, width, v->wrap);
	return true;
}

static bool act_facts(struct ui *ui, enum action action)
{
	return lines_act(&ui->detail.facts, action, ui->detail.wrap);
}

static struct lines *facts_lines(struct ui *ui)
{
	return &ui->detail.facts;
}

static const struct tab facts_tab = {
	.name = "facts",
	.update = update_facts,
	.act = act_facts,
	.lines = facts_lines,
};

/* ---- searching ---- */

static bool search(struct ui *ui, int by, bool here)
{
	struct lines *lines = current_lines(ui);

	if (!ui->detail.search)
		return false;
	return lines ? lines_search(lines, ui->detail.search, by, here) : yaml_search(ui, by, here);
}

bool detail_view_search(struct ui *ui, const char *text)
{
	struct detail_view *v = &ui->detail;
	char *copy = text && *text ? mem_strdup(text) : NULL;

	free(v->search);
	v->search = copy;
	if (copy && current(ui)->reveal)
		current(ui)->reveal(ui, copy);
	return !copy || search(ui, 1, true);
}

static void search_again(struct ui *ui, int by)
{
	if (!ui->detail.search)
		statusline_say(&ui->status, ui->now, false, "nothing to search for: / first");
	else if (!search(ui, by, false))
		statusline_say(&ui->status, ui->now, true, "not found");
}

/* ---- actions ---- */

static bool act(struct ui *ui, enum action action)
{
	struct detail_view *v = &ui->detail;

	switch (action) {
	case ACTION_SEARCH:
		ui_prompt_open(ui, PROMPT_SEARCH);
		return true;
	case ACTION_SEARCH_NEXT:
	case ACTION_SEARCH_LAST:
		search_again(ui, action == ACTION_SEARCH_NEXT ? 1 : -1);
		return true;
	case ACTION_TAB_NEXT:
	case ACTION_TAB_LAST:
		next_tab(ui, action == ACTION_TAB_NEXT ? 1 : -1);
		return true;
	case ACTION_WRAP:
		v->wrap = !v->wrap;
		say(ui, v->wrap ? "long lines are wrapped" : "long lines are cut");
		v->width = -1;
		v->left = 0;
		return true;
	case ACTION_FULL:
		ui->full = !ui->full;
		return true;
	case ACTION_SCROLL_RIGHT:
		if (v->wrap)
			say(ui, "nothing is cut: long lines are wrapped");
		return current(ui)->act(ui, action);
	default:
		return current(ui)->act(ui, action);
	}
}

static struct list *current_list(struct ui *ui)
{
	struct lines *lines = current_lines(ui);

	return lines ? &lines->list : &ui->detail.list;
}

static void click(struct ui *ui, int line)
{
	struct list *list = current_list(ui);

	if (line > 0 && list->top + (size_t)line - 1 < list->rows)
		list_to(list, list->top + (size_t)line - 1);
}

static void wheel(struct ui *ui, int by)
{
	list_scroll(current_list(ui), 3 * (long)by);
}

static bool back(struct ui *ui)
{
	if (ui->detail.search && detail_view_search(ui, NULL))
		return true;
	if (current(ui)->back && current(ui)->back(ui))
		return true;
	if (!ui->full || ui->focus != PANE_DETAIL)
		return false;
	ui->full = false;
	return true;
}

/* ---- drawing ---- */

/* Nothing passes the filter: what is shown is what the cursor was on. */
static bool is_hidden(struct ui *ui)
{
	const struct rows *rows = ui_rows(ui);

	return rows->hidden && rows_key_same(&ui->detail.key, &rows->key);
}

/* How many letters the tabs that are not shown have; the last one is always fit. */
static const size_t tab_letters[] = { SIZE_MAX, 4, 1 };
#define TAB_LETTERS (sizeof(tab_letters) / sizeof(*tab_letters))

static struct str tab_name(const struct ui *ui, enum detail_tab tab, size_t letters)
{
	struct str name = str_of(tabs[tab]->name);

	return tab == detail_view_tab(ui) || name.len < letters ? name : str_make(name.p, letters);
}

/* All names, the current one in brackets. */
static int tabs_width(const struct ui *ui, size_t letters)
{
	enum detail_tab of[DETAIL_TABS];
	size_t n = tabs_of(&ui->detail, of);
	int width = 2;

	for (size_t i = 0; i < n; i++)
		width += (int)tab_name(ui, of[i], letters).len + (i ? 1 : 0);
	return width;
}

static void draw_tabs(struct ui *ui, size_t letters)
{
	enum detail_tab of[DETAIL_TABS];
	size_t n = tabs_of(&ui->detail, of);

	for (size_t i = 0; i < n; i++) {
		bool shown = of[i] == detail_view_tab(ui);
		enum role role = shown ? ROLE_TITLE : ROLE_DIM;

		draw_z(ui->draw, ROLE_DIM, i ? " " : "");
		draw_z(ui->draw, role, shown ? "[" : "");
		draw_text(ui->draw, role, tab_name(ui, of[i], letters));
		draw_z(ui->draw, role, shown ? "]" : "");
	}
}

static const char *state_word(struct ui *ui)
{
	const struct detail_view *v = &ui->detail;
	const struct kind_root *kind = root_kind(ui->root, v->key.kind);

	if (v->is_object && v->deleted)
		return "deleted";
	if (is_hidden(ui))
		return "hidden by the filter";
	if (!v->is_object || !kind)
		return "";
	if (kind->state == KIND_GONE)
		return "its kind is gone";
	if (root_is_revoked(kind, str_of(v->key.ns)))
		return "stale: it may not be read any more";
	return kind->state == KIND_STALE ? "stale" : "";
}

static void add_words(struct ui *ui, struct buf *out)
{
	const struct detail_view *v = &ui->detail;
	const char *word = state_word(ui);

	if (*word)
		buf_addf(out, "  %s", word);
	if (!v->is_object || v->tab != TAB_YAML)
		return;
	if (v->loaded && !v->deleted && v->text_state == OBJECT_TEXT_READING)
		buf_addz(out, "  reading a newer text");
	else if (v->loaded && !v->deleted && v->text_state == OBJECT_TEXT_FAILED)
		buf_addf(out, "  not the newest: %s", object_text_error(&v->text));
	if (v->held)
		buf_addf(out, "  paused, %zu newer", v->held_count);
	if (v->n_unknown)
		buf_addf(out, "  %zu unknown field%s", v->n_unknown, v->n_unknown == 1 ? "" : "s");
}

/* What is shown, in one: "Certificate payments/api-tls". */
static void add_head(const struct detail_view *v, const struct kind_root *kind, struct buf *out)
{
	buf_addz(out, kind ? kind->kind->kind : v->key.group);
	if (!v->is_object)
		return;
	buf_addz(out, " ");
	if (v->key.ns && *v->key.ns)
		buf_addf(out, "%s/", v->key.ns);
	buf_addz(out, v->key.name);
}

/* Words are shown in any case, and that there are other tabs; names are shortened. */
static void draw_head(struct ui *ui, enum role role, int words)
{
	const struct detail_view *v = &ui->detail;
	struct buf head = BUF_INIT(HEAD_MAX);
	int width, room;
	size_t i = 0;

	add_head(v, root_kind(ui->root, v->key.kind), &head);
	width = draw_width(ui->draw, buf_str(&head));
	room = draw_left(ui->draw) - TAB_GAP - words;
	while (i + 1 < TAB_LETTERS &&
		room - tabs_width(ui, tab_letters[i]) < (width < HEAD_MIN ? width : HEAD_MIN))
		i++;
	room -= tabs_width(ui, tab_letters[i]);
	draw_middle(ui->draw, role, buf_str(&head), room < width ? room : width);
	buf_release(&head);
	draw_f(ui->draw, ROLE_DIM, "%*s", TAB_GAP, "");
	draw_tabs(ui, tab_letters[i]);
}

static void draw_title(struct ui *ui, struct area area, bool focused)
{
	const struct detail_view *v = &ui->detail;
	enum role role = focused ? ROLE_TITLE : ROLE_HEAD;
	struct buf words = BUF_INIT(1000);

	draw_begin(ui->draw, area.y, area.x, area.w, GROUND_BAR);
	draw_z(ui->draw, role, " ");
	if (v->has_key && v->key.level == TREE_GROUP) {
		draw_z(ui->draw, role, v->key.group);
	} else if (v->has_key) {
		add_words(ui, &words);
		draw_head(ui, role, draw_width(ui->draw, buf_str(&words)));
	}
	draw_text(ui->draw, ROLE_WARNING, buf_str(&words));
	draw_end(ui->draw);
	buf_release(&words);
}

static void draw(struct ui *ui, struct area area, bool focused)
{
	struct lines *lines = current_lines(ui);
	struct area body = { .y = area.y + 1, .x = area.x, .w = area.w, .h = area.h - 1 };

	draw_title(ui, area, focused);
	if (lines)
		lines_draw(ui->draw, lines, body, focused, ui->detail.search);
	else
		yaml_draw(ui, body, focused);
}

const struct view detail_view = {
	.where = WHERE_DETAIL,
	.hints = "<tab-next> <tab-last> tab  <next-pane> pane  <search> search  "
		 "<fold-here> <fold-lines> fold  <managed> managedFields  "
		 "<search-next> <search-last> next  <wrap> wrap  <full> full  <decode> base64  "
		 "<hold> pause  <numbers> numbers  <back> back  <help> help",
	.update = update,
	.draw = draw,
	.act = act,
	.click = click,
	.wheel = wheel,
	.back = back,
};
