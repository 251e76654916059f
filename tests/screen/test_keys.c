/*
 * The keys that are valid everywhere and the tree's: each does what the table
 * of actions says.
 */
#include <string.h>

#include "screen/play.h"

/* What the help says: one entry of the table. */
struct entry {
	const char *keys, *text;
};

static const struct entry entries[] = {
#define ACTION(name, where, keys, text) { keys, text },
#include "ui/action.def"
#undef ACTION
};

struct step {
	const char *keys, *cursor;
};

static void walk(struct play *play, const struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		play_type(play, steps[i].keys);
		play_expect_cursor(play, steps[i].cursor);
	}
}

#define WALK(play, steps) walk(play, steps, sizeof(steps) / sizeof(*(steps)))

static void test_moving(void **state)
{
	static const struct step steps[] = {
		{ "", "example.com" }, { "j", "Gadget" }, { "\033[B", "Widget" },
		{ "\033OB", "other.org" }, { "k", "Widget" }, { "\033[A", "Gadget" },
		{ "G", "Thing" }, { "j", "Thing" }, { "g", "example.com" }, { "k", "example.com" },
		{ "\033[F", "Thing" }, { "\033[H", "example.com" }, { "\006", "Thing" },
		{ "\002", "example.com" }, { "\033[6~", "Thing" }, { "\033[5~", "example.com" },
		{ "3j", "Gadget" }, /* a digit means nothing */
	};
	struct play *play = *state;

	play_example(play, 24, 80);
	WALK(play, steps);
	play_finish(play);
}

static void test_folding(void **state)
{
	static const struct step steps[] = {
		{ "jj", "▸ Widget" },
		{ "l", "▾ Widget" },
		{ "l", "blue" },
		{ "h", "▾ Widget" },
		{ "\033[D", "▸ Widget" },
		{ "\033[C", "▾ Widget" },
		{ "\r", "▸ Widget" },
		{ "h", "▾ example.com" },
		{ "h", "▸ example.com" },
		{ "j", "other.org" },
		{ "k+", "▾ example.com" },
		{ "jj", "tool" },
		{ "-", "Gadget" },
		{ "gj", "▸ Gadget" },
		{ "j", "▾ Widget" },
		{ "g-", "example.com" },
	};
	struct play *play = *state;

	play_example(play, 24, 80);
	WALK(play, steps);
	screen_expect_not(play->screen, "blue");
	play_type(play, "+");
	play_expect(play, "blue");
	play_expect(play, "tool");
	play_expect_cursor(play, "example.com");
	play_finish(play);
}

static void test_panes(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	play_expect(play, "enter open");
	play_type(play, "\t");
	play_expect(play, "m managedFields");
	play_type(play, "\t");
	play_expect(play, "m noise");
	play_type(play, "\t");
	play_expect(play, "enter open");
	play_type(play, "\033[Z");
	play_expect(play, "m noise");
	play_type(play, "\033[Z");
	play_expect(play, "m managedFields");
	play_type(play, "q");
	play_expect(play, "enter open");
	play_type(play, ":events\r");
	play_expect(play, "m noise");
	play_type(play, "\033");
	play_expect(play, "enter open");
	play_type(play, ":wid\rj\r");
	play_expect(play, "m managedFields");
	play_finish(play);
}

