/*
 * The rules are the API server's (apiextensions-apiserver, tableconvertor) and,
 * for how a value is printed, Go's fmt behind kubectl.
 */
#include "kube/columns.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "base/mem.h"
#include "json/compact.h"
#include "json/number.h"
#include "json/path.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/column_rows.h"
#include "kube/columns_internal.h"
#include "kube/format.h"
#include "kube/object.h"

#define COLUMNS_MAX 256

/* ---- reading the definitions ---- */

static enum column_type type_of(struct str type)
{
	static const char *const names[] = {
		[COLUMN_STRING] = "string",
		[COLUMN_INTEGER] = "integer",
		[COLUMN_NUMBER] = "number",
		[COLUMN_BOOLEAN] = "boolean",
		[COLUMN_DATE] = "date",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (scan_is(type, names[i]))
			return (enum column_type)i;
	}
	return COLUMN_STRING;
}

static char *upper_case(const char *name)
{
	char *head = mem_strdup(name);

	for (char *p = head; *p; p++) {
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	}
	return head;
}

struct columns *columns_alloc(void)
{
	struct columns *columns = mem_zalloc(sizeof(*columns));

	atomic_init(&columns->refs, 1);
	return columns;
}

void columns_add(struct columns *columns, size_t *cap, struct column column)
{
	column.head = upper_case(column.name);
	columns->items =
		array_reserve(columns->items, cap, columns->count + 1, sizeof(*columns->items));
	columns->items[columns->count++] = column;
}

static int add_column(struct columns *columns, size_t *cap, struct column column, char *json_path)
{
	struct error err = ERROR_INIT;

	if (path_parse(str_of(json_path), &column.path, &err) < 0) {
		error_release(&err);
		return -1;
	}
	columns_add(columns, cap, column);
	return 0;
}

static char *bad_path(const char *name, const char *json_path)
{
	struct error err = ERROR_INIT;
	struct path *path = NULL;
	char *text;

	path_parse(str_of(json_path), &path, &err);
	path_free(path);
	text = mem_printf("column %s and those after it: path %s: %s", name, json_path,
		err.text ? err.text : "");
	error_release(&err);
	return text;
}

static int read_column(struct columns *columns, size_t *cap, struct str text, char **ret_bad)
{
	static const char *const keys[] = { "name", "type", "priority", "jsonPath" };
	struct column column = { .name = NULL };
	struct str v[4];
	char *json_path;
	int64_t priority;
	int result;

	pick_members(text, keys, v, 4);
	priority = pick_i64(v[2], 0);
	column.name = v[0].p ? pick_text(v[0]) : NULL;
	column.name = column.name ? column.name : mem_strdup("");
	column.type = type_of(pick_raw(v[1]));
	/* Only whether it is 0 counts; what no int holds is not. */
	column.priority = priority == (int)priority ? (int)priority : 1;
	json_path = pick_text(v[3]);
	json_path = json_path ? json_path : mem_strdup("");
	result = add_column(columns, cap, column, json_path);
	if (result < 0) {
		if (ret_bad)
			*ret_bad = bad_path(column.name, json_path);
		free(column.name);
	}
	free(json_path);
	return result;
}

static void add_age(struct columns *columns, size_t *cap)
{
	struct column column = { .name = mem_strdup("Age"), .type = COLUMN_DATE };
	char path[] = ".metadata.creationTimestamp";

	add_column(columns, cap, column, path);
}

struct columns *columns_new(struct str additional, char **ret_bad)
{
	struct columns *columns = columns_alloc();
	size_t cap = 0, seen = 0;
	struct str text;
	struct scan s;

	scan_init(&s, additional);
	if (scan_type(&s) == SCAN_ARRAY && scan_array(&s) == 0) {
		while (seen < COLUMNS_MAX && scan_item_text(&s, &text)) {
			seen++;
			if (read_column(columns, &cap, text, ret_bad) < 0)
				break;
		}
	}
	if (!seen)
		add_age(columns, &cap);
	return columns;
}

