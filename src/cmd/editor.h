/*
 * editor - a text in the user's editor. Main thread, which waits for it; the watch
 * thread goes on meanwhile.
 */
#ifndef CMD_EDITOR_H
#define CMD_EDITOR_H

#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

/* Makes a file of mode 0600 in $TMPDIR, or /tmp, with this text, its name ending in
 * .yaml. The path on the heap, or NULL. */
char *editor_file(struct str text, struct error *err);
/* Puts another text into it. */
int editor_write(const char *path, struct str text, struct error *err);

/* Runs $KUBE_EDITOR, $EDITOR or vi on the file, as a shell understands that, and
 * waits. An editor that fails is an error. */
int editor_run(const char *path, struct error *err);

#endif
