#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/wake.h"
#include "base/worker.h"

struct counted {
	struct job job;
	atomic_int *runs;
	struct wake *wake;
	char mark;
	char **trace;
};

static void run_counted(struct job *job)
{
	struct counted *c = (struct counted *)(void *)job;

	*(*c->trace)++ = c->mark;
	atomic_fetch_add(c->runs, 1);
	if (c->wake)
		wake_ring(c->wake);
}

static void drop_counted(struct job *job)
{
	atomic_fetch_add(((struct counted *)(void *)job)->runs, 100);
}

static void wait_for(struct wake *wake, atomic_int *value, int wanted)
{
	struct pollfd pfd = { .fd = wake->fd, .events = POLLIN };

	while (atomic_load(value) < wanted) {
		poll(&pfd, 1, 1000);
		wake_clear(wake);
	}
}

static void test_worker_runs_urgent_jobs_first(void **state)
{
	struct worker *worker = worker_new();
	char trace[8] = "", *at = trace;
	atomic_int runs = 0;
	struct wake wake;
	struct counted jobs[3];

	(void)state;
	wake_init(&wake);
	for (int i = 0; i < 3; i++)
		jobs[i] = (struct counted){ { NULL, run_counted, drop_counted }, &runs, &wake,
			"abc"[i], &at };
	worker_post(worker, WORKER_BACKGROUND, &jobs[0].job);
	wait_for(&wake, &runs, 1);
	worker_post(worker, WORKER_BACKGROUND, &jobs[1].job);
	worker_post(worker, WORKER_URGENT, &jobs[2].job);
	wait_for(&wake, &runs, 3);
	assert_int_equal(strlen(trace), 3);
	assert_int_equal(trace[0], 'a');
	worker_free(worker);
	wake_release(&wake);
}

static void test_worker_runs_or_drops(void **state)
{
	char trace[128], *at = trace;
	atomic_int runs = 0;
	struct wake wake;
	struct counted jobs[64];
	struct worker *worker = worker_new();
	int total;

	(void)state;
	wake_init(&wake);
	for (int i = 0; i < 64; i++) {
		jobs[i] = (struct counted){ { NULL, run_counted, drop_counted }, &runs, &wake, 'x',
			&at };
		worker_post(worker, WORKER_BACKGROUND, &jobs[i].job);
	}
	worker_free(worker);
	total = atomic_load(&runs);
	assert_int_equal(total % 100 + total / 100, 64); /* each exactly once */
	wake_release(&wake);
}

static void test_wake_is_coalesced(void **state)
{
	struct wake wake;
	struct pollfd pfd;

	(void)state;
	wake_init(&wake);
	pfd = (struct pollfd){ .fd = wake.fd, .events = POLLIN };
	assert_int_equal(poll(&pfd, 1, 0), 0);
	wake_ring(&wake);
	wake_ring(&wake);
	assert_int_equal(poll(&pfd, 1, 0), 1);
	wake_clear(&wake);
	assert_int_equal(poll(&pfd, 1, 0), 0);
	wake_ring(&wake);
	assert_int_equal(poll(&pfd, 1, 0), 1);
	wake_release(&wake);
}

static void test_timeouts(void **state)
{
	(void)state;
	assert_int_equal(clock_timeout(INT64_MAX), -1);
	assert_int_equal(clock_timeout(0), 0);
	assert_in_range(clock_timeout(clock_now() + 1500 * CLOCK_MS), 1400, 1500);
}

static void command(int fd, const char *line)
{
	char answer[16];
	size_t n = 0;

	assert_int_equal(write(fd, line, strlen(line)), strlen(line));
	while (n < 8)
		n += (size_t)read(fd, answer + n, 8 - n);
	assert_memory_equal(answer, "settled\n", 8);
}

/* Two threads that play with a ball over a socket, each of them idle in between. */
struct player {
	pthread_t thread;
	struct wake wake;
	int fd;
	atomic_int *hits;
	atomic_bool stop;
};

#define HITS 500

static void play(struct player *p)
{
	char ball;

	if (recv(p->fd, &ball, 1, MSG_DONTWAIT) == 1 && atomic_fetch_add(p->hits, 1) < HITS)
		assert_int_equal(write(p->fd, &ball, 1), 1);
}

