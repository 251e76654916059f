/*
 * What others ask of the kinds that are there. Watch thread.
 */
#include "cluster/crds_internal.h"

#include <string.h>

bool crds_known(const struct crds *crds)
{
	return crds->discovered || informer_state(crds->informer) == KIND_SYNCED;
}

const char *crds_problem(const struct crds *crds)
{
	/* Discovery may still make up for it. */
	if (informer_state(crds->informer) == KIND_FORBIDDEN && !crds->discovered)
		return NULL;
	return informer_message(crds->informer);
}

bool crds_forbidden(const struct crds *crds)
{
	return informer_state(crds->informer) == KIND_FORBIDDEN;
}

size_t crds_watches(const struct crds *crds)
{
	size_t n = informer_watches(crds->informer);

	for (size_t i = 0; i < crds->n_members; i++)
		n += informer_watches(crds->members[i]->informer);
	return n;
}

struct informer *crds_informer(const struct crds *crds, uint32_t id)
{
	if (id == CRDS_DEFINITIONS)
		return crds->informer;
	for (size_t i = 0; i < crds->n_members; i++) {
		if (informer_kind(crds->members[i]->informer)->id == id)
			return crds->members[i]->informer;
	}
	return NULL;
}

struct informer *crds_informer_after(const struct crds *crds, uint32_t id)
{
	struct informer *next = NULL;

	for (size_t i = 0; i < crds->n_members; i++) {
		struct informer *inf = crds->members[i]->informer;
		uint32_t at = informer_kind(inf)->id;

		if (at > id && (!next || at < informer_kind(next)->id))
			next = inf;
	}
	return next;
}

static int cmp_names(const struct kind *kind, struct str group, struct str name)
{
	int order = str_cmp(str_of(kind->gvr.group), group);

	return order ? order : str_cmp(str_of(kind->kind), name);
}

const struct kind *crds_kind(const struct crds *crds, struct str group, struct str name)
{
	size_t low = 0, high = crds->n_members;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (cmp_names(informer_kind(crds->members[mid]->informer), group, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	/* Two CRDs may claim one kind: only one of them is served. */
	for (; low < crds->n_members; low++) {
		const struct member *m = crds->members[low];
		const struct kind *kind = informer_kind(m->informer);

		if (cmp_names(kind, group, name) != 0)
			break;
		if (!m->gone_at && informer_state(m->informer) != KIND_NOT_SERVED)
			return kind;
	}
	return NULL;
}
