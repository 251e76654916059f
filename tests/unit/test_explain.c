/* Why, in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "kube/explain.h"
#include "kube/health.h"
#include "kube/health_rules.h"
#include "kube/object.h"

#define NOW	  1800000000 /* 2027-01-15T08:00:00Z */
#define TWO_HOURS "\"lastTransitionTime\":\"2027-01-15T06:00:00Z\""
#define NOT_READY                                                                                  \
	"{\"type\":\"Ready\",\"status\":\"False\",\"reason\":\"DoesNotExist\","                    \
	"\"message\":\"Secret \\\"x\\\"\\nnot found\"," TWO_HOURS "}"

static const struct {
	const char *kind;
	const char *json;
	const char *text;
	const char *why;
} rows[] = {
	{ NULL, "{\"metadata\":{}}", "unknown: nothing in its status says how it is\n", "" },
	{ NULL, "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}",
		"healthy: condition Ready is True\n", "" },
	{ NULL, "{\"status\":{\"conditions\":[" NOT_READY "]}}",
		"not ready: condition Ready is False since 120m: DoesNotExist: "
		"Secret \"x\" not found\n",
		"Ready=False DoesNotExist: Secret \"x\" not found" },
	/* what disagrees */
	{ NULL,
		"{\"status\":{\"conditions\":[" NOT_READY
		",{\"type\":\"Issuing\",\"status\":\"True\"},"
		"{\"type\":\"Available\",\"status\":\"True\"}]}}",
		"progressing: condition Issuing is True\n"
		"also: condition Ready is False since 120m: DoesNotExist: Secret \"x\" not found\n",
		"Issuing=True" },
	{ NULL,
		"{\"status\":{\"parents\":[{\"parentRef\":{\"name\":\"gw\"},\"conditions\":["
		"{\"type\":\"Accepted\",\"status\":\"False\",\"reason\":\"NotAllowed\"}]}]}}",
		"not ready: condition Accepted of parent gw is False: NotAllowed\n",
		"parent gw: Accepted=False NotAllowed" },
	/* generations */
	{ NULL,
		"{\"metadata\":{\"generation\":4},\"status\":{\"observedGeneration\":3,"
		"\"conditions\":[" NOT_READY "]}}",
		"progressing: the controller has seen generation 3 of 4\n"
		"also: condition Ready is False since 120m: DoesNotExist: Secret \"x\" not found\n",
		"the controller has seen generation 3 of 4" },
	{ NULL,
		"{\"metadata\":{\"generation\":4,\"managedFields\":[{\"manager\":\"me\","
		"\"time\":\"2027-01-15T07:57:00Z\",\"fieldsV1\":{\"f:spec\":{}}}]},"
		"\"status\":{\"observedGeneration\":3}}",
		"not ready: the controller has seen generation 3 of 4, the last one there since "
		"3m\n",
		"the controller has seen generation 3 of 4, the last one there since 3m" },
	/* deletion */
	{ NULL,
		"{\"metadata\":{\"deletionTimestamp\":\"2027-01-15T07:58:00Z\","
		"\"finalizers\":[\"a.b/c\"]}}",
		"deleting: deleting since 2m, finalizers: a.b/c\n",
		"deleting since 2m, finalizers: a.b/c" },
	{ NULL,
		"{\"metadata\":{\"deletionTimestamp\":\"2027-01-15T07:00:00Z\",\"generation\":2,"
		"\"finalizers\":[\"a.b/c\",\"d\\u001b[31m\"]},\"status\":{\"observedGeneration\":"
		"1}}",
		"not ready: deleting since 60m, stuck, finalizers: a.b/c, d [31m\n"
		"also: the controller has seen generation 1 of 2\n",
		"deleting since 60m, stuck, finalizers: a.b/c, d [31m" },
	/* words and paths */
	{ NULL, "{\"status\":{\"phase\":\"Failed\",\"message\":\"no disk\"}}",
		"not ready: phase is Failed: no disk\n", "phase=Failed: no disk" },
	{ NULL, "{\"status\":{\"health\":{\"status\":\"Degraded\"}}}",
		"not ready: health.status is Degraded\n", "health.status=Degraded" },
	{ "cephclusters.ceph.rook.io",
		"{\"status\":{\"ceph\":{\"health\":\"HEALTH_ERR\"},\"conditions\":["
		"{\"type\":\"Ready\",\"status\":\"True\"}]}}",
		"not ready: ceph.health is HEALTH_ERR\n", "ceph.health=HEALTH_ERR" },
	{ NULL,
		"{\"spec\":{\"suspend\":true},\"status\":{\"conditions\":[{\"type\":\"Ready\","
		"\"status\":\"True\"}]}}",
		"healthy: condition Ready is True\nalso: it is suspended\n", "" },
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf text = BUF_INIT(10000), why = BUF_INIT(10000);
		struct str group = str_of(rows[i].kind), plural = str_cut(&group, '.');
		struct health_context context;
		struct health_verdict verdict;
		struct object o;

		health_context_init(&context, NULL, group, plural);
		assert_int_equal(object_scan(str_of(rows[i].json), &o, NULL), 0);
		verdict = health_of(&o, &context, NOW);
		assert_int_equal(health_explain(&o, &context, &verdict, NOW, &text), 0);
		assert_string_equal(buf_text(&text), rows[i].text);
		assert_int_equal(health_why(&o, &context, &verdict, NOW, &why), 0);
		assert_string_equal(buf_text(&why), rows[i].why);
		buf_release(&text);
		buf_release(&why);
		health_context_release(&context);
	}
}

/* Who has seen a lag begin knows more than the object says. */
static void test_kept_verdict(void **state)
{
	static const char json[] =
		"{\"metadata\":{\"generation\":4},\"status\":{\"observedGeneration\":3}}";
	struct buf text = BUF_INIT(1000), why = BUF_INIT(1000);
	struct health_verdict verdict;
	struct object o;

	(void)state;
	assert_int_equal(object_scan(str_of(json), &o, NULL), 0);
	verdict = health_of(&o, NULL, NOW);
	health_lags_since(&verdict, NOW - 180, NOW);
	assert_int_equal(health_explain(&o, NULL, &verdict, NOW, &text), 0);
	assert_string_equal(buf_text(&text),
		"not ready: the controller has seen generation 3 of 4, the last one there since "
		"3m\n");
	assert_int_equal(health_why(&o, NULL, &verdict, NOW, &why), 0);
	assert_string_equal(buf_text(&why),
		"the controller has seen generation 3 of 4, the last one there since 3m");
	buf_release(&text);
	buf_release(&why);
}

/* Past the ceiling it says so. */
static void test_ceiling(void **state)
{
	struct buf text = BUF_INIT(20), why = BUF_INIT(5);
	struct health_verdict verdict;
	struct object o;

	(void)state;
	assert_int_equal(object_scan(str_of(rows[2].json), &o, NULL), 0);
	verdict = health_of(&o, NULL, NOW);
	assert_int_equal(health_explain(&o, NULL, &verdict, NOW, &text), -1);
	assert_int_equal(health_why(&o, NULL, &verdict, NOW, &why), -1);
	buf_release(&text);
	buf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_kept_verdict),
		cmocka_unit_test(test_ceiling),
	};

	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
