/*
 * The text is edited, never written anew: the tree says where things stand. What
 * comes out is read again before it is written: an edit that did not say what was
 * meant is an error. See settings_write.h.
 */
#include "config/settings_write.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "config/settings.h"
#include "json/emit.h"
#include "json/yaml_tree.h"

/* A list to be written: its items are text in flow style, good anywhere. */
struct items {
	char **texts;
	size_t count;
};

struct edit {
	struct str text;
	const struct yaml_tree *tree;
	struct buf out;
	struct error *err;
};

static void add_scalar(struct buf *out, const char *text)
{
	static const char letters[] = ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char others[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789./_-";
	size_t len = strlen(text);
	bool plain = len > 1 && strchr(letters, text[0]) && strspn(text, others) == len;

	if (plain && strcmp(text, "null") != 0)
		buf_addz(out, text);
	else
		emit_string(str_of(text), out);
}

static void add_item(struct items *items, char *text)
{
	items->texts = mem_realloc_array(items->texts, items->count + 1, sizeof(*items->texts));
	items->texts[items->count++] = text;
}

static void items_release(struct items *items)
{
	while (items->count > 0)
		free(items->texts[--items->count]);
	free(items->texts);
}

/* ---- text around an entry ---- */

static size_t line_end(struct str text, size_t at)
{
	const char *newline = at < text.len ? memchr(text.p + at, '\n', text.len - at) : NULL;

	return newline ? (size_t)(newline - text.p) + 1 : text.len;
}

static size_t line_start(struct str text, size_t at)
{
	while (at > 0 && text.p[at - 1] != '\n')
		at--;
	return at;
}

static void copy(struct edit *e, size_t from, size_t to)
{
	buf_add(&e->out, e->text.p + from, to - from);
}

static void end_line(struct edit *e)
{
	if (e->out.len && e->out.data[e->out.len - 1] != '\n')
		buf_addc(&e->out, '\n');
}

static void add_blanks(struct edit *e, size_t n)
{
	while (n-- > 0)
		buf_addc(&e->out, ' ');
}

/* [a, b] */
static void add_flow(struct edit *e, const struct items *items)
{
	buf_addc(&e->out, '[');
	for (size_t i = 0; i < items->count; i++)
		buf_addf(&e->out, "%s%s", i ? ", " : "", items->texts[i]);
	buf_addc(&e->out, ']');
}

static void add_block(struct edit *e, size_t indent, const struct items *items)
{
	for (size_t i = 0; i < items->count; i++) {
		add_blanks(e, indent);
		buf_addf(&e->out, "- %s\n", items->texts[i]);
	}
}

static size_t indent_of(const struct yaml_node *block_map)
{
	return block_map->first->key->place.column - 1;
}

/* "key:" on a line of its own, and the items under it. */
static void add_entry(struct edit *e, size_t indent, const char *key, const struct items *items)
{
	add_blanks(e, indent);
	add_scalar(&e->out, key);
	buf_addc(&e->out, ':');
	if (!items->count) {
		buf_addz(&e->out, " []");
	} else {
		buf_addc(&e->out, '\n');
		add_block(e, indent + 2, items);
	}
	end_line(e);
}

/* Just behind the colon of a key, or 0. */
static size_t behind_colon(struct edit *e, const struct yaml_node *key)
{
	size_t at = key->end;

	while (at < e->text.len && (e->text.p[at] == ' ' || e->text.p[at] == '\t'))
		at++;
	return at < e->text.len && e->text.p[at] == ':' ? at + 1 : 0;
}

/* ---- edits ---- */

static int cannot(struct edit *e, const struct yaml_node *node)
{
	return error_set(e->err, ERROR_INVALID,
		"line %zu is written in a way that cannot be edited here", node->place.line);
}

/* The value of an entry in a block: on the key's line, or on lines below it. */
static int replace_block(struct edit *e, const struct yaml_node *value, const struct items *items)
{
	size_t indent = value->key->place.column - 1;
	size_t colon = behind_colon(e, value->key);
	bool below = value->place.line > value->key->place.line;
	size_t end = value->end > colon ? value->end : colon;

	if (!colon)
		return cannot(e, value->key);
	copy(e, 0, colon);
	if (!items->count)
		buf_addz(&e->out, " []");
	if (below) { /* comments between the key and its value stay */
		copy(e, colon, line_start(e->text, value->start));
		end_line(e);
		end = line_end(e->text, end > 0 && e->text.p[end - 1] == '\n' ? end - 1 : end);
	} else { /* and one behind the value */
		size_t rest = end;

		end = line_end(e->text, end);
		copy(e, rest, end);
		end_line(e);
	}
	add_block(e, indent + 2, items);
	copy(e, end, e->text.len);
	return 0;
}

static int replace(struct edit *e, const struct yaml_node *map, const struct yaml_node *value,
	const struct items *items)
{
	if (!map->flow)
		return replace_block(e, value, items);
	copy(e, 0, value->start);
	if (value->start > 0 && e->text.p[value->start - 1] == ':')
		buf_addc(&e->out, ' ');
	add_flow(e, items);
	copy(e, value->end, e->text.len);
	return 0;
}

static void add_flow_key(struct edit *e, const struct yaml_node *map, const char *key)
{
	const struct yaml_node *last = map->first;

	while (last && last->next)
		last = last->next;
	copy(e, 0, last ? last->end : map->start + 1);
	buf_addz(&e->out, last ? ", " : "");
	add_scalar(&e->out, key);
	buf_addz(&e->out, ": ");
}

static void rest_of_flow(struct edit *e, const struct yaml_node *map)
{
	const struct yaml_node *last = map->first;

	while (last && last->next)
		last = last->next;
	copy(e, last ? last->end : map->start + 1, e->text.len);
}

static void add_to_map(
	struct edit *e, const struct yaml_node *map, const char *key, const struct items *items)
{
	size_t end;

	if (map->flow) {
		add_flow_key(e, map, key);
		add_flow(e, items);
		rest_of_flow(e, map);
		return;
	}
	end = line_end(
		e->text, map->end > 0 && e->text.p[map->end - 1] == '\n' ? map->end - 1 : map->end);
	copy(e, 0, end);
	end_line(e);
	add_entry(e, indent_of(map), key, items);
	copy(e, end, e->text.len);
}

/* A new entry of the file: outer with inner in it. */
static void add_to_file(
	struct edit *e, const char *outer, const char *inner, const struct items *items)
{
	const struct yaml_node *root = yaml_tree_root(e->tree);
	bool empty = !root || yaml_node_is_null(root);
	size_t indent = empty ? 0 : indent_of(root);
	size_t end = yaml_tree_end(e->tree);

	copy(e, 0, end);
	end_line(e);
	add_blanks(e, indent);
	buf_addf(&e->out, "%s:\n", outer);
	add_entry(e, indent + 2, inner, items);
	copy(e, end, e->text.len);
}

static void add_to_flow_file(
	struct edit *e, const char *outer, const char *inner, const struct items *items)
{
	const struct yaml_node *root = yaml_tree_root(e->tree);

	add_flow_key(e, root, outer);
	buf_addc(&e->out, '{');
	add_scalar(&e->out, inner);
	buf_addz(&e->out, ": ");
	add_flow(e, items);
	buf_addc(&e->out, '}');
	rest_of_flow(e, root);
}

/* "outer:" without a value gets its first entry. */
static int fill_null(
	struct edit *e, const struct yaml_node *value, const char *inner, const struct items *items)
{
	size_t colon = behind_colon(e, value->key);
	size_t end, rest = value->end > colon ? value->end : colon;

	if (!colon || value->place.line > value->key->place.line)
		return cannot(e, value->key);
	end = line_end(e->text, rest);
	copy(e, 0, colon);
	copy(e, rest, end);
	end_line(e);
	add_entry(e, value->key->place.column + 1, inner, items);
	copy(e, end, e->text.len);
	return 0;
}

static int edit_inner(struct edit *e, const struct yaml_node *root, const struct yaml_node *outer,
	const char *inner, const struct items *items)
{
	const struct yaml_node *value = yaml_node_get(outer, str_of(inner));

	if (value)
		return replace(e, outer, value, items);
	if (!root->flow && yaml_node_is_null(outer))
		return fill_null(e, outer, inner, items);
	if (outer->kind != YAML_NODE_MAP)
		return cannot(e, outer);
	add_to_map(e, outer, inner, items);
	return 0;
}

/* Sets inner in the mapping outer to a list. */
static int edit(struct edit *e, const char *outer, const char *inner, const struct items *items)
{
	const struct yaml_node *root = yaml_tree_root(e->tree);
	const struct yaml_node *value;

	if (root && !yaml_node_is_null(root) && root->kind != YAML_NODE_MAP)
		return cannot(e, root);
	value = yaml_node_get(root, str_of(outer));
	if (value)
		return edit_inner(e, root, value, inner, items);
	if (root && root->kind == YAML_NODE_MAP && root->flow)
		add_to_flow_file(e, outer, inner, items);
	else
		add_to_file(e, outer, inner, items);
	return 0;
}

/* ---- files ---- */

/* What is to be set, and whether settings say it. */
struct goal {
	const char *outer;
	const char *inner;
	struct items items;
	bool (*said)(const struct settings *settings, const void *what);
	const void *what;
};

static bool same_value(const struct yaml_node *a, const struct yaml_node *b)
{
	if (a->kind != b->kind || a->plain != b->plain || !str_eq(a->text, b->text))
		return false;
	for (a = a->first, b = b->first; a && b; a = a->next, b = b->next) {
		if (!a->key != !b->key || (a->key && !str_eq(a->key->text, b->key->text)) ||
			!same_value(a, b))
			return false;
	}
	return !a && !b;
}

/* Whether the members of a map are the same as before, but for one. */
static bool same_but(const struct yaml_node *before, const struct yaml_node *after, const char *key)
{
	const struct yaml_node *value;

	if (!before || before->kind != YAML_NODE_MAP)
		return true;
	for (before = before->first; before; before = before->next) {
		if (str_is(before->key->text, key))
			continue;
		value = yaml_node_get(after, before->key->text);
		if (!value || !same_value(before, value))
			return false;
	}
	return true;
}

static bool keeps_the_rest(const struct edit *e, const struct goal *goal)
{
	const struct yaml_node *before = yaml_tree_root(e->tree), *after;
	struct yaml_tree *tree;
	bool good;

	if (yaml_tree_parse(buf_str(&e->out), &tree, NULL, NULL) < 0)
		return false;
	after = yaml_tree_root(tree);
	good = same_but(before, after, goal->outer) &&
	       same_but(yaml_node_get(before, str_of(goal->outer)),
		       yaml_node_get(after, str_of(goal->outer)), goal->inner);
	yaml_tree_free(tree);
	return good;
}

static int check(struct edit *e, const struct goal *goal)
{
	struct settings *settings;
	bool good;

	if (e->out.overflow)
		return error_set(e->err, ERROR_TOO_LARGE, "the file would be too large");
	settings = settings_parse(buf_str(&e->out), NULL);
	good = settings && goal->said(settings, goal->what) && keeps_the_rest(e, goal);
	settings_unref(settings);
	return good ? 0
		    : error_set(e->err, ERROR_INVALID,
			      "the file is written in a way that cannot be edited here");
}

/* Line breaks that YAML knows beside the newline: lines are found by that one. */
static bool has_odd_breaks(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '\r' && (i + 1 == text.len || text.p[i + 1] != '\n'))
			return true;
	}
	return str_contains(text, STR("\xc2\x85")) || str_contains(text, STR("\xe2\x80\xa8")) ||
	       str_contains(text, STR("\xe2\x80\xa9"));
}

