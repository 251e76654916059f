/*
 * columns_internal - making columns, for the files of columns only.
 */
#ifndef KUBE_COLUMNS_INTERNAL_H
#define KUBE_COLUMNS_INTERNAL_H

#include <stddef.h>

#include "kube/columns.h"

struct columns *columns_alloc(void);
/* Appends a column, whose head it makes; takes what column holds. */
void columns_add(struct columns *columns, size_t *cap, struct column column);

#endif
