/*
 * The events pane: what happened, whose, and where to find it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/play.h"

static void note(struct play *play, const char *name, const char *text)
{
	char rest[256];

	snprintf(rest, sizeof(rest), "\"spec\":{\"note\":\"%s\"}", text);
	play_put(play->widgets, "a", name, NULL, rest);
}

static void test_what_happened(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	play_expect(play, "following · 0 kept");
	note(play, "blue", "n1");
	screen_expect_row(play->screen,
		"00:00:0[0-9]\\.[0-9]+  MODIFIED  Widget  a/blue .*\\.spec\\.note  first → n1");
	note(play, "new", "x");
	screen_expect_row(play->screen, "ADDED     Widget  a/new");
	play_delete(play->widgets, "a", "new");
	screen_expect_row(play->screen, "DELETED   Widget  a/new");
	play_expect(play, "following · 3 kept");
	screen_expect_row(play->screen, "3/s|2/s|1/s|0/s");
	play_finish(play);
}

static void test_scope(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	note(play, "blue", "n1");
	note(play, "green", "n2");
	play_put(play->gadgets, "a", "tool", NULL, "\"spec\":{\"a\":1}");
	play_expect(play, "following · 3 kept");
	play_type(play, ":wid\rqlj");
	play_expect_cursor(play, "blue");
	play_type(play, "\t\tf");
	play_expect(play, "events: Widget a/blue");
	play_expect(play, "following · 1 kept");
	play_type(play, "\t");
	play_expect(play, "enter open");
	play_type(play, "j");
	play_expect(play, "events: Widget a/green");
	play_type(play, "kk");
	play_expect(play, "events: Widget ─");
	play_expect(play, "following · 2 kept");
	play_type(play, "kk");
	play_expect(play, "events: example.com");
	play_expect(play, "following · 3 kept");
	play_type(play, "\033[Zf");
	play_expect(play, "events: all kinds");
	play_finish(play);
}

static void test_pause(void **state)
{
	struct play *play = *state;
	char text[16];

	play_example(play, 40, 120);
	for (int i = 0; i < 30; i++) {
		snprintf(text, sizeof(text), "n%02d", i);
		note(play, "blue", text);
	}
	play_expect(play, "following · 30 kept");
	play_expect(play, "→ n29");
	play_type(play, "\t\t");
	play_expect(play, "m noise");
	play_type(play, "g");
	play_expect(play, "paused");
	play_expect(play, "→ n00");
	note(play, "blue", "late");
	play_expect(play, "paused · 1 new · G resumes · 31 kept");
	play_expect(play, "→ n00");
	assert_false(screen_contains(play->screen, "→ late"));
	play_type(play, "G");
	play_expect(play, "following · 31 kept");
	play_expect(play, "→ late");
	play_type(play, "p");
	play_expect(play, "paused");
	note(play, "blue", "later");
	play_expect(play, "paused · 1 new · G resumes · 32 kept");
	assert_false(screen_contains(play->screen, "→ later"));
	play_type(play, "p");
	play_expect(play, "→ later");
	play_type(play, "k");
	play_expect(play, "paused");
	play_finish(play);
}

/* A pause is said wherever the focus is, and esc ends it before it leaves. */
static void test_pause_ends(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	note(play, "blue", "n1");
	note(play, "blue", "n2");
	play_expect(play, "following · 2 kept");
	play_type(play, "\t\t");
	play_expect(play, "m noise");
	play_type(play, "k\t");
	play_expect(play, "enter open");
	play_expect(play, "paused · 0 new · G resumes · 2 kept");
	note(play, "blue", "n3");
	play_expect(play, "paused · 1 new · G resumes · 3 kept");
	play_type(play, ":wid\rqlj\t\tf");
	screen_expect_row(play->screen, "events: Widget a/blue .* paused · 1 new · G resumes · 3");
	play_resize(play, 40, 60);
	screen_expect_row(play->screen, "events: Widget a/blue .* paused · 1 new · G resumes ─");
	play_resize(play, 40, 120);
	play_type(play, "f\033");
	play_expect(play, "following · 3 kept");
	play_expect(play, "m noise");
	play_type(play, "\033");
	play_expect(play, "enter open");
	play_finish(play);
}

#define LINES 40
#define NTH   32

/* Names of different lengths: what is left over from another line is seen. */
static void nth(int i, char text[NTH])
{
	snprintf(text, NTH, "n%02d%.*s", i, i * 5 % 7, "xxxxxxx");
}

