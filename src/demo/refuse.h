/*
 * refuse - Status objects in kubectl's and the API server's words. Pure.
 */
#ifndef DEMO_REFUSE_H
#define DEMO_REFUSE_H

#include "base/str.h"
#include "demo/serve.h"

struct demo_kind;

/* Each sets code, content type and body of the answer. */
void demo_refuse(struct demo_answer *ret, int code, const char *reason, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void demo_refuse_not_found(struct demo_answer *ret, const struct demo_kind *kind, struct str name);
void demo_refuse_exists(struct demo_answer *ret, const struct demo_kind *kind, struct str name);
void demo_refuse_conflict(struct demo_answer *ret, const struct demo_kind *kind, struct str name);
/* One cause each: field path, reason (FieldValueRequired ...), message. */
struct demo_cause {
	const char *field;
	const char *reason;
	const char *message;
};
void demo_refuse_invalid(struct demo_answer *ret, const struct demo_kind *kind, struct str name,
	const struct demo_cause *causes, size_t n_causes);

/* The Status of a deletion that is done, and any other success. */
void demo_answer_success(
	struct demo_answer *ret, const struct demo_kind *kind, struct str name, struct str uid);

#endif
