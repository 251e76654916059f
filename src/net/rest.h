/*
 * rest - how to reach one API server: what kubeconfig files, flags, environment
 * and service account come to. Reads files; main thread, before the client.
 */
#ifndef NET_REST_H
#define NET_REST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "kube/kubeconfig.h"

/* kubectl's global flags; NULL: not given. Strings are borrowed. */
struct rest_flags {
	const char *kubeconfig;
	const char *context;
	const char *cluster;
	const char *user;
	const char *ns;
	const char *as;
	const char *as_uid;
	const char **as_groups;
	size_t n_as_groups;
	const char *server;
	const char *token;
	const char *certificate_authority;
	const char *client_certificate;
	const char *client_key;
	const char *tls_server_name;
	const char *proxy_url;
	const char *request_timeout; /* "30", "2m"; "0": none */
	const char **as_extra;	     /* "key=value" */
	size_t n_as_extra;
	bool insecure;
	bool disable_compression;
	/* An in-memory kubeconfig instead of any file (the embedded cluster). */
	const char *inline_kubeconfig;
};

/* Whether a credential plugin may ask its user something. */
enum rest_terminal {
	REST_TERMINAL_NONE,
	REST_TERMINAL_FREE,   /* at any time: there is no screen */
	REST_TERMINAL_SCREEN, /* once the screen has been left for it: see client_hooks */
};

struct rest_config {
	char *server;	   /* no trailing slash */
	char *unix_socket; /* connect here instead (embedded cluster, kubectl proxy); or NULL */
	char *proxy;	   /* before it, as libcurl takes it; or NULL */
	char *ca_pem;	   /* or NULL: the system's */
	char *ca_file;	   /* where it was read, and is read again; or NULL */
	bool insecure;
	char *tls_server_name; /* or NULL */
	char *cert_pem;	       /* client certificate and key, or NULL */
	char *key_pem;
	char *cert_file; /* where they were read, and are read again; or NULL */
	char *key_file;
	char *token; /* or NULL */
	char *token_file;
	char *username; /* basic auth, or NULL */
	char *password;
	char *as; /* impersonation, or NULL */
	char *as_uid;
	char **as_groups;
	size_t n_as_groups;
	struct kubeconfig_pair *as_extra; /* one per value */
	size_t n_as_extra;
	struct kubeconfig_exec *exec; /* credential plugin, owned; or NULL */
	bool disable_compression;
	enum rest_terminal terminal; /* set by who loads it; none */
	int64_t request_timeout;     /* ns for all of a short request; 0: none */
	bool once;		     /* set likewise: lists that stream are short, too */

	char *ns;	    /* never NULL; "default" at the least */
	bool ns_given;	    /* by -n, not by the context */
	char *context_name; /* for the header; never NULL */
	char *cluster_name;
	char *user_name;
};

/* The texts of errors are kubectl's (without "error: "). No configuration at
 * all is ERROR_NOT_FOUND. Warnings go to the log. */
int rest_config_load(const struct rest_flags *flags, struct rest_config *ret, struct error *err);
/* What of the flags holds for another context, too: not which server it is, how it is
 * trusted and reached, and what we show it, which were meant for the first. */
struct rest_flags rest_flags_elsewhere(const struct rest_flags *flags);
void rest_config_release(struct rest_config *config);

/* The merged kubeconfig that rest_config_load() chooses from, for the list of
 * contexts; ret is released by the caller. */
int rest_kubeconfig_load(const struct rest_flags *flags, struct kubeconfig *ret, struct error *err);

#endif
