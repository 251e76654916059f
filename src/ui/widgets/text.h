/*
 * text - how figures, times and values are written on the screen. Pure.
 */
#ifndef UI_WIDGETS_TEXT_H
#define UI_WIDGETS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "kube/health.h"
#include "ui/term/theme.h"

/* "41,203" */
#define TEXT_NUMBER_MAX 32
void text_number(size_t value, char out[TEXT_NUMBER_MAX]);

/* "14:03:07.412", local time. */
#define TEXT_TIME_MAX 32
void text_time(int64_t wall, char out[TEXT_TIME_MAX]);

enum role text_health_role(enum health health);

/* Cuts the next line off a text: at its end, or at the last blank with which it
 * takes at most so many columns. */
struct str text_line(struct str *rest, size_t columns);

/* Adds a text that takes at most so many columns; what was cut ends with dots. */
void text_cut(struct str text, size_t columns, struct buf *out);

/* What a JSON string's raw content says, on the heap; at most so many bytes. */
char *text_unescaped(struct str raw, size_t most);

/* Appends a JSON value as people read it: a string without quotes (a short one
 * that could be mistaken keeps them), anything else as it is; at most so many
 * columns, then an ellipsis. */
void text_value(struct str json, size_t columns, struct buf *out);

/* The next place at or behind from where needle stands in text; ASCII letters
 * match in either case unless needle has a capital. */
bool text_find(struct str text, struct str needle, size_t from, size_t *ret_at);

#endif
