/*
 * One walk over the text writes the YAML and, beside it, what stands on each
 * line. The layout is kubectl's: two columns a level, lists at the column of
 * their key.
 */
#include "json/emit.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "json/compact.h"
#include "json/emit_scalar.h"
#include "json/scan.h"

#define DEPTH_MAX      1000
#define KEY_MAX	       1000 /* what libyaml takes for a key in front of its colon */
#define TEXT_MAX       ((size_t)1 << 30)
#define UNESCAPED(raw) (2 * (raw).len + 4)

struct emitter {
	const struct emit_options *options;
	struct buf *out;
	struct buf plain; /* an unescaped string */
	struct emit_lines *lines;
	size_t start; /* of the YAML in out */
	const char *json;
	size_t depth;
	size_t level_metadata; /* depth of the root's metadata, 0 outside of it */
	bool too_deep;
};

void emit_lines_release(struct emit_lines *lines)
{
	if (!lines)
		return;
	free(lines->items);
	*lines = (struct emit_lines){ NULL, 0, 0 };
}

void emit_string(struct str text, struct buf *out)
{
	compact_string(text, false, out);
}

/* ---- lines ---- */

static uint32_t here(const struct emitter *e)
{
	return (uint32_t)(e->out->len - e->start);
}

static struct emit_line *line(struct emitter *e)
{
	return e->lines && e->lines->count ? &e->lines->items[e->lines->count - 1] : NULL;
}

static void add_blanks(struct buf *out, size_t n)
{
	char *room = buf_room(out, n);

	if (!room)
		return;
	memset(room, ' ', n);
	buf_added(out, n);
}

/* text and the character behind it */
static void add_with(struct buf *out, struct str text, char end)
{
	char *room = buf_room(out, text.len + 1);

	if (!room)
		return;
	memcpy(room, text.p, text.len);
	room[text.len] = end;
	buf_added(out, text.len + 1);
}

static void begin_line(struct emitter *e, size_t indent)
{
	struct emit_lines *lines = e->lines;

	if (lines) {
		lines->items = array_reserve(
			lines->items, &lines->cap, lines->count + 1, sizeof(*lines->items));
		lines->items[lines->count++] =
			(struct emit_line){ .at = here(e), .indent = (uint16_t)indent };
	}
	add_blanks(e->out, indent);
}

/* Says which value of the JSON text the line shows. */
static void set_value(struct emitter *e, const char *p, size_t len)
{
	struct emit_line *l = line(e);

	if (!l)
		return;
	l->json_at = (uint32_t)(p - e->json);
	l->json_len = (uint32_t)len;
	l->value_at = len ? here(e) : 0;
}

/* ---- scalars ---- */

/* The string's own text; valid until the next call. */
static struct str unescaped(struct emitter *e, struct str raw)
{
	if (!scan_has_escape(raw))
		return raw;
	buf_reset(&e->plain);
	scan_unescape(raw, &e->plain);
	return buf_str(&e->plain);
}

static void put_literal_lines(struct emitter *e, struct str text, size_t indent)
{
	struct emit_line first = e->lines ? *line(e) : (struct emit_line){ .at = 0 };
	struct str rest = text;

	if (text.p[text.len - 1] == '\n')
		rest.len--;
	do {
		struct str part = str_cut(&rest, '\n');

		begin_line(e, part.len ? indent : 0);
		if (e->lines) {
			line(e)->kind = EMIT_BLOCK;
			line(e)->json_at = first.json_at;
			line(e)->json_len = first.json_len;
		}
		buf_addstr(e->out, part);
		buf_addc(e->out, '\n');
	} while (rest.p);
}

/* indent: where the lines of a literal stand; 0: none may. */
static void put_string(struct emitter *e, struct str raw, size_t indent)
{
	struct str text = unescaped(e, raw);

	switch (scalar_style(text, indent > 0)) {
	case SCALAR_PLAIN:
		add_with(e->out, text, '\n');
		return;
	case SCALAR_SINGLE:
		scalar_single(text, e->out);
		break;
	case SCALAR_QUOTED:
		scalar_quote(text, e->out);
		break;
	case SCALAR_LITERAL:
		scalar_literal_header(text, e->out);
		buf_addc(e->out, '\n');
		put_literal_lines(e, text, indent);
		return;
	}
	buf_addc(e->out, '\n');
}

static void put_scalar(struct emitter *e, struct scan *s, size_t indent)
{
	enum scan_type type = scan_type(s);
	struct str text;

	if (scan_skip(s, &text) < 0)
		return;
	set_value(e, text.p, text.len);
	if (type == SCAN_STRING) {
		put_string(e, str_make(text.p + 1, text.len - 2), indent);
		return;
	}
	add_with(e->out, text, '\n');
}