static void test_commands(void **state)
{
	static const char *const names[] = { "widgets", "widget", "wid", "Widget",
		"widgets.example.com" };
	struct play *play = *state;

	play_example(play, 24, 80);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		play_type(play, "g:");
		screen_expect_row(play->screen, "^:");
		play_type(play, names[i]);
		play_type(play, "\r");
		play_expect_cursor(play, "Widget");
	}
	play_type(play, ":nosuch\r");
	play_expect(play, "no such command or kind: \"nosuch\"");
	play_type(play, ":pods -l team=x\r");
	play_expect(play, "\"pods\" is not a custom resource of this cluster");
	screen_settle(play->screen);
	assert_false(screen_contains(play->screen, "labels team=x"));
	/* views that are not there are not spoken of */
	play_type(play, ":nosuch\r");
	play_expect(play, "no such command or kind: \"nosuch\"");
	play_type(play, ":mouse\r");
	play_expect(play, "mouse off");
	play_type(play, ":mouse\r");
	play_expect(play, "mouse on");
	play_type(play, ":help\r");
	play_expect(play, "help: keys");
	play_esc(play, "help: keys");
	play_kind(play, "widgets.other.org", NULL);
	screen_expect_row(play->screen, "Widget +0");
	play_type(play, ":widgets\r");
	play_expect(play, "which? ");
	play_type(play, "g");
	screen_expect_not(play->screen, "which? ");
	play_expect_cursor(play, "example.com");
	play_type(play, ":widgets\r");
	play_expect(play, "which? ");
	play_type(play, "2");
	play_expect_cursor(play, "Widget");
	play_type(play, "k");
	play_expect_cursor(play, "Thing");
	/* a selector waits for the answer, and goes with the question */
	play_type(play, ":widgets -l team=x\r");
	play_expect(play, "which? ");
	screen_settle(play->screen);
	assert_false(screen_contains(play->screen, "labels team=x"));
	play_esc(play, "which? ");
	screen_settle(play->screen);
	assert_false(screen_contains(play->screen, "labels team=x"));
	play_type(play, ":widgets -l team=x\r");
	play_expect(play, "which? ");
	play_type(play, "1");
	play_expect(play, "labels team=x");
	play_expect_cursor(play, "Widget");
	play_finish(play);
}

static void test_retry_and_redraw(void **state)
{
	struct play *play = *state;
	size_t before, n;
	const char *out;

	play_example(play, 24, 80);
	play_type(play, "\022");
	play_expect(play, "trying again");
	screen_advance(play->screen, 7 * PLAY_S);
	screen_expect_not(play->screen, "trying again");
	before = play_written(play);
	play_type(play, "\f:end");
	screen_expect_row(play->screen, "^:end$");
	out = screen_output(play->screen, &n);
	assert_non_null(memmem(out + before, n - before, "Gadget", 6));
	play_esc(play, ":end");
	play_finish(play);
}

static void test_help_says_all(void **state)
{
	struct play *play = *state;
	char line[256];

	play_example(play, 200, 120);
	play_type(play, "?");
	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++) {
		play_expect(play, entries[i].text);
		snprintf(line, sizeof(line), "   %s ", entries[i].keys);
		play_expect(play, line);
	}
	play_type(play, "?");
	screen_expect_not(play->screen, "help: keys");
	play_resize(play, 12, 80);
	play_type(play, "?");
	play_expect(play, "help: keys");
	play_expect(play, "↓ more");
	play_type(play, "G");
	screen_expect_not(play->screen, "↓ more");
	play_expect(play, "Tab goes on with the word");
	play_type(play, "g");
	screen_expect_row(play->screen, "j down");
	play_type(play, "q");
	screen_expect_not(play->screen, "help: keys");
	play_finish(play);
}

static void test_quit(void **state)
{
	struct play *play = *state;

	play_example(play, 24, 80);
	play_type(play, "q");
	play_expect(play, "quit crwatch?");
	play_esc(play, "quit crwatch?");
	play_type(play, "q");
	play_expect(play, "quit crwatch?");
	play_type(play, "n");
	screen_expect_not(play->screen, "quit crwatch?");
	/* what is no answer means what it always means */
	play_type(play, "gq");
	play_expect(play, "quit crwatch?");
	play_type(play, "j");
	play_expect_cursor(play, "Gadget");
	screen_expect_not(play->screen, "quit crwatch?");
	play_type(play, "q/gre");
	screen_expect_row(play->screen, "^/gre$");
	play_esc(play, "/gre");
	play_type(play, "?");
	play_expect(play, "help: keys");
	play_type(play, "\003");
	assert_int_equal(screen_wait_exit(play->screen), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_moving),
		play_test(test_folding),
		play_test(test_panes),
		play_test(test_commands),
		play_test(test_retry_and_redraw),
		play_test(test_help_says_all),
		play_test(test_quit),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
