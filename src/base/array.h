/*
 * array - room for one more in a growing C array.
 *
 * The array itself is three plain members (items, count, capacity) of whoever
 * owns it; only the growing is shared. Any thread, one at a time.
 */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#include <stddef.h>

/* Returns items with room for at least need elements of size bytes, grown by
 * half when it was too small; *cap is kept up to date. */
void *array_reserve(void *items, size_t *cap, size_t need, size_t size);

#endif
