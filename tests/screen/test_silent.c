/*
 * No key that the help names does nothing without a word: where there is nothing
 * to do, the last line says so. What moves the cursor or scrolls is exempt at the
 * end of its way.
 */
#include "screen/play.h"

struct row {
	const char *before, *key, *says;
};

#define EMPTY  ":things\r"
#define FACTS  "\t"
#define DETAIL ":widgets\r\r"

static const struct row rows[] = {
	/* a kind without an object */
	{ EMPTY, "\r", "there is no object under the cursor" },
	{ EMPTY, "y", "there is no object under the cursor" },
	{ EMPTY, "d", "there is no object under the cursor" },
	{ EMPTY, "X", "there is no object under the cursor" },
	{ EMPTY, " ", "there is no object to mark under the cursor" },
	{ ":problems\r/nosuch\r", "\r", "there is no object under the cursor" },
	{ "G", "y", "there is no object under the cursor" },
	/* headings, and objects that are none */
	{ "", " ", "there is no object to mark under the cursor" },
	{ "+", "+", "there is nothing more to unfold" },
	{ "--", "-", "there is nothing more to fold" },
	{ "jjlj", "l", "only groups and kinds unfold" },
	{ "", "\033", "there is nothing to undo" },
	{ "", "0", "all namespaces are shown" },
	{ "/nosuch\r", "\r", "there is no object under the cursor" },
	/* definitions, and other lists */
	{ ":crds\r", "y", "a definition is not shown as an object" },
	{ ":crds\r", "d", "a definition is not shown as an object" },
	{ ":crds\r", "X", "X does nothing here: it is for \"why is it not well?\"" },
	{ ":crds\r", " ", "space does nothing here: it is for \"namespaces, columns" },
	{ ":crds\r", "a", "a does nothing here: it is for \"columns: add one" },
	{ ":crds\r/nosuch\r", "\r", "enter does nothing here" },
	{ ":log\r", "\r", "enter does nothing here" },
	{ ":log\r", "y", "y does nothing here: it is for \"show its YAML\"" },
	{ ":stats\r", "d", "d does nothing here: it is for \"columns: remove one" },
	{ ":access\r", "K", "K does nothing here" },
	{ ":contexts\r/nosuch\r", "\r", "enter does nothing here" },
	{ ":namespaces\r", "Y", "Y does nothing here" },
	/* the detail */
	{ FACTS, "t", "there is no other tab" },
	{ FACTS, "z", "z does nothing here: it is for \"fold or unfold here\"" },
	{ FACTS, "x", "x does nothing here: it is for \"yaml: show what a base64" },
	{ DETAIL, "z", "there is nothing to fold here" },
	{ DETAIL "w", "l", "nothing is cut: long lines are wrapped" },
	{ DETAIL, "m", "managedFields are shown" },
	{ DETAIL "m", "m", "managedFields are hidden" },
	{ DETAIL "t", "#", "# does nothing here: it is for \"yaml: line numbers\"" },
	{ DETAIL "tt", " ", "there is no version under the cursor" },
	{ DETAIL "T", "r", "r does nothing here" },
	/* the events */
	{ ":events\r", "\r", "there is no change under the cursor" },
	{ ":events\r", "y", "there is no change under the cursor" },
	{ ":events\r", "m", "noise is shown" },
	{ ":events\r", "\t", "there is no other pane here" },
};

static void test_row(struct play *play, const struct row *row)
{
	play_example(play, 40, 160);
	for (const char *at = row->before; *at; at++) {
		screen_send(play->screen, at, 1);
		screen_settle(play->screen);
	}
	play_type(play, row->key);
	play_expect(play, row->says);
	play_close(play);
	*play = (struct play){ .screen = NULL };
}

static void test_all(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		test_row(*state, &rows[i]);
}

