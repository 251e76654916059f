/*
 * columns - a kind's printer columns and the text of their cells, exactly as
 * the API server (apiextensions-apiserver, tableconvertor.go) and kubectl
 * (cli-runtime, printers/tableprinter.go) make them. Pure; a struct columns
 * never changes and may be read from any thread.
 */
#ifndef KUBE_COLUMNS_H
#define KUBE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

struct column_rows;
struct path;

enum column_type {
	COLUMN_STRING,
	COLUMN_INTEGER,
	COLUMN_NUMBER,
	COLUMN_BOOLEAN,
	COLUMN_DATE
};

struct column {
	char *name; /* "Ready" */
	char *head; /* "READY" */
	enum column_type type;
	int priority; /* other than 0: only in the wide view */
	struct path *path;
};

/* Neither the Name nor the Namespace column; the implicit Age is there when the
 * CRD has no columns of its own. A path that does not parse drops its column
 * and all after it; *ret_bad (may be NULL) is then set to its message (heap). */
struct columns {
	struct column *items;
	size_t count;
	struct column_rows *rows; /* cells made by the server; NULL: all columns have paths */
};

/* additional: text of additionalPrinterColumns, p NULL when absent. */
struct columns *columns_new(struct str additional, char **ret_bad);
void columns_free(struct columns *columns);

/* The server's own columns, for a kind whose CRD may not be read: from a Table
 * of its objects with their metadata (includeObject=Metadata). A column called
 * Age is computed here, so that it ages; the other cells are the server's words
 * of that moment. Further pages are added before anybody else sees it. */
struct columns *columns_new_table(struct str table, struct error *err);
int columns_add_page(struct columns *columns, struct str table, struct error *err);

/* Appends the cell of column i for an object's text; now in seconds since 1970.
 * Appends nothing for a null cell. The text is the server's cell, not yet cut
 * at a newline and not escaped. */
void columns_cell(
	const struct columns *columns, size_t i, struct str object, int64_t now, struct buf *out);

/* All cells of an object in one walk, each followed by a NUL; dates are left
 * empty when with_dates is false (their text changes by time alone). */
void columns_cells(const struct columns *columns, struct str object, int64_t now, bool with_dates,
	struct buf *out);

#endif
