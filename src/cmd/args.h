/*
 * args - the command line, taken apart. Main thread.
 */
#ifndef CMD_ARGS_H
#define CMD_ARGS_H

#include "cmd/cmd.h"

/* Reads argv into args (zeroed before), whose strings point into argv. Returns
 * -1 to go on, else the exit code: help and version are printed here, and what
 * cannot be understood is said. */
int args_read(struct cmd_args *args, int argc, char **argv);
void args_release(struct cmd_args *args);

/* -l as a selector; *ret is NULL when it was not given. */
struct selector;
int args_selector(const struct cmd_args *args, struct selector **ret, struct error *err);

/* Says what is wrong and where to look; returns exit code 2. */
int args_bad(const char *what, const char *which);

#endif
