/*
 * An object beside its schema: what the schema does not know, and from a place in
 * the one to the place in the other.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/schema.h"

static bool is_true(struct str value)
{
	return str_is(value, "true");
}

static bool is_object(struct str text)
{
	return text.p && text.len && text.p[0] == '{';
}

/* What a member's value is to be like. */
struct expected {
	bool known;
	bool field;	   /* a name of the schema's, not a map's key */
	struct str schema; /* p NULL: anything */
};

static bool is_meta(struct str key)
{
	return pick_is(key, "apiVersion") || pick_is(key, "kind") || pick_is(key, "metadata");
}

/* A schema that is asked for many names. */
struct node {
	const char *text;
	struct schema_facts facts;
	struct pick_sorted fields;
};

static void node_init(struct node *node, struct str schema)
{
	*node = (struct node){ .text = schema.p };
	schema_read(schema, &node->facts);
	if (is_object(node->facts.properties))
		pick_sorted(node->facts.properties, &node->fields);
}

static void node_release(struct node *node)
{
	pick_sorted_release(&node->fields);
}

static bool find_property(const struct node *node, struct str key, struct str *ret_schema)
{
	size_t low = 0, high = node->fields.count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = pick_cmp(node->fields.items[mid].key, key);

		if (order == 0) {
			*ret_schema = node->fields.items[mid].value;
			return true;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

static struct expected expect(const struct node *node, struct str key, bool top)
{
	const struct schema_facts *facts = &node->facts;
	struct expected anything = { .known = true, .schema = { NULL, 0 } };
	struct expected found = { .known = true, .field = true };

	if (find_property(node, key, &found.schema)) {
		if (top && pick_is(key, "metadata"))
			found.schema = anything.schema; /* CRDs do not describe it */
		return found;
	}
	if ((top || facts->embedded) && is_meta(key)) {
		found.schema = anything.schema;
		return found;
	}
	if (is_object(facts->additional)) {
		anything.schema = facts->additional;
		return anything;
	}
	anything.known = facts->preserve || is_true(facts->additional) || facts->ref.p ||
			 (!facts->properties.p && !facts->type.p);
	return anything;
}

/* ---- what it does not know ---- */

/* A value that is being walked through. */
struct check_level {
	struct node *node;
	bool list;
};

/* Lists have the same schema again and again: each is read once. */
struct schema_check {
	struct scan scan;
	void (*unknown)(void *arg, size_t offset);
	void *arg;
	struct node **nodes; /* by the place of their text */
	size_t n_nodes, cap;
	struct check_level levels[SCHEMA_DEPTH];
	unsigned depth;
	bool failed;
};

#define NODES_MIN 64

static size_t slot_of(const struct schema_check *c, const char *text)
{
	size_t at = (size_t)((uintptr_t)text * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (c->cap - 1);

	while (c->nodes[at] && c->nodes[at]->text != text)
		at = (at + 1) & (c->cap - 1);
	return at;
}

static void grow(struct schema_check *c)
{
	struct node **old = c->nodes;
	size_t old_cap = c->cap;

	c->cap = old_cap ? old_cap * 2 : NODES_MIN;
	c->nodes = mem_zalloc(c->cap * sizeof(*c->nodes));
	for (size_t i = 0; i < old_cap; i++) {
		if (old[i])
			c->nodes[slot_of(c, old[i]->text)] = old[i];
	}
	free(old);
}

static struct node *node_of(struct schema_check *c, struct str schema)
{
	size_t at;

	if (c->n_nodes * 2 >= c->cap)
		grow(c);
	at = slot_of(c, schema.p);
	if (!c->nodes[at]) {
		c->nodes[at] = mem_alloc(sizeof(*c->nodes[at]));
		node_init(c->nodes[at], schema);
		c->n_nodes++;
	}
	return c->nodes[at];
}

/* Passes over the value at the cursor, or opens it. */
static void take_value(struct schema_check *c, struct str schema)
{
	enum scan_type type = scan_type(&c->scan);
	struct check_level *level = &c->levels[c->depth];

	if (c->depth >= SCHEMA_DEPTH) {
		c->failed = true;
		return;
	}
	level->list = type == SCAN_ARRAY;
	level->node = type == SCAN_OBJECT || level->list ? node_of(c, schema) : NULL;
	if (!level->node || (level->list && !is_object(level->node->facts.items))) {
		scan_skip(&c->scan, NULL);
		return;
	}
	if (level->list)
		scan_array(&c->scan);
	else
		scan_object(&c->scan);
	c->depth++;
}

static void take_member(struct schema_check *c, const struct node *node, struct str key)
{
	struct expected e = expect(node, key, c->depth == 1);

	scan_type(&c->scan); /* moves to the value */
	if (!e.known)
		c->unknown(c->arg, scan_offset(&c->scan));
	if (e.known && e.schema.p)
		take_value(c, e.schema);
	else
		scan_skip(&c->scan, NULL);
}

struct schema_check *schema_check_new(
	struct str schema, struct str json, void (*unknown)(void *arg, size_t offset), void *arg)
{
	struct schema_check *c = mem_zalloc(sizeof(*c));

	c->unknown = unknown;
	c->arg = arg;
	scan_init(&c->scan, json);
	c->failed = !schema.p || !json.p || scan_type(&c->scan) != SCAN_OBJECT;
	if (!c->failed)
		take_value(c, schema);
	return c;
}

bool schema_check_step(struct schema_check *c, size_t members)
{
	for (; members && c->depth && !c->failed; members--) {
		const struct check_level *level = &c->levels[c->depth - 1];
		struct str key;

		if (level->list && scan_item(&c->scan))
			take_value(c, level->node->facts.items);
		else if (!level->list && scan_key(&c->scan, &key))
			take_member(c, level->node, key);
		else
			c->depth--;
		c->failed |= scan_failed(&c->scan);
	}
	return !c->depth || c->failed;
}

void schema_check_free(struct schema_check *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->cap; i++) {
		if (c->nodes[i])
			node_release(c->nodes[i]);
		free(c->nodes[i]);
	}
	free(c->nodes);
	free(c);
}

bool schema_check(
	struct str schema, struct str json, void (*unknown)(void *arg, size_t offset), void *arg)
{
	struct schema_check *c = schema_check_new(schema, json, unknown, arg);
	bool all;

	while (!schema_check_step(c, SIZE_MAX))
		;
	all = !c->failed;
	schema_check_free(c);
	return all;
}

/* ---- from a place in the object to one in the schema ---- */

/* Enters the member, or item, that holds the offset; false: the value itself. An item
 * has no key: p NULL. */
static bool enter(struct scan *s, size_t offset, struct str *ret_key)
{
	bool list = scan_type(s) == SCAN_ARRAY;

	*ret_key = (struct str){ NULL, 0 };
	if (list ? scan_array(s) < 0 : scan_type(s) != SCAN_OBJECT || scan_object(s) < 0)
		return false;
	while (list ? scan_item(s) : scan_key(s, ret_key)) {
		struct scan value = *s;

		scan_type(&value);
		if (scan_skip(s, NULL) < 0 || scan_offset(&value) > offset)
			return false;
		if (offset < scan_offset(s)) {
			*s = value;
			return true;
		}
	}
	return false;
}

size_t schema_path(
	struct str schema, struct str json, size_t offset, struct str *ret_names, size_t max)
{
	size_t count = 0;
	struct str key;
	struct scan s;

	if (!schema.p || !json.p)
		return 0;
	scan_init(&s, json);
	for (unsigned depth = 0; count < max && depth < SCHEMA_DEPTH && schema.p; depth++) {
		struct expected e;
		struct node node;

		if (!enter(&s, offset, &key))
			break;
		if (!key.p) {
			struct schema_facts facts;

			schema_read(schema, &facts);
			schema = facts.items;
			continue;
		}
		node_init(&node, schema);
		e = expect(&node, key, false);
		node_release(&node);
		if (!e.known)
			break;
		if (e.field)
			ret_names[count++] = key;
		schema = e.schema;
	}
	return count;
}
