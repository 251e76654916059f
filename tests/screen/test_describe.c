/*
 * The describe tab: is it well and why, who owns it, what it refers to.
 */
#include "base/buf.h"
#include "screen/play.h"

/* The example's objects are numbered as they are made, CRDs among them. */
#define BLUE_UID "00000000-0000-4000-8000-000000000002"
#define OWNED                                                                                      \
	"\"ownerReferences\":[{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\","             \
	"\"name\":\"blue\",\"uid\":\"" BLUE_UID "\",\"controller\":true}]"

static void start(struct play *play, int rows, int cols)
{
	play_start(play, rows, cols, NULL);
	screen_expect_row(play->screen, "Widget +3");
}

static void on_blue(struct play *play)
{
	play_type(play, ":wid\rqlj");
	screen_expect(play->screen, "blue");
	screen_settle(play->screen);
}

static void test_health(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->widgets, "a", "blue",
		"\"generation\":3,\"finalizers\":[\"example.com/hold\"],"
		"\"labels\":{\"team\":\"x\"},\"annotations\":{\"why\":\"not\"},\"managedFields\":[{"
		"\"manager\":\"painter\",\"operation\":\"Update\",\"time\":\"2025-12-31T23:00:00Z\","
		"\"fieldsV1\":{\"f:spec\":{\"f:note\":{}}}}]",
		"\"spec\":{\"note\":\"first\"},\"status\":{\"observedGeneration\":3,\"conditions\":["
		"{\"type\":\"Ready\",\"status\":\"False\",\"reason\":\"NoPaint\",\"message\":"
		"\"the pot is empty\",\"lastTransitionTime\":\"2025-12-31T22:00:00Z\"}]}");
	start(play, 40, 130);
	on_blue(play);
	play_type(play, "d");
	play_expect(play, "yaml [describe] changes schema");
	screen_expect_row(play->screen, "✗ not ready: condition Ready is False since 120m");
	screen_expect_row(play->screen, "Ready +False +NoPaint +120m +the pot is empty");
	screen_expect_row(play->screen, "finalizers +example.com/hold");
	screen_expect_row(play->screen, "generation +3, the controller has seen 3");
	screen_expect_row(play->screen, "spec by +\"painter\" +60m ago +Update");
	screen_expect_row(play->screen, "team: x");
	screen_expect_row(play->screen, "why: not");
	/* live */
	play_put(play->widgets, "a", "blue", NULL, PLAY_READY("True", "Fine"));
	screen_expect_not(play->screen, "NoPaint");
	screen_expect_row(play->screen, "Ready +True +Fine");
	play_finish(play);
}

static void test_why(void **state)
{
	struct play *play = *state;

	play_example(play, 24, 80);
	on_blue(play);
	play_type(play, "jX");
	screen_expect_row(play->screen, "Widget a/green");
	screen_expect_row(play->screen, "is it well\\?");
	screen_expect_row(play->screen, "Ready +False +Broken");
	play_finish(play);
}

static void test_owned(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->gadgets, "a", "tool", OWNED, NULL);
	start(play, 40, 120);
	on_blue(play);
	play_type(play, "d");
	play_expect(play, "owns, 1 object");
	screen_expect_row(play->screen, "Gadget a/tool");
	play_put(play->gadgets, "a", "more", OWNED, NULL);
	play_expect(play, "owns, 2 objects");
	play_type(play, "/a/tool\r\r");
	screen_expect_row(play->screen, "Gadget a/tool +yaml \\[describe\\]");
	play_expect(play, "owned by");
	screen_expect_row(play->screen, "✓ Widget a/blue +\\(controller\\)");
	play_type(play, "\033");
	play_type(play, "J");
	screen_expect_row(play->screen, "Widget a/blue +yaml \\[describe\\]");
	play_delete(play->gadgets, "a", "tool");
	play_expect(play, "owns, 1 object");
	play_type(play, "J");
	play_expect(play, "it has no owner");
	play_finish(play);
}

