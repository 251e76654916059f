#include "ui/typing.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/filter.h"
#include "cluster/cluster.h"
#include "ui/object_actions.h"
#include "ui/state.h"
#include "ui/command.h"

/* ---- filters ---- */

/* All views that have rows of objects show them by the new filter from now on. */
static void refilter(struct ui *ui)
{
	const struct view *const *views;
	size_t n;

	views = ui_main_views(&n);
	for (size_t i = 0; i < n; i++) {
		if (views[i]->refilter)
			views[i]->refilter(ui);
	}
	ui_view(ui, PANE_MAIN)->update(ui);
}

static void save_cursor(struct ui *ui)
{
	const struct rows *rows = ui_rows(ui);

	ui->has_saved = rows->has_key;
	if (rows->has_key)
		rows_key_copy(&ui->saved, &rows->key);
}

static void restore_cursor(struct ui *ui)
{
	if (ui->has_saved)
		rows_to_key(ui, ui_rows(ui), &ui->saved);
}

struct wish {
	const char *text; /* NULL: as it is */
	const char *selector;
	bool unwell;
};

/* -1: the filter is as it was, and *ret_at the place of the error. */
static int take_query(struct ui *ui, struct wish wish, size_t *ret_at, struct error *err)
{
	struct query_wish all = {
		.text = wish.text,
		.selector = wish.selector,
		.unwell = wish.unwell,
		.root = ui->root,
		.columns = ui_view(ui, PANE_MAIN)->columns,
		.namespaces = (const char *const *)ui->namespaces.shown,
		.n_namespaces = ui->namespaces.n_shown,
	};
	struct filter *old = NULL;

	if (query_set(&ui->query, &all, &old, ret_at, err) < 0)
		return -1;
	refilter(ui);
	filter_free(old);
	return 0;
}

static bool apply(struct ui *ui, const char *text, const char *selector, bool unwell)
{
	struct wish wish = { .text = text, .selector = selector, .unwell = unwell };
	struct error err = ERROR_INIT;
	size_t at;

	if (take_query(ui, wish, &at, &err) < 0) {
		prompt_set_error(&ui->prompt, err.text, at);
		error_release(&err);
		return false;
	}
	prompt_set_error(&ui->prompt, NULL, 0);
	return true;
}

/* False: the prompt shows why not. */
static bool set_query(struct ui *ui, const char *text, const char *selector)
{
	return apply(ui, text, selector, ui->query.unwell);
}

struct filter *ui_unwell_filter(const struct ui *ui)
{
	struct query_wish wish = {
		.unwell = true,
		.namespaces = (const char *const *)ui->namespaces.shown,
		.n_namespaces = ui->namespaces.n_shown,
	};

	return query_filter(&ui->query, &wish);
}

void ui_show_unwell(struct ui *ui, bool unwell)
{
	save_cursor(ui);
	apply(ui, NULL, NULL, unwell);
	restore_cursor(ui);
}

void ui_show_namespaces(struct ui *ui, struct str names)
{
	save_cursor(ui);
	namespaces_show(&ui->namespaces, names);
	if (ui->namespaces.n_shown) {
		char *text = namespaces_text(&ui->namespaces);

		cluster_name_namespaces(ui->cluster, text);
		free(text);
	}
	apply(ui, NULL, NULL, ui->query.unwell);
	restore_cursor(ui);
}

bool ui_set_selector(struct ui *ui, const char *selector)
{
	return set_query(ui, NULL, selector);
}

bool ui_clear_query(struct ui *ui)
{
	bool text = *ui->query.text;

	bool selector = !text && *ui->query.selector;

	if (!text && !selector && !ui->query.unwell)
		return false;
	save_cursor(ui);
	apply(ui, text ? "" : NULL, selector ? "" : NULL, (text || selector) && ui->query.unwell);
	/* what was found is not folded away again */
	if (ui->has_saved && ui_rows(ui) == &ui->tree.rows)
		tree_view_reveal(ui, &ui->saved);
	return true;
}

