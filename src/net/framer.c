#include "net/framer.h"

#include <string.h>

#include "json/scan.h"

void framer_init(struct framer *f, enum framer_mode mode, int (*value)(void *arg, struct str text),
	void *arg)
{
	memset(f, 0, sizeof(*f));
	f->mode = mode;
	f->value = value;
	f->arg = arg;
	buf_init(&f->part, FRAMER_OBJECT_MAX);
	buf_init(&f->envelope, FRAMER_ENVELOPE_MAX);
}

void framer_release(struct framer *f)
{
	buf_release(&f->part);
	buf_release(&f->envelope);
}

void framer_reset(struct framer *f)
{
	f->depth = f->blanks = 0;
	f->in_string = f->escaped = f->in_items = f->in_value = f->ended = false;
	/* A large object must not keep its memory for the life of a watch. */
	if (f->part.cap > 64 << 10)
		buf_release(&f->part);
	buf_reset(&f->part);
	buf_reset(&f->envelope);
}

bool framer_is_whole(const struct framer *f)
{
	return f->mode == FRAMER_LIST ? f->ended : !f->in_value;
}

/* The depth at which values start. */
static size_t floor_of(const struct framer *f)
{
	return f->mode == FRAMER_LIST ? 2 : 0;
}

/* Inside a string: to behind its closing quote, or to end. */
static const char *pass_string(struct framer *f, const char *p, const char *end)
{
	while (p < end) {
		if (f->escaped) {
			f->escaped = false;
			p++;
			continue;
		}
		p = scan_find_quote(p, end);
		if (p == end)
			break;
		if (*p++ == '"') {
			f->in_string = false;
			break;
		}
		f->escaped = true;
	}
	return p;
}

/* Keeps [start, p) for a value or an envelope that goes on. */
static int keep(struct framer *f, const char *start, const char *p, struct error *err)
{
	struct buf *b = f->in_value ? &f->part : &f->envelope;

	if (buf_add(b, start, (size_t)(p - start)) == 0)
		return 0;
	if (f->in_value)
		return error_set(err, ERROR_TOO_LARGE, "an object is larger than %d MiB",
			(int)(FRAMER_OBJECT_MAX >> 20));
	return error_set(err, ERROR_TOO_LARGE, "the list's own fields are larger than %d MiB",
		(int)(FRAMER_ENVELOPE_MAX >> 20));
}

/* [start, p) ends the value. */
static int deliver(struct framer *f, const char *start, const char *p, struct error *err)
{
	struct str text = str_make(start, (size_t)(p - start));
	int stop;

	if (f->part.len) {
		if (keep(f, start, p, err) < 0)
			return -1;
		text = buf_str(&f->part);
	}
	f->in_value = false;
	stop = f->value(f->arg, text);
	if (f->part.cap > 256 << 10)
		buf_release(&f->part);
	buf_reset(&f->part);
	return stop ? 1 : 0;
}

/* Whether the envelope ends with the key "items". */
static bool at_items(const struct framer *f)
{
	static const char key[] = "\"items\"";
	const size_t n = sizeof(key) - 1;
	struct str s = str_trim(buf_str(&f->envelope));

	if (s.len == 0 || s.p[s.len - 1] != ':')
		return false;
	s.len--;
	s = str_trim(s);
	return s.len > n && memcmp(s.p + s.len - n, key, n) == 0 && s.p[s.len - n - 1] != '\\';
}

static int unexpected(const struct framer *f, char c, struct error *err)
{
	const char *what = f->mode == FRAMER_LIST ? "list" : "watch event";

	if (c >= 0x20 && c < 0x7f)
		return error_set(
			err, ERROR_INVALID, "unexpected '%c' where a %s was expected", c, what);
	return error_set(err, ERROR_INVALID, "unexpected byte 0x%02x where a %s was expected",
		(unsigned char)c, what);
}

/* A watch may be kept awake by them for as long as it stands; a list, which may have
 * come compressed, may not go on with nothing else. */
