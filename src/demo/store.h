/*
 * store - the embedded cluster's objects, their versions and what happened to
 * them lately: what etcd and the watch cache are to an API server.
 *
 * One table for each resource (group and plural, whatever the version), in it
 * the objects ordered by namespace and name. Every write takes the next
 * resourceVersion of the one counter. Texts are immutable and counted, shared by
 * the table, its log and answers on their way. Demo thread only.
 */
#ifndef DEMO_STORE_H
#define DEMO_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* A canonical object: compact JSON that starts {"apiVersion":"...","kind":"...",
 * in the storage version, with metadata.resourceVersion in it. */
struct demo_text {
	unsigned refs;
	uint32_t len;
	char bytes[];
};

struct demo_text *demo_text_new(struct str text); /* with one reference */
struct demo_text *demo_text_ref(struct demo_text *text);
void demo_text_unref(struct demo_text *text);
struct str demo_text_str(const struct demo_text *text);

struct demo_object {
	char *ns; /* "" for cluster scope */
	char *name;
	char *uid;
	int64_t rv;
	struct demo_text *text;
};

enum demo_change {
	DEMO_ADDED,
	DEMO_MODIFIED,
	DEMO_DELETED
};

struct demo_record {
	int64_t rv;
	int64_t at; /* clock_now() */
	enum demo_change change;
	struct demo_text
		*text; /* of DELETED: the last version, with the deletion's resourceVersion */
	struct demo_text *prior; /* the version before, NULL for ADDED */
};

struct demo_store;
struct demo_table;

struct demo_store *demo_store_new(void);
void demo_store_free(struct demo_store *store);

int64_t demo_store_rv(const struct demo_store *store); /* the newest that was given out */
int64_t demo_store_next_rv(struct demo_store *store);  /* gives out the next one */

/* Found or made. Dropping a table ends its watches and frees it. */
struct demo_table *demo_store_table(struct demo_store *store, struct str group, struct str plural);
void demo_store_drop(struct demo_store *store, struct demo_table *table);

int64_t demo_table_rv(const struct demo_table *table); /* the store's newest */
size_t demo_table_count(const struct demo_table *table);
const struct demo_object *demo_table_find(
	const struct demo_table *table, struct str ns, struct str name);

/* The first object behind (ns, name) in order, in this namespace or, when only is
 * p NULL, in all; NULL at the end. ("", "") starts. */
const struct demo_object *demo_table_after(
	const struct demo_table *table, struct str only, struct str ns, struct str name);

/* A version that is written: which object, and the resourceVersion that
 * demo_store_next_rv() gave out for it. */
struct demo_version_of {
	struct str ns;
	struct str name;
	struct str uid;
	int64_t rv;
};

/* Stores a version, writes the record and tells the watches. Takes over the
 * reference to text, which has the resourceVersion in it. */
void demo_table_put(
	struct demo_table *table, const struct demo_version_of *of, struct demo_text *text);
/* text: the object as it was, with the deletion's resourceVersion in it. */
void demo_table_delete(
	struct demo_table *table, const struct demo_version_of *of, struct demo_text *text);

/* ---- the log, for watches ---- */

/* Records are kept for a minute, 16,384 of a table at most. False when those
 * behind rv are not all there any more: 410. */
bool demo_table_has_since(const struct demo_table *table, int64_t rv);

/* The first record with a resourceVersion above rv, NULL when there is none yet. */
const struct demo_record *demo_table_record(const struct demo_table *table, int64_t rv);

/* Told of every put and delete of the table; ended: the table is about to be
 * freed, or what its kind's versions say to change. The listener is then to take
 * itself off. Embedded in a watch. */
struct demo_listener {
	struct demo_listener *next;
	void (*news)(struct demo_listener *listener, bool ended);
};

void demo_table_listen(struct demo_table *table, struct demo_listener *listener);
void demo_table_unlisten(struct demo_table *table, struct demo_listener *listener);

void demo_table_end_watches(struct demo_table *table);

/* Forgets records that are too old (call it now and then); compact: all of them,
 * as etcd's compaction does, so that old watches get 410. */
void demo_store_expire(struct demo_store *store, bool compact);

#endif
