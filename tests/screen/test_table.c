/*
 * The table of a kind.
 */
#include <string.h>

#include "screen/play.h"

/* Columns of each type, two of them wide. */
static const char columns[] =
	"{\"name\":\"Ready\",\"type\":\"string\",\"jsonPath\":"
	"\".status.conditions[?(@.type=='Ready')].status\"},"
	"{\"name\":\"Size\",\"type\":\"integer\",\"jsonPath\":\".spec.size\"},"
	"{\"name\":\"Memory\",\"type\":\"string\",\"jsonPath\":\".spec.memory\"},"
	"{\"name\":\"Ran\",\"type\":\"date\",\"jsonPath\":\".status.ran\"},"
	"{\"name\":\"Age\",\"type\":\"date\",\"jsonPath\":\".metadata.creationTimestamp\"},"
	"{\"name\":\"Note\",\"type\":\"string\",\"priority\":1,\"jsonPath\":\".spec.note\"},"
	"{\"name\":\"Where\",\"type\":\"string\",\"priority\":1,\"jsonPath\":\".spec.where\"}";

#define CREATED(time) "\"creationTimestamp\":\"" time "\""

static void put_jobs(struct play_kind *jobs)
{
	play_put(jobs, "a", "alpha", CREATED("2025-12-31T23:00:00Z"),
		"\"spec\":{\"size\":9,\"memory\":\"512Mi\",\"note\":\"one\",\"where\":\"here\"},"
		"\"status\":{\"ran\":\"2025-12-31T23:59:00Z\",\"conditions\":"
		"[{\"type\":\"Ready\",\"status\":\"True\"}]}");
	play_put(jobs, "a", "beta", CREATED("2025-12-31T21:00:00Z"),
		"\"spec\":{\"size\":100,\"memory\":\"2Gi\",\"note\":\"two\",\"where\":\"there\"},"
		"\"status\":{\"ran\":\"2025-12-31T22:00:00Z\",\"conditions\":"
		"[{\"type\":\"Ready\",\"status\":\"False\",\"reason\":\"Broken\"}]}");
	play_put(jobs, "b", "aleph", CREATED("2025-12-31T22:00:00Z"),
		"\"spec\":{\"size\":20,\"memory\":\"1G\"}");
}

static struct play_kind *open_jobs(struct play *play, int rows, int cols)
{
	struct play_kind *jobs;

	play_open(play, NULL);
	jobs = play_kind(play, "jobs.batch.example.com", columns);
	put_jobs(jobs);
	play_start(play, rows, cols, NULL);
	screen_expect_row(play->screen, "Job +3");
	screen_settle(play->screen);
	play_type(play, ":jobs\r");
	screen_expect_row(play->screen, "^ jobs.batch.example.com  3");
	return jobs;
}

static bool stands_in_order(struct screen *screen, void *arg)
{
	const char *const *names = arg;
	int last = 0;

	for (size_t i = 0; names[i]; i++) {
		int row = screen_find_row(screen, names[i]);

		if (row <= last)
			return false;
		last = row;
	}
	return true;
}

/* The names stand under each other in this order. */
static void expect_order(struct play *play, const char *a, const char *b, const char *c)
{
	const char *names[] = { a, b, c, NULL };
	char what[200];

	snprintf(what, sizeof(what), "the order %s, %s, %s", a, b, c);
	screen_expect_that(play->screen, stands_in_order, names, what);
}

