#include "kube/explain.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "json/path.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/conditions.h"
#include "kube/format.h"
#include "kube/health.h"
#include "kube/health_rules.h"
#include "kube/object.h"

#define TEXT_MAX     ((size_t)16 << 20)
#define NO_CONDITION SIZE_MAX

struct question {
	const struct object *object;
	const struct health_context *context;
	int64_t now;
	struct health_verdict verdict;
	size_t speaker; /* which of the conditions has decided; NO_CONDITION: none */
	struct buf *out;
};

/* ---- words ---- */

static void add_flat(struct buf *out, struct str text)
{
	text = str_trim(text);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		buf_addc(out, c < ' ' || c == 0x7f ? ' ' : (char)c);
	}
}

static void add_raw(struct buf *out, struct str raw)
{
	struct buf plain = BUF_INIT(TEXT_MAX);

	scan_unescape(raw, &plain);
	add_flat(out, buf_str(&plain));
	buf_release(&plain);
}

/* A JSON value: a string without its quotes. */
static void add_value(struct buf *out, struct str value)
{
	struct str raw = pick_raw(value);

	if (raw.p)
		add_raw(out, raw);
	else
		add_flat(out, value);
}

static void add_since(const struct question *q, int64_t since)
{
	char age[FORMAT_AGE_MAX];

	if (since == OBJECT_NO_TIME)
		return;
	format_age(q->now > since ? q->now - since : 0, age);
	buf_addf(q->out, " since %s", age);
}

static void add_finalizers(const struct question *q)
{
	const char *before = ", finalizers: ";
	struct str item;
	struct scan s;

	scan_init(&s, q->object->finalizers);
	if (scan_array(&s) < 0)
		return;
	while (scan_item_text(&s, &item)) {
		buf_addz(q->out, before);
		add_value(q->out, item);
		before = ", ";
	}
}

/* ---- what may be the cause ---- */

static void add_deletion(const struct question *q)
{
	buf_addz(q->out, "deleting");
	add_since(q, q->object->deleted);
	if (q->verdict.health == HEALTH_BAD)
		buf_addz(q->out, ", stuck");
	add_finalizers(q);
}

static void add_lag(const struct question *q, int64_t since)
{
	buf_addf(q->out, "the controller has seen generation %" PRId64 " of %" PRId64,
		q->object->observed, q->object->generation);
	if (since == OBJECT_NO_TIME)
		return;
	buf_addz(q->out, ", the last one there");
	add_since(q, since);
}

static void add_detail(struct buf *out, struct str text)
{
	if (!text.len)
		return;
	buf_addz(out, ": ");
	add_flat(out, text);
}

static void add_condition(const struct question *q, const struct condition *c)
{
	buf_addz(q->out, "condition ");
	add_flat(q->out, c->type);
	if (c->place.len) {
		buf_addz(q->out, " of ");
		add_flat(q->out, c->place);
	}
	buf_addz(q->out, " is ");
	add_flat(q->out, c->status);
	add_since(q, c->transition);
	add_detail(q->out, c->reason);
	add_detail(q->out, c->message);
}

/* Ready=False Reason: message */
static void add_condition_short(const struct question *q, const struct condition *c)
{
	if (c->place.len) {
		add_flat(q->out, c->place);
		buf_addz(q->out, ": ");
	}
	add_flat(q->out, c->type);
	buf_addc(q->out, '=');
	add_flat(q->out, c->status);
	if (c->reason.len) {
		buf_addc(q->out, ' ');
		add_flat(q->out, c->reason);
	}
	add_detail(q->out, c->message);
}

/* The value of the field that the verdict names: a rule's path, or one of status. */
static struct str field_value(const struct question *q)
{
	struct str rest = q->verdict.field, value = q->object->status;
	const struct health_context *context = q->context;

	for (size_t i = 0; context && i < context->n_lines; i++) {
		const struct health_line *line = &context->lines[i];

		if (line->path && str_eq(line->field, rest) &&
			path_first(line->path, q->object->text, &value) == PATH_FOUND)
			return value;
	}
	value = q->object->status;
	while (rest.p) {
		struct str part = str_cut(&rest, '.');
		char key[32]; /* those that health.c looks at are shorter */

		if (part.len >= sizeof(key))
			return str_make(NULL, 0);
		for (size_t i = 0; i < part.len; i++)
			key[i] = part.p[i];
		key[part.len] = '\0';
		value = scan_member(value, key);
	}
	return value;
}

