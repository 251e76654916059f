/*
 * What the parts of the harness share.
 */
#ifndef SCREEN_INTERNAL_H
#define SCREEN_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <vterm.h>

#define DEADLINE_MS 20000

struct screen {
	int pty;
	pid_t pid;
	pid_t shell; /* its parent, when there is one between; else the same */
	int jobs;    /* a byte for each time it was stopped; -1: no shell */
	bool eof;
	bool ended;
	int status;
	int rows, cols;
	VTerm *vt;
	VTermScreen *cells;
	bool alternate, cursor;
	char *output;
	size_t n_output, cap_output;
	char dir[64]; /* holds the clock's socket and the kubeconfig */
	int listener;
	int clock;
};

/* ---- program.c ---- */
bool screen_has_ended(struct screen *screen);

/* ---- harness.c ---- */
bool screen_ends_within(struct screen *screen, int ms);
/* False: it was not so in time, or the program has ended before. */
bool screen_comes_true(
	struct screen *screen, bool (*holds)(struct screen *screen, void *arg), void *arg);

/* ---- cells.c ---- */
void screen_start_terminal(struct screen *screen);
/* Takes what the program has written; false: nothing was there. */
bool screen_take_output(struct screen *screen);

#endif
