#include "ui/fetch.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/ask.h"
#include "cluster/cluster.h"
#include "ui/object_actions.h"
#include "ui/object_text.h"
#include "ui/state.h"

#define AT_ONCE 8

void fetch_end(struct ui *ui)
{
	struct fetch *f = &ui->fetch;

	for (size_t i = 0; i < f->count; i++) {
		if (f->items[i].ask)
			cluster_forget(ui->cluster, f->items[i].ask);
		tree_key_release(&f->items[i].key);
		buf_release(&f->items[i].text);
	}
	free(f->items);
	free(f->arg);
	*f = (struct fetch){ .items = NULL };
}

void fetch_begin(struct ui *ui, enum action action, bool marked)
{
	const struct place *place = places_now(&ui->places);

	fetch_end(ui);
	ui->fetch.action = action;
	ui->fetch.marked = marked;
	ui->fetch.view = ui_view(ui, ui->focus);
	ui->fetch.main = place->view;
	ui->fetch.arg = mem_strdup_or_null(place->arg);
}

void fetch_add(struct ui *ui, const struct tree_key *key)
{
	struct fetch *f = &ui->fetch;
	struct fetch_item *item;

	f->items = array_reserve(f->items, &f->cap, f->count + 1, sizeof(*f->items));
	item = &f->items[f->count++];
	*item = (struct fetch_item){ .done = false };
	buf_init(&item->text, DOCUMENT_MAX);
	rows_key_copy(&item->key, key);
}

static void give_up(struct ui *ui, const char *why)
{
	statusline_say(&ui->status, ui->now, false, "not %s: %s",
		ui->fetch.action == ACTION_SAVE ? "saved" : "copied", why);
	fetch_end(ui);
}

bool fetch_cancel(struct ui *ui)
{
	if (!ui->fetch.count)
		return false;
	give_up(ui, "reading was given up");
	return true;
}

static bool is_elsewhere(struct ui *ui)
{
	const struct fetch *f = &ui->fetch;
	const struct place *place = places_now(&ui->places);

	return ui->help.open || ui_view(ui, ui->focus) != f->view || place->view != f->main ||
	       !str_eq(str_of(place->arg), str_of(f->arg)) || !object_fetch_stands(ui);
}

static void fail(struct ui *ui, const struct fetch_item *item, const char *why)
{
	statusline_say(&ui->status, ui->now, true, "%s%s%s: %s", item->key.ns ? item->key.ns : "",
		item->key.ns && *item->key.ns ? "/" : "", item->key.name, why);
}

/* False: it cannot be had, which is said. */
static bool take(struct ui *ui, struct fetch_item *item)
{
	struct ask_answer answer = { .error = NULL };
	struct str text = { NULL, 0 };
	char *error = NULL;

	if (!item->ask || !cluster_answer(ui->cluster, item->ask, &answer))
		return true;
	item->ask = 0;
	item->done = true;
	if (answer.error)
		error = mem_strdup(answer.error);
	else
		text = object_text_of_answer(buf_str(&answer.body), item->key.uid, &error);
	if (text.p)
		buf_addstr(&item->text, text);
	ui->fetch.bytes += text.len;
	if (ui->fetch.bytes > FETCH_BYTES_MAX && !error)
		error = mem_strdup("together they are too large: mark fewer of them");
	if (error)
		fail(ui, item, error);
	ask_answer_release(&answer);
	free(error);
	return item->text.len > 0 && ui->fetch.bytes <= FETCH_BYTES_MAX;
}

/* What is at hand needs no question; what is gone is said when all is there. */
static void ask(struct ui *ui, struct fetch_item *item)
{
	const struct entry *e = tree_key_entry(ui->root, &item->key);
	const struct kind_root *kind = root_kind(ui->root, item->key.kind);

	if (e && kind && !object_text_at_hand(ui, &ui->detail.text, e).p)
		item->ask = object_text_ask(ui, kind, e);
	else
		item->done = true;
}

void fetch_update(struct ui *ui)
{
	struct fetch *f = &ui->fetch;
	size_t waiting = 0, done = 0;

	if (f->count && is_elsewhere(ui)) {
		give_up(ui, "the cursor or the view is another one by now");
		return;
	}
	for (size_t i = 0; i < f->asked; i++) {
		if (!take(ui, &f->items[i])) {
			fetch_end(ui);
			return;
		}
		waiting += f->items[i].ask != 0;
		done += f->items[i].done;
	}
	while (f->asked < f->count && waiting < AT_ONCE) {
		ask(ui, &f->items[f->asked]);
		waiting += f->items[f->asked].ask != 0;
		done += f->items[f->asked++].done;
	}
	/* nothing is put into the place of what is being typed */
	if (!f->count || done < f->count || ui->prompt.kind != PROMPT_NONE)
		return;
	object_fetched(ui);
	fetch_end(ui);
}
