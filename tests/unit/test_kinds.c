/* Which kind a name means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "cluster/kinds.h"
#include "cluster_fixture.h"

static struct fixture fixture;
static const struct root *root;

static int set_up(void **state)
{
	(void)state;
	fixture_init(&fixture);
	fixture_add_kind(&fixture, "b.io", "certs", NULL);     /* Cert, cer */
	fixture_add_kind(&fixture, "a.io", "cers", NULL);      /* Cer, cer */
	fixture_add_kind(&fixture, "c.d.io", "widgets", NULL); /* Widget, wid */
	fixture_add_kind(&fixture, "e.io", "widgets", NULL);
	root = fixture_publish(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_release(&fixture);
	return 0;
}

static const struct {
	const char *name;
	const char *found;
} rows[] = {
	{ "certs", "certs.b.io" },
	{ "cert", "certs.b.io" },
	{ "CERT", "certs.b.io" },
	{ "Certs.B.io", "certs.b.io" },
	{ "cert.v1.b.io", "certs.b.io" },
	{ "certs.v2.b.io", "" },
	{ "certs.a.io", "" },
	/* singular before short name */
	{ "cer", "cers.a.io certs.b.io" },
	{ "cer.b.io", "certs.b.io" },
	{ "widgets", "widgets.c.d.io widgets.e.io" },
	{ "widgets.c.d.io", "widgets.c.d.io" },
	{ "wid.v1.e.io", "widgets.e.io" },
	{ "", "" },
	{ ".", "" },
	{ "certs.", "" },
	{ "none", "" },
};

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct kind_root *found[4];
		size_t n = kinds_find(root, str_of(rows[i].name), found, 4);
		struct buf out = BUF_INIT(1000);

		for (size_t j = 0; j < n; j++) {
			if (j)
				buf_addc(&out, ' ');
			kinds_full_name(found[j]->kind, &out);
		}
		if (strcmp(buf_text(&out), rows[i].found) != 0)
			fail_msg("%s: %s", rows[i].name, buf_text(&out));
		buf_release(&out);
	}
}

static void test_max(void **state)
{
	const struct kind_root *found[1];

	(void)state;
	assert_int_equal(kinds_find(root, STR("widgets"), found, 1), 2);
	assert_string_equal(found[0]->kind->gvr.group, "c.d.io");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_max),
	};

	return cmocka_run_group_tests_name("kinds", tests, set_up, tear_down);
}
