/*
 * The events of libyaml, written as JSON. See yaml.h.
 */
#include "json/yaml.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/array.h"
#include "base/map.h"
#include "base/mem.h"
#include "json/emit.h"
#include "json/yaml_scalar.h"

struct span {
	size_t start;
	size_t len;
};

struct frame {
	bool map;
	bool want_key;
	bool any;     /* something was written after the bracket */
	char *anchor; /* owned, or NULL */
	size_t start;
};

struct writer {
	struct buf *out;
	enum yaml_scalars scalars;
	struct frame *frames;
	size_t depth;
	size_t cap;
	struct map anchors; /* name -> struct span, owned */
	size_t line;
	size_t documents;
	int (*visit)(void *arg, struct str json); /* NULL: one document, left in out */
	void *visit_arg;
	struct error *err;
};

static int fail(struct writer *w, enum error_code code, const char *what)
{
	return error_set(w->err, code, "line %zu: %s", w->line, what);
}

static struct frame *top(struct writer *w)
{
	return w->depth ? &w->frames[w->depth - 1] : NULL;
}

static void define_anchor(struct writer *w, const char *name, size_t start)
{
	struct span *span = mem_alloc(sizeof(*span));

	span->start = start;
	span->len = w->out->len - start;
	free(map_put(&w->anchors, str_of(name), span));
}

/* What stands before a value: nothing, or a comma. */
static void before_value(struct writer *w)
{
	struct frame *f = top(w);

	if (!f)
		return;
	if (!f->map && f->any)
		buf_addc(w->out, ',');
	f->any = true;
}

static void after_value(struct writer *w)
{
	struct frame *f = top(w);

	if (f && f->map)
		f->want_key = true;
}

static bool at_key(struct writer *w)
{
	struct frame *f = top(w);

	return f && f->map && f->want_key;
}

static void before_key(struct writer *w)
{
	struct frame *f = top(w);

	if (f->any)
		buf_addc(w->out, ',');
	f->any = true;
}

static void after_key(struct writer *w)
{
	buf_addc(w->out, ':');
	top(w)->want_key = false;
}

static int open_node(struct writer *w, bool map, const yaml_char_t *anchor)
{
	struct frame *f;

	if (at_key(w))
		return fail(w, ERROR_UNSUPPORTED, "a key that is no scalar");
	if (w->depth == YAML_MAX_DEPTH)
		return fail(w, ERROR_TOO_LARGE, "nested too deeply");
	before_value(w);
	w->frames = array_reserve(w->frames, &w->cap, w->depth + 1, sizeof(*w->frames));
	f = &w->frames[w->depth++];
	*f = (struct frame){ .map = map, .want_key = map, .start = w->out->len };
	if (anchor)
		f->anchor = mem_strdup((const char *)anchor);
	buf_addc(w->out, map ? '{' : '[');
	return 0;
}

static void close_node(struct writer *w)
{
	struct frame *f = top(w);

	buf_addc(w->out, f->map ? '}' : ']');
	if (f->anchor)
		define_anchor(w, f->anchor, f->start);
	free(f->anchor);
	w->depth--;
	after_value(w);
}

