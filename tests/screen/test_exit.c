/*
 * However it ends, the terminal is as it was; and it ends soon.
 */
#include <signal.h>
#include <string.h>
#include <time.h>

#include "screen/play.h"

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void check_restored(struct play *play)
{
	static const char *const off[] = { "\033[?2004l", "\033[?1006l", "\033[?1000l",
		"\033[?1049l" };
	size_t n;
	const char *out = screen_output(play->screen, &n);

	assert_false(screen_on_alternate(play->screen));
	assert_true(screen_cursor_visible(play->screen));
	for (size_t i = 0; i < sizeof(off) / sizeof(*off); i++)
		assert_non_null(memmem(out, n, off[i], strlen(off[i])));
	assert_true(screen_is_cooked(play->screen));
}

static void test_keys(void **state)
{
	static const char *const keys[] = { "qy", "q\r", "qq", "\003", ":q\r", ":quit\r",
		"/abc\003", "?\003" };
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		play_example(play, 24, 80);
		assert_true(screen_on_alternate(play->screen));
		assert_false(screen_is_cooked(play->screen));
		play_type(play, keys[i]);
		assert_int_equal(screen_wait_exit(play->screen), 0);
		check_restored(play);
		play_close(play);
	}
}

static void test_signals(void **state)
{
	/* faults may be a sanitizer's in the end */
	static const int signals[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGSEGV, SIGABRT, SIGBUS };
	struct play *play = *state;
	int code;

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		play_example(play, 24, 80);
		code = screen_kill(play->screen, signals[i]);
		assert_int_not_equal(code, 0);
		if (i < 4)
			assert_int_equal(code, 128 + signals[i]);
		check_restored(play);
		play_close(play);
	}
}

static void check_stopped(struct play *play)
{
	size_t before, n;
	const char *out;

	screen_wait_stop(play->screen);
	check_restored(play);
	screen_output(play->screen, &before);
	screen_signal(play->screen, SIGCONT);
	screen_expect_row(play->screen, "Widget +3");
	play_expect(play, "test-ctx");
	assert_true(screen_on_alternate(play->screen));
	assert_false(screen_is_cooked(play->screen));
	/* Left once: a second time would put the shell's cursor back where it was. */
	out = screen_output(play->screen, &n);
	assert_null(memmem(out + before, n - before, "\033[?1049l", 8));
}

static void test_stop(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_start(play, 24, 80, &(struct screen_options){ .clock = true, .shell = true });
	screen_expect_row(play->screen, "Thing +0");
	screen_expect_row(play->screen, "Widget +3");
	play_type(play, "jj");
	play_expect_cursor(play, "Widget");
	play_type(play, ":stop\r");
	check_stopped(play);
	play_expect_cursor(play, "Widget");
	screen_signal(play->screen, SIGTSTP);
	check_stopped(play);
	play_type(play, "k");
	play_expect_cursor(play, "Gadget");
	/* from outside, without a word */
	screen_signal(play->screen, SIGSTOP);
	screen_wait_stop(play->screen);
	screen_signal(play->screen, SIGCONT);
	play_type(play, "j");
	play_expect_cursor(play, "Widget");
	play_finish(play);
	check_restored(play);
}

static void test_terminal_goes_away(void **state)
{
	struct play *play = *state;

	play_example(play, 24, 80);
	screen_hang_up(play->screen);
	screen_wait_exit(play->screen);
}

/* Under nohup a hang-up is no reason to give the terminal back, unless it is gone. */
static void test_nohup(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_start(play, 24, 80, &(struct screen_options){ .clock = true, .nohup = true });
	screen_expect_row(play->screen, "Widget +3");
	screen_signal(play->screen, SIGHUP);
	play_type(play, "jj");
	play_expect_cursor(play, "Widget");
	assert_true(screen_on_alternate(play->screen));
	assert_false(screen_is_cooked(play->screen));
	screen_signal(play->screen, SIGHUP);
	play_finish(play);
	check_restored(play);
	play_close(play);

	play_open(play, NULL);
	play_start(play, 24, 80, &(struct screen_options){ .nohup = true });
	screen_expect_row(play->screen, "Widget +3");
	screen_hang_up(play->screen);
	screen_wait_exit(play->screen);
}

/* The server takes requests and says nothing any more. */
static void test_ends_soon(void **state)
{
	static const char *const keys[] = { "\003", ":q\r" };
	struct play *play = *state;

	for (size_t i = 0; i < 4; i++) {
		int64_t start;

		play_open(play, NULL);
		if (i >= 2)
			server_stall(play->server, true);
		play_start(play, 24, 80, NULL);
		play_expect(play, i >= 2 ? "connecting" : "live");
		server_stall(play->server, true);
		start = now_ms();
		play_type(play, keys[i % 2]);
		assert_int_equal(screen_wait_exit(play->screen), 0);
		/* 200 ms, and what a sanitizer needs at the end */
		assert_in_range(now_ms() - start, 0, screen_sanitized() ? 3000 : 200);
		check_restored(play);
		play_close(play);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_keys),
		play_test(test_signals),
		play_test(test_stop),
		play_test(test_terminal_goes_away),
		play_test(test_nohup),
		play_test(test_ends_soon),
	};

	return cmocka_run_group_tests_name("exit", tests, NULL, NULL);
}
