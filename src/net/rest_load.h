/*
 * rest_load - what the parts of rest share while one configuration is loaded: what it
 * is made from, and what it is to be. Nobody else includes this.
 *
 * rest.c		choosing the context, inside a cluster, all of it
 * rest_cluster.c	the server, whom it is trusted by, the proxy before it
 * rest_user.c		who we are
 * rest_check.c		what clientcmd's validation says of both
 */
#ifndef NET_REST_LOAD_H
#define NET_REST_LOAD_H

#include <stdbool.h>

#include "kube/kubeconfig.h"
#include "net/rest.h"

struct load {
	const struct rest_flags *flags;
	struct kubeconfig k;
	const struct kubeconfig_context *context; /* an empty one when there is none */
	const struct kubeconfig_cluster *cluster;
	const struct kubeconfig_user *user;
	struct rest_config *out;
	struct error *err;
};

bool rest_given(const char *s);				 /* neither NULL nor "" */
const char *rest_first_of(const char *a, const char *b); /* that is given, or NULL */

int rest_load_cluster(struct load *l, const char *server);
/* The proxy before out->server; url: what a flag or the kubeconfig says, or NULL. */
int rest_load_proxy(struct load *l, const char *url);
int rest_load_user(struct load *l);
/* Whom to be instead; -1: others are asked for without a user. */
int rest_load_impersonation(struct load *l);

#endif
