/*
 * A template is the value's JSON text, cut at each ${...} into parts; expanding it
 * is copying. See template.h.
 */
#include "demo/template.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/texts.h"
#include "demo/random.h"
#include "json/doc.h"
#include "kube/object.h"

#define VALUE_MAX ((size_t)1 << 20)

struct call {
	const struct demo_scope *scope;
	char *const *words; /* the function's name and its arguments */
	size_t count;
	struct buf *out;
};

struct function {
	const char *name;
	size_t min, max; /* arguments */
	void (*make)(const struct call *call);
};

struct part {
	char *literal; /* what stands before */
	size_t len;
	char **words;
	size_t n_words;
	bool whole; /* nothing else is in the string: its quotes are not in the literals */
	const struct function *function;
};

struct demo_template {
	struct part *parts;
	size_t count, cap;
	char *tail;
	size_t tail_len;
};

/* ---- scopes ---- */

void demo_scope_release(struct demo_scope *scope)
{
	for (size_t i = 0; i < scope->count; i++) {
		free(scope->variables[i].name);
		free(scope->variables[i].json);
	}
	free(scope->variables);
	*scope = (struct demo_scope){ .up = scope->up };
}

void demo_scope_set(struct demo_scope *scope, const char *name, const char *json)
{
	for (size_t i = 0; i < scope->count; i++) {
		if (strcmp(scope->variables[i].name, name) != 0)
			continue;
		json = mem_strdup(json); /* which may be the old value */
		free(scope->variables[i].json);
		scope->variables[i].json = (char *)json;
		return;
	}
	scope->variables = array_reserve(
		scope->variables, &scope->cap, scope->count + 1, sizeof(*scope->variables));
	scope->variables[scope->count++] =
		(struct demo_variable){ mem_strdup(name), mem_strdup(json) };
}

void demo_scope_set_text(struct demo_scope *scope, const char *name, const char *text)
{
	struct doc *string = doc_new_string(text);
	char *json = doc_print(string);

	demo_scope_set(scope, name, json);
	free(json);
	doc_free(string);
}

const char *demo_scope_get(const struct demo_scope *scope, const char *name)
{
	for (; scope; scope = scope->up) {
		for (size_t i = 0; i < scope->count; i++) {
			if (strcmp(scope->variables[i].name, name) == 0)
				return scope->variables[i].json;
		}
	}
	return NULL;
}

static struct demo_random *random_of(const struct demo_scope *scope)
{
	while (scope->up && !scope->random)
		scope = scope->up;
	return scope->random;
}

static const struct doc *object_of(const struct demo_scope *scope)
{
	while (scope->up && !scope->object)
		scope = scope->up;
	return scope->object;
}

/* ---- values ---- */

static const struct doc *item_at(const struct doc *array, struct str index)
{
	const struct doc *item = doc_first(array);
	int64_t at;

	if (str_to_i64(index, &at) < 0)
		return NULL;
	while (item && at-- > 0)
		item = doc_next(item);
	return item;
}

/* The text of ".spec.list.0.name" as JSON; NULL when it is not there. free() it. */
static char *field_json(const struct doc *object, const char *path)
{
	struct str rest = str_of(path + 1);

	while (rest.p && object) {
		struct str key = str_cut(&rest, '.');
		char *name = str_dup(key);

		object = doc_is_array(object) ? item_at(object, key) : doc_get(object, name);
		free(name);
	}
	return object ? doc_print(object) : NULL;
}

static struct str unquoted(struct str json)
{
	if (json.len >= 2 && json.p[0] == '"')
		return str_make(json.p + 1, json.len - 2);
	return json;
}

/* An argument: a field, a variable or the word itself; free() it. */
static char *argument(const struct call *call, size_t i)
{
	const char *word = call->words[i];
	const char *json;
	char *field, *text;

	if (word[0] == '.') {
		field = field_json(object_of(call->scope), word);
		text = str_dup(unquoted(str_of(field)));
		free(field);
		return text;
	}
	json = demo_scope_get(call->scope, word);
	return json ? str_dup(unquoted(str_of(json))) : mem_strdup(word);
}

static int64_t integer(const struct call *call, size_t i)
{
	char *text = argument(call, i);
	int64_t value = 0;

	str_to_i64(str_of(text), &value);
	free(text);
	return value;
}

