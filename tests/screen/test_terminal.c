/*
 * The browser against a server that refuses connections: what is about the
 * terminal, not about a cluster.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "screen/harness.h"

/* Port 1 on the loopback refuses. */
static const char kubeconfig[] =
	"apiVersion: v1\nkind: Config\ncurrent-context: test-ctx\n"
	"clusters:\n- name: c\n  cluster:\n    server: http://127.0.0.1:1\n"
	"users:\n- name: tester\n  user: {}\n"
	"contexts:\n- name: test-ctx\n  context:\n    cluster: c\n    user: tester\n";

static struct screen *start(int rows, int cols, const char *term)
{
	return screen_start(&(struct screen_options){
		.rows = rows, .cols = cols, .term = term, .kubeconfig = kubeconfig });
}

static void expect_restored(struct screen *screen)
{
	size_t n;
	const char *out = screen_output(screen, &n);

	assert_false(screen_on_alternate(screen));
	assert_true(screen_cursor_visible(screen));
	assert_non_null(memmem(out, n, "\033[?2004l", 8));
}

static void quit(struct screen *screen)
{
	screen_type(screen, ":q\r");
	assert_int_equal(screen_wait_exit(screen), 0);
	expect_restored(screen);
	screen_free(screen);
}

static void test_refused(void **state)
{
	struct screen *screen = start(24, 80, NULL);

	(void)state;
	screen_expect(screen, "test-ctx");
	screen_expect(screen, "lost since");
	screen_expect(screen, "no connection to http://127.0.0.1:1");
	screen_expect(screen, "retry in");
	quit(screen);
}

static void test_quit_asks(void **state)
{
	struct screen *screen = start(24, 80, NULL);

	(void)state;
	screen_expect(screen, "test-ctx");
	screen_type(screen, "q");
	screen_expect(screen, "quit crwatch?");
	screen_type(screen, "n");
	screen_expect_not(screen, "quit crwatch?");
	screen_type(screen, "q");
	screen_expect(screen, "quit crwatch?");
	screen_type(screen, "y");
	assert_int_equal(screen_wait_exit(screen), 0);
	expect_restored(screen);
	screen_free(screen);
}

static void test_ctrl_c_quits(void **state)
{
	struct screen *screen = start(24, 80, NULL);

	(void)state;
	screen_expect(screen, "test-ctx");
	screen_type(screen, "/abc");
	screen_expect(screen, "/abc");
	screen_type(screen, "\003");
	assert_int_equal(screen_wait_exit(screen), 0);
	expect_restored(screen);
	screen_free(screen);
}

static void test_fatal_signals_restore(void **state)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGSEGV, SIGABRT };

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		struct screen *screen = start(24, 80, NULL);

		screen_expect(screen, "test-ctx");
		assert_int_not_equal(screen_kill(screen, signals[i]), 0);
		expect_restored(screen);
		screen_free(screen);
	}
}

static void test_help(void **state)
{
	struct screen *screen = start(120, 100, NULL);

	(void)state;
	screen_expect(screen, "test-ctx");
	screen_type(screen, "?");
	screen_expect(screen, "help: keys");
	screen_expect_row(screen, "ctrl-l +redraw the screen");
	screen_type(screen, "\006");
	screen_expect_row(screen, "z +fold or unfold here");
	screen_type(screen, "\033");
	screen_expect_not(screen, "help: keys");
	quit(screen);
}

static void test_resize(void **state)
{
	static const int sizes[][2] = { { 40, 120 }, { 5, 20 }, { 10, 40 }, { 60, 200 }, { 1, 1 },
		{ 24, 80 } };
	struct screen *screen = start(24, 80, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		screen_resize(screen, sizes[i][0], sizes[i][1]);
		if (sizes[i][0] >= 10)
			screen_expect(screen, "test-ctx");
		else if (sizes[i][1] >= 20)
			screen_expect(screen, "terminal too small");
	}
	quit(screen);
}

/* A sequence that nobody knows must not leave keys behind: none of its bytes
 * may open a prompt, quit or move. */
