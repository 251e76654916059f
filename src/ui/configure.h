/*
 * configure - the user's settings put into force: as the browser starts, and again
 * whenever the file has changed. UI thread.
 */
#ifndef UI_CONFIGURE_H
#define UI_CONFIGURE_H

#include <stddef.h>

struct column_spec;
struct ui;

void ui_configure_cluster(struct ui *ui); /* for the one that was attached */
/* These columns of a kind (plural.group), none: its own; shown at once, and written
 * into the settings. What stands against that is said. */
void ui_columns_keep(struct ui *ui, const char *kind, const struct column_spec *specs, size_t n);
void ui_reconfigure(struct ui *ui); /* when the file has changed; once a second */
void ui_say_start_problems(struct ui *ui);
void ui_set_pins(struct ui *ui); /* they are others now */
void ui_set_theme(struct ui *ui, const char *name);

#endif
