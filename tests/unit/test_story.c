/*
 * story: the format, the templates, what the built-in story makes and that every run
 * of it is the same. The server is a small one of this file's: objects by their path,
 * merge patches; time is what the test says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/texts.h"
#include "demo/random.h"
#include "demo/serve.h"
#include "demo/story_run.h"
#include "demo/story_yaml.h"
#include "demo/template.h"
#include "json/doc.h"

/* ---- time ---- */

#define START (INT64_C(1767225600) * CLOCK_S) /* 2026-01-01T00:00:00Z */

static int64_t now;

int64_t clock_now(void)
{
	return now;
}

int64_t clock_wall(void)
{
	return START + now;
}

/* ---- the server ---- */

struct fake {
	struct demo_server server; /* first: demo_serve() is given it */
	struct map objects;	   /* path to struct doc */
	uint64_t sum;		   /* over every request */
	size_t requests, events, failed;
	char *last; /* the last change: "METHOD path?query agent body" */
	unsigned uids;
};

static struct fake *fake_new(void)
{
	struct fake *fake = mem_zalloc(sizeof(*fake));

	now = 0;
	map_init(&fake->objects);
	return fake;
}

static void fake_free(struct fake *fake)
{
	const struct map_slot *slot;
	size_t at = 0;

	while ((slot = map_next(&fake->objects, &at)))
		doc_free(slot->value);
	map_release(&fake->objects);
	texts_free(fake->server.forbidden, fake->server.n_forbidden);
	free(fake->last);
	free(fake);
}

static struct doc *find(struct fake *fake, const char *path)
{
	return map_get(&fake->objects, str_of(path));
}

/* RFC 7396 */
static void merge(struct doc *into, const struct doc *patch)
{
	for (const struct doc *m = doc_first(patch); m; m = doc_next(m)) {
		struct doc *old = doc_member(into, doc_key(m));

		if (doc_is_null(m))
			doc_remove(into, doc_key(m));
		else if (doc_is_object(m) && doc_is_object(old))
			merge(old, m);
		else
			doc_set(into, doc_key(m), doc_dup(m));
	}
}

static void answer_doc(struct demo_answer *answer, int code, const struct doc *doc)
{
	char *text = doc_print(doc);

	answer->code = code;
	buf_addz(&answer->body, text);
	free(text);
}

static void create(struct fake *fake, const struct demo_request *r, struct demo_answer *answer)
{
	struct doc *doc = doc_parse(r->body, NULL);
	struct doc *metadata = doc_member(doc, "metadata");
	const char *name = doc_string(metadata, "name");
	char *path = mem_printf("%s/%s", r->path, name ? name : "");
	char *uid = mem_printf("uid-%u", ++fake->uids);

	assert_non_null(name);
	doc_set(metadata, "uid", doc_new_string(uid));
	doc_set(metadata, "generation", doc_new_i64(1));
	answer_doc(answer, 201, doc);
	if (find(fake, path)) {
		answer->code = 409;
		doc_free(doc);
	} else {
		map_put(&fake->objects, str_of(path), doc);
	}
	fake->events += strncmp(r->path, "/apis/events.k8s.io/", 20) == 0;
	free(uid);
	free(path);
}

static void patch_doc(struct doc *doc, struct str body)
{
	struct doc *patch = doc_parse(body, NULL);
	int64_t generation = 0;

	assert_non_null(patch);
	merge(doc, patch);
	doc_i64(doc_get(doc, "metadata"), "generation", &generation);
	if (doc_get(patch, "spec"))
		doc_set(doc_member(doc, "metadata"), "generation", doc_new_i64(generation + 1));
	doc_free(patch);
}

/* With a CRD its objects go. */
static void drop_kind(struct fake *fake, struct str crd)
{
	static const char crds[] = "/customresourcedefinitions/";
	const char *name = memmem(crd.p, crd.len, crds, strlen(crds));
	char *prefix = name ? mem_printf("/apis/%s/", strchr(name, '.') + 1) : NULL;
	const struct map_slot *slot;
	size_t at = 0;

	while (prefix && (slot = map_next(&fake->objects, &at))) {
		struct str path = str_make(slot->key, slot->len);

		if (!str_starts(path, str_of(prefix)))
			continue;
		doc_free(map_remove(&fake->objects, path));
		at = 0; /* the map has changed */
	}
	free(prefix);
}

