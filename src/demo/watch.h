/*
 * watch - one watch of the embedded cluster: initial objects, then the records of
 * a table, through selectors, as frames. Demo thread only.
 */
#ifndef DEMO_WATCH_H
#define DEMO_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "demo/select.h"
#include "demo/view.h"

struct demo_kind;
struct demo_table;

struct demo_watch_options {
	struct demo_view view;	   /* kind, version, Table or not; copied */
	struct demo_select select; /* namespace, labels, fields; taken over */
	int64_t rv;		   /* records above it; 0: initial objects, then from now */
	bool initial;		   /* sendInitialEvents: the objects, then the annotated bookmark */
	bool bookmarks;		   /* one a minute, and one before the end */
	int64_t timeout;	   /* ns */
};

struct demo_watch *demo_watch_new(struct demo_table *table, struct demo_watch_options *options);
void demo_watch_free(struct demo_watch *watch);

/* Called when there may be something to read after there was nothing; at most once
 * between two reads. */
void demo_watch_on_news(struct demo_watch *watch, void (*news)(void *arg), void *arg);

/* Appends whole frames, up to about max bytes, to out; appends nothing when there
 * is nothing yet. False: the watch is over (timeout, 410, its kind went). */
bool demo_watch_read(struct demo_watch *watch, size_t max, struct buf *out);

/* When it has something to say by time alone: a bookmark, its end; INT64_MAX once it
 * is over (that was news). */
int64_t demo_watch_next(const struct demo_watch *watch);

#endif
