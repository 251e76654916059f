/* config_file and settings_write: where the file is, when it is read again, and
 * what becomes of a file that the program writes into. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "config/config_file.h"
#include "config/settings_write.h"
#include "scratch.h"

static int setup(void **state)
{
	unsetenv("CRWATCH_CONFIG");
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("HOME");
	return scratch_setup(state);
}

static void theme_is(const char *option, const char *theme)
{
	struct config_file file;
	struct error err = ERROR_INIT;

	if (config_file_init(&file, option, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(file.settings->theme, theme);
	assert_int_equal(file.problems.count, 0);
	config_file_release(&file);
}

static void test_where(void **state)
{
	struct config_file file;
	struct error err = ERROR_INIT;

	(void)state;
	theme_is(NULL, "dark"); /* no home at all */
	setenv("HOME", "", 1);
	theme_is(NULL, "dark");
	scratch_env("HOME", "home");
	theme_is(NULL, "dark"); /* no file */
	assert_int_equal(mkdir("home", 0700) | mkdir("home/.config", 0700) |
				 mkdir("home/.config/crwatch", 0700) | mkdir("xdg", 0700) |
				 mkdir("xdg/crwatch", 0700),
		0);
	scratch_put("home/.config/crwatch/config.yaml", "theme: light\n");
	theme_is(NULL, "light");
	scratch_put("xdg/crwatch/config.yaml", "theme: mono\n");
	scratch_env("XDG_CONFIG_HOME", "xdg");
	theme_is(NULL, "mono");
	scratch_put("named", "theme: contrast\n");
	scratch_env("CRWATCH_CONFIG", "named");
	theme_is(NULL, "contrast");
	scratch_put("option", "theme: 16\n");
	theme_is("option", "16");
	theme_is("/dev/null", "dark");
	assert_int_equal(config_file_init(&file, "missing", &err), -1);
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_string_equal(err.text, "settings: missing: No such file or directory");
	scratch_env("CRWATCH_CONFIG", "also-missing");
	assert_int_equal(config_file_init(&file, NULL, &err), -1);
	assert_int_equal(config_file_init(&file, ".", &err), -1);
	assert_int_equal(err.code, ERROR_IO);
	error_release(&err);
}

static void test_unreadable_default(void **state)
{
	struct config_file file;
	struct error err = ERROR_INIT;

	(void)state;
	scratch_env("HOME", "");
	assert_int_equal(mkdir(".config", 0700) | mkdir(".config/crwatch", 0700) |
				 mkdir(".config/crwatch/config.yaml", 0700),
		0);
	assert_int_equal(config_file_init(&file, NULL, &err), 0);
	assert_int_equal(file.problems.count, 1);
	assert_non_null(strstr(file.problems.lines[0], "Is a directory"));
	config_file_release(&file);
}

static void test_too_large(void **state)
{
	struct config_file file;
	struct error err = ERROR_INIT;
	FILE *out = fopen("large", "w");

	(void)state;
	assert_non_null(out);
	for (int i = 0; i < 10 << 10; i++)
		fprintf(out, "#%01022d\n", i);
	fclose(out);
	assert_int_equal(config_file_init(&file, "large", &err), -1);
	assert_int_equal(err.code, ERROR_TOO_LARGE);
	error_release(&err);
}

static void test_reload(void **state)
{
	struct config_file file;
	struct settings *held;

	(void)state;
	scratch_put("c.yaml", "theme: light\n");
	assert_int_equal(config_file_init(&file, "c.yaml", NULL), 0);
	assert_int_equal(config_file_look(&file), CONFIG_FILE_SAME);
	held = settings_ref(file.settings);
	scratch_put("c.yaml", "theme: contrast\n");
	assert_int_equal(config_file_look(&file), CONFIG_FILE_CHANGED);
	assert_true(config_file_load(&file));
	assert_int_equal(config_file_look(&file), CONFIG_FILE_SAME);
	assert_string_equal(file.settings->theme, "contrast");
	assert_string_equal(held->theme, "light");
	settings_unref(held);
	/* As editors do it: another file takes its place, after a while without any. */
	assert_int_equal(rename("c.yaml", "c.yaml~"), 0);
	assert_int_equal(config_file_look(&file), CONFIG_FILE_SAME);
	scratch_put("new", "theme: mono    \n");
	assert_int_equal(rename("new", "c.yaml"), 0);
	assert_int_equal(config_file_look(&file), CONFIG_FILE_CHANGED);
	assert_true(config_file_load(&file));
	assert_string_equal(file.settings->theme, "mono");
	/* What is no YAML leaves everything as it was, and is said once. */
	scratch_put("c.yaml", "theme: [dark\n");
	assert_int_equal(config_file_look(&file), CONFIG_FILE_CHANGED);
	assert_false(config_file_load(&file));
	assert_int_equal(config_file_look(&file), CONFIG_FILE_SAME);
	assert_string_equal(file.settings->theme, "mono");
	assert_int_equal(file.problems.count, 1);
	scratch_put("c.yaml", "theme: dark\n");
	assert_true(config_file_load(&file));
	assert_int_equal(file.problems.count, 0);
	config_file_release(&file);
}

/* ---- writing ---- */

static const struct column_spec two[] = {
	{ (char *)"Ready", COLUMN_OWN, (char *)"Ready" },
	{ (char *)"Phase: now", COLUMN_PATH, (char *)".status.phase" },
};

static void write_two(const char *before, const char *after)
{
	struct error err = ERROR_INIT;
	char *got;

	scratch_put("w.yaml", before);
	if (settings_write_columns("w.yaml", "a.b", two, 2, &err) < 0)
		fail_msg("%s: %s", before, err.text);
	got = scratch_get("w.yaml");
	assert_string_equal(got, after);
	free(got);
}

