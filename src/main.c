/*
 * main - the command line.
 */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#include "base/array.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "cluster/cluster.h"
#include "cmd/cmd.h"
#include "cmd/printer.h"
#include "ui/ui.h"

static const char usage[] =
	"crwatch - watch every custom resource of a Kubernetes cluster\n"
	"\n"
	"Usage:\n"
	"  crwatch [OPTIONS]                     the browser; without a terminal the tree\n"
	"  crwatch tree [-l SELECTOR]            groups, kinds and instances, once\n"
	"  crwatch get KIND[.GROUP] [NAME]       what kubectl get prints\n"
	"          [-o wide|json|yaml|name] [-l SELECTOR] [-n NAMESPACE|-A]\n"
	"  crwatch events [KIND...]              every change, one line each\n"
	"          [-o json] [-l SELECTOR] [--initial]\n"
	"\n"
	"Options:\n"
	"      --kubeconfig FILE   instead of $KUBECONFIG or ~/.kube/config\n"
	"      --context NAME      the kubeconfig context to use\n"
	"      --cluster NAME      the kubeconfig cluster to use\n"
	"      --user NAME         the kubeconfig user to use\n"
	"  -n, --namespace NAME    only this namespace\n"
	"  -A, --all-namespaces    all namespaces (get)\n"
	"  -l, --selector SEL      label selector, as kubectl takes it\n"
	"  -o, --output FORMAT     output format\n"
	"      --as USER           impersonate this user\n"
	"      --as-group GROUP    and this group; may be repeated\n"
	"      --history MIB       memory for the log of changes (default 16)\n"
	"      --initial           events: also what is there at the start\n"
	"      --no-mouse          leave the mouse to the terminal\n"
	"  -h, --help              this text\n"
	"      --version           the version\n";

enum { OPT_KUBECONFIG = 256, OPT_CONTEXT, OPT_CLUSTER, OPT_USER, OPT_AS, OPT_AS_GROUP, OPT_HISTORY,
	OPT_INITIAL, OPT_NO_MOUSE, OPT_VERSION };

static const struct option options[] = {
	{ "kubeconfig", required_argument, NULL, OPT_KUBECONFIG },
	{ "context", required_argument, NULL, OPT_CONTEXT },
	{ "cluster", required_argument, NULL, OPT_CLUSTER },
	{ "user", required_argument, NULL, OPT_USER },
	{ "namespace", required_argument, NULL, 'n' },
	{ "all-namespaces", no_argument, NULL, 'A' },
	{ "selector", required_argument, NULL, 'l' },
	{ "output", required_argument, NULL, 'o' },
	{ "as", required_argument, NULL, OPT_AS },
	{ "as-group", required_argument, NULL, OPT_AS_GROUP },
	{ "history", required_argument, NULL, OPT_HISTORY },
	{ "initial", no_argument, NULL, OPT_INITIAL },
	{ "no-mouse", no_argument, NULL, OPT_NO_MOUSE },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

struct command {
	const char *name;
	int (*run)(const struct cmd_args *args);
};

static const struct command commands[] = {
	{ "tree", cmd_tree },
	{ "get", cmd_get },
	{ "events", cmd_events },
};

struct line {
	struct cmd_args args;
	size_t cap_groups;
	bool no_mouse;
	int exit_code; /* -1: go on */
};

static int bad_usage(const char *what, const char *which)
{
	printer_warn("error: %s%s", what, which);
	printer_warn("See 'crwatch --help' for usage.");
	return 2;
}

static void add_group(struct line *line, const char *group)
{
	struct rest_flags *rest = &line->args.rest;

	rest->as_groups = array_reserve(rest->as_groups, &line->cap_groups, rest->n_as_groups + 1,
		sizeof(*rest->as_groups));
	rest->as_groups[rest->n_as_groups++] = group;
}

static void set_history(struct line *line, const char *text)
{
	int64_t mib;

	if (str_to_i64(str_of(text), &mib) < 0 || mib < 1 || mib > 65536)
		line->exit_code = bad_usage("--history takes 1 to 65536 MiB, not ", text);
	else
		line->args.history = (size_t)mib << 20;
}

static void take(struct line *line, int opt, const char *value)
{
	struct rest_flags *rest = &line->args.rest;

	switch (opt) {
	case OPT_KUBECONFIG:
		rest->kubeconfig = value;
		break;
	case OPT_CONTEXT:
		rest->context = value;
		break;
	case OPT_CLUSTER:
		rest->cluster = value;
		break;
	case OPT_USER:
		rest->user = value;
		break;
	case OPT_AS:
		rest->as = value;
		break;
	case OPT_AS_GROUP:
		add_group(line, value);
		break;
	case OPT_HISTORY:
		set_history(line, value);
		break;
	case OPT_INITIAL:
		line->args.initial = true;
		break;
	case OPT_NO_MOUSE:
		line->no_mouse = true;
		break;
	case 'n':
		rest->ns = value;
		break;
	case 'A':
		line->args.all_namespaces = true;
		break;
	case 'l':
		line->args.labels = value;
		break;
	case 'o':
		line->args.output = value;
		break;
	case 'h':
		fputs(usage, stdout);
		line->exit_code = 0;
		break;
	case OPT_VERSION:
		printf("crwatch %s (%s)\n", PACKAGE_VERSION, GIT_COMMIT);
		line->exit_code = 0;
		break;
	default:
		printer_warn("See 'crwatch --help' for usage.");
		line->exit_code = 2;
	}
}

static int browse(const struct line *line)
{
	struct cluster_options cluster_options = {
		.ns = line->args.rest.ns,
		.history = line->args.history,
	};
	struct ui_options ui_options = { .no_mouse = line->no_mouse };
	struct error err = ERROR_INIT;
	struct rest_config config;
	struct cluster *cluster;
	int code = 0;

	if (rest_config_load(&line->args.rest, &config, &err) < 0)
		code = printer_fail(&err);
	else if (cluster_new(&config, &cluster_options, &cluster, &err) < 0) {
		rest_config_release(&config);
		code = printer_fail(&err);
	} else {
		if (ui_run(cluster, &ui_options, &err) < 0)
			code = printer_fail(&err);
		cluster_free(cluster);
	}
	error_release(&err);
	return code;
}

static int run(struct line *line, char **words)
{
	if (!words[0])
		return isatty(STDOUT_FILENO) && isatty(STDIN_FILENO) ? browse(line)
								    : cmd_tree(&line->args);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(words[0], commands[i].name) == 0) {
			line->args.words = words + 1;
			while (line->args.words[line->args.n_words])
				line->args.n_words++;
			return commands[i].run(&line->args);
		}
	}
	return bad_usage("unknown command: ", words[0]);
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

int main(int argc, char **argv)
{
	struct line line = { .exit_code = -1 };
	struct error err = ERROR_INIT;
	int opt;

	setlocale(LC_ALL, "");
	while (line.exit_code < 0 &&
		(opt = getopt_long(argc, argv, "n:Al:o:h", options, NULL)) != -1)
		take(&line, opt, optarg);
	if (line.exit_code < 0) {
		block_signals();
		log_init();
		if (clock_init(&err) < 0)
			line.exit_code = printer_fail(&err);
		else
			line.exit_code = run(&line, argv + optind);
		clock_release();
		log_release();
	}
	free(line.args.rest.as_groups);
	error_release(&err);
	return line.exit_code;
}
