/*
 * Commands that print and end, started from a terminal: what they say to whom
 * asks for something that is not there, and how they show names.
 */
#include <signal.h>
#include <string.h>

#include "screen/play.h"

/* Runs to the end; returns the exit code. */
static int run(struct play *play, const char *const *args)
{
	screen_free(play->screen);
	play_start(play, 24, 120, &(struct screen_options){ .args = args });
	return screen_wait_exit(play->screen);
}

static void test_get_all_namespaces(void **state)
{
	static const char *const args[] = { "get", "widgets", "-A", "-n", "b", NULL };
	static const char *const tree[] = { "tree", "-n", "b", "-A", NULL };
	struct play *play = *state;

	play_open(play, NULL);
	assert_int_equal(run(play, args), 0);
	screen_expect_row(play->screen, "^NAMESPACE +NAME");
	screen_expect_row(play->screen, "^a +blue");
	screen_expect_row(play->screen, "^b +red");
	assert_int_equal(run(play, tree), 0);
	screen_expect_row(play->screen, "a/blue|a +blue");
	screen_expect_row(play->screen, "b/red|b +red");
}

static size_t occurrences(const char *text, size_t len, const char *what)
{
	size_t n = 0;

	for (const char *at = text;
		(at = memmem(at, len - (size_t)(at - text), what, strlen(what))); at++)
		n++;
	return n;
}

#define IN_A "/apis/example.com/v1/namespaces/a/widgets$"
#define LIST_OF_BLUE                                                                               \
	"{\"kind\":\"WidgetList\",\"apiVersion\":\"example.com/v1\",\"metadata\":{"                \
	"\"resourceVersion\":\"11\"},\"items\":[{\"apiVersion\":\"example.com/v1\",\"kind\":"      \
	"\"Widget\",\"metadata\":{\"namespace\":\"a\",\"name\":\"blue\",\"uid\":\"u-b\","          \
	"\"resourceVersion\":\"6\"}}]}"

/* A kind that is named twice is printed once, what is missing behind the rest. */
static void test_get_names(void **state)
{
	static const char *const names[] = { "get", "widgets,widget", "blue", "none", "-n", "a",
		NULL };
	static const char *const pairs[] = { "get", "widget/none", "widgets/blue", "-n", "a", "-o",
		"name", NULL };
	static const char *const mixed[] = { "get", "widgets", "widget/blue", NULL };
	static const char *const slashes[] = { "get", "widgets/a/b", NULL };
	struct play *play = *state;
	const char *said;
	size_t len;

	play_open(play, NULL);
	/* of a kind that cannot be listed it is said once */
	play_refuse(play, IN_A, 403, "Forbidden", "not here");
	assert_int_equal(run(play, names), 1);
	screen_expect_row(play->screen, "Forbidden.*not here");
	said = screen_output(play->screen, &len);
	assert_int_equal(occurrences(said, len, "not here"), 1);
	play_answer(play, IN_A, NULL, &(struct server_answer){ .body = LIST_OF_BLUE });
	play_answer(play, IN_A, "sendInitialEvents",
		&(struct server_answer){ .status = 422, .body = "{}" });
	assert_int_equal(run(play, names), 1);
	screen_expect_row(play->screen, "NotFound.*\"none\" not found");
	said = screen_output(play->screen, &len);
	assert_int_equal(occurrences(said, len, "blue"), 1);
	assert_int_equal(run(play, pairs), 1);
	screen_expect_row(play->screen, "^widget[^ ]*/blue");
	assert_int_equal(run(play, mixed), 2);
	play_expect(play, "in resource/name form");
	assert_int_equal(run(play, slashes), 2);
	play_expect(play, "may not have more than one slash");
}

static void test_get_other_kinds(void **state)
{
	static const char *const args[] = { "get", "pods", NULL };
	struct play *play = *state;

	play_open(play, NULL);
	assert_int_equal(run(play, args), 1);
	play_expect(play, "\"pods\" is not a custom resource of this cluster");
}

static void test_history(void **state)
{
	static const char *const args[] = { "--history", "0", NULL };
	struct play *play = *state;

	play_open(play, NULL);
	assert_int_equal(run(play, args), 2);
	play_expect(play, "--history takes 1 to 65536 MiB, not 0");
}

