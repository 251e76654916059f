/* Which kinds there are: the life of CRDs, and discovery where they may not be read. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cluster/choices.h"
#include "cluster/crds.h"
#include "kube/columns.h"

#define V(name, served) "{\"name\":\"" name "\",\"served\":" served ",\"storage\":false}"
#define CONDITIONS(accepted, established)                                                          \
	"[{\"type\":\"NamesAccepted\",\"status\":\"" accepted                                      \
	"\",\"message\":\"widget is taken\"},{\"type\":\"Established\",\"status\":\"" established  \
	"\"}]"

static const struct scene_options by_pages = { .pages = true };

/* A kind that can be seen to be there tells that what came before was read. */
static void add_other(struct scene *sc)
{
	world_kind(sc->world, "others");
	scene_wait_state(sc, "others", KIND_SYNCED, "");
}

static void test_case_41_established_later(void **state)
{
	struct scene *sc = *state;
	struct collection *c;

	scene_open(sc, NULL);
	c = world_add(sc->world, "widgets", "v1");
	collection_put(c, "a", "x", NULL, NULL);
	collection_serve(c, false);
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 0);
	world_crd(sc->world, &(struct crd_text){ .plural = "widgets", .conditions = "[]" });
	world_crd(sc->world, &(struct crd_text){ .plural = "widgets",
				     .conditions = CONDITIONS("True", "False") });
	add_other(sc);
	scene_wait_no_kind(sc, "widgets");
	world_crd(sc->world, &(struct crd_text){ .plural = "widgets" });
	scene_wait_state(sc, "widgets", KIND_LISTING, "");
	/* One of several API servers does not know it yet. */
	for (int i = 0; i < 9; i++) {
		advance(CLOCK_S);
		assert_int_equal(scene_state(sc, "widgets"), KIND_LISTING);
		scene_wait_state(sc, "widgets", KIND_LISTING, "");
	}
	assert_true(scene_lists(sc, "widgets") >= 2);
	collection_serve(c, true);
	scene_advance_asked(sc, "/widgets?watch=true&allow", scene_streams(sc, "widgets") + 1);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait_rows(sc, "widgets", "a/x@11");
}

static void test_case_41_not_found_for_long(void **state)
{
	struct scene *sc = *state;
	struct collection *c;

	scene_open(sc, &by_pages);
	c = world_kind(sc->world, "widgets");
	collection_serve(c, false);
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_LISTING, NULL);
	scene_drive_state(sc, "widgets", KIND_FAILING, 20);
	scene_wait_state(sc, "widgets", KIND_FAILING, "could not find the requested resource");
	collection_serve(c, true);
	scene_drive_state(sc, "widgets", KIND_SYNCED, 60);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
}

#define COLUMN(name, path) "{\"name\":\"" name "\",\"type\":\"string\",\"jsonPath\":\"" path "\"}"

struct heads {
	const char *plural;
	const char *heads; /* "A,B," */
};

static bool has_heads(struct scene *sc, const struct root *root, void *arg)
{
	struct heads *want = arg;
	const struct kind_root *k = scene_kind(root, want->plural);
	struct buf out = BUF_INIT(4096);
	bool same;

	(void)sc;
	if (!k)
		return false;
	for (size_t i = 0; i < k->kind->columns->count; i++)
		buf_addf(&out, "%s,", k->kind->columns->items[i].head);
	same = strcmp(buf_text(&out), want->heads) == 0;
	buf_release(&out);
	return same;
}

static void wait_heads(struct scene *sc, const char *plural, const char *heads)
{
	struct heads want = { plural, heads };

	scene_wait(sc, has_heads, &want, heads);
}

