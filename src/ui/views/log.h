/*
 * log - what went wrong, and when; the newest first.
 */
#ifndef UI_VIEWS_LOG_H
#define UI_VIEWS_LOG_H

#include "ui/widgets/sheet.h"

struct view;

extern const struct view log_view;

void log_view_init(struct ui *ui);
void log_view_release(struct ui *ui);

#endif
