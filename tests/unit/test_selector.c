/* kubectl's label selectors: what is read, refused and matched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kube/selector.h"

static const char *const canonical[][2] = {
	{ "", "" },
	{ "  ", "" },
	{ "a", "a" },
	{ "!a", "!a" },
	{ "! a ", "!a" },
	{ "a=b", "a=b" },
	{ "a==b", "a=b" },
	{ "a = b", "a=b" },
	{ "a!=b", "a!=b" },
	{ "a=", "a=" },
	{ "a=,b", "a=,b" },
	{ "b,a", "a,b" },
	{ "a in (c,b,c)", "a in (b,c)" },
	{ "a in ()", "a=" },
	{ "a in (b,)", "a in (,b)" },
	{ "a in (,b)", "a in (,b)" },
	{ "a in (b,,c)", "a in (,b,c)" },
	{ "a notin(b, c)", "a notin (b,c)" },
	{ "in in (in)", "in=in" },
	{ "notin", "notin" },
	{ "in=notin", "in=notin" },
	{ "a>5", "a>5" },
	{ "a < 5 , b", "a<5,b" },
	{ "example.com/a-b.c=x_y", "example.com/a-b.c=x_y" },
	{ "a\n=\tb", "a=b" },
};

static void test_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(canonical) / sizeof(canonical[0]); i++) {
		struct error err = ERROR_INIT;
		struct selector *s;
		char *text;

		if (selector_parse(str_of(canonical[i][0]), &s, NULL, &err) < 0)
			fail_msg("%s: %s", canonical[i][0], err.text);
		text = selector_text(s);
		assert_string_equal(text, canonical[i][1]);
		free(text);
		selector_free(s);
	}
}

static const struct {
	const char *text;
	size_t at;
	const char *message; /* how it begins */
} refused[] = {
	{ "x,", 2, "found '', expected: identifier after ','" },
	{ "a=b=c", 3, "found '=', expected: ',' or 'end of string'" },
	{ ",a", 0, "found ',', expected: !, identifier, or 'end of string'" },
	{ "!", 1, "unable to parse requirement: found '', expected: identifier" },
	{ "!!a", 1, "unable to parse requirement: found '!', expected: identifier" },
	{ "!a=b", 2, "found '=', expected: ',' or 'end of string'" },
	{ "a b", 2,
		"unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt" },
	{ "a in b", 5, "unable to parse requirement: found 'b' expected: '('" },
	{ "a in (b c)", 8, "unable to parse requirement: found 'c', expected: ',' or ')'" },
	{ "a in (b", 7, "unable to parse requirement: found '', expected: ',' or ')'" },
	{ "a in (=)", 6,
		"unable to parse requirement: found '=', expected: ',', ')' or identifier" },
	{ "a=(", 2, "unable to parse requirement: found '(', expected: identifier" },
	{ "a>b", 2,
		"unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt'" },
	{ "a>", 2, "unable to parse requirement: values[0]: Invalid value: \"\"" },
	{ "-a", 0,
		"unable to parse requirement: key: Invalid value: \"-a\": name part must consist" },
	{ "/a", 0,
		"unable to parse requirement: key: Invalid value: \"/a\": prefix part must be non-empty" },
	{ "a/", 0,
		"unable to parse requirement: key: Invalid value: \"a/\": name part must be non-empty" },
	{ "A/b", 0,
		"unable to parse requirement: key: Invalid value: \"A/b\": prefix part a lowercase" },
	{ "a/b/c", 0,
		"unable to parse requirement: key: Invalid value: \"a/b/c\": a qualified name" },
	{ "k=-x", 2,
		"unable to parse requirement: values[0][k]: Invalid value: \"-x\": a valid label" },
	{ "k=\xc3\xa9", 2, "unable to parse requirement: values[0][k]: Invalid value" },
	{ "k=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234", 2,
		"unable to parse requirement: values[0][k]: Invalid value: "
		"\"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234\": must be no "
		"more than 63 bytes" },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct error err = ERROR_INIT;
		struct selector *s = NULL;
		size_t at = 999;

		if (selector_parse(str_of(refused[i].text), &s, &at, &err) == 0)
			fail_msg("%s was accepted", refused[i].text);
		if (!str_starts(str_of(err.text), str_of(refused[i].message)))
			fail_msg("%s: %s", refused[i].text, err.text);
		if (at != refused[i].at)
			fail_msg("%s: at %zu", refused[i].text, at);
		error_release(&err);
	}
}

static const struct {
	const char *text;
	const char *value; /* of label a; NULL: absent */
	bool holds;
} matches[] = {
	{ "a", "x", true },
	{ "a", "", true },
	{ "a", NULL, false },
	{ "!a", NULL, true },
	{ "!a", "x", false },
	{ "a=x", "x", true },
	{ "a=x", "X", false },
	{ "a=x", NULL, false },
	{ "a=", "", true },
	{ "a=", NULL, false },
	{ "a!=x", NULL, true },
	{ "a!=x", "x", false },
	{ "a!=x", "y", true },
	{ "a in (x,y)", "y", true },
	{ "a notin (x,y)", "y", false },
	{ "a notin (x,y)", NULL, true },
	{ "a>5", "6", true },
	{ "a>5", "5", false },
	{ "a<5", "-4", true },
	{ "a>5", "x", false },
	{ "a>5", NULL, false },
};

static void test_matches(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
		struct selector *s;
		bool holds;

		assert_int_equal(selector_parse(str_of(matches[i].text), &s, NULL, NULL), 0);
		assert_int_equal(s->n_terms, 1);
		holds = matches[i].value
				? selector_term_holds(&s->terms[0], str_of(matches[i].value))
				: selector_term_holds_absent(&s->terms[0]);
		if (holds != matches[i].holds)
			fail_msg("%s, %s", matches[i].text, matches[i].value);
		selector_free(s);
	}
}

static void test_too_long(void **state)
{
	static char text[100000];
	struct selector *s = NULL;
	struct error err = ERROR_INIT;

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(selector_parse(str_make(text, sizeof(text)), &s, NULL, &err), -1);
	assert_int_equal(err.code, ERROR_TOO_LARGE);
	error_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests_name("selector", tests, NULL, NULL);
}
