/*
 * settings_write - what the program itself writes into the user's config.yaml:
 * one entry is replaced or added, everything else stays byte for byte, comments
 * included. Any thread, one at a time.
 */
#ifndef CONFIG_SETTINGS_WRITE_H
#define CONFIG_SETTINGS_WRITE_H

#include <stddef.h>

#include "base/error.h"
#include "kube/column_spec.h"

/* The columns of one kind (plural.group); none: those of its own definition
 * again. The file is made when there is none. Fails, and leaves the file alone,
 * when it is no YAML or written in a way that cannot be edited (ERROR_INVALID),
 * or cannot be written (ERROR_IO). */
int settings_write_columns(const char *path, const char *kind, const struct column_spec *specs,
	size_t n, struct error *err);

#endif
