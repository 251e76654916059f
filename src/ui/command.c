#include "ui/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "cluster/kinds.h"
#include "config/config_file.h"
#include "net/rest.h"
#include "ui/state.h"
#include "ui/term/theme.h"
#include "ui/term/tty.h"
#include "ui/ui.h"
#include "ui/configure.h"
#include "ui/remember.h"
#include "ui/typing.h"

#define CHOICES_MAX ((size_t)4096)

/* ---- kinds ---- */

/* Beside the namespaces. */
static bool has_filter(const struct ui *ui)
{
	return *ui->query.text || *ui->query.selector || ui->query.unwell;
}

void ui_go_kind(struct ui *ui, uint32_t kind)
{
	const struct kind_root *root = root_kind(ui->root, kind);
	struct buf name = BUF_INIT(CHOICES_MAX);

	if (!root)
		return;
	ui_used_kind(ui, root->kind);
	kinds_full_name(root->kind, &name);
	ui_go(ui, &table_view, buf_text(&name));
	buf_release(&name);
	/* hidden by what is filtered: going there was asked for; the namespaces were, too */
	if (has_filter(ui) && root->store->count && ui->table.settled &&
		!rows_count(ui, &ui->table.rows))
		ui_reset_query(ui);
}

/* Of a name that is not known yet nothing may ever come: it may be mistyped. Of one
 * that is not watched nothing is known. */
static void say_empty_namespaces(struct ui *ui)
{
	const char *watched = ui->options->cluster->ns;
	bool one = watched && *watched;
	struct namespaces *n = &ui->namespaces;
	struct buf names = BUF_INIT(CHOICES_MAX);
	size_t count = 0;

	namespaces_read(n, ui->root);
	for (size_t i = 0; i < n->n_shown; i++) {
		if (one ? strcmp(n->shown[i], watched) != 0 : !namespaces_has(n, n->shown[i]))
			buf_addf(&names, "%s\"%s\"", count++ ? ", " : "", n->shown[i]);
	}
	if (count && one)
		statusline_say(&ui->status, ui->now, true,
			"namespace%s %s %s not watched: only \"%s\" is (-n)", count > 1 ? "s" : "",
			buf_text(&names), count > 1 ? "are" : "is", watched);
	else if (count)
		statusline_say(&ui->status, ui->now, true, "no custom resources in namespace%s %s",
			count > 1 ? "s" : "", buf_text(&names));
	buf_release(&names);
}

/* Named by the user: "a b", or all. */
static void show_named(struct ui *ui, struct str names)
{
	ui_show_namespaces(ui, str_is(names, "all") ? STR("") : names);
	say_empty_namespaces(ui);
}

/* As a word, or as the beginning of one: a namespace may have it inside. NULL: there is none. */
static const char *find_selector(struct str rest)
{
	for (size_t i = 0; i + 1 < rest.len; i++) {
		if (rest.p[i] == '-' && rest.p[i + 1] == 'l' &&
			(i == 0 || rest.p[i - 1] == ' ' || rest.p[i - 1] == ','))
			return rest.p + i;
	}
	return NULL;
}

/* What stands behind a kind: namespaces, and a selector. */
static void kind_options(struct ui *ui, struct str rest)
{
	const char *option = find_selector(rest);
	struct str names = option ? str_make(rest.p, (size_t)(option - rest.p)) : rest;
	char *selector;

	names = str_trim(names);
	if (names.len)
		show_named(ui, names);
	if (!option)
		return;
	selector =
		str_dup(str_trim(str_make(option + 2, (size_t)(rest.p + rest.len - (option + 2)))));
	if (!ui_set_selector(ui, selector))
		statusline_say(&ui->status, ui->now, true, "%s", ui->prompt.error);
	free(selector);
}

static void ask_which(
	struct ui *ui, const struct kind_root *const *kinds, size_t n, struct str rest)
{
	struct buf text = BUF_INIT(CHOICES_MAX);

	free(ui->choice_rest);
	ui->choice_rest = str_dup(rest);
	ui->n_choices = n;
	for (size_t i = 0; i < n; i++) {
		ui->choices[i] = kinds[i]->kind->id;
		buf_addf(&text, "%s%zu ", i ? "   " : "", i + 1);
		kinds_full_name(kinds[i]->kind, &text);
	}
	prompt_open(&ui->prompt, PROMPT_CHOICE, STR(""));
	prompt_set_error(&ui->prompt, buf_text(&text), 0);
	buf_release(&text);
}

/* Commands that change objects are looked for here, too. */
static bool changes_objects(struct str name)
{
	static const char *const names[] = { "apply", "create", "delete", "edit", "patch",
		"replace", "scale", NULL };
	size_t i = 0;

	while (names[i] && !str_is(name, names[i]))
		i++;
	return names[i] != NULL;
}

