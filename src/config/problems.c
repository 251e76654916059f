#include "config/problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/texts.h"

#define WORD_MAX 40 /* longer words are like nothing */

void problems_init(struct problems *problems, const char *path)
{
	const char *slash = strrchr(path, '/');

	*problems = (struct problems){ .file = mem_strdup(slash ? slash + 1 : path) };
}

void problems_clear(struct problems *problems)
{
	texts_free(problems->lines, problems->count);
	problems->lines = NULL;
	problems->count = problems->more = 0;
}

void problems_release(struct problems *problems)
{
	problems_clear(problems);
	free(problems->file);
	problems->file = NULL;
}

void problems_add(struct problems *problems, struct yaml_place place, const char *fmt, ...)
{
	char *text = NULL, *line;
	va_list args;

	if (!problems)
		return;
	if (problems->count == PROBLEMS_MAX) {
		problems->more++;
		return;
	}
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		abort();
	va_end(args);
	line = place.line ? mem_printf("%s:%zu:%zu: %s", problems->file, place.line, place.column,
				    text)
			  : mem_printf("%s: %s", problems->file, text);
	texts_add(&problems->lines, &problems->count, line);
	free(line);
	free(text);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters must be put in, left out or changed. */
static size_t distance(struct str a, struct str b)
{
	size_t row[WORD_MAX + 1];

	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t above = row[j];

			row[j] = least(least(row[j], row[j - 1]) + 1,
				diagonal + (a.p[i - 1] != b.p[j - 1]));
			diagonal = above;
		}
	}
	return row[b.len];
}

const char *problems_nearest(
	struct str word, const char *(*name)(const void *arg, size_t i), const void *arg)
{
	const char *best = NULL, *candidate;
	size_t nearest = word.len / 3 + 2;

	if (word.len > WORD_MAX)
		return NULL;
	for (size_t i = 0; (candidate = name(arg, i)); i++) {
		struct str other = str_of(candidate);
		size_t far = other.len > WORD_MAX ? nearest : distance(word, other);

		if (far < nearest && far < other.len) {
			nearest = far;
			best = candidate;
		}
	}
	return best;
}

struct str problems_quote(struct str text)
{
	size_t len = text.len;

	if (len <= PROBLEMS_QUOTE)
		return text;
	for (len = PROBLEMS_QUOTE; len > 0 && (text.p[len] & 0xc0) == 0x80;)
		len--;
	return str_make(text.p, len);
}
