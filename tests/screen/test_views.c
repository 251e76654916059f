/*
 * The main pane's views, and the ways between them.
 */
#include <string.h>

#include "screen/play.h"

static void test_back_and_forward(void **state)
{
	struct play *play = *state;

	play_example(play, 30, 120);
	play_type(play, "[");
	play_expect(play, "this is the first view visited");
	play_type(play, ":wid\r");
	screen_expect_row(play->screen, "^ widgets.example.com  3");
	play_type(play, ":crds\r");
	screen_expect_row(play->screen, "^ crds +3");
	play_type(play, ":stats\r");
	screen_expect_row(play->screen, "^ stats +");
	play_type(play, "[");
	screen_expect_row(play->screen, "^ crds +3");
	play_type(play, "[");
	screen_expect_row(play->screen, "^ widgets.example.com  3");
	play_type(play, "]");
	screen_expect_row(play->screen, "^ crds +3");
	play_type(play, "]");
	screen_expect_row(play->screen, "^ stats +");
	play_type(play, "]");
	play_expect(play, "this is the last view visited");
	/* esc and q lead back, and q asks nothing before the tree */
	play_esc(play, " stats ");
	screen_expect_row(play->screen, "^ crds +3");
	play_type(play, "q");
	screen_expect_row(play->screen, "^ widgets.example.com  3");
	play_type(play, "q");
	play_expect_cursor(play, "Widget");
	screen_expect_not(play->screen, "quit crwatch?");
	play_finish(play);
}

static void test_crds(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_crd(play, "olds.example.com",
		"{\"name\":\"v1\",\"served\":true,\"storage\":false},"
		"{\"name\":\"v1beta1\",\"served\":true,\"storage\":true,\"deprecated\":true},"
		"{\"name\":\"v1alpha1\",\"served\":false,\"storage\":false}",
		NULL);
	play_crd(play, "twins.example.com", "{\"name\":\"v1\",\"served\":true,\"storage\":true}",
		"{\"type\":\"NamesAccepted\",\"status\":\"False\",\"reason\":\"KindConflict\","
		"\"message\":\"Twin is in use\"},{\"type\":\"Established\",\"status\":\"False\"}");
	play_refuse(play, PLAY_WIDGETS, 500, "InternalError", "conversion webhook failed");
	play_start(play, 30, 170, NULL);
	play_expect(play, "live");
	play_type(play, ":crds\r");
	screen_expect_row(play->screen,
		"^ olds.example.com +Old +[0-9…]* +[a-z]+ [ …]*namespaced +v1 v1beta1\\*! \\(v1alpha1\\)");
	screen_expect_row(play->screen, "twins.example.com .* not served +.*Twin is in use");
	screen_expect_row(play->screen, "widgets.example.com .* failing +.*conversion webhook");
	screen_expect_row(play->screen, "gadgets.example.com +Gadget +1 +watched +namespaced ");
	/* a kind that comes is there; one that goes is gone */
	play_kind(play, "news.example.com", NULL);
	screen_expect_row(play->screen, "news.example.com");
	play_kind_delete(play, "gadgets.example.com");
	screen_expect_not(play->screen, "gadgets.example.com");
	play_finish(play);
}

static void test_crds_filter_and_open(void **state)
{
	struct play *play = *state;

	play_example(play, 30, 120);
	play_type(play, ":crds\r/gadg");
	screen_expect_row(play->screen, "^ crds +1 of 3 +filter gadg");
	screen_expect_not(play->screen, "widgets.example.com");
	play_type(play, "\r\r"); /* to its objects: the filter was the list's own */
	screen_expect_row(play->screen, "^ gadgets.example.com  1");
	play_type(play, "[");
	screen_expect_row(play->screen, "^ crds +1 of 3");
	play_type(play, "/(");
	play_expect(play, "at 6: ");
	play_esc(play, "at 6");
	play_esc(play, "filter gadg");
	screen_expect_row(play->screen, "^ crds +3");
	play_type(play, "/nothing-has-this\r");
	play_expect(play, "nothing matches");
	play_finish(play);
}

static void test_log(void **state)
{
	struct play *play = *state;

	play_example(play, 30, 120);
	play_type(play, ":log\r");
	screen_expect_row(play->screen, "info +.*: connected");
	play_finish(play);
}

