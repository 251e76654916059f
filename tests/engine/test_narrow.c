/* Who may not list all namespaces at once, but some of them. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cluster/choices.h"
#include "kube/column_spec.h"

#define REVIEW	   "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
#define NAMESPACES "/api/v1/namespaces"
#define IN(ns)	   "/apis/example.com/v1/namespaces/" ns "/widgets"
#define RULES(resources)                                                                           \
	"{\"status\":{\"incomplete\":false,\"nonResourceRules\":[],\"resourceRules\":[{"           \
	"\"verbs\":[\"list\",\"watch\"],\"apiGroups\":[\"example.com\"],\"resources\":["           \
	"\"" resources "\"]}]}}"
#define LISTED(rv, items)                                                                          \
	"{\"kind\":\"WidgetList\",\"apiVersion\":\"example.com/v1\",\"metadata\":{"                \
	"\"resourceVersion\":\"" rv "\"},\"items\":[" items "]}"
#define IN_B                                                                                       \
	"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"namespace\":"      \
	"\"b\",\"name\":\"y\",\"uid\":\"u-y\",\"resourceVersion\":\"6\"}}"

/* Widgets may be listed in a and b. */
static void review(void *arg, const struct server_request *request, struct server_answer *answer)
{
	bool may = memmem(request->body, request->body_len, "\"namespace\":\"a\"", 15) ||
		   memmem(request->body, request->body_len, "\"namespace\":\"b\"", 15);

	(void)arg;
	answer->status = 201;
	answer->body = may ? RULES("widgets") : RULES("gadgets");
}

static void serve(struct scene *sc)
{
	struct collection *c;

	scene_open(sc, &(struct scene_options){ .pages = true });
	c = world_kind(sc->world, "widgets");
	collection_put(c, "a", "x", NULL, NULL);
	server_route(sc->server,
		&(struct server_route){ .method = "POST", .path = REVIEW, .handler = review });
	scene_refuse(sc, WIDGETS, NULL, 1, 403, "Forbidden",
		"widgets.example.com is forbidden: User \\\"u\\\" cannot list resource");
}

static void list_namespaces(struct scene *sc)
{
	scene_answer(sc, NAMESPACES, NULL, 0,
		&(struct server_answer){ .body = "{\"items\":[{\"metadata\":{\"name\":\"a\"}},"
						 "{\"metadata\":{\"name\":\"b\"}},"
						 "{\"metadata\":{\"name\":\"c\"}}]}" });
}

static void serve_namespaces(struct scene *sc)
{
	scene_answer(sc, IN("a"), NULL, 0,
		&(struct server_answer){ .body = LISTED("11", OBJECT("x", "11")) });
	scene_answer(sc, IN("b"), NULL, 0, &(struct server_answer){ .body = LISTED("11", IN_B) });
	scene_answer(sc, IN("a"), "watch=true", 0,
		&(struct server_answer){ .body = "", .stream = true });
	scene_answer(sc, IN("b"), "watch=true", 0,
		&(struct server_answer){ .body = "", .stream = true });
}

static bool only_is(struct scene *sc, const struct root *root, void *arg)
{
	const struct kind_root *k = scene_kind(root, "widgets");
	const char *want = arg;

	(void)sc;
	return k && (k->only && want ? strcmp(k->only, want) == 0 : k->only == want);
}

/* Each namespace is listed and watched for itself, and none that is not allowed; when
 * all at once is allowed again, they are given up. */
static void test_case_65_namespaces(void **state)
{
	struct scene *sc = *state;
	size_t in_a;

	serve(sc);
	list_namespaces(sc);
	serve_namespaces(sc);
	scene_start(sc, NULL);
	scene_wait(sc, only_is, "a, b", "the namespaces a and b");
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait_rows(sc, "widgets", "a/x@11 b/y@6");
	in_a = scene_asked(sc, IN("a") "?watch=true", 1);
	scene_asked(sc, IN("b") "?watch=true", 1);
	assert_int_equal(server_count(sc->server, "/namespaces/c/widgets"), 0);
	assert_int_equal(server_count(sc->server, "/namespaces/default/widgets"), 0);
	server_pushz(sc->server, in_a, EVENT("MODIFIED", OBJECT("x", "12")));
	scene_wait_rows(sc, "widgets", "a/x@12 b/y@6");
	scene_wait_log(sc, "~a/x@12");
	/* the world knows nothing of b, and x as it was */
	advance(300 * CLOCK_S);
	scene_wait(sc, only_is, NULL, "all namespaces at once");
	scene_wait_rows(sc, "widgets", "a/x@11");
	assert_true(server_wait_closed(sc->server, in_a));
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
}

/* The definitions, a and b. */
static bool are_watched(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	(void)arg;
	return root->watches == 3 && root->server_version;
}

struct revoked {
	const char *ns;
	bool is;
};

