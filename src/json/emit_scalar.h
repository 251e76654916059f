/*
 * emit_scalar - one string as a YAML scalar. Pure; part of emit.
 */
#ifndef JSON_EMIT_SCALAR_H
#define JSON_EMIT_SCALAR_H

#include <stdbool.h>

#include "base/str.h"

struct buf;

enum scalar_style {
	SCALAR_PLAIN,
	SCALAR_SINGLE,
	SCALAR_QUOTED,
	SCALAR_LITERAL
};

/* How text is written; a literal only where one may stand. */
enum scalar_style scalar_style(struct str text, bool literal_allowed);

void scalar_quote(struct str text, struct buf *out);
/* In single quotes, as kubectl writes what only its syntax keeps from being plain. */
void scalar_single(struct str text, struct buf *out);

/* The header of a literal, such as "|2-", without the line's end. */
void scalar_literal_header(struct str text, struct buf *out);

#endif
