/*
 * texts - a list of texts on the heap: an array and its count, two plain members
 * of whoever owns it. NULL with 0 is the empty list. Any thread, one at a time.
 */
#ifndef BASE_TEXTS_H
#define BASE_TEXTS_H

#include <stddef.h>

/* Appends a copy of text. */
void texts_add(char ***texts, size_t *count, const char *text);

/* A copy of list and texts, released with texts_free(). */
char **texts_copy(char *const *texts, size_t count);

/* "a, b" with ", " between them; on the heap. */
char *texts_join(char *const *texts, size_t count, const char *between);

void texts_free(char **texts, size_t count);

#endif
