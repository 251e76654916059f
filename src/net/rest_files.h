/*
 * rest_files - reading small files whole. Part of rest; any thread.
 */
#ifndef NET_REST_FILES_H
#define NET_REST_FILES_H

#include <stddef.h>

#include "base/error.h"

#define REST_FILE_MAX ((size_t)1 << 20) /* certificates, keys, tokens */

/* The content of a file with a NUL behind it, or NULL. The error's text is as
 * Go's: `open PATH: no such file or directory`; ERROR_NOT_FOUND when there is
 * no such file. *ret_len may be NULL. */
char *rest_file_read(const char *path, size_t max, size_t *ret_len, struct error *err);

/* The same, trimmed, for tokens; NULL when nothing is left, too. */
char *rest_file_read_token(const char *path, struct error *err);

#endif
