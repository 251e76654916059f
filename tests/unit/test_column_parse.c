#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "cluster/choices.h"
#include "ui/views/table/columns.h"

static void test_parse(void **state)
{
	static const struct {
		const char *text, *name, *what;
		enum column_source source;
	} rows[] = {
		{ "Size=.spec.size", "Size", ".spec.size", COLUMN_PATH },
		{ " Size = {.spec.size} ", "Size", "{.spec.size}", COLUMN_PATH },
		{ "R=.c[?(@.type=='Ready')].s", "R", ".c[?(@.type=='Ready')].s", COLUMN_PATH },
		{ "label:team", "team", "team", COLUMN_LABEL },
		{ "label: example.com/team", "example.com/team", "example.com/team", COLUMN_LABEL },
		{ "Team=label:team", "Team", "team", COLUMN_LABEL },
		{ "condition:Ready", "Ready", "Ready", COLUMN_CONDITION },
		{ "Up=condition:Ready", "Up", "Ready", COLUMN_CONDITION },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct error err = ERROR_INIT;
		struct column_spec spec;
		size_t at;

		assert_int_equal(column_parse(str_of(rows[i].text), &spec, &at, &err), 0);
		assert_string_equal(spec.name, rows[i].name);
		assert_string_equal(spec.what, rows[i].what);
		assert_int_equal(spec.source, rows[i].source);
		free(spec.name);
		free(spec.what);
	}
}

static void test_errors(void **state)
{
	static const struct {
		const char *text;
		size_t at;
		const char *why;
	} rows[] = {
		{ "", 0, "a column is NAME=JSONPATH, label:KEY or condition:TYPE" },
		{ "Size", 4, "a column is NAME=JSONPATH, label:KEY or condition:TYPE" },
		{ "=.spec", 0, "a name stands before the =" },
		{ "Size=", 5, "a path is missing" },
		{ "label:", 6, "a label's key is missing" },
		{ "Up=condition: ", 14, "a condition's type is missing" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct error err = ERROR_INIT;
		struct column_spec spec;
		size_t at = 99;

		assert_int_equal(column_parse(str_of(rows[i].text), &spec, &at, &err), -1);
		assert_int_equal(at, rows[i].at);
		assert_string_equal(err.text, rows[i].why);
		error_release(&err);
	}
}

/* What is chosen is changed in a copy: others may be reading the first. */
static void test_choices(void **state)
{
	char name[] = "Size", what[] = ".spec.size";
	const struct column_spec spec = { name, COLUMN_PATH, what };
	struct column_choices *one = choices_new(), *other;
	size_t n;

	(void)state;
	choices_add(one, "a.example.com", &spec, 1);
	choices_add(one, "b.example.com", &spec, 1);
	other = choices_copy(one);
	assert_true(choices_same(one, other, "a.example.com"));
	choices_remove(other, "a.example.com");
	choices_remove(other, "c.example.com");
	assert_null(choices_find(other, "a.example.com", &n));
	assert_non_null(choices_find(other, "b.example.com", &n));
	assert_int_equal(n, 1);
	assert_non_null(choices_find(one, "a.example.com", &n));
	choices_unref(one);
	choices_unref(other);
	other = choices_copy(NULL);
	assert_null(choices_find(other, "a.example.com", &n));
	choices_unref(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_choices),
	};

	return cmocka_run_group_tests_name("column_parse", tests, NULL, NULL);
}