static void test_stats(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	play_type(play, ":stats\r");
	screen_expect_row(play->screen, "^ requests +[0-9]+ .*sent");
	screen_expect_row(play->screen, "^ received +[0-9]+ K?i?B +unpacked");
	screen_expect_row(play->screen, "^ watches +5");
	screen_expect_row(play->screen, "^ change log +0 B +of 16 MiB");
	screen_expect_row(play->screen, "^ widgets.example.com +3 +[0-9]+ B +–");
	play_put(play->widgets, "a", "green", NULL, PLAY_READY("False", "Broken"));
	screen_expect_row(play->screen, "^ changes +1 ");
	screen_advance(play->screen, 7 * PLAY_S);
	screen_expect_row(play->screen, "^ widgets.example.com +3 +[0-9]+ B +7s");
	play_finish(play);
}

/* The server has none of the widgets at the version that the watch has come to. */
static void deny_widgets(struct play *play)
{
	play_answer(play, PLAY_WIDGETS, "resourceVersionMatch=Exact",
		&(struct server_answer){
			.body = "{\"kind\":\"WidgetList\",\"apiVersion\":\"example.com/v1\","
				"\"metadata\":{\"resourceVersion\":\"107\"},\"items\":[]}" });
}

static void test_verify(void **state)
{
	static const char *const args[] = { "--verify=10", NULL };
	struct play *play = *state;

	play_open(play, NULL);
	deny_widgets(play);
	play_start(play, 40, 120, &(struct screen_options){ .args = args, .clock = true });
	screen_expect_row(play->screen, "Widget +3");
	play_type(play, ":stats\r");
	screen_expect_row(play->screen, "^ verified +0 +objects of 0 kinds, 0 differences");
	for (int i = 0; i < 10; i++)
		screen_advance(play->screen, PLAY_S);
	screen_expect_row(play->screen, "^ verified +7 +objects of 4 kinds, 3 differences: see");
	play_expect(play, "! --verify has found differences from the server: see :log");
	play_type(play, ":log\r");
	screen_expect_row(play->screen, "error +verify: widgets.example.com .* is in the cache");
	play_finish(play);
}

static void test_namespaces(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->gadgets, "c", "cat", NULL, NULL);
	play_start(play, 30, 120, NULL);
	screen_expect_row(play->screen, "Gadget +2");
	play_type(play, "1");
	play_expect(play, "no namespace has this key yet");
	play_type(play, "\016"); /* ctrl-n */
	screen_expect_row(play->screen, "^ \\(all\\) +5 +3 +shown");
	screen_expect_row(play->screen, "^ c +1 +1");
	/* enter: that one alone */
	play_type(play, "G\r");
	screen_expect_row(play->screen, "^ ns c ");
	screen_expect_row(play->screen, "0 all  1 c$");
	screen_expect_row(play->screen, "Gadget +1");
	screen_expect_not(play->screen, "▸ Widget");
	/* one more of them */
	play_type(play, ":ns b c\r");
	screen_expect_row(play->screen, "^ ns b c ");
	screen_expect_row(play->screen, "0 all  1 c  2 b c$");
	play_type(play, "1");
	screen_expect_row(play->screen, "^ ns c ");
	play_type(play, "0");
	screen_expect_row(play->screen, "^ ns all ");
	screen_expect_row(play->screen, "Widget +3");
	play_type(play, "\016gj ");
	screen_expect_row(play->screen, "^ a +[0-9]+ +[0-9]+ +shown");
	play_type(play, " ");
	screen_expect_row(play->screen, "^ b +[0-9]+ +[0-9]+ +shown");
	screen_expect_row(play->screen, "^ ns a b ");
	/* what was chosen one by one stays */
	play_type(play, "\r");
	screen_expect_row(play->screen, "^ ns a b ");
	screen_expect_row(play->screen, "Widget +3");
	play_finish(play);
}

static void test_contexts(void **state)
{
	struct play *play = *state;

	play_example(play, 30, 120);
	play_type(play, ":contexts\r");
	screen_expect_row(play->screen, "test-ctx .*\\(here\\)");
	play_type(play, ":ctx nowhere\r");
	play_expect(play, "context \"nowhere\" does not exist");
	/* the same one again is a new cluster: the tree, from its start */
	play_type(play, "\r");
	screen_expect_row(play->screen, "Widget +3");
	screen_expect_not(play->screen, "(here)");
	play_type(play, "/green");
	screen_expect_row(play->screen, "green");
	play_type(play, "\r:ctx test-ctx\r");
	screen_expect_not(play->screen, "filter green");
	screen_expect_row(play->screen, "Widget +3");
	play_finish(play);
}

