#include "kube/status.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "json/pick.h"
#include "json/scan.h"

/* What stands for a body that is no Status (apimachinery, api/errors,
 * NewGenericServerResponse). message NULL: what the server wrote. */
struct generic {
	int code;
	const char *reason;
	const char *message;
};

static const struct generic generics[] = {
	{ 400, "BadRequest", "the server rejected our request for an unknown reason" },
	{ 401, "Unauthorized", "the server has asked for the client to provide credentials" },
	{ 403, "Forbidden", NULL },
	{ 404, "NotFound", "the server could not find the requested resource" },
	{ 405, "MethodNotAllowed",
		"the server does not allow this method on the requested resource" },
	{ 406, "NotAcceptable", NULL },
	{ 409, "Conflict", "the server reported a conflict" },
	{ 410, "Gone", NULL },
	{ 413, "RequestEntityTooLarge", NULL },
	{ 415, "UnsupportedMediaType", NULL },
	{ 422, "Invalid", "the server rejected our request due to an error in our request" },
	{ 429, "TooManyRequests",
		"the server has received too many requests and has asked us to try again later" },
	{ 503, "ServiceUnavailable", "the server is currently unable to handle the request" },
	{ 504, "Timeout",
		"the server was unable to return a response in the time allotted, but may still "
		"be processing the request" },
};

static const char *const known_reasons[] = {
	"Unauthorized",
	"Forbidden",
	"NotFound",
	"AlreadyExists",
	"Conflict",
	"Gone",
	"Invalid",
	"ServerTimeout",
	"StoreReadError",
	"Timeout",
	"TooManyRequests",
	"BadRequest",
	"MethodNotAllowed",
	"NotAcceptable",
	"RequestEntityTooLarge",
	"UnsupportedMediaType",
	"InternalError",
	"Expired",
	"ServiceUnavailable",
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- reading ---- */

#define TOO_LARGE "Too large resource version"

static bool cause_is_too_large(struct str cause, bool timeout)
{
	static const char *const keys[] = { "reason", "message" };
	struct str v[2];

	pick_members(cause, keys, v, 2);
	if (pick_is_string(v[0], "ResourceVersionTooLarge"))
		return true;
	return timeout && str_contains(v[1], STR(TOO_LARGE));
}

static void read_details(struct status *st, struct str details)
{
	static const char *const keys[] = { "retryAfterSeconds", "causes" };
	struct str v[2], cause;
	struct scan s;

	pick_members(details, keys, v, 2);
	st->retry_after = pick_i64(v[0], -1);
	/* 0 is how Go writes that there is none. */
	if (st->retry_after <= 0)
		st->retry_after = -1;
	scan_init(&s, v[1]);
	if (scan_array(&s) < 0)
		return;
	while (scan_item_text(&s, &cause)) {
		if (cause_is_too_large(cause, strcmp(st->reason, "Timeout") == 0))
			st->cause_too_large = true;
	}
}

/* -1 when the body is no Status that tells of a failure. */
static int read_body(struct status *st, int http_code, struct str body)
{
	static const char *const keys[] = { "kind", "status", "code", "reason", "message",
		"details" };
	struct str v[6];
	int64_t code;

	pick_members(body, keys, v, 6);
	if (!pick_is_string(v[0], "Status") || pick_is_string(v[1], "Success"))
		return -1;
	code = pick_i64(v[2], 0);
	st->code = code > 0 && code < 1000 ? (int)code : http_code;
	st->reason = pick_text_or_empty(v[3]);
	st->message = pick_text_or_empty(v[4]);
	read_details(st, v[5]);
	return 0;
}

/* The start of a body for people, cut between characters. */
static struct str body_excerpt(struct str body)
{
	struct str text = str_trim(body);

	if (text.len > STATUS_BODY_MAX) {
		text.len = STATUS_BODY_MAX;
		while (text.len && ((unsigned char)text.p[text.len] & 0xc0) == 0x80)
			text.len--;
	}
	return text.len ? text : STR("unknown");
}

/* As Go's %q, for what matters: nothing breaks out of the quotes or the line. */
static void add_quoted(struct buf *out, struct str text)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", c);
		else if (c == '\n' || c == '\r' || c == '\t')
			buf_addz(out, c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
		else if ((unsigned char)c < 0x20 || c == 0x7f)
			buf_addf(out, "\\x%02x", (unsigned char)c);
		else
			buf_addc(out, c);
	}
	buf_addc(out, '"');
}