static void test_case_42_columns_changed(void **state)
{
	struct scene *sc = *state;
	struct collection *c;
	uint32_t id;

	scene_open(sc, &by_pages);
	c = world_kind(sc->world, "widgets");
	collection_put(c, "a", "x", NULL, NULL);
	collection_put(c, "a", "y", NULL, NULL);
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 1);
	wait_heads(sc, "widgets", "AGE,");
	id = scene_kind_id(sc, "widgets");
	scene_let_stand(sc);
	scene_answer(sc, WIDGETS, "watch=true", 1,
		&(struct server_answer){ .status = 429,
			.headers = "Retry-After: 1\n",
			.body = "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":"
				"\"TooManyRequests\",\"code\":429,\"message\":\"storage is "
				"(re)initializing\"}" });
	world_crd(sc->world, &(struct crd_text){ .plural = "widgets",
				     .columns = "[" COLUMN("Color", ".spec.color") "," COLUMN(
					     "Size", ".spec.size") "]" });
	collection_hush(c, true);
	collection_delete(c, "a", "x");
	collection_put(c, "a", "z", NULL, NULL);
	collection_compact(c);
	collection_hush(c, false);
	collection_end(c);
	wait_heads(sc, "widgets", "COLOR,SIZE,");
	scene_asked(sc, "/widgets?watch=true", 2);
	scene_advance_asked(sc, "/widgets?watch=true", 3);
	assert_int_equal(scene_state(sc, "widgets"), KIND_SYNCED);
	scene_advance_asked(sc, "/widgets?resourceVersion=12", 1);
	scene_wait_rows(sc, "widgets", "a/y@12 a/z@14");
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	assert_int_equal(scene_kind_id(sc, "widgets"), id);
}

static void test_case_43_deleted(void **state)
{
	struct scene *sc = *state;
	struct collection *c;
	size_t asked;

	scene_open(sc, NULL);
	c = world_kind(sc->world, "widgets");
	collection_put(c, "a", "x", NULL, NULL);
	collection_put(c, "b", "y", NULL, NULL);
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 1);
	world_crd_delete(sc->world, "widgets");
	collection_serve(c, false);
	scene_wait_state(sc, "widgets", KIND_GONE, "was deleted");
	scene_wait_rows(sc, "widgets", "a/x@11 b/y@12");
	advance(0);
	asked = server_count(sc->server, "/widgets");
	advance(CRDS_GONE - 1);
	scene_wait_rows(sc, "widgets", "a/x@11 b/y@12");
	advance(1);
	scene_wait_no_kind(sc, "widgets");
	scene_wait_log(sc, "-a/x@11 -b/y@12");
	advance(60 * CLOCK_S);
	assert_int_equal(server_count(sc->server, "/widgets"), asked);
}

static void recreated(struct scene *sc, bool after_it_has_left)
{
	struct collection *c;
	uint32_t id;
	size_t streams;

	scene_open(sc, NULL);
	c = world_kind(sc->world, "widgets");
	collection_put(c, "a", "x", NULL, NULL);
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 1);
	scene_wait_rows(sc, "widgets", "a/x@11");
	id = scene_kind_id(sc, "widgets");
	streams = scene_streams(sc, "widgets");
	world_crd_delete(sc->world, "widgets");
	scene_wait_state(sc, "widgets", KIND_GONE, NULL);
	if (after_it_has_left) {
		advance(CRDS_GONE);
		scene_wait_no_kind(sc, "widgets");
	}
	collection_hush(c, true);
	collection_delete(c, "a", "x");
	collection_put(c, "a", "z", NULL, NULL);
	collection_hush(c, false);
	world_crd(sc->world, &(struct crd_text){ .plural = "widgets", .uid = "another" });
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait_rows(sc, "widgets", "a/z@13");
	assert_int_equal(scene_streams(sc, "widgets"), streams + 1);
	assert_false(scene_target_has(
		sc, scene_asked(sc, "/widgets?watch=true", 2), "resourceVersion="));
	assert_int_not_equal(scene_kind_id(sc, "widgets"), id);
	scene_wait_log(sc, "-a/x@11");
	/* Nothing of the old one is left to take it away. */
	advance(CRDS_GONE);
	scene_wait_rows(sc, "widgets", "a/z@13");
	scene_close(sc);
}

static void test_case_43_recreated(void **state)
{
	recreated(*state, false);
	recreated(*state, true);
}

/* The CRD's deletion was missed altogether. */
static void test_case_43_other_uid(void **state)
{
	struct scene *sc = *state;
	struct collection *c;
	uint32_t id;

	scene_open(sc, &by_pages);
	c = world_kind(sc->world, "widgets");
	collection_put(c, "a", "x", NULL, NULL);
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 1);
	id = scene_kind_id(sc, "widgets");
	world_crd(sc->world, &(struct crd_text){ .plural = "widgets", .uid = "another" });
	scene_asked(sc, "/widgets?limit=500", 2);
	scene_wait_kinds(sc, 1);
	scene_wait_rows(sc, "widgets", "a/x@11");
	assert_int_not_equal(scene_kind_id(sc, "widgets"), id);
	assert_int_equal(server_count(sc->server, "/widgets?resourceVersion"), 0);
}

