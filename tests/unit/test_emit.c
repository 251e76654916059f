/* JSON to YAML and back: the layout is kubectl's, the document the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "json/compact.h"
#include "json/emit.h"
#include "json/yaml.h"

static const struct emit_options all = { .managed_fields = true };

static const struct {
	const char *json, *yaml;
} layouts[] = {
	{ "{}", "{}\n" },
	{ "[]", "[]\n" },
	{ "null", "null\n" },
	{ "\"a\\nb\"", "\"a\\nb\"\n" },
	{ "{\"a\":1,\"b\":\"x\",\"c\":true,\"d\":null,\"e\":{},\"f\":[]}",
		"a: 1\nb: x\nc: true\nd: null\ne: {}\nf: []\n" },
	{ "{\"a\":{\"b\":{\"c\":1}}}", "a:\n  b:\n    c: 1\n" },
	{ "{\"a\":[1,{\"b\":2,\"c\":[3,4]},[5,[6],[]],\"x\"]}",
		"a:\n- 1\n- b: 2\n  c:\n  - 3\n  - 4\n- - 5\n  - - 6\n  - []\n- x\n" },
	{ "[{\"a\":[{\"b\":1}]}]", "- a:\n  - b: 1\n" },
	{ "{\"a\":\"one\\ntwo\\n\",\"b\":\"one\\n\\ntwo\",\"c\":\"one\\n\\n\"}",
		"a: |\n  one\n  two\nb: |-\n  one\n\n  two\nc: |+\n  one\n\n" },
	{ "{\"a\":[\"x\\ny\"],\"b\":\" x\\ny\",\"c\":\"\\nx\"}",
		"a:\n- |-\n  x\n  y\nb: |2-\n   x\n  y\nc: |2-\n\n  x\n" },
	{ "{\"a\":12345678901234567890.0e+5,\"b\":-0}", "a: 12345678901234567890.0e+5\nb: -0\n" },
	{ "{\"a.b/c\":1,\"\":2,\"true\":3,\"a: b\":4,\"1\":5,\"\\u00e9\":6}",
		"a.b/c: 1\n\"\": 2\n\"true\": 3\n\"a: b\": 4\n\"1\": 5\n\xc3\xa9: 6\n" },
	{ "{\"t\":\"2026-11-10T08:00:01Z\",\"v\":\"v1.2\",\"i\":\"10.0.0.1\",\"f\":\"1.2\"}",
		"t: \"2026-11-10T08:00:01Z\"\nv: v1.2\ni: 10.0.0.1\nf: \"1.2\"\n" },
};

static void test_layout(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		struct buf out = BUF_INIT(10000);

		assert_int_equal(emit_yaml(str_of(layouts[i].json), &all, &out, NULL, NULL), 0);
		assert_string_equal(buf_text(&out), layouts[i].yaml);
		buf_release(&out);
	}
}

/* What libyaml reads from the YAML is the document that was written. */
static void check_round_trip(struct str json)
{
	struct buf yaml = BUF_INIT(1 << 24), back = BUF_INIT(1 << 24);
	struct buf a = BUF_INIT(1 << 24), b = BUF_INIT(1 << 24);
	struct error err = ERROR_INIT;

	if (emit_yaml(json, &all, &yaml, NULL, &err) < 0)
		fail_msg(STR_FMT ": %s", STR_ARG(json), err.text);
	if (yaml_to_json(buf_str(&yaml), YAML_TYPED, &back, &err) < 0)
		fail_msg("%s: %s", buf_text(&yaml), err.text);
	assert_int_equal(compact_json(json, &a), 0);
	assert_int_equal(compact_json(buf_str(&back), &b), 0);
	if (!str_eq(buf_str(&a), buf_str(&b)))
		fail_msg("%s\nYAML: %s\nback: %s", buf_text(&a), buf_text(&yaml), buf_text(&b));
	buf_release(&yaml);
	buf_release(&back);
	buf_release(&a);
	buf_release(&b);
}

