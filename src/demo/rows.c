/*
 * Cells are made by kube/columns, which has the API server's rules. See rows.h.
 */
#include "demo/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "demo/kinds.h"
#include "json/compact.h"
#include "json/doc.h"
#include "json/scan.h"
#include "kube/columns.h"

#define CELL_MAX ((size_t)1 << 20)

static const char *const type_names[] = {
	[COLUMN_STRING] = "string",
	[COLUMN_INTEGER] = "integer",
	[COLUMN_NUMBER] = "number",
	[COLUMN_BOOLEAN] = "boolean",
	[COLUMN_DATE] = "date",
};

static void add_column(const struct column *column, const struct doc *said, struct buf *out)
{
	const char *format = doc_string(said, "format");
	const char *description = doc_string(said, "description");

	buf_addz(out, ",{\"name\":");
	compact_string(str_of(column->name), false, out);
	buf_addf(out, ",\"type\":\"%s\",\"format\":", type_names[column->type]);
	compact_string(str_of(format), false, out);
	buf_addz(out, ",\"description\":");
	compact_string(str_of(description), false, out);
	buf_addf(out, ",\"priority\":%d}", column->priority);
}

void demo_rows_columns(const struct demo_view *view, struct buf *out)
{
	const struct columns *columns = view->version->columns;
	const char *text = view->version->columns_text;
	struct doc *said = text ? doc_parse(str_of(text), NULL) : NULL;
	const struct doc *item = doc_first(said);

	buf_addz(out,
		"[{\"name\":\"Name\",\"type\":\"string\",\"format\":\"name\","
		"\"description\":\"Name must be unique within a namespace.\",\"priority\":0}");
	for (size_t i = 0; i < columns->count; i++) {
		add_column(&columns->items[i], item, out);
		item = doc_next(item);
	}
	buf_addc(out, ']');
	doc_free(said);
}

/* A cell in the type that its column has, when its text is of that type. */
static void add_cell(const struct column *column, struct str text, struct buf *out)
{
	bool literal = false;

	if (column->type == COLUMN_BOOLEAN)
		literal = str_is(text, "true") || str_is(text, "false");
	else if (column->type == COLUMN_INTEGER || column->type == COLUMN_NUMBER)
		literal = text.len > 0 && scan_validate(text, NULL) == 0 && text.p[0] != '"' &&
			  text.p[0] != '[' && text.p[0] != '{' && text.p[0] != 't' &&
			  text.p[0] != 'f';
	buf_addc(out, ',');
	if (text.len == 0)
		buf_addz(out, "null");
	else if (literal)
		buf_addstr(out, text);
	else
		compact_string(text, false, out);
}

static void add_name(struct str metadata, struct buf *out)
{
	struct str name = metadata.p ? scan_member(metadata, "name") : metadata;

	buf_addstr(out, name.p ? name : STR("\"\""));
}

static void add_partial(struct str metadata, struct buf *out)
{
	buf_addz(out, ",\"object\":{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":"
		      "\"meta.k8s.io/v1\",\"metadata\":");
	buf_addstr(out, metadata.p ? metadata : STR("{}"));
	buf_addc(out, '}');
}

static int add_object(
	const struct demo_view *view, struct str object, struct buf *out, struct error *err)
{
	if (view->include == DEMO_INCLUDE_NONE)
		return 0;
	if (view->include == DEMO_INCLUDE_METADATA) {
		add_partial(scan_member(object, "metadata"), out);
		return 0;
	}
	buf_addz(out, ",\"object\":");
	return demo_view_object(view, object, out, err);
}

int demo_rows_add(
	const struct demo_view *view, struct str object, struct buf *out, struct error *err)
{
	const struct columns *columns = view->version->columns;
	struct buf cell = BUF_INIT(CELL_MAX);

	buf_addz(out, "{\"cells\":[");
	add_name(scan_member(object, "metadata"), out);
	for (size_t i = 0; i < columns->count; i++) {
		buf_reset(&cell);
		columns_cell(columns, i, object, clock_wall() / CLOCK_S, &cell);
		add_cell(&columns->items[i], buf_str(&cell), out);
	}
	buf_release(&cell);
	buf_addc(out, ']');
	if (add_object(view, object, out, err) < 0)
		return -1;
	buf_addc(out, '}');
	return 0;
}
