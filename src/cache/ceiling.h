/*
 * ceiling - what the caches may take, and which kinds go without texts for that.
 *
 * When entries and texts of all kinds, and what readers have made of them, are past
 * the ceiling, the kinds with the most bytes of text are told to keep only the part
 * of each text that rows are made of, one after another, until what will be left is
 * below nine tenths of it. They stay so, unless columns want their whole texts later:
 * then they count as those that have theirs, and may be told again. Watch thread.
 *
 * Beside this there are the change log, which has a ceiling of its own, and what of
 * the nursery's blocks (NURSERY_MAX) no entry has any more.
 */
#ifndef CACHE_CEILING_H
#define CACHE_CEILING_H

#include <stdbool.h>
#include <stddef.h>

struct contents;
struct informer_context;
struct kind;

/* Embedded in the context; zeroed: there is none. */
struct ceiling {
	size_t max;		 /* bytes; 0: none */
	size_t entries;		 /* bytes of all entries */
	struct contents **items; /* those whose texts may go */
	size_t count, cap;
	bool thinning;	   /* texts are on their way out */
	int turns_to_trim; /* until what they leave is given back; 0: nothing is */
	bool told;	   /* that nothing more can go */
	/* A kind goes without texts; kind NULL: all that can do so do, and there are still
	 * too many bytes. May be NULL. */
	void (*say)(void *arg, const struct kind *kind);
	void *arg;
};

void ceiling_add(struct ceiling *ceiling, struct contents *contents);
void ceiling_remove(struct ceiling *ceiling, struct contents *contents); /* none is fine */
void ceiling_release(struct ceiling *ceiling);

/* What the caches hold; readers: what those have made of it. */
size_t ceiling_used(const struct informer_context *ctx, size_t readers);

/* Once a turn of the loop: looks, and lets go of some. True when there is more to
 * do at once. */
bool ceiling_run(struct informer_context *ctx, size_t readers);

#endif