static const char *const strings[] = { "", " ", "a", "a b", " a", "a ", "~", "null", "Null", "true",
	"True", "yes", "NO", "on", "Off", "y", "N", "<<", "=", "1", "-1", "+1", "1.5", "1e3", ".5",
	"5.", "1_000", "0x1F", "0o17", "0b1", "017", "1:30", "190:20:30.15", "-1:30", ".inf",
	"-.INF", ".nan", ".NaN", "2026-11-10", "2001-1-1", "2026-11-10 08:00:01", "10.0.0.1",
	"1.2.3", "v1", "-", "--", "---", "- a", "-a", "...", "..x", "?", "? a", "?a", ":", ":a",
	"a:", "a: b", "a:b", "#", "#a", "a #b", "a#b", ",", "[a", "]", "{a", "}", "&a", "*a", "!a",
	"|", ">", "'a'", "\"a\"", "%a", "@a", "`a", "a\tb", "\ta", "a\n", "\n", "\n\n", "a\n\n\nb",
	"a\nb\n\n\n", "\ta\nb", " a\nb\n", "a\n b", "a \nb ", "\n a\nb", "a\n\tb", "a\r\nb", "a\rb",
	"# a\n# b\n", "---\na\n", "a: b\nc: d\n", "\xc2\x85",
	"a\xc2\x85"
	"b\nc",
	"\xe2\x80\xa8",
	"\xef\xbb\xbf"
	"a",
	"\x7f", "\x01\x1b[2J", "\xc3\xa9\xf0\x9f\x98\x80", "\xef\xbf\xbe", "\xef\xbf\xbd",
	"\xef\xbf\xbd\nx", "- - -", "key: |\n  x", "0", "00", "08", "1e", "e1", "+", "+a", ".",
	".a", "_1", "1__", "0x", "{{ x }}", "a, b", "${X}", "a\\b", "a'b", "a\"b", "100m", "1Gi",
	"12e03", "-.5e-3" };

static void test_strings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		static const char *const frames[][2] = { { "", "" }, { "{\"k\":", "}" },
			{ "[", "]" }, { "{\"k\":[{\"v\":", ",\"w\":1}]}" }, { "[[", ",1]]" },
			{ "{", ":{\"x\":[1]}}" }, { "[{", ":[1]}]" } };

		for (size_t f = 0; f < sizeof(frames) / sizeof(frames[0]); f++) {
			struct buf json = BUF_INIT(10000);

			buf_addz(&json, frames[f][0]);
			emit_string(str_of(strings[i]), &json);
			buf_addz(&json, frames[f][1]);
			check_round_trip(buf_str(&json));
			buf_release(&json);
		}
	}
}

static void test_odd_documents(void **state)
{
	char *key = mem_alloc(6000);
	struct buf json = BUF_INIT(100000);

	(void)state;
	check_round_trip(STR("{\"a\":\"\\u0000x\\ud83d\\ude00\",\"b\":[[[[]],{}],[{\"c\":[]}]]}"));
	check_round_trip(STR(" { \"a\" : [ 1 , 2 ] , \"b\" : { \"c\" : { } } } "));
	/* longer than libyaml takes in front of a colon */
	memset(key, 'k', 6000);
	key[17] = '\n';
	for (size_t n = 900; n <= 6000; n += 5100) {
		buf_reset(&json);
		buf_addz(&json, "{\"o\":[{");
		emit_string(str_make(key, n), &json);
		buf_addz(&json, ":[1,{\"x\":2}],");
		emit_string(str_make(key + 20, n - 20), &json);
		buf_addz(&json, ":{\"y\":\"s\"},\"z\":3}]}");
		check_round_trip(buf_str(&json));
	}
	buf_release(&json);
	free(key);
}

static void test_bad_utf8(void **state)
{
	struct buf out = BUF_INIT(1000);

	(void)state;
	assert_int_equal(
		emit_yaml(STR("{\"a\":\"x\xff\xc3\",\"b\":\"\\ud800\"}"), &all, &out, NULL, NULL),
		0);
	assert_string_equal(buf_text(&out), "a: \"x\xef\xbf\xbd\xef\xbf\xbd\"\nb: \xef\xbf\xbd\n");
	buf_release(&out);
}

static const char object[] =
	"{\"kind\":\"W\",\"metadata\":{\"managedFields\":[{\"a\":1}],\"name\":\"x\"},"
	"\"spec\":{\"managedFields\":1,\"metadata\":{\"managedFields\":2},\"list\":[\"a\\nb\"]}}";

static void test_managed_fields(void **state)
{
	const struct emit_options without = { .managed_fields = false };
	struct buf out = BUF_INIT(1000);

	(void)state;
	assert_int_equal(emit_yaml(str_of(object), &without, &out, NULL, NULL), 0);
	assert_string_equal(buf_text(&out),
		"kind: W\nmetadata:\n  name: x\nspec:\n  managedFields: 1\n  metadata:\n"
		"    managedFields: 2\n  list:\n  - |-\n    a\n    b\n");
	buf_reset(&out);
	assert_int_equal(emit_yaml(STR("{\"metadata\":{\"managedFields\":[1]}}"), &without, &out,
				 NULL, NULL),
		0);
	assert_string_equal(buf_text(&out), "metadata: {}\n");
	buf_release(&out);
}