static void say_unknown(struct ui *ui, struct str name)
{
	if (changes_objects(name)) {
		statusline_say(&ui->status, ui->now, true,
			"the browser only reads: in a shell it is crwatch " STR_FMT " ...",
			STR_ARG(name));
		return;
	}
	statusline_say(&ui->status, ui->now, true,
		ui->root->kinds_known ? "no such command or kind: \"" STR_FMT
					"\" is not a custom resource of this cluster"
				      : "no such command or kind: \"" STR_FMT
					"\"; the kinds are not all known yet",
		STR_ARG(name));
}

static void kind_command(struct ui *ui, struct str name, struct str rest)
{
	const struct kind_root *kinds[UI_CHOICES];
	size_t n = kinds_find(ui->root, name, kinds, UI_CHOICES);

	if (n == 0) {
		say_unknown(ui, name);
	} else if (n == 1) {
		ui_go_kind(ui, kinds[0]->kind->id);
		kind_options(ui, rest);
	} else {
		ask_which(ui, kinds, n > UI_CHOICES ? UI_CHOICES : n, rest);
	}
}

void ui_choose(struct ui *ui, size_t choice)
{
	if (choice >= ui->n_choices)
		return;
	ui_go_kind(ui, ui->choices[choice]);
	kind_options(ui, str_of(ui->choice_rest));
}

/* ---- contexts ---- */

void ui_switch_context(struct ui *ui, struct str name)
{
	struct rest_flags flags = rest_flags_elsewhere(ui->options->rest);
	struct error err = ERROR_INIT;
	struct rest_config config;
	char *context;

	if (ui->next)
		return;
	context = str_dup(name);
	flags.context = context;
	if (rest_config_load(&flags, &config, &err) < 0) {
		statusline_say(&ui->status, ui->now, true, "%s", err.text);
		error_release(&err);
		free(context);
		return;
	}
	config.terminal = REST_TERMINAL_SCREEN;
	if (ui_open_cluster(ui, &config, &ui->next, &err) < 0) {
		statusline_say(&ui->status, ui->now, true, "%s", err.text);
		rest_config_release(&config);
	}
	error_release(&err);
	free(context);
}

static void context_command(struct ui *ui, struct str rest)
{
	if (rest.len)
		ui_switch_context(ui, rest);
	else
		ui_go(ui, &contexts_view, NULL);
}

/* ---- commands ---- */

static void quit_command(struct ui *ui, struct str rest)
{
	(void)rest;
	ui->quit = true;
}

static void mouse_command(struct ui *ui, struct str rest)
{
	(void)rest;
	ui->mouse = !ui->mouse;
	tty_mouse(ui->mouse);
	statusline_say(&ui->status, ui->now, false, ui->mouse ? "mouse on" : "mouse off");
}

static void stop_command(struct ui *ui, struct str rest)
{
	(void)rest;
	ui->stop = true;
}

static void help_command(struct ui *ui, struct str rest)
{
	(void)rest;
	ui->help.open = true;
}

static void k8s_events_command(struct ui *ui, struct str rest)
{
	bool on = str_is(rest, "on");

	if (!on && !str_is(rest, "off")) {
		statusline_say(&ui->status, ui->now, true, ":k8s-events takes on or off");
		return;
	}
	cluster_k8s_events(ui->cluster, on);
	statusline_say(
		&ui->status, ui->now, false, on ? "Kubernetes Events on" : "Kubernetes Events off");
}

static void namespace_command(struct ui *ui, struct str rest)
{
	if (!rest.len)
		ui_go(ui, &namespaces_view, NULL);
	else
		show_named(ui, rest);
}

static void theme_command(struct ui *ui, struct str rest)
{
	char *name = str_dup(rest);

	ui_set_theme(ui, name);
	free(name);
}

static const char *const no_words[] = { NULL };
static const char *const switch_words[] = { "on", "off", NULL };

static const struct command {
	const char *name;
	void (*run)(struct ui *ui, struct str rest);
	const char *const *words; /* that may follow; NULL: namespaces */
	bool alone;		  /* nothing may follow */
} commands[] = {
	{ "q", quit_command, no_words, true },
	{ "quit", quit_command, no_words, true },
	{ "q!", quit_command, no_words, true },
	{ "qa", quit_command, no_words, true },
	{ "exit", quit_command, no_words, true },
	{ "mouse", mouse_command, no_words, true },
	{ "stop", stop_command, no_words, true },
	{ "help", help_command, no_words, true },
	{ "k8s-events", k8s_events_command, switch_words, false },
	{ "ctx", context_command, no_words, false },
	{ "context", context_command, no_words, false },
	{ "ns", namespace_command, NULL, false },
	{ "theme", theme_command, no_words, false },
};

