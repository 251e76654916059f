/*
 * reflector - keeps one kind's cache like the server's: list, watch, and what to
 * do when either goes wrong. A pure state machine: answers, events and the time
 * come in, requests and store operations go out through its ops; it owns no
 * socket, no clock and no randomness. Watch thread (or a test).
 *
 * The rules are those of client-go (tools/cache/reflector.go). What differs is
 * that a first list is consistent and paged (resourceVersion absent), that a
 * broken connection never costs a relist, and how 429 is waited for.
 */
#ifndef CACHE_REFLECTOR_H
#define CACHE_REFLECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "cache/root.h"
#include "net/backoff.h"

struct object;
struct status;

/* One list, with all its pages: an etcd holds no more, and a page has 500 objects. */
#define REFLECTOR_LIST_MAX  ((uint64_t)8 << 30)
#define REFLECTOR_PAGES_MAX 20000u

enum reflector_event {
	REFLECTOR_PUT,
	REFLECTOR_DELETE
};

struct reflector_ops {
	/* Requests: GET the collection with this query ("" or "?..."). One at a time;
	 * a new one replaces the one before. deadline: ns after which a silent or
	 * overlong stream is given up (watches). initial: the stream begins with a
	 * list. */
	void (*list)(void *arg, const char *query);
	void (*watch)(void *arg, const char *query, int64_t deadline, bool initial);
	/* reflector_timer() is wanted at this time; INT64_MAX: no longer. */
	void (*timer)(void *arg, int64_t at);
	/* A list begins, has an object, ends (its content replaces the store's), or is
	 * given up (the store stays as it was). -1 when there is no room for an object:
	 * the list is given up. */
	void (*replace_begin)(void *arg);
	int (*replace_item)(void *arg, const struct object *o, struct error *err);
	void (*replace_end)(void *arg);
	void (*replace_abort)(void *arg);
	/* A watch event for the store; -1 when there is no room for the object. */
	int (*apply)(
		void *arg, enum reflector_event event, const struct object *o, struct error *err);
	/* The initial part of a stream is over: its list slot is free. */
	void (*listed)(void *arg);
	void (*state)(void *arg, enum kind_state state, const char *message);
	uint64_t (*random)(void *arg);
};

/* What is learnt about the server once for all kinds. */
struct reflector_server {
	bool no_streaming;
};

enum reflector_phase {
	REFLECTOR_IDLE,
	REFLECTOR_LIST,
	REFLECTOR_STREAM, /* initial events of a streaming list */
	REFLECTOR_WATCH,
	REFLECTOR_WAIT, /* the timer decides what is next */
};

enum reflector_next {
	NEXT_LIST,
	NEXT_WATCH
};

struct reflector {
	const struct reflector_ops *ops;
	void *arg;
	struct reflector_server *server;
	enum reflector_phase phase;
	enum reflector_next next; /* after the wait */
	char *rv;		  /* "" until known */
	bool rv_unavailable;
	bool synced;	  /* once a list was complete */
	bool no_stream;	  /* for the next list: fall back to pages */
	bool polling;	  /* watching is forbidden */
	bool optional;	  /* a server without it is nothing to wonder at: 404 is not retried soon */
	char *token;	  /* of the page under way; NULL on the first */
	char *list_rv;	  /* of the first page */
	unsigned pages;	  /* of the list under way */
	uint64_t listed;  /* bytes of its objects */
	bool whole_retry; /* this list is the unpaged one after an expired token */
	struct backoff backoff;
	unsigned initializing; /* how many times in a row the server said so */
	int64_t initializing_since;
	int64_t started;
	int64_t opened;	      /* when the request under way was sent, then answered */
	bool answered;	      /* it was, with 200 */
	int64_t progressed;   /* when the stream last brought something */
	uint64_t n_events;    /* of the stream under way */
	unsigned bad_frames;  /* in a row, at one resourceVersion */
	unsigned cut_streams; /* streaming lists in a row that ended before their end */
	int64_t polling_since;
	int64_t expired; /* when the position was last lost; 0: never */
	struct buf query;
};

void reflector_init(struct reflector *r, const struct reflector_ops *ops, void *arg,
	struct reflector_server *server);
void reflector_release(struct reflector *r);

void reflector_start(struct reflector *r, int64_t now);
/* Whatever it waits for, it tries now. */
void reflector_kick(struct reflector *r, int64_t now);

/* The store is what a list at r->rv has: nothing is on its way into it by halves. */
bool reflector_rests(const struct reflector *r);
/* The store was found to be wrong: lists anew and consistently, whatever is under way. */
void reflector_distrust(struct reflector *r, int64_t now);

/* The request under way was answered with 200. */
void reflector_opened(struct reflector *r, int64_t now);

/* An object of the list under way; a frame of the stream under way. Non-zero:
 * the driver drops the request and reports nothing more about it. */
int reflector_item(struct reflector *r, int64_t now, struct str text);
int reflector_frame(struct reflector *r, int64_t now, struct str text);

/* The list's answer has ended; envelope is what surrounded its items. */
void reflector_page(struct reflector *r, int64_t now, struct str envelope);
/* The stream has ended as it should. */
void reflector_closed(struct reflector *r, int64_t now);
/* The answer was no 200, or a Status that says Failure. */
void reflector_failed(struct reflector *r, int64_t now, const struct status *st);
/* No answer, or one that broke off (a connection's fault), or that cannot be
 * read (ERROR_INVALID, ERROR_TOO_LARGE). */
void reflector_broken(struct reflector *r, int64_t now, const struct error *why);
void reflector_timer(struct reflector *r, int64_t now);

#endif
