#include "kube/schema.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "json/pick.h"
#include "json/scan.h"

/* ---- where it stands ---- */

struct str schema_of_crd(struct str crd, struct str version)
{
	struct str versions = scan_member(scan_member(crd, "spec"), "versions");
	struct str item, none = { NULL, 0 };
	struct scan s;

	if (!versions.p)
		return none;
	scan_init(&s, versions);
	if (!scan_array_or_skip(&s))
		return none;
	while (scan_item_text(&s, &item)) {
		struct str name = pick_raw(scan_member(item, "name"));

		if (name.p && str_eq(name, version))
			return scan_member(scan_member(item, "schema"), "openAPIV3Schema");
	}
	return none;
}

static bool names_kind(struct str list, struct str group, struct str kind)
{
	struct str item;
	struct scan s;

	scan_init(&s, list);
	if (!scan_array_or_skip(&s))
		return false;
	while (scan_item_text(&s, &item)) {
		struct str a = pick_raw(scan_member(item, "group"));
		struct str b = pick_raw(scan_member(item, "kind"));

		if (a.p && b.p && str_eq(a, group) && str_eq(b, kind))
			return true;
	}
	return false;
}

/* Passes over one schema; true: it is that of the kind. */
static bool take_if_of_kind(struct scan *s, struct str group, struct str kind, struct str *ret)
{
	const char *start;
	bool found = false;
	struct str key, value;

	scan_type(s); /* moves to the value */
	start = s->p;
	if (!scan_object_or_skip(s))
		return false;
	while (scan_key(s, &key)) {
		if (scan_skip(s, &value) == 0 && !found &&
			pick_is(key, "x-kubernetes-group-version-kind"))
			found = names_kind(value, group, kind);
	}
	if (scan_failed(s) || !found)
		return false;
	*ret = str_make(start, (size_t)(s->p - start));
	return true;
}

static bool go_to_member(struct scan *s, const char *name)
{
	struct str key;

	if (!scan_object_or_skip(s))
		return false;
	while (scan_key(s, &key)) {
		if (pick_is(key, name))
			return true;
		scan_skip(s, NULL);
	}
	return false;
}

/* In one pass: such documents are large. */
struct str schema_of_openapi(struct str document, struct str group, struct str kind)
{
	struct str key, schema, none = { NULL, 0 };
	struct scan s;

	scan_init(&s, document);
	if (!go_to_member(&s, "components") || !go_to_member(&s, "schemas") ||
		!scan_object_or_skip(&s))
		return none;
	while (scan_key(&s, &key)) {
		if (take_if_of_kind(&s, group, kind, &schema))
			return schema;
	}
	return none;
}

/* ---- one schema ---- */

enum {
	AT_TYPE,
	AT_FORMAT,
	AT_DESCRIPTION,
	AT_REF,
	AT_DEFAULT,
	AT_ENUM,
	AT_MINIMUM,
	AT_MAXIMUM,
	AT_MULTIPLE,
	AT_PATTERN,
	AT_MIN_LENGTH,
	AT_MAX_LENGTH,
	AT_MIN_ITEMS,
	AT_MAX_ITEMS,
	AT_MIN_MEMBERS,
	AT_MAX_MEMBERS,
	AT_LIST_TYPE,
	AT_RULES,
	AT_EX_MINIMUM,
	AT_EX_MAXIMUM,
	AT_NULLABLE,
	AT_PRESERVE,
	AT_INT_OR_STRING,
	AT_EMBEDDED,
	AT_PROPERTIES,
	AT_REQUIRED,
	AT_ITEMS,
	AT_ADDITIONAL,
	AT_ALL_OF,
	AT_COUNT
};

static const char *const members[AT_COUNT] = {
	[AT_TYPE] = "type",
	[AT_FORMAT] = "format",
	[AT_DESCRIPTION] = "description",
	[AT_REF] = "$ref",
	[AT_DEFAULT] = "default",
	[AT_ENUM] = "enum",
	[AT_MINIMUM] = "minimum",
	[AT_MAXIMUM] = "maximum",
	[AT_MULTIPLE] = "multipleOf",
	[AT_PATTERN] = "pattern",
	[AT_MIN_LENGTH] = "minLength",
	[AT_MAX_LENGTH] = "maxLength",
	[AT_MIN_ITEMS] = "minItems",
	[AT_MAX_ITEMS] = "maxItems",
	[AT_MIN_MEMBERS] = "minProperties",
	[AT_MAX_MEMBERS] = "maxProperties",
	[AT_LIST_TYPE] = "x-kubernetes-list-type",
	[AT_RULES] = "x-kubernetes-validations",
	[AT_EX_MINIMUM] = "exclusiveMinimum",
	[AT_EX_MAXIMUM] = "exclusiveMaximum",
	[AT_NULLABLE] = "nullable",
	[AT_PRESERVE] = "x-kubernetes-preserve-unknown-fields",
	[AT_INT_OR_STRING] = "x-kubernetes-int-or-string",
	[AT_EMBEDDED] = "x-kubernetes-embedded-resource",
	[AT_PROPERTIES] = "properties",
	[AT_REQUIRED] = "required",
	[AT_ITEMS] = "items",
	[AT_ADDITIONAL] = "additionalProperties",
	[AT_ALL_OF] = "allOf",
};

