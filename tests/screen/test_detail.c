/*
 * The detail pane: it follows the cursor, says what changed, folds, finds.
 */
#include "base/buf.h"
#include "screen/play.h"

/* On the widget that is called blue. */
static void open_blue(struct play *play, int rows, int cols)
{
	play_example(play, rows, cols);
	play_type(play, ":wid\rqlj");
	play_expect_cursor(play, "blue");
	play_expect(play, "Widget a/blue");
}

static void test_follows_the_cursor(void **state)
{
	struct play *play = *state;

	open_blue(play, 40, 120);
	play_expect(play, "note: first");
	play_type(play, "j");
	play_expect(play, "Widget a/green");
	play_expect(play, "note: second");
	play_type(play, "kk");
	screen_expect_row(play->screen, "resource +widgets");
	play_type(play, "kk");
	screen_expect_row(play->screen, " 3 +Widget +widgets/v1");
	play_finish(play);
}

/* Whatever the object is called: which tabs there are, and which one is shown. */
static void test_title(void **state)
{
	static const int widths[] = { 80, 100, 120, 160 };
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->widgets, "a-namespace-of-production", "an-object-with-a-rather-long-name",
		NULL, PLAY_READY("True", "Fine"));
	play_start(play, 40, 80, NULL);
	screen_expect_row(play->screen, "Widget +4");
	play_type(play, ":wid\r/long-name\r\r");
	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++) {
		play_resize(play, 40, widths[i]);
		screen_expect_row(
			play->screen, "Widget a.*long-name +\\[yaml\\] describe changes schema");
		play_type(play, "t");
		screen_expect_row(
			play->screen, "Widget a.*long-name +yaml \\[describe\\] changes schema");
		play_type(play, "T");
	}
	/* what there is to say has its place, and every tab a letter at least */
	play_resize(play, 40, 120);
	play_delete(
		play->widgets, "a-namespace-of-production", "an-object-with-a-rather-long-name");
	screen_expect_row(play->screen, "Widget a.*….*-name +\\[yaml\\] desc chan sche +deleted");
	play_resize(play, 40, 44);
	screen_expect_row(play->screen, "Widget a.*….*-name +\\[yaml\\] d c s +deleted");
	play_finish(play);
}

static void test_marks_what_changed(void **state)
{
	struct play *play = *state;

	open_blue(play, 40, 120);
	play_put(play->widgets, "a", "blue", NULL,
		"\"spec\":{\"note\":\"third\",\"size\":1},\"extra\":1," PLAY_READY("True", "Fine"));
	screen_expect_row(play->screen, "note: third  ◂ was \"first\", 0s ago");
	screen_expect_row(play->screen, "extra: 1  ◂ new, 0s ago");
	screen_expect_row(play->screen, "blue .*0s ~[0-9]");
	screen_advance(play->screen, 5 * PLAY_S);
	screen_expect_row(play->screen, "note: third  ◂ was \"first\", 5s ago");
	screen_advance(play->screen, 60 * PLAY_S);
	screen_expect_not(play->screen, "◂");
	play_expect(play, "note: third");
	play_finish(play);
}

static void test_mark_of_the_last_change(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	play_put(play->widgets, "a", "blue", NULL, "\"spec\":{\"note\":\"third\"}");
	screen_expect_row(play->screen, "MODIFIED +Widget +a/blue");
	play_type(play, ":wid\rqlj");
	screen_expect_row(play->screen, "note: third  ◂ was \"first\", 0s ago");
	play_type(play, "j");
	screen_expect_not(play->screen, "◂");
	play_finish(play);
}

/* A changed cell is marked for a few seconds. */
static void test_fresh_changes(void **state)
{
	struct play *play = *state;
	struct screen_cell fresh, old;

	open_blue(play, 40, 120);
	play_put(play->widgets, "b", "red", NULL, "\"spec\":{\"note\":\"new\"}");
	screen_expect_row(play->screen, "red .*0s ~2");
	play_style(play, "0s ~2", &fresh);
	screen_advance(play->screen, 4 * PLAY_S);
	play_style(play, "4s ~2", &old);
	assert_true(fresh.bold && !old.bold);
	assert_int_not_equal(fresh.fg, old.fg);
	play_finish(play);
}

