/*
 * header - the two lines at the top: whose cluster, how it is, what is shown. UI thread.
 */
#ifndef UI_HEADER_H
#define UI_HEADER_H

#include <stdbool.h>

struct ui;

void ui_draw_header(struct ui *ui);
const char *ui_notice(const struct ui *ui); /* what is wrong with the whole, or NULL */
void ui_draw_notice(struct ui *ui);

#endif
