/*
 * One request: queued, running, ended. Curl's callbacks only mark what is to
 * happen to handles; client.c does it at the end of the turn, because libcurl
 * does not allow it from within. Watch thread only.
 */
#include "net/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/texts.h"

#define SLOT_IDLE	(2 * CLOCK_S)
#define PASSED_MAX	((size_t)256 << 10) /* bytes of an answer that are not its content */

#define OF(ptr, member) ((struct request *)((char *)(ptr)-offsetof(struct request, member)))

/* ---- lists ---- */

void request_list_add(struct request_list *list, struct request *r)
{
	r->prev = list->last;
	r->next = NULL;
	if (list->last)
		list->last->next = r;
	else
		list->first = r;
	list->last = r;
}

void request_list_add_first(struct request_list *list, struct request *r)
{
	r->prev = NULL;
	r->next = list->first;
	if (list->first)
		list->first->prev = r;
	else
		list->last = r;
	list->first = r;
}

void request_list_remove(struct request_list *list, struct request *r)
{
	if (r->prev)
		r->prev->next = r->next;
	else
		list->first = r->next;
	if (r->next)
		r->next->prev = r->prev;
	else
		list->last = r->prev;
	r->prev = r->next = NULL;
}

/* ---- slots and timers ---- */

static void release_slot(struct request *r)
{
	struct client *c = r->client;

	loop_timer_cancel(&c->loop, &r->slot);
	if (!r->has_slot)
		return;
	r->has_slot = false;
	c->slots_used[r->wants]--;
	r->wants = SLOT_NONE; /* a repeat after a 401 waits no second time */
	c->queue_dirty = true;
}

/* Timers look at the time of the last byte instead of being moved by each. */
static void on_slot(struct client_timer *timer)
{
	struct request *r = OF(timer, slot);
	int64_t end = r->last_byte + SLOT_IDLE;

	if (end > clock_now())
		loop_timer_set(&r->client->loop, timer, end);
	else
		release_slot(r);
}

/* --request-timeout is for all but the watches, which are meant to last; a list that
 * streams is one from its end on. 0: none. */
static int64_t asked_timeout(const struct request *r)
{
	const struct rest_config *config = r->client->config;
	bool ends = r->lane == REQUEST_SHORT || (r->is_stream && config->once);

	return ends ? config->request_timeout : 0;
}

/* With kubectl's words for what its flag has ended. */
static const char *total_words(const struct request *r)
{
	int64_t asked = asked_timeout(r);

	if (!asked || clock_now() < r->started + asked)
		return "Unable to connect to the server: the request did not end in time";
	if (!r->head_seen)
		return "Unable to connect to the server: context deadline exceeded";
	return "unexpected error when reading response body. Please retry. Original error: "
	       "net/http: request canceled (Client.Timeout or context cancellation while "
	       "reading body)";
}

static void time_out(struct request *r, const char *what)
{
	struct client *c = r->client;
	struct error err = ERROR_INIT;

	if (r->state == REQUEST_QUEUED && c->gate.why.text)
		error_set(&err, ERROR_CONNECT, "%s", c->gate.why.text);
	else
		error_set(&err, ERROR_TIMEOUT, "%s", what);
	/* An answer that stops in the middle is no statement about the server. */
	if (r->state == REQUEST_RUNNING && !r->head_seen && !r->probe)
		gate_failed(c, &err);
	request_fail(r, &err);
	error_release(&err);
}

static void on_idle(struct client_timer *timer)
{
	struct request *r = OF(timer, idle);
	int64_t now = clock_now();
	int64_t end = (r->held ? now : r->last_byte) + r->idle_timeout;

	if (end > now)
		loop_timer_set(&r->client->loop, timer, end);
	else
		time_out(r, "Unable to connect to the server: nothing was received in time");
}

static void on_total(struct client_timer *timer)
{
	struct request *r = OF(timer, total);

	time_out(r, total_words(r));
}

/* From when it is sent; what the spec says counts from when it was asked for. */
static void set_total(struct request *r, bool asked)
{
	int64_t timeout = asked ? asked_timeout(r) : 0;
	int64_t end = timeout ? r->started + timeout : INT64_MAX;

	if (r->total_end && r->total_end < end)
		end = r->total_end;
	if (end == INT64_MAX)
		loop_timer_cancel(&r->client->loop, &r->total);
	else
		loop_timer_set(&r->client->loop, &r->total, end);
}

