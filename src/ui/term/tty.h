/*
 * tty - the terminal: raw mode, curses' life, signals, and what must be put
 * back whatever happens. The only state of src/ui outside struct ui lives here,
 * because a signal handler has nothing else. UI thread.
 */
#ifndef UI_TERM_TTY_H
#define UI_TERM_TTY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct key_name;

enum tty_signal {
	TTY_RESIZED = 1,
	TTY_CONTINUED = 2, /* somebody else may have used the terminal */
	TTY_STOP = 4,	   /* a stop from outside: tty_suspend() */
};

/* Takes over the terminal and the signals. Fails when standard input or output
 * is no terminal, or TERM is unknown. */
int tty_init(bool mouse, struct error *err);
/* Gives everything back; nothing to do when it was not taken over. */
void tty_release(void);

/* The sequences of this terminal's special keys. Valid until tty_release(). */
const struct key_name *tty_key_names(size_t *ret_count);

int tty_signal_fd(void);    /* readable when tty_signals() has something to say */
unsigned tty_signals(void); /* enum tty_signal bits since the last call */

/* A sequence for the terminal itself; false: it is gone. */
bool tty_write(struct str bytes);
void tty_mouse(bool on);
void tty_size(int *ret_rows, int *ret_cols); /* asks the kernel and tells curses */
void tty_suspend(void);			     /* stops the process; returns when it goes on */
void tty_resume(void);			     /* takes the terminal over again as after a stop */
/* Leaves the terminal to another program in our process group, as it was; what that
 * one's user types for signals does not end us. Until tty_take_back(). */
void tty_lend(void);
void tty_take_back(void);

#endif
