/*
 * Who we are to one API server: certificate, token, plugin, impersonation. See
 * rest_load.h.
 */
#include "net/rest_load.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/texts.h"
#include "json/doc.h"
#include "net/rest_check.h"
#include "net/rest_files.h"

/* A file's content; what a flag names goes before what the kubeconfig has. */
static int load_pem(const struct load *l, const char *flag, const char *data, const char *file,
	char **ret_path, char **ret)
{
	const char *path = rest_given(flag) ? flag : data ? NULL : file;
	const char *what = ret == &l->out->cert_pem ? "client-cert" : "client-key";
	struct error why = ERROR_INIT;

	if (!path) {
		*ret = mem_strdup_or_null(data);
		return 0;
	}
	if (!*path)
		return 0;
	*ret_path = mem_strdup(path);
	*ret = rest_file_read(path, REST_FILE_MAX, NULL, &why);
	if (*ret)
		return 0;
	error_set(l->err, why.code, "unable to read %s %s for %s due to %s", what, path,
		l->out->user_name, why.text);
	error_release(&why);
	return -1;
}

static void add_extra(struct rest_config *out, const char *pair)
{
	char *name = mem_strdup(pair);
	char *equals = strchr(name, '=');

	*equals = '\0';
	kubeconfig_pairs_add(&out->as_extra, &out->n_as_extra, name, equals + 1);
	free(name);
}

static int load_extra(struct load *l)
{
	const struct rest_flags *f = l->flags;
	const struct kubeconfig_user *u = l->user;
	struct rest_config *out = l->out;
	size_t i;

	for (i = 0; i < f->n_as_extra; i++) {
		if (!strchr(f->as_extra[i], '='))
			return error_set(l->err, ERROR_USAGE,
				"--as-user-extra takes KEY=VALUE, not \"%s\"", f->as_extra[i]);
		add_extra(out, f->as_extra[i]);
	}
	for (i = 0; i < u->n_as_extra && f->n_as_extra == 0; i++)
		kubeconfig_pairs_add(&out->as_extra, &out->n_as_extra, u->as_extra[i].name,
			u->as_extra[i].value);
	return 0;
}

int rest_load_impersonation(struct load *l)
{
	const struct rest_flags *f = l->flags;
	const struct kubeconfig_user *u = l->user;
	struct rest_config *out = l->out;
	size_t i, n = f->n_as_groups ? f->n_as_groups : u->n_as_groups;
	bool flags = rest_given(f->as_uid) || f->n_as_groups || f->n_as_extra;

	out->as = mem_strdup_or_null(rest_first_of(f->as, u->as));
	out->as_uid = mem_strdup_or_null(rest_first_of(f->as_uid, u->as_uid));
	for (i = 0; i < n; i++)
		texts_add(&out->as_groups, &out->n_as_groups,
			f->n_as_groups ? f->as_groups[i] : u->as_groups[i]);
	if (load_extra(l) < 0)
		return -1;
	if (out->as || (!out->as_uid && !out->n_as_groups && !out->n_as_extra))
		return 0;
	return error_set(l->err, flags ? ERROR_USAGE : ERROR_INVALID,
		"requesting uid, groups or user-extra for %s without impersonating a user",
		out->user_name);
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
	if (rest_given(l->cluster->proxy_url))
		doc_add_string(root, "proxy-url", l->cluster->proxy_url);
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

int rest_load_user(struct load *l)
{
	const struct rest_flags *f = l->flags;
	const struct kubeconfig_user *u = l->user;
	struct rest_config *out = l->out;
	const char *token = rest_first_of(f->token, rest_first_of(u->token, u->id_token));

	if (rest_check_user(u, f, l->err) < 0 ||
		load_pem(l, f->client_certificate, u->cert_data, u->cert_file, &out->cert_file,
			&out->cert_pem) < 0 ||
		load_pem(l, f->client_key, u->key_data, u->key_file, &out->key_file,
			&out->key_pem) < 0)
		return -1;
	out->token = mem_strdup_or_null(token);
	if (!rest_given(f->token)) {
		out->token_file = mem_strdup_or_null(u->token_file);
		out->username = mem_strdup_or_null(u->username);
		out->password = mem_strdup_or_null(u->password);
	}
	if (rest_load_impersonation(l) < 0)
		return -1;
	load_exec(l);
	return 0;
}