void request_release_slot(struct request *r)
{
	release_slot(r);
	if (r->is_stream && r->state == REQUEST_RUNNING)
		set_total(r, false);
}

static void cancel_timers(struct request *r)
{
	loop_timer_cancel(&r->client->loop, &r->idle);
	loop_timer_cancel(&r->client->loop, &r->total);
	loop_timer_cancel(&r->client->loop, &r->slot);
}

/* ---- life ---- */

static enum slot_kind slot_of(const struct request_spec *spec)
{
	if (spec->slot)
		return SLOT_LIST;
	return spec->lane == REQUEST_WATCH ? SLOT_START : SLOT_NONE;
}

struct request *request_new(
	struct client *c, const struct request_spec *spec, const struct request_ops *ops, void *arg)
{
	struct request *r = mem_zalloc(sizeof(*r));

	r->client = c;
	r->ops = ops;
	r->arg = arg;
	r->lane = spec->lane;
	r->once = spec->once;
	r->wants = slot_of(spec);
	r->is_stream = spec->slot && spec->lane == REQUEST_WATCH;
	r->method = mem_strdup_or_null(spec->method);
	r->path = mem_strdup(spec->path);
	r->accept = mem_strdup_or_null(spec->accept);
	r->known_etag = mem_strdup_or_null(spec->etag);
	r->body_type = mem_strdup_or_null(spec->body_type);
	if (spec->body.p) {
		r->body = str_dup(spec->body);
		r->body_len = spec->body.len;
	}
	r->idle_timeout = spec->idle_timeout;
	r->retry_after = -1;
	r->idle.fire = on_idle;
	r->total.fire = on_total;
	r->slot.fire = on_slot;
	r->total_end = spec->total_timeout ? clock_now() + spec->total_timeout : 0;
	set_total(r, false);
	if (spec->first)
		request_list_add_first(&c->queue, r);
	else
		request_list_add(&c->queue, r);
	c->queue_dirty = true;
	return r;
}

struct request *client_send(
	struct client *c, const struct request_spec *spec, const struct request_ops *ops, void *arg)
{
	return request_new(c, spec, ops, arg);
}

void request_forget_head(struct request *r)
{
	free(r->content_type);
	free(r->etag);
	free(r->date);
	texts_free(r->warnings, r->n_warnings);
	r->content_type = r->etag = r->date = NULL;
	r->warnings = NULL;
	r->n_warnings = 0;
	r->retry_after = -1;
	r->status = 0;
}

void request_free(struct request *r)
{
	request_forget_head(r);
	free(r->method);
	free(r->path);
	free(r->accept);
	free(r->known_etag);
	free(r->body_type);
	if (r->body)
		explicit_bzero(r->body, r->body_len);
	free(r->body);
	free(r);
}

/* Out of the multi; only from outside of curl's callbacks. */
static void detach(struct request *r)
{
	struct lane *lane = &r->client->lanes[r->lane];

	if (!r->easy)
		return;
	/* What libcurl (7.88) keeps for one that is paused it does not free: it is written
	 * now, and on_data() wants none of it. */
	if (r->held)
		curl_easy_pause(r->easy, CURLPAUSE_CONT);
	curl_multi_remove_handle(lane->multi, r->easy);
	tls_again(lane);
	if (!r->connected)
		conns_prune(r->client);
	client_easy_done(r->client, r->easy);
	r->easy = NULL;
	trust_unref(r->trust);
	r->trust = NULL;
	curl_slist_free_all(r->headers);
	r->headers = NULL;
	lane->running--;
}

static struct request_list *list_of(struct request *r)
{
	if (r->state == REQUEST_QUEUED)
		return &r->client->queue;
	return r->state == REQUEST_RUNNING ? &r->client->running : &r->client->ended;
}

/* To the list of the ended; the reap detaches and frees it. */
static void end(struct request *r)
{
	release_slot(r);
	cancel_timers(r);
	pace_answered(&r->client->pace, &r->wait);
	request_list_remove(list_of(r), r);
	r->state = REQUEST_ENDED;
	request_list_add(&r->client->ended, r);
}