/* The duration in arguments i and, when it is there, i + 1: one between them. */
static int64_t duration(const struct call *call, size_t i)
{
	int64_t ends[2] = { 0, 0 };

	for (size_t k = 0; k < 2 && i + k < call->count; k++) {
		char *text = argument(call, i + k);

		demo_duration(str_of(text), &ends[k]);
		free(text);
	}
	if (i + 1 >= call->count)
		return ends[0];
	return demo_random_between(random_of(call->scope), ends[0] / CLOCK_MS, ends[1] / CLOCK_MS) *
	       CLOCK_MS;
}

static void add_time(const struct call *call, int64_t wall)
{
	char text[DEMO_TIME_SIZE];

	demo_time_text(wall, text);
	buf_addf(call->out, "\"%s\"", text);
}

/* ---- functions ---- */

static void make_now(const struct call *call)
{
	add_time(call, clock_wall());
}

static void make_micro(const struct call *call)
{
	char text[DEMO_TIME_SIZE];

	demo_time_micro(clock_wall(), text);
	buf_addf(call->out, "\"%s\"", text);
}

static void make_ago(const struct call *call)
{
	add_time(call, clock_wall() - duration(call, 1));
}

static void make_in(const struct call *call)
{
	add_time(call, clock_wall() + duration(call, 1));
}

static void make_later(const struct call *call)
{
	char *text = argument(call, 1);
	int64_t seconds;

	if (object_time(str_of(text), &seconds) < 0)
		seconds = clock_wall() / CLOCK_S;
	free(text);
	add_time(call, seconds * CLOCK_S + duration(call, 2));
}

static void make_int(const struct call *call)
{
	int64_t value =
		demo_random_between(random_of(call->scope), integer(call, 1), integer(call, 2));

	buf_addf(call->out, "%lld", (long long)value);
}

static void make_number(const struct call *call)
{
	int64_t value = demo_random_between(
		random_of(call->scope), 100 * integer(call, 1), 100 * integer(call, 2));

	buf_addf(call->out, "%lld.%02d", (long long)(value / 100), (int)llabs(value % 100));
}

static void make_bool(const struct call *call)
{
	bool yes = demo_random_between(random_of(call->scope), 0, 99) < integer(call, 1);

	buf_addz(call->out, yes ? "true" : "false");
}

static void make_choice(const struct call *call)
{
	int64_t i = demo_random_between(random_of(call->scope), 1, (int64_t)call->count - 1);
	char *text = argument(call, (size_t)i);

	buf_addf(call->out, "\"%s\"", text);
	free(text);
}

static void make_hex(const struct call *call)
{
	uint64_t bits = 0;

	buf_addc(call->out, '"');
	for (int64_t i = 0; i < integer(call, 1); i++) {
		if (i % 16 == 0)
			bits = demo_random_next(random_of(call->scope));
		buf_addc(call->out, "0123456789abcdef"[bits & 15]);
		bits >>= 4;
	}
	buf_addc(call->out, '"');
}

static void make_text(const struct call *call)
{
	char *text = argument(call, 1);

	buf_addf(call->out, "\"%s\"", text);
	free(text);
}

static void make_sum(const struct call *call)
{
	buf_addf(call->out, "%lld", (long long)(integer(call, 1) + integer(call, 2)));
}

static const struct function functions[] = {
	{ "now", 0, 0, make_now },
	{ "micro", 0, 0, make_micro },
	{ "ago", 1, 2, make_ago },
	{ "in", 1, 2, make_in },
	{ "later", 2, 3, make_later },
	{ "int", 2, 2, make_int },
	{ "number", 2, 2, make_number },
	{ "bool", 1, 1, make_bool },
	{ "choice", 1, SIZE_MAX, make_choice },
	{ "hex", 1, 1, make_hex },
	{ "text", 1, 1, make_text },
	{ "sum", 2, 2, make_sum },
};

/* ---- parsing ---- */

static int resolve(struct part *part, struct error *err)
{
	size_t arguments = part->n_words - 1;

	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		if (strcmp(functions[i].name, part->words[0]) == 0)
			part->function = &functions[i];
	}
	if (!part->function && arguments > 0)
		return error_set(err, ERROR_INVALID, "no function \"%s\"", part->words[0]);
	if (part->function && (arguments < part->function->min || arguments > part->function->max))
		return error_set(err, ERROR_INVALID, "function \"%s\" with %zu arguments",
			part->words[0], arguments);
	return 0;
}

