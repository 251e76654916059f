/* Which paths differ, which of them are noise, and who wrote last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "json/diff.h"

static bool note(void *arg, const struct diff_item *item)
{
	static const char ops[] = { '+', '-', '~' };
	struct buf *out = arg;

	buf_addf(out, "%c%s" STR_FMT, ops[item->op], item->noise ? "(noise)" : "",
		STR_ARG(item->path));
	if (item->old_value.p)
		buf_addf(out, " " STR_FMT, STR_ARG(item->old_value));
	if (item->new_value.p)
		buf_addf(out, " > " STR_FMT, STR_ARG(item->new_value));
	buf_addc(out, '\n');
	return true;
}

static const struct {
	const char *old_text, *new_text, *items;
	size_t count;
} rows[] = {
	{ "{\"a\":1}", "{\"a\":1}", "", 0 },
	{ "{\"a\":1,\"b\":2}", "{ \"b\": 2, \"a\": 1 }", "", 0 },
	{ "{\"a\":\"\\u003c\"}", "{\"a\":\"<\"}", "", 0 },
	{ "{\"a\":1}", "{\"a\":2}", "~.a 1 > 2\n", 1 },
	{ "{\"a\":1}", "{\"a\":\"1\"}", "~.a 1 > \"1\"\n", 1 },
	{ "{\"a\":1}", "{\"a\":1.0}", "~.a 1 > 1.0\n", 1 },
	{ "{\"a\":{\"x\":1}}", "{\"b\":{\"y\":[1]}}", "-.a {\"x\":1}\n+.b > {\"y\":[1]}\n", 2 },
	{ "{\"a\":{\"x.y/z\":1}}", "{\"a\":{\"x.y/z\":2}}", "~.a['x.y/z'] 1 > 2\n", 1 },
	{ "{\"l\":[1,2]}", "{\"l\":[1,3,4]}", "~.l[1] 2 > 3\n+.l[2] > 4\n", 2 },
	{ "{\"l\":[1,2]}", "{\"l\":[]}", "-.l[0] 1\n-.l[1] 2\n", 2 },
	{ "{\"c\":[{\"type\":\"A\",\"status\":\"1\"},{\"type\":\"Ready\",\"status\":\"True\"}]}",
		"{\"c\":[{\"type\":\"Ready\",\"status\":\"False\"},{\"type\":\"B\"}]}",
		"-.c[A] {\"type\":\"A\",\"status\":\"1\"}\n"
		"~.c[Ready].status \"True\" > \"False\"\n+.c[B] > {\"type\":\"B\"}\n",
		3 },
	/* two of one name: by place */
	{ "{\"c\":[{\"name\":\"a\",\"v\":1},{\"name\":\"a\",\"v\":2}]}",
		"{\"c\":[{\"name\":\"a\",\"v\":1},{\"name\":\"a\",\"v\":3}]}", "~.c[1].v 2 > 3\n",
		1 },
	{ "{\"metadata\":{\"resourceVersion\":\"1\",\"generation\":1,\"name\":\"x\","
	  "\"managedFields\":[]},\"status\":{\"observedGeneration\":1,\"conditions\":[{\"type\":"
	  "\"Ready\",\"lastHeartbeatTime\":\"a\",\"lastTransitionTime\":\"a\"}]}}",
		"{\"metadata\":{\"resourceVersion\":\"2\",\"generation\":2,\"name\":\"x\","
		"\"managedFields\":[{}]},\"status\":{\"observedGeneration\":2,\"conditions\":[{"
		"\"type\":\"Ready\",\"lastHeartbeatTime\":\"b\",\"lastTransitionTime\":\"b\"}]}}",
		"~(noise).metadata.generation 1 > 2\n+(noise).metadata.managedFields[0] > {}\n"
		"~(noise).metadata.resourceVersion \"1\" > \"2\"\n"
		"~(noise).status.conditions[Ready].lastHeartbeatTime \"a\" > \"b\"\n"
		"~(noise).status.conditions[Ready].lastTransitionTime \"a\" > \"b\"\n"
		"~(noise).status.observedGeneration 1 > 2\n",
		0 },
	/* the keys of paths, and what elements are found by, as they are meant */
	{ "{\"a\\u0062\":1,\"c\":[{\"name\":\"\\u003cx\",\"v\":1}]}",
		"{\"ab\":2,\"c\":[{\"name\":\"\\u003cx\",\"v\":2}]}",
		"~['ab'] 1 > 2\n~.c[<x].v 1 > 2\n", 2 },
	/* the same words elsewhere are none */
	{ "{\"spec\":{\"metadata\":{\"generation\":1}}}",
		"{\"spec\":{\"metadata\":{\"generation\":2}}}",
		"~.spec.metadata.generation 1 > 2\n", 1 },
	{ "", "{\"a\":1}", "", 0 },
	{ "{\"a\":1}", "", "", 0 },
	{ "1", "2", "~. 1 > 2\n", 1 },
};

