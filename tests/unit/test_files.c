/* files: what a path of the command line means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/texts.h"
#include "cmd/files.h"

static char dir[] = "/tmp/files-XXXXXX";

static const char *const names[] = { "t/b.yml", "t/a.yaml", "t/B.json", "t/.c.yaml", "t/a.yaml~",
	"t/below/d.yaml", "t/below/e/f.json", "t/below/e.yaml", "empty/notes" };

static int make_tree(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_int_equal(file_replace(names[i], STR("{}"), 0600, NULL), 0);
	assert_int_equal(symlink("t", "link"), 0);
	assert_int_equal(symlink("..", "t/below/up"), 0);
	return 0;
}

static int drop_tree(void **state)
{
	static const char *const others[] = { "t/below/up", "link", "t/below/e", "t/below", "t",
		"empty" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_int_equal(remove(names[i]), 0);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_int_equal(remove(others[i]), 0);
	assert_int_equal(chdir("/"), 0);
	return remove(dir);
}

/* want: the paths with blanks between them. */
static void expect(const char *path, bool recursive, const char *want)
{
	struct files files = { 0 };
	struct error err = ERROR_INIT;
	char *got;

	assert_int_equal(files_add(&files, path, recursive, &err), 0);
	got = texts_join(files.paths, files.count, " ");
	assert_string_equal(got, want);
	free(got);
	files_release(&files);
}

static void expect_error(
	struct files *files, const char *path, enum error_code code, const char *text)
{
	struct error err = ERROR_INIT;

	assert_int_equal(files_add(files, path, false, &err), -1);
	assert_int_equal(err.code, code);
	assert_string_equal(err.text, text);
	error_release(&err);
}

static void test_paths(void **state)
{
	(void)state;
	expect("-", false, "-");
	expect("t/a.yaml~", false, "t/a.yaml~");
	/* in the order of bytes, names that begin with a dot among them */
	expect("t", false, "t/.c.yaml t/B.json t/a.yaml t/b.yml");
	expect("./t//", false, "t/.c.yaml t/B.json t/a.yaml t/b.yml");
	expect("link", false, "link/.c.yaml link/B.json link/a.yaml link/b.yml");
	expect("t/below", true, "t/below/d.yaml t/below/e/f.json t/below/e.yaml");
	assert_int_equal(chdir("t"), 0);
	expect(".", false, ".c.yaml B.json a.yaml b.yml");
	assert_int_equal(chdir(".."), 0);
}

static void test_errors(void **state)
{
	struct files files = { 0 };

	(void)state;
	expect_error(&files, "nosuch", ERROR_NOT_FOUND, "the path \"nosuch\" does not exist");
	expect_error(&files, "https://x/y.yaml", ERROR_INVALID,
		"URLs are not read: download \"https://x/y.yaml\", or pipe it to -f -");
	expect_error(&files, "empty", ERROR_INVALID,
		"error reading [empty]: recognized file extensions are [.json .yaml .yml]");
	/* beside others it is none */
	assert_int_equal(files_add(&files, "t", false, NULL), 0);
	assert_int_equal(files_add(&files, "empty", false, NULL), 0);
	assert_int_equal(files.count, 4);
	files_release(&files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests_name("files", tests, make_tree, drop_tree);
}