static void test_demo_options(void **state)
{
	static const char *const scale[] = { "--demo", "--demo-scale", "-1", NULL };
	static const char *const rate[] = { "--demo", "--demo-rate", "x", NULL };
	static const char *const port[] = { "demo-server", "--listen", "example.com:80", NULL };
	struct play *play = *state;

	play_open(play, NULL);
	assert_int_equal(run(play, scale), 2);
	play_expect(play, "--demo-scale takes 400 to 100000 objects, not -1");
	assert_int_equal(run(play, rate), 2);
	play_expect(play, "--demo-rate takes 0 to 10000 changes a second, not x");
	assert_int_equal(run(play, port), 2);
	play_expect(play, "listens on loopback only");
}

/* As with kubectl, and in a container, where no locale is set. */
static void test_output_is_utf8(void **state)
{
	static const char *const env[] = { "LC_ALL=C", NULL };
	static const char *const args[] = { "--demo", "--demo-pause", "get", "routes", "-n",
		"search", NULL };
	static const char *const tree[] = { "--demo", "--demo-pause", "tree", "-n", "search",
		NULL };
	struct play *play = *state;

	play_open(play, NULL);
	play_start(play, 24, 120, &(struct screen_options){ .args = args, .env = env });
	assert_int_equal(screen_wait_exit(play->screen), 0);
	screen_expect(play->screen, "typeahead-old");
	screen_free(play->screen);
	play_start(play, 400, 120, &(struct screen_options){ .args = tree, .env = env });
	assert_int_equal(screen_wait_exit(play->screen), 0);
	screen_expect(play->screen, "\xe2\x9c\x97 search/typeahead-old");
}

static void test_names_with_escapes(void **state)
{
	static const char *const table[] = { "get", "widgets", "-A", NULL };
	static const char *const names[] = { "get", "widgets", "-A", "-o", "name", NULL };
	static const char *const label[] = { "get", "widgets", "-A", "-l", "team=xy", NULL };
	struct play *play = *state;

	play_open(play, NULL);
	play_put(play->widgets, "\\u0061", "\\u003cb\\u003e\\u001b[2J",
		"\"labels\":{\"te\\u0061m\":\"x\\u0079\"}", NULL);
	assert_int_equal(run(play, table), 0);
	screen_expect_row(play->screen, "^a +<b>\\^\\[\\[2J");
	assert_int_equal(run(play, names), 0);
	screen_expect_row(play->screen, "^widget.example.com/<b>\\^\\[\\[2J");
	assert_int_equal(run(play, label), 0);
	screen_expect_row(play->screen, "^a +<b>");
	assert_false(screen_contains(play->screen, "blue"));
}

/* What has not finished ends by the signal; events has no other end. */
static void test_signals(void **state)
{
	static const char *const get[] = { "get", "widgets", NULL };
	static const char *const tree[] = { "tree", NULL };
	static const char *const events[] = { "events", NULL };
	static const struct {
		const char *const *args;
		int number;
		bool nohup;
		int code;
	} cases[] = {
		{ get, SIGTERM, false, 128 + SIGTERM },
		{ get, SIGINT, false, 128 + SIGINT },
		{ tree, SIGINT, false, 128 + SIGINT },
		{ tree, SIGHUP, false, 128 + SIGHUP },
		{ tree, SIGHUP, true, 128 + SIGTERM },
		{ events, SIGINT, false, 0 },
		{ events, SIGTERM, false, 0 },
	};
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		play_open(play, NULL);
		play_answer(play, PLAY_WIDGETS, NULL, &(struct server_answer){ .silent = true });
		play_start(play, 24, 120,
			&(struct screen_options){ .args = cases[i].args, .nohup = cases[i].nohup });
		assert_int_not_equal(server_wait(play->server, "/widgets", 1), 0);
		screen_signal(play->screen, cases[i].number);
		if (cases[i].nohup)
			screen_signal(play->screen, SIGTERM);
		assert_int_equal(screen_wait_exit(play->screen), cases[i].code);
		assert_false(screen_contains(play->screen, "interrupted"));
		play_close(play);
	}
}

