#include "replay.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/map.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "kube/object.h"

struct replayed {
	char *kind_name;  /* NULL: nothing was heard of it */
	struct map texts; /* by "ns/name" */
};

struct replay {
	bool versions;
	uint64_t next;		/* record */
	struct replayed *kinds; /* by id */
	size_t n_kinds;
	size_t cap_kinds;
	struct text_reader *old_reader, *new_reader;
};

static struct replayed *kind_of(struct replay *r, uint32_t id, struct str name)
{
	while (r->n_kinds <= id) {
		r->kinds =
			array_reserve(r->kinds, &r->cap_kinds, r->n_kinds + 1, sizeof(*r->kinds));
		r->kinds[r->n_kinds] = (struct replayed){ .kind_name = NULL };
		map_init(&r->kinds[r->n_kinds++].texts);
	}
	if (!r->kinds[id].kind_name)
		r->kinds[id].kind_name = str_dup(name);
	assert_true(str_is(name, r->kinds[id].kind_name));
	return &r->kinds[id];
}

static void clear(struct replay *r)
{
	for (size_t i = 0; i < r->n_kinds; i++) {
		const struct map_slot *slot;
		size_t at = 0;

		while ((slot = map_next(&r->kinds[i].texts, &at)))
			free(slot->value);
		map_release(&r->kinds[i].texts);
		free(r->kinds[i].kind_name);
	}
	r->n_kinds = 0;
}

struct replay *replay_new(bool versions)
{
	struct replay *r = mem_zalloc(sizeof(*r));

	r->versions = versions;
	r->old_reader = text_reader_new();
	r->new_reader = text_reader_new();
	return r;
}

void replay_free(struct replay *r)
{
	clear(r);
	free(r->kinds);
	text_reader_free(r->old_reader);
	text_reader_free(r->new_reader);
	free(r);
}

static char *key_of(struct str ns, struct str name)
{
	return mem_printf(STR_FMT "/" STR_FMT, STR_ARG(ns), STR_ARG(name));
}

void replay_from_root(struct replay *r, const struct root *root)
{
	clear(r);
	r->next = root->changes;
	for (size_t i = 0; i < root->n_kinds; i++) {
		const struct kind_root *k = root->kinds[i];
		struct replayed *kind = kind_of(r, k->kind->id, str_of(k->kind->kind));
		const struct entry *e;

		for (size_t n = 0; (e = store_root_at(k->store, n)); n++) {
			char *key = key_of(entry_ns(e), entry_name(e));

			map_put(&kind->texts, str_of(key),
				str_dup(r->versions
						? entry_rv(e)
						: text_read(r->new_reader, atomic_load(&e->text))));
			free(key);
		}
	}
}

static void check_texts(
	const struct change *c, struct str old_text, struct str new_text, const char *was)
{
	assert_int_equal(old_text.p != NULL, c->type != CHANGE_ADDED);
	assert_int_equal(new_text.p != NULL, c->type != CHANGE_DELETED);
	if (was)
		assert_true(str_is(old_text, was));
	if (c->type == CHANGE_MODIFIED)
		assert_false(str_eq(old_text, new_text));
}

static bool is_version(struct str text, struct str rv)
{
	struct object o;

	return object_scan(text, &o, NULL) == 0 && str_eq(o.rv, rv);
}

/* Nothing is there that was not so. */
static void check_versions(
	const struct change *c, struct str old_text, struct str new_text, const char *was)
{
	if (c->type == CHANGE_ADDED)
		assert_null(old_text.p);
	if (c->type == CHANGE_DELETED)
		assert_null(new_text.p);
	else if (new_text.p)
		assert_true(is_version(new_text, c->rv));
	if (c->type != CHANGE_MODIFIED)
		return;
	assert_false(str_is(c->rv, was));
	if (old_text.p)
		assert_true(is_version(old_text, str_of(was)));
}

static void apply(struct replay *r, const struct change *c)
{
	struct replayed *kind = kind_of(r, c->kind, c->kind_name);
	struct str old_text = text_read(r->old_reader, c->old_text);
	struct str new_text = text_read(r->new_reader, c->new_text);
	char *key, *was;

	if (c->type == CHANGE_RELIST)
		return;
	key = key_of(c->ns, c->name);
	was = map_remove(&kind->texts, str_of(key));
	/* Never two ADDED, nothing before the first; the old state is the last one. */
	assert_int_equal(was != NULL, c->type != CHANGE_ADDED);
	(r->versions ? check_versions : check_texts)(c, old_text, new_text, was);
	if (c->type != CHANGE_DELETED)
		map_put(&kind->texts, str_of(key), str_dup(r->versions ? c->rv : new_text));
	free(was);
	free(key);
}

void replay_log(struct replay *r, struct changes *changes)
{
	struct change_copy copy = { .memory = NULL };
	uint64_t first, next;

	changes_range(changes, &first, &next);
	assert_true(first <= r->next);
	for (; changes_read(changes, r->next, &copy) == 0; r->next++)
		apply(r, &copy.change);
	change_copy_release(&copy);
}

size_t replay_count(const struct replay *r, uint32_t kind)
{
	return kind < r->n_kinds ? r->kinds[kind].texts.count : 0;
}

const char *replay_find(const struct replay *r, uint32_t kind, struct str ns, struct str name)
{
	char *key = key_of(ns, name);
	const char *text = kind < r->n_kinds ? map_get(&r->kinds[kind].texts, str_of(key)) : NULL;

	free(key);
	return text;
}

bool replay_has_only(const struct replay *r, const char *kind_name, uint32_t kind)
{
	for (size_t i = 0; i < r->n_kinds; i++) {
		const struct replayed *other = &r->kinds[i];

		if (i != kind && other->kind_name && !strcmp(other->kind_name, kind_name) &&
			other->texts.count)
			return false;
	}
	return true;
}
