/* yaml: documents as kubectl reads them; bombs and nonsense end as errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "json/yaml.h"

struct example {
	const char *yaml;
	const char *json;
};

static void check(const struct example *e, enum yaml_scalars scalars)
{
	struct buf out = BUF_INIT(100000);
	struct error err = ERROR_INIT;

	if (yaml_to_json(str_of(e->yaml), scalars, &out, &err) < 0)
		fail_msg("%s: %s", e->yaml, err.text);
	assert_string_equal(buf_text(&out), e->json);
	buf_release(&out);
}

static void test_structure(void **state)
{
	static const struct example examples[] = {
		{ "", "null" },
		{ "---\na: 1\n...\n", "{\"a\":1}" },
		{ "a: 1\nb:\n- x\n- {c: d}\n- []\n", "{\"a\":1,\"b\":[\"x\",{\"c\":\"d\"},[]]}" },
		{ "a: |\n  one\n  two\nb: >-\n  three\n  four\n",
			"{\"a\":\"one\\ntwo\\n\",\"b\":\"three four\"}" },
		{ "a: &x {k: v}\nb: *x\nc: [*x, *x]\n",
			"{\"a\":{\"k\":\"v\"},\"b\":{\"k\":\"v\"},\"c\":[{\"k\":\"v\"},{\"k\":\"v\"}]}" },
		{ "&k a: &s 5\nb: *s\n*k : 7\n", "{\"a\":5,\"b\":5,\"a\":7}" },
		{ "1: a\ntrue: b\n\"no\": c\n~: d\n",
			"{\"1\":\"a\",\"true\":\"b\",\"no\":\"c\",\"null\":\"d\"}" },
		{ "{\"a\": \"b\", \"c\": [1, 2]}", "{\"a\":\"b\",\"c\":[1,2]}" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		check(&examples[i], YAML_TYPED);
}

static void test_scalars(void **state)
{
	static const struct example examples[] = {
		{ "12345678901234567890123", "12345678901234567890123" },
		{ "-7", "-7" },
		{ "+7", "7" },
		{ "0644", "420" },
		{ "0o17", "15" },
		{ "089", "89" },
		{ "0x1F", "31" },
		{ "-0b11", "-3" },
		{ "1_000", "1000" },
		{ "1.50", "1.50" },
		{ ".5", "0.5" },
		{ "5.", "5" },
		{ "1e400", "1e400" },
		{ "1.2.3", "\"1.2.3\"" },
		{ "12:30:45", "\"12:30:45\"" },
		{ "2024-01-02", "\"2024-01-02\"" },
		{ "yes", "true" },
		{ "Off", "false" },
		{ "y", "true" },
		{ "'yes'", "\"yes\"" },
		{ "!!str 12", "\"12\"" },
		{ "!!int '12'", "12" },
		{ "~", "null" },
		{ "nullx", "\"nullx\"" },
		{ "0x", "\"0x\"" },
		{ "\"\\u00e9\\n\"", "\"\xc3\xa9\\n\"" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		check(&examples[i], YAML_TYPED);
}

static void test_text(void **state)
{
	static const struct example examples[] = {
		{ "token: 0123", "{\"token\":\"0123\"}" },
		{ "a: yes\nb: ~\nc: ''\n1: 1.50",
			"{\"a\":\"yes\",\"b\":null,\"c\":\"\",\"1\":\"1.50\"}" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		check(&examples[i], YAML_TEXT);
}

static void refuse(struct str yaml, enum error_code code, const char *says)
{
	struct buf out = BUF_INIT(1 << 20);
	struct error err = ERROR_INIT;

	assert_int_equal(yaml_to_json(yaml, YAML_TYPED, &out, &err), -1);
	assert_int_equal(err.code, code);
	if (!strstr(err.text, says))
		fail_msg("%s", err.text);
	error_release(&err);
	buf_release(&out);
}

static void test_refuses(void **state)
{
	(void)state;
	refuse(STR("a: [1\nb: 2"), ERROR_INVALID, "line ");
	refuse(STR("a: 1\n---\nb: 2\n"), ERROR_INVALID, "line 2: more than one");
	refuse(STR("x: &a {k: v}\ny:\n  <<: *a\n"), ERROR_UNSUPPORTED, "line 3: merge");
	refuse(STR("{[a]: b}"), ERROR_UNSUPPORTED, "key");
	refuse(STR("a: .inf"), ERROR_INVALID, "number");
	refuse(STR("a: *nobody"), ERROR_INVALID, "alias");
	refuse(STR("a: &x [*x]"), ERROR_INVALID, "alias");
	refuse(STR("a: \"\xff\""), ERROR_INVALID, "line");
}

static void test_bombs(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	int i;

	(void)state;
	buf_addz(&b, "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
	for (i = 1; i < 12; i++)
		buf_addf(&b, "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i,
			i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	refuse(buf_str(&b), ERROR_TOO_LARGE, "too large");
	buf_reset(&b);
	for (i = 0; i < 900; i++)
		buf_addc(&b, '[');
	refuse(buf_str(&b), ERROR_TOO_LARGE, "deep");
	buf_release(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_structure),
		cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_bombs),
	};

	return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
