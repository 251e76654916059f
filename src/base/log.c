/*
 * A ring of lines behind a mutex, and a file when CRWATCH_LOG names one.
 */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

struct line {
	char *text;
	int64_t wall;
	enum log_level level;
};

static struct {
	pthread_mutex_t lock;
	struct line lines[LOG_LINES]; /* under lock */
	uint64_t next;		      /* under lock */
	int fd;
} ring = { .lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1 };

void log_init(void)
{
	const char *path = getenv("CRWATCH_LOG");

	if (path && *path)
		ring.fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

void log_release(void)
{
	pthread_mutex_lock(&ring.lock);
	for (size_t i = 0; i < LOG_LINES; i++) {
		free(ring.lines[i].text);
		ring.lines[i].text = NULL;
	}
	ring.next = 0;
	if (ring.fd >= 0)
		close(ring.fd);
	ring.fd = -1;
	pthread_mutex_unlock(&ring.lock);
}

static void write_line(const struct line *line)
{
	static const char *const names[] = { "debug", "info", "warning", "error" };
	time_t seconds = (time_t)(line->wall / CLOCK_S);
	struct tm tm;
	char *text;

	gmtime_r(&seconds, &tm);
	text = mem_printf("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ %s %s\n", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		(int)(line->wall / CLOCK_MS % 1000), names[line->level], line->text);
	/* A log that cannot be written is no reason to stop. */
	if (write(ring.fd, text, strlen(text)) < 0)
		errno = 0;
	free(text);
}

void log_line(enum log_level level, const char *fmt, ...)
{
	struct line line = { .wall = clock_wall(), .level = level };
	struct line *slot;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&line.text, fmt, ap) < 0)
		line.text = mem_strdup(fmt);
	va_end(ap);
	pthread_mutex_lock(&ring.lock);
	slot = &ring.lines[ring.next++ % LOG_LINES];
	free(slot->text);
	*slot = line;
	if (ring.fd >= 0)
		write_line(&line);
	pthread_mutex_unlock(&ring.lock);
}

void log_range(uint64_t *ret_first, uint64_t *ret_end)
{
	pthread_mutex_lock(&ring.lock);
	*ret_end = ring.next;
	*ret_first = ring.next > LOG_LINES ? ring.next - LOG_LINES : 0;
	pthread_mutex_unlock(&ring.lock);
}

char *log_read(uint64_t number, enum log_level *ret_level, int64_t *ret_wall)
{
	char *text = NULL;

	pthread_mutex_lock(&ring.lock);
	if (number < ring.next && ring.next - number <= LOG_LINES) {
		const struct line *line = &ring.lines[number % LOG_LINES];

		text = mem_strdup(line->text);
		*ret_level = line->level;
		*ret_wall = line->wall;
	}
	pthread_mutex_unlock(&ring.lock);
	return text;
}