struct columns *columns_ref(struct columns *columns)
{
	if (columns)
		atomic_fetch_add(&columns->refs, 1);
	return columns;
}

void columns_free(struct columns *columns)
{
	if (!columns || atomic_fetch_sub(&columns->refs, 1) > 1)
		return;
	for (size_t i = 0; i < columns->count; i++) {
		struct column *column = &columns->items[i];

		free(column->name);
		free(column->head);
		free(column->what);
		if (!column->borrowed)
			path_free(column->path);
	}
	free(columns->items);
	if (!columns->own)
		column_rows_free(columns->rows);
	columns_free(columns->own);
	free(columns);
}

/* ---- the server's table ---- */

static void add_definition(struct columns *columns, size_t *cap, struct str text)
{
	static const char *const keys[] = { "name", "type", "priority" };
	struct column column = { .name = NULL };
	char age_path[] = ".metadata.creationTimestamp";
	struct str v[3];

	pick_members(text, keys, v, 3);
	column.name = v[0].p ? pick_text(v[0]) : NULL;
	column.name = column.name ? column.name : mem_strdup("");
	column.priority = pick_i64(v[2], 0) != 0;
	if (str_is(str_of(column.name), "Age")) {
		column.type = COLUMN_DATE;
		add_column(columns, cap, column, age_path);
		return;
	}
	column.in_rows = true;
	column.place = columns->count;
	columns_add(columns, cap, column);
}

struct columns *columns_new_table(struct str table, struct error *err)
{
	struct str definitions = scan_member(table, "columnDefinitions");
	struct columns *columns;
	struct str text;
	struct scan s;
	size_t cap = 0, seen = 0;

	scan_init(&s, definitions);
	if (!definitions.p || scan_type(&s) != SCAN_ARRAY) {
		error_set(err, ERROR_INVALID, "the server's table has no columns");
		return NULL;
	}
	columns = columns_alloc();
	columns->rows = column_rows_new();
	scan_array(&s);
	/* The first column is the name. */
	while (seen < COLUMNS_MAX && scan_item_text(&s, &text)) {
		if (seen++)
			add_definition(columns, &cap, text);
	}
	if (columns_add_page(columns, table, err) == 0)
		return columns;
	columns_free(columns);
	return NULL;
}

int columns_add_page(struct columns *columns, struct str table, struct error *err)
{
	return column_rows_add(columns->rows, table, err);
}

/* ---- cells ---- */

static void add_float(double value, struct buf *out)
{
	char text[NUMBER_TEXT_MAX];

	number_format(value, text);
	buf_addz(out, text);
}

static void add_string_cell(struct str value, struct buf *out)
{
	size_t start = out->len;
	int64_t whole;
	double real;

	switch (value.p[0]) {
	case '"':
		scan_unescape(pick_raw(value), out);
		break;
	case '{':
	case '[':
		if (compact_json(value, out) < 0)
			buf_truncate(out, start);
		break;
	case 'n':
		buf_addz(out, "<no value>");
		break;
	case 't':
	case 'f':
		buf_addstr(out, value);
		break;
	default:
		if (number_is_i64(value, &whole))
			buf_addf(out, "%" PRId64, whole);
		else if (number_double(value, &real) == 0)
			add_float(real, out);
		break;
	}
}

/* Go's conversion cuts the fraction; out of range it gives the least integer. */
static int64_t to_integer(double value)
{
	return value >= -0x1p63 && value < 0x1p63 ? (int64_t)value : INT64_MIN;
}

static void add_integer_cell(struct str value, struct buf *out)
{
	int64_t whole;
	double real;

	if (number_is_i64(value, &whole))
		buf_addf(out, "%" PRId64, whole);
	else if (number_double(value, &real) == 0)
		buf_addf(out, "%" PRId64, to_integer(real));
}

