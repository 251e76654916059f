/*
 * Who we are: token, token file, basic, impersonation; a plugin is plugin.c's. Secrets go out
 * over https only, never over a unix socket. Watch thread only.
 */
#include "net/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "kube/kubeconfig.h"
#include "net/rest_check.h"
#include "net/rest_files.h"

#define TOKEN_FILE_EVERY (50 * CLOCK_S)
#define RUN_AGAIN_MIN	 (10 * CLOCK_S) /* between plugin runs for a 401 */
#define HEADER_MAX	 ((size_t)2 << 20)

static bool has_newline(const char *s)
{
	return s && strpbrk(s, "\r\n");
}

/* ---- the token file ---- */

/* True when it holds another token than before. A failure keeps the last. */
static bool read_token_file(struct client *c)
{
	struct auth *a = &c->auth;
	struct error err = ERROR_INIT;
	char *token = rest_file_read_token(c->config->token_file, &err);

	a->token_read_at = clock_now();
	if (!token) {
		log_line(LOG_WARNING, "token file: %s", err.text);
		error_release(&err);
		return false;
	}
	if (a->token && !strcmp(a->token, token)) {
		mem_free_secret(token);
		return false;
	}
	mem_free_secret(a->token);
	a->token = token;
	a->generation++;
	return true;
}

bool auth_ready(struct client *c)
{
	struct auth *a = &c->auth;

	if (c->config->token_file && c->may_send_secrets &&
		clock_now() - a->token_read_at >= TOKEN_FILE_EVERY)
		read_token_file(c);
	if (!plugin_is_used(c))
		return true;
	if (plugin_may_run(c) && plugin_is_due(a))
		plugin_start(c, false);
	return !plugin_runs(a) && a->have;
}

bool auth_rejected(struct client *c, uint64_t generation)
{
	struct auth *a = &c->auth;
	int64_t now = clock_now();

	if (!c->may_send_secrets)
		return false;
	if (generation != a->generation || plugin_runs(a))
		return true;
	if (c->config->token_file)
		return read_token_file(c);
	if (!plugin_is_used(c) || !plugin_may_run(c))
		return false;
	if (a->last_401_run && now - a->last_401_run < RUN_AGAIN_MIN)
		return false;
	a->last_401_run = now;
	plugin_start(c, true);
	return plugin_runs(a);
}

void auth_retry(struct client *c)
{
	plugin_allow(c);
	c->queue_dirty = true;
}

/* ---- headers ---- */

static struct curl_slist *add(struct curl_slist *list, const char *name, const char *value)
{
	char *line = mem_printf(*value ? "%s: %s" : "%s;", name, value);
	struct curl_slist *grown = curl_slist_append(list, line);

	if (!grown)
		abort();
	explicit_bzero(line, strlen(line));
	free(line);
	return grown;
}

static bool is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("!#$&'*+-.^_`|~", c));
}

/* Keys are lower-cased by the server; what is no token character, and the
 * escape character itself, is %-escaped (round_trippers.go). */
static void extra_name(const char *key, struct buf *out)
{
	size_t i;
	char c;

	buf_addz(out, "Impersonate-Extra-");
	for (i = 0; key[i]; i++) {
		c = key[i];
		if (is_token_char(c))
			buf_addc(out, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
		else
			buf_addf(out, "%%%02X", (unsigned char)c);
	}
}

static struct curl_slist *impersonation(const struct rest_config *config, struct curl_slist *list)
{
	struct buf name = BUF_INIT(HEADER_MAX);
	size_t i;

	if (!config->as)
		return list;
	list = add(list, "Impersonate-User", config->as);
	if (config->as_uid)
		list = add(list, "Impersonate-Uid", config->as_uid);
	for (i = 0; i < config->n_as_groups; i++)
		list = add(list, "Impersonate-Group", config->as_groups[i]);
	for (i = 0; i < config->n_as_extra; i++) {
		buf_reset(&name);
		extra_name(config->as_extra[i].name, &name);
		list = add(list, buf_text(&name), config->as_extra[i].value);
	}
	buf_release(&name);
	return list;
}

static char *authorization(const struct client *c)
{
	const struct rest_config *config = c->config;
	char *pair, *encoded, *value;

	if (c->auth.token)
		return mem_printf("Bearer %s", c->auth.token);
	if (!config->username)
		return NULL;
	pair = mem_printf("%s:%s", config->username, config->password ? config->password : "");
	encoded = rest_base64(pair);
	value = mem_printf("Basic %s", encoded);
	mem_free_secret(pair);
	mem_free_secret(encoded);
	return value;
}

struct curl_slist *auth_headers(struct client *c, struct curl_slist *list)
{
	char *value = c->may_send_secrets ? authorization(c) : NULL;

	if (value)
		list = add(list, "Authorization", value);
	mem_free_secret(value);
	return impersonation(c->config, list);
}

/* ---- life ---- */

static int check_headers(const struct rest_config *config, struct error *err)
{
	bool bad = has_newline(config->as) || has_newline(config->as_uid);
	size_t i;

	for (i = 0; i < config->n_as_groups; i++)
		bad = bad || has_newline(config->as_groups[i]);
	for (i = 0; i < config->n_as_extra; i++)
		bad = bad || has_newline(config->as_extra[i].value);
	if (bad)
		return error_set(err, ERROR_INVALID, "a name to impersonate has a newline in it");
	return 0;
}

int auth_init(struct client *c, struct error *err)
{
	const struct rest_config *config = c->config;

	plugin_init(c);
	if (check_headers(config, err) < 0)
		return -1;
	if (config->token)
		c->auth.token = str_dup(str_trim(str_of(config->token)));
	if (has_newline(c->auth.token))
		return error_set(err, ERROR_INVALID, "the token has a newline in it");
	if (config->token_file && c->may_send_secrets)
		read_token_file(c);
	return 0;
}

void auth_release(struct client *c)
{
	plugin_release(c);
	mem_free_secret(c->auth.token);
}
