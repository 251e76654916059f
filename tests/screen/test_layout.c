/*
 * Sizes from too small to large, changes of size, and terminals with fewer
 * colours or none.
 */
#include <string.h>

#include "screen/golden.h"
#include "screen/play.h"

static void start_as(struct play *play, const char *term, const char *const *env)
{
	play_open(play, NULL);
	play_start(
		play, 40, 120, &(struct screen_options){ .clock = true, .term = term, .env = env });
	screen_expect_row(play->screen, "Thing +0");
	screen_expect_row(play->screen, "Widget +3");
}

static void test_too_small(void **state)
{
	static const int sizes[][2] = { { 5, 20 }, { 9, 80 }, { 24, 39 }, { 2, 40 } };
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		play_open(play, NULL);
		play_start(play, sizes[i][0], sizes[i][1], NULL);
		play_expect(play, "terminal too small");
		play_type(play, "jjl\t\t?GLx/y\033[<0;1;1M");
		screen_settle(play->screen);
		play_type(play, "\003");
		assert_int_equal(screen_wait_exit(play->screen), 0);
		play_close(play);
	}
}

/* Nothing is done that nobody can see: the screen is as it was before. */
static void test_too_small_is_deaf(void **state)
{
	static const char keys[] = "jjlG?:things\r/blue\r0\016\032\t\033\r y d p"
				   "\033[200~pasted\033[201~\033[<0;3;4M\033[<65;3;4M";
	struct play *play = *state;

	play_example(play, 24, 80);
	play_type(play, ":wid\rqlj");
	play_expect_cursor(play, "blue");
	golden(play->screen, "tree");
	screen_resize(play->screen, 5, 20);
	play_expect(play, "terminal too small");
	play_type(play, keys);
	screen_settle(play->screen);
	golden_still(play->screen, "too-small");
	screen_resize(play->screen, 24, 80);
	golden(play->screen, "tree");
	/* what is being typed waits, too */
	play_type(play, "/gre");
	golden(play->screen, "prompt");
	screen_resize(play->screen, 5, 20);
	play_expect(play, "terminal too small");
	play_type(play, "en\r\177");
	screen_settle(play->screen);
	screen_resize(play->screen, 24, 80);
	golden(play->screen, "prompt");
}

static void test_too_small_quits(void **state)
{
	static const char *const keys[] = { "q", "\003" };
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		play_example(play, 24, 80);
		screen_resize(play->screen, 5, 20);
		play_expect(play, "terminal too small");
		play_type(play, keys[i]);
		assert_int_equal(screen_wait_exit(play->screen), 0);
		assert_false(screen_on_alternate(play->screen));
		play_close(play);
	}
}

static void test_smallest(void **state)
{
	struct play *play = *state;

	play_example(play, 10, 40);
	play_expect(play, "test-ctx");
	golden(play->screen, "smallest");
	play_expect(play, "live");
	assert_false(screen_contains(play->screen, "events:"));
	play_type(play, ":wid\rqlj");
	play_expect_cursor(play, "blue");
	play_type(play, "\r");
	play_expect(play, "Widget a/blue");
	assert_false(screen_contains(play->screen, "▾ example.com"));
	play_type(play, "\t");
	play_expect(play, "events:");
	play_finish(play);
}

static void test_normal(void **state)
{
	struct play *play = *state;

	play_example(play, 24, 80);
	play_expect(play, "events:");
	assert_false(screen_contains(play->screen, "│"));
	play_type(play, ":wid\rql");
	screen_expect_row(play->screen, "Widget .*READY NOTE");
	screen_expect_row(play->screen, "✗ a  green +24h +False second");
	play_type(play, "j\r");
	play_expect(play, "Widget a/blue");
	play_finish(play);
}

static void test_large(void **state)
{
	static const int sizes[][2] = { { 40, 120 }, { 60, 200 }, { 40, 80 } };
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		play_example(play, sizes[i][0], sizes[i][1]);
		play_type(play, ":wid\rqlj");
		play_expect_cursor(play, "blue");
		play_expect(play, "Widget a/blue");
		play_expect(play, "note: first");
		play_expect(play, "events: all kinds");
		assert_int_equal(screen_contains(play->screen, "│"), sizes[i][1] >= 110);
		play_finish(play);
		play_close(play);
	}
}

static void test_resize_keeps_the_place(void **state)
{
	static const int sizes[][2] = { { 40, 120 }, { 10, 40 }, { 60, 200 }, { 24, 80 } };
	struct play *play = *state;

	play_example(play, 24, 80);
	play_type(play, ":things\rql");
	play_expect_cursor(play, "Thing");
	play_type(play, "kh");
	play_expect_cursor(play, "▸ other.org");
	play_type(play, ":wid\rqljj");
	play_expect_cursor(play, "green");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		screen_resize(play->screen, 5, 20);
		play_expect(play, "terminal too small");
		play_resize(play, sizes[i][0], sizes[i][1]);
		play_expect_cursor(play, "green");
		play_type(play, "G");
		play_expect_cursor(play, "▸ other.org");
		play_type(play, "kk");
		play_expect_cursor(play, "green");
	}
	play_finish(play);
}

