/* kubectl's JSONPath: grammar, results and their order, errors, bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "json/path.h"

static const char doc[] =
	"{\"a\":{\"b\":1,\"b.c\":\"dot\",\"z\":null},\"list\":[10,20,30,40],"
	"\"items\":[{\"n\":\"x\",\"v\":1,\"t\":true},{\"n\":\"y\",\"v\":2},{\"v\":3.5,\"n\":\"q\\u0022\"}],"
	"\"deep\":{\"name\":\"1\",\"in\":{\"name\":\"2\",\"arr\":[{\"name\":\"3\"},{\"other\":0}]}},"
	"\"nums\":[{\"n\":\"x\",\"v\":1},{\"n\":\"y\",\"v\":2}],"
	"\"empty\":[],\"s\":\"text\",\"dup\":1,\"dup\":2,\"e\\u0073c\":5,"
	"\"conds\":[{\"type\":\"Ready\",\"status\":\"True\"},{\"type\":\"Synced\",\"status\":\"False\"}]}";

#define ERR  "(error)"
#define NONE "(missing)"

static const struct {
	const char *path;
	const char *results; /* divided by | */
} rows[] = {
	{ ".a.b", "1" },
	{ "$.a.b", "1" },
	{ "@.a.b", "1" },
	{ ".a.b\\.c", "\"dot\"" },
	{ "['a']['b\\.c']", "\"dot\"" },
	/* an unescaped dot in a quoted key divides */
	{ "['a.b']", "1" },
	{ ".a.z", "null" },
	{ ".a.z.x", NONE },
	{ ".a.q", NONE },
	{ ".q.r.s", NONE },
	{ ".s.x", NONE },
	{ ".dup", "2" },
	{ ".esc", "5" },
	{ ".list[0]", "10" },
	{ ".list[-1]", "40" },
	{ ".list[-2]", "30" },
	{ ".list[1:3]", "20|30" },
	{ ".list[::2]", "10|30" },
	{ ".list[1::2]", "20|40" },
	{ ".list[:-1]", "10|20|30" },
	{ ".list[*]", "10|20|30|40" },
	{ ".list.*", "10|20|30|40" },
	{ ".list[2:2]", NONE },
	{ ".list[4]", ERR },
	{ ".list[-5]", ERR },
	{ ".list[1:9]", ERR },
	{ ".list[3:1]", ERR },
	{ ".list[0:3:0]", ERR },
	{ ".empty[0]", ERR },
	{ ".empty[*]", NONE },
	{ ".s[0]", ERR },
	{ ".a[0]", ERR },
	{ ".a.z[0]", NONE },
	{ ".q[0]", NONE },
	{ ".a.*", "1|\"dot\"|null" },
	{ ".list[0,2]", "10|30" },
	{ ".a['b','z']", "1|null" },
	/* a union's first member over all values comes first */
	{ ".items[*]['t','v']", "true|1|2|3.5" },
	{ ".items[*].n", "\"x\"|\"y\"|\"q\\u0022\"" },
	{ "..name", "\"1\"|\"2\"|\"3\"" },
	{ ".deep..name", "\"1\"|\"2\"|\"3\"" },
	{ ".deep..",
		"{\"name\":\"1\",\"in\":{\"name\":\"2\",\"arr\":[{\"name\":\"3\"},{\"other\":0}]}}"
		"|{\"name\":\"2\",\"arr\":[{\"name\":\"3\"},{\"other\":0}]}"
		"|[{\"name\":\"3\"},{\"other\":0}]|{\"name\":\"3\"}|\"3\"|{\"other\":0}|\"2\"|\"1\"" },
	{ ".conds[?(@.type==\"Ready\")].status", "\"True\"" },
	{ ".conds[?(@.type=='Synced')].status", "\"False\"" },
	{ ".conds[?(@.type!=\"Ready\")].type", "\"Synced\"" },
	{ ".conds[?(@.type==\"None\")].status", NONE },
	{ ".conds[?(@['type'] == \"Ready\")].status", "\"True\"" },
	{ ".nums[?(@.v==2)].n", "\"y\"" },
	{ ".items[?(@.v<2)].n", ERR }, /* an integer against 3.5's float */
	{ ".nums[?(@.v<=1)].n", "\"x\"" },
	{ ".nums[0:1][?(@.v<=1)]", ERR },
	{ ".items[?(@.n>\"x\")].n", "\"y\"" },
	{ ".items[?(@.n>=\"x\")].n", "\"x\"|\"y\"" },
	{ ".items[?(@.n==\"q\\\"\")].v", "3.5" },
	{ ".items[?(@.t)].n", "\"x\"" },
	{ ".items[?(@.t==true)].n", "\"x\"" },
	{ ".items[?(@.t<true)].n", ERR },
	{ ".items[?(@.v==\"1\")].n", ERR },
	{ ".items[?(@.missing==\"1\")].n", NONE },
	/* an error while asking whether something is there: it is there */
	{ ".items[?(@.n[0])].v", "1|2|3.5" },
	{ ".list[?(@>20)]", "30|40" },
	{ ".list[?(@==20)]", "20" },
	{ ".s[?(@.x)]", ERR },
	{ ".a[?(@.x)]", ERR },
	{ ".a.z[?(@.x)]", ERR },
	{ ".q[?(@.x)]", NONE },
	{ ".list[ 0 , 1 ]", "10|20" },
	{ "spec", ERR },
	{ "", doc },
};

