/*
 * get - `crwatch get KIND [NAME]`: what `kubectl get` prints, from informers.
 * Main thread.
 */
#ifndef CMD_GET_H
#define CMD_GET_H

#include <stddef.h>

#include "base/error.h"
#include "base/str.h"
#include "cache/root.h"
#include "cmd/session.h"

struct cmd_args;
struct entry;
struct filter;

enum get_output {
	GET_TABLE,
	GET_WIDE,
	GET_JSON,
	GET_YAML,
	GET_NAME
};

/* What a word of the command line asks for. */
struct get_target {
	struct str kind_name;
	struct str name; /* p NULL: all of the kind */
	const struct kind_root *kind;
	size_t found;
};

struct get_object {
	const struct kind_root *kind;
	const struct entry *entry;
};

struct get {
	struct session session;
	const struct cmd_args *args;
	enum get_output output;
	struct get_target *targets;
	size_t n_targets, cap_targets;
	struct filter *filter;
	const struct root *root; /* pinned, and what it has of the targets: */
	struct get_object *objects;
	size_t n_objects, cap_objects;
};

/* Prints the objects; nothing where there are none, but for an empty List. */
int get_print(const struct get *g, struct error *err);

#endif