/* A filter of the view's own, or the query's text. */
static int take_filter(struct ui *ui, const char *text, size_t *ret_at, struct error *err)
{
	struct wish wish = { .text = text, .unwell = ui->query.unwell };

	if (ui->prompt_view->set_filter)
		return ui->prompt_view->set_filter(ui, text, ret_at, err);
	return take_query(ui, wish, ret_at, err);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The text but for the comparison in which at is; NULL: it is in none. */
static char *without_comparison(const char *text, size_t at)
{
	size_t len = strlen(text), begin, end;

	begin = end = at < len ? at : len;
	while (begin > 0 && !is_blank(text[begin - 1]))
		begin--;
	while (end < len && !is_blank(text[end]))
		end++;
	if (begin + strcspn(text + begin, "<>=") >= end)
		return NULL;
	return mem_printf("%.*s%s", (int)begin, text, text + end);
}

/* A comparison that is half typed filters nothing, the others do: before it was one it
 * was a word to look for. */
static void set_filter(struct ui *ui, const char *text)
{
	struct error err = ERROR_INIT;
	size_t at = 0, other;
	char *rest;

	if (take_filter(ui, text, &at, &err) == 0) {
		prompt_set_error(&ui->prompt, NULL, 0);
		return;
	}
	rest = without_comparison(text, at);
	if (rest)
		take_filter(ui, rest, &other, NULL);
	free(rest);
	prompt_set_error(&ui->prompt, err.text, at);
	error_release(&err);
}

static const char *begun_text(struct ui *ui, enum prompt_kind kind)
{
	if (kind == PROMPT_FILTER && ui->prompt_view->filter)
		return ui->prompt_view->filter(ui);
	if (kind == PROMPT_SAVE)
		return ui->saving.path;
	return kind == PROMPT_FILTER	 ? ui->query.text
	       : kind == PROMPT_SELECTOR ? ui->query.selector
					 : "";
}

void ui_prompt_open(struct ui *ui, enum prompt_kind kind)
{
	const char *text;

	ui->prompt_view = ui_view(ui, ui->focus);
	text = begun_text(ui, kind);
	free(ui->undo);
	ui->undo = mem_strdup(text);
	if (kind == PROMPT_FILTER || kind == PROMPT_SELECTOR)
		save_cursor(ui);
	prompt_open(&ui->prompt, kind, str_of(text));
	if (kind == PROMPT_COMMAND)
		namespaces_read(&ui->namespaces, ui->root);
	completion_begin(ui);
}

void ui_prompt_changed(struct ui *ui)
{
	const char *text = buf_text(&ui->prompt.text);

	switch (ui->prompt.kind) {
	case PROMPT_FILTER:
		set_filter(ui, text);
		break;
	case PROMPT_SELECTOR:
		set_query(ui, NULL, text);
		break;
	case PROMPT_SEARCH:
		if (detail_view_search(ui, text))
			prompt_set_error(&ui->prompt, NULL, 0);
		else
			prompt_set_error(&ui->prompt, "not found", 0);
		break;
	case PROMPT_COLUMN:
		prompt_set_error(&ui->prompt, NULL, 0);
		break;
	default:
		break;
	}
}

void ui_reset_query(struct ui *ui)
{
	apply(ui, "", "", false);
}

/* ---- the open prompt ---- */

/* False: the prompt stays and shows why not. */
static bool add_column(struct ui *ui)
{
	struct error err = ERROR_INIT;
	size_t at;

	if (columns_view_add(ui, buf_str(&ui->prompt.text), &at, &err) == 0)
		return true;
	prompt_set_error(&ui->prompt, err.text, at);
	error_release(&err);
	return false;
}

static void prompt_done(struct ui *ui)
{
	enum prompt_kind kind = ui->prompt.kind;

	if (ui->prompt.error && kind != PROMPT_CHOICE)
		return; /* it says what is wrong; esc gives up */
	if (kind == PROMPT_COLUMN && !add_column(ui))
		return;
	prompt_close(&ui->prompt);
	if (kind == PROMPT_QUIT) {
		ui->quit = true;
	} else if (kind == PROMPT_COMMAND) {
		ui_command(ui, buf_str(&ui->prompt.text));
	} else if (kind == PROMPT_CHOICE) {
		ui_choose(ui, (size_t)(buf_text(&ui->prompt.text)[0] - '1'));
	} else if (kind == PROMPT_SAVE) {
		object_save(ui, buf_text(&ui->prompt.text));
	} else if (kind == PROMPT_REPLACE) {
		object_replace(ui);
	}
}

static void prompt_cancelled(struct ui *ui)
{
	enum prompt_kind kind = ui->prompt.kind;

	prompt_close(&ui->prompt);
	if (kind == PROMPT_FILTER)
		set_filter(ui, ui->undo);
	else if (kind == PROMPT_SELECTOR)
		set_query(ui, NULL, ui->undo);
	else if (kind == PROMPT_SEARCH)
		detail_view_search(ui, NULL);
	if (kind == PROMPT_FILTER || kind == PROMPT_SELECTOR)
		restore_cursor(ui);
}

/* Tab, or right where nothing is to the right. */
static bool takes_word(const struct ui *ui, uint32_t key)
{
	return key == KEYS_TAB || (key == KEYS_RIGHT && completion_rest(ui).len);
}

void ui_prompt_key(struct ui *ui, uint32_t key)
{
	if (takes_word(ui, key)) {
		if (completion_take(ui))
			ui_prompt_changed(ui);
		return;
	}
	switch (prompt_key(&ui->prompt, key)) {
	case PROMPT_OTHER:
		prompt_cancelled(ui);
		ui_key(ui, key);
		break;
	case PROMPT_CHANGED:
		ui_prompt_changed(ui);
		completion_update(ui);
		break;
	case PROMPT_MOVED:
		completion_update(ui);
		break;
	case PROMPT_DONE:
		prompt_done(ui);
		break;
	case PROMPT_CANCELLED:
		prompt_cancelled(ui);
		break;
	default:
		break;
	}
}
