#include "cmd/args.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

#include "base/array.h"
#include "base/error.h"
#include "base/mem.h"
#include "cmd/printer.h"
#include "config/settings.h"
#include "kube/selector.h"

static const char usage[] =
	"crwatch - watch every custom resource of a Kubernetes cluster\n"
	"\n"
	"Usage:\n"
	"  crwatch [OPTIONS]                     the browser; without a terminal the tree\n"
	"  crwatch tree [-l SELECTOR]            groups, kinds and instances, once\n"
	"  crwatch get KIND[.GROUP],... [NAME...]\n"
	"                                        what kubectl get prints\n"
	"          [-o wide|json|yaml|name] [-l SELECTOR] [-n NAMESPACE|-A]\n"
	"  crwatch events [KIND...]              every change, one line each\n"
	"          [-o json] [-l SELECTOR] [--initial]\n"
	"  crwatch access [KIND|GROUP...]        what you may do, and what of it works\n"
	"          [-o yaml] [-n NAMESPACE]      -o yaml: the least ClusterRole for that,\n"
	"          [--role-name NAME]            with -n a Role\n"
	"  crwatch create -f FILE                objects from files and directories, - is stdin\n"
	"  crwatch replace -f FILE               objects by those of files\n"
	"  crwatch apply -f FILE                 the same, by the server's own apply\n"
	"          [--force-conflicts]\n"
	"  crwatch patch KIND NAME -p PATCH      a JSON merge patch, or a JSON patch\n"
	"          [--patch-file FILE] [--type merge|json]\n"
	"  crwatch edit KIND NAME                in $KUBE_EDITOR or $EDITOR\n"
	"  crwatch scale KIND NAME --replicas N  on the scale subresource\n"
	"          [--current-replicas N]\n"
	"  crwatch delete KIND NAME...           those that are there now, no others\n"
	"          [--cascade background|foreground|orphan] [--grace-period SECONDS]\n"
	"          [--wait=false] [--timeout T] [--ignore-not-found]\n"
	"  crwatch delete KIND -l SELECTOR|--all [-n NAMESPACE|-A]\n"
	"  crwatch delete -f FILE                those of files\n"
	"  crwatch demo-server                   the embedded cluster alone, for kubectl\n"
	"          [--listen ADDR] [--scale N] [--seed N] [--rate N] [--pause]\n"
	"\n"
	"Options:\n"
	"      --kubeconfig FILE   instead of $KUBECONFIG or ~/.kube/config\n"
	"      --context NAME      the kubeconfig context to use\n"
	"      --cluster NAME      the kubeconfig cluster to use\n"
	"      --user NAME         the kubeconfig user to use\n"
	"  -n, --namespace NAME    only this namespace\n"
	"  -A, --all-namespaces    all namespaces, whatever -n says\n"
	"  -l, --selector SEL      label selector, as kubectl takes it\n"
	"  -o, --output FORMAT     output format\n"
	"  -s, --server URL        the API server, whatever the kubeconfig says\n"
	"      --token TOKEN       the bearer token\n"
	"      --client-certificate FILE, --client-key FILE\n"
	"                          who we are, instead of the kubeconfig's\n"
	"      --certificate-authority FILE\n"
	"                          who signs for the server\n"
	"      --tls-server-name NAME\n"
	"                          the name in the server's certificate\n"
	"      --insecure-skip-tls-verify\n"
	"                          trust any server\n"
	"      --proxy-url URL     http, https or socks5, instead of $HTTPS_PROXY\n"
	"      --request-timeout T seconds, or 1s, 2m, 3h; watches are excepted\n"
	"      --disable-compression\n"
	"                          never ask for compressed answers\n"
	"      --as USER           impersonate this user\n"
	"      --as-group GROUP    and this group; may be repeated\n"
	"      --as-uid UID        and this uid\n"
	"      --as-user-extra KEY=VALUE\n"
	"                          and this; may be repeated\n"
	"      --history MIB       memory for the log of changes, at least 1 (default 16)\n"
	"      --max-cache SIZE    a ceiling for the caches (500Mi, 2Gi): past it the texts of\n"
	"                          objects are not kept, but read on demand\n"
	"      --verify[=SECONDS]  compare the caches with the server, every so often\n"
	"                          (default 60); events: exit code 1 when they differed\n"
	"      --role-name NAME    access -o yaml: what the role is called (default crwatch)\n"
	"      --initial           events: also what is there at the start\n"
	"  -f, --filename FILE     create, replace, apply, delete: a file, or a directory's\n"
	"                          *.json, *.yaml and *.yml; may be repeated\n"
	"  -R, --recursive         and those of the directories below\n"
	"      --all               delete: all of a kind in the namespace\n"
	"      --ignore-not-found  delete: what is not there is no error; so with -l, --all\n"
	"      --wait=false        delete: does not wait until they are gone\n"
	"      --timeout T         and waits for 1s, 2m, 3h at most (default: no limit)\n"
	"  -p, --patch PATCH       patch: JSON or YAML\n"
	"      --subresource NAME  replace, apply, patch, edit: status alone; or scale\n"
	"      --dry-run server    a change: the server only says what would come of it\n"
	"      --field-manager NAME\n"
	"                          a change: who makes it (default crwatch)\n"
	"      --validate HOW      a change: strict, warn or ignore what is no field\n"
	"      --readonly          changes nothing: such commands are refused\n"
	"      --demo              on the embedded cluster instead of a real one\n"
	"      --demo-scale N      with N objects, 400 to 100000 (default about 400)\n"
	"      --demo-rate N       with N more changes a second, 0 to 10000\n"
	"      --demo-seed N       another choice of what happens (default 1)\n"
	"      --demo-pause        nothing happens after the start\n"
	"      --theme NAME        colours: dark, light, contrast, mono or 16\n"
	"      --no-mouse          leave the mouse to the terminal\n"
	"      --config FILE       instead of ~/.config/crwatch/config.yaml\n"
	"  -h, --help              this text\n"
	"      --version           the version\n";

