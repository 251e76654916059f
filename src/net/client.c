/*
 * The event loop of the watch thread: epoll over curl's sockets, the inbox and
 * plugins; timers; the queue of requests that may not go yet. See client.h.
 */
#include "net/internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/mem.h"

/* With the tests' clock, real time: curl will go on by itself so soon that it
 * is not idle; so long an answer is waited for before we call ourselves idle. */
#define CURL_SOON (50 * CLOCK_MS)
#define ANSWER_MS 20

/* ---- curl's timers ---- */

static int64_t real_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * CLOCK_S + ts.tv_nsec;
}

static int on_curl_timer(CURLM *multi, long ms, void *lane_arg)
{
	struct lane *lane = lane_arg;

	(void)multi;
	lane->due = ms < 0 ? INT64_MAX : real_now() + ms * CLOCK_MS;
	return 0;
}

static void lane_init(struct client *c, struct lane *lane)
{
	lane->client = c;
	lane->due = INT64_MAX;
	lane->multi = curl_multi_init();
	if (!lane->multi)
		abort();
	curl_multi_setopt(lane->multi, CURLMOPT_SOCKETFUNCTION, sockets_watch);
	curl_multi_setopt(lane->multi, CURLMOPT_SOCKETDATA, lane);
	curl_multi_setopt(lane->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
	curl_multi_setopt(lane->multi, CURLMOPT_TIMERDATA, lane);
	curl_multi_setopt(lane->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
}

static int64_t curl_due(const struct client *c)
{
	return c->lanes[0].due < c->lanes[1].due ? c->lanes[0].due : c->lanes[1].due;
}

static void run_curl_timers(struct client *c)
{
	size_t i;

	for (i = 0; i < 2; i++) {
		if (c->lanes[i].due == INT64_MAX || c->lanes[i].due > real_now())
			continue;
		c->lanes[i].due = INT64_MAX;
		c->happened = true;
		tls_act(&c->lanes[i], CURL_SOCKET_TIMEOUT, 0);
	}
}

static void run_unread(struct client *c)
{
	size_t i;

	if (!c->lanes[0].unread && !c->lanes[1].unread)
		return;
	for (i = 0; i < 2; i++) {
		if (!c->lanes[i].unread)
			continue;
		c->happened = true;
		tls_drain(&c->lanes[i]);
	}
	sockets_was_read(c);
}

static void take_results(struct client *c)
{
	struct request *r;
	CURLMsg *msg;
	int left;
	size_t i;

	for (i = 0; i < 2; i++) {
		while ((msg = curl_multi_info_read(c->lanes[i].multi, &left))) {
			r = NULL;
			curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&r);
			if (msg->msg == CURLMSG_DONE && r)
				request_finish(r, msg->data.result);
		}
	}
}

/* ---- curl's handles ---- */

CURL *client_easy(struct client *c)
{
	CURL *easy = c->n_pool > 0 ? c->pool[--c->n_pool] : curl_easy_init();

	if (!easy)
		abort();
	return easy;
}

void client_easy_done(struct client *c, CURL *easy)
{
	if (c->n_pool == POOL_MAX) {
		curl_easy_cleanup(easy);
		return;
	}
	curl_easy_reset(easy);
	c->pool[c->n_pool++] = easy;
}

/* ---- the queue ---- */

static bool may_go(const struct client *c, const struct request *r, bool ready)
{
	static const size_t most[SLOT_KINDS] = { [SLOT_NONE] = SIZE_MAX,
		[SLOT_LIST] = CLIENT_LIST_SLOTS,
		[SLOT_START] = CLIENT_WATCH_STARTS };

	if (r->probe)
		return true;
	if (!ready || !gate_is_open(c))
		return false;
	return r->has_slot || c->slots_used[r->wants] < most[r->wants];
}

static void start_queued(struct client *c)
{
	struct request *r, *next;
	bool ready;

	if (!c->queue_dirty)
		return;
	c->queue_dirty = false;
	if (!c->queue.first)
		return;
	trust_look(c);
	/* Without anybody to send for, no plugin is run. */
	ready = gate_is_open(c) && auth_ready(c);
	for (r = c->queue.first; r; r = next) {
		next = r->next;
		if (may_go(c, r, ready))
			request_start(r);
	}
	c->happened = true;
}

/* done() may send again: what it sends is not failed with the rest. */
void client_fail_queue(struct client *c, const struct error *err)
{
	struct request *r, *next, *last = c->queue.last;
	bool end = false;

	for (r = c->queue.first; r && !end; r = next) {
		next = r->next;
		end = r == last;
		if (!r->probe && r->state == REQUEST_QUEUED)
			request_fail(r, err);
	}
}

/* ---- turns ---- */

static void on_wake(struct loop_fd *fd, uint32_t events)
{
	struct client *c = (struct client *)((char *)fd - offsetof(struct client, wake_fd));

	(void)events;
	wake_clear(&c->wake);
	if (atomic_exchange(&c->lent, false))
		plugin_lent(c);
	if (atomic_exchange(&c->woken, false) && c->hooks.wake)
		c->hooks.wake(c->arg);
}

static void resume_paused(struct client *c)
{
	struct request *r;

	if (!c->resumes)
		return;
	c->resumes = false;
	c->happened = true;
	for (r = c->running.first; r;) {
		if (!r->resume) {
			r = r->next;
			continue;
		}
		request_unpause(r);
		r = c->running.first; /* a callback may have ended any of them */
	}
}

static void turn(struct client *c)
{
	c->happened = loop_dispatch(&c->loop) > 0;
	run_unread(c);
	run_curl_timers(c);
	if (loop_fire(&c->loop) > 0)
		c->happened = true;
	take_results(c);
	resume_paused(c);
	start_queued(c);
	client_reap(c);
	if (c->happened && c->hooks.turn)
		c->hooks.turn(c->arg);
}

static int wait_ms(const struct client *c)
{
	int64_t due = curl_due(c), left;
	int ours = clock_timeout(loop_next(&c->loop)), curl = -1;

	if (c->queue_dirty || c->resumes || c->ended.first || c->lanes[0].unread ||
		c->lanes[1].unread)
		return 0;
	if (due != INT64_MAX) {
		left = due - real_now();
		curl = left <= 0 ? 0 : (int)((left + CLOCK_MS - 1) / CLOCK_MS);
	}
	if (ours < 0 || (curl >= 0 && curl < ours))
		return curl;
	return ours;
}

/* Whether the server is likely to say something soon: a list in the middle, a
 * watch that has not been granted yet. */
static bool awaits_answer(const struct client *c)
{
	const struct request *r;

	for (r = c->running.first; r; r = r->next) {
		if ((r->lane == REQUEST_SHORT || !r->head_seen) && !r->held)
			return true;
	}
	return false;
}

/* The tests' clock wants to know when there is nothing to do. */
static void wait_for_tests(struct client *c, int ms)
{
	int64_t due = curl_due(c);

	if (loop_poll(&c->loop, 0) > 0)
		return;
	if (c->auth.exec || (due != INT64_MAX && due - real_now() < CURL_SOON)) {
		loop_poll(&c->loop, ms);
		return;
	}
	if (awaits_answer(c) && loop_poll(&c->loop, ANSWER_MS) > 0)
		return;
	wake_idle(&c->wake);
	loop_poll(&c->loop, ms);
	wake_busy(&c->wake);
}

static void wait_for_something(struct client *c)
{
	int ms = wait_ms(c);

	if (ms != 0 && clock_is_test())
		wait_for_tests(c, ms);
	else
		loop_poll(&c->loop, ms);
}

void client_run(struct client *c)
{
	turn(c);
	while (!atomic_load(&c->stop)) {
		wait_for_something(c);
		if (atomic_load(&c->stop))
			break;
		turn(c);
	}
}

void client_stop(struct client *c)
{
	atomic_store(&c->stop, true);
	wake_ring(&c->wake);
}

void client_wake(struct client *c)
{
	atomic_store(&c->woken, true);
	wake_ring(&c->wake);
}

void client_lend_terminal(struct client *c)
{
	atomic_store(&c->lent, true);
	wake_ring(&c->wake);
}

void client_retry(struct client *c)
{
	auth_retry(c);
	gate_retry(c);
}

void client_timer_set(struct client *c, struct client_timer *timer, int64_t at)
{
	loop_timer_set(&c->loop, timer, at);
}

void client_timer_cancel(struct client *c, struct client_timer *timer)
{
	loop_timer_cancel(&c->loop, timer);
}

const char *client_server(const struct client *c)
{
	return c->shown;
}

/* ---- life ---- */

/* One connection for 80 watches needs few descriptors, HTTP/1.1 one each. */
static void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

struct client *client_new(const struct rest_config *config, const struct client_hooks *hooks,
	void *arg, struct error *err)
{
	struct client *c = mem_zalloc(sizeof(*c));

	setup_global();
	raise_descriptors();
	c->config = config;
	c->hooks = *hooks;
	c->arg = arg;
	if (loop_init(&c->loop, err) < 0) {
		free(c);
		return NULL;
	}
	wake_init(&c->wake);
	c->wake_fd = (struct loop_fd){ .fd = c->wake.fd, .ready = on_wake };
	loop_watch(&c->loop, &c->wake_fd, EPOLLIN);
	wake_also(&c->wake, c->loop.epfd);
	setup_server(c);
	sockets_init(c);
	tls_init(c);
	lane_init(c, &c->lanes[REQUEST_WATCH]);
	lane_init(c, &c->lanes[REQUEST_SHORT]);
	conns_init(c);
	gate_init(c);
	silence_init(c);
	trust_init(c);
	if (auth_init(c, err) == 0)
		return c;
	client_free(c);
	return NULL;
}

static void free_requests(struct client *c)
{
	while (c->running.first)
		request_cancel(c->running.first);
	while (c->queue.first)
		request_cancel(c->queue.first);
	client_reap(c);
}

void client_free(struct client *c)
{
	if (!c)
		return;
	free_requests(c);
	while (c->n_pool > 0)
		curl_easy_cleanup(c->pool[--c->n_pool]);
	curl_multi_cleanup(c->lanes[REQUEST_WATCH].multi);
	curl_multi_cleanup(c->lanes[REQUEST_SHORT].multi);
	auth_release(c);
	trust_unref(c->trust);
	sockets_release(c);
	tls_release(c);
	conns_release(c);
	gate_release(c);
	wake_release(&c->wake);
	loop_release(&c->loop);
	curl_slist_free_all(c->connect_to);
	free(c->host_header);
	free(c->authority);
	free(c->base_url);
	free(c->shown);
	free(c);
}

void client_costs(
	struct client *c, uint64_t *ret_requests, uint64_t *ret_bytes, size_t *ret_connections)
{
	*ret_requests = c->sent;
	*ret_bytes = c->received;
	*ret_connections = c->conns.n_opened;
}