/* The server makes it a double and writes it as JSON; kubectl reads what has
 * neither point nor exponent as an integer again. */
static void add_number_cell(struct str value, struct buf *out)
{
	double real;

	if (number_double(value, &real) < 0)
		return;
	if (real == trunc(real) && real >= -0x1p63 && real < 0x1p63)
		buf_addf(out, "%" PRId64, (int64_t)real);
	else
		add_float(real, out);
}

/* 0001-01-01T00:00:00Z, which Go takes for no time at all. */
#define GO_ZERO_TIME INT64_C(-62135596800)

static void add_date_cell(struct str value, int64_t now, struct buf *out)
{
	struct str raw = pick_raw(value);
	char age[FORMAT_AGE_MAX];
	int64_t then;

	if (!raw.p)
		return;
	if (raw.len == 0 || str_is(raw, "null")) {
		buf_addz(out, "<unknown>");
	} else if (object_time(raw, &then) < 0) {
		buf_addz(out, "<invalid>");
	} else if (then == GO_ZERO_TIME) {
		buf_addz(out, "<unknown>");
	} else {
		format_age(now - then, age);
		buf_addz(out, age);
	}
}

static void add_cell(const struct column *column, struct str value, int64_t now, struct buf *out)
{
	switch (column->type) {
	case COLUMN_STRING:
		add_string_cell(value, out);
		break;
	case COLUMN_INTEGER:
		add_integer_cell(value, out);
		break;
	case COLUMN_NUMBER:
		add_number_cell(value, out);
		break;
	case COLUMN_BOOLEAN:
		if (value.p[0] == 't' || value.p[0] == 'f')
			buf_addstr(out, value);
		break;
	case COLUMN_DATE:
		add_date_cell(value, now, out);
		break;
	}
}

/* ---- one walk ---- */

/* Members of the root that columns begin with, read in one walk: most bytes of an
 * object lie in the others. */
#define HEADS_MAX 8

struct heads {
	const char *names[HEADS_MAX];
	struct str values[HEADS_MAX];
	size_t count;
};

/* What the cells of one object are made of. */
struct walk {
	const struct columns *columns;
	struct str object;
	struct heads heads;
	struct str row; /* the server's cells, p NULL until one is needed */
	int64_t now;
};

/* The member of the root in which the column's value lies, or NULL. */
static const char *head_name(const struct column *column)
{
	if (column->source == COLUMN_LABEL)
		return "metadata";
	if (column->source == COLUMN_CONDITION)
		return "status";
	return column->path && !column->all ? path_head(column->path) : NULL;
}

static size_t head_of(const struct heads *heads, const char *name)
{
	size_t i = 0;

	while (name && i < heads->count && strcmp(heads->names[i], name) != 0)
		i++;
	return name && i < heads->count ? i : HEADS_MAX;
}

static void read_heads(struct walk *w)
{
	struct heads *heads = &w->heads;

	for (size_t i = 0; i < w->columns->count && heads->count < HEADS_MAX; i++) {
		const char *name = head_name(&w->columns->items[i]);

		if (name && head_of(heads, name) == HEADS_MAX)
			heads->names[heads->count++] = name;
	}
	pick_members(w->object, heads->names, heads->values, heads->count);
}

static struct str below(const struct walk *w, const char *name)
{
	size_t head = head_of(&w->heads, name);

	return head < HEADS_MAX ? w->heads.values[head] : scan_member(w->object, name);
}

static struct str label_value(const struct walk *w, const char *key)
{
	struct str metadata = below(w, "metadata");
	struct str labels = metadata.p ? scan_member(metadata, "labels") : metadata;

	return labels.p ? scan_member(labels, key) : labels;
}

static struct str condition_status(const struct walk *w, const char *type)
{
	static const char *const keys[] = { "type", "status" };
	struct str status = below(w, "status");
	struct str list = status.p ? scan_member(status, "conditions") : status;
	struct str item, v[2];
	struct scan s;

