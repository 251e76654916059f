/*
 * See world.h. The lock of struct world guards everything in it. The server's
 * thread takes it while it holds its own; so it is never held while a function
 * of the server is called.
 */
#include "world.h"

#include <ctype.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "server.h"

#define WORLD_BUFFER ((size_t)64 << 20)

struct thing {
	char *ns;
	char *name;
	char *uid;
	char *text;
};

struct event {
	uint64_t rv;
	char *frame;
};

struct collection {
	struct collection *next;
	struct world *world;
	char *path;
	char *api_version;
	char *kind;
	bool unserved;
	bool hushed;
	bool gone_as_status;
	uint64_t rv;
	uint64_t compacted;
	struct thing *things;
	size_t n_things;
	size_t cap_things;
	struct event *events;
	size_t n_events;
	size_t cap_events;
	char **pages; /* the list that is being read by pages */
	size_t n_pages;
	uint64_t pages_rv;
	size_t *watches; /* numbers of requests that may be open */
	size_t n_watches;
	size_t cap_watches;
	size_t watched; /* how many there have been */
	size_t last_watch;
};

struct world {
	struct server *server;
	bool streaming;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct collection *collections;
	struct buf body; /* of the answer under way */
	unsigned next_uid;
};

static const char gone_status[] =
	"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"too old "
	"resource version\",\"reason\":\"Expired\",\"code\":410}";
static const char invalid_status[] =
	"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":"
	"\"sendInitialEvents is forbidden for watch\",\"reason\":\"Invalid\",\"code\":422}";

/* ---- answering; the server's thread ---- */

static bool param(const char *query, const char *name, char *ret, size_t size)
{
	size_t n = strlen(name);
	const char *p = query;

	for (; p; p = strchr(p, '&')) {
		p += *p == '&';
		if (strncmp(p, name, n) == 0 && p[n] == '=') {
			size_t len = strcspn(p + n + 1, "&");

			len = len < size ? len : size - 1;
			memcpy(ret, p + n + 1, len);
			ret[len] = '\0';
			return true;
		}
	}
	return false;
}

static uint64_t number(const char *text)
{
	return strtoull(text, NULL, 10);
}

static void drop_pages(struct collection *c)
{
	for (size_t i = 0; i < c->n_pages; i++)
		free(c->pages[i]);
	free(c->pages);
	c->pages = NULL;
	c->n_pages = 0;
}

static void take_pages(struct collection *c)
{
	drop_pages(c);
	c->pages = mem_alloc((c->n_things + 1) * sizeof(char *));
	for (size_t i = 0; i < c->n_things; i++)
		c->pages[c->n_pages++] = mem_strdup(c->things[i].text);
	c->pages_rv = c->rv;
}

/* "RV.OFFSET" */
static bool read_token(struct collection *c, const char *token, size_t *ret_from)
{
	const char *dot = strchr(token, '.');

	if (!dot || number(token) != c->pages_rv || c->pages_rv < c->compacted)
		return false;
	*ret_from = number(dot + 1);
	return *ret_from <= c->n_pages;
}

static void write_list(struct collection *c, size_t from, size_t limit)
{
	struct buf *body = &c->world->body;
	size_t end = limit && c->n_pages - from > limit ? from + limit : c->n_pages;

	buf_addf(body, "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",\"metadata\":{", c->kind,
		c->api_version);
	buf_addf(body, "\"resourceVersion\":\"%" PRIu64 "\"", c->pages_rv);
	if (end < c->n_pages)
		buf_addf(body, ",\"continue\":\"%" PRIu64 ".%zu\"", c->pages_rv, end);
	buf_addz(body, "},\"items\":[");
	for (size_t i = from; i < end; i++)
		buf_addf(body, "%s%s", i > from ? "," : "", c->pages[i]);
	buf_addz(body, "]}\n");
}

