#include "cluster/choices.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"

struct choice {
	char *kind;
	struct column_spec *specs;
	size_t n;
};

struct column_choices {
	atomic_uint refs;
	struct choice *items;
	size_t count;
	size_t cap;
};

struct column_choices *choices_new(void)
{
	struct column_choices *choices = mem_zalloc(sizeof(*choices));

	atomic_init(&choices->refs, 1);
	return choices;
}

struct column_choices *choices_ref(struct column_choices *choices)
{
	if (choices)
		atomic_fetch_add(&choices->refs, 1);
	return choices;
}

static void release(struct choice *choice)
{
	for (size_t i = 0; i < choice->n; i++) {
		free(choice->specs[i].name);
		free(choice->specs[i].what);
	}
	free(choice->specs);
	free(choice->kind);
}

void choices_unref(struct column_choices *choices)
{
	if (!choices || atomic_fetch_sub(&choices->refs, 1) > 1)
		return;
	for (size_t i = 0; i < choices->count; i++)
		release(&choices->items[i]);
	free(choices->items);
	free(choices);
}

static struct choice *find(const struct column_choices *choices, const char *kind)
{
	for (size_t i = 0; choices && i < choices->count; i++) {
		if (strcmp(choices->items[i].kind, kind) == 0)
			return &choices->items[i];
	}
	return NULL;
}

void choices_add(
	struct column_choices *choices, const char *kind, const struct column_spec *specs, size_t n)
{
	struct choice *choice = find(choices, kind);

	if (choice) {
		release(choice);
	} else {
		choices->items = array_reserve(
			choices->items, &choices->cap, choices->count + 1, sizeof(*choices->items));
		choice = &choices->items[choices->count++];
	}
	*choice = (struct choice){ .kind = mem_strdup(kind), .n = n };
	choice->specs = mem_alloc((n + 1) * sizeof(*specs));
	for (size_t i = 0; i < n; i++)
		choice->specs[i] = (struct column_spec){ mem_strdup(specs[i].name), specs[i].source,
			mem_strdup(specs[i].what) };
}

const struct column_spec *choices_find(
	const struct column_choices *choices, const char *kind, size_t *ret_n)
{
	const struct choice *choice = find(choices, kind);

	*ret_n = choice ? choice->n : 0;
	return choice ? choice->specs : NULL;
}

bool choices_same(const struct column_choices *a, const struct column_choices *b, const char *kind)
{
	const struct choice *x = find(a, kind), *y = find(b, kind);

	if (!x || !y)
		return x == y;
	if (x->n != y->n)
		return false;
	for (size_t i = 0; i < x->n; i++) {
		const struct column_spec *s = &x->specs[i], *t = &y->specs[i];

		if (s->source != t->source || strcmp(s->name, t->name) != 0 ||
			strcmp(s->what, t->what) != 0)
			return false;
	}
	return true;
}