/* The lines from this change upwards, to the pane's title. */
static void assert_lines(struct play *play, int last)
{
	char row[512], old[NTH], new[NTH], end[128];
	int y;

	nth(last, new);
	snprintf(end, sizeof(end), "→ %s", new);
	y = screen_find_row(play->screen, end);
	for (int count = 0;; last--, y--, count++) {
		assert_true(y > 0);
		screen_row(play->screen, y, row, sizeof(row));
		if (strstr(row, " events: ")) {
			assert_true(count > 4);
			return;
		}
		nth(last - 1, old);
		nth(last, new);
		snprintf(end, sizeof(end), ".spec.note  %s → %s", old, new);
		assert_non_null(strstr(row, end));
		assert_string_equal(strstr(row, end), end);
	}
}

static void test_lines_move(void **state)
{
	struct play *play = *state;
	char text[NTH], shown[NTH + 8];
	int last;

	play_example(play, 40, 120);
	for (int i = 0; i < LINES; i++) {
		nth(i, text);
		snprintf(shown, sizeof(shown), "→ %s", text);
		note(play, "blue", text);
		if (i % 3)
			play_expect(play, shown);
	}
	play_expect(play, shown);
	screen_settle(play->screen); /* the frame is whole */
	assert_lines(play, LINES - 1);
	play_type(play, "\t\t");
	play_expect(play, "m noise");
	for (int i = 0; i < 12; i++)
		play_type(play, "k");
	screen_settle(play->screen);
	screen_expect_not(play->screen, shown);
	for (last = LINES - 1; !screen_contains(play->screen, shown); last--) {
		nth(last - 1, text);
		snprintf(shown, sizeof(shown), "→ %s", text);
	}
	assert_lines(play, last);
	play_finish(play);
}

static void test_noise(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	play_put(play->widgets, "a", "blue", "\"labels\":{\"team\":\"x\"},\"generation\":2",
		"\"spec\":{\"note\":\"first\",\"size\":1}," PLAY_READY("True", "Fine"));
	screen_expect_row(play->screen, "a/blue  only noise");
	play_type(play, ":events\rm");
	screen_expect_row(play->screen, "resourceVersion");
	play_expect(play, "with noise");
	play_type(play, "m");
	play_expect(play, "only noise");
	play_finish(play);
}

static void test_go_to(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	note(play, "green", "n1");
	screen_expect_row(play->screen, "MODIFIED  Widget  a/green");
	play_type(play, ":events\r");
	play_expect(play, "m noise");
	play_type(play, "\r");
	play_expect_cursor(play, "green");
	play_expect(play, "enter open");
	play_expect(play, "Widget a/green");
	note(play, "gone", "x");
	play_delete(play->widgets, "a", "gone");
	screen_expect_row(play->screen, "DELETED   Widget  a/gone");
	play_type(play, ":events\r");
	play_expect(play, "m noise");
	play_type(play, "\r");
	play_expect(play, "gone is no longer there");
	play_finish(play);
}

/* What a Kubernetes Event says of an object of the example; type and words are JSON. */
static void event(struct play *play, const char *object, const char *type, const char *words)
{
	char rest[1024];

	snprintf(rest, sizeof(rest),
		"\"regarding\":{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\","
		"\"namespace\":\"a\",\"name\":\"%s\"},\"type\":\"%s\",%s",
		object, type, words);
	play_put(play->events, "a", object, NULL, rest);
}

static void test_kubernetes_events(void **state)
{
	struct screen_cell warning, normal, other;
	struct play *play = *state;

	play_example(play, 40, 120);
	event(play, "green", "Warning",
		"\"reason\":\"Failed\",\"note\":\"no issuer \\u001b[31m\\nyet\"");
	screen_expect_row(play->screen,
		"00:00:0[0-9]\\.[0-9]+  Warning   Widget  a/green  Failed: no issuer .*yet");
	event(play, "green", "Warning",
		"\"reason\":\"Failed\",\"note\":\"again\",\"series\":{\"count\":4}");
	screen_expect_row(play->screen, "Warning   Widget  a/green  Failed: again  \\(4 times\\)");
	event(play, "blue", "Normal", "\"reason\":\"Issued\",\"note\":\"fine\"");
	screen_expect_row(play->screen, "Normal    Widget  a/blue  Issued: fine");
	note(play, "blue", "n1");
	play_expect(play, "following · 4 kept");
	play_style(play, "Failed: again", &warning);
	play_style(play, "Issued: fine", &normal);
	play_style(play, "a/blue  Issued", &other);
	assert_int_not_equal(warning.fg, other.fg);
	assert_memory_not_equal(&normal, &warning, sizeof(normal));
	play_check_output(play);
	play_finish(play);
}