static void test_completion(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->widgets, "a", "lab", "\"labels\":{\"team\":\"red\",\"tier\":\"web\"}", NULL);
	play_put(play->gadgets, "b", "lab", "\"labels\":{\"team\":\"blue\"}", NULL);
	play_start(play, 30, 120, NULL);
	screen_expect_row(play->screen, "Widget +4");
	/* nothing typed yet: every command, the views first */
	play_type(play, ":");
	screen_expect_row(play->screen, "^: +tree  table  columns  problems .*  q  quit ");
	play_type(play, "\t");
	screen_expect_row(play->screen, "^:tree  tree  table ");
	play_type(play, "\t");
	screen_expect_row(play->screen, "^:table ");
	play_esc(play, ":table");
	play_type(play, ":wid");
	screen_expect_row(play->screen, "^:widgets$");
	play_type(play, "\t b\r");
	screen_expect_row(play->screen, "^ ns b ");
	play_type(play, "0Lte");
	play_expect(play, "labels: team");
	play_type(play, "\t=");
	screen_expect_row(play->screen, "labels: team=blue +red");
	play_type(play, "r\t\r");
	screen_expect_row(play->screen, "^ widgets.example.com  1 of 4");
	/* what was entered is there again */
	play_esc(play, "team=red");
	play_type(play, "L\033[A");
	screen_expect_row(play->screen, "^labels: team=red");
	play_type(play, "\r");
	screen_expect_row(play->screen, "^ widgets.example.com  1 of 4");
	play_finish(play);
}

/* Several keys that arrive at once: the second switch is not begun. */
static void test_switching_twice(void **state)
{
	struct play *play = *state;

	play_example(play, 30, 120);
	play_type(play, ":contexts\r");
	screen_expect_row(play->screen, "test-ctx .*\\(here\\)");
	play_type(play, "\r\r\r\r:ctx test-ctx\r:ctx test-ctx\rj");
	screen_expect_row(play->screen, "example.com +4");
	screen_expect_row(play->screen, "5 watches");
	screen_expect_not(play->screen, "(here)");
	play_finish(play);
}

/* What gets well under the cursor leaves it among its neighbours, not at the end. */
static void test_problem_is_over(void **state)
{
	static const char *const names[] = { "p1", "p2", "p3", "p4", "p5" };
	struct play *play = *state;

	play_open(play, NULL);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		play_put(play->gadgets, "b", names[i], NULL, PLAY_READY("False", "Broken"));
	play_start(play, 30, 120, NULL);
	screen_expect_row(play->screen, "Gadget +6");
	play_type(play, ":problems\rggj");
	play_expect_cursor(play, "p2");
	play_put(play->gadgets, "b", "p2", NULL, PLAY_READY("True", "Fine"));
	screen_expect_not(play->screen, "b  p2 ");
	play_expect_cursor(play, "p3");
}

