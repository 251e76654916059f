#include "base/worker.h"

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/wake.h"

struct queue {
	struct job *head;
	struct job **tail;
};

struct worker {
	pthread_t thread;
	pthread_mutex_t lock;
	struct queue queues[WORKER_LEVELS]; /* under lock */
	bool ending;			    /* under lock */
	struct wake wake;
};

static struct job *take(struct worker *w)
{
	struct job *job = NULL;

	pthread_mutex_lock(&w->lock);
	for (int level = 0; level < WORKER_LEVELS && !job && !w->ending; level++) {
		struct queue *q = &w->queues[level];

		job = q->head;
		if (!job)
			continue;
		q->head = job->next;
		if (!q->head)
			q->tail = &q->head;
	}
	pthread_mutex_unlock(&w->lock);
	return job;
}

static bool is_ending(struct worker *w)
{
	bool ending;

	pthread_mutex_lock(&w->lock);
	ending = w->ending;
	pthread_mutex_unlock(&w->lock);
	return ending;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct pollfd pfd = { .fd = w->wake.fd, .events = POLLIN };

	while (!is_ending(w)) {
		struct job *job = take(w);

		if (job) {
			job->run(job);
			continue;
		}
		if (poll(&pfd, 1, 0) == 0) {
			wake_idle(&w->wake);
			poll(&pfd, 1, -1);
		}
		wake_busy(&w->wake);
		wake_clear(&w->wake);
	}
	return NULL;
}

struct worker *worker_new(void)
{
	struct worker *w = mem_zalloc(sizeof(*w));

	pthread_mutex_init(&w->lock, NULL);
	for (int level = 0; level < WORKER_LEVELS; level++)
		w->queues[level].tail = &w->queues[level].head;
	wake_init(&w->wake);
	if (pthread_create(&w->thread, NULL, work, w) != 0)
		abort();
	return w;
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->ending = true;
	pthread_mutex_unlock(&w->lock);
	wake_ring(&w->wake);
	pthread_join(w->thread, NULL);
	for (int level = 0; level < WORKER_LEVELS; level++) {
		struct job *job = w->queues[level].head;

		while (job) {
			struct job *next = job->next;

			job->drop(job);
			job = next;
		}
	}
	wake_release(&w->wake);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

void worker_post(struct worker *w, enum worker_level level, struct job *job)
{
	struct queue *q = &w->queues[level];

	job->next = NULL;
	pthread_mutex_lock(&w->lock);
	*q->tail = job;
	q->tail = &job->next;
	pthread_mutex_unlock(&w->lock);
	wake_ring(&w->wake);
}
