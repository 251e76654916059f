/*
 * columns - a kind's printer columns and the text of their cells, exactly as
 * the API server (apiextensions-apiserver, tableconvertor.go) and kubectl
 * (cli-runtime, printers/tableprinter.go) make them. Pure; a struct columns
 * never changes and may be read from any thread.
 */
#ifndef KUBE_COLUMNS_H
#define KUBE_COLUMNS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "kube/column_spec.h"

#define COLUMNS_NO_TIME INT64_MIN

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
	enum column_source source;
	struct path *path; /* NULL: a cell of rows, a label, a condition, or nothing */
	bool borrowed;	   /* the path is that of the columns it was chosen from */
	bool all;	   /* every result of the path, divided by commas; else the first */
	bool in_rows;	   /* the cell at place of columns->rows */
	size_t place;
	char *what; /* the label's key, the condition's type; else NULL */
};

/* Neither the Name nor the Namespace column; the implicit Age is there when the
 * CRD has no columns of its own. A path that does not parse drops its column
 * and all after it; *ret_bad (may be NULL) is then set to its message (heap). */
struct columns {
	struct column *items;
	size_t count;
	struct column_rows *rows; /* cells made by the server; or NULL */
	struct columns *own;	  /* of a choice: the columns it was made from; else NULL */
	atomic_uint refs;
};

/* additional: text of additionalPrinterColumns, p NULL when absent. */
struct columns *columns_new(struct str additional, char **ret_bad);
/* One more holder; the content never changes. Any thread. */
struct columns *columns_ref(struct columns *columns);
/* Lets go; freed with the last holder. */
void columns_free(struct columns *columns);

/* The columns that a user has chosen for a kind whose own are own (which is held
 * from then on): those of its own by name (case does not matter; what shows there
 * and how it is ordered is the own column's), a JSONPath as kubectl's
 * custom-columns take it (braces and the first dot may be missing; several
 * results are divided by commas), a label by its key, a condition's status by its
 * type. What an object does not have is blank, and so is an own column that is
 * not there. A path that does not parse is an error that says where. */
int columns_new_chosen(struct columns *own, const struct column_spec *specs, size_t n,
	struct columns **ret, struct error *err);

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

/* The same in one walk, without dates in out; times gets columns->count times in
 * seconds since 1970: of dates, else COLUMNS_NO_TIME. */
void columns_values(
	const struct columns *columns, struct str object, int64_t *times, struct buf *out);

#endif
