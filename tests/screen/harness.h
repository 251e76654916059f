/*
 * harness - the real binary on a terminal emulator.
 *
 * A program runs on a pty of a given size; what it writes goes into libvterm.
 * A test sends keys and waits until the screen says what it should: no sleeps,
 * only conditions with a deadline. What does not come true in time fails the
 * test with a picture of the screen.
 */
#ifndef SCREEN_HARNESS_H
#define SCREEN_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct screen;

struct screen_options {
	int rows, cols;
	const char *term;	 /* TERM; NULL: xterm-256color */
	const char *const *args; /* behind the program's name, up to NULL; or NULL */
	const char *const *env;	 /* NAME=VALUE, up to NULL; or NULL */
	bool shell;		 /* under a parent in its session, so that it can be stopped */
	bool nohup;		 /* SIGHUP is ignored when it starts */
	bool clock;		 /* time stands still until screen_advance() */
	const char *kubeconfig;	 /* the text of one; NULL: there is none */
};

/* A cell as it is seen. Colours: -1 the terminal's own, 0-255 an index, else
 * 0x1000000 | RGB. */
struct screen_cell {
	char text[32]; /* UTF-8, with its combining marks; "" behind a wide one */
	int width;
	bool bold, dim, underline, reverse;
	int fg, bg;
};

/* The program is $CRWATCH, or ./crwatch. Fails the test when it cannot start. */
struct screen *screen_start(const struct screen_options *options);
/* Ends the program when it still runs. */
void screen_free(struct screen *screen);

void screen_send(struct screen *screen, const char *bytes, size_t n);
void screen_type(struct screen *screen, const char *keys);
void screen_resize(struct screen *screen, int rows, int cols);
void screen_signal(struct screen *screen, int number);

/* Until the screen contains the text, or does not contain it. */
void screen_expect(struct screen *screen, const char *text);
void screen_expect_not(struct screen *screen, const char *text);
/* Until a row (all rows are tried) matches an extended regular expression. */
void screen_expect_row(struct screen *screen, const char *regex);
/* Until anything that the caller tests for is so; what: for the message. */
void screen_expect_that(struct screen *screen, bool (*holds)(struct screen *screen, void *arg),
	void *arg, const char *what);
/* Until the program has ended: its exit code, or 128 and the signal. */
int screen_wait_exit(struct screen *screen);

/* A signal that ends it; its end as screen_wait_exit() has it. ThreadSanitizer puts
 * handlers off and now and then loses one: under it the signal is repeated. */
int screen_kill(struct screen *screen, int number);
/* Until it is stopped (SIGTSTP, SIGSTOP); it runs under a shell. */
void screen_wait_stop(struct screen *screen);
/* The terminal goes away: there is no more screen, only screen_wait_exit(). */
void screen_hang_up(struct screen *screen);
bool screen_is_cooked(const struct screen *screen); /* lines, echo, and keys for signals */
/* The binary is slower than it will be: built with a sanitizer. */
bool screen_sanitized(void);

bool screen_contains(struct screen *screen, const char *text);
int screen_find_row(struct screen *screen, const char *text); /* -1: none */
void screen_row(struct screen *screen, int row, char *out, size_t size);
void screen_cell(struct screen *screen, int row, int col, struct screen_cell *ret);
void screen_dump(struct screen *screen, FILE *out);
bool screen_on_alternate(const struct screen *screen);
bool screen_cursor_visible(const struct screen *screen);
/* Everything that the program has written so far. */
const char *screen_output(const struct screen *screen, size_t *ret_n);

/* A terminal without a program, for what one has written before. */
struct screen *screen_player(int rows, int cols);
void screen_feed(struct screen *screen, const char *bytes, size_t n);

/* ---- the clock ---- */

void screen_advance(struct screen *screen, int64_t ns); /* returns when all is settled */
void screen_wall(struct screen *screen, int64_t ns);
void screen_settle(struct screen *screen); /* advance by nothing */

#endif
