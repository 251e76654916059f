/*
 * schema - the OpenAPI schema of one version of a kind, read from the text of
 * its CRD or of the server's OpenAPI document, piece by piece: nothing is parsed
 * that nobody looks at. Structural schemas only, as CRDs have them: a $ref is
 * named, never followed. Pure; all strs borrow from the text and are raw.
 */
#ifndef KUBE_SCHEMA_H
#define KUBE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

#define SCHEMA_DEPTH   64   /* of nesting, of schema and object */
#define SCHEMA_MEMBERS 5000 /* of one schema */

/* The schema's text; p NULL when the version, or its schema, is not there. */
struct str schema_of_crd(struct str crd, struct str version);
/* The same from /openapi/v3/apis/GROUP/VERSION. */
struct str schema_of_openapi(struct str document, struct str group, struct str kind);

/* What one schema says of its value; JSON texts, p NULL when absent. */
struct schema_facts {
	struct str type; /* a string's inside */
	struct str format;
	struct str description;
	struct str ref;
	struct str preset; /* default */
	struct str values; /* enum */
	struct str minimum, maximum, multiple;
	struct str pattern;
	struct str min_length, max_length, min_items, max_items, min_members, max_members;
	struct str list_type;
	struct str rules; /* x-kubernetes-validations: an array of objects */
	bool exclusive_minimum, exclusive_maximum;
	bool nullable;
	bool preserve; /* unknown fields are kept */
	bool int_or_string;
	bool embedded; /* an object with apiVersion, kind and metadata */
	/* below it */
	struct str properties, required, items, additional;
};
void schema_read(struct str schema, struct schema_facts *ret);

/* As people write it: "[]Object", "map[string]integer", "IntOrString". */
void schema_type(struct str schema, struct buf *out);

struct schema_field {
	struct str name;
	struct str schema;
	bool required;
};
/* The fields of an object, of a list's items or of a map's values; false when
 * there are no more. Start with a zeroed at. */
struct schema_fields {
	struct str rest; /* properties */
	struct str required;
	size_t next, count;
};
void schema_fields(struct str schema, struct schema_fields *ret);
bool schema_next(struct schema_fields *fields, struct schema_field *ret);
/* The field with this name (raw) among them. */
bool schema_field(struct str schema, struct str name, struct schema_field *ret);

/* The names from the top of an object's text to the value that begins at, or
 * holds, this offset; those of lists' items and maps' entries are left out when
 * schema has none for them. Returns how many were written. */
size_t schema_path(
	struct str schema, struct str json, size_t offset, struct str *ret_names, size_t max);

/* Calls unknown for each member that the schema does not know, with the offset of
 * its value. False when a ceiling ended it or the text is broken. */
bool schema_check(
	struct str schema, struct str json, void (*unknown)(void *arg, size_t offset), void *arg);

/* The same, so many members and items at a time; the texts are borrowed until it is
 * freed. The step returns true when there is nothing left to do. */
struct schema_check;
struct schema_check *schema_check_new(
	struct str schema, struct str json, void (*unknown)(void *arg, size_t offset), void *arg);
bool schema_check_step(struct schema_check *check, size_t members);
void schema_check_free(struct schema_check *check);

#endif
