/*
 * entry - one cached object: what rows, filters and trees ask for, and its text.
 *
 * Made and released by the watch thread only. Once an entry is in a published
 * store it never changes, but for its text, which is swapped for a compressed
 * one of the same content, or for the part of it that is kept below a ceiling (an
 * atomic pointer), and the members marked "watch thread", which nobody else reads. Valid while the root is pinned.
 */
#ifndef CACHE_ENTRY_H
#define CACHE_ENTRY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "kube/health.h"

struct error;
struct labels;
struct object;
struct text;

struct entry {
	_Atomic(struct text *) text;
	unsigned char uid[16];
	uint64_t version; /* unique in the process: a new one for each change of the object */
	int64_t changed;  /* clock_wall() of the last watch event seen; 0: only listed */
	int64_t created;  /* seconds since 1970, OBJECT_NO_TIME when unknown */
	int64_t deleted;
	int64_t generation; /* -1: absent */
	int64_t observed;
	int64_t since; /* of the verdict, seconds since 1970; OBJECT_NO_TIME when unknown */
	int64_t turns; /* when time alone makes it HEALTH_BAD; 0: never */
	uint32_t slot; /* small and stable while the object lives; free for another afterwards */
	uint32_t seen; /* watch thread: the list that had it last */
	uint32_t turn_slot; /* watch thread: its place among those that turn, 0: none */
	uint16_t name_len;
	uint16_t ns_len;
	uint16_t rv_len;
	uint16_t n_labels;
	uint16_t n_owners;
	uint8_t health; /* enum health */
	uint8_t field_len;
	/* owners (16 bytes each), label ids (4 each), then name, ns, rv, field of the verdict */
	unsigned char tail[];
};

/* Who walks over many entries asks for those ENTRY_AHEAD of the one that is read. */
#define ENTRY_AHEAD 8
static inline void entry_prefetch(const struct entry *e)
{
	__builtin_prefetch(e);
	__builtin_prefetch(&e->slot);
	__builtin_prefetch(e->tail + 32);
}

struct str entry_name(const struct entry *e);
struct str entry_ns(const struct entry *e); /* "" for cluster scope */
struct str entry_rv(const struct entry *e);
struct str entry_health_field(const struct entry *e); /* what the verdict was read from */
const uint32_t *entry_labels(const struct entry *e);  /* ids, see labels.h */
const unsigned char *entry_owner(const struct entry *e, size_t i); /* 16 bytes */

/* Orders by (namespace, name), bytewise, as the API server lists. */
int entry_cmp(const struct entry *e, struct str ns, struct str name);

/* The 16 bytes an uid is kept as: a UUID's own, a hash of anything else. */
void entry_uid(struct str text, unsigned char out[16]);

/* A number that no entry, chunk or store root of the process has had. */
uint64_t entry_next_version(void);

/* What an entry is made from besides the object. */
struct entry_facts {
	struct str ns; /* "" for cluster scope */
	struct health_verdict verdict;
};

/* Watch thread. The text is taken; labels are interned. version and slot are
 * for the caller to set. NULL, and the text is still the caller's, when there is
 * no room for its labels (ERROR_TOO_LARGE). */
struct entry *entry_new(const struct object *o, const struct entry_facts *facts,
	struct labels *labels, struct text *text, struct error *err);
/* The same object with another verdict, of a version of its own. Both have the
 * text now: the caller lets go of e alone, with entry_free(). */
struct entry *entry_rejudged(
	const struct entry *e, const struct health_verdict *verdict, struct labels *labels);
/* What the entry takes, without its text. */
size_t entry_bytes(const struct entry *e);
/* Frees the entry and lets go of its labels, not of its text. */
void entry_free(struct entry *e, struct labels *labels);

#endif