static int pass_blank(struct framer *f, struct error *err)
{
	if (f->mode == FRAMER_WATCH || ++f->blanks <= FRAMER_BLANKS_MAX)
		return 0;
	return error_set(err, ERROR_TOO_LARGE, "more than %d MiB of blanks in a list",
		(int)(FRAMER_BLANKS_MAX >> 20));
}

/* Between two values: the next one begins, or the items end. Sets *p. */
static int between(struct framer *f, const char **p, struct error *err)
{
	char c = *(*p)++;

	if (c == ' ' || c == '\n' || c == '\r' || c == '\t' || (c == ',' && f->in_items))
		return pass_blank(f, err);
	f->blanks = 0;
	if (c == ']' && f->in_items) {
		f->in_items = false;
		f->depth = 1;
		return buf_addc(&f->envelope, ']');
	}
	if (c != '{')
		return unexpected(f, c, err);
	f->in_value = true;
	f->depth++;
	return 0;
}

/* A bracket or quote of the envelope at p; *start is what is not yet kept. */
static int envelope_char(struct framer *f, const char **start, const char *p, struct error *err)
{
	if (*p == '"') {
		f->in_string = true;
	} else if ((*p | 0x20) == '}') {
		if (f->depth == 0)
			return unexpected(f, *p, err);
		if (--f->depth)
			return 0;
		f->ended = true;
		if (keep(f, *start, p + 1, err) < 0)
			return -1;
		*start = p + 1;
	} else {
		if (f->depth == 0 && *p != '{')
			return unexpected(f, *p, err);
		f->depth++;
		if (*p != '[' || f->depth != 2)
			return 0;
		if (keep(f, *start, p, err) < 0)
			return -1;
		*start = p;
		f->in_items = at_items(f);
		if (f->in_items && keep(f, p, p + 1, err) < 0)
			return -1;
		if (f->in_items)
			*start = p + 1;
	}
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static int feed_envelope(struct framer *f, const char **at, const char *end, struct error *err)
{
	const char *start = *at;
	const char *p = start;

	while (p < end && !f->in_items) {
		if (f->in_string) {
			p = pass_string(f, p, end);
			continue;
		}
		if (f->depth == 0) {
			if (is_blank(*p)) {
				start = ++p;
				if (pass_blank(f, err) < 0)
					return -1;
				continue;
			}
			if (*p != '{' || f->ended)
				return unexpected(f, *p, err);
		}
		p = scan_find_structural(p, end);
		if (p == end)
			break;
		if (envelope_char(f, &start, p, err) < 0)
			return -1;
		p++;
	}
	*at = p;
	return p > start ? keep(f, start, p, err) : 0;
}

static int feed_value(struct framer *f, const char **at, const char *end, struct error *err)
{
	const char *start = *at - (f->part.len ? 0 : 1);
	struct scan_nest nest = { f->depth, f->in_string, f->escaped };
	bool whole = scan_nested(&nest, at, end, floor_of(f));

	f->depth = nest.depth;
	f->in_string = nest.in_string;
	f->escaped = nest.escaped;
	if (whole)
		return deliver(f, start, *at, err);
	if (f->depth > SCAN_MAX_DEPTH)
		return error_set(err, ERROR_TOO_LARGE, "an object is nested too deep");
	return keep(f, start, end, err);
}

int framer_feed(struct framer *f, const char *p, size_t n, struct error *err)
{
	const char *end = p + n;
	int rc = 0;

	while (p < end && rc == 0) {
		if (f->in_value)
			rc = feed_value(f, &p, end, err);
		else if (f->mode == FRAMER_LIST && !f->in_items)
			rc = feed_envelope(f, &p, end, err);
		else
			rc = between(f, &p, err);
	}
	/* The bracket that opens a value may have been the last byte. */
	if (rc == 0 && f->in_value && f->part.len == 0)
		rc = keep(f, end - 1, end, err);
	return rc;
}
