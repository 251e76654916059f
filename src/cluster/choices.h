/*
 * choices - which columns a user has chosen for which kinds. Filled by one
 * thread, then unchanging, counted and read by any.
 */
#ifndef CLUSTER_CHOICES_H
#define CLUSTER_CHOICES_H

#include <stdbool.h>
#include <stddef.h>

#include "kube/column_spec.h"

struct column_choices;

struct column_choices *choices_new(void); /* with one holder */
/* Copies specs; kind is "plural.group". The last word on a kind counts. Only
 * before anybody else sees choices. */
void choices_add(struct column_choices *choices, const char *kind, const struct column_spec *specs,
	size_t n);
struct column_choices *choices_ref(struct column_choices *choices);
void choices_unref(struct column_choices *choices);

/* What was chosen for a kind, NULL when nothing was; borrowed from choices
 * (which may be NULL: nothing was chosen at all). */
const struct column_spec *choices_find(
	const struct column_choices *choices, const char *kind, size_t *ret_n);
/* Whether both say the same of this kind. */
bool choices_same(const struct column_choices *a, const struct column_choices *b, const char *kind);

#endif