static void test_columns(void **state)
{
	struct play *play = *state;

	open_jobs(play, 30, 140);
	screen_expect_row(
		play->screen, "^   NAMESPACE +NAME +READY +SIZE +MEMORY +RAN +AGE +CHANGED *$");
	screen_expect_row(play->screen, "^ ✓ a +alpha +True +9 +512Mi +60s +60m *$");
	screen_expect_row(play->screen, "^ ✗ a +beta +False +100 +2Gi +120m +3h *$");
	screen_expect_row(play->screen, "^   b +aleph +20 +1G +120m *$");
	screen_expect_not(play->screen, "NOTE");
	/* wide, and back */
	play_type(play, "\027");
	screen_expect_row(play->screen,
		"^   NAMESPACE +NAME +READY +SIZE +MEMORY +RAN +AGE +NOTE +WHERE +CHANGED *$");
	screen_expect_row(play->screen, "^ ✓ a +alpha +True +9 +512Mi +60s +60m +one +here *$");
	screen_expect_row(play->screen, "^ jobs.batch.example.com  3  ✗ 1 +wide");
	play_type(play, "\027");
	screen_expect_not(play->screen, "WHERE");
	/* one namespace needs no column */
	play_type(play, ":ns a\r");
	screen_expect_not(play->screen, "NAMESPACE");
	screen_expect_row(play->screen, "^ jobs.batch.example.com  2 of 3");
	screen_expect_row(play->screen, "^ ✓ alpha +True");
	play_finish(play);
}

/* A kind whose definition has no columns has kubectl's age; one that has others
 * has none. */
static void test_age(void **state)
{
	struct play *play = *state;

	play_example(play, 30, 120);
	play_type(play, ":gad\r");
	screen_expect_row(play->screen, "^   NAMESPACE +NAME +AGE +CHANGED");
	play_type(play, ":wid\r");
	screen_expect_row(play->screen, "^   NAMESPACE +NAME +READY +NOTE +CHANGED");
	play_finish(play);
}

static void test_sort(void **state)
{
	struct play *play = *state;
	struct play_kind *jobs = open_jobs(play, 30, 140);

	expect_order(play, "alpha", "beta", "aleph");
	play_type(play, "N");
	expect_order(play, "aleph", "alpha", "beta");
	screen_expect_row(play->screen, "by name ▲");
	screen_expect_row(play->screen, "NAME▲");
	play_type(play, "N");
	expect_order(play, "beta", "alpha", "aleph");
	screen_expect_row(play->screen, "by name ▼");
	play_type(play, "A");
	expect_order(play, "alpha", "aleph", "beta");
	screen_expect_row(play->screen, "AGE▲");
	play_type(play, "A");
	expect_order(play, "beta", "aleph", "alpha");
	screen_expect_row(play->screen, "AGE▼");
	play_type(play, "S");
	expect_order(play, "beta", "alpha", "aleph");
	screen_expect_row(play->screen, "by status ▲");
	play_type(play, "PP");
	expect_order(play, "aleph", "beta", "alpha");
	screen_expect_row(play->screen, "NAMESPACE▼");
	play_type(play, "P");
	expect_order(play, "alpha", "beta", "aleph");
	/* an object that comes takes its place */
	play_type(play, "A");
	play_put(jobs, "c", "fresh", CREATED("2025-12-31T23:59:59Z"), NULL);
	expect_order(play, "fresh", "alpha", "aleph");
	play_finish(play);
}

/* < and > pick a column; O sorts by what it holds: numbers, quantities, times. */
static void test_sort_picked(void **state)
{
	struct play *play = *state;

	open_jobs(play, 30, 140);
	play_type(play, "O");
	play_expect(play, "< and > pick the column");
	play_type(play, ">>>>O"); /* SIZE */
	screen_expect_row(play->screen, "SIZE▲");
	expect_order(play, "alpha", "aleph", "beta");
	play_type(play, "O");
	expect_order(play, "beta", "aleph", "alpha");
	play_type(play, ">O"); /* MEMORY: 512Mi < 1G < 2Gi */
	screen_expect_row(play->screen, "by Memory ▲");
	expect_order(play, "alpha", "aleph", "beta");
	play_type(play, "\033[1;2CO"); /* shift-right; RAN: the latest first, none last */
	screen_expect_row(play->screen, "RAN▲");
	expect_order(play, "alpha", "beta", "aleph");
	play_type(play, "O");
	expect_order(play, "beta", "alpha", "aleph");
	play_type(play, "<<<O"); /* READY */
	screen_expect_row(play->screen, "READY▲");
	expect_order(play, "beta", "alpha", "aleph");
	/* the kind keeps its order */
	play_type(play, "q:gad\r");
	screen_expect_row(play->screen, "^ gadgets.example.com  1 *$");
	play_type(play, ":jobs\r");
	screen_expect_row(play->screen, "READY▲");
	expect_order(play, "beta", "alpha", "aleph");
	play_finish(play);
}

