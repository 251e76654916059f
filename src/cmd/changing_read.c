/*
 * The files that a command is given, stdin among them. Main thread.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "cmd/changing.h"

#define FILE_MAX MUTATE_BODY_MAX
#define CHUNK	 ((size_t)1 << 16)

/* Somebody else may have taken what was there. */
static bool is_passing(int number)
{
	return number == EINTR || number == EAGAIN || number == EWOULDBLOCK;
}

static int wait_input(struct changing *c, int fd, struct error *err)
{
	struct pollfd fds[2] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = c->session.signals, .events = POLLIN },
	};

	do {
		if (poll(fds, 2, -1) < 0) {
			if (!is_passing(errno))
				return error_set(err, ERROR_IO, "%s", strerror(errno));
			fds[0].revents = fds[1].revents = 0;
		}
		if (fds[1].revents && !session_wait(&c->session, 0))
			return error_set(err, ERROR_CANCELLED, "interrupted");
	} while (!fds[0].revents);
	return 0;
}

/* What is typed or comes from a pipe may take its time, and a signal may end it. */
static int read_all(struct changing *c, int fd, struct buf *out, struct error *err)
{
	for (;;) {
		char *room = buf_room(out, CHUNK);
		ssize_t n;

		if (!room || out->len > FILE_MAX)
			return error_set(
				err, ERROR_TOO_LARGE, "larger than %zu MiB", FILE_MAX >> 20);
		if (wait_input(c, fd, err) < 0)
			return -1;
		n = read(fd, room, CHUNK);
		if (n == 0)
			return 0;
		if (n > 0)
			buf_added(out, (size_t)n);
		else if (!is_passing(errno))
			return error_set(err, ERROR_IO, "%s", strerror(errno));
	}
}

char *changing_read(struct changing *c, const char *path, size_t *ret_len, struct error *err)
{
	struct buf text = BUF_INIT(FILE_MAX + CHUNK);
	bool is_stdin = strcmp(path, "-") == 0;
	/* nobody may be at a FIFO's other end */
	int fd = is_stdin ? STDIN_FILENO : file_open(path, O_NONBLOCK | O_NOCTTY, err);
	int rc;

	if (fd < 0)
		return NULL;
	rc = read_all(c, fd, &text, err);
	if (!is_stdin)
		close(fd);
	if (rc < 0) {
		buf_release(&text);
		error_prefix(err, "%s", is_stdin ? "stdin" : path);
		return NULL;
	}
	*ret_len = text.len;
	return text.len ? buf_take(&text) : mem_strdup("");
}