static bool is_revoked(struct scene *sc, const struct root *root, void *arg)
{
	const struct revoked *r = arg;
	const struct kind_root *k = scene_kind(root, "widgets");

	(void)sc;
	return k && root_is_revoked(k, str_of(r->ns)) == r->is;
}

/* What is forbidden later is kept, and marked: its rows, and the kind when nothing else
 * works. */
static void test_case_65_revoked(void **state)
{
	struct scene *sc = *state;
	size_t a, b;

	serve(sc);
	list_namespaces(sc);
	serve_namespaces(sc);
	scene_refuse(sc, WIDGETS, NULL, 0, 403, "Forbidden", "cannot list resource");
	scene_start(sc, NULL);
	scene_wait_rows(sc, "widgets", "a/x@11 b/y@6");
	a = scene_asked(sc, IN("a") "?watch=true", 1);
	b = scene_asked(sc, IN("b") "?watch=true", 1);
	scene_wait(sc, are_watched, NULL, "the watches");
	advance(2 * CLOCK_S); /* shorter ones would look like a proxy's lie */
	scene_refuse(sc, IN("a"), NULL, 0, 403, "Forbidden", "no more");
	server_end(sc->server, a);
	scene_wait(sc, only_is, "b", "the namespace b");
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait(sc, is_revoked, &(struct revoked){ "a", true }, "rows of a from before");
	scene_wait(sc, is_revoked, &(struct revoked){ "b", false }, "rows of b as they are");
	scene_refuse(sc, IN("b"), NULL, 0, 403, "Forbidden", "no more");
	server_end(sc->server, b);
	scene_wait_state(sc, "widgets", KIND_FORBIDDEN, "cannot list resource");
	scene_wait_rows(sc, "widgets", "a/x@11 b/y@6");
	scene_wait(sc, is_revoked, &(struct revoked){ "b", true }, "rows of b from before");
}

/* Nothing is concluded from rules that are not all there: it is tried. */
static void test_case_65_incomplete(void **state)
{
	static const char part[] = "{\"status\":{\"incomplete\":true,\"resourceRules\":[]}}";
	struct scene *sc = *state;

	serve(sc);
	list_namespaces(sc);
	serve_namespaces(sc);
	scene_answer(sc, REVIEW, NULL, 0, &(struct server_answer){ .status = 201, .body = part });
	scene_refuse(sc, IN("c"), NULL, 0, 403, "Forbidden", "not in c");
	scene_refuse(sc, IN("default"), NULL, 0, 403, "Forbidden", "not in default");
	scene_start(sc, NULL);
	scene_wait(sc, only_is, "a, b", "the namespaces a and b");
	scene_wait_rows(sc, "widgets", "a/x@11 b/y@6");
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
}

/* Who may not even list the namespaces has the context's; and -n asks nothing. */
static void test_context_namespace(void **state)
{
	struct scene *sc = *state;

	serve(sc);
	scene_answer(sc, REVIEW, NULL, 0,
		&(struct server_answer){ .status = 201, .body = RULES("widgets") });
	scene_answer(
		sc, IN("default"), NULL, 0, &(struct server_answer){ .body = LISTED("11", "") });
	scene_answer(sc, IN("default"), "watch=true", 0,
		&(struct server_answer){ .body = "", .stream = true });
	scene_refuse(sc, NAMESPACES, NULL, 0, 403, "Forbidden", "cannot list namespaces");
	scene_start(sc, NULL);
	scene_wait(sc, only_is, "default", "the namespace default");
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_close(sc);

	serve(sc);
	scene_refuse(sc, IN("z"), NULL, 0, 403, "Forbidden", "not in z");
	scene_start(sc, &(struct cluster_options){ .ns = "z" });
	scene_wait_state(sc, "widgets", KIND_FORBIDDEN, "not in z");
	assert_int_equal(server_count(sc->server, REVIEW), 0);
}

/* What the user names is tried, too, when nobody may list the namespaces; however many
 * that are. */
static void test_named_namespace(void **state)
{
	struct scene *sc = *state;

	serve(sc);
	serve_namespaces(sc);
	scene_refuse(sc, WIDGETS, NULL, 0, 403, "Forbidden", "cannot list resource");
	scene_refuse(sc, NAMESPACES, NULL, 0, 403, "Forbidden", "cannot list namespaces");
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_FORBIDDEN, "cannot list resource");
	cluster_name_namespaces(sc->cluster, "a");
	scene_wait(sc, only_is, "a", "the namespace a");
	scene_wait_rows(sc, "widgets", "a/x@11");
	cluster_name_namespaces(sc->cluster, "c b");
	scene_wait(sc, only_is, "a, b", "the namespaces a and b");
	scene_wait_rows(sc, "widgets", "a/x@11 b/y@6");
	assert_int_equal(server_count(sc->server, "/namespaces/c/widgets"), 0);
	scene_close(sc);

	/* before it is known who may do what, and where nobody may ask for that */
	serve(sc);
	serve_namespaces(sc);
	scene_refuse(sc, WIDGETS, NULL, 0, 403, "Forbidden", "cannot list resource");
	scene_refuse(sc, NAMESPACES, NULL, 0, 403, "Forbidden", "cannot list namespaces");
	scene_refuse(sc, REVIEW, NULL, 0, 403, "Forbidden", "no reviews");
	scene_refuse(sc, IN("default"), NULL, 0, 403, "Forbidden", "not in default");
	scene_start(sc, NULL);
	cluster_name_namespaces(sc->cluster, "b");
	scene_wait(sc, only_is, "b", "the namespace b");
	scene_wait_rows(sc, "widgets", "b/y@6");
}

