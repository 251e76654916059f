/*
 * remember - what is remembered from one run to the next: in each cluster the view, the
 * namespaces, the folds and the pins; and what was typed. UI thread.
 */
#ifndef UI_REMEMBER_H
#define UI_REMEMBER_H

struct cluster;
struct error;
struct kind;
struct rest_config;
struct ui;

void ui_recall_prompts(struct ui *ui);
/* The user looks at a kind: it is listed first the next time. */
void ui_used_kind(struct ui *ui, const struct kind *kind);
int ui_open_cluster(
	struct ui *ui, struct rest_config *config, struct cluster **ret, struct error *err);
void ui_recall_cluster(struct ui *ui);
void ui_remember_cluster(struct ui *ui);
void ui_remember_prompts(struct ui *ui);

#endif