static void test_differences(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(10000);
		size_t n =
			diff_texts(str_of(rows[i].old_text), str_of(rows[i].new_text), note, &out);

		assert_string_equal(buf_text(&out), rows[i].items);
		assert_int_equal(n, rows[i].count);
		buf_release(&out);
	}
}

static bool stop(void *arg, const struct diff_item *item)
{
	(void)item;
	++*(int *)arg;
	return false;
}

static void test_stop(void **state)
{
	int n = 0;

	(void)state;
	diff_texts(STR("{\"a\":1,\"b\":[1,2],\"c\":3}"), STR("{\"b\":[3,4]}"), stop, &n);
	assert_int_equal(n, 1);
}

static void test_deep(void **state)
{
	static char a[20001], b[20001];
	struct buf out = BUF_INIT(100000);

	(void)state;
	memset(a, '[', 9999);
	a[9999] = '1';
	memset(a + 10000, ']', 9999);
	memcpy(b, a, sizeof(a));
	b[9999] = '2';
	assert_int_equal(diff_texts(str_make(a, 19999), str_make(b, 19999), note, &out), 1);
	buf_release(&out);
}

static void test_manager(void **state)
{
	static const char *const objects[][2] = {
		{ "{\"metadata\":{\"managedFields\":["
		  "{\"manager\":\"old\",\"time\":\"2026-01-01T00:00:00Z\"},"
		  "{\"manager\":\"new\",\"time\":\"2026-01-02T00:00:00Z\"},"
		  "{\"manager\":\"older\",\"time\":\"2025-01-02T00:00:00Z\"}]}}",
			"new" },
		{ "{\"metadata\":{\"managedFields\":["
		  "{\"manager\":\"a\",\"time\":\"2026-01-01T00:00:00Z\"},"
		  "{\"manager\":\"b\",\"time\":\"2026-01-01T00:00:00Z\"}]}}",
			"b" },
		{ "{\"metadata\":{\"managedFields\":[{\"manager\":\"x\"}]}}", "x" },
		{ "{\"metadata\":{}}", NULL },
		{ "{\"metadata\":{\"managedFields\":\"x\"}}", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		struct str manager = diff_manager(str_of(objects[i][0]));

		if (objects[i][1])
			assert_true(str_is(manager, objects[i][1]));
		else
			assert_null(manager.p);
	}
}

/* Two managers in one second: who wrote is who is new. */
static void test_author(void **state)
{
#define ENTRY(manager, field)                                                                      \
	"{\"manager\":\"" manager "\",\"time\":\"2026-01-01T00:00:00Z\",\"fieldsV1\":{\"f:" field  \
	"\":{}}}"
#define OBJECT(entries) "{\"metadata\":{\"managedFields\":[" entries "]}}"
	static const char before[] = OBJECT(ENTRY("label", "a") "," ENTRY("patch", "b"));
	static const char after[] = OBJECT(ENTRY("label", "c") "," ENTRY("patch", "b"));

	(void)state;
	assert_true(str_is(diff_author(str_of(before), str_of(after)), "label"));
	assert_true(str_is(diff_author(str_make(NULL, 0), str_of(after)), "patch"));
	assert_true(str_is(diff_author(str_of(after), str_of(after)), "patch"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_manager),
		cmocka_unit_test(test_author),
	};

	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
