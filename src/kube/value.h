/*
 * value - what the text of a cell says: a number or quantity, a duration, or
 * words; and how two such texts compare. Pure.
 */
#ifndef KUBE_VALUE_H
#define KUBE_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum value_class {
	VALUE_MISSING = 1, /* empty, or one of the words that stand for nothing */
	VALUE_NUMBER = 2,
	VALUE_DURATION = 4, /* "5m" is this and a quantity, too */
};

/* Flags of enum value_class; 0 for words. */
unsigned value_classes(struct str text);

/* Numbers and Kubernetes' quantities ("1500m"), and durations as Kubernetes and Go
 * write them ("12d", "3h20m", "1.5s") in seconds; -1 when text is none. */
int value_number(struct str text, double *ret);
int value_duration(struct str text, double *ret);

/* Orders as the numbers do; never UINT64_MAX. */
uint64_t value_key(double number);
uint64_t value_key_i64(int64_t number);

/* Words without regard to case, numbers inside them as numbers. */
int value_cmp_words(struct str a, struct str b);
/* Appends bytes without NUL that compare bytewise as value_cmp_words() says. */
void value_collate(struct str text, struct buf *out);
/* Eight bytes that order as the first of those do, NULs behind the end. */
uint64_t value_collate_key(struct str text);

/* A cell beside what a user has typed: as numbers, as durations, or as words when
 * what was typed is neither. False when they cannot be compared. */
bool value_compare(struct str cell, struct str typed, int *ret);

#endif
