/* What a review of rules grants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "kube/access.h"

#define RULE(verbs, groups, resources, names)                                                      \
	"{\"verbs\":[" verbs "],\"apiGroups\":[" groups "],\"resources\":[" resources "]" names "}"
#define NAMES ",\"resourceNames\":[\"one\"]"

static const char rules_text[] = RULE(
	"\"list\",\"get\"", "\"e.c\"", "\"widgets\"", ",\"resourceNames\":null") "," RULE("\"*\"",
	"\"star.io\"", "\"*\"", ",\"resourceNames\":[]") "," RULE("\"update\"", "\"*\"",
	"\"*\\/scale\"", "") "," RULE("\"update\"", "\"e.c\"", "\"gadgets/status\"",
	"") "," RULE("\"get\",\"list\",\"create\",\"deletecollection\"", "\"e.c\"", "\"gadgets\"",
	NAMES) "," RULE("\"list\"", "\"\"", "\"pods\"", "") "," RULE("\"get\"", "\"e.c\"",
	"\"gadgets\"", "") "," RULE("\"watch\"", "\"*\"", "\"widgets\"", "");

static struct access_rules *parse(const char *rules, const char *more)
{
	struct buf text = BUF_INIT(100000);
	struct access_rules *ret;
	struct error err = ERROR_INIT;

	buf_addf(&text, "{\"status\":{\"resourceRules\":[%s]%s}}", rules, more);
	if (access_rules_parse(buf_str(&text), &ret, &err) < 0)
		fail_msg("%s", err.text);
	buf_release(&text);
	return ret;
}

static const struct {
	const char *verb, *group, *resource, *subresource;
	enum access access;
} rows[] = {
	{ "list", "e.c", "widgets", NULL, ACCESS_YES },
	{ "watch", "e.c", "widgets", NULL, ACCESS_YES },
	{ "watch", "other.io", "widgets", NULL, ACCESS_YES },
	{ "list", "other.io", "widgets", NULL, ACCESS_NO },
	{ "delete", "e.c", "widgets", NULL, ACCESS_NO },
	{ "get", "e.c", "widget", NULL, ACCESS_NO },
	/* of a resource, nothing of its subresources */
	{ "get", "e.c", "widgets", "status", ACCESS_NO },
	{ "update", "e.c", "gadgets", "status", ACCESS_YES },
	{ "update", "e.c", "gadget", "s/status", ACCESS_NO },
	{ "update", "e.c", "gadgets", NULL, ACCESS_NO },
	{ "update", "e.c", "gadgets", "scale", ACCESS_YES },
	{ "update", "any.io", "things", "scale", ACCESS_YES },
	{ "update", "any.io", "things", NULL, ACCESS_NO },
	/* a star stands for subresources, too */
	{ "patch", "star.io", "things", NULL, ACCESS_YES },
	{ "patch", "star.io", "things", "status", ACCESS_YES },
	/* some names, and what knows none */
	{ "list", "e.c", "gadgets", NULL, ACCESS_SOME },
	{ "get", "e.c", "gadgets", NULL, ACCESS_YES },
	{ "create", "e.c", "gadgets", NULL, ACCESS_NO },
	{ "deletecollection", "e.c", "gadgets", NULL, ACCESS_NO },
	/* the core group is "" and nothing else */
	{ "list", "", "pods", NULL, ACCESS_YES },
	{ "list", "e.c", "pods", NULL, ACCESS_NO },
};

static void test_rules(void **state)
{
	struct access_rules *whole = parse(rules_text, ",\"incomplete\":false");
	struct access_rules *part = parse(rules_text,
		",\"incomplete\":true,\"evaluationError\":\"webhook authorizer: \\u00e9\"");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct access_wish wish = { rows[i].verb, rows[i].group, rows[i].resource,
			rows[i].subresource };
		enum access unsure = rows[i].access == ACCESS_NO ? ACCESS_UNKNOWN : rows[i].access;

		if (access_check(whole, &wish) != rows[i].access ||
			access_check(part, &wish) != unsure)
			fail_msg("row %zu: %d, %d", i, (int)access_check(whole, &wish),
				(int)access_check(part, &wish));
	}
	assert_false(access_is_incomplete(whole));
	assert_null(access_problem(whole));
	assert_true(access_is_incomplete(part));
	assert_string_equal(access_problem(part), "webhook authorizer: \xc3\xa9");
	access_rules_free(part);
	access_rules_free(whole);
	access_rules_free(NULL);
}

/* What no server should say grants nothing. */
static void test_hostile(void **state)
{
	static const char *const bad[] = { "", "{", "[]", "{}", "{\"status\":null}",
		"{\"status\":{}}", "{\"status\":{\"resourceRules\":{}}}",
		"{\"status\":{\"resourceRules\":\"*\"}}", "{\"status\":{\"resourceRules\":[}}" };
	static const char *const odd[] = { "", "null", "7", "\"*\"", "[]", "{}",
		"{\"verbs\":\"*\",\"apiGroups\":\"*\",\"resources\":\"*\"}",
		"{\"verbs\":[null,1,{}],\"apiGroups\":[\"*\"],\"resources\":[\"*\"]}",
		"{\"verbs\":[\"*\"],\"apiGroups\":[[\"*\"]],\"resources\":[\"*\"]}",
		"{\"verbs\":[\"*\"],\"resources\":[\"*\"]}" };
	struct access_wish wish = { "list", "e.c", "widgets", NULL };
	struct error err = ERROR_INIT;
	struct access_rules *rules;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (access_rules_parse(str_of(bad[i]), &rules, &err) == 0)
			fail_msg("parsed: %s", bad[i]);
		assert_non_null(err.text);
		error_release(&err);
	}
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		rules = parse(odd[i], ",\"incomplete\":1,\"evaluationError\":{}");
		if (access_check(rules, &wish) != ACCESS_NO)
			fail_msg("granted: %s", odd[i]);
		assert_null(access_problem(rules));
		access_rules_free(rules);
	}
	assert_int_equal(
		access_rules_parse(STR("{\"status\":{\"resourceRules\":null}}"), &rules, &err), 0);
	assert_int_equal(access_check(rules, &wish), ACCESS_NO);
	access_rules_free(rules);
}

static void test_too_many(void **state)
{
	struct buf text = BUF_INIT((size_t)16 << 20);
	struct error err = ERROR_INIT;
	struct access_rules *rules;

	(void)state;
	buf_addz(&text, "{\"status\":{\"resourceRules\":[{\"verbs\":[\"a\"");
	for (size_t i = 0; i < ACCESS_WORDS_MAX; i++)
		buf_addz(&text, ",\"a\"");
	buf_addz(&text, "]}]}}");
	assert_int_equal(access_rules_parse(buf_str(&text), &rules, &err), -1);
	assert_int_equal(err.code, ERROR_TOO_LARGE);
	error_release(&err);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