#define TWO(indent) indent "- Ready\n" indent "- {name: \"Phase: now\", path: .status.phase}\n"
#define TWO_FLOW    "[Ready, {name: \"Phase: now\", path: .status.phase}]"

static void test_write_columns(void **state)
{
	static const struct {
		const char *before, *after;
	} cases[] = {
		{ "", "columns:\n  a.b:\n" TWO("    ") },
		{ "# only this", "# only this\ncolumns:\n  a.b:\n" TWO("    ") },
		{ "theme: light # nice\n\n# end\n",
			"theme: light # nice\n\n# end\ncolumns:\n  a.b:\n" TWO("    ") },
		{ "theme: light\n...\n", "theme: light\ncolumns:\n  a.b:\n" TWO("    ") "...\n" },
		{ "columns:   # none yet\ntheme: light\n",
			"columns:   # none yet\n  a.b:\n" TWO("    ") "theme: light\n" },
		{ "columns:\n    x.y: [Z] # keep\n# after\ntheme: light\n",
			"columns:\n    x.y: [Z] # keep\n    a.b:\n" TWO(
				"      ") "# after\ntheme: light\n" },
		{ "columns:\n  # before\n  a.b:  # on it\n    # above\n    - Old # gone\n    - "
		  "{name: X,\n       label: y}\n  # between\n  x.y:\n  - Z\nwide: true # last\n",
			"columns:\n  # before\n  a.b:  # on it\n    # above\n" TWO(
				"    ") "  # between\n  x.y:\n  - Z\nwide: true # last\n" },
		{ "columns:\n  a.b: [Old,\n    X]  # why\n  x.y: []",
			"columns:\n  a.b:  # why\n" TWO("    ") "  x.y: []" },
		{ "columns:\n  a.b:\n  - Old", "columns:\n  a.b:\n" TWO("    ") },
		{ "columns:\n  \"a.b\": ~\n", "columns:\n  \"a.b\":\n" TWO("    ") },
		{ "{theme: light, columns: {a.b: [Old], x.y: [Z]}} # one line\n",
			"{theme: light, columns: {a.b: " TWO_FLOW ", x.y: [Z]}} # one line\n" },
		{ "{\"theme\": \"light\",\n \"columns\": {}\n}\n",
			"{\"theme\": \"light\",\n \"columns\": {a.b: " TWO_FLOW "}\n}\n" },
		{ "{theme: light,}", "{theme: light, columns: {a.b: " TWO_FLOW "},}" },
		{ "columns: {x.y: [Z]}\n", "columns: {x.y: [Z], a.b: " TWO_FLOW "}\n" },
		{ "theme: light # \xc3\xa4\xe2\x82\xac\ncolumns:\n  # \xc3\xb6\n  a.b: [\"\xc3\xbc\"] # "
		  "\xc3\x9f\n",
			"theme: light # \xc3\xa4\xe2\x82\xac\ncolumns:\n  # \xc3\xb6\n  a.b: # "
			"\xc3\x9f\n" TWO("    ") },
		{ "theme: light\r\ncolumns:\r\n  x.y: [Z]\r\n",
			"theme: light\r\ncolumns:\r\n  x.y: [Z]\r\n  a.b:\n" TWO("    ") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		write_two(cases[i].before, cases[i].after);
		write_two(cases[i].after, cases[i].after); /* twice is once */
	}
}

static void test_write_none(void **state)
{
	char *got;

	(void)state;
	scratch_put("w.yaml", "columns:\n  a.b: # mine\n    - X\n  c.d: [Y]\n");
	assert_int_equal(settings_write_columns("w.yaml", "a.b", NULL, 0, NULL), 0);
	got = scratch_get("w.yaml");
	assert_string_equal(got, "columns:\n  a.b: [] # mine\n  c.d: [Y]\n");
	free(got);
}

/* What cannot be edited without harm stays as it is. */
static void test_write_refuses(void **state)
{
	static const char *const texts[] = { "theme: [\n", "- a\n", "columns: x\n",
		"columns:\n  ? a.b\n  : [X]\n", "theme: light\rwide: true\r", "a: b\n--- x\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct error err = ERROR_INIT;
		char *got;

		scratch_put("w.yaml", texts[i]);
		if (settings_write_columns("w.yaml", "a.b", two, 2, &err) == 0)
			fail_msg("%s: was edited", texts[i]);
		assert_int_equal(err.code, ERROR_INVALID);
		got = scratch_get("w.yaml");
		assert_string_equal(got, texts[i]);
		free(got);
		error_release(&err);
	}
}

static void test_write_files(void **state)
{
	char *got;
	struct stat st;

	(void)state;
	assert_int_equal(settings_write_columns("deep/er/w.yaml", "a.b", two, 2, NULL), 0);
	assert_int_equal(scratch_mode("deep/er/w.yaml"), 0600);
	assert_int_equal(scratch_mode("deep"), 0700);
	scratch_put("real", "# kept\n");
	assert_int_equal(chmod("real", 0640) | symlink("real", "link"), 0);
	assert_int_equal(settings_write_columns("link", "a.b", two, 2, NULL), 0);
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(scratch_mode("real"), 0640);
	got = scratch_get("real");
	assert_string_equal(got, "# kept\ncolumns:\n  a.b:\n" TWO("    "));
	free(got);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_where),
		TEST(test_unreadable_default),
		TEST(test_too_large),
		TEST(test_reload),
		TEST(test_write_columns),
		TEST(test_write_none),
		TEST(test_write_refuses),
		TEST(test_write_files),
	};

	return cmocka_run_group_tests_name("config_file", tests, NULL, NULL);
}
