#include "screen/harness.h"

#include <errno.h>
#include <poll.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "screen/internal.h"

#define ROW_MAX 4096

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Waits for output or the clock's answer, at most so long. */
static void pump(struct screen *screen, int timeout)
{
	struct pollfd fds[2] = {
		{ .fd = screen->eof ? -1 : screen->pty, .events = POLLIN },
		{ .fd = screen->clock, .events = POLLIN },
	};

	if (screen->eof && timeout > 20)
		timeout = 20;
	poll(fds, 2, timeout);
	if (!screen->eof && fds[0].revents)
		screen_take_output(screen);
}

/* ---- what the user does ---- */

void screen_send(struct screen *screen, const char *bytes, size_t n)
{
	while (n) {
		struct pollfd fd = { .fd = screen->pty, .events = POLLOUT };
		ssize_t done = write(screen->pty, bytes, n);

		if (done < 0 && errno != EAGAIN && errno != EINTR)
			return;
		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
			continue;
		}
		poll(&fd, 1, 100);
		pump(screen, 0);
	}
}

void screen_type(struct screen *screen, const char *keys)
{
	screen_send(screen, keys, strlen(keys));
}

/* ---- waiting ---- */

bool screen_comes_true(
	struct screen *screen, bool (*holds)(struct screen *screen, void *arg), void *arg)
{
	int64_t deadline = now_ms() + DEADLINE_MS;

	while (!holds(screen, arg)) {
		int64_t left = deadline - now_ms();

		if (left <= 0)
			return false;
		pump(screen, (int)left);
		/* the last words of a program that has ended are read before this */
		if (screen->eof && screen_has_ended(screen))
			return holds(screen, arg);
	}
	return true;
}

void screen_expect_that(struct screen *screen, bool (*holds)(struct screen *screen, void *arg),
	void *arg, const char *what)
{
	if (screen_comes_true(screen, holds, arg))
		return;
	screen_dump(screen, stderr);
	if (screen->eof && screen_has_ended(screen))
		fail_msg("the program ended before: %s", what);
	fail_msg("not in time: %s", what);
}

static bool has_text(struct screen *screen, void *arg)
{
	return screen_contains(screen, arg);
}

static bool lacks_text(struct screen *screen, void *arg)
{
	return !screen_contains(screen, arg);
}

static bool has_match(struct screen *screen, void *arg)
{
	char row[ROW_MAX];

	for (int i = 0; i < screen->rows; i++) {
		screen_row(screen, i, row, sizeof(row));
		if (regexec(arg, row, 0, NULL, 0) == 0)
			return true;
	}
	return false;
}

void screen_expect(struct screen *screen, const char *text)
{
	screen_expect_that(screen, has_text, (void *)text, text);
}

void screen_expect_not(struct screen *screen, const char *text)
{
	screen_expect_that(screen, lacks_text, (void *)text, text);
}

void screen_expect_row(struct screen *screen, const char *regex)
{
	regex_t compiled;

	if (regcomp(&compiled, regex, REG_EXTENDED | REG_NOSUB) != 0)
		fail_msg("no regular expression: %s", regex);
	screen_expect_that(screen, has_match, &compiled, regex);
	regfree(&compiled);
}

bool screen_ends_within(struct screen *screen, int ms)
{
	int64_t deadline = now_ms() + ms;

	while (!screen_has_ended(screen) && now_ms() < deadline)
		pump(screen, 20);
	return screen_has_ended(screen);
}

int screen_wait_exit(struct screen *screen)
{
	int64_t deadline = now_ms() + DEADLINE_MS;

	while (!screen_has_ended(screen)) {
		if (now_ms() > deadline) {
			screen_dump(screen, stderr);
			fail_msg("the program did not end");
		}
		pump(screen, 20);
	}
	while (!screen->eof && screen_take_output(screen))
		continue;
	return WIFEXITED(screen->status) ? WEXITSTATUS(screen->status)
					 : 128 + WTERMSIG(screen->status);
}

void screen_wait_stop(struct screen *screen)
{
	int64_t deadline = now_ms() + DEADLINE_MS;
	struct pollfd fd = { .fd = screen->jobs, .events = POLLIN };
	char byte;

	while (poll(&fd, 1, 0) <= 0 || read(screen->jobs, &byte, 1) != 1) {
		if (now_ms() > deadline) {
			screen_dump(screen, stderr);
			fail_msg("the program does not stop");
		}
		pump(screen, 20);
	}
	while (!screen->eof && screen_take_output(screen))
		continue;
}

/* ---- the clock ---- */

static void command_clock(struct screen *screen, const char *word, int64_t value)
{
	int64_t deadline = now_ms() + DEADLINE_MS;
	char line[64], answer[64] = "";
	size_t n = 0;
	int length = snprintf(line, sizeof(line), "%s %lld\n", word, (long long)value);

	if (send(screen->clock, line, (size_t)length, MSG_NOSIGNAL) != length)
		fail_msg("clock: %s", strerror(errno));
	while (!memchr(answer, '\n', n)) {
		ssize_t got = recv(screen->clock, answer + n, sizeof(answer) - 1 - n, MSG_DONTWAIT);

		if (got > 0) {
			n += (size_t)got;
			continue;
		}
		if (got == 0 || now_ms() > deadline) {
			screen_dump(screen, stderr);
			fail_msg("nothing settles after %s", line);
		}
		pump(screen, 100);
	}
	if (strcmp(answer, "settled\n") != 0)
		fail_msg("clock: %s", answer);
	while (!screen->eof && screen_take_output(screen))
		continue;
}

void screen_advance(struct screen *screen, int64_t ns)
{
	command_clock(screen, "advance", ns);
}

void screen_wall(struct screen *screen, int64_t ns)
{
	command_clock(screen, "wall", ns);
}

void screen_settle(struct screen *screen)
{
	command_clock(screen, "advance", 0);
}
