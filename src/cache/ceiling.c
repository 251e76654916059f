#include "cache/ceiling.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/mem.h"
#include "cache/contents.h"
#include "cache/informer.h"
#include "cache/nursery.h"

#define SLICE	   4096 /* texts in a turn */
#define TRIM_AFTER 4	/* turns: what was retired has been freed */

void ceiling_add(struct ceiling *ceiling, struct contents *contents)
{
	ceiling->items = array_reserve(
		ceiling->items, &ceiling->cap, ceiling->count + 1, sizeof(struct contents *));
	ceiling->items[ceiling->count++] = contents;
}

void ceiling_remove(struct ceiling *ceiling, struct contents *contents)
{
	size_t kept = 0;

	for (size_t i = 0; i < ceiling->count; i++) {
		if (ceiling->items[i] != contents)
			ceiling->items[kept++] = ceiling->items[i];
	}
	ceiling->count = kept;
}

void ceiling_release(struct ceiling *ceiling)
{
	free(ceiling->items);
	ceiling->items = NULL;
	ceiling->count = ceiling->cap = 0;
}

size_t ceiling_used(const struct informer_context *ctx, size_t readers)
{
	return ctx->ceiling.entries + nursery_texts(ctx->nursery) + readers;
}

/* What those that have been told are still to let go of. */
static size_t leaving(const struct ceiling *ceiling)
{
	size_t bytes = 0;

	for (size_t i = 0; i < ceiling->count; i++) {
		if (contents_is_reduced(ceiling->items[i]))
			bytes += contents_whole_bytes(ceiling->items[i]);
	}
	return bytes;
}

static struct contents *largest(const struct ceiling *ceiling)
{
	struct contents *found = NULL;
	size_t most = 0;

	for (size_t i = 0; i < ceiling->count; i++) {
		struct contents *c = ceiling->items[i];

		if (contents_is_reduced(c) || contents_whole_bytes(c) <= most ||
			!contents_can_reduce(c))
			continue;
		most = contents_whole_bytes(c);
		found = c;
	}
	return found;
}

static void tell(struct ceiling *ceiling, const struct kind *kind)
{
	if (ceiling->say)
		ceiling->say(ceiling->arg, kind);
}

/* staying: what will be left. */
static void lower(struct ceiling *ceiling, size_t staying)
{
	while (staying > ceiling->max / 10 * 9) {
		struct contents *c = largest(ceiling);
		size_t bytes;

		if (!c)
			break;
		bytes = contents_whole_bytes(c);
		contents_reduce(c);
		tell(ceiling, c->kind);
		ceiling->thinning = true;
		staying -= bytes < staying ? bytes : staying;
	}
	if (staying <= ceiling->max || ceiling->told || ceiling->thinning)
		return;
	ceiling->told = true;
	tell(ceiling, NULL);
}

/* Texts lie one beside the other, so that whole pages are free without them. */
static bool trim(struct informer_context *ctx)
{
	struct ceiling *ceiling = &ctx->ceiling;

	if (!ceiling->turns_to_trim)
		return false;
	ctx->dirty = true; /* a new root, without which nothing is freed */
	if (--ceiling->turns_to_trim == 0)
		mem_trim();
	return ceiling->turns_to_trim > 0;
}

bool ceiling_run(struct informer_context *ctx, size_t readers)
{
	struct ceiling *ceiling = &ctx->ceiling;
	size_t used = ceiling_used(ctx, readers), left = SLICE;
	size_t going;

	if (!ceiling->max)
		return false;
	if (used > ceiling->max) {
		/* two versions of a kind share a shelf for a moment */
		going = leaving(ceiling);
		if (going < used && used - going > ceiling->max)
			lower(ceiling, used - going);
	}
	if (!ceiling->thinning)
		return trim(ctx);
	for (size_t i = 0; i < ceiling->count && left; i++)
		left = contents_thin_some(ceiling->items[i], left);
	ceiling->thinning = left == 0;
	ceiling->turns_to_trim = TRIM_AFTER;
	return true;
}