static void test_case_44_versions(void **state)
{
	static const char *const versions =
		"[" V("foo", "true") "," V("v2alpha1", "true") "," V("v1beta1", "true") "," V(
			"v1", "true") "," V("v11", "false") "," V("v10", "true") "]";
	struct scene *sc = *state;
	struct collection *c;

	scene_open(sc, NULL);
	c = world_add(sc->world, "widgets", "v10");
	collection_put(c, "a", "x", NULL, NULL);
	world_crd(sc->world, &(struct crd_text){ .plural = "widgets", .versions = versions });
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 1);
	scene_wait_rows(sc, "widgets", "a/x@11");
	assert_int_equal(server_count(sc->server, "/apis/example.com/"),
		server_count(sc->server, "/apis/example.com/v10/"));
}

static void test_case_45_moves_to_another_version(void **state)
{
	struct scene *sc = *state;
	struct collection *one, *two;

	scene_open(sc, NULL);
	one = world_add(sc->world, "widgets", "v1");
	two = world_add(sc->world, "widgets", "v2");
	collection_put(one, "a", "x", "u-x", NULL);
	collection_put(one, "a", "x", "u-x", NULL);
	collection_put(two, "a", "x", "u-x", NULL);
	collection_put(two, "a", "y", "u-y", NULL);
	world_crd(sc->world, &(struct crd_text){ .plural = "widgets",
				     .versions = "[" V("v1", "true") "," V("v2", "true") "]" });
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 1);
	scene_wait_rows(sc, "widgets", "a/x@11 a/y@12");
	world_crd(sc->world, &(struct crd_text){ .plural = "widgets",
				     .versions = "[" V("v1", "true") "," V("v2", "false") "]" });
	collection_serve(two, false);
	scene_wait_rows(sc, "widgets", "a/x@12");
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	advance(60 * CLOCK_S);
	scene_wait_rows(sc, "widgets", "a/x@12");
}

static void test_case_46_accepted_names(void **state)
{
	struct scene *sc = *state;
	struct collection *c;

	scene_open(sc, NULL);
	c = world_add(sc->world, "widgets", "v1");
	collection_put(c, "a", "x", NULL, NULL);
	/* spec asks for other names, which were not accepted; the old ones stay. */
	world_crd(sc->world,
		&(struct crd_text){ .plural = "gadgets",
			.names = "{\"plural\":\"widgets\",\"singular\":\"widget\",\"kind\":"
				 "\"Widget\",\"listKind\":\"WidgetList\"}",
			.conditions = CONDITIONS("False", "True") });
	world_crd(sc->world, &(struct crd_text){ .plural = "doodads",
				     .names = "{}",
				     .conditions = CONDITIONS("False", "False") });
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait_rows(sc, "widgets", "a/x@11");
	scene_wait_state(sc, "doodads", KIND_NOT_SERVED, "not accepted: widget is taken");
	assert_int_equal(server_count(sc->server, "/gadgets"), 0);
	assert_int_equal(server_count(sc->server, "/doodads"), 0);
	/* They are, later. */
	c = world_add(sc->world, "doodads", "v1");
	collection_put(c, "a", "d", NULL, NULL);
	world_crd(sc->world, &(struct crd_text){ .plural = "doodads" });
	scene_wait_state(sc, "doodads", KIND_SYNCED, "");
	scene_wait_rows(sc, "doodads", "a/d@11");
}

static void test_case_48_conversion_fails(void **state)
{
	struct scene *sc = *state;
	struct collection *c;
	int64_t from;

	scene_open(sc, &by_pages);
	c = world_kind(sc->world, "widgets");
	collection_put(c, "a", "x", NULL, NULL);
	scene_refuse(sc, WIDGETS, NULL, 3, 500, "InternalError",
		"conversion webhook for example.com/v1, Kind=Widget failed: no endpoints");
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_FAILING, "conversion webhook for example.com/v1");
	add_other(sc);
	from = clock_now();
	scene_drive_state(sc, "widgets", KIND_SYNCED, 40);
	assert_int_equal(scene_state(sc, "others"), KIND_SYNCED);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait_rows(sc, "widgets", "a/x@11");
	/* Three back-offs: 0.8, 1.6 and 3.2 s, to twice as much. */
	assert_in_range(clock_now() - from, 5 * CLOCK_S, 15 * CLOCK_S);
}