enum type {
	ARG_TEXT,
	ARG_FLAG,
	ARG_GROUP,
	ARG_EXTRA,
	ARG_FILE,
	ARG_BOOL, /* true without a value, as Go's flags have it */
	ARG_CACHE,
	ARG_HISTORY, /* numbers from here on */
	ARG_SCALE,
	ARG_RATE,
	ARG_SEED,
	ARG_VERIFY, /* may do without */
	ARG_HELP,
	ARG_VERSION
};

struct arg {
	const char *name;
	int letter; /* 0: none */
	enum type type;
	size_t at; /* of the member of struct cmd_args */
};

static const struct {
	int64_t min, max;
	const char *unit;
} bounds[] = {
	[ARG_HISTORY] = { 1, 65536, " MiB" },
	[ARG_SCALE] = { 400, 100000, " objects" },
	[ARG_RATE] = { 0, 10000, " changes a second" },
	[ARG_SEED] = { 0, INT64_MAX, "" },
	[ARG_VERIFY] = { 1, 86400, " seconds" },
};

#define AT(member) offsetof(struct cmd_args, member)

static const struct arg table[] = {
	{ "kubeconfig", 0, ARG_TEXT, AT(rest.kubeconfig) },
	{ "context", 0, ARG_TEXT, AT(rest.context) },
	{ "cluster", 0, ARG_TEXT, AT(rest.cluster) },
	{ "user", 0, ARG_TEXT, AT(rest.user) },
	{ "namespace", 'n', ARG_TEXT, AT(rest.ns) },
	{ "all-namespaces", 'A', ARG_FLAG, AT(all_namespaces) },
	{ "selector", 'l', ARG_TEXT, AT(labels) },
	{ "output", 'o', ARG_TEXT, AT(output) },
	{ "as", 0, ARG_TEXT, AT(rest.as) },
	{ "as-group", 0, ARG_GROUP, 0 },
	{ "as-uid", 0, ARG_TEXT, AT(rest.as_uid) },
	{ "as-user-extra", 0, ARG_EXTRA, 0 },
	{ "server", 's', ARG_TEXT, AT(rest.server) },
	{ "token", 0, ARG_TEXT, AT(rest.token) },
	{ "client-certificate", 0, ARG_TEXT, AT(rest.client_certificate) },
	{ "client-key", 0, ARG_TEXT, AT(rest.client_key) },
	{ "certificate-authority", 0, ARG_TEXT, AT(rest.certificate_authority) },
	{ "tls-server-name", 0, ARG_TEXT, AT(rest.tls_server_name) },
	{ "insecure-skip-tls-verify", 0, ARG_FLAG, AT(rest.insecure) },
	{ "proxy-url", 0, ARG_TEXT, AT(rest.proxy_url) },
	{ "request-timeout", 0, ARG_TEXT, AT(rest.request_timeout) },
	{ "disable-compression", 0, ARG_FLAG, AT(rest.disable_compression) },
	{ "history", 0, ARG_HISTORY, 0 },
	{ "max-cache", 0, ARG_CACHE, AT(max_cache) },
	{ "verify", 0, ARG_VERIFY, AT(verify) },
	{ "filename", 'f', ARG_FILE, 0 },
	{ "patch", 'p', ARG_TEXT, AT(change.patch) },
	{ "patch-file", 0, ARG_TEXT, AT(change.patch_file) },
	{ "type", 0, ARG_TEXT, AT(change.type) },
	{ "replicas", 0, ARG_TEXT, AT(change.replicas) },
	{ "current-replicas", 0, ARG_TEXT, AT(change.current_replicas) },
	{ "cascade", 0, ARG_TEXT, AT(change.cascade) },
	{ "grace-period", 0, ARG_TEXT, AT(change.grace_period) },
	{ "all", 0, ARG_BOOL, AT(change.all) },
	{ "recursive", 'R', ARG_BOOL, AT(change.recursive) },
	{ "ignore-not-found", 0, ARG_BOOL, AT(change.ignore_not_found) },
	{ "wait", 0, ARG_BOOL, AT(change.wait) },
	{ "timeout", 0, ARG_TEXT, AT(change.timeout) },
	{ "subresource", 0, ARG_TEXT, AT(change.subresource) },
	{ "dry-run", 0, ARG_TEXT, AT(change.dry_run) },
	{ "field-manager", 0, ARG_TEXT, AT(change.manager) },
	{ "validate", 0, ARG_TEXT, AT(change.validate) },
	{ "force-conflicts", 0, ARG_FLAG, AT(change.force_conflicts) },
	{ "readonly", 0, ARG_FLAG, AT(readonly) },
	{ "demo", 0, ARG_FLAG, AT(demo.on) },
	{ "demo-scale", 0, ARG_SCALE, AT(demo.scale) },
	{ "demo-rate", 0, ARG_RATE, AT(demo.rate) },
	{ "demo-seed", 0, ARG_SEED, AT(demo.seed) },
	{ "demo-pause", 0, ARG_FLAG, AT(demo.pause) },
	{ "scale", 0, ARG_SCALE, AT(demo.scale) },
	{ "rate", 0, ARG_RATE, AT(demo.rate) },
	{ "seed", 0, ARG_SEED, AT(demo.seed) },
	{ "pause", 0, ARG_FLAG, AT(demo.pause) },
	{ "listen", 0, ARG_TEXT, AT(demo.listen) },
	{ "role-name", 0, ARG_TEXT, AT(role_name) },
	{ "initial", 0, ARG_FLAG, AT(initial) },
	{ "theme", 0, ARG_TEXT, AT(theme) },
	{ "config", 0, ARG_TEXT, AT(config) },
	{ "no-mouse", 0, ARG_FLAG, AT(no_mouse) },
	{ "help", 'h', ARG_HELP, 0 },
	{ "version", 0, ARG_VERSION, 0 },
};

