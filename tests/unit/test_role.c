/* The role that crwatch needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

static void expect_of(const struct root *root, const struct role_spec *spec, const char *wanted)
{
	struct buf text = BUF_INIT(100000);

	role_write(root, spec, &text);
	assert_string_equal(buf_text(&text), wanted);
	buf_release(&text);
}

static void expect(const struct root *root, const char *wanted)
{
	expect_of(root, &(struct role_spec){ .name = NULL }, wanted);
}

static bool in_b(void *arg, const struct kind *kind)
{
	(void)arg;
	return strcmp(kind->gvr.group, "b.io") == 0;
}

#define ROLE_OF(what, name, more)                                                                  \
	"apiVersion: rbac.authorization.k8s.io/v1\nkind: " what "\nmetadata:\n  name: " name       \
	"\n" more "rules:\n"
#define EVENTS                                                                                     \
	"- apiGroups:\n  - events.k8s.io\n  resources:\n  - events\n  verbs:\n  - list\n  - watch\n"
#define ALL_OF(group, names)                                                                       \
	"- apiGroups:\n  - " group "\n  resources:\n" names                                        \
	"  verbs:\n  - get\n  - list\n  - watch\n"

/* For one namespace a Role is enough, but for what is in none. */
static void test_one_namespace(void **state)
{
	struct role_spec spec = { .name = "yes", .ns = "team-a" };
	struct fixture fixture;
	(void)state;
	fixture_init(&fixture);
	fixture_add_kind(&fixture, "e.io", "widgets", NULL);
	fixture_add_kind(&fixture, "b.io", "certs", NULL);
	expect_of(fixture_publish(&fixture), &spec,
		ROLE_OF("Role", "\"yes\"", "  namespace: team-a\n")
			EVENTS ALL_OF("b.io", "  - certs\n") ALL_OF("e.io", "  - widgets\n"));
	fixture_add_kind(&fixture, "b.io", "issuers", NULL)->kind.namespaced = false;
	spec.name = NULL;
	expect_of(fixture_publish(&fixture), &spec,
		ROLE_OF("Role", "crwatch", "  namespace: team-a\n")
			EVENTS ALL_OF("b.io", "  - certs\n") ALL_OF("e.io",
				"  - widgets\n") "---\n" ROLE_OF("ClusterRole", "crwatch", "")
				ALL_OF("b.io", "  - issuers\n"));
	spec = (struct role_spec){ .ns = "n", .wanted = in_b };
	expect_of(fixture_publish(&fixture), &spec,
		ROLE_OF("Role", "crwatch", "  namespace: \"n\"\n") EVENTS ALL_OF(
			"b.io", "  - certs\n") "---\n" ROLE_OF("ClusterRole", "crwatch", "")
			ALL_OF("b.io", "  - issuers\n"));
	fixture_release(&fixture);
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
		cmocka_unit_test(test_one_namespace),
	};

	return cmocka_run_group_tests_name("role", tests, NULL, NULL);
}
