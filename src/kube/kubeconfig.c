/*
 * The life cycle, look-up and merging of kubeconfig values; kubeconfig_parse.c
 * makes them from text. See kubeconfig.h.
 */
#include "kube/kubeconfig.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "base/texts.h"
#include "kube/kubeconfig_parse.h"

void kubeconfig_pairs_add(
	struct kubeconfig_pair **items, size_t *count, const char *name, const char *value)
{
	*items = mem_realloc_array(*items, *count + 1, sizeof(**items));
	(*items)[(*count)++] = (struct kubeconfig_pair){
		.name = mem_strdup(name),
		.value = mem_strdup(value),
	};
}

void kubeconfig_pairs_free(struct kubeconfig_pair *items, size_t count)
{
	while (count > 0) {
		count--;
		free(items[count].name);
		free(items[count].value);
	}
	free(items);
}

static char *dup_or_null(const char *s)
{
	return s ? mem_strdup(s) : NULL;
}

struct kubeconfig_exec *kubeconfig_exec_dup(const struct kubeconfig_exec *exec)
{
	struct kubeconfig_exec *copy;
	size_t i;

	if (!exec)
		return NULL;
	copy = mem_zalloc(sizeof(*copy));
	copy->api_version = dup_or_null(exec->api_version);
	copy->command = dup_or_null(exec->command);
	copy->install_hint = dup_or_null(exec->install_hint);
	copy->cluster_json = dup_or_null(exec->cluster_json);
	copy->provide_cluster_info = exec->provide_cluster_info;
	copy->interactive = exec->interactive;
	for (i = 0; i < exec->n_args; i++)
		texts_add(&copy->args, &copy->n_args, exec->args[i]);
	for (i = 0; i < exec->n_env; i++)
		kubeconfig_pairs_add(
			&copy->env, &copy->n_env, exec->env[i].name, exec->env[i].value);
	return copy;
}

void kubeconfig_exec_free(struct kubeconfig_exec *exec)
{
	if (!exec)
		return;
	free(exec->api_version);
	free(exec->command);
	free(exec->install_hint);
	free(exec->cluster_json);
	texts_free(exec->args, exec->n_args);
	kubeconfig_pairs_free(exec->env, exec->n_env);
	free(exec);
}

static void cluster_release(struct kubeconfig_cluster *c)
{
	free(c->name);
	free(c->server);
	free(c->tls_server_name);
	free(c->ca_file);
	free(c->ca_data);
	free(c->proxy_url);
	free(c->exec_config);
}

static void user_release(struct kubeconfig_user *u)
{
	free(u->name);
	free(u->cert_file);
	free(u->cert_data);
	free(u->key_file);
	free(u->key_data);
	free(u->token);
	free(u->token_file);
	free(u->username);
	free(u->password);
	free(u->as);
	free(u->as_uid);
	texts_free(u->as_groups, u->n_as_groups);
	kubeconfig_pairs_free(u->as_extra, u->n_as_extra);
	free(u->auth_provider);
	free(u->id_token);
	kubeconfig_exec_free(u->exec);
}

static void context_release(struct kubeconfig_context *c)
{
	free(c->name);
	free(c->cluster);
	free(c->user);
	free(c->ns);
}

void kubeconfig_init(struct kubeconfig *k)
{
	*k = (struct kubeconfig){ 0 };
}

void kubeconfig_release(struct kubeconfig *k)
{
	size_t i;

	if (!k)
		return;
	for (i = 0; i < k->n_clusters; i++)
		cluster_release(&k->clusters[i]);
	for (i = 0; i < k->n_users; i++)
		user_release(&k->users[i]);
	for (i = 0; i < k->n_contexts; i++)
		context_release(&k->contexts[i]);
	free(k->clusters);
	free(k->users);
	free(k->contexts);
	free(k->current_context);
	kubeconfig_init(k);
}

const struct kubeconfig_cluster *kubeconfig_cluster(const struct kubeconfig *k, const char *name)
{
	size_t i;

	for (i = 0; i < k->n_clusters; i++) {
		if (!strcmp(k->clusters[i].name, name))
			return &k->clusters[i];
	}
	return NULL;
}

const struct kubeconfig_user *kubeconfig_user(const struct kubeconfig *k, const char *name)
{
	size_t i;

	for (i = 0; i < k->n_users; i++) {
		if (!strcmp(k->users[i].name, name))
			return &k->users[i];
	}
	return NULL;
}

const struct kubeconfig_context *kubeconfig_context(const struct kubeconfig *k, const char *name)
{
	size_t i;

	for (i = 0; i < k->n_contexts; i++) {
		if (!strcmp(k->contexts[i].name, name))
			return &k->contexts[i];
	}
	return NULL;
}

static void merge_clusters(struct kubeconfig *k, struct kubeconfig *from)
{
	size_t i;

	for (i = 0; i < from->n_clusters; i++) {
		if (kubeconfig_cluster(k, from->clusters[i].name)) {
			cluster_release(&from->clusters[i]);
			continue;
		}
		k->clusters = array_reserve(
			k->clusters, &k->cap_clusters, k->n_clusters + 1, sizeof(*k->clusters));
		k->clusters[k->n_clusters++] = from->clusters[i];
	}
	from->n_clusters = 0;
}

static void merge_users(struct kubeconfig *k, struct kubeconfig *from)
{
	size_t i;

	for (i = 0; i < from->n_users; i++) {
		if (kubeconfig_user(k, from->users[i].name)) {
			user_release(&from->users[i]);
			continue;
		}
		k->users =
			array_reserve(k->users, &k->cap_users, k->n_users + 1, sizeof(*k->users));
		k->users[k->n_users++] = from->users[i];
	}
	from->n_users = 0;
}

static void merge_contexts(struct kubeconfig *k, struct kubeconfig *from)
{
	size_t i;

	for (i = 0; i < from->n_contexts; i++) {
		if (kubeconfig_context(k, from->contexts[i].name)) {
			context_release(&from->contexts[i]);
			continue;
		}
		k->contexts = array_reserve(
			k->contexts, &k->cap_contexts, k->n_contexts + 1, sizeof(*k->contexts));
		k->contexts[k->n_contexts++] = from->contexts[i];
	}
	from->n_contexts = 0;
}

int kubeconfig_add(struct kubeconfig *k, struct str text, const char *dir, struct error *err)
{
	struct kubeconfig one;
	int rc;

	kubeconfig_init(&one);
	rc = kubeconfig_parse(&one, text, dir, err);
	if (rc == 0) {
		merge_clusters(k, &one);
		merge_users(k, &one);
		merge_contexts(k, &one);
		if (!k->current_context && one.current_context) {
			k->current_context = one.current_context;
			one.current_context = NULL;
		}
	}
	kubeconfig_release(&one);
	return rc;
}
