/*
 * serve - the embedded cluster's answers: one request in, one answer out, no
 * sockets. The network side (http) calls it, and so do the story's controllers,
 * which are clients like any other. Demo thread only.
 */
#ifndef DEMO_SERVE_H
#define DEMO_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/str.h"
#include "demo/random.h"

#define DEMO_BODY_MAX	((size_t)3 << 20) /* of a request, as the API server's */
#define DEMO_ANSWER_MAX ((size_t)1 << 30)

struct demo_kinds;
struct demo_store;
struct demo_watch;

struct demo_server {
	struct demo_store *store;
	struct demo_kinds *kinds;
	/* What the story forbids everybody: "plural.group" of kinds that nobody may
	 * list or watch. */
	char **forbidden;
	size_t n_forbidden;
	/* uids that stand in ownerReferences: only their deletion takes others along. */
	struct map owners;
	struct demo_random random; /* for uids and generated names: the same each time */
};

struct demo_server *demo_server_new(uint64_t seed);
void demo_server_free(struct demo_server *server);

/* Strings are borrowed; NULL where a header is not there. */
struct demo_request {
	const char *method;
	const char *path;  /* "/apis/g/v1/..." without a prefix, still percent-escaped */
	const char *query; /* behind the '?', still escaped; or NULL */
	const char *accept;
	const char *content_type;
	const char *user_agent;
	const char *user; /* "admin" may everything, any other reads; NULL: admin */
	struct str body;
	bool past; /* the story's start: status, times and deletion are taken as they are given */
};

struct demo_answer {
	int code;
	const char *content_type; /* static */
	char *warning;		  /* a Warning header's text, or NULL */
	struct buf body;
	struct demo_watch *watch; /* then the body comes from it, piece by piece */
};

/* ret is set always; demo_answer_release() it. */
void demo_serve(
	struct demo_server *server, const struct demo_request *request, struct demo_answer *ret);
void demo_answer_release(struct demo_answer *answer); /* a watch that is left in it, too */

#endif
