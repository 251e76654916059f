/*
 * kubeconfig - what kubeconfig files say, parsed and merged.
 *
 * Pure: texts in, values out; files are read and chosen among by net/rest. The
 * rules are client-go's (tools/clientcmd): of several files the first one that
 * defines a name wins wholly, and scalars come from the first file that has
 * one. Paths are resolved against the directory of the file they stand in.
 * Any thread, one at a time.
 */
#ifndef KUBE_KUBECONFIG_H
#define KUBE_KUBECONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

#define KUBECONFIG_MAX ((size_t)8 << 20) /* bytes of one file */

enum kubeconfig_interactive {
	KUBECONFIG_INTERACTIVE_UNSET,
	KUBECONFIG_NEVER,
	KUBECONFIG_IF_AVAILABLE,
	KUBECONFIG_ALWAYS,
};

struct kubeconfig_pair {
	char *name;
	char *value;
};

/* A credential plugin. NULL: not given. */
struct kubeconfig_exec {
	char *api_version;
	char *command; /* resolved when it contains a '/' */
	char **args;
	size_t n_args;
	struct kubeconfig_pair *env;
	size_t n_env;
	char *install_hint;
	bool provide_cluster_info;
	enum kubeconfig_interactive interactive;
	char *cluster_json; /* spec.cluster for the plugin; set by net/rest */
};

struct kubeconfig_cluster {
	char *name;
	char *server;
	char *tls_server_name;
	bool insecure;
	char *ca_file;
	char *ca_data; /* decoded */
	char *proxy_url;
	bool disable_compression;
	char *exec_config; /* JSON of the extension for plugins, or NULL */
};

struct kubeconfig_user {
	char *name;
	char *cert_file;
	char *cert_data; /* decoded */
	char *key_file;
	char *key_data; /* decoded */
	char *token;
	char *token_file;
	char *username;
	char *password;
	char *as;
	char *as_uid;
	char **as_groups;
	size_t n_as_groups;
	struct kubeconfig_pair *as_extra; /* one per value */
	size_t n_as_extra;
	char *auth_provider; /* its name */
	char *id_token;	     /* of auth-provider oidc */
	struct kubeconfig_exec *exec;
};

struct kubeconfig_context {
	char *name;
	char *cluster;
	char *user;
	char *ns;
};

struct kubeconfig {
	struct kubeconfig_cluster *clusters;
	size_t n_clusters, cap_clusters;
	struct kubeconfig_user *users;
	size_t n_users, cap_users;
	struct kubeconfig_context *contexts;
	size_t n_contexts, cap_contexts;
	char *current_context; /* or NULL */
};

void kubeconfig_init(struct kubeconfig *k);
void kubeconfig_release(struct kubeconfig *k);

/* Parses one file's text, YAML or JSON, and merges it behind what is there. dir
 * (may be NULL: paths stay as they are) is where the file stands. On an error k
 * is unchanged. */
int kubeconfig_add(struct kubeconfig *k, struct str text, const char *dir, struct error *err);

/* NULL when there is none of that name; borrowed until k changes. */
const struct kubeconfig_cluster *kubeconfig_cluster(const struct kubeconfig *k, const char *name);
const struct kubeconfig_user *kubeconfig_user(const struct kubeconfig *k, const char *name);
const struct kubeconfig_context *kubeconfig_context(const struct kubeconfig *k, const char *name);

struct kubeconfig_exec *kubeconfig_exec_dup(const struct kubeconfig_exec *exec); /* NULL for NULL */
void kubeconfig_exec_free(struct kubeconfig_exec *exec);

/* Appends to a list of pairs; copies. */
void kubeconfig_pairs_add(
	struct kubeconfig_pair **items, size_t *count, const char *name, const char *value);
void kubeconfig_pairs_free(struct kubeconfig_pair *items, size_t count);

/* Strict base64 with padding; blanks and newlines are skipped. Heap text, or
 * NULL when it is no base64 or holds a NUL. */
char *kubeconfig_base64(const char *text);

#endif
