/*
 * What a server may send to harm the terminal: whatever the field, no control
 * byte but the program's own gets through, and what was there is visible.
 */
#include <string.h>

#include "screen/golden.h"
#include "screen/play.h"

/* As they stand in JSON. */
static const char *const hostile[] = {
	"\\u001b[2J",
	"\\u001b]52;c;QUFB\\u0007",
	"\\u001bP1$r\\u001b\\\\",
	"\\u009b31m",
	"\xc2\x9b"
	"31m",
	"\\u0000nul",
	"\\r\\n\\t\\b\\u007f",
	"%n%s%99999d",
	"\\u202eRLO\\u2066",
	"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f"
	"\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d",
	"z\\u0301\\u0301\\u0301\\u0301\\u0301\\u0301\\u0301\\u0301\\u0301\\u0301\\u0301\\u0301\\u0301",
	"\\ufeff\\u200b\\u2028\\u0085\\udb40\\udc41",
	"\xef\xbf\xbf",
};

#define N_HOSTILE (sizeof(hostile) / sizeof(*hostile))

static void check(struct play *play)
{
	size_t n;
	const char *out;

	screen_settle(play->screen);
	play_finish(play);
	play_check_output(play);
	out = screen_output(play->screen, &n);
	assert_null(memmem(out, n, "\xe2\x80\xae", 3)); /* U+202E */
	assert_null(memmem(out, n, "\xe2\x81\xa6", 3)); /* U+2066 */
}

static void put_hostile(struct play *play)
{
	char name[256], meta[1024], rest[1024];

	for (size_t i = 0; i < N_HOSTILE; i++) {
		snprintf(name, sizeof(name), "h%zu-%s", i, hostile[i]);
		snprintf(meta, sizeof(meta),
			"\"labels\":{\"l%s\":\"%s\"},\"annotations\":{\"a%s\":\"%s\"}", hostile[i],
			hostile[i], hostile[i], hostile[i]);
		snprintf(rest, sizeof(rest),
			"\"spec\":{\"note\":\"%s!\",\"k%s\":[\"%s\",{\"%s\":1}]}", hostile[i],
			hostile[i], hostile[i], hostile[i]);
		play_put(play->widgets, "a", name, meta, rest);
	}
}

static void test_objects(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	put_hostile(play);
	play_start(play, 50, 240, NULL);
	screen_expect_row(play->screen, "Widget +16");
	play_type(play, ":wid\rql");
	screen_expect_row(play->screen, "h0-.*\\[2J.* \\^\\[\\[2J!");
	screen_expect_row(play->screen, "h1-.*\\]52;c;QUFB.* \\^\\[\\]52;c;QUFB\\^G!");
	screen_expect_row(play->screen, "h7-%n%s%99999d");
	play_type(play, "jjj");
	play_expect_cursor(play, "h0-");
	golden(play->screen, "hostile-tree");
	for (size_t i = 0; i < N_HOSTILE; i++) {
		play_type(play, "j\tZZ\t\t");
		screen_settle(play->screen);
	}
	check(play);
}

static void test_events(void **state)
{
	struct play *play = *state;
	char rest[512];

	play_example(play, 50, 160);
	for (size_t i = 0; i < N_HOSTILE; i++) {
		snprintf(rest, sizeof(rest), "\"spec\":{\"note\":\"%s\",\"k%s\":\"<%s>\"}",
			hostile[i], hostile[i], hostile[i]);
		play_put(play->widgets, "a", "blue", NULL, rest);
		snprintf(rest, sizeof(rest), "· %zu kept", i + 1);
		play_expect(play, rest);
		screen_settle(play->screen);
	}
	play_type(play, ":wid\rqlj");
	play_expect_cursor(play, "blue");
	screen_expect_row(play->screen, "MODIFIED  Widget  a/blue");
	play_type(play, "\t\t");
	screen_expect_row(play->screen, "%n%s%99999d");
	golden(play->screen, "hostile-events");
	check(play);
}

