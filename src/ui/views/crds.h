/*
 * crds - the definitions: what they serve, store and convert, how many
 * objects there are, and what is wrong with them in the server's words.
 */
#ifndef UI_VIEWS_CRDS_H
#define UI_VIEWS_CRDS_H

#include <stdint.h>

#include "cache/root.h"
#include "ui/widgets/sheet.h"

struct view;

extern const struct view crds_view;

/* What was read from one version of a definition. */
struct crd_facts {
	uint64_t version; /* of its entry */
	char *kind, *scope, *versions, *stored, *conversion, *wrong;
};

struct crds_view {
	struct sheet sheet;
	struct crd_facts *facts; /* by the entry's slot */
	size_t n_facts;
};

void crds_view_init(struct ui *ui);
void crds_view_release(struct ui *ui);

#endif
