/*
 * statusline - the last line of the screen: a message for a while, else the keys
 * that matter here; and the event rate of the header. UI thread.
 */
#ifndef UI_STATUSLINE_H
#define UI_STATUSLINE_H

#include <stdbool.h>
#include <stdint.h>

#define STATUSLINE_SAMPLES 6

struct statusline {
	char *message;
	bool warning;
	int64_t until; /* clock_now() */
	/* events applied, one sample a second */
	uint64_t samples[STATUSLINE_SAMPLES];
	int64_t times[STATUSLINE_SAMPLES];
	unsigned n_samples;
};

void statusline_release(struct statusline *status);
void statusline_say(struct statusline *status, int64_t now, bool warning, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* True when a message has just ended. */
bool statusline_expire(struct statusline *status, int64_t now);

/* Events a second over the last seconds. */
void statusline_sample(struct statusline *status, int64_t now, uint64_t events);
unsigned statusline_rate(const struct statusline *status);

/* The footer: the prompt when one is open with how its word could go on, a
 * message, or hints. */
struct ui;
void statusline_draw(struct ui *ui, const char *hints);
/* Hints alone, as many as the line has room for. */
void statusline_hints(struct ui *ui, const char *hints);

#endif
