#include "scratch.h"

#include <errno.h>
#include <ftw.h>
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
#include "base/mem.h"

static char *dir;

int scratch_setup(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	dir = mem_printf("%s/crwatch-test-XXXXXX", tmp ? tmp : "/tmp");
	return mkdtemp(dir) && chdir(dir) == 0 ? 0 : -1;
}

static int take_away(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int scratch_teardown(void **state)
{
	int rc = chdir("/");

	(void)state;
	if (rc == 0)
		rc = nftw(dir, take_away, 8, FTW_DEPTH | FTW_PHYS);
	free(dir);
	return rc;
}

void scratch_put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

char *scratch_get(const char *path)
{
	return file_read(path, (size_t)16 << 20, NULL, NULL, NULL);
}

unsigned scratch_mode(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

void scratch_env(const char *variable, const char *path)
{
	char *full = path ? mem_printf("%s/%s", dir, path) : NULL;

	if (full)
		setenv(variable, full, 1);
	else
		unsetenv(variable);
	free(full);
}
