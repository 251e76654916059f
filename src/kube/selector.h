/*
 * selector - kubectl's label selectors. Pure; a parsed selector never changes.
 */
#ifndef KUBE_SELECTOR_H
#define KUBE_SELECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

enum selector_op {
	SELECTOR_EXISTS,
	SELECTOR_ABSENT,
	SELECTOR_IN,	 /* also =, == */
	SELECTOR_NOT_IN, /* also != ; true when the key is absent */
	SELECTOR_GREATER,
	SELECTOR_LESS,
};

struct selector_term {
	char *key;
	enum selector_op op;
	char **values;
	size_t n_values;
	int64_t bound; /* of > and < */
};

struct selector {
	struct selector_term *terms; /* sorted by key; all must hold; none: everything */
	size_t n_terms;
};

/* err's text is apimachinery's; *ret_at (may be NULL) gets the byte offset. */
int selector_parse(struct str text, struct selector **ret, size_t *ret_at, struct error *err);
void selector_free(struct selector *selector);

/* Canonical text, on the heap. */
char *selector_text(const struct selector *selector);

/* Whether a term holds for a label that has its key; and for an object without
 * that key. Selectors are evaluated term by term over interned labels. */
bool selector_term_holds(const struct selector_term *term, struct str value);
bool selector_term_holds_absent(const struct selector_term *term);

#endif
