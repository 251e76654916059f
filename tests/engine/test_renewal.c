/* A plugin that renews its client certificate: who is known as whom, and what it costs. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "cluster/ask.h"
#include "cluster/mutate.h"
#include "json/doc.h"
#include "kube/kubeconfig.h"

#define LIFE		40 /* seconds; half of it before its end the plugin is asked again */

#define DISCOVERY_EVERY (30 * CLOCK_S)
#define DISCOVERED                                                                                 \
	"Content-Type: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList\n"
#define KINDS_BEGUN                                                                                \
	"{\"kind\":\"APIGroupDiscoveryList\",\"apiVersion\":\"apidiscovery.k8s.io/v2\","           \
	"\"items\":[{\"metadata\":{\"name\":\"example.com\"},\"versions\":[{\"version\":\"v1\","   \
	"\"freshness\":\"Current\",\"resources\":["
#define KINDS_ENDED "]}]}]}"
#define RESOURCE(plural, kind)                                                                     \
	"{\"resource\":\"" plural "\",\"responseKind\":{\"group\":\"example.com\",\"version\":"    \
	"\"v1\",\"kind\":\"" kind "\"},\"scope\":\"Namespaced\",\"singularResource\":\"x\","       \
	"\"verbs\":[\"list\",\"watch\",\"get\"]}"
#define LIST_BEGUN(rv)                                                                             \
	"{\"kind\":\"WidgetList\",\"apiVersion\":\"example.com/v1\",\"metadata\":{"                \
	"\"resourceVersion\":\"" rv "\"},\"items\":["

static char dir[] = "/tmp/crwatch-renewal-XXXXXX";

static char *path_of(const char *name)
{
	return mem_printf("%s/%s", dir, name);
}

static void put(const char *name, const char *text)
{
	char *path = path_of(name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	chmod(path, 0700);
	free(path);
}

static int setup(void **state)
{
	char *script;

	scene_group_setup(state);
	if (!mkdtemp(dir))
		return -1;
	script = mem_printf("#!/bin/sh\nexec cat %s/answer\n", dir);
	put("plugin", script);
	free(script);
	return 0;
}

static int teardown(void **state)
{
	char *plugin = path_of("plugin"), *answer = path_of("answer");

	unlink(plugin);
	unlink(answer);
	free(plugin);
	free(answer);
	rmdir(dir);
	return scene_group_teardown(state);
}

struct identity {
	char *cert;
	char *key;
	char *token;
};

static void identity_release(struct identity *id)
{
	free(id->cert);
	free(id->key);
	free(id->token);
}

static void add_if(struct doc *object, const char *key, const char *value)
{
	if (value)
		doc_add_string(object, key, value);
}

/* The plugin's next answer: who we are, for LIFE seconds. */
static void plugin_says(const struct identity *id)
{
	time_t end = (time_t)(clock_wall() / CLOCK_S) + LIFE;
	struct doc *root = doc_new_object(), *status;
	char stamp[40], *text;
	struct tm tm;

	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&end, &tm));
	doc_add_string(root, "kind", "ExecCredential");
	doc_add_string(root, "apiVersion", "client.authentication.k8s.io/v1");
	status = doc_add_object(root, "status");
	add_if(status, "clientCertificateData", id->cert);
	add_if(status, "clientKeyData", id->key);
	add_if(status, "token", id->token);
	doc_add_string(status, "expirationTimestamp", stamp);
	text = doc_print(root);
	put("answer", text);
	free(text);
	doc_free(root);
}

static void expect_client(struct scene *sc, size_t number, const char *name)
{
	char *got = server_client_name(sc->server, number);

	assert_string_equal(got ? got : "(none)", name);
	free(got);
}

/* The plugin is due; a kind that is new makes somebody ask for it. */
static void renew(struct scene *sc, const char *plural)
{
	advance((LIFE / 2 + 1) * CLOCK_S);
	world_kind(sc->world, plural);
	scene_wait_state(sc, plural, KIND_SYNCED, "");
}

/* The plugin is the one of this directory. */
static void open_scene(struct scene *sc, const struct scene_options *options)
{
	static struct kubeconfig_exec exec = { .api_version = "client.authentication.k8s.io/v1",
		.interactive = KUBECONFIG_NEVER };
	struct scene_options all = *options;

	free(exec.command);
	exec.command = path_of("plugin");
	all.exec = &exec;
	scene_open(sc, &all);
}