/* What is around an object is looked through once a second at most. */
static void test_pace(void **state)
{
	struct play *play = *state;
	struct screen_options options = { .clock = true };

	play_open(play, NULL);
	play_put(play->gadgets, "a", "tool", OWNED, NULL);
	play_start(play, 40, 120, &options);
	screen_expect_row(play->screen, "Widget +3");
	on_blue(play);
	play_type(play, "d");
	play_expect(play, "owns, 1 object");
	play_put(play->gadgets, "a", "more", OWNED, NULL);
	play_expect(play, "owns, 2 objects");
	play_put(play->gadgets, "a", "most", OWNED, NULL);
	screen_expect_row(play->screen, "Gadget +3");
	screen_settle(play->screen);
	assert_true(screen_contains(play->screen, "owns, 2 objects"));
	screen_advance(play->screen, PLAY_S);
	play_expect(play, "owns, 3 objects");
	/* the object itself is always as it is */
	play_put(play->widgets, "a", "blue", NULL, PLAY_READY("False", "First"));
	screen_expect_row(play->screen, "Ready +False +First");
	play_put(play->widgets, "a", "blue", NULL, PLAY_READY("False", "Second"));
	screen_expect_row(play->screen, "Ready +False +Second");
	play_finish(play);
}

/* Sixteen that name each other as owners: each has its line once. */
static void test_owners_in_circles(void **state)
{
	struct play *play = *state;
	struct buf meta = BUF_INIT(10000);
	char name[16];

	play_open(play, NULL);
	buf_addz(&meta, "\"ownerReferences\":[");
	for (int i = 0; i < 16; i++)
		buf_addf(&meta,
			"%s{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\","
			"\"name\":\"r%02d\",\"uid\":\"00000000-0000-4000-8000-%012d\"}",
			i ? "," : "", i, 8 + i);
	buf_addz(&meta, "]");
	for (int i = 0; i < 16; i++) {
		snprintf(name, sizeof(name), "r%02d", i);
		play_put(play->widgets, "a", name, buf_text(&meta), NULL);
	}
	play_put(play->widgets, "a", "blue", buf_text(&meta), NULL);
	buf_release(&meta);
	play_start(play, 40, 120, NULL);
	screen_expect_row(play->screen, "Widget +19");
	on_blue(play);
	play_type(play, "d");
	screen_expect_row(play->screen, "Widget a/r00");
	screen_expect_row(play->screen, "Widget a/r07");
	play_finish(play);
}

static void test_owner_not_watched(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->widgets, "a", "blue",
		"\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\","
		"\"name\":\"web\",\"uid\":\"1\"},{\"apiVersion\":\"example.com/v1\","
		"\"kind\":\"Gadget\",\"name\":\"tool\",\"uid\":\"another\"}]",
		NULL);
	start(play, 40, 120);
	on_blue(play);
	play_type(play, "d");
	screen_expect_row(play->screen, "Deployment web +not watched");
	screen_expect_row(play->screen, "Gadget tool +gone");
	play_type(play, "J");
	play_expect(play, "its owner Deployment web is not watched or gone");
	play_finish(play);
}

static void test_references(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->widgets, "a", "blue", NULL,
		"\"spec\":{\"gadgetRef\":{\"kind\":\"Gadget\",\"name\":\"tool\"},"
		"\"otherRef\":{\"kind\":\"Gadget\",\"name\":\"nothing\"},"
		"\"secretName\":\"keys\"}");
	start(play, 40, 120);
	on_blue(play);
	play_type(play, "d");
	screen_expect_row(play->screen, "spec.gadgetRef +Gadget tool +✓ exists");
	screen_expect_row(play->screen, "spec.otherRef +Gadget nothing +✗ dangling");
	screen_expect_row(play->screen, "spec.secretName +Secret keys +not watched");
	play_put(play->gadgets, "a", "nothing", NULL, NULL);
	screen_expect_row(play->screen, "spec.otherRef +Gadget nothing +✓ exists");
	play_type(play, "/otherRef\r\r");
	screen_expect_row(play->screen, "Gadget a/nothing +yaml \\[describe\\]");
	play_type(play, "u");
	play_expect(play, "referred to by, 1 place");
	screen_expect_row(play->screen, "Widget a/blue +spec.otherRef");
	play_put(play->widgets, "a", "blue", NULL, NULL);
	play_expect(play, "nothing that is watched");
	play_finish(play);
}

