/*
 * One namespace after another, for who may not read all at once: an informer each,
 * whose list and events go into the contents of the one that stands for all.
 */
#include "cache/informer_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define NAMESPACES_MAX ((size_t)64 << 10)

void informer_free_narrow(struct informer *inf)
{
	for (size_t i = 0; i < inf->n_narrow; i++)
		informer_free(inf->narrow[i]);
	free(inf->narrow);
	inf->narrow = NULL;
	inf->n_narrow = 0;
}

static void add_narrow(struct informer *inf, const char *ns)
{
	struct informer *part = informer_make(inf->ctx, str_of(ns));

	part->of = inf;
	part->contents = inf->contents;
	part->hurried = inf->hurried;
	contents_part_init(&part->part, inf->contents, part->ns);
	contents_part_follow(&part->part, &inf->part); /* what it finds has changed since */
	reflector_init(&part->reflector, &informer_reflector_ops, part, &inf->ctx->server);
	inf->narrow = mem_realloc_array(inf->narrow, inf->n_narrow + 1, sizeof(*inf->narrow));
	inf->narrow[inf->n_narrow++] = part;
	informer_start(part);
}

static bool has_narrow(const struct informer *inf, const char *ns)
{
	for (size_t i = 0; i < inf->n_narrow; i++) {
		if (strcmp(inf->narrow[i]->ns, ns) == 0)
			return true;
	}
	return false;
}

void informer_may_narrow(struct informer *inf)
{
	inf->may_narrow = inf->kind->namespaced && !*inf->ns;
}

static bool is_among(const char *ns, const char *const *namespaces, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(ns, namespaces[i]) == 0)
			return true;
	}
	return false;
}

/* What is forbidden there, too, and is to be tried no more; its rows stay. */
static void drop_narrow(struct informer *inf, const char *const *namespaces, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < inf->n_narrow; i++) {
		struct informer *part = inf->narrow[i];

		if (part->state == KIND_FORBIDDEN && !is_among(part->ns, namespaces, n))
			informer_free(part);
		else
			inf->narrow[kept++] = part;
	}
	inf->n_narrow = kept;
}

void informer_narrow(struct informer *inf, const char *const *namespaces, size_t n)
{
	inf->may_narrow = false;
	drop_narrow(inf, namespaces, n);
	for (size_t i = 0; i < n; i++) {
		if (!has_narrow(inf, namespaces[i]))
			add_narrow(inf, namespaces[i]);
	}
	informer_touch(inf);
}

struct informer *informer_part(struct informer *inf, size_t i)
{
	if (inf->n_narrow == 0)
		return i == 0 ? inf : NULL;
	return i < inf->n_narrow ? inf->narrow[i] : NULL;
}

bool informer_is_forbidden(const struct informer *inf)
{
	return inf->state == KIND_FORBIDDEN && !*inf->ns && inf->kind->namespaced;
}

/* The one whose state stands for all of them: the first that has something to say;
 * forbidden is the last, since others may work. */
const struct informer *informer_speaker(const struct informer *inf)
{
	static const enum kind_state order[] = { KIND_LISTING, KIND_FAILING, KIND_POLLING,
		KIND_SYNCED };

	if (inf->state != KIND_FORBIDDEN)
		return inf;
	for (size_t k = 0; k < sizeof(order) / sizeof(*order); k++) {
		for (size_t i = 0; i < inf->n_narrow; i++) {
			if (inf->narrow[i]->state == order[k])
				return inf->narrow[i];
		}
	}
	return inf;
}

enum kind_state informer_said_state(const struct informer *inf)
{
	const struct informer *says = informer_speaker(inf);

	return says == inf && inf->state == KIND_FORBIDDEN && inf->may_narrow ? KIND_LISTING
									      : says->state;
}

bool informer_is_watched(const struct informer *inf)
{
	for (size_t i = 0; i < inf->n_narrow; i++) {
		if (inf->narrow[i]->state == KIND_SYNCED && !informer_is_watched(inf->narrow[i]))
			return false;
	}
	return inf->state != KIND_SYNCED ||
	       (inf->request && inf->watching && inf->http_code == 200);
}

/* What is forbidden is listed by nobody. */
bool informer_lags(const struct informer *inf)
{
	for (size_t i = 0; i < inf->n_narrow; i++) {
		if (informer_lags(inf->narrow[i]))
			return true;
	}
	return inf->state != KIND_FORBIDDEN && contents_part_lags(&inf->part);
}

size_t informer_narrowed(const struct informer *inf, const char **ret, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < inf->n_narrow && count < max; i++) {
		enum kind_state state = inf->narrow[i]->state;

		if (state == KIND_SYNCED || state == KIND_POLLING)
			ret[count++] = inf->narrow[i]->ns;
	}
	return count;
}

/* "a, b": those that may be read; NULL: it is not read so. */
char *informer_only(const struct informer *inf)
{
	struct buf out = BUF_INIT(NAMESPACES_MAX);
	char *text;

	for (size_t i = 0; i < inf->n_narrow; i++) {
		if (inf->narrow[i]->state == KIND_FORBIDDEN)
			continue;
		buf_addz(&out, out.len ? ", " : "");
		buf_addz(&out, inf->narrow[i]->ns);
	}
	text = out.len ? mem_strdup(buf_text(&out)) : NULL;
	buf_release(&out);
	return text;
}
