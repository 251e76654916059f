/*
 * Filters, selectors and searches: what they show, what is wrong with them, and
 * the one way back out of all of them.
 */
#include "screen/play.h"

static void test_filter(void **state)
{
	static const struct {
		const char *text, *matches;
	} filters[] = {
		{ "blue", "1 match" },
		{ "!blue", "3 matches" },
		{ "ready=False", "1 match" },
		{ "-l team=x", "2 matches" },
		{ "note=first blue", "1 match" },
		{ "nosuch=1", "no kind has such a column" },
		{ "zzz", "0 matches" },
	};
	struct play *play = *state;

	play_example(play, 24, 100);
	play_type(play, "G");
	play_expect_cursor(play, "Thing");
	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++) {
		play_type(play, "/");
		screen_expect_row(play->screen, "^/");
		play_type(play, filters[i].text);
		play_expect(play, filters[i].matches);
		if (i == 0) {
			play_expect(play, "blue");
			play_expect(play, "▾ example.com");
			screen_expect_not(play->screen, "green");
			screen_expect_not(play->screen, "Thing");
		}
		play_esc(play, filters[i].matches);
		play_expect_cursor(play, "Thing");
	}
	play_type(play, "/green\r");
	play_expect(play, "filter green");
	play_type(play, "G");
	play_expect_cursor(play, "green");
	play_type(play, "/");
	screen_expect_row(play->screen, "^/green$");
	play_type(play, "\025"
			"blue"); /* ctrl-u */
	play_expect(play, "filter blue");
	play_type(play, "\033");
	play_expect(play, "filter green");
	screen_expect_not(play->screen, "/blue");
	play_esc(play, "1 match");
	play_expect_cursor(play, "green");
	play_finish(play);
}

/* It is said with its place, and the prompt stays. */
static void test_what_cannot_be_compared(void **state)
{
	struct play *play = *state;

	play_example(play, 24, 100);
	play_type(play, "/age<abc");
	screen_expect_row(play->screen, "^/age<abc +at 5: age is compared with 90s, 5m, 2h, 3d");
	play_type(play, "\r");
	screen_expect_row(play->screen, "^/age<abc");
	play_type(play, "\025name>a ready>");
	screen_expect_row(play->screen, "at 14: ready is compared with a number");
	play_type(play, "\025age<2h");
	screen_expect_not(play->screen, "compared with");
	play_esc(play, "age<2h");
	/* what would match nothing says what to write instead */
	play_type(play, "/since=");
	screen_expect_row(play->screen, "since: an age needs < or >, as in since<5m");
	play_type(play, "5m\r");
	screen_expect_row(play->screen, "^/since=5m +at 7: since: an age needs < or >");
	play_type(play, "\025age!=5m");
	screen_expect_row(play->screen, "age: an age needs < or >, as in age<5m");
	play_type(play, "\025kind=");
	screen_expect_row(play->screen, "kind: a value is missing, as in kind=certificate");
	play_type(play, "\025health=bad");
	screen_expect_row(
		play->screen, "health: it is healthy, progressing, deleting, not-ready or");
	play_esc(play, "health=bad");
	/* rows that are no objects, too */
	play_type(play, ":crds\r/age<2h");
	screen_expect_row(play->screen, "age: nothing here is less or more, only age=value");
	play_esc(play, "age<2h");
	play_type(play, ":events\r/since=5m");
	play_expect(play, "there is no column since here: there are kind, group,");
	play_esc(play, "since=5m");
	play_finish(play);
}

/* The command line's -l is there from the first row on. */
static void test_selector_of_the_command_line(void **state)
{
	static const char *const args[] = { "-l", "team=x", NULL };
	const struct screen_options options = {
		.rows = 24, .cols = 100, .args = args, .clock = true
	};
	struct play *play = *state;

	play_open(play, NULL);
	play_start_as(play, "test", &options);
	play_expect(play, "labels team=x");
	play_expect(play, "2 matches");
	play_type(play, "\033");
	screen_expect_not(play->screen, "labels team=x");
	play_finish(play);
}

static void test_filter_errors(void **state)
{
	struct play *play = *state;

	play_example(play, 24, 80);
	play_type(play, "/blue");
	play_expect(play, "1 match");
	play_type(play, "(");
	screen_expect_row(play->screen, "^/blue\\( +at [0-9]+: ");
	play_expect(play, "1 match"); /* what was right still holds */
	play_type(play, "\r");
	screen_expect_row(play->screen, "^/blue\\( +at [0-9]+: ");
	play_type(play, "\177");
	screen_expect_row(play->screen, "^/blue$");
	play_esc(play, "1 match");
	play_finish(play);
}

/* A term without an end: the error stays, and so does what was right. */
static void test_unfinished_selector(void **state)
{
	struct play *play = *state;

	play_example(play, 24, 100);
	play_type(play, "/green\r");
	play_expect(play, "filter green   1 match");
	play_type(play, "/\025-l (((\r");
	screen_expect_row(play->screen, "^/-l \\(\\(\\( +at [0-9]+: ");
	assert_false(screen_contains(play->screen, "filter -l"));
	play_type(play, "\r");
	screen_settle(play->screen);
	screen_expect_row(play->screen, "^/-l \\(\\(\\( +at [0-9]+: ");
	play_type(play, "\033");
	play_expect(play, "filter green   1 match");
	screen_expect_not(play->screen, "(((");
	/* entered as it is it filters nothing, and says nothing */
	play_type(play, "/\025-l\r");
	play_expect(play, "▸ Widget");
	assert_false(screen_contains(play->screen, "filter -l"));
	play_finish(play);
}

