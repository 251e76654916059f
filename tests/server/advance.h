/*
 * advance - the hand on the tests' clock (see base/clock.h), for tests that run
 * the code in their own process. One per process.
 */
#ifndef TESTS_ADVANCE_H
#define TESTS_ADVANCE_H

#include <stdint.h>

/* Stops the clocks: before the first thread and before any struct wake. */
void advance_init(void);
void advance_release(void);

/* Moves both clocks on and waits until every thread has nothing more to do. */
void advance(int64_t ns);

/* Moves the wall clock alone, as somebody who sets it does. */
void advance_wall(int64_t ns);

#endif
