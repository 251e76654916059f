/*
 * The schema tab, and what of an object its schema does not know.
 */
#include <stdlib.h>
#include <string.h>

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

#define OPENAPI "/openapi/v3/apis/example.com/v1"

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
	/* all is closed, then what is shown is opened */
	play_type(play, "Z");
	screen_expect_row(play->screen, "▸ spec +Object");
	play_type(play, "Z");
	screen_expect_row(play->screen, "▾ spec +Object");
	screen_expect_row(play->screen, "· note +string");
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

/* CRDs may not be read: the kinds are the server's, and so is the schema. */
static void start_without_crds(struct play *play)
{
	static const char discovery[] =
		"{\"kind\":\"APIGroupDiscoveryList\",\"apiVersion\":\"apidiscovery.k8s.io/v2\","
		"\"metadata\":{},\"items\":[{\"metadata\":{\"name\":\"example.com\"},\"versions\":["
		"{\"version\":\"v1\",\"freshness\":\"Current\",\"resources\":[{\"resource\":"
		"\"widgets\",\"responseKind\":{\"group\":\"example.com\",\"version\":\"v1\","
		"\"kind\":\"Widget\"},\"scope\":\"Namespaced\",\"singularResource\":\"widget\","
		"\"verbs\":[\"get\",\"list\",\"watch\"]}]}]}]}";

	play_open(play, NULL);
	play_refuse(play, PLAY_CRDS "$", 403, "Forbidden", "tester may not list CRDs");
	play_answer(play, "/apis$", NULL,
		&(struct server_answer){ .body = discovery,
			.headers = "Content-Type: "
				   "application/json;g=apidiscovery.k8s.io;v=v2;as="
				   "APIGroupDiscoveryList\n" });
	play_refuse(play, OPENAPI, 500, "InternalError", "out of order");
	play_start(play, 40, 120, NULL);
	screen_expect_row(play->screen, "Widget +3 .*no CRD access");
	play_type(play, "jlj\r");
	play_expect(play, "Widget a/blue");
	play_type(play, "T");
}

/* What the server once did not give it is asked for again. */
static void test_asked_again(void **state)
{
	struct play *play = *state;

	start_without_crds(play);
	play_expect(play, "OpenAPI schema: ");
	play_expect(play, "out of order");
	play_answer(play, OPENAPI, NULL,
		&(struct server_answer){
			.body = "{\"components\":{\"schemas\":{\"w\":{\"description\":\"Served.\","
				"\"x-kubernetes-group-version-kind\":[{\"group\":\"example.com\","
				"\"kind\":\"Widget\",\"version\":\"v1\"}]}}}}" });
	play_type(play, "\022");
	play_expect(play, "Widget example.com/v1, from the server");
	play_expect(play, "Served.");
	play_finish(play);
}

static void test_large_openapi(void **state)
{
	struct play *play = *state;
	size_t size = ((size_t)4 << 20) + 1;
	char *blanks = malloc(size + 1);

	assert_non_null(blanks);
	start_without_crds(play);
	play_expect(play, "out of order");
	memset(blanks, ' ', size);
	blanks[size] = '\0';
	play_answer(play, OPENAPI, NULL, &(struct server_answer){ .body = blanks });
	play_type(play, "\022");
	play_expect(play, "document is larger than 4 MiB");
	play_finish(play);
	free(blanks);
}

/* That the CRDs cannot be read does not mean that it has none. */
static void test_failing_crds(void **state)
{
	struct play *play = *state;

	start_without_crds(play);
	play_expect(play, "out of order");
	play_refuse(play, PLAY_CRDS "$", 500, "InternalError", "the disk is full");
	play_type(play, "\022");
	play_expect(play, "the CRDs cannot be read: ");
	play_expect(play, "the disk is full");
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
		play_test(test_asked_again),
		play_test(test_large_openapi),
		play_test(test_failing_crds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
