#include "cmd/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/texts.h"

/* One walk, and how deep it is. */
struct walk {
	struct files *files;
	bool recursive;
	int depth;
};

static int is_entry(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* Bytewise, whatever the locale: as Go sorts them. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool is_manifest(const char *name)
{
	const char *end = strrchr(name, '.');

	return end &&
	       (strcmp(end, ".json") == 0 || strcmp(end, ".yaml") == 0 || strcmp(end, ".yml") == 0);
}

static int add_file(struct files *files, const char *path, struct error *err)
{
	if (files->count >= FILES_MAX)
		return error_set(err, ERROR_TOO_LARGE, "there are more than %d files", FILES_MAX);
	texts_add(&files->paths, &files->count, path);
	return 0;
}

static int walk_dir(struct walk *walk, const char *dir, struct error *err);

static int visit_entry(struct walk *walk, const char *path, const char *name, struct error *err)
{
	struct stat st;
	int rc;

	if (lstat(path, &st) < 0)
		return error_set(err, ERROR_IO, "error reading \"%s\": %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return is_manifest(name) ? add_file(walk->files, path, err) : 0;
	if (!walk->recursive)
		return 0;
	if (walk->depth >= FILES_DEPTH_MAX)
		return error_set(err, ERROR_TOO_LARGE, "%s: more than %d directories deep", path,
			FILES_DEPTH_MAX);
	walk->depth++;
	rc = walk_dir(walk, path, err);
	walk->depth--;
	return rc;
}

/* Without what stands before and behind it and means nothing. */
static struct str clean(const char *dir)
{
	struct str path = str_of(dir);

	while (path.len > 2 && path.p[0] == '.' && path.p[1] == '/')
		path = str_make(path.p + 2, path.len - 2);
	while (path.len > 1 && path.p[path.len - 1] == '/')
		path.len--;
	return path;
}

static char *join(const char *dir, const char *name)
{
	struct str path = clean(dir);

	if (str_is(path, ".") || str_is(path, "./"))
		return mem_strdup(name);
	return mem_printf(STR_FMT "%s%s", STR_ARG(path), str_is(path, "/") ? "" : "/", name);
}

static int walk_dir(struct walk *walk, const char *dir, struct error *err)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, is_entry, by_name), rc = 0;

	if (n < 0)
		return error_set(err, ERROR_IO, "error reading \"%s\": %s", dir, strerror(errno));
	for (int i = 0; i < n; i++) {
		char *path = join(dir, entries[i]->d_name);

		if (rc == 0)
			rc = visit_entry(walk, path, entries[i]->d_name, err);
		free(path);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

int files_add(struct files *files, const char *path, bool recursive, struct error *err)
{
	struct walk walk = { .files = files, .recursive = recursive };
	struct stat st;

	if (strcmp(path, "-") == 0)
		return add_file(files, path, err);
	if (str_starts(str_of(path), STR("http://")) || str_starts(str_of(path), STR("https://")))
		return error_set(err, ERROR_INVALID,
			"URLs are not read: download \"%s\", or pipe it to -f -", path);
	if (stat(path, &st) < 0)
		return errno == ENOENT
			       ? error_set(err, ERROR_NOT_FOUND, "the path \"%s\" does not exist",
					 path)
			       : error_set(err, ERROR_IO, "the path \"%s\" cannot be accessed: %s",
					 path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return add_file(files, path, err);
	if (walk_dir(&walk, path, err) < 0)
		return -1;
	if (files->count > 0)
		return 0;
	return error_set(err, ERROR_INVALID,
		"error reading [%s]: recognized file extensions are [.json .yaml .yml]", path);
}

void files_release(struct files *files)
{
	texts_free(files->paths, files->count);
	*files = (struct files){ 0 };
}
