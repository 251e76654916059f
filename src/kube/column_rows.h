/*
 * column_rows - the cells of a server's Table, found again by object. Pure.
 */
#ifndef KUBE_COLUMN_ROWS_H
#define KUBE_COLUMN_ROWS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

struct column_rows;

struct column_rows *column_rows_new(void);
void column_rows_free(struct column_rows *rows);

/* Adds the rows of a meta.k8s.io/v1 Table whose objects are there in part. */
int column_rows_add(struct column_rows *rows, struct str table, struct error *err);

/* The row of this object: the text of its cells, p NULL when there is none. Valid
 * as long as rows; and cell column + 1 of it, appended. */
struct str column_rows_find(const struct column_rows *rows, struct str object);
void column_rows_pick(struct str row, size_t column, struct buf *out);

#endif
