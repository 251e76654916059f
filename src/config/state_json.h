/*
 * state_json - struct state as text. Part of state.
 */
#ifndef CONFIG_STATE_JSON_H
#define CONFIG_STATE_JSON_H

#include "base/error.h"
#include "base/str.h"

struct state;

/* Adds what text says to an empty state. Members of the wrong type are passed
 * over. */
int state_json_read(struct state *state, struct str text, struct error *err);

/* On the heap. At most STATE_MAX bytes: contexts are left out, the oldest first. */
char *state_json_write(const struct state *state);

#endif
