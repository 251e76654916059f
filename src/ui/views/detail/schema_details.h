/*
 * schema_details - what a schema says of one field, besides its type: limits, the
 * values allowed, rules, the description; as lines. UI thread.
 */
#ifndef UI_VIEWS_DETAIL_SCHEMA_DETAILS_H
#define UI_VIEWS_DETAIL_SCHEMA_DETAILS_H

#include <stddef.h>

#include "base/str.h"

struct facts;

struct schema_page {
	struct facts *facts;
	size_t width; /* longer texts are broken into lines */
};

void schema_details(struct schema_page *page, struct str schema, size_t indent);

#endif