static void add_field(const struct question *q, const char *between)
{
	struct str message = pick_raw(scan_member(q->object->status, "message"));

	buf_addf(q->out, STR_FMT "%s", STR_ARG(q->verdict.field), between);
	add_value(q->out, field_value(q));
	if (message.len) {
		buf_addz(q->out, ": ");
		add_raw(q->out, message);
	}
}

/* ---- which it is ---- */

static bool by_deletion(const struct question *q)
{
	return q->object->deleted != OBJECT_NO_TIME;
}

/* Calls visit for each condition; the number of it is its place. */
static void each_condition(const struct question *q,
	void (*visit)(const struct question *q, const struct condition *c, size_t number))
{
	struct conditions conditions;
	struct condition c;

	conditions_init(&conditions, q->object, q->context);
	for (size_t i = 0; conditions_next(&conditions, &c); i++)
		visit(q, &c, i);
	conditions_release(&conditions);
}

/* The heaviest, as health_of() has it; NO_CONDITION when something else spoke. */
static size_t find_speaker(const struct question *q)
{
	struct conditions conditions;
	struct condition c;
	unsigned weight = 0;
	size_t rank = 0, found = NO_CONDITION;

	if (by_deletion(q) || health_lags(q->object))
		return NO_CONDITION;
	conditions_init(&conditions, q->object, q->context);
	for (size_t i = 0; conditions_next(&conditions, &c); i++) {
		if (!c.weight || c.weight < weight || (c.weight == weight && c.rank >= rank))
			continue;
		weight = c.weight;
		rank = c.rank;
		found = str_eq(c.type, q->verdict.field) ? i : NO_CONDITION;
	}
	conditions_release(&conditions);
	return found;
}

static void visit_speaker(const struct question *q, const struct condition *c, size_t number)
{
	if (number == q->speaker)
		add_condition(q, c);
}

static void visit_speaker_short(const struct question *q, const struct condition *c, size_t number)
{
	if (number == q->speaker)
		add_condition_short(q, c);
}

/* What disagrees: at least as bad as the verdict, or worse than well. */
static void visit_other(const struct question *q, const struct condition *c, size_t number)
{
	if (number == q->speaker || c->health < HEALTH_PROGRESSING)
		return;
	buf_addz(q->out, "also: ");
	add_condition(q, c);
	buf_addc(q->out, '\n');
}

static struct question ask(const struct object *object, const struct health_context *context,
	const struct health_verdict *verdict, int64_t now, struct buf *out)
{
	struct question q = { object, context, now, *verdict, NO_CONDITION, out };

	q.speaker = find_speaker(&q);
	return q;
}

static void add_cause(const struct question *q)
{
	if (by_deletion(q))
		add_deletion(q);
	else if (health_lags(q->object))
		add_lag(q, q->verdict.since);
	else if (q->speaker != NO_CONDITION)
		each_condition(q, visit_speaker);
	else if (q->verdict.health)
		add_field(q, " is ");
	else
		buf_addz(q->out, "nothing in its status says how it is");
}

static bool is_suspended(const struct question *q)
{
	return str_is(scan_member(q->object->spec, "suspend"), "true") ||
	       str_is(scan_member(q->object->spec, "paused"), "true");
}

int health_explain(const struct object *object, const struct health_context *context,
	const struct health_verdict *verdict, int64_t now, struct buf *out)
{
	struct question q = ask(object, context, verdict, now, out);
	bool lags = object->observed >= 0 && object->observed < object->generation;

	buf_addf(out, "%s: ", health_word(q.verdict.health));
	add_cause(&q);
	buf_addc(out, '\n');
	if (lags && by_deletion(&q)) {
		buf_addz(out, "also: ");
		add_lag(&q, OBJECT_NO_TIME);
		buf_addc(out, '\n');
	}
	each_condition(&q, visit_other);
	if (is_suspended(&q))
		buf_addz(out, "also: it is suspended\n");
	return out->overflow ? -1 : 0;
}

int health_why(const struct object *object, const struct health_context *context,
	const struct health_verdict *verdict, int64_t now, struct buf *out)
{
	struct question q = ask(object, context, verdict, now, out);

	if (q.verdict.health < HEALTH_PROGRESSING)
		return 0;
	if (by_deletion(&q))
		add_deletion(&q);
	else if (health_lags(object))
		add_lag(&q, q.verdict.since);
	else if (q.speaker != NO_CONDITION)
		each_condition(&q, visit_speaker_short);
	else
		add_field(&q, "=");
	return out->overflow ? -1 : 0;
}
