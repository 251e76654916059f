#include "cmd/get.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cluster/kinds.h"
#include "cmd/args.h"
#include "cmd/choose.h"
#include "cmd/cmd.h"
#include "cmd/printer.h"
#include "kube/selector.h"
#include "net/rest.h"

static int parse_output(const char *text, enum get_output *ret, struct error *err)
{
	static const char *const names[] = { "", "wide", "json", "yaml", "name" };

	*ret = GET_TABLE;
	if (!text)
		return 0;
	for (size_t i = 1; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(text, names[i]) == 0) {
			*ret = (enum get_output)i;
			return 0;
		}
	}
	return error_set(err, ERROR_USAGE,
		"unable to match a printer suitable for the output format \"%s\", allowed formats are: json,name,wide,yaml",
		text);
}

static bool wanted(void *arg, const struct kind *kind)
{
	const struct get *g = arg;

	for (size_t i = 0; i < g->n_targets; i++) {
		if (kinds_match(kind, g->targets[i].kind_name))
			return true;
	}
	return false;
}

static bool ready(void *arg, const struct root *root)
{
	(void)arg;
	return session_all_settled(root);
}

static const char *scope_ns(const struct get *g, const struct kind *kind)
{
	return g->args->all_namespaces || !kind->namespaced
		       ? NULL
		       : cluster_config(g->session.cluster)->ns;
}

static bool selected(const struct get *g, const struct get_target *t, const struct entry *e)
{
	const char *ns = scope_ns(g, t->kind->kind);

	if (ns && !str_is(entry_ns(e), ns))
		return false;
	if (t->name.p && !str_eq(entry_name(e), t->name))
		return false;
	return !g->filter || filter_labels_match(g->filter, e, g->root->labels);
}

static void collect(struct get *g, struct get_target *t)
{
	const struct entry *e;

	for (size_t at = 0; (e = store_root_at(t->kind->store, at)); at++) {
		if (!selected(g, t, e))
			continue;
		g->objects = array_reserve(
			g->objects, &g->cap_objects, g->n_objects + 1, sizeof(*g->objects));
		g->objects[g->n_objects++] = (struct get_object){ t->kind, e };
		t->found++;
	}
}

/* A kind that stands twice in a list, by one of its names or another. */
static bool is_repeated(const struct get *g, const struct get_target *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (g->targets[i].kind == t->kind && g->targets[i].name.p == t->name.p)
			return true;
	}
	return false;
}

static int choose_kinds(struct get *g, struct error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n_targets; i++) {
		struct get_target t = g->targets[i];

		if (choose_kind(g->root, t.kind_name, &t.kind, err) < 0)
			return -1;
		if (!is_repeated(g, &t, n))
			g->targets[n++] = t;
	}
	g->n_targets = n;
	return 0;
}

static void say_nothing_found(const struct get *g)
{
	const char *ns = NULL;

	for (size_t i = 0; i < g->n_targets; i++) {
		ns = scope_ns(g, g->targets[i].kind->kind);
		if (!ns)
			break;
	}
	if (ns)
		printer_warn("No resources found in %s namespace.", ns);
	else
		printer_warn("No resources found");
}

static int check_found(const struct get_target *t, struct error *err)
{
	const struct kind *kind = t->kind->kind;

	if (!t->kind->ever_synced)
		return error_set(err, ERROR_STATUS, "%s",
			t->kind->message ? t->kind->message : "the kind cannot be listed");
	if (!t->name.p || t->found)
		return 0;
	return error_set(err, ERROR_STATUS,
		"Error from server (NotFound): %s.%s \"" STR_FMT "\" not found", kind->gvr.resource,
		kind->gvr.group, STR_ARG(t->name));
}

static bool has_kind(const struct get *g, const struct kind_root *kind, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (g->targets[i].kind == kind)
			return true;
	}
	return false;
}

/* What is missing is said behind what is there; of a kind that cannot be listed once,
 * however many of it are named. */
static int say_missing(const struct get *g)
{
	int code = 0;

	for (size_t i = 0; i < g->n_targets; i++) {
		const struct get_target *t = &g->targets[i];
		struct error err = ERROR_INIT;

		if (!t->kind->ever_synced && has_kind(g, t->kind, i))
			continue;
		if (check_found(t, &err) < 0)
			code = printer_fail(&err);
		error_release(&err);
	}
	return code;
}

/* Returns the exit code. */
static int show(struct get *g)
{
	struct error err = ERROR_INIT;
	int code = 0;

	for (size_t i = 0; i < g->n_targets; i++) {
		if (g->targets[i].kind->ever_synced)
			collect(g, &g->targets[i]);
	}
	if (get_print(g, &err) < 0)
		code = printer_fail(&err);
	if (say_missing(g) != 0)
		code = 1;
	else if (g->n_objects == 0 && g->output < GET_JSON)
		say_nothing_found(g);
	error_release(&err);
	return code;
}

