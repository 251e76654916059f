/*
 * mem - allocation that never returns NULL.
 *
 * Running out of memory aborts: no caller could do anything better. What is
 * sized by the network or by a file is bounded before it is asked for.
 * Any thread. Everything is released with free().
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);
void *mem_zalloc(size_t size);
void *mem_realloc(void *ptr, size_t size);

/* n * size bytes; aborts when the product does not fit size_t. */
void *mem_realloc_array(void *ptr, size_t n, size_t size);

/* A copy of size bytes at src, with a NUL behind it that is not counted. */
void *mem_dup(const void *src, size_t size);
char *mem_strdup(const char *s);
char *mem_strdup_or_null(const char *s); /* NULL for NULL */

/* Overwrites the text before it is freed; NULL is fine. */
void mem_free_secret(char *s);

/* Gives pages back that are free, where the C library can. Takes milliseconds. */
void mem_trim(void);

/* Formatted text on the heap. */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
