/*
 * world - what the scripted API server serves: collections of objects that are
 * listed (by pages or as a stream) and watched as kube-apiserver does it.
 *
 * Each collection counts its own resourceVersions from WORLD_RV on: the first
 * change has WORLD_RV + 1. The test's thread changes the world; the server's
 * thread reads it. What a test wants broken it says with a route of its own,
 * which comes before the world's.
 */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORLD_RV     10
#define WORLD_EVENTS "/apis/events.k8s.io/v1/events"
#define WORLD_CRDS   "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

struct collection;
struct server;
struct world;

/* streaming: sendInitialEvents is known; otherwise it is 422. */
struct world *world_new(struct server *server, bool streaming);
void world_free(struct world *w); /* after the server */
/* A page has so many objects at most, whatever limit says; before the cluster starts. */
void world_set_page(struct world *w, size_t page);

struct crd_text {
	const char *plural;	/* "widgets"; the kind is "Widget", the group example.com */
	const char *uid;	/* NULL: "uid-of-" and the plural */
	const char *versions;	/* the array; NULL: v1 */
	const char *columns;	/* of v1, when versions is NULL */
	const char *conditions; /* the array; NULL: names accepted and established */
	const char *names;	/* acceptedNames; NULL: spec's */
	const char *conversion; /* strategy; NULL: None */
	bool cluster_scoped;
};

/* Creates or changes a CRD; the instances' collection is another matter. */
void world_crd(struct world *w, const struct crd_text *text);
void world_crd_delete(struct world *w, const char *plural);
struct collection *world_crds(struct world *w);

/* The instances at "/apis/example.com/VERSION/PLURAL". */
struct collection *world_add(struct world *w, const char *plural, const char *version);
/* Kubernetes Events, which are not served otherwise. */
struct collection *world_events(struct world *w);
/* A CRD as by default with its instances at v1. */
struct collection *world_kind(struct world *w, const char *plural);

/* The path is not served any more (404, no Status), its watches end; or again. */
void collection_serve(struct collection *c, bool served);
/* A new uid in the same name is a new object: uid NULL keeps or makes one.
 * rest: further members of the object, ",\"spec\":{...}", or NULL. Returns its
 * resourceVersion. */
uint64_t collection_put(
	struct collection *c, const char *ns, const char *name, const char *uid, const char *rest);
uint64_t collection_delete(struct collection *c, const char *ns, const char *name);

/* Changes that no watch is told of: as if it had been cut before them. */
void collection_hush(struct collection *c, bool hushed);
/* The frames of the last n changes as a watch has them; free() it. */
char *collection_frames(struct collection *c, size_t n);
/* What is older than now cannot be watched or paged any more. */
void collection_compact(struct collection *c);
/* 410 comes as a status, not as an event. */
void collection_gone_as_status(struct collection *c, bool as_status);
void collection_bookmark(struct collection *c);

/* Its watches: the number of the newest one's request (waits for the count-th
 * since the start), and the end of all of them. */
size_t collection_watch(struct collection *c, size_t count);
void collection_end(struct collection *c);
void collection_cut(struct collection *c);
void collection_reset(struct collection *c);

/* The model, for comparing: in no order. Valid until the next change. */
size_t collection_count(struct collection *c);
const char *collection_find(struct collection *c, const char *ns, const char *name);
uint64_t collection_rv(struct collection *c);
const char *collection_path(const struct collection *c);

#endif