/* What is typed behind a command is never left out without a word. */
static void test_words_of_commands(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 160);
	play_type(play, ":crds x\r");
	play_expect(play, ":crds takes no argument");
	screen_expect_row(play->screen, "▸ Gadget");
	play_type(play, ":mouse off\r");
	play_expect(play, ":mouse takes no argument");
	play_type(play, ":q x\r");
	play_expect(play, ":q takes no argument");
	play_type(play, ":problems widgets\r");
	play_expect(play, "\"widgets\" is no namespace here: :problems takes namespaces and -l");
	screen_expect_row(play->screen, "▸ Gadget");
	/* one that is empty, or that nothing is known of yet, may be one */
	play_type(play, ":problems nowhere\r");
	screen_expect_row(play->screen, "^ ns nowhere");
	play_type(play, ":problems a,b -l team=x\r");
	screen_expect_row(play->screen, "^ problems");
	screen_expect_row(play->screen, "^ ns a b   labels team=x");
	play_type(play, ":tree all\r");
	screen_expect_row(play->screen, "^ ns all   labels team=x");
	play_type(play, ":edit widget blue\r");
	play_expect(play, "the browser only reads: in a shell it is crwatch edit ...");
	play_finish(play);
}

/* It may appear yet: it is shown, and what is known of it is said. */
static void test_unknown_namespace(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 160);
	play_type(play, ":ns a nosuch\r");
	play_expect(play, "no custom resources in namespace \"nosuch\"");
	screen_expect_row(play->screen, "^ ns a nosuch ");
	play_type(play, ":widgets b x y\r");
	play_expect(play, "no custom resources in namespaces \"x\", \"y\"");
	play_type(play, ":ns b\r");
	screen_expect_not(play->screen, "no custom resources in");
	play_type(play, ":ns all\r");
	screen_expect_row(play->screen, "^ ns all ");
	assert_false(screen_contains(play->screen, "no custom resources in"));
	play_put(play->widgets, "x", "newcomer", NULL, NULL);
	screen_expect_row(play->screen, "newcomer");
	play_type(play, ":ns x\r");
	screen_expect_row(play->screen, "^ ns x ");
	assert_false(screen_contains(play->screen, "no custom resources in"));
	play_finish(play);
}

#define IN_A "/apis/example.com/v1/namespaces/a/gadgets$"

/* With -n nobody has looked for what else there is: that is not nothing. */
static void test_unwatched_namespace(void **state)
{
	static const char *const args[] = { "-n", "a", "--as", "somebody", NULL };
	static const char tool[] =
		"{\"type\":\"ADDED\",\"object\":{\"kind\":\"Gadget\",\"apiVersion\":\"example.com/v1\","
		"\"metadata\":{\"name\":\"tool\",\"namespace\":\"a\",\"uid\":\"u\",\"resourceVersion\":\"5\"}}}\n"
		"{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Gadget\",\"apiVersion\":\"example.com/v1\","
		"\"metadata\":{\"resourceVersion\":\"6\",\"annotations\":{"
		"\"k8s.io/initial-events-end\":\"true\"}}}}\n";
	struct play *play = *state;

	play_open(play, NULL);
	play_answer(play, IN_A, "sendInitialEvents",
		&(struct server_answer){ .body = tool, .stream = true });
	play_start(play, 40, 160, &(struct screen_options){ .clock = true, .args = args });
	screen_expect_row(play->screen, "^ test-ctx · tester as somebody · ");
	play_type(play, ":ns b\r");
	play_expect(play, "namespace \"b\" is not watched: only \"a\" is (-n)");
	assert_false(screen_contains(play->screen, "no custom resources in"));
	/* what was chosen last holds, also where that leaves nothing */
	play_type(play, "/blue\r:gadgets\r");
	screen_expect_row(play->screen, "^ gadgets.example.com ");
	screen_expect_row(play->screen, "nothing matches");
	screen_expect_row(play->screen, "^ ns b ");
	play_type(play, ":ns a\r/blue\r:gadgets\r");
	screen_expect_row(play->screen, "tool");
	screen_expect_row(play->screen, "^ ns a ");
	screen_expect_not(play->screen, "filter blue");
	play_type(play, ":ns a b nosuch\r");
	play_expect(play, "namespaces \"b\", \"nosuch\" are not watched: only \"a\" is (-n)");
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_all),
		play_test(test_words_of_commands),
		play_test(test_unknown_namespace),
		play_test(test_unwatched_namespace),
	};

	return cmocka_run_group_tests_name("silent", tests, NULL, NULL);
}