/* Watching is refused with 429 for as long as it fails: said after 10 s. */
static void test_case_48_conversion_fails_later(void **state)
{
	struct scene *sc = *state;
	struct collection *c;

	scene_open(sc, &by_pages);
	c = world_kind(sc->world, "widgets");
	collection_put(c, "a", "x", NULL, NULL);
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 1);
	scene_let_stand(sc);
	scene_refuse(sc, WIDGETS, "watch=true", 20, 429, "TooManyRequests",
		"storage is (re)initializing");
	collection_end(c);
	for (int i = 0; i < 9; i++) {
		advance(CLOCK_S);
		assert_int_equal(scene_state(sc, "widgets"), KIND_SYNCED);
	}
	scene_drive_state(sc, "widgets", KIND_FAILING, 20);
	scene_wait_state(sc, "widgets", KIND_FAILING, "storage is (re)initializing");
	scene_wait_rows(sc, "widgets", "a/x@11");
	scene_drive_state(sc, "widgets", KIND_SYNCED, 60);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	assert_int_equal(scene_lists(sc, "widgets"), 1);
}

static void test_not_served(void **state)
{
	struct scene *sc = *state;
	struct collection *c;

	scene_open(sc, NULL);
	c = world_add(sc->world, "widgets", "v1");
	collection_put(c, "a", "x", NULL, NULL);
	world_crd(sc->world,
		&(struct crd_text){ .plural = "widgets", .versions = "[" V("v1", "false") "]" });
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_NOT_SERVED, "no version of it is served");
	scene_wait_rows(sc, "widgets", "");
	assert_int_equal(server_count(sc->server, "/widgets"), 0);
	world_crd(sc->world,
		&(struct crd_text){ .plural = "widgets", .versions = "[" V("v1", "true") "]" });
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait_rows(sc, "widgets", "a/x@11");
	/* And not any more: nothing old is shown. */
	world_crd(sc->world,
		&(struct crd_text){ .plural = "widgets", .versions = "[" V("v1", "false") "]" });
	scene_wait_state(sc, "widgets", KIND_NOT_SERVED, "no version of it is served");
	scene_wait_rows(sc, "widgets", "");
}

static void test_strange_crds(void **state)
{
	static const char *const rests[] = { NULL, ",\"spec\":5", ",\"spec\":null,\"status\":[]",
		",\"spec\":{\"group\":[],\"versions\":{}},\"status\":{\"conditions\":{}}",
		",\"spec\":{\"group\":\"example.com\",\"versions\":[1,null,{\"name\":3}]},"
		"\"status\":{\"acceptedNames\":7,\"conditions\":[1,{\"type\":\"Established\","
		"\"status\":\"True\"}]}" };
	struct scene *sc = *state;

	scene_open(sc, NULL);
	world_kind(sc->world, "widgets");
	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		char *name = mem_printf("broken%zu.example.com", i);

		collection_put(world_crds(sc->world), "", name, NULL, rests[i]);
		free(name);
	}
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	add_other(sc);
	scene_wait_kinds(sc, 2);
}

static bool has_note(struct scene *sc, const struct root *root, void *arg)
{
	const struct kind_root *k = scene_kind(root, arg);

	(void)sc;
	return k && k->kind->note && strstr(k->kind->note, "Bad");
}

static void test_bad_column(void **state)
{
	struct scene *sc = *state;

	scene_open(sc, NULL);
	world_kind(sc->world, "widgets");
	world_crd(sc->world,
		&(struct crd_text){ .plural = "widgets",
			.columns = "[" COLUMN("A", ".spec.a") "," COLUMN("B", ".spec.b") "," COLUMN(
				"Bad", ".spec[?(@.x==}") "," COLUMN("C", ".spec.c") "]" });
	scene_start(sc, NULL);
	wait_heads(sc, "widgets", "A,B,");
	scene_wait(sc, has_note, "widgets", "the note");
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
}

/* ---- discovery ---- */

#define RESOURCE(plural, kind)                                                                     \
	"{\"resource\":\"" plural "\",\"responseKind\":{\"group\":\"example.com\",\"version\":"    \
	"\"v1\",\"kind\":\"" kind "\"},\"scope\":\"Namespaced\",\"singularResource\":\"x\","       \
	"\"verbs\":[\"list\",\"watch\",\"get\"]}"

static const char aggregated[] =
	"{\"kind\":\"APIGroupDiscoveryList\",\"apiVersion\":\"apidiscovery.k8s.io/v2\",\"items\":["
	"{\"metadata\":{\"name\":\"example.com\"},\"versions\":[{\"version\":\"v1\",\"freshness\":"
	"\"Current\",\"resources\":[" RESOURCE("widgets", "Widget") "," RESOURCE(
		"gadgets", "Gadget") "]}]}]}";