/* What headings say under a filter is about what it shows. */
static void test_filtered_health(void **state)
{
	struct play *play = *state;

	play_example(play, 24, 100);
	screen_expect_row(play->screen, "Widget +3  ✗ 1");
	play_type(play, "/blue\r");
	screen_expect_row(play->screen, "Widget +1 +READY");
	screen_expect_row(play->screen, "▾ example.com +1$");
	play_esc(play, "1 match");
	play_type(play, "/green\r");
	screen_expect_row(play->screen, "Widget +1  ✗ 1");
	screen_expect_row(play->screen, "▾ example.com +1  ✗ 1");
	play_put(play->widgets, "a", "green", NULL, PLAY_READY("True", "Fine"));
	screen_expect_row(play->screen, "▾ example.com +1$");
	screen_expect_row(play->screen, "Widget +1 +READY");
	play_finish(play);
}

static void test_hidden_detail(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	play_type(play, ":wid\rqljj");
	play_expect_cursor(play, "green");
	play_expect(play, "Widget a/green");
	play_type(play, "/nosuch");
	play_expect(play, "nothing matches");
	screen_expect_row(play->screen, "Widget a/green .*hidden by the filter");
	play_type(play, "\025red");
	play_expect(play, "Widget b/red");
	screen_expect_not(play->screen, "hidden by the filter");
	play_type(play, "\033");
	play_expect(play, "Widget a/green");
	play_type(play, ":wid\rqh/nosuch");
	screen_expect_row(play->screen, "schema  hidden by the filter");
	play_type(play, "\033");
	screen_expect_not(play->screen, "hidden by the filter");
	play_finish(play);
}

/* Nobody looks for the headings of what was found. */
static void test_top_of_what_is_found(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_fill(play->widgets, "ns", "w", 500);
	play_start(play, 24, 80, NULL);
	screen_expect_row(play->screen, "Widget +503");
	play_type(play, ":wid\rql");
	play_expect_cursor(play, "Widget");
	play_type(play, "/w-004\r"); /* 100 rows, more than the screen has */
	play_expect(play, "100 matches");
	play_type(play, "G");
	play_expect_cursor(play, "w-00499");
	play_type(play, "gjjjjj");
	play_expect_cursor(play, "w-00403");
	play_esc(play, "100 matches");
	play_expect_cursor(play, "w-00403");
	play_type(play, "\006\006\002\002"); /* to the first line */
	play_expect_cursor(play, "w-00403");
	play_type(play, "/w-004\r");
	play_expect(play, "100 matches");
	play_expect_cursor(play, "w-00403");
	play_expect(play, "▾ example.com");
	play_expect(play, "▾ Widget");
	play_finish(play);
}

static void test_selector(void **state)
{
	struct play *play = *state;

	play_example(play, 24, 80);
	play_type(play, "L");
	play_expect(play, "labels:");
	play_type(play, "team in (x");
	screen_expect_row(play->screen, "^labels: team in \\(x +at [0-9]+: ");
	play_type(play, ")\r");
	play_expect(play, "labels team in (x)   2 matches");
	screen_expect_not(play->screen, "green");
	/* what comes later is selected, too */
	play_put(play->widgets, "c", "new", "\"labels\":{\"team\":\"x\"}", NULL);
	play_expect(play, "3 matches");
	play_esc(play, "labels team");
	play_type(play, ":wid -l team=y\r");
	play_expect(play, "widgets.example.com  1 of 4");
	play_expect(play, "green");
	/* what a namespace's name has inside is no option */
	play_put(play->widgets, "team-live", "inside", "\"labels\":{\"team\":\"y\"}", NULL);
	play_type(play, ":wid team-live\r");
	screen_expect_row(play->screen, "^ ns team-live   labels team=y");
	play_expect(play, "inside");
	play_finish(play);
}

static void test_esc_order(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	play_type(play, ":wid\rqlj");
	play_expect_cursor(play, "blue");
	play_type(play, "Lteam=x\r");
	play_expect(play, "labels team=x");
	play_type(play, "/blue\r");
	play_expect(play, "filter blue");
	play_expect_cursor(play, "blue");
	play_type(play, "\r");
	play_expect(play, "m managedFields");
	play_type(play, "/note\r");
	screen_expect_not(play->screen, "search: ");
	play_type(play, "?");
	play_expect(play, "help: keys");
	play_esc(play, "help: keys");
	play_expect(play, "filter blue");
	play_type(play, "\033"); /* the search */
	play_type(play, "n");
	play_expect(play, "nothing to search for");
	play_expect(play, "filter blue");
	play_esc(play, "filter blue");
	play_expect(play, "labels team=x");
	play_esc(play, "labels team=x");
	play_expect(play, "m managedFields");
	play_type(play, "\033");
	play_expect(play, "enter open");
	play_type(play, "\033"); /* never quits */
	play_type(play, "j");
	play_expect_cursor(play, "green");
	play_finish(play);
}

/* A filter that hides the kind gives way to going there. */
static void test_command_past_filter(void **state)
{
	struct play *play = *state;

	play_example(play, 24, 80);
	play_type(play, "/tool\r");
	screen_expect_not(play->screen, "Widget");
	play_type(play, ":wid\rql");
	play_expect_cursor(play, "Widget");
	screen_expect_not(play->screen, "match");
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_filter),
		play_test(test_filter_errors),
		play_test(test_unfinished_selector),
		play_test(test_filtered_health),
		play_test(test_hidden_detail),
		play_test(test_top_of_what_is_found),
		play_test(test_selector),
		play_test(test_what_cannot_be_compared),
		play_test(test_selector_of_the_command_line),
		play_test(test_esc_order),
		play_test(test_command_past_filter),
	};

	return cmocka_run_group_tests_name("find", tests, NULL, NULL);
}
