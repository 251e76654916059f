/*
 * story_data - what story.yaml says, parsed: kinds, entries (templates of objects)
 * and behaviours. The format is described at the head of story.yaml. Everything
 * hangs below struct story_data and is freed with it. Demo thread only.
 */
#ifndef DEMO_STORY_DATA_H
#define DEMO_STORY_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "demo/random.h"

struct demo_template;
struct doc;
struct story_object;

struct story_range {
	int64_t from, to; /* ns */
};

struct story_kind {
	char *kind;
	char *group; /* "" for the core group */
	char *plural;
	char *version;		   /* that of the storage */
	struct demo_template *crd; /* NULL: built in */
	/* Of a kind with a conversion webhook: the spec as it is once its objects are
	 * there; before that, crd serves every version and converts nothing. */
	struct demo_template *webhook;
	char *probe; /* the status field that the rate option counts in, or NULL */
	bool namespaced, status;
	bool later; /* not there at the start */
	bool forbidden;
	/* While the story runs: */
	bool installed;
	struct story_object **objects;
	size_t count, cap;
};

struct story_variable {
	char *name;
	struct demo_template *value;
};

struct story_variables {
	struct story_variable *items;
	size_t count;
};

/* One turn of a loop: its variables and their JSON. */
struct story_turn {
	char **names;
	char **values;
	size_t n_names, n_values;
};

struct story_loop {
	struct story_turn *turns;
	size_t count;
};

struct story_event {
	struct demo_template *type, *reason, *note, *action;
	struct story_range ago;
};

struct story_step {
	struct story_range after;
	char *manager, *version; /* or NULL: the behaviour's */
	char *at_name, *create_name;
	struct story_entry *at; /* the newest of these below the object; NULL: itself */
	struct demo_template *patch, *status, *conditions;
	struct story_event *event; /* or NULL */
	struct story_entry *create;
	struct story_kind *install, *uninstall;
	bool delete;
};

struct story_steps {
	struct story_step *items;
	size_t count;
};

/* A template of objects. */
struct story_entry {
	char *name;
	struct story_kind *kind;
	char *version;
	char *manager;
	char *controller; /* who wrote the status; NULL: the manager */
	struct story_loop *loops;
	size_t n_loops;
	unsigned count;	 /* objects for each turn of the loops */
	unsigned weight; /* its part of what the scale option adds; 0: none */
	struct story_range age;
	struct story_variables variables;
	struct demo_template *ns, *object_name;
	struct demo_template *object; /* the whole of it */
	struct demo_template *status; /* {"status": ...}, or NULL */
	struct story_entry **children;
	size_t n_children;
	struct story_steps then;
	bool start;    /* made at the start; else by a step */
	bool child;    /* made with its parent */
	bool owned;    /* has its parent as owner */
	unsigned keep; /* below one parent; 0: all */
	struct demo_random random;
};

struct story_behaviour {
	char *name;
	char *manager, *version;
	struct story_range every; /* to 0: once */
	struct story_range after;
	struct story_kind *pick_kind;	/* or NULL */
	struct story_entry *pick_entry; /* or NULL */
	char *pick_ns, *pick_name;	/* or NULL: any */
	/* [[what the object's fields are], [what they have to be]], or NULL */
	struct demo_template *when;
	struct story_variables variables;
	struct story_steps steps;
	struct demo_random random;
};

struct story_data {
	struct story_kind **kinds; /* the built-in Namespace first */
	size_t n_kinds;
	struct story_entry **entries; /* children, too */
	size_t n_entries;
	struct story_behaviour *behaviours;
	size_t n_behaviours;
};

/* Strict: an unknown key, kind, entry, variable or function is an error that names
 * the entry. ret is left alone on failure. */
int story_data_parse(struct str yaml, uint64_t seed, struct story_data *ret, struct error *err);
void story_data_release(struct story_data *data);

struct story_kind *story_data_kind(const struct story_data *data, const char *kind);
struct story_entry *story_data_entry(const struct story_data *data, const char *name);

/* ---- parts of the parser ---- */

/* Whether every key of object is one of allowed (ends with NULL). */
int story_keys(const struct doc *object, const char *const *allowed, struct error *err);

/* A kind from its compact form (story_kind.c), its schema (story_schema.c). */
struct story_kind *story_kind_new(const struct doc *form, struct error *err);
struct story_kind *story_kind_namespace(void);
void story_kind_free(struct story_kind *kind);
/* Adds the OpenAPI schema of a compact one as member key. */
int story_schema_add(
	struct doc *object, const char *key, const struct doc *form, struct error *err);

/* Steps (story_step.c). names: the variables that there are. */
int story_steps_parse(const struct doc *list, const struct story_data *data,
	struct story_steps *ret, struct error *err);
int story_steps_check(
	const struct story_steps *steps, char *const *names, size_t count, struct error *err);
void story_steps_release(struct story_steps *steps);
int story_range_parse(
	const struct doc *object, const char *key, struct story_range *ret, struct error *err);
int story_template_parse(const struct doc *value, struct demo_template **ret, struct error *err);
/* Adds managedFields to an entry's object: the status is the controller's, all else
 * the manager's (story_managed.c). */
void story_managed_add(struct doc *object, const char *manager, const char *controller);
/* Conditions from their compact form, {Type: [status, reason, message, time]}, as a
 * list; time where the form has none, generation: JSON, becomes observedGeneration. */
struct doc *story_conditions(
	const struct doc *form, const char *time, const char *generation, struct error *err);

#endif