static bool known_without_crds(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	(void)arg;
	for (size_t i = 0; i < root->n_kinds; i++) {
		if (!root->kinds[i]->no_crd)
			return false;
	}
	return root->kinds_known && root->n_kinds == 2;
}

static bool known_by_crds(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	(void)arg;
	for (size_t i = 0; i < root->n_kinds; i++) {
		if (root->kinds[i]->no_crd)
			return false;
	}
	return root->kinds_known && root->n_kinds == 1 && !root->problem;
}

/* Two kinds without CRDs, which may not be listed `times` times. */
static void open_forbidden(struct scene *sc, size_t times)
{
	scene_open(sc, &by_pages);
	collection_put(world_add(sc->world, "widgets", "v1"), "a", "x", NULL, NULL);
	collection_put(world_add(sc->world, "gadgets", "v1"), "b", "y", NULL, NULL);
	scene_refuse(sc, WORLD_CRDS, NULL, times, 403, "Forbidden",
		"customresourcedefinitions is forbidden: User \\\"u\\\" cannot list them");
}

static void answer_aggregated(struct scene *sc)
{
	scene_answer(sc, "/apis$", NULL, 0,
		&(struct server_answer){ .body = aggregated,
			.headers = "Content-Type: application/json; as=APIGroupDiscoveryList ;"
				   "g=apidiscovery.k8s.io;charset=utf-8;v=v2\n" });
}

static void test_case_47_aggregated(void **state)
{
	struct scene *sc = *state;

	open_forbidden(sc, 0);
	answer_aggregated(sc);
	scene_start(sc, NULL);
	scene_wait(sc, known_without_crds, NULL, "kinds from discovery");
	scene_wait_rows(sc, "widgets", "a/x@11");
	scene_wait_rows(sc, "gadgets", "b/y@11");
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
}

/* The number of the nth GET /apis, as far as it has come; 0: not yet. */
static size_t nth_discovery(struct scene *sc, size_t n)
{
	char *target;
	size_t number = 0;

	while ((target = server_target(sc->server, ++number))) {
		bool hit = strcmp(target, "GET /apis") == 0;

		free(target);
		if (hit && --n == 0)
			return number;
	}
	return 0;
}

static bool asked_again(struct scene *sc, const struct root *root, void *arg)
{
	return nth_discovery(sc, *(size_t *)arg) && known_without_crds(sc, root, NULL);
}

/* The second time only what is newer is asked for; a 304 changes nothing. */
static void test_case_47_etag(void **state)
{
	struct scene *sc = *state;
	size_t second = 2, third = 3;
	char *header;

	open_forbidden(sc, 0);
	scene_answer(sc, "/apis$", NULL, 0, &(struct server_answer){ .status = 304 });
	scene_answer(sc, "/apis$", NULL, 1,
		&(struct server_answer){ .body = aggregated,
			.headers = "ETag: \"abc\"\nContent-Type: application/json;v=v2;"
				   "g=apidiscovery.k8s.io;as=APIGroupDiscoveryList\n" });
	scene_start(sc, NULL);
	scene_wait(sc, known_without_crds, NULL, "kinds from discovery");
	scene_drive(sc, asked_again, &second, 40, "the second question");
	header = server_header(sc->server, nth_discovery(sc, 2), "if-none-match");
	assert_non_null(header);
	assert_string_equal(header, "\"abc\"");
	free(header);
	scene_drive(sc, asked_again, &third, 40, "the third question");
}

static const char groups[] =
	"{\"kind\":\"APIGroupList\",\"apiVersion\":\"v1\",\"groups\":[{\"name\":\"apps\","
	"\"versions\":[{\"groupVersion\":\"apps/v1\",\"version\":\"v1\"}],\"preferredVersion\":{"
	"\"groupVersion\":\"apps/v1\",\"version\":\"v1\"}},{\"name\":\"broken.example.com\","
	"\"versions\":[{\"groupVersion\":\"broken.example.com/v1\",\"version\":\"v1\"}]},{\"name\":"
	"\"example.com\",\"versions\":[{\"groupVersion\":\"example.com/v1\",\"version\":\"v1\"}],"
	"\"preferredVersion\":{\"groupVersion\":\"example.com/v1\",\"version\":\"v1\"}}]}";