static struct str line_value(const struct emit_line *l, const char *json)
{
	return str_make(json + l->json_at, l->json_len);
}

static void test_lines(void **state)
{
	const struct emit_options without = { .managed_fields = false };
	struct emit_lines lines = { NULL, 0, 0 };
	struct buf out = BUF_INIT(1000);
	const struct emit_line *l;

	(void)state;
	assert_int_equal(emit_yaml(str_of(object), &without, &out, &lines, NULL), 0);
	assert_int_equal(lines.count, 11);
	l = &lines.items[0];
	assert_int_equal(l->kind, EMIT_KEY);
	assert_true(str_is(line_value(l, object), "\"W\""));
	assert_int_equal(l->value_at, 6);
	l = &lines.items[1]; /* metadata: */
	assert_int_equal(l->json_len, 0);
	assert_int_equal(l->value_at, 0);
	assert_int_equal(object[l->json_at], '{');
	l = &lines.items[7]; /* "  list:" */
	assert_int_equal(l->indent, 2);
	assert_memory_equal(out.data + l->key_at, "list", 4);
	assert_int_equal(l->key_len, 4);
	l = &lines.items[8]; /* "  - |-" */
	assert_int_equal(l->dashes, 1);
	assert_int_equal(l->kind, EMIT_OTHER);
	assert_int_equal(l->indent, 2);
	assert_int_equal(out.data[l->value_at], '|');
	assert_true(str_is(line_value(l, object), "\"a\\nb\""));
	l = &lines.items[10];
	assert_int_equal(l->kind, EMIT_BLOCK);
	assert_memory_equal(out.data + l->at, "    b\n", 6);
	assert_true(str_is(line_value(l, object), "\"a\\nb\""));
	emit_lines_release(&lines);
	buf_release(&out);
}

static void test_json(void **state)
{
	const struct emit_options without = { .managed_fields = false };
	struct buf out = BUF_INIT(1000);

	(void)state;
	assert_int_equal(emit_json(STR("{\"b\":[1.50,{},[],{\"x\":\"\\u003c\"}],\"metadata\":"
				       "{\"managedFields\":[1]}, \"a\" : null}"),
				 &without, 0, &out, NULL),
		0);
	assert_string_equal(buf_text(&out),
		"{\n    \"b\": [\n        1.50,\n        {},\n        [],\n        {\n"
		"            \"x\": \"\\u003c\"\n        }\n    ],\n    \"metadata\": {},\n"
		"    \"a\": null\n}");
	buf_reset(&out);
	assert_int_equal(emit_json(STR("[1]"), &all, 2, &out, NULL), 0);
	assert_string_equal(buf_text(&out), "[\n            1\n        ]");
	buf_release(&out);
}

static void test_refused(void **state)
{
	static const char *const texts[] = { "", "{", "{\"a\":}", "[1,]", "{\"a\":1}x", "\"a\nb\"",
		"01" };
	static char deep[4001];
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT(1 << 24), small = BUF_INIT(10);

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(emit_yaml(str_of(texts[i]), &all, &out, NULL, &err), -1);
		assert_int_equal(err.code, ERROR_INVALID);
		assert_int_equal(emit_json(str_of(texts[i]), &all, 0, &out, NULL), -1);
	}
	memset(deep, '[', 2000);
	memset(deep + 2000, ']', 2000);
	assert_int_equal(emit_yaml(str_make(deep, 4000), &all, &out, NULL, &err), -1);
	assert_int_equal(err.code, ERROR_TOO_LARGE);
	assert_int_equal(emit_json(str_make(deep, 4000), &all, 0, &out, &err), -1);
	assert_int_equal(emit_yaml(STR("{\"a\":\"long enough\"}"), &all, &small, NULL, &err), -1);
	assert_int_equal(err.code, ERROR_TOO_LARGE);
	error_release(&err);
	buf_release(&out);
	buf_release(&small);
}

static void test_string(void **state)
{
	struct buf out = BUF_INIT(1000);

	(void)state;
	emit_string(str_make("a\"\\\n\x01<\xff\xc3\xa9\0", 10), &out);
	assert_string_equal(buf_text(&out), "\"a\\\"\\\\\\n\\u0001<\xef\xbf\xbd\xc3\xa9\\u0000\"");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_odd_documents),
		cmocka_unit_test(test_bad_utf8),
		cmocka_unit_test(test_managed_fields),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_string),
	};

	return cmocka_run_group_tests_name("emit", tests, NULL, NULL);
}
