/* The embedded cluster's answers, without sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "demo/kinds.h"
#include "demo/serve.h"
#include "demo/store.h"
#include "json/doc.h"

#define CRDS	"/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
#define WIDGETS "/apis/shop.example/v1/namespaces/apps/widgets"
#define TABLE	"application/json;as=Table;v=v1;g=meta.k8s.io,application/json"

static struct demo_server *server;
static struct demo_answer answer;

/* What a request says beside method, path and body. */
struct extras {
	const char *query, *type, *accept, *agent, *user;
	bool past;
};

static int ask_with(const char *method, const char *path, const char *body, struct extras extras)
{
	struct demo_request request = {
		.method = method,
		.path = path,
		.query = extras.query,
		.accept = extras.accept,
		.content_type = extras.type,
		.user_agent = extras.agent ? extras.agent : "tester/1.0 (linux)",
		.user = extras.user,
		.body = str_of(body),
		.past = extras.past,
	};

	demo_answer_release(&answer);
	demo_serve(server, &request, &answer);
	return answer.code;
}

static int ask(const char *method, const char *path, const char *body)
{
	return ask_with(method, path, body, (struct extras){ .type = "application/json" });
}

static int merge(const char *path, const char *body)
{
	return ask_with(
		"PATCH", path, body, (struct extras){ .type = "application/merge-patch+json" });
}

static void assert_has(const char *text)
{
	if (!strstr(buf_text(&answer.body), text))
		fail_msg("no %s in %s", text, buf_text(&answer.body));
}

static void assert_lacks(const char *text)
{
	if (strstr(buf_text(&answer.body), text))
		fail_msg("%s in %s", text, buf_text(&answer.body));
}

/* A member of the answer, "metadata.uid"; free() it. */
static char *answered(const char *path)
{
	struct doc *doc = doc_parse(buf_str(&answer.body), NULL);
	const struct doc *at = doc;
	struct str rest = str_of(path);
	char *text;

	while (rest.p && at) {
		char *key = str_dup(str_cut(&rest, '.'));

		at = doc_get(at, key);
		free(key);
	}
	text = doc_scalar(at);
	doc_free(doc);
	return text ? text : mem_strdup("");
}

static void assert_answered(const char *path, const char *text)
{
	char *found = answered(path);

	assert_string_equal(found, text);
	free(found);
}

static const char widget_crd[] =
	"{\"apiVersion\":\"apiextensions.k8s.io/v1\",\"kind\":\"CustomResourceDefinition\","
	"\"metadata\":{\"name\":\"widgets.shop.example\"},\"spec\":{\"group\":\"shop.example\","
	"\"scope\":\"Namespaced\",\"names\":{\"plural\":\"widgets\",\"kind\":\"Widget\","
	"\"shortNames\":[\"wd\"]},\"versions\":[{\"name\":\"v1\",\"served\":true,\"storage\":true,"
	"\"subresources\":{\"status\":{},\"scale\":{\"specReplicasPath\":\".spec.replicas\","
	"\"statusReplicasPath\":\".status.replicas\"}},\"selectableFields\":[{\"jsonPath\":"
	"\".spec.color\"}],\"additionalPrinterColumns\":[{\"name\":\"Size\",\"type\":\"integer\","
	"\"jsonPath\":\".spec.size\"},{\"name\":\"Color\",\"type\":\"string\",\"jsonPath\":"
	"\".spec.color\",\"priority\":1}],\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\","
	"\"properties\":{\"spec\":{\"type\":\"object\",\"required\":[\"size\"],\"properties\":{"
	"\"size\":{\"type\":\"integer\"},\"color\":{\"type\":\"string\",\"enum\":[\"red\","
	"\"blue\"]},\"replicas\":{\"type\":\"integer\"}}}}}}},{\"name\":\"v1beta1\",\"served\":true,"
	"\"storage\":false,\"deprecated\":true,\"deprecationWarning\":\"use v1\",\"schema\":{"
	"\"openAPIV3Schema\":{\"type\":\"object\"}}}]}}";

