/*
 * golden - screens as they must look, each a text file in tests/screen/golden.
 *
 * A file has the size and where the terminal's cursor is, the characters as they
 * stand, then a letter for the style of each cell (a blank: the terminal's own),
 * and what the letters mean. What varies from run to run is masked with #.
 * GOLDEN=write writes the files that are not there (`make golden`).
 */
#ifndef SCREEN_GOLDEN_H
#define SCREEN_GOLDEN_H

#include "screen/harness.h"

/* Waits for what the golden screen NAME.txt shows, fails with the lines that differ.
 * Then the terminal becomes too small, large, and what it was: the screen is the
 * same again. Needs the tests' clock; what the screen is to show has been waited for. */
void golden(struct screen *screen, const char *name);
/* Without changes of size, for a screen that is too small, or whose program has ended. */
void golden_still(struct screen *screen, const char *name);

#endif