/* A difference is the exit code. */
static void test_verify(void **state)
{
	static const char *const args[] = { "events", "--verify=1", NULL };
	static const char *const none[] = { "events", "--verify=0", NULL };
	struct play *play = *state;

	play_open(play, NULL);
	assert_int_equal(run(play, none), 2);
	play_expect(play, "--verify takes 1 to 86400 seconds, not 0");
	screen_free(play->screen);
	play_answer(play, PLAY_WIDGETS, "resourceVersionMatch=Exact",
		&(struct server_answer){
			.body = "{\"kind\":\"WidgetList\",\"apiVersion\":\"example.com/v1\","
				"\"metadata\":{\"resourceVersion\":\"107\"},\"items\":[]}" });
	play_start(play, 24, 120, &(struct screen_options){ .args = args, .clock = true });
	assert_int_not_equal(server_wait(play->server, "/version", 1), 0);
	for (int i = 0; i < 5; i++)
		screen_advance(play->screen, PLAY_S);
	assert_int_not_equal(server_wait(play->server, "/widgets?watch=true", 2), 0);
	screen_signal(play->screen, SIGINT);
	assert_int_equal(screen_wait_exit(play->screen), 1);
	play_expect(play, "3 differences");
	play_expect(play, "is in the cache, the server has none");
}

/* A list that streams, one that drips, and a server that says nothing at all: each ends
 * as with kubectl, and a watch does not. */
static void test_request_timeout(void **state)
{
	static const char *const get[] = { "get", "widgets", "-A", "--request-timeout", "1s",
		NULL };
	static const char begun[] = "{\"kind\":\"WidgetList\",\"apiVersion\":\"example.com/v1\",";
	static const char body[] = "unexpected error when reading response body. Please retry. "
				   "Original error: net/http: request canceled";
	static const struct {
		const char *path;
		struct server_answer answer;
		const char *says;
	} cases[] = {
		{ PLAY_WIDGETS, { .body = "", .stream = true }, body },
		{ PLAY_CRDS, { .body = "", .stream = true }, body },
		{ PLAY_WIDGETS, { .silent = true },
			"Unable to connect to the server: context deadline exceeded" },
		{ "/apis/", { .silent = true },
			"Unable to connect to the server: context deadline exceeded" },
	};
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		play_open(play, NULL);
		play_answer(play, cases[i].path, NULL, &cases[i].answer);
		assert_int_equal(run(play, get), 1);
		play_expect(play, cases[i].says);
		play_close(play);
	}
	/* no stream of lists: a plain one that never ends */
	play_open(play, NULL);
	play_answer(play, PLAY_WIDGETS, "limit=500",
		&(struct server_answer){ .body = begun, .stream = true });
	play_answer(play, PLAY_WIDGETS, "sendInitialEvents",
		&(struct server_answer){ .status = 422, .body = "{}" });
	assert_int_equal(run(play, get), 1);
	play_expect(play, body);
}

/* Nothing is waited for where nothing can come; where something can, what is forbidden
 * is a warning. */
static void test_forbidden_events(void **state)
{
	static const char *const all[] = { "events", NULL };
	static const char *const one[] = { "events", "widgets", NULL };
	struct play *play = *state;

	play_open(play, NULL);
	play_refuse(play, PLAY_WIDGETS, 403, "Forbidden", "no widgets for you");
	assert_int_equal(run(play, one), 1);
	play_expect(play, "nothing is watched: 1 kind is forbidden: ");
	play_expect(play, "no widgets for you");
	play_refuse(play, "/apis/example.com/v1/gadgets$", 403, "Forbidden", "no gadgets");
	play_refuse(play, "/apis/other.org/v1/things$", 403, "Forbidden", "no things");
	assert_int_equal(run(play, all), 1);
	play_expect(play, "nothing is watched: 3 kinds are forbidden: ");
	play_heal(play, "/apis/other.org/");
	screen_free(play->screen);
	play_start(play, 24, 120, &(struct screen_options){ .args = all });
	play_expect(play, "no gadgets");
	screen_signal(play->screen, SIGINT);
	assert_int_equal(screen_wait_exit(play->screen), 0);
	/* neither definitions nor, by discovery, any kind */
	play_refuse(play, PLAY_CRDS, 403, "Forbidden", "no definitions for you");
	play_refuse(play, "/apis$", 403, "Forbidden", "no discovery");
	assert_int_equal(run(play, all), 1);
	play_expect(play, "no definitions for you");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_get_all_namespaces),
		play_test(test_get_names),
		play_test(test_get_other_kinds),
		play_test(test_history),
		play_test(test_demo_options),
		play_test(test_output_is_utf8),
		play_test(test_names_with_escapes),
		play_test(test_signals),
		play_test(test_verify),
		play_test(test_request_timeout),
		play_test(test_forbidden_events),
	};

	return cmocka_run_group_tests_name("headless", tests, NULL, NULL);
}
