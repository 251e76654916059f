/*
 * command - what is typed into a prompt, and what comes of it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/filter.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "cluster/kinds.h"
#include "ui/state.h"
#include "ui/tty.h"

#define CHOICES_MAX ((size_t)4096)

/* ---- filters ---- */

/* False: the prompt shows why not. */
static bool set_query(struct ui *ui, const char *text, const char *selector)
{
	struct error err = ERROR_INIT;
	struct filter *old = NULL;
	size_t at;

	if (query_set(&ui->query, text, selector, &old, &at, &err) < 0) {
		prompt_set_error(&ui->prompt, err.text, at);
		error_release(&err);
		return false;
	}
	prompt_set_error(&ui->prompt, NULL, 0);
	tree_view_filter(ui, ui->query.filter);
	filter_free(old);
	return true;
}

bool ui_set_selector(struct ui *ui, const char *selector)
{
	return set_query(ui, NULL, selector);
}

bool ui_clear_query(struct ui *ui)
{
	bool text = *ui->query.text;

	if (!text && !*ui->query.selector)
		return false;
	tree_view_save(ui);
	set_query(ui, text ? "" : NULL, text ? NULL : "");
	tree_view_reveal(ui); /* what was found is not folded away again */
	return true;
}

void ui_prompt_open(struct ui *ui, enum prompt_kind kind)
{
	const char *text = kind == PROMPT_FILTER     ? ui->query.text
			   : kind == PROMPT_SELECTOR ? ui->query.selector
						     : "";

	free(ui->undo);
	ui->undo = mem_strdup(text);
	if (kind == PROMPT_FILTER || kind == PROMPT_SELECTOR)
		tree_view_save(ui);
	prompt_open(&ui->prompt, kind, str_of(text));
}

void ui_prompt_changed(struct ui *ui)
{
	const char *text = buf_text(&ui->prompt.text);

	switch (ui->prompt.kind) {
	case PROMPT_FILTER:
		set_query(ui, text, NULL);
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
	default:
		break;
	}
}

/* ---- commands ---- */

static void go_kind(struct ui *ui, uint32_t kind)
{
	if (!tree_view_go_kind(ui, kind)) {
		/* hidden by what is filtered: going there was asked for */
		set_query(ui, "", "");
		if (!tree_view_go_kind(ui, kind))
			return;
	}
	ui_focus(ui, PANE_TREE);
}

/* What stands behind a kind. */
static void kind_options(struct ui *ui, struct str rest)
{
	char *selector;

	if (str_starts(rest, STR("-l"))) {
		selector = str_dup(str_trim(str_make(rest.p + 2, rest.len - 2)));
		if (!set_query(ui, NULL, selector))
			statusline_say(&ui->status, ui->now, true, "%s", ui->prompt.error);
		free(selector);
	} else if (rest.len) {
		statusline_say(&ui->status, ui->now, true,
			"behind a kind only -l SELECTOR is taken: / filters by namespace=NAME");
	}
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

static void say_unknown(struct ui *ui, struct str name)
{
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
		go_kind(ui, kinds[0]->kind->id);
		kind_options(ui, rest);
	} else {
		ask_which(ui, kinds, n > UI_CHOICES ? UI_CHOICES : n, rest);
	}
}

static void choose_kind(struct ui *ui, size_t choice)
{
	if (choice >= ui->n_choices)
		return;
	go_kind(ui, ui->choices[choice]);
	kind_options(ui, str_of(ui->choice_rest));
}

static void quit_command(struct ui *ui)
{
	ui->quit = true;
}

static void events_command(struct ui *ui)
{
	ui_focus(ui, PANE_EVENTS);
}

static void mouse_command(struct ui *ui)
{
	ui->mouse = !ui->mouse;
	tty_mouse(ui->mouse);
	statusline_say(&ui->status, ui->now, false, ui->mouse ? "mouse on" : "mouse off");
}

static void stop_command(struct ui *ui)
{
	ui->stop = true;
}

static void help_command(struct ui *ui)
{
	ui->help.open = true;
}

static void k8s_events_command(struct ui *ui, struct str word)
{
	bool on = str_is(word, "on");

	if (!on && !str_is(word, "off")) {
		statusline_say(&ui->status, ui->now, true, ":k8s-events takes on or off");
		return;
	}
	cluster_k8s_events(ui->cluster, on);
	statusline_say(
		&ui->status, ui->now, false, on ? "Kubernetes Events on" : "Kubernetes Events off");
}

static const struct {
	const char *name;
	void (*run)(struct ui *ui);
} commands[] = {
	{ "q", quit_command },
	{ "quit", quit_command },
	{ "q!", quit_command },
	{ "qa", quit_command },
	{ "exit", quit_command },
	{ "events", events_command },
	{ "mouse", mouse_command },
	{ "stop", stop_command },
	{ "help", help_command },
};

void ui_command(struct ui *ui, struct str line)
{
	struct str rest = str_trim(line);
	struct str name = str_cut(&rest, ' ');

	if (!name.len)
		return;
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (str_is(name, commands[i].name)) {
			commands[i].run(ui);
			return;
		}
	}
	if (str_is(name, "k8s-events")) {
		k8s_events_command(ui, str_trim(rest));
		return;
	}
	kind_command(ui, name, str_trim(rest));
}

/* ---- the open prompt ---- */

static void prompt_done(struct ui *ui)
{
	enum prompt_kind kind = ui->prompt.kind;

	if (ui->prompt.error && kind != PROMPT_CHOICE)
		return; /* it says what is wrong; esc gives up */
	prompt_close(&ui->prompt);
	if (kind == PROMPT_QUIT) {
		ui->quit = true;
	} else if (kind == PROMPT_COMMAND) {
		ui_command(ui, buf_str(&ui->prompt.text));
	} else if (kind == PROMPT_CHOICE) {
		choose_kind(ui, (size_t)(buf_text(&ui->prompt.text)[0] - '1'));
	}
}

static void prompt_cancelled(struct ui *ui)
{
	enum prompt_kind kind = ui->prompt.kind;

	prompt_close(&ui->prompt);
	if (kind == PROMPT_FILTER)
		set_query(ui, ui->undo, NULL);
	else if (kind == PROMPT_SELECTOR)
		set_query(ui, NULL, ui->undo);
	else if (kind == PROMPT_SEARCH)
		detail_view_search(ui, NULL);
	if (kind == PROMPT_FILTER || kind == PROMPT_SELECTOR)
		tree_view_restore(ui);
}

void ui_prompt_key(struct ui *ui, uint32_t key)
{
	switch (prompt_key(&ui->prompt, key)) {
	case PROMPT_OTHER:
		prompt_cancelled(ui);
		ui_key(ui, key);
		break;
	case PROMPT_CHANGED:
		ui_prompt_changed(ui);
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
