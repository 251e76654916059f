/* Text that is handed to a program: it comes whole, or not at all. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "scratch.h"
#include "ui/term/clipboard.h"

#define WAITS 6000 /* of 10 ms */

struct setup {
	struct clipboard clipboard;
	char *path; /* of the programs, as it was */
};

static int set_up(void **state)
{
	struct setup *s = mem_zalloc(sizeof(*s));
	char *here, *path;

	if (scratch_setup(state) < 0)
		return -1;
	here = getcwd(NULL, 0);
	s->path = mem_strdup(getenv("PATH"));
	path = mem_printf("%s:%s", here, s->path);
	setenv("PATH", path, 1);
	setenv("DISPLAY", ":99", 1);
	unsetenv("WAYLAND_DISPLAY");
	unsetenv("CRWATCH_CLIPBOARD");
	free(here);
	free(path);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct setup *s = *state;

	clipboard_release(&s->clipboard);
	setenv("PATH", s->path, 1);
	free(s->path);
	free(s);
	return scratch_teardown(state);
}

/* What stands in for the display's program. */
static void put_program(const char *script)
{
	scratch_put("xclip", script);
	assert_int_equal(chmod("xclip", 0755), 0);
}

static void put(struct setup *s, char what, size_t len)
{
	char *text = mem_alloc(len), *used;

	memset(text, what, len);
	assert_int_equal(clipboard_put(&s->clipboard, str_make(text, len), &used), CLIPBOARD_DONE);
	assert_string_equal(used, "xclip");
	free(used);
	free(text);
}

static void expect_file(const char *path)
{
	for (int i = 0; i < WAITS && access(path, F_OK) != 0; i++)
		poll(NULL, 0, 10);
	assert_int_equal(access(path, F_OK), 0);
}

static void expect_size(const char *path, size_t size)
{
	struct stat st;

	expect_file(path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, size);
}

/* Nobody is left that has ended and was not waited for, nor goes on. */
static void expect_no_child(void)
{
	siginfo_t info;
	int rc = 0;

	for (int i = 0; i < WAITS && rc == 0; i++) {
		rc = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
		if (rc == 0)
			poll(NULL, 0, 10);
	}
	assert_int_equal(rc, -1);
	assert_int_equal(errno, ECHILD);
}

/* A pipe holds 64 KiB: this takes many writes, all of which go on. */
static void test_many_writes(void **state)
{
	struct setup *s = *state;

	put_program("#!/bin/sh\ncat > part\nmv part whole\n");
	put(s, 'x', (size_t)32 << 20);
	expect_size("whole", (size_t)32 << 20);
	expect_no_child();
	assert_null(clipboard_failure(&s->clipboard));
}

static void test_one_after_another(void **state)
{
	struct setup *s = *state;

	put_program("#!/bin/sh\n"
		    "if mkdir first 2> err; then while ! [ -e go ]; do sleep 0.01; done; f=one\n"
		    "else f=two; fi\n"
		    "cat > part.$f\nmv part.$f $f\n");
	put(s, 'x', (size_t)1 << 20);
	expect_file("first");
	put(s, 'y', 5);
	expect_size("two", 5);
	scratch_put("go", "");
	expect_size("one", (size_t)1 << 20);
	expect_no_child();
}

static void test_quitting(void **state)
{
	struct setup *s = *state;

	put_program("#!/bin/sh\ntouch begun\ncat > part\nmv part whole\n");
	put(s, 'x', (size_t)1 << 20);
	expect_file("begun");
	clipboard_release(&s->clipboard);
	expect_size("whole", (size_t)1 << 20);
	expect_no_child();
}

/* It is not waited for, and does not take a part for all. */
static void test_no_reader(void **state)
{
	struct setup *s = *state;

	put_program("#!/bin/sh\ntrap 'touch ended; exit 1' TERM\ntouch begun\n"
		    "while ! [ -e go ]; do sleep 0.01; done\ncat > part\nmv part whole\n");
	put(s, 'x', (size_t)1 << 20);
	expect_file("begun");
	clipboard_release(&s->clipboard);
	expect_file("ended");
	assert_int_equal(access("whole", F_OK), -1);
	scratch_put("go", "");
	expect_no_child();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_many_writes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_one_after_another, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_quitting, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_reader, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
