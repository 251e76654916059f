/*
 * problems - what is wrong in the user's file, one line each, in the order of
 * its discovery. No problem ever stops anything. Any thread, one at a time.
 */
#ifndef CONFIG_PROBLEMS_H
#define CONFIG_PROBLEMS_H

#include <stddef.h>

#include "base/str.h"
#include "json/yaml_tree.h"

#define PROBLEMS_MAX 100 /* further ones are counted only */

struct problems {
	char *file;   /* its name without directories; owned */
	char **lines; /* "config.yaml:12:5: unknown key ..."; bytes from outside: to be escaped */
	size_t count;
	size_t more; /* so many were left out */
};

void problems_init(struct problems *problems, const char *path);
void problems_release(struct problems *problems);
void problems_clear(struct problems *problems);

/* A line of 0 means the file as a whole. problems may be NULL. */
void problems_add(struct problems *problems, struct yaml_place place, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The candidate that looks most like word, NULL when none does. A candidate's
 * text is told by name(arg, i), NULL past the last. */
const char *problems_nearest(
	struct str word, const char *(*name)(const void *arg, size_t i), const void *arg);

/* At most so many bytes of what stands in the file are quoted. */
#define PROBLEMS_QUOTE 60
struct str problems_quote(struct str text);

#endif
