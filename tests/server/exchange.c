/*
 * Routes, and the record of what was asked. Everything with the server's lock
 * held, but for the functions of server.h, which take it.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/mem.h"

static const char not_found[] =
	"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"the server "
	"could not find the requested resource\",\"reason\":\"NotFound\",\"code\":404}";

/* ---- routes ---- */

static char *dup_or_null(const char *s)
{
	return s ? mem_strdup(s) : NULL;
}

void server_route(struct server *s, const struct server_route *spec)
{
	struct route *r = mem_zalloc(sizeof(*r));
	const struct server_answer *a = &spec->answer;

	r->spec = *spec;
	r->spec.method = dup_or_null(spec->method);
	r->spec.path = mem_strdup(spec->path ? spec->path : "/");
	r->spec.query = dup_or_null(spec->query);
	r->spec.answer.headers = dup_or_null(a->headers);
	r->spec.answer.body_len = a->body_len ? a->body_len : a->body ? strlen(a->body) : 0;
	r->spec.answer.body = mem_dup(a->body ? a->body : "", r->spec.answer.body_len);
	pthread_mutex_lock(&s->lock);
	r->next = s->routes;
	s->routes = r;
	pthread_mutex_unlock(&s->lock);
}

void route_free(struct route *r)
{
	free((char *)r->spec.method);
	free((char *)r->spec.path);
	free((char *)r->spec.query);
	free((char *)r->spec.answer.headers);
	free((char *)r->spec.answer.body);
	free(r);
}

void server_routes_clear(struct server *s)
{
	struct route *r;

	pthread_mutex_lock(&s->lock);
	while ((r = s->routes)) {
		s->routes = r->next;
		route_free(r);
	}
	pthread_mutex_unlock(&s->lock);
}

static bool path_matches(const char *rule, const char *path)
{
	size_t n = strlen(rule);

	if (n && rule[n - 1] == '$')
		return strlen(path) == n - 1 && !strncmp(rule, path, n - 1);
	return !strncmp(rule, path, n);
}

static struct route **find_route(struct exchange *x)
{
	struct route **at = &x->conn->server->routes;

	for (; *at; at = &(*at)->next) {
		const struct server_route *spec = &(*at)->spec;

		if (spec->method && strcmp(spec->method, x->method) != 0)
			continue;
		if (!path_matches(spec->path, x->path))
			continue;
		if (!spec->query || strstr(x->query, spec->query))
			return at;
	}
	return NULL;
}

/* ---- one exchange ---- */

struct exchange *exchange_new(struct conn *conn, const char *method, const char *target)
{
	struct server *s = conn->server;
	struct exchange *x = mem_zalloc(sizeof(*x));
	const char *mark = strchr(target, '?');

	x->conn = conn;
	x->connection = conn->id;
	x->client_name = dup_or_null(conn->client_name);
	x->method = mem_strdup(method);
	x->path = mark ? str_dup(str_make(target, (size_t)(mark - target))) : mem_strdup(target);
	x->query = mem_strdup(mark ? mark + 1 : "");
	buf_init(&x->headers, SERVER_BUFFER);
	buf_init(&x->body, SERVER_BUFFER);
	buf_init(&x->answer_headers, SERVER_BUFFER);
	buf_init(&x->out, SERVER_BUFFER);
	s->exchanges = array_reserve(
		s->exchanges, &s->cap_exchanges, s->n_exchanges + 1, sizeof(struct exchange *));
	s->exchanges[s->n_exchanges++] = x;
	x->number = s->n_exchanges;
	return x;
}

void exchange_free(struct exchange *x)
{
	free(x->client_name);
	free(x->method);
	free(x->path);
	free(x->query);
	buf_release(&x->headers);
	buf_release(&x->body);
	buf_release(&x->answer_headers);
	buf_release(&x->out);
	free(x);
}

