/*
 * access - what a SelfSubjectRulesReview grants, by RBAC's rules: "*" stands for
 * every verb, group or resource, "*" among the resources for subresources, too,
 * and a subresource of every resource stands as its name behind a star and a
 * slash (k8s.io/kubernetes, pkg/apis/rbac/v1/evaluation_helpers.go). A rule with
 * resourceNames grants for these names only; create and deletecollection know no
 * names, so that it grants neither. Pure; what was parsed never changes.
 */
#ifndef KUBE_ACCESS_H
#define KUBE_ACCESS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"

#define ACCESS_WORDS_MAX ((size_t)1 << 20) /* of all rules */

enum access {
	ACCESS_NO,
	ACCESS_YES,
	ACCESS_SOME,	/* for some names only */
	ACCESS_UNKNOWN, /* no rule grants it, and the server says that it has left out some */
};

struct access_wish {
	const char *verb;
	const char *group; /* "" is the core */
	const char *resource;
	const char *subresource; /* NULL: the resource itself */
};

struct access_rules;

/* What an access table asks of each kind: its columns. */
enum access_mark {
	ACCESS_LIST,
	ACCESS_WATCH,
	ACCESS_GET,
	ACCESS_CREATE,
	ACCESS_UPDATE,
	ACCESS_PATCH,
	ACCESS_DELETE,
	ACCESS_STATUS, /* to update these subresources */
	ACCESS_SCALE,
	ACCESS_MARKS
};

/* What is POSTed for the rules of one namespace; heap text. */
#define ACCESS_REVIEW_PATH "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
char *access_review(const char *ns);

/* answer: the review as the server gave it back. */
int access_rules_parse(struct str answer, struct access_rules **ret, struct error *err);
void access_rules_free(struct access_rules *rules);

enum access access_check(const struct access_rules *rules, const struct access_wish *wish);

/* The same, by a column of the table; rules may be NULL. */
enum access access_check_mark(const struct access_rules *rules, const char *group,
	const char *resource, enum access_mark mark);
const char *access_mark_name(enum access_mark mark); /* "LIST" */

/* Not all rules are known; and why, in the server's words, or NULL. */
bool access_is_incomplete(const struct access_rules *rules);
const char *access_problem(const struct access_rules *rules);

#endif
