/*
 * printer - the one way to stdout and stderr.
 *
 * Bytes from outside are made safe here: always in tables and messages, and in
 * whole objects (YAML, JSON) when stdout is a terminal; otherwise those come out
 * true to the byte. Main thread.
 */
#ifndef CMD_PRINTER_H
#define CMD_PRINTER_H

#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

struct error;

/* A message for people on stderr, as one line. */
void printer_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* "error: ..." the way kubectl says it; returns the exit code. */
int printer_fail(const struct error *err);

/* An object's text for stdout. */
void printer_object(struct str text);
/* Escaped as lines of text. */
void printer_text(struct str text);

/* -1 when stdout cannot be written to: printer_failed() says why. */
int printer_flush(void);
/* After that: 0 when the reader has just gone away, which is no error. */
int printer_failed(struct error *err);

/* A table as kubectl lays it out: three blanks between columns, the last one
 * not padded. Cells end at a line break ("..." follows) and are escaped. */
struct printer_table {
	struct buf cells; /* each with a NUL behind */
	size_t columns;
};

void printer_table_init(struct printer_table *t, size_t columns);
void printer_table_cell(struct printer_table *t, struct str text);
void printer_table_print(struct printer_table *t); /* and releases it */

#endif
