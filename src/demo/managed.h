/*
 * managed - metadata.managedFields, simply but truthfully: who changed which
 * second-level fields last, and when. Pure.
 */
#ifndef DEMO_MANAGED_H
#define DEMO_MANAGED_H

struct doc;

struct demo_author {
	const char *manager;
	const char *api_version; /* in which it wrote */
	const char *subresource; /* "" for the object itself */
	const char *time;
};

/* Puts into now (a new version, its metadata made) the managedFields of before (NULL: a
 * new object) with what the author changed. */
void demo_managed_update(struct doc *now, struct doc *before, const struct demo_author *author);

#endif