	scan_init(&s, list);
	if (!list.p || scan_type(&s) != SCAN_ARRAY || scan_array(&s) < 0)
		return str_make(NULL, 0);
	while (scan_item_text(&s, &item)) {
		pick_members(item, keys, v, 2);
		if (pick_is_string(v[0], type))
			return v[1];
	}
	return str_make(NULL, 0);
}

/* The first value of a column that is not the server's; len 0 when there is none. */
static struct str value_of(const struct walk *w, const struct column *column)
{
	const struct str none = { NULL, 0 };
	struct str value = none;
	enum path_result result;
	size_t head;

	if (column->source == COLUMN_LABEL)
		return label_value(w, column->what);
	if (column->source == COLUMN_CONDITION)
		return condition_status(w, column->what);
	if (!column->path)
		return none;
	head = head_of(&w->heads, path_head(column->path));
	if (head < HEADS_MAX)
		result = path_first_below(column->path, w->heads.values[head], &value);
	else
		result = path_first(column->path, w->object, &value);
	return result == PATH_FOUND ? value : none;
}

static bool add_result(void *arg, struct str value)
{
	struct buf *out = arg;

	if (value.len) {
		add_string_cell(value, out);
		buf_addc(out, ',');
	}
	return !out->overflow;
}

static void add_all(const struct column *column, struct str object, struct buf *out)
{
	size_t start = out->len;

	if (path_each(column->path, object, add_result, out) != PATH_FOUND)
		buf_truncate(out, start);
	else if (out->len > start)
		buf_truncate(out, out->len - 1);
}

static void add_column_cell(struct walk *w, const struct column *column, struct buf *out)
{
	struct str value;

	if (column->in_rows) {
		if (!w->row.p)
			w->row = column_rows_find(w->columns->rows, w->object);
		column_rows_pick(w->row, column->place, out);
		return;
	}
	if (column->all) {
		add_all(column, w->object, out);
		return;
	}
	value = value_of(w, column);
	if (value.len)
		add_cell(column, value, w->now, out);
}

void columns_cell(
	const struct columns *columns, size_t i, struct str object, int64_t now, struct buf *out)
{
	struct walk w = { .columns = columns, .object = object, .now = now };

	add_column_cell(&w, &columns->items[i], out);
}

static void end_cell(struct buf *out, size_t start)
{
	/* A NUL of the cell's own would divide it. */
	for (size_t at = start; at < out->len; at++) {
		if (!out->data[at])
			out->data[at] = ' ';
	}
	buf_addc(out, '\0');
}

void columns_cells(const struct columns *columns, struct str object, int64_t now, bool with_dates,
	struct buf *out)
{
	struct walk w = { .columns = columns, .object = object, .now = now };

	read_heads(&w);
	for (size_t i = 0; i < columns->count; i++) {
		size_t start = out->len;

		if (with_dates || columns->items[i].type != COLUMN_DATE)
			add_column_cell(&w, &columns->items[i], out);
		end_cell(out, start);
	}
}

static int64_t time_of(struct str value)
{
	struct str raw = value.len ? pick_raw(value) : value;
	int64_t then;

	if (!raw.p || object_time(raw, &then) < 0 || then == GO_ZERO_TIME)
		return COLUMNS_NO_TIME;
	return then;
}

void columns_values(
	const struct columns *columns, struct str object, int64_t *times, struct buf *out)
{
	struct walk w = { .columns = columns, .object = object };

	read_heads(&w);
	for (size_t i = 0; i < columns->count; i++) {
		const struct column *column = &columns->items[i];
		size_t start = out->len;
		bool date = column->type == COLUMN_DATE;

		times[i] = date ? time_of(value_of(&w, column)) : COLUMNS_NO_TIME;
		if (!date)
			add_column_cell(&w, column, out);
		end_cell(out, start);
	}
}
