/* Files that are replaced: what may be, and with which mode. */
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

#include "base/file.h"
#include "scratch.h"

static void check_text(const char *path, const char *expected)
{
	char *text = scratch_get(path);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static void test_modes(void **state)
{
	struct error err = ERROR_INIT;
	mode_t old = umask(027);

	(void)state;
	assert_int_equal(file_replace("new", STR("one"), 0666, &err), 0);
	assert_int_equal(scratch_mode("new"), 0640);
	assert_int_equal(chmod("new", 0666), 0);
	assert_int_equal(file_replace("new", STR("two"), 0600, &err), 0);
	umask(old);
	assert_int_equal(scratch_mode("new"), 0666);
	check_text("new", "two");
	/* a link stays one */
	assert_int_equal(symlink("new", "link"), 0);
	assert_int_equal(file_replace("link", STR("three"), 0600, &err), 0);
	check_text("new", "three");
	assert_int_equal(unlink("link"), 0);
	assert_int_equal(unlink("new"), 0);
	error_release(&err);
}

static void test_no_regular_file(void **state)
{
	struct error err = ERROR_INIT;
	struct stat st;

	(void)state;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(file_replace("pipe", STR("x"), 0600, &err), -1);
	assert_string_equal(err.text, "pipe: it is no regular file");
	assert_int_equal(stat("pipe", &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	error_release(&err);
	assert_int_equal(unlink("pipe"), 0);
}

/* Its own temporary file is in nobody's way, and nobody's is in its. */
static void test_temporary(void **state)
{
	struct error err = ERROR_INIT;
	char name[64];

	(void)state;
	snprintf(name, sizeof(name), "x.%ld-0", (long)getpid());
	scratch_put(name, "another's");
	assert_int_equal(file_replace("x", STR("mine"), 0600, &err), 0);
	check_text("x", "mine");
	check_text(name, "another's");
	assert_int_equal(unlink(name), 0);
	assert_int_equal(unlink("x"), 0);
	error_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_modes, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(
			test_no_regular_file, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_temporary, scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
