/* keep: cells, verdicts and owners are read from the part as from the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "kube/column_spec.h"
#include "kube/columns.h"
#include "kube/health.h"
#include "kube/health_rules.h"
#include "kube/keep.h"
#include "kube/object.h"

/* clang-format off */
static const char object[] =
	"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"x\","
	"\"namespace\":\"a\",\"uid\":\"u-x\",\"resourceVersion\":\"7\",\"generation\":2,"
	"\"creationTimestamp\":\"2025-12-31T00:00:00Z\","
	"\"labels\":{\"team\":\"blue\",\"app\":\"x\"},\"annotations\":{\"a\":\"b\"},"
	"\"managedFields\":[{\"manager\":\"kubectl\"}],"
	"\"ownerReferences\":[{\"kind\":\"Gadget\",\"name\":\"g\",\"uid\":\"u-g\"}]},"
	"\"spec\":{\"size\":3,\"size\":5,\"no\\u0074e\":\"escaped\",\"deep\":{\"a\":{\"b\":\"c\"},\"rest\":[1,2,3]},"
	"\"list\":[{\"n\":\"one\",\"v\":1},{\"n\":\"two\",\"v\":2}],\"secret\":\"must go\"},"
	"\"status\":{\"observedGeneration\":2,\"replicas\":4,\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\","
	"\"reason\":\"Broken\",\"message\":\"it is\",\"lastTransitionTime\":\"2025-12-31T01:00:00Z\"}],"
	"\"log\":\"must go\"}}";

static const char columns_text[] =
	"[{\"name\":\"Size\",\"type\":\"integer\",\"jsonPath\":\".spec.size\"},"
	"{\"name\":\"Note\",\"type\":\"string\",\"jsonPath\":\".spec.note\"},"
	"{\"name\":\"Deep\",\"type\":\"string\",\"jsonPath\":\".spec.deep.a.b\"},"
	"{\"name\":\"Two\",\"type\":\"string\",\"jsonPath\":\".spec.list[?(@.n==\\\"two\\\")].v\"},"
	"{\"name\":\"Ready\",\"type\":\"string\",\"jsonPath\":\".status.conditions[?(@.type==\\\"Ready\\\")].status\"},"
	"{\"name\":\"None\",\"type\":\"string\",\"jsonPath\":\".spec.deep.none.x\"},"
	"{\"name\":\"Scalar\",\"type\":\"string\",\"jsonPath\":\".spec.size.x\"},"
	"{\"name\":\"Age\",\"type\":\"date\",\"jsonPath\":\".metadata.creationTimestamp\"}]";
/* clang-format on */

static void part_of(const struct keep *keep, struct buf *out)
{
	buf_init(out, 1 << 20);
	keep_write(keep, str_of(object), out);
	assert_false(out->overflow);
	assert_true(out->len <= strlen(object));
}

static void cells(const struct columns *columns, struct str text, struct buf *out)
{
	buf_init(out, 1 << 20);
	columns_cells(columns, text, 1767225600, true, out);
}

static void check_same_cells(const struct columns *columns, const struct keep *keep)
{
	struct buf part, got, want;

	part_of(keep, &part);
	cells(columns, str_of(object), &want);
	cells(columns, buf_str(&part), &got);
	assert_true(str_eq(buf_str(&got), buf_str(&want)));
	buf_release(&part);
	buf_release(&got);
	buf_release(&want);
}

static void test_own_columns(void **state)
{
	struct columns *columns = columns_new(str_of(columns_text), NULL);
	struct keep *keep = keep_new();
	struct buf part;

	(void)state;
	assert_int_equal(columns->count, 8);
	keep_columns(keep, columns);
	check_same_cells(columns, keep);
	part_of(keep, &part);
	assert_null(strstr(buf_text(&part), "must go"));
	assert_null(strstr(buf_text(&part), "managedFields"));
	assert_null(strstr(buf_text(&part), "annotations"));
	buf_release(&part);
	keep_free(keep);
	columns_free(columns);
}

