/* The user's settings at the start: what the screen makes of them, and what is an
 * error on the command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "screen/play.h"

/* The binary with a file of settings and the environment of the test's choice. */
static void start(struct play *play, const char *yaml, const char *const *env)
{
	char path[] = "/tmp/crwatch-config-XXXXXX";
	const char *args[] = { "--config", path, NULL };
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, yaml, strlen(yaml)), (ssize_t)strlen(yaml));
	close(fd);
	play_open(play, NULL);
	play_start(
		play, 30, 120, &(struct screen_options){ .clock = true, .args = args, .env = env });
	play_expect(play, "3 kinds  4 objects");
	unlink(path); /* it has been read */
}

static void test_keys(void **state)
{
	struct play *play = *state;

	start(play, "keys:\n  help: H f1\n  down: e\n", NULL);
	play_type(play, "?");
	play_type(play, "H");
	play_expect(play, "help: keys");
	screen_expect_row(play->screen, "H f1 +this help");
	screen_expect_row(play->screen, "   e +down");
	play_finish(play);
}

/* The ground under the cursor. */
static int cursor_ground(struct play *play)
{
	struct screen_cell cell;

	play_type(play, ":wid\rqle");
	play_expect(play, "Widget a/blue");
	play_style(play, "a  blue", &cell);
	return cell.bg;
}

static void test_theme(void **state)
{
	struct play *play = *state;

	start(play, "theme: light\nkeys: {down: e}\n", NULL);
	assert_int_equal(cursor_ground(play), 153);
	play_finish(play);
}

static void test_no_color(void **state)
{
	static const char *const env[] = { "NO_COLOR=1", NULL };
	struct play *play = *state;

	start(play, "theme: light\nkeys: {down: e}\n", env);
	assert_int_equal(cursor_ground(play), -1);
	play_finish(play);
}

/* The palette's own 16 colours and no others. */
static void test_sixteen(void **state)
{
	struct play *play = *state;
	struct screen_cell cell;

	start(play, "theme: 16\nkeys: {down: e}\n", NULL);
	assert_int_equal(cursor_ground(play), -1);
	for (int row = 0; row < 30; row++) {
		for (int col = 0; col < 120; col++) {
			screen_cell(play->screen, row, col, &cell);
			assert_in_range(cell.fg + 1, 0, 16);
			assert_int_equal(cell.bg, -1);
		}
	}
	play_finish(play);
}

/* Mistakes do not keep it from starting. */
static void test_mistakes(void **state)
{
	struct play *play = *state;

	start(play, "theme: pink\nkeys: {down: e}\n", NULL);
	assert_int_equal(cursor_ground(play), 238);
	play_finish(play);
}

/* An editor may be at work for a moment; what is gone for longer is said once. */
static void test_gone(void **state)
{
	char path[] = "/tmp/crwatch-config-XXXXXX", aside[] = "/tmp/crwatch-aside-XXXXXX";
	const char *args[] = { "--config", path, NULL };
	struct play *play = *state;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "theme: light\n", 13), 13);
	close(fd);
	close(mkstemp(aside));
	play_open(play, NULL);
	play_start(play, 30, 120, &(struct screen_options){ .clock = true, .args = args });
	play_expect(play, "3 kinds  4 objects");
	assert_int_equal(rename(path, aside), 0);
	screen_advance(play->screen, PLAY_S);
	assert_false(screen_contains(play->screen, "is gone"));
	screen_advance(play->screen, PLAY_S);
	play_expect(play, "is gone: the settings stay as they were until it is there again");
	screen_advance(play->screen, 10 * PLAY_S);
	assert_false(screen_contains(play->screen, "is gone"));
	/* the very same file is read, too */
	assert_int_equal(rename(aside, path), 0);
	screen_advance(play->screen, PLAY_S);
	play_expect(play, "the settings were read again");
	unlink(path);
	play_finish(play);
}

static int run(struct play *play, const char *const *args)
{
	play_start(play, 24, 120, &(struct screen_options){ .args = args });
	return screen_wait_exit(play->screen);
}

static void test_command_line(void **state)
{
	static const struct {
		const char *args[5];
		const char *says;
		int code;
	} cases[] = {
		{ { "--theme", "x" },
			"error: there is no theme \"x\": dark, light, contrast, mono and 16 are",
			2 },
		{ { "tree", "--theme", "x" }, "error: there is no theme \"x\": dark, light", 2 },
		{ { "get", "x", "--request-timeout=abc" }, "error: Invalid timeout value \"abc\"",
			2 },
		{ { "tree", "--history", "xyz" }, "error: --history takes 1 to 65536 MiB, not xyz",
			2 },
		{ { "tree", "--as-user-extra", "x" }, "error: --as-user-extra takes KEY=VALUE", 2 },
		{ { "tree", "--as-uid", "x" }, "error: requesting uid, groups or user-extra", 2 },
		{ { "tree", "--server", "ftp://h" }, "is no http or https URL", 2 },
		{ { "tree", "--proxy-url", "ftp://h" }, "error: --proxy-url: invalid proxy", 2 },
		{ { "tree", "--verify" }, "error: tree takes no --verify", 2 },
		{ { "get", "x", "--verify" }, "error: get takes no --verify", 2 },
		{ { "access", "--verify" }, "error: access takes no --verify", 2 },
		{ { "events", "x", "" }, "error: events takes kinds, not \"\"", 2 },
		{ { "tree", "--demo-rate", "5" },
			"error: only --demo and demo-server take --demo-rate", 2 },
		{ { "--pause" }, "error: only --demo and demo-server take --pause", 2 },
		{ { "get", "x", "-o", "x" }, "unable to match a printer", 2 },
		{ { "get", "x", "-l", "a b" }, "error: label selector \"a b\"", 1 },
		{ { "--config", "/nonexistent/x" },
			"error: settings: /nonexistent/x: No such file or directory", 1 },
		{ { "tree", "--config", "/" }, "error: settings: /: Is a directory", 1 },
	};
	struct play *play = *state;

	play_open(play, NULL);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(run(play, cases[i].args), cases[i].code);
		screen_expect(play->screen, cases[i].says);
		screen_free(play->screen);
		play->screen = NULL;
	}
}

/* A command says on stderr what the browser has in :log. */
static void test_headless(void **state)
{
	char path[] = "/tmp/crwatch-config-XXXXXX";
	const char *args[] = { "tree", "--config", path, NULL };
	struct play *play = *state;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "theme: nosuch\n", 14), 14);
	close(fd);
	play_open(play, NULL);
	assert_int_equal(run(play, args), 0);
	play_expect(play, "warning: ");
	screen_expect_row(play->screen, ":1:8: ");
	play_expect(play, "Widget");
	unlink(path);
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_keys),
		play_test(test_theme),
		play_test(test_no_color),
		play_test(test_sixteen),
		play_test(test_mistakes),
		play_test(test_gone),
		play_test(test_command_line),
		play_test(test_headless),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
