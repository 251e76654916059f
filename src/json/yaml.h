/*
 * yaml - YAML documents to JSON text. The only user of libyaml.
 *
 * No tree: JSON is written while the events come, and an alias copies the text
 * that its anchor stands for; so what aliases expand to is bounded by the
 * ceiling of the output. Any thread.
 */
#ifndef JSON_YAML_H
#define JSON_YAML_H

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#define YAML_MAX_DEPTH 500

enum yaml_scalars {
	/* As kubectl reads YAML (1.1 words: yes, no, on, off; octal 0644). Decimal
	 * numbers keep their digits however long they are. */
	YAML_TYPED,
	/* Every scalar is a string with its own text, only a plain null is null: for
	 * files in which `token: 0123` means the four characters. */
	YAML_TEXT,
};

/* Appends the JSON text of the document to out; an empty document is null. The
 * keys of a mapping are written as strings. Fails, naming the line, on what is
 * no YAML, on a second document, on merge keys (<<), on keys that are no
 * scalars and on numbers that JSON lacks (.inf, .nan) with ERROR_INVALID or
 * ERROR_UNSUPPORTED; past YAML_MAX_DEPTH or the ceiling of out with
 * ERROR_TOO_LARGE. What was appended before a failure is to be thrown away. */
int yaml_to_json(struct str yaml, enum yaml_scalars scalars, struct buf *out, struct error *err);

/* The same for any number of documents, each given to visit as JSON text (which is
 * gone after the call) of at most max bytes. Ends where visit returns non-zero,
 * and returns -1 then, too. */
int yaml_each(struct str yaml, size_t max, int (*visit)(void *arg, struct str json), void *arg,
	struct error *err);

#endif
