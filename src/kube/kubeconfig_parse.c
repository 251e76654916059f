/*
 * From the text of one kubeconfig file to values. YAML is read with every
 * scalar as a string, so that `token: 0123` keeps its four characters; only an
 * extension for plugins is read again with types. See kubeconfig.h.
 */
#include "kube/kubeconfig_parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/texts.h"
#include "json/doc.h"
#include "json/yaml.h"
#include "kube/kubeconfig.h"

#define EXEC_EXTENSION "client.authentication.k8s.io/exec"

struct parse {
	struct kubeconfig *k;
	const char *dir;
	const struct doc *typed; /* the same document with types */
	struct error *err;
};

static int b64_value(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

char *kubeconfig_base64(const char *text)
{
	size_t len = strlen(text), i, n = 0, pad = 0;
	struct buf out = BUF_INIT(len + 1);
	unsigned bits = 0;
	int v;

	for (i = 0; i < len; i++) {
		if (is_blank(text[i]))
			continue;
		v = text[i] == '=' ? 0 : b64_value(text[i]);
		if (v < 0 || (pad > 0 && text[i] != '='))
			goto bad;
		pad += text[i] == '=';
		bits = bits << 6 | (unsigned)v;
		if (++n % 4 != 0)
			continue;
		buf_addc(&out, (char)(bits >> 16 & 0xff));
		buf_addc(&out, (char)(bits >> 8 & 0xff));
		buf_addc(&out, (char)(bits & 0xff));
	}
	if (n % 4 != 0 || pad > 2)
		goto bad;
	buf_truncate(&out, out.len - pad);
	if (out.len && memchr(out.data, '\0', out.len))
		goto bad;
	return buf_take(&out);
bad:
	buf_release(&out);
	return NULL;
}

/* Empty is the same as absent everywhere in a kubeconfig. */
static char *text_of(const struct doc *object, const char *key)
{
	char *text = doc_scalar(doc_get(object, key));

	if (text && !*text) {
		free(text);
		text = NULL;
	}
	return text;
}

static bool bool_of(const struct doc *object, const char *key)
{
	static const char *const yes[] = { "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On",
		"ON", "y", "Y" };
	char *text = text_of(object, key);
	bool value = false;
	size_t i;

	for (i = 0; text && i < sizeof(yes) / sizeof(yes[0]); i++)
		value = value || !strcmp(text, yes[i]);
	free(text);
	return value;
}

static char *path_of(const struct parse *p, const struct doc *object, const char *key)
{
	char *path = text_of(object, key);
	char *full;

	if (!path || path[0] == '/' || !p->dir)
		return path;
	full = mem_printf("%s/%s", p->dir, path);
	free(path);
	return full;
}

static int decoded(
	const struct parse *p, const struct doc *object, const char *key, char **ret_text)
{
	char *text = text_of(object, key);

	if (!text)
		return 0;
	*ret_text = kubeconfig_base64(text);
	free(text);
	if (!*ret_text)
		return error_set(p->err, ERROR_INVALID, "%s is no base64 text", key);
	return 0;
}

static int list_of(
	const struct parse *p, const struct doc *object, const char *key, const struct doc **ret)
{
	*ret = doc_get(object, key);
	if (*ret && !doc_is_array(*ret))
		return error_set(p->err, ERROR_INVALID, "%s is no list", key);
	*ret = doc_first(*ret);
	return 0;
}

static int strings_of(const struct parse *p, const struct doc *object, const char *key,
	char ***items, size_t *count)
{
	const struct doc *item;
	char *text;

	if (list_of(p, object, key, &item) < 0)
		return -1;
	for (; item; item = doc_next(item)) {
		text = doc_scalar(item);
		if (!text)
			return error_set(p->err, ERROR_INVALID, "%s holds no string", key);
		texts_add(items, count, text);
		free(text);
	}
	return 0;
}

static int read_env(const struct parse *p, const struct doc *exec, struct kubeconfig_exec *ret)
{
	const struct doc *item;
	char *name, *value;

	if (list_of(p, exec, "env", &item) < 0)
		return -1;
	for (; item; item = doc_next(item)) {
		name = text_of(item, "name");
		value = doc_scalar(doc_get(item, "value"));
		if (name && !strchr(name, '='))
			kubeconfig_pairs_add(&ret->env, &ret->n_env, name, value ? value : "");
		free(name);
		free(value);
	}
	return 0;
}

static int read_interactive(
	const struct parse *p, const struct doc *exec, struct kubeconfig_exec *ret)
{
	static const char *const names[] = { "", "Never", "IfAvailable", "Always" };
	char *mode = text_of(exec, "interactiveMode");
	size_t i;
	int rc = -1;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(mode ? mode : "", names[i]) != 0)
			continue;
		ret->interactive = (enum kubeconfig_interactive)i;
		rc = 0;
	}
	if (rc < 0)
		error_set(p->err, ERROR_INVALID,
			"invalid interactiveMode: \"%s\", must be one of: IfAvailable, Never, Always",
			mode);
	free(mode);
	return rc;
}

