/*
 * A credential plugin that asks its user something: the screen is left for it, and
 * taken back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "screen/play.h"

#define ANSWER                                                                                     \
	"printf '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\"," \
	"\"status\":{\"token\":\"%s\"}}' \"$word\"\n"

static char dir[] = "/tmp/crwatch-plugin-XXXXXX";

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static char *plugin_path(void)
{
	return mem_printf("%s/plugin", dir);
}

static int remove_dir(void **state)
{
	char *path = plugin_path();

	(void)state;
	unlink(path);
	free(path);
	path = mem_printf("%s/runs", dir);
	unlink(path);
	free(path);
	return rmdir(dir);
}

/* The plugin is this shell script; starts the program before a server in TLS. */
static void start(struct play *play, const char *mode, const char *script, const char *const *args)
{
	char *path = plugin_path(), *runs_path = mem_printf("%s/runs", dir), *config;
	FILE *f = fopen(path, "w");

	unlink(runs_path);
	free(runs_path);

	assert_non_null(f);
	fprintf(f, "#!/bin/sh\nprintf x >>%s/runs\n%s", dir, script);
	fclose(f);
	chmod(path, 0700);
	play_open(play, &(struct play_options){ .tls = true });
	config = mem_printf("apiVersion: v1\nkind: Config\ncurrent-context: test-ctx\n"
			    "clusters:\n- name: c\n  cluster: {server: \"%s\", "
			    "insecure-skip-tls-verify: true}\n"
			    "users:\n- name: tester\n  user: {exec: {apiVersion: "
			    "client.authentication.k8s.io/v1, command: %s, interactiveMode: %s}}\n"
			    "contexts:\n- name: test-ctx\n  context: {cluster: c, user: tester}\n",
		server_url(play->server), path, mode);
	play_start(play, 24, 160,
		&(struct screen_options){ .kubeconfig = config, .args = args, .shell = true });
	free(config);
	free(path);
}

/* How often the plugin was run; it is told where to write that down. */
static int runs(void)
{
	char *path = mem_printf("%s/runs", dir);
	struct stat st;
	int n = stat(path, &st) == 0 ? (int)st.st_size : 0;

	free(path);
	return n;
}

static bool has_run_four_times(struct screen *screen, void *arg)
{
	(void)screen;
	(void)arg;
	return runs() == 4;
}

static void expect_token(struct play *play, const char *value)
{
	char *got = server_header(
		play->server, server_wait(play->server, "/widgets", 1), "authorization");

	assert_string_equal(got ? got : "(none)", value);
	free(got);
}

static bool is_cooked(struct screen *screen, void *arg)
{
	(void)arg;
	return screen_is_cooked(screen) && !screen_on_alternate(screen);
}

static bool is_ours(struct screen *screen, void *arg)
{
	(void)arg;
	return !screen_is_cooked(screen) && screen_on_alternate(screen);
}

#define ASK "printf 'The word, please: ' >&2; read -r word; [ \"$word\" = sesame ] || exit 3\n"

static void test_asks(void **state)
{
	struct play *play = *state;

	start(play, "Always", ASK ANSWER, NULL);
	screen_expect(play->screen, "The word, please:");
	screen_expect_that(play->screen, is_cooked, NULL, "the terminal is the plugin's");
	screen_type(play->screen, "wrong\r");
	screen_expect(play->screen, "plugin failed with exit code 3");
	screen_expect_that(play->screen, is_ours, NULL, "the screen is back");
	/* It does not ask again by itself, but when it is told to. */
	screen_type(play->screen, "\022");
	screen_expect(play->screen, "The word, please:");
	screen_expect_that(play->screen, is_cooked, NULL, "the terminal is the plugin's");
	screen_type(play->screen, "sesame\r");
	screen_expect_row(play->screen, "Widget +3");
	screen_expect_not(play->screen, "exit code");
	screen_expect_that(play->screen, is_ours, NULL, "the screen is back");
	expect_token(play, "Bearer sesame");
	screen_type(play->screen, ":q\r");
	assert_int_equal(screen_wait_exit(play->screen), 0);
	assert_true(screen_is_cooked(play->screen));
}