static int set_up(void **state)
{
	(void)state;
	server = demo_server_new(7);
	ask("POST", "/api/v1/namespaces", "{\"metadata\":{\"name\":\"apps\"}}");
	ask("POST", CRDS, widget_crd);
	return answer.code == 201 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	demo_answer_release(&answer);
	answer = (struct demo_answer){ .code = 0 };
	demo_server_free(server);
	return 0;
}

static void create(const char *name, const char *metadata)
{
	char *body = mem_printf(
		"{\"metadata\":{\"name\":\"%s\"%s},\"spec\":{\"size\":1}}", name, metadata);

	assert_int_equal(ask("POST", WIDGETS, body), 201);
	free(body);
}

static void test_a_crd_brings_its_endpoint_and_takes_it(void **state)
{
	(void)state;
	assert_int_equal(ask("GET", CRDS "/widgets.shop.example", NULL), 200);
	assert_has("\"type\":\"Established\"");
	assert_has("\"storedVersions\":[\"v1\"]");
	assert_has("\"singular\":\"widget\"");
	assert_int_equal(ask("GET", "/apis/shop.example/v1", NULL), 200);
	assert_has("\"shortNames\":[\"wd\"]");
	assert_has("\"widgets/scale\"");
	create("one", "");
	assert_int_equal(ask("DELETE", CRDS "/widgets.shop.example", NULL), 200);
	assert_int_equal(ask("GET", WIDGETS, NULL), 404);
	assert_int_equal(ask("GET", "/apis/shop.example", NULL), 404);
}

static void test_discovery_in_one_document(void **state)
{
	struct extras extras = { .accept = "application/json;g=apidiscovery.k8s.io;v=v2;"
					   "as=APIGroupDiscoveryList,application/json" };

	(void)state;
	assert_int_equal(ask_with("GET", "/apis", NULL, extras), 200);
	assert_non_null(strstr(answer.content_type, "as=APIGroupDiscoveryList"));
	assert_has(
		"\"responseKind\":{\"group\":\"shop.example\",\"version\":\"v1\",\"kind\":\"Widget\"}");
	assert_has("\"scope\":\"Namespaced\"");
	ask("GET", "/apis", NULL);
	assert_has("\"preferredVersion\":{\"groupVersion\":\"shop.example/v1\"");
	ask("GET", "/version", NULL);
	assert_has("\"minor\":\"36\"");
	assert_int_equal(ask("GET", "/readyz", NULL), 200);
}

static void test_what_was_written_is_read(void **state)
{
	(void)state;
	create("one", ",\"labels\":{\"a\":\"b\"}");
	assert_int_equal(ask("GET", WIDGETS "/one", NULL), 200);
	assert_answered("apiVersion", "shop.example/v1");
	assert_answered("kind", "Widget");
	assert_answered("metadata.namespace", "apps");
	assert_answered("metadata.generation", "1");
	assert_int_equal(ask("GET", WIDGETS "/two", NULL), 404);
	assert_answered("message", "widgets.shop.example \"two\" not found");
	assert_int_equal(
		ask("POST", WIDGETS, "{\"metadata\":{\"name\":\"one\"},\"spec\":{\"size\":1}}"),
		409);
	assert_answered("reason", "AlreadyExists");
}

static void test_names_are_made_and_checked(void **state)
{
	char *name;

	(void)state;
	assert_int_equal(ask("POST", WIDGETS,
				 "{\"metadata\":{\"generateName\":\"w-\"},\"spec\":{\"size\":1}}"),
		201);
	name = answered("metadata.name");
	assert_int_equal(strlen(name), 7);
	assert_memory_equal(name, "w-", 2);
	free(name);
	assert_int_equal(ask("POST", WIDGETS,
				 "{\"metadata\":{\"name\":\"Bad_Name\"},\"spec\":{\"size\":1}}"),
		422);
	assert_has("a lowercase RFC 1123 subdomain");
	assert_int_equal(ask("POST", "/apis/shop.example/v1/namespaces/none/widgets",
				 "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"size\":1}}"),
		404);
	assert_answered("message", "namespaces \"none\" not found");
}

