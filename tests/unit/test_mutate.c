/* mutate: what a change looks like on its way, and what its answer means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cluster/ask.h"
#include "cluster/mutate.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define BASE	     "/apis/example.com/v1/namespaces/a/widgets"

static const struct gvr widgets = { (char *)"example.com", (char *)"v1", (char *)"widgets" };
static const int64_t zero = 0;

/* clang-format off */
#define TEXT(literal) { literal, sizeof(literal) - 1 }
/* clang-format on */
#define CHANGE(...)                                                                                \
	{                                                                                          \
		.gvr = &widgets, .ns = TEXT("a"), .name = TEXT("x"), __VA_ARGS__                   \
	}

static const struct {
	struct mutate m;
	const char *method, *type, *path, *body;
} rows[] = {
	{ CHANGE(.verb = MUTATE_READ), NULL, NULL, BASE "/x", "" },
	{ CHANGE(.verb = MUTATE_READ, .subresource = MUTATE_SCALE, .dry_run = true), NULL, NULL,
		BASE "/x/scale", "" },
	{ CHANGE(.verb = MUTATE_LIST), NULL, NULL, BASE "?limit=500", "" },
	{ CHANGE(.verb = MUTATE_LIST, .limit = 7), NULL, NULL, BASE "?limit=7", "" },
	{ CHANGE(.verb = MUTATE_LIST, .selector = TEXT("a in (b)"), .page = TEXT("c+d")), NULL,
		NULL, BASE "?limit=500&labelSelector=a%20in%20%28b%29&continue=c%2Bd", "" },
	{ CHANGE(.verb = MUTATE_CREATE, .body = TEXT("{}"), .validation = MUTATE_STRICT), "POST",
		"application/json", BASE "?fieldManager=crwatch&fieldValidation=Strict", "{}" },
	{ CHANGE(.verb = MUTATE_CREATE, .body = TEXT("{}"), .dry_run = true, .manager = "a b"),
		"POST", "application/json", BASE "?dryRun=All&fieldManager=a%20b", "{}" },
	{ CHANGE(.verb = MUTATE_REPLACE, .body = TEXT("{\"a\":1}"), .version = TEXT("5"),
		  .validation = MUTATE_WARN),
		"PUT", "application/json", BASE "/x?fieldManager=crwatch&fieldValidation=Warn",
		"{\"metadata\":{\"resourceVersion\":\"5\"},\"a\":1}" },
	{ CHANGE(.verb = MUTATE_MERGE_PATCH, .subresource = MUTATE_STATUS,
		  .body = TEXT("{\"a\":1,\"metadata\":{\"labels\":{}}}"), .uid = TEXT("u"),
		  .version = TEXT("5")),
		"PATCH", "application/merge-patch+json", BASE "/x/status?fieldManager=crwatch",
		"{\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"5\",\"labels\":{}},\"a\":1}" },
	/* what it says itself is not said again */
	{ CHANGE(.verb = MUTATE_MERGE_PATCH, .body = TEXT("{\"metadata\":{\"uid\":\"v\"}}"),
		  .uid = TEXT("u")),
		"PATCH", "application/merge-patch+json", BASE "/x?fieldManager=crwatch",
		"{\"metadata\":{\"uid\":\"v\"}}" },
	{ CHANGE(.verb = MUTATE_JSON_PATCH, .body = TEXT("[{\"op\":\"remove\"}]"),
		  .uid = TEXT("u")),
		"PATCH", "application/json-patch+json", BASE "/x?fieldManager=crwatch",
		"[{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":\"u\"},{\"op\":\"remove\"}]" },
	{ CHANGE(.verb = MUTATE_APPLY, .body = TEXT("{}")), "PATCH", "application/apply-patch+yaml",
		BASE "/x?fieldManager=crwatch&force=false", "{}" },
	{ CHANGE(.verb = MUTATE_APPLY, .body = TEXT("{}"), .force = true,
		  .validation = MUTATE_IGNORE),
		"PATCH", "application/apply-patch+yaml",
		BASE "/x?fieldManager=crwatch&fieldValidation=Ignore&force=true", "{}" },
	{ CHANGE(.verb = MUTATE_DELETE), "DELETE", "application/json", BASE "/x",
		"{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\"}" },
	{ CHANGE(.verb = MUTATE_DELETE, .uid = TEXT("u"), .propagation = MUTATE_FOREGROUND,
		  .grace = &zero, .dry_run = true),
		"DELETE", "application/json", BASE "/x",
		"{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"gracePeriodSeconds\":0,"
		"\"propagationPolicy\":\"Foreground\",\"preconditions\":{\"uid\":\"u\"},"
		"\"dryRun\":[\"All\"]}" },
	{ { .gvr = &widgets, .name = TEXT("a:b"), .verb = MUTATE_READ }, NULL, NULL,
		"/apis/example.com/v1/widgets/a%3Ab", "" },
};