#define N_ARGS	     (sizeof(table) / sizeof(*table))
#define VERIFY_EVERY "60" /* seconds */
#define LONG	     256  /* getopt's values of options: LONG + place in the table */

int args_bad(const char *what, const char *which)
{
	printer_warn("error: %s%s", what, which);
	printer_warn("See 'crwatch --help' for usage.");
	return 2;
}

static void add_text(const char ***texts, size_t *n, size_t *cap, const char *text)
{
	*texts = array_reserve(*texts, cap, *n + 1, sizeof(**texts));
	(*texts)[(*n)++] = text;
}

/* -1 to go on, else the exit code. */
static int read_number(const struct arg *arg, const char *text, int64_t *ret)
{
	char *what;
	int code;

	if (str_to_i64(str_of(text), ret) == 0 && *ret >= bounds[arg->type].min &&
		*ret <= bounds[arg->type].max)
		return -1;
	what = mem_printf("--%s takes %" PRId64 " to %" PRId64 "%s, not ", arg->name,
		bounds[arg->type].min, bounds[arg->type].max, bounds[arg->type].unit);
	code = args_bad(what, text);
	free(what);
	return code;
}

static int set_history(struct cmd_args *args, const struct arg *arg, const char *text)
{
	int64_t mib = 0;
	int code = read_number(arg, text, &mib);

	args->history = (size_t)mib << 20;
	return code;
}

