/*
 * query - a URL's query, taken apart and unescaped. Pure.
 */
#ifndef DEMO_QUERY_H
#define DEMO_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct demo_param {
	char *key;
	char *value;
};

struct demo_query {
	struct demo_param *params;
	size_t count, cap;
};

void demo_query_init(struct demo_query *ret, const char *text); /* NULL: none */
void demo_query_release(struct demo_query *query);

/* The first of that name; p NULL when there is none. */
struct str demo_query_get(const struct demo_query *query, const char *key);
bool demo_query_true(const struct demo_query *query, const char *key); /* "true" or "1" */
/* other when it is absent or no number. */
int64_t demo_query_i64(const struct demo_query *query, const char *key, int64_t other);

/* %xx decoded, on the heap; '+' is a blank in a query. A NUL ends the text. */
char *demo_unescape(struct str text, bool plus);

#endif