void request_cancel(struct request *r)
{
	if (r && r->state != REQUEST_ENDED)
		end(r);
}

void client_reap(struct client *c)
{
	struct request *r;

	while ((r = c->ended.first)) {
		request_list_remove(&c->ended, r);
		detach(r);
		request_free(r);
	}
}

void request_fail(struct request *r, const struct error *err)
{
	end(r);
	r->client->happened = true;
	if (r->ops->done)
		r->ops->done(r, r->arg, err);
}

/* ---- the answer ---- */

static int64_t whole_number(struct str s)
{
	int64_t value;

	return str_to_i64(s, &value) == 0 && value >= 0 ? value : -1;
}

static bool header_is(struct str name, const char *want)
{
	return name.len == strlen(want) && !strncasecmp(name.p, want, name.len);
}

static void keep(char **where, struct str value)
{
	free(*where);
	*where = str_dup(value);
}

static void keep_warning(struct request *r, struct str value)
{
	char *text = str_dup(value);

	texts_add(&r->warnings, &r->n_warnings, text);
	free(text);
}

static void read_header(struct request *r, struct str line)
{
	struct str value = line;
	struct str name = str_cut(&value, ':');

	value = str_trim(value);
	if (header_is(name, "content-type"))
		keep(&r->content_type, value);
	else if (header_is(name, "etag"))
		keep(&r->etag, value);
	else if (header_is(name, "date"))
		keep(&r->date, value);
	else if (header_is(name, "retry-after"))
		r->retry_after = whole_number(value);
	else if (header_is(name, "warning"))
		keep_warning(r, value);
}

static void read_status(struct request *r)
{
	long status = 0;

	request_forget_head(r);
	curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status);
	r->status = (int)status;
}

static void tell_head(struct request *r)
{
	struct request_head head = {
		.status = r->status,
		.content_type = str_of(r->content_type),
		.etag = str_of(r->etag),
		.date = str_of(r->date),
		.retry_after = r->retry_after,
		.warnings = r->warnings,
		.n_warnings = r->n_warnings,
	};

	r->head_seen = true;
	if (r->wants == SLOT_START)
		request_release_slot(r);
	sockets_answered(r);
	if (r->ops->head)
		r->ops->head(r, r->arg, &head);
}

static void head_complete(struct request *r)
{
	struct client *c = r->client;

	if (r->status < 200) /* 1xx: the real one follows */
		return;
	conns_answered(c, r);
	if (!r->probe)
		gate_answered(c);
	if (r->state == REQUEST_ENDED)
		return;
	if (r->status == 401 && !r->retried && !r->probe && auth_rejected(c, r->auth_generation))
		r->swallow = true;
	else
		tell_head(r);
}

/* Heads, trailers and what a 401 says: nobody but us would ever say stop. */
static int passed_over(struct request *r, size_t n)
{
	r->passed += n;
	r->overlong = r->passed > PASSED_MAX;
	return r->overlong ? -1 : 0;
}

static size_t on_header(char *p, size_t size, size_t n, void *arg)
{
	struct request *r = arg;
	struct str line = str_trim(str_make(p, size * n));

	if (r->state == REQUEST_ENDED)
		return 0;
	r->last_byte = clock_now();
	if (passed_over(r, size * n) < 0)
		return 0;
	if (r->head_seen || r->swallow) /* a trailer */
		return size * n;
	if (str_starts(line, STR("HTTP/")))
		read_status(r);
	else if (line.len == 0)
		head_complete(r);
	else
		read_header(r, line);
	return r->state == REQUEST_ENDED ? 0 : size * n;
}

