/*
 * replay - what a reader of the change log comes to that knows nothing else: the
 * objects of each kind, by its id. It holds each record against the guarantees of
 * cache/changes.h. The test's thread.
 */
#ifndef TESTS_ENGINE_REPLAY_H
#define TESTS_ENGINE_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fixture.h"

struct replay;
struct text_reader;

/* versions: texts may be missing, so that resourceVersions are replayed instead; texts
 * that are there are those of these versions. */
struct replay *replay_new(bool versions);
void replay_free(struct replay *r);

/* Begins anew, late: with what the root shows, and the records that follow it. */
void replay_from_root(struct replay *r, const struct root *root);
/* All records there are now. */
void replay_log(struct replay *r, struct changes *changes);

/* How many objects the kind has; the text (or version) of one, or NULL. */
size_t replay_count(const struct replay *r, uint32_t kind);
const char *replay_find(const struct replay *r, uint32_t kind, struct str ns, struct str name);
/* The kinds of this name but for one have no objects left. */
bool replay_has_only(const struct replay *r, const char *kind_name, uint32_t kind);

#endif
