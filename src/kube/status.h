/*
 * status - what an answer that is no success means. Pure.
 *
 * The rules of classification are apimachinery's (api/errors/errors.go): a rule
 * holds when the reason matches, or when the reason is unknown and the code
 * matches. A body that is no Status gets the text of its
 * NewGenericServerResponse().
 */
#ifndef KUBE_STATUS_H
#define KUBE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct status {
	int code;	     /* from the body when it is a Status, else HTTP's */
	char *reason;	     /* never NULL; "" when unknown */
	char *message;	     /* never NULL */
	int64_t retry_after; /* details.retryAfterSeconds, -1: none; the caller puts HTTP's header in */
	bool cause_too_large; /* a cause of type ResourceVersionTooLarge */
};

#define STATUS_BODY_MAX 2048 /* what is shown of a body that is no Status */

/* body: the whole answer, or the object of a watch's ERROR event. what: such as
 * "get widgets.example.com", for texts made up here; may be NULL. */
void status_read(struct status *ret, int http_code, struct str body, const char *what);
void status_release(struct status *st);

/* A 200 whose body is a Status that says Failure is an error as well. */
bool status_is_failure(struct str body);

bool status_is_expired(const struct status *st);      /* 410: relist */
bool status_is_too_large_rv(const struct status *st); /* 504: list without one */
bool status_is_too_many(const struct status *st);     /* 429 */
bool status_is_initializing(const struct status *st); /* 429 `storage is (re)initializing` */
bool status_is_forbidden(const struct status *st);
bool status_is_unauthorized(const struct status *st);
bool status_is_not_found(const struct status *st);
bool status_is_method_not_allowed(const struct status *st);
bool status_is_invalid(const struct status *st); /* 422 */

/* kubectl's line: `Error from server (Forbidden): ...` on the heap. */
char *status_text(const struct status *st);

#endif
