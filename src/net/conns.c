/*
 * Connections: how many the watches may share, and the options of a socket.
 *
 * libcurl opens a connection for each transfer that finds no free stream, so
 * the watch multi is told a limit: one connection for each 80 watches, one more
 * whenever a watch has waited 2 s, none when the server only speaks HTTP/1.1.
 */
#include "net/internal.h"

#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/log.h"

#define STREAMS		80 /* per connection; servers allow 100 and more */
#define WAIT_MAX	(2 * CLOCK_S)
#define STUCK_MAX	(10 * CLOCK_S)
#define MOVES_MAX	3
#define KEEP_IDLE	30 /* seconds */
#define KEEP_EACH	15
#define KEEP_TRY	3
#define USER_TIMEOUT_MS 45000

#define OF(ptr)		((struct client *)((char *)(ptr)-offsetof(struct client, conns.timer)))

static bool is_waiting(const struct request *r)
{
	return r->lane == REQUEST_WATCH && !r->opened && !r->connected;
}

/* Sent over a connection before its settings came, which allow fewer streams:
 * nghttp2 keeps such a request back and libcurl does not know. Each is moved a
 * few times only, since a server may also be slow to answer. */
static bool is_stuck(const struct request *r, int64_t now)
{
	return r->lane == REQUEST_WATCH && !r->check && r->connected && !r->head_seen &&
	       r->moves < MOVES_MAX && r->started + (STUCK_MAX << r->moves) <= now;
}

static void apply_limit(struct client *c, size_t watches)
{
	long limit = 0;

	if (!c->conns.http1)
		limit = (watches ? (long)((watches + STREAMS - 1) / STREAMS) : 1) + c->conns.extra;
	if (limit == c->conns.limit)
		return;
	c->conns.limit = limit;
	curl_multi_setopt(c->lanes[REQUEST_WATCH].multi, CURLMOPT_MAX_HOST_CONNECTIONS, limit);
}

/* On whatever connection there is now, as whoever we are now. libcurl looks again
 * for a connection only when something ends. */
static void start_again(struct client *c, struct request *r)
{
	CURLM *multi = c->lanes[r->lane].multi;

	curl_multi_remove_handle(multi, r->easy);
	tls_again(&c->lanes[r->lane]);
	request_forget_head(r);
	r->opened = r->connected = false;
	r->started = clock_now();
	if (r->auth_generation != c->auth.generation) {
		r->auth_generation = c->auth.generation;
		setup_credentials(r);
	}
	curl_multi_add_handle(multi, r->easy);
}

static void start_waiting_again(struct client *c)
{
	int64_t now = clock_now();
	struct request *r;

	for (r = c->running.first; r; r = r->next) {
		if (!is_waiting(r) && !is_stuck(r, now))
			continue;
		if (r->connected)
			r->moves++;
		start_again(c, r);
	}
}

static void raise_limit(struct client_timer *timer)
{
	struct client *c = OF(timer);
	int64_t now = clock_now();
	bool unanswered = false, overdue = false, connected = false;
	struct request *r;

	for (r = c->running.first; r; r = r->next) {
		if (r->lane != REQUEST_WATCH)
			continue;
		connected = connected || r->connected;
		unanswered = unanswered || !r->head_seen;
		overdue = overdue || (is_waiting(r) && r->started + WAIT_MAX <= now) ||
			  is_stuck(r, now);
	}
	if (unanswered)
		loop_timer_set(&c->loop, timer, now + WAIT_MAX);
	/* Before the first connection stands, more of them would not help. */
	if (!overdue || !connected)
		return;
	c->conns.extra++;
	log_line(LOG_INFO, "watches wait for a connection: one more");
	apply_limit(c, c->lanes[REQUEST_WATCH].running);
	start_waiting_again(c);
}

void conns_before_start(struct client *c, struct request *r)
{
	if (r->lane != REQUEST_WATCH)
		return;
	apply_limit(c, c->lanes[REQUEST_WATCH].running + 1);
	if (!c->conns.http1 && !c->conns.timer.heap_slot)
		loop_timer_set(&c->loop, &c->conns.timer, clock_now() + WAIT_MAX);
}

static void unlimit(struct client_timer *timer)
{
	struct client *c = OF(timer);

	timer->fire = raise_limit;
	apply_limit(c, 0);
	start_waiting_again(c);
}

