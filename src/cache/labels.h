/*
 * labels - key=value pairs of all objects, each kept once.
 *
 * The watch thread adds and releases; other threads look up ids that they found
 * in entries of a pinned root. An id is stable while the root is pinned; after
 * its last entry is gone it may come back for another pair.
 */
#ifndef CACHE_LABELS_H
#define CACHE_LABELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct labels;

struct label {
	uint32_t refs; /* watch thread */
	uint32_t key_len;
	uint32_t value_len;
	char bytes[]; /* key, value */
};

struct retire;

#define LABELS_PAIRS_MAX ((uint32_t)1 << 24) /* an id's page is found without a lock */

/* At most max pairs (LABELS_PAIRS_MAX, or less in tests) at a time. */
struct labels *labels_new(struct retire *retire, uint32_t max);
void labels_free(struct labels *labels); /* after the last retire_run() */

/* Watch thread. One reference more to the pair; -1 when there are too many. */
int labels_intern(struct labels *labels, struct str key, struct str value, uint32_t *ret_id);
/* One more to a pair that has one. */
void labels_ref(struct labels *labels, uint32_t id);
void labels_release(struct labels *labels, uint32_t id);

/* Any thread, root pinned. */
const struct label *labels_get(const struct labels *labels, uint32_t id);
struct str label_key(const struct label *label);
struct str label_value(const struct label *label);

#endif