static void answer_list(struct collection *c, const char *query, struct server_answer *answer)
{
	char text[64];
	size_t from = 0, limit = 0;

	if (param(query, "limit", text, sizeof(text)))
		limit = number(text);
	if (!param(query, "continue", text, sizeof(text)))
		take_pages(c);
	else if (!read_token(c, text, &from)) {
		answer->status = 410;
		buf_addz(&c->world->body, gone_status);
		return;
	}
	write_list(c, from, limit);
}

static void add_bookmark(struct collection *c, struct buf *out, const char *more)
{
	buf_addf(out,
		"{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"%s\",\"apiVersion\":\"%s\","
		"\"metadata\":{\"resourceVersion\":\"%" PRIu64 "\"%s}}}\n",
		c->kind, c->api_version, c->rv, more);
}

static void open_watch(
	struct collection *c, const struct server_request *request, struct server_answer *answer)
{
	c->watches =
		array_reserve(c->watches, &c->cap_watches, c->n_watches + 1, sizeof(*c->watches));
	c->watches[c->n_watches++] = request->number;
	c->watched++;
	c->last_watch = request->number;
	answer->stream = true;
	pthread_cond_broadcast(&c->world->changed);
}

static void answer_stream(
	struct collection *c, const struct server_request *request, struct server_answer *answer)
{
	struct buf *body = &c->world->body;

	if (!c->world->streaming) {
		answer->status = 422;
		buf_addz(body, invalid_status);
		return;
	}
	for (size_t i = 0; i < c->n_things; i++)
		buf_addf(body, "{\"type\":\"ADDED\",\"object\":%s}\n", c->things[i].text);
	add_bookmark(c, body, ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}");
	open_watch(c, request, answer);
}

static void answer_watch(
	struct collection *c, const struct server_request *request, struct server_answer *answer)
{
	struct buf *body = &c->world->body;
	char text[64] = "0";
	uint64_t rv;

	param(request->query, "resourceVersion", text, sizeof(text));
	rv = number(text);
	if (rv >= c->compacted) {
		for (size_t i = 0; i < c->n_events; i++) {
			if (c->events[i].rv > rv)
				buf_addz(body, c->events[i].frame);
		}
		open_watch(c, request, answer);
	} else if (c->gone_as_status) {
		answer->status = 410;
		buf_addz(body, gone_status);
	} else {
		buf_addf(body, "{\"type\":\"ERROR\",\"object\":%s}\n", gone_status);
	}
}

static struct collection *find_path(struct world *w, const char *path)
{
	struct collection *c = w->collections;

	while (c && strcmp(c->path, path) != 0)
		c = c->next;
	return c;
}

static void on_request(
	void *arg, const struct server_request *request, struct server_answer *answer)
{
	struct world *w = arg;
	struct collection *c;

	pthread_mutex_lock(&w->lock);
	buf_reset(&w->body);
	c = find_path(w, request->path);
	if (!c || c->unserved) {
		answer->status = 404;
		answer->headers = "Content-Type: text/plain\n";
		buf_addz(&w->body, "404 page not found\n");
	} else if (!strstr(request->query, "watch=true")) {
		answer_list(c, request->query, answer);
	} else if (strstr(request->query, "sendInitialEvents=true")) {
		answer_stream(c, request, answer);
	} else {
		answer_watch(c, request, answer);
	}
	answer->body = buf_text(&w->body);
	answer->body_len = w->body.len;
	pthread_mutex_unlock(&w->lock);
}

/* ---- changing; the test's thread ---- */

static size_t *take_watches(struct collection *c, bool forget, size_t *ret_n)
{
	size_t *copy = mem_alloc((c->n_watches + 1) * sizeof(*copy));

	if (c->n_watches)
		memcpy(copy, c->watches, c->n_watches * sizeof(*copy));
	*ret_n = c->n_watches;
	if (forget)
		c->n_watches = 0;
	return copy;
}

