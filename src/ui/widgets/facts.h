/*
 * facts - what there is to say about something, as lines, each of which
 * may name an object to go to. Control characters are made visible as a line is
 * added. UI thread.
 */
#ifndef UI_WIDGETS_FACTS_H
#define UI_WIDGETS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "ui/term/theme.h"

struct kind_root;
struct root;
struct tree_key;

struct fact {
	enum role role;
	enum role lead_role; /* of the first bytes, */
	uint32_t lead;	     /* so many */
	uint16_t hang;	     /* the column where it goes on when it is wrapped */
	uint16_t level;	     /* the owner's own: how deep it stands in a tree */
	uint64_t id;	     /* what the line is over time */
	uint64_t value;	     /* the owner's own */
	char *text;
	struct tree_key *target; /* the object that it names, or NULL */
};

struct facts {
	struct fact *items;
	size_t count;
	size_t cap;
	uint64_t section;
	size_t in_section;
};

#define FACTS_LINE_MAX ((size_t)64 << 10)

void facts_release(struct facts *facts);
void facts_clear(struct facts *facts);

/* A line; its id is its place in its section, until facts_id(). */
void facts_add(struct facts *facts, enum role role, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same behind a lead of another role, which is hung on. */
void facts_led(struct facts *facts, enum role lead_role, const char *lead, enum role role,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* An empty line, unless it is the first one, and a heading. */
void facts_section(struct facts *facts, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Broken at blanks into lines of width, indented. */
void facts_wrapped(
	struct facts *facts, enum role role, struct str text, size_t indent, size_t width);

/* Of the line added last. */
struct fact *facts_last(struct facts *facts);
void facts_id(struct facts *facts, struct str id);		    /* within its section */
void facts_target(struct facts *facts, const struct tree_key *key); /* copies */

/* Both begin anew. wall: now; width: longer messages are broken into lines. */
void facts_of_kind(struct facts *facts, const struct kind_root *kind, int64_t wall, size_t width);
void facts_of_group(struct facts *facts, const struct root *root, struct str group);

#endif
