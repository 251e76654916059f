/*
 * The cursor is an object: it stays on it whatever happens around it.
 */
#include "screen/play.h"

static void test_cursor_stays(void **state)
{
	struct play *play = *state;
	int line;

	play_example(play, 24, 80);
	play_type(play, ":wid\rjj");
	play_expect_cursor(play, "green");
	play_put(play->widgets, "a", "azure", NULL, NULL);
	play_expect(play, "azure");
	play_expect_cursor(play, "green");
	play_delete(play->widgets, "a", "blue");
	screen_expect_not(play->screen, "a  blue");
	play_expect_cursor(play, "green");
	/* the same line of the screen, when there are rows enough */
	for (int i = 0; i < 30; i++) {
		char name[16];

		snprintf(name, sizeof(name), "m%02d", i);
		play_put(play->widgets, "a", name, NULL, NULL);
	}
	screen_expect_row(play->screen, "Widget +33");
	play_type(play, ":wid\r");
	play_type(play, "jjjjjjjjjjjjjjjjjjjjjj");
	play_expect_cursor(play, "m19");
	line = screen_find_row(play->screen, "m19");
	play_put(play->widgets, "a", "ab", NULL, NULL);
	screen_expect_row(play->screen, "36 objects|35 objects");
	screen_settle(play->screen);
	play_expect_cursor(play, "m19");
	assert_int_equal(screen_find_row(play->screen, "m19"), line);
	play_finish(play);
}

static void test_deleted_under_cursor(void **state)
{
	struct play *play = *state;
	struct screen_cell cell;

	play_example(play, 40, 120);
	play_type(play, ":wid\rjj");
	play_expect_cursor(play, "green");
	play_delete(play->widgets, "a", "green");
	screen_expect_row(play->screen, "– +a  green +deleted");
	play_expect_cursor(play, "green");
	screen_expect_row(play->screen, "Widget a/green .*deleted");
	play_style(play, "a  green", &cell);
	assert_int_equal(cell.fg, 242);
	screen_expect_row(play->screen, "Widget +2");
	play_type(play, "j");
	play_expect_cursor(play, "red");
	screen_expect_not(play->screen, "a  green");
	play_finish(play);
}

/* A new object of the same name is another object. */
static void test_created_again(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	play_type(play, ":wid\rjj");
	play_expect_cursor(play, "green");
	play_delete(play->widgets, "a", "green");
	screen_expect_row(play->screen, "green +deleted");
	play_put(play->widgets, "a", "green", NULL, NULL);
	screen_expect_row(play->screen, "Widget +3");
	play_type(play, "kj");
	screen_expect_not(play->screen, "green      *deleted");
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_cursor_stays),
		play_test(test_deleted_under_cursor),
		play_test(test_created_again),
	};

	return cmocka_run_group_tests_name("cursor", tests, NULL, NULL);
}
