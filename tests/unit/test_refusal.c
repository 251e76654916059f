/* Why a change was refused, and what the server warns of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "kube/refusal.h"
#include "kube/warning.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define STATUS(rest) "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\"," rest "}"
#define MANAGER(who, what)                                                                         \
	"{\"reason\":\"FieldManagerConflict\",\"message\":\"conflict with \\\"" who                \
	"\\\"\",\"field\":\"" what "\"}"

static const struct {
	int http;
	const char *body;
	const char *during;
	bool managers;
	const char *text;
} rows[] = {
	{ 409,
		STATUS("\"reason\":\"Conflict\",\"code\":409,\"message\":\"Operation cannot be "
		       "fulfilled\""),
		NULL, false, "Error from server (Conflict): Operation cannot be fulfilled" },
	{ 409, STATUS("\"reason\":\"AlreadyExists\",\"code\":409,\"message\":\"w \\\"x\\\" already\""),
		"error when creating \"f\"", false,
		"Error from server (AlreadyExists): error when creating \"f\": w \"x\" already" },
	{ 409,
		STATUS("\"reason\":\"Conflict\",\"code\":409,\"message\":\"m\",\"details\":{\"causes\":[" MANAGER(
			"kubectl using v1", ".spec.color") "," MANAGER("other", ".spec.size") "]}"),
		NULL, true,
		"error: Apply failed with 2 conflicts:\n"
		"* conflict with \"kubectl using v1\": .spec.color\n"
		"* conflict with \"other\": .spec.size" },
	{ 409,
		STATUS("\"reason\":\"Conflict\",\"code\":409,\"message\":\"m\",\"details\":{\"causes\":[" MANAGER(
			"other", ".spec.size") "]}"),
		NULL, true,
		"error: Apply failed with 1 conflict:\n* conflict with \"other\": .spec.size" },
	{ 422,
		STATUS("\"reason\":\"Invalid\",\"code\":422,\"message\":\"long\",\"details\":{"
		       "\"kind\":\"Widget\",\"name\":\"x\",\"causes\":[{\"field\":\"spec.a\","
		       "\"message\":\"no\"}]}"),
		NULL, false, "The Widget \"x\" is invalid: spec.a: no" },
	{ 422,
		STATUS("\"reason\":\"Invalid\",\"code\":422,\"message\":\"long\",\"details\":{"
		       "\"kind\":\"Widget\",\"name\":\"x\",\"causes\":["
		       "{\"field\":\"a\",\"message\":\"no\"},{\"field\":\"a\",\"message\":\"no\"},"
		       "{\"field\":\"b\",\"message\":\"never\"}]}"),
		NULL, false, "The Widget \"x\" is invalid: \n* a: no\n* b: never" },
	{ 422, STATUS("\"reason\":\"Invalid\",\"code\":422,\"message\":\"what\""), NULL, false,
		"The request is invalid: what" },
	{ 404, STATUS("\"reason\":\"NotFound\",\"code\":404,\"message\":\"w \\\"x\\\" not found\""),
		NULL, false, "Error from server (NotFound): w \"x\" not found" },
	{ 403, STATUS("\"reason\":\"Forbidden\",\"code\":403,\"message\":\"no\""), NULL, false,
		"Error from server (Forbidden): no" },
	{ 405, STATUS("\"reason\":\"MethodNotAllowed\",\"code\":405,\"message\":\"no\""), NULL,
		false, "Error from server (MethodNotAllowed): no" },
	{ 415, STATUS("\"reason\":\"UnsupportedMediaType\",\"code\":415,\"message\":\"no\""), NULL,
		false, "Error from server (UnsupportedMediaType): no" },
	{ 404, "404 page not found\n", NULL, false,
		"Error from server (NotFound): the server could not find the requested resource "
		"(PATCH /x)" },
};

static void test_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct refusal refusal;

		refusal_read(
			&refusal, rows[i].http, str_of(rows[i].body), "PATCH /x", rows[i].during);
		assert_string_equal(refusal.text, rows[i].text);
		assert_int_equal(refusal.code, rows[i].http);
		assert_int_equal(refusal.managers, rows[i].managers);
		refusal_release(&refusal);
	}
}

static void test_many_causes(void **state)
{
	struct buf body = BUF_INIT(1 << 20);
	struct refusal refusal;
	size_t lines = 0;

	(void)state;
	buf_addz(&body, "{\"kind\":\"Status\",\"code\":422,\"reason\":\"Invalid\",\"details\":{"
			"\"causes\":[");
	for (int i = 0; i < 2000; i++)
		buf_addf(&body, "%s{\"field\":\"f%d\",\"message\":\"m\"}", i ? "," : "", i);
	buf_addz(&body, "]}}");
	refusal_read(&refusal, 422, buf_str(&body), "PATCH /x", NULL);
	for (const char *p = refusal.text; *p; p++)
		lines += *p == '\n';
	assert_int_equal(lines, REFUSAL_CAUSES_MAX + 1);
	assert_non_null(strstr(refusal.text, "\n* and more"));
	refusal_release(&refusal);
	buf_release(&body);
}

static void see(void *arg, const char *text)
{
	buf_addf(arg, "[%s]", text);
}

static void test_warnings(void **state)
{
	static const char *const cases[][2] = {
		{ "299 - \"unknown field \\\"spec.x\\\"\"", "[unknown field \"spec.x\"]" },
		{ "299 - \"a, b\", 299 - \"c\"", "[a, b][c]" },
		{ "299 - \"a\" \"Wed, 21 Oct 2015 07:28:00 GMT\",299 - \"b\"", "[a][b]" },
		{ "199 - \"a\", 299 x \"b\", 299 - \"\", 299 - \"c\"", "[c]" },
		{ "299 - \"back\\\\slash\"", "[back\\slash]" },
		{ "299 - \"a\x1b[2J\"", "" },
		{ "299 - \"a\" nonsense", "" },
		{ "299 - \"no end", "" },
		{ "299 - \"no end\\", "" },
		{ "299 -", "" },
		{ "", "" },
		{ "299 - \"a\",", "[a]" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf out = BUF_INIT(1000);

		warning_each(str_of(cases[i][0]), see, &out);
		assert_string_equal(buf_text(&out), cases[i][1]);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_many_causes),
		cmocka_unit_test(test_warnings),
	};

	return cmocka_run_group_tests_name("refusal", tests, NULL, NULL);
}
