/*
 * ceiling_words - what the log says of the caches' ceiling: one line for all kinds
 * that go without texts within some seconds, and then one a minute at most, with the
 * figures of the moment in which it is written. Embedded in the cluster. Watch thread.
 */
#ifndef CLUSTER_CEILING_WORDS_H
#define CLUSTER_CEILING_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "net/client.h"

struct informer_context;
struct kind;
struct roots;

#define CEILING_WORDS_AFTER (3 * CLOCK_S)  /* so much later the first line comes */
#define CEILING_WORDS_EACH  (60 * CLOCK_S) /* and so much behind it the next one */

struct ceiling_words {
	struct client *client;
	struct informer_context *ctx;
	struct roots *roots;
	struct client_timer timer;
	bool set;     /* the timer */
	bool any;     /* a line has been written, */
	int64_t last; /* then */
};

/* All is borrowed for the words' life. */
void ceiling_words_init(struct ceiling_words *words, struct client *client,
	struct informer_context *ctx, struct roots *roots);
void ceiling_words_stop(struct ceiling_words *words);
/* For struct ceiling.say; arg: the words. */
void ceiling_words_add(void *arg, const struct kind *kind);

#endif
