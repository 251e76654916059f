/*
 * object_actions - what can be done with the object under the cursor: look at it another
 * way, copy it, save it, go to its owner. UI thread, the root pinned.
 */
#ifndef UI_OBJECT_ACTIONS_H
#define UI_OBJECT_ACTIONS_H

#include <stdbool.h>

#include "base/str.h"
#include "ui/keymap.h"

struct ui;

/* False: no action of an object. */
bool object_act(struct ui *ui, enum action action);

/* The focus goes into the detail of what is under the cursor. */
void object_open(struct ui *ui);

/* Hands text to the clipboard and says so; what: "name", "YAML". */
void object_copy(struct ui *ui, const char *what, struct str text);

/* What is read, in ui->fetch, is still what an action would be about. */
bool object_fetch_stands(struct ui *ui);
/* The texts that an action has waited for are there, in ui->fetch. */
void object_fetched(struct ui *ui);

/* What a prompt was answered: the file to be written; that it may be replaced. */
void object_save(struct ui *ui, const char *path);
void object_replace(struct ui *ui);

#endif
