/*
 * What is said while the cluster cannot be read as it should be: connections,
 * certificates, rights, and what comes back instead of an answer.
 */
#include <string.h>

#include "screen/golden.h"
#include "screen/play.h"

/* Advances in small steps until the screen has the text. */
static void advance_until(struct play *play, const char *text)
{
	for (int i = 0; i < 200 && !screen_contains(play->screen, text); i++)
		screen_advance(play->screen, 500 * PLAY_MS);
	play_expect(play, text);
}

static void test_connecting(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	server_stall(play->server, true);
	play_start(play, 24, 80, NULL);
	play_expect(play, "connecting");
	screen_expect_row(play->screen, "connecting to http://127\\.0\\.0\\.1:[0-9]+");
	screen_expect_row(play->screen, "… kinds +…");
	assert_false(screen_contains(play->screen, "0 kinds"));
	golden(play->screen, "connecting");
	server_stall(play->server, false);
	play_expect(play, "live");
	screen_expect_row(play->screen, "3 kinds +4 objects");
	play_finish(play);
}

static void test_no_kubeconfig(void **state)
{
	struct screen *screen = screen_start(&(struct screen_options){ .rows = 24, .cols = 80 });
	size_t n;
	const char *out;

	(void)state;
	assert_int_equal(screen_wait_exit(screen), 1);
	out = screen_output(screen, &n);
	assert_null(memchr(out, '\033', n));
	assert_null(memchr(out, '\n', n - 1)); /* one line */
	assert_non_null(memmem(out, n, "no configuration has been provided", 34));
	golden_still(screen, "no-kubeconfig");
	screen_free(screen);
}

static void test_terminal_without_a_cursor(void **state)
{
	struct play *play = *state;
	const struct screen_options options = { .term = "dumb" };
	size_t n;
	const char *out;

	play_open(play, NULL);
	play_start(play, 24, 80, &options);
	assert_int_equal(screen_wait_exit(play->screen), 2);
	out = screen_output(play->screen, &n);
	assert_null(memchr(out, '\033', n));
	assert_non_null(memmem(out, n, "dumb cannot place its cursor", 28));
}

static void test_refused_then_live(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	server_down(play->server);
	play_start(play, 24, 80, NULL);
	play_expect(play, "lost since 0s");
	screen_expect_row(play->screen, "^ *! .*refused");
	screen_expect_row(play->screen, "no connection to http://127\\.0\\.0\\.1:[0-9]+");
	play_expect(play, "retry in");
	golden(play->screen, "refused");
	screen_advance(play->screen, 40 * PLAY_S);
	play_expect(play, "lost since 40s");
	server_up(play->server);
	play_type(play, "\022"); /* ctrl-r: now */
	play_expect(play, "live");
	screen_expect_row(play->screen, "3 kinds +4 objects");
	screen_expect_not(play->screen, "refused");
	play_finish(play);
}

static void test_refused_retries(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	server_down(play->server);
	play_start(play, 24, 80, NULL);
	play_expect(play, "lost since");
	server_up(play->server);
	advance_until(play, "live");
	screen_expect_row(play->screen, "3 kinds +4 objects");
	play_finish(play);
}

static void test_untrusted(void **state)
{
	struct play *play = *state;
	char config[512];

	play_open(play, &(struct play_options){ .tls = true });
	snprintf(config, sizeof(config),
		"apiVersion: v1\nkind: Config\ncurrent-context: x\n"
		"clusters:\n- name: c\n  cluster: {server: \"%s\"}\n"
		"contexts:\n- name: x\n  context: {cluster: c}\n",
		server_url(play->server));
	play_start(play, 24, 80, &(struct screen_options){ .clock = true, .kubeconfig = config });
	play_expect(play, "lost since");
	screen_expect_row(play->screen, "^ *! .*certificate");
	golden(play->screen, "untrusted");
	play_finish(play);
}

static void test_unauthorized(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_refuse(play, "/", 401, "Unauthorized", "Unauthorized");
	play_start(play, 24, 80, NULL);
	screen_expect_row(play->screen, "[Uu]nauthorized|logged in|credentials");
	assert_false(screen_contains(play->screen, "no custom resource definitions"));
	golden(play->screen, "unauthorized");
	play_finish(play);
}

static void test_forbidden_for_all(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_refuse(play, "/apis", 403, "Forbidden", "no rights at all for tester");
	play_start(play, 24, 80, NULL);
	play_expect(play, "no rights at all for tester");
	screen_expect_row(play->screen, "… kinds  … objects .* ✗ forbidden$");
	play_expect(play, "connected to http://");
	screen_settle(play->screen);
	assert_false(screen_contains(play->screen, "live"));
	assert_false(screen_contains(play->screen, "no custom resource definitions"));
	golden(play->screen, "forbidden");
	play_finish(play);
}

