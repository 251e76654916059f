/*
 * Only the names of top-level fields differ: one walk. See event.h.
 */
#include "demo/event.h"

#include <stdbool.h>
#include <string.h>

#include "json/scan.h"

static const struct {
	const char *core;
	const char *stored;
} names[] = {
	{ "involvedObject", "regarding" },
	{ "message", "note" },
	{ "source", "deprecatedSource" },
	{ "firstTimestamp", "deprecatedFirstTimestamp" },
	{ "lastTimestamp", "deprecatedLastTimestamp" },
	{ "count", "deprecatedCount" },
	{ "reportingComponent", "reportingController" },
};

static struct str renamed(struct str key, bool to_core)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *from = to_core ? names[i].stored : names[i].core;

		if (str_is(key, from))
			return str_of(to_core ? names[i].core : names[i].stored);
	}
	return key;
}

static int rename_fields(struct str event, bool to_core, struct buf *out)
{
	struct str key, value;
	struct scan s;

	scan_init(&s, event);
	scan_object(&s);
	buf_addz(out, to_core ? "{\"apiVersion\":\"v1\"" : "{\"apiVersion\":\"events.k8s.io/v1\"");
	while (scan_key(&s, &key)) {
		if (scan_skip(&s, &value) < 0)
			break;
		if (str_is(key, "apiVersion"))
			continue;
		key = renamed(key, to_core);
		buf_addf(out, ",\"" STR_FMT "\":", STR_ARG(key));
		buf_addstr(out, value);
	}
	buf_addc(out, '}');
	return scan_failed(&s) || out->overflow ? -1 : 0;
}

int demo_event_to_core(struct str event, struct buf *out)
{
	return rename_fields(event, true, out);
}

int demo_event_to_stored(struct str event, struct buf *out)
{
	return rename_fields(event, false, out);
}
