#include "kube/answer.h"

#include <string.h>

#include "json/scan.h"

static void read_metadata(struct scan *s, struct answer_list *ret)
{
	struct str key;

	if (!scan_object_or_skip(s))
		return;
	while (scan_key(s, &key)) {
		if (scan_is(key, "resourceVersion"))
			scan_plain(s, &ret->rv);
		else if (scan_is(key, "continue"))
			scan_plain(s, &ret->token);
		else
			scan_skip(s, NULL);
	}
}

int answer_read_list(struct str envelope, struct answer_list *ret)
{
	struct scan s;
	struct str key;

	memset(ret, 0, sizeof(*ret));
	scan_init(&s, envelope);
	scan_object(&s);
	while (scan_key(&s, &key)) {
		if (scan_is(key, "kind"))
			scan_plain(&s, &ret->kind);
		else if (scan_is(key, "metadata"))
			read_metadata(&s, ret);
		else
			scan_skip(&s, NULL);
	}
	return scan_failed(&s) ? -1 : 0;
}

/* The type stands first, always: then the walk over the object is left to whoever
 * reads it. */
static bool is_rest(const struct answer_event *e)
{
	return e->type.p && !str_is(e->type, "ERROR");
}

const char *answer_read_event(struct str frame, struct answer_event *ret)
{
	struct scan s;
	struct str key;

	memset(ret, 0, sizeof(*ret));
	scan_init(&s, frame);
	scan_object(&s);
	while (scan_key(&s, &key)) {
		if (scan_is(key, "type")) {
			scan_plain(&s, &ret->type);
		} else if (scan_is(key, "object") && is_rest(ret)) {
			ret->object = str_make(s.p, (size_t)(s.end - s.p));
			break;
		} else if (scan_is(key, "object")) {
			scan_skip(&s, &ret->object);
		} else {
			scan_skip(&s, NULL);
		}
	}
	return s.error;
}