void exchange_gone(struct exchange *x)
{
	struct server *s = x->conn->server;

	x->conn = NULL;
	x->done = true;
	pthread_cond_broadcast(&s->changed);
}

static void apply(struct exchange *x, const struct server_answer *a)
{
	size_t len = a->body_len ? a->body_len : a->body ? strlen(a->body) : 0;

	x->status = a->status ? a->status : 200;
	if (a->headers)
		buf_addz(&x->answer_headers, a->headers);
	buf_add(&x->out, a->body, len);
	x->length = a->stream ? SIZE_MAX : a->cut ? len + 1 : len;
	x->silent = a->silent;
	x->want_reset = a->reset;
	x->want_cut = a->cut;
	x->ended = !a->stream;
}

static void view(const struct exchange *x, struct server_request *ret)
{
	*ret = (struct server_request){
		.number = x->number,
		.connection = x->connection,
		.method = x->method,
		.path = x->path,
		.query = x->query,
		.headers = buf_text(&x->headers),
		.body = buf_text(&x->body),
		.body_len = x->body.len,
	};
}

void exchange_answer(struct exchange *x)
{
	struct server_answer answer = { .status = 404, .body = not_found };
	struct server *s = x->conn->server;
	struct route **at = find_route(x), *r;
	struct server_request request;

	if (at) {
		r = *at;
		answer = r->spec.answer;
		view(x, &request);
		if (r->spec.handler)
			r->spec.handler(r->spec.arg, &request, &answer);
	}
	apply(x, &answer);
	x->answered = true;
	if (at && (*at)->spec.times > 0 && --(*at)->spec.times == 0) {
		r = *at;
		*at = r->next;
		route_free(r);
	}
	pthread_cond_broadcast(&s->changed);
}

/* ---- the record ---- */

static bool target_has(const struct exchange *x, const char *text)
{
	char *target = mem_printf("%s %s%s%s", x->method, x->path, *x->query ? "?" : "", x->query);
	bool has = x->answered && strstr(target, text);

	free(target);
	return has;
}

static size_t find_nth(struct server *s, const char *text, size_t count)
{
	size_t i;

	for (i = 0; i < s->n_exchanges; i++) {
		if (target_has(s->exchanges[i], text) && --count == 0)
			return i + 1;
	}
	return 0;
}

static void deadline(struct timespec *ret)
{
	clock_gettime(CLOCK_REALTIME, ret);
	ret->tv_sec += SERVER_PATIENCE;
}

size_t server_wait(struct server *s, const char *text, size_t count)
{
	struct timespec end;
	size_t number;
	int rc = 0;

	deadline(&end);
	pthread_mutex_lock(&s->lock);
	while ((number = find_nth(s, text, count)) == 0 && rc == 0)
		rc = pthread_cond_timedwait(&s->changed, &s->lock, &end);
	pthread_mutex_unlock(&s->lock);
	return number;
}

size_t server_count(struct server *s, const char *text)
{
	size_t i, n = 0;

	pthread_mutex_lock(&s->lock);
	for (i = 0; i < s->n_exchanges; i++)
		n += target_has(s->exchanges[i], text);
	pthread_mutex_unlock(&s->lock);
	return n;
}

static struct exchange *by_number(struct server *s, size_t number)
{
	return number > 0 && number <= s->n_exchanges ? s->exchanges[number - 1] : NULL;
}

char *server_header(struct server *s, size_t number, const char *name)
{
	struct buf value = BUF_INIT(SERVER_BUFFER);
	struct exchange *x;
	struct str rest, line, key;
	bool found = false;

	pthread_mutex_lock(&s->lock);
	x = by_number(s, number);
	rest = x ? buf_str(&x->headers) : str_make(NULL, 0);
	while (rest.p) {
		line = str_cut(&rest, '\n');
		key = str_cut(&line, ':');
		if (!line.p || !str_is(key, name))
			continue;
		if (found)
			buf_addz(&value, ", ");
		buf_addstr(&value, str_trim(line));
		found = true;
	}
	pthread_mutex_unlock(&s->lock);
	if (found)
		return buf_take(&value);
	buf_release(&value);
	return NULL;
}