static bool is_true(struct str value)
{
	return str_is(value, "true");
}

/* The server's OpenAPI has a described $ref as the one member of allOf. */
static struct str ref_in(struct str all_of)
{
	struct str item, none = { NULL, 0 };
	struct scan s;

	if (!all_of.p)
		return none;
	scan_init(&s, all_of);
	if (scan_array_or_skip(&s) && scan_item_text(&s, &item))
		return pick_raw(scan_member(item, "$ref"));
	return none;
}

void schema_read(struct str schema, struct schema_facts *ret)
{
	struct str at[AT_COUNT] = { { NULL, 0 } };

	if (schema.p)
		pick_members(schema, members, at, AT_COUNT);
	*ret = (struct schema_facts){
		.type = pick_raw(at[AT_TYPE]),
		.format = pick_raw(at[AT_FORMAT]),
		.description = pick_raw(at[AT_DESCRIPTION]),
		.ref = pick_raw(at[AT_REF]),
		.preset = at[AT_DEFAULT],
		.values = at[AT_ENUM],
		.minimum = at[AT_MINIMUM],
		.maximum = at[AT_MAXIMUM],
		.multiple = at[AT_MULTIPLE],
		.pattern = at[AT_PATTERN],
		.min_length = at[AT_MIN_LENGTH],
		.max_length = at[AT_MAX_LENGTH],
		.min_items = at[AT_MIN_ITEMS],
		.max_items = at[AT_MAX_ITEMS],
		.min_members = at[AT_MIN_MEMBERS],
		.max_members = at[AT_MAX_MEMBERS],
		.list_type = pick_raw(at[AT_LIST_TYPE]),
		.rules = at[AT_RULES],
		.exclusive_minimum = is_true(at[AT_EX_MINIMUM]),
		.exclusive_maximum = is_true(at[AT_EX_MAXIMUM]),
		.nullable = is_true(at[AT_NULLABLE]),
		.preserve = is_true(at[AT_PRESERVE]),
		.int_or_string = is_true(at[AT_INT_OR_STRING]),
		.embedded = is_true(at[AT_EMBEDDED]),
		.properties = at[AT_PROPERTIES],
		.required = at[AT_REQUIRED],
		.items = at[AT_ITEMS],
		.additional = at[AT_ADDITIONAL],
	};
	if (!ret->ref.p)
		ret->ref = ref_in(at[AT_ALL_OF]);
}

static bool is_object(struct str text)
{
	return text.p && text.len && text.p[0] == '{';
}

static void add_name_of(struct str ref, struct buf *out)
{
	while (ref.p && ref.len) {
		struct str rest = ref;

		str_cut(&rest, '.');
		if (!rest.p)
			break;
		ref = rest;
	}
	buf_addstr(out, ref);
}

void schema_type(struct str schema, struct buf *out)
{
	struct schema_facts facts;

	for (int depth = 0; depth < SCHEMA_DEPTH; depth++) {
		schema_read(schema, &facts);
		if (is_object(facts.items)) {
			buf_addz(out, "[]");
			schema = facts.items;
		} else if (is_object(facts.additional) && !facts.properties.p) {
			buf_addz(out, "map[string]");
			schema = facts.additional;
		} else {
			break;
		}
	}
	if (facts.int_or_string)
		buf_addz(out, "IntOrString");
	else if (facts.ref.p)
		add_name_of(facts.ref, out);
	else if (!facts.type.p)
		buf_addz(out, "any");
	else if (str_is(facts.type, "object"))
		buf_addz(out, "Object");
	else
		buf_addstr(out, facts.type);
}

/* ---- fields ---- */

/* Through lists and maps to what has fields. */
static void read_inner(struct str schema, struct schema_facts *ret)
{
	for (int depth = 0; depth < SCHEMA_DEPTH; depth++) {
		schema_read(schema, ret);
		if (is_object(ret->items))
			schema = ret->items;
		else if (is_object(ret->additional) && !ret->properties.p)
			schema = ret->additional;
		else
			return;
	}
}

void schema_fields(struct str schema, struct schema_fields *ret)
{
	struct schema_facts facts;

	read_inner(schema, &facts);
	*ret = (struct schema_fields){ .required = facts.required };
	if (is_object(facts.properties))
		ret->rest = facts.properties;
}

static bool is_required(struct str required, struct str name)
{
	struct str item;
	struct scan s;

	if (!required.p)
		return false;
	scan_init(&s, required);
	if (!scan_array_or_skip(&s))
		return false;
	while (scan_item_text(&s, &item)) {
		struct str raw = pick_raw(item);

		if (raw.p && str_eq(raw, name))
			return true;
	}
	return false;
}

