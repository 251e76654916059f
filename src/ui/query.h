/*
 * query - what the user filters by: the text and the label selector as typed,
 * and the one filter that they make. UI thread.
 */
#ifndef UI_QUERY_H
#define UI_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

struct filter;
struct root;

struct query {
	char *text; /* never NULL once initialised */
	char *selector;
	bool unwell;	       /* only what is not well */
	struct filter *filter; /* NULL: everything is shown */
	uint64_t serial;       /* another for each filter */
};

void query_init(struct query *query);
void query_release(struct query *query);

/* What a filter is to be made of. */
struct query_wish {
	const char *text; /* NULL: as it is */
	const char *selector;
	bool unwell;
	const struct root *root;       /* whose columns are compared with; NULL: none */
	const char *const *columns;    /* of the view's own; NULL: of others there may be rows */
	const char *const *namespaces; /* n_namespaces 0: all */
	size_t n_namespaces;
};

/* Makes a filter. On an error nothing changes and *ret_at is its place. On
 * success the filter that was used until now is handed over in *ret_old: free it
 * once nobody uses it any more. */
int query_set(struct query *query, const struct query_wish *wish, struct filter **ret_old,
	size_t *ret_at, struct error *err);

/* The filter of the texts as they are, with another wish for the rest; the
 * caller's. Empty filters are filters, too. */
struct filter *query_filter(const struct query *query, const struct query_wish *wish);

/* No kind of the cluster can have a match; filter may be NULL. */
bool query_cannot_match(const struct filter *filter, const struct root *root);

/* For who has a text filter of its own, over rows of cells. */
struct query_own {
	struct filter **filter;
	char **text;
	const char *const *names; /* of the cells, up to NULL; NULL: any cell may be meant */
};
/* What was typed instead of the filter and its text (none: NULL and ""). -1 when it
 * cannot be read, or can match no cell: nothing changes, and *ret_at is its place. */
int query_take(const struct query_own *own, const char *typed, size_t *ret_at, struct error *err);

#endif
