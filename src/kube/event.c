#include "kube/event.h"

#include "json/scan.h"
#include "kube/object.h"

/* ---- what it regards ---- */

static bool read_regarding(struct str object, struct event_object *ret)
{
	struct str version = STR("");
	struct str key;
	struct scan s;

	scan_init(&s, object);
	if (scan_object(&s) < 0)
		return false;
	while (scan_key(&s, &key)) {
		if (str_is(key, "apiVersion"))
			scan_plain(&s, &version);
		else if (str_is(key, "kind"))
			scan_plain(&s, &ret->kind);
		else if (str_is(key, "namespace"))
			scan_plain(&s, &ret->ns);
		else if (str_is(key, "name"))
			scan_plain(&s, &ret->name);
		else if (str_is(key, "uid"))
			scan_plain(&s, &ret->uid);
		else
			scan_skip(&s, NULL);
	}
	ret->group = str_cut(&version, '/');
	if (!version.p)
		ret->group = STR(""); /* "v1" */
	return !scan_failed(&s) && ret->kind.len && ret->name.len;
}

bool event_regarding(struct str text, struct event_object *ret)
{
	struct str regarding = scan_member(text, "regarding");

	*ret = (struct event_object){ STR(""), STR(""), STR(""), STR(""), STR("") };
	return regarding.p && read_regarding(regarding, ret);
}

/* ---- what it says ---- */

static void read_time(struct scan *s, int64_t *time)
{
	struct str text = STR("");
	int64_t seconds;

	scan_plain(s, &text);
	if (object_time(text, &seconds) == 0 && seconds > *time)
		*time = seconds;
}

static void read_count(struct scan *s, int64_t *count)
{
	int64_t n = 0;

	scan_i64(s, &n);
	if (n > *count)
		*count = n;
}

static void read_series(struct scan *s, struct event_words *words)
{
	struct str key;

	if (!scan_object_or_skip(s))
		return;
	while (scan_key(s, &key)) {
		if (str_is(key, "count"))
			read_count(s, &words->count);
		else if (str_is(key, "lastObservedTime"))
			read_time(s, &words->time);
		else
			scan_skip(s, NULL);
	}
}

static void read_created(struct scan *s, struct event_words *words)
{
	struct str key;

	if (!scan_object_or_skip(s))
		return;
	while (scan_key(s, &key)) {
		if (str_is(key, "creationTimestamp"))
			read_time(s, &words->time);
		else
			scan_skip(s, NULL);
	}
}

static void read_word(struct scan *s, struct str key, struct event_words *words)
{
	struct str type = STR("");

	if (str_is(key, "type")) {
		scan_plain(s, &type);
		words->warning = str_is(type, "Warning");
	} else if (str_is(key, "reason")) {
		scan_plain(s, &words->reason);
	} else if (str_is(key, "note")) {
		scan_plain(s, &words->note);
	} else if (str_is(key, "series")) {
		read_series(s, words);
	} else if (str_is(key, "metadata")) {
		read_created(s, words);
	} else if (str_is(key, "deprecatedCount")) {
		read_count(s, &words->count);
	} else if (str_is(key, "eventTime") || str_is(key, "deprecatedLastTimestamp")) {
		read_time(s, &words->time);
	} else {
		scan_skip(s, NULL);
	}
}

bool event_words(struct str text, struct event_words *ret)
{
	struct str key;
	struct scan s;

	*ret = (struct event_words){
		.reason = STR(""), .note = STR(""), .count = 1, .time = OBJECT_NO_TIME
	};
	scan_init(&s, text);
	if (scan_object(&s) < 0)
		return false;
	while (scan_key(&s, &key))
		read_word(&s, key, ret);
	return !scan_failed(&s);
}

/* ---- texts ---- */

/* How much of raw, at most max bytes, can stand without its rest. */
static size_t whole_part(struct str raw, size_t max)
{
	size_t at = 0;

	if (raw.len <= max)
		return raw.len;
	while (at < max) {
		size_t step = 1;

		if (raw.p[at] == '\\' && at + 1 < raw.len)
			step = raw.p[at + 1] == 'u' ? 6 : 2;
		if (at + step > max)
			break;
		at += step;
	}
	while (at > 0 && ((unsigned char)raw.p[at] & 0xc0) == 0x80)
		at--;
	return at;
}

void event_text(struct str raw, size_t max, struct buf *out)
{
	size_t part = whole_part(raw, max);

	scan_unescape(str_make(raw.p, part), out);
	if (part < raw.len)
		buf_addz(out, "\xe2\x80\xa6");
}
