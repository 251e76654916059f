/*
 * The YAML tab's own keys, and the changes tab: every version, any two compared.
 */
#include "base/buf.h"
#include "screen/play.h"

static void open_blue(struct play *play, int rows, int cols)
{
	play_example(play, rows, cols);
	play_type(play, ":wid\rqlj");
	play_expect(play, "Widget a/blue");
	play_type(play, "\r");
}

static void set_note(struct play *play, const char *note)
{
	struct buf rest = BUF_INIT(4096);

	buf_addf(&rest, "\"spec\":{\"note\":\"%s\",\"size\":1},%s", note,
		PLAY_READY("True", "Fine"));
	play_put(play->widgets, "a", "blue", "\"labels\":{\"team\":\"x\"}", buf_text(&rest));
	buf_release(&rest);
	screen_settle(play->screen);
}

static void test_versions(void **state)
{
	struct play *play = *state;

	open_blue(play, 40, 120);
	play_type(play, "tt");
	play_expect(play, "0 versions since the start");
	play_expect(play, "it has not changed while it was watched");
	set_note(play, "second");
	play_expect(play, "1 version since the start");
	screen_expect_row(play->screen, "MODIFIED +1 field +0s ago");
	screen_expect_row(play->screen, ".spec.note +first → second");
	screen_advance(play->screen, 5 * PLAY_S);
	screen_expect_row(play->screen, "MODIFIED +1 field +5s ago");
	set_note(play, "third");
	play_expect(play, "2 versions since the start");
	/* the newest is the third line; enter shows all of it */
	play_type(play, "gjj\r");
	screen_expect_row(play->screen, "- +second");
	screen_expect_row(play->screen, "\\+ +third");
	play_type(play, "\r");
	screen_expect_not(play->screen, "+   third");
	play_finish(play);
}

static void test_any_two(void **state)
{
	struct play *play = *state;

	open_blue(play, 40, 120);
	play_type(play, "tt");
	set_note(play, "one");
	set_note(play, "two");
	set_note(play, "three");
	play_expect(play, "3 versions");
	play_type(play, "gjj ");
	play_expect(play, "space on another version shows what differs");
	play_type(play, "G ");
	play_expect(play, "1 field differs");
	screen_expect_row(play->screen, "- +one");
	screen_expect_row(play->screen, "\\+ +three");
	play_esc(play, "1 field differs");
	play_expect(play, "[changes]");
	play_delete(play->widgets, "a", "blue");
	screen_expect_row(play->screen, "DELETED +0s ago");
	play_type(play, "gjj\r");
	play_expect(play, "it was deleted: there is nothing to compare it with");
	play_finish(play);
}

/* Nothing has to be passed before enter and space do something. */
static void test_begins_at_the_newest(void **state)
{
	struct play *play = *state;

	open_blue(play, 40, 120);
	set_note(play, "second");
	screen_advance(play->screen, 2 * PLAY_S);
	set_note(play, "third");
	play_type(play, "tt");
	play_expect(play, "2 versions since the start");
	play_type(play, "\r");
	screen_expect_row(play->screen, "- +second");
	screen_expect_row(play->screen, "\\+ +third");
	play_type(play, "\r ");
	screen_expect_row(play->screen, "● 00:00:02");
	/* where it was put by hand it stays: on the headings, too */
	play_type(play, "g ");
	play_expect(play, "there is no version under the cursor");
	set_note(play, "fourth");
	play_expect(play, "3 versions since the start");
	play_type(play, "\r");
	play_expect(play, "there is no version under the cursor");
	play_finish(play);
}

/* What was opened before anything had happened has the first version, too. */
static void test_begins_when_there_is_one(void **state)
{
	struct play *play = *state;

	open_blue(play, 40, 120);
	play_type(play, "tt");
	play_expect(play, "0 versions since the start");
	set_note(play, "second");
	play_expect(play, "1 version since the start");
	play_type(play, " ");
	play_expect(play, "space on another version shows what differs");
	play_finish(play);
}

static void test_wrap_and_numbers(void **state)
{
	struct play *play = *state;

	open_blue(play, 30, 120);
	set_note(play, "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 end");
	screen_expect_not(play->screen, "6789 end");
	play_type(play, "w");
	play_expect(play, "6789 end");
	play_type(play, "#");
	screen_expect_row(play->screen, " 1 +apiVersion: example.com/v1");
	screen_expect_row(play->screen, " 2 +kind: Widget");
	play_type(play, "#w");
	screen_expect_not(play->screen, "6789 end");
	play_finish(play);
}

static void test_base64(void **state)
{
	struct play *play = *state;

	open_blue(play, 40, 120);
	set_note(play, "aGVsbG8gd29ybGQKc2Vjb25kIGxpbmUK");
	screen_expect_row(play->screen, "note: aGVs");
	play_type(play, "/note\rx");
	screen_expect_row(play->screen, "│ +│ hello world");
	screen_expect_row(play->screen, "│ second line");
	play_type(play, "x");
	screen_expect_not(play->screen, "hello world");
	set_note(play, "AAECAwQFBgc=");
	screen_expect_row(play->screen, "note: AAEC");
	play_type(play, "x");
	play_expect(play, "8 bytes, binary");
	set_note(play, "no base64!");
	screen_expect_row(play->screen, "note: no base64!");
	screen_expect_not(play->screen, "binary");
	play_type(play, "x");
	play_expect(play, "this value is not base64");
	/* what it holds are bytes of somebody's: none reaches the terminal as it is */
	set_note(play, "G1sySmV2aWwgdGV4dA==");
	screen_expect_row(play->screen, "note: G1sy");
	play_type(play, "x");
	play_expect(play, "bytes, binary");
	play_check_output(play);
	play_finish(play);
}

static void test_pause(void **state)
{
	struct play *play = *state;

	open_blue(play, 40, 120);
	play_type(play, "r");
	play_expect(play, "paused, 0 newer");
	set_note(play, "second");
	play_expect(play, "paused, 1 newer");
	set_note(play, "third");
	play_expect(play, "paused, 2 newer");
	screen_expect_row(play->screen, "note: first");
	play_type(play, "r");
	screen_expect_row(play->screen, "note: third +◂ was \"first\"");
	screen_expect_not(play->screen, "paused,");
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_versions),
		play_test(test_any_two),
		play_test(test_begins_at_the_newest),
		play_test(test_begins_when_there_is_one),
		play_test(test_wrap_and_numbers),
		play_test(test_base64),
		play_test(test_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
