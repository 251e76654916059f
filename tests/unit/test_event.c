/* What is read of a Kubernetes Event, however odd it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "kube/event.h"
#include "kube/object.h"

#define TEXT_MAX ((size_t)1 << 16)

static void assert_str(struct str s, const char *expected)
{
	if (!str_is(s, expected))
		fail_msg("'" STR_FMT "' is not '%s'", STR_ARG(s), expected);
}

static const char whole[] =
	"{\"apiVersion\":\"events.k8s.io/v1\",\"kind\":\"Event\",\"metadata\":{\"name\":\"e.1\","
	"\"namespace\":\"a\",\"creationTimestamp\":\"1970-01-02T00:00:00Z\",\"uid\":\"no\"},"
	"\"eventTime\":\"1970-01-02T00:00:01.250000Z\",\"reason\":\"Failed\",\"type\":\"Warning\","
	"\"regarding\":{\"apiVersion\":\"cert-manager.io/v1\",\"kind\":\"Certificate\","
	"\"namespace\":\"payments\",\"name\":\"api-tls\",\"uid\":\"u\",\"fieldPath\":\"x\"},"
	"\"related\":{\"kind\":\"Pod\",\"name\":\"no\"},\"note\":\"a \\\"b\\\"\","
	"\"series\":{\"count\":3,\"lastObservedTime\":\"1970-01-02T00:00:09.000001Z\"},"
	"\"deprecatedCount\":2,\"deprecatedLastTimestamp\":\"1970-01-02T00:00:05Z\"}";

static void test_whole(void **state)
{
	struct event_object object;
	struct event_words words;

	(void)state;
	assert_true(event_regarding(str_of(whole), &object));
	assert_str(object.group, "cert-manager.io");
	assert_str(object.kind, "Certificate");
	assert_str(object.ns, "payments");
	assert_str(object.name, "api-tls");
	assert_str(object.uid, "u");
	assert_true(event_words(str_of(whole), &words));
	assert_true(words.warning);
	assert_str(words.reason, "Failed");
	assert_str(words.note, "a \\\"b\\\"");
	assert_int_equal(words.count, 3);
	assert_int_equal(words.time, 86409);
}

static void test_regards_nothing(void **state)
{
	static const char *const texts[] = {
		"",
		"[]",
		"{}",
		"null",
		"{\"regarding\":null}",
		"{\"regarding\":\"x\"}",
		"{\"regarding\":{}}",
		"{\"regarding\":{\"apiVersion\":\"a/v1\",\"kind\":\"K\"}}",
		"{\"regarding\":{\"apiVersion\":\"a/v1\",\"name\":\"n\"}}",
		"{\"regarding\":{\"apiVersion\":\"a/v1\",\"kind\":1,\"name\":\"n\"}}",
		"{\"regarding\":{\"apiVersion\":\"a/v1\",\"kind\":\"K\",\"name\":\"n\"",
		"{\"involvedObject\":{\"apiVersion\":\"a/v1\",\"kind\":\"K\",\"name\":\"n\"}}",
	};
	struct event_object object;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (event_regarding(str_of(texts[i]), &object))
			fail_msg("%s regards something", texts[i]);
	}
}

/* No byte of a name is decoded into one that a terminal would obey. */
static void test_names_are_raw(void **state)
{
	struct event_object object;

	(void)state;
	assert_true(event_regarding(STR("{\"regarding\":{\"apiVersion\":\"a/v1\",\"kind\":\"K\","
					"\"name\":\"\\u001b[2J\"}}"),
		&object));
	assert_str(object.name, "\\u001b[2J");
}

static void test_core_has_no_group(void **state)
{
	struct event_object object;

	(void)state;
	assert_true(event_regarding(STR("{\"regarding\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\","
					"\"name\":\"n\"}}"),
		&object));
	assert_str(object.group, "");
	assert_true(
		event_regarding(STR("{\"regarding\":{\"kind\":\"Pod\",\"name\":\"n\"}}"), &object));
	assert_str(object.group, "");
	assert_true(event_regarding(STR("{\"regarding\":{\"apiVersion\":\"a.b/v1\",\"kind\":\"K\","
					"\"name\":\"n\"}}"),
		&object));
	assert_str(object.group, "a.b");
	assert_str(object.ns, "");
	assert_str(object.uid, "");
}

static void test_odd_words(void **state)
{
	struct event_words words;

	(void)state;
	assert_true(event_words(STR("{}"), &words));
	assert_false(words.warning);
	assert_str(words.reason, "");
	assert_str(words.note, "");
	assert_int_equal(words.count, 1);
	assert_true(words.time == OBJECT_NO_TIME);
	assert_true(event_words(STR("{\"type\":[],\"reason\":{},\"note\":7,\"series\":[1],"
				    "\"metadata\":null,\"eventTime\":null,\"deprecatedCount\":-4,"
				    "\"deprecatedLastTimestamp\":\"soon\"}"),
		&words));
	assert_str(words.note, "");
	assert_int_equal(words.count, 1);
	assert_true(words.time == OBJECT_NO_TIME);
	assert_false(event_words(STR("{\"type\":\"Warning\""), &words));
	assert_false(event_words(STR("[]"), &words));
}

static void check_text(const char *raw, size_t max, const char *expected)
{
	struct buf out = BUF_INIT(TEXT_MAX);
	/* An exact copy, so that a byte too many is seen. */
	size_t len = strlen(raw);
	char *copy = mem_alloc(len ? len : 1);

	memcpy(copy, raw, len);
	event_text(str_make(copy, len), max, &out);
	assert_string_equal(buf_text(&out), expected);
	free(copy);
	buf_release(&out);
}

static void test_texts_are_cut(void **state)
{
	(void)state;
	check_text("", 4, "");
	check_text("abcd", 4, "abcd");
	check_text("abcde", 4, "abcd\xe2\x80\xa6");
	check_text("ab\\nde", 3, "ab\xe2\x80\xa6");
	check_text("ab\\nde", 4, "ab\n\xe2\x80\xa6");
	check_text("ab\\u0041de", 7, "ab\xe2\x80\xa6");
	check_text("ab\\u0041de", 8, "abA\xe2\x80\xa6");
	check_text("ab\xc3\xa4z", 3, "ab\xe2\x80\xa6");
	check_text("ab\xc3\xa4z", 4, "ab\xc3\xa4\xe2\x80\xa6");
	check_text("\x80\x80\x80", 2, "\xe2\x80\xa6");
	check_text("abc\\", 3, "abc\xe2\x80\xa6");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_regards_nothing),
		cmocka_unit_test(test_names_are_raw),
		cmocka_unit_test(test_core_has_no_group),
		cmocka_unit_test(test_odd_words),
		cmocka_unit_test(test_texts_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