#define PLAIN(plural, kind)                                                                        \
	"{\"name\":\"" plural "\",\"singularName\":\"x\",\"namespaced\":true,\"kind\":\"" kind     \
	"\",\"verbs\":[\"get\",\"list\",\"watch\"]}"
static const char resources[] =
	"{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\",\"groupVersion\":\"example.com/v1\","
	"\"resources\":[" PLAIN("widgets", "Widget") "," PLAIN("gadgets", "Gadget") "]}";

static void test_case_47_plain(void **state)
{
	struct scene *sc = *state;

	open_forbidden(sc, 0);
	scene_answer(sc, "/apis$", NULL, 0, &(struct server_answer){ .body = groups });
	scene_answer(
		sc, "/apis/example.com/v1$", NULL, 0, &(struct server_answer){ .body = resources });
	scene_refuse(sc, "/apis/broken.example.com/v1$", NULL, 0, 503, "ServiceUnavailable",
		"the extension API server is away");
	scene_start(sc, NULL);
	scene_wait(sc, known_without_crds, NULL, "kinds from discovery");
	scene_wait_rows(sc, "widgets", "a/x@11");
	scene_wait_rows(sc, "gadgets", "b/y@11");
	assert_int_equal(server_count(sc->server, "/apis/apps"), 0);
	assert_int_equal(server_count(sc->server, "GET /apis/broken.example.com/v1"), 1);
}

static bool has_problem(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	return root->problem && strstr(root->problem, arg);
}

/* Neither: said, and tried again until one of them works. */
static void test_case_47_nothing_works(void **state)
{
	struct scene *sc = *state;

	open_forbidden(sc, 0);
	scene_refuse(sc, "/apis$", NULL, 2, 403, "Forbidden", "no");
	scene_start(sc, NULL);
	scene_wait(sc, has_problem, "customresourcedefinitions is forbidden", "the problem");
	answer_aggregated(sc);
	scene_drive(sc, known_without_crds, NULL, 70, "kinds from discovery");
	scene_wait_rows(sc, "widgets", "a/x@11");
}

static void test_case_47_crds_again(void **state)
{
	struct scene *sc = *state;

	/* A stream and a list of them are refused. */
	open_forbidden(sc, 2);
	answer_aggregated(sc);
	world_crd(sc->world, &(struct crd_text){ .plural = "widgets" });
	scene_start(sc, NULL);
	scene_wait(sc, known_without_crds, NULL, "kinds from discovery");
	scene_drive(sc, known_by_crds, NULL, 400, "kinds from CRDs");
	scene_wait_rows(sc, "widgets", "a/x@11");
	scene_wait_no_kind(sc, "gadgets");
}

static struct column_choices *choose(const char *name, enum column_source source, const char *what)
{
	const struct column_spec specs[] = {
		{ (char *)name, source, (char *)what },
		{ (char *)"Own", COLUMN_OWN, (char *)"Size" },
	};
	struct column_choices *choices = choices_new();

	choices_add(choices, "widgets.example.com", specs, 2);
	return choices;
}

static uint64_t kind_version(struct scene *sc, const char *plural)
{
	const struct root *root = root_pin(sc->reader);
	uint64_t version = scene_kind(root, plural)->kind->version;

	root_unpin(sc->reader);
	return version;
}

static bool shows_own(struct scene *sc, const struct root *root, void *arg)
{
	const struct kind_root *k = scene_kind(root, "widgets");
	const char *want = arg;
	struct buf out = BUF_INIT(4096);
	bool same;

	(void)sc;
	for (size_t i = 0; i < k->kind->own_columns->count; i++)
		buf_addf(&out, "%s,", k->kind->own_columns->items[i].head);
	same = strcmp(buf_text(&out), want) == 0;
	buf_release(&out);
	return same;
}

