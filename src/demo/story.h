/*
 * story - what happens in the embedded cluster: its kinds, its objects, and the
 * controllers that make it live, played from one data file (story.yaml, built
 * in). Controllers act through demo_serve() as clients do. Demo thread only.
 *
 * With the same seed and the same times (base/clock) every run plays the same.
 */
#ifndef DEMO_STORY_H
#define DEMO_STORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct demo_server;
struct demo_story;

struct demo_story_options {
	uint64_t seed;
	unsigned scale; /* objects, about; 0: as the story has it (some 400) */
	unsigned rate;	/* changes a second beside the story's own; 0: none */
	bool paused;	/* nothing happens after the start */
};

/* Parses the data, makes kinds and objects. */
struct demo_story *demo_story_new(
	struct demo_server *server, const struct demo_story_options *options, struct error *err);
void demo_story_free(struct demo_story *story);

/* When the next thing happens (clock_now()), INT64_MAX when never; and does what is due. */
int64_t demo_story_next(const struct demo_story *story);
void demo_story_run(struct demo_story *story);

#endif
