#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

#define TEMPORARIES 100 /* names that are tried */

static int io_error(struct error *err, const char *path, int number)
{
	char text[128];

	return error_set(err, number == ENOENT ? ERROR_NOT_FOUND : ERROR_IO, "%s: %s", path,
		strerror_r(number, text, sizeof(text)));
}

static struct file_stamp stamp_of(const struct stat *st)
{
	return (struct file_stamp){
		.seconds = st->st_mtim.tv_sec,
		.nanoseconds = st->st_mtim.tv_nsec,
		.size = st->st_size,
		.inode = st->st_ino,
		.device = st->st_dev,
	};
}

static int read_all(int fd, struct buf *out, const char *path, struct error *err)
{
	char chunk[16384];
	ssize_t n;

	for (;;) {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return io_error(err, path, errno);
		if (n == 0)
			return 0;
		if (buf_add(out, chunk, (size_t)n) < 0)
			return error_set(
				err, ERROR_TOO_LARGE, "%s: larger than %zu bytes", path, out->max);
	}
}

int file_open(const char *path, int more, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | more);

	return fd < 0 ? io_error(err, path, errno) : fd;
}

char *file_read(const char *path, size_t max, size_t *ret_len, struct file_stamp *ret_stamp,
	struct error *err)
{
	struct buf out = BUF_INIT(max);
	struct stat st;
	int fd = file_open(path, 0, err);
	size_t len;
	int rc;

	if (fd < 0)
		return NULL;
	/* Before it is read: what is written meanwhile is noticed later. */
	rc = fstat(fd, &st) < 0 ? io_error(err, path, errno) : read_all(fd, &out, path, err);
	close(fd);
	if (rc < 0) {
		buf_release(&out);
		return NULL;
	}
	len = out.len;
	if (ret_stamp)
		*ret_stamp = stamp_of(&st);
	if (ret_len)
		*ret_len = len;
	return len ? buf_take(&out) : mem_strdup("");
}

int file_stamp(const char *path, struct file_stamp *ret)
{
	struct stat st;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	*ret = stamp_of(&st);
	return 0;
}

bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b)
{
	return a->seconds == b->seconds && a->nanoseconds == b->nanoseconds && a->size == b->size &&
	       a->inode == b->inode && a->device == b->device;
}

/* ---- replacing ---- */

static int make_directories(const char *path, struct error *err)
{
	char *dir = mem_strdup(path);
	int rc = 0;

	for (char *slash = dir + 1; rc == 0 && *dir && (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(dir, 0700) < 0 && errno != EEXIST)
			rc = io_error(err, dir, errno);
		*slash = '/';
	}
	free(dir);
	return rc;
}

int file_write(int fd, struct str text)
{
	while (text.len > 0) {
		ssize_t n = write(fd, text.p, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		text = str_make(text.p + n, text.len - (size_t)n);
	}
	return 0;
}

/* A file that nobody has, beside the target. Unlike that of mkstemp() its mode is
 * the caller's, less the umask. */
static int make_temporary(const char *target, mode_t mode, char **ret_path)
{
	for (unsigned n = 0; n < TEMPORARIES; n++) {
		char *path = mem_printf("%s.%ld-%u", target, (long)getpid(), n);
		int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		int saved = errno;

		if (fd >= 0) {
			*ret_path = path;
			return fd;
		}
		free(path);
		errno = saved;
		if (saved != EEXIST)
			break;
	}
	return -1;
}

static int fill(int fd, const char *temporary, const char *path, struct str text)
{
	int rc = file_write(fd, text) < 0 ? -1 : fsync(fd);
	int saved = errno;

	if (close(fd) < 0 && rc == 0) {
		saved = errno;
		rc = -1;
	}
	if (rc == 0 && rename(temporary, path) == 0)
		return 0;
	if (rc == 0)
		saved = errno;
	unlink(temporary);
	errno = saved;
	return -1;
}

/* old: of the file that is there, or NULL. */
static int replace(const char *target, struct str text, mode_t mode, const struct stat *old)
{
	char *temporary;
	int fd = make_temporary(target, old ? 0600 : mode, &temporary);
	int rc, saved;

	if (fd < 0)
		return -1;
	if (old && fchmod(fd, old->st_mode & 07777) < 0) {
		saved = errno;
		close(fd);
		unlink(temporary);
		free(temporary);
		errno = saved;
		return -1;
	}
	rc = fill(fd, temporary, target, text);
	saved = errno;
	free(temporary);
	errno = saved;
	return rc;
}

int file_replace(const char *path, struct str text, mode_t mode, struct error *err)
{
	char *target = realpath(path, NULL); /* a link's file is replaced, not the link */
	struct stat st;
	bool there;
	int rc;

	if (!target)
		target = mem_strdup(path);
	there = stat(target, &st) == 0;
	if (there && !S_ISREG(st.st_mode)) {
		rc = error_set(err, ERROR_IO, "%s: it is no regular file", path);
	} else if ((rc = make_directories(target, err)) == 0) {
		rc = replace(target, text, mode, there ? &st : NULL);
		if (rc < 0)
			io_error(err, path, errno);
	}
	free(target);
	return rc;
}

char *file_in_home(const char *variable, const char *home_part, const char *name)
{
	const char *dir = getenv(variable);
	const char *home = getenv("HOME");

	if (dir && *dir == '/')
		return mem_printf("%s/%s", dir, name);
	return home && *home ? mem_printf("%s/%s/%s", home, home_part, name) : NULL;
}
