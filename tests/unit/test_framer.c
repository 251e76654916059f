#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "net/framer.h"

static int collect(void *arg, struct str text)
{
	struct buf *out = arg;

	buf_addstr(out, text);
	buf_addc(out, '|');
	return 0;
}

/* Feeds text in pieces of n bytes; returns what came out, or "error: ...". */
static char *feed(enum framer_mode mode, struct str text, size_t n, char **ret_envelope)
{
	struct buf out = BUF_INIT(1 << 24);
	struct error err = ERROR_INIT;
	struct framer f;

	framer_init(&f, mode, collect, &out);
	for (size_t at = 0; at < text.len; at += n) {
		/* A copy of its own: reading past the piece is seen by the sanitizer. */
		size_t len = n < text.len - at ? n : text.len - at;
		char *piece = malloc(len);

		memcpy(piece, text.p + at, len);
		if (framer_feed(&f, piece, len, &err) < 0) {
			buf_reset(&out);
			buf_addf(&out, "error: %s", err.text);
			at = text.len;
		}
		free(piece);
	}
	if (ret_envelope)
		*ret_envelope = framer_is_whole(&f) ? str_dup(buf_str(&f.envelope)) : NULL;
	error_release(&err);
	framer_release(&f);
	return buf_take(&out);
}

static void check(
	enum framer_mode mode, const char *text, const char *expected, const char *envelope)
{
	for (size_t n = 1; n <= strlen(text) + 1; n++) {
		char *got_envelope = NULL;
		char *got = feed(mode, str_of(text), n, &got_envelope);

		assert_string_equal(got, expected);
		if (envelope) {
			assert_non_null(got_envelope);
			assert_string_equal(got_envelope, envelope);
		}
		free(got);
		free(got_envelope);
	}
}

/* Conformance cases 28 and 29. */
static void test_watch(void **state)
{
	(void)state;
	check(FRAMER_WATCH,
		"{\"a\":\"\xc3\xa9\"}\n{\"b\":\"\xf0\x9f\x98\x80 \\u00e9 \\\" { \\\\\"}\r\n\n"
		"{\n  \"c\": [\n    {}, \"}\"\n  ]\n}\n",
		"{\"a\":\"\xc3\xa9\"}|{\"b\":\"\xf0\x9f\x98\x80 \\u00e9 \\\" { \\\\\"}|"
		"{\n  \"c\": [\n    {}, \"}\"\n  ]\n}|",
		NULL);
}

static void test_watch_garbage(void **state)
{
	(void)state;
	check(FRAMER_WATCH, "<html>", "error: unexpected '<' where a watch event was expected",
		NULL);
	check(FRAMER_WATCH, "[1]", "error: unexpected '[' where a watch event was expected", NULL);
	check(FRAMER_WATCH, "\x01", "error: unexpected byte 0x01 where a watch event was expected",
		NULL);
}

static void test_list(void **state)
{
	(void)state;
	check(FRAMER_LIST,
		"{\"kind\":\"XList\",\"items\":[{\"a\":[{}]} , {\"items\":[{\"b\":1}]}],"
		"\"metadata\":{\"resourceVersion\":\"5\"}}\n",
		"{\"a\":[{}]}|{\"items\":[{\"b\":1}]}|",
		"{\"kind\":\"XList\",\"items\":[],\"metadata\":{\"resourceVersion\":\"5\"}}");
	check(FRAMER_LIST, "{ \"items\" : [ ] }", "", "{ \"items\" : [] }");
	check(FRAMER_LIST, "{\"items\":null}", "", "{\"items\":null}");
	check(FRAMER_LIST, "{\"metadata\":{\"items\":[{}]},\"x\\\"items\":[1]}", "",
		"{\"metadata\":{\"items\":[{}]},\"x\\\"items\":[1]}");
}

static void test_list_garbage(void **state)
{
	char *envelope;

	(void)state;
	check(FRAMER_LIST, "<!DOCTYPE html>", "error: unexpected '<' where a list was expected",
		NULL);
	check(FRAMER_LIST, "{\"items\":[1]}", "error: unexpected '1' where a list was expected",
		NULL);
	check(FRAMER_LIST, "{}x", "error: unexpected 'x' where a list was expected", NULL);
	free(feed(FRAMER_LIST, STR("{\"items\":[{}"), 3, &envelope));
	assert_null(envelope); /* cut: not whole */
}

/* Conformance case 30: linear in its size, and bounded. */
static void test_large(void **state)
{
	size_t n = FRAMER_OBJECT_MAX + 100;
	char *text = mem_alloc(n);
	char *got;

	(void)state;
	memset(text, 'x', n);
	memcpy(text, "{\"a\":\"", 6);
	memcpy(text + (1500 << 10), "\"}", 2);
	got = feed(FRAMER_WATCH, str_make(text, (1500 << 10) + 2), 1024, NULL);
	assert_int_equal(strlen(got), (1500 << 10) + 3);
	free(got);
	text[1500 << 10] = text[(1500 << 10) + 1] = 'x';
	got = feed(FRAMER_WATCH, str_make(text, n), 16384, NULL);
	assert_string_equal(got, "error: an object is larger than 16 MiB");
	free(got);
	free(text);
}

static int stop(void *arg, struct str text)
{
	(void)text;
	++*(int *)arg;
	return 1;
}

static void test_stop(void **state)
{
	struct framer f;
	int calls = 0;

	(void)state;
	framer_init(&f, FRAMER_WATCH, stop, &calls);
	assert_int_equal(framer_feed(&f, "{}{}", 4, NULL), 1);
	assert_int_equal(calls, 1);
	framer_release(&f);
}

/* What is skipped has a ceiling, too: compressed it costs its sender nothing. */
static void test_blanks(void **state)
{
	static const char head[] = "{\"items\":[{\"a\":1},";
	size_t len = sizeof(head) - 1 + FRAMER_BLANKS_MAX + 1;
	char *text = mem_alloc(len + 1), *got;

	(void)state;
	memset(text, ' ', len);
	text[len] = '\0';
	got = feed(FRAMER_WATCH, str_of(text), len, NULL);
	assert_string_equal(got, "");
	free(got);
	got = feed(FRAMER_LIST, str_of(text), len, NULL);
	assert_string_equal(got, "error: more than 1 MiB of blanks in a list");
	free(got);
	memcpy(text, head, sizeof(head) - 1);
	got = feed(FRAMER_LIST, str_of(text), 1000, NULL);
	assert_string_equal(got, "error: more than 1 MiB of blanks in a list");
	free(got);
	got = feed(FRAMER_LIST, str_make(text, len - 2), len, NULL);
	assert_string_equal(got, "{\"a\":1}|");
	free(got);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watch),
		cmocka_unit_test(test_watch_garbage),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_list_garbage),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_blanks),
	};

	return cmocka_run_group_tests_name("framer", tests, NULL, NULL);
}