static void test_forbidden_for_one_kind(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_refuse(play, PLAY_WIDGETS, 403, "Forbidden", "tester may not list widgets");
	play_start(play, 24, 80, NULL);
	screen_expect_row(play->screen, "Widget +–  +forbidden");
	screen_expect_row(play->screen, "Gadget +1");
	screen_expect_row(play->screen, "example.com .*1 forbidden");
	/* the server's words are one key away */
	play_type(play, ":wid\rql");
	play_expect_cursor(play, "Widget");
	golden(play->screen, "forbidden-kind");
	play_type(play, "\t");
	play_expect(play, "tester may not list widgets");
	play_expect(play, "forbidden: the server does not let you list it");
	golden(play->screen, "forbidden-kind-detail");
	play_finish(play);
}

/* The kinds are known, but nothing of them: that is not 0 objects. */
static void test_forbidden_for_every_kind(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_refuse(play, "/apis/example.com/", 403, "Forbidden", "tester may not");
	play_refuse(play, "/apis/other.org/", 403, "Forbidden", "tester may not");
	play_start(play, 24, 80, NULL);
	screen_expect_row(play->screen, "3 kinds  … objects .* ✗ forbidden$");
	screen_expect_row(play->screen, "Widget +–  +forbidden");
	assert_false(screen_contains(play->screen, "live"));
	golden(play->screen, "forbidden-every-kind");
	play_heal(play, "/apis/other.org/");
	play_type(play, "\022");
	screen_expect_row(play->screen, "Thing +0");
	play_expect(play, "live");
	screen_expect_row(play->screen, "3 kinds  … objects"); /* some are not known */
	screen_settle(play->screen); /* what is on its way would be refused behind the key */
	play_heal(play, "/apis/example.com/");
	play_type(play, "\022");
	screen_expect_row(play->screen, "3 kinds  4 objects");
	play_finish(play);
}

static void test_no_crd_access(void **state)
{
	static const char discovery[] =
		"{\"kind\":\"APIGroupDiscoveryList\",\"apiVersion\":\"apidiscovery.k8s.io/v2\","
		"\"metadata\":{},\"items\":[{\"metadata\":{\"name\":\"example.com\"},\"versions\":["
		"{\"version\":\"v1\",\"freshness\":\"Current\",\"resources\":[{\"resource\":"
		"\"widgets\",\"responseKind\":{\"group\":\"example.com\",\"version\":\"v1\","
		"\"kind\":\"Widget\"},\"scope\":\"Namespaced\",\"singularResource\":\"widget\","
		"\"verbs\":[\"get\",\"list\",\"watch\"]}]}]}]}";
	struct play *play = *state;

	play_open(play, NULL);
	play_refuse(play, PLAY_CRDS "$", 403, "Forbidden", "tester may not list CRDs");
	play_answer(play, "/apis$", NULL,
		&(struct server_answer){ .body = discovery,
			.headers = "Content-Type: "
				   "application/json;g=apidiscovery.k8s.io;v=v2;as="
				   "APIGroupDiscoveryList\n" });
	play_start(play, 24, 80, NULL);
	screen_expect_row(play->screen, "Widget +3 .*no CRD access");
	screen_expect_row(play->screen, "^ *! .*tester may not list CRDs");
	play_type(play, "jl");
	screen_expect_row(play->screen, "blue +24h");
	golden(play->screen, "no-crd-access");
	play_type(play, "k\t");
	play_finish(play);
}

#define NARROW(ns) "/apis/example.com/v1/namespaces/" ns "/widgets$"
#define WIDGET(ns, name, uid)                                                                      \
	"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"namespace\":"      \
	"\"" ns "\",\"name\":\"" name "\",\"uid\":\"" uid "\",\"resourceVersion\":\"6\"}}"
#define LIST_OF(item)                                                                              \
	"{\"kind\":\"WidgetList\",\"apiVersion\":\"example.com/v1\",\"metadata\":{"                \
	"\"resourceVersion\":\"11\"},\"items\":[" item "]}"
#define MAY_LIST                                                                                   \
	"{\"status\":{\"incomplete\":false,\"resourceRules\":[{\"verbs\":[\"list\",\"watch\"],"    \
	"\"apiGroups\":[\"example.com\"],\"resources\":[\"widgets\"]}]}}"

static void serve_namespace(struct play *play, const char *path, const char *list)
{
	play_answer(play, path, NULL, &(struct server_answer){ .body = list });
	play_answer(
		play, path, "watch=true", &(struct server_answer){ .body = "", .stream = true });
	play_answer(play, path, "sendInitialEvents",
		&(struct server_answer){ .status = 422, .body = "{}" });
}

