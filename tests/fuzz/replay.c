/*
 * The main program of a fuzz target where there is no libFuzzer: feeds it files,
 * without arguments those of its corpus, and speaks TAP.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "fuzz.h"

static size_t count;

static void feed_file(const char *path)
{
	struct error err = ERROR_INIT;
	size_t len = 0;
	char *text = file_read(path, FUZZ_MAX, &len, NULL, &err);
	uint8_t *exact;

	if (!text) {
		fprintf(stderr, "%s: %s\n", path, err.text);
		exit(1);
	}
	printf("# %s\n", path);
	fflush(stdout);
	exact = mem_alloc(len ? len : 1);
	memcpy(exact, text, len);
	free(text);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	count++;
}

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void feed_corpus(const char *name)
{
	char *dir = mem_printf("%s/%s", FUZZ_CORPUS, name);
	struct dirent **entries;
	int n = scandir(dir, &entries, is_input, alphasort);

	if (n < 0) {
		fprintf(stderr, "%s: %s\n", dir, strerror(errno));
		exit(1);
	}
	for (int i = 0; i < n; i++) {
		char *path = mem_printf("%s/%s", dir, entries[i]->d_name);

		feed_file(path);
		free(path);
		free(entries[i]);
	}
	free(entries);
	free(dir);
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash ? slash + 1 : argv[0];

	if (!strncmp(name, "fuzz_", 5))
		name += 5;
	for (int i = 1; i < argc; i++)
		feed_file(argv[i]);
	if (argc == 1)
		feed_corpus(name);
	printf("%s 1 - %s: %zu inputs\n1..1\n", count ? "ok" : "not ok", name, count);
	return count ? 0 : 1;
}
