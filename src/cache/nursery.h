/*
 * nursery - where texts lie as they came, until they are compressed.
 *
 * Raw texts are appended to mapped blocks of 1 MiB (a large one has a block of
 * its own), never to the heap: what is freed there between small live things is
 * not given back. A full block goes to the worker, which compresses what is
 * still alive in it; the watch thread then swaps the entries' texts and retires
 * the block whole. When too many blocks are full the watch thread compresses
 * the oldest itself.
 *
 * Each kind has a shelf with its dictionary, trained by the worker from the
 * first block that holds enough of it. Shelves live as long as the nursery.
 * Watch thread, but for what the worker does inside.
 */
#ifndef CACHE_NURSERY_H
#define CACHE_NURSERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct entry;
struct nursery;
struct retire;
struct shelf;
struct text;
struct worker;

#define NURSERY_MAX ((size_t)16 << 20) /* mapped bytes before the watch thread helps */

/* wake is called by the worker when there is something for nursery_run(). */
struct nursery *nursery_new(
	struct worker *worker, struct retire *retire, void (*wake)(void *arg), void *arg);
/* After the worker has ended and the last retire_run(). */
void nursery_free(struct nursery *nursery);

/* The shelf of a kind by any name that is its own, made when it is new. */
struct shelf *nursery_shelf(struct nursery *nursery, struct str name);

/* A raw text for an entry that is about to be made. part: see struct text. */
struct text *nursery_add(struct nursery *nursery, struct shelf *shelf, struct str raw, bool part);
/* entry now points to text. */
void nursery_own(struct text *text, struct entry *entry);
/* No entry points to text, which is shelf's, any more: it is freed once nobody can
 * see it. */
void nursery_drop(struct nursery *nursery, struct shelf *shelf, struct text *text);

/* Swaps in what the worker has compressed; once a loop turn. True when blocks
 * wait for the next publication to be given back. */
bool nursery_run(struct nursery *nursery);

/* Emptied blocks are kept for what comes next: whether there are any to spare; gives
 * back those that nothing has needed since the call before. */
bool nursery_has_spare(const struct nursery *nursery);
void nursery_shrink(struct nursery *nursery);

size_t nursery_bytes(const struct nursery *nursery); /* mapped */

/* What the texts of entries take, as they are now: of one shelf, and of all. */
size_t nursery_shelf_texts(const struct shelf *shelf);
size_t nursery_texts(const struct nursery *nursery);

#endif