static void test_problems(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->widgets, "a", "late", NULL, PLAY_READY("Unknown", "Waiting"));
	play_put(play->gadgets, "b", "broken", NULL, PLAY_READY("False", "Broken"));
	play_put(play->gadgets, "b", "fine", NULL, PLAY_READY("True", "Fine"));
	play_start(play, 30, 120, NULL);
	screen_expect_row(play->screen, "Gadget +3");
	play_type(play, ":problems\r");
	screen_expect_row(play->screen, "^ problems +✗ 2 not ready +◌ 1 progressing");
	screen_expect_row(play->screen, "^ ✗ Gadget +b  broken +Ready=False Broken");
	screen_expect_row(play->screen, "^ ◌ Widget +a  late +Ready=Unknown Waiting");
	assert_false(screen_contains(play->screen, "fine"));
	/* it follows: what gets well goes, what breaks comes */
	play_put(play->gadgets, "b", "fine", NULL, PLAY_READY("False", "Gone"));
	screen_expect_row(play->screen, "^ ✗ Gadget +b  fine +Ready=False Gone");
	play_put(play->gadgets, "b", "broken", NULL, PLAY_READY("True", "Fine"));
	screen_expect_not(play->screen, "b  broken");
	/* a filter by kind, and by a column that there is not */
	play_type(play, "/kind=widget\r");
	screen_expect_not(play->screen, "Gadget +b");
	screen_expect_row(play->screen, "^ ◌ Widget");
	play_esc(play, "filter kind=widget");
	/* the words that a row shows: its kind, and why; not the cells of its table */
	play_type(play, "/waiting");
	screen_expect_not(play->screen, "Gadget +b");
	screen_expect_row(play->screen, "^ ◌ Widget +a  late +Ready=Unknown Waiting");
	play_type(play, "\025gadg\r");
	screen_expect_row(play->screen, "^ ✗ Gadget +b  fine");
	screen_expect_not(play->screen, "late");
	play_type(play, "/\025!gadget\r");
	screen_expect_row(play->screen, "^ ◌ Widget +a  late");
	screen_expect_not(play->screen, "b  fine");
	play_esc(play, "filter !gadget");
	screen_expect_row(play->screen, "^ ✗ Gadget +b  fine");
	play_put(play->gadgets, "b", "other", NULL, PLAY_READY("False", "Another"));
	screen_expect_row(play->screen, "Ready=False Another");
	play_type(play, "/^Ready=False.another$\r");
	screen_expect_row(play->screen, "^ ✗ Gadget +b  other");
	screen_expect_not(play->screen, "b  fine");
	play_delete(play->gadgets, "b", "other");
	play_esc(play, "filter ^Ready");
	/* its own columns; a comparison that is half typed leaves what the others say */
	play_put(play->gadgets, "b", "fine", NULL,
		"\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\",\"reason\":"
		"\"Gone\",\"lastTransitionTime\":\"2025-12-31T23:00:00Z\"}]}");
	screen_expect_row(play->screen, "^ ✗ Gadget +b  fine +60m +Ready=False Gone");
	play_type(play, "/since<");
	screen_expect_row(play->screen, "^/since< +at 7: since is compared with 90s");
	screen_expect_row(play->screen, "^ ✗ Gadget +b  fine");
	play_type(play, "3h");
	screen_expect_not(play->screen, "compared with");
	screen_expect_row(play->screen, "^ ✗ Gadget +b  fine");
	play_type(play, "\025since>=3h");
	play_expect(play, "nothing that matches has a problem");
	play_type(play, "\025why!=nosuch");
	screen_expect_row(play->screen, "^ ✗ Gadget +b  fine");
	play_type(play, "\025why>ready=false");
	screen_expect_row(play->screen, "^ ✗ Gadget +b  fine");
	assert_false(screen_contains(play->screen, "such a column"));
	play_type(play, "\025since=3h");
	play_expect(play, "since: an age needs < or >, as in since<5m");
	play_type(play, "\025why=");
	play_expect(play, "why: a value is missing");
	screen_expect_row(play->screen, "^ ✗ Gadget +b  fine");
	/* a part of the reason, as it is read */
	play_type(play, "gon");
	screen_expect_not(play->screen, "late");
	screen_expect_row(play->screen, "^ ✗ Gadget +b  fine");
	play_type(play, "\025why=ready=false-gone");
	screen_expect_row(play->screen, "^ ✗ Gadget +b  fine");
	play_type(play, "\025why!=GONE");
	screen_expect_not(play->screen, "b  fine");
	screen_expect_row(play->screen, "^ ◌ Widget +a  late");
	play_type(play, "\025gadget nosuch=x\r");
	play_expect(play, "there is no column nosuch: there are name, namespace, health, age, ");
	screen_expect_row(play->screen, "^/gadget nosuch=x");
	screen_expect_row(play->screen, "^ ✗ Gadget +b  fine");
	screen_expect_not(play->screen, "late");
	play_esc(play, "nosuch=x");
	play_type(play, "/why=nosuch\r");
	play_expect(play, "nothing that matches has a problem");
	assert_false(screen_contains(play->screen, "such a column"));
	/* nothing is under the cursor then */
	play_type(play, "c");
	play_expect(play, "there is no object under the cursor");
	play_esc(play, "filter why=nosuch");
	/* the one under the cursor is made anew: the cursor is on the old one, as a ghost */
	play_type(play, "g");
	screen_settle(play->screen);
	play_expect_cursor(play, "fine");
	play_delete(play->gadgets, "b", "fine");
	screen_expect_row(play->screen, "b/fine +deleted");
	play_put(play->gadgets, "b", "fine", NULL, PLAY_READY("False", "Again"));
	screen_expect_row(play->screen, "^ ✗ Gadget +b  fine +Ready=False Again");
	play_expect(play, "b/fine  deleted");
	play_finish(play);
}

