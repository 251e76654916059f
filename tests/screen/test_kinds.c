/*
 * Kinds in every state, and objects of every size.
 */
#include <string.h>

#include "base/buf.h"
#include "screen/golden.h"
#include "screen/play.h"

#define VERSION(served) "{\"name\":\"v1\",\"served\":" served ",\"storage\":true}"

static void test_kind_states(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_crd(play, "olds.example.com", VERSION("false"), NULL);
	play_crd(play, "twins.example.com", VERSION("true"),
		"{\"type\":\"NamesAccepted\",\"status\":\"False\",\"reason\":\"KindConflict\","
		"\"message\":\"Twin is in use\"},{\"type\":\"Established\",\"status\":\"False\"}");
	play_start(play, 40, 120, NULL);
	screen_expect_row(play->screen, "Thing +0");
	screen_expect_row(play->screen, "Old +– +not served");
	screen_expect_row(play->screen, "Twin +– +not served");
	screen_expect_row(play->screen, "Gadget +1");
	play_type(play, ":things\rql");
	play_expect_cursor(play, "Thing");
	golden(play->screen, "kind-without-instances");
	play_type(play, ":olds\rql");
	play_expect_cursor(play, "Old");
	play_expect(play, "no version of it is served");
	golden(play->screen, "kind-not-served");
	play_type(play, ":twins\rql");
	play_expect_cursor(play, "Twin");
	play_expect(play, "Twin is in use");
	golden(play->screen, "kind-names-not-accepted");
	play_finish(play);
}

static void test_failing_next_to_healthy(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_refuse(play, PLAY_WIDGETS, 500, "InternalError",
		"conversion webhook for example.com/v1 failed: no endpoints");
	play_start(play, 40, 120, NULL);
	screen_expect_row(play->screen, "Widget +– +failing");
	screen_expect_row(play->screen, "Gadget +1");
	screen_expect_row(play->screen, "example.com .*1 failing");
	play_expect(play, "live");
	play_type(play, ":wid\rql");
	play_expect(play, "webhook for example.com/v1 failed");
	play_expect(play, "ctrl-r: now");
	golden(play->screen, "kind-failing");
	/* it works again: now, when asked for */
	play_heal(play, PLAY_WIDGETS);
	play_type(play, "\022");
	play_expect(play, "trying again");
	screen_expect_row(play->screen, "Widget +3");
	screen_expect_not(play->screen, "failing");
	play_finish(play);
}

static void test_listing_counts(void **state)
{
	static const char one[] =
		"{\"type\":\"ADDED\",\"object\":{\"apiVersion\":\"example.com/v1\",\"kind\":"
		"\"Widget\",\"metadata\":{\"name\":\"w%d\",\"namespace\":\"a\",\"uid\":\"u%d\","
		"\"resourceVersion\":\"%d\"}}}\n";
	struct play *play = *state;
	char frame[256];
	size_t watch;

	play_open(play, NULL);
	play_answer(play, PLAY_WIDGETS, "watch=true", &(struct server_answer){ .stream = true });
	play_start(play, 24, 80, NULL);
	watch = server_wait(play->server, "GET /apis/example.com/v1/widgets", 1);
	screen_expect_row(play->screen, "Widget +… +listing");
	for (int i = 0; i < 3; i++) {
		snprintf(frame, sizeof(frame), one, i, i, i + 10);
		server_pushz(play->server, watch, frame);
	}
	screen_expect_row(play->screen, "Widget +… +listing 3 …");
	screen_expect_row(play->screen, "Gadget +1");
	assert_false(screen_contains(play->screen, "Widget 0"));
	golden(play->screen, "kind-listing");
	server_pushz(play->server, watch,
		"{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Widget\",\"apiVersion\":"
		"\"example.com/v1\",\"metadata\":{\"resourceVersion\":\"50\",\"annotations\":{"
		"\"k8s.io/initial-events-end\":\"true\"}}}}\n");
	screen_expect_row(play->screen, "Widget +3");
	screen_expect_not(play->screen, "listing");
	play_finish(play);
}

static void test_kind_disappears_while_open(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	play_type(play, ":wid\rql");
	play_expect_cursor(play, "Widget");
	play_type(play, "jj\r");
	play_expect(play, "Widget a/green");
	play_kind_delete(play, "widgets.example.com");
	screen_expect_row(play->screen, "Widget +3 .*gone");
	screen_expect_row(play->screen, "green +gone");
	play_expect(play, "its kind is gone");
	play_expect_cursor(play, "green");
	golden(play->screen, "kind-gone");
	play_finish(play);
}

