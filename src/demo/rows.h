/*
 * rows - objects as the rows of a meta.k8s.io/v1 Table. Part of view. Pure.
 */
#ifndef DEMO_ROWS_H
#define DEMO_ROWS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "demo/view.h"

/* Appends the text of columnDefinitions, an array. */
void demo_rows_columns(const struct demo_view *view, struct buf *out);

/* Appends one row. */
int demo_rows_add(
	const struct demo_view *view, struct str object, struct buf *out, struct error *err);

#endif
