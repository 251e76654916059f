/*
 * doc - a small JSON document as a tree: exec credentials, discovery, reviews.
 *
 * The only user of cJSON. Not for objects from the cache: numbers become
 * doubles here. Keys are compared exactly, and of equal keys the last one
 * counts, as in Go. A string with U+0000 in it makes the whole document
 * invalid, because cJSON would cut it there. Any thread, one at a time.
 */
#ifndef JSON_DOC_H
#define JSON_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

#define DOC_MAX ((size_t)32 << 20) /* bytes of text */

struct doc; /* a value of any type; what hangs below it belongs to it */

/* NULL on text that is no JSON, that is nested past 1000 or longer than
 * DOC_MAX. doc_free() the result. */
struct doc *doc_parse(struct str text, struct error *err);
void doc_free(struct doc *root);

/* Reading; every function accepts NULL and values of the wrong type. */
const struct doc *doc_get(const struct doc *object, const char *key); /* NULL when absent or null */
const char *doc_string(const struct doc *object, const char *key);    /* NULL when no string */
bool doc_bool(const struct doc *object, const char *key);	      /* false when no boolean */
int doc_i64(const struct doc *object, const char *key, int64_t *ret_value);
bool doc_is_object(const struct doc *value);
bool doc_is_array(const struct doc *value);
bool doc_is_null(const struct doc *value);
const char *doc_text(const struct doc *value); /* NULL when no string */
const char *doc_key(const struct doc *value);  /* the name of a member, else NULL */

/* A string as it is, a number or a boolean as its text: what people write into
 * a field that holds a string. NULL for everything else; free() it. */
char *doc_scalar(const struct doc *value);

/* The members of an object or the items of an array, in order. */
const struct doc *doc_first(const struct doc *value);
const struct doc *doc_next(const struct doc *value);

/* Writing: each adds a member to object; the text is copied. */
struct doc *doc_new_object(void);
struct doc *doc_add_object(struct doc *object, const char *key);
struct doc *doc_add_array(struct doc *object, const char *key);
void doc_add_string(struct doc *object, const char *key, const char *text);
void doc_add_bool(struct doc *object, const char *key, bool value);
void doc_add_raw(struct doc *object, const char *key, const char *json); /* JSON as it is */
void doc_append_string(struct doc *array, const char *text);
struct doc *doc_append_object(struct doc *array);

/* Editing. A value belongs to the container that it was put into; what is taken
 * out belongs to the caller. Positions count from 0. */
struct doc *doc_dup(const struct doc *value);
struct doc *doc_new_string(const char *text);
struct doc *doc_new_i64(int64_t value);
bool doc_equal(const struct doc *a, const struct doc *b); /* the order of members is nothing */
size_t doc_count(const struct doc *container);
struct doc *doc_member(struct doc *object, const char *key); /* null is a value; NULL: absent */
struct doc *doc_item(struct doc *array, size_t at);	     /* NULL past the end */
/* Replaces the member at its place or appends it. */
void doc_set(struct doc *object, const char *key, struct doc *value);
struct doc *doc_take(struct doc *object, const char *key); /* NULL: absent */
void doc_remove(struct doc *object, const char *key);
/* Inserts before position at; at the end for any position past it. */
void doc_insert(struct doc *array, size_t at, struct doc *value);
struct doc *doc_take_item(struct doc *array, size_t at); /* NULL past the end */

/* The document as JSON without blanks; free() it. */
char *doc_print(const struct doc *value);

#endif
