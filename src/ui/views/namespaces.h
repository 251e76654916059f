/*
 * namespaces - the namespaces that have custom resources; which of them are
 * shown is chosen here.
 */
#ifndef UI_VIEWS_NAMESPACES_H
#define UI_VIEWS_NAMESPACES_H

#include "ui/widgets/sheet.h"

struct view;

extern const struct view namespaces_view;

void namespaces_view_init(struct ui *ui);
void namespaces_view_release(struct ui *ui);

#endif