static void test_the_schema_is_kept(void **state)
{
	(void)state;
	assert_int_equal(ask("POST", WIDGETS,
				 "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"color\":\"green\"}}"),
		422);
	assert_has("Unsupported value: \\\"green\\\": supported values: \\\"red\\\", \\\"blue\\\"");
	assert_has("spec.size: Required value");
	assert_int_equal(
		ask("POST", WIDGETS, "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"size\":\"big\"}}"),
		422);
	assert_has("spec.size in body must be of type integer");
	assert_int_equal(ask("POST", WIDGETS, "{\"kind\":\"Gadget\"}"), 400);
	assert_has("does not match the expected kind (Widget)");
	assert_int_equal(ask("POST", WIDGETS, "[1"), 400);
}

static void test_pages(void **state)
{
	char *token;
	char *query;
	char name[16];

	(void)state;
	for (int i = 0; i < 7; i++) {
		snprintf(name, sizeof(name), "w%d", i);
		create(name, i % 2 ? ",\"labels\":{\"odd\":\"yes\"}" : "");
	}
	ask_with("GET", WIDGETS, NULL, (struct extras){ .query = "limit=5" });
	token = answered("metadata.continue");
	assert_has("\"w4\"");
	assert_lacks("\"w5\"");
	query = mem_printf("limit=5&continue=%s", token);
	ask_with("GET", WIDGETS, NULL, (struct extras){ .query = query });
	assert_has("\"w6\"");
	assert_lacks("\"w4\"");
	assert_lacks("continue");
	merge(WIDGETS "/w1", "{\"spec\":{\"size\":9}}");
	demo_store_expire(server->store, true);
	assert_int_equal(ask_with("GET", WIDGETS, NULL, (struct extras){ .query = query }), 410);
	ask_with("GET", WIDGETS, NULL,
		(struct extras){ .query = "labelSelector=odd%3Dyes&limit=3" });
	assert_has("\"w5\"");
	assert_lacks("\"w2\"");
	assert_lacks("continue");
	free(query);
	free(token);
}

/* Nothing has changed since then: a list of that version, whole. */
static void check_exact(void)
{
	char *rv, *query, *listed;

	create("two", "");
	ask("GET", WIDGETS "/two", NULL);
	rv = answered("metadata.resourceVersion");
	assert_int_equal(
		ask("POST", "/api/v1/namespaces", "{\"metadata\":{\"name\":\"other\"}}"), 201);
	query = mem_printf("limit=1&resourceVersion=%s&resourceVersionMatch=Exact", rv);
	assert_int_equal(ask_with("GET", WIDGETS, NULL, (struct extras){ .query = query }), 200);
	listed = answered("metadata.resourceVersion");
	assert_string_equal(listed, rv);
	assert_has("\"one\"");
	assert_has("\"two\"");
	assert_lacks("continue");
	free(rv);
	free(query);
	free(listed);
}

static void test_list_versions(void **state)
{
	(void)state;
	create("one", "");
	assert_int_equal(
		ask_with("GET", WIDGETS, NULL, (struct extras){ .query = "resourceVersion=99" }),
		504);
	assert_has("Too large resource version: 99");
	assert_int_equal(
		ask_with("GET", WIDGETS, NULL,
			(struct extras){ .query = "resourceVersion=1&resourceVersionMatch=Exact" }),
		410);
	check_exact();
	assert_int_equal(
		ask_with("GET", WIDGETS, NULL, (struct extras){ .query = "resourceVersion=x" }),
		400);
	assert_int_equal(
		ask_with("GET", WIDGETS, NULL, (struct extras){ .query = "labelSelector=a%20in" }),
		400);
}

