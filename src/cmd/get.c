/*
 * get - `crwatch get KIND [NAME]`: what `kubectl get` prints, from an informer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cmd/args.h"
#include "cmd/choose.h"
#include "cmd/cmd.h"
#include "cmd/printer.h"
#include "cmd/session.h"
#include "cluster/kinds.h"
#include "json/emit.h"
#include "kube/columns.h"
#include "kube/selector.h"
#include "net/rest.h"

#define OUT_MAX ((size_t)1 << 31)

enum output {
	OUTPUT_TABLE,
	OUTPUT_WIDE,
	OUTPUT_JSON,
	OUTPUT_YAML,
	OUTPUT_NAME
};

struct get {
	struct session session;
	const struct cmd_args *args;
	enum output output;
	struct str kind_name;
	struct str name; /* empty: all */
	struct filter *filter;
	const struct root *root; /* pinned */
	const struct kind_root *kind;
};

static int parse_output(const char *text, enum output *ret, struct error *err)
{
	static const char *const names[] = { "", "wide", "json", "yaml", "name" };

	*ret = OUTPUT_TABLE;
	if (!text)
		return 0;
	for (size_t i = 1; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(text, names[i]) == 0) {
			*ret = (enum output)i;
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

	return kinds_match(kind, g->kind_name) != 0;
}

static bool ready(void *arg, const struct root *root)
{
	(void)arg;
	return session_all_settled(root);
}

static int find_kind(struct get *g, struct error *err)
{
	if (choose_kind(g->root, g->kind_name, &g->kind, err) < 0)
		return -1;
	if (g->kind->ever_synced)
		return 0;
	return error_set(err, ERROR_STATUS, "%s",
		g->kind->message ? g->kind->message : "the kind cannot be listed");
}

static const char *scope_ns(const struct get *g)
{
	return g->args->all_namespaces || !g->kind->kind->namespaced
		       ? NULL
		       : cluster_config(g->session.cluster)->ns;
}

static bool selected(const struct get *g, const struct entry *e)
{
	const char *ns = scope_ns(g);

	if (ns && !str_is(entry_ns(e), ns))
		return false;
	if (g->name.p && !str_eq(entry_name(e), g->name))
		return false;
	return !g->filter || filter_labels_match(g->filter, e, g->root->labels);
}

static bool is_shown(const struct get *g, const struct column *column)
{
	return column->priority == 0 || g->output == OUTPUT_WIDE;
}

static bool with_ns(const struct get *g)
{
	return g->args->all_namespaces && g->kind->kind->namespaced;
}

static void print_heads(const struct get *g, struct printer_table *t)
{
	const struct columns *columns = g->kind->kind->columns;

	if (with_ns(g))
		printer_table_cell(t, STR("NAMESPACE"));
	printer_table_cell(t, STR("NAME"));
	for (size_t i = 0; i < columns->count; i++) {
		if (is_shown(g, &columns->items[i]))
			printer_table_cell(t, str_of(columns->items[i].head));
	}
}

static void print_row(const struct get *g, struct printer_table *t, const struct entry *e,
	struct text_reader *reader)
{
	const struct columns *columns = g->kind->kind->columns;
	struct str text = text_read_kept(reader, atomic_load(&e->text));
	struct buf cell = BUF_INIT(OUT_MAX);

	if (with_ns(g))
		printer_table_cell(t, entry_ns(e));
	printer_table_cell(t, entry_name(e));
	for (size_t i = 0; i < columns->count; i++) {
		if (!is_shown(g, &columns->items[i]))
			continue;
		buf_reset(&cell);
		columns_cell(columns, i, text, clock_wall() / CLOCK_S, &cell);
		printer_table_cell(t, buf_str(&cell));
	}
	buf_release(&cell);
}

static size_t shown_columns(const struct get *g)
{
	const struct columns *columns = g->kind->kind->columns;
	size_t n = 1 + with_ns(g);

	for (size_t i = 0; i < columns->count; i++)
		n += is_shown(g, &columns->items[i]);
	return n;
}

static const struct entry *next_selected(const struct get *g, size_t *at)
{
	const struct entry *e;

	while ((e = store_root_at(g->kind->store, (*at)++))) {
		if (selected(g, e))
			return e;
	}
	return NULL;
}

static void print_table(const struct get *g)
{
	struct text_reader *reader = text_reader_new();
	struct printer_table t;
	const struct entry *e;

	printer_table_init(&t, shown_columns(g));
	print_heads(g, &t);
	for (size_t at = 0; (e = next_selected(g, &at));)
		print_row(g, &t, e, reader);
	printer_table_print(&t);
	text_reader_free(reader);
}

static void print_names(const struct get *g)
{
	const struct kind *kind = g->kind->kind;
	const struct entry *e;

	for (size_t at = 0; (e = next_selected(g, &at));) {
		struct buf line = BUF_INIT(1 << 20);

		buf_addf(&line, "%s.%s/" STR_FMT "\n", kind->singular, kind->gvr.group,
			STR_ARG(entry_name(e)));
		printer_text(buf_str(&line));
		buf_release(&line);
	}
}

/* One object as it is, several as a List, the way kubectl wraps them. */
static void join_objects(const struct get *g, struct buf *json)
{
	struct text_reader *reader = text_reader_new();
	const struct entry *e;
	const char *comma = "";

	if (!g->name.p)
		buf_addz(json, "{\"apiVersion\":\"v1\",\"items\":[");
	for (size_t at = 0; (e = next_selected(g, &at)); comma = ",") {
		buf_addz(json, comma);
		buf_addstr(json, text_read(reader, atomic_load(&e->text)));
	}
	if (!g->name.p)
		buf_addz(json, "],\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"\"}}");
	text_reader_free(reader);
}

static int print_objects(const struct get *g, struct error *err)
{
	struct emit_options options = { .managed_fields = false, .list = !g->name.p };
	struct buf json = BUF_INIT(OUT_MAX), out = BUF_INIT(OUT_MAX);
	int rc;

	join_objects(g, &json);
	if (json.overflow)
		rc = error_set(err, ERROR_TOO_LARGE, "the objects are larger than 2 GiB");
	else if (g->output == OUTPUT_JSON)
		rc = emit_json(buf_str(&json), &options, 0, &out, err);
	else
		rc = emit_yaml(buf_str(&json), &options, &out, NULL, err);
	if (rc == 0) {
		if (g->output == OUTPUT_JSON)
			buf_addc(&out, '\n');
		printer_object(buf_str(&out));
	}
	buf_release(&json);
	buf_release(&out);
	return rc;
}

static int found_nothing(const struct get *g, struct error *err)
{
	const struct kind *kind = g->kind->kind;
	const char *ns = scope_ns(g);

	if (g->name.p)
		return error_set(err, ERROR_STATUS,
			"Error from server (NotFound): %s.%s \"" STR_FMT "\" not found",
			kind->gvr.resource, kind->gvr.group, STR_ARG(g->name));
	if (ns)
		printer_warn("No resources found in %s namespace.", ns);
	else
		printer_warn("No resources found");
	return 0;
}

static int print(const struct get *g, struct error *err)
{
	size_t at = 0;
	bool nothing = !next_selected(g, &at);

	if (nothing && (g->name.p || g->output < OUTPUT_JSON))
		return found_nothing(g, err);
	switch (g->output) {
	case OUTPUT_NAME:
		print_names(g);
		return 0;
	case OUTPUT_JSON:
	case OUTPUT_YAML:
		return print_objects(g, err);
	default:
		print_table(g);
		return 0;
	}
}

static int parse_words(struct get *g, struct error *err)
{
	const struct cmd_args *args = g->args;
	struct str slash;

	if (args->n_words == 0)
		return error_set(
			err, ERROR_USAGE, "get needs a kind: crwatch get KIND[.GROUP] [NAME]");
	if (args->n_words > 2)
		return error_set(err, ERROR_USAGE, "get takes one kind and one name");
	slash = str_of(args->words[0]);
	g->kind_name = str_cut(&slash, '/');
	g->name = slash;
	if (args->n_words == 2 && slash.p)
		return error_set(err, ERROR_USAGE, "there is no need to name the object twice");
	if (args->n_words == 2)
		g->name = str_of(args->words[1]);
	if (g->name.p && args->labels)
		return error_set(
			err, ERROR_USAGE, "name cannot be provided when a selector is specified");
	if (g->name.p && args->all_namespaces)
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

static int run(struct get *g, struct error *err)
{
	int rc;

	if (session_until(&g->session, ready, NULL, err) < 0)
		return -1;
	g->root = root_pin(g->session.reader);
	cluster_stop(g->session.cluster);
	rc = find_kind(g, err);
	if (rc == 0)
		rc = print(g, err);
	root_unpin(g->session.reader);
	return rc;
}

/* One namespace is asked for as one; all rights beyond it are not needed. */
static int open_session(struct get *g, struct error *err)
{
	struct cluster_options options = { .once = true, .wanted = wanted, .wanted_arg = g };
	bool whole = g->output == OUTPUT_JSON || g->output == OUTPUT_YAML;
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
		if (run(&g, &err) < 0)
			code = session_fail(&g.session, &err);
		session_close(&g.session);
	}
	if (printer_flush() < 0 && printer_failed(&err) < 0)
		code = printer_fail(&err);
	filter_free(g.filter);
	error_release(&err);
	return code;
}