static int set_size(const struct arg *arg, const char *text, size_t *member)
{
	struct error err = ERROR_INIT;
	int64_t bytes = 0;
	int code = -1;

	if (settings_size(arg->name, str_of(text), &bytes, &err) < 0)
		code = args_bad("--", err.text);
	*member = (size_t)bytes;
	error_release(&err);
	return code;
}

static int set_bool(const struct arg *arg, const char *text, enum cmd_bool *member)
{
	static const char *const words[] = { "1", "t", "T", "true", "TRUE", "True", "0", "f", "F",
		"false", "FALSE", "False" };
	char *what;
	int code;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(text, words[i]) == 0) {
			*member = i < 6 ? CMD_YES : CMD_NO;
			return -1;
		}
	}
	what = mem_printf("--%s is true or false, not ", arg->name);
	code = args_bad(what, text);
	free(what);
	return code;
}

/* Whether it says something about the embedded cluster, if there is to be one. */
static bool is_of_demo(const struct arg *arg)
{
	_Static_assert(AT(demo) > 0, "0 is also the place of what has none");
	return arg->at >= AT(demo) && arg->at < AT(demo) + sizeof(struct cmd_demo) &&
	       arg->at != AT(demo.on);
}

static int take(struct cmd_args *args, const struct arg *arg, const char *value)
{
	struct rest_flags *rest = &args->rest;
	void *member = (char *)args + arg->at;

	if (is_of_demo(arg))
		args->demo.option = arg->name;
	switch (arg->type) {
	case ARG_TEXT:
		*(const char **)member = value;
		return -1;
	case ARG_FLAG:
		*(bool *)member = true;
		return -1;
	case ARG_GROUP:
		add_text(&rest->as_groups, &rest->n_as_groups, &args->cap_groups, value);
		return -1;
	case ARG_EXTRA:
		add_text(&rest->as_extra, &rest->n_as_extra, &args->cap_extra, value);
		return -1;
	case ARG_CACHE:
		return set_size(arg, value, member);
	case ARG_FILE:
		add_text(
			&args->change.files, &args->change.n_files, &args->change.cap_files, value);
		return -1;
	case ARG_BOOL:
		return set_bool(arg, value ? value : "true", member);
	case ARG_HISTORY:
		return set_history(args, arg, value);
	case ARG_SCALE:
	case ARG_RATE:
	case ARG_SEED:
	case ARG_VERIFY:
		return read_number(arg, value ? value : VERIFY_EVERY, member);
	case ARG_HELP:
		fputs(usage, stdout);
		return 0;
	default:
		printf("crwatch %s (%s)\n", PACKAGE_VERSION, GIT_COMMIT);
		return 0;
	}
}

