/*
 * file - small files of the user's as a whole: read up to a ceiling, replaced in
 * one step, so that nobody ever sees half of one. Any thread.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/str.h"

/* By what one notices that a file is another than it was. */
struct file_stamp {
	int64_t seconds, nanoseconds; /* of its last change */
	int64_t size;
	uint64_t inode, device;
};

/* A descriptor for reading; more: flags of open() beside O_RDONLY and O_CLOEXEC. -1 with
 * ERROR_NOT_FOUND or ERROR_IO. */
int file_open(const char *path, int more, struct error *err);

/* The whole file as heap text with a NUL behind it; NULL with ERROR_NOT_FOUND,
 * ERROR_TOO_LARGE past max bytes, or ERROR_IO. ret_stamp and ret_len may be
 * NULL. */
char *file_read(const char *path, size_t max, size_t *ret_len, struct file_stamp *ret_stamp,
	struct error *err);

/* Only of a regular file; -1 when there is none. */
int file_stamp(const char *path, struct file_stamp *ret);
bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b);

/* All of text; -1 and errno. */
int file_write(int fd, struct str text);

/* Makes text the content of path: a new file beside it takes its place. Links
 * stay links, and the mode stays what it was; mode, less the umask, is that of a
 * new file. What is there and is no regular file is an error. Directories that are
 * missing are made, 0700. */
int file_replace(const char *path, struct str text, mode_t mode, struct error *err);

/* The file name under the directory that the environment's variable names when
 * it is an absolute path, else under home_part in the home directory. NULL
 * without HOME. On the heap. */
char *file_in_home(const char *variable, const char *home_part, const char *name);

#endif
