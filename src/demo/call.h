/*
 * call - one request on its way through serve: what its path and query mean, and
 * the answer that is being made. Demo thread only.
 */
#ifndef DEMO_CALL_H
#define DEMO_CALL_H

#include <stdbool.h>

#include "base/str.h"
#include "demo/kinds.h"
#include "demo/query.h"
#include "demo/select.h"
#include "demo/serve.h"
#include "demo/view.h"

struct demo_call {
	struct demo_server *server;
	const struct demo_request *request;
	struct demo_answer *answer;
	struct demo_query query;
	/* Of a path that names a resource; all decoded, "" when not there. */
	struct demo_kind *kind;
	const struct demo_version *version;
	char *ns;
	char *name;
	char *subresource;
	struct demo_view view; /* as Accept wants it */
};

/* Reading (read.c): one object, a list, a watch. */
void demo_read_one(struct demo_call *call);
void demo_read_many(struct demo_call *call); /* with watch=true a watch */

/* What a list or watch is of; -1: refused. The caller releases ret. */
int demo_read_select(struct demo_call *call, struct demo_select *ret);
void demo_read_list(struct demo_call *call, const struct demo_select *select);

/* Writing (write.c). */
void demo_write_create(struct demo_call *call);
void demo_write_update(struct demo_call *call);
void demo_write_patch(struct demo_call *call);
void demo_write_delete(struct demo_call *call);
void demo_write_delete_many(struct demo_call *call);

/* The scale subresource (scale.c): GET, PUT, PATCH. */
void demo_scale(struct demo_call *call);

/* What is no resource of the store: false when the path is none of theirs. */
bool demo_discover(struct demo_call *call); /* /api, /apis, /version, /healthz ... */
bool demo_openapi(struct demo_call *call);  /* /openapi/v2, /openapi/v3 ... */
bool demo_review(struct demo_call *call);   /* SelfSubject...Reviews */

/* Whether the user may: false has set the answer to 403 in the server's words. */
bool demo_may(struct demo_call *call, const char *verb);

/* Answers with one object as the call's view has it. */
void demo_answer_object(struct demo_call *call, int code, struct str object);

#endif
