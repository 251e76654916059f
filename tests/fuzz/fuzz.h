/*
 * fuzz - what the fuzz targets share. Each target is a file that defines
 * LLVMFuzzerTestOneInput(): with clang's libFuzzer it is fed what that makes up,
 * elsewhere replay.c feeds it its corpus.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define FUZZ_MAX ((size_t)64 << 10) /* longer inputs are passed over */

/* The input is on the heap and ends where the heap block ends. Always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program with a line about what did not hold. */
void fuzz_fail(const char *file, int line, const char *what) __attribute__((noreturn));
#define fuzz_must(holds) ((holds) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #holds))

/* Cuts *rest at its first line that is "%%": what stands before it, on the heap with
 * nothing behind it (free(ret.p)); *rest is what stands behind, or empty. */
struct str fuzz_part(struct str *rest);

/* Whether part, which may be empty or have p NULL, lies inside whole. */
bool fuzz_inside(struct str part, struct str whole);

/* Reads each byte, so that the sanitizer sees a text that is not there. */
void fuzz_touch(struct str text);

#endif