#define COMMANDS (sizeof(commands) / sizeof(*commands))

/* Views first: they are what is looked for most. */
const char *ui_command_name(size_t n)
{
	const struct view *const *views;
	size_t n_views;

	views = ui_main_views(&n_views);
	if (n < n_views)
		return views[n]->name;
	return n - n_views < COMMANDS ? commands[n - n_views].name : NULL;
}

const char *const *ui_command_words(struct ui *ui, struct str name)
{
	const struct view *view = ui_main_view(name);

	(void)ui;
	if (str_is(name, "theme"))
		return theme_names();
	for (size_t i = 0; i < COMMANDS; i++) {
		if (str_is(name, commands[i].name))
			return commands[i].words;
	}
	return view && view->words != VIEW_NAMESPACES ? no_words : NULL;
}

/* Of a kind that is named, else of the cursor's. */
static void table_command(struct ui *ui, struct str rest)
{
	struct str name = str_cut(&rest, ' ');
	const struct rows *rows = ui_rows(ui);

	if (name.len)
		kind_command(ui, name, str_trim(rest));
	else if (rows->has_key && root_kind(ui->root, rows->key.kind))
		ui_go_kind(ui, rows->key.kind);
	else
		statusline_say(&ui->status, ui->now, true, ":table takes a kind");
}

/* An alias stands for a kind and its options; what is typed behind it is added. */
static bool alias_command(struct ui *ui, struct str name, struct str more)
{
	const struct setting_aliases *aliases = &ui->options->config->settings->aliases;

	for (size_t i = 0; i < aliases->count; i++) {
		struct str rest = str_of(aliases->items[i].command), kind;
		char *all;

		if (!str_is(name, aliases->items[i].name))
			continue;
		all = mem_printf(
			STR_FMT "%s" STR_FMT, STR_ARG(rest), more.len ? " " : "", STR_ARG(more));
		rest = str_of(all);
		kind = str_cut(&rest, ' ');
		kind_command(ui, kind, str_trim(rest));
		free(all);
		return true;
	}
	return false;
}

static void say_alone(struct ui *ui, const char *name)
{
	statusline_say(&ui->status, ui->now, true, ":%s takes no argument", name);
}

/* Behind a view a kind may be meant, or what is to be filtered by. One that nothing is
 * known of may still be a namespace: the only one that may be read, or an empty one. */
static bool may_be_namespace(struct ui *ui, struct str word)
{
	const struct kind_root *kind;

	for (size_t i = 0; i < word.len; i++) {
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", word.p[i]))
			return false;
	}
	return kinds_find(ui->root, word, &kind, 1) == 0;
}

static bool are_namespaces(struct ui *ui, const char *view, struct str rest)
{
	const char *option = find_selector(rest);

	if (option)
		rest.len = (size_t)(option - rest.p);
	namespaces_read(&ui->namespaces, ui->root);
	while (rest.len) {
		struct str word = namespaces_next(&rest);
		char *name = str_dup(word);
		bool known = !*name || namespaces_has(&ui->namespaces, name) ||
			     may_be_namespace(ui, word);

		if (!known)
			statusline_say(&ui->status, ui->now, true,
				"\"%s\" is no namespace here: :%s takes namespaces and -l SELECTOR, / filters",
				name, view);
		free(name);
		if (!known)
			return false;
	}
	return true;
}

static void view_command(struct ui *ui, const struct view *view, struct str rest)
{
	char *arg = rest.len && view->words == VIEW_OWN_WORDS ? str_dup(rest) : NULL;

	if (view == &table_view) {
		table_command(ui, rest);
	} else if (view->words == VIEW_NO_WORDS && rest.len) {
		say_alone(ui, view->name);
	} else if (view->words != VIEW_NAMESPACES || are_namespaces(ui, view->name, rest)) {
		ui_go(ui, view, arg);
		if (view->words == VIEW_NAMESPACES)
			kind_options(ui, rest);
	}
	free(arg);
}

void ui_command(struct ui *ui, struct str line)
{
	struct str rest = str_trim(line);
	struct str name = str_cut(&rest, ' ');
	const struct view *view = ui_main_view(name);

	if (!name.len)
		return;
	rest = str_trim(rest);
	for (size_t i = 0; i < COMMANDS; i++) {
		if (!str_is(name, commands[i].name))
			continue;
		if (commands[i].alone && rest.len)
			say_alone(ui, commands[i].name);
		else
			commands[i].run(ui, rest);
		return;
	}
	if (view)
		view_command(ui, view, rest);
	else if (!alias_command(ui, name, rest))
		kind_command(ui, name, rest);
}
