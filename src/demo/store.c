/*
 * Objects by namespace, then by name, in two levels of sorted arrays; a ring of
 * records for each table. See store.h.
 */
#include "demo/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"

#define KEEP_FOR   (60 * CLOCK_S)
#define KEEP_COUNT 16384

/* The objects of one namespace, by name. */
struct space {
	char *ns;
	struct demo_object **objects;
	size_t count, cap;
};

struct demo_table {
	struct demo_store *store;
	char *group, *plural;
	struct space **spaces; /* by name; an empty one goes */
	size_t n_spaces, cap_spaces;
	size_t count;
	struct demo_record *records; /* a ring: n_records from first on */
	size_t first, n_records, cap_records;
	int64_t forgotten; /* the newest resourceVersion whose record is gone */
	struct demo_listener *listeners;
};

struct demo_store {
	struct demo_table **tables;
	size_t n_tables, cap_tables;
	int64_t rv;
};

/* ---- texts ---- */

struct demo_text *demo_text_new(struct str text)
{
	struct demo_text *t = mem_alloc(sizeof(*t) + text.len + 1);

	t->refs = 1;
	t->len = (uint32_t)text.len;
	memcpy(t->bytes, text.p, text.len);
	t->bytes[text.len] = '\0';
	return t;
}

struct demo_text *demo_text_ref(struct demo_text *text)
{
	if (text)
		text->refs++;
	return text;
}

void demo_text_unref(struct demo_text *text)
{
	if (text && --text->refs == 0)
		free(text);
}

struct str demo_text_str(const struct demo_text *text)
{
	return str_make(text->bytes, text->len);
}

/* ---- tables ---- */

struct demo_store *demo_store_new(void)
{
	return mem_zalloc(sizeof(struct demo_store));
}

static void free_object(struct demo_object *object)
{
	free(object->ns);
	free(object->name);
	free(object->uid);
	demo_text_unref(object->text);
	free(object);
}

static void free_space(struct space *space)
{
	for (size_t i = 0; i < space->count; i++)
		free_object(space->objects[i]);
	free(space->objects);
	free(space->ns);
	free(space);
}

static struct demo_record *record_at(const struct demo_table *table, size_t i)
{
	return &table->records[(table->first + i) % table->cap_records];
}

static void forget_first(struct demo_table *table)
{
	struct demo_record *record = record_at(table, 0);

	table->forgotten = record->rv;
	demo_text_unref(record->text);
	demo_text_unref(record->prior);
	table->first = (table->first + 1) % table->cap_records;
	table->n_records--;
}

static void free_table(struct demo_table *table)
{
	while (table->n_records > 0)
		forget_first(table);
	for (size_t i = 0; i < table->n_spaces; i++)
		free_space(table->spaces[i]);
	free(table->spaces);
	free(table->records);
	free(table->group);
	free(table->plural);
	free(table);
}

void demo_store_free(struct demo_store *store)
{
	if (!store)
		return;
	for (size_t i = 0; i < store->n_tables; i++)
		free_table(store->tables[i]);
	free(store->tables);
	free(store);
}

int64_t demo_store_rv(const struct demo_store *store)
{
	return store->rv;
}

int64_t demo_store_next_rv(struct demo_store *store)
{
	return ++store->rv;
}

struct demo_table *demo_store_table(struct demo_store *store, struct str group, struct str plural)
{
	struct demo_table *table;

	for (size_t i = 0; i < store->n_tables; i++) {
		table = store->tables[i];
		if (str_is(group, table->group) && str_is(plural, table->plural))
			return table;
	}
	table = mem_zalloc(sizeof(*table));
	table->store = store;
	table->group = str_dup(group);
	table->plural = str_dup(plural);
	table->forgotten = store->rv;
	store->tables = array_reserve(store->tables, &store->cap_tables, store->n_tables + 1,
		sizeof(struct demo_table *));
	store->tables[store->n_tables++] = table;
	return table;
}

static void tell(struct demo_table *table, bool ended)
{
	struct demo_listener *next;

	for (struct demo_listener *l = table->listeners; l; l = next) {
		next = l->next;
		l->news(l, ended);
	}
}

void demo_store_drop(struct demo_store *store, struct demo_table *table)
{
	size_t i = 0;

	tell(table, true);
	while (store->tables[i] != table)
		i++;
	store->tables[i] = store->tables[--store->n_tables];
	free_table(table);
}

int64_t demo_table_rv(const struct demo_table *table)
{
	return table->store->rv;
}

size_t demo_table_count(const struct demo_table *table)
{
	return table->count;
}

/* ---- finding ---- */

