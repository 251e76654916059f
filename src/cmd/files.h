/*
 * files - the files that -f means. Main thread.
 */
#ifndef CMD_FILES_H
#define CMD_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define FILES_MAX	100000
#define FILES_DEPTH_MAX 100

struct files {
	char **paths;
	size_t count;
};

/* Adds the file of this name, "-" too; of a directory its *.json, *.yaml and *.yml in the
 * order of their names, with recursive also those below (kubectl; a link below to a
 * directory is not followed). ERROR_NOT_FOUND for what does not exist, ERROR_INVALID
 * when a directory is all there is so far, and has none of these, ERROR_TOO_LARGE past
 * FILES_MAX, ERROR_IO. */
int files_add(struct files *files, const char *path, bool recursive, struct error *err);
void files_release(struct files *files);

#endif
