/*
 * explain - why an object is well or not, in words. Pure.
 *
 * What it writes is plain text of one or several lines; whatever came from the
 * object is on one line, its control characters as blanks. context: of the
 * object's kind, or NULL; now in seconds since 1970. -1 past the ceiling of out,
 * which then holds what had room.
 *
 * The verdict is the caller's: health_of(), or what was kept (an entry's), which
 * knows since when a controller lags where managedFields do not tell.
 */
#ifndef KUBE_EXPLAIN_H
#define KUBE_EXPLAIN_H

#include <stdint.h>

struct buf;
struct health_context;
struct health_verdict;
struct object;

/* The verdict (health, field and since count) with where it came from, then
 * whatever disagrees with it:
 *
 *	not ready: condition Ready is False since 12d: DoesNotExist: Secret "x" not found
 *	also: the controller has seen generation 3 of 4
 */
int health_explain(const struct object *object, const struct health_context *context,
	const struct health_verdict *verdict, int64_t now, struct buf *out);

/* For a column: `Ready=False DoesNotExist: Secret "x" not found`; nothing when
 * the object is well or there is nothing to judge by. */
int health_why(const struct object *object, const struct health_context *context,
	const struct health_verdict *verdict, int64_t now, struct buf *out);

#endif
