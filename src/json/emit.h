/*
 * emit - JSON text to YAML text without a tree, with an index of its lines.
 *
 * Members keep their order, numbers their bytes. Strings are plain where YAML
 * 1.1 and 1.2 readers agree that they are strings, block literals (|) where
 * they hold newlines, double-quoted otherwise: read back by libyaml the result
 * is the same document. Pure.
 */
#ifndef JSON_EMIT_H
#define JSON_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

enum emit_kind {
	EMIT_OTHER,
	EMIT_KEY,   /* starts with "key:" (key_at, key_len) */
	EMIT_BLOCK, /* a further line of a block literal */
};

struct emit_line {
	uint32_t at;	   /* offset of the line in the YAML text */
	uint32_t json_at;  /* offset of its value in the JSON text */
	uint32_t json_len; /* 0 when the value opens a nested block: then the line is a heading */
	uint16_t indent;   /* columns before the first character */
	uint8_t kind;
	uint8_t dashes;	 /* "- " prefixes on this line */
	uint32_t key_at; /* offset and length of the key in the YAML text */
	uint32_t key_len;
	uint32_t value_at; /* offset of the scalar in the YAML text; 0 when there is none */
};

struct emit_lines {
	struct emit_line *items;
	size_t count;
	size_t cap;
};

struct emit_options {
	bool managed_fields; /* keep metadata.managedFields */
	bool list;	     /* the document is a List: its items' managedFields are meant */
	size_t lines_max;    /* stops behind about so many lines, without a look at what is
			      * behind; 0: never. Only where lines are asked for */
};

/* Appends the YAML of a JSON document to out and, when lines is not NULL, its
 * lines to lines. Fails on text that is no JSON or past the ceiling of out. */
int emit_yaml(struct str json, const struct emit_options *options, struct buf *out,
	struct emit_lines *lines, struct error *err);
void emit_lines_release(struct emit_lines *lines);

/* Appends JSON indented by four blanks a level, as kubectl -o json writes it;
 * number texts and member order are kept. */
int emit_json(struct str json, const struct emit_options *options, unsigned indent, struct buf *out,
	struct error *err);

/* Appends text as a JSON string with its quotes; bad UTF-8 becomes U+FFFD. */
void emit_string(struct str text, struct buf *out);

#endif