static void test_unknown_sequences(void **state)
{
	static const char *const terms[] = { "screen-256color", "xterm-256color" };
	char bytes[32];

	(void)state;
	for (size_t i = 0; i < sizeof(terms) / sizeof(*terms); i++) {
		struct screen *screen = start(24, 80, terms[i]);

		screen_expect(screen, "test-ctx");
		for (int final = 0x40; final <= 0x7e; final++) {
			snprintf(bytes, sizeof(bytes), "\033[?97;%c", final);
			screen_type(screen, bytes);
			if (!strchr("ABCDFHPQRSZu", final)) { /* these are keys */
				snprintf(bytes, sizeof(bytes), "\033[97;97;97%c", final);
				screen_type(screen, bytes);
			}
			if (!strchr("ABCDFHPQRSZMabcd", final)) {
				snprintf(bytes, sizeof(bytes), "\033O%c", final);
				screen_type(screen, bytes);
			}
		}
		screen_type(screen, "/end");
		screen_expect_row(screen, "^/end$");
		screen_type(screen, "\033");
		quit(screen);
	}
}

static void test_paste_is_dropped(void **state)
{
	struct screen *screen = start(24, 80, NULL);

	(void)state;
	screen_expect(screen, "test-ctx");
	screen_type(screen, "\033[200~:q\r:q\r\033[201~");
	screen_expect(screen, "pasted text was dropped");
	screen_type(screen, "/\033[200~abc\nq\033[201~");
	screen_expect_row(screen, "^/abc$");
	screen_type(screen, "\033");
	quit(screen);
}

static void test_bad_filter_says_where(void **state)
{
	struct screen *screen = start(24, 80, NULL);

	(void)state;
	screen_expect(screen, "test-ctx");
	screen_type(screen, "/a(b");
	screen_expect_row(screen, "^/a\\(b +at [0-9]+: ");
	screen_type(screen, "\033");
	screen_type(screen, "La in (b");
	screen_expect_row(screen, "labels: a in \\(b +at [0-9]+: ");
	screen_type(screen, "\033");
	quit(screen);
}

static void test_unknown_commands(void **state)
{
	struct screen *screen = start(24, 80, NULL);

	(void)state;
	screen_expect(screen, "test-ctx");
	screen_type(screen, ":nosuch a\r");
	screen_expect(
		screen, "no such command or kind: \"nosuch\"; the kinds are not all known yet");
	screen_type(screen, ":nosuchkind\r");
	screen_expect(screen, "no such command or kind: \"nosuchkind\"");
	quit(screen);
}

static void test_mono(void **state)
{
	static const char *const env[] = { "NO_COLOR=1", NULL };
	struct screen *screen = screen_start(&(struct screen_options){
		.rows = 24, .cols = 80, .env = env, .kubeconfig = kubeconfig });
	size_t n;
	const char *out;

	(void)state;
	screen_expect(screen, "lost since");
	out = screen_output(screen, &n);
	assert_null(memmem(out, n, "38;5;", 5));
	quit(screen);
	screen = start(24, 80, "vt100");
	screen_expect(screen, "lost since");
	quit(screen);
}

static void test_never_repaints_the_palette(void **state)
{
	struct screen *screen = start(24, 80, NULL);
	size_t n;
	const char *out;

	(void)state;
	screen_expect(screen, "lost since");
	out = screen_output(screen, &n);
	assert_null(memmem(out, n, "\033]4;", 4));
	quit(screen);
}

static void test_clock(void **state)
{
	struct screen *screen = screen_start(&(struct screen_options){
		.rows = 24, .cols = 80, .clock = true, .kubeconfig = kubeconfig });

	(void)state;
	screen_expect(screen, "test-ctx");
	screen_settle(screen);
	screen_expect(screen, "lost since 0s");
	screen_type(screen, ":q\r");
	assert_int_equal(screen_wait_exit(screen), 0);
	screen_free(screen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_quit_asks),
		cmocka_unit_test(test_ctrl_c_quits),
		cmocka_unit_test(test_fatal_signals_restore),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_resize),
		cmocka_unit_test(test_unknown_sequences),
		cmocka_unit_test(test_paste_is_dropped),
		cmocka_unit_test(test_bad_filter_says_where),
		cmocka_unit_test(test_unknown_commands),
		cmocka_unit_test(test_mono),
		cmocka_unit_test(test_never_repaints_the_palette),
		cmocka_unit_test(test_clock),
	};

	return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
