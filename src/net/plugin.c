/*
 * The credential plugin: when it runs, whether it has the terminal, and what comes of
 * it. Watch thread only.
 */
#include "net/internal.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "kube/kubeconfig.h"

#define LEEWAY		  (60 * CLOCK_S)
#define BACKOFF_MAX	  (30 * CLOCK_S)
#define LOOK_EVERY	  CLOCK_S

#define OF(timer, member) ((struct client *)((char *)(timer)-offsetof(struct client, auth.member)))

static void want_terminal(struct client *c);

/* True when connections that stand have shown another certificate. */
static bool remember(struct client *c, struct exec_credential *cred)
{
	struct auth *a = &c->auth;
	int64_t now = clock_wall();
	int64_t life = cred->expires - now;
	int64_t leeway = life / 2 < LEEWAY ? life / 2 : LEEWAY;
	bool first = !a->generation;
	bool other = trust_show(c, cred->cert_pem, cred->key_pem);

	mem_free_secret(a->token);
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

static void return_terminal(struct client *c)
{
	struct auth *a = &c->auth;

	if ((a->has_terminal || a->wants_terminal) && c->config->terminal == REST_TERMINAL_SCREEN)
		c->hooks.terminal(c->arg, false);
	a->has_terminal = a->wants_terminal = false;
}

/* Its user was asked, and it came to nothing: it waits for a word, because another run,
 * be it silent, may be another failed login. */
static bool waits_for_user(const struct client *c)
{
	return c->auth.gave_up && (c->config->exec->interactive == KUBECONFIG_ALWAYS ||
					  c->config->terminal == REST_TERMINAL_SCREEN);
}

static void try_again_later(struct client *c, bool asked)
{
	struct auth *a = &c->auth;
	int64_t delay = CLOCK_S << (a->failures < 5 ? a->failures : 5);

	a->gave_up = a->gave_up || asked;
	if (waits_for_user(c))
		return;
	loop_timer_set(
		&c->loop, &a->retry, clock_now() + (delay < BACKOFF_MAX ? delay : BACKOFF_MAX));
}

static void plugin_failed(struct client *c, const struct error *err, bool asked)
{
	struct auth *a = &c->auth;
	bool usable = still_valid(a);

	log_line(LOG_ERROR, "%s", err->text);
	try_again_later(c, asked);
	a->failures++;
	if (usable)
		return;
	a->have = false;
	gate_report(c, err);
	client_fail_queue(c, err);
}

static bool may_ask(const struct client *c)
{
	return c->config->terminal != REST_TERMINAL_NONE &&
	       c->config->exec->interactive != KUBECONFIG_NEVER;
}

static void plugin_done(void *arg, struct exec_credential *cred, const struct error *err)
{
	struct client *c = arg;
	struct auth *a = &c->auth;
	bool asked = a->has_terminal;

	a->exec = NULL;
	loop_timer_cancel(&c->loop, &a->slow);
	return_terminal(c);
	c->queue_dirty = true;
	c->happened = true;
	if (err->code != ERROR_NONE && !asked && may_ask(c) && !a->gave_up && !still_valid(a)) {
		log_line(LOG_WARNING, "%s; it is run again with the terminal", err->text);
		want_terminal(c);
		return;
	}
	if (err->code != ERROR_NONE) {
		plugin_failed(c, err, asked);
		return;
	}
	if (a->failures > 0 || a->reported)
		gate_report(c, NULL);
	a->reported = a->gave_up = false;
	if (remember(c, cred))
		conns_renew(c);
	/* One that came out expired would be asked for again at once. */
	if (a->renew_at && a->renew_at <= clock_wall())
		loop_timer_set(&c->loop, &a->retry, clock_now() + CLOCK_S);
}

static void run_again(struct client_timer *timer)
{
	OF(timer, retry)->queue_dirty = true;
}

bool plugin_runs(const struct auth *a)
{
	return a->exec || a->wants_terminal;
}

bool plugin_is_used(const struct client *c)
{
	return c->config->exec && c->may_send_secrets;
}

bool plugin_may_run(const struct client *c)
{
	const struct auth *a = &c->auth;

	return !plugin_runs(a) && !a->retry.heap_slot && !waits_for_user(c);
}

bool plugin_is_due(const struct auth *a)
{
	return !a->have || (a->renew_at && clock_wall() >= a->renew_at);
}

/* What it says while it runs may be what it waits for. */
static void look_at_plugin(struct client_timer *timer)
{
	struct client *c = OF(timer, slow);
	struct auth *a = &c->auth;
	struct str said = exec_said(a->exec);
	struct error err = ERROR_INIT;

	if (said.len) {
		error_set(&err, ERROR_TIMEOUT, "the credential plugin %s says: " STR_FMT,
			c->config->exec->command, STR_ARG(said));
		gate_report(c, &err);
		error_release(&err);
		a->reported = c->happened = true;
	}
	loop_timer_set(&c->loop, timer, clock_now() + LOOK_EVERY);
}

static void run_plugin(struct client *c, bool interactive)
{
	struct auth *a = &c->auth;
	struct error err = ERROR_INIT;

	a->has_terminal = interactive;
	a->exec = exec_start(&c->loop, c->config->exec, interactive, plugin_done, c, &err);
	if (!a->exec) {
		return_terminal(c);
		plugin_failed(c, &err, interactive);
		error_release(&err);
		return;
	}
	if (!interactive)
		loop_timer_set(&c->loop, &a->slow, clock_now() + LOOK_EVERY);
}

static void want_terminal(struct client *c)
{
	if (c->config->terminal == REST_TERMINAL_FREE) {
		run_plugin(c, true);
		return;
	}
	c->auth.wants_terminal = true;
	c->hooks.terminal(c->arg, true);
}

void plugin_lent(struct client *c)
{
	if (c->auth.wants_terminal) {
		c->auth.wants_terminal = false;
		run_plugin(c, true);
	}
}

void plugin_start(struct client *c, bool for_401)
{
	bool always = c->config->exec->interactive == KUBECONFIG_ALWAYS;

	c->auth.for_401 = for_401;
	if (may_ask(c) && (always || c->config->terminal == REST_TERMINAL_FREE))
		want_terminal(c);
	else
		run_plugin(c, false);
}

void plugin_allow(struct client *c)
{
	loop_timer_cancel(&c->loop, &c->auth.retry);
	c->auth.gave_up = false;
}

void plugin_init(struct client *c)
{
	c->auth.retry.fire = run_again;
	c->auth.slow.fire = look_at_plugin;
}

void plugin_release(struct client *c)
{
	struct auth *a = &c->auth;

	exec_free(a->exec);
	return_terminal(c);
	loop_timer_cancel(&c->loop, &a->slow);
	loop_timer_cancel(&c->loop, &a->retry);
}