static void change(struct fake *fake, const struct demo_request *r, struct demo_answer *answer)
{
	struct str path = str_of(r->path);
	struct doc *doc;

	if (str_ends(path, STR("/status")))
		path.len -= strlen("/status");
	doc = map_get(&fake->objects, path);
	if (!doc)
		return;
	answer->code = 200;
	if (strcmp(r->method, "PATCH") == 0)
		patch_doc(doc, r->body);
	if (strcmp(r->method, "DELETE") != 0) {
		answer_doc(answer, 200, doc);
		return;
	}
	doc_free(map_remove(&fake->objects, path));
	drop_kind(fake, path);
}

void demo_serve(
	struct demo_server *server, const struct demo_request *r, struct demo_answer *answer)
{
	struct fake *fake = (struct fake *)(void *)server;
	char *line = mem_printf("%s %s?%s %s " STR_FMT, r->method, r->path,
		r->query ? r->query : "", r->user_agent, STR_ARG(r->body));

	*answer = (struct demo_answer){ .code = 404 };
	buf_init(&answer->body, DEMO_ANSWER_MAX);
	fake->requests++;
	fake->sum = fake->sum * 31 + str_hash(str_of(line));
	if (strcmp(r->method, "POST") == 0)
		create(fake, r, answer);
	else
		change(fake, r, answer);
	fake->failed += answer->code / 100 != 2;
	if (strcmp(r->method, "GET") == 0) {
		free(line);
		return;
	}
	free(fake->last);
	fake->last = line;
}

void demo_answer_release(struct demo_answer *answer)
{
	buf_release(&answer->body);
}

/* ---- help ---- */

static struct demo_story *play(
	struct fake *fake, const struct demo_story_options *options, const char *yaml)
{
	struct error err = ERROR_INIT;
	struct demo_story *story = story_new(&fake->server, options, str_of(yaml), &err);

	if (!story)
		fail_msg("%s", err.text);
	return story;
}

static void pass(struct demo_story *story, int64_t until)
{
	while (demo_story_next(story) <= until) {
		if (demo_story_next(story) > now)
			now = demo_story_next(story);
		demo_story_run(story);
	}
	now = until;
}

static const char *string_at(const struct doc *doc, const char *a, const char *b)
{
	return doc_string(doc_get(doc, a), b);
}

static size_t count_of(const struct demo_story *story, const char *kind)
{
	return story_data_kind(&story->data, kind)->count;
}

/* ---- templates ---- */