static const struct generic *generic_of(int code)
{
	for (size_t i = 0; i < COUNT(generics); i++) {
		if (generics[i].code == code)
			return &generics[i];
	}
	return NULL;
}

static void make_up(struct status *st, int http_code, struct str body, const char *what)
{
	const struct generic *generic = generic_of(http_code);
	struct str excerpt = body_excerpt(body);
	struct buf message;

	buf_init(&message, (size_t)5 * STATUS_BODY_MAX + (what ? strlen(what) : 0));
	if (generic && generic->message) {
		buf_addz(&message, generic->message);
	} else if (generic) {
		buf_addstr(&message, excerpt);
	} else if (http_code >= 500) {
		buf_addz(&message, "an error on the server (");
		add_quoted(&message, excerpt);
		buf_addz(&message, ") has prevented the request from succeeding");
	} else {
		buf_addf(&message,
			"the server responded with the status code %d but did not return more "
			"information",
			http_code);
	}
	if (what && what[0])
		buf_addf(&message, " (%s)", what);
	st->code = http_code;
	st->reason = mem_strdup(generic		   ? generic->reason
				: http_code >= 500 ? "InternalError"
						   : "");
	st->message = buf_take(&message);
}

void status_read(struct status *ret, int http_code, struct str body, const char *what)
{
	*ret = (struct status){ .retry_after = -1 };
	if (read_body(ret, http_code, body) < 0)
		make_up(ret, http_code, body, what);
}

void status_release(struct status *st)
{
	if (!st)
		return;
	free(st->reason);
	free(st->message);
	*st = (struct status){ .retry_after = -1 };
}

bool status_is_failure(struct str body)
{
	static const char *const keys[] = { "kind", "apiVersion", "status" };
	struct str v[3];

	pick_members(body, keys, v, 3);
	return pick_is_string(v[0], "Status") && pick_is_string(v[1], "v1") &&
	       !pick_is_string(v[2], "Success");
}

/* ---- classification ---- */

static bool is_known(const char *reason)
{
	for (size_t i = 0; i < COUNT(known_reasons); i++) {
		if (strcmp(known_reasons[i], reason) == 0)
			return true;
	}
	return false;
}

static bool matches(const struct status *st, const char *reason, int code)
{
	return strcmp(st->reason, reason) == 0 || (st->code == code && !is_known(st->reason));
}

bool status_is_expired(const struct status *st)
{
	return matches(st, "Expired", 410) || matches(st, "Gone", 410);
}

bool status_is_too_large_rv(const struct status *st)
{
	return st->cause_too_large ||
	       (matches(st, "Timeout", 504) && strstr(st->message, TOO_LARGE) != NULL);
}

bool status_is_too_many(const struct status *st)
{
	return st->code == 429 || strcmp(st->reason, "TooManyRequests") == 0;
}

bool status_is_initializing(const struct status *st)
{
	return status_is_too_many(st) &&
	       str_starts(str_of(st->message), STR("storage is (re)initializing"));
}

bool status_is_forbidden(const struct status *st)
{
	return matches(st, "Forbidden", 403);
}

bool status_is_unauthorized(const struct status *st)
{
	return matches(st, "Unauthorized", 401);
}

bool status_is_not_found(const struct status *st)
{
	return matches(st, "NotFound", 404);
}

bool status_is_method_not_allowed(const struct status *st)
{
	return matches(st, "MethodNotAllowed", 405);
}

bool status_is_invalid(const struct status *st)
{
	return matches(st, "Invalid", 422);
}

char *status_text(const struct status *st)
{
	if (strcmp(st->reason, "Unauthorized") == 0)
		return mem_printf("error: You must be logged in to the server (%s)", st->message);
	if (st->reason[0])
		return mem_printf("Error from server (%s): %s", st->reason, st->message);
	return mem_printf("Error from server: %s", st->message);
}
