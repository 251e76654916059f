/*
 * leftover - files and directories that must not outlive the process, even when a
 * signal ends it.
 */
#ifndef BASE_LEFTOVER_H
#define BASE_LEFTOVER_H

#define LEFTOVER_MAX 8 /* at a time */

/* path is borrowed until leftover_drop() of the same pointer. Main thread. */
void leftover_add(const char *path);
void leftover_drop(const char *path);

/* Removes them, the last first, so that a directory is empty by its turn. For
 * handlers of fatal signals: async-signal-safe. */
void leftover_remove(void);

#endif
