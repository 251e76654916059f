/*
 * pace - how long a watch's socket may rest after it was read. Times are
 * clock_now() values that the caller gives; watch thread (or a test).
 *
 * It may not while an answer is awaited or has only begun: rests would add up. While
 * more than a trickle comes it rests for less long. Who has waited for long is waited
 * for no more: one server that keeps one watch back must not cost the rests of all
 * others.
 */
#ifndef NET_PACE_H
#define NET_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define PACE_REST    (45 * CLOCK_MS)
#define PACE_SHORT   (16 * CLOCK_MS)	   /* a rest while more than a trickle comes */
#define PACE_BEGUN   (250 * CLOCK_MS)	   /* so long an answer has only begun */
#define PACE_TRICKLE ((uint64_t)128 << 10) /* bytes in the time of PACE_BEGUN, at most */
#define PACE_AWAIT   (10 * CLOCK_S)	   /* so long an answer is waited for */

/* Embedded in what is awaited, zeroed before its first use. */
struct pace_wait {
	struct pace_wait *prev;
	struct pace_wait *next;
	int64_t until; /* 0: it is not awaited */
};

/* Zeroed: nothing has happened yet, and buffers grow. */
struct pace {
	bool small_buffers; /* of the sockets: no rests while more than a trickle comes */
	int64_t not_before;
	int64_t short_until;
	int64_t since;		 /* bytes are counted from here */
	uint64_t bytes;		 /* so many */
	struct pace_wait *first; /* in the order in which they were begun */
	struct pace_wait *last;
};

/* An answer is awaited from now on; it has come, or nobody wants it any more. */
void pace_await(struct pace *p, struct pace_wait *wait, int64_t now);
void pace_answered(struct pace *p, struct pace_wait *wait);

/* Something has begun that somebody waits for. */
void pace_begin(struct pace *p, int64_t now);
/* A socket was read, of n bytes more. */
void pace_read(struct pace *p, int64_t now, size_t n);
/* 0: it may not. */
int64_t pace_rest(struct pace *p, int64_t now);

#endif
