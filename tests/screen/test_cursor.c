/*
 * The cursor is an object: it stays on it whatever happens around it.
 */
#include "screen/play.h"

static void test_cursor_stays(void **state)
{
	struct play *play = *state;
	int line;

	play_example(play, 24, 80);
	play_type(play, ":wid\rqljj");
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
	play_type(play, ":wid\rqh");
	play_expect_cursor(play, "▾ Widget");
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
	play_type(play, ":wid\rqljj");
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

/* Under a filter its headings stay with it, and all of it goes when it is left. */
static void test_deleted_under_filter(void **state)
{
	struct play *play = *state;
	int line;

	play_example(play, 40, 120);
	play_type(play, "/a  *|tool\025green|tool\r");
	play_expect(play, "2 matches");
	play_type(play, "G");
	play_expect_cursor(play, "green");
	line = screen_find_row(play->screen, "a  green");
	play_delete(play->widgets, "a", "green");
	screen_expect_row(play->screen, "– +a  green +deleted");
	screen_expect_row(play->screen, "▾ Widget +0");
	screen_expect_row(play->screen, "1 match");
	assert_int_equal(screen_find_row(play->screen, "a  green"), line);
	assert_int_equal(screen_find_row(play->screen, "▾ Widget"), line - 1);
	play_type(play, "k");
	screen_expect_not(play->screen, "▾ Widget");
	play_expect_cursor(play, "tool");
	screen_expect_not(play->screen, "a  green");
	play_finish(play);
}

/* Whether another filter would show it nobody can tell. */
static void test_deleted_before_filter(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	play_type(play, ":wid\rqljj");
	play_expect_cursor(play, "green");
	play_delete(play->widgets, "a", "green");
	screen_expect_row(play->screen, "– +a  green +deleted");
	play_type(play, "/blue");
	play_expect(play, "1 match");
	screen_expect_not(play->screen, "a  green");
	play_expect_cursor(play, "blue");
	play_type(play, "\033");
	screen_expect_row(play->screen, "– +a  green +deleted");
	play_finish(play);
}

/* Rows come in while keys are typed: a heading has nothing below it yet. */
static void test_keys_while_rows_come(void **state)
{
	struct play *play = *state;
	char name[16];

	play_open(play, NULL);
	play_answer(play, PLAY_WIDGETS, NULL,
		&(struct server_answer){ .status = 200, .stream = true, .body = "" });
	play_start(play, 40, 120, NULL);
	screen_expect_row(play->screen, "Thing +0");
	screen_expect_row(play->screen, "Widget +… +listing");
	play_type(play, ":widgets\rql");
	screen_settle(play->screen);
	play_expect_cursor(play, "Widget");
	play_type(play, "l");
	screen_settle(play->screen);
	play_expect_cursor(play, "Widget");
	play_type(play, ":thing\rql");
	screen_settle(play->screen);
	play_expect_cursor(play, "Thing");
	/* gadgets stream in above it while the cursor moves */
	play_type(play, ":gad\rql");
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "g%02d", 50 - i);
		play_put(play->gadgets, "a", name, NULL, NULL);
		if (i == 10)
			play_type(play, ":thing\rql");
		if (i == 20)
			play_type(play, "k");
	}
	play_expect(play, "41… objects");
	play_expect_cursor(play, "other.org");
	play_finish(play);
}

/* A new object of the same name is another object. */
static void test_created_again(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	play_type(play, ":wid\rqljj");
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
		play_test(test_deleted_under_filter),
		play_test(test_deleted_before_filter),
		play_test(test_keys_while_rows_come),
		play_test(test_created_again),
	};

	return cmocka_run_group_tests_name("cursor", tests, NULL, NULL);
}
