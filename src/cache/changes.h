/*
 * changes - the cluster's one change log.
 *
 * The watch thread appends, readers read from a position of their own and are
 * told when the log has moved past it. Bounded in bytes; the oldest goes first.
 * A record is a copy with all that names it, so that it can be read without a
 * pin and after its kind has gone.
 *
 * The log is what client-go's event handlers are: each reader is one of them, with
 * a position of its own. It can rely on this, for the objects of one kind (one
 * struct kind.id):
 *
 * - Records stand in the order in which the store has changed, and are there before
 *   the root that shows it is published.
 * - An object's records are an ADDED, any number of MODIFIED, a DELETED, and again.
 *   Never two ADDED without a DELETED between them, nor anything before the ADDED,
 *   but for what is not in the log (see below).
 * - One name is one object only while its uid is the same: another uid under the
 *   name is DELETED with the old one, then ADDED with the new one.
 * - Nothing is recorded when nothing has changed: a MODIFIED has another
 *   resourceVersion than the record before it. There is no resync that gives the
 *   same object again; who needs all of them reads a root.
 * - What a list has found in comparison with the store is relisted, behind one
 *   CHANGE_RELIST: what the list lacks is DELETED first, then what it has, in its
 *   order. Such a DELETED has the last state that was seen, and its resourceVersion:
 *   the final one is not known (client-go: DeletedFinalStateUnknown). Otherwise rv
 *   is that of the deletion, and old_text still what was seen last.
 * - Of a kind that goes without texts (ceiling.h) old_text is missing, but for that of
 *   a deletion that was watched, which is the object as it was deleted; new_text is
 *   missing of what a later list has found. Nothing is there that was not so.
 * - A kind whose definition is deleted, or made again under another uid, has all its
 *   objects DELETED. One that goes on in another version has none: its objects are
 *   still there, under another id.
 * - Records that were dropped are missed as a whole, the oldest first; a reader that
 *   holds the log (changes_hold()) misses none.
 *
 * The objects of a kind's first list are no changes: they are recorded, as initial,
 * only with informer_context.log_initial. A reader that begins later, or without
 * that, pins a root: what it shows is everything up to root.changes, the number of
 * the first record to read then.
 */
#ifndef CACHE_CHANGES_H
#define CACHE_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct changes;
struct text;

enum change_type {
	CHANGE_ADDED,
	CHANGE_MODIFIED,
	CHANGE_DELETED,
	CHANGE_RELIST, /* what follows for the kind was computed by a relist */
	/* Kubernetes Events, by their type: no change of an object, but what somebody
	 * says of the one that ns and name are of. */
	CHANGE_NORMAL,
	CHANGE_WARNING,
};

static inline bool change_is_event(enum change_type type)
{
	return type == CHANGE_NORMAL || type == CHANGE_WARNING;
}

struct change {
	uint64_t number;
	int64_t time;  /* clock_wall() */
	uint32_t kind; /* struct kind.id */
	struct str group;
	struct str version;
	struct str kind_name; /* "Certificate" */
	enum change_type type;
	bool initial;  /* part of the first list: not in the log unless asked for */
	bool relisted; /* found by comparing lists: several changes may stand behind it */
	unsigned char uid[16];
	uint8_t health; /* of the new object; enum health */
	struct str ns;
	struct str name;
	struct str rv;
	struct str reason; /* of Events, as the next two; bytes as they came */
	struct str note;
	uint32_t count;		     /* how often it has happened */
	const struct text *old_text; /* NULL: none, or no longer known */
	const struct text *new_text; /* NULL: none. For CHANGE_DELETED old_text is the last state */
};

/* A reader's copy of one record. */
struct change_copy {
	struct change change; /* its strs and texts point into memory */
	void *memory;
	size_t cap;
};

/* The oldest number that is kept and the one that comes next. */
void changes_range(struct changes *changes, uint64_t *ret_first, uint64_t *ret_next);

/* The bytes in use, of so many. Any thread. */
size_t changes_used(struct changes *changes, size_t *ret_max);

/* Copies record number into copy (zeroed before its first use). 0; -1 when it
 * is not there: not yet, or no longer. */
int changes_read(struct changes *changes, uint64_t number, struct change_copy *copy);
void change_copy_release(struct change_copy *copy);

/* ---- watch thread ---- */

struct changes *changes_new(size_t max_bytes);
void changes_free(struct changes *changes);
void changes_append(struct changes *changes, const struct change *change);

/* A reader that must not miss anything says what it has read up to; the watch
 * thread asks before it appends whether so many bytes would overrun it. */
void changes_hold(struct changes *changes, uint64_t number); /* any thread; UINT64_MAX: none */
bool changes_would_overrun(struct changes *changes, size_t bytes);

#endif