/* Called from within curl, where handles cannot be moved: a timer does it. */
void conns_answered(struct client *c, struct request *r)
{
	long version = 0;

	if (c->conns.http1)
		return;
	curl_easy_getinfo(r->easy, CURLINFO_HTTP_VERSION, &version);
	if (version != CURL_HTTP_VERSION_1_0 && version != CURL_HTTP_VERSION_1_1)
		return;
	c->conns.http1 = true;
	c->conns.timer.fire = unlimit;
	loop_timer_set(&c->loop, &c->conns.timer, clock_now());
}

/* ---- sockets ---- */

static ino_t inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

/* libcurl closes without a word a socket that is not connected yet. */
void conns_prune(struct client *c)
{
	struct conns *conns = &c->conns;

	for (size_t i = 0; i < conns->n_opened;) {
		if (inode_of(conns->opened[i].fd) == conns->opened[i].inode)
			i++;
		else
			conns->opened[i] = conns->opened[--conns->n_opened];
	}
}

curl_socket_t conns_open(void *request, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct request *r = request;
	struct conns *conns = &r->client->conns;
	int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);

	(void)purpose;
	if (fd < 0)
		return CURL_SOCKET_BAD;
	r->opened = true;
	conns_prune(r->client);
	conns->opened = array_reserve(
		conns->opened, &conns->cap_opened, conns->n_opened + 1, sizeof(struct opened));
	conns->opened[conns->n_opened++] = (struct opened){ .fd = fd, .inode = inode_of(fd) };
	sockets_opened(r->client, fd);
	return fd;
}

/* libcurl keeps this and its argument with the connection, which may outlive
 * the request that opened it. */
int conns_close(void *client, curl_socket_t fd)
{
	struct conns *conns = &((struct client *)client)->conns;
	size_t i = 0;

	while (i < conns->n_opened && conns->opened[i].fd != fd)
		i++;
	assert(i < conns->n_opened);
	conns->opened[i] = conns->opened[--conns->n_opened];
	return close(fd);
}

static void set_option(int fd, int level, int name, int value)
{
	/* Without them a dead peer is noticed later, that is all. */
	(void)setsockopt(fd, level, name, &value, sizeof(value));
}

/* HTTP/2 pings are not to be had from libcurl's multi: silence.c asks instead. */
int conns_options(void *request, curl_socket_t fd, curlsocktype purpose)
{
	struct request *r = request;

	(void)purpose;
	if (r->client->config->unix_socket)
		return CURL_SOCKOPT_OK;
	set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEP_IDLE);
	set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEP_EACH);
	set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEP_TRY);
	set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS);
	return CURL_SOCKOPT_OK;
}

/* ---- another certificate ---- */

/* Nothing of an answer has come to anybody, and asking twice does no harm. */
static bool may_move(const struct request *r)
{
	return !r->head_seen && !r->swallow && !r->method && !r->body;
}

/* libcurl compares certificates before it shares a connection: what is sent from
 * now on has a new one. It keeps idle ones, though, which the server would keep
 * for as long; so all are shut down below it. */
void conns_renew(struct client *c)
{
	struct request *r;

	log_line(LOG_INFO, "another client certificate: connections are made anew");
	conns_prune(c);
	for (size_t i = 0; i < c->conns.n_opened; i++)
		(void)shutdown(c->conns.opened[i].fd, SHUT_RDWR);
	for (r = c->running.first; r; r = r->next) {
		if (may_move(r))
			start_again(c, r);
		else
			r->renewed = true;
	}
	if (c->hooks.renewed)
		c->hooks.renewed(c->arg);
}

/* ---- life ---- */

void conns_init(struct client *c)
{
	c->conns.timer.fire = raise_limit;
	c->conns.limit = -1;
	c->conns.http1 = !c->https; /* HTTP/2 is agreed on in TLS only */
	curl_multi_setopt(
		c->lanes[REQUEST_WATCH].multi, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)STREAMS);
	curl_multi_setopt(
		c->lanes[REQUEST_SHORT].multi, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)STREAMS);
	apply_limit(c, 0);
}

void conns_release(struct client *c)
{
	loop_timer_cancel(&c->loop, &c->conns.timer);
	free(c->conns.opened);
}
