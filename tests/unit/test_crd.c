/* What a CRD makes of itself: names, versions and their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "kube/crd.h"

static const char *const crd_text =
	"{\"metadata\":{\"name\":\"widgets.e.c\",\"uid\":\"u1\",\"resourceVersion\":\"7\"},"
	"\"spec\":{\"group\":\"e.c\",\"scope\":\"Namespaced\",\"names\":{\"plural\":\"wanted\","
	"\"kind\":\"Wanted\"},\"conversion\":{\"strategy\":\"%s\"},\"versions\":["
	"{\"name\":\"v1beta1\",\"served\":true,\"storage\":true,\"schema\":{\"name\":\"x\"}},"
	"{\"name\":\"v2\",\"served\":false,\"storage\":false},"
	"{\"name\":\"v1\",\"served\":true,\"storage\":false,\"deprecated\":true,"
	"\"additionalPrinterColumns\":[{\"name\":\"A\"}]}]},"
	"\"status\":{\"acceptedNames\":{\"plural\":\"widgets\",\"singular\":\"widget\","
	"\"kind\":\"Widget\",\"listKind\":\"WidgetList\",\"shortNames\":[\"w\",\"wd\"],"
	"\"categories\":[\"all\"]},\"conditions\":[{\"type\":\"NamesAccepted\",\"status\":\"%s\","
	"\"message\":\"taken\"},{\"type\":\"Established\",\"status\":\"%s\"}]}}";

/* The CRD's text is released by the caller. */
static struct crd parse(
	struct buf *text, const char *strategy, const char *accepted, const char *established)
{
	struct error err = ERROR_INIT;
	struct crd crd;

	buf_init(text, 10000);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	buf_addf(text, crd_text, strategy, accepted, established);
#pragma GCC diagnostic pop
	if (crd_parse(buf_str(text), &crd, &err) < 0)
		fail_msg("%s", err.text);
	return crd;
}

static void test_whole(void **state)
{
	struct buf text;
	struct crd crd = parse(&text, "None", "True", "True");
	const struct crd_version *version = crd_version(&crd);

	(void)state;
	assert_string_equal(crd.name, "widgets.e.c");
	assert_string_equal(crd.uid, "u1");
	assert_string_equal(crd.rv, "7");
	assert_string_equal(crd.group, "e.c");
	assert_string_equal(crd.plural, "widgets");
	assert_string_equal(crd.singular, "widget");
	assert_string_equal(crd.kind, "Widget");
	assert_string_equal(crd.list_kind, "WidgetList");
	assert_int_equal(crd.n_short_names, 2);
	assert_string_equal(crd.short_names[1], "wd");
	assert_int_equal(crd.n_categories, 1);
	assert_true(crd.namespaced && crd.established && crd.names_accepted);
	assert_false(crd.webhook || crd.terminating);
	assert_null(crd.not_accepted);
	assert_int_equal(crd.n_versions, 3);
	assert_string_equal(crd.versions[0].name, "v2");
	assert_string_equal(version->name, "v1");
	assert_true(version->deprecated);
	assert_true(str_is(version->columns, "[{\"name\":\"A\"}]"));
	assert_null(crd.versions[2].columns.p);
	crd_release(&crd);
	buf_release(&text);
}

static void test_conditions(void **state)
{
	struct buf text;
	struct crd crd = parse(&text, "Webhook", "False", "False");

	(void)state;
	assert_false(crd.established || crd.names_accepted);
	assert_string_equal(crd.not_accepted, "taken");
	/* under a webhook: the storage version, which needs no conversion */
	assert_true(crd.webhook);
	assert_string_equal(crd_version(&crd)->name, "v1beta1");
	crd_release(&crd);
	buf_release(&text);
}

static void test_bare(void **state)
{
	struct error err = ERROR_INIT;
	struct crd crd;

	(void)state;
	assert_int_equal(crd_parse(STR("{\"metadata\":{\"name\":\"a.b\",\"deletionTimestamp\":"
				       "\"2026-01-01T00:00:00Z\"},\"spec\":{\"group\":\"b\"}}"),
				 &crd, &err),
		0);
	assert_string_equal(crd.plural, "");
	assert_string_equal(crd.kind, "");
	assert_true(crd.terminating);
	assert_null(crd_version(&crd));
	crd_release(&crd);
}

static void test_refused(void **state)
{
	static const char *const texts[] = { "[]", "{}", "{\"metadata\":{\"name\":\"a.b\"}}",
		"{\"metadata\":{\"name\":\"a.b\"},\"spec\":\"x\"}" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct error err = ERROR_INIT;
		struct crd crd;

		assert_int_equal(crd_parse(str_of(texts[i]), &crd, &err), -1);
		error_release(&err);
	}
}

static void test_order(void **state)
{
	static const char *const best_first[] = { "v10", "v2", "v1", "v11beta2", "v10beta3",
		"v3beta1", "v12alpha1", "v11alpha2", "foo1", "foo10", "v1beta",
		"v99999999999999999999", "v9999999999999999999beta1", "vx" };
	const size_t n = sizeof(best_first) / sizeof(best_first[0]);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++) {
			int order = crd_version_cmp(str_of(best_first[i]), str_of(best_first[j]));

			if (j == 11 || j == 12 || i == 11 || i == 12)
				continue; /* no numbers: among the others by their bytes */
			if ((order < 0) != (i < j) || (order > 0) != (i > j))
				fail_msg("%s %s: %d", best_first[i], best_first[j], order);
		}
	}
	assert_true(crd_version_cmp(STR("v99999999999999999999"), STR("v1alpha1")) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_bare),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests_name("crd", tests, NULL, NULL);
}