static void test_optimistic_locking(void **state)
{
	char *rv, *body;

	(void)state;
	create("one", "");
	rv = answered("metadata.resourceVersion");
	body = mem_printf("{\"metadata\":{\"name\":\"one\",\"resourceVersion\":\"%s\"},"
			  "\"spec\":{\"size\":2}}",
		rv);
	assert_int_equal(ask("PUT", WIDGETS "/one", body), 200);
	assert_answered("metadata.generation", "2");
	assert_int_equal(ask("PUT", WIDGETS "/one", body), 409);
	assert_has("the object has been modified; please apply your changes to the latest version");
	free(rv);
	/* What changes nothing is no version. */
	rv = NULL;
	ask("GET", WIDGETS "/one", NULL);
	rv = answered("metadata.resourceVersion");
	assert_int_equal(merge(WIDGETS "/one", "{\"spec\":{\"size\":2}}"), 200);
	assert_answered("metadata.resourceVersion", rv);
	free(rv);
	free(body);
}

static void test_status_is_a_subresource(void **state)
{
	(void)state;
	assert_int_equal(ask("POST", WIDGETS,
				 "{\"metadata\":{\"name\":\"one\"},\"spec\":{\"size\":1},"
				 "\"status\":{\"x\":1}}"),
		201);
	assert_lacks("\"status\"");
	assert_int_equal(
		merge(WIDGETS "/one/status", "{\"spec\":{\"size\":5},\"status\":{\"x\":2}}"), 200);
	assert_answered("status.x", "2");
	assert_answered("spec.size", "1");
	assert_answered("metadata.generation", "1");
	assert_int_equal(
		merge(WIDGETS "/one", "{\"spec\":{\"size\":6},\"status\":{\"x\":3}}"), 200);
	assert_answered("status.x", "2");
	assert_answered("spec.size", "6");
}

static void test_patches(void **state)
{
	struct extras json = { .type = "application/json-patch+json" };
	struct extras strategic = { .type = "application/strategic-merge-patch+json" };
	struct extras apply = { .type = "application/apply-patch+yaml" };

	(void)state;
	create("one", ",\"labels\":{\"a\":\"b\",\"c\":\"d\"}");
	assert_int_equal(merge(WIDGETS "/one", "{\"metadata\":{\"labels\":{\"a\":null}}}"), 200);
	assert_lacks("\"a\":\"b\"");
	assert_int_equal(
		ask_with("PATCH", WIDGETS "/one",
			"[{\"op\":\"test\",\"path\":\"/spec/size\",\"value\":1},{\"op\":\"replace\","
			"\"path\":\"/spec/size\",\"value\":4},{\"op\":\"add\",\"path\":"
			"\"/metadata/labels/x~1y\",\"value\":\"z\"},{\"op\":\"remove\",\"path\":"
			"\"/metadata/labels/c\"}]",
			json),
		200);
	assert_answered("spec.size", "4");
	assert_has("\"labels\":{\"x/y\":\"z\"}");
	assert_int_equal(ask_with("PATCH", WIDGETS "/one",
				 "[{\"op\":\"test\",\"path\":\"/spec/size\",\"value\":1}]", json),
		422);
	assert_int_equal(ask_with("PATCH", WIDGETS "/one", "{}", strategic), 415);
	assert_int_equal(ask_with("PATCH", WIDGETS "/one", "{}", apply), 415);
	assert_int_equal(ask_with("PATCH", "/api/v1/namespaces/apps",
				 "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}", strategic),
		200);
}

static void test_finalizers_hold(void **state)
{
	(void)state;
	create("one", ",\"finalizers\":[\"shop.example/hold\"]");
	assert_int_equal(ask("DELETE", WIDGETS "/one", NULL), 200);
	assert_has("\"deletionTimestamp\"");
	assert_int_equal(ask("GET", WIDGETS "/one", NULL), 200);
	assert_int_equal(merge(WIDGETS "/one", "{\"metadata\":{\"finalizers\":null}}"), 200);
	assert_int_equal(ask("GET", WIDGETS "/one", NULL), 404);
}

/* Creates name, owned by what was created last. */
static void create_owned(const char *name)
{
	char *uid = answered("metadata.uid");
	char *owner =
		mem_printf(",\"ownerReferences\":[{\"apiVersion\":\"shop.example/v1\",\"kind\":"
			   "\"Widget\",\"name\":\"x\",\"uid\":\"%s\"}]",
			uid);

	create(name, owner);
	free(owner);
	free(uid);
}

