/*
 * client_fixture - a client on a thread of its own, driven from the test's.
 *
 * The tests' clock stands still (tests/server/advance.h). Nothing sleeps: a
 * test waits for a condition, at most SERVER_PATIENCE real seconds.
 */
#ifndef TESTS_CLIENT_FIXTURE_H
#define TESTS_CLIENT_FIXTURE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "net/client.h"
#include "net/rest.h"

struct fixture;

/* One request and what came of it; everything under the fixture's lock. */
struct call {
	struct fixture *f;
	struct request *r;
	struct request_spec spec;
	int heads;
	int status;
	int64_t retry_after;
	char content_type[64];
	struct buf body;
	bool done;
	struct error err;
	/* What to do from within its callbacks, on the client's thread. */
	void (*on_head)(struct call *call);
	int (*on_data)(struct call *call);
	void (*on_done)(struct call *call);
	struct call *other; /* for these */
};

struct fixture {
	struct client *client;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	void (*job)(void *arg);
	void *job_arg;
	enum client_link link;
	struct error why;
	size_t link_changes;
};

void fixture_init(struct fixture *f, const struct rest_config *config);
void fixture_release(struct fixture *f);

/* Runs job on the client's thread and waits for its end. */
void fixture_do(struct fixture *f, void (*job)(void *arg), void *arg);

void call_init(struct call *call, struct fixture *f, const char *path);
void call_send(struct call *call);
/* Sends from within a callback. */
void call_send_here(struct call *call);
void call_release(struct call *call);

void call_wait_done(struct call *call);
void call_wait_head(struct call *call);
void call_wait_body(struct call *call, const char *text); /* until it is this text */
void fixture_wait_link(struct fixture *f, enum client_link link);

/* One GET from beginning to end; returns the status. */
int fixture_get(struct fixture *f, const char *path);

#endif