/* A reason that has no room is reached as the columns of a table are. */
static void test_problems_sideways(void **state)
{
	static const char ready[] =
		"\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\",\"reason\":"
		"\"Broken\",\"message\":\"the volume of the first replica is not to be had from any of "
		"the three zones, and no other will do, which is the end\"}]}";
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->widgets, "a", "broken", NULL, ready);
	play_start(play, 24, 80, NULL);
	screen_expect_row(play->screen, "Widget +4");
	play_type(play, ":problems\r");
	screen_expect_row(play->screen, "^   KIND +NAME +SINCE +WHY +›$");
	screen_expect_row(play->screen, "^ ✗ Widget +a  broken +Ready=False Broken: the .*…$");
	play_type(play, "l");
	screen_expect_row(play->screen, "^‹  NAME +SINCE +WHY +›$");
	play_type(play, "\033[C");
	screen_expect_row(play->screen, "^‹  NAME +WHY +›$");
	screen_expect_row(play->screen, "^ ✗ a  broken +Ready=False Broken: the .*…$");
	/* not past the end, however often */
	play_type(play, "llllllllllll");
	screen_expect_row(play->screen, "^ ✗ a  broken +….* which is the end$");
	screen_expect_row(play->screen, "^‹  NAME +WHY$");
	/* nor past that of what is left by a filter */
	play_put(play->widgets, "a", "short", NULL,
		"\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\"}]}");
	screen_expect_row(play->screen, "^ ✗ a  short +…");
	play_type(play, "/short\r");
	screen_expect_row(play->screen, "^ ✗ a  short +Ready=False");
	play_type(play, "\033");
	screen_expect_row(play->screen, "^ ✗ a  broken +Ready=False Broken");
	play_type(play, "llllllllllll");
	screen_expect_row(play->screen, "^ ✗ a  broken +….* which is the end$");
	play_type(play, "h");
	screen_expect_not(play->screen, "is the end");
	play_type(play, "\033[D");
	screen_settle(play->screen);
	play_type(play, ":tree\r:problems\r");
	screen_expect_row(play->screen, "^   KIND +NAME +SINCE +WHY +›$");
	/* so is a list: what is opened again begins at its left end */
	play_type(play, ":log\r");
	screen_expect_row(play->screen, "^ TIME +LEVEL +MESSAGE");
	play_type(play, "l");
	screen_expect_row(play->screen, "^ TIME +MESSAGE");
	play_type(play, "q:log\r");
	screen_expect_row(play->screen, "^ TIME +LEVEL +MESSAGE");
	play_finish(play);
}

static void test_unwell(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->widgets, "a", "broken", NULL, PLAY_READY("False", "Broken"));
	play_put(play->widgets, "a", "fine", NULL, PLAY_READY("True", "Fine"));
	play_start(play, 30, 120, NULL);
	screen_expect_row(play->screen, "Widget +5");
	play_type(play, ":wid\rql");
	play_expect(play, "fine");
	play_type(play, "\032"); /* ctrl-z */
	play_expect(play, "only what is not well");
	screen_expect_not(play->screen, "a  fine");
	screen_expect_row(play->screen, "✗ a  broken");
	/* it gets well, another one does not */
	play_put(play->widgets, "a", "fine", NULL, PLAY_READY("False", "Broken"));
	screen_expect_row(play->screen, "✗ a  fine");
	play_type(play, "/fi");
	screen_expect_not(play->screen, "a  broken");
	/* esc undoes one after the other */
	play_type(play, "\r");
	play_esc(play, "filter fi");
	screen_expect_row(play->screen, "✗ a  broken");
	play_esc(play, "only what is not well");
	play_type(play, "\032");
	play_expect(play, "only what is not well");
	play_type(play, "\032");
	screen_expect_not(play->screen, "only what is not well");
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_back_and_forward),
		play_test(test_crds),
		play_test(test_crds_filter_and_open),
		play_test(test_log),
		play_test(test_stats),
		play_test(test_verify),
		play_test(test_namespaces),
		play_test(test_contexts),
		play_test(test_switching_twice),
		play_test(test_problems),
		play_test(test_problems_sideways),
		play_test(test_problem_is_over),
		play_test(test_completion),
		play_test(test_unwell),
	};

	return cmocka_run_group_tests_name("views", tests, NULL, NULL);
}