static void test_what_is_owned_goes_along(void **state)
{
	(void)state;
	create("other", "");
	create("top", "");
	create_owned("middle");
	create_owned("leaf");
	assert_int_equal(ask("DELETE", WIDGETS "/top", NULL), 200);
	ask("GET", WIDGETS, NULL);
	assert_has("\"other\"");
	assert_lacks("\"middle\"");
	assert_lacks("\"leaf\"");
	assert_int_equal(ask("DELETE", "/api/v1/namespaces/apps", NULL), 200);
	ask("GET", "/apis/shop.example/v1/widgets", NULL);
	assert_lacks("\"other\"");
}

static void test_preconditions_and_collections(void **state)
{
	(void)state;
	create("one", ",\"labels\":{\"a\":\"b\"}");
	create("two", "");
	assert_int_equal(
		ask("DELETE", WIDGETS "/one", "{\"preconditions\":{\"uid\":\"other\"}}"), 409);
	assert_int_equal(ask("DELETE", WIDGETS "/one", "{\"dryRun\":[\"All\"]}"), 200);
	assert_int_equal(ask("GET", WIDGETS "/one", NULL), 200);
	assert_int_equal(
		ask_with("DELETE", WIDGETS, NULL, (struct extras){ .query = "labelSelector=a" }),
		200);
	assert_int_equal(ask("GET", WIDGETS "/one", NULL), 404);
	assert_int_equal(ask("GET", WIDGETS "/two", NULL), 200);
}

static void test_dry_run(void **state)
{
	struct extras dry = { .query = "dryRun=All", .type = "application/json" };

	(void)state;
	assert_int_equal(ask_with("POST", WIDGETS,
				 "{\"metadata\":{\"name\":\"one\"},\"spec\":{\"size\":1}}", dry),
		201);
	assert_has("\"uid\"");
	assert_int_equal(ask("GET", WIDGETS "/one", NULL), 404);
}

static void test_tables(void **state)
{
	(void)state;
	create("one", "");
	ask_with("GET", WIDGETS, NULL, (struct extras){ .accept = TABLE });
	assert_answered("kind", "Table");
	assert_has("{\"name\":\"Color\",\"type\":\"string\",\"format\":\"\",\"description\":\"\","
		   "\"priority\":1}");
	assert_has("\"cells\":[\"one\",1,null]");
	assert_has("\"object\":{\"kind\":\"PartialObjectMetadata\"");
	ask_with("GET", WIDGETS, NULL,
		(struct extras){ .accept = TABLE, .query = "includeObject=None" });
	assert_lacks("\"object\"");
	ask_with("GET", WIDGETS, NULL,
		(struct extras){
			.accept =
				"application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io" });
	assert_answered("kind", "PartialObjectMetadataList");
	assert_lacks("\"spec\"");
	assert_int_equal(
		ask_with("GET", WIDGETS, NULL,
			(struct extras){ .accept = "application/vnd.kubernetes.protobuf" }),
		406);
}

static void test_versions(void **state)
{
	(void)state;
	create("one", "");
	assert_int_equal(
		ask("GET", "/apis/shop.example/v1beta1/namespaces/apps/widgets/one", NULL), 200);
	assert_answered("apiVersion", "shop.example/v1beta1");
	assert_string_equal(answer.warning, "299 - \"use v1\"");
	assert_int_equal(
		ask("GET", "/apis/shop.example/v2/namespaces/apps/widgets/one", NULL), 404);
	/* With a conversion webhook that is not there only the stored version is served. */
	assert_int_equal(merge(CRDS "/widgets.shop.example",
				 "{\"spec\":{\"conversion\":{\"strategy\":\"Webhook\"}}}"),
		200);
	assert_int_equal(ask("GET", WIDGETS, NULL), 200);
	assert_int_equal(ask("GET", "/apis/shop.example/v1beta1/widgets", NULL), 500);
	assert_has("conversion webhook for shop.example/v1, Kind=Widget failed");
}

