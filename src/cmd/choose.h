/*
 * choose - the kind that a word of the command line means. Main thread.
 */
#ifndef CMD_CHOOSE_H
#define CMD_CHOOSE_H

#include "base/error.h"
#include "base/str.h"
#include "cache/root.h"

/* An error names what it may mean when that is not clear. */
int choose_kind(
	const struct root *root, struct str name, const struct kind_root **ret, struct error *err);

#endif
