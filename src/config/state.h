/*
 * state - what is remembered from one run to the next, in
 * $XDG_STATE_HOME/crwatch/state.json: where one was in each cluster, and what was
 * typed. Nothing in it is a secret: of a server's URL only the place is kept.
 *
 * Several processes may keep it at once: what each has touched replaces what was
 * there, what was typed is put together. One thread, which is the UI's.
 */
#ifndef CONFIG_STATE_H
#define CONFIG_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

#define STATE_MAX	   ((size_t)1 << 20) /* bytes of the file */
#define STATE_TEXT_MAX	   1024		     /* longer texts are not remembered */
#define STATE_CONTEXTS_MAX 50
#define STATE_HISTORY_MAX  100
#define STATE_RECENT_MAX   9
#define STATE_LIST_MAX	   1000 /* unfolded, pins, namespaces */
#define STATE_KINDS_MAX	   50

enum state_history {
	STATE_FILTERS,
	STATE_SELECTORS,
	STATE_COMMANDS,
	STATE_HISTORIES,
};

/* Without duplicates, the newest last. */
struct state_list {
	char **items;
	size_t count;
};

struct state_context {
	char *name;
	char *server;
	char *view; /* NULL: none */
	char *argument;
	struct state_list namespaces; /* chosen */
	struct state_list recent;     /* namespaces that were used last */
	struct state_list unfolded;   /* kinds and groups */
	struct state_list pins;
	bool touched; /* asked for by this process */
};

struct state {
	char *path;			/* NULL: nothing is kept */
	struct state_context *contexts; /* the one used last at the end */
	size_t n_contexts;
	struct state_list histories[STATE_HISTORIES];
	struct state_list kinds;
	bool complained; /* that it cannot be written was logged */
};

/* Reads the file; a damaged one is logged and counts as none. Without a home
 * directory nothing is kept, and nothing said. */
struct state *state_new(void);
void state_free(struct state *state);

/* The memory of one context, made when there is none; only what has been asked
 * for is written by state_save(). Valid until the next call. */
struct state_context *state_context(struct state *state, const char *name, const char *server);

/* A copy; NULL for none. */
void state_set_text(char **member, const char *text);
/* Replaces the whole list by copies. */
void state_set_list(struct state_list *list, char *const *items, size_t count, size_t max);
/* Appends text, or moves it to the end; the oldest goes past max. */
void state_remember(struct state_list *list, const char *text, size_t max);
void state_list_release(struct state_list *list);

/* Puts together with what the file says by now, and replaces it. A failure is
 * logged once. */
void state_save(struct state *state);

#endif