static void test_chosen_columns(void **state)
{
	static const struct column_spec specs[] = {
		{ .source = COLUMN_LABEL, .name = (char *)"T", .what = (char *)"team" },
		{ .source = COLUMN_CONDITION, .name = (char *)"R", .what = (char *)"Ready" },
		{ .source = COLUMN_PATH, .name = (char *)"N", .what = (char *)".spec.list[*].n" },
	};
	struct columns *own = columns_new(STR("[]"), NULL), *chosen;
	struct keep *few = keep_new(), *keep = keep_new();

	(void)state;
	assert_int_equal(columns_new_chosen(own, specs, 3, &chosen, NULL), 0);
	keep_columns(few, own);
	keep_columns(keep, chosen);
	check_same_cells(chosen, keep);
	assert_false(keep_covers(few, keep));
	keep_columns(keep, own);
	assert_true(keep_covers(keep, few));
	assert_true(keep_covers(keep, keep));
	keep_free(few);
	keep_free(keep);
	columns_free(chosen);
	columns_free(own);
}

/* A path that may look anywhere leaves nothing to go. */
static void test_all(void **state)
{
	static const struct column_spec spec = {
		.source = COLUMN_PATH, .name = (char *)"X", .what = (char *)"..secret"
	};
	struct columns *own = columns_new(STR("[]"), NULL), *chosen;
	struct keep *keep = keep_new();
	struct buf part;

	(void)state;
	assert_false(keep_is_all(keep));
	assert_int_equal(columns_new_chosen(own, &spec, 1, &chosen, NULL), 0);
	keep_columns(keep, chosen);
	assert_true(keep_is_all(keep));
	part_of(keep, &part);
	assert_string_equal(buf_text(&part), object);
	buf_release(&part);
	keep_free(keep);
	columns_free(chosen);
	columns_free(own);
}

static struct health_verdict verdict_of(struct str text, const struct health_context *context)
{
	struct object o;

	assert_int_equal(object_scan(text, &o, NULL), 0);
	return health_of(&o, context, 1767225600);
}

static void test_verdicts(void **state)
{
	static const char *const good[] = { "4" };
	const struct health_rule rule = {
		.kind = "*", .path = ".status.replicas", .good = good, .n_good = 1
	};
	struct health_rules *rules = health_rules_new();
	struct health_context context;
	struct keep *keep = keep_new();
	struct health_verdict whole, part_verdict;
	struct object o;
	struct buf part;

	(void)state;
	assert_int_equal(health_rules_add(rules, &rule, NULL), 0);
	for (int i = 0; i < 2; i++) {
		health_context_init(&context, i ? rules : NULL, STR("example.com"), STR("widgets"));
		keep_health(keep, &context);
		part_of(keep, &part);
		whole = verdict_of(str_of(object), &context);
		part_verdict = verdict_of(buf_str(&part), &context);
		assert_int_equal(whole.health, HEALTH_BAD);
		assert_int_equal(part_verdict.health, whole.health);
		assert_int_equal(part_verdict.since, whole.since);
		assert_true(str_eq(part_verdict.field, whole.field));
		assert_int_equal(i, strstr(buf_text(&part), "replicas") != NULL);
		assert_int_equal(object_scan(buf_str(&part), &o, NULL), 0);
		assert_true(str_is(o.name, "x"));
		assert_true(str_is(o.ns, "a"));
		assert_non_null(strstr(buf_text(&part), "\"uid\":\"u-g\""));
		buf_release(&part);
		health_context_release(&context);
	}
	health_rules_unref(rules);
	keep_free(keep);
}

/* Fields are looked for in objects alone; what is none stays what it is. */
static void test_odd(void **state)
{
	static const struct {
		const char *text, *part;
	} rows[] = {
		{ "[1,2]", "[]" },
		{ "3", "3" },
		{ "{}", "{}" },
		{ " {\"status\" : [ {\"phase\":1} ], \"metadata\": null } ",
			"{\"status\":[],\"metadata\":null}" },
		{ "{\"status\":{\"phase\":\"a\",\"x\":1},\"status\":{\"phase\":\"b\"}}",
			"{\"status\":{\"phase\":\"a\"},\"status\":{\"phase\":\"b\"}}" },
	};
	struct keep *keep = keep_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out = BUF_INIT(1 << 10);

		keep_write(keep, str_of(rows[i].text), &out);
		assert_string_equal(buf_text(&out), rows[i].part);
		buf_release(&out);
	}
	keep_free(keep);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_columns),
		cmocka_unit_test(test_chosen_columns),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests_name("keep", tests, NULL, NULL);
}
