/*
 * From kubeconfig, flags, environment and service account to one rest_config.
 * The order of things is clientcmd's (client-go, tools/clientcmd/client_config.go). See rest.h.
 */
#include "net/rest.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/texts.h"
#include "net/rest_check.h"
#include "net/rest_files.h"
#include "net/rest_load.h"

#define SERVICE_ACCOUNT "/var/run/secrets/kubernetes.io/serviceaccount/"

bool rest_given(const char *s)
{
	return s && *s;
}

const char *rest_first_of(const char *a, const char *b)
{
	return rest_given(a) ? a : rest_given(b) ? b : NULL;
}

/* ---- choosing ---- */

static int choose_context(struct load *l)
{
	static const struct kubeconfig_context none;
	const char *name = rest_first_of(l->flags->context, l->k.current_context);

	l->context = name ? kubeconfig_context(&l->k, name) : &none;
	if (!l->context)
		return error_set(l->err, ERROR_INVALID, "context \"%s\" does not exist", name);
	l->out->context_name = mem_strdup(name ? name : "");
	return 0;
}

static int choose_parts(struct load *l)
{
	static const struct kubeconfig_cluster no_cluster;
	static const struct kubeconfig_user no_user;
	const char *cluster = rest_first_of(l->flags->cluster, l->context->cluster);
	const char *user = rest_first_of(l->flags->user, l->context->user);

	l->cluster = cluster ? kubeconfig_cluster(&l->k, cluster) : &no_cluster;
	if (!l->cluster)
		return error_set(l->err, ERROR_INVALID, "cluster \"%s\" does not exist", cluster);
	l->user = user ? kubeconfig_user(&l->k, user) : &no_user;
	if (!l->user)
		return error_set(l->err, ERROR_INVALID, "auth info \"%s\" does not exist", user);
	l->out->cluster_name = mem_strdup(cluster ? cluster : "");
	l->out->user_name = mem_strdup(user ? user : "");
	return 0;
}

/* ---- inside a cluster ---- */

static bool in_cluster(const char **ret_host, const char **ret_port)
{
	*ret_host = getenv("KUBERNETES_SERVICE_HOST");
	*ret_port = getenv("KUBERNETES_SERVICE_PORT");
	return rest_given(*ret_host) && rest_given(*ret_port) &&
	       access(SERVICE_ACCOUNT "token", R_OK) == 0;
}

static int load_in_cluster(struct load *l, const char *host, const char *port)
{
	struct rest_config *out = l->out;
	bool v6 = strchr(host, ':');
	struct error why = ERROR_INIT;

	out->server = mem_printf("https://%s%s%s:%s", v6 ? "[" : "", host, v6 ? "]" : "", port);
	out->token_file = mem_strdup(SERVICE_ACCOUNT "token");
	out->ca_pem = rest_file_read(SERVICE_ACCOUNT "ca.crt", REST_FILE_MAX, NULL, &why);
	out->ca_file = mem_strdup(SERVICE_ACCOUNT "ca.crt");
	if (!out->ca_pem)
		log_line(LOG_WARNING, "the cluster's certificate authority: %s", why.text);
	error_release(&why);
	free(out->context_name);
	out->context_name = mem_strdup("in-cluster");
	return rest_load_proxy(l, NULL) < 0 ? -1 : rest_load_impersonation(l);
}

static char *in_cluster_namespace(void)
{
	const char *ns = getenv("POD_NAMESPACE");

	return rest_given(ns) ? mem_strdup(ns)
			      : rest_file_read_token(SERVICE_ACCOUNT "namespace", NULL);
}

/* ---- all of it ---- */

static int load_chosen(struct load *l)
{
	const char *server = rest_first_of(l->flags->server, l->cluster->server);
	const char *host, *port;
	char *ns = NULL;

	server = rest_first_of(server, getenv("KUBERNETES_MASTER"));
	if (server) {
		if (rest_load_cluster(l, server) < 0 || rest_load_user(l) < 0)
			return -1;
	} else if (l->k.n_clusters == 0 && in_cluster(&host, &port)) {
		if (load_in_cluster(l, host, port) < 0)
			return -1;
		ns = in_cluster_namespace();
	} else {
		return error_set(l->err, ERROR_NOT_FOUND,
			"invalid configuration: no configuration has been provided, try setting "
			"KUBERNETES_MASTER environment variable; crwatch --demo needs none");
	}
	l->out->ns_given = rest_given(l->flags->ns);
	if (rest_given(l->flags->ns) || l->context->ns || !ns) {
		free(ns);
		ns = mem_strdup_or_null(rest_first_of(l->flags->ns, l->context->ns));
	}
	l->out->ns = ns ? ns : mem_strdup("default");
	l->out->disable_compression |= l->flags->disable_compression;
	return rest_request_timeout(l->flags->request_timeout, &l->out->request_timeout, l->err);
}

int rest_config_load(const struct rest_flags *flags, struct rest_config *ret, struct error *err)
{
	struct rest_config out = { 0 };
	struct load l = { .flags = flags, .out = &out, .err = err };
	int rc;

	if (rest_kubeconfig_load(flags, &l.k, err) < 0)
		return -1;
	rc = choose_context(&l) < 0 || choose_parts(&l) < 0 || load_chosen(&l) < 0 ? -1 : 0;
	kubeconfig_release(&l.k);
	if (rc < 0)
		rest_config_release(&out);
	else
		*ret = out;
	return rc;
}

struct rest_flags rest_flags_elsewhere(const struct rest_flags *flags)
{
	return (struct rest_flags){
		.kubeconfig = flags->kubeconfig,
		.ns = flags->ns,
		.as = flags->as,
		.as_uid = flags->as_uid,
		.as_groups = flags->as_groups,
		.n_as_groups = flags->n_as_groups,
		.as_extra = flags->as_extra,
		.n_as_extra = flags->n_as_extra,
		.request_timeout = flags->request_timeout,
		.disable_compression = flags->disable_compression,
		.inline_kubeconfig = flags->inline_kubeconfig,
	};
}

void rest_config_release(struct rest_config *config)
{
	if (!config)
		return;
	free(config->server);
	free(config->unix_socket);
	free(config->proxy);
	free(config->ca_file);
	free(config->cert_file);
	free(config->key_file);
	free(config->ca_pem);
	free(config->tls_server_name);
	free(config->cert_pem);
	mem_free_secret(config->key_pem);
	mem_free_secret(config->token);
	free(config->token_file);
	free(config->username);
	mem_free_secret(config->password);
	free(config->as);
	free(config->as_uid);
	texts_free(config->as_groups, config->n_as_groups);
	kubeconfig_pairs_free(config->as_extra, config->n_as_extra);
	kubeconfig_exec_free(config->exec);
	free(config->ns);
	free(config->context_name);
	free(config->cluster_name);
	free(config->user_name);
	*config = (struct rest_config){ 0 };
}
