/*
 * The settings' file and what is remembered, in the real binary.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "screen/play.h"

/* A directory of its own for each test, with its file of settings. */
struct home {
	char dir[64];
	char config[128], config_env[160];
	char state_env[128];
	const char *env[3];
	struct screen_options options;
};

static void write_config(const struct home *home, const char *text)
{
	char other[160];
	FILE *file;

	/* as editors do it */
	snprintf(other, sizeof(other), "%s.new", home->config);
	file = fopen(other, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(rename(other, home->config), 0);
}

static void home_init(struct home *home, const char *config)
{
	snprintf(home->dir, sizeof(home->dir), "/tmp/crwatch-test-XXXXXX");
	assert_non_null(mkdtemp(home->dir));
	snprintf(home->config, sizeof(home->config), "%s/config.yaml", home->dir);
	snprintf(home->config_env, sizeof(home->config_env), "CRWATCH_CONFIG=%s", home->config);
	snprintf(home->state_env, sizeof(home->state_env), "XDG_STATE_HOME=%s", home->dir);
	home->env[0] = home->config_env;
	home->env[1] = home->state_env;
	home->env[2] = NULL;
	home->options = (struct screen_options){ .env = home->env, .clock = true };
	write_config(home, config);
}

static void home_release(const struct home *home)
{
	char path[128];

	unlink(home->config);
	snprintf(path, sizeof(path), "%s/crwatch/state.json", home->dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/crwatch", home->dir);
	rmdir(path);
	assert_int_equal(rmdir(home->dir), 0);
}

static void start(struct play *play, struct home *home, const char *config)
{
	home_init(home, config);
	play_open(play, NULL);
	play_start(play, 30, 120, &home->options);
	screen_expect_row(play->screen, "Widget +3");
}

static void test_problems_are_said(void **state)
{
	struct play *play = *state;
	struct home home;

	start(play, &home, "theme: dark\ncolour: red\nmouse: maybe\n");
	play_expect(play, "config.yaml:2:1: ");
	play_expect(play, "(:log has more)");
	play_type(play, ":log\r");
	screen_expect_row(play->screen, "warning +.*config.yaml:2:1: .*colour");
	screen_expect_row(play->screen, "warning +.*config.yaml:3:8: .*maybe");
	play_finish(play);
	home_release(&home);
}

static void test_read_again(void **state)
{
	struct play *play = *state;
	struct screen_cell before, after;
	struct home home;

	start(play, &home, "theme: dark\n");
	play_style(play, "example.com", &before);
	write_config(&home, "theme: light\nkeys:\n  help: \"f1\"\n");
	screen_advance(play->screen, PLAY_S);
	play_expect(play, "the settings were read again");
	play_style(play, "example.com", &after);
	assert_int_not_equal(before.fg, after.fg);
	/* what a key has set stays until the file says something new about it */
	play_type(play, ":mouse\r");
	play_expect(play, "mouse off");
	/* keys, too: ? means nothing now */
	play_type(play, "?j");
	screen_expect_not(play->screen, "help: keys");
	play_type(play, "\033OP");
	play_expect(play, "help: keys");
	play_type(play, "q");
	screen_expect_not(play->screen, "help: keys");
	/* what is no YAML leaves the last good ones */
	write_config(&home, "theme: [\n");
	screen_advance(play->screen, PLAY_S);
	play_expect(play, "config.yaml:");
	play_style(play, "example.com", &before);
	assert_int_equal(before.fg, after.fg);
	play_finish(play);
	home_release(&home);
}

static void test_theme_command(void **state)
{
	struct play *play = *state;
	struct screen_cell before, after;
	struct home home;

	start(play, &home, "theme: dark\n");
	play_style(play, "example.com", &before);
	play_type(play, ":theme li");
	screen_expect_row(play->screen, "^:theme light");
	play_type(play, "\t\r");
	screen_settle(play->screen);
	play_style(play, "example.com", &after);
	assert_int_not_equal(before.fg, after.fg);
	play_type(play, ":theme pink\r");
	play_expect(play, "there is no theme \"pink\"");
	play_finish(play);
	home_release(&home);
}

static void test_columns_health_aliases_pins(void **state)
{
	struct play *play = *state;
	struct home home;

	home_init(&home, "columns:\n"
			 "  gadgets.example.com:\n"
			 "    - name: SIZE\n"
			 "      path: .spec.size\n"
			 "health:\n"
			 "  - kind: gadgets.example.com\n"
			 "    path: .spec.mode\n"
			 "    bad: [Broken]\n"
			 "namespaces: [a, b]\n"
			 "line-numbers: true\n"
			 "aliases:\n"
			 "  gg: gadgets a\n"
			 "pins: [gadgets.example.com]\n");
	play_open(play, NULL);
	play_put(play->gadgets, "a", "g1", NULL, "\"spec\":{\"size\":77,\"mode\":\"broken\"}");
	play_put(play->gadgets, "b", "g2", NULL, "\"spec\":{\"size\":78,\"mode\":\"fine\"}");
	play_start(play, 30, 140, &home.options);
	screen_expect_row(play->screen, "^ ns a b ");
	screen_expect_row(play->screen, "▾ pinned +3");
	screen_expect_row(play->screen, "Gadget +3 +✗ 1");
	/* the pinned kinds are of many groups: all events are in scope */
	play_type(play, ":events\rf");
	play_expect(play, "events: all kinds");
	play_type(play, "\033");
	play_type(play, ":gg\r");
	screen_expect_row(play->screen, "^ ns a ");
	play_expect(play, "SIZE");
	screen_expect_row(play->screen, "✗.*g1 .* 77");
	screen_expect_not(play->screen, "g2");
	/* other rules: it is well again, without a change of its own */
	write_config(&home, "pins: []\n");
	screen_advance(play->screen, PLAY_S);
	screen_expect_not(play->screen, "✗ 2 not ready");
	screen_expect_not(play->screen, "SIZE");
	play_finish(play);
	home_release(&home);
}

static void test_remembers(void **state)
{
	struct play *play = *state;
	struct home home;

	start(play, &home, "theme: dark\n");
	play_type(play, "jl"); /* Gadget */
	screen_expect_row(play->screen, "▾ Gadget");
	play_type(play, "jjjjjp"); /* Thing */
	screen_expect_row(play->screen, "▾ pinned");
	play_type(play, ":ns a\r:crds\r/gadg\r");
	screen_expect_row(play->screen, "^ crds +1 of 3");
	play_finish(play);
	screen_free(play->screen);
	play_start(play, 30, 120, &home.options);
	screen_expect_row(play->screen, "^ crds +3");
	screen_expect_row(play->screen, "^ ns a ");
	play_type(play, "/\033[A");
	screen_expect_row(play->screen, "^/gadg");
	play_type(play, "\r:tree\r0");
	screen_expect_row(play->screen, "▾ Gadget");
	screen_expect_row(play->screen, "▾ pinned");
	play_type(play, "1");
	screen_expect_row(play->screen, "^ ns a ");
	play_finish(play);
	home_release(&home);
}

/* Nowhere to keep anything: nothing is said, nothing breaks. */
static void test_without_a_home(void **state)
{
	static const char *const env[] = { "HOME=", NULL };
	struct screen_options options = { .env = env, .clock = true };
	struct play *play = *state;

	play_open(play, NULL);
	play_start(play, 30, 120, &options);
	screen_expect_row(play->screen, "Widget +3");
	play_type(play, ":log\r");
	screen_expect_row(play->screen, "connected");
	screen_expect_not(play->screen, "config.yaml");
	screen_expect_not(play->screen, "state.json");
	play_finish(play);
}

static void read_config(const struct home *home, char *text, size_t size)
{
	FILE *file = fopen(home->config, "r");

	assert_non_null(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
}

static void test_columns(void **state)
{
	struct play *play = *state;
	struct home home;
	char text[4096];

	start(play, &home, "# mine\ntheme: dark\n");
	play_type(play, ":wid\r,");
	screen_expect_row(play->screen, "^ columns +2 .*widgets.example.com");
	screen_expect_row(play->screen, "^ Ready +shown +the kind's own");
	/* a label, a path and a condition; what is wrong is said, and where */
	play_type(play, "alabel:team\r");
	screen_expect_row(play->screen, "^ team +shown +label team");
	play_type(play, "aSize\r");
	screen_expect_row(play->screen, "TYPE: Size +at 5: a column is NAME=JSONPATH");
	play_type(play, "=.spec.size[\r");
	screen_expect_row(play->screen, "TYPE: Size=.spec.size\\[ +at [0-9]+: ");
	play_type(play, "\177\r");
	screen_expect_row(play->screen, "^ Size +shown +\\.spec\\.size");
	play_type(play, "acondition:Ready\r");
	screen_expect_row(play->screen, "^ Ready +shown +condition Ready");
	play_type(play, "aNone=.spec.nothing\r");
	play_expect(play, "None: nothing in 3 objects has it");
	play_type(play, "d");
	screen_expect_not(play->screen, "nothing");
	/* its own first column is hidden, the size comes first */
	play_type(play, "g ");
	screen_expect_row(play->screen, "^ Ready +the kind's own");
	play_type(play, "jjKKK\r");
	screen_expect_row(play->screen, "^   NAMESPACE +NAME +SIZE +NOTE +TEAM +READY +CHANGED");
	screen_expect_row(play->screen, "^ ✓ a +blue +1 +first +x +True");
	play_expect(play, "the columns are kept in ");
	read_config(&home, text, sizeof(text));
	assert_non_null(strstr(text, "# mine\ntheme: dark\n"));
	assert_non_null(strstr(text, "widgets.example.com:"));
	assert_non_null(strstr(text, "{name: Size, path: .spec.size}"));
	/* they are there again at the next start */
	play_finish(play);
	screen_free(play->screen);
	play_start(play, 30, 120, &home.options);
	screen_expect_row(play->screen, "^   NAMESPACE +NAME +SIZE +NOTE +TEAM +READY +CHANGED");
	/* what is given up changes nothing; the kind's own ones again leave no trace */
	play_type(play, ",");
	screen_expect_row(play->screen, "^ columns +5 .*widgets.example.com");
	play_type(play, "g ");
	play_esc(play, "the kind's own");
	screen_expect_row(play->screen, "^   NAMESPACE +NAME +SIZE +NOTE +TEAM +READY +CHANGED");
	play_type(play, ",gdjdd K\r");
	screen_expect_row(play->screen, "^   NAMESPACE +NAME +READY +NOTE +CHANGED");
	read_config(&home, text, sizeof(text));
	assert_non_null(strstr(text, "widgets.example.com: []"));
	play_finish(play);
	home_release(&home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_problems_are_said),
		play_test(test_read_again),
		play_test(test_theme_command),
		play_test(test_columns_health_aliases_pins),
		play_test(test_remembers),
		play_test(test_columns),
		play_test(test_without_a_home),
	};

	return cmocka_run_group_tests_name("home", tests, NULL, NULL);
}
