/*
 * main - the command line.
 */
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "cluster/cluster.h"
#include "cmd/args.h"
#include "cmd/cmd.h"
#include "cmd/demo.h"
#include "cmd/printer.h"
#include "cmd/session.h"
#include "config/config_file.h"
#include "kube/selector.h"
#include "ui/keymap.h"
#include "ui/term/theme.h"
#include "ui/ui.h"

#define SLOW_START 10000 /* objects of the embedded cluster that take more than a moment */

struct command {
	const char *name;
	int (*run)(const struct cmd_args *args);
	bool changes;
};

static const struct command commands[] = {
	{ "tree", cmd_tree, false },
	{ "get", cmd_get, false },
	{ "events", cmd_events, false },
	{ "access", cmd_access, false },
	{ "create", cmd_create, true },
	{ "replace", cmd_replace, true },
	{ "apply", cmd_apply, true },
	{ "patch", cmd_patch, true },
	{ "edit", cmd_edit, true },
	{ "scale", cmd_scale, true },
	{ "delete", cmd_delete, true },
	{ "demo-server", cmd_demo_server, false },
};

static int check_labels(const struct cmd_args *args, struct error *err)
{
	struct selector *selector = NULL;
	int rc = args_selector(args, &selector, err);

	selector_free(selector);
	return rc;
}

/* The command line comes before the settings. */
static int browse(const struct cmd_args *args, struct config_file *file)
{
	const struct settings *settings = file->settings;
	struct cluster_options cluster_options = {
		.ns = args->rest.ns,
		.history = args->history,
		.max_cache = args->max_cache,
		.k8s_events = settings->events,
		.verify = args->verify * CLOCK_S,
	};
	struct ui_options ui_options = {
		.rest = &args->rest,
		.cluster = &cluster_options,
		.no_mouse = args->no_mouse || !settings->mouse,
		.labels = args->labels ? args->labels : settings->labels,
		.theme = args->theme ? args->theme : settings->theme,
		.config = file,
		.keymap = keymap_new(),
	};
	struct error err = ERROR_INIT;
	int code = 0;

	keymap_set(ui_options.keymap, settings, &file->problems);
	for (size_t i = 0; i < file->problems.count; i++)
		log_line(LOG_WARNING, "%s", file->problems.lines[i]);
	if (check_labels(args, &err) < 0 || ui_run(&ui_options, &err) < 0)
		code = printer_fail(&err);
	keymap_free(ui_options.keymap);
	error_release(&err);
	return code;
}

/* An option that would do nothing says more than it does. */
static int refuse(const char *name, const char *option)
{
	char *what = mem_printf("%s takes no ", name);
	int code = args_bad(what, option);

	free(what);
	return code;
}

static void warn_of_settings(const struct config_file *file)
{
	for (size_t i = 0; i < file->problems.count; i++)
		printer_warn("warning: %s", file->problems.lines[i]);
}

static int run_with(struct cmd_args *args, struct config_file *file)
{
	const char *name = args->n_words ? args->words[0] : NULL;
	const char *option = cmd_change_option(args);

	if (!args->history)
		args->history = (size_t)file->settings->history;
	if (!args->max_cache)
		args->max_cache = (size_t)file->settings->max_cache;
	args->readonly = args->readonly || file->settings->readonly;
	args->readonly_doubt = config_file_doubt(file);
	if (!name && option)
		return refuse("the browser", option);
	if (!name && isatty(STDOUT_FILENO) && isatty(STDIN_FILENO))
		return browse(args, file);
	warn_of_settings(file);
	if (!name)
		return cmd_tree(args);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(name, commands[i].name) == 0) {
			if (option && !commands[i].changes)
				return refuse(name, option);
			args->words++;
			args->n_words--;
			return commands[i].run(args);
		}
	}
	return args_bad("unknown command: ", name);
}

static int check_theme(const struct cmd_args *args, struct error *err)
{
	const struct theme *theme;

	if (!args->theme || theme_find(args->theme, &theme, err) == 0)
		return 0;
	err->code = ERROR_USAGE;
	return -1;
}

static int run(struct cmd_args *args)
{
	struct error err = ERROR_INIT;
	struct config_file file;
	int code;

	if (check_theme(args, &err) < 0 || config_file_init(&file, args->config, &err) < 0) {
		code = printer_fail(&err);
	} else {
		code = run_with(args, &file);
		config_file_release(&file);
	}
	error_release(&err);
	return code;
}

/* The same on the embedded cluster, which is reached as any other is. */
static int run_demo(struct cmd_args *args)
{
	struct error err = ERROR_INIT;
	struct demo *demo;
	int code;

	if (args->demo.scale >= SLOW_START)
		printer_warn("crwatch: making %" PRId64 " objects ...", args->demo.scale);
	if (cmd_demo_start(&args->demo, &demo, &err) < 0) {
		code = printer_fail(&err);
		error_release(&err);
		return code;
	}
	args->rest.inline_kubeconfig = demo_kubeconfig(demo);
	code = run(args);
	demo_stop(demo);
	return code;
}

/* Only the thread that asks for a signal gets it; a reader that went away is an
 * error of write(), not a signal. */
static void block_signals(void)
{
	sigset_t set;

	sigfillset(&set);
	sigdelset(&set, SIGSEGV);
	sigdelset(&set, SIGBUS);
	sigdelset(&set, SIGFPE);
	sigdelset(&set, SIGILL);
	sigdelset(&set, SIGABRT);
	sigprocmask(SIG_SETMASK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* As whoever started us expects of what did not finish: a shell's loop ends, too. */
static int end_by_signal(int number)
{
	sigset_t set;

	signal(number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(number);
	return SESSION_SIGNAL + number;
}

static int start(struct cmd_args *args)
{
	bool server = args->n_words && strcmp(args->words[0], "demo-server") == 0;

	if (args->demo.option && !args->demo.on && !server)
		return args_bad("only --demo and demo-server take --", args->demo.option);
	return args->demo.on ? run_demo(args) : run(args);
}

/* What is written is UTF-8, whatever the locale says, as with kubectl; a container
 * often says nothing. */
static void use_utf8(void)
{
	setlocale(LC_ALL, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
}

int main(int argc, char **argv)
{
	struct cmd_args args = { .words = NULL };
	struct error err = ERROR_INIT;
	int code;

	use_utf8();
	code = args_read(&args, argc, argv);
	if (code < 0) {
		block_signals();
		log_init();
		code = clock_init(&err) < 0 ? printer_fail(&err) : start(&args);
		clock_release();
		log_release();
	}
	args_release(&args);
	error_release(&err);
	return code > SESSION_SIGNAL ? end_by_signal(code - SESSION_SIGNAL) : code;
}