/* They are no change of the object: the row's last change is of the watch alone. */
static void test_kubernetes_events_are_no_change(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	play_type(play, ":wid\rql");
	play_expect(play, "green");
	event(play, "green", "Warning", "\"reason\":\"Failed\",\"note\":\"no\"");
	play_expect(play, "following · 1 kept");
	screen_settle(play->screen);
	assert_false(screen_contains(play->screen, " ~"));
	note(play, "green", "n1");
	play_expect(play, " ~3");
	play_finish(play);
}

static void test_kubernetes_events_in_scope(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	event(play, "green", "Warning", "\"reason\":\"Failed\",\"note\":\"first\"");
	event(play, "blue", "Normal", "\"reason\":\"Issued\",\"note\":\"second\"");
	play_expect(play, "following · 2 kept");
	play_put(play->gadgets, "a", "tool", NULL, "\"spec\":{\"a\":1}");
	play_expect(play, "following · 3 kept");
	play_type(play, ":wid\rqljj");
	play_expect_cursor(play, "green");
	play_type(play, "\t\tf");
	play_expect(play, "events: Widget a/green");
	play_expect(play, "following · 1 kept");
	play_expect(play, "Failed: first");
	event(play, "green", "Warning", "\"reason\":\"Failed\",\"note\":\"third\"");
	play_expect(play, "following · 2 kept");
	play_type(play, "f");
	play_expect(play, "events: Widget ─");
	play_expect(play, "following · 3 kept");
	play_type(play, "f");
	play_expect(play, "events: example.com");
	play_type(play, "f");
	play_expect(play, "events: all kinds");
	play_expect(play, "following · 4 kept");
	/* to the object that the second is about */
	play_type(play, "gj\r");
	play_expect_cursor(play, "blue");
	play_delete(play->widgets, "a", "green");
	screen_expect_row(play->screen, "DELETED   Widget  a/green");
	screen_settle(play->screen);
	play_type(play, ":events\rg\r");
	play_expect(play, "green is no longer there");
	play_finish(play);
}

static void test_no_kubernetes_events(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_refuse(play, "/apis/events.k8s.io/v1/events$", 403, "Forbidden", "not for you");
	play_start(play, 40, 120, NULL);
	play_expect(play, "following · 0 kept · no Kubernetes Events: forbidden");
	play_type(play, ":k8s-events off\r");
	play_expect(play, "no Kubernetes Events: stopped");
	play_heal(play, "/apis/events.k8s.io/v1/events$");
	play_type(play, ":k8s-events\r");
	play_expect(play, ":k8s-events takes on or off");
	play_type(play, ":k8s-events on\r");
	play_expect(play, "following · 0 kept ─");
	event(play, "green", "Warning", "\"reason\":\"Failed\",\"note\":\"first\"");
	play_expect(play, "Failed: first");
	play_finish(play);
}

/* ---- filter ---- */

static void label(struct play *play, const char *name, const char *team, const char *text)
{
	char meta[128], rest[256];

	snprintf(meta, sizeof(meta), "\"labels\":{\"team\":\"%s\"}", team);
	snprintf(rest, sizeof(rest), "\"spec\":{\"note\":\"%s\"}", text);
	play_put(play->widgets, "a", name, meta, rest);
}

/* What is typed, and how many of the six changes it leaves. */
static const struct {
	const char *text;
	const char *shown;
} filters[] = {
	{ "second", "3 of 6" },
	{ "spec.note", "3 of 6" },
	{ "-f gdgt", "1 of 6" },
	{ "a/blue", "2 of 6" },
	{ "!blue", "4 of 6" },
	{ "kind=gadget", "1 of 6" },
	{ "kind=blue", "0 of 6" },
	{ "name=blue", "2 of 6" },
	{ "ns=a !Gadget", "5 of 6" },
	{ "namespace!=a", "0 of 6" },
	{ "type=Warning", "1 of 6" },
	{ "MODIFIED", "3 of 6" },
	{ "issuer", "1 of 6" },
	{ "-l team=x", "2 of 6" },
	{ "blue -l team=x", "1 of 6" },
	{ "-l team=y", "1 of 6" },
	{ "no.such.thing", "0 of 6" },
};

