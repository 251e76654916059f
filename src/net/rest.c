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
#include "json/doc.h"
#include "net/proxy.h"
#include "net/rest_check.h"
#include "net/rest_files.h"

#define SERVICE_ACCOUNT "/var/run/secrets/kubernetes.io/serviceaccount/"

struct load {
	const struct rest_flags *flags;
	struct kubeconfig k;
	const struct kubeconfig_context *context; /* an empty one when there is none */
	const struct kubeconfig_cluster *cluster;
	const struct kubeconfig_user *user;
	struct rest_config *out;
	struct error *err;
};

static bool given(const char *s)
{
	return s && *s;
}

static const char *first_of(const char *a, const char *b)
{
	return given(a) ? a : given(b) ? b : NULL;
}

/* ---- choosing ---- */

static int choose_context(struct load *l)
{
	static const struct kubeconfig_context none;
	const char *name = first_of(l->flags->context, l->k.current_context);

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
	const char *cluster = first_of(l->flags->cluster, l->context->cluster);
	const char *user = first_of(l->flags->user, l->context->user);

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

/* ---- the server ---- */

static bool has_tls_options(const struct load *l)
{
	return l->flags->insecure || given(l->flags->certificate_authority) ||
	       l->cluster->insecure || l->cluster->ca_file || l->cluster->ca_data ||
	       l->user->cert_file || l->user->cert_data;
}

static int set_server(struct load *l, const char *server)
{
	struct rest_config *out = l->out;
	size_t len;

	if (!strncmp(server, "unix://", 7)) {
		out->unix_socket = mem_strdup(server + 7);
		out->server = mem_strdup("http://localhost");
		return 0;
	}
	if (strstr(server, "://"))
		out->server = mem_strdup(server);
	else
		out->server = mem_printf("%s://%s", has_tls_options(l) ? "https" : "http", server);
	len = strlen(out->server);
	while (len > 0 && out->server[len - 1] == '/')
		out->server[--len] = '\0';
	return rest_check_server(out->server, l->err);
}

static int load_ca(struct load *l)
{
	const char *flag = l->flags->certificate_authority;
	const struct kubeconfig_cluster *c = l->cluster;
	const char *path = given(flag) ? flag : c->ca_data ? NULL : c->ca_file;
	struct error why = ERROR_INIT;

	if (l->out->insecure)
		return 0;
	if (!path) {
		l->out->ca_pem = mem_strdup_or_null(c->ca_data);
		return 0;
	}
	l->out->ca_pem = rest_file_read(path, REST_FILE_MAX, NULL, &why);
	if (l->out->ca_pem)
		return 0;
	error_set(l->err, why.code, "unable to read certificate-authority %s for %s due to %s",
		path, c->name ? c->name : "", why.text);
	error_release(&why);
	return -1;
}

static int load_cluster(struct load *l, const char *server)
{
	const struct rest_flags *f = l->flags;
	bool flag_ca = given(f->certificate_authority);
	const char *name = f->tls_server_name;

	if (rest_check_cluster(l->cluster, f, l->err) < 0 || set_server(l, server) < 0)
		return -1;
	/* --server names another host than the one that the file's name is for. */
	if (!given(name) && !given(f->server))
		name = l->cluster->tls_server_name;
	l->out->tls_server_name = mem_strdup_or_null(name);
	l->out->insecure = f->insecure || (l->cluster->insecure && !flag_ca);
	l->out->disable_compression = l->cluster->disable_compression;
	return load_ca(l);
}

/* ---- the user ---- */

static int load_file_or(
	const struct load *l, const char *data, const char *path, const char *what, char **ret)
{
	struct error why = ERROR_INIT;

	*ret = mem_strdup_or_null(data);
	if (*ret || !given(path))
		return 0;
	*ret = rest_file_read(path, REST_FILE_MAX, NULL, &why);
	if (*ret)
		return 0;
	error_set(l->err, why.code, "unable to read %s %s for %s due to %s", what, path,
		l->out->user_name, why.text);
	error_release(&why);
	return -1;
}

static void load_impersonation(struct load *l)
{
	const struct rest_flags *f = l->flags;
	const struct kubeconfig_user *u = l->user;
	struct rest_config *out = l->out;
	size_t i, n = f->n_as_groups ? f->n_as_groups : u->n_as_groups;

	out->as = mem_strdup_or_null(first_of(f->as, u->as));
	out->as_uid = mem_strdup_or_null(first_of(f->as_uid, u->as_uid));
	for (i = 0; i < n; i++)
		texts_add(&out->as_groups, &out->n_as_groups,
			f->n_as_groups ? f->as_groups[i] : u->as_groups[i]);
	for (i = 0; i < u->n_as_extra; i++)
		kubeconfig_pairs_add(&out->as_extra, &out->n_as_extra, u->as_extra[i].name,
			u->as_extra[i].value);
}

/* What a plugin is told about the cluster. */
static char *cluster_info(const struct load *l)
{
	const struct rest_config *out = l->out;
	struct doc *root = doc_new_object();
	char *data, *text;

	doc_add_string(root, "server", out->server);
	if (out->tls_server_name)
		doc_add_string(root, "tls-server-name", out->tls_server_name);
	if (out->insecure)
		doc_add_bool(root, "insecure-skip-tls-verify", true);
	if (out->ca_pem) {
		data = rest_base64(out->ca_pem);
		doc_add_string(root, "certificate-authority-data", data);
		free(data);
	}
	if (out->disable_compression)
		doc_add_bool(root, "disable-compression", true);
	if (l->cluster->exec_config)
		doc_add_raw(root, "config", l->cluster->exec_config);
	text = doc_print(root);
	doc_free(root);
	return text;
}

static void load_exec(struct load *l)
{
	struct rest_config *out = l->out;

	/* A plugin is not asked when there is something better. */
	if (!l->user->exec || out->token || out->token_file || out->username || out->cert_pem)
		return;
	out->exec = kubeconfig_exec_dup(l->user->exec);
	if (out->exec->provide_cluster_info)
		out->exec->cluster_json = cluster_info(l);
}

static int load_user(struct load *l)
{
	const struct kubeconfig_user *u = l->user;
	struct rest_config *out = l->out;
	const char *token = first_of(l->flags->token, first_of(u->token, u->id_token));

	if (rest_check_user(u, given(l->flags->token), l->err) < 0 ||
		load_file_or(l, u->cert_data, u->cert_file, "client-cert", &out->cert_pem) < 0 ||
		load_file_or(l, u->key_data, u->key_file, "client-key", &out->key_pem) < 0)
		return -1;
	out->token = mem_strdup_or_null(token);
	if (!given(l->flags->token)) {
		out->token_file = mem_strdup_or_null(u->token_file);
		out->username = mem_strdup_or_null(u->username);
		out->password = mem_strdup_or_null(u->password);
	}
	load_impersonation(l);
	if (!out->as && (out->as_uid || out->n_as_groups || out->n_as_extra))
		return error_set(l->err, ERROR_INVALID,
			"requesting uid, groups or user-extra for %s without impersonating a user",
			out->user_name);
	load_exec(l);
	return 0;
}

/* ---- inside a cluster ---- */

static bool in_cluster(const char **ret_host, const char **ret_port)
{
	*ret_host = getenv("KUBERNETES_SERVICE_HOST");
	*ret_port = getenv("KUBERNETES_SERVICE_PORT");
	return given(*ret_host) && given(*ret_port) && access(SERVICE_ACCOUNT "token", R_OK) == 0;
}

static int load_in_cluster(struct load *l, const char *host, const char *port)
{
	struct rest_config *out = l->out;
	bool v6 = strchr(host, ':');
	struct error why = ERROR_INIT;

	out->server = mem_printf("https://%s%s%s:%s", v6 ? "[" : "", host, v6 ? "]" : "", port);
	out->token_file = mem_strdup(SERVICE_ACCOUNT "token");
	out->ca_pem = rest_file_read(SERVICE_ACCOUNT "ca.crt", REST_FILE_MAX, NULL, &why);
	if (!out->ca_pem)
		log_line(LOG_WARNING, "the cluster's certificate authority: %s", why.text);
	error_release(&why);
	free(out->context_name);
	out->context_name = mem_strdup("in-cluster");
	load_impersonation(l);
	return 0;
}

static char *in_cluster_namespace(void)
{
	const char *ns = getenv("POD_NAMESPACE");

	return given(ns) ? mem_strdup(ns) : rest_file_read_token(SERVICE_ACCOUNT "namespace", NULL);
}

/* ---- all of it ---- */

static int load_chosen(struct load *l)
{
	const char *server = first_of(l->flags->server, l->cluster->server);
	const char *host, *port;
	char *ns = NULL;

	server = first_of(server, getenv("KUBERNETES_MASTER"));
	if (server) {
		if (load_cluster(l, server) < 0 || load_user(l) < 0)
			return -1;
	} else if (l->k.n_clusters == 0 && in_cluster(&host, &port)) {
		load_in_cluster(l, host, port);
		ns = in_cluster_namespace();
	} else {
		return error_set(l->err, ERROR_NOT_FOUND,
			"invalid configuration: no configuration has been provided, try setting "
			"KUBERNETES_MASTER environment variable; crwatch --demo needs none");
	}
	l->out->ns_given = given(l->flags->ns);
	if (given(l->flags->ns) || l->context->ns || !ns) {
		free(ns);
		ns = mem_strdup_or_null(first_of(l->flags->ns, l->context->ns));
	}
	l->out->ns = ns ? ns : mem_strdup("default");
	return rest_check_proxy(l->out, l->cluster, l->err);
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

static void free_secret(char *s)
{
	if (s)
		explicit_bzero(s, strlen(s));
	free(s);
}

void rest_config_release(struct rest_config *config)
{
	if (!config)
		return;
	free(config->server);
	free(config->unix_socket);
	free(config->ca_pem);
	free(config->tls_server_name);
	free(config->cert_pem);
	free_secret(config->key_pem);
	free_secret(config->token);
	free(config->token_file);
	free(config->username);
	free_secret(config->password);
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
