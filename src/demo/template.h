/*
 * template - a JSON value with ${...} in its strings, and what they become.
 *
 * ${NAME} is a variable, ${.a.b.0} a field of the object that is acted on,
 * ${FUNCTION ARGUMENT ...} what a function makes; arguments are words, variables
 * or fields. A string that is nothing but one ${...} becomes the value itself (a
 * number stays a number), otherwise its text is put in. Functions:
 *
 *	now, micro		the time; with microseconds
 *	ago D [D2], in D [D2]	a time by a duration (3d, 5m, 10s) away; between two
 *	later TIME D [D2]	a time after a time
 *	int A B			an integer, both ends possible
 *	number A B		with two decimals
 *	bool PERCENT		true so often
 *	choice WORD ...		one of the words
 *	hex N			N hexadecimal digits
 *	text X			X as a string
 *	sum A B			of two integers
 *
 * Demo thread only.
 */
#ifndef DEMO_TEMPLATE_H
#define DEMO_TEMPLATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

struct demo_random;
struct demo_template;
struct doc;

struct demo_variable {
	char *name;
	char *json;
};

/* Variables, looked up here and then in the scope around it; random and object of
 * the nearest scope that has one count. Embedded; start from zeros with up set. */
struct demo_scope {
	const struct demo_scope *up; /* or NULL */
	struct demo_random *random;
	const struct doc *object; /* for ${.path} */
	struct demo_variable *variables;
	size_t count, cap;
};

void demo_scope_release(struct demo_scope *scope);
void demo_scope_set(struct demo_scope *scope, const char *name, const char *json);
void demo_scope_set_text(struct demo_scope *scope, const char *name, const char *text);
const char *demo_scope_get(const struct demo_scope *scope, const char *name); /* JSON or NULL */

/* Fails on a ${...} that is not closed, on no known function, on the wrong number
 * of arguments. */
struct demo_template *demo_template_new(const struct doc *value, struct error *err);
void demo_template_free(struct demo_template *template);

/* Whether every variable is one of names; NULL passes. */
int demo_template_check(
	const struct demo_template *template, char *const *names, size_t count, struct error *err);

/* Appends JSON. A variable that is missing is null, or nothing inside a string. */
void demo_template_expand(
	const struct demo_template *template, const struct demo_scope *scope, struct buf *out);
/* The same as text: a string without its quotes; free() it. */
char *demo_template_text(const struct demo_template *template, const struct demo_scope *scope);

/* "90s", "5m", "3h", "20d", "500ms" in nanoseconds; "5s..9s" as two. */
int demo_duration(struct str text, int64_t *ret);
int demo_duration_range(struct str text, int64_t *ret_from, int64_t *ret_to);

/* RFC 3339 in seconds, and in microseconds. */
#define DEMO_TIME_SIZE 64
void demo_time_text(int64_t wall, char text[DEMO_TIME_SIZE]);
void demo_time_micro(int64_t wall, char text[DEMO_TIME_SIZE]);

#endif
