/*
 * contexts - the kubeconfig's contexts; enter goes to another cluster.
 */
#ifndef UI_VIEWS_CONTEXTS_H
#define UI_VIEWS_CONTEXTS_H

#include "ui/widgets/sheet.h"

struct view;

extern const struct view contexts_view;

void contexts_view_init(struct ui *ui);
void contexts_view_release(struct ui *ui);

#endif