static bool is_low(struct scene *sc, const struct root *root, void *arg)
{
	const struct kind_root *k = scene_kind(root, "widgets");

	(void)sc;
	(void)arg;
	return k && k->on_demand && k->store->count == 2;
}

/* What a column wants of a's object is there, and nothing more is waited for. */
static bool has_column(struct scene *sc, const struct root *root, void *arg)
{
	const struct kind_root *k = scene_kind(root, "widgets");
	const struct entry *e = k ? store_root_find(k->store, STR("a"), STR("x"), NULL) : NULL;
	struct text_reader *reader = text_reader_new();
	struct str text = { NULL, 0 };
	bool has;

	(void)sc;
	(void)arg;
	if (e)
		text = text_read_kept(reader, e->text);
	has = text.p && memmem(text.p, text.len, "resourceVersion", 15);
	text_reader_free(reader);
	return has && !k->refreshing;
}

static void choose_column(struct scene *sc)
{
	struct column_spec spec = { .source = COLUMN_PATH,
		.name = (char *)"Version",
		.what = (char *)".metadata.resourceVersion" };
	struct column_choices *choices = choices_new();

	choices_add(choices, "widgets.example.com", &spec, 1);
	cluster_set_choices(sc->cluster, choices);
	choices_unref(choices);
}

/* Where texts are not kept, other columns are read anew in each namespace that may still
 * be read; the others are not waited for. */
static void test_without_texts(void **state)
{
	struct cluster_options options = { .max_cache = 1 << 10 };
	struct scene *sc = *state;
	size_t b;

	serve(sc);
	list_namespaces(sc);
	serve_namespaces(sc);
	scene_refuse(sc, WIDGETS, NULL, 0, 403, "Forbidden", "cannot list resource");
	scene_start(sc, &options);
	scene_wait_rows(sc, "widgets", "a/x@11 b/y@6");
	scene_wait(sc, is_low, NULL, "no texts");
	b = scene_asked(sc, IN("b") "?watch=true", 1);
	scene_wait(sc, are_watched, NULL, "the watches");
	advance(2 * CLOCK_S);
	scene_refuse(sc, IN("b"), NULL, 0, 403, "Forbidden", "no more");
	server_end(sc->server, b);
	scene_wait(sc, only_is, "a", "the namespace a");
	choose_column(sc);
	scene_wait(sc, has_column, NULL, "the column of what may be read");
}

static bool has_verified(struct scene *sc, const struct root *root, void *arg)
{
	struct root_verify *verify = arg;

	(void)sc;
	*verify = root->verify;
	return root->verify.rounds > 0;
}

/* --verify compares each namespace with its own list, and lists anew where it differs. */
static void test_verify(void **state)
{
	struct cluster_options options = { .verify = 6 * CLOCK_S };
	struct root_verify verify;
	struct scene *sc = *state;

	serve(sc);
	list_namespaces(sc);
	serve_namespaces(sc);
	scene_refuse(sc, WIDGETS, NULL, 0, 403, "Forbidden", "cannot list resource");
	scene_answer(sc, IN("b"), "resourceVersionMatch=Exact", 0,
		&(struct server_answer){ .body = LISTED("11", "") });
	scene_start(sc, &options);
	scene_wait_rows(sc, "widgets", "a/x@11 b/y@6");
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_drive(sc, has_verified, &verify, 60, "a round");
	assert_int_equal(verify.kinds, 2);
	assert_int_equal(verify.objects, 3); /* the definition, x, y */
	assert_int_equal(verify.skipped, 0);
	assert_int_equal(verify.differences, 1);
	scene_asked(sc, IN("b") "?limit=500", 2);
	assert_int_equal(server_count(sc->server, "/namespaces/a/widgets?resourceVersion="), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene_test(test_case_65_namespaces),
		scene_test(test_case_65_revoked),
		scene_test(test_case_65_incomplete),
		scene_test(test_context_namespace),
		scene_test(test_named_namespace),
		scene_test(test_without_texts),
		scene_test(test_verify),
	};

	return cmocka_run_group_tests_name(
		"narrow", tests, scene_group_setup, scene_group_teardown);
}
