/*
 * What a terminal sends besides plain keys: sequences that nobody knows, keys
 * with modifiers, the mouse, pasted text; and what is written back.
 */
#include <string.h>

#include "screen/play.h"

/* On the last heading; a key that got loose would move, fold or ask. */
static void stand(struct play *play, const char *term)
{
	static const char *const none[] = { 0 };

	play_open(play, NULL);
	play_start(
		play, 24, 80, &(struct screen_options){ .clock = true, .term = term, .env = none });
	screen_expect_row(play->screen, "Thing +0");
	screen_expect_row(play->screen, "Widget +3");
	play_type(play, "jj");
	play_expect_cursor(play, "Widget");
}

/* All that was sent has been read; the prompt it is proved by is empty but for
 * the proof. */
static void check_swallowed(struct play *play)
{
	play_type(play, ":end");
	screen_expect_row(play->screen, "^:end$");
	play_esc(play, ":end");
	play_expect_cursor(play, "▸ Widget");
}

static void swallow_all(struct play *play, const char *term)
{
	static const char *const finals = "ABCDHFPQRSacd";
	char bytes[32];

	stand(play, term);
	/* cursor and function keys with every modifier mean nothing here */
	for (int modifier = 2; modifier <= 16; modifier++) {
		for (const char *f = "PQRS"; *f; f++) {
			snprintf(bytes, sizeof(bytes), "\033[1;%d%c", modifier, *f);
			play_type(play, bytes);
		}
		for (const char *f = "ABCDHF"; *f; f++) {
			snprintf(bytes, sizeof(bytes), "\033[1;%d%c", modifier, *f);
			play_type(play, bytes);
		}
		for (int number = 11; number <= 34; number++) {
			snprintf(bytes, sizeof(bytes), "\033[%d;%d~", number, modifier);
			play_type(play, bytes);
		}
	}
	check_swallowed(play);
	for (const char *f = finals + 10; *f; f++) { /* rxvt's shift and ctrl arrows */
		snprintf(bytes, sizeof(bytes), "\033[%c\033O%c", *f, *f);
		play_type(play, bytes);
	}
	check_swallowed(play);
	for (int final = 0x40; final <= 0x7e; final++) {
		snprintf(bytes, sizeof(bytes), "\033[?97;%c", final);
		play_type(play, bytes);
		snprintf(bytes, sizeof(bytes), "\033[>0;106;113%c", final);
		play_type(play, bytes);
		snprintf(bytes, sizeof(bytes), "\033[106 %c", final);
		play_type(play, bytes);
	}
	check_swallowed(play);
	/* answers of a terminal: strings up to their end */
	play_type(play, "\033]11;rgb:0000/jjjj/kkkk\033\\");
	play_type(play, "\033]11;rgb:qq\007");
	play_type(play, "\033P1$rjjqq\033\\");
	play_type(play, "\033_Gjjqq\033\\");
	play_type(play, "\033[?62;22c\033[24;80R");
	check_swallowed(play);
	play_finish(play);
}

static void test_sequences_xterm(void **state)
{
	swallow_all(*state, "xterm-256color");
}

static void test_sequences_screen(void **state)
{
	swallow_all(*state, "screen-256color");
}

/* A sequence that comes in pieces is one all the same. */
static void test_in_pieces(void **state)
{
	struct play *play = *state;

	stand(play, NULL);
	for (const char *p = "\033[?97;106;113~"; *p; p++)
		screen_send(play->screen, p, 1);
	check_swallowed(play);
	play_type(play, "\033");
	play_type(play, "[B");
	play_expect_cursor(play, "other.org");
	play_finish(play);
}

static void test_paste(void **state)
{
	struct play *play = *state;

	stand(play, NULL);
	play_type(play, "\033[200~:q\rjjq\r\033[B\033[201~");
	play_expect(play, "pasted text was dropped");
	play_expect_cursor(play, "▸ Widget");
	play_type(play, "/\033[200~blue\n:q\n\033[201~");
	screen_expect_row(play->screen, "^/blue$");
	play_expect(play, "1 match");
	play_esc(play, "1 match");
	play_type(play, "L\033[200~team=x\033[201~\r");
	play_expect(play, "2 matches");
	play_finish(play);
}

/* Columns and rows count from 1 in what a terminal sends. */
static void click(struct play *play, int row, int col)
{
	char bytes[64];

	snprintf(bytes, sizeof(bytes), "\033[<0;%d;%dM\033[<0;%d;%dm", col + 1, row + 1, col + 1,
		row + 1);
	play_type(play, bytes);
}

static void click_on(struct play *play, const char *text)
{
	play_expect(play, text);
	click(play, screen_find_row(play->screen, text), 10);
}

static void wheel(struct play *play, int row, int col, bool down)
{
	char bytes[64];

	snprintf(bytes, sizeof(bytes), "\033[<%d;%d;%dM", down ? 65 : 64, col + 1, row + 1);
	play_type(play, bytes);
}

static void test_mouse(void **state)
{
	struct play *play = *state;
	size_t n;
	const char *out;

	play_open(play, NULL);
	play_fill(play->widgets, "z", "fill", 50);
	play_start(play, 40, 120, NULL);
	screen_expect_row(play->screen, "Widget +53");
	out = screen_output(play->screen, &n);
	assert_non_null(memmem(out, n, "\033[?1006h", 8));
	click_on(play, "Widget");
	play_expect_cursor(play, "▸ Widget");
	click_on(play, "▸ Widget");
	play_expect_cursor(play, "▾ Widget");
	click_on(play, "a  green");
	play_expect_cursor(play, "green");
	play_expect(play, "Widget a/green");
	wheel(play, 10, 10, true);
	screen_expect_not(play->screen, "▾ example.com");
	wheel(play, 10, 10, false);
	play_expect(play, "▾ example.com");
	click(play, 6, 80); /* the detail */
	play_expect(play, "m managedFields");
	click(play, 34, 10); /* the events */
	play_expect(play, "m noise");
	click(play, 0, 0);
	click(play, 39, 5);
	click(play, 500, 500);
	screen_settle(play->screen);
	play_expect(play, "m noise");
	/* the terminal has it back */
	play_type(play, ":mouse\r");
	play_expect(play, "mouse off");
	out = screen_output(play->screen, &n);
	assert_non_null(memmem(out, n, "\033[?1006l", 8));
	play_finish(play);
}

static void test_few_bytes(void **state)
{
	struct play *play = *state;
	size_t before, after;

	play_example(play, 60, 200);
	play_type(play, ":wid\rqlj");
	play_expect_cursor(play, "blue");
	screen_advance(play->screen, 20 * PLAY_S);
	before = play_written(play);
	play_type(play, "j");
	play_expect_cursor(play, "green");
	play_expect(play, "Widget a/green");
	after = play_written(play);
	assert_in_range(after - before, 1, 2047);
	/* nothing changes: nothing is written */
	for (int i = 0; i < 10; i++)
		screen_advance(play->screen, PLAY_S);
	assert_int_equal(play_written(play), after);
	screen_settle(play->screen);
	assert_int_equal(play_written(play), after);
	/* one row changes: not the screen is written */
	play_put(play->widgets, "b", "red", NULL, "\"spec\":{\"note\":\"now\"}");
	screen_expect_row(play->screen, "red .* now ");
	assert_in_range(play_written(play) - after, 1, 2047);
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_sequences_xterm),
		play_test(test_sequences_screen),
		play_test(test_in_pieces),
		play_test(test_paste),
		play_test(test_mouse),
		play_test(test_few_bytes),
	};

	return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