static int read_exec(const struct parse *p, const struct doc *value, struct kubeconfig_user *u)
{
	struct kubeconfig_exec *exec;
	char *full;

	if (!value)
		return 0;
	exec = u->exec = mem_zalloc(sizeof(*exec));
	exec->api_version = text_of(value, "apiVersion");
	exec->command = text_of(value, "command");
	exec->install_hint = text_of(value, "installHint");
	exec->provide_cluster_info = bool_of(value, "provideClusterInfo");
	/* A bare name is looked up in PATH and stays as it is. */
	if (exec->command && strchr(exec->command, '/') && exec->command[0] != '/' && p->dir) {
		full = mem_printf("%s/%s", p->dir, exec->command);
		free(exec->command);
		exec->command = full;
	}
	if (strings_of(p, value, "args", &exec->args, &exec->n_args) < 0 ||
		read_env(p, value, exec) < 0)
		return -1;
	return read_interactive(p, value, exec);
}

static int read_extra(const struct parse *p, const struct doc *value, struct kubeconfig_user *u)
{
	const struct doc *key, *item;
	char *text;

	for (key = doc_first(value); key && doc_key(key); key = doc_next(key)) {
		if (!doc_is_array(key))
			return error_set(p->err, ERROR_INVALID, "as-user-extra holds no list");
		for (item = doc_first(key); item; item = doc_next(item)) {
			text = doc_scalar(item);
			kubeconfig_pairs_add(
				&u->as_extra, &u->n_as_extra, doc_key(key), text ? text : "");
			free(text);
		}
	}
	return 0;
}

static int read_user(const struct parse *p, const struct doc *value, struct kubeconfig_user *u)
{
	const struct doc *provider = doc_get(value, "auth-provider");

	u->cert_file = path_of(p, value, "client-certificate");
	u->key_file = path_of(p, value, "client-key");
	u->token = text_of(value, "token");
	u->token_file = path_of(p, value, "tokenFile");
	u->username = text_of(value, "username");
	u->password = text_of(value, "password");
	u->as = text_of(value, "as");
	u->as_uid = text_of(value, "as-uid");
	u->auth_provider = text_of(provider, "name");
	u->id_token = text_of(doc_get(provider, "config"), "id-token");
	if (decoded(p, value, "client-certificate-data", &u->cert_data) < 0 ||
		decoded(p, value, "client-key-data", &u->key_data) < 0 ||
		strings_of(p, value, "as-groups", &u->as_groups, &u->n_as_groups) < 0 ||
		read_extra(p, doc_get(value, "as-user-extra"), u) < 0)
		return -1;
	return read_exec(p, doc_get(value, "exec"), u);
}

/* The extension's content, from the document with types. */
static char *exec_extension(const struct parse *p, const char *cluster)
{
	const struct doc *entry, *ext;
	const char *name;
	char *json = NULL;

	for (entry = doc_first(doc_get(p->typed, "clusters")); entry; entry = doc_next(entry)) {
		name = doc_string(entry, "name");
		if (!name || strcmp(name, cluster) != 0)
			continue;
		ext = doc_first(doc_get(doc_get(entry, "cluster"), "extensions"));
		for (; ext && !json; ext = doc_next(ext)) {
			name = doc_string(ext, "name");
			if (name && !strcmp(name, EXEC_EXTENSION) && doc_get(ext, "extension"))
				json = doc_print(doc_get(ext, "extension"));
		}
	}
	return json;
}

static int read_cluster(
	const struct parse *p, const struct doc *value, struct kubeconfig_cluster *c)
{
	c->server = text_of(value, "server");
	c->tls_server_name = text_of(value, "tls-server-name");
	c->insecure = bool_of(value, "insecure-skip-tls-verify");
	c->ca_file = path_of(p, value, "certificate-authority");
	c->proxy_url = text_of(value, "proxy-url");
	c->disable_compression = bool_of(value, "disable-compression");
	c->exec_config = exec_extension(p, c->name);
	return decoded(p, value, "certificate-authority-data", &c->ca_data);
}

static char *name_of(const struct doc *entry)
{
	char *name = doc_scalar(doc_get(entry, "name"));

	return name ? name : mem_strdup("");
}