/* The API server escapes what HTML would: nobody wants to read that. */
static void test_escapes(void **state)
{
	struct play *play = *state;

	play_example(play, 50, 200);
	play_put(play->widgets, "a", "bl\\u0075f \\u003cx\\u003e", NULL,
		"\"spec\":{\"k\":[{\"name\":\"\\u0026\",\"v\":1}]}");
	play_put(play->widgets, "a", "bl\\u0075f \\u003cx\\u003e",
		"\"managedFields\":[{\"manager\":\"m\\u0026n\",\"time\":\"2026-01-01T00:00:00Z\"}]",
		"\"spec\":{\"k\":[{\"name\":\"\\u0026\",\"v\":2}]}");
	screen_expect_row(play->screen, "MODIFIED  Widget");
	play_type(play, ":wid\rqljj");
	play_expect_cursor(play, "bluf <x>");
	screen_expect_row(play->screen, "Widget a/bluf <x> +.yaml.");
	screen_expect_row(play->screen, "MODIFIED  Widget  a/bluf <x>  .spec.k.&..v  1 → 2.*  m&n");
	check(play);
}

static void test_messages(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_refuse(play, PLAY_WIDGETS, 403, "Forbidden",
		"no\\u001b[2J \\u009b31m\\r \\u202e %n \\u001b]52;c;QUFB\\u0007");
	play_answer(play, "/version$", NULL,
		&(struct server_answer){ .body = "{\"gitVersion\":\"v1\\u001b[2J\xc2\x9b"
						 "31m%n\"}" });
	play_start_as(play, "\"ctx\\e[2J\\x9b%n\\u202e\"",
		&(struct screen_options){ .rows = 40, .cols = 160, .clock = true });
	play_expect(play, "ctx^[[2J");
	screen_expect_row(play->screen, "Widget +– +forbidden");
	play_type(play, ":wid\rql");
	play_expect(play, "no^[[2J");
	golden(play->screen, "hostile-messages");
	play_type(play, ":contexts\r");
	screen_expect_row(play->screen, "^ contexts +1");
	golden(play->screen, "hostile-contexts");
	play_type(play, ":log\r");
	screen_expect_row(play->screen, "^ log +");
	golden(play->screen, "hostile-log");
	check(play);
}

static void test_notice(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_refuse(play, "/apis", 403, "Forbidden", "all\\u001b[2J \\u009b31m\\r \\u202e %n");
	play_start(play, 24, 80, NULL);
	play_expect(play, "all^[[2J");
	golden(play->screen, "hostile-notice");
	check(play);
}

static void test_columns_and_kinds(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_kind(play, "evils.example.com",
		"{\"name\":\"C\\u001b[2J\\u202e%n\",\"type\":\"string\","
		"\"jsonPath\":\".metadata.name\"}");
	play_put(play->kinds, "\\u001b[2Jns", "x", NULL, NULL);
	play_crd(play, "bads.example.com", "{\"name\":\"v1\",\"served\":true,\"storage\":true}",
		"{\"type\":\"NamesAccepted\",\"status\":\"False\",\"message\":\"in use\\u001b[2J "
		"\\u202e\"}");
	play_start(play, 40, 120, NULL);
	screen_expect_row(play->screen, "Evil +1");
	screen_expect_row(play->screen, "Bad +–");
	play_type(play, ":evils\rql");
	play_expect_cursor(play, "Evil");
	play_expect(play, "C^[[2J<U+202E>%n");
	play_type(play, "l");
	play_expect(play, "[2Jns");
	play_type(play, ":bads\rql");
	play_expect(play, "in use^[[2J");
	golden(play->screen, "hostile-kinds");
	play_type(play, ":crds\r");
	screen_expect_row(play->screen, "^ crds +5");
	golden(play->screen, "hostile-crds");
	check(play);
}

/* Typed and pasted text takes the same way to the screen. */
static void test_prompts(void **state)
{
	struct play *play = *state;

	play_example(play, 24, 80);
	play_type(play, ":");
	screen_expect_row(play->screen, "^:");
	play_type(play, "\033[200~a\033]52;c;QUFB\007\xc2\x9b\xe2\x80\xae%n\033[201~");
	play_expect(play, "%n");
	play_type(play, "\r");
	play_expect(play, "no such command or kind");
	check(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_objects),
		play_test(test_events),
		play_test(test_escapes),
		play_test(test_messages),
		play_test(test_notice),
		play_test(test_columns_and_kinds),
		play_test(test_prompts),
	};

	return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
