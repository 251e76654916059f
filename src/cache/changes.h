/*
 * changes - the cluster's one change log.
 *
 * The watch thread appends, readers read from a position of their own and are
 * told when the log has moved past it. Bounded in bytes; the oldest goes first.
 * A record is a copy with all that names it, so that it can be read without a
 * pin and after its kind has gone.
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