static void add_target(struct get *g, struct str kind_name, struct str name)
{
	g->targets =
		array_reserve(g->targets, &g->cap_targets, g->n_targets + 1, sizeof(*g->targets));
	g->targets[g->n_targets++] = (struct get_target){ .kind_name = kind_name, .name = name };
}

/* KIND/NAME... */
static int parse_pairs(struct get *g, struct error *err)
{
	for (size_t i = 0; i < g->args->n_words; i++) {
		struct str name = str_of(g->args->words[i]);
		struct str kind = str_cut(&name, '/');

		if (!name.p)
			return error_set(err, ERROR_USAGE,
				"there is no need to specify a resource type as a separate "
				"argument when passing arguments in resource/name form (e.g. "
				"'crwatch get resource/<resource_name>' instead of 'crwatch get "
				"resource resource/<resource_name>')");
		if (memchr(name.p, '/', name.len))
			return error_set(err, ERROR_USAGE,
				"arguments in resource/name form may not have more than one slash");
		if (kind.len == 0 || name.len == 0)
			return error_set(err, ERROR_USAGE,
				"arguments in resource/name form must have a single resource and "
				"name");
		add_target(g, kind, name);
	}
	return 0;
}

/* KIND[,KIND...] [NAME...] */
static void parse_kinds(struct get *g)
{
	struct str rest = str_of(g->args->words[0]);

	while (rest.p) {
		struct str kind = str_cut(&rest, ',');

		if (g->args->n_words == 1)
			add_target(g, kind, (struct str){ NULL, 0 });
		for (size_t i = 1; i < g->args->n_words; i++)
			add_target(g, kind, str_of(g->args->words[i]));
	}
}

static bool has_pair(const struct cmd_args *args)
{
	for (size_t i = 0; i < args->n_words; i++) {
		if (strchr(args->words[i], '/'))
			return true;
	}
	return false;
}

static int parse_words(struct get *g, struct error *err)
{
	const struct cmd_args *args = g->args;

	if (has_pair(args) && parse_pairs(g, err) < 0)
		return -1;
	if (args->n_words && !g->n_targets)
		parse_kinds(g);
	if (!g->n_targets)
		return error_set(
			err, ERROR_USAGE, "get needs a kind: crwatch get KIND[.GROUP] [NAME]");
	if (g->targets[0].name.p && args->labels)
		return error_set(
			err, ERROR_USAGE, "name cannot be provided when a selector is specified");
	if (g->targets[0].name.p && args->all_namespaces)
		return error_set(err, ERROR_USAGE,
			"a resource cannot be retrieved by name across all namespaces");
	return parse_output(args->output, &g->output, err);
}

static int parse_labels(struct get *g, struct error *err)
{
	struct selector *selector;

	if (args_selector(g->args, &selector, err) < 0)
		return -1;
	return selector ? filter_new(STR(""), selector, &g->filter, NULL, err) : 0;
}

/* Returns the exit code. */
static int run(struct get *g)
{
	struct error err = ERROR_INIT;
	int code;

	if (session_until(&g->session, ready, NULL, &err) < 0) {
		code = session_fail(&g->session, &err);
		error_release(&err);
		return code;
	}
	g->root = root_pin(g->session.reader);
	cluster_stop(g->session.cluster);
	code = choose_kinds(g, &err) < 0 ? printer_fail(&err) : show(g);
	root_unpin(g->session.reader);
	error_release(&err);
	return code;
}

/* One namespace is asked for as one; all rights beyond it are not needed. */
static int open_session(struct get *g, struct error *err)
{
	struct cluster_options options = { .once = true, .wanted = wanted, .wanted_arg = g };
	bool whole = g->output == GET_JSON || g->output == GET_YAML;
	struct rest_config config;
	char *ns = NULL;
	int rc;

	if (rest_config_load(&g->args->rest, &config, err) < 0)
		return -1;
	if (!g->args->all_namespaces)
		ns = mem_strdup(config.ns);
	rest_config_release(&config);
	options.ns = ns;
	options.max_cache = whole ? 0 : g->args->max_cache;
	rc = session_open(&g->session, &g->args->rest, &options, err);
	free(ns);
	return rc;
}

int cmd_get(const struct cmd_args *args)
{
	struct get g = { .args = args };
	struct error err = ERROR_INIT;
	int code = 0;

	if (args->verify)
		return args_bad("get takes no ", "--verify");

	if (parse_words(&g, &err) < 0 || parse_labels(&g, &err) < 0 || open_session(&g, &err) < 0) {
		code = printer_fail(&err);
	} else {
		code = run(&g);
		session_close(&g.session);
	}
	if (printer_flush() < 0 && printer_failed(&err) < 0)
		code = printer_fail(&err);
	filter_free(g.filter);
	free(g.targets);
	free(g.objects);
	error_release(&err);
	return code;
}