static void test_events_have_two_faces(void **state)
{
	const char *event =
		"{\"metadata\":{\"name\":\"e\",\"namespace\":\"apps\"},\"involvedObject\":{"
		"\"kind\":\"Widget\",\"name\":\"one\"},\"reason\":\"Failed\",\"message\":"
		"\"no\",\"type\":\"Warning\"}";

	(void)state;
	assert_int_equal(ask("POST", "/api/v1/namespaces/apps/events", event), 201);
	assert_has("\"involvedObject\":{");
	ask("GET", "/apis/events.k8s.io/v1/namespaces/apps/events/e", NULL);
	assert_answered("apiVersion", "events.k8s.io/v1");
	assert_answered("note", "no");
	assert_answered("regarding.name", "one");
	ask_with("GET", "/api/v1/events", NULL,
		(struct extras){
			.query = "fieldSelector=involvedObject.name%3Done,type!%3DNormal" });
	assert_has("\"message\":\"no\"");
	ask_with("GET", "/api/v1/events", NULL,
		(struct extras){ .query = "fieldSelector=involvedObject.name=two" });
	assert_lacks("\"message\":\"no\"");
}

static void test_field_selectors(void **state)
{
	(void)state;
	create("one", "");
	create("two", "");
	merge(WIDGETS "/two", "{\"spec\":{\"color\":\"blue\"}}");
	ask_with("GET", WIDGETS, NULL, (struct extras){ .query = "fieldSelector=spec.color=blue" });
	assert_has("\"two\"");
	assert_lacks("\"one\"");
	ask_with("GET", WIDGETS, NULL,
		(struct extras){ .query = "fieldSelector=metadata.name!=two" });
	assert_lacks("\"two\"");
	assert_int_equal(ask_with("GET", WIDGETS, NULL,
				 (struct extras){ .query = "fieldSelector=spec.size=1" }),
		400);
	assert_answered("message", "field label not supported: spec.size");
}

static void test_scale(void **state)
{
	(void)state;
	create("one", "");
	assert_int_equal(merge(WIDGETS "/one/scale", "{\"spec\":{\"replicas\":3}}"), 200);
	assert_answered("kind", "Scale");
	assert_answered("spec.replicas", "3");
	ask("GET", WIDGETS "/one", NULL);
	assert_answered("spec.replicas", "3");
	assert_int_equal(ask("PUT", WIDGETS "/one/scale", "{\"spec\":{}}"), 422);
	assert_int_equal(
		ask("GET", "/apis/shop.example/v1beta1/namespaces/apps/widgets/one/scale", NULL),
		404);
}

static void refuse_crd(const char *spec, const char *text)
{
	char *body = mem_printf("{\"spec\":{%s}}", spec);

	assert_int_equal(merge(CRDS "/widgets.shop.example", body), 422);
	assert_has(text);
	free(body);
}

/* What a CRD leaves out, or has of another type, is not there; some is refused. */
static void test_odd_crds(void **state)
{
	static const char odd[] =
		"{\"spec\":{\"versions\":[{\"name\":\"v1\",\"served\":true,\"storage\":true,"
		"\"subresources\":7,\"schema\":[],\"selectableFields\":{},"
		"\"additionalPrinterColumns\":\"x\"}]}}";

	(void)state;
	create("one", "");
	refuse_crd("\"versions\":[{\"name\":\"v1\",\"served\":true,\"storage\":true,"
		   "\"subresources\":{\"scale\":{}}}]",
		"should be a json path under .spec.");
	refuse_crd("\"scope\":\"Cluster\"", "field is immutable");
	assert_int_equal(merge(CRDS "/widgets.shop.example", odd), 200);
	assert_int_equal(merge(WIDGETS "/one/scale", "{\"spec\":{\"replicas\":3}}"), 404);
	assert_int_equal(ask("GET", WIDGETS "/one", NULL), 200);
}

