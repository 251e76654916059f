/*
 * Who we are: token, token file, basic, plugin, impersonation. Secrets go out
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
#define LEEWAY		 (60 * CLOCK_S)
#define RUN_AGAIN_MIN	 (10 * CLOCK_S) /* between plugin runs for a 401 */
#define BACKOFF_MAX	 (30 * CLOCK_S)
#define HEADER_MAX	 ((size_t)2 << 20)

#define OF(ptr)		 ((struct client *)((char *)(ptr)-offsetof(struct client, auth.retry)))

static void free_secret(char **s)
{
	if (*s)
		explicit_bzero(*s, strlen(*s));
	free(*s);
	*s = NULL;
}

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
		free_secret(&token);
		return false;
	}
	free_secret(&a->token);
	a->token = token;
	a->generation++;
	return true;
}

/* ---- the plugin ---- */

/* True when connections that stand have shown another certificate. */
static bool remember(struct client *c, struct exec_credential *cred)
{
	struct auth *a = &c->auth;
	int64_t now = clock_wall();
	int64_t life = cred->expires - now;
	int64_t leeway = life / 2 < LEEWAY ? life / 2 : LEEWAY;
	bool first = !a->generation;
	bool other = trust_show(c, cred->cert_pem, cred->key_pem);

	free_secret(&a->token);
	a->token = cred->token;
	a->expires = cred->expires;
	a->renew_at = cred->expires ? cred->expires - (leeway > 0 ? leeway : 0) : 0;
	cred->token = NULL;
	a->have = true;
	a->failures = 0;
	a->generation++;
	return other && !first;
}

static bool still_valid(const struct auth *a)
{
	return a->have && !a->for_401 && (a->expires == 0 || clock_wall() < a->expires);
}

static void plugin_failed(struct client *c, const struct error *err)
{
	struct auth *a = &c->auth;
	int64_t delay = CLOCK_S << (a->failures < 5 ? a->failures : 5);
	bool usable = still_valid(a);

	a->failures++;
	log_line(LOG_ERROR, "%s", err->text);
	loop_timer_set(
		&c->loop, &a->retry, clock_now() + (delay < BACKOFF_MAX ? delay : BACKOFF_MAX));
	if (usable)
		return;
	a->have = false;
	gate_report(c, err);
	client_fail_queue(c, err);
}

static void plugin_done(void *arg, struct exec_credential *cred, const struct error *err)
{
	struct client *c = arg;
	struct auth *a = &c->auth;

	a->exec = NULL;
	c->queue_dirty = true;
	c->happened = true;
	if (err->code != ERROR_NONE) {
		plugin_failed(c, err);
		return;
	}
	if (a->failures > 0)
		gate_report(c, NULL);
	if (remember(c, cred))
		conns_renew(c);
	/* One that came out expired would be asked for again at once. */
	if (a->renew_at && a->renew_at <= clock_wall())
		loop_timer_set(&c->loop, &a->retry, clock_now() + CLOCK_S);
}

static void run_again(struct client_timer *timer)
{
	OF(timer)->queue_dirty = true;
}

static bool needs_plugin(const struct client *c)
{
	return c->config->exec && c->may_send_secrets;
}

static bool plugin_due(const struct auth *a)
{
	return !a->have || (a->renew_at && clock_wall() >= a->renew_at);
}

/* The failure is told from a timer's turn when it could not even be started,
 * because this may be called from within curl. */
static void start_plugin(struct client *c, bool for_401)
{
	struct auth *a = &c->auth;
	struct error err = ERROR_INIT;

	a->for_401 = for_401;
	a->exec = exec_start(&c->loop, c->config->exec, plugin_done, c, &err);
	if (a->exec)
		return;
	plugin_failed(c, &err);
	error_release(&err);
}

bool auth_ready(struct client *c)
{
	struct auth *a = &c->auth;

	if (c->config->token_file && c->may_send_secrets &&
		clock_now() - a->token_read_at >= TOKEN_FILE_EVERY)
		read_token_file(c);
	if (!needs_plugin(c))
		return true;
	if (!a->exec && plugin_due(a) && !a->retry.heap_slot)
		start_plugin(c, false);
	if (a->exec)
		return false;
	return a->have;
}

bool auth_rejected(struct client *c, uint64_t generation)
{
	struct auth *a = &c->auth;
	int64_t now = clock_now();

	if (!c->may_send_secrets)
		return false;
	if (generation != a->generation || a->exec)
		return true;
	if (c->config->token_file)
		return read_token_file(c);
	if (!needs_plugin(c) || a->retry.heap_slot)
		return false;
	if (a->last_401_run && now - a->last_401_run < RUN_AGAIN_MIN)
		return false;
	a->last_401_run = now;
	start_plugin(c, true);
	return a->exec;
}

void auth_retry(struct client *c)
{
	loop_timer_cancel(&c->loop, &c->auth.retry);
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
	free_secret(&pair);
	free_secret(&encoded);
	return value;
}

struct curl_slist *auth_headers(struct client *c, struct curl_slist *list)
{
	char *value = c->may_send_secrets ? authorization(c) : NULL;

	if (value)
		list = add(list, "Authorization", value);
	free_secret(&value);
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

	c->auth.retry.fire = run_again;
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
	struct auth *a = &c->auth;

	exec_free(a->exec);
	loop_timer_cancel(&c->loop, &a->retry);
	free_secret(&a->token);
}