static int takes_value(const struct arg *arg)
{
	if (arg->type == ARG_VERIFY || arg->type == ARG_BOOL)
		return optional_argument;
	return (arg->type == ARG_TEXT || arg->type == ARG_GROUP || arg->type == ARG_EXTRA ||
		       arg->type == ARG_FILE || (arg->type >= ARG_CACHE && arg->type <= ARG_SEED))
		       ? required_argument
		       : no_argument;
}

/* getopt's two forms of the table. */
static void make_options(struct option longs[N_ARGS + 1], char shorts[2 * N_ARGS + 1])
{
	char *at = shorts;

	for (size_t i = 0; i < N_ARGS; i++) {
		longs[i] = (struct option){ table[i].name, takes_value(&table[i]), NULL,
			LONG + (int)i };
		if (!table[i].letter)
			continue;
		*at++ = (char)table[i].letter;
		if (takes_value(&table[i]) == required_argument)
			*at++ = ':';
	}
	longs[N_ARGS] = (struct option){ NULL, 0, NULL, 0 };
	*at = '\0';
}

static const struct arg *find(int opt)
{
	if (opt >= LONG)
		return &table[opt - LONG];
	for (size_t i = 0; i < N_ARGS; i++) {
		if (table[i].letter == opt)
			return &table[i];
	}
	return NULL; /* getopt has said what it did not understand */
}

/* getopt takes the beginning of a name for it, which kubectl does not: --force would be
 * --force-conflicts. */
static bool is_whole(const char *word, const struct arg *arg)
{
	size_t len = strlen(arg->name);

	return !strncmp(word, "--", 2) && !strncmp(word + 2, arg->name, len) &&
	       (word[2 + len] == '\0' || word[2 + len] == '=');
}

/* What stands there instead of the name of the long option that was read last; or NULL. */
static const char *abbreviation(const struct arg *arg, char **argv)
{
	const char *last = argv[optind - 1], *before = argv[optind - 2];

	if (is_whole(last, arg) || (takes_value(arg) && is_whole(before, arg)))
		return NULL;
	return strncmp(last, "--", 2) ? before : last;
}

static int read_option(struct cmd_args *args, int opt, char **argv)
{
	const struct arg *arg = find(opt);
	const char *abbreviated = arg && opt >= LONG ? abbreviation(arg, argv) : NULL;

	if (abbreviated)
		return args_bad("unknown flag: ", abbreviated);
	if (arg)
		return take(args, arg, optarg);
	printer_warn("See 'crwatch --help' for usage.");
	return 2;
}

int args_read(struct cmd_args *args, int argc, char **argv)
{
	struct option longs[N_ARGS + 1];
	char shorts[2 * N_ARGS + 1];
	int opt, code = -1;

	args->demo.seed = 1;
	make_options(longs, shorts);
	while (code < 0 && (opt = getopt_long(argc, argv, shorts, longs, NULL)) != -1)
		code = read_option(args, opt, argv);
	/* As kubectl has it: all namespaces are all. */
	if (args->all_namespaces)
		args->rest.ns = NULL;
	args->words = argv + optind;
	args->n_words = (size_t)(argc - optind);
	return code;
}

int args_selector(const struct cmd_args *args, struct selector **ret, struct error *err)
{
	*ret = NULL;
	if (!args->labels || selector_parse(str_of(args->labels), ret, NULL, err) == 0)
		return 0;
	return error_prefix(err, "label selector \"%s\"", args->labels);
}

void args_release(struct cmd_args *args)
{
	free(args->rest.as_groups);
	free(args->rest.as_extra);
	free(args->change.files);
}
