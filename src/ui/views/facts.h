/*
 * views/facts - what there is to say about a kind or a group, as lines.
 */
#ifndef UI_VIEWS_FACTS_H
#define UI_VIEWS_FACTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "ui/theme.h"

struct kind_root;
struct root;

struct fact {
	enum role role;
	char *text;
};

struct facts {
	struct fact *items;
	size_t count;
	size_t cap;
};

void facts_release(struct facts *facts);

/* Both begin anew. wall: now; width: longer messages are broken into lines. */
void facts_of_kind(struct facts *facts, const struct kind_root *kind, int64_t wall, size_t width);
void facts_of_group(struct facts *facts, const struct root *root, struct str group);

#endif
