/* The role that crwatch needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "cluster/role.h"
#include "cluster_fixture.h"

#define HEAD                                                                                        \
	"apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: crwatch\n" \
	"rules:\n"                                                                                  \
	"- apiGroups:\n  - apiextensions.k8s.io\n  resources:\n  - customresourcedefinitions\n"     \
	"  verbs:\n  - get\n  - list\n  - watch\n"                                                  \
	"- apiGroups:\n  - events.k8s.io\n  resources:\n  - events\n  verbs:\n  - list\n  - watch\n"

static void expect(const struct root *root, const char *wanted)
{
	struct buf text = BUF_INIT(100000);

	role_write(root, NULL, NULL, &text);
	assert_string_equal(buf_text(&text), wanted);
	buf_release(&text);
}

static void test_role(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_init(&fixture);
	expect(fixture_publish(&fixture), HEAD);
	fixture_add_kind(&fixture, "e.io", "widgets", NULL);
	fixture_add_kind(&fixture, "b.io", "nulls", NULL);
	fixture_add_kind(&fixture, "b.io", "no", NULL);
	fixture_add_kind(&fixture, "b.io", "certs", NULL);
	expect(fixture_publish(&fixture),
		HEAD "- apiGroups:\n  - b.io\n  resources:\n  - certs\n  - \"no\"\n  - nulls\n"
		     "  verbs:\n  - get\n  - list\n  - watch\n"
		     "- apiGroups:\n  - e.io\n  resources:\n  - widgets\n"
		     "  verbs:\n  - get\n  - list\n  - watch\n");
	fixture_release(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_role),
	};

	return cmocka_run_group_tests_name("role", tests, NULL, NULL);
}
