/*
 * A tree of names. Members that it has stay, in their order and each time they
 * stand there: of equal keys the last one counts for readers of the part, too.
 */
#include "kube/keep.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "json/path.h"
#include "json/scan.h"
#include "kube/columns.h"
#include "kube/health_rules.h"

#define DEPTH_MAX 16 /* fields of a path; what is below the last one stays whole */

struct node {
	char *name;
	bool whole; /* else only what its own nodes name */
	struct node *nodes;
	size_t count;
};

struct keep {
	struct node root;
};

/* ---- the tree ---- */

static void node_release(struct node *node)
{
	for (size_t i = 0; i < node->count; i++)
		node_release(&node->nodes[i]);
	free(node->nodes);
	free(node->name);
}

static struct node *find_name(const struct node *node, const char *name)
{
	for (size_t i = 0; i < node->count; i++) {
		if (strcmp(node->nodes[i].name, name) == 0)
			return &node->nodes[i];
	}
	return NULL;
}

static struct node *add_name(struct node *node, const char *name)
{
	struct node *found = find_name(node, name);

	if (found)
		return found;
	node->nodes = mem_realloc_array(node->nodes, node->count + 1, sizeof(*node->nodes));
	node->nodes[node->count] = (struct node){ .name = mem_strdup(name) };
	return &node->nodes[node->count++];
}

static void add_fields(struct keep *keep, const char *const *fields, size_t n)
{
	struct node *node = &keep->root;

	for (size_t i = 0; i < n; i++)
		node = add_name(node, fields[i]);
	node->whole = true;
}

struct keep *keep_new(void)
{
	static const char *const always[][3] = {
		{ "metadata", "name", NULL },
		{ "metadata", "namespace", NULL },
		{ "metadata", "generation", NULL },
		{ "metadata", "deletionTimestamp", NULL },
		{ "metadata", "ownerReferences", NULL },
		{ "status", "observedGeneration", NULL },
		{ "status", "conditions", NULL },
		{ "status", "phase", NULL },
		{ "status", "state", NULL },
		{ "status", "health", "status" },
		{ "status", "sync", "status" },
		{ "status", "parents", NULL },
		{ "status", "listeners", NULL },
		{ "status", "ancestors", NULL },
	};
	struct keep *keep = mem_zalloc(sizeof(*keep));

	for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
		add_fields(keep, always[i], always[i][2] ? 3 : 2);
	return keep;
}

void keep_free(struct keep *keep)
{
	if (!keep)
		return;
	node_release(&keep->root);
	free(keep);
}

static void add_path(struct keep *keep, const struct path *path)
{
	const char *fields[DEPTH_MAX];

	add_fields(keep, fields, path_fields(path, fields, DEPTH_MAX));
}

void keep_columns(struct keep *keep, const struct columns *columns)
{
	for (size_t i = 0; columns && i < columns->count; i++) {
		const struct column *column = &columns->items[i];
		const char *label[] = { "metadata", "labels", column->what };

		if (column->source == COLUMN_LABEL)
			add_fields(keep, label, 3);
		else if (column->path)
			add_path(keep, column->path);
	}
}

void keep_health(struct keep *keep, const struct health_context *context)
{
	for (size_t i = 0; context && i < context->n_lines; i++) {
		if (context->lines[i].path)
			add_path(keep, context->lines[i].path);
	}
}

bool keep_is_all(const struct keep *keep)
{
	return keep->root.whole;
}

static bool covers(const struct node *has, const struct node *wants)
{
	if (has->whole || wants->whole)
		return has->whole;
	for (size_t i = 0; i < wants->count; i++) {
		const struct node *found = find_name(has, wants->nodes[i].name);

		if (!found || !covers(found, &wants->nodes[i]))
			return false;
	}
	return true;
}

bool keep_covers(const struct keep *has, const struct keep *wants)
{
	return covers(&has->root, &wants->root);
}

/* ---- writing ---- */

static const struct node *find_key(const struct node *node, struct str key)
{
	for (size_t i = 0; i < node->count; i++) {
		if (scan_is(key, node->nodes[i].name))
			return &node->nodes[i];
	}
	return NULL;
}

static void write_value(const struct node *node, struct str value, struct buf *out);

static void write_members(const struct node *node, struct str object, struct buf *out)
{
	struct str key, value;
	bool any = false;
	struct scan s;

	scan_init(&s, object);
	scan_object(&s);
	buf_addc(out, '{');
	while (scan_key(&s, &key) && scan_skip(&s, &value) == 0) {
		const struct node *found = find_key(node, key);

		if (!found)
			continue;
		buf_addz(out, any ? ",\"" : "\"");
		buf_addstr(out, key);
		buf_addz(out, "\":");
		write_value(found, value, out);
		any = true;
	}
	buf_addc(out, '}');
}

/* Fields are looked for in objects alone. */
static void write_value(const struct node *node, struct str value, struct buf *out)
{
	if (node->whole || !value.len || (value.p[0] != '{' && value.p[0] != '['))
		buf_addstr(out, value);
	else if (value.p[0] == '[')
		buf_addz(out, "[]");
	else
		write_members(node, value, out);
}

void keep_write(const struct keep *keep, struct str object, struct buf *out)
{
	write_value(&keep->root, str_trim(object), out);
}