static void renewed(struct scene *sc, enum wire wire)
{
	struct identity one = { .cert = NULL }, two = { .cert = NULL };
	struct collection *widgets;
	size_t before, list, after;

	server_client_cert("one", &one.cert, &one.key);
	server_client_cert("two", &two.cert, &two.key);
	plugin_says(&one);
	open_scene(sc, &(struct scene_options){ .wire = wire });
	widgets = world_kind(sc->world, "widgets");
	collection_put(widgets, "a", "x", NULL, NULL);
	scene_start(sc, NULL);
	scene_wait_rows(sc, "widgets", "a/x@11");
	before = collection_watch(widgets, 1);
	list = server_wait(sc->server, "GET /version", 1);
	expect_client(sc, before, "one");
	/* New connections show the new one, and the old ones are closed, idle or not. */
	plugin_says(&two);
	renew(sc, "gadgets");
	after = collection_watch(widgets, 2);
	expect_client(sc, after, "two");
	expect_client(sc, collection_watch(world_crds(sc->world), 2), "two");
	assert_true(server_wait_hung_up(sc->server, server_connection(sc->server, before)));
	assert_true(server_wait_hung_up(sc->server, server_connection(sc->server, list)));
	/* It cost no list, and nobody was told of a lost connection. */
	collection_put(widgets, "a", "y", NULL, NULL);
	scene_wait_rows(sc, "widgets", "a/x@11 a/y@12");
	assert_int_equal(scene_lists(sc, "widgets") + scene_streams(sc, "widgets"), 1);
	assert_int_equal(scene_state(sc, "widgets"), KIND_SYNCED);
	assert_int_equal(server_count(sc->server, "/readyz"), 0);
	/* The same once more closes nothing. */
	plugin_says(&two);
	renew(sc, "gizmos");
	collection_put(widgets, "a", "z", NULL, NULL);
	scene_wait_rows(sc, "widgets", "a/x@11 a/y@12 a/z@13");
	assert_int_equal(collection_watch(widgets, 2), after);
	scene_close(sc);
	identity_release(&one);
	identity_release(&two);
}

static void test_renewed(void **state)
{
	renewed(*state, WIRE_HTTP2);
	renewed(*state, WIRE_TLS);
}

/* A certificate, then a token alone: what is sent anew shows the certificate no more. */
static void token_only(struct scene *sc, enum wire wire)
{
	struct identity one = { .cert = NULL }, two = { .token = mem_strdup("two") };
	size_t before, after;
	char *header;

	server_client_cert("one", &one.cert, &one.key);
	plugin_says(&one);
	open_scene(sc, &(struct scene_options){ .wire = wire, .pages = true });
	collection_put(world_kind(sc->world, "widgets"), "a", "x", NULL, NULL);
	scene_answer(sc, WIDGETS, "limit=", 1, &(struct server_answer){ .silent = true });
	scene_start(sc, NULL);
	before = scene_asked(sc, "/widgets?limit=", 1);
	expect_client(sc, before, "one");
	plugin_says(&two);
	renew(sc, "gadgets");
	after = scene_asked(sc, "/widgets?limit=", 2);
	expect_client(sc, after, "(none)");
	header = server_header(sc->server, after, "authorization");
	assert_string_equal(header, "Bearer two");
	free(header);
	scene_wait_rows(sc, "widgets", "a/x@11");
	assert_true(server_wait_hung_up(sc->server, server_connection(sc->server, before)));
	assert_int_equal(server_count(sc->server, "/readyz"), 0);
	scene_close(sc);
	identity_release(&one);
	identity_release(&two);
}

static void test_token_only(void **state)
{
	token_only(*state, WIRE_HTTP2);
	token_only(*state, WIRE_TLS);
}

/* A list in the middle of its answer begins again at once: the clock stands still. */
static void in_the_middle(struct scene *sc, enum wire wire)
{
	struct identity one = { .cert = NULL }, two = { .cert = NULL };
	struct collection *widgets;

	server_client_cert("one", &one.cert, &one.key);
	server_client_cert("two", &two.cert, &two.key);
	plugin_says(&one);
	open_scene(sc, &(struct scene_options){ .wire = wire, .pages = true });
	widgets = world_kind(sc->world, "widgets");
	collection_put(widgets, "a", "x", NULL, NULL);
	collection_put(widgets, "a", "y", NULL, NULL);
	scene_answer(sc, WIDGETS, "limit=", 1,
		&(struct server_answer){
			.stream = true, .body = LIST_BEGUN("12") OBJECT("x", "11") "," });
	scene_start(sc, NULL);
	scene_wait_rows(sc, "widgets", "a/x@11");
	plugin_says(&two);
	renew(sc, "gadgets");
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait_rows(sc, "widgets", "a/x@11 a/y@12");
	expect_client(sc, scene_asked(sc, "/widgets?limit=", 2), "two");
	assert_int_equal(scene_lists(sc, "widgets"), 2);
	assert_int_equal(server_count(sc->server, "/readyz"), 0);
	scene_close(sc);
	identity_release(&one);
	identity_release(&two);
}

static void test_in_the_middle(void **state)
{
	in_the_middle(*state, WIRE_HTTP2);
	in_the_middle(*state, WIRE_TLS);
}

struct question {
	uint64_t number;
	struct ask_answer answer;
};

static bool is_answered(struct scene *sc, const struct root *root, void *arg)
{
	struct question *question = arg;

	(void)root;
	return cluster_answer(sc->cluster, question->number, &question->answer);
}