static void test_tabs(void **state)
{
	struct play *play = *state;

	play_example(play, 40, 120);
	on_blue(play);
	play_type(play, "\r");
	play_expect(play, "[yaml] describe changes schema");
	play_type(play, "t");
	play_expect(play, "yaml [describe] changes schema");
	play_type(play, "t");
	play_expect(play, "yaml describe [changes] schema");
	play_type(play, "t");
	play_expect(play, "yaml describe changes [schema]");
	play_type(play, "t");
	play_expect(play, "[yaml] describe changes schema");
	play_type(play, "T");
	play_expect(play, "yaml describe changes [schema]");
	play_type(play, "\033y");
	play_expect(play, "[yaml] describe changes schema");
	play_type(play, "f");
	screen_expect_not(play->screen, "events:");
	play_type(play, "f");
	play_expect(play, "events:");
	play_finish(play);
}

/* An object that vanishes in each tab, and comes back as another one. */
static void test_vanishing(void **state)
{
	struct play *play = *state;
	static const char *const tabs[] = { "[yaml]", "[describe]", "[changes]", "[schema]" };

	play_example(play, 40, 120);
	on_blue(play);
	play_type(play, "\r");
	for (size_t i = 0; i < 4; i++) {
		play_expect(play, tabs[i]);
		play_delete(play->widgets, "a", "blue");
		screen_expect_row(play->screen, "Widget a/blue .* deleted");
		play_expect(play, tabs[i]);
		play_type(play, "jjkkG");
		play_put(play->widgets, "a", "blue", NULL, "\"spec\":{\"note\":\"again\"}");
		play_expect(play, "4 objects");
		screen_settle(play->screen);
		play_type(play, ":wid\rgjgq");
		play_expect_cursor(play, "blue");
		play_type(play, "\rt");
	}
	play_finish(play);
}

static void test_hostile(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->widgets, "a", "blue",
		"\"labels\":{\"a\\u001b[2Jb\":\"\\u001b]0;x\\u0007\"},\"managedFields\":[{\"manager\":"
		"\"\\u001b[31mred\",\"operation\":\"Update\",\"time\":\"2025-12-31T23:00:00Z\","
		"\"fieldsV1\":{\"f:spec\":{}}}],\"finalizers\":[\"\\u009b2J\\u202e\"]",
		"\"status\":{\"conditions\":[{\"type\":\"Re\\u001bady\",\"status\":\"\\u0000\","
		"\"reason\":\"\\u001b[5m\\n\\n\",\"message\":\"\\u001b[2J%s%n\\u0085\"}]}");
	start(play, 40, 120);
	on_blue(play);
	play_type(play, "d");
	play_expect(play, "is it well?");
	play_type(play, "wwGgt");
	play_expect(play, "[changes]");
	play_put(play->widgets, "a", "blue", NULL,
		"\"status\":{\"conditions\":[{\"type\":\"\\u001b[2J\",\"status\":\"\\u001bc\"}]}");
	play_expect(play, "1 version");
	play_type(play, "jj\r");
	screen_settle(play->screen);
	play_check_output(play);
	play_finish(play);
}

static void test_narrow(void **state)
{
	struct play *play = *state;

	play_example(play, 24, 80);
	on_blue(play);
	play_type(play, "d");
	play_expect(play, "[describe]");
	play_resize(play, 10, 40);
	play_expect(play, "[describe]");
	play_type(play, "w");
	play_expect(play, "is it well?");
	play_type(play, "tt");
	play_expect(play, "[schema]");
	play_type(play, "t");
	play_expect(play, "[yaml]");
	play_type(play, "w#");
	screen_expect_row(play->screen, "^. *1 ");
	play_resize(play, 40, 120);
	play_expect(play, "[yaml] describe changes schema");
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_health),
		play_test(test_why),
		play_test(test_owned),
		play_test(test_pace),
		play_test(test_owners_in_circles),
		play_test(test_owner_not_watched),
		play_test(test_references),
		play_test(test_tabs),
		play_test(test_vanishing),
		play_test(test_hostile),
		play_test(test_narrow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