static void *play_on(void *arg)
{
	struct player *p = arg;

	while (!atomic_load(&p->stop)) {
		struct pollfd fds[] = { { .fd = p->wake.fd, .events = POLLIN },
			{ .fd = p->fd, .events = POLLIN } };

		if (poll(fds, 2, 0) == 0) {
			wake_idle(&p->wake);
			poll(fds, 2, -1);
			wake_busy(&p->wake);
		}
		if (fds[0].revents)
			wake_clear(&p->wake);
		play(p);
	}
	return NULL;
}

static void play_to_the_end(int harness)
{
	struct player players[2];
	atomic_int hits = 0;
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	for (int i = 0; i < 2; i++) {
		players[i] = (struct player){ .fd = fds[i], .hits = &hits };
		wake_init(&players[i].wake);
		wake_also(&players[i].wake, fds[i]);
		pthread_create(&players[i].thread, NULL, play_on, &players[i]);
	}
	command(harness, "advance 0\n");
	assert_int_equal(write(fds[0], "o", 1), 1);
	command(harness, "advance 0\n");
	assert_int_equal(atomic_load(&hits), HITS + 1);
	for (int i = 0; i < 2; i++) {
		atomic_store(&players[i].stop, true);
		wake_ring(&players[i].wake);
		pthread_join(players[i].thread, NULL);
		wake_release(&players[i].wake);
		close(fds[i]);
	}
}

/* A thread that does something each second of the tests' clock. */
static void test_clock_settles(void **state)
{
	char dir[] = "/tmp/crwatch-clock-XXXXXX";
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct error err = ERROR_INIT;
	struct worker *worker;
	atomic_int runs = 0;
	char trace[8], *at = trace;
	struct counted job;
	int64_t now;
	int listener, fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/clock", dir);
	setenv("CRWATCH_CLOCK", addr.sun_path, 1);
	assert_int_equal(clock_init(&err), -1);
	error_release(&err);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(clock_init(&err), 0);
	fd = accept(listener, NULL, NULL);
	assert_true(clock_is_test());
	worker = worker_new();
	/* Settled: what was posted has been done. */
	job = (struct counted){ { NULL, run_counted, drop_counted }, &runs, NULL, 'x', &at };
	worker_post(worker, WORKER_URGENT, &job.job);
	command(fd, "advance 0\n");
	assert_int_equal(atomic_load(&runs), 1);
	now = clock_now();
	assert_int_equal(clock_now(), now);
	command(fd, "wall 1000000000\n");
	assert_int_equal(clock_wall(), 1000000000);
	assert_int_equal(clock_now(), now);
	command(fd, "advance 5\n");
	assert_int_equal(clock_now(), now + 5);
	assert_int_equal(clock_timeout(now + 6), -1);
	assert_int_equal(clock_timeout(now + 5), 0);
	worker_free(worker);
	play_to_the_end(fd);
	clock_release();
	unsetenv("CRWATCH_CLOCK");
	close(fd);
	close(listener);
	unlink(addr.sun_path);
	rmdir(dir);
}

static void test_log_keeps_the_last_lines(void **state)
{
	enum log_level level;
	uint64_t first, end;
	int64_t wall;
	char *text;

	(void)state;
	for (int i = 0; i < LOG_LINES + 10; i++)
		log_line(LOG_WARNING, "line %d", i);
	log_range(&first, &end);
	assert_int_equal(end - first, LOG_LINES);
	text = log_read(first, &level, &wall);
	assert_string_equal(text, "line 10");
	assert_int_equal(level, LOG_WARNING);
	free(text);
	assert_null(log_read(first - 1, &level, &wall));
	assert_null(log_read(end, &level, &wall));
	log_release();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_worker_runs_urgent_jobs_first),
		cmocka_unit_test(test_worker_runs_or_drops),
		cmocka_unit_test(test_wake_is_coalesced),
		cmocka_unit_test(test_timeouts),
		cmocka_unit_test(test_clock_settles),
		cmocka_unit_test(test_log_keeps_the_last_lines),
	};

	return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