static void test_filter(void **state)
{
	struct play *play = *state;
	char text[64];

	play_example(play, 40, 140);
	label(play, "blue", "x", "second");
	label(play, "blue", "y", "third");
	label(play, "green", "z", "fourth");
	label(play, "new", "x", "fifth");
	event(play, "green", "Warning", "\"reason\":\"Failed\",\"note\":\"no issuer\"");
	play_put(play->gadgets, "a", "more", NULL, "\"spec\":{\"a\":1}");
	play_expect(play, "following · 6 kept");
	play_type(play, "\t\t");
	play_expect(play, "m noise");
	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++) {
		play_type(play, "/");
		play_type(play, filters[i].text);
		snprintf(text, sizeof(text), "filter %s ─", filters[i].text);
		play_expect(play, text);
		snprintf(text, sizeof(text), "following · %s kept", filters[i].shown);
		play_expect(play, text);
		play_type(play, "\r");
		play_esc(play, "   filter ");
		play_expect(play, "following · 6 kept");
	}
	/* a mistake changes nothing, and esc brings back what was */
	play_type(play, "/blue\r/(");
	play_expect(play, "at 6: ");
	play_esc(play, "at 6");
	play_expect(play, "following · 2 of 6 kept");
	/* what comes is judged, too; esc: filter, pause, focus */
	label(play, "blue", "y", "sixth");
	play_expect(play, "following · 3 of 7 kept");
	label(play, "green", "y", "seventh");
	play_expect(play, "following · 3 of 8 kept");
	play_type(play, "k");
	play_expect(play, "paused · 0 new · G resumes · 3 of 8 kept");
	label(play, "blue", "y", "eighth");
	play_expect(play, "paused · 1 new · G resumes · 4 of 9 kept");
	play_esc(play, "   filter ");
	play_expect(play, "paused");
	play_esc(play, "paused");
	play_expect(play, "following · 9 kept");
	play_expect(play, "m noise");
	play_esc(play, "m noise");
	play_finish(play);
}

#define MANY 1500

/* Many are judged a few at a time; it is said how far it has come. */
static void test_filter_progress(void **state)
{
	struct play *play = *state;
	char text[32];
	size_t n;

	play_example(play, 40, 140);
	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), i == 700 ? "needle" : "n%d", i);
		note(play, i % 2 ? "blue" : "green", text);
	}
	play_expect(play, "following · 1,500 kept");
	play_type(play, "\t\t/→.needle\r");
	play_expect(play, "following · 1 of 1,500 kept ─");
	assert_non_null(strstr(screen_output(play->screen, &n), "matching "));
	screen_expect_row(play->screen, "a/green .*→ needle");
	play_finish(play);
}

#define LARGE 60000

/* What the log has no room for goes, and how to keep more is said. */
static void test_dropped(void **state)
{
	static const char *const args[] = { "--history", "1", NULL };
	char *rest = malloc(LARGE + 64);
	struct play *play = *state;
	uint32_t random = 1;

	assert_non_null(rest);
	play_open(play, NULL);
	play_start(play, 40, 140, &(struct screen_options){ .clock = true, .args = args });
	play_expect(play, "following · 0 kept");
	/* what comes before the list has ended is no change: rows are there earlier */
	screen_expect_row(play->screen, "Widget +3");
	screen_settle(play->screen);
	for (int i = 0; i < 40; i++) {
		size_t n = (size_t)snprintf(rest, LARGE, "\"spec\":{\"note\":\"");

		while (n < LARGE) {
			random = random * 1664525 + 1013904223;
			rest[n++] = (char)('a' + (random >> 24) % 26);
		}
		memcpy(rest + n, "\"}", sizeof("\"}"));
		play_put(play->widgets, "a", "blue", NULL, rest);
	}
	/* some may have come and gone between two looks at the log */
	screen_expect_row(play->screen,
		"following · [0-9]+ kept( · [0-9]+ older dropped)?( · [0-9]+ missed)? "
		"\\(--history keeps more\\)");
	/* a narrower screen does without the advice where it must */
	play_resize(play, 40, 80);
	screen_expect_row(play->screen,
		"events: all kinds .* [0-9]+ kept( · [0-9]+ older dropped)?( · [0-9]+ missed)?"
		"( \\(--history keeps more\\))? ─");
	free(rest);
	play_finish(play);
}

/* ---- the main view ---- */

