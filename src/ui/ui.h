/*
 * ui - the browser. UI thread, which is the main thread.
 */
#ifndef UI_UI_H
#define UI_UI_H

#include <stdbool.h>

#include "base/error.h"

struct cluster;
struct config_file;

struct ui_options {
	const char *theme;	    /* its name; NULL: the first */
	bool no_mouse;		    /* leave the mouse to the terminal */
	const char *labels;	    /* a selector to begin with, known to parse; or NULL */
	struct config_file *config; /* borrowed; its keys are in force already */
};

/* Shows the cluster until the user quits; the terminal is given back in any
 * case. main blocked the signals before; they are unblocked here meanwhile. */
int ui_run(struct cluster *cluster, const struct ui_options *options, struct error *err);

#endif
