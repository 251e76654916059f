/*
 * The schema tab, and what of an object its schema does not know.
 */
#include "base/buf.h"
#include "screen/play.h"

#define SCHEMA                                                                                     \
	"{\"type\":\"object\",\"description\":\"A widget.\",\"properties\":{"                      \
	"\"spec\":{\"type\":\"object\",\"required\":[\"note\"],\"properties\":{"                   \
	"\"note\":{\"type\":\"string\",\"description\":\"What\\u001b[2J is written on it.\","      \
	"\"enum\":[\"first\",\"second\"],\"default\":\"first\",\"maxLength\":20,"                  \
	"\"x-kubernetes-validations\":[{\"rule\":\"self != 'x'\",\"message\":\"no x\"}]},"         \
	"\"parts\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"            \
	"\"deepest\":{\"type\":\"integer\",\"format\":\"int64\",\"minimum\":3}}}}}},"              \
	"\"status\":{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}}}"

#define VERSION                                                                                     \
	"{\"name\":\"v1\",\"served\":true,\"storage\":true,\"schema\":{\"openAPIV3Schema\":" SCHEMA \
	"}}"

static void open_blue(struct play *play, int rows, int cols)
{
	play_start(play, rows, cols, NULL);
	screen_expect_row(play->screen, "Widget +3");
	play_type(play, ":wid\rqlj\r");
	play_expect(play, "Widget a/blue");
}

static void test_fields(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_crd(play, "widgets.example.com", VERSION, NULL);
	open_blue(play, 40, 120);
	play_type(play, "T");
	play_expect(play, "A widget.");
	screen_expect_row(play->screen, "▸ spec +Object");
	play_type(play, "/note\r");
	screen_expect_row(play->screen, "· note +string +required +");
	play_type(play, "l");
	screen_expect_row(play->screen, "▾ note +string");
	play_expect(play, "one of: first, second");
	play_expect(play, "default first, max length 20");
	play_expect(play, "rule: self != 'x'");
	play_expect(play, "no x");
	play_expect(play, "What^[[2J is written on it.");
	play_type(play, "hh");
	screen_expect_row(play->screen, "▾ spec +Object");
	play_type(play, "h");
	screen_expect_row(play->screen, "▸ spec +Object");
	/* what a search finds is opened */
	play_type(play, "/deepest\r");
	screen_expect_row(play->screen, "· deepest +integer");
	play_check_output(play);
	play_finish(play);
}

static void test_from_yaml(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_crd(play, "widgets.example.com", VERSION, NULL);
	play_put(play->widgets, "a", "blue", NULL,
		"\"spec\":{\"note\":\"first\",\"parts\":[{\"deepest\":4}],\"odd\":1}");
	open_blue(play, 24, 80);
	play_expect(play, "1 unknown field");
	screen_expect_row(play->screen, "\\? +odd: 1");
	play_type(play, "/deepest\rT");
	screen_expect_row(play->screen, "▾ deepest +integer");
	play_expect(play, "format int64, minimum 3");
	/* the schema changes while it is open */
	play_crd(play, "widgets.example.com",
		"{\"name\":\"v1\",\"served\":true,\"storage\":true,\"schema\":{\"openAPIV3Schema\":{"
		"\"type\":\"object\",\"properties\":{\"spec\":{\"type\":\"object\","
		"\"x-kubernetes-preserve-unknown-fields\":true}}}}}",
		NULL);
	screen_expect_not(play->screen, "deepest");
	play_type(play, "t");
	screen_expect_not(play->screen, "unknown field");
	play_finish(play);
}

/* What is unknown of an object that takes long to check is said after it is shown. */
static void test_of_a_large_one(void **state)
{
	struct play *play = *state;
	struct buf spec = BUF_INIT(1 << 20);

	play_open(play, NULL);
	play_crd(play, "widgets.example.com", VERSION, NULL);
	buf_addz(&spec, "\"spec\":{\"odd\":1,\"parts\":[{\"deepest\":4,\"odder\":2}");
	for (int i = 0; i < 8000; i++)
		buf_addz(&spec, ",{\"deepest\":4}");
	buf_addz(&spec, "],\"other\":\"at the end\"}");
	play_put(play->widgets, "a", "blue", NULL, buf_text(&spec));
	play_start(play, 24, 100, NULL);
	screen_expect_row(play->screen, "Widget +3");
	/* a key finds all of it, though it was only begun */
	play_type(play, ":wid\rqljyG");
	screen_expect_row(play->screen, "other: at the end");
	play_expect(play, "3 unknown fields");
	play_type(play, "g/odd:\r");
	screen_expect_row(play->screen, "\\? +odd: 1");
	play_type(play, "t");
	play_put(play->widgets, "a", "blue", NULL, "\"spec\":{\"odd\":1}");
	play_type(play, "T");
	play_expect(play, "1 unknown field");
	play_finish(play);
	buf_release(&spec);
}

static void test_of_a_kind(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_crd(play, "widgets.example.com", VERSION, NULL);
	play_start(play, 40, 120, NULL);
	screen_expect_row(play->screen, "Widget +3");
	play_type(play, ":wid\rq");
	play_expect(play, "[facts] schema");
	play_type(play, "\tt");
	play_expect(play, "facts [schema]");
	screen_expect_row(play->screen, "▸ spec +Object");
	play_type(play, "t");
	play_expect(play, "printer columns");
	play_finish(play);
}

static void test_none(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	open_blue(play, 40, 120);
	play_type(play, "T");
	play_expect(play, "no schema");
	play_expect(play, "its CRD has no schema for the version");
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_fields),
		play_test(test_from_yaml),
		play_test(test_of_a_large_one),
		play_test(test_of_a_kind),
		play_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
