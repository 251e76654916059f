/* The conditions of an object, wherever they stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "kube/conditions.h"
#include "kube/health_rules.h"
#include "kube/object.h"

static struct object scan(const char *json)
{
	struct object o;

	assert_int_equal(object_scan(str_of(json), &o, NULL), 0);
	return o;
}

static char *list(const char *json)
{
	struct buf out = BUF_INIT(1 << 20);
	struct object o = scan(json);
	struct conditions conditions;
	struct condition c;

	conditions_init(&conditions, &o, NULL);
	while (conditions_next(&conditions, &c))
		buf_addf(&out, "[" STR_FMT "]" STR_FMT "=" STR_FMT "/%s ", STR_ARG(c.place),
			STR_ARG(c.type), STR_ARG(c.status), health_word(c.health));
	conditions_release(&conditions);
	return buf_take(&out);
}

static const struct {
	const char *json;
	const char *conditions;
} rows[] = {
	{ "{}", NULL },
	{ "{\"status\":{\"conditions\":{},\"parents\":3,\"listeners\":[[],{},{\"conditions\":1}]}}",
		NULL },
	{ "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"},7,{},"
	  "{\"type\":\"Failed\",\"status\":\"False\"}]}}",
		"[]Ready=True/healthy []=/unknown []Failed=False/unknown " },
	{ "{\"status\":{\"conditions\":[{\"type\":\"Accepted\",\"status\":\"True\"}],"
	  "\"listeners\":[{\"name\":\"http\",\"conditions\":[{\"type\":\"Conflicted\","
	  "\"status\":\"True\"}]},{\"name\":\"https\",\"conditions\":[]}],"
	  "\"parents\":[{\"parentRef\":{\"name\":\"public\",\"namespace\":\"infra\","
	  "\"sectionName\":\"https\"},\"conditions\":[{\"type\":\"ResolvedRefs\","
	  "\"status\":\"False\"}]},{\"parentRef\":{\"name\":\"own\"},\"conditions\":["
	  "{\"type\":\"Accepted\",\"status\":\"Unknown\"}]}],"
	  "\"ancestors\":[{\"ancestorRef\":{\"name\":\"gw\"},\"conditions\":["
	  "{\"type\":\"Accepted\",\"status\":\"True\"}]}]}}",
		"[]Accepted=True/healthy "
		"[parent infra/public https]ResolvedRefs=False/not ready "
		"[parent own]Accepted=Unknown/progressing "
		"[listener http]Conflicted=True/not ready "
		"[ancestor gw]Accepted=True/healthy " },
};

static void test_lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *found = list(rows[i].json);

		assert_string_equal(
			found ? found : "", rows[i].conditions ? rows[i].conditions : "");
		free(found);
	}
}

static void test_members(void **state)
{
	struct object o = scan("{\"status\":{\"conditions\":[{\"type\":\"Re\\u0061dy\","
			       "\"status\":\"False\",\"reason\":\"Lost\","
			       "\"message\":\"a \\\"b\\\"\\nc \\ud83d\\ude00\","
			       "\"lastTransitionTime\":\"2027-01-15T08:00:00Z\","
			       "\"lastUpdateTime\":\"2027-01-15T08:00:05Z\","
			       "\"observedGeneration\":4},{\"type\":3,\"message\":null}]}}");
	struct conditions conditions;
	struct condition c;

	(void)state;
	conditions_init(&conditions, &o, NULL);
	assert_true(conditions_next(&conditions, &c));
	assert_true(str_is(c.type, "Ready"));
	assert_true(str_is(c.reason, "Lost"));
	assert_true(str_is(c.message, "a \"b\"\nc \xf0\x9f\x98\x80"));
	assert_int_equal(c.transition, 1800000000);
	assert_int_equal(c.updated, 1800000005);
	assert_int_equal(c.observed, 4);
	assert_int_equal(c.health, HEALTH_BAD);
	assert_true(c.weight > 0);
	assert_true(conditions_next(&conditions, &c));
	assert_true(str_is(c.type, ""));
	assert_true(str_is(c.message, ""));
	assert_int_equal(c.transition, OBJECT_NO_TIME);
	assert_int_equal(c.observed, -1);
	assert_int_equal(c.weight, 0);
	assert_false(conditions_next(&conditions, &c));
	assert_false(conditions_next(&conditions, &c));
	conditions_release(&conditions);
}

/* Each has the weight that the rules of its kind give it. */
static void test_context(void **state)
{
	struct object o =
		scan("{\"status\":{\"conditions\":[{\"type\":\"Fallback\",\"status\":\"True\"}]}}");
	struct health_context context;
	struct conditions conditions;
	struct condition c;

	(void)state;
	health_context_init(&context, NULL, STR("keda.sh"), STR("scaledobjects"));
	conditions_init(&conditions, &o, &context);
	assert_true(conditions_next(&conditions, &c));
	assert_int_equal(c.health, HEALTH_BAD);
	assert_false(c.user);
	conditions_release(&conditions);
	health_context_release(&context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_context),
	};

	return cmocka_run_group_tests_name("conditions", tests, NULL, NULL);
}
