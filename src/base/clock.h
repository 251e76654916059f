/*
 * clock - what time it is, and the tests' hand on it.
 *
 * Everybody asks here. In tests CRWATCH_CLOCK names a Unix socket that the
 * harness listens on: then time stands still until the harness says so.
 * Its commands are lines: "wall NS" sets the wall clock, "advance NS" moves
 * both clocks on. Each is answered by "settled" once every thread that joined
 * has found nothing more to do.
 *
 * A loop that waits joins through its struct wake, and before it blocks it
 * polls without waiting: when that finds nothing it calls clock_idle(), and
 * clock_busy() when it has been woken. Both cost nothing without CRWATCH_CLOCK.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct wake;
struct clock_party;

#define CLOCK_MS INT64_C(1000000)
#define CLOCK_S	 INT64_C(1000000000)

/* Once, before the first thread. Fails when CRWATCH_CLOCK names no socket. */
int clock_init(struct error *err);
void clock_release(void);
bool clock_is_test(void);

int64_t clock_now(void);  /* ns; goes on while the machine sleeps */
int64_t clock_wall(void); /* ns since 1970 */

/* Milliseconds to wait for deadline (a clock_now() value; INT64_MAX never),
 * for poll(): rounded up, -1 for ever. With the tests' clock 0 or -1. */
int clock_timeout(int64_t deadline);

struct clock_party *clock_join(struct wake *wake); /* used by wake_init() */
void clock_also(struct clock_party *party, int fd);
void clock_leave(struct clock_party *party);
void clock_busy(struct clock_party *party);
void clock_idle(struct clock_party *party);

#endif
