#include "ui/configure.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cluster/choices.h"
#include "cluster/cluster.h"
#include "config/config_file.h"
#include "config/settings_write.h"
#include "ui/state.h"
#include "ui/term/tty.h"
#include "ui/ui.h"

/* Takes choices. */
static void use_columns(struct ui *ui, struct column_choices *choices)
{
	cluster_set_choices(ui->cluster, choices);
	choices_unref(ui->chosen);
	ui->chosen = choices;
}

static void choose_columns(struct ui *ui, const struct settings *settings)
{
	struct column_choices *choices = choices_new();

	for (size_t i = 0; i < settings->columns.count; i++) {
		const struct column_choice *c = &settings->columns.items[i];

		choices_add(choices, c->kind, c->items, c->count);
	}
	use_columns(ui, choices);
}

void ui_columns_keep(struct ui *ui, const char *kind, const struct column_spec *specs, size_t n)
{
	const struct config_file *file = ui->options->config;
	struct column_choices *choices = choices_copy(ui->chosen);
	struct error err = ERROR_INIT;

	if (n)
		choices_add(choices, kind, specs, n);
	else
		choices_remove(choices, kind);
	use_columns(ui, choices);
	if (!file->path) {
		statusline_say(&ui->status, ui->now, true,
			"the columns are not kept: there is no place for settings");
	} else if (settings_write_columns(file->path, kind, specs, n, &err) < 0) {
		statusline_say(
			&ui->status, ui->now, true, "the columns are not kept: %s", err.text);
	} else {
		ui_reconfigure(ui);
		statusline_say(
			&ui->status, ui->now, false, "the columns are kept in %s", file->path);
	}
	error_release(&err);
}

static void add_rule(struct health_rules *rules, const struct setting_health *h)
{
	struct health_rule rule = {
		.kind = h->kind,
		.condition = h->condition,
		.path = h->path,
		.good = (const char *const *)h->good,
		.progressing = (const char *const *)h->progressing,
		.bad = (const char *const *)h->bad,
		.n_good = h->n_good,
		.n_progressing = h->n_progressing,
		.n_bad = h->n_bad,
	};
	struct error err = ERROR_INIT;

	if (health_rules_add(rules, &rule, &err) < 0)
		log_line(LOG_WARNING, "health rule for %s: %s", h->kind, err.text);
	error_release(&err);
}

static void judge_by(struct ui *ui, const struct settings *settings)
{
	struct health_rules *rules = settings->health.count ? health_rules_new() : NULL;

	if (!rules && !ui->health_rules)
		return;
	for (size_t i = 0; i < settings->health.count; i++)
		add_rule(rules, &settings->health.items[i]);
	cluster_set_health_rules(ui->cluster, rules);
	health_rules_unref(ui->health_rules);
	ui->health_rules = rules;
	problems_view_rejudge(ui);
}

void ui_set_pins(struct ui *ui)
{
	const struct setting_texts *fixed = &ui->options->config->settings->pins;
	char **pins = texts_copy(fixed->items, fixed->count);
	size_t n = fixed->count;

	for (size_t i = 0; i < ui->n_pins; i++)
		texts_add(&pins, &n, ui->pins[i]);
	tree_set_pins(ui->tree.tree, pins, n);
	texts_free(pins, n);
}

void ui_configure_cluster(struct ui *ui)
{
	const struct settings *settings = ui->options->config->settings;

	ui->detail.managed = settings->managed_fields;
	ui->detail.numbers = settings->line_numbers;
	ui->detail.wrap = settings->wrap;
	if (settings->columns.count || ui->chosen)
		choose_columns(ui, settings);
	health_rules_unref(ui->health_rules);
	ui->health_rules = NULL;
	judge_by(ui, settings);
	ui_set_pins(ui);
}

static void set_theme(struct ui *ui, const char *name)
{
	const struct theme *theme;
	struct error err = ERROR_INIT;

	if (!strcmp(draw_theme(ui->draw)->name, name))
		return;
	if (theme_find(name, &theme, &err) < 0) {
		statusline_say(&ui->status, ui->now, true, "%s", err.text);
		error_release(&err);
		return;
	}
	draw_set_theme(ui->draw, theme);
	ui->redraw = true;
}

void ui_set_theme(struct ui *ui, const char *name)
{
	set_theme(ui, name);
}

static void set_mouse(struct ui *ui, bool on)
{
	if (ui->mouse == on)
		return;
	ui->mouse = on;
	tty_mouse(on);
}

static void say_problems(struct ui *ui, const struct problems *problems)
{
	for (size_t i = 0; i < problems->count; i++)
		log_line(LOG_WARNING, "%s", problems->lines[i]);
	if (problems->count == 1)
		statusline_say(&ui->status, ui->now, true, "%s", problems->lines[0]);
	else if (problems->count)
		statusline_say(&ui->status, ui->now, true, "%s (and %zu more: :log)",
			problems->lines[0], problems->count - 1);
	else
		statusline_say(&ui->status, ui->now, false, "the settings were read again");
}

/* What the command line or a key has set otherwise stays so until the file says
 * something new about it. */
static void change_what_differs(
	struct ui *ui, const struct settings *old, const struct settings *now)
{
	if (strcmp(old->theme, now->theme) != 0)
		set_theme(ui, now->theme);
	if (old->mouse != now->mouse)
		set_mouse(ui, now->mouse);
	if (old->managed_fields != now->managed_fields)
		ui->detail.managed = now->managed_fields;
	if (old->line_numbers != now->line_numbers)
		ui->detail.numbers = now->line_numbers;
	if (old->wrap != now->wrap)
		ui->detail.wrap = now->wrap;
	ui->detail.version = 0; /* laid out anew */
}

static void say_gone(struct ui *ui, const char *path)
{
	const char *slash = strrchr(path, '/');

	log_line(LOG_WARNING, "%s is gone: the settings stay as they were", path);
	statusline_say(&ui->status, ui->now, true,
		"%s is gone: the settings stay as they were until it is there again",
		slash ? slash + 1 : path);
}

void ui_reconfigure(struct ui *ui)
{
	struct config_file *file = ui->options->config;
	enum config_file_news news;
	struct settings *old;

	news = config_file_look(file);
	if (news == CONFIG_FILE_GONE)
		say_gone(ui, file->path);
	if (news != CONFIG_FILE_CHANGED)
		return;
	old = settings_ref(file->settings);
	if (config_file_load(file)) {
		keymap_set(ui->options->keymap, file->settings, &file->problems);
		change_what_differs(ui, old, file->settings);
		choose_columns(ui, file->settings);
		judge_by(ui, file->settings);
		ui_set_pins(ui);
		ui->redraw = true;
	}
	settings_unref(old);
	say_problems(ui, &file->problems);
}

void ui_say_start_problems(struct ui *ui)
{
	const struct problems *problems = &ui->options->config->problems;

	if (problems->count)
		statusline_say(&ui->status, ui->now, true, "%s%s", problems->lines[0],
			problems->count > 1 ? " (:log has more)" : "");
}