/* ctrl-c at its question ends the plugin, not the browser. */
static void test_interrupted(void **state)
{
	struct play *play = *state;

	start(play, "Always", ASK ANSWER, NULL);
	screen_expect(play->screen, "The word, please:");
	screen_expect_that(play->screen, is_cooked, NULL, "the terminal is the plugin's");
	screen_type(play->screen, "\003");
	screen_expect(play->screen, "plugin was ended by signal 2");
	screen_expect_that(play->screen, is_ours, NULL, "the screen is back");
	screen_type(play->screen, "?");
	screen_expect(play->screen, "help: keys");
	screen_type(play->screen, ":q\r");
	assert_int_equal(screen_wait_exit(play->screen), 0);
}

/* One that can do without is not given the terminal before it has failed without. */
static void test_only_when_needed(void **state)
{
	struct play *play = *state;

	start(play, "IfAvailable",
		"case $KUBERNETES_EXEC_INFO in *true*) " ASK ";; *) exit 4;; esac\n" ANSWER, NULL);
	screen_expect(play->screen, "The word, please:");
	screen_expect_that(play->screen, is_cooked, NULL, "the terminal is the plugin's");
	screen_type(play->screen, "wrong\r");
	screen_expect(play->screen, "plugin failed with exit code 3");
	screen_expect_that(play->screen, is_ours, NULL, "the screen is back");
	assert_int_equal(runs(), 2);
	/* each run may be a failed login: no more of them until somebody says so */
	screen_type(play->screen, "?");
	screen_expect(play->screen, "help: keys");
	screen_type(play->screen, "q\022");
	screen_expect_that(play->screen, has_run_four_times, NULL, "it is asked, then asks");
	screen_expect_that(play->screen, is_cooked, NULL, "the terminal is the plugin's");
	screen_type(play->screen, "sesame\r");
	screen_expect_row(play->screen, "Widget +3");
	expect_token(play, "Bearer sesame");
	play_close(play);

	start(play, "IfAvailable", "word=silent\n" ANSWER, NULL);
	screen_expect_row(play->screen, "Widget +3");
	expect_token(play, "Bearer silent");
}

/* What it says while it waits for something else is shown. */
static void test_says(void **state)
{
	struct play *play = *state;
	char *flag = mem_printf("%s/flag", dir), *script;

	script = mem_printf("echo 'Go to https://login.example and type ABCD' >&2\n"
			    "until [ -e %s ]; do sleep 0.05; done\nword=done\n%s",
		flag, ANSWER);
	start(play, "IfAvailable", script, NULL);
	screen_expect(play->screen, "says: Go to https://login.example and type");
	assert_true(screen_on_alternate(play->screen));
	fclose(fopen(flag, "w"));
	screen_expect_row(play->screen, "Widget +3");
	screen_expect_not(play->screen, "login.example");
	unlink(flag);
	free(script);
	free(flag);
}

/* Without a screen it has the terminal at once. */
static void test_headless(void **state)
{
	static const char *const args[] = { "get", "widgets", "-A", NULL };
	struct play *play = *state;

	start(play, "IfAvailable", ASK ANSWER, args);
	screen_expect(play->screen, "The word, please:");
	screen_type(play->screen, "sesame\r");
	screen_expect_row(play->screen, "^a +blue +True");
	assert_int_equal(screen_wait_exit(play->screen), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		play_test(test_asks),
		play_test(test_interrupted),
		play_test(test_only_when_needed),
		play_test(test_says),
		play_test(test_headless),
	};

	return cmocka_run_group_tests_name("plugin", tests, make_dir, remove_dir);
}