bool schema_next(struct schema_fields *fields, struct schema_field *ret)
{
	struct str key, value;
	struct scan s;

	if (!fields->rest.p || fields->count++ >= SCHEMA_MEMBERS)
		return false;
	scan_init(&s, fields->rest);
	if (fields->next) {
		s.p = fields->rest.p + fields->next;
	} else if (scan_object(&s) < 0) {
		return false;
	}
	if (!scan_key(&s, &key) || scan_skip(&s, &value) < 0)
		return false;
	fields->next = scan_offset(&s);
	*ret = (struct schema_field){
		.name = key,
		.schema = value,
		.required = is_required(fields->required, key),
	};
	return true;
}

bool schema_field(struct str schema, struct str name, struct schema_field *ret)
{
	struct schema_fields fields;

	schema_fields(schema, &fields);
	while (schema_next(&fields, ret)) {
		if (str_eq(ret->name, name))
			return true;
	}
	return false;
}

/* ---- an object beside its schema ---- */

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
	const char *text; /* NULL: an empty slot */
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

/* Lists have the same schema again and again: each is read once. */
struct check {
	struct str json;
	void (*unknown)(void *arg, size_t offset);
	void *arg;
	struct node *nodes; /* by the place of their text */
	size_t n_nodes, cap;
};

#define NODES_MIN 64

static size_t slot_of(const struct check *c, const char *text)
{
	size_t at = (size_t)((uintptr_t)text * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (c->cap - 1);

	while (c->nodes[at].text && c->nodes[at].text != text)
		at = (at + 1) & (c->cap - 1);
	return at;
}

static void grow(struct check *c)
{
	struct node *old = c->nodes;
	size_t old_cap = c->cap;

	c->cap = old_cap ? old_cap * 2 : NODES_MIN;
	c->nodes = mem_zalloc(c->cap * sizeof(*c->nodes));
	for (size_t i = 0; i < old_cap; i++) {
		if (old[i].text)
			c->nodes[slot_of(c, old[i].text)] = old[i];
	}
	free(old);
}

/* A copy: the table moves while what is below is walked; it keeps the fields. */
static struct node node_of(struct check *c, struct str schema)
{
	size_t at;

	if (c->n_nodes * 2 >= c->cap)
		grow(c);
	at = slot_of(c, schema.p);
	if (!c->nodes[at].text) {
		node_init(&c->nodes[at], schema);
		c->n_nodes++;
	}
	return c->nodes[at];
}

static bool check_value(struct check *c, struct scan *s, struct str schema, unsigned depth);

static bool check_members(struct check *c, struct scan *s, const struct node *node, unsigned depth)
{
	struct str key;

	scan_object(s);
	while (scan_key(s, &key)) {
		struct expected e = expect(node, key, depth == 0);

		scan_type(s); /* moves to the value */
		if (!e.known)
			c->unknown(c->arg, (size_t)(s->p - c->json.p));
		if (!e.known || !e.schema.p) {
			if (scan_skip(s, NULL) < 0)
				return false;
		} else if (!check_value(c, s, e.schema, depth + 1)) {
			return false;
		}
	}
	return !scan_failed(s);
}

static bool check_value(struct check *c, struct scan *s, struct str schema, unsigned depth)
{
	enum scan_type type = scan_type(s);
	struct node node;

	if (depth >= SCHEMA_DEPTH)
		return false;
	if (type != SCAN_OBJECT && type != SCAN_ARRAY)
		return scan_skip(s, NULL) == 0;
	node = node_of(c, schema);
	if (type == SCAN_OBJECT)
		return check_members(c, s, &node, depth);
	if (!is_object(node.facts.items))
		return scan_skip(s, NULL) == 0;
	scan_array(s);
	while (scan_item(s)) {
		if (!check_value(c, s, node.facts.items, depth + 1))
			return false;
	}
	return !scan_failed(s);
}

bool schema_check(
	struct str schema, struct str json, void (*unknown)(void *arg, size_t offset), void *arg)
{
	struct check c = { .json = json, .unknown = unknown, .arg = arg };
	struct scan s;
	bool all;

	if (!schema.p || !json.p)
		return false;
	scan_init(&s, json);
	all = scan_type(&s) == SCAN_OBJECT && check_value(&c, &s, schema, 0);
	for (size_t i = 0; i < c.cap; i++)
		node_release(&c.nodes[i]);
	free(c.nodes);
	return all;
}

/* ---- from a place in the object to one in the schema ---- */

/* Enters the member, or the item (no key), that holds the offset; false: the value itself. */
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
	struct schema_facts facts;
	struct expected e;
	struct node node;
	struct str key;
	struct scan s;

	if (!schema.p || !json.p)
		return 0;
	scan_init(&s, json);
	for (unsigned depth = 0; count < max && depth < SCHEMA_DEPTH && schema.p; depth++) {
		if (!enter(&s, offset, &key))
			break;
		if (!key.p) {
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
