/*
 * What a collection answers: lists, by pages or as a stream, and watches. The
 * server's thread.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "world_internal.h"

static const char gone_status[] =
	"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"too old "
	"resource version\",\"reason\":\"Expired\",\"code\":410}";
static const char invalid_status[] =
	"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":"
	"\"sendInitialEvents is forbidden for watch\",\"reason\":\"Invalid\",\"code\":422}";

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

void collection_drop_pages(struct collection *c)
{
	for (size_t i = 0; i < c->n_pages; i++)
		free(c->pages[i]);
	free(c->pages);
	c->pages = NULL;
	c->n_pages = 0;
}

static void take_pages(struct collection *c)
{
	collection_drop_pages(c);
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
	if (limit && c->world->page && limit > c->world->page)
		limit = c->world->page;
	/* Only what is there now is known exactly. */
	if (strstr(query, "resourceVersionMatch=Exact") &&
		param(query, "resourceVersion", text, sizeof(text)) && number(text) != c->rv) {
		answer->status = 410;
		buf_addz(&c->world->body, gone_status);
		return;
	}
	if (!param(query, "continue", text, sizeof(text)))
		take_pages(c);
	else if (!read_token(c, text, &from)) {
		answer->status = 410;
		buf_addz(&c->world->body, gone_status);
		return;
	}
	write_list(c, from, limit);
}

void collection_add_bookmark(struct collection *c, struct buf *out, const char *more)
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
	collection_add_bookmark(
		c, body, ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}");
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

struct collection *world_find(struct world *w, const char *path)
{
	struct collection *c = w->collections;

	while (c && strcmp(c->path, path) != 0)
		c = c->next;
	return c;
}

void world_answer(void *arg, const struct server_request *request, struct server_answer *answer)
{
	struct world *w = arg;
	struct collection *c;

	pthread_mutex_lock(&w->lock);
	buf_reset(&w->body);
	c = world_find(w, request->path);
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
