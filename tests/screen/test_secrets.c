/*
 * Nothing that is secret in a kubeconfig is on the screen, in an error, in the log or
 * in a file, whatever goes wrong. Each secret begins with HUSH; in base64, at a place
 * that three divides, with SFVTS.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "screen/play.h"

#define EXEC	   "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, "
#define SAYS(text) EXEC "command: /bin/echo, args: ['" text "']}"
#define CREDENTIAL(version, status)                                                                \
	"{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/" version      \
	"\",\"status\":" status "}"
#define KEY "SFVTSCBpcyBub3QgYSBrZXk=" /* "HUSH is not a key" */

static char dir[] = "/tmp/crwatch-secrets-XXXXXX";
static mode_t old_mask;

static int make_dir(void **state)
{
	(void)state;
	old_mask = umask(0);
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	static const char *const names[] = { "log", "crwatch/state.json", "crwatch", "" };

	(void)state;
	umask(old_mask);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = mem_printf("%s/%s", dir, names[i]);

		remove(path);
		free(path);
	}
	return 0;
}

static void start(struct play *play, const char *kubeconfig, const char *const *args)
{
	char *log = mem_printf("CRWATCH_LOG=%s/log", dir);
	char *home = mem_printf("XDG_STATE_HOME=%s", dir);
	const char *const env[] = { log, home, NULL };

	play->screen = screen_start(&(struct screen_options){
		.rows = 24, .cols = 200, .args = args, .env = env, .kubeconfig = kubeconfig });
	free(log);
	free(home);
}

static void tells_nothing(const char *text, size_t n, const char *where)
{
	if (!memmem(text, n, "HUSH", 4) && !memmem(text, n, "SFVTS", 5))
		return;
	fail_msg("%s tells a secret: %.*s", where, (int)n, text);
}

