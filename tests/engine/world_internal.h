/*
 * world_internal - what the files of the world share.
 *
 * world.c      its life, its collections and CRDs
 * collection.c changes of a collection; the test's thread
 * answer.c     lists and watches of a collection; the server's thread
 *
 * The lock of struct world guards everything in it. The server's thread takes it
 * while it holds its own; so it is never held while a function of the server is
 * called.
 */
#ifndef TESTS_WORLD_INTERNAL_H
#define TESTS_WORLD_INTERNAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "server.h"
#include "world.h"

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
	size_t page; /* 0: as asked for */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct collection *collections;
	struct buf body; /* of the answer under way */
	unsigned next_uid;
};

/* The lock is held for all of these but collection_free(). */

/* answer.c */
server_handler world_answer; /* arg: the world; takes the lock itself */
struct collection *world_find(struct world *w, const char *path); /* or NULL */
void collection_add_bookmark(struct collection *c, struct buf *out, const char *more);
void collection_drop_pages(struct collection *c);

/* collection.c */
void collection_free(struct collection *c);

#endif