/* The name stays where the other columns move under it. */
static void test_sideways(void **state)
{
	struct play *play = *state;

	open_jobs(play, 30, 50);
	play_type(play, "\027");
	screen_expect_row(play->screen, "^   NAMESPACE +NAME +READY +SIZE .*› CHANGED");
	play_type(play, "l");
	screen_expect_row(play->screen, "^‹  NAME +READY +SIZE");
	screen_expect_row(play->screen, "^ ✓ alpha +True");
	play_type(play, "\033[C");
	screen_expect_row(play->screen, "^‹  NAME +SIZE +MEM");
	play_type(play, "llllllll");
	screen_expect_row(play->screen, "^‹  NAME .*NOTE +WHERE +CHANGED");
	screen_expect_row(play->screen, "^ ✓ alpha .*one +here");
	play_type(play, "hhhhhhhhh");
	screen_expect_row(play->screen, "^   NAMESPACE +NAME +READY");
	/* the column that is picked comes into view */
	play_type(play, "<<");
	screen_expect_row(play->screen, "WHERE +CHANGED");
	play_type(play, "<<<<<<<<");
	screen_expect_row(play->screen, "^   NAMESPACE +NAME");
	play_finish(play);
}

static bool is_fresh(struct play *play, const char *text)
{
	struct screen_cell cell;

	play_style(play, text, &cell);
	return cell.fg == 228;
}

static void test_changed_cells(void **state)
{
	struct play *play = *state;
	struct play_kind *jobs = open_jobs(play, 30, 140);

	assert_false(is_fresh(play, "512Mi"));
	play_put(jobs, "a", "alpha", CREATED("2025-12-31T23:00:00Z"),
		"\"spec\":{\"size\":9,\"memory\":\"768Mi\"},\"status\":{\"ran\":"
		"\"2025-12-31T23:59:00Z\",\"conditions\":[{\"type\":\"Ready\",\"status\":"
		"\"True\"}]}");
	play_expect(play, "768Mi");
	assert_true(is_fresh(play, "768Mi"));
	assert_false(is_fresh(play, "True"));
	assert_false(is_fresh(play, "60s"));
	screen_advance(play->screen, 2 * PLAY_S);
	assert_true(is_fresh(play, "768Mi"));
	screen_advance(play->screen, 2 * PLAY_S);
	assert_false(is_fresh(play, "768Mi"));
	/* a row that has moved keeps what it was */
	play_put(jobs, "a", "beta", CREATED("2025-12-31T21:00:00Z"), "\"spec\":{\"size\":101}");
	play_put(jobs, "a", "abc", CREATED("2025-12-31T21:00:00Z"), NULL);
	expect_order(play, "abc", "alpha", "beta");
	assert_true(is_fresh(play, "101"));
	assert_false(is_fresh(play, "768Mi"));
	play_finish(play);
}

static void test_cursor(void **state)
{
	struct play *play = *state;
	struct play_kind *jobs = open_jobs(play, 30, 140);

	play_type(play, "j");
	play_expect_cursor(play, "beta");
	/* it stays on its object, whatever the order */
	play_type(play, "N");
	expect_order(play, "aleph", "alpha", "beta");
	play_expect_cursor(play, "beta");
	play_put(jobs, "a", "abc", NULL, NULL);
	play_expect(play, "abc");
	play_expect_cursor(play, "beta");
	/* and where it was when it is deleted */
	play_delete(jobs, "a", "beta");
	screen_expect_row(play->screen, "^ – a +beta +deleted");
	play_expect_cursor(play, "beta");
	play_type(play, "k");
	screen_expect_not(play->screen, "deleted");
	/* enter: its detail */
	play_type(play, "\r");
	play_expect(play, "Job a/alpha");
	play_type(play, "q");
	play_expect_cursor(play, "alpha");
	play_finish(play);
}

