/*
 * A chosen column of the kind's own borrows its path from the own columns, which
 * are held for that.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "json/path.h"
#include "kube/columns.h"
#include "kube/columns_internal.h"

#define CHOSEN_MAX 256

static const struct column *find_own(const struct columns *own, const char *name)
{
	for (size_t i = 0; i < own->count; i++) {
		if (strcmp(own->items[i].name, name) == 0)
			return &own->items[i];
	}
	for (size_t i = 0; i < own->count; i++) {
		if (strcasecmp(own->items[i].name, name) == 0)
			return &own->items[i];
	}
	return NULL;
}

static void take_own(const struct columns *own, const char *name, struct column *column)
{
	const struct column *from = find_own(own, name);

	if (!from)
		return;
	column->type = from->type;
	column->path = from->path;
	column->borrowed = true;
	column->in_rows = from->in_rows;
	column->place = from->place;
}

/* kubectl get -o custom-columns takes x.y, .x.y, {x.y} and {.x.y}. Cuts what may
 * be missing; returns how much that was at the start. */
static size_t relax(struct str *path)
{
	size_t cut = 0;

	if (path->len >= 2 && path->p[0] == '{' && path->p[path->len - 1] == '}') {
		*path = str_make(path->p + 1, path->len - 2);
		cut++;
	}
	if (path->len > 1 && path->p[0] == '.' && path->p[1] != '.') {
		*path = str_make(path->p + 1, path->len - 1);
		cut++;
	}
	return cut;
}

/* Whether a path may have more than one result. */
static bool is_plural(struct str path)
{
	return str_contains(path, STR("*")) || str_contains(path, STR("..")) ||
	       str_contains(path, STR("?(")) || str_contains(path, STR(":")) ||
	       str_contains(path, STR(","));
}

static int parse(const struct column_spec *spec, struct column *column, struct error *err)
{
	struct str path = str_trim(str_of(spec->what));
	size_t cut = path.len ? (size_t)(path.p - spec->what) : 0, at = 0;
	bool recursive;
	char *text;
	int result;

	cut += relax(&path);
	if (path.len == 0 || str_contains(path, STR("{")) || str_contains(path, STR("}")))
		return error_set(err, ERROR_INVALID, "column %s: path %s: at %zu: no path",
			spec->name, spec->what, cut);
	recursive = str_starts(path, STR("..")) || path.p[0] == '[';
	text = mem_printf("%s" STR_FMT, recursive ? "" : ".", STR_ARG(path));
	result = path_parse_at(str_of(text), &column->path, &at, err);
	if (result < 0) {
		at = at && !recursive ? at - 1 : at;
		error_prefix(err, "column %s: path %s: at %zu", spec->name, spec->what, cut + at);
	}
	column->all = is_plural(path);
	free(text);
	return result;
}

static int choose(
	struct columns *columns, size_t *cap, const struct column_spec *spec, struct error *err)
{
	struct column column = { .source = spec->source };

	switch (spec->source) {
	case COLUMN_OWN:
		take_own(columns->own, spec->what, &column);
		break;
	case COLUMN_PATH:
		if (parse(spec, &column, err) < 0)
			return -1;
		break;
	case COLUMN_LABEL:
	case COLUMN_CONDITION:
		column.what = mem_strdup(spec->what);
		break;
	}
	column.name = mem_strdup(spec->name);
	columns_add(columns, cap, column);
	return 0;
}

int columns_new_chosen(struct columns *own, const struct column_spec *specs, size_t n,
	struct columns **ret, struct error *err)
{
	struct columns *columns;
	size_t cap = 0;

	if (n > CHOSEN_MAX)
		return error_set(err, ERROR_TOO_LARGE, "%zu columns", n);
	columns = columns_alloc();
	columns->own = columns_ref(own);
	columns->rows = own->rows;
	for (size_t i = 0; i < n; i++) {
		if (choose(columns, &cap, &specs[i], err) < 0) {
			columns_free(columns);
			return -1;
		}
	}
	*ret = columns;
	return 0;
}
