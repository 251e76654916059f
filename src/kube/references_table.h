/*
 * references_table - members that refer to something by a name alone, or without
 * the group. Data.
 */
#ifndef KUBE_REFERENCES_TABLE_H
#define KUBE_REFERENCES_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct implied {
	const char *member;
	const char *kind;  /* NULL: always given */
	const char *group; /* when it is not given; NULL: not known */
	bool plain;	   /* its value is the name, a string; otherwise an object with it */
};

const struct implied *references_table(size_t *ret_n);
/* Kinds of the core group: they are given without one. */
const char *const *references_core(size_t *ret_n);

#endif