static void test_back_to_tree(void **state)
{
	struct play *play = *state;

	play_example(play, 30, 120);
	play_type(play, "j");
	/* to the kind, as it is folded */
	play_type(play, ":wid\rj");
	play_expect_cursor(play, "green");
	play_esc(play, "widgets.example.com");
	play_expect_cursor(play, "▸ Widget");
	/* to the object, where it is unfolded */
	play_type(play, "l");
	screen_expect_row(play->screen, "a  green");
	play_expect_cursor(play, "▾ Widget");
	play_type(play, "\r");
	screen_expect_row(play->screen, "^ widgets.example.com  3");
	play_type(play, "jj");
	play_expect_cursor(play, "red");
	play_type(play, "q");
	screen_expect_row(play->screen, "▾ Widget");
	play_expect_cursor(play, "red");
	play_finish(play);
}

static void test_filter(void **state)
{
	struct play *play = *state;
	struct play_kind *jobs;

	jobs = open_jobs(play, 30, 140);
	play_type(play, "/size>=20\r");
	screen_expect_row(play->screen, "^ jobs.batch.example.com  2 of 3  ✗ 1");
	screen_expect_not(play->screen, "alpha");
	play_type(play, "NN");
	expect_order(play, "NAME", "beta", "aleph");
	play_expect_cursor(play, "beta");
	/* what was found stays under the cursor */
	play_put(jobs, "a", "zeta", NULL, NULL);
	play_esc(play, " of 4");
	expect_order(play, "zeta", "beta", "aleph");
	play_expect_cursor(play, "beta");
	play_type(play, "\032"); /* ctrl-z */
	screen_expect_row(play->screen, "^ jobs.batch.example.com  1 of 4");
	play_type(play, "/nothing-is-so\r");
	play_expect(play, "nothing matches");
	play_finish(play);
}

static void test_gone(void **state)
{
	struct play *play = *state;

	play_example(play, 30, 140);
	play_type(play, ":wid\rj");
	play_expect_cursor(play, "green");
	play_kind_delete(play, "widgets.example.com");
	screen_expect_row(play->screen, "^ widgets.example.com .* gone: its Custom");
	screen_expect_row(play->screen, "a +green");
	screen_advance(play->screen, 6 * PLAY_S);
	screen_expect_row(play->screen, "^ widgets.example.com   gone *$");
	play_expect(play, "its definition is not there any more");
	/* made again it is found again, with other columns */
	play->widgets = play_kind(play, "widgets.example.com", columns);
	play_put(play->widgets, "a", "green", NULL, "\"spec\":{\"size\":77}");
	screen_expect_row(play->screen, "^   NAMESPACE +NAME +READY +SIZE");
	screen_expect_row(play->screen, "a +green +77");
	play_finish(play);
}

/* The new one is there while the old one is still shown as gone. */
static void test_made_again(void **state)
{
	struct play *play = *state;

	play_example(play, 30, 140);
	play_type(play, ":wid\rj");
	play_expect_cursor(play, "green");
	play_kind_delete(play, "widgets.example.com");
	screen_expect_row(play->screen, "^ widgets.example.com .* gone");
	play->widgets = play_kind(play, "widgets.example.com", columns);
	play_put(play->widgets, "a", "aaa", NULL, "\"spec\":{\"size\":76}");
	play_put(play->widgets, "a", "green", NULL, "\"spec\":{\"size\":77}");
	screen_expect_row(play->screen, "a +green +77");
	screen_expect_row(play->screen, "^ widgets.example.com  2 *$");
	play_finish(play);
}

static void test_states(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_refuse(play, PLAY_WIDGETS, 403, "Forbidden", "widgets is forbidden: no");
	play_answer(play, "/apis/example.com/v1/gadgets$", NULL,
		&(struct server_answer){ .silent = true });
	play_start(play, 30, 120, NULL);
	screen_expect_row(play->screen, "Widget .*forbidden");
	play_type(play, ":wid\r");
	screen_expect_row(play->screen, "^ widgets.example.com  –   forbidden: .*no");
	play_type(play, ":gad\r");
	screen_expect_row(play->screen, "^ gadgets.example.com  …   listing …");
	play_type(play, ":things\r");
	screen_expect_row(play->screen, "^ things.other.org  0 *$");
	play_expect(play, "there are none");
	play_finish(play);
}