static int edit_text(struct edit *e, const struct goal *goal)
{
	struct yaml_place place = { 0, 0 };
	struct yaml_tree *tree;
	int rc;

	if (yaml_tree_parse(e->text, &tree, &place, e->err) < 0)
		return error_prefix(e->err, "line %zu", place.line);
	e->tree = tree;
	rc = has_odd_breaks(e->text) ? error_set(e->err, ERROR_INVALID,
					       "lines end in a way that cannot be edited here")
				     : edit(e, goal->outer, goal->inner, &goal->items);
	if (rc == 0)
		rc = check(e, goal);
	yaml_tree_free(tree);
	return rc;
}

static int edit_file(const char *path, const struct goal *goal, struct error *err)
{
	struct edit e = { .out = BUF_INIT(SETTINGS_MAX), .err = err };
	struct error why = ERROR_INIT;
	size_t len = 0;
	char *text = file_read(path, SETTINGS_MAX, &len, NULL, &why);
	int rc;

	if (!text && why.code != ERROR_NOT_FOUND)
		return error_move(err, &why);
	error_release(&why);
	e.text = str_make(text ? text : "", len);
	rc = edit_text(&e, goal);
	if (rc < 0)
		error_prefix(err, "%s", path);
	else
		rc = file_replace(path, buf_str(&e.out), 0600, err);
	buf_release(&e.out);
	free(text);
	return rc;
}