/* A plain scalar, or one with a tag that says so, may be no string. */
static bool may_be_typed(const yaml_event_t *ev)
{
	const char *tag = (const char *)ev->data.scalar.tag;

	if (tag)
		return !strcmp(tag, YAML_INT_TAG) || !strcmp(tag, YAML_FLOAT_TAG) ||
		       !strcmp(tag, YAML_BOOL_TAG) || !strcmp(tag, YAML_NULL_TAG);
	return ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static int write_scalar(struct writer *w, const yaml_event_t *ev, bool key)
{
	struct str text = str_make((const char *)ev->data.scalar.value, ev->data.scalar.length);
	size_t start = w->out->len;
	bool typed = may_be_typed(ev);

	if (typed && key && str_is(text, "<<"))
		return fail(w, ERROR_UNSUPPORTED, "merge keys (<<) are not supported");
	if (!typed || (key && w->scalars == YAML_TEXT)) {
		emit_string(text, w->out);
		return 0;
	}
	if (key)
		buf_addc(w->out, '"');
	switch (yaml_scalar_write(text, w->scalars, w->out)) {
	case YAML_SCALAR_WRITTEN:
		if (key)
			buf_addc(w->out, '"');
		return 0;
	case YAML_SCALAR_STRING:
		buf_truncate(w->out, start);
		emit_string(text, w->out);
		return 0;
	case YAML_SCALAR_NO_JSON:
		break;
	}
	return fail(w, ERROR_INVALID, "a number that JSON does not have");
}

static int on_scalar(struct writer *w, const yaml_event_t *ev)
{
	bool key = at_key(w);
	size_t start;

	if (key)
		before_key(w);
	else
		before_value(w);
	start = w->out->len;
	if (write_scalar(w, ev, key) < 0)
		return -1;
	if (ev->data.scalar.anchor)
		define_anchor(w, (const char *)ev->data.scalar.anchor, start);
	if (key)
		after_key(w);
	else
		after_value(w);
	return 0;
}

static int on_alias(struct writer *w, const yaml_event_t *ev)
{
	const struct span *span = map_get(&w->anchors, str_of((const char *)ev->data.alias.anchor));
	bool key = at_key(w);
	char *room;

	if (!span)
		return fail(w, ERROR_INVALID, "an alias without its anchor");
	if (key && w->out->data[span->start] != '"')
		return fail(w, ERROR_UNSUPPORTED, "a key that is no string");
	if (key)
		before_key(w);
	else
		before_value(w);
	room = buf_room(w->out, span->len);
	if (!room)
		return 0; /* the overflow is noticed by the caller */
	memcpy(room, w->out->data + span->start, span->len);
	buf_added(w->out, span->len);
	if (key)
		after_key(w);
	else
		after_value(w);
	return 0;
}

static int on_document(struct writer *w)
{
	if (w->documents++ > 0 && !w->visit)
		return fail(w, ERROR_INVALID, "more than one document");
	return 0;
}

static void forget_anchors(struct writer *w)
{
	const struct map_slot *slot;
	size_t at = 0;

	while ((slot = map_next(&w->anchors, &at)))
		free(slot->value);
	map_release(&w->anchors);
	map_init(&w->anchors);
}

/* Anchors are those of one document. */
static int end_document(struct writer *w)
{
	int rc;

	if (!w->visit || w->out->overflow)
		return 0;
	rc = w->visit(w->visit_arg, buf_str(w->out)) == 0 ? 0 : -1;
	buf_reset(w->out);
	forget_anchors(w);
	return rc;
}

static int on_event(struct writer *w, const yaml_event_t *ev)
{
	w->line = ev->start_mark.line + 1;
	switch (ev->type) {
	case YAML_DOCUMENT_START_EVENT:
		return on_document(w);
	case YAML_DOCUMENT_END_EVENT:
		return end_document(w);
	case YAML_SCALAR_EVENT:
		return on_scalar(w, ev);
	case YAML_ALIAS_EVENT:
		return on_alias(w, ev);
	case YAML_SEQUENCE_START_EVENT:
		return open_node(w, false, ev->data.sequence_start.anchor);
	case YAML_MAPPING_START_EVENT:
		return open_node(w, true, ev->data.mapping_start.anchor);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_node(w);
		return 0;
	default:
		return 0;
	}
}

static int parse_failed(struct writer *w, const yaml_parser_t *parser)
{
	w->line = parser->problem_mark.line + 1;
	return fail(w, ERROR_INVALID, parser->problem ? parser->problem : "invalid YAML");
}

static int convert(struct writer *w, yaml_parser_t *parser)
{
	yaml_event_t ev;
	bool end = false;
	int rc = 0;

	while (!end && rc == 0) {
		if (!yaml_parser_parse(parser, &ev))
			return parse_failed(w, parser);
		end = ev.type == YAML_STREAM_END_EVENT;
		rc = on_event(w, &ev);
		yaml_event_delete(&ev);
		if (rc == 0 && w->out->overflow)
			rc = fail(w, ERROR_TOO_LARGE, "the document is too large");
	}
	if (rc == 0 && w->documents == 0 && !w->visit)
		buf_addz(w->out, "null");
	return rc;
}

static void writer_release(struct writer *w)
{
	forget_anchors(w);
	map_release(&w->anchors);
	while (w->depth > 0)
		free(w->frames[--w->depth].anchor);
	free(w->frames);
}

static int write_all(struct writer *w, struct str yaml)
{
	yaml_parser_t parser;
	int rc;

	if (!yaml_parser_initialize(&parser))
		abort();
	map_init(&w->anchors);
	yaml_parser_set_input_string(&parser, (const unsigned char *)yaml.p, yaml.len);
	rc = convert(w, &parser);
	yaml_parser_delete(&parser);
	writer_release(w);
	return rc;
}

int yaml_to_json(struct str yaml, enum yaml_scalars scalars, struct buf *out, struct error *err)
{
	struct writer w = { .out = out, .scalars = scalars, .err = err };

	return write_all(&w, yaml);
}

int yaml_each(struct str yaml, size_t max, int (*visit)(void *arg, struct str json), void *arg,
	struct error *err)
{
	struct buf out = BUF_INIT(max);
	struct writer w = {
		.out = &out,
		.scalars = YAML_TYPED,
		.visit = visit,
		.visit_arg = arg,
		.err = err,
	};
	int rc = write_all(&w, yaml);

	buf_release(&out);
	return rc;
}
