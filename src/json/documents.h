/*
 * documents - what a file that people write for the API server holds: one or
 * several JSON or YAML documents. Pure.
 */
#ifndef JSON_DOCUMENTS_H
#define JSON_DOCUMENTS_H

#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

/* Calls visit for each document as valid JSON text of at most max bytes, which is
 * gone after the call; empty documents are left out. Text whose first character is
 * a brace or a bracket is JSON, one value after another, else it is YAML. Ends where visit
 * returns non-zero, and returns -1 then, as on an error. */
int documents_each(struct str text, size_t max, int (*visit)(void *arg, struct str json), void *arg,
	struct error *err);

#endif
