/*
 * Changes of a collection, told to its watches. The test's thread.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/mem.h"
#include "world_internal.h"

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
	collection_add_bookmark(c, &frame, "");
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

void collection_free(struct collection *c)
{
	drop_events(c);
	collection_drop_pages(c);
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