static bool collect(void *arg, struct str value)
{
	struct buf *out = arg;

	if (out->len)
		buf_addc(out, '|');
	buf_addstr(out, value);
	return true;
}

static void check_row(const char *text, const char *expected)
{
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT(100000);
	struct str first = STR("");
	enum path_result result, same;
	struct path *path;

	if (path_parse(str_of(text), &path, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	result = path_each(path, str_of(doc), collect, &out);
	same = path_first(path, str_of(doc), &first);
	assert_int_equal(result, same);
	if (result == PATH_ERROR)
		buf_addz(&out, ERR);
	else if (result == PATH_MISSING)
		buf_addz(&out, NONE);
	else if (!str_starts(buf_str(&out), first) || !first.len)
		fail_msg("%s: first is " STR_FMT, text, STR_ARG(first));
	if (strcmp(buf_text(&out), expected) != 0)
		fail_msg("%s: %s", text, buf_text(&out));
	path_free(path);
	buf_release(&out);
}

static void test_results(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(rows[i].path, rows[i].results);
}

static void test_refused(void **state)
{
	static const char *const texts[][2] = {
		{ ".a[", "unterminated array" },
		{ ".a[x]", "invalid array index x" },
		{ ".a[1:2:3:4]", "invalid array index 1:2:3:4" },
		{ ".a[--1]", "invalid array index --1" },
		{ ".a[-]", "array index - is not a number" },
		{ ".a[99999999999]", "array index 99999999999 is not a number" },
		{ ".a[?(@.x==1]", "unterminated filter" },
		{ ".a[?(@.x==1)", "unclosed array expect ]" },
		{ ".a[?(@.x=1)]", "unrecognized filter operator =" },
		{ ".a[?(@.x==\"y)]", "unterminated filter" },
		{ "....x", "invalid multiple recursive descent" },
		{ ".a}", "unrecognized character in action: '}'" },
		{ ".a{", "unrecognized character in action: '{'" },
		{ ".a 'x", "unterminated quoted string" },
		{ ".a\n", "unclosed action" },
		{ ".a 1.2.3", "cannot parse number 1.2.3" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct error err = ERROR_INIT;
		struct path *path;

		if (path_parse(str_of(texts[i][0]), &path, &err) == 0)
			fail_msg("%s was accepted", texts[i][0]);
		assert_string_equal(err.text, texts[i][1]);
		error_release(&err);
	}
}

static bool one(void *arg, struct str value)
{
	(void)value;
	++*(int *)arg;
	return false;
}

static void test_stop(void **state)
{
	struct path *path;
	int n = 0;

	(void)state;
	assert_int_equal(path_parse(STR(".list[*]"), &path, NULL), 0);
	assert_int_equal(path_each(path, str_of(doc), one, &n), PATH_FOUND);
	assert_int_equal(n, 1);
	path_free(path);
}

/* Neither a deep document nor a path that multiplies may cost without end. */
static void test_bounds(void **state)
{
	const size_t depth = 9000;
	char *text = mem_alloc(2 * depth + 1);
	struct path *path;
	struct str first;

	(void)state;
	memset(text, '[', depth);
	text[depth] = '1';
	memset(text + depth + 1, ']', depth);
	assert_int_equal(path_parse(STR("..[*]..[*]..[*]"), &path, NULL), 0);
	assert_int_equal(path_first(path, str_make(text, 2 * depth + 1), &first), PATH_ERROR);
	path_free(path);
	free(text);
}

/* Garbage neither crashes nor hangs. */
static void test_garbage(void **state)
{
	static const char *const texts[] = { "", "{", "[", "{\"a\":", "{\"a\":{\"b\":", "null", "1",
		"\"\\u00\"", "{\"a\":[}" };
	static const char *const paths[] = { ".a.b", "..a", ".a[*]", ".a[?(@.b==1)]", ".*", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (size_t j = 0; j < sizeof(paths) / sizeof(paths[0]); j++) {
			struct path *path;
			struct str first;

			assert_int_equal(path_parse(str_of(paths[j]), &path, NULL), 0);
			path_first(path, str_of(texts[i]), &first);
			path_free(path);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_garbage),
	};

	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
