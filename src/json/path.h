/*
 * path - kubectl's JSONPath over JSON text, without a tree (grammar and
 * rules: client-go, util/jsonpath/parser.go and jsonpath.go). A parsed path
 * never changes and may be used from any thread.
 */
#ifndef JSON_PATH_H
#define JSON_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct path;

/* text without its braces, as in additionalPrinterColumns: ".spec.replicas". */
int path_parse(struct str text, struct path **ret, struct error *err);
/* The same; on an error *ret_at gets where the step begins that is none. */
int path_parse_at(struct str text, struct path **ret, size_t *ret_at, struct error *err);
void path_free(struct path *path);

enum path_result {
	PATH_FOUND,
	PATH_MISSING, /* no result, with missing keys allowed */
	PATH_ERROR, /* an evaluation error: an index out of range, a comparison of unlike values ... */
};

/* The first result: the text of a JSON value inside object (strings with their
 * quotes). */
enum path_result path_first(const struct path *path, struct str object, struct str *ret_value);

/* For many paths over one object: the field of the root that the path begins
 * with, NULL when it does not; and the first result given that field's value (p
 * NULL: absent). */
const char *path_head(const struct path *path);
enum path_result path_first_below(const struct path *path, struct str value, struct str *ret_value);

/* The fields that the path begins with, one below the other: what it finds is in the
 * value to which they lead. Sets at most max; returns how many, 0 when the path may
 * look at all of the object. */
size_t path_fields(const struct path *path, const char **ret, size_t max);

/* All results in order (members of objects by key); stops when visit returns
 * false. */
enum path_result path_each(const struct path *path, struct str object,
	bool (*visit)(void *arg, struct str value), void *arg);

#endif