static int duplicate(const struct parse *p, const char *name, const char *list)
{
	return error_set(p->err, ERROR_INVALID, "duplicate name \"%s\" in list of %s", name, list);
}

static int add_cluster(const struct parse *p, const struct doc *entry)
{
	struct kubeconfig *k = p->k;
	char *name = name_of(entry);
	bool known = kubeconfig_cluster(k, name);
	struct kubeconfig_cluster *c;

	k->clusters = array_reserve(
		k->clusters, &k->cap_clusters, k->n_clusters + 1, sizeof(*k->clusters));
	c = &k->clusters[k->n_clusters++];
	*c = (struct kubeconfig_cluster){ .name = name };
	return known ? duplicate(p, name, "clusters")
		     : read_cluster(p, doc_get(entry, "cluster"), c);
}

static int add_user(const struct parse *p, const struct doc *entry)
{
	struct kubeconfig *k = p->k;
	char *name = name_of(entry);
	bool known = kubeconfig_user(k, name);
	struct kubeconfig_user *u;

	k->users = array_reserve(k->users, &k->cap_users, k->n_users + 1, sizeof(*k->users));
	u = &k->users[k->n_users++];
	*u = (struct kubeconfig_user){ .name = name };
	return known ? duplicate(p, name, "users") : read_user(p, doc_get(entry, "user"), u);
}

static int add_context(const struct parse *p, const struct doc *entry)
{
	const struct doc *value = doc_get(entry, "context");
	struct kubeconfig *k = p->k;
	char *name = name_of(entry);
	bool known = kubeconfig_context(k, name);
	struct kubeconfig_context *c;

	k->contexts = array_reserve(
		k->contexts, &k->cap_contexts, k->n_contexts + 1, sizeof(*k->contexts));
	c = &k->contexts[k->n_contexts++];
	*c = (struct kubeconfig_context){
		.name = name,
		.cluster = text_of(value, "cluster"),
		.user = text_of(value, "user"),
		.ns = text_of(value, "namespace"),
	};
	return known ? duplicate(p, name, "contexts") : 0;
}

static int each_entry(const struct parse *p, const struct doc *root, const char *key,
	int (*add)(const struct parse *p, const struct doc *entry))
{
	const struct doc *entry;

	if (list_of(p, root, key, &entry) < 0)
		return -1;
	for (; entry; entry = doc_next(entry)) {
		if (add(p, entry) < 0)
			return -1;
	}
	return 0;
}

static int read_root(const struct parse *p, const struct doc *root)
{
	char *kind = text_of(root, "kind");
	bool other = kind && strcmp(kind, "Config") != 0;

	if (other)
		error_set(p->err, ERROR_INVALID, "kind is \"%s\", not \"Config\"", kind);
	free(kind);
	if (other)
		return -1;
	p->k->current_context = text_of(root, "current-context");
	if (each_entry(p, root, "clusters", add_cluster) < 0 ||
		each_entry(p, root, "users", add_user) < 0)
		return -1;
	return each_entry(p, root, "contexts", add_context);
}

/* JSON is nearly YAML, but libyaml does not know its surrogate pairs. */
static struct doc *read_text(struct str text, enum yaml_scalars scalars, struct error *err)
{
	struct buf json = BUF_INIT(4 * KUBECONFIG_MAX);
	struct doc *root = NULL;

	if (str_starts(str_trim(text), STR("{")))
		root = doc_parse(text, NULL);
	if (!root && yaml_to_json(text, scalars, &json, err) == 0)
		root = doc_parse(buf_str(&json), err);
	buf_release(&json);
	return root;
}

int kubeconfig_parse(struct kubeconfig *k, struct str text, const char *dir, struct error *err)
{
	struct parse p = { .k = k, .dir = dir, .err = err };
	struct doc *root, *typed = NULL;
	int rc = -1;

	if (text.len > KUBECONFIG_MAX)
		return error_set(err, ERROR_TOO_LARGE, "larger than %zu bytes", KUBECONFIG_MAX);
	root = read_text(text, YAML_TEXT, err);
	if (!root)
		return error_prefix(err, "yaml");
	if (str_contains(text, STR(EXEC_EXTENSION)))
		p.typed = typed = read_text(text, YAML_TYPED, NULL);
	if (doc_is_object(root))
		rc = read_root(&p, root);
	else if (!doc_is_null(root))
		error_set(err, ERROR_INVALID, "no kubeconfig");
	else
		rc = 0;
	doc_free(root);
	doc_free(typed);
	return rc;
}
