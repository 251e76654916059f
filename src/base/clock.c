/*
 * The real clocks, or the tests' one. State: one struct clock for the process,
 * behind its mutex; the test clock's readings are atomics. In tests a thread of
 * its own reads the harness's commands.
 */
#include "base/clock.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/wake.h"

/* 2026-01-01T00:00:00Z, until the harness says otherwise. */
#define TEST_WALL (INT64_C(1767225600) * CLOCK_S)

struct clock_party {
	struct clock_party *next;
	struct wake *wake;
	bool busy;
	int also; /* what it polls beside its wake, or -1 */
};

static struct {
	bool test;
	int fd;
	pthread_t thread;
	atomic_int_least64_t now;
	atomic_int_least64_t wall;
	pthread_mutex_t lock;
	pthread_cond_t idle;
	struct clock_party *parties; /* under lock */
	bool ending;		     /* under lock */
} test_clock = { .fd = -1, .lock = PTHREAD_MUTEX_INITIALIZER, .idle = PTHREAD_COND_INITIALIZER };

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * CLOCK_S + ts.tv_nsec;
}

int64_t clock_now(void)
{
	return test_clock.test ? atomic_load(&test_clock.now) : read_clock(CLOCK_BOOTTIME);
}

int64_t clock_wall(void)
{
	return test_clock.test ? atomic_load(&test_clock.wall) : read_clock(CLOCK_REALTIME);
}

bool clock_is_test(void)
{
	return test_clock.test;
}

int clock_timeout(int64_t deadline)
{
	int64_t left;

	if (deadline == INT64_MAX)
		return -1;
	left = deadline - clock_now();
	if (left <= 0)
		return 0;
	if (test_clock.test)
		return -1;
	left = (left + CLOCK_MS - 1) / CLOCK_MS;
	return left > INT_MAX ? INT_MAX : (int)left;
}

struct clock_party *clock_join(struct wake *wake)
{
	struct clock_party *party;

	if (!test_clock.test)
		return NULL;
	party = mem_zalloc(sizeof(*party));
	party->wake = wake;
	party->busy = true;
	party->also = -1;
	pthread_mutex_lock(&test_clock.lock);
	party->next = test_clock.parties;
	test_clock.parties = party;
	pthread_mutex_unlock(&test_clock.lock);
	return party;
}

void clock_leave(struct clock_party *party)
{
	if (!party)
		return;
	pthread_mutex_lock(&test_clock.lock);
	for (struct clock_party **at = &test_clock.parties; *at; at = &(*at)->next) {
		if (*at == party) {
			*at = party->next;
			break;
		}
	}
	pthread_cond_signal(&test_clock.idle);
	pthread_mutex_unlock(&test_clock.lock);
	free(party);
}

void clock_also(struct clock_party *party, int fd)
{
	if (!party)
		return;
	pthread_mutex_lock(&test_clock.lock);
	party->also = fd;
	pthread_mutex_unlock(&test_clock.lock);
}

void clock_busy(struct clock_party *party)
{
	if (!party)
		return;
	pthread_mutex_lock(&test_clock.lock);
	party->busy = true;
	pthread_mutex_unlock(&test_clock.lock);
}

void clock_idle(struct clock_party *party)
{
	if (!party)
		return;
	pthread_mutex_lock(&test_clock.lock);
	/* Rung meanwhile: there is something to do after all. */
	if (!atomic_load(&party->wake->rung)) {
		party->busy = false;
		pthread_cond_signal(&test_clock.idle);
	}
	pthread_mutex_unlock(&test_clock.lock);
}

/* A thread that has been sent something over a socket by another thread of the
 * process looks idle until it has been scheduled: its descriptor tells. */
static bool is_idle(const struct clock_party *p)
{
	struct pollfd pfd = { .fd = p->also, .events = POLLIN };

	return !p->busy && poll(&pfd, 1, 0) == 0;
}

static bool all_idle(void)
{
	for (const struct clock_party *p = test_clock.parties; p; p = p->next) {
		if (!is_idle(p))
			return false;
	}
	return true;
}

/* Lets every thread look at the new time and waits until none has more to do. */
static bool settle(void)
{
	bool ending;

	pthread_mutex_lock(&test_clock.lock);
	for (struct clock_party *p = test_clock.parties; p; p = p->next) {
		const uint64_t one = 1;

		p->busy = true;
		if (!atomic_exchange(&p->wake->rung, true) &&
			write(p->wake->fd, &one, sizeof(one)) < 0)
			perror("crwatch: eventfd");
	}
	while (!all_idle() && !test_clock.ending)
		pthread_cond_wait(&test_clock.idle, &test_clock.lock);
	ending = test_clock.ending;
	pthread_mutex_unlock(&test_clock.lock);
	return !ending;
}

static bool obey(struct str line)
{
	struct str word = str_cut(&line, ' ');
	int64_t value;

	if (str_to_i64(line, &value) < 0)
		return false;
	if (str_is(word, "advance")) {
		atomic_fetch_add(&test_clock.now, value);
		atomic_fetch_add(&test_clock.wall, value);
	} else if (str_is(word, "wall")) {
		atomic_store(&test_clock.wall, value);
	} else {
		return false;
	}
	return settle();
}

static void *serve(void *arg)
{
	char line[64];
	size_t len = 0;

	(void)arg;
	for (;;) {
		ssize_t n = recv(test_clock.fd, line + len, 1, 0);

		if (n <= 0)
			return NULL;
		if (line[len] != '\n') {
			if (++len == sizeof(line))
				return NULL;
			continue;
		}
		if (!obey(str_make(line, len)))
			return NULL;
		len = 0;
		if (send(test_clock.fd, "settled\n", 8, MSG_NOSIGNAL) != 8)
			return NULL;
	}
}

int clock_init(struct error *err)
{
	const char *path = getenv("CRWATCH_CLOCK");
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (!path || !*path)
		return 0;
	if (strlen(path) >= sizeof(addr.sun_path))
		return error_set(err, ERROR_INVALID, "CRWATCH_CLOCK: path too long");
	memcpy(addr.sun_path, path, strlen(path) + 1);
	test_clock.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (test_clock.fd < 0 ||
		connect(test_clock.fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
		error_set(err, ERROR_IO, "CRWATCH_CLOCK %s: %s", path, strerror(errno));
		if (test_clock.fd >= 0)
			close(test_clock.fd);
		test_clock.fd = -1;
		return -1;
	}
	atomic_store(&test_clock.now, CLOCK_S);
	atomic_store(&test_clock.wall, TEST_WALL);
	test_clock.test = true;
	if (pthread_create(&test_clock.thread, NULL, serve, NULL) != 0)
		abort();
	return 0;
}

void clock_release(void)
{
	if (!test_clock.test)
		return;
	pthread_mutex_lock(&test_clock.lock);
	test_clock.ending = true;
	pthread_cond_broadcast(&test_clock.idle);
	pthread_mutex_unlock(&test_clock.lock);
	shutdown(test_clock.fd, SHUT_RDWR);
	pthread_join(test_clock.thread, NULL);
	close(test_clock.fd);
	test_clock.fd = -1;
	test_clock.test = false;
}
