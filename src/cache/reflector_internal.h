/*
 * reflector_internal - what the files of the reflector share. Nobody else
 * includes this. Watch thread (or a test).
 *
 * reflector.c       what is next, and when
 * reflector_list.c  lists, by pages or whole
 * reflector_watch.c streams: watches, and lists that stream
 */
#ifndef CACHE_REFLECTOR_INTERNAL_H
#define CACHE_REFLECTOR_INTERNAL_H

#include "cache/reflector.h"

#include "base/clock.h"

#define FORBIDDEN_RETRY (300 * CLOCK_S) /* the longest that is waited for anything */

/* ---- reflector.c ---- */

/* *field (heap, or NULL) becomes a copy of value. */
void reflector_set(char **field, struct str value);
/* The store is now at rv; "" says nothing. */
void reflector_set_rv(struct reflector *r, struct str rv);
/* The resourceVersion to ask for; "" when there is none, or none that is good. */
const char *reflector_known_rv(const struct reflector *r);
void reflector_add_param(struct buf *query, const char *name, const char *value);
/* A request is about to be sent. */
void reflector_begin(struct reflector *r, enum reflector_phase phase, int64_t now);

/* The list under way is complete, at rv. */
void reflector_synced(struct reflector *r, struct str rv);
/* A list by whichever way the server has. */
void reflector_relist(struct reflector *r, int64_t now);
/* What was under way is tried again at once. */
void reflector_again(struct reflector *r, int64_t now);
/* Gives up the list under way, if there is one: the store stays as it was. */
void reflector_abandon(struct reflector *r);
/* Gives up what is under way; next follows after delay, or a longer time from
 * failure to failure. */
void reflector_wait(struct reflector *r, int64_t now, int64_t delay, enum reflector_next next);
void reflector_back_off(struct reflector *r, int64_t now, enum reflector_next next);
/* There is no room for an object: says err, which is released, and tries anew
 * after a long time. Returns -1. */
int reflector_no_room(struct reflector *r, int64_t now, struct error *err);
/* 429: waits as the server asks. */
void reflector_too_many(
	struct reflector *r, int64_t now, const struct status *st, enum reflector_next next);
/* Says st in kubectl's words. */
void reflector_tell_failure(struct reflector *r, enum kind_state state, const struct status *st);

/* ---- reflector_list.c ---- */

void reflector_list_start(struct reflector *r, int64_t now);
void reflector_list_failed(struct reflector *r, int64_t now, const struct status *st);

/* ---- reflector_watch.c ---- */

/* initial: the stream begins with a list. */
void reflector_watch_start(struct reflector *r, int64_t now, bool initial);
void reflector_watch_failed(struct reflector *r, int64_t now, const struct status *st);
void reflector_stream_failed(struct reflector *r, int64_t now, const struct status *st);
/* A list that streams has ended before its end. */
void reflector_stream_cut(struct reflector *r, int64_t now, bool very_short);

#endif