static int parse_part(struct part *part, struct str inside, struct error *err)
{
	struct str rest = inside;

	while (rest.p) {
		struct str word = str_cut(&rest, ' ');
		char *text = str_dup(word);

		if (word.len)
			texts_add(&part->words, &part->n_words, text);
		free(text);
	}
	if (part->n_words == 0 || memchr(inside.p, '"', inside.len) ||
		memchr(inside.p, '\\', inside.len))
		return error_set(err, ERROR_INVALID, "\"${" STR_FMT "}\" is not understood",
			STR_ARG(inside));
	return resolve(part, err);
}

static struct part *add_part(struct demo_template *t)
{
	t->parts = array_reserve(t->parts, &t->cap, t->count + 1, sizeof(*t->parts));
	t->parts[t->count] = (struct part){ .literal = NULL };
	return &t->parts[t->count++];
}

/* Whether the quote before the ${ at p opens a string. */
static bool opens(const char *start, const char *p)
{
	return p > start && p[-1] == '"' && (p - 1 == start || p[-2] != '\\');
}

static int cut(struct demo_template *t, const char *json, struct error *err)
{
	const char *at = json;
	const char *open;

	while ((open = strstr(at, "${"))) {
		const char *close = strchr(open, '}');
		struct part *part = add_part(t);

		if (!close)
			return error_set(err, ERROR_INVALID, "\"${\" without \"}\"");
		part->whole = opens(at, open) && close[1] == '"';
		part->len = (size_t)(open - at) - part->whole;
		part->literal = mem_dup(at, part->len);
		if (parse_part(part, str_make(open + 2, (size_t)(close - open) - 2), err) < 0)
			return -1;
		at = close + 1 + part->whole;
	}
	t->tail_len = strlen(at);
	t->tail = mem_strdup(at);
	return 0;
}

struct demo_template *demo_template_new(const struct doc *value, struct error *err)
{
	struct demo_template *t = mem_zalloc(sizeof(*t));
	char *json = doc_print(value);
	int rc = cut(t, json, err);

	free(json);
	if (rc == 0)
		return t;
	demo_template_free(t);
	return NULL;
}

void demo_template_free(struct demo_template *template)
{
	if (!template)
		return;
	for (size_t i = 0; i < template->count; i++) {
		free(template->parts[i].literal);
		texts_free(template->parts[i].words, template->parts[i].n_words);
	}
	free(template->parts);
	free(template->tail);
	free(template);
}

static bool is_one_of(const char *name, char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

int demo_template_check(
	const struct demo_template *template, char *const *names, size_t count, struct error *err)
{
	for (size_t i = 0; template && i < template->count; i++) {
		const struct part *part = &template->parts[i];

		if (part->function || part->words[0][0] == '.' ||
			is_one_of(part->words[0], names, count))
			continue;
		return error_set(err, ERROR_INVALID, "no variable \"%s\"", part->words[0]);
	}
	return 0;
}

/* ---- expanding ---- */

static void evaluate(const struct part *part, const struct demo_scope *scope, struct buf *out)
{
	const struct call call = { scope, part->words, part->n_words, out };
	const char *json;
	char *field;

	if (part->function) {
		part->function->make(&call);
		return;
	}
	if (part->words[0][0] != '.') {
		json = demo_scope_get(scope, part->words[0]);
		buf_addz(out, json ? json : "null");
		return;
	}
	field = field_json(object_of(scope), part->words[0]);
	buf_addz(out, field ? field : "null");
	free(field);
}

void demo_template_expand(
	const struct demo_template *template, const struct demo_scope *scope, struct buf *out)
{
	struct buf value = BUF_INIT(VALUE_MAX);

	for (size_t i = 0; i < template->count; i++) {
		const struct part *part = &template->parts[i];

		buf_add(out, part->literal, part->len);
		buf_reset(&value);
		evaluate(part, scope, &value);
		if (part->whole)
			buf_addstr(out, buf_str(&value));
		else if (!str_is(buf_str(&value), "null"))
			buf_addstr(out, unquoted(buf_str(&value)));
	}
	buf_add(out, template->tail, template->tail_len);
	buf_release(&value);
}

char *demo_template_text(const struct demo_template *template, const struct demo_scope *scope)
{
	struct buf out = BUF_INIT(VALUE_MAX);
	char *text;

	demo_template_expand(template, scope, &out);
	text = str_dup(unquoted(buf_str(&out)));
	buf_release(&out);
	return text;
}