static void test_main_view(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	for (int i = 0; i < 30; i++)
		note(play, i % 2 ? "blue" : "green", i ? "x" : "y");
	note(play, "blue", "first");
	note(play, "green", "last");
	play_expect(play, "following · 32 kept");
	screen_settle(play->screen);
	assert_false(screen_contains(play->screen, "second → y"));
	play_type(play, ":events\r");
	play_expect(play, "second → y"); /* all of them have room */
	screen_expect_not(play->screen, "enter open");
	screen_settle(play->screen);
	assert_int_equal(screen_find_row(play->screen, "events: all kinds"), 2);
	/* tab leads nowhere; the pane's keys do what they do */
	play_type(play, "\t\t\033[Z/last\r");
	play_expect(play, "following · 1 of 32 kept");
	play_type(play, "\r");
	play_expect_cursor(play, "green");
	play_expect(play, "enter open");
	play_expect(play, "events: all kinds   filter last");
	play_type(play, ":events\r");
	play_expect(play, "m noise");
	play_esc(play, "filter last");
	play_expect(play, "following · 32 kept");
	play_type(play, "\033");
	play_expect(play, "enter open");
	/* a filter of objects is shown where it filters */
	play_type(play, "/green\r");
	screen_expect_row(play->screen, "^ ns all   filter green");
	play_type(play, ":events\r");
	screen_expect_not(play->screen, "filter green");
	play_type(play, ":tree\r");
	screen_expect_row(play->screen, "^ ns all   filter green");
	play_esc(play, "filter green");
	/* to an object's detail */
	play_type(play, ":events\rky");
	play_expect(play, "m managedFields");
	play_expect(play, "Widget a/blue");
	play_finish(play);
}

static void test_sideways(void **state)
{
	struct play *play = *state;
	char text[512] = "\"spec\":{\"note\":\"";

	play_example(play, 40, 120);
	for (int i = 0; i < 40; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "word%02d ", i);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), "\"}");
	play_put(play->widgets, "a", "blue", NULL, text);
	play_expect(play, "word00");
	screen_settle(play->screen);
	assert_false(screen_contains(play->screen, "word30"));
	play_type(play, "\t\t");
	play_expect(play, "m noise");
	for (int i = 0; i < 25; i++)
		play_type(play, "l");
	play_expect(play, "word30");
	screen_expect_row(play->screen, "Widget  a/blue  ….*word");
	screen_expect_not(play->screen, "word00");
	for (int i = 0; i < 25; i++)
		play_type(play, "h");
	play_expect(play, "word00");
	play_finish(play);
}

/* ---- noise ---- */

static void noise(struct play *play, const char *name, int generation)
{
	char meta[64];

	snprintf(meta, sizeof(meta), "\"generation\":%d", generation);
	play_put(play->widgets, "a", name, meta, "\"spec\":{\"note\":\"same\"}");
}

static void test_noise_folds(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	note(play, "blue", "same");
	note(play, "green", "same");
	for (int i = 0; i < 12; i++)
		noise(play, "blue", i + 2);
	play_expect(play, "following · 14 kept");
	screen_expect_row(play->screen, "a/blue  only noise  \\(×12\\)");
	/* something else in between begins another line, and what changed is none */
	noise(play, "green", 2);
	noise(play, "blue", 20);
	noise(play, "blue", 21);
	screen_expect_row(play->screen, "a/blue  only noise  \\(×2\\)");
	note(play, "blue", "other");
	screen_expect_row(play->screen, "a/blue .*same → other");
	play_expect(play, "following · 18 kept");
	screen_expect_row(play->screen, "a/blue  only noise  \\(×12\\)");
	play_type(play, ":events\rm");
	play_expect(play, "with noise");
	screen_expect_not(play->screen, "×");
	play_type(play, "m");
	play_expect(play, "×12");
	/* while it stands still, no line changes */
	noise(play, "green", 3);
	play_expect(play, "following · 19 kept");
	play_type(play, "p");
	play_expect(play, "paused");
	noise(play, "green", 4);
	noise(play, "green", 5);
	play_expect(play, "paused · 2 new · G resumes · 21 kept");
	screen_expect_not(play->screen, "×3");
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_what_happened),
		play_test(test_scope),
		play_test(test_pause),
		play_test(test_pause_ends),
		play_test(test_lines_move),
		play_test(test_noise),
		play_test(test_go_to),
		play_test(test_kubernetes_events),
		play_test(test_kubernetes_events_are_no_change),
		play_test(test_kubernetes_events_in_scope),
		play_test(test_no_kubernetes_events),
		play_test(test_filter),
		play_test(test_filter_progress),
		play_test(test_dropped),
		play_test(test_main_view),
		play_test(test_sideways),
		play_test(test_noise_folds),
	};

	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