static void test_marks(void **state)
{
	struct play *play = *state;
	struct play_kind *jobs = open_jobs(play, 30, 140);
	struct screen_cell cell;

	play_type(play, "  ");
	screen_expect_row(play->screen, "^\\*✓ a +alpha");
	screen_expect_row(play->screen, "^\\*✗ a +beta");
	play_expect(play, "2 marked");
	play_expect_cursor(play, "aleph");
	play_style(play, "alpha", &cell);
	assert_true(cell.underline);
	/* again: no longer */
	play_type(play, "g ");
	play_expect(play, "1 marked");
	screen_expect_row(play->screen, "^ ✓ a +alpha");
	/* the range from the last one on */
	play_type(play, "G");
	screen_send(play->screen, "", 1);
	screen_expect_row(play->screen, "^\\*  b +aleph");
	play_expect(play, "2 marked");
	/* they are marked in the tree, too */
	play_type(play, "ql");
	screen_expect_row(play->screen, "^    \\*✗ +a  beta");
	/* what is gone is no longer marked */
	play_delete(jobs, "b", "aleph");
	play_expect(play, "1 marked");
	play_esc(play, "1 marked");
	screen_expect_row(play->screen, "^     ✗ +a  beta");
	play_finish(play);
}

static void test_sizes(void **state)
{
	struct play *play = *state;

	open_jobs(play, 30, 140);
	screen_resize(play->screen, 5, 20);
	play_expect(play, "terminal too small");
	play_type(play, "NASPO<>\027lh ");
	play_resize(play, 10, 40);
	play_expect(play, "NAME");
	play_resize(play, 40, 200);
	screen_expect_row(play->screen, "aleph +20 +1G");
	play_resize(play, 24, 60);
	play_expect(play, "aleph");
	play_check_output(play);
	play_finish(play);
}

static void test_hostile(void **state)
{
	struct play *play = *state;
	struct play_kind *jobs;
	char name[254];

	memset(name, 'x', 253);
	name[253] = '\0';
	memcpy(name, "begin", 5);
	memcpy(name + 250, "end", 3);
	play_open(play, NULL);
	jobs = play_kind(play, "jobs.batch.example.com", columns);
	play_put(jobs, "a", name, NULL, "\"spec\":{\"size\":1}");
	play_put(jobs, "a", "cjk", NULL, "\"spec\":{\"size\":5,\"memory\":\"漢字漢字e\\u0301\"}");
	play_put(jobs, "a", "evil", NULL,
		"\"spec\":{\"size\":6,\"memory\":\"a\\u001b[2J\\u009b31m\\u202e%n\"}");
	play_put(jobs, "a", "lines", NULL, "\"spec\":{\"size\":7,\"memory\":\"one\\ntwo\"}");
	play_start(play, 30, 140, NULL);
	screen_expect_row(play->screen, "Job +4");
	play_type(play, ":jobs\r");
	screen_expect_row(play->screen, "begin.*…x*end +1 ");
	screen_expect_row(play->screen, "evil +6 +a\\^\\[\\[2J<U\\+009B>31m<U\\+202E>%n +24h");
	screen_expect_row(play->screen, "cjk +5 +漢字漢字.* 24h");
	screen_expect_row(play->screen, "lines +7 +one\\.\\.\\. +24h");
	play_check_output(play);
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_columns),
		play_test(test_age),
		play_test(test_sort),
		play_test(test_sort_picked),
		play_test(test_sideways),
		play_test(test_changed_cells),
		play_test(test_cursor),
		play_test(test_back_to_tree),
		play_test(test_filter),
		play_test(test_gone),
		play_test(test_made_again),
		play_test(test_states),
		play_test(test_marks),
		play_test(test_sizes),
		play_test(test_hostile),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