static void push(struct collection *c, const char *frame)
{
	struct world *w = c->world;
	size_t *numbers, n;

	pthread_mutex_lock(&w->lock);
	numbers = take_watches(c, false, &n);
	pthread_mutex_unlock(&w->lock);
	for (size_t i = 0; i < n; i++)
		server_pushz(w->server, numbers[i], frame);
	free(numbers);
}

static void each_watch(struct collection *c, void (*act)(struct server *s, size_t number))
{
	struct world *w = c->world;
	size_t *numbers, n;

	pthread_mutex_lock(&w->lock);
	numbers = take_watches(c, true, &n);
	pthread_mutex_unlock(&w->lock);
	for (size_t i = 0; i < n; i++)
		act(w->server, numbers[i]);
	free(numbers);
}

void collection_end(struct collection *c)
{
	each_watch(c, server_end);
}

void collection_cut(struct collection *c)
{
	each_watch(c, server_cut);
}

void collection_reset(struct collection *c)
{
	each_watch(c, server_reset);
}

/* Records what has happened; returns the frame to be pushed, or NULL. */
static char *record(struct collection *c, const char *type, const char *text)
{
	char *frame = mem_printf("{\"type\":\"%s\",\"object\":%s}\n", type, text);

	c->events = array_reserve(c->events, &c->cap_events, c->n_events + 1, sizeof(*c->events));
	c->events[c->n_events++] = (struct event){ c->rv, frame };
	return c->hushed ? NULL : mem_strdup(frame);
}

static struct thing *find_thing(struct collection *c, const char *ns, const char *name)
{
	for (size_t i = 0; i < c->n_things; i++) {
		if (strcmp(c->things[i].name, name) == 0 && strcmp(c->things[i].ns, ns) == 0)
			return &c->things[i];
	}
	return NULL;
}

static char *make_text(struct collection *c, const struct thing *t, const char *rest)
{
	struct buf out = BUF_INIT(WORLD_BUFFER);

	buf_addf(&out, "{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"metadata\":{\"name\":\"%s\"",
		c->api_version, c->kind, t->name);
	if (*t->ns)
		buf_addf(&out, ",\"namespace\":\"%s\"", t->ns);
	buf_addf(&out, ",\"uid\":\"%s\",\"resourceVersion\":\"%" PRIu64 "\"}%s}", t->uid, c->rv,
		rest ? rest : "");
	return buf_take(&out);
}

static void set_uid(struct collection *c, struct thing *t, const char *uid)
{
	if (!uid && t->uid)
		return;
	free(t->uid);
	t->uid = uid ? mem_strdup(uid) : mem_printf("uid-%u", c->world->next_uid++);
}

static void thing_free(struct thing *t)
{
	free(t->ns);
	free(t->name);
	free(t->uid);
	free(t->text);
}

uint64_t collection_put(
	struct collection *c, const char *ns, const char *name, const char *uid, const char *rest)
{
	struct world *w = c->world;
	struct thing *t;
	char *frame;
	uint64_t rv;
	bool is_new;

	pthread_mutex_lock(&w->lock);
	t = find_thing(c, ns, name);
	is_new = !t;
	if (!t) {
		c->things = array_reserve(
			c->things, &c->cap_things, c->n_things + 1, sizeof(*c->things));
		t = &c->things[c->n_things++];
		*t = (struct thing){ .ns = mem_strdup(ns), .name = mem_strdup(name) };
	}
	rv = ++c->rv;
	set_uid(c, t, uid);
	free(t->text);
	t->text = make_text(c, t, rest);
	frame = record(c, is_new ? "ADDED" : "MODIFIED", t->text);
	pthread_mutex_unlock(&w->lock);
	if (frame)
		push(c, frame);
	free(frame);
	return rv;
}

