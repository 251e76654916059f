/*
 * demo - the embedded cluster as the command line has it. Main thread.
 */
#ifndef CMD_DEMO_H
#define CMD_DEMO_H

#include "base/error.h"
#include "cmd/cmd.h"
#include "demo/demo.h"

int cmd_demo_start(const struct cmd_demo *said, struct demo **ret, struct error *err);

#endif
