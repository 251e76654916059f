/*
 * command - what is typed behind a colon. UI thread, the root pinned.
 */
#ifndef UI_COMMAND_H
#define UI_COMMAND_H

#include <stdint.h>

#include "base/str.h"

struct ui;

void ui_command(struct ui *ui, struct str line);
/* For completion: command n, NULL past the last; and what a command takes, up to a
 * NULL; NULL: a kind's namespace. */
const char *ui_command_name(size_t n);
const char *const *ui_command_words(struct ui *ui, struct str name);
/* Shows where a kind's objects are. */
void ui_go_kind(struct ui *ui, uint32_t kind);
/* Another cluster from the next turn on; what stands against it is said. */
void ui_switch_context(struct ui *ui, struct str name);
void ui_choose(struct ui *ui, size_t choice); /* of what a name could mean */

#endif
