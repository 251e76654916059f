/*
 * typing - what an open prompt does to what is shown, while it is typed and when it is
 * done. UI thread, the root pinned.
 */
#ifndef UI_TYPING_H
#define UI_TYPING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "ui/widgets/prompt.h"

struct filter;
struct ui;

void ui_prompt_open(struct ui *ui, enum prompt_kind kind);
void ui_prompt_key(struct ui *ui, uint32_t key);
void ui_prompt_changed(struct ui *ui);
bool ui_set_selector(struct ui *ui, const char *selector); /* false: the prompt has the error */
/* The text filter, the selector or "only what is not well"; false: there is none. */
bool ui_clear_query(struct ui *ui);
void ui_reset_query(struct ui *ui);		 /* all but the namespaces */
void ui_show_unwell(struct ui *ui, bool unwell); /* only what is not well */
/* What the query asks for, of what is not well; the caller's. */
struct filter *ui_unwell_filter(const struct ui *ui);
void ui_show_namespaces(struct ui *ui, struct str names);

#endif