char *server_target(struct server *s, size_t number)
{
	struct exchange *x;
	char *text = NULL;

	pthread_mutex_lock(&s->lock);
	x = by_number(s, number);
	if (x)
		text = mem_printf("%s %s%s%s", x->method, x->path, *x->query ? "?" : "", x->query);
	pthread_mutex_unlock(&s->lock);
	return text;
}

char *server_body(struct server *s, size_t number)
{
	struct exchange *x;
	char *text = NULL;

	pthread_mutex_lock(&s->lock);
	x = by_number(s, number);
	if (x)
		text = mem_dup(buf_text(&x->body), x->body.len);
	pthread_mutex_unlock(&s->lock);
	return text;
}

size_t server_connection(struct server *s, size_t number)
{
	struct exchange *x;
	size_t id = 0;

	pthread_mutex_lock(&s->lock);
	x = by_number(s, number);
	if (x)
		id = x->connection;
	pthread_mutex_unlock(&s->lock);
	return id;
}

char *server_client_name(struct server *s, size_t number)
{
	struct exchange *x;
	char *name = NULL;

	pthread_mutex_lock(&s->lock);
	x = by_number(s, number);
	if (x)
		name = dup_or_null(x->client_name);
	pthread_mutex_unlock(&s->lock);
	return name;
}

static bool is_connected(const struct server *s, size_t connection)
{
	const struct conn *conn = s->conns;

	while (conn && conn->id != connection)
		conn = conn->next;
	return conn;
}

bool server_wait_hung_up(struct server *s, size_t connection)
{
	struct timespec end;
	bool connected;
	int rc = 0;

	deadline(&end);
	pthread_mutex_lock(&s->lock);
	while ((connected = is_connected(s, connection)) && rc == 0)
		rc = pthread_cond_timedwait(&s->changed, &s->lock, &end);
	pthread_mutex_unlock(&s->lock);
	return !connected;
}

bool server_wait_closed(struct server *s, size_t number)
{
	struct timespec end;
	struct exchange *x;
	bool gone;
	int rc = 0;

	deadline(&end);
	pthread_mutex_lock(&s->lock);
	x = by_number(s, number);
	while (x && x->conn && rc == 0)
		rc = pthread_cond_timedwait(&s->changed, &s->lock, &end);
	gone = x && !x->conn;
	pthread_mutex_unlock(&s->lock);
	return gone;
}

/* ---- streams ---- */

void server_push(struct server *s, size_t number, const void *bytes, size_t n)
{
	struct exchange *x;

	pthread_mutex_lock(&s->lock);
	x = by_number(s, number);
	if (x && x->conn && !x->ended)
		buf_add(&x->out, bytes, n);
	pthread_mutex_unlock(&s->lock);
	server_changed(s);
}

void server_pushz(struct server *s, size_t number, const char *text)
{
	server_push(s, number, text, strlen(text));
}

static void set_flag(struct server *s, size_t number, size_t offset)
{
	struct exchange *x;

	pthread_mutex_lock(&s->lock);
	x = by_number(s, number);
	if (x && x->conn)
		*(bool *)((char *)x + offset) = true;
	pthread_mutex_unlock(&s->lock);
	server_changed(s);
}

void server_end(struct server *s, size_t number)
{
	set_flag(s, number, offsetof(struct exchange, ended));
}

void server_cut(struct server *s, size_t number)
{
	set_flag(s, number, offsetof(struct exchange, want_cut));
}

void server_reset(struct server *s, size_t number)
{
	set_flag(s, number, offsetof(struct exchange, want_reset));
}

void server_goaway(struct server *s, size_t number)
{
	set_flag(s, number, offsetof(struct exchange, want_goaway));
}
