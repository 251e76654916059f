#include "ui/views/contexts.h"

#include <string.h>

#include "cluster/cluster.h"
#include "net/rest.h"
#include "ui/state.h"
#include "ui/ui.h"
#include "ui/command.h"

static const struct sheet_column columns[] = { { "NAME", false }, { "CLUSTER", false },
	{ "USER", false }, { "NAMESPACE", false }, { "SERVER", false } };

void contexts_view_init(struct ui *ui)
{
	sheet_init(&ui->contexts, columns, sizeof(columns) / sizeof(*columns));
}

void contexts_view_release(struct ui *ui)
{
	sheet_release(&ui->contexts);
}

static struct sheet *sheet_of(struct ui *ui)
{
	return &ui->contexts;
}

static void add_context(
	struct ui *ui, const struct kubeconfig *k, const struct kubeconfig_context *context)
{
	const struct kubeconfig_cluster *cluster = kubeconfig_cluster(k, context->cluster);
	bool here = !strcmp(cluster_config(ui->cluster)->context_name, context->name);
	enum role role = here ? ROLE_OK : ROLE_TEXT;
	struct sheet *sheet = &ui->contexts;

	sheet_row(sheet, str_hash(str_of(context->name)));
	sheet_cell(sheet, role, str_of(context->name));
	sheet_cell(sheet, role, str_of(context->cluster));
	sheet_cell(sheet, role, str_of(context->user));
	sheet_cell(sheet, role, str_of(context->ns));
	sheet_cellf(sheet, here ? role : ROLE_DIM, "%s%s",
		cluster && cluster->server ? cluster->server : "", here ? "  (here)" : "");
}

/* The files are read once for each visit. */
static void enter(struct ui *ui, const struct place *place)
{
	struct error err = ERROR_INIT;
	struct kubeconfig k;

	(void)place;
	sheet_begin(&ui->contexts);
	if (rest_kubeconfig_load(ui->options->rest, &k, &err) < 0) {
		sheet_note(&ui->contexts, err.text);
	} else {
		for (size_t i = 0; i < k.n_contexts; i++)
			add_context(ui, &k, &k.contexts[i]);
		sheet_note(&ui->contexts, "there are no contexts in the kubeconfig");
		kubeconfig_release(&k);
	}
	error_release(&err);
	sheet_end(ui, &ui->contexts);
	sheet_to(&ui->contexts, str_hash(str_of(cluster_config(ui->cluster)->context_name)));
}

static bool update(struct ui *ui)
{
	(void)ui;
	return true;
}

static bool act(struct ui *ui, enum action action)
{
	if (action != ACTION_LIST_OPEN || sheet_is_empty(&ui->contexts))
		return sheet_view_act(ui, action);
	ui_switch_context(ui, sheet_text(&ui->contexts, 0));
	return true;
}

const struct view contexts_view = {
	.where = WHERE_LIST,
	.name = "contexts",
	.hints =
		"<list-open> go there  <filter> filter  <list-left> <list-right> sideways  <back> back  <help> help",
	.wide = true,
	.enter = enter,
	.update = update,
	.sheet = sheet_of,
	.draw = sheet_view_draw,
	.act = act,
	.click = sheet_view_click,
	.wheel = sheet_view_wheel,
	.back = sheet_view_back,
	.filter = sheet_view_filter,
	.set_filter = sheet_view_set_filter,
};