static void test_large_object(void **state)
{
	struct buf rest = BUF_INIT((size_t)2 << 20);
	struct play *play = *state;

	play_open(play, NULL);
	buf_addz(&rest, "\"data\":{\"blob\":\"");
	memset(buf_room(&rest, 1500000), 'A', 1500000);
	buf_added(&rest, 1500000);
	buf_addz(&rest, "\",\"end\":\"here\"}");
	play_put(play->widgets, "a", "big", NULL, buf_text(&rest));
	buf_release(&rest);
	play_start(play, 40, 120, NULL);
	screen_expect_row(play->screen, "Widget +4");
	play_type(play, ":wid\rqlj");
	play_expect_cursor(play, "big");
	play_type(play, "\r");
	play_expect(play, "blob: AAAAAAAAAAAA");
	golden(play->screen, "large-object");
	play_type(play, "G");
	play_expect(play, "end: here");
	golden(play->screen, "large-object-end");
	play_type(play, "/here\r");
	play_expect(play, "end: here");
	play_finish(play);
}

static void test_long_name(void **state)
{
	struct play *play = *state;
	char name[254];

	play_open(play, NULL);
	memset(name, 'n', sizeof(name) - 1);
	memcpy(name, "head", 4);
	memcpy(name + 249, "tail", 5);
	play_put(play->widgets, "a", name, NULL, NULL);
	for (int wide = 0; wide < 2; wide++) {
		play_start(play, 24, wide ? 120 : 80, NULL);
		screen_expect_row(play->screen, "Widget +4");
		play_type(play, ":wid\rql");
		screen_expect_row(play->screen, "a +head.*….*tail +24h");
		screen_expect_row(play->screen, "blue +24h");
		play_type(play, "jjj");
		play_expect_cursor(play, "tail");
		golden(play->screen, wide ? "long-name-wide" : "long-name");
		play_finish(play);
		screen_free(play->screen);
		play->screen = NULL;
	}
}

/* Cells behind wide ones stand where the same column of other rows does. */
static void test_widths(void **state)
{
	static const struct {
		const char *name, *note;
		int width;
	} rows[] = {
		{ "w1", "plain", 5 },
		{ "w2", "日本語", 6 },
		{ "w3",
			"e\xcc\x81"
			"a\xcc\x88o",
			3 },
		{ "w4", "😀x", 3 },
		{ "w5", "ﾊﾝｶｸ", 4 },
	};
	struct play *play = *state;
	struct screen_cell cell;
	char rest[256], expected[128];
	int col = -1;

	play_open(play, &(struct play_options){ .empty = true });
	play->widgets = play_kind(play, "widgets.example.com",
		"{\"name\":\"Note\",\"type\":\"string\",\"jsonPath\":\".spec.note\"},"
		"{\"name\":\"End\",\"type\":\"string\",\"jsonPath\":\".spec.end\"}");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		snprintf(rest, sizeof(rest), "\"spec\":{\"note\":\"%s\",\"end\":\"<|\"}",
			rows[i].note);
		play_put(play->widgets, "a", rows[i].name, NULL, rest);
	}
	play_start(play, 24, 80, NULL);
	screen_expect_row(play->screen, "Widget +5");
	play_type(play, ":wid\rql");
	screen_expect_row(play->screen, "w5 .*<\\|");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int row;

		snprintf(expected, sizeof(expected), "a  %s ", rows[i].name);
		play_expect(play, expected);
		row = screen_find_row(play->screen, expected);
		play_expect(play, rows[i].note);
		for (int x = 0; x < 80; x++) {
			screen_cell(play->screen, row, x, &cell);
			if (strcmp(cell.text, "<") == 0) {
				assert_true(col < 0 || col == x);
				col = x;
			}
		}
	}
	assert_true(col > 0);
	golden(play->screen, "widths");
	play_finish(play);
}

static void test_thousand_kinds(void **state)
{
	struct play *play = *state;
	char name[64];

	play_open(play, &(struct play_options){ .tls = true, .empty = true });
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "k%03ds.g%d.example.com", i, i / 100);
		play_kind(play, name, NULL);
	}
	play_start(play, 24, 80, NULL);
	screen_expect_row(play->screen, "1,000 kinds +0 objects");
	play_expect(play, "K000");
	play_type(play, "G");
	play_expect_cursor(play, "K999");
	play_type(play, ":k500s\rq");
	play_expect_cursor(play, "K500");
	golden(play->screen, "thousand-kinds");
	play_type(play, "gh");
	screen_expect_row(play->screen, "▸ g0.example.com +0");
	play_type(play, ":crds\rG");
	screen_expect_row(play->screen, "^ k999s.g9.example.com");
	golden(play->screen, "thousand-kinds-crds");
	play_finish(play);
}