/* A change that the server has read, and not answered, does not begin again. */
static void change(struct scene *sc, enum wire wire)
{
	static const struct gvr widgets = { (char *)"example.com", (char *)"v1",
		(char *)"widgets" };
	struct mutate m = { .verb = MUTATE_MERGE_PATCH,
		.gvr = &widgets,
		.ns = STR("a"),
		.name = STR("x"),
		.body = STR("{}") };
	struct identity one = { .cert = NULL }, two = { .cert = NULL };
	struct question question = { 0 };
	struct error err = ERROR_INIT;
	struct mutate_call call;
	int code;

	server_client_cert("one", &one.cert, &one.key);
	server_client_cert("two", &two.cert, &two.key);
	plugin_says(&one);
	open_scene(sc, &(struct scene_options){ .wire = wire });
	world_kind(sc->world, "widgets");
	scene_answer(sc, "/apis/example.com/v1/namespaces/a/widgets/x$", NULL, 0,
		&(struct server_answer){ .silent = true });
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	assert_int_equal(mutate_prepare(&m, &call, NULL), 0);
	question.number = mutate_send(sc->cluster, &call);
	scene_asked(sc, "PATCH ", 1);
	plugin_says(&two);
	renew(sc, "gadgets");
	scene_wait(sc, is_answered, &question, "the change's end");
	assert_int_equal(mutate_judge(&call, &question.answer, NULL, &code, &err), -1);
	assert_non_null(strstr(err.text, "whether the change was made is not known"));
	assert_int_equal(server_count(sc->server, "PATCH "), 1);
	error_release(&err);
	ask_answer_release(&question.answer);
	mutate_call_release(&call);
	scene_close(sc);
	identity_release(&one);
	identity_release(&two);
}

static void test_change(void **state)
{
	change(*state, WIRE_HTTP2);
	change(*state, WIRE_TLS);
}

/* Who was refused is asked for again at once, not after five minutes. */
static void test_refused_before(void **state)
{
	struct scene *sc = *state;
	struct identity one = { .cert = NULL }, two = { .cert = NULL };

	server_client_cert("one", &one.cert, &one.key);
	server_client_cert("two", &two.cert, &two.key);
	plugin_says(&one);
	open_scene(sc, &(struct scene_options){ .wire = WIRE_HTTP2, .pages = true });
	collection_put(world_kind(sc->world, "widgets"), "a", "x", NULL, NULL);
	scene_refuse(sc, WIDGETS, NULL, 1, 403, "Forbidden", "no");
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_FORBIDDEN, "no");
	plugin_says(&two);
	renew(sc, "gadgets");
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_close(sc);
	identity_release(&one);
	identity_release(&two);
}

static bool one_kind_known(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	(void)arg;
	return root->kinds_known && root->n_kinds == 1;
}

static bool two_kinds_known(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	(void)arg;
	return root->kinds_known && root->n_kinds == 2;
}

static void answer_discovery(struct scene *sc, bool stream, const char *body)
{
	scene_answer(sc, "/apis$", NULL, 1,
		&(struct server_answer){ .body = body, .stream = stream, .headers = DISCOVERED });
}

/* So does discovery, which otherwise would ask again after a while only. */
static void test_discovery_in_the_middle(void **state)
{
	struct scene *sc = *state;
	struct identity one = { .cert = NULL }, two = { .cert = NULL };
	struct collection *widgets;
	size_t asked;

	server_client_cert("one", &one.cert, &one.key);
	server_client_cert("two", &two.cert, &two.key);
	plugin_says(&one);
	open_scene(sc, &(struct scene_options){ .wire = WIRE_HTTP2 });
	widgets = world_add(sc->world, "widgets", "v1");
	world_add(sc->world, "gadgets", "v1");
	scene_refuse(sc, WORLD_CRDS, NULL, 0, 403, "Forbidden", "no");
	answer_discovery(sc, false, KINDS_BEGUN RESOURCE("widgets", "Widget") KINDS_ENDED);
	scene_start(sc, NULL);
	scene_wait(sc, one_kind_known, NULL, "the first discovery");
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	answer_discovery(sc, true, KINDS_BEGUN RESOURCE("widgets", "Widget"));
	asked = server_count(sc->server, "GET /apis");
	advance(DISCOVERY_EVERY);
	assert_int_not_equal(server_wait(sc->server, "GET /apis", asked + 1), 0);
	answer_discovery(sc, false,
		KINDS_BEGUN RESOURCE("widgets", "Widget") "," RESOURCE("gadgets", "Gadget")
			KINDS_ENDED);
	plugin_says(&two);
	advance(LIFE / 2 * CLOCK_S);
	collection_end(widgets);
	scene_wait(sc, two_kinds_known, NULL, "the discovery that began again");
	scene_close(sc);
	identity_release(&one);
	identity_release(&two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scene_test(test_renewed),
		scene_test(test_token_only),
		scene_test(test_in_the_middle),
		scene_test(test_change),
		scene_test(test_refused_before),
		scene_test(test_discovery_in_the_middle),
	};

	return cmocka_run_group_tests_name("renewal", tests, setup, teardown);
}
