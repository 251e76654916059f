/* What answers that are no success mean, and how they are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "kube/status.h"

#define STATUS(rest) "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\"," rest "}"

enum {
	EXPIRED = 1,
	TOO_LARGE = 2,
	TOO_MANY = 4,
	INITIALIZING = 8,
	FORBIDDEN = 16,
	UNAUTHORIZED = 32,
	NOT_FOUND = 64,
	METHOD = 128,
	INVALID = 256,
};

static int classes(const struct status *st)
{
	return (status_is_expired(st) ? EXPIRED : 0) |
	       (status_is_too_large_rv(st) ? TOO_LARGE : 0) |
	       (status_is_too_many(st) ? TOO_MANY : 0) |
	       (status_is_initializing(st) ? INITIALIZING : 0) |
	       (status_is_forbidden(st) ? FORBIDDEN : 0) |
	       (status_is_unauthorized(st) ? UNAUTHORIZED : 0) |
	       (status_is_not_found(st) ? NOT_FOUND : 0) |
	       (status_is_method_not_allowed(st) ? METHOD : 0) |
	       (status_is_invalid(st) ? INVALID : 0);
}

struct row {
	int http;
	const char *body;
	int classes;
	const char *text;
};

static const struct row rows[] = {
	{ 410, STATUS("\"reason\":\"Expired\",\"code\":410,\"message\":\"too old\""), EXPIRED,
		"Error from server (Expired): too old" },
	{ 200, STATUS("\"reason\":\"Gone\",\"code\":410,\"message\":\"m\""), EXPIRED,
		"Error from server (Gone): m" },
	{ 410, STATUS("\"message\":\"m\""), EXPIRED, "Error from server: m" },
	{ 410, STATUS("\"reason\":\"SomethingNew\",\"message\":\"m\""), EXPIRED,
		"Error from server (SomethingNew): m" },
	/* a known reason wins over the code */
	{ 410, STATUS("\"reason\":\"NotFound\",\"code\":410,\"message\":\"m\""), NOT_FOUND,
		"Error from server (NotFound): m" },
	{ 504,
		STATUS("\"reason\":\"Timeout\",\"code\":504,\"message\":\"Too large resource "
		       "version: 5, current: 4\""),
		TOO_LARGE,
		"Error from server (Timeout): Too large resource version: 5, current: 4" },
	{ 504,
		STATUS("\"reason\":\"Timeout\",\"code\":504,\"message\":\"m\",\"details\":"
		       "{\"causes\":[{\"reason\":\"ResourceVersionTooLarge\",\"message\":\"x\"}],"
		       "\"retryAfterSeconds\":1}"),
		TOO_LARGE, "Error from server (Timeout): m" },
	{ 504, STATUS("\"reason\":\"Timeout\",\"code\":504,\"message\":\"slow\""), 0,
		"Error from server (Timeout): slow" },
	{ 429,
		STATUS("\"reason\":\"TooManyRequests\",\"code\":429,\"message\":\"storage is "
		       "(re)initializing\""),
		TOO_MANY | INITIALIZING,
		"Error from server (TooManyRequests): storage is (re)initializing" },
	{ 429, "busy", TOO_MANY,
		"Error from server (TooManyRequests): the server has received too many requests "
		"and has asked us to try again later (get widgets.example.com)" },
	{ 403, "no entry", FORBIDDEN,
		"Error from server (Forbidden): no entry (get widgets.example.com)" },
	{ 401, "", UNAUTHORIZED,
		"error: You must be logged in to the server (the server has asked for the client "
		"to provide credentials (get widgets.example.com))" },
	{ 401, STATUS("\"reason\":\"Unauthorized\",\"code\":401,\"message\":\"Unauthorized\""),
		UNAUTHORIZED, "error: You must be logged in to the server (Unauthorized)" },
	{ 404, "404 page not found\n", NOT_FOUND,
		"Error from server (NotFound): the server could not find the requested resource "
		"(get widgets.example.com)" },
	{ 405, "", METHOD,
		"Error from server (MethodNotAllowed): the server does not allow this method on "
		"the requested resource (get widgets.example.com)" },
	{ 422, "", INVALID,
		"Error from server (Invalid): the server rejected our request due to an error in "
		"our request (get widgets.example.com)" },
	{ 502, "<html>\"bad\"\n</html>", 0,
		"Error from server (InternalError): an error on the server "
		"(\"<html>\\\"bad\\\"\\n</html>\") has prevented the request from succeeding (get "
		"widgets.example.com)" },
	{ 503, "", 0,
		"Error from server (ServiceUnavailable): the server is currently unable to handle "
		"the request (get widgets.example.com)" },
	{ 418, "", 0,
		"Error from server: the server responded with the status code 418 but did not "
		"return more information (get widgets.example.com)" },
	/* a Status that reports success is no explanation */
	{ 500, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}", 0,
		"Error from server (InternalError): an error on the server "
		"(\"{\\\"kind\\\":\\\"Status\\\",\\\"apiVersion\\\":\\\"v1\\\",\\\"status\\\":"
		"\\\"Success\\\"}\") has prevented the request from succeeding (get "
		"widgets.example.com)" },
};

static void test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct status st;
		char *text;

		status_read(&st, rows[i].http, str_of(rows[i].body), "get widgets.example.com");
		text = status_text(&st);
		assert_string_equal(text, rows[i].text);
		if (classes(&st) != rows[i].classes)
			fail_msg("%s: %x", text, (unsigned)classes(&st));
		free(text);
		status_release(&st);
	}
}

static void test_retry_after(void **state)
{
	static const struct {
		const char *body;
		int64_t seconds;
	} waits[] = {
		{ STATUS("\"details\":{\"retryAfterSeconds\":7}"), 7 },
		{ STATUS("\"details\":{\"retryAfterSeconds\":0}"), -1 },
		{ STATUS("\"details\":null"), -1 },
		{ "busy", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		struct status st;

		status_read(&st, 429, str_of(waits[i].body), NULL);
		assert_int_equal(st.retry_after, waits[i].seconds);
		status_release(&st);
	}
}

static void test_long_body(void **state)
{
	char *body = mem_alloc(9001);
	struct status st;

	(void)state;
	/* two bytes a character, and the cut falls into one */
	for (size_t i = 1; i < 9001; i++)
		body[i] = i % 2 ? '\xc3' : '\xa9';
	body[0] = 'x';
	status_read(&st, 403, str_make(body, 9001), NULL);
	assert_int_equal(strlen(st.message), STATUS_BODY_MAX - 1);
	status_release(&st);
	free(body);
}

static void test_failure_with_200(void **state)
{
	(void)state;
	assert_true(status_is_failure(str_of(STATUS("\"code\":500"))));
	assert_false(status_is_failure(
		STR("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}")));
	assert_false(status_is_failure(STR("{\"kind\":\"WidgetList\",\"status\":\"Failure\"}")));
	assert_false(status_is_failure(STR("{\"kind\":\"Status\",\"apiVersion\":\"e.c/v1\"}")));
	assert_false(status_is_failure(STR("nonsense")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_retry_after),
		cmocka_unit_test(test_long_body),
		cmocka_unit_test(test_failure_with_200),
	};

	return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