/* ---- containers ---- */

/* A list's objects are two levels down, in its items. */
static void note_metadata(struct emitter *e, struct str key)
{
	size_t depth = e->options->list ? 3 : 1;

	if (e->depth == depth)
		e->level_metadata = scan_is(key, "metadata") ? depth + 1 : 0;
}

static bool is_hidden(const struct emitter *e, struct str key)
{
	return e->level_metadata && e->depth == e->level_metadata && !e->options->managed_fields &&
	       scan_is(key, "managedFields");
}

/* The next member that is shown. */
static bool next_key(struct emitter *e, struct scan *s, struct str *ret_key)
{
	while (scan_key(s, ret_key)) {
		if (!is_hidden(e, *ret_key))
			return true;
		scan_skip(s, NULL);
	}
	return false;
}

/* Whether the container at the cursor shows nothing; depth is that inside. */
static bool is_empty(struct emitter *e, const struct scan *s, enum scan_type type)
{
	struct scan peek = *s;
	struct str key;
	bool empty;

	e->depth++;
	if (type == SCAN_ARRAY)
		empty = scan_array(&peek) < 0 || !scan_item(&peek);
	else if (e->depth == e->level_metadata)
		empty = scan_object(&peek) < 0 || !next_key(e, &peek, &key);
	else
		empty = scan_object(&peek) < 0 || scan_type(&peek) != SCAN_STRING;
	e->depth--;
	return empty;
}

static void put_empty(struct emitter *e, struct scan *s, enum scan_type type)
{
	struct str text;

	if (scan_skip(s, &text) < 0)
		return;
	set_value(e, text.p, text.len);
	buf_addz(e->out, type == SCAN_OBJECT ? "{}\n" : "[]\n");
}

static void put_key(struct emitter *e, struct str raw, size_t indent)
{
	struct str key = unescaped(e, raw);
	struct emit_line *l = line(e);
	bool plain = scalar_style(key, false) == SCALAR_PLAIN;
	/* An escape takes up to 10 characters for one byte. */
	bool is_long = key.len > (plain ? KEY_MAX : KEY_MAX / 10);
	uint32_t at;

	if (is_long)
		buf_addz(e->out, "? ");
	at = here(e);
	if (plain)
		buf_addstr(e->out, key);
	else
		scalar_quote(key, e->out);
	if (l) {
		l->kind = EMIT_KEY;
		l->key_at = at;
		l->key_len = here(e) - at;
	}
	if (is_long) {
		buf_addc(e->out, '\n');
		begin_line(e, indent);
	}
	buf_addc(e->out, ':');
}

static void put_object(struct emitter *e, struct scan *s, size_t indent, bool on_line);
static void put_array(struct emitter *e, struct scan *s, size_t indent, bool on_line);

/* A value behind "key:" of an object at indent. */
static void put_member(struct emitter *e, struct scan *s, size_t indent)
{
	enum scan_type type = scan_type(s);

	if (type != SCAN_OBJECT && type != SCAN_ARRAY) {
		buf_addc(e->out, ' ');
		put_scalar(e, s, indent + 2);
	} else if (is_empty(e, s, type)) {
		buf_addc(e->out, ' ');
		put_empty(e, s, type);
	} else {
		set_value(e, s->p, 0);
		buf_addc(e->out, '\n');
		if (type == SCAN_OBJECT)
			put_object(e, s, indent + 2, false);
		else
			put_array(e, s, indent, false);
	}
}

/* A value that begins where the cursor of out stands: the root's, or behind a
 * dash; its further lines stand at indent. */
static void put_item(struct emitter *e, struct scan *s, size_t indent)
{
	enum scan_type type = scan_type(s);

	if (type != SCAN_OBJECT && type != SCAN_ARRAY)
		put_scalar(e, s, indent);
	else if (is_empty(e, s, type))
		put_empty(e, s, type);
	else if (type == SCAN_OBJECT)
		put_object(e, s, indent, true);
	else
		put_array(e, s, indent, true);
}

static bool enter(struct emitter *e, struct scan *s)
{
	if (++e->depth > DEPTH_MAX)
		e->too_deep = true;
	if (!e->too_deep && !e->out->overflow)
		return true;
	s->error = "stopped";
	return false;
}

/* Nobody wants to see more: the walk ends, but not on a line that is begun. */
static bool is_full(const struct emitter *e, struct scan *s)
{
	if (!e->options->lines_max || !e->lines || e->lines->count < e->options->lines_max)
		return false;
	s->error = "stopped";
	return true;
}