static void test_folding(void **state)
{
	struct play *play = *state;

	open_blue(play, 40, 120);
	play_type(play, "\r");
	play_expect(play, "m managedFields");
	play_type(play, "Z");
	screen_expect_row(play->screen, "▸ metadata: [0-9]+ keys");
	screen_expect_row(play->screen, "▸ spec: 2 keys");
	play_type(play, "Z");
	play_expect(play, "note: first");
	play_type(play, "/note\r");
	screen_expect_not(play->screen, "search:");
	play_type(play, "z");
	screen_expect_row(play->screen, "▸ spec: 2 keys");
	play_type(play, "\r");
	play_expect(play, "note: first");
	/* folds stay when the object changes, and for the next one */
	play_type(play, "z");
	screen_expect_row(play->screen, "▸ spec: 2 keys");
	play_put(play->widgets, "a", "blue", NULL,
		"\"spec\":{\"note\":\"x\",\"size\":2,\"more\":1}");
	screen_expect_row(play->screen, "▸ spec: 3 keys");
	play_finish(play);
}

static void test_search(void **state)
{
	struct play *play = *state;
	struct screen_cell cell;

	open_blue(play, 40, 120);
	play_type(play, "\r/");
	play_expect(play, "search:");
	play_type(play, "nosuch");
	screen_expect_row(play->screen, "search: nosuch +not found");
	play_type(play, "\025"
			"widget");
	screen_expect_row(play->screen, "^search: widget$");
	play_type(play, "\r");
	play_style(play, "kind: Widget", &cell);
	play_type(play, "n");
	play_type(play, "N");
	screen_settle(play->screen);
	play_type(play, "/zzz");
	play_expect(play, "not found");
	play_esc(play, "not found");
	play_type(play, "n");
	play_expect(play, "nothing to search for");
	play_finish(play);
}

static void test_managed_fields(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->widgets, "a", "blue",
		"\"managedFields\":[{\"manager\":\"somebody\",\"operation\":\"Update\"}]", NULL);
	play_start(play, 40, 120, NULL);
	screen_expect_row(play->screen, "Widget +3");
	play_type(play, ":wid\rqlj\r");
	play_expect(play, "Widget a/blue");
	play_expect(play, "uid:");
	assert_false(screen_contains(play->screen, "somebody"));
	play_type(play, "m");
	play_expect(play, "manager: somebody");
	play_type(play, "m");
	screen_expect_not(play->screen, "somebody");
	play_finish(play);
}

static void test_moving(void **state)
{
	struct play *play = *state;
	struct buf rest = BUF_INIT((size_t)1 << 20);

	play_open(play, NULL);
	buf_addz(&rest, "\"long\":\"");
	for (int i = 0; i < 300; i++)
		buf_addc(&rest, 'x');
	buf_addz(&rest, "END\",\"list\":[");
	for (int i = 0; i < 100; i++)
		buf_addf(&rest, "%s\"item%02d\"", i ? "," : "", i);
	buf_addz(&rest, "]");
	play_put(play->widgets, "a", "blue", NULL, buf_text(&rest));
	buf_release(&rest);
	play_start(play, 40, 120, NULL);
	screen_expect_row(play->screen, "Widget +3");
	play_type(play, ":wid\rqlj\r");
	play_expect(play, "Widget a/blue");
	play_expect(play, "xxxxxx");
	for (int i = 0; i < 35; i++)
		play_type(play, "l");
	play_expect(play, "END");
	for (int i = 0; i < 40; i++)
		play_type(play, "\033[D");
	play_expect(play, "apiVersion");
	play_type(play, "G");
	play_expect_cursor(play, "item99");
	play_type(play, "k");
	play_expect_cursor(play, "item98");
	play_type(play, "\002");
	play_expect_cursor(play, "item");
	play_type(play, "g");
	play_expect_cursor(play, "apiVersion");
	play_type(play, "\006");
	play_expect_cursor(play, "item");
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_follows_the_cursor),
		play_test(test_title),
		play_test(test_marks_what_changed),
		play_test(test_mark_of_the_last_change),
		play_test(test_fresh_changes),
		play_test(test_folding),
		play_test(test_search),
		play_test(test_managed_fields),
		play_test(test_moving),
	};

	return cmocka_run_group_tests_name("detail", tests, NULL, NULL);
}