/* Chosen before the start, while it runs, and kept when the CRD changes. */
static void test_chosen_columns(void **state)
{
	struct scene *sc = *state;
	struct column_choices *choices = choose("Color", COLUMN_PATH, ".spec.color");
	struct collection *c;
	uint64_t version, other;
	uint32_t id;

	scene_open(sc, &by_pages);
	c = world_kind(sc->world, "widgets");
	world_kind(sc->world, "gadgets");
	collection_put(c, "a", "x", NULL, NULL);
	scene_start(sc, &(struct cluster_options){ .choices = choices });
	choices_unref(choices);
	scene_wait_kinds(sc, 2);
	wait_heads(sc, "widgets", "COLOR,OWN,");
	wait_heads(sc, "gadgets", "AGE,");
	scene_wait(sc, shows_own, (void *)"AGE,", "the CRD's own are known beside");
	id = scene_kind_id(sc, "widgets");
	version = kind_version(sc, "widgets");
	other = kind_version(sc, "gadgets");

	choices = choose("Team", COLUMN_LABEL, "team");
	cluster_set_choices(sc->cluster, choices);
	choices_unref(choices);
	wait_heads(sc, "widgets", "TEAM,OWN,");
	assert_true(kind_version(sc, "widgets") != version);
	assert_int_equal(kind_version(sc, "gadgets"), other);
	assert_int_equal(scene_kind_id(sc, "widgets"), id);
	scene_wait_count(sc, "widgets", 1);

	/* The CRD has other columns: the choice stays. */
	world_crd(sc->world, &(struct crd_text){ .plural = "widgets",
				     .columns = "[" COLUMN("Size", ".spec.size") "]" });
	scene_wait(sc, shows_own, (void *)"SIZE,", "the CRD's columns have changed");
	wait_heads(sc, "widgets", "TEAM,OWN,");

	/* One that does not parse: the own ones, and a note. */
	choices = choose("Bad", COLUMN_PATH, ".spec[");
	cluster_set_choices(sc->cluster, choices);
	choices_unref(choices);
	wait_heads(sc, "widgets", "SIZE,");
	{
		const struct root *root = root_pin(sc->reader);

		assert_non_null(strstr(scene_kind(root, "widgets")->kind->note, "column Bad"));
		root_unpin(sc->reader);
	}
	cluster_set_choices(sc->cluster, NULL);
	wait_heads(sc, "widgets", "SIZE,");
	choices = choose("Team", COLUMN_LABEL, "team");
	cluster_set_choices(sc->cluster, choices);
	choices_unref(choices);
	wait_heads(sc, "widgets", "TEAM,OWN,");
	cluster_set_choices(sc->cluster, NULL);
	wait_heads(sc, "widgets", "SIZE,");
	/* One that nobody takes any more. */
	choices = choose("Team", COLUMN_LABEL, "team");
	cluster_stop(sc->cluster);
	cluster_set_choices(sc->cluster, choices);
	choices_unref(choices);
}

static bool has_server_cells(struct scene *sc, const struct root *root, void *arg)
{
	const struct kind_root *k = scene_kind(root, "widgets");
	struct buf cells = BUF_INIT(4096);
	bool same;

	(void)sc;
	(void)arg;
	if (k->bare)
		return false;
	columns_cells(k->kind->columns, STR("{\"metadata\":{\"name\":\"x\",\"namespace\":\"a\"}}"),
		0, true, &cells);
	same = str_eq(buf_str(&cells), STR("x\000large\0"));
	buf_release(&cells);
	return same;
}

/* The server's own columns, without rights to CRDs, beside what is computed. */
static void test_chosen_from_table(void **state)
{
	struct scene *sc = *state;
	struct column_choices *choices = choose("Name", COLUMN_PATH, "{.metadata.name}");

	open_forbidden(sc, 0);
	answer_aggregated(sc);
	scene_answer(sc, WIDGETS, "includeObject=Metadata", 0,
		&(struct server_answer){
			.body = "{\"columnDefinitions\":[{\"name\":\"Name\"},{\"name\":\"Size\"}],"
				"\"rows\":[{\"cells\":[\"x\",\"large\"],\"object\":{\"metadata\":{"
				"\"name\":\"x\",\"namespace\":\"a\"}}}]}" });
	scene_start(sc, &(struct cluster_options){ .choices = choices });
	choices_unref(choices);
	scene_wait(sc, known_without_crds, NULL, "kinds from discovery");
	wait_heads(sc, "widgets", "NAME,OWN,");
	scene_wait_rows(sc, "widgets", "a/x@11");
	scene_drive(sc, has_server_cells, NULL, 60, "the server's cells");
	cluster_set_choices(sc->cluster, NULL);
	wait_heads(sc, "widgets", "SIZE,");
}

#define IN(ns) "/apis/example.com/v1/namespaces/" ns "/widgets$"
#define IN_LIST(ns)                                                                                \
	"{\"kind\":\"WidgetList\",\"apiVersion\":\"example.com/v1\",\"metadata\":{"                \
	"\"resourceVersion\":\"11\"},\"items\":[{\"apiVersion\":\"example.com/v1\",\"kind\":"      \
	"\"Widget\",\"metadata\":{\"namespace\":\"" ns "\",\"name\":\"x\",\"uid\":\"u-" ns         \
	"\",\"resourceVersion\":\"6\"}}]}"