/* What stands in a namespace whose rights are gone looks like what it is: old. */
static void test_revoked_namespace(void **state)
{
	struct screen_cell fresh, old;
	struct play *play = *state;
	size_t watch;

	play_open(play, NULL);
	play_refuse(play, PLAY_WIDGETS, 403, "Forbidden", "not everywhere");
	play_answer(play, "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews$", NULL,
		&(struct server_answer){ .status = 201, .body = MAY_LIST });
	serve_namespace(play, NARROW("default"), LIST_OF(""));
	serve_namespace(play, NARROW("a"), LIST_OF(WIDGET("a", "xeno", "u-x")));
	serve_namespace(play, NARROW("b"), LIST_OF(WIDGET("b", "yeti", "u-y")));
	play_start(play, 24, 120, NULL);
	screen_expect_row(play->screen, "Widget +0 .*only default");
	/* nobody may list the namespaces: they are named */
	play_type(play, ":ns a b\r");
	screen_expect_row(play->screen, "Widget +2 .*only 3 namespaces");
	play_type(play, ":widgets\r");
	play_expect(play, "xeno");
	play_type(play, "gj");
	play_expect_cursor(play, "yeti");
	play_style(play, "a          xeno", &fresh);
	watch = server_wait(play->server,
		"namespaces/a/widgets?watch=true&allowWatchBookmarks=true"
		"&timeoutSeconds",
		1);
	assert_int_not_equal(watch, 0);
	play_expect(play, "7 watches");
	screen_advance(play->screen, 2 * PLAY_S); /* a shorter one would look like a proxy's lie */
	play_refuse(play, NARROW("a"), 403, "Forbidden", "no more");
	server_end(play->server, watch);
	play_expect(play, "only 2 namespaces");
	play_style(play, "a          xeno", &old);
	assert_int_not_equal(old.fg, fresh.fg);
	play_type(play, "g\r");
	play_expect(play, "stale: it may not be read any more");
	play_finish(play);
}

static void test_no_crds(void **state)
{
	struct play *play = *state;

	play_open(play, &(struct play_options){ .empty = true });
	play_start(play, 24, 80, NULL);
	play_expect(play, "this cluster has no custom resource definitions");
	screen_expect_row(play->screen, " 0 kinds +0 objects");
	golden(play->screen, "no-crds");
	play_type(play, "jklhgG+-\r");
	play_finish(play);
}

static void test_html_instead_of_json(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_answer(play, PLAY_WIDGETS, NULL,
		&(struct server_answer){ .headers = "Content-Type: text/html\n",
			.body = "<html><body>Please log in</body></html>" });
	play_start(play, 24, 80, NULL);
	screen_expect_row(play->screen, "Widget +–  +failing");
	screen_expect_row(play->screen, "Gadget +1");
	golden(play->screen, "html-kind");
	play_finish(play);
}

static void test_html_everywhere(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_answer(play, "/", NULL,
		&(struct server_answer){ .headers = "Content-Type: text/html\n",
			.body = "<html><body>Please log in</body></html>" });
	play_start(play, 24, 80, NULL);
	screen_expect_row(play->screen, "^ *! ");
	assert_false(screen_contains(play->screen, "no custom resource definitions"));
	golden(play->screen, "html-everywhere");
	play_finish(play);
}

static void test_stale_and_live_again(void **state)
{
	struct play *play = *state;

	play_example(play, 24, 80);
	play_type(play, ":wid\rql");
	play_expect_cursor(play, "Widget");
	play_type(play, "j");
	play_expect_cursor(play, "blue");
	server_down(play->server);
	play_expect(play, "lost since");
	screen_expect_row(play->screen, "Widget +3 .*stale");
	play_expect_cursor(play, "blue");
	screen_expect_row(play->screen, "^ *! ");
	screen_advance(play->screen, 42 * PLAY_S);
	play_expect(play, "lost since 42s");
	screen_expect_row(play->screen, "retry in [0-9]+ s");
	play_expect(play, "green");
	golden(play->screen, "stale");
	server_up(play->server);
	advance_until(play, "live");
	screen_expect_not(play->screen, "stale");
	screen_expect_row(play->screen, "Widget +3");
	play_expect_cursor(play, "blue");
	play_finish(play);
}

/* Said within half a second, and counted on. */
static void test_loss_is_said_at_once(void **state)
{
	struct play *play = *state;

	play_example(play, 24, 80);
	server_down(play->server);
	for (int i = 0; i < 5; i++)
		screen_advance(play->screen, 100 * PLAY_MS);
	play_expect(play, "lost since 0s");
	screen_advance(play->screen, PLAY_S);
	play_expect(play, "lost since 1s");
	play_finish(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_connecting),
		play_test(test_no_kubeconfig),
		play_test(test_terminal_without_a_cursor),
		play_test(test_refused_then_live),
		play_test(test_refused_retries),
		play_test(test_untrusted),
		play_test(test_unauthorized),
		play_test(test_forbidden_for_all),
		play_test(test_forbidden_for_one_kind),
		play_test(test_forbidden_for_every_kind),
		play_test(test_no_crd_access),
		play_test(test_revoked_namespace),
		play_test(test_no_crds),
		play_test(test_html_instead_of_json),
		play_test(test_html_everywhere),
		play_test(test_stale_and_live_again),
		play_test(test_loss_is_said_at_once),
	};

	return cmocka_run_group_tests_name("states", tests, NULL, NULL);
}