static void resize_about(struct play *play, const char *text)
{
	static const int sizes[][2] = { { 40, 120 }, { 60, 200 }, { 24, 80 } };

	play_expect(play, text);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		screen_resize(play->screen, 5, 20);
		play_expect(play, "terminal too small");
		screen_resize(play->screen, sizes[i][0], sizes[i][1]);
		screen_expect_not(play->screen, "too small");
		play_expect(play, text);
	}
}

static void test_resize_in_states(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	server_stall(play->server, true);
	play_start(play, 24, 80, NULL);
	resize_about(play, "connecting");
	server_stall(play->server, false);
	resize_about(play, "live");
	play_type(play, "?");
	resize_about(play, "help: keys");
	play_esc(play, "help: keys");
	play_type(play, "/blu(");
	resize_about(play, "/blu(");
	play_type(play, "\177\r");
	resize_about(play, "1 match");
	play_type(play, "q");
	resize_about(play, "quit crwatch?");
	play_esc(play, "quit crwatch?");
	server_down(play->server);
	resize_about(play, "stale");
	resize_about(play, "lost since");
	play_finish(play);
}

/* ---- colours ---- */

/* Health has a glyph wherever it has a colour, or there is none. */
static void expect_glyphs(struct play *play)
{
	play_type(play, ":wid\rql");
	screen_expect_row(play->screen, "✓ a  blue");
	screen_expect_row(play->screen, "✗ a  green");
	screen_expect_row(play->screen, "Widget .*✗ 1");
	screen_expect_row(play->screen, "example.com .*✗ 1");
}

static bool any_colour(struct play *play)
{
	struct screen_cell cell;

	for (int y = 0; y < 40; y++) {
		for (int x = 0; x < 120; x++) {
			screen_cell(play->screen, y, x, &cell);
			if (cell.fg >= 0 || cell.bg >= 0)
				return true;
		}
	}
	return false;
}

static void test_256_colours(void **state)
{
	struct play *play = *state;
	struct screen_cell bad, good;

	start_as(play, "xterm-256color", NULL);
	expect_glyphs(play);
	play_style(play, "✗ a", &bad);
	play_style(play, "✓ a", &good);
	assert_int_not_equal(bad.fg, good.fg);
	assert_true(bad.fg >= 16);
	play_finish(play);
}

static void test_8_colours(void **state)
{
	static const char *const terms[] = { "linux", "ansi", "xterm" };
	struct play *play = *state;
	struct screen_cell cell;

	for (size_t i = 0; i < sizeof(terms) / sizeof(*terms); i++) {
		start_as(play, terms[i], NULL);
		play_type(play, ":wid\rqlj");
		screen_expect_row(play->screen, "✗ a  green");
		play_style(play, "✗ a", &cell);
		assert_in_range(cell.fg, 0, 15);
		/* the cursor is seen without a colour of its own */
		play_expect(play, "Widget a/blue");
		play_style(play, "a  blue", &cell);
		assert_true(cell.reverse);
		play_finish(play);
		play_close(play);
	}
}

static void check_mono(struct play *play)
{
	struct screen_cell cell;

	play_type(play, ":wid\rqlj");
	screen_expect_row(play->screen, "✗ a  green");
	screen_expect_row(play->screen, "✓ a  blue");
	play_expect(play, "Widget a/blue");
	play_style(play, "a  blue", &cell);
	assert_true(cell.reverse);
	assert_false(any_colour(play));
	play_finish(play);
	play_close(play);
}

static void test_mono(void **state)
{
	static const char *const no_color[] = { "NO_COLOR=1", NULL };

	start_as(*state, "vt100", NULL);
	check_mono(*state);
	start_as(*state, "xterm-256color", no_color);
	check_mono(*state);
}

/* An empty NO_COLOR is none. */
static void test_empty_no_color(void **state)
{
	static const char *const no_color[] = { "NO_COLOR=", NULL };
	struct play *play = *state;

	start_as(play, "xterm-256color", no_color);
	assert_true(any_colour(play));
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_too_small),
		play_test(test_too_small_is_deaf),
		play_test(test_too_small_quits),
		play_test(test_smallest),
		play_test(test_normal),
		play_test(test_large),
		play_test(test_resize_keeps_the_place),
		play_test(test_resize_in_states),
		play_test(test_256_colours),
		play_test(test_8_colours),
		play_test(test_mono),
		play_test(test_empty_no_color),
	};

	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