/* The log says something, the state perhaps; nobody else may read them. */
static void file_tells_nothing(const char *name, bool must_be)
{
	char *path = mem_printf("%s/%s", dir, name);
	struct stat st;
	size_t len = 0;
	char *text = file_read(path, (size_t)1 << 20, &len, NULL, NULL);

	assert_true(text || !must_be);
	if (text) {
		tells_nothing(text, len, name);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	free(text);
	free(path);
}

static void nobody_tells(struct play *play, bool has_state)
{
	size_t n;
	const char *output = screen_output(play->screen, &n);

	tells_nothing(output, n, "the terminal");
	file_tells_nothing("log", true);
	file_tells_nothing("crwatch/state.json", has_state);
}

static char *kubeconfig_of(const char *cluster, const char *user)
{
	return mem_printf("apiVersion: v1\nkind: Config\ncurrent-context: x\n"
			  "clusters:\n- name: c\n  cluster: {%s}\n"
			  "users:\n- name: u\n  user: {%s}\n"
			  "contexts:\n- name: x\n  context: {cluster: c, user: u}\n",
		cluster, user);
}

/* A command that fails, with its error on the terminal. */
static void fails(struct play *play, const char *cluster, const char *user, const char *error)
{
	static const char *const args[] = { "get", "widgets", "-A", "--request-timeout=5s", NULL };
	char *kubeconfig = kubeconfig_of(cluster, user);

	start(play, kubeconfig, args);
	screen_expect(play->screen, error);
	assert_int_not_equal(screen_wait_exit(play->screen), 0);
	nobody_tells(play, false);
	screen_free(play->screen);
	play->screen = NULL;
	free(kubeconfig);
}

#define NOWHERE "server: 'https://127.0.0.1:1'"

/* Whom nobody answers, directly or by a proxy. */
static void test_connections(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	fails(play, NOWHERE, "token: HUSH", "refused");
	fails(play, "server: 'https://me:HUSH@127.0.0.1:1'", "token: HUSH", "");
	fails(play, NOWHERE ", proxy-url: 'http://me:HUSH@127.0.0.1:1'", "token: HUSH", "refused");
	fails(play, NOWHERE ", proxy-url: 'socks5://me:HUSH@127.0.0.1:1'", "token: HUSH", "proxy");
	fails(play, NOWHERE ", proxy-url: 'ftp://me:HUSH@proxy'", "token: HUSH", "ftp");
	fails(play, NOWHERE ", proxy-url: 'http://me:HUSH@[::bad'", "token: HUSH", "");
}

/* What is written in the kubeconfig, or comes from a plugin, cannot be used. */
static void test_credentials(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	fails(play, NOWHERE, "client-certificate-data: " KEY ", client-key-data: " KEY, "");
	fails(play, NOWHERE, "client-certificate-data: " KEY ", client-key-data: 'HUSH!'", "");
	fails(play, NOWHERE, "token: \"HUSH\\nX: y\"", "");
	fails(play, NOWHERE, "username: me, password: HUSH, token: HUSH", "");
	fails(play, NOWHERE, "auth-provider: {name: oidc, config: {id-token: HUSH.HUSH.HUSH}}", "");
	fails(play, NOWHERE, "token: HUSH, exec: HUSH", "");
	fails(play, NOWHERE, "token: 'HUSH', password: 'HUSH' \"HUSH\" [", "");
	fails(play, NOWHERE, SAYS("HUSH"), "");
	fails(play, NOWHERE, SAYS("{\"status\":{\"token\":\"HUSH"), "");
	fails(play, NOWHERE, SAYS(CREDENTIAL("v1beta1", "{\"token\":\"HUSH\"}")), "");
	fails(play, NOWHERE, SAYS(CREDENTIAL("v1", "{\"token\":[\"HUSH\"]}")), "");
	fails(play, NOWHERE, SAYS(CREDENTIAL("v1", "{\"token\":\"HUSH\\nX: y\"}")), "newline");
	fails(play, NOWHERE, SAYS(CREDENTIAL("v1", "{\"clientKeyData\":\"HUSH\"}")), "");
	fails(play, NOWHERE,
		SAYS(CREDENTIAL("v1", "{\"clientKeyData\":\"HUSH\",\"clientCertificateData\":"
				      "\"HUSH\"}")),
		"");
	fails(play, NOWHERE, EXEC "command: /bin/sh, args: [-c, 'echo HUSH; exit 3']}", "");
	fails(play, NOWHERE,
		EXEC "command: no-such-plugin, args: [--password=HUSH], env: [{name: PASS, "
		     "value: HUSH}]}",
		"no-such-plugin");
}

/* What the server says no to, and a server that is not trusted. */
static void test_answers(void **state)
{
	static const int codes[] = { 401, 403, 500 };
	struct play *play = *state;
	char *trusted, *untrusted, *plain;

	play_open(play, &(struct play_options){ .tls = true });
	trusted = mem_printf(
		"insecure-skip-tls-verify: true, server: '%s'", server_url(play->server));
	untrusted = mem_printf("server: '%s'", server_url(play->server));
	fails(play, untrusted, "username: me, password: HUSH", "certificate");
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct server_route no = { .path = "/",
			.answer = { .status = codes[i], .body = "no" } };

		server_route(play->server, &no);
		fails(play, trusted, "username: me, password: HUSH", "");
		fails(play, trusted, "token: HUSH", "");
		fails(play, trusted, SAYS(CREDENTIAL("v1", "{\"token\":\"HUSH\"}")), "");
	}
	plain = mem_printf("server: 'http%s'", server_url(play->server) + strlen("https"));
	fails(play, plain, "token: HUSH", "");
	free(trusted);
	free(untrusted);
	free(plain);
}

/* Every view that tells of connections, with all going well and with nothing going. */
static void browse(struct play *play, const char *until)
{
	static const char *const views[] = { ":log\r", ":contexts\r", ":stats\r", ":access\r" };

	screen_expect(play->screen, until);
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		screen_type(play->screen, views[i]);
		screen_type(play->screen, "?");
		screen_expect(play->screen, "help");
		screen_type(play->screen, "q");
	}
	screen_type(play->screen, ":q\r");
	assert_int_equal(screen_wait_exit(play->screen), 0);
	nobody_tells(play, true);
	screen_free(play->screen);
	play->screen = NULL;
}

static void test_browser(void **state)
{
	struct play *play = *state;
	char *cluster, *kubeconfig, *got;

	play_open(play, &(struct play_options){ .tls = true });
	cluster = mem_printf(
		"insecure-skip-tls-verify: true, server: '%s'", server_url(play->server));
	kubeconfig = kubeconfig_of(cluster, "token: HUSH");
	start(play, kubeconfig, NULL);
	browse(play, "Widget");
	got = server_header(
		play->server, server_wait(play->server, "/widgets", 1), "authorization");
	assert_string_equal(got, "Bearer HUSH"); /* it was there to be told */
	free(got);
	free(kubeconfig);
	kubeconfig = kubeconfig_of(NOWHERE ", proxy-url: 'http://me:HUSH@127.0.0.1:1'",
		"username: me, password: HUSH");
	start(play, kubeconfig, NULL);
	browse(play, "refused");
	free(kubeconfig);
	free(cluster);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		play_test(test_connections),
		play_test(test_credentials),
		play_test(test_answers),
		play_test(test_browser),
	};

	return cmocka_run_group_tests_name("secrets", tests, make_dir, remove_dir);
}