#define IN_TABLE(ns, size)                                                                         \
	"{\"columnDefinitions\":[{\"name\":\"Name\"},{\"name\":\"Size\"}],\"rows\":[{\"cells\":["  \
	"\"x\",\"" size "\"],\"object\":{\"metadata\":{\"name\":\"x\",\"namespace\":\"" ns         \
	"\"}}}]}"

static void serve_in(struct scene *sc, const char *path, const char *list, const char *table)
{
	scene_answer(sc, path, NULL, 0, &(struct server_answer){ .body = list });
	scene_answer(
		sc, path, "watch=true", 0, &(struct server_answer){ .body = "", .stream = true });
	scene_refuse(sc, path, "sendInitialEvents", 0, 422, "Invalid", "no streams");
	if (table)
		scene_answer(sc, path, "includeObject=Metadata", 0,
			&(struct server_answer){ .body = table });
	else
		scene_refuse(sc, path, "includeObject=Metadata", 0, 403, "Forbidden", "no table");
}

static bool has_cells_of_both(struct scene *sc, const struct root *root, void *arg)
{
	static const char *const objects[] = {
		"{\"metadata\":{\"name\":\"x\",\"namespace\":\"a\"}}",
		"{\"metadata\":{\"name\":\"x\",\"namespace\":\"b\"}}"
	};
	static const char *const want[] = { "large", "small" };
	const struct kind_root *k = scene_kind(root, "widgets");
	bool same = k && !k->bare;

	(void)sc;
	(void)arg;
	for (size_t i = 0; same && i < 2; i++) {
		struct buf cells = BUF_INIT(4096);

		columns_cells(k->kind->columns, str_of(objects[i]), 0, true, &cells);
		same = strcmp(buf_text(&cells), want[i]) == 0;
		buf_release(&cells);
	}
	return same;
}

/* A kind that is read by namespace has the server's columns of each that may be read. */
static void test_narrow_table(void **state)
{
	struct scene *sc = *state;

	open_forbidden(sc, 0);
	answer_aggregated(sc);
	scene_refuse(sc, WIDGETS, NULL, 0, 403, "Forbidden", "not everywhere");
	scene_answer(sc, "/api/v1/namespaces", NULL, 0,
		&(struct server_answer){ .body = "{\"items\":[{\"metadata\":{\"name\":\"a\"}},"
						 "{\"metadata\":{\"name\":\"b\"}}]}" });
	scene_answer(sc, "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", NULL, 0,
		&(struct server_answer){ .status = 201,
			.body = "{\"status\":{\"incomplete\":false,\"resourceRules\":[{\"verbs\":["
				"\"list\",\"watch\"],\"apiGroups\":[\"example.com\"],\"resources\":["
				"\"widgets\"]}]}}" });
	serve_in(sc, IN("default"), IN_LIST("default"), NULL);
	serve_in(sc, IN("a"), IN_LIST("a"), IN_TABLE("a", "large"));
	serve_in(sc, IN("b"), IN_LIST("b"), IN_TABLE("b", "small"));
	scene_start(sc, NULL);
	scene_wait_rows(sc, "widgets", "a/x@6 b/x@6 default/x@6");
	scene_drive(sc, has_cells_of_both, NULL, 60, "the server's cells of both namespaces");
	wait_heads(sc, "widgets", "SIZE,");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene_test(test_case_41_established_later),
		scene_test(test_case_41_not_found_for_long),
		scene_test(test_case_42_columns_changed),
		scene_test(test_chosen_columns),
		scene_test(test_chosen_from_table),
		scene_test(test_narrow_table),
		scene_test(test_case_43_deleted),
		scene_test(test_case_43_recreated),
		scene_test(test_case_43_other_uid),
		scene_test(test_case_44_versions),
		scene_test(test_case_45_moves_to_another_version),
		scene_test(test_case_46_accepted_names),
		scene_test(test_case_48_conversion_fails),
		scene_test(test_case_48_conversion_fails_later),
		scene_test(test_not_served),
		scene_test(test_strange_crds),
		scene_test(test_bad_column),
		scene_test(test_case_47_aggregated),
		scene_test(test_case_47_etag),
		scene_test(test_case_47_plain),
		scene_test(test_case_47_nothing_works),
		scene_test(test_case_47_crds_again),
	};

	return cmocka_run_group_tests_name("crds", tests, scene_group_setup, scene_group_teardown);
}
