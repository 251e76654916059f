/*
 * health_rules - what a condition, or a field, of a kind says about its health:
 * rules as data, a user's and our own, and those of one kind.
 */
#ifndef KUBE_HEALTH_RULES_H
#define KUBE_HEALTH_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct error;
struct path;

/* Values compare without regard to case with the condition's status, or with
 * the text that the path finds first. A value that no list has says nothing. */
struct health_rule {
	const char *kind;      /* "plural.group", "*.group" (and its subgroups), "*": every kind */
	const char *condition; /* a condition's type, or NULL */
	const char *path;      /* a JSONPath as kubectl's, or NULL; exactly one of both */
	const char *const *good;
	const char *const *progressing;
	const char *const *bad;
	size_t n_good;
	size_t n_progressing;
	size_t n_bad;
};

/* A user's set: unchanging once a second one knows it, counted, for any thread.
 * Of two rules for the same thing the one added last counts. */
struct health_rules;

#define HEALTH_RULES_MAX  1000
#define HEALTH_VALUES_MAX 100 /* of one rule */

struct health_rules *health_rules_new(void); /* empty, one reference */
/* Copies. Fails for a rule with nothing to look at or nothing to find there, for
 * a path that does not parse, and for too many; the set stays as it was. */
int health_rules_add(struct health_rules *rules, const struct health_rule *rule, struct error *err);
struct health_rules *health_rules_ref(struct health_rules *rules); /* NULL for NULL */
void health_rules_unref(struct health_rules *rules);

/* Whether any rule of the set (may be NULL) is about the kind. */
bool health_rules_concern(const struct health_rules *rules, struct str group, struct str plural);

/* The rules of one kind, looked up once. Unchanging: any thread may judge with it. */
struct health_line {
	const struct health_rule *rule;
	struct path *path; /* NULL: a condition's */
	struct str field;  /* what the verdict names */
	bool user;
};

struct health_context {
	struct health_rules *rules;
	struct health_line *lines; /* the user's, the last added first, then ours */
	size_t n_lines;
	bool paths; /* of ours: they go before conditions */
};

/* rules: a reference is kept; NULL: only ours. */
void health_context_init(struct health_context *context, struct health_rules *rules,
	struct str group, struct str plural);
void health_context_release(struct health_context *context);

#endif
