/*
 * worker - the one queue of work off the main threads.
 *
 * One thread runs jobs in order; whatever a key waits for goes first. A job is
 * embedded in what it works on, which must live until run() or drop() has been
 * called; exactly one of them is.
 */
#ifndef BASE_WORKER_H
#define BASE_WORKER_H

struct worker;

enum worker_level {
	WORKER_URGENT, /* somebody looks at the screen and waits */
	WORKER_BACKGROUND,
	WORKER_LEVELS,
};

struct job {
	struct job *next;
	void (*run)(struct job *job);  /* worker thread */
	void (*drop)(struct job *job); /* the worker ended before its turn */
};

struct worker *worker_new(void);
void worker_free(struct worker *w); /* joins; drops what has not begun */
void worker_post(struct worker *w, enum worker_level level, struct job *job); /* any thread */

#endif
