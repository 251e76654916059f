/*
 * merge - the smallest JSON merge patch (RFC 7386) between two texts of an object.
 * Pure.
 *
 * Only members that differ are in it, with the new text's own bytes; lists are
 * replaced whole. Of equal keys the last one counts. Two ways to write the same
 * number or string are no difference; what a text has outside of the members that
 * differ is never looked at by anybody who gets the patch.
 */
#ifndef JSON_MERGE_H
#define JSON_MERGE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"

struct buf;

/* Appends the patch, "{}" when nothing differs. Both are valid JSON. A member that
 * has become null is removed by the patch, since null means absent in one; a null
 * where nothing was cannot be said by a merge patch: ERROR_UNSUPPORTED, naming the
 * field. Past 1,000 levels or the ceiling of out ERROR_TOO_LARGE; on a text that is
 * no object ERROR_INVALID. What was appended before a failure is of no use. */
int merge_patch(struct str old_text, struct str new_text, struct buf *out, bool *ret_differs,
	struct error *err);

/* Whether two JSON values mean the same. */
bool merge_equal(struct str a, struct str b);

#endif