static size_t on_data(char *p, size_t size, size_t n, void *arg)
{
	struct request *r = arg;

	n *= size;
	if (r->state == REQUEST_ENDED)
		return 0;
	r->last_byte = clock_now();
	r->client->received += n;
	if (r->swallow)
		return passed_over(r, n) < 0 ? 0 : n;
	if (r->paused) {
		r->held = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	if (r->lane == REQUEST_WATCH)
		r->client->rests.bytes += n;
	if (r->ops->data && r->ops->data(r, r->arg, p, n) != 0)
		r->refused = true;
	return r->refused || r->state == REQUEST_ENDED ? 0 : n;
}

/* The connection stands and the request goes out. */
static int on_prereq(void *arg, char *remote, char *local, int remote_port, int local_port)
{
	struct request *r = arg;

	r->connected = true;
	tls_connected(r, &(struct socket_end){ local, local_port },
		&(struct socket_end){ remote, remote_port });
	return CURL_PREREQFUNC_OK;
}

/* ---- running ---- */

static void take_slot(struct request *r)
{
	if (r->wants == SLOT_NONE || r->has_slot)
		return;
	r->has_slot = true;
	r->client->slots_used[r->wants]++;
}

void request_start(struct request *r)
{
	struct client *c = r->client;

	request_list_remove(&c->queue, r);
	r->state = REQUEST_RUNNING;
	request_list_add(&c->running, r);
	take_slot(r);
	r->started = r->last_byte = clock_now();
	r->auth_generation = c->auth.generation;
	r->errbuf[0] = '\0';
	r->easy = client_easy(c);
	setup_easy(r);
	curl_easy_setopt(r->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(r->easy, CURLOPT_HEADERDATA, r);
	curl_easy_setopt(r->easy, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(r->easy, CURLOPT_WRITEDATA, r);
	curl_easy_setopt(r->easy, CURLOPT_PREREQFUNCTION, on_prereq);
	curl_easy_setopt(r->easy, CURLOPT_PREREQDATA, r);
	if (r->idle_timeout)
		loop_timer_set(&c->loop, &r->idle, r->started + r->idle_timeout);
	set_total(r, true);
	if (r->has_slot)
		loop_timer_set(&c->loop, &r->slot, r->started + SLOT_IDLE);
	conns_before_start(c, r);
	sockets_await(r);
	c->lanes[r->lane].running++;
	c->sent++;
	curl_multi_add_handle(c->lanes[r->lane].multi, r->easy);
}

/* Once more with what auth has got, or is getting, meanwhile. */
static void send_again(struct request *r)
{
	struct client *c = r->client;

	detach(r);
	request_forget_head(r);
	loop_timer_cancel(&c->loop, &r->idle);
	loop_timer_cancel(&c->loop, &r->slot);
	pace_answered(&c->pace, &r->wait);
	request_list_remove(&c->running, r);
	r->swallow = false;
	r->passed = 0;
	r->retried = true;
	r->opened = r->connected = r->held = r->renewed = false;
	r->state = REQUEST_QUEUED;
	request_list_add_first(&c->queue, r);
	c->queue_dirty = true;
}

static bool is_unreachable(const struct request *r, const struct error *err)
{
	if (r->head_seen || r->probe)
		return false;
	return err->code == ERROR_CONNECT || err->code == ERROR_TLS || err->code == ERROR_TIMEOUT ||
	       err->code == ERROR_CUT;
}

void request_finish(struct request *r, CURLcode code)
{
	struct error err = ERROR_INIT;

	if (r->state == REQUEST_ENDED)
		return;
	if (r->swallow && !r->overlong) {
		send_again(r);
		return;
	}
	if (r->overlong)
		error_set(&err, ERROR_TOO_LARGE, "an answer with more than %d KiB of headers",
			(int)(PASSED_MAX >> 10));
	else if (r->refused)
		error_set(&err, ERROR_CANCELLED, "the answer was not wanted any more");
	else if (code != CURLE_OK)
		failure_set(r, code, &err);
	if (is_unreachable(r, &err))
		gate_failed(r->client, &err);
	if (r->state != REQUEST_ENDED) /* the link hook may have cancelled it */
		request_fail(r, &err);
	error_release(&err);
}

void request_pause(struct request *r)
{
	r->paused = true;
}

void request_resume(struct request *r)
{
	r->paused = false;
	if (!r->held)
		return;
	r->resume = true;
	r->client->resumes = true;
}

void request_unpause(struct request *r)
{
	r->resume = false;
	if (r->paused || !r->held || !r->easy)
		return;
	r->held = false;
	r->last_byte = clock_now();
	curl_easy_pause(r->easy, CURLPAUSE_CONT);
	tls_again(&r->client->lanes[r->lane]);
}
