/*
 * See client_fixture.h.
 */
#include "client_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "server.h"

static void on_wake(void *arg)
{
	struct fixture *f = arg;
	void (*job)(void *arg);

	pthread_mutex_lock(&f->lock);
	job = f->job;
	pthread_mutex_unlock(&f->lock);
	if (!job)
		return;
	job(f->job_arg);
	pthread_mutex_lock(&f->lock);
	f->job = NULL;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
}

static void on_link(void *arg, enum client_link link, const struct error *why, int64_t probe_at)
{
	struct fixture *f = arg;

	(void)probe_at;
	pthread_mutex_lock(&f->lock);
	f->link = link;
	f->link_changes++;
	error_release(&f->why);
	error_set(&f->why, why->code, "%s", why->text);
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
}

static void *run(void *arg)
{
	struct fixture *f = arg;

	client_run(f->client);
	return NULL;
}

void fixture_init(struct fixture *f, const struct rest_config *config)
{
	static const struct client_hooks hooks = { .wake = on_wake, .link = on_link };
	struct error err = ERROR_INIT;

	*f = (struct fixture){ .link = CLIENT_CONNECTING };
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->changed, NULL);
	f->client = client_new(config, &hooks, f, &err);
	if (!f->client)
		fail_msg("%s", err.text);
	assert_int_equal(pthread_create(&f->thread, NULL, run, f), 0);
}

void fixture_release(struct fixture *f)
{
	client_stop(f->client);
	pthread_join(f->thread, NULL);
	client_free(f->client);
	error_release(&f->why);
	pthread_cond_destroy(&f->changed);
	pthread_mutex_destroy(&f->lock);
}

/* Called with the lock held. */
static void wait_a_bit(struct fixture *f, const struct timespec *end, const char *what)
{
	if (pthread_cond_timedwait(&f->changed, &f->lock, end) != 0) {
		pthread_mutex_unlock(&f->lock);
		fail_msg("waited in vain for %s", what);
	}
}

static struct timespec patience(void)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += SERVER_PATIENCE;
	return end;
}

void fixture_do(struct fixture *f, void (*job)(void *arg), void *arg)
{
	struct timespec end = patience();

	pthread_mutex_lock(&f->lock);
	f->job = job;
	f->job_arg = arg;
	client_wake(f->client);
	while (f->job)
		wait_a_bit(f, &end, "the client's thread");
	pthread_mutex_unlock(&f->lock);
}

/* ---- calls ---- */

static void on_head(struct request *r, void *arg, const struct request_head *head)
{
	struct call *call = arg;
	size_t n = head->content_type.len;

	(void)r;
	pthread_mutex_lock(&call->f->lock);
	call->heads++;
	call->status = head->status;
	call->retry_after = head->retry_after;
	if (n < sizeof(call->content_type))
		memcpy(call->content_type, head->content_type.p, n);
	pthread_cond_broadcast(&call->f->changed);
	pthread_mutex_unlock(&call->f->lock);
	if (call->on_head)
		call->on_head(call);
}

static int on_data(struct request *r, void *arg, const char *p, size_t n)
{
	struct call *call = arg;

	(void)r;
	pthread_mutex_lock(&call->f->lock);
	buf_add(&call->body, p, n);
	pthread_cond_broadcast(&call->f->changed);
	pthread_mutex_unlock(&call->f->lock);
	return call->on_data ? call->on_data(call) : 0;
}

static void on_done(struct request *r, void *arg, const struct error *err)
{
	struct call *call = arg;

	(void)r;
	if (call->on_done)
		call->on_done(call);
	pthread_mutex_lock(&call->f->lock);
	call->done = true;
	call->r = NULL;
	if (err->code != ERROR_NONE)
		error_set(&call->err, err->code, "%s", err->text);
	pthread_cond_broadcast(&call->f->changed);
	pthread_mutex_unlock(&call->f->lock);
}

void call_init(struct call *call, struct fixture *f, const char *path)
{
	*call = (struct call){
		.f = f,
		.spec = { .lane = REQUEST_SHORT, .path = path },
		.body = BUF_INIT((size_t)64 << 20),
	};
}

void call_send_here(struct call *call)
{
	static const struct request_ops ops = {
		.head = on_head,
		.data = on_data,
		.done = on_done,
	};

	call->r = client_send(call->f->client, &call->spec, &ops, call);
}

static void send_job(void *arg)
{
	call_send_here(arg);
}

void call_send(struct call *call)
{
	fixture_do(call->f, send_job, call);
}

static void cancel_job(void *arg)
{
	struct call *call = arg;

	request_cancel(call->r);
	call->r = NULL;
}

void call_release(struct call *call)
{
	fixture_do(call->f, cancel_job, call);
	buf_release(&call->body);
	error_release(&call->err);
}

void call_wait_done(struct call *call)
{
	struct timespec end = patience();

	pthread_mutex_lock(&call->f->lock);
	while (!call->done)
		wait_a_bit(call->f, &end, call->spec.path);
	pthread_mutex_unlock(&call->f->lock);
}

void call_wait_head(struct call *call)
{
	struct timespec end = patience();

	pthread_mutex_lock(&call->f->lock);
	while (call->heads == 0)
		wait_a_bit(call->f, &end, call->spec.path);
	pthread_mutex_unlock(&call->f->lock);
}

void call_wait_body(struct call *call, const char *text)
{
	struct timespec end = patience();

	pthread_mutex_lock(&call->f->lock);
	while (strcmp(buf_text(&call->body), text) != 0)
		wait_a_bit(call->f, &end, text);
	pthread_mutex_unlock(&call->f->lock);
}

void fixture_wait_link(struct fixture *f, enum client_link link)
{
	struct timespec end = patience();

	pthread_mutex_lock(&f->lock);
	while (f->link != link)
		wait_a_bit(f, &end, "the link");
	pthread_mutex_unlock(&f->lock);
}

int fixture_get(struct fixture *f, const char *path)
{
	struct call call;
	int status;

	call_init(&call, f, path);
	call_send(&call);
	call_wait_done(&call);
	if (call.err.text)
		fail_msg("%s: %s", path, call.err.text);
	status = call.status;
	call_release(&call);
	return status;
}
