/*
 * clipboard - hands text to the clipboard: to a program of the display's, to
 * tmux, or to the terminal itself (OSC 52). Writing to a program is a thread's
 * work, so that nothing here waits. UI thread.
 *
 * $CRWATCH_CLIPBOARD "osc52" leaves out programs, "off" everything.
 */
#ifndef UI_TERM_CLIPBOARD_H
#define UI_TERM_CLIPBOARD_H

#include <stdbool.h>

#include "base/str.h"

struct clipboard_job;

struct clipboard {
	struct clipboard_job *job; /* the last one, those before it behind it; or NULL */
};

/* What a terminal is given at once. */
#define CLIPBOARD_OSC52_MAX ((size_t)74994)

enum clipboard_result {
	CLIPBOARD_DONE,
	CLIPBOARD_TOO_LARGE,
	CLIPBOARD_FAILED
};

/* One that is under way goes on. *ret_used, the caller's to free: what was used, or why it failed. */
enum clipboard_result clipboard_put(struct clipboard *clipboard, struct str text, char **ret_used);

/* Why a program has failed after all, once for each, the caller's to free; or NULL. */
char *clipboard_failure(struct clipboard *clipboard);

/* Waits for programs that are still reading, 200 ms at most; one that has not read all
 * then is ended: half of a text is no copy. */
void clipboard_release(struct clipboard *clipboard);

#endif