uint64_t collection_delete(struct collection *c, const char *ns, const char *name)
{
	struct world *w = c->world;
	struct thing *t;
	char *frame = NULL, *text;
	uint64_t rv;

	pthread_mutex_lock(&w->lock);
	t = find_thing(c, ns, name);
	if (t) {
		c->rv++;
		text = make_text(c, t, NULL);
		frame = record(c, "DELETED", text);
		free(text);
		thing_free(t);
		*t = c->things[--c->n_things];
	}
	rv = c->rv;
	pthread_mutex_unlock(&w->lock);
	if (frame)
		push(c, frame);
	free(frame);
	return rv;
}

void collection_serve(struct collection *c, bool served)
{
	pthread_mutex_lock(&c->world->lock);
	c->unserved = !served;
	pthread_mutex_unlock(&c->world->lock);
	if (!served)
		collection_end(c);
}

void collection_hush(struct collection *c, bool hushed)
{
	pthread_mutex_lock(&c->world->lock);
	c->hushed = hushed;
	pthread_mutex_unlock(&c->world->lock);
}

char *collection_frames(struct collection *c, size_t n)
{
	struct buf out = BUF_INIT(WORLD_BUFFER);

	for (size_t i = c->n_events - n; i < c->n_events; i++)
		buf_addz(&out, c->events[i].frame);
	return buf_take(&out);
}

void collection_gone_as_status(struct collection *c, bool as_status)
{
	pthread_mutex_lock(&c->world->lock);
	c->gone_as_status = as_status;
	pthread_mutex_unlock(&c->world->lock);
}

static void drop_events(struct collection *c)
{
	while (c->n_events)
		free(c->events[--c->n_events].frame);
}

void collection_compact(struct collection *c)
{
	pthread_mutex_lock(&c->world->lock);
	c->compacted = c->rv;
	drop_events(c);
	pthread_mutex_unlock(&c->world->lock);
}

void collection_bookmark(struct collection *c)
{
	struct buf frame = BUF_INIT(4096);

	pthread_mutex_lock(&c->world->lock);
	add_bookmark(c, &frame, "");
	pthread_mutex_unlock(&c->world->lock);
	push(c, buf_text(&frame));
	buf_release(&frame);
}

size_t collection_watch(struct collection *c, size_t count)
{
	struct timespec end;
	size_t last = 0;
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += SERVER_PATIENCE;
	pthread_mutex_lock(&c->world->lock);
	while (c->watched < count && rc == 0)
		rc = pthread_cond_timedwait(&c->world->changed, &c->world->lock, &end);
	if (c->watched >= count)
		last = c->last_watch;
	pthread_mutex_unlock(&c->world->lock);
	return last;
}

size_t collection_count(struct collection *c)
{
	return c->n_things;
}

const char *collection_find(struct collection *c, const char *ns, const char *name)
{
	struct thing *t = find_thing(c, ns, name);

	return t ? t->text : NULL;
}

uint64_t collection_rv(struct collection *c)
{
	return c->rv;
}

const char *collection_path(const struct collection *c)
{
	return c->path;
}

/* ---- life ---- */

static char *capital(const char *plural)
{
	char *kind = str_dup(str_make(plural, strlen(plural) - 1));

	kind[0] = (char)toupper((unsigned char)kind[0]);
	return kind;
}

static struct collection *add(struct world *w, char *path, char *api_version, char *kind)
{
	struct collection *c = mem_zalloc(sizeof(*c));

	c->world = w;
	c->path = path;
	c->api_version = api_version;
	c->kind = kind;
	c->rv = c->compacted = WORLD_RV;
	pthread_mutex_lock(&w->lock);
	c->next = w->collections;
	w->collections = c;
	pthread_mutex_unlock(&w->lock);
	return c;
}

struct collection *world_add(struct world *w, const char *plural, const char *version)
{
	return add(w, mem_printf("/apis/example.com/%s/%s", version, plural),
		mem_printf("example.com/%s", version), capital(plural));
}

struct collection *world_kind(struct world *w, const char *plural)
{
	struct collection *c = world_add(w, plural, "v1");

