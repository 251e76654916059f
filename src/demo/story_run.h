/*
 * story_run - the story while it runs: what its parts (story*.c) share. The
 * objects that the story made are remembered, so that behaviours can pick among
 * them; what others make is none of its business. Demo thread only.
 */
#ifndef DEMO_STORY_RUN_H
#define DEMO_STORY_RUN_H

#include "demo/serve.h"
#include "demo/story.h"
#include "demo/story_data.h"
#include "demo/template.h"

struct story_object {
	unsigned refs;
	uint64_t id;	    /* in order of making, never used again */
	uint64_t parent_id; /* 0: none */
	struct story_kind *kind;
	const struct story_entry *entry;
	char *ns; /* "" for cluster scope */
	char *name;
	char *uid;
	size_t kind_at, probe_at; /* places in the lists */
	bool busy;		  /* a behaviour is at it */
	bool gone;
};

/* One run of a behaviour: where it stands. */
struct story_play {
	struct story_behaviour *behaviour;
	struct story_object *object; /* with a reference; NULL: picks none */
	struct demo_scope scope;
	size_t next; /* step */
};

/* What is next: a behaviour begins, or a play goes on. */
struct story_due {
	int64_t at;
	uint64_t order; /* of two at the same time the one that was put in first */
	struct story_behaviour *behaviour; /* or */
	struct story_play *play;
};

/* An Event that was sent: the same again counts up. */
struct story_said {
	char *key;
	char *path;
	unsigned count;
};

#define STORY_EVENTS 240 /* Events that are kept */

struct demo_story {
	struct demo_server *server;
	struct demo_story_options options;
	struct story_data data;
	struct demo_random random;
	uint64_t last_id, runs;
	size_t refused; /* changes that the server refused, for tests: */
	char *refusal;	/* the last of them and why, or NULL */
	bool starting;	/* objects that are older than the server are made */

	struct story_object **probed; /* what the rate changes */
	size_t n_probed, cap_probed, probe_next;
	int64_t probe_at, probe_count; /* since when, and how many since then */

	struct story_due *heap;
	size_t n_heap, cap_heap;
	uint64_t order;

	struct story_said said[STORY_EVENTS]; /* a ring */
	size_t n_said, first_said;
};

/* Like demo_story_new(), from another text than the built-in one. */
struct demo_story *story_new(struct demo_server *server, const struct demo_story_options *options,
	struct str yaml, struct error *err);

/* ---- objects (story_object.c) ---- */

/* Remembers an object that the server has made; takes over the texts. */
struct story_object *story_object_add(struct demo_story *story, struct story_object object);
void story_object_forget(struct demo_story *story, struct story_object *object);
/* And what is below it, as the server's garbage collector does. */
void story_object_forget_tree(struct demo_story *story, struct story_object *object);
void story_object_unref(struct story_object *object);
/* The youngest (or oldest) of entry below the parent, NULL: none; *ret_count: how many. */
struct story_object *story_object_below(
	const struct story_entry *entry, uint64_t parent_id, bool oldest, size_t *ret_count);
/* Any of those a behaviour is about that nothing happens to just now. */
struct story_object *story_object_pick(struct story_behaviour *behaviour);

/* ---- requests (story_send.c) ---- */

/* "/apis/GROUP/VERSION/namespaces/NS/PLURAL/NAME/SUB"; name and sub may be NULL. */
char *story_path(const struct story_kind *kind, const char *version, const char *ns,
	const char *name, const char *sub);
char *story_object_path(const struct story_object *object, const char *version, const char *sub);

struct story_request {
	const char *method;
	const char *path;
	const char *manager;
	struct str body;
};

/* The answer's code; ret_body (or NULL) is set always, the caller releases it. */
int story_send(struct demo_story *story, const struct story_request *request, struct buf *ret_body);
int story_install(struct demo_story *story, struct story_kind *kind, struct error *err);
void story_uninstall(struct demo_story *story, struct story_kind *kind);
void story_delete(struct demo_story *story, struct story_object *object, const char *manager);
/* An Event about the object in manager's name. */
void story_say(struct demo_story *story, const struct story_object *object,
	const struct story_event *event, const struct demo_scope *scope, const char *manager);

/* ---- entries (story_make.c) ---- */

/* Makes an entry's objects with their children. Fails only while the story starts. */
int story_make(struct demo_story *story, struct story_entry *entry, const struct demo_scope *up,
	const struct story_object *parent, struct error *err);
int story_make_all(struct demo_story *story, struct error *err);

/* ---- steps (story_play.c) ---- */

void story_play_start(struct demo_story *story, struct story_behaviour *behaviour);
void story_play_go_on(struct demo_story *story, struct story_play *play);
void story_play_free(struct story_play *play);
void story_step(struct demo_story *story, const struct story_step *step,
	struct story_object *object, struct demo_scope *scope, const char *manager,
	const char *version);
int64_t story_range_pick(const struct story_range *range, struct demo_random *random);

/* Puts it into the heap (story.c). */
void story_put(struct demo_story *story, int64_t at, struct story_behaviour *behaviour,
	struct story_play *play);

#endif