static void test_many_rows(void **state)
{
	struct play *play = *state;

	play_open(play, &(struct play_options){ .empty = true });
	play->widgets = play_kind(play, "widgets.example.com", NULL);
	play_fill(play->widgets, "ns", "w", 100000);
	play_start(play, 24, 80, NULL);
	screen_expect_row(play->screen, "Widget +100,000");
	screen_expect_row(play->screen, "1 kind +100,000 objects");
	play_type(play, "jl");
	play_expect(play, "w-00000");
	play_type(play, "G");
	play_expect_cursor(play, "w-99999");
	golden(play->screen, "many-rows");
	play_type(play, "\002"); /* a page up */
	play_expect_cursor(play, "w-99984");
	play_type(play, "g");
	play_expect_cursor(play, "example.com");
	play_type(play, "\006");
	play_expect_cursor(play, "w-00013");
	play_type(play, "/w-1234.\r");
	play_expect(play, "10 matches");
	play_expect(play, "w-12349");
	play_type(play, "G");
	play_expect_cursor(play, "w-12349");
	play_type(play, "\033");
	screen_expect_not(play->screen, "matches");
	play_expect_cursor(play, "w-12349");
	play_type(play, ":widgets\rNN");
	screen_expect_row(play->screen, "^   ns +w-99999");
	golden(play->screen, "many-rows-table");
	play_finish(play);
}

/* Too narrow for all of them, the worst remains. */
static void test_badges_give_way(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->widgets, "a", "lagging", "\"generation\":2",
		"\"status\":{\"observedGeneration\":1}");
	play_put(play_kind(play, "wonderfully-long-names.example.com", NULL), "a", "x",
		"\"generation\":2", PLAY_READY("False", "Broken"));
	play_put(play_kind(play, "wonderfully-long-nouns.example.com", NULL), "a", "x", NULL,
		PLAY_READY("False", "Broken"));
	play_start(play, 24, 44, NULL);
	screen_expect_row(play->screen, "Widget +4");
	play_type(play, "+");
	screen_expect_row(play->screen, "▾ Widget +4  ✗ 1 ◌ 1");
	screen_expect_row(play->screen, "▾ Wonderfully.* 1  ✗ 1");
	golden(play->screen, "narrow");
	play_finish(play);
}

/* Each health has a glyph of its own, on the row and on the headings above. */
static void test_health_glyphs(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->widgets, "a", "blue",
		"\"deletionTimestamp\":\"2026-01-01T00:00:00Z\",\"finalizers\":[\"x/y\"]", NULL);
	play_put(play->widgets, "a", "lagging", "\"generation\":2",
		"\"status\":{\"observedGeneration\":1,\"conditions\":[{\"type\":\"Ready\","
		"\"status\":\"True\"}]}");
	play_start(play, 24, 80, NULL);
	screen_expect_row(play->screen, "Widget +4");
	play_type(play, ":wid\rql");
	screen_expect_row(play->screen, "⊘ a  blue");
	screen_expect_row(play->screen, "◌ a  lagging");
	screen_expect_row(play->screen, "✗ a  green");
	screen_expect_row(play->screen, "  b  red");
	screen_expect_row(play->screen, "example.com .*✗ 1 ⊘ 1 ◌ 1");
	screen_expect_row(play->screen, "▾ Widget .*✗ 1 ⊘ 1 ◌ 1 +READY +NOTE");
	screen_expect_row(play->screen, "✗ 1 not ready  ◌ 1 progressing");
	golden(play->screen, "health");
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_kind_states),
		play_test(test_failing_next_to_healthy),
		play_test(test_listing_counts),
		play_test(test_kind_disappears_while_open),
		play_test(test_health_glyphs),
		play_test(test_badges_give_way),
		play_test(test_large_object),
		play_test(test_long_name),
		play_test(test_widths),
		play_test(test_thousand_kinds),
		play_test(test_many_rows),
	};

	return cmocka_run_group_tests_name("kinds", tests, NULL, NULL);
}