static void test_requests(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = ERROR_INIT;
		struct mutate_call call;

		if (mutate_prepare(&rows[i].m, &call, &err) < 0)
			fail_msg("%s: %s", rows[i].path, err.text);
		assert_string_equal(buf_text(&call.path), rows[i].path);
		assert_string_equal(buf_text(&call.body), rows[i].body);
		assert_string_equal(
			call.method ? call.method : "", rows[i].method ? rows[i].method : "");
		assert_string_equal(call.type ? call.type : "", rows[i].type ? rows[i].type : "");
		mutate_call_release(&call);
	}
}

static void expect_error(const struct mutate *m, const char *part)
{
	struct error err = ERROR_INIT;
	struct mutate_call call;

	assert_int_equal(mutate_prepare(m, &call, &err), -1);
	if (!strstr(err.text, part))
		fail_msg("%s", err.text);
	error_release(&err);
}

static void test_what_cannot_be_sent(void **state)
{
	static const char *const names[] = { ".", "..", "a/b", "a%2fb", "" };
	static const char *const managers[] = { "a\nb", "\xc2\x9b", "\xff", "\xe2\x80\xae" };
	struct mutate m = CHANGE(.verb = MUTATE_READ);
	char long_name[300];
	struct mutate_call call;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		m.name = str_of(names[i]);
		expect_error(&m, "name");
	}
	memset(long_name, 'n', sizeof(long_name));
	m.name = str_make(long_name, 254);
	expect_error(&m, "253");
	m.name.len = 253;
	assert_int_equal(mutate_prepare(&m, &call, NULL), 0);
	assert_int_equal(call.path.len, strlen(BASE "/") + 253);
	mutate_call_release(&call);
	m.ns = STR("a/..");
	expect_error(&m, "namespace");
	m.ns = STR("a");
	for (size_t i = 0; i < COUNT(managers); i++) {
		m.manager = managers[i];
		expect_error(&m, "printable");
	}
	m.manager = "";
	expect_error(&m, "has no name");
	long_name[129] = '\0';
	m.manager = long_name;
	expect_error(&m, "128");
	long_name[128] = '\0';
	assert_int_equal(mutate_prepare(&m, &call, NULL), 0);
	mutate_call_release(&call);
	m = (struct mutate)CHANGE(.verb = MUTATE_JSON_PATCH, .body = STR("{}"), .uid = STR("u"));
	expect_error(&m, "list");
	m.verb = MUTATE_MERGE_PATCH;
	m.body = STR("{\"metadata\":7}");
	expect_error(&m, "metadata");
}

/* ---- answers ---- */

static int judge(const char *method, struct ask_answer *answer, const char *body, int *ret_code,
	struct error *err)
{
	struct mutate_call call = { .method = method, .path = BUF_INIT(100) };
	int rc;

	buf_addz(&call.path, "/x?fieldManager=crwatch");
	buf_init(&answer->body, 1000);
	buf_addz(&answer->body, body);
	rc = mutate_judge(&call, answer, NULL, ret_code, err);
	buf_release(&answer->body);
	mutate_call_release(&call);
	return rc;
}

static void expect_judged(
	const char *method, struct ask_answer answer, const char *body, int code, const char *text)
{
	struct error err = ERROR_INIT;
	int got = -1;
	int rc = judge(method, &answer, body, &got, &err);

	assert_int_equal(rc, text ? -1 : 0);
	assert_int_equal(got, code);
	if (text)
		assert_string_equal(err.text, text);
	error_release(&err);
}

static void test_answers(void **state)
{
	struct ask_answer ok = { .status = 200 }, made = { .status = 201 }, no = { .status = 404 };
	struct ask_answer cut = { .error = (char *)"cut", .code = ERROR_CUT };
	struct ask_answer refused = { .error = (char *)"refused", .code = ERROR_CONNECT };

	(void)state;
	expect_judged("PATCH", ok, "{}", 0, NULL);
	expect_judged("POST", made, "{\"a\":1}", 0, NULL);
	expect_judged("PATCH", ok, "<html>", 0,
		"the answer is no object; the server says that the request was done (200)");
	expect_judged("PATCH", ok, "", 0,
		"the answer is no object; the server says that the request was done (200)");
	expect_judged("PATCH", ok,
		"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":409,"
		"\"reason\":\"Conflict\",\"message\":\"m\"}",
		409, "Error from server (Conflict): m");
	expect_judged("DELETE", no, "", 404,
		"Error from server (NotFound): the server could not find the requested resource "
		"(DELETE /x)");
	expect_judged("PATCH", cut, "", 0, "cut; whether the change was made is not known");
	expect_judged(NULL, cut, "", 0, "cut");
	expect_judged("PATCH", refused, "", 0, "refused");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_what_cannot_be_sent),
		cmocka_unit_test(test_answers),
	};

	return cmocka_run_group_tests_name("mutate", tests, NULL, NULL);
}