/* Where ns is among the spaces, or would be. */
static size_t space_slot(const struct demo_table *table, struct str ns, bool *ret_found)
{
	size_t low = 0, high = table->n_spaces;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (str_cmp(str_of(table->spaces[middle]->ns), ns) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_found = low < table->n_spaces && str_is(ns, table->spaces[low]->ns);
	return low;
}

static size_t object_slot(const struct space *space, struct str name, bool *ret_found)
{
	size_t low = 0, high = space->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (str_cmp(str_of(space->objects[middle]->name), name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_found = low < space->count && str_is(name, space->objects[low]->name);
	return low;
}

const struct demo_object *demo_table_find(
	const struct demo_table *table, struct str ns, struct str name)
{
	bool found;
	size_t at = space_slot(table, ns, &found);
	const struct space *space = found ? table->spaces[at] : NULL;

	if (!space)
		return NULL;
	at = object_slot(space, name, &found);
	return found ? space->objects[at] : NULL;
}

const struct demo_object *demo_table_after(
	const struct demo_table *table, struct str only, struct str ns, struct str name)
{
	bool found;
	size_t at = space_slot(table, only.p ? only : ns, &found);
	size_t slot;

	if (only.p && !found)
		return NULL;
	if (found) {
		slot = object_slot(table->spaces[at], name, &found);
		slot += found;
		if (slot < table->spaces[at]->count)
			return table->spaces[at]->objects[slot];
		at++;
	}
	return only.p || at >= table->n_spaces ? NULL : table->spaces[at]->objects[0];
}

/* ---- writing ---- */

static void grow_ring(struct demo_table *table)
{
	size_t cap = table->cap_records ? table->cap_records * 2 : 16;
	struct demo_record *records = mem_realloc_array(NULL, cap, sizeof(*records));

	for (size_t i = 0; i < table->n_records; i++)
		records[i] = *record_at(table, i);
	free(table->records);
	table->records = records;
	table->cap_records = cap;
	table->first = 0;
}

static void forget_old(struct demo_table *table)
{
	int64_t oldest = clock_now() - KEEP_FOR;

	while (table->n_records > KEEP_COUNT ||
		(table->n_records > 0 && record_at(table, 0)->at < oldest))
		forget_first(table);
}

static void record(struct demo_table *table, enum demo_change change, int64_t rv,
	struct demo_text *text, struct demo_text *prior)
{
	if (table->n_records == table->cap_records)
		grow_ring(table);
	table->n_records++;
	*record_at(table, table->n_records - 1) = (struct demo_record){
		.rv = rv,
		.at = clock_now(),
		.change = change,
		.text = demo_text_ref(text),
		.prior = demo_text_ref(prior),
	};
	forget_old(table);
	tell(table, false);
}

static struct space *need_space(struct demo_table *table, struct str ns)
{
	bool found;
	size_t at = space_slot(table, ns, &found);
	struct space *space;

	if (found)
		return table->spaces[at];
	space = mem_zalloc(sizeof(*space));
	space->ns = str_dup(ns);
	table->spaces = array_reserve(
		table->spaces, &table->cap_spaces, table->n_spaces + 1, sizeof(struct space *));
	memmove(table->spaces + at + 1, table->spaces + at,
		(table->n_spaces - at) * sizeof(struct space *));
	table->spaces[at] = space;
	table->n_spaces++;
	return space;
}

static struct demo_object *insert(
	struct demo_table *table, struct space *space, size_t at, struct str name, struct str uid)
{
	struct demo_object *object = mem_zalloc(sizeof(*object));

	object->ns = mem_strdup(space->ns);
	object->name = str_dup(name);
	object->uid = str_dup(uid);
	space->objects = array_reserve(
		space->objects, &space->cap, space->count + 1, sizeof(struct demo_object *));
	memmove(space->objects + at + 1, space->objects + at,
		(space->count - at) * sizeof(struct demo_object *));
	space->objects[at] = object;
	space->count++;
	table->count++;
	return object;
}

void demo_table_put(
	struct demo_table *table, const struct demo_version_of *of, struct demo_text *text)
{
	struct space *space = need_space(table, of->ns);
	struct demo_object *object;
	struct demo_text *prior;
	bool found;
	size_t at = object_slot(space, of->name, &found);

	object = found ? space->objects[at] : insert(table, space, at, of->name, of->uid);
	prior = object->text;
	object->text = text;
	object->rv = of->rv;
	record(table, found ? DEMO_MODIFIED : DEMO_ADDED, of->rv, text, prior);
	demo_text_unref(prior);
}

static void remove_space(struct demo_table *table, size_t at)
{
	free_space(table->spaces[at]);
	table->n_spaces--;
	memmove(table->spaces + at, table->spaces + at + 1,
		(table->n_spaces - at) * sizeof(struct space *));
}

void demo_table_delete(
	struct demo_table *table, const struct demo_version_of *of, struct demo_text *text)
{
	bool found;
	size_t slot = space_slot(table, of->ns, &found);
	struct space *space = found ? table->spaces[slot] : NULL;
	struct demo_object *object = NULL;
	size_t at = 0;

	if (space) {
		at = object_slot(space, of->name, &found);
		object = found ? space->objects[at] : NULL;
	}
	if (object) {
		space->count--;
		memmove(space->objects + at, space->objects + at + 1,
			(space->count - at) * sizeof(struct demo_object *));
		if (space->count == 0)
			remove_space(table, slot);
		table->count--;
		record(table, DEMO_DELETED, of->rv, text, object->text);
		free_object(object);
	}
	demo_text_unref(text);
}

/* ---- the log ---- */

bool demo_table_has_since(const struct demo_table *table, int64_t rv)
{
	return rv >= table->forgotten;
}

const struct demo_record *demo_table_record(const struct demo_table *table, int64_t rv)
{
	size_t low = 0, high = table->n_records;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (record_at(table, middle)->rv <= rv)
			low = middle + 1;
		else
			high = middle;
	}
	return low < table->n_records ? record_at(table, low) : NULL;
}

void demo_table_listen(struct demo_table *table, struct demo_listener *listener)
{
	listener->next = table->listeners;
	table->listeners = listener;
}

void demo_table_unlisten(struct demo_table *table, struct demo_listener *listener)
{
	for (struct demo_listener **at = &table->listeners; *at; at = &(*at)->next) {
		if (*at == listener) {
			*at = listener->next;
			return;
		}
	}
}

void demo_table_end_watches(struct demo_table *table)
{
	tell(table, true);
}

void demo_store_expire(struct demo_store *store, bool compact)
{
	for (size_t i = 0; i < store->n_tables; i++) {
		forget_old(store->tables[i]);
		while (compact && store->tables[i]->n_records > 0)
			forget_first(store->tables[i]);
	}
}
