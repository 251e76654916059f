/*
 * As kubectl prints it: printers/tableprinter.go and cmd/get.go.
 */
#include "cmd/get.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cmd/cmd.h"
#include "cmd/printer.h"
#include "json/emit.h"
#include "kube/columns.h"

#define OUT_MAX ((size_t)1 << 31)

static bool is_shown(const struct get *g, const struct column *column)
{
	return column->priority == 0 || g->output == GET_WIDE;
}

static bool with_ns(const struct get *g, const struct kind *kind)
{
	return g->args->all_namespaces && kind->namespaced;
}

static void print_heads(const struct get *g, const struct kind *kind, struct printer_table *t)
{
	const struct columns *columns = kind->columns;

	if (with_ns(g, kind))
		printer_table_cell(t, STR("NAMESPACE"));
	printer_table_cell(t, STR("NAME"));
	for (size_t i = 0; i < columns->count; i++) {
		if (is_shown(g, &columns->items[i]))
			printer_table_cell(t, str_of(columns->items[i].head));
	}
}

/* Beside those of other kinds an object is named with its own. */
static void add_kind(const struct kind *kind, struct buf *out)
{
	for (const char *p = kind->kind; *p; p++)
		buf_addc(out, (char)tolower((unsigned char)*p));
	buf_addf(out, ".%s/", kind->gvr.group);
}

static void print_row(const struct get *g, struct printer_table *t, const struct get_object *o,
	bool with_kind, struct text_reader *reader)
{
	const struct columns *columns = o->kind->kind->columns;
	struct str text = text_read_kept(reader, atomic_load(&o->entry->text));
	struct buf cell = BUF_INIT(OUT_MAX);

	if (with_ns(g, o->kind->kind))
		printer_table_cell(t, entry_ns(o->entry));
	if (with_kind)
		add_kind(o->kind->kind, &cell);
	buf_addstr(&cell, entry_name(o->entry));
	printer_table_cell(t, buf_str(&cell));
	for (size_t i = 0; i < columns->count; i++) {
		if (!is_shown(g, &columns->items[i]))
			continue;
		buf_reset(&cell);
		columns_cell(columns, i, text, clock_wall() / CLOCK_S, &cell);
		printer_table_cell(t, buf_str(&cell));
	}
	buf_release(&cell);
}

static size_t shown_columns(const struct get *g, const struct kind *kind)
{
	const struct columns *columns = kind->columns;
	size_t n = 1 + with_ns(g, kind);

	for (size_t i = 0; i < columns->count; i++)
		n += is_shown(g, &columns->items[i]);
	return n;
}

/* Those of one kind, which stand together: from first on. Returns where they end. */
static size_t print_table(
	const struct get *g, size_t first, bool with_kind, struct text_reader *reader)
{
	const struct kind_root *kind = g->objects[first].kind;
	struct printer_table t;
	size_t i;

	printer_table_init(&t, shown_columns(g, kind->kind));
	print_heads(g, kind->kind, &t);
	for (i = first; i < g->n_objects && g->objects[i].kind == kind; i++)
		print_row(g, &t, &g->objects[i], with_kind, reader);
	printer_table_print(&t);
	return i;
}

/* Of those that were answered: of a kind that was listed, there may be none. */
static bool are_several_kinds(const struct get *g)
{
	const struct kind_root *one = NULL;

	for (size_t i = 0; i < g->n_targets; i++) {
		const struct get_target *t = &g->targets[i];

		if (!t->kind->ever_synced || (t->name.p && !t->found))
			continue;
		if (one && t->kind != one)
			return true;
		one = t->kind;
	}
	return false;
}

static void print_tables(const struct get *g)
{
	struct text_reader *reader = text_reader_new();
	bool with_kind = are_several_kinds(g);

	for (size_t i = 0; i < g->n_objects;) {
		if (i)
			printer_text(STR("\n"));
		i = print_table(g, i, with_kind, reader);
	}
	text_reader_free(reader);
}

static void print_names(const struct get *g)
{
	for (size_t i = 0; i < g->n_objects; i++) {
		const struct kind *kind = g->objects[i].kind->kind;
		struct buf line = BUF_INIT(1 << 20);

		buf_addf(&line, "%s.%s/" STR_FMT "\n", kind->singular, kind->gvr.group,
			STR_ARG(entry_name(g->objects[i].entry)));
		printer_text(buf_str(&line));
		buf_release(&line);
	}
}

static bool is_one_named(const struct get *g)
{
	return g->n_targets == 1 && g->targets[0].name.p;
}

/* One object as it is, several as a List, the way kubectl wraps them. */
static void join_objects(const struct get *g, struct buf *json)
{
	struct text_reader *reader = text_reader_new();

	if (!is_one_named(g))
		buf_addz(json, "{\"apiVersion\":\"v1\",\"items\":[");
	for (size_t i = 0; i < g->n_objects; i++) {
		if (i)
			buf_addc(json, ',');
		buf_addstr(json, text_read(reader, atomic_load(&g->objects[i].entry->text)));
	}
	if (!is_one_named(g))
		buf_addz(json, "],\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"\"}}");
	text_reader_free(reader);
}

/* An empty List is an answer, too, unless nothing was to be had or one was named. */
static bool has_objects(const struct get *g)
{
	for (size_t i = 0; i < g->n_targets; i++) {
		if (g->targets[i].kind->ever_synced && !is_one_named(g))
			return true;
	}
	return g->n_objects > 0;
}

static int print_objects(const struct get *g, struct error *err)
{
	struct emit_options options = { .managed_fields = false, .list = !is_one_named(g) };
	struct buf json = BUF_INIT(OUT_MAX), out = BUF_INIT(OUT_MAX);
	int rc;

	join_objects(g, &json);
	if (json.overflow)
		rc = error_set(err, ERROR_TOO_LARGE, "the objects are larger than 2 GiB");
	else if (g->output == GET_JSON)
		rc = emit_json(buf_str(&json), &options, 0, &out, err);
	else
		rc = emit_yaml(buf_str(&json), &options, &out, NULL, err);
	if (rc == 0) {
		if (g->output == GET_JSON)
			buf_addc(&out, '\n');
		printer_object(buf_str(&out));
	}
	buf_release(&json);
	buf_release(&out);
	return rc;
}

int get_print(const struct get *g, struct error *err)
{
	switch (g->output) {
	case GET_NAME:
		print_names(g);
		return 0;
	case GET_JSON:
	case GET_YAML:
		return has_objects(g) ? print_objects(g, err) : 0;
	default:
		print_tables(g);
		return 0;
	}
}
