#include "ui/remember.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/texts.h"
#include "cluster/cluster.h"
#include "cluster/kinds.h"
#include "config/config_file.h"
#include "config/state.h"
#include "net/rest.h"
#include "ui/state.h"
#include "ui/ui.h"
#include "ui/typing.h"

static const enum prompt_kind prompts[STATE_HISTORIES] = {
	[STATE_FILTERS] = PROMPT_FILTER,
	[STATE_SELECTORS] = PROMPT_SELECTOR,
	[STATE_COMMANDS] = PROMPT_COMMAND,
};

void ui_recall_prompts(struct ui *ui)
{
	for (size_t h = 0; h < STATE_HISTORIES; h++) {
		const struct state_list *list = &ui->memory->histories[h];

		for (size_t i = 0; i < list->count; i++)
			prompt_remember(&ui->prompt, prompts[h], list->items[i]);
	}
}

static struct state_context *context_of(struct ui *ui)
{
	const struct rest_config *config = cluster_config(ui->cluster);

	return state_context(ui->memory, config->context_name, config->server);
}

/* Those of the last time; the first time those of the settings. */
static void recall_namespaces(struct ui *ui, const struct state_context *context)
{
	const struct setting_texts *first = &ui->options->config->settings->namespaces;
	struct buf names = BUF_INIT((size_t)64 << 10);

	if (cluster_config(ui->cluster)->ns_given)
		return;
	if (context->namespaces.count)
		buf_addz(&names, context->namespaces.items[0]);
	for (size_t i = 0; !context->view && i < first->count; i++)
		buf_addf(&names, "%s ", first->items[i]);
	if (names.len)
		ui_show_namespaces(ui, buf_str(&names));
	buf_release(&names);
}

void ui_recall_cluster(struct ui *ui)
{
	struct state_context *context = context_of(ui);
	const struct view *view = context->view ? ui_main_view(str_of(context->view)) : NULL;

	for (size_t i = 0; i < context->recent.count; i++)
		namespaces_remember(&ui->namespaces, context->recent.items[i]);
	for (size_t i = 0; i < context->unfolded.count; i++)
		tree_say_fold(ui->tree.tree, context->unfolded.items[i]);
	texts_free(ui->pins, ui->n_pins);
	ui->pins = texts_copy(context->pins.items, context->pins.count);
	ui->n_pins = context->pins.count;
	recall_namespaces(ui, context);
	if (view && view != &tree_view)
		ui_go(ui, view, context->argument);
}

void ui_used_kind(struct ui *ui, const struct kind *kind)
{
	struct buf name = BUF_INIT((size_t)STATE_TEXT_MAX);

	kinds_full_name(kind, &name);
	state_remember(&ui->memory->kinds, buf_text(&name), STATE_KINDS_MAX);
	buf_release(&name);
}

int ui_open_cluster(
	struct ui *ui, struct rest_config *config, struct cluster **ret, struct error *err)
{
	struct cluster_options options = *ui->options->cluster;

	options.preferred = ui->memory->kinds.items;
	options.n_preferred = ui->memory->kinds.count;
	return cluster_new(config, &options, ret, err);
}

struct folds_of {
	char **items;
	size_t count;
};

static void add_fold(void *arg, const char *fold)
{
	struct folds_of *folds = arg;

	texts_add(&folds->items, &folds->count, fold);
}

void ui_remember_cluster(struct ui *ui)
{
	struct state_context *context = context_of(ui);
	const struct place *place = places_now(&ui->places);
	char *shown = namespaces_text(&ui->namespaces);
	struct folds_of folds = { NULL, 0 };

	if (place->view != &contexts_view) { /* on the way to another one */
		state_set_text(&context->view, place->view->name);
		state_set_text(&context->argument, place->arg);
	}
	state_set_list(&context->namespaces, &shown, *shown ? 1 : 0, STATE_LIST_MAX);
	state_set_list(
		&context->recent, ui->namespaces.recent, ui->namespaces.n_recent, STATE_RECENT_MAX);
	tree_each_fold(ui->tree.tree, add_fold, &folds);
	state_set_list(&context->unfolded, folds.items, folds.count, STATE_LIST_MAX);
	state_set_list(&context->pins, ui->pins, ui->n_pins, STATE_LIST_MAX);
	texts_free(folds.items, folds.count);
	free(shown);
}

void ui_remember_prompts(struct ui *ui)
{
	for (size_t h = 0; h < STATE_HISTORIES; h++) {
		const struct prompt_history *history = &ui->prompt.history[prompts[h]];

		for (size_t i = 0; i < history->count; i++)
			state_remember(
				&ui->memory->histories[h], history->items[i], STATE_HISTORY_MAX);
	}
}
