/*
 * What crds.c and crds_look.c share. Watch thread.
 */
#ifndef CLUSTER_CRDS_INTERNAL_H
#define CLUSTER_CRDS_INTERNAL_H

#include "cluster/crds.h"

#include <stdint.h>

#include "net/client.h"

struct discover;
struct tables;

/* One kind that is or was there. */
struct member {
	char *name;	 /* plural.group */
	char *uid;	 /* of its CRD; "" from discovery */
	char *signature; /* all that its informer was made from */
	char *version;
	struct informer *informer;
	bool narrowed;	   /* its informer knows the namespaces */
	int64_t gone_at;   /* clock_now() when it leaves; 0: it is there */
	uint64_t table_at; /* version of the store for which the server's columns were asked */
	bool bare;	   /* and have not come yet */
};

struct crds {
	struct informer_context *ctx;
	char *ns;
	bool (*wanted)(void *arg, const struct kind *kind);
	void *wanted_arg;
	bool only_kinds;
	struct informer *informer; /* of the CRDs themselves */
	struct discover *discover; /* instead of them; NULL until needed */
	struct tables *tables;	   /* with it */
	bool discovered;
	struct client_timer timer; /* for members that are gone */
	struct client_timer table_timer;
	struct member **members; /* in the root's order */
	size_t n_members;
	size_t cap_members;
	bool full; /* some were left out */
	uint32_t next_id;
	struct column_choices *choices; /* NULL: none */
	char **preferred;		/* names of kinds that come first */
	size_t n_preferred;
	struct narrow *narrow; /* for who may not read all namespaces; NULL: not asked for */
};

#endif