/* The server's own resources stay its own. */
static void test_no_crd_takes_a_builtin_kind(void **state)
{
	(void)state;
	assert_int_equal(
		ask("POST", CRDS,
			"{\"metadata\":{\"name\":\"events.events.k8s.io\"},\"spec\":{\"group\":"
			"\"events.k8s.io\",\"scope\":\"Namespaced\",\"names\":{\"plural\":"
			"\"events\",\"kind\":\"Event\"},\"versions\":[{\"name\":\"v1\",\"served\":"
			"true,\"storage\":true}]}}"),
		422);
	assert_has("the server itself serves it");
	assert_int_equal(ask("GET", "/api/v1/events", NULL), 200);
}

static void test_what_would_grow_without_end(void **state)
{
	struct extras json = { .type = "application/json-patch+json" };
	struct buf patch = BUF_INIT((size_t)1 << 20);

	(void)state;
	create("one", "");
	buf_addz(&patch, "[{\"op\":\"add\",\"path\":\"/spec/x\",\"value\":{}}");
	for (int i = 0; i < 40; i++)
		buf_addf(&patch, ",{\"op\":\"copy\",\"from\":\"/spec\",\"path\":\"/spec/x%d\"}", i);
	buf_addc(&patch, ']');
	assert_int_equal(ask_with("PATCH", WIDGETS "/one", buf_text(&patch), json), 422);
	assert_has("accumulated size increase of copy");
	buf_release(&patch);
}

static void test_deletions_that_are_refused(void **state)
{
	(void)state;
	create("one", "");
	assert_int_equal(
		ask_with("DELETE", WIDGETS, NULL, (struct extras){ .query = "resourceVersion=x" }),
		400);
	ask_with("DELETE", WIDGETS, NULL, (struct extras){ .query = "dryRun=All" });
	assert_int_equal(
		ask_with("DELETE", WIDGETS, NULL, (struct extras){ .query = "limit=1" }), 400);
	assert_int_equal(ask("GET", WIDGETS "/one", NULL), 200);
}

static void test_cluster_scope_has_no_namespace(void **state)
{
	(void)state;
	assert_int_equal(ask("POST", "/api/v1/namespaces",
				 "{\"metadata\":{\"name\":\"x\",\"namespace\":\"y\"}}"),
		201);
	assert_int_equal(ask("GET", "/api/v1/namespaces/x", NULL), 200);
	assert_int_equal(ask("DELETE", "/api/v1/namespaces/x", NULL), 200);
}

static void test_who_wrote_what(void **state)
{
	struct extras other = { .type = "application/merge-patch+json",
		.query = "fieldManager=operator" };

	(void)state;
	create("one", "");
	assert_has("\"manager\":\"tester\"");
	assert_int_equal(
		ask_with("PATCH", WIDGETS "/one/status", "{\"status\":{\"x\":1}}", other), 200);
	assert_has(
		"\"fieldsV1\":{\"f:status\":{\"f:x\":{}}},\"manager\":\"operator\",\"operation\":"
		"\"Update\",\"subresource\":\"status\"");
	assert_int_equal(ask_with("PATCH", WIDGETS "/one", "{\"spec\":{\"size\":3}}", other), 200);
	/* The only field of the first one has another owner now. */
	assert_lacks("\"manager\":\"tester\"");
}

static void test_who_may(void **state)
{
	struct extras viewer = { .user = "viewer", .type = "application/json" };

	(void)state;
	create("one", "");
	assert_int_equal(ask_with("GET", WIDGETS "/one", NULL, viewer), 200);
	assert_int_equal(ask_with("DELETE", WIDGETS "/one", NULL, viewer), 403);
	assert_answered("message",
		"widgets.shop.example \"one\" is forbidden: User \"viewer\" cannot "
		"delete resource \"widgets\" in API group \"shop.example\" in the "
		"namespace \"apps\"");
	server->forbidden = mem_alloc(sizeof(char *));
	server->forbidden[server->n_forbidden++] = mem_strdup("widgets.shop.example");
	assert_int_equal(ask("GET", "/apis/shop.example/v1/widgets", NULL), 403);
	assert_has("cannot list resource \\\"widgets\\\" in API group \\\"shop.example\\\" at the "
		   "cluster scope");
	assert_int_equal(ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
				 "{\"spec\":{\"resourceAttributes\":{\"verb\":\"list\",\"group\":"
				 "\"shop.example\",\"resource\":\"widgets\"}}}"),
		201);
	assert_answered("status.allowed", "false");
	ask_with("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
		"{\"spec\":{\"namespace\":\"apps\"}}", viewer);
	assert_lacks("\"create\"");
}