static void check_template(const char *json, const char *expected)
{
	struct error err = ERROR_INIT;
	struct demo_random random;
	struct doc *object = doc_parse(STR("{\"spec\":{\"n\":3,\"list\":[{\"x\":\"y\"}]}}"), NULL);
	struct demo_scope outer = { .random = &random, .object = object };
	struct demo_scope scope = { .up = &outer };
	struct doc *value = doc_parse(str_of(json), NULL);
	struct demo_template *template = demo_template_new(value, &err);
	struct buf out = BUF_INIT(10000);

	now = 0;
	demo_random_init(&random, 1, "x");
	demo_scope_set_text(&outer, "app", "shop \"a\"");
	demo_scope_set(&outer, "size", "7");
	demo_scope_set(&scope, "size", "8");
	demo_scope_set_text(&scope, "then", "2025-06-01T10:00:00Z");
	if (!template)
		fail_msg("%s: %s", json, err.text);
	demo_template_expand(template, &scope, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_release(&out);
	demo_template_free(template);
	doc_free(value);
	doc_free(object);
	demo_scope_release(&scope);
	demo_scope_release(&outer);
}

static void test_template(void **state)
{
	(void)state;
	check_template("{\"a\":1}", "{\"a\":1}");
	check_template("[\"${size}\",\"is ${size}.\"]", "[8,\"is 8.\"]");
	check_template("\"${app}-${size}\"", "\"shop \\\"a\\\"-8\"");
	check_template("{\"${app}\":\"${text size}\"}", "{\"shop \\\"a\\\"\":\"8\"}");
	check_template("[\"${.spec.n}\",\"${.spec.list.0.x}\",\"${.spec.none}\",\"-${none}-\"]",
		"[3,\"y\",null,\"--\"]");
	check_template("\"${sum .spec.n size}\"", "11");
	check_template("[\"${now}\",\"${ago 1h}\",\"${in 2d}\"]",
		"[\"2026-01-01T00:00:00Z\",\"2025-12-31T23:00:00Z\",\"2026-01-03T00:00:00Z\"]");
	check_template("\"${micro}\"", "\"2026-01-01T00:00:00.000000Z\"");
	check_template("\"${later then 90s}\"", "\"2025-06-01T10:01:30Z\"");
	check_template("[\"${int 5 5}\",\"${bool 0}\",\"${bool 100}\",\"${choice a a}\"]",
		"[5,false,true,\"a\"]");
	check_template("\"${number 2 2}\"", "2.00");
}

static void test_template_errors(void **state)
{
	static const char *const bad[] = { "\"${x\"", "\"${}\"", "\"${nothing 1}\"", "\"${int 1}\"",
		"\"${hex}\"", "\"${a\\\"b}\"" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct error err = ERROR_INIT;
		struct doc *value = doc_parse(str_of(bad[i]), NULL);

		assert_non_null(value);
		assert_null(demo_template_new(value, &err));
		assert_int_equal(err.code, ERROR_INVALID);
		error_release(&err);
		doc_free(value);
	}
}

static void test_durations(void **state)
{
	int64_t from = 0, to = 0;

	(void)state;
	assert_int_equal(demo_duration(STR("90s"), &from), 0);
	assert_true(from == 90 * CLOCK_S);
	assert_int_equal(demo_duration_range(STR("500ms..2m"), &from, &to), 0);
	assert_true(from == CLOCK_S / 2 && to == 120 * CLOCK_S);
	assert_int_equal(demo_duration(STR(""), &from), -1);
	assert_int_equal(demo_duration(STR("5"), &from), -1);
	assert_int_equal(demo_duration(STR("99999999d"), &from), -1);
	assert_int_equal(demo_duration_range(STR("5s..1s"), &from, &to), -1);
}

static void test_random(void **state)
{
	struct demo_random a, b, c;

	(void)state;
	demo_random_init(&a, 7, "one");
	demo_random_init(&b, 7, "one");
	demo_random_init(&c, 7, "two");
	for (int i = 0; i < 100; i++) {
		int64_t value = demo_random_between(&a, -3, 3);

		assert_true(value >= -3 && value <= 3);
		assert_true(value == demo_random_between(&b, -3, 3));
	}
	assert_true(demo_random_next(&a) != demo_random_next(&c));
	assert_true(demo_random_between(&a, 5, 1) == 5);
}

/* ---- a small story ---- */

#define SMALL_KINDS                                                                                \
	"kinds:\n"                                                                                 \
	"- kind: Thing\n"                                                                          \
	"  group: g.example\n"                                                                     \
	"  probe: load\n"                                                                          \
	"  scale: {spec: .spec.size, status: .status.size}\n"                                      \
	"  columns: ['Big Size integer .spec.size wide -- How big.']\n"                            \
	"  spec: {size*: 'integer[1..9] = 2 -- Count.', c: 'string(a|b) = a', l: 'string[]'}\n"    \
	"  state: {load: integer, conditions: any}\n"
#define THINGS "/apis/g.example/v1/namespaces/"

static void test_crd(void **state)
{
	struct fake *fake = fake_new();
	const struct demo_story_options options = { .seed = 1 };
	struct demo_story *story = play(fake, &options, SMALL_KINDS);
	const struct doc *crd = find(
		fake, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.g.example");
	char *text = doc_print(doc_first(doc_get(doc_get(crd, "spec"), "versions")));

	(void)state;
	assert_string_equal(text,
		"{\"name\":\"v1\",\"served\":true,\"storage\":true,"
		"\"additionalPrinterColumns\":[{\"name\":\"Big Size\",\"type\":\"integer\","
		"\"jsonPath\":\".spec.size\",\"description\":\"How big.\",\"priority\":1}],"
		"\"subresources\":{\"status\":{},\"scale\":{\"specReplicasPath\":\".spec.size\","
		"\"statusReplicasPath\":\".status.size\"}},"
		"\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\",\"properties\":{\"spec\":{"
		"\"type\":\"object\",\"properties\":{\"size\":{\"type\":\"integer\",\"format\":"
		"\"int64\",\"minimum\":1,\"maximum\":9,\"default\":2,\"description\":\"Count.\"},"
		"\"c\":{\"type\":\"string\",\"enum\":[\"a\",\"b\"],\"default\":\"a\"},"
		"\"l\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}},\"required\":[\"size\"]},"
		"\"status\":{\"type\":\"object\",\"properties\":{\"load\":{\"type\":\"integer\","
		"\"format\":\"int64\"},\"conditions\":{\"type\":\"object\","
		"\"x-kubernetes-preserve-unknown-fields\":true}}}},\"required\":[\"spec\"]}}}");
	free(text);
	demo_story_free(story);
	fake_free(fake);
}

static void test_entries(void **state)
{
	struct fake *fake = fake_new();
	const struct demo_story_options options = { .seed = 1 };
	struct demo_story *story = play(fake, &options,
		SMALL_KINDS "entries:\n"
			    "- entry: t\n"
			    "  kind: Thing\n"
			    "  for: {ns: [one, two], app: [{name: x, size: 4}]}\n"
			    "  age: 2d\n"
			    "  name: ${app.name}-${i}\n"
			    "  spec: {size: '${app.size}'}\n"
			    "  conditions: {Ready: [True, Fine, It is]}\n"
			    "  children:\n"
			    "  - entry: c\n"
			    "    kind: Thing\n"
			    "    name: ${parent}-child\n"
			    "    spec: {size: 1}\n");
	const struct doc *parent = find(fake, THINGS "two/things/x-1");
	const struct doc *child = find(fake, THINGS "two/things/x-1-child");
	const struct doc *owner = doc_first(doc_get(doc_get(child, "metadata"), "ownerReferences"));
	const struct doc *ready = doc_first(doc_get(doc_get(parent, "status"), "conditions"));
	int64_t n = 0;

	(void)state;
	assert_non_null(find(fake, THINGS "one/things/x-1"));
	assert_string_equal(
		string_at(parent, "metadata", "creationTimestamp"), "2025-12-30T00:00:00Z");
	assert_int_equal(doc_i64(doc_get(parent, "spec"), "size", &n), 0);
	assert_int_equal(n, 4);
	assert_string_equal(doc_string(ready, "status"), "True");
	assert_memory_equal(doc_string(ready, "lastTransitionTime"), "2025-12-30T00:0", 15);
	assert_string_equal(doc_string(owner, "uid"), string_at(parent, "metadata", "uid"));
	assert_string_equal(doc_string(owner, "apiVersion"), "g.example/v1");
	demo_story_free(story);
	fake_free(fake);
}

#define ONE_THING                                                                                  \
	"entries:\n"                                                                               \
	"- {entry: t, kind: Thing, ns: a, name: x, spec: {size: 4}, "                              \
	"conditions: {Ready: [True, Fine, It is], Old: [False, So, No]}}\n"                        \
	"- {entry: made, kind: Thing, start: false, owned: true, keep: 2, "                        \
	"name: '${parent}-${hex 6}', spec: {size: '${.spec.size}'}}\n"

static void test_behaviour(void **state)
{
	struct fake *fake = fake_new();
	const struct demo_story_options options = { .seed = 1 };
	struct demo_story *story = play(fake, &options,
		SMALL_KINDS ONE_THING
		"behaviours:\n"
		"- behaviour: b\n"
		"  manager: operator\n"
		"  after: 5s\n"
		"  every: 10s\n"
		"  pick: {entry: t}\n"
		"  steps:\n"
		"  - {patch: {spec: {size: '${sum .spec.size 1}'}}, manager: someone}\n"
		"  - after: 2s\n"
		"    status: {phase: Busy}\n"
		"    conditions: {Ready: [True, Better, It is better]}\n"
		"    event: {type: Warning, reason: Why, note: 'size is ${.spec.size}'}\n"
		"  - create: made\n");
	const struct doc *thing = find(fake, THINGS "a/things/x");
	const struct doc *ready;
	int64_t n = 0;

	(void)state;
	assert_true(demo_story_next(story) == 5 * CLOCK_S);
	pass(story, 6 * CLOCK_S);
	doc_i64(doc_get(thing, "spec"), "size", &n);
	assert_int_equal(n, 5);
	assert_non_null(
		strstr(fake->last, "?fieldManager=someone someone {\"spec\":{\"size\":5}}"));
	assert_int_equal(fake->events, 0);
	pass(story, 8 * CLOCK_S);
	assert_string_equal(string_at(thing, "status", "phase"), "Busy");
	ready = doc_first(doc_get(doc_get(thing, "status"), "conditions"));
	assert_string_equal(doc_string(ready, "reason"), "Better");
	/* True before and after: the time stays. */
	assert_string_not_equal(doc_string(ready, "lastTransitionTime"), "2026-01-01T00:00:07Z");
	doc_i64(ready, "observedGeneration", &n);
	assert_int_equal(n, 2);
	assert_string_equal(doc_string(doc_next(ready), "type"), "Old");
	assert_int_equal(fake->events, 1);
	assert_int_equal(count_of(story, "Thing"), 2);
	/* What was made says what the object says. */
	assert_non_null(strstr(fake->last, "POST " THINGS "a/things?"));
	assert_non_null(strstr(fake->last, "\"spec\":{\"size\":5}"));
	pass(story, 58 * CLOCK_S);
	assert_int_equal(fake->events, 1); /* it counts up */
	assert_int_equal(count_of(story, "Thing"), 3);
	assert_int_equal(fake->failed, 0);
	demo_story_free(story);
	fake_free(fake);
}

static void test_when(void **state)
{
	struct fake *fake = fake_new();
	const struct demo_story_options options = { .seed = 1 };
	struct demo_story *story = play(fake, &options,
		SMALL_KINDS ONE_THING
		"behaviours:\n"
		"- {behaviour: b, every: 1s, pick: {entry: t}, when: {.spec.size: 4}, "
		"steps: [{patch: {spec: {size: 5}}}]}\n");
	size_t before;

	(void)state;
	pass(story, 3 * CLOCK_S);
	assert_non_null(strstr(fake->last, "{\"spec\":{\"size\":5}}"));
	before = fake->requests;
	pass(story, 9 * CLOCK_S);
	assert_in_range(fake->requests - before, 5, 7); /* it looks, and does nothing */
	demo_story_free(story);
	fake_free(fake);
}

/* What somebody else deleted is let go. */
static void test_deleted(void **state)
{
	struct fake *fake = fake_new();
	const struct demo_story_options options = { .seed = 1 };
	struct demo_story *story = play(fake, &options,
		SMALL_KINDS ONE_THING "behaviours:\n"
				      "- {behaviour: b, every: 1s, pick: {kind: Thing}, "
				      "steps: [{patch: {spec: {size: 1}}}]}\n");

	(void)state;
	doc_free(map_remove(&fake->objects, STR(THINGS "a/things/x")));
	pass(story, 5 * CLOCK_S);
	assert_int_equal(count_of(story, "Thing"), 0);
	assert_int_equal(fake->failed, 1);
	demo_story_free(story);
	fake_free(fake);
}

static void test_paused(void **state)
{
	struct fake *fake = fake_new();
	const struct demo_story_options options = { .seed = 1, .rate = 100, .paused = true };
	struct demo_story *story = play(fake, &options, demo_story_yaml);

	(void)state;
	assert_true(demo_story_next(story) == INT64_MAX);
	demo_story_free(story);
	fake_free(fake);
}

static void test_rate(void **state)
{
	struct fake *fake = fake_new();
	const struct demo_story_options options = { .seed = 1, .rate = 1000 };
	struct demo_story *story = play(fake, &options, SMALL_KINDS ONE_THING);
	size_t before = fake->requests;

	(void)state;
	assert_true(demo_story_next(story) == 5 * CLOCK_MS);
	pass(story, 3 * CLOCK_S);
	assert_in_range(fake->requests - before, 2990, 3000);
	assert_non_null(strstr(fake->last, "/a/things/x/status?fieldManager=load-probe"));
	/* After a long sleep no more than a second is made up for. */
	before = fake->requests;
	now += 100 * CLOCK_S;
	demo_story_run(story);
	assert_in_range(fake->requests - before, 900, 1000);
	demo_story_free(story);
	fake_free(fake);
}

static void test_slow_rate(void **state)
{
	struct fake *fake = fake_new();
	const struct demo_story_options options = { .seed = 1, .rate = 2 };
	struct demo_story *story = play(fake, &options, SMALL_KINDS ONE_THING);
	size_t before = fake->requests;

	(void)state;
	pass(story, 10 * CLOCK_S);
	assert_in_range(fake->requests - before, 19, 20);
	demo_story_free(story);
	fake_free(fake);
}

/* ---- strictness ---- */

static void test_errors(void **state)
{
	static const struct {
		const char *yaml;
		const char *says;
	} bad[] = {
		{ "kinds: [", "line" },
		{ "kindz: []", "unknown key \"kindz\"" },
		{ "kinds: [{kind: A, group: g, colour: red}]", "kind A: unknown key \"colour\"" },
		{ "kinds: [{kind: A, group: g, spec: {x: strin}}]", "no type \"strin\"" },
		{ "kinds: [{kind: A, group: g, columns: [x]}]", "kind A: columns" },
		{ "kinds: [{kind: A, group: g}, {kind: A, group: g}]", "twice" },
		{ SMALL_KINDS "entries: [{entry: e, kind: B, name: x}]", "entry e: no kind \"B\"" },
		{ SMALL_KINDS "entries: [{entry: e, kind: Thing}]", "entry e: a name" },
		{ SMALL_KINDS "entries: [{entry: e, kind: Thing, ns: a, name: '${x}'}]",
			"entry e: no variable \"x\"" },
		{ SMALL_KINDS "entries: [{entry: e, kind: Thing, ns: a, name: x, age: 5}]",
			"entry e: age: no duration" },
		{ SMALL_KINDS "entries: [{entry: e, kind: Thing, ns: a, name: x, spek: {}}]",
			"entry e: unknown key \"spek\"" },
		{ SMALL_KINDS "behaviours: [{behaviour: b, steps: []}]", "behaviour b: no steps" },
		{ SMALL_KINDS "behaviours: [{behaviour: b, pick: {entry: e}, steps: [{}]}]",
			"behaviour b: pick" },
		{ SMALL_KINDS "behaviours: [{behaviour: b, steps: [{create: e}]}]",
			"behaviour b: step 1: no entry \"e\"" },
		{ SMALL_KINDS "behaviours: [{behaviour: b, steps: [{status: {a: '${int 1}'}}]}]",
			"behaviour b: step 1: function \"int\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct error err = ERROR_INIT;
		struct story_data data;

		assert_int_equal(story_data_parse(str_of(bad[i].yaml), 1, &data, &err), -1);
		if (!strstr(err.text, bad[i].says))
			fail_msg("%s: %s", bad[i].yaml, err.text);
		error_release(&err);
	}
}

/* ---- the story itself ---- */

static size_t count_groups(const struct story_data *data)
{
	size_t count = 0;

	for (size_t i = 1; i < data->n_kinds; i++) {
		size_t k = 1;

		while (k < i && strcmp(data->kinds[k]->group, data->kinds[i]->group) != 0)
			k++;
		count += k == i;
	}
	return count;
}

static size_t count_objects(const struct demo_story *story)
{
	size_t count = 0;

	for (size_t i = 0; i < story->data.n_kinds; i++)
		count += story->data.kinds[i]->count;
	return count;
}

static void test_story(void **state)
{
	struct fake *fake = fake_new();
	const struct demo_story_options options = { .seed = 1 };
	struct demo_story *story = play(fake, &options, demo_story_yaml);

	(void)state;
	assert_true(count_groups(&story->data) >= 10);
	assert_true(story->data.n_kinds > 35);
	assert_in_range(count_objects(story), 380, 450);
	assert_int_equal(fake->server.n_forbidden, 1);
	assert_int_equal(fake->failed, 0);
	for (size_t i = 0; i < story->data.n_kinds; i++) {
		const struct story_kind *kind = story->data.kinds[i];
		bool empty = kind->later || strcmp(kind->kind, "Silence") == 0;

		if ((kind->count == 0) != empty)
			fail_msg("%s: %zu objects", kind->kind, kind->count);
	}
	demo_story_free(story);
	fake_free(fake);
}

/* Ten minutes: nothing is refused, nothing piles up. */
static void test_ten_minutes(void **state)
{
	struct fake *fake = fake_new();
	const struct demo_story_options options = { .seed = 1 };
	struct demo_story *story = play(fake, &options, demo_story_yaml);
	size_t start = fake->requests;
	const struct doc *cert =
		find(fake, "/apis/certs.lumenfold.example/v1/namespaces/payments/certificates/"
			   "pay-gateway-tls");

	(void)state;
	pass(story, 50 * CLOCK_S);
	assert_int_equal(count_of(story, "Experiment"), 0);
	assert_string_equal(
		string_at(doc_get(cert, "spec"), "issuerRef", "name"), "public-ca-staging");
	pass(story, 90 * CLOCK_S);
	assert_int_equal(count_of(story, "Experiment"), 3);
	assert_int_equal(count_of(story, "Drill"), 2);
	pass(story, 130 * CLOCK_S);
	assert_int_equal(count_of(story, "Drill"), 0);
	pass(story, 220 * CLOCK_S);
	assert_int_equal(count_of(story, "Drill"), 3);
	pass(story, 600 * CLOCK_S);
	assert_in_range(count_objects(story), 380, 560);
	assert_in_range(fake->requests - start, 600, 9000);
	assert_int_equal(fake->failed, 0);
	demo_story_free(story);
	fake_free(fake);
}

static uint64_t sum_of(uint64_t seed)
{
	struct fake *fake = fake_new();
	const struct demo_story_options options = { .seed = seed, .rate = 10 };
	struct demo_story *story = play(fake, &options, demo_story_yaml);
	uint64_t sum;

	pass(story, 100 * CLOCK_S);
	sum = fake->sum;
	demo_story_free(story);
	fake_free(fake);
	return sum;
}

static void test_same_each_time(void **state)
{
	uint64_t sum = sum_of(3);

	(void)state;
	assert_true(sum == sum_of(3));
	assert_true(sum != sum_of(4));
}

static void test_scale(void **state)
{
	struct fake *fake = fake_new();
	const struct demo_story_options options = { .seed = 1, .scale = 5000, .paused = true };
	struct demo_story *story = play(fake, &options, demo_story_yaml);

	(void)state;
	assert_in_range(count_objects(story), 4900, 5100);
	assert_int_equal(fake->failed, 0);
	demo_story_free(story);
	fake_free(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_template),
		cmocka_unit_test(test_template_errors),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_crd),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_behaviour),
		cmocka_unit_test(test_when),
		cmocka_unit_test(test_deleted),
		cmocka_unit_test(test_paused),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_slow_rate),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_story),
		cmocka_unit_test(test_ten_minutes),
		cmocka_unit_test(test_same_each_time),
		cmocka_unit_test(test_scale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