static void put_object(struct emitter *e, struct scan *s, size_t indent, bool on_line)
{
	struct str key;

	if (enter(e, s) && scan_object(s) == 0) {
		while ((on_line || !is_full(e, s)) && next_key(e, s, &key)) {
			if (!on_line)
				begin_line(e, indent);
			on_line = false;
			put_key(e, key, indent);
			note_metadata(e, key);
			put_member(e, s, indent);
		}
	}
	e->depth--;
}

static void put_array(struct emitter *e, struct scan *s, size_t indent, bool on_line)
{
	if (enter(e, s) && scan_array(s) == 0) {
		while ((on_line || !is_full(e, s)) && scan_item(s)) {
			if (!on_line)
				begin_line(e, indent);
			on_line = false;
			if (e->lines)
				line(e)->dashes++;
			buf_addz(e->out, "- ");
			put_item(e, s, indent + 2);
		}
	}
	e->depth--;
}

static int check(struct str json, const struct emit_options *options, const struct buf *out,
	struct error *err)
{
	if (json.len > TEXT_MAX || out->len > TEXT_MAX)
		return error_set(err, ERROR_TOO_LARGE, "a document of %zu bytes", json.len);
	return options->lines_max ? 0 : scan_validate(json, err);
}

static int finish(const struct emitter *e, struct error *err)
{
	if (e->too_deep)
		return error_set(err, ERROR_TOO_LARGE, "nested deeper than %d levels", DEPTH_MAX);
	/* Offsets of lines have 32 bits. */
	if (e->out->overflow || e->out->len - e->start > UINT32_MAX)
		return error_set(
			err, ERROR_TOO_LARGE, "the document is larger than %zu bytes", e->out->max);
	return 0;
}

int emit_yaml(struct str json, const struct emit_options *options, struct buf *out,
	struct emit_lines *lines, struct error *err)
{
	struct emitter e = {
		.options = options, .out = out, .lines = lines, .start = out->len, .json = json.p
	};
	struct scan s;

	if (check(json, options, out, err) < 0)
		return -1;
	buf_init(&e.plain, UNESCAPED(json));
	scan_init(&s, json);
	begin_line(&e, 0);
	put_item(&e, &s, 0);
	buf_release(&e.plain);
	return finish(&e, err);
}

/* ---- JSON ---- */

static void put_json(struct emitter *e, struct scan *s, size_t level);

static void new_line(struct emitter *e, size_t level)
{
	buf_addc(e->out, '\n');
	add_blanks(e->out, 4 * level);
}

static void put_json_object(struct emitter *e, struct scan *s, size_t level)
{
	bool first = true;
	struct str key;

	if (enter(e, s) && scan_object(s) == 0) {
		buf_addc(e->out, '{');
		while (next_key(e, s, &key)) {
			if (!first)
				buf_addc(e->out, ',');
			first = false;
			new_line(e, level + 1);
			buf_addc(e->out, '"');
			buf_addstr(e->out, key);
			buf_addz(e->out, "\": ");
			note_metadata(e, key);
			put_json(e, s, level + 1);
		}
		new_line(e, level);
		buf_addc(e->out, '}');
	}
	e->depth--;
}

static void put_json_array(struct emitter *e, struct scan *s, size_t level)
{
	bool first = true;

	if (enter(e, s) && scan_array(s) == 0) {
		buf_addc(e->out, '[');
		while (scan_item(s)) {
			if (!first)
				buf_addc(e->out, ',');
			first = false;
			new_line(e, level + 1);
			put_json(e, s, level + 1);
		}
		new_line(e, level);
		buf_addc(e->out, ']');
	}
	e->depth--;
}

static void put_json(struct emitter *e, struct scan *s, size_t level)
{
	enum scan_type type = scan_type(s);
	struct str text;

	if (type == SCAN_OBJECT && !is_empty(e, s, type)) {
		put_json_object(e, s, level);
	} else if (type == SCAN_ARRAY && !is_empty(e, s, type)) {
		put_json_array(e, s, level);
	} else if (scan_skip(s, &text) == 0) {
		if (type == SCAN_OBJECT)
			buf_addz(e->out, "{}");
		else if (type == SCAN_ARRAY)
			buf_addz(e->out, "[]");
		else
			buf_addstr(e->out, text);
	}
}

int emit_json(struct str json, const struct emit_options *options, unsigned indent, struct buf *out,
	struct error *err)
{
	struct emitter e = { .options = options, .out = out, .start = out->len, .json = json.p };
	struct scan s;

	if (check(json, options, out, err) < 0)
		return -1;
	scan_init(&s, json);
	put_json(&e, &s, indent);
	return finish(&e, err);
}