static void test_the_past_is_told(void **state)
{
	struct extras past = { .type = "application/json", .past = true };

	(void)state;
	assert_int_equal(
		ask_with("POST", WIDGETS,
			"{\"metadata\":{\"name\":\"old\",\"creationTimestamp\":"
			"\"2025-01-01T00:00:00Z\"},\"spec\":{\"size\":1},\"status\":{\"x\":1}}",
			past),
		201);
	assert_answered("metadata.creationTimestamp", "2025-01-01T00:00:00Z");
	assert_answered("status.x", "1");
	assert_has("\"time\":\"2025-01-01T00:00:00Z\"");
}

static void test_explain_finds_schemas(void **state)
{
	(void)state;
	ask("GET", "/openapi/v3", NULL);
	assert_has(
		"\"apis/shop.example/v1\":{\"serverRelativeURL\":\"/openapi/v3/apis/shop.example/v1\"}");
	ask("GET", "/openapi/v3/apis/shop.example/v1", NULL);
	assert_has("\"shop.example.v1.Widget\":{");
	assert_has("\"name\":\"fieldValidation\"");
	assert_int_equal(ask("GET", "/openapi/v3/apis/none/v1", NULL), 404);
}

static void test_paths_and_methods(void **state)
{
	static const char *const bad[] = { "/", "/foo", "/apis/shop.example/v1/gadgets",
		WIDGETS "/one/none", "/apis/shop.example/v1/widgets/one", "/a/b/c/d/e/f/g/h/i/j" };

	(void)state;
	create("one", "");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(ask("GET", bad[i], NULL), 404);
	assert_int_equal(ask("PUT", WIDGETS, "{}"), 405);
	assert_int_equal(
		ask_with("POST", WIDGETS, "x", (struct extras){ .type = "text/plain" }), 415);
}

static void test_the_seed_decides(void **state)
{
	char *first, *second;

	create("one", "");
	first = answered("metadata.uid");
	tear_down(state);
	set_up(state);
	create("one", "");
	second = answered("metadata.uid");
	assert_string_equal(first, second);
	free(first);
	free(second);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_a_crd_brings_its_endpoint_and_takes_it),
		TEST(test_discovery_in_one_document),
		TEST(test_what_was_written_is_read),
		TEST(test_names_are_made_and_checked),
		TEST(test_the_schema_is_kept),
		TEST(test_pages),
		TEST(test_list_versions),
		TEST(test_optimistic_locking),
		TEST(test_status_is_a_subresource),
		TEST(test_patches),
		TEST(test_finalizers_hold),
		TEST(test_what_is_owned_goes_along),
		TEST(test_preconditions_and_collections),
		TEST(test_dry_run),
		TEST(test_tables),
		TEST(test_versions),
		TEST(test_events_have_two_faces),
		TEST(test_field_selectors),
		TEST(test_scale),
		TEST(test_odd_crds),
		TEST(test_no_crd_takes_a_builtin_kind),
		TEST(test_what_would_grow_without_end),
		TEST(test_deletions_that_are_refused),
		TEST(test_cluster_scope_has_no_namespace),
		TEST(test_who_wrote_what),
		TEST(test_who_may),
		TEST(test_the_past_is_told),
		TEST(test_explain_finds_schemas),
		TEST(test_paths_and_methods),
		TEST(test_the_seed_decides),
	};

	return cmocka_run_group_tests_name("demo_serve", tests, NULL, NULL);
}