	world_crd(w, &(struct crd_text){ .plural = plural });
	return c;
}

struct collection *world_crds(struct world *w)
{
	struct collection *c;

	pthread_mutex_lock(&w->lock);
	c = find_path(w, WORLD_CRDS);
	pthread_mutex_unlock(&w->lock);
	return c;
}

static void add_versions(struct buf *out, const struct crd_text *text)
{
	buf_addz(out, "\"versions\":");
	if (text->versions) {
		buf_addz(out, text->versions);
		return;
	}
	buf_addz(out, "[{\"name\":\"v1\",\"served\":true,\"storage\":true");
	if (text->columns)
		buf_addf(out, ",\"additionalPrinterColumns\":%s", text->columns);
	buf_addz(out, "}]");
}

static char *spec_names(const struct crd_text *text)
{
	char *kind = capital(text->plural);
	size_t n = strlen(text->plural) - 1;
	char *names = mem_printf("{\"plural\":\"%s\",\"singular\":\"%.*s\",\"kind\":\"%s\","
				 "\"listKind\":\"%sList\"}",
		text->plural, (int)n, text->plural, kind, kind);

	free(kind);
	return names;
}

static const char established[] = "[{\"type\":\"NamesAccepted\",\"status\":\"True\"},"
				  "{\"type\":\"Established\",\"status\":\"True\"}]";

void world_crd(struct world *w, const struct crd_text *text)
{
	struct buf out = BUF_INIT((size_t)1 << 20);
	char *names = spec_names(text);
	char *name = mem_printf("%s.example.com", text->plural);
	char *uid = text->uid ? mem_strdup(text->uid) : mem_printf("uid-of-%s", text->plural);

	buf_addf(&out, ",\"spec\":{\"group\":\"example.com\",\"scope\":\"%s\",\"names\":%s,",
		text->cluster_scoped ? "Cluster" : "Namespaced", names);
	buf_addf(&out, "\"conversion\":{\"strategy\":\"%s\"},",
		text->conversion ? text->conversion : "None");
	add_versions(&out, text);
	buf_addf(&out, "},\"status\":{\"acceptedNames\":%s,\"conditions\":%s}",
		text->names ? text->names : names,
		text->conditions ? text->conditions : established);
	collection_put(world_crds(w), "", name, uid, buf_text(&out));
	free(uid);
	free(name);
	free(names);
	buf_release(&out);
}

void world_crd_delete(struct world *w, const char *plural)
{
	char *name = mem_printf("%s.example.com", plural);

	collection_delete(world_crds(w), "", name);
	free(name);
}

struct world *world_new(struct server *server, bool streaming)
{
	struct world *w = mem_zalloc(sizeof(*w));
	struct server_route ready = { .path = "/readyz$", .answer = { .body = "ok" } };
	struct server_route version = { .path = "/version$",
		.answer = { .body = "{\"gitVersion\":\"v1.36.0\"}" } };
	struct server_route apis = { .path = "/apis/", .handler = on_request, .arg = w };

	w->server = server;
	w->streaming = streaming;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->changed, NULL);
	buf_init(&w->body, WORLD_BUFFER);
	add(w, mem_strdup(WORLD_CRDS), mem_strdup("apiextensions.k8s.io/v1"),
		mem_strdup("CustomResourceDefinition"));
	server_route(server, &ready);
	server_route(server, &version);
	server_route(server, &apis);
	return w;
}

static void collection_free(struct collection *c)
{
	drop_events(c);
	drop_pages(c);
	for (size_t i = 0; i < c->n_things; i++)
		thing_free(&c->things[i]);
	free(c->things);
	free(c->events);
	free(c->watches);
	free(c->path);
	free(c->api_version);
	free(c->kind);
	free(c);
}

void world_free(struct world *w)
{
	struct collection *c;

	if (!w)
		return;
	while ((c = w->collections)) {
		w->collections = c->next;
		collection_free(c);
	}
	buf_release(&w->body);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