/* ---- columns ---- */

static const char *const sources[] = {
	[COLUMN_OWN] = "column",
	[COLUMN_PATH] = "path",
	[COLUMN_LABEL] = "label",
	[COLUMN_CONDITION] = "condition",
};

static char *column_text(const struct column_spec *spec)
{
	struct buf out = BUF_INIT(SETTINGS_MAX);
	bool named = spec->source == COLUMN_PATH || strcmp(spec->name, spec->what) != 0;

	if (!named && spec->source == COLUMN_OWN) {
		add_scalar(&out, spec->what);
		return buf_take(&out);
	}
	buf_addc(&out, '{');
	if (named) {
		buf_addz(&out, "name: ");
		add_scalar(&out, spec->name);
		buf_addz(&out, ", ");
	}
	buf_addf(&out, "%s: ", sources[spec->source]);
	add_scalar(&out, spec->what);
	buf_addc(&out, '}');
	return out.overflow ? NULL : buf_take(&out);
}

static bool says_columns(const struct settings *settings, const void *what)
{
	const struct column_choice *wanted = what;
	const struct column_choice *got = settings_columns(settings, wanted->kind);

	if (!got || got->count != wanted->count)
		return !got && !wanted->count;
	for (size_t i = 0; i < got->count; i++) {
		if (got->items[i].source != wanted->items[i].source ||
			strcmp(got->items[i].name, wanted->items[i].name) != 0 ||
			strcmp(got->items[i].what, wanted->items[i].what) != 0)
			return false;
	}
	return true;
}

int settings_write_columns(const char *path, const char *kind, const struct column_spec *specs,
	size_t n, struct error *err)
{
	const struct column_choice wanted = {
		.kind = (char *)kind, .items = (struct column_spec *)specs, .count = n
	};
	struct goal goal = {
		.outer = "columns", .inner = kind, .said = says_columns, .what = &wanted
	};
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++) {
		char *text = column_text(&specs[i]);

		if (text)
			add_item(&goal.items, text);
		else
			rc = error_set(err, ERROR_TOO_LARGE, "a column is too long");
	}
	if (rc == 0)
		rc = edit_file(path, &goal, err);
	items_release(&goal.items);
	return rc;
}
