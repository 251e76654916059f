/* documents: what a file holds, one document after another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "json/documents.h"

#define MAX ((size_t)1000)

struct seen {
	struct buf text;
	size_t stop_at; /* the document at which no more are wanted; 0: never */
	size_t count;
};

static int see(void *arg, struct str json)
{
	struct seen *seen = arg;

	buf_addstr(&seen->text, json);
	buf_addc(&seen->text, ';');
	return ++seen->count == seen->stop_at ? -1 : 0;
}

static void expect(const char *text, const char *documents)
{
	struct seen seen = { .text = BUF_INIT(100000) };
	struct error err = ERROR_INIT;

	if (documents_each(str_of(text), MAX, see, &seen, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	assert_string_equal(buf_text(&seen.text), documents);
	buf_release(&seen.text);
}

static void test_documents(void **state)
{
	(void)state;
	expect("", "");
	expect("# nothing\n---\n---\n", "");
	expect("a: 1\n", "{\"a\":1};");
	expect("a: 1\n---\nb: 2\n---\n# none\n---\nc: 3\n", "{\"a\":1};{\"b\":2};{\"c\":3};");
	expect("a: &x 1\nb: *x\n---\nc: &x 2\nd: *x\n", "{\"a\":1,\"b\":1};{\"c\":2,\"d\":2};");
	expect("big: 9007199254740993\nm: 1e400\n", "{\"big\":9007199254740993,\"m\":1e400};");
	expect("{\"a\":1} {\"b\":\"\\ud83d\\ude00\"}\n", "{\"a\":1};{\"b\":\"\\ud83d\\ude00\"};");
	expect(" [{\"op\":\"remove\"}] ", "[{\"op\":\"remove\"}];");
}

static void expect_error(const char *text, const char *part)
{
	struct seen seen = { .text = BUF_INIT(100000) };
	struct error err = ERROR_INIT;

	assert_int_equal(documents_each(str_of(text), MAX, see, &seen, &err), -1);
	assert_non_null(err.text);
	if (!strstr(err.text, part))
		fail_msg("%s: %s", text, err.text);
	error_release(&err);
	buf_release(&seen.text);
}

static void test_errors(void **state)
{
	char long_text[1200] = "{\"a\":\"";
	struct seen seen = { .text = BUF_INIT(100000), .stop_at = 2 };

	(void)state;
	expect_error("a: 1\n---\nb: *a\n", "line 3"); /* an anchor is its document's own */
	expect_error("a: &a 1\n---\nb: *a\n", "alias");
	expect_error("a: [\n", "line");
	expect_error("{\"a\":1}, {\"b\":2}", "");
	expect_error("{\"a\":01}", "");
	memset(long_text + 6, 'x', sizeof(long_text) - 7);
	expect_error(long_text, "larger");
	long_text[0] = ' ';
	memcpy(long_text, "a: xxx", 6);
	expect_error(long_text, "too large");
	assert_int_equal(
		documents_each(STR("a: 1\n---\nb: 2\n---\nc: 3\n"), MAX, see, &seen, NULL), -1);
	assert_int_equal(seen.count, 2);
	buf_release(&seen.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests_name("documents", tests, NULL, NULL);
}
