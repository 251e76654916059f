/* Who wrote what, by managedFields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kube/managers.h"
#include "kube/object.h"

#define ENTRY(name, time, more)                                                                    \
	"{\"manager\":\"" name "\",\"operation\":\"Update\",\"time\":\"" time "\"," more "}"
#define FIELDS(field) "\"fieldsV1\":{\"f:metadata\":{},\"" field "\":{\"f:x\":{}}}"

static const char text[] = "{\"metadata\":{\"managedFields\":[" ENTRY(
	"first", "2027-01-15T08:00:00Z", FIELDS("f:spec")) "," ENTRY("second",
	"2027-01-15T08:00:10Z", FIELDS("f:spec")) "," ENTRY("older", "2027-01-15T07:00:00Z",
	FIELDS("f:spec")) "," ENTRY("labels", "2027-01-15T09:00:00Z",
	FIELDS("f:other")) "," ENTRY("controller", "2027-01-15T09:30:00Z",
	"\"subresource\":\"status\"," FIELDS("f:status")) "," ENTRY("old-style",
	"2027-01-15T08:30:00Z",
	FIELDS("f:status")) ",7,"
			    "{\"manager\":\"timeless\",\"operation\":\"Apply\"}]}}";

static struct object scan(const char *json)
{
	struct object o;

	assert_int_equal(object_scan(str_of(json), &o, NULL), 0);
	return o;
}

static void test_iterate(void **state)
{
	static const char *const names[] = { "first", "second", "older", "labels", "controller",
		"old-style", "", "timeless" };
	struct object o = scan(text);
	struct managers managers;
	struct manager m;
	size_t n = 0;

	(void)state;
	managers_init(&managers, &o);
	while (managers_next(&managers, &m)) {
		assert_in_range(n, 0, 7);
		assert_true(str_is(m.name, names[n]));
		if (n == 0) {
			assert_true(str_is(m.operation, "Update"));
			assert_true(str_is(m.subresource, ""));
			assert_int_equal(m.time, 1800000000);
			assert_true(str_starts(m.fields, STR("{\"f:metadata\"")));
		}
		if (n == 4)
			assert_true(str_is(m.subresource, "status"));
		n++;
	}
	assert_int_equal(n, 8);
	assert_true(str_is(m.operation, "Apply"));
	assert_int_equal(m.time, OBJECT_NO_TIME);
	assert_null(m.fields.p);
}

static void test_writers(void **state)
{
	struct object o = scan(text);
	struct manager m;

	(void)state;
	assert_true(managers_of_spec(&o, &m));
	assert_true(str_is(m.name, "second"));
	assert_int_equal(m.time, 1800000010);
	assert_true(managers_of_status(&o, &m));
	assert_true(str_is(m.name, "controller"));
}

static void test_none(void **state)
{
	static const char *const none[] = { "{}", "{\"metadata\":{}}",
		"{\"metadata\":{\"managedFields\":null}}", "{\"metadata\":{\"managedFields\":{}}}",
		"{\"metadata\":{\"managedFields\":[1,\"x\",{\"fieldsV1\":3},{\"fieldsV1\":[]}]}}" };
	struct manager m;

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct object o = scan(none[i]);

		assert_false(managers_of_spec(&o, &m));
		assert_false(managers_of_status(&o, &m));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_iterate),
		cmocka_unit_test(test_writers),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests_name("managers", tests, NULL, NULL);
}
