/* What one scan finds in an object, however odd it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kube/object.h"

static struct object scan(const char *text)
{
	struct error err = ERROR_INIT;
	struct object o;

	if (object_scan(str_of(text), &o, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	return o;
}

static void assert_str(struct str s, const char *expected)
{
	if (!expected) {
		assert_null(s.p);
		return;
	}
	if (!str_is(s, expected))
		fail_msg("'" STR_FMT "' is not '%s'", STR_ARG(s), expected);
}

static void test_whole(void **state)
{
	struct object o =
		scan("{\"apiVersion\":\"e.c/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"a\","
		     "\"namespace\":\"n\",\"uid\":\"u\",\"resourceVersion\":\"12\","
		     "\"creationTimestamp\":\"1970-01-02T00:00:00Z\",\"deletionTimestamp\":"
		     "\"1970-01-03T00:00:01Z\",\"generation\":3,\"labels\":{\"k\":\"v\"},"
		     "\"annotations\":{\"x\":\"}\"},\"ownerReferences\":[{\"uid\":\"o\"}],"
		     "\"finalizers\":[\"f\"],\"managedFields\":[{\"name\":\"no\"}]},"
		     "\"spec\":{\"name\":\"no\"},\"status\":{\"observedGeneration\":2,"
		     "\"metadata\":{\"name\":\"no\"}}, \"items\":[1]}");

	(void)state;
	assert_str(o.api_version, "e.c/v1");
	assert_str(o.kind, "Widget");
	assert_str(o.name, "a");
	assert_str(o.ns, "n");
	assert_str(o.uid, "u");
	assert_str(o.rv, "12");
	assert_int_equal(o.created, 86400);
	assert_int_equal(o.deleted, 2 * 86400 + 1);
	assert_int_equal(o.generation, 3);
	assert_int_equal(o.observed, 2);
	assert_str(o.labels, "{\"k\":\"v\"}");
	assert_str(o.annotations, "{\"x\":\"}\"}");
	assert_str(o.owners, "[{\"uid\":\"o\"}]");
	assert_str(o.finalizers, "[\"f\"]");
	assert_str(o.spec, "{\"name\":\"no\"}");
	assert_str(o.status, "{\"observedGeneration\":2,\"metadata\":{\"name\":\"no\"}}");
}

static void test_absent(void **state)
{
	static const char *const texts[] = { "{}", "{\"metadata\":null}",
		" {\"metadata\":{\"labels\":null,\"name\":5,\"generation\":\"x\","
		"\"creationTimestamp\":null,\"finalizers\":{}},\"status\":null,\"spec\":null}\n",
		/* the last of equal keys counts, also when it holds less */
		"{\"metadata\":{\"name\":\"a\",\"labels\":{},\"generation\":4},\"status\":"
		"{\"observedGeneration\":1},\"status\":null,\"metadata\":null}" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct object o = scan(texts[i]);

		assert_str(o.name, "");
		assert_str(o.ns, "");
		assert_str(o.rv, "");
		assert_int_equal(o.created, OBJECT_NO_TIME);
		assert_int_equal(o.deleted, OBJECT_NO_TIME);
		assert_int_equal(o.generation, -1);
		assert_int_equal(o.observed, -1);
		assert_str(o.labels, NULL);
		assert_str(o.finalizers, NULL);
		assert_str(o.spec, NULL);
		assert_str(o.status, NULL);
	}
}

static void test_odd(void **state)
{
	struct object o;

	(void)state;
	o = scan("{\"spec\":\"text\",\"status\":[1,2],\"metadata\":{\"na\\u006de\":\"x\"},"
		 "\"items\":null}");
	assert_str(o.spec, "\"text\"");
	assert_str(o.status, "[1,2]");
	assert_str(o.name, "x");
	o = scan("{\"metadata\":{\"name\":\"a\",\"name\":\"b\"},\"kind\":\"K\",\"kind\":\"L\"}");
	assert_str(o.name, "b");
	assert_str(o.kind, "L");
}

static void test_refused(void **state)
{
	static const char *const texts[] = { "", "[]", "\"a\"", "null", "{", "{\"metadata\":[]}",
		"{\"metadata\":\"x\"}", "{\"metadata\":{\"name\":\"a\"}", "{\"a\" 1}", "{\"a\":}" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct error err = ERROR_INIT;
		struct object o;

		assert_int_equal(object_scan(str_of(texts[i]), &o, &err), -1);
		assert_int_equal(err.code, ERROR_INVALID);
		error_release(&err);
	}
}

struct time_row {
	const char *text;
	int64_t seconds; /* OBJECT_NO_TIME: none */
};

static const struct time_row times[] = {
	{ "1970-01-01T00:00:00Z", 0 },
	{ "1969-12-31T23:59:59Z", -1 },
	{ "2000-02-29T12:00:00Z", 951825600 },
	{ "2026-11-10T08:00:01Z", 1794297601 },
	{ "2026-11-10T08:00:01.999999Z", 1794297601 },
	{ "2026-11-10T10:00:01+02:00", 1794297601 },
	{ "2026-11-10T00:30:01-07:30", 1794297601 },
	{ "0001-01-01T00:00:00Z", -62135596800 },
	{ "9999-12-31T23:59:59Z", 253402300799 },
	{ "", OBJECT_NO_TIME },
	{ "2026-11-10", OBJECT_NO_TIME },
	{ "2026-11-10T08:00:01", OBJECT_NO_TIME },
	{ "2026-02-29T08:00:01Z", OBJECT_NO_TIME },
	{ "2026-13-01T08:00:01Z", OBJECT_NO_TIME },
	{ "2026-11-10T24:00:00Z", OBJECT_NO_TIME },
	{ "2026-11-10T08:00:60Z", OBJECT_NO_TIME },
	{ "2026-11-10 08:00:01Z", OBJECT_NO_TIME },
	{ "2026-11-10T08:00:01.Z", OBJECT_NO_TIME },
	{ "2026-11-10T08:00:01Zx", OBJECT_NO_TIME },
	{ "2026-11-10T08:00:01+0200", OBJECT_NO_TIME },
	{ "2o26-11-10T08:00:01Z", OBJECT_NO_TIME },
};

static void test_times(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int64_t seconds = OBJECT_NO_TIME;

		object_time(str_of(times[i].text), &seconds);
		if (seconds != times[i].seconds)
			fail_msg("%s: %lld", times[i].text, (long long)seconds);
	}
}

static void test_rv(void **state)
{
	(void)state;
	assert_true(object_rv_cmp(STR("9"), STR("10")) < 0);
	assert_true(object_rv_cmp(STR("11"), STR("10")) > 0);
	assert_int_equal(object_rv_cmp(STR("10"), STR("10")), 0);
	assert_true(
		object_rv_cmp(STR("100000000000000000000001"), STR("99999999999999999999999")) > 0);
	assert_int_equal(object_rv_cmp(STR("010"), STR("9")), 0);
	assert_int_equal(object_rv_cmp(STR(""), STR("9")), 0);
	assert_int_equal(object_rv_cmp(STR("abc"), STR("9")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_rv),
	};

	return cmocka_run_group_tests_name("object", tests, NULL, NULL);
}
