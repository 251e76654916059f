/*
 * ui - the browser. UI thread, which is the main thread.
 */
#ifndef UI_UI_H
#define UI_UI_H

#include <stdbool.h>

#include "base/error.h"

struct cluster_options;
struct config_file;
struct keymap;
struct rest_flags;

struct ui_options {
	const struct rest_flags *rest;	       /* which cluster; others are reached with its rest */
	const struct cluster_options *cluster; /* for each one that is opened */
	const char *theme;		       /* its name; NULL: the first */
	bool no_mouse;			       /* leave the mouse to the terminal */
	const char *labels;	    /* a selector to begin with, known to parse; or NULL */
	struct config_file *config; /* borrowed */
	struct keymap *keymap;	    /* borrowed; the keys in force, which are config's */
};

/* Shows a cluster, and others that are switched to, until the user quits; the
 * terminal is given back in any case. What options point to outlives the call.
 * main blocked the signals before; they are unblocked here meanwhile. Fails
 * before the screen opens when the configuration cannot be used. */
int ui_run(const struct ui_options *options, struct error *err);

#endif
