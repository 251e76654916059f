/* Paths of the API, and nothing that a name can do to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kube/gvr.h"

struct row {
	const char *group, *version, *resource, *ns, *name, *path;
};

static const struct row rows[] = {
	{ "example.com", "v1", "widgets", "", "", "/apis/example.com/v1/widgets" },
	{ "example.com", "v1", "widgets", "a", "", "/apis/example.com/v1/namespaces/a/widgets" },
	{ "example.com", "v1", "widgets", "a", "b", "/apis/example.com/v1/namespaces/a/widgets/b" },
	{ "example.com", "v1", "widgets", "", "b", "/apis/example.com/v1/widgets/b" },
	{ "", "v1", "events", "a", "", "/api/v1/namespaces/a/events" },
	{ "e.c", "v1", "w", "", "a/../b?x=1#y%", "/apis/e.c/v1/w/a%2F..%2Fb%3Fx%3D1%23y%25" },
	{ "e.c", "v1", "w", "", "..", "/apis/e.c/v1/w/%2E%2E" },
	{ "e.c", "v1", "w", "", "system:x@y", "/apis/e.c/v1/w/system%3Ax%40y" },
	{ "e.c", "v1", "w", "", "\xc3\xa9", "/apis/e.c/v1/w/%C3%A9" },
};

static void test_paths(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct buf out = BUF_INIT(1000);
		struct gvr gvr;

		gvr_init(&gvr, str_of(r->group), str_of(r->version), str_of(r->resource));
		gvr_path(&gvr, str_of(r->ns), str_of(r->name), &out);
		assert_string_equal(buf_text(&out), r->path);
		gvr_release(&gvr);
		buf_release(&out);
	}
}

static void test_escape(void **state)
{
	struct buf out = BUF_INIT(1000);

	(void)state;
	gvr_escape(STR("a=b,!c in (d) ~_.-"), &out);
	assert_string_equal(buf_text(&out), "a%3Db%2C%21c%20in%20%28d%29%20~_.-");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_escape),
	};

	return cmocka_run_group_tests_name("gvr", tests, NULL, NULL);
}
