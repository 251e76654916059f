/*
 * tables - the server's own columns of kinds whose CRDs may not be read, asked
 * for one kind after another. Watch thread.
 */
#ifndef CLUSTER_TABLES_H
#define CLUSTER_TABLES_H

#include <stddef.h>

struct client;
struct columns;
struct gvr;
struct tables;

/* found takes columns (NULL: they could not be had); name is the "plural.group" that was asked for. */
struct tables *tables_new(struct client *client,
	void (*found)(void *arg, const char *name, struct columns *columns), void *arg);
void tables_free(struct tables *tables);

/* Asks soon; a kind that is waiting already is not asked twice. The rows are those of all
 * these namespaces, as far as each may be read; "" is all. */
void tables_want(struct tables *tables, const struct gvr *gvr, const char *const *namespaces,
	size_t n_namespaces);

#endif
